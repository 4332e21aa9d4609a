"""回答票: what the municipality did with the list, per person, and on the whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

from hoken_desktop.domain.codes import ListUse, OnList, PlanStatus


class ReplyWay(StrEnum):
    """回答の方法."""

    FILE = ""
    PHONE = "phone"
    COUNTS = "counts"


@dataclass(frozen=True, slots=True)
class Reply:
    """One 回答票 read back for one request. The file is known by its SHA-256.

    `way` is "" for a file, "phone" or "counts" for an answer by telephone or in numbers only (`counts`); then
    `file_name` says who answered."""

    id: str
    request_id: str
    disclosure_id: str
    received_on: date
    file_name: str
    sha256: str
    read_at: datetime
    use_of_list: ListUse = ListUse.UNKNOWN
    comment: str = ""
    way: str = ""
    counts: dict[str, int] = field(default_factory=dict)
    staff_id: str = ""


@dataclass(frozen=True, slots=True)
class ReplyRow:
    """One person: 名簿登載, 個別避難計画 (市町), and what the 市町 knows of the 個別支援計画.

    A row holds all that stands for the person once it is written: of a reply (and of a request) the last one counts.
    """

    id: str
    reply_id: str
    person_id: str
    on_list: OnList = OnList.UNKNOWN
    evacuation_plan: PlanStatus = PlanStatus.UNKNOWN
    evacuation_plan_on: date | None = None
    support_plan: PlanStatus = PlanStatus.UNKNOWN
    comment: str = ""
    plan_staff: str = ""


@dataclass(frozen=True, slots=True)
class ReplyQuestion:
    """One cell of a 回答票 that was not sure enough to be taken: where it stands, and how it was settled."""

    id: str
    reply_id: str
    sheet: str
    row: int
    column: str
    code: str
    person_id: str = ""
    raw_text: str = ""
    settled_on: date | None = None
    answer: str = ""
    staff_id: str = ""


IGNORED = "ignored"
"""The answer of a question that was looked at and changes nothing."""

ROW_QUESTIONS = frozenset(
    {"reply_key_missing", "reply_key_unknown", "reply_key_other", "reply_name_mismatch", "reply_key_twice"}
)
"""Questions of whom a whole row is; their `raw_text` is the row."""

_FORWARD = frozenset(
    {
        (PlanStatus.NOT_STARTED, PlanStatus.IN_PROGRESS),
        (PlanStatus.NOT_STARTED, PlanStatus.MADE),
        (PlanStatus.IN_PROGRESS, PlanStatus.MADE),
        (PlanStatus.MADE, PlanStatus.RENEW),
        (PlanStatus.RENEW, PlanStatus.MADE),
    }
)
"""What work on a plan does to its state: a newer answer of this kind is news and no contradiction."""


def joined(recorded: ReplyRow | None, new: ReplyRow) -> tuple[ReplyRow, tuple[str, ...]]:
    """`new` over what was answered before, and the fields in which it contradicts that: they keep what is recorded.

    A blank or 不明 takes nothing away; 未登載→登載 and a plan that came on are news. Comments are kept one under the
    other.
    """
    if recorded is None:
        return new, ()
    contradicted: list[str] = []
    on_list = recorded.on_list
    if new.on_list is not OnList.UNKNOWN and new.on_list is not on_list:
        if on_list is OnList.UNKNOWN or (on_list, new.on_list) == (OnList.NOT_LISTED, OnList.LISTED):
            on_list = new.on_list
        else:
            contradicted.append("on_list")
    plans = {}
    for name in ("evacuation_plan", "support_plan"):
        before, now = getattr(recorded, name), getattr(new, name)
        plans[name] = before
        if now is not PlanStatus.UNKNOWN and now is not before:
            if before is PlanStatus.UNKNOWN or (before, now) in _FORWARD:
                plans[name] = now
            else:
                contradicted.append(name)
    came_on = plans["evacuation_plan"] is not recorded.evacuation_plan
    day = recorded.evacuation_plan_on
    if new.evacuation_plan_on is not None and new.evacuation_plan_on != day:
        if day is None or came_on:
            day = new.evacuation_plan_on
        else:
            contradicted.append("evacuation_plan_on")
    staff = recorded.plan_staff
    if new.plan_staff and new.plan_staff != staff:
        if not staff:
            staff = new.plan_staff
        else:
            contradicted.append("plan_staff")
    comment = recorded.comment
    if new.comment and new.comment not in comment.split("\n"):
        comment = f"{comment}\n{new.comment}".strip("\n")
    row = replace(
        new, on_list=on_list, evacuation_plan=plans["evacuation_plan"], evacuation_plan_on=day,
        support_plan=plans["support_plan"], plan_staff=staff, comment=comment,
    )  # fmt: skip
    return row, tuple(contradicted)


def essence(row: ReplyRow) -> tuple[object, ...]:
    """What a row says, without the row's own ids."""
    return (
        row.person_id, row.on_list, row.evacuation_plan, row.evacuation_plan_on, row.support_plan, row.comment,
        row.plan_staff,
    )  # fmt: skip


def standing(replies: Iterable[Reply], rows: Iterable[ReplyRow]) -> dict[str, ReplyRow]:
    """person → the row that counts: of the newest reply, and in it the last one written."""
    order = {reply.id: at for at, reply in enumerate(sorted(replies, key=lambda r: r.read_at))}
    found: dict[str, ReplyRow] = {}
    for row in sorted((r for r in rows if r.reply_id in order), key=lambda r: order[r.reply_id]):
        found[row.person_id] = row
    return found


COUNTED: Mapping[str, tuple[str, ...]] = {
    "on_list": tuple(code.value for code in OnList),
    "evacuation_plan": tuple(code.value for code in PlanStatus),
    "support_plan": tuple(code.value for code in PlanStatus),
}
"""What an answer in numbers may count: the question, and its answers."""


def count_key(question: str, answer: str) -> str:
    """on_list.listed and the like."""
    return f"{question}.{answer}"


def counts_fit(counts: Mapping[str, int], disclosed: int) -> bool:
    """Whether no question counts more people than were disclosed, and nothing is negative or unknown."""
    known = {count_key(question, answer) for question, answers in COUNTED.items() for answer in answers}
    if set(counts) - known or any(count < 0 for count in counts.values()):
        return False
    return all(
        sum(counts.get(count_key(question, answer), 0) for answer in answers) <= disclosed
        for question, answers in COUNTED.items()
    )
