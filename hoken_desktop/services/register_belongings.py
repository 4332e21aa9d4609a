"""移行: what belongs to a person of a present list: devices, facts, supporters, contacts, the pin on the map."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, time

from hoken_desktop.domain import fields
from hoken_desktop.domain.codes import AddressSource, EvidenceSource, PlaceLevel, SupporterRole, UseStatus
from hoken_desktop.domain.dates import JAPAN
from hoken_desktop.domain.names import fold_name
from hoken_desktop.domain.persons import LIVING, OXYGEN_KINDS, Contact, Device, Fact, Person, Supporter
from hoken_desktop.domain.places import Place
from hoken_desktop.domain.register import RegisterRow
from hoken_desktop.domain.register_people import Kin, Support
from hoken_desktop.services.register_draft import Draft


class Belongings:
    """Puts what one row says beside the person into a draft; what stands there already is left as it is."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft

    def add(self, person: Person, read: RegisterRow, day: date) -> None:
        """All of it, as of `day`."""
        self._add_devices(person.id, read, day)
        self._add_facts(person.id, read, day)
        self._add_supporters(person.id, read, day)
        self._add_contacts(person.id, read.contacts, day)
        self._add_pin(person, read, day)

    def _add_devices(self, person_id: str, read: RegisterRow, day: date) -> None:
        named = {kind: (model, supplier) for kind, model, supplier in read.suppliers}
        for one in read.incoming.evidence:
            model, supplier = named.get(one.kind, ("", ""))
            known = self.draft.devices[person_id]
            alike = [
                d for d in known if d.kind is one.kind or (one.kind in OXYGEN_KINDS and d.kind in OXYGEN_KINDS)
            ]
            if not alike or (person_id in self.draft.fresh and all(d.kind is not one.kind for d in alike)):
                device = Device(
                    self.draft.ids(), person_id, one.kind, one.use_status, model=model, supplier=supplier,
                    source=EvidenceSource.MIGRATED, as_of=day,
                )  # fmt: skip
                known.append(device)
                self.draft.devices_added[device.id] = device
                continue
            device = next((d for d in alike if d.kind is one.kind), alike[0])
            filled = replace(device, model=device.model or model, supplier=device.supplier or supplier)
            if device.use_status is UseStatus.UNKNOWN and one.use_status in LIVING:
                filled = replace(filled, use_status=one.use_status, source=EvidenceSource.MIGRATED, as_of=day)
            if filled != device:
                known[known.index(device)] = filled
                added = device.id in self.draft.devices_added
                (self.draft.devices_added if added else self.draft.devices_altered)[device.id] = filled
                self.draft.altered[person_id] = None

    def _add_facts(self, person_id: str, read: RegisterRow, day: date) -> None:
        standing = self.draft.facts.setdefault(person_id, {})
        said = [(k, v) for one in read.incoming.evidence for k, v in one.facts if k in fields.BY_KEY]
        held = {field for (_, field), fact in standing.items() if fact.value}
        for key, value in (*said, *read.facts):
            if key in held:
                continue
            text = fields.canonical(fields.BY_KEY[key], value)
            fact = Fact(self.draft.ids(), person_id, key, text, EvidenceSource.MIGRATED, day, self.draft.moment)
            standing["", key] = fact
            held.add(key)
            self.draft.facts_added.append(fact)

    def _add_supporters(self, person_id: str, read: RegisterRow, day: date) -> None:
        known = self.draft.supporters[person_id]
        suppliers = [supplier for _, _, supplier in read.suppliers if supplier]
        for one in read.supporters:
            if one.role in (SupporterRole.DEVICE_SUPPLIER, SupporterRole.OXYGEN_SUPPLIER) and not one.organisation:
                one = Support(one.role, suppliers[0] if suppliers else "", one.name, one.phone)
            alike = [s for s in known if s.role is one.role]
            if person_id in self.draft.fresh:
                alike = [s for s in alike if (s.organisation, s.name) == (one.organisation, one.name)]
            if alike:
                continue
            supporter = Supporter(
                self.draft.ids(), person_id, one.role, one.organisation, one.name, one.phone,
                source=EvidenceSource.MIGRATED, as_of=day,
            )  # fmt: skip
            known.append(supporter)
            self.draft.supporters_added.append(supporter)

    def _add_contacts(self, person_id: str, kin: Iterable[Kin], day: date) -> None:
        known = self.draft.contacts[person_id]
        if known and person_id not in self.draft.fresh:
            return
        for one in kin:
            if any((c.name, c.phone) == (one.name, one.phone) for c in known):
                continue
            contact = Contact(
                self.draft.ids(), person_id, len(known) + 1, one.name, one.relation, one.phone,
                source=EvidenceSource.MIGRATED, as_of=day,
            )  # fmt: skip
            known.append(contact)
            self.draft.contacts_added.append(contact)

    def _add_pin(self, person: Person, read: RegisterRow, day: date) -> None:
        if read.pin is None:
            return
        if not person.address:
            self.draft.warn("lat", "register_pin_without_address")
            return
        said = fold_name(read.incoming.address_actual or read.incoming.address_registered)
        held = fold_name(person.address)
        if not (said.endswith(held) or held.endswith(said)):  # 埼玉県 in front makes no other home
            self.draft.warn("lat", "register_pin_other_address")
            return
        old = self.draft.places.get(person.id)
        if old is not None and old.pinned and old.address == person.address:
            return
        place = Place(
            person_id=person.id, address=person.address, level=PlaceLevel.BUILDING, lat=read.pin[0], lon=read.pin[1],
            source=AddressSource.MANUAL.value, pinned=True, located_at=datetime.combine(day, time(), JAPAN),
            staff_id=self.draft.staff_id,
        )  # fmt: skip
        self.draft.places[person.id] = place
        self.draft.places_put[person.id] = place
