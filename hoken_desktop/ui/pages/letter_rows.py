"""The lines of a letter on the screen, in the order of the paper: what it asks, what is known today, what was answered.

Nothing chosen or typed is 記入なし and changes nothing. Digits choose among boxes, Enter goes on, `?` in the line of a
number is 不明.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from hoken_desktop.domain import fields
from hoken_desktop.domain.codes import DeviceKind, UseStatus, YesNoUnknown
from hoken_desktop.domain.dates import format_wareki
from hoken_desktop.domain.fields import Field, FieldKind
from hoken_desktop.domain.letter_questions import CONTACTS, DEVICES, PARTS, REACH, LetterPart, lines_of
from hoken_desktop.domain.letters import LetterKind
from hoken_desktop.domain.persons import OXYGEN_KINDS, Device
from hoken_desktop.services.facts import fact_words
from hoken_desktop.services.letter_answers import ContactAnswer, DeviceAnswer
from hoken_desktop.services.letters import OpenedLetter
from hoken_desktop.ui.kit.checks import Answers
from hoken_desktop.ui.kit.forms import button, line
from hoken_desktop.ui.kit.labels import Label, restyle
from hoken_desktop.ui.kit.reading import go_on
from hoken_desktop.words import has, label, say

_UNKNOWN_MARKS = ("?", "不明")


def typing(name: str, *, width: int = 0, longest: int = 80, hint: str = "") -> QLineEdit:
    """A line that Enter leaves."""
    made = line(placeholder=hint, longest=longest)
    made.setAccessibleName(name)
    if width:
        made.setFixedWidth(width)
    made.returnPressed.connect(lambda: go_on(made))
    return made


def words_of(edit: QLineEdit) -> str:
    """What is typed, wide letters of a number narrow."""
    return unicodedata.normalize("NFKC", edit.text()).strip()


class Row:
    """One line of the letter. `fault` says in words what cannot be read; "" if nothing."""

    def __init__(self, asks: str, known: str) -> None:
        self.asks = asks
        self.known = known
        self.answer = QWidget()
        self.answer.setAccessibleName(asks)
        self._column = QVBoxLayout(self.answer)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)
        self._line = QHBoxLayout()
        self._line.setSpacing(10)
        self._column.addLayout(self._line)
        self._fault = Label("", "note", "danger", wrap=True, parent=self.answer)
        self._fault.hide()
        self._column.addWidget(self._fault)

    def show_fault(self, text: str, edit: QLineEdit | None = None) -> bool:
        """Say what is wrong; whether anything is."""
        self._fault.setText(text)
        self._fault.setVisible(bool(text))
        if edit is not None:
            restyle(edit, faulty=bool(text))
        if text and edit is not None:
            edit.setFocus()
        return bool(text)

    def confirm(self) -> None:
        """このとおり: answer with what is known, where nothing was answered yet."""

    def can_confirm(self) -> bool:
        """Whether there is something known to confirm."""
        return False


class FactRow(Row):
    """Fields of one line of the paper."""

    def __init__(self, keys: Sequence[str], opened: OpenedLetter) -> None:
        self._fields = [fields.BY_KEY[key] for key in keys]
        self._standing = {key: fact.value for key in keys if (fact := opened.to.fact(key)) is not None}
        super().__init__(say(f"letter_papers.ask_{keys[0]}"), _known_facts(self._fields, opened))
        self._inputs: dict[str, Answers[str] | QLineEdit] = {}
        for field in self._fields:
            self._add(field)
        self._line.addStretch(1)

    def _add(self, field: Field) -> None:
        name = say(f"fields.{field.key}")
        if field.codes is not None:
            choices = [(_word(field, code.value), code.value) for code in field.codes if code.value != "unknown"]
            choices.append((say("letter_papers.dont_know"), "unknown" if field.may_be_unknown else ""))
            made: Answers[str] = Answers(choices)
            made.setAccessibleName(name)
            self._inputs[field.key] = made
            self._line.addWidget(made)
            return
        before = f"letter_papers.before_{field.key}"
        unit = say(f"fields.unit.{field.unit}", value="\0") if field.unit else "\0"
        ahead, _, after = unit.partition("\0")
        words = (say(before) if has(before) else "") + ahead
        if words.strip():
            self._line.addWidget(Label(words.strip(), "note", "text2", parent=self.answer))
        edit = typing(name, width=72, longest=12)
        self._inputs[field.key] = edit
        self._line.addWidget(edit)
        self._line.addWidget(Label(after.strip(), "note", "text2", parent=self.answer))

    def facts(self) -> dict[str, str] | None:
        """What was answered, by field: canonical text, "" for 不明. None where a line cannot be read."""
        found: dict[str, str] = {}
        for field in self._fields:
            given = self._inputs[field.key]
            if isinstance(given, QLineEdit):
                text = words_of(given)
                if not text:
                    self.show_fault("", given)
                    continue
                value = "" if text in _UNKNOWN_MARKS else text
                try:
                    found[field.key] = fields.canonical(field, value) if value else ""
                except ValueError:
                    key = "person.fault_whole" if field.kind is FieldKind.WHOLE else "person.fault_number"
                    self.show_fault(say(key, least=f"{field.least:g}", most=f"{field.most:g}"), given)
                    return None
                self.show_fault("", given)
            elif (chosen := given.value()) is not None:
                found[field.key] = chosen
        return found

    def can_confirm(self) -> bool:
        return bool(self._standing)

    def confirm(self) -> None:
        for key, value in self._standing.items():
            given = self._inputs[key]
            if isinstance(given, QLineEdit):
                if not given.text().strip():
                    given.setText(value)
            elif given.value() is None:
                given.choose(value)


class DeviceRow(Row):
    """One kind of device: used, not used, 不明; whose it is, and its maker and model where the paper asks."""

    def __init__(self, kind: DeviceKind, opened: OpenedLetter) -> None:
        self.kind = kind
        living = [d for d in opened.to.devices if d.use_status is not UseStatus.ENDED]
        mine = [d for d in living if d.kind is kind]
        self._used = any(d.use_status is UseStatus.IN_USE for d in mine)
        if not mine and kind in OXYGEN_KINDS:  # oxygen of which the supply is not known yet
            mine = [d for d in living if d.kind is DeviceKind.OXYGEN]
        super().__init__(label(kind), say("letters_page.comma").join(_device_words(d, kind) for d in mine))
        self.use: Answers[UseStatus] = Answers(
            [
                (say("letter_papers.used"), UseStatus.IN_USE), (say("letter_papers.not_used"), UseStatus.ENDED),
                (say("letter_papers.dont_know"), UseStatus.UNKNOWN),
            ]
        )  # fmt: skip
        self.use.setAccessibleName(label(kind))
        self._line.addWidget(self.use)
        self.supplier = typing(say("letter_papers.supplier"), hint=say("letter_papers.supplier"))
        self._line.addWidget(self.supplier, 1)
        self.maker = self.model = None
        if kind is DeviceKind.VENTILATOR:
            self.maker, self.model = (typing(hint, hint=hint) for hint in _model_hints())
            self._line.addWidget(self.maker, 1)
            self._line.addWidget(self.model, 1)

    def device(self) -> DeviceAnswer | None:
        """What was answered; None where nothing was. A supplier alone says nothing about the use."""
        use = self.use.value()
        if use is None:
            return None
        maker, model = (words_of(edit) if edit is not None else "" for edit in (self.maker, self.model))
        return DeviceAnswer(self.kind, use, maker, model, words_of(self.supplier))

    def lacks_use(self) -> bool:
        """A supplier or a model written beside no tick: the paper has to be looked at again."""
        written = any(words_of(edit) for edit in (self.supplier, self.maker, self.model) if edit is not None)
        return self.show_fault(say("letters_page.no_use") if written and self.use.value() is None else "")

    def can_confirm(self) -> bool:
        return self._used

    def confirm(self) -> None:
        if self._used and self.use.value() is None:
            self.use.choose(UseStatus.IN_USE)


class ReachRow(Row):
    """Where the person is cared for, or a telephone."""

    def __init__(self, key: str, opened: OpenedLetter) -> None:
        self.key = key
        person = opened.person
        known = person.address if key == "address_actual" else str(getattr(person, key))
        super().__init__(say(f"letters_page.reach_{key}"), known)
        self.edit = typing(self.asks, longest=200)
        self._line.addWidget(self.edit, 1)

    def text(self) -> str:
        """What was written; "" for nothing."""
        return words_of(self.edit) if self.key != "address_actual" else self.edit.text().strip()


class ContactRow(Row):
    """One 緊急連絡先."""

    def __init__(self, rank: int, opened: OpenedLetter) -> None:
        self.rank = rank
        known = opened.to.contacts[rank - 1] if rank <= len(opened.to.contacts) else None
        self._known = known
        told = " ".join(part for part in (known.name, known.relation, known.phone) if part) if known else ""
        super().__init__(say("letter_papers.ask_contact", n=rank), told)
        self.name, self.relation, self.phone = (
            typing(f"{self.asks} {hint}", hint=hint)
            for hint in (
                say("letter_papers.contact_name"), say("letter_papers.relation"), say("letter_papers.contact_phone"),
            )
        )  # fmt: skip
        self.lives: Answers[YesNoUnknown] = Answers(
            [
                (say("letter_papers.together"), YesNoUnknown.YES), (say("letter_papers.apart"), YesNoUnknown.NO),
                (say("letter_papers.dont_know"), YesNoUnknown.UNKNOWN),
            ]
        )  # fmt: skip
        self.lives.setAccessibleName(self.asks)
        for edit, share in ((self.name, 4), (self.relation, 3), (self.phone, 4)):
            self._line.addWidget(edit, share)
        self._column.insertWidget(1, self.lives)

    def contact(self) -> ContactAnswer | None:
        """What was written; None for nothing."""
        name, relation, phone = (edit.text().strip() for edit in (self.name, self.relation, self.phone))
        if not (name or phone):
            return None
        lives = self.lives.value() or YesNoUnknown.UNKNOWN
        return ContactAnswer(self.rank, name, relation, words_of(self.phone), lives)

    def lacks_name(self) -> bool:
        """続柄 or 同居 beside no name and no telephone: nobody could be called."""
        written = bool(self.relation.text().strip()) or self.lives.value() is not None
        named = bool(self.name.text().strip() or self.phone.text().strip())
        return self.show_fault(say("letters_page.no_contact") if written and not named else "", self.name)

    def can_confirm(self) -> bool:
        return self._known is not None

    def confirm(self) -> None:
        if self._known is None or self.contact() is not None:
            return
        self.name.setText(self._known.name)
        self.relation.setText(self._known.relation)
        self.phone.setText(self._known.phone)


@dataclass(frozen=True, slots=True)
class Rows:
    """The lines of one letter, part by part, as they stand on it."""

    parts: tuple[tuple[LetterPart, tuple[Row, ...]], ...]
    confirms: bool

    @property
    def all(self) -> tuple[Row, ...]:
        """Every line."""
        return tuple(row for _, rows in self.parts for row in rows)


def rows_of(opened: OpenedLetter) -> Rows:
    """The lines of a letter; consent and withdrawal have controls of their own."""
    kind = opened.letter.kind
    parts = tuple(
        (part, tuple(_rows_of(kind, part, opened)))
        for part in PARTS[kind]
        if part not in (LetterPart.CONSENT, LetterPart.WITHDRAWAL)
    )
    return Rows(parts, kind is LetterKind.RECONFIRM)


def _rows_of(kind: LetterKind, part: LetterPart, opened: OpenedLetter) -> Iterator[Row]:
    if part is LetterPart.DEVICES:
        living = [d.kind for d in opened.to.devices if d.use_status is not UseStatus.ENDED]
        more = dict.fromkeys(living if kind is LetterKind.RECONFIRM else ())
        yield from (DeviceRow(device, opened) for device in dict.fromkeys((*DEVICES, *more)))
    elif part is LetterPart.REACH:
        yield from (ReachRow(key, opened) for key in REACH)
    elif part is LetterPart.CONTACTS:
        yield from (ContactRow(rank, opened) for rank in range(1, CONTACTS + 1))
    else:
        yield from (FactRow(keys, opened) for keys in lines_of(kind, part))


def lay_rows(grid: QGridLayout, rows: Rows, parent: QWidget) -> None:
    """What is asked, what is known, what was answered; line by line under the title of each part."""
    at = grid.rowCount()
    for part, some in rows.parts:
        title = Label(say(f"letter_papers.part_{part.value}"), "note", "accent_deep", bold=True, parent=parent)
        title.setContentsMargins(0, 8, 0, 0)
        grid.addWidget(title, at, 0, 1, 4)
        at += 1
        for row in some:
            asks = Label(row.asks, "table", wrap=True, parent=parent)
            known = Label(row.known or say("letters_page.not_known"), "note", "text2", wrap=True, parent=parent)
            row.answer.setParent(parent)
            grid.addWidget(asks, at, 0)
            grid.addWidget(known, at, 1)
            grid.addWidget(row.answer, at, 2)
            if rows.confirms and row.can_confirm():
                grid.addWidget(_same_button(row, parent), at, 3)
            at += 1


def _same_button(row: Row, parent: QWidget) -> QPushButton:
    made = button(say("letter_papers.same"), row.confirm, small=True, parent=parent)
    made.setAccessibleName(f"{row.asks} {say('letter_papers.same')}")
    return made


def _known_facts(asked: Sequence[Field], opened: OpenedLetter) -> str:
    found = [(field, fact) for field in asked if (fact := opened.to.fact(field.key)) is not None]
    if not found:
        return ""
    newest = max((fact for _, fact in found), key=lambda f: f.as_of)
    values = " ".join(fact_words(field, fact.value) for field, fact in found)
    return say(
        "letters_page.known", value=values, source=label(newest.source), day=format_wareki(newest.as_of, short=True)
    )


def _device_words(device: Device, asked: DeviceKind) -> str:
    other = label(device.kind) if device.kind is not asked else ""
    day = format_wareki(device.as_of, short=True) if device.as_of is not None else ""
    parts = (other, label(device.use_status), device.maker, device.model, device.supplier, day)
    return " ".join(part for part in parts if part)


def _word(field: Field, code: str) -> str:
    key = f"letter_papers.word_{field.key}_{code}"
    assert field.codes is not None
    return say(key) if has(key) else label(field.codes(code))


def _model_hints() -> tuple[str, str]:
    return say("letters_page.maker"), say("letters_page.model")
