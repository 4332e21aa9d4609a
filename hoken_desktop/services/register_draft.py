"""The registry as it would stand after a present list, row by row, before anything of it is written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import Protocol, TypeVar

from hoken_desktop.domain.codes import EndReason
from hoken_desktop.domain.consents import Consent
from hoken_desktop.domain.diseases import DiseaseIndex
from hoken_desktop.domain.errors import Fault
from hoken_desktop.domain.linkage import Index, Similarity
from hoken_desktop.domain.municipalities import Municipality
from hoken_desktop.domain.office import Office
from hoken_desktop.domain.persons import Benefit, Contact, Device, Fact, Supporter, standing_facts
from hoken_desktop.domain.places import Place
from hoken_desktop.domain.sheets import MappedRow
from hoken_desktop.services.linkages import features_of_person
from hoken_desktop.services.persons import Persons
from hoken_desktop.services.ports import Clock, Ids, Shelves

CREATED, MERGED, UNCHANGED, FAULTY, BLANK = "created", "merged", "unchanged", "faulty", "blank"


class Municipalities(Protocol):
    """The master of 市区町村."""

    def find(self, raw: str, within: tuple[str, ...] = ()) -> Municipality | None: ...
    def name_of(self, code: str) -> str: ...


class Draft:
    """The registry as it would stand after the list: each row sees what the ones before it brought."""

    def __init__(
        self, shelves: Shelves, office: Office, clock: Clock, ids: Ids, persons: Persons,
        municipalities: Municipalities, alike: Similarity, day: date, staff_id: str, diseases: DiseaseIndex,
    ) -> None:  # fmt: skip
        self.office = office
        self.today = clock.today()
        self.moment: datetime = clock.now()
        self.ids = ids
        self.persons = persons
        self.municipalities = municipalities
        self.alike = alike
        self.day = day
        self.staff_id = staff_id
        self.diseases = diseases
        self.last = shelves.last_registry_no()
        self.people = {
            p.id: p for p in shelves.persons.all() if p.end_reason not in (EndReason.MERGED, EndReason.MISTAKE)
        }
        self.benefits = by_person(shelves.benefits.all())
        self.devices = by_person(shelves.devices.all())
        self.facts = {id_: standing_facts(some) for id_, some in by_person(shelves.facts.all()).items()}
        self.supporters = by_person(shelves.supporters.all())
        self.contacts = by_person(shelves.contacts.all())
        self.consents = by_person(shelves.consents.all())
        self.places = {p.person_id: p for p in shelves.places.all()}
        self.index = Index(features_of_person(p, self.benefits[p.id]) for p in self.people.values())
        self.fresh: dict[str, None] = {}
        self.altered: dict[str, None] = {}
        self.spoken_of: set[str] = set()
        self.benefits_added: dict[str, Benefit] = {}
        self.benefits_altered: dict[str, Benefit] = {}
        self.devices_added: dict[str, Device] = {}
        self.devices_altered: dict[str, Device] = {}
        self.facts_added: list[Fact] = []
        self.supporters_added: list[Supporter] = []
        self.contacts_added: list[Contact] = []
        self.places_put: dict[str, Place] = {}
        self.consents_added: list[Consent] = []
        self.faults: list[Fault] = []
        self.warnings: list[Fault] = []
        self.dashes: dict[str, tuple[MappedRow, int]] = {}
        self.row: MappedRow

    @property
    def writes(self) -> int:
        return (
            len(self.fresh) + len(self.altered) + len(self.benefits_added) + len(self.benefits_altered)
            + len(self.devices_added) + len(self.devices_altered) + len(self.facts_added) + len(self.supporters_added)
            + len(self.contacts_added) + len(self.places_put) + len(self.consents_added)
        )  # fmt: skip

    @property
    def changed(self) -> bool:
        """Whether there is anything to write."""
        return self.writes > 0

    # ---- telling ----------------------------------------------------------------------------------------------

    def fault(self, key: str, code: str) -> str:
        """Says why the row in hand is not taken."""
        row = self.row
        self.faults.append(Fault(row.file, row.sheet, row.number, row.column(key), code))
        return FAULTY

    def warn(self, key: str, code: str) -> None:
        """Says what else was seen in the row in hand."""
        row = self.row
        self.warnings.append(Fault(row.file, row.sheet, row.number, row.column(key), code, True))

    def tell_dashes(self) -> None:
        """One warning a column for all its －."""
        for key, (row, count) in self.dashes.items():
            self.warnings.append(
                Fault(row.file, row.sheet, row.number, row.column(key), "register_dash", True, {"count": count})
            )
        self.dashes = {}

    def write(self, shelves: Shelves) -> None:
        """Puts all of it on the shelves of one deed."""
        shelves.persons.add_all(self.people[id_] for id_ in self.fresh)
        shelves.persons.replace_all(self.people[id_] for id_ in self.altered if id_ not in self.fresh)
        shelves.benefits.add_all(self.benefits_added.values())
        shelves.benefits.replace_all(self.benefits_altered.values())
        shelves.devices.add_all(self.devices_added.values())
        shelves.devices.replace_all(self.devices_altered.values())
        shelves.facts.add_all(self.facts_added)
        shelves.supporters.add_all(self.supporters_added)
        shelves.contacts.add_all(self.contacts_added)
        for place in self.places_put.values():
            shelves.places.put(place)
        shelves.consents.add_all(self.consents_added)


class _Owned(Protocol):
    @property
    def person_id(self) -> str: ...


_T = TypeVar("_T", bound=_Owned)


def by_person(values: Iterable[_T]) -> defaultdict[str, list[_T]]:
    """Values by whom they belong to."""
    found: defaultdict[str, list[_T]] = defaultdict(list)
    for value in values:
        found[value.person_id].append(value)
    return found
