"""Whatever a cell of a master's sheet holds, its row is taken, or named as one fault; nothing else comes out."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hoken_desktop import words
from hoken_desktop.adapters.diseases import shipped
from hoken_desktop.adapters.municipalities import Municipalities
from hoken_desktop.domain.sheets import CellTrouble, MappedCell, MappedRow, RawValue
from hoken_desktop.services.device_models import DeviceModels
from hoken_desktop.services.diseases import Diseases
from hoken_desktop.services.master_rows import COLUMNS, Master, MasterRows
from hoken_desktop.services.organisations import Organisations

NOBODY: Any = None
"""No store, clock or ids: a row is read and compared without writing anything."""
VALUES: st.SearchStrategy[RawValue] = st.one_of(
    st.text(max_size=30), st.integers(-(10**9), 10**9), st.floats(), st.booleans(), st.dates(),
    st.datetimes(), st.sampled_from(list(CellTrouble)), st.none(),
    st.sampled_from(
        ["業者", "病院", "人工呼吸器", "指定難病", "小慢", "鴻巣市", "112178", "R8.4.1", "令和8年13月1日", "4.5時間",
         "inf", "nan", "048-000-0001", "なし", "－", "'=1+1", "㈱", "株式会社", "第6号",
         "  ", "\u3000", "\ud800", "𠮷", "9" * 40]
    ),
)  # fmt: skip


def table(master: Master) -> Any:
    """The service of a table over nothing."""
    if master is Master.ORGANISATIONS:
        return Organisations(NOBODY, NOBODY, NOBODY, Municipalities(), lambda one, other: 0.0)
    if master is Master.MODELS:
        return DeviceModels(NOBODY, NOBODY, NOBODY)
    return Diseases(NOBODY, NOBODY, NOBODY, shipped)


@pytest.mark.parametrize("master", list(Master))
def test_every_row_goes_somewhere(master: Master) -> None:
    keys = [key for key, _ in COLUMNS[master]]

    @settings(max_examples=150, deadline=None)
    @given(st.lists(st.dictionaries(st.sampled_from(keys), VALUES, max_size=len(keys)), max_size=4))
    def goes(rows: list[dict[str, RawValue]]) -> None:
        taking = MasterRows(master, table(master), {}, Municipalities())
        for number, cells in enumerate(rows, start=2):
            mapped = {key: MappedCell(value, key) for key, value in cells.items() if value is not None}
            taking.take(MappedRow("a.xlsx", "S", number, mapped))
        assert len(rows) == len(taking.added) + len(taking.changed) + taking.unchanged + taking.faulty
        assert len(taking.faults) == taking.faulty
        assert all(words.has(f"faults.{one.code}") for one in (*taking.faults, *taking.warnings))
        for entry in taking.added:
            for day in (entry.valid_from, entry.valid_to):
                assert day is None or type(cast("object", day)) is date

    goes()
