"""The field catalogue: values are kept as one canonical text, and the written catalogue is the program's."""

from __future__ import annotations

import runpy
from datetime import date
from pathlib import Path

import pytest

from hoken_desktop.domain.codes import Communication, OtherDependency
from hoken_desktop.domain.fields import BY_KEY, FIELDS, FieldKind, canonical

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize(
    ("key", "value", "text"),
    [
        ("flow_rest", "2.50", "2.5"),
        ("watts", 120.0, "120"),
        ("internal_battery_on", date(2024, 4, 1), "2024-04-01"),
        ("tube_feeding", "gastrostomy", "gastrostomy"),
        ("building", " 見本ハイツ ", "見本ハイツ"),
        ("communication_means", "difficult, speech", "speech,difficult"),
        ("other_dependency", "none", "none"),
        ("check_rank", "3", "3"),
    ],
)
def test_a_value_has_one_canonical_text(key: str, value: object, text: str) -> None:
    assert canonical(BY_KEY[key], value) == text


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("flow_rest", "16"), ("stock_water_days", "3.5"), ("cannula_on", "去年"), ("flood_rank", "深い"),
        ("communication_means", "speech,shouting"), ("communication_means", ""), ("check_rank", "0"),
        ("weight", "nan"), ("weight", "inf"),
    ],
)  # fmt: skip
def test_what_a_field_cannot_hold_is_refused_by_its_name_alone(key: str, value: object) -> None:
    with pytest.raises(ValueError, match=f"^{key}$"):
        canonical(BY_KEY[key], value)


def test_every_number_has_bounds_and_every_choice_its_codes() -> None:
    for field in FIELDS:
        numeric = field.kind in (FieldKind.WHOLE, FieldKind.DECIMAL)
        assert (field.least is not None and field.most is not None) is numeric, field.key
        chosen = field.kind in (FieldKind.CODE, FieldKind.CODES, FieldKind.YES_NO_UNKNOWN)
        assert (field.codes is not None) is chosen, field.key
    assert len(BY_KEY) == len(FIELDS)


def test_unknown_is_a_value_where_the_codes_have_it() -> None:
    assert BY_KEY["flood_rank"].may_be_unknown
    assert BY_KEY["generator"].may_be_unknown
    assert not BY_KEY["oxygen_source"].may_be_unknown
    assert not BY_KEY["weight"].may_be_unknown
    assert "unknown" not in {code.value for kind in (Communication, OtherDependency) for code in kind}


def test_the_written_catalogue_is_the_programs() -> None:
    wanted = runpy.run_path(str(DOCS / "fields.py"), run_name="catalogue")["catalogue"]()
    assert (DOCS / "FIELDS.md").read_text("utf-8") == wanted, "run python docs/fields.py"
