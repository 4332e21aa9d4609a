"""The master of 市区町村 by code and by name."""

from __future__ import annotations

import pytest

from hoken_desktop.adapters.builtin_towns import builtin_boxes, builtin_towns
from hoken_desktop.adapters.municipalities import Municipalities
from hoken_desktop.domain.municipalities import code6_of

MASTER = Municipalities()


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("11217", "112178"),
        ("112178", "112178"),
        (" 112178 ", "112178"),
        ("112177", None),
        ("99999", None),
        ("鴻巣市", "112178"),
        ("鴻巢市", "112178"),
        ("伊奈町", "113018"),
        ("北足立郡伊奈町", "113018"),
        ("埼玉県北足立郡伊奈町", "113018"),
        ("埼玉県伊奈町", "113018"),
        ("さいたま市大宮区", "111031"),
        ("府中市", None),
        ("広島県府中市", "342084"),
        ("鴻巣市本町", None),
        ("", None),
    ],
)
def test_a_municipality_is_found_by_code_or_whole_name(raw: str, code: str | None) -> None:
    found = MASTER.find(raw)
    assert (found.code if found else None) == code


def test_the_office_decides_between_namesakes() -> None:
    found = MASTER.by_name("府中市", ("132063",))
    assert found is not None
    assert found.full_name == "東京都府中市"


def test_codes_have_names_and_unknown_codes_stay_codes() -> None:
    assert MASTER.name_of("113018") == "伊奈町"
    assert MASTER.name_of("000000") == "000000"
    assert MASTER.of_address("北足立郡伊奈町大字小室9493") == "113018"


def test_the_master_is_whole_and_every_built_in_town_belongs_to_it() -> None:
    rows = MASTER.all()
    assert len(rows) == 1918
    assert all(code6_of(row.code5) == row.code for row in rows)
    known = {row.code for row in rows}
    assert builtin_boxes().keys() <= known
    assert len(builtin_boxes()) > 1880
    assert len(builtin_towns("112178")) > 100
    assert builtin_towns("016951") == []
