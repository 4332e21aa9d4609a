"""`reply`: what the municipalities answer, as a file, by telephone or in numbers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from hoken_desktop.cli.rounds import DAY
from hoken_desktop.cli.speech import Call, fault_facts, pass_call, secret_in
from hoken_desktop.domain.codes import ListUse
from hoken_desktop.domain.dates import UnreadableDate, parse
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.replies import COUNTED, ReplyQuestion, ReplyRow, count_key
from hoken_desktop.house import House
from hoken_desktop.services.replies import ReplyResult
from hoken_desktop.services.reply_sheets import ANSWERS, CHOICES, choice_of
from hoken_desktop.words import label, say


@click.group(help="市町の回答票。")
def reply() -> None:
    """The municipality's answer."""


@reply.command("read", help="回答票を読み込みます。")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--request", "request_id", required=True)
@click.option(
    "--file-password-file", type=click.Path(path_type=Path, dir_okay=False), help="回答票のパスワードのファイル"
)
@pass_call
def reply_read(call: Call, file: Path, request_id: str, file_password_file: Path | None) -> None:
    """Reads the 回答票 back."""
    password = secret_in(file_password_file).strip() if file_password_file else None
    house = call.house()
    try:
        result = house.replies.read_in(file, request_id, password=password)
    finally:
        house.close()
    call.answer(
        result_facts(result),
        say("cli.reply", file=file.name, faults=len(result.faults), unanswered=result.unanswered),
    )


def result_facts(result: ReplyResult) -> dict[str, Any]:
    """What a municipality answered by now as JSON; questions name places and codes, never what stands in the cell."""
    return {
        "on_list": result.on_list, "evacuation_plan": result.evacuation_plan, "support_plan": result.support_plan,
        "use_of_list": result.use_of_list, "unanswered": result.unanswered, "faults": fault_facts(result.faults),
        "reply_id": result.reply_id, "disclosed": result.disclosed, "answered": result.answered,
        "repeated": result.repeated, "questions": [question_facts(q) for q in result.questions],
        "counts": dict(result.counts) if result.counts is not None else None,
    }  # fmt: skip


def question_facts(question: ReplyQuestion) -> dict[str, Any]:
    """A question as JSON."""
    return {
        "id": question.id, "sheet": question.sheet, "row": question.row, "column": question.column,
        "code": question.code, "message": say(f"faults.{question.code}"),
    }  # fmt: skip


_REQUEST = click.option("--request", "request_id", required=True)
_ON = click.option("--on", "received_on", type=DAY, required=True, help="回答を受けた日")
_BY = click.option("--by", "answered_by", required=True, help="答えた人「課・氏名」")
_USE = click.option("--use", default="", help="名簿の活用状況")
_COMMENT = click.option("--comment", default="")


@reply.command("phone", help="電話で聞いた回答を、人ごとに記録します。")
@_REQUEST
@_ON
@_BY
@click.option(
    "--answer", "answers", multiple=True, metavar="管理番号,欄=答え,…",
    help="例: K000001,on_list=登載,evacuation_plan=作成済,evacuation_plan_on=2026-09-01,plan_staff=防災課",
)
@_USE
@_COMMENT
@pass_call
def reply_phone(
    call: Call, request_id: str, received_on: datetime, answered_by: str, answers: tuple[str, ...], use: str,
    comment: str,
) -> None:  # fmt: skip
    """An answer heard on the telephone."""
    house = call.house()
    try:
        rows = [_row(house, raw) for raw in answers]
        result = house.replies.by_phone(
            request_id, answered_by, received_on.date(), rows, use_of_list=_use(use), comment=comment
        )
    finally:
        house.close()
    call.answer(result_facts(result), say("cli.reply_heard", answered=result.answered, unanswered=result.unanswered))


@reply.command("counts", help="数だけの回答を記録します。人ごとの回答にはなりません。")
@_REQUEST
@_ON
@_BY
@click.option(
    "--count", "counts", multiple=True, metavar="欄.答え=人数", help="例: on_list.listed=10 evacuation_plan.made=3"
)
@_USE
@_COMMENT
@pass_call
def reply_counts(
    call: Call, request_id: str, received_on: datetime, answered_by: str, counts: tuple[str, ...], use: str,
    comment: str,
) -> None:  # fmt: skip
    """An answer in numbers."""
    given = dict(_count(raw) for raw in counts)
    house = call.house()
    try:
        result = house.replies.by_counts(
            request_id, answered_by, received_on.date(), given, use_of_list=_use(use), comment=comment
        )
    finally:
        house.close()
    call.answer(result_facts(result), say("cli.reply_counted", disclosed=result.disclosed))


@reply.command("questions", help="読み取れなかった欄(問い)を示します。")
@click.option("--request", "request_id", default="")
@pass_call
def reply_questions(call: Call, request_id: str) -> None:
    """What is open."""
    house = call.house()
    try:
        found = house.reply_questions.open(request_id)
    finally:
        house.close()
    facts = [question_facts(one.question) | {"request": one.request_id} for one in found]
    lines = (say("cli.question", **{k: str(f[k]) for k in ("id", "sheet", "row", "column", "message")}) for f in facts)
    call.answer({"questions": facts}, "\n".join(lines) or say("cli.no_questions"))


@reply.command("settle", help="問いを1つ決めます。")
@click.argument("question_id")
@click.option("--answer", default="", help="選択肢の言葉、日付、文。行の問いには管理番号")
@click.option("--ignore", is_flag=True, help="このままにする")
@pass_call
def reply_settle(call: Call, question_id: str, answer: str, ignore: bool) -> None:
    """Decides one question."""
    if ignore == bool(answer.strip()):
        raise click.UsageError(say("cli.settle_one"))
    house = call.house()
    try:
        if ignore:
            house.reply_questions.ignore(question_id)
        else:
            known = next((q for q in house.reply_questions.open() if q.question.id == question_id), None)
            is_row = known is not None and known.is_row
            house.reply_questions.answer(question_id, house.dossiers.find(answer) if is_row else answer)
        left = len(house.reply_questions.open())
    finally:
        house.close()
    call.answer({"id": question_id, "open": left}, say("cli.settled", open=left))


def _row(house: House, raw: str) -> ReplyRow:
    number, *parts = [part.strip() for part in raw.replace("、", ",").split(",")]
    row = ReplyRow("", "", house.dossiers.find(number))
    for part in parts:
        key, _, text = part.partition("=")
        if key not in ANSWERS:
            raise Refusal("replies.unknown_answer", allowed=say("replies.comma").join(ANSWERS))
        row = replace(row, **{key: _value(key, text)})
    return row


def _value(key: str, text: str) -> Any:
    if key in CHOICES:
        found = choice_of(key, text)
        if found is None:
            raise Refusal("replies.unknown_answer", allowed=_words(CHOICES[key]))
        return found
    if key == "evacuation_plan_on":
        return _day(text)
    return text


def _day(text: str) -> date:
    try:
        return parse(text)
    except UnreadableDate:
        raise Refusal("replies.answer_day") from None


def _use(text: str) -> ListUse:
    if not text.strip():
        return ListUse.UNKNOWN
    found = choice_of("use_of_list", text)
    if found is None:
        raise Refusal("replies.unknown_answer", allowed=_words(ListUse))
    return ListUse(found.value)


def _words(codes: Iterable[Any]) -> str:
    return say("replies.comma").join(label(code) for code in codes)


def _count(raw: str) -> tuple[str, int]:
    key, _, number = raw.partition("=")
    question, _, answer = key.strip().partition(".")
    found = choice_of(question, answer) if question in COUNTED else None
    if found is None or not number.strip().isdecimal():
        allowed = say("replies.comma").join(count_key(q, a) for q, answers in COUNTED.items() for a in answers)
        raise Refusal("replies.bad_count", allowed=allowed)
    return count_key(question, found.value), int(number)
