"""機種: makers' models with their catalogue values. The program ships none: a value nobody looked up is no value."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from hoken_desktop.domain.codes import DeviceKind, UseStatus
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.masters import DeviceModel
from hoken_desktop.domain.names import fold_name, kana_key
from hoken_desktop.services.masters import Entries, Suggestion
from hoken_desktop.services.ports import PersonQuery
from hoken_desktop.words import say

_KINDS = list(DeviceKind)
_LONGEST_HOURS = 240.0
_MOST_WATTS = 5000


@dataclass(frozen=True, slots=True)
class ModelProposal:
    """A maker and model the register holds that is no entry yet; `people` counts those on the register today."""

    draft: DeviceModel
    people: int


class DeviceModels(Entries[DeviceModel]):
    """The device models of one registry."""

    shelf = "device_models"

    def find(self, kind: DeviceKind, maker: str, model: str) -> DeviceModel | None:
        """The model valid today of this maker and name; without a maker the only one of that name."""
        wanted = fold_name(model)
        if not wanted:
            return None
        same = [one for one in self.valid() if one.kind is kind and fold_name(one.model) == wanted]
        if maker:
            same = [one for one in same if fold_name(one.maker) == fold_name(maker)]
        return same[0] if len(same) == 1 else None

    def suggestions(self, kinds: Collection[DeviceKind] = ()) -> list[Suggestion]:
        """Models a form offers, the maker behind each."""
        return [
            Suggestion(one.model, one.id, one.maker, (one.maker,) if one.maker else ())
            for one in self.valid()
            if not kinds or one.kind in kinds
        ]

    def makers(self) -> list[Suggestion]:
        """Makers a form offers, each once."""
        names = {fold_name(one.maker): one.maker for one in self.valid() if one.maker}
        return [Suggestion(name) for name in sorted(names.values(), key=lambda name: kana_key("", name))]

    def proposals(self) -> tuple[ModelProposal, ...]:
        """「台帳にある機種名で、まだ登録のないもの」, those of the most people first."""
        known = {(one.kind, fold_name(one.model)) for one in self.all()}
        with self._store.read() as shelves:
            active = set(shelves.person_ids(PersonQuery()))
            devices = [d for d in shelves.devices.all() if d.person_id in active and d.model.strip()]
        written: defaultdict[tuple[DeviceKind, str, str], Counter[tuple[str, str]]] = defaultdict(Counter)
        people: defaultdict[tuple[DeviceKind, str, str], set[str]] = defaultdict(set)
        for device in devices:
            key = (device.kind, fold_name(device.maker), fold_name(device.model))
            if device.use_status is UseStatus.ENDED or (key[0], key[2]) in known:
                continue
            written[key][device.maker.strip(), device.model.strip()] += 1
            people[key].add(device.person_id)
        found = []
        for key, spellings in written.items():
            maker, model = spellings.most_common(1)[0][0]
            draft = DeviceModel("", key[0], maker, model, source=say("organisations.source_register"))
            found.append(ModelProposal(draft, len(people[key])))
        return tuple(sorted(found, key=lambda p: (-p.people, p.draft.maker, p.draft.model)))

    def _whole(self, entry: DeviceModel) -> DeviceModel:
        tidy = super()._whole(entry)
        if not tidy.model:
            raise Refusal("device_models.no_model")
        for hours in (tidy.battery_hours, tidy.external_battery_hours):
            if hours is not None and not 0 <= hours <= _LONGEST_HOURS:
                raise Refusal("device_models.hours_out_of_bounds", most=int(_LONGEST_HOURS))
        if tidy.watts is not None and not 0 < tidy.watts <= _MOST_WATTS:
            raise Refusal("device_models.watts_out_of_bounds", most=_MOST_WATTS)
        return tidy

    def _is_same(self, one: DeviceModel, other: DeviceModel) -> bool:
        key, key_of_other = ((o.kind, fold_name(o.maker), fold_name(o.model)) for o in (one, other))
        return key == key_of_other

    def _order(self, entry: DeviceModel) -> Any:
        return (_KINDS.index(entry.kind), fold_name(entry.maker), fold_name(entry.model), entry.id)
