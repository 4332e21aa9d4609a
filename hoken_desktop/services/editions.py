"""版: what a 訂正版 changed against the edition before it, and what one made now would change; person by person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from hoken_desktop.domain.codes import DeviceGroup, RoundState
from hoken_desktop.domain.dates import in_japan
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.rounds import Round, SnapshotRow
from hoken_desktop.domain.statistics import COUNTED, Tally, tally
from hoken_desktop.services.ports import Shelves, Store
from hoken_desktop.words import label, say


class Snapshots(Protocol):
    """The register as it stands, as rows of an edition (services/rounds.py)."""

    def snapshot(self, shelves: Shelves, round_: Round, edition: int) -> list[SnapshotRow]: ...


class Municipalities(Protocol):
    """The master of 市区町村."""

    def name_of(self, code: str) -> str: ...


@dataclass(frozen=True, slots=True)
class Changed:
    """One person between two editions; `what` in words, a line each."""

    registry_no: str
    name: str
    what: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EditionChange:
    """One edition against the one before, and who changed in between; `before` and `after` are its counts by device.

    people_before + come − gone = people_after (people with 機器未確認 stand in an edition too). `made_on`, `staff_id`
    and `reason` are empty for an edition that has not been made.
    """

    edition: int
    before: Tally
    after: Tally
    people_before: int
    people_after: int
    come: tuple[Changed, ...]
    gone: tuple[Changed, ...]
    changed: tuple[Changed, ...]
    made_on: date | None = None
    staff_id: str = ""
    reason: str = ""

    @property
    def nothing(self) -> bool:
        """Whether the two editions say the same of everybody."""
        return not (self.come or self.gone or self.changed)


class Editions:
    """Compares the editions of frozen rounds."""

    def __init__(self, store: Store, snapshots: Snapshots, municipalities: Municipalities) -> None:
        self._store = store
        self._snapshots = snapshots
        self._municipalities = municipalities

    def change_of(self, as_of: date, edition: int) -> EditionChange:
        """What the `edition` of this round changed; refuses a first edition, which has none before it."""
        with self._store.read() as shelves:
            round_ = _frozen(shelves, as_of)
            kept = {e.edition: e for e in shelves.editions.all(round_id=round_.id)}
            if edition - 1 not in kept or edition not in kept:
                raise Refusal("editions.no_such", edition=edition)
            old = shelves.snapshot_rows.all(round_id=round_.id, edition=edition - 1)
            new = shelves.snapshot_rows.all(round_id=round_.id, edition=edition)
        made = kept[edition]
        return self._compare(
            edition, old, new, made.counting == "use", made_on=in_japan(made.frozen_at).date(), staff_id=made.staff_id,
            reason=made.reason,
        )  # fmt: skip

    def change_now(self, as_of: date) -> EditionChange:
        """What a 訂正版 made from today's register would change; nothing is written."""
        with self._store.read() as shelves:
            round_ = _frozen(shelves, as_of)
            old = shelves.snapshot_rows.all(round_id=round_.id, edition=round_.edition)
            new = self._snapshots.snapshot(shelves, round_, round_.edition + 1)
            by_use = shelves.offices.all()[0].counting == "use"
        return self._compare(round_.edition + 1, old, new, by_use)

    def _compare(
        self, edition: int, old: Iterable[SnapshotRow], new: Iterable[SnapshotRow], by_use: bool, **made: Any
    ) -> EditionChange:
        was, now = {r.person_id: r for r in old}, {r.person_id: r for r in new}
        both = [(was[id_], row) for id_, row in now.items() if id_ in was]
        changed = [(after, tuple(self._what(before, after))) for before, after in both]
        return EditionChange(
            edition=edition,
            before=_counted(was.values(), by_use),
            after=_counted(now.values(), by_use),
            people_before=len(was),
            people_after=len(now),
            come=tuple(self._of(r, (label(r.group),)) for id_, r in now.items() if id_ not in was),
            gone=tuple(self._of(r, (label(r.group),)) for id_, r in was.items() if id_ not in now),
            changed=tuple(self._of(row, what) for row, what in changed if what),
            **made,
        )

    @staticmethod
    def _of(row: SnapshotRow, what: tuple[str, ...]) -> Changed:
        return Changed(row.registry_no, str(row.payload.get("name", "")), what)

    def _what(self, before: SnapshotRow, after: SnapshotRow) -> Iterator[str]:
        def place(row: SnapshotRow) -> str:
            return self._municipalities.name_of(row.municipality) if row.municipality else say("offices.outside")

        def on_map(row: SnapshotRow) -> str:
            if row.mapped or row.unmapped_reason is None:
                return say("lists.mapped")
            return label(row.unmapped_reason)

        for name, one, two in (
            ("editions.group", label(before.group), label(after.group)),
            ("editions.municipality", place(before), place(after)),
            ("editions.care_setting", label(before.care_setting), label(after.care_setting)),
            ("editions.map", on_map(before), on_map(after)),
            ("editions.support_plan", label(before.support_plan), label(after.support_plan)),
        ):
            if one != two:
                yield say("editions.from_to", name=say(name), before=one, after=two)
        others = [key for key in _KEPT if before.payload.get(key) != after.payload.get(key)]
        if others:
            named = say("editions.comma").join(say(_KEPT[key]) for key in others)
            yield say("editions.values", names=named)


_KEPT = {
    "name": "editions.value_name",
    "name_kana": "editions.value_kana",
    "birth_on": "editions.value_birth",
    "address": "editions.value_address",
    "phone": "editions.value_phone",
    "devices": "editions.value_devices",
}
"""What an edition prints of a person; the old and new values themselves stay in their editions."""


def _counted(rows: Iterable[SnapshotRow], by_use: bool) -> Tally:
    groups: list[DeviceGroup] = [row.group for row in rows if row.group in COUNTED]
    return tally(groups, by_use=by_use)


def _frozen(shelves: Shelves, as_of: date) -> Round:
    found = [r for r in shelves.rounds.all(state=RoundState.FROZEN) if r.as_of == as_of]
    if not found:
        raise Refusal("rounds.no_such", day=as_of.isoformat())
    return found[0]
