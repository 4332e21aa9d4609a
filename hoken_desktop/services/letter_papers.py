"""The letters as forms: what each kind says and asks, and what is known today where it is to be confirmed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum

from hoken_desktop.domain import fields
from hoken_desktop.domain.codes import DeviceGroup, DeviceKind, RecipientSection, Standing, UseStatus, YesNoUnknown
from hoken_desktop.domain.dates import format_wareki
from hoken_desktop.domain.fields import Field, FieldKind
from hoken_desktop.domain.forms import Blank, Block, Form, Heading, Passage, Row, Tick
from hoken_desktop.domain.letter_questions import CONSENTS, CONTACTS, DEVICES, PARTS, PURPOSES, LetterPart, lines_of
from hoken_desktop.domain.letters import Letter, LetterKind, Sender, said_number
from hoken_desktop.domain.numbers import format_postcode
from hoken_desktop.domain.persons import OXYGEN_KINDS, Contact, Device, Fact, Person, device_group
from hoken_desktop.services.facts import fact_words
from hoken_desktop.services.letter_choices import is_child
from hoken_desktop.words import has, label, say

_Answer = Tick | Blank


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whom a letter goes to, with what is known of them today. `consents`: the standing towards each recipient and the
    day it is of."""

    person: Person
    devices: tuple[Device, ...]
    facts: Mapping[tuple[str, str], Fact]
    contacts: tuple[Contact, ...]
    consents: Mapping[RecipientSection, tuple[Standing, date | None]]

    def fact(self, key: str) -> Fact | None:
        """The newest fact of a field, of the person or of any of their devices."""
        found = [fact for (_, field), fact in self.facts.items() if field == key]
        return max(found, key=lambda f: f.as_of, default=None)


@dataclass(frozen=True, slots=True)
class Stamp:
    """What one printing puts on every letter: the office, the sender, the day, the 部数番号."""

    office: str
    sender: Sender
    today: date
    copy: int


def form_of(
    letter: Letter, to: Addressee, stamp: Stamp, qr: tuple[tuple[bool, ...], ...]
) -> Form:
    """The letter, ready to be laid on its sheet."""
    kind, sender = letter.kind, stamp.sender
    who = say("letter_papers.sender_name", office=stamp.office, section=sender.section).strip()
    lines = [who, say("letter_papers.address", postcode=format_postcode(sender.postcode), address=sender.address)]
    lines.append(say("letter_papers.phone", phone=sender.phone))
    if sender.night_phone:
        lines.append(say("letter_papers.night_phone", phone=sender.night_phone))
    dates = [format_wareki(letter.sent_on or stamp.today)]
    if letter.due_on is not None:
        dates.append(say("letter_papers.due", day=format_wareki(letter.due_on)))
    return Form(
        title=say(f"letter_papers.title_{kind.value}"),
        number=said_number(letter.number),
        window=_window(to.person, kind, stamp.today),
        sender=tuple(lines),
        dates=tuple(dates),
        greeting=say(f"letter_papers.greeting_{kind.value}", office=stamp.office),
        blocks=tuple(_blocks(kind, to)),
        qr=qr,
        care=say("letter_papers.care"),
        number_word=say("letter_papers.number"),
        foot=(
            say("letter_papers.foot", office=who, phone=sender.phone),
            say("letter_papers.printed", day=format_wareki(stamp.today), copy=stamp.copy),
        ),
    )  # fmt: skip


def _window(person: Person, kind: LetterKind, today: date) -> tuple[str, ...]:
    """What the envelope's window shows: nothing but the postcode, the address and the name."""
    child = is_child(person, today) or (kind is LetterKind.CHILD_SURVEY and person.birth_on is None)
    name = say("letter_papers.to_guardian" if child else "letter_papers.to_person", name=person.name)
    mark = say("letter_papers.postcode", postcode=format_postcode(person.postcode)) if person.postcode.strip() else ""
    return (*(text for text in (mark, person.address) if text.strip()), name)


# ---- parts ----------------------------------------------------------------------------------------------------


def _blocks(kind: LetterKind, to: Addressee) -> Iterator[Block]:
    if kind is not LetterKind.WITHDRAWAL:
        yield Passage(say("letter_papers.no_promise"), boxed=True)
    if kind is not LetterKind.CONSENT:
        yield Passage(say("letter_papers.how"))
    confirm = to if kind is LetterKind.RECONFIRM else None
    parts = [part for part in PARTS[kind] if confirm is None or _concerns(part, confirm)]
    for place, part in enumerate(parts, start=1):
        title = say(f"letter_papers.part_{part.value}")
        yield Heading(say("letter_papers.part", n=place, part=title) if len(parts) > 1 else title)
        yield from _part(kind, part, confirm)
    yield from _signature()


def _part(kind: LetterKind, part: LetterPart, confirm: Addressee | None) -> Iterator[Block]:
    if part is LetterPart.CONSENT:
        yield from _consent(confirm)
    elif part is LetterPart.WITHDRAWAL:
        yield from _withdrawal()
    elif part is LetterPart.DEVICES:
        yield from _devices(confirm)
    elif part is LetterPart.REACH:
        yield from _reach(confirm)
    elif part is LetterPart.CONTACTS:
        yield from _contacts(confirm)
    else:
        for keys in lines_of(kind, part):
            yield _line(keys, confirm)


def _concerns(part: LetterPart, to: Addressee) -> bool:
    """A 再確認 asks about ventilators those who have one, or are said to."""
    group = device_group(to.devices)
    kinds = {device.kind for device in to.devices if device.use_status is not UseStatus.ENDED}
    if part is LetterPart.VENTILATOR:
        return group in (DeviceGroup.VENTILATOR, DeviceGroup.BOTH) or DeviceKind.VENTILATOR in kinds
    if part is LetterPart.OXYGEN:
        return group in (DeviceGroup.OXYGEN, DeviceGroup.BOTH) or bool(OXYGEN_KINDS & kinds)
    return True


def _line(keys: tuple[str, ...], confirm: Addressee | None) -> Row:
    asks = say(f"letter_papers.ask_{keys[0]}")
    known = _known_facts(keys, confirm) if confirm is not None else ""
    if known:
        return Row(asks, _confirming(), known)
    answers: list[_Answer] = []
    first = fields.BY_KEY[keys[0]]
    if first.codes is YesNoUnknown:
        answers.append(Tick(label(YesNoUnknown.YES)))
        answers += [_blank(fields.BY_KEY[key]) for key in keys[1:]]
        answers.append(Tick(label(YesNoUnknown.NO)))
    elif first.codes is not None:
        answers += [Tick(_code_word(first, code)) for code in first.codes if code.value != "unknown"]
    else:
        answers += [_blank(fields.BY_KEY[key]) for key in keys]
    answers.append(_unknown())
    return Row(asks, tuple(answers), say("letter_papers.not_known") if confirm is not None else "")


def _code_word(field: Field, code: Enum) -> str:
    """A code in the words of those who write, where the office's own word would not be theirs."""
    key = f"letter_papers.word_{field.key}_{code.value}"
    return say(key) if has(key) else label(code)


def _blank(field: Field) -> Blank:
    before = say(f"letter_papers.before_{field.key}") if has(f"letter_papers.before_{field.key}") else ""
    unit = say(f"fields.unit.{field.unit}", value="\0") if field.unit else "\0"
    ahead, _, after = unit.partition("\0")
    return Blank((before + ahead).strip(), after.strip(), 14.0 if field.kind is not FieldKind.TEXT else 40.0)


def _unknown() -> Tick:
    return Tick(say("letter_papers.dont_know"))


def _confirming(*, long: bool = False) -> tuple[_Answer, ...]:
    """このとおり, or put right, or 不明; `long` with a line of its own to write on."""
    same, other = Tick(say("letter_papers.same")), Tick(say("letter_papers.other"))
    if long:
        return same, other, _unknown(), Blank(width=78.0)
    return same, other, Blank(width=18.0), _unknown()


def _known_facts(keys: Iterable[str], to: Addressee) -> str:
    parts = []
    days = []
    for key in keys:
        fact = to.fact(key)
        if fact is None:
            continue
        before = say(f"letter_papers.before_{key}") if has(f"letter_papers.before_{key}") else ""
        parts.append(before + fact_words(fields.BY_KEY[key], fact.value))
        days.append(fact)
    if not parts:
        return ""
    newest = max(days, key=lambda f: f.as_of)
    return say("letter_papers.known_on", value=" ".join(parts), day=format_wareki(newest.as_of, short=True))


def _devices(confirm: Addressee | None) -> Iterator[Row]:
    if confirm is None:
        for kind in DEVICES:
            yield Row(
                label(kind),
                (
                    Tick(say("letter_papers.used")), Tick(say("letter_papers.not_used")), _unknown(),
                    Blank(say("letter_papers.supplier"), width=34.0),
                ),
            )  # fmt: skip
        yield Row(say("letter_papers.ask_model"), (Blank(width=90.0),))
        return
    standing = [d for d in confirm.devices if d.use_status is not UseStatus.ENDED]
    for device in standing:
        about = " ".join(p for p in (label(device.use_status), device.maker, device.model, device.supplier) if p)
        day = format_wareki(device.as_of, short=True) if device.as_of is not None else label(YesNoUnknown.UNKNOWN)
        known = say("letter_papers.known_on", value=about, day=day)
        answers = (Tick(say("letter_papers.same")), Tick(say("letter_papers.not_used")), _unknown())
        yield Row(label(device.kind), answers, known)
    yield Row(say("letter_papers.ask_more"), (Blank(width=90.0),))


def _reach(confirm: Addressee | None) -> Iterator[Row]:
    person = confirm.person if confirm is not None else None
    phone_answers: tuple[_Answer, ...] = (Blank(width=44.0), Tick(say("letter_papers.none")), _unknown())
    if person is None:
        yield Row(
            say("letter_papers.ask_home"),
            (
                Tick(say("letter_papers.as_addressed")), Tick(say("letter_papers.elsewhere")), _unknown(),
                Blank(width=118.0),
            ),
        )  # fmt: skip
        yield Row(say("letter_papers.ask_phone_home"), phone_answers)
        yield Row(say("letter_papers.ask_phone_mobile"), phone_answers)
        return
    for asks, value in (
        (say("letter_papers.ask_home"), person.address), (say("letter_papers.ask_phone_home"), person.phone_home),
        (say("letter_papers.ask_phone_mobile"), person.phone_mobile),
    ):  # fmt: skip
        if value.strip():
            yield Row(asks, _confirming(long=True), value)
        else:
            yield Row(asks, phone_answers, say("letter_papers.not_known"))


def _contacts(confirm: Addressee | None) -> Iterator[Row]:
    known = sorted(confirm.contacts, key=lambda c: c.rank) if confirm is not None else []
    for rank in range(1, CONTACTS + 1):
        contact = known[rank - 1] if rank <= len(known) else None
        told = ""
        if confirm is not None:
            words = [contact.name, contact.relation, contact.phone] if contact is not None else []
            told = " ".join(word for word in words if word) or say("letter_papers.not_known")
        answers: tuple[_Answer, ...] = (
            Blank(say("letter_papers.contact_name"), width=38.0), Blank(say("letter_papers.relation"), width=18.0),
            Blank(say("letter_papers.contact_phone"), width=40.0), Tick(say("letter_papers.together")),
            Tick(say("letter_papers.apart")), Tick(say("letter_papers.nobody")), _unknown(),
        )  # fmt: skip
        asked = _confirming(long=True) if contact is not None else answers
        yield Row(say("letter_papers.ask_contact", n=rank), asked, told)


# ---- consent --------------------------------------------------------------------------------------------------


def _consent(confirm: Addressee | None) -> Iterator[Block]:
    purposes = say("letter_papers.comma").join(label(purpose) for purpose in PURPOSES)
    yield Passage(say("letter_papers.about_consent", purposes=purposes))
    answers = (
        Tick(say("letter_papers.agree")), Tick(say("letter_papers.refuse")), Tick(say("letter_papers.undecided")),
    )  # fmt: skip
    for section in CONSENTS:
        known = _standing_words(confirm, section) if confirm is not None else ""
        yield Row(say(f"letter_papers.to_{section.value}"), answers, known)
    yield Row(
        say("letter_papers.ask_disease"),
        (Tick(say("letter_papers.may_pass")), Tick(say("letter_papers.may_not")), _unknown()),
    )  # fmt: skip


def _standing_words(to: Addressee, section: RecipientSection) -> str:
    standing, day = to.consents.get(section, (Standing.UNKNOWN, None))
    if day is None:
        return label(standing)
    return say("letter_papers.known_on", value=label(standing), day=format_wareki(day, short=True))


def _withdrawal() -> Iterator[Block]:
    yield Passage(say("letter_papers.about_withdrawal"), boxed=True)
    for section in CONSENTS:
        yield Row(
            say(f"letter_papers.to_{section.value}"),
            (Tick(say("letter_papers.withdraw")), Tick(say("letter_papers.keep")), _unknown()),
        )  # fmt: skip


def _signature() -> Iterator[Row]:
    yield Row(
        say("letter_papers.written_on"),
        (
            Blank(say("letter_papers.era"), say("letter_papers.year"), 12.0),
            Blank("", say("letter_papers.month"), 10.0),
            Blank("", say("letter_papers.day"), 10.0),
        ),
    )  # fmt: skip
    yield Row(say("letter_papers.person_name"), (Blank(width=90.0),))
    yield Row(
        say("letter_papers.written_by"),
        (
            Tick(say("letter_papers.by_self")), Tick(say("letter_papers.by_guardian")),
            Tick(say("letter_papers.by_family")), Tick(say("letter_papers.by_scribe")),
            Blank(say("letter_papers.contact_name"), width=40.0), Blank(say("letter_papers.relation"), width=18.0),
            Blank(say("letter_papers.why"), width=60.0),
        ),
    )  # fmt: skip
