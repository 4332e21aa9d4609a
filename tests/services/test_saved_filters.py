"""Saved filters: what is written is read back, and what is not understood is left out rather than widened."""

from __future__ import annotations

import json
from typing import Any

from hoken_desktop.domain.codes import DeviceGroup, Freshness, OnMap, PersonState, Standing, UnmappedReason
from hoken_desktop.services.ports import PersonQuery
from hoken_desktop.services.saved_filters import SavedFilter, SavedFilters, read, written


class Kept:
    """Preferences that go through JSON, as the real ones do."""

    def __init__(self) -> None:
        self.rows: dict[str, str] = {}

    def get(self, key: str, default: Any = None) -> Any:
        return json.loads(self.rows[key]) if key in self.rows else default

    def put(self, key: str, value: Any) -> None:
        self.rows[key] = json.dumps(value)


def test_every_filter_is_read_back_as_it_was_written() -> None:
    for query in (
        PersonQuery(),
        PersonQuery(text="架空", municipality="112178", group=DeviceGroup.BOTH, state=None),
        PersonQuery(state=PersonState.ENDED, freshness=Freshness.NEVER, position=OnMap.UNMAPPED),
        PersonQuery(position=UnmappedReason.DECLINED, consent=Standing.EXPIRED),
    ):
        assert read(json.loads(json.dumps(written(query)))) == query


def test_the_order_of_the_list_is_no_part_of_a_filter() -> None:
    assert written(PersonQuery(order="birth", descending=True)) == {}


def test_a_filter_that_is_not_understood_is_left_out() -> None:
    assert read({"group": "steam"}) is None
    assert read({"planet": "mars"}) is None
    kept = Kept()
    saved = SavedFilters(kept)
    saved.save("両方", PersonQuery(group=DeviceGroup.BOTH))
    kept.put("persons.filters", [*kept.get("persons.filters"), {"name": "先の版", "query": {"planet": "mars"}}])
    assert saved.all() == (SavedFilter("両方", PersonQuery(group=DeviceGroup.BOTH)),)


def test_saving_under_the_same_name_replaces_and_removing_keeps_the_others() -> None:
    saved = SavedFilters(Kept())
    saved.save("一", PersonQuery(text="a"))
    saved.save("二", PersonQuery(text="b"))
    saved.save("一", PersonQuery(text="c"))
    assert [(one.name, one.query.text) for one in saved.all()] == [("二", "b"), ("一", "c")]
    saved.remove("二")
    assert [one.name for one in saved.all()] == ["一"]


def test_columns_that_are_no_longer_there_are_left_out() -> None:
    saved = SavedFilters(Kept())
    assert saved.columns(("a", "b"), ("a",)) == ("a",)
    saved.keep_columns(("b", "gone", "a"))
    assert saved.columns(("a", "b"), ("a",)) == ("b", "a")
    saved.keep_columns(("gone",))
    assert saved.columns(("a", "b"), ("a",)) == ("a",)
