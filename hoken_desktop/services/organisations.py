"""業者・機関: the master, which spelling of the register means which entry, and who answers at night."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Protocol

from hoken_desktop.domain.codes import DeviceKind, SupporterRole, UseStatus, YesNoUnknown
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.masters import Organisation, OrganisationKind, is_valid
from hoken_desktop.domain.municipalities import Municipality
from hoken_desktop.domain.names import kana_key
from hoken_desktop.domain.numbers import wash_phone
from hoken_desktop.domain.organisations import (
    Directory,
    directory_of,
    fold_organisation,
    kind_of,
    label_of,
    split_office,
)
from hoken_desktop.services.masters import Entries, Suggestion, settle
from hoken_desktop.services.ports import Clock, Ids, PersonQuery, Shelves, Store, Writing
from hoken_desktop.words import label, say

ALIKE_AT = 0.6
"""From this similarity on (0 to 1) an entry is offered as another spelling; below it nobody would see why."""

_ALIKE_SHOWN = 3
_KINDS = list(OrganisationKind)


class Municipalities(Protocol):
    """The master of 市区町村, all of Japan."""

    def by_code(self, raw_code: str) -> Municipality | None: ...
    def by_name(self, raw_name: str, within: tuple[str, ...] = ()) -> Municipality | None: ...
    def name_of(self, code: str) -> str: ...


@dataclass(frozen=True, slots=True)
class Proposal:
    """A name the register holds that means no entry yet: `draft` if it is new, `alike` if it is one of these.

    `key` is how it is compared; `spellings` are (as written, rows), the most frequent first; `people` counts those
    on the register today whose devices or helpers carry it.
    """

    key: str
    spellings: tuple[tuple[str, int], ...]
    devices: int
    supporters: int
    people: int
    draft: Organisation
    alike: tuple[Organisation, ...]


@dataclass(frozen=True, slots=True)
class SupplierLine:
    """Who is called for one device: `text` as the register holds it, the entry it means or None."""

    device_id: str
    kind: DeviceKind
    text: str
    organisation: Organisation | None

    @property
    def phone(self) -> str:
        """The number to call at any hour, else the one by day; "" where neither is known."""
        return (self.organisation.phone_24h or self.organisation.phone) if self.organisation else ""


@dataclass(frozen=True, slots=True)
class Overview:
    """How many people on the register today each organisation serves, by its id; and the names that mean none yet.

    A row that nobody has joined counts where its text means one entry only.
    """

    people: Mapping[str, int]
    proposals: tuple[Proposal, ...]


@dataclass(frozen=True, slots=True)
class _Named:
    """One row of a person that names an organisation; a `role` of None is a device's 業者."""

    person_id: str
    id: str
    text: str
    role: SupporterRole | None
    phone: str = ""
    around_the_clock: bool = False


class Organisations(Entries[Organisation]):
    """The organisations of one registry. `alike` is the string distance (0 to 1)."""

    shelf = "organisations"

    def __init__(
        self, store: Store, clock: Clock, ids: Ids, municipalities: Municipalities, alike: Callable[[str, str], float]
    ) -> None:
        super().__init__(store, clock, ids)
        self._municipalities = municipalities
        self._alike = alike
        self._kept: tuple[tuple[int, date], Directory] | None = None

    # ---- lookups ----------------------------------------------------------------------------------------------

    def directory(self, on: date | None = None) -> Directory:
        """Every organisation, found by id or by a spelling, for whoever asks for many people. It is read once and kept
        until something is written: the spellings are those of the whole register."""
        day = on or self._clock.today()
        key = (self._store.head()[0], day)
        if self._kept is None or self._kept[0] != key:
            with self._store.read() as shelves:
                self._kept = (key, self._directory(shelves, day))
        return self._kept[1]

    def suppliers_of(self, person_id: str) -> tuple[SupplierLine, ...]:
        """Who to call for each device of a person that is not ended and names a 業者."""
        directory = self.directory()
        with self._store.read() as shelves:
            devices = shelves.devices.all(person_id=person_id)
        return tuple(
            SupplierLine(d.id, d.kind, d.supplier, directory.of(d.supplier_id, d.supplier))
            for d in devices
            if (d.supplier or d.supplier_id) and d.use_status is not UseStatus.ENDED
        )

    def sections(self, municipality: str) -> list[Organisation]:
        """市町の課 (保健主管課, 防災課 …) of a municipality that are valid today."""
        return [
            one
            for one in self.valid()
            if one.kind is OrganisationKind.MUNICIPALITY and one.municipality == municipality
        ]

    def suggestions(self, kinds: Collection[OrganisationKind] = ()) -> list[Suggestion]:
        """What a form offers: entries valid today, of these kinds or of all."""
        return [
            Suggestion(label_of(one), one.id, self._hint(one), tuple(k for k in (one.name_kana, one.name) if k))
            for one in self.valid()
            if not kinds or one.kind in kinds
        ]

    def _hint(self, one: Organisation) -> str:
        if one.phone_24h:
            return say("organisations.hint_24h", phone=one.phone_24h)
        return one.phone or (self._municipalities.name_of(one.municipality) if one.municipality else label(one.kind))

    def overview(self) -> Overview:
        """Who is used by how many, and which names mean no entry yet; read in one go, for the worker."""
        with self._store.read() as shelves:
            directory = self._directory(shelves)
            active = set(shelves.person_ids(PersonQuery()))
            named = [one for one in _named(shelves) if one.person_id in active]
        people: defaultdict[str, set[str]] = defaultdict(set)
        unknown: defaultdict[str, list[_Named]] = defaultdict(list)
        for one in named:
            known = directory.of(one.id, one.text)
            if known is not None:
                people[known.id].add(one.person_id)
            elif one.text:
                unknown[fold_organisation(one.text)].append(one)
        proposals = [self._proposal(key, rows, directory) for key, rows in unknown.items()]
        return Overview(
            {id_: len(ids) for id_, ids in people.items()},
            tuple(sorted(proposals, key=lambda p: (-p.people, p.key))),
        )

    def proposals(self) -> tuple[Proposal, ...]:
        """「台帳にある業者名で、まだ登録のないもの」, those of the most people first."""
        return self.overview().proposals

    # ---- names that mean no entry yet -------------------------------------------------------------------------

    def _proposal(self, key: str, rows: list[_Named], directory: Directory) -> Proposal:
        spellings = tuple(Counter(one.text for one in rows).most_common())
        name, office = split_office(spellings[0][0])
        kind = kind_of(spellings[0][0], [one.role for one in rows])
        phones = {one.phone for one in rows if one.phone}
        phone = next(iter(phones)) if len(phones) == 1 else ""
        at_night = all(one.around_the_clock for one in rows if one.phone)
        town = self._municipalities.by_name(name) if kind is OrganisationKind.MUNICIPALITY else None
        draft = Organisation(
            "", kind, name, office, municipality=town.code if town else "", phone=phone,
            phone_24h=phone if at_night else "", source=say("organisations.source_register"),
        )  # fmt: skip
        helpers = sum(one.role is not None for one in rows)
        return Proposal(
            key, spellings, len(rows) - helpers, helpers, len({one.person_id for one in rows}), draft,
            self._alike_to(key, directory.by_id.values()),
        )  # fmt: skip

    def _alike_to(self, key: str, known: Iterable[Organisation]) -> tuple[Organisation, ...]:
        """Entries this may be another spelling of: one holds the other, or they are much alike; the nearest first."""
        near = []
        for one in known:
            whole, bare = fold_organisation(label_of(one)), fold_organisation(one.name)
            holds = len(bare) > 1 and (bare in key or key in whole)
            degree = max(self._alike(key, whole), self._alike(key, bare))
            if holds or degree >= ALIKE_AT:
                near.append((-degree, one.valid_to is not None, one.id, one))
        return tuple(one for *_, one in sorted(near)[:_ALIKE_SHOWN])

    def adopt(self, key: str, organisation: Organisation) -> Organisation:
        """A proposal becomes an entry, and every row of this spelling is joined to it; its text stays as written."""
        made = replace(self._whole(organisation), id=self._ids())
        with self._change(made.id, "adopted") as shelves:
            self._refuse_twice(made, self._entries(shelves))
            shelves.organisations.add(made)
            shelves.detail["rows"] = self._join(shelves, key, made.id)
        return made

    def join(self, key: str, organisation_id: str) -> int:
        """A proposal is another spelling of a known entry: its rows are joined, their text stays. Gives how many."""
        with self._change(organisation_id, "joined") as shelves:
            if shelves.organisations.get(organisation_id) is None:
                raise Refusal("masters.unknown")
            rows = self._join(shelves, key, organisation_id)
            shelves.detail["rows"] = rows
            return rows

    @staticmethod
    def _join(shelves: Writing, key: str, id_: str) -> int:
        devices = [d for d in shelves.devices.all(supplier_id="") if fold_organisation(d.supplier) == key]
        helpers = [s for s in shelves.supporters.all(organisation_id="") if fold_organisation(s.organisation) == key]
        rows = settle(shelves, "devices", (replace(d, supplier_id=id_) for d in devices))
        return rows + settle(shelves, "supporters", (replace(s, organisation_id=id_) for s in helpers))

    def merge(self, kept_id: str, gone_id: str) -> Organisation:
        """Two entries are one: all rows of `gone_id` come to `kept_id`, blanks of the kept one are filled from it,
        and the other ends and says where it went. Refuses one and the same, and unknown ones."""
        today = self._clock.today()
        with self._change(kept_id, "merged") as shelves:
            kept, gone = shelves.organisations.get(kept_id), shelves.organisations.get(gone_id)
            if kept is None or gone is None or kept_id == gone_id:
                raise Refusal("masters.unknown")
            last = today - timedelta(days=1)
            if gone.valid_from is not None and gone.valid_from >= today:
                last = gone.valid_from
            note = say("organisations.merged_into", name=label_of(kept))
            ended = replace(
                gone, valid_to=min(gone.valid_to or last, last),
                note=say("organisations.notes", one=gone.note, other=note) if gone.note else note,
            )  # fmt: skip
            blanks: dict[str, Any] = {name: getattr(kept, name) or getattr(gone, name) for name in _FILLED}
            filled = replace(kept, **blanks)
            shelves.organisations.replace_all([filled, ended])
            devices = (replace(d, supplier_id=kept_id) for d in shelves.devices.all(supplier_id=gone_id))
            helpers = (replace(s, organisation_id=kept_id) for s in shelves.supporters.all(organisation_id=gone_id))
            rows = settle(shelves, "devices", devices) + settle(shelves, "supporters", helpers)
            shelves.detail.update(gone=gone_id, rows=rows)
        return filled

    # ---- what this table says of itself -----------------------------------------------------------------------

    def _directory(self, shelves: Shelves, on: date | None = None) -> Directory:
        return directory_of(shelves.organisations.all(), shelves.spellings(), on or self._clock.today())

    def _whole(self, entry: Organisation) -> Organisation:
        tidy = super()._whole(entry)
        if not tidy.name:
            raise Refusal("organisations.no_name")
        if tidy.municipality and self._municipalities.by_code(tidy.municipality) is None:
            raise Refusal("organisations.unknown_municipality")
        if tidy.kind is OrganisationKind.MUNICIPALITY and not tidy.municipality:
            raise Refusal("organisations.no_municipality")
        numbers: dict[str, Any] = {name: wash_phone(getattr(tidy, name)).value for name in _PHONES}
        return replace(tidy, **numbers)

    def _is_same(self, one: Organisation, other: Organisation) -> bool:
        towns = {one.municipality, other.municipality} - {""}
        return len(towns) < 2 and fold_organisation(label_of(one)) == fold_organisation(label_of(other))

    def _order(self, entry: Organisation) -> Any:
        town = entry.municipality if entry.kind is OrganisationKind.MUNICIPALITY else ""
        return (_KINDS.index(entry.kind), town, kana_key(entry.name_kana, entry.name), entry.office, entry.id)


_PHONES = ("phone", "phone_24h", "fax")
def phone_words(organisation: Organisation | None, on: date) -> str:
    """「24時間 048-000-0024」, else the number by day; of an entry that has ended with that word; "" for none."""
    if organisation is None or not (phone := organisation.phone_24h or organisation.phone):
        return ""
    if not is_valid(organisation, on):
        return say("organisations.phone_ended", phone=phone)
    return say("organisations.hint_24h" if organisation.phone_24h else "organisations.phone_by_day", phone=phone)


_FILLED = ("name_kana", "municipality", "phone", "phone_24h", "fax", "email", "address", "contact_name")


def _named(shelves: Shelves) -> Iterator[_Named]:
    """What devices that are not ended and helpers name, ended people's too."""
    for device in shelves.devices.all():
        if device.use_status is not UseStatus.ENDED and (device.supplier_id or device.supplier.strip()):
            yield _Named(device.person_id, device.supplier_id, device.supplier.strip(), None)
    for helper in shelves.supporters.all():
        if helper.organisation_id or helper.organisation.strip():
            yield _Named(
                helper.person_id, helper.organisation_id, helper.organisation.strip(), helper.role, helper.phone,
                helper.around_the_clock is YesNoUnknown.YES,
            )  # fmt: skip
