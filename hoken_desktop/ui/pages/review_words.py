"""What the review says in words: values of a field, reasons of a match, verdicts and choices with their tones."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Any

from hoken_desktop.domain.codes import Choice, Verdict
from hoken_desktop.domain.dates import format_wareki
from hoken_desktop.domain.fields import BY_KEY
from hoken_desktop.services.cases import Compared, Effect, ReviewLine
from hoken_desktop.ui.kit.tables import Cell
from hoken_desktop.ui.kit.two_lines import TwoLines
from hoken_desktop.words import has, label, say

VERDICTS = (Verdict.DOUBTFUL, Verdict.LIKELY, Verdict.CERTAIN, Verdict.NEW, Verdict.ABSENT)
"""In the order of the work: what needs a look first."""

VERDICT_TONES = {
    Verdict.CERTAIN: "done",
    Verdict.LIKELY: "accent",
    Verdict.DOUBTFUL: "warn",
    Verdict.NEW: "accent",
    Verdict.ABSENT: "danger",
}
_CHOICE_TONES = {Choice.HOLD: "warn", Choice.SKIP: "plain", Choice.ENDED: "danger"}
_FOR = frozenset(
    {"number_same", "beneficiary_same", "name_same", "name_similar", "birth_same", "address_same", "address_similar",
     "phone_same", "same_as_row"}
)  # fmt: skip
_UNITS = {"litre_per_minute": "rounds_page.litre", "hour": "rounds_page.hours"}
_ADDRESSES = ("address_registered", "address_actual")
_PREFECTURE = re.compile(r"(東京都|北海道|京都府|大阪府|..県|...県)")
_SAID_NOTHING = ("", None)


def field_word(name: str) -> str:
    """A field's name; one without a word yet shows its code, which holds no data."""
    key = f"rounds_page.field.{name}"
    return say(key) if has(key) else name


def reason_word(code: str) -> tuple[str, bool]:
    """(the sentence of a reason, whether it speaks for the match)."""
    key = f"rounds_page.reason.{code}"
    return (say(key) if has(key) else code), code in _FOR


def value_word(name: str, value: Any) -> str:
    """A value as people read it; "" for none."""
    if value in _SAID_NOTHING:
        return ""
    if isinstance(value, StrEnum):
        return label(value)
    if isinstance(value, date):
        return format_wareki(value)
    if isinstance(value, tuple):
        return say("rounds_page.number", payer=value[0], beneficiary=value[1])
    unit = _UNITS.get(BY_KEY[name].unit) if name in BY_KEY else None
    return say(unit, value=value) if unit else str(value)


def _short(line: Compared, words: str) -> str:
    """An address without its prefecture where both have the same: what differs stands at the end and must be seen."""
    if line.field not in _ADDRESSES or not (line.before and line.after):
        return words
    found = [_PREFECTURE.match(str(side)) for side in (line.before, line.after)]
    if found[0] is None or found[1] is None or found[0][0] != found[1][0]:
        return words
    return words.removeprefix(found[0][0])


def _tip(line: Compared, value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if line.field in _ADDRESSES else ""


def before_cell(line: Compared) -> Cell:
    """いまの台帳."""
    words = value_word(line.field, line.before)
    if not words:
        none = say("rounds_page.edition_none") if line.effect is Effect.ADDS else say("rounds_page.not_known")
        return Cell(none, "text3")
    return Cell(_short(line, words), "text2" if line.effect is Effect.CHANGES else "text", tip=_tip(line, line.before))


def after_cell(line: Compared) -> Cell:
    """今回のファイル."""
    words = value_word(line.field, line.after)
    if not words or line.effect is Effect.SILENT:
        return Cell(say("rounds_page.not_said"), "text3")
    return Cell(_short(line, words), bold=line.effect is Effect.CHANGES, tip=_tip(line, line.after))


def use_cell(line: Compared) -> Cell:
    """使う値: what accepting does with the field."""
    if line.effect is Effect.CHANGES:
        return Cell(say("rounds_page.use_changes"), bold=True)
    if line.effect is Effect.SPELLING:
        return Cell(say("rounds_page.use_spelling"), "text3")
    if line.effect is Effect.SILENT and value_word(line.field, line.before):
        return Cell(say("rounds_page.use_silent"), "text3")
    if line.effect is Effect.ADDS and value_word(line.field, line.after):
        return Cell(say("rounds_page.use_adds"), "text3")
    return Cell()


def changes_word(changes: Iterable[str]) -> str:
    """The changed fields in one line."""
    return say("rounds_page.dot").join(field_word(name) for name in dict.fromkeys(changes))


def queue_lines(line: ReviewLine) -> TwoLines:
    """A row in the queue: a decided one shows its decision. All have the verdict that stands over the list, and a tag
    that says it once more would leave no room for the name."""
    row = line.row
    pending = row.choice is Choice.PENDING
    tag, tone = ("", "plain") if pending else (label(row.choice), _CHOICE_TONES.get(row.choice, "done"))
    if row.verdict is Verdict.ABSENT:
        second = say("rounds_page.second_absent")
    elif row.verdict is Verdict.NEW:
        second = say("rounds_page.second_new")
    else:
        second = changes_word(row.changes) or say("rounds_page.second_none")
    return TwoLines(line.kana or line.name, second, line.group, tag, tone)
