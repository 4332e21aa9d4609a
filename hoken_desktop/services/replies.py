"""回答票: what the municipality did with the list, read back by the outside keys of its disclosure."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Protocol, TypeVar

from hoken_desktop.domain.codes import ListUse, OnList, PlanStatus
from hoken_desktop.domain.dates import UnreadableDate, parse
from hoken_desktop.domain.deeds import Deed
from hoken_desktop.domain.disclosures import Disclosure, DisclosureState
from hoken_desktop.domain.errors import Fault, Refusal
from hoken_desktop.domain.names import fold_name
from hoken_desktop.domain.numbers import as_text
from hoken_desktop.domain.replies import Reply, ReplyRow
from hoken_desktop.domain.sheets import CellTrouble, RawRow, RawTable, RawValue, column_letter
from hoken_desktop.services.consents import Municipalities
from hoken_desktop.services.ports import Clock, Ids, Shelves, Store
from hoken_desktop.services.progress import Report, Step, no_report
from hoken_desktop.words import label, say

_HEADER_WITHIN = 30
_COMMENT_LIMIT = 1000
_C = TypeVar("_C", bound=StrEnum)


class ReplySheets(Protocol):
    """Every sheet of a returned workbook: plain, or still sealed and then opened with its password."""

    def __call__(self, path: Path, password: str | None) -> list[RawTable]: ...


@dataclass(frozen=True, slots=True)
class ReplyResult:
    """What a 回答票 says, in numbers. For each question its answers and `unanswered` add up to the people disclosed.

    `repeated`: the same answers were read before, nothing was written.
    """

    request_id: str
    reply_id: str
    disclosed: int
    answered: int
    unanswered: int
    on_list: dict[str, int]
    evacuation_plan: dict[str, int]
    support_plan: dict[str, int]
    use_of_list: str
    faults: tuple[Fault, ...]
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class _Expected:
    """Whom the request's disclosures named: outside key → (disclosure, person), and the names they went under."""

    disclosures: dict[str, Disclosure]
    by_key: dict[str, tuple[str, str]]
    names: dict[str, frozenset[str]]


@dataclass(slots=True)
class _Answers:
    """The rows of one 回答票 on their way."""

    faults: list[Fault] = field(default_factory=list)
    rows: dict[str, tuple[str, ReplyRow]] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    given: set[str] = field(default_factory=set)
    known_keys: int = 0


class Replies:
    """The replies of the municipalities."""

    def __init__(
        self, store: Store, clock: Clock, ids: Ids, sheets: ReplySheets, municipalities: Municipalities
    ) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids
        self._sheets = sheets
        self._municipalities = municipalities

    def read_in(
        self, path: Path, request_id: str, password: str | None = None, report: Report = no_report
    ) -> ReplyResult:
        """Reads a returned 回答票 for one request. What cannot be read is a fault and the rest is taken.

        Refuses another request's file, a file without 回答票, and a request that disclosed nothing. The same file, or
        the same answers in another file, change nothing.
        """
        report(Step(0, 0, "replies.step_read"))
        tables = self._sheets(path, password)
        with self._store.read() as shelves:
            if shelves.requests.get(request_id) is None:
                raise Refusal("replies.unknown_request")
            expected = _expected(shelves, request_id)
            if not expected.by_key:
                raise Refusal("replies.nothing_disclosed")
            table, columns, header = _answer_sheet(tables, path.name)
            answers = self._read(table, columns, header, expected)
            if not answers.known_keys:
                raise self._stranger(shelves, answers.seen, request_id, path.name)
            before = self._before(shelves, request_id)
        use, use_comment = _use_of_list(tables, answers.faults, self._clock.today())
        counted = Counter(disclosure for disclosure, _ in answers.rows.values())
        disclosure_id = max(
            expected.disclosures, key=lambda id_: (counted[id_], expected.disclosures[id_].made_at, id_)
        )
        rows = [row for _, row in answers.rows.values()]
        people = {person for disclosure, person in expected.by_key.values() if disclosure == disclosure_id}
        people |= {row.person_id for row in rows}
        reply = Reply(
            id=self._ids(),
            request_id=request_id,
            disclosure_id=disclosure_id,
            received_on=self._clock.today(),
            file_name=path.name,
            sha256=table.sha256,
            read_at=self._clock.now(),
            use_of_list=use,
            comment=use_comment,
        )
        repeated = before is not None and _same_answers(before, (reply, rows))
        if not repeated:
            with self._store.change(
                Deed.REPLY_READ, request_id, rows=len(rows), faults=len(answers.faults), sha256=table.sha256
            ) as writing:
                writing.replies.add(reply)
                writing.reply_rows.add_all(replace(row, id=self._ids(), reply_id=reply.id) for row in rows)
        return _result(reply if before is None or not repeated else before[0], rows, people, answers.faults, repeated)

    def of_request(self, request_id: str) -> list[Reply]:
        """Every reply of one request, the newest first."""
        with self._store.read() as shelves:
            return sorted(shelves.replies.all(request_id=request_id), key=lambda r: r.read_at, reverse=True)

    def result_of(self, reply: Reply) -> ReplyResult:
        """The counts of a reply that was read before; the faults of that reading are not kept."""
        with self._store.read() as shelves:
            rows = shelves.reply_rows.all(reply_id=reply.id)
            gone = shelves.disclosure_persons.all(disclosure_id=reply.disclosure_id)
        people = {row.person_id for row in gone if row.outside_key} | {row.person_id for row in rows}
        return _result(reply, rows, people, [], False)

    def _stranger(self, shelves: Shelves, seen: set[str], request_id: str, file: str) -> Refusal:
        for person in shelves.disclosure_persons.all():
            if person.outside_key and person.outside_key in seen:
                other = shelves.disclosures.get(person.disclosure_id)
                if other is not None and other.request_id != request_id:
                    place = self._municipalities.name_of(other.municipality)
                    return Refusal("replies.other_request", file=file, municipality=place)
        return Refusal("replies.unknown_file", file=file)

    @staticmethod
    def _before(shelves: Shelves, request_id: str) -> tuple[Reply, list[ReplyRow]] | None:
        known = sorted(shelves.replies.all(request_id=request_id), key=lambda r: r.read_at)
        return (known[-1], shelves.reply_rows.all(reply_id=known[-1].id)) if known else None

    def _read(
        self, table: RawTable, columns: dict[str, int], header: RawRow, expected: _Expected
    ) -> _Answers:
        answers = _Answers()
        twice: set[str] = set()
        for raw in table.rows:
            if raw.number <= header.number:
                continue
            line = _Line(table, columns, header, raw, self._clock.today())
            key = _key(as_text(line.value("key")))
            if not key:
                if line.has_answer():
                    answers.faults.append(line.fault("key", "reply_key_missing"))
                continue
            answers.seen.add(key)
            found = expected.by_key.get(key)
            if found is None:
                answers.faults.append(line.fault("key", "reply_key_unknown"))
                continue
            answers.known_keys += 1
            disclosure, person = found
            name = as_text(line.value("name"))
            if name and fold_name(name) not in expected.names[person]:
                # The name moved away from its key: whose answers these are nobody can say.
                answers.faults.append(line.fault("name", "reply_name_mismatch"))
                continue
            row = line.answer(person)
            answers.faults.extend(line.faults)
            if key in answers.rows or key in twice:
                answers.faults.append(line.fault("key", "reply_key_twice"))
                if key in answers.rows and answers.rows[key][1] != row:
                    # Two different answers for one person: neither is taken.
                    del answers.rows[key]
                    twice.add(key)
                continue
            answers.rows[key] = (disclosure, row)
            if line.given:
                answers.given.add(key)
        # 不明 chosen from the list is an answer; cells left empty are none.
        answers.rows = {key: found for key, found in answers.rows.items() if key in answers.given}
        return answers


def _key(text: str) -> str:
    """An outside key as typed again by hand: width, case and hyphens do not count."""
    plain = re.sub(r"[^0-9A-Z]", "", unicodedata.normalize("NFKC", text).upper())
    return f"{plain[:4]}-{plain[4:]}" if len(plain) == 8 else text.strip()


def _folded(text: str) -> str:
    return re.sub(r"[\s()（）]", "", unicodedata.normalize("NFKC", text))


def _headers() -> dict[str, str]:
    return {
        "key": say("disclosures.key"),
        "name": say("items.name"),
        "on_list": say("replies.on_list"),
        "evacuation_plan": say("replies.evacuation_plan"),
        "evacuation_plan_on": say("replies.evacuation_plan_on"),
        "support_plan": say("replies.support_plan"),
        "comment": say("replies.comment"),
    }


_NEEDED = ("key", "on_list", "evacuation_plan", "support_plan")


def _columns_of(row: RawRow, headers: dict[str, str]) -> dict[str, int]:
    texts = {_folded(cell): at for at, cell in reversed(list(enumerate(row.cells))) if isinstance(cell, str)}
    return {key: texts[_folded(text)] for key, text in headers.items() if _folded(text) in texts}


def _answer_sheet(tables: list[RawTable], file: str) -> tuple[RawTable, dict[str, int], RawRow]:
    """The 回答票 wherever it lies now: (sheet, columns by key, header row)."""
    headers = _headers()
    best: tuple[int, RawTable, dict[str, int], RawRow] | None = None
    for table in tables:
        for row in table.rows:
            if row.number > _HEADER_WITHIN:
                break
            columns = _columns_of(row, headers)
            score = sum(key in columns for key in _NEEDED)
            if "key" in columns and score > 1 and (best is None or score > best[0]):
                best = (score, table, columns, row)
    if best is None:
        raise Refusal("replies.no_sheet", file=file)
    _, table, columns, row = best
    missing = [headers[key] for key in _NEEDED if key not in columns]
    if missing:
        raise Refusal(
            "replies.missing_columns", file=file, sheet=table.sheet, row=row.number,
            columns=say("replies.comma").join(missing),
        )  # fmt: skip
    return table, columns, row


@dataclass(slots=True)
class _Line:
    """One row of the 回答票."""

    table: RawTable
    columns: dict[str, int]
    header: RawRow
    row: RawRow
    today: date
    faults: list[Fault] = field(default_factory=list)
    given: int = 0

    def value(self, key: str) -> RawValue:
        at = self.columns.get(key)
        return self.row.cells[at] if at is not None and at < len(self.row.cells) else None

    def has_answer(self) -> bool:
        return any(as_text(self.value(k)) for k in ("on_list", "evacuation_plan", "support_plan"))

    def fault(self, key: str, code: str) -> Fault:
        at = self.columns.get(key)
        head = as_text(self.header.cells[at]) if at is not None else ""
        column = f"{head}({column_letter(at + 1)}列)" if at is not None else ""
        return Fault(self.table.file, self.table.sheet, self.row.number, column, code)

    def choice(self, key: str, kind: type[_C], empty: _C) -> _C:
        """One of the drop-down's words, or the empty answer; free text is a fault."""
        value = self.value(key)
        if isinstance(value, CellTrouble):
            self.faults.append(self.fault(key, value.value))
            return empty
        text = _folded(as_text(value))
        if not text:
            return empty
        for code in kind:
            if text == _folded(label(code)):
                self.given += 1
                return code
        self.faults.append(self.fault(key, "reply_choice_unknown"))
        return empty

    def day(self, key: str) -> date | None:
        value = self.value(key)
        if value is None or isinstance(value, bool) or (isinstance(value, str) and not value.strip()):
            return None
        if isinstance(value, CellTrouble):
            self.faults.append(self.fault(key, value.value))
            return None
        try:
            day = parse(value, epoch_1904=self.table.epoch_1904)
        except UnreadableDate as unreadable:
            self.faults.append(self.fault(key, unreadable.code))
            return None
        if day > self.today:
            self.faults.append(self.fault(key, "reply_day_in_future"))
            return None
        self.given += 1
        return day

    def answer(self, person_id: str) -> ReplyRow:
        return ReplyRow(
            id="",
            reply_id="",
            person_id=person_id,
            on_list=self.choice("on_list", OnList, OnList.UNKNOWN),
            evacuation_plan=self.choice("evacuation_plan", PlanStatus, PlanStatus.UNKNOWN),
            evacuation_plan_on=self.day("evacuation_plan_on"),
            support_plan=self.choice("support_plan", PlanStatus, PlanStatus.UNKNOWN),
            comment=self._comment(),
        )

    def _comment(self) -> str:
        value = self.value("comment")
        if isinstance(value, CellTrouble):
            self.faults.append(self.fault("comment", value.value))
            return ""
        text = (value.strip() if isinstance(value, str) else as_text(value))[:_COMMENT_LIMIT]
        self.given += bool(text)
        return text


def _use_of_list(tables: Iterable[RawTable], faults: list[Fault], today: date) -> tuple[ListUse, str]:
    """活用状況 of the whole list, from the sheet that asks for it (or from beside the 回答票)."""
    headers = {"use_of_list": say("replies.use_of_list"), "use_comment": say("replies.use_comment")}
    for table in tables:
        for at, row in enumerate(table.rows):
            columns = _columns_of(row, headers)
            if "use_of_list" not in columns or row.number > _HEADER_WITHIN:
                continue
            for below in table.rows[at + 1 :]:
                line = _Line(table, columns, row, below, today)
                use = line.choice("use_of_list", ListUse, ListUse.UNKNOWN)
                faults.extend(line.faults)
                comment = as_text(line.value("use_comment"))[:_COMMENT_LIMIT]
                if use is not ListUse.UNKNOWN or comment or line.faults:
                    return use, comment
            return ListUse.UNKNOWN, ""
    return ListUse.UNKNOWN, ""


def _expected(shelves: Shelves, request_id: str) -> _Expected:
    done = {d.id: d for d in shelves.disclosures.all(request_id=request_id, state=DisclosureState.DONE)}
    rows = shelves.disclosure_persons.all(disclosure_id=list(done))
    by_key = {r.outside_key: (r.disclosure_id, r.person_id) for r in rows if r.outside_key}
    ids = list({person for _, person in by_key.values()})
    names: defaultdict[str, set[str]] = defaultdict(set)
    for person in shelves.persons.all(id=ids):
        names[person.id] |= {fold_name(person.name), fold_name(person.name_alt or person.name)}
    for disclosure in done.values():
        for row in shelves.snapshot_rows.all(round_id=disclosure.round_id, edition=disclosure.edition, person_id=ids):
            names[row.person_id].add(fold_name(str(row.payload.get("name", ""))))
    return _Expected(done, by_key, {person: frozenset(found - {""}) for person, found in names.items()})


def _essence(row: ReplyRow) -> tuple[object, ...]:
    return row.person_id, row.on_list, row.evacuation_plan, row.evacuation_plan_on, row.support_plan, row.comment


def _same_answers(before: tuple[Reply, list[ReplyRow]], now: tuple[Reply, list[ReplyRow]]) -> bool:
    same_whole = (before[0].use_of_list, before[0].comment) == (now[0].use_of_list, now[0].comment)
    return same_whole and {_essence(r) for r in before[1]} == {_essence(r) for r in now[1]}


def _result(
    reply: Reply, rows: list[ReplyRow], people: set[str], faults: list[Fault], repeated: bool
) -> ReplyResult:
    on_list = Counter(row.on_list for row in rows)
    evacuation = Counter(row.evacuation_plan for row in rows)
    support = Counter(row.support_plan for row in rows)
    return ReplyResult(
        request_id=reply.request_id,
        reply_id=reply.id,
        disclosed=len(people),
        answered=len(rows),
        unanswered=len(people) - len(rows),
        on_list={code.value: on_list[code] for code in OnList},
        evacuation_plan={code.value: evacuation[code] for code in PlanStatus},
        support_plan={code.value: support[code] for code in PlanStatus},
        use_of_list=reply.use_of_list.value,
        faults=tuple(faults),
        repeated=repeated,
    )
