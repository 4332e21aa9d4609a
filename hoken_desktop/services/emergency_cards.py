"""緊急時カード: what a person carries or keeps with the 救急医療情報セット; only the groups of items they agreed to.

The groups are chosen at each printing and kept in its entry of the record; 病名 stands on it only where it was chosen.
How to get into the house (鍵 and the like) never stands on a card that can be lost.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from hoken_desktop.domain import fields
from hoken_desktop.domain.codes import DeviceKind, ItemGroup, PaperKind, SupporterRole, UseStatus, YesNoUnknown
from hoken_desktop.domain.dates import format_wareki
from hoken_desktop.domain.deeds import Deed
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.papers import CardBlock, CardPaper
from hoken_desktop.domain.persons import OXYGEN_KINDS, Fact, Supporter
from hoken_desktop.services.card_papers import lay_out
from hoken_desktop.services.dossier_parts import Known
from hoken_desktop.services.dossiers import Dossiers
from hoken_desktop.services.facts import fact_words, field_word
from hoken_desktop.services.organisations import phone_words
from hoken_desktop.services.papers import Printer
from hoken_desktop.services.ports import Store
from hoken_desktop.services.printing import PDF, Job, Printed, Printing, check_ending
from hoken_desktop.words import label, say

FIRST_CHOICE = (ItemGroup.BASIC,)
"""What is chosen until somebody chooses: nothing that the person was not asked about."""


def parse_groups(texts: Iterable[str]) -> tuple[ItemGroup, ...]:
    """Groups by code or Japanese word, commas between; refuses what is none of them."""
    known = {_folded(word): group for group in ItemGroup for word in (group.value, label(group))}
    wanted = [part for text in texts for part in re.split(r"[,、，・\s]+", text.strip()) if part]
    found = [known.get(_folded(part)) for part in wanted]
    if not found or None in found:
        raise Refusal("emergency_cards.items", allowed=say("emergency_cards.comma").join(map(label, ItemGroup)))
    return tuple(group for group in ItemGroup if group in found)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


class EmergencyCards:
    """The 緊急時カード of one registry."""

    def __init__(self, store: Store, printing: Printing, dossiers: Dossiers) -> None:
        self._store = store
        self._printing = printing
        self._dossiers = dossiers

    def last_groups(self, person_id: str) -> tuple[ItemGroup, ...]:
        """The groups of the person's newest card, as the record keeps them; only 基本 where there is none."""
        with self._store.read() as shelves:
            entries = shelves.audits.all(deed=Deed.PAPER_PRINTED.value, subject=person_id)
        mine = [e for e in entries if e.detail.get("paper") == PaperKind.EMERGENCY_CARD.value]
        return tuple(ItemGroup(code) for code in mine[-1].detail["items"]) if mine else FIRST_CHOICE

    def file_name(self, person_id: str) -> str:
        """A name for the file: the 管理番号, never a person's name."""
        return say("emergency_cards.file", number=self._dossiers.known(person_id).person.registry_no)

    def paper(self, person_id: str, groups: Iterable[ItemGroup]) -> CardPaper:
        """The card as a value. Refuses a choice without 基本: a card without a name says nothing about anybody."""
        chosen = frozenset(groups)
        if ItemGroup.BASIC not in chosen:
            raise Refusal("emergency_cards.no_basic")
        known = self._dossiers.known(person_id)
        makers = {
            ItemGroup.BASIC: _basic,
            ItemGroup.CONTACT: _contacts,
            ItemGroup.DEVICE: _devices,
            ItemGroup.SUPPORTER: _supporters,
            ItemGroup.DISEASE: _diseases,
            ItemGroup.HOME: _home,
        }
        return CardPaper(
            office=known.office.name,
            printed_on=known.day,
            edition=say("lists.live"),
            registry_no=known.person.registry_no,
            name=known.person.name,
            kana=known.person.name_kana,
            blocks=tuple(
                CardBlock(say(f"emergency_cards.block_{group.value}"), tuple(make(known)))
                for group, make in makers.items()
                if group in chosen
            ),
        )

    def write(self, person_id: str, groups: Iterable[ItemGroup], out: Path) -> Printed:
        """Writes the card as a PDF under a password. Refuses what `paper` refuses, and an existing file."""
        check_ending(out, PDF)
        chosen = tuple(groups)
        paper = self.paper(person_id, chosen)
        return self._printing.save(_job(person_id, chosen), out, lambda copy: lay_out(paper, copy))

    def print_on(self, person_id: str, groups: Iterable[ItemGroup], printer: Printer) -> Printed:
        """Prints the card on a real printer."""
        chosen = tuple(groups)
        paper = self.paper(person_id, chosen)
        return self._printing.press(_job(person_id, chosen), printer, lambda copy: lay_out(paper, copy))


def _job(person_id: str, groups: tuple[ItemGroup, ...]) -> Job:
    chosen = [group.value for group in ItemGroup if group in groups]
    return Job(PaperKind.EMERGENCY_CARD, person_id, {"people": 1, "items": chosen})


Lines = Iterator[tuple[str, str]]


def _basic(known: Known) -> Lines:
    person = known.person
    yield say("emergency_cards.born"), _day(person.birth_on)
    yield say("emergency_cards.sex"), label(person.sex)
    yield say("emergency_cards.address"), _written(person.address)


def _contacts(known: Known) -> Lines:
    phones = say("emergency_cards.comma").join(p for p in (known.person.phone_home, known.person.phone_mobile) if p)
    yield say("emergency_cards.own_phone"), _written(phones)
    for contact in sorted(known.contacts, key=lambda c: c.rank):
        who = say("lists.contact", name=contact.name, relation=contact.relation) if contact.relation else contact.name
        yield say("emergency_cards.contact", n=contact.rank), f"{_written(who)}\n{_number(contact.phone)}"
    if not known.contacts:
        yield say("emergency_cards.contact", n=1), say("dossiers.nothing")


def _facts(known: Known, *keys: str, asked: bool) -> Lines:
    """Facts with the day they are known of; an unasked one is 不明 where it is `asked` for."""
    for key in keys:
        found: Fact | None = max(
            (fact for (_, field), fact in known.facts.items() if field == key), key=lambda f: f.as_of, default=None
        )
        if found is not None and found.value:
            words = fact_words(fields.BY_KEY[key], found.value)
            yield _named(key), say("emergency_cards.as_of", value=words, day=format_wareki(found.as_of))
        elif asked and _applies(known, key):
            yield _named(key), say("dossiers.unknown")


def _named(key: str) -> str:
    """A field's name on a card, where ventilator and oxygen stand under one heading."""
    own = {
        "tolerable_off_minutes": "emergency_cards.ventilator_off",
        "oxygen_off_hours": "emergency_cards.oxygen_off",
        "internal_battery_hours": "emergency_cards.internal_battery",
        "external_battery_hours": "emergency_cards.external_battery",
        "oxygen_source": "emergency_cards.oxygen_source",
        "flow_rest": "emergency_cards.oxygen_flow",
    }
    return say(own[key]) if key in own else field_word(key)


def _applies(known: Known, key: str) -> bool:
    has = known.facts.get(("", key.removesuffix("_hours"))) if key.endswith("_battery_hours") else None
    return has is None or has.value != YesNoUnknown.NO.value


def _devices(known: Known) -> Lines:
    running = [d for d in known.devices if d.use_status is not UseStatus.ENDED]
    for device in running:
        use = label(device.kind)
        if device.use_status is not UseStatus.IN_USE:
            use = say("lists.device", kind=use, use=label(device.use_status))
        # 「記載なし」 alone beside a machine that keeps somebody alive would read as if there were none.
        model = " ".join(part for part in (device.maker, device.model) if part)
        yield use, model or say("emergency_cards.no_model", use=label(device.use_status))
    if not running:
        yield say("emergency_cards.block_device"), say("dossiers.nothing")
    if any(d.kind is DeviceKind.VENTILATOR for d in running):
        yield from _facts(
            known, "interface", "use_pattern", "tolerable_off_minutes", "internal_battery_hours",
            "external_battery_hours", "bag_valve", asked=True,
        )  # fmt: skip
        yield from _facts(known, "ventilator_settings", asked=False)
    if any(d.kind in OXYGEN_KINDS for d in running):
        yield from _facts(known, "oxygen_source", "flow_rest", "oxygen_off_hours", asked=True)


_ON_CARD = (
    SupporterRole.SPECIALIST, SupporterRole.FAMILY_DOCTOR, SupporterRole.EMERGENCY_HOSPITAL,
    SupporterRole.VISITING_NURSE, SupporterRole.DEVICE_SUPPLIER, SupporterRole.OXYGEN_SUPPLIER,
    SupporterRole.CARE_MANAGER, SupporterRole.CONSULTANT,
)  # fmt: skip


def _supporters(known: Known) -> Lines:
    some = [s for s in (*known.supporters, *_suppliers(known)) if s.role in _ON_CARD]
    for supporter in sorted(some, key=lambda s: _ON_CARD.index(s.role)):
        yield label(supporter.role), _reach(known, supporter)
    if not some:
        yield say("emergency_cards.block_supporter"), say("dossiers.nothing")


def _suppliers(known: Known) -> Iterator[Supporter]:
    """Who supplies a machine in use and is not written down as a supporter of their own."""
    named = {s.organisation for s in known.supporters}
    for device in known.devices:
        if device.use_status is UseStatus.ENDED or not device.supplier or device.supplier in named:
            continue
        named.add(device.supplier)
        role = SupporterRole.OXYGEN_SUPPLIER if device.kind in OXYGEN_KINDS else SupporterRole.DEVICE_SUPPLIER
        yield Supporter(
            "", known.person.id, role, organisation=device.supplier, organisation_id=device.supplier_id
        )  # fmt: skip


def _reach(known: Known, supporter: Supporter) -> str:
    """Who it is and how they are reached; where nobody wrote a number, the one the master holds of the organisation."""
    phone = supporter.phone or phone_words(
        known.directory.of(supporter.organisation_id, supporter.organisation), known.day
    )
    if supporter.phone and supporter.around_the_clock is YesNoUnknown.YES:
        phone = say("emergency_cards.around_the_clock", phone=phone)
    who = " ".join(part for part in (supporter.organisation, supporter.name) if part)
    return f"{_written(who)}\n{_number(phone)}"


def _diseases(known: Known) -> Lines:
    named = dict.fromkeys(b.disease_name for b in known.benefits if b.disease_name)
    yield say("emergency_cards.disease"), say("emergency_cards.comma").join(named) or say("dossiers.nothing")


def _home(known: Known) -> Lines:
    keys = ("dwelling_type", "floor", "communication", "communication_means", "transfer", "main_caregiver")
    some = list(_facts(known, *keys, asked=False))
    yield from some or [(say("emergency_cards.block_home"), say("dossiers.nothing"))]


def _day(day: date | None) -> str:
    return format_wareki(day) if day else say("dossiers.unknown")


def _number(phone: str) -> str:
    return phone if phone.strip() else say("emergency_cards.no_phone")


def _written(text: str) -> str:
    return text if text.strip() else say("dossiers.nothing")
