"""保健所: its name, municipalities, rules and staff."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Protocol

from hoken_desktop.domain.deeds import Deed
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.municipalities import Municipality
from hoken_desktop.domain.office import Office, Staff
from hoken_desktop.services.ports import PersonQuery, Store
from hoken_desktop.services.staff import check_admin
from hoken_desktop.words import say

RULES = frozenset({
    "municipalities", "counting", "grace_months", "guardian_ends_at", "needs_approval", "include_not_at_home",
})  # fmt: skip
"""Settings that decide who counts, who stands on the map and who is handed over."""


class MunicipalityNames(Protocol):
    """Names of municipality codes."""

    def name_of(self, code: str) -> str: ...
    def by_code(self, raw_code: str) -> Municipality | None: ...
    def find(self, raw: str, within: tuple[str, ...] = ()) -> Municipality | None: ...


@dataclass(frozen=True, slots=True)
class Town:
    """One of the office's municipalities; `people` counts those on the register who live there."""

    code: str
    name: str
    full_name: str
    people: int


class Offices:
    """The one office of a registry."""

    def __init__(self, store: Store, names: MunicipalityNames) -> None:
        self._store = store
        self._names = names

    def get(self) -> Office:
        """The office and its rules."""
        with self._store.read() as shelves:
            return shelves.offices.all()[0]

    def municipalities(self) -> dict[str, str]:
        """The office's municipalities: code → name, in the office's order."""
        return {code: self._names.name_of(code) for code in self.get().municipalities}

    def name_of(self, code: str) -> str:
        """A municipality's name; 管外 for none."""
        return self._names.name_of(code) if code else say("offices.outside")

    def towns(self) -> list[Town]:
        """The office's municipalities with their people, in the office's order."""
        with self._store.read() as shelves:
            codes = shelves.offices.all()[0].municipalities
            people = {code: len(shelves.person_ids(PersonQuery(municipality=code))) for code in codes}
        return [self._town(code, people[code]) for code in codes]

    def _town(self, code: str, people: int) -> Town:
        found = self._names.by_code(code)
        return Town(code, self._names.name_of(code), found.full_name if found else code, people)

    def add_town(self, raw: str) -> Town:
        """One more municipality, by code (5 or 6 digits) or name; refuses an unknown one, a namesake and one that is
        here already."""
        codes = self.get().municipalities
        found = self._names.find(raw, codes)
        if found is None:
            raise Refusal("offices.town_unknown", municipality=raw)
        if found.code in codes:
            raise Refusal("offices.town_here", name=found.full_name)
        self.set(municipalities=(*codes, found.code))
        return next(town for town in self.towns() if town.code == found.code)

    def remove_town(self, code: str) -> Office:
        """One municipality less: its people stay on the register and count as 管外. Refuses the last one."""
        left = tuple(each for each in self.get().municipalities if each != code)
        if not left:
            raise Refusal("offices.last_town")
        return self.set(municipalities=left)

    def set(self, **changes: Any) -> Office:
        """Changes rules of the office (counting, grace_months, director, …), as one deed that names the fields. What
        decides who counts and who is handed over is a 管理者's to change."""
        office = self.get()
        unknown = set(changes) - set(office.__slots__)
        if unknown:
            raise Refusal("offices.unknown_setting", name=sorted(unknown)[0])
        if "name" in changes and not str(changes["name"]).strip():
            raise Refusal("offices.no_name")
        if RULES & set(changes):
            check_admin(self._store)
        with self._store.change(Deed.OFFICE_SET, office.id, fields=sorted(changes)) as shelves:
            return shelves.offices.replace(replace(office, **changes))

    def staff(self) -> list[Staff]:
        """Everyone who has or had a slot."""
        with self._store.read() as shelves:
            return shelves.staff.all()

    def who(self, staff_id: str) -> str:
        """「職 氏名」 of a member of staff; 復旧キー where the recovery key opened."""
        for member in self.staff():
            if member.id == staff_id:
                return f"{member.post} {member.name}".strip()
        return say("offices.recovery")
