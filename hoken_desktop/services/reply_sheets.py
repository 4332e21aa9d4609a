"""回答票 as it comes back: found again however another program rebuilt it, and read cell by cell.

What is sure is an answer; every other cell is a question with its place, for the staff to settle.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from hoken_desktop.domain.codes import ListUse, OnList, PlanStatus
from hoken_desktop.domain.dates import UnreadableDate, parse
from hoken_desktop.domain.errors import Fault, Refusal
from hoken_desktop.domain.names import fold_name
from hoken_desktop.domain.numbers import as_text
from hoken_desktop.domain.replies import ReplyRow
from hoken_desktop.domain.sheets import CellTrouble, RawRow, RawTable, RawValue, column_letter
from hoken_desktop.words import label, say

_HEADER_WITHIN = 60
COMMENT_LIMIT = 1000
_STAFF_LIMIT = 120
_RAW_LIMIT = 1000
_C = TypeVar("_C", bound=StrEnum)

CHOICES: Mapping[str, type[StrEnum]] = {
    "on_list": OnList, "evacuation_plan": PlanStatus, "support_plan": PlanStatus, "use_of_list": ListUse,
}  # fmt: skip
"""Columns that are answered from a list."""
ANSWERS = ("on_list", "evacuation_plan", "evacuation_plan_on", "plan_staff", "support_plan", "comment")
_ASKED = ("on_list", "evacuation_plan", "support_plan")
"""Without these columns a 回答票 is not whole: what is missing is a question."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One place that was not taken: the fault that says why, whom it is about ("" unknown), and what stands there."""

    fault: Fault
    person_id: str = ""
    raw_text: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Expected:
    """Whom the request's disclosures named: outside key → (disclosure, person), the names they went under, and the
    keys of other requests."""

    by_key: Mapping[str, tuple[str, str]]
    names: Mapping[str, frozenset[str]]
    others: frozenset[str] = frozenset()


@dataclass(slots=True)
class Answers:
    """What one returned file says: outside key → (disclosure, row); `seen` are all keys, `known` how many are ours."""

    sha256: str = ""
    rows: dict[str, tuple[str, ReplyRow]] = field(default_factory=dict)
    places: dict[str, tuple[str, int, dict[str, str]]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    known: int = 0
    use_of_list: ListUse = ListUse.UNKNOWN
    comment: str = ""


def read_answers(tables: list[RawTable], file: str, expected: Expected, today: date) -> Answers:
    """The answers of a returned workbook. Refuses one without 照合番号 or without any column of answers."""
    table, columns, header = _answer_sheet(tables, file)
    found = Answers(sha256=table.sha256)
    for key in _ASKED:
        if key not in columns:
            place = Fault(table.file, table.sheet, header.number, _headers()[key], "reply_column_missing")
            found.asked.append(Asked(place))
    lines: dict[str, list[tuple[Line, ReplyRow]]] = {}
    for raw in table.rows:
        if raw.number <= header.number:
            continue
        line = Line(table, columns, header, raw, today)
        key = fold_key(as_text(line.value("key")))
        person = _whose(line, key, expected, found)
        if person is None:
            continue
        row = line.answer(person)
        lines.setdefault(key, []).append((line, row))
    for key, several in lines.items():
        _take(key, several, expected, found)
    found.use_of_list, found.comment = _use_of_list(tables, found.asked, today)
    return found


def _whose(line: Line, key: str, expected: Expected, found: Answers) -> str | None:
    """Whose row it is; a row of nobody for sure is a question where it says anything."""

    def ask(at: str, code: str, person: str = "") -> None:
        if line.has_answer():
            found.asked.append(Asked(line.fault(at, code), person, line.whole()))

    if not key:
        ask("key", "reply_key_missing")
        return None
    found.seen.add(key)
    known = expected.by_key.get(key)
    if known is None:
        ask("key", "reply_key_other" if key in expected.others else "reply_key_unknown")
        return None
    found.known += 1
    name = as_text(line.value("name"))
    if name and fold_name(name) not in expected.names[known[1]]:
        # The name moved away from its key: whose answers these are nobody can say.
        ask("name", "reply_name_mismatch")
        return None
    return known[1]


def _take(key: str, several: list[tuple[Line, ReplyRow]], expected: Expected, found: Answers) -> None:
    """One row's answers; of several rows with one key only those that say the same, or the only one that says a thing.

    不明 chosen from the list is an answer; cells left empty are none.
    """
    disclosure, person = expected.by_key[key]
    said = [(line, row) for line, row in several if line.given or line.asked] or several[:1]
    if len({_content(row) for _, row in said}) > 1:
        for line, _ in said:
            found.asked.append(Asked(line.fault("key", "reply_key_twice"), person, line.whole()))
        return
    line, row = said[0]
    found.asked.extend(Asked(one.fault, person, one.raw_text) for one in line.asked)
    if line.given:
        found.rows[key] = (disclosure, row)
        found.places[person] = (line.table.sheet, line.row.number, {k: line.column(k) for k in ANSWERS})


def _content(row: ReplyRow) -> tuple[object, ...]:
    return (
        row.on_list, row.evacuation_plan, row.evacuation_plan_on, row.support_plan, row.comment, row.plan_staff,
    )  # fmt: skip


# ---- words ------------------------------------------------------------------------------------------------------


def fold_key(text: str) -> str:
    """An outside key as typed again by hand: width, case and hyphens do not count."""
    plain = re.sub(r"[^0-9A-Z]", "", unicodedata.normalize("NFKC", text).upper())
    return f"{plain[:4]}-{plain[4:]}" if len(plain) == 8 else text.strip()


def folded(text: str) -> str:
    """A header or an answer without width, spaces, brackets and marks."""
    return re.sub(r"[\s()（）「」\[\]【】・:：*※▼]", "", unicodedata.normalize("NFKC", text))


def _headers() -> dict[str, str]:
    return {
        "key": say("disclosures.key"),
        "name": say("items.name"),
        "on_list": say("replies.on_list"),
        "evacuation_plan": say("replies.evacuation_plan"),
        "evacuation_plan_on": say("replies.evacuation_plan_on"),
        "plan_staff": say("replies.plan_staff"),
        "support_plan": say("replies.support_plan"),
        "comment": say("replies.comment"),
    }


def _use_headers() -> dict[str, str]:
    return {"use_of_list": say("replies.use_of_list"), "use_comment": say("replies.use_comment")}


def key_of(column: str) -> str:
    """The answer a question's column is about ("市町名簿への登載(C列)" → on_list); "" for another column."""
    head = folded(column.rsplit("(", 1)[0] if column.endswith(")") else column)
    known = {folded(text): key for key, text in {**_headers(), **_use_headers()}.items()}
    return known.get(head) or known.get(folded(column)) or _others("replies.other_headers").get(head, "")


def _others(key: str) -> dict[str, str]:
    """Other words people write, from a text of lines "what word word …"."""
    found: dict[str, str] = {}
    for line in say(key).strip().splitlines():
        what, *words = line.split()
        found.update({folded(word): what for word in words})
    return found


def choice_of(key: str, text: str) -> StrEnum | None:
    """The answer a text surely means in a column that is answered from a list; None where it is not sure."""
    kind = CHOICES[key]
    plain = folded(text)
    for code in kind:
        if plain in (folded(label(code)), code.value):
            return code
    other = _others("replies.other_answers").get(plain, "")
    name, _, value = other.partition(".")
    if name == key or (name == "plan" and kind is PlanStatus):
        return kind(value)
    return None


def _columns_of(row: RawRow, headers: Mapping[str, str]) -> dict[str, int]:
    texts = {folded(cell): at for at, cell in reversed(list(enumerate(row.cells))) if isinstance(cell, str)}
    found = {key: texts[folded(text)] for key, text in headers.items() if folded(text) in texts}
    for word, key in _others("replies.other_headers").items():
        if key in headers and key not in found and word in texts and texts[word] not in found.values():
            found[key] = texts[word]
    return found


def _answer_sheet(tables: list[RawTable], file: str) -> tuple[RawTable, dict[str, int], RawRow]:
    """The 回答票 wherever it lies now: (sheet, columns by key, header row)."""
    headers = _headers()
    best: tuple[int, RawTable, dict[str, int], RawRow] | None = None
    for table in tables:
        for row in table.rows:
            if row.number > _HEADER_WITHIN:
                break
            columns = _columns_of(row, headers)
            score = sum(key in columns for key in ANSWERS)
            # The 名簿 beside it may carry 個別支援計画 too: only these two are the municipality's own to answer.
            theirs = "on_list" in columns or "evacuation_plan" in columns
            if "key" in columns and theirs and (best is None or score > best[0]):
                best = (score, table, columns, row)
    if best is None:
        raise Refusal("replies.no_sheet", file=file)
    return best[1:]


# ---- rows -------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Line:
    """One row of the 回答票. `given` counts its answers, `asked` are the cells that were not taken."""

    table: RawTable
    columns: dict[str, int]
    header: RawRow
    row: RawRow
    today: date
    asked: list[Asked] = field(default_factory=list)
    given: int = 0

    def value(self, key: str) -> RawValue:
        """What stands in the column of `key`; None for a blank or where there is no such column."""
        at = self.columns.get(key)
        return self.row.cells[at] if at is not None and at < len(self.row.cells) else None

    def has_answer(self) -> bool:
        """Whether anything was filled in."""
        return any(as_text(self.value(key)) for key in ANSWERS)

    def column(self, key: str) -> str:
        """The header over `key` with its letter, as a fault names it."""
        at = self.columns.get(key)
        if at is None:
            return _headers().get(key, "")
        return f"{as_text(self.header.cells[at])}({column_letter(at + 1)}列)"

    def fault(self, key: str, code: str) -> Fault:
        """A place of this row."""
        return Fault(self.table.file, self.table.sheet, self.row.number, self.column(key), code)

    def whole(self) -> str:
        """The row as lines "header tab text", from which its answers can be read again."""
        lines = [f"{say_header(key)}\t{_plain(self.value(key))}" for key in self.columns if as_text(self.value(key))]
        return "\n".join(lines)[:_RAW_LIMIT]

    def _ask(self, key: str, code: str) -> None:
        self.asked.append(Asked(self.fault(key, code), raw_text=_plain(self.value(key))[:_RAW_LIMIT]))

    def choice(self, key: str, empty: _C) -> _C:
        """One of the drop-down's words, or the empty answer; free text is a question."""
        value = self.value(key)
        if isinstance(value, CellTrouble):
            self._ask(key, value.value)
            return empty
        text = as_text(value)
        if not folded(text):
            return empty
        found: Any = choice_of(key, text)
        if found is None:
            self._ask(key, "reply_choice_unknown")
            return empty
        self.given += 1
        answer: _C = found
        return answer

    def day(self, key: str) -> date | None:
        """A day that has come; anything else is a question."""
        value = self.value(key)
        if value is None or isinstance(value, bool) or (isinstance(value, str) and not value.strip()):
            return None
        if isinstance(value, CellTrouble):
            self._ask(key, value.value)
            return None
        try:
            day = parse(value, epoch_1904=self.table.epoch_1904)
        except UnreadableDate as unreadable:
            self._ask(key, unreadable.code)
            return None
        if day > self.today:
            self._ask(key, "reply_day_in_future")
            return None
        self.given += 1
        return day

    def text(self, key: str, limit: int) -> str:
        """Free text, at most `limit` characters of it."""
        value = self.value(key)
        if isinstance(value, CellTrouble):
            self._ask(key, value.value)
            return ""
        text = (value.strip() if isinstance(value, str) else as_text(value))[:limit]
        self.given += bool(text)
        return text

    def answer(self, person_id: str) -> ReplyRow:
        """The row's answers for somebody."""
        return ReplyRow(
            id="",
            reply_id="",
            person_id=person_id,
            on_list=self.choice("on_list", OnList.UNKNOWN),
            evacuation_plan=self.choice("evacuation_plan", PlanStatus.UNKNOWN),
            evacuation_plan_on=self.day("evacuation_plan_on"),
            support_plan=self.choice("support_plan", PlanStatus.UNKNOWN),
            comment=self.text("comment", COMMENT_LIMIT),
            plan_staff=self.text("plan_staff", _STAFF_LIMIT),
        )


def say_header(key: str) -> str:
    """The word over an answer's column in the file the centre made."""
    return _headers()[key]


def said(value: object) -> str:
    """An answer in words, as it would stand in a cell."""
    if isinstance(value, OnList | PlanStatus | ListUse):
        return label(value)
    return value.isoformat() if isinstance(value, date) else str(value or "")


def row_again(raw_text: str, person_id: str, today: date) -> tuple[ReplyRow, list[Asked]]:
    """The answers of a whole row that was kept as a question, and what of it is not sure even now."""
    pairs = [line.split("\t", 1) for line in raw_text.split("\n") if "\t" in line]
    header = RawRow(1, tuple(head for head, _ in pairs))
    columns = _columns_of(header, _headers())
    table = RawTable("", "", "", ())
    line = Line(table, columns, header, RawRow(2, tuple(text for _, text in pairs)), today)
    return line.answer(person_id), line.asked


def _plain(value: RawValue) -> str:
    if isinstance(value, CellTrouble):
        return ""
    if isinstance(value, date):
        return value.isoformat()[:10]
    return as_text(value).replace("\n", " ").replace("\t", " ")


def _use_of_list(tables: Iterable[RawTable], asked: list[Asked], today: date) -> tuple[ListUse, str]:
    """活用状況 of the whole list, from the sheet that asks for it (or from beside the 回答票)."""
    for table in tables:
        for at, row in enumerate(table.rows):
            columns = _columns_of(row, _use_headers())
            if "use_of_list" not in columns or row.number > _HEADER_WITHIN:
                continue
            for below in table.rows[at + 1 :]:
                line = Line(table, columns, row, below, today)
                use = line.choice("use_of_list", ListUse.UNKNOWN)
                asked.extend(line.asked)
                comment = as_text(line.value("use_comment"))[:COMMENT_LIMIT]
                if use is not ListUse.UNKNOWN or comment or line.asked:
                    return use, comment
            return ListUse.UNKNOWN, ""
    return ListUse.UNKNOWN, ""
