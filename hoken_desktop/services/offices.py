"""保健所: its name, municipalities, rules and staff."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Protocol

from hoken_desktop.domain.deeds import Deed
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.office import Office, Staff
from hoken_desktop.services.ports import Store
from hoken_desktop.words import say


class MunicipalityNames(Protocol):
    """Names of municipality codes."""

    def name_of(self, code: str) -> str: ...


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

    def set(self, **changes: Any) -> Office:
        """Changes rules of the office (counting, grace_months, director, …), as one deed that names the fields."""
        office = self.get()
        unknown = set(changes) - set(office.__slots__)
        if unknown:
            raise Refusal("offices.unknown_setting", name=sorted(unknown)[0])
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
