"""使用医療機器 by hand: add one, put it right, confirm its use, end it; a device is never deleted, only ended."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from hoken_desktop.domain.codes import EvidenceSource, UseStatus
from hoken_desktop.domain.deeds import Deed
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.persons import Device
from hoken_desktop.services.facts import FactEntry, fact_rows
from hoken_desktop.services.ports import Clock, Ids, Store


class Devices:
    """The devices of the people of one registry."""

    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids

    def add(self, device: Device, facts: Iterable[FactEntry] = ()) -> Device:
        """One more device of `device.person_id`, with facts of its own; its id is given here."""
        new = replace(device, id=self._ids())
        self._check(new.as_of, new.started_on)
        rows = fact_rows(new.person_id, (replace(f, device_id=new.id) for f in facts), self._clock, self._ids)
        with self._store.change(Deed.DEVICE_RECORDED, new.person_id, what="added", kind=new.kind.value) as shelves:
            if shelves.persons.get(new.person_id) is None:
                raise Refusal("persons.unknown")
            added = shelves.devices.add(new)
            shelves.facts.add_all(rows)
        return added

    def change(self, device: Device, facts: Iterable[FactEntry] = ()) -> Device:
        """A device put right, with facts of its own; it stays with its person. Nothing changed is no deed."""
        self._check(device.as_of, device.started_on)
        rows = fact_rows(device.person_id, (replace(f, device_id=device.id) for f in facts), self._clock, self._ids)
        with self._store.read() as shelves:
            if not rows and shelves.devices.get(device.id) == device:
                return device
        with self._store.change(Deed.DEVICE_RECORDED, device.person_id, what="changed") as shelves:
            old = shelves.devices.get(device.id)
            if old is None or old.person_id != device.person_id:
                raise Refusal("persons.unknown_device")
            shelves.facts.add_all(rows)
            return shelves.devices.replace(device)

    def confirm(
        self, person_id: str, uses: Mapping[str, UseStatus], on: date, source: EvidenceSource
    ) -> tuple[Device, ...]:
        """機器の使用状況 of one person's devices, confirmed on one day from one source: the newest confirmation stands.

        Unchanged uses are confirmed too: that somebody asked is news.
        """
        self._check(on)
        changed = {key: use.value for key, use in uses.items()}
        with self._store.change(Deed.DEVICE_RECORDED, person_id, what="confirmed", uses=changed) as shelves:
            known = {device.id: device for device in shelves.devices.all(person_id=person_id)}
            if set(uses) - known.keys():
                raise Refusal("persons.unknown_device")
            new = tuple(
                replace(known[id_], use_status=use, as_of=on, source=source) for id_, use in uses.items()
            )
            shelves.devices.replace_all(new)
        return new

    def known_words(self) -> tuple[tuple[str, str, str], ...]:
        """(maker, model, supplier) as written on the register, for completion while somebody types."""
        with self._store.read() as shelves:
            return tuple(sorted({(d.maker, d.model, d.supplier) for d in shelves.devices.all()}))

    def _check(self, *days: date | None) -> None:
        today = self._clock.today()
        if any(day is not None and day > today for day in days):
            raise Refusal("persons.future_date")
