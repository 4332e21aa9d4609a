"""`letter`: papers with a 整理番号 printed in bulk, what came back of them, and what is still out."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Any, TypeVar

import click

from hoken_desktop.cli.rounds import DAY, day_of
from hoken_desktop.cli.speech import Call, pass_call, progress
from hoken_desktop.domain.codes import ConsentDecision, ConsentGiver, DeviceKind, Purpose, RecipientSection, UseStatus
from hoken_desktop.domain.letter_questions import CONSENTS, DEVICES, PURPOSES, REACH
from hoken_desktop.domain.letters import LetterKind, LetterState, LetterWho, Sender, said_number
from hoken_desktop.house import House
from hoken_desktop.services.letter_answers import ConsentAnswer, ContactAnswer, DeviceAnswer, LetterAnswers
from hoken_desktop.services.letter_choices import Chosen, LetterChoice
from hoken_desktop.services.letters import BatchCount, LettersPrinted
from hoken_desktop.words import label, say

E = TypeVar("E", bound=Enum)
_FOLDER = click.Path(path_type=Path, file_okay=False)


def _choice(kind: type[Enum]) -> click.Choice[str]:
    return click.Choice([str(code.value) for code in kind])


@click.group("letter", help="郵送の紙: 印刷、返ってきた紙の記録、返送待ちの一覧。")
def letter() -> None:
    """Letters."""


@letter.command("sender", help="差出人(返送先)を示します。オプションを付けると書きかえます。")
@click.option("--postcode", help="郵便番号")
@click.option("--address", help="住所")
@click.option("--section", help="担当の名前")
@click.option("--phone", help="電話(平日)")
@click.option("--night-phone", help="夜間・休日の緊急の電話(24時間)")
@pass_call
def sender(
    call: Call, postcode: str | None, address: str | None, section: str | None, phone: str | None,
    night_phone: str | None,
) -> None:  # fmt: skip
    """Shows or sets the 差出人."""
    changes = {
        "postcode": postcode, "address": address, "section": section, "phone": phone, "night_phone": night_phone,
    }  # fmt: skip
    told = {name: value for name, value in changes.items() if value is not None}
    house = call.house()
    try:
        if told:
            before = house.letters.sender()
            house.letters.set_sender(Sender(**{n: told.get(n, getattr(before, n)) for n in Sender.__slots__}))
        found = house.letters.sender()
    finally:
        house.close()
    facts = {name: getattr(found, name) for name in Sender.__slots__}
    call.answer(facts, say("cli.letter_sender_set") if told else "")


@letter.command("print", help="選んだ方あての紙を1つのPDFにして、発送したものとして記録します。")
@click.option("--kind", required=True, type=_choice(LetterKind), help="紙の種類")
@click.option("--who", default=LetterWho.NO_CONSENT.value, show_default=True, type=_choice(LetterWho), help="だれに")
@click.option("--days", default=90, show_default=True, type=click.IntRange(0, 3660), help="期限まで何日か(expiring)")
@click.option("--months", default=12, show_default=True, type=click.IntRange(1, 240), help="何か月以上前か(reconfirm)")
@click.option("--as-of", type=DAY, help="更新回の基準日(round。なければ最新)")
@click.option("--number", "numbers", multiple=True, help="管理番号(chosen。繰り返せます)")
@click.option("--municipality", default="", help="この市町の方だけ(6桁のコード)")
@click.option("--not-at-home", is_flag=True, help="入院中・施設の方にも出す")
@click.option("--sent-on", type=DAY, help="発送日(なければ今日)")
@click.option("--due-on", type=DAY, help="返送期限(なければ発送日から21日)")
@click.option("--preview", is_flag=True, help="人数と外れる理由を数えるだけ")
@click.option("--out", type=_FOLDER, help="保存するフォルダー")
@pass_call
def print_letters(
    call: Call, kind: str, who: str, days: int, months: int, as_of: datetime | None, numbers: tuple[str, ...],
    municipality: str, not_at_home: bool, sent_on: datetime | None, due_on: datetime | None, preview: bool,
    out: Path | None,
) -> None:  # fmt: skip
    """Prints a batch, or only counts it."""
    if out is None and not preview:
        raise click.UsageError(say("cli.letter_out"))
    choice = LetterChoice(
        LetterKind(kind), LetterWho(who), days, months, day_of(as_of), numbers, municipality, not_at_home
    )
    house = call.house()
    try:
        if preview or out is None:
            chosen = house.letters.choose(choice)
            call.answer(_chosen_facts(chosen) | {"preview": True}, _chosen_text(chosen))
            return
        made = house.letters.write(
            choice, out, sent_on=day_of(sent_on), due_on=day_of(due_on), report=progress(call)
        )
    finally:
        house.close()
    assert made.chosen is not None
    call.answer(
        printed_facts(made) | _chosen_facts(made.chosen),
        _chosen_text(made.chosen) + "\n" + _printed_text(made),
        say("printing.password_once", password=made.printed.password),
    )  # fmt: skip


@letter.command("again", help="返送待ちの紙を、同じ整理番号でもう一度印刷します(督促・刷り直し)。")
@click.argument("numbers", nargs=-1, required=True, metavar="整理番号…")
@click.option("--out", required=True, type=_FOLDER, help="保存するフォルダー")
@pass_call
def again(call: Call, numbers: tuple[str, ...], out: Path) -> None:
    """Prints letters that are out once more."""
    house = call.house()
    try:
        made = house.letters.write_again(numbers, out, progress(call))
    finally:
        house.close()
    call.answer(
        printed_facts(made), _printed_text(made),
        say("printing.password_once", password=made.printed.password),
    )  # fmt: skip


@letter.command("list", help="出した紙を、便ごとの数と1通ずつで示します。")
@click.option("--state", type=_choice(LetterState), help="この状態の紙だけ")
@pass_call
def list_letters(call: Call, state: str | None) -> None:
    """What was sent and what is still out."""
    house = call.house()
    try:
        facts = board_facts(house, LetterState(state) if state else None)
    finally:
        house.close()
    call.answer(
        facts,
        "\n".join(
            say(
                "cli.letter_batch", batch=b["batch"], kind=label(LetterKind(b["kind"])), sent=b["sent"], out=b["out"],
                returned=b["returned"], undelivered=b["undelivered"], given_up=b["given_up"], overdue=b["overdue"],
            )
            for b in facts["batches"]
        ) or say("cli.letter_none"),
    )  # fmt: skip


@letter.command("enter", help="返ってきた紙の答えを記録します。書いていないことは変わりません。")
@click.argument("number", metavar="整理番号")
@click.option("--answered-on", required=True, type=DAY, help="紙に書いてある日")
@click.option("--returned-on", type=DAY, help="返ってきた日(なければ今日)")
@click.option("--fact", "facts", multiple=True, metavar="項目=値", help="値を空にすると不明")
@click.option("--device", "devices", multiple=True, metavar="機器=in_use|ended|unknown")
@click.option("--reach", multiple=True, metavar="項目=値", help="postcode, address_actual, phone_home, phone_mobile")
@click.option("--contact", "contacts", multiple=True, metavar="氏名,続柄,電話", help="1番めから順に")
@click.option("--consent", "consents", multiple=True, metavar="health|supporters=given|refused|pending")
@click.option("--purpose", "purposes", multiple=True, type=_choice(Purpose), help="使いみち(なければ紙のとおり)")
@click.option("--disease", is_flag=True, help="病名も渡してよい")
@click.option("--giver", default=ConsentGiver.SELF.value, show_default=True, type=_choice(ConsentGiver))
@click.option("--giver-name", default="")
@click.option("--relation", default="")
@click.option("--reason", default="")
@click.option("--withdraw", "withdraws", multiple=True, type=click.Choice([s.value for s in CONSENTS]))
@pass_call
def enter(
    call: Call, number: str, answered_on: datetime, returned_on: datetime | None, facts: tuple[str, ...],
    devices: tuple[str, ...], reach: tuple[str, ...], contacts: tuple[str, ...], consents: tuple[str, ...],
    purposes: tuple[str, ...], disease: bool, giver: str, giver_name: str, relation: str, reason: str,
    withdraws: tuple[str, ...],
) -> None:  # fmt: skip
    """Writes down what came back."""
    told = {_one(RecipientSection, k, CONSENTS): _one(ConsentDecision, v) for k, v in _pairs(consents)}
    asked = tuple(Purpose(p) for p in purposes) or PURPOSES
    consent = ConsentAnswer(told, asked, disease, ConsentGiver(giver), giver_name, relation, reason)
    house = call.house()
    try:
        entered = house.letters.enter(
            number,
            LetterAnswers(
                answered_on.date(), day_of(returned_on) or house.settings.clock.today(), dict(_pairs(facts)),
                tuple(DeviceAnswer(_one(DeviceKind, k, DEVICES), _one(UseStatus, v)) for k, v in _pairs(devices)),
                _reach(reach),
                tuple(ContactAnswer(rank, *_parts(text)) for rank, text in enumerate(contacts, start=1)),
                consent if told else None,
                tuple(RecipientSection(code) for code in withdraws),
            ),
        )  # fmt: skip
        board = board_facts(house, LetterState.OUT)
    finally:
        house.close()
    call.answer(
        {
            "number": entered.letter.number, "facts": entered.facts, "devices": entered.devices,
            "contacts": entered.contacts, "consents": entered.consents, "kept": list(entered.kept),
            "out": board["out"], "letters": board["letters"],
        },
        say("cli.letter_entered", number=entered.letter.number, out=board["out"]),
    )  # fmt: skip


def _mark(call: Call, numbers: tuple[str, ...], state: LetterState, on: datetime | None) -> None:
    house = call.house()
    try:
        found = house.letters.mark(numbers, state, day_of(on))
        board = board_facts(house, LetterState.OUT)
    finally:
        house.close()
    call.answer(
        {"numbers": [one.number for one in found], "state": state.value, "out": board["out"]},
        say("cli.letter_marked", n=len(found), state=label(state), out=board["out"]),
    )


@letter.command("undelivered", help="宛先不明で戻ってきた紙を記録します。")
@click.argument("numbers", nargs=-1, required=True, metavar="整理番号…")
@click.option("--on", type=DAY, help="戻ってきた日(なければ今日)")
@pass_call
def undelivered(call: Call, numbers: tuple[str, ...], on: datetime | None) -> None:
    """宛先不明."""
    _mark(call, numbers, LetterState.UNDELIVERED, on)


@letter.command("give-up", help="もう返ってこないものとして、返送待ちを打ち切ります。")
@click.argument("numbers", nargs=-1, required=True, metavar="整理番号…")
@click.option("--on", type=DAY, help="打ち切った日(なければ今日)")
@pass_call
def give_up(call: Call, numbers: tuple[str, ...], on: datetime | None) -> None:
    """打ち切り."""
    _mark(call, numbers, LetterState.GIVEN_UP, on)


# ---- facts ----------------------------------------------------------------------------------------------------


def printed_facts(made: LettersPrinted) -> dict[str, Any]:
    """A printing as JSON; the password stands here this once."""
    printed = made.printed
    return {
        "file": str(printed.file), "pages": printed.pages, "copy": printed.copy, "sha256": printed.sha256,
        "password": printed.password, "batch": made.letters[0].batch, "numbers": [one.number for one in made.letters],
        "unshaped": list(made.unshaped),
    }  # fmt: skip


def _printed_text(made: LettersPrinted) -> str:
    lines = [say("cli.letter_printed", file=made.printed.file, pages=made.printed.pages)]
    if made.unshaped:
        listed = say("letters_page.comma").join(said_number(number) for number in made.unshaped)
        lines.append(say("letters_page.unshaped", numbers=listed))
    return "\n".join(lines)


def board_facts(house: House, state: LetterState | None = None) -> dict[str, Any]:
    """Counts by printing, and letters by number; whose they are by 管理番号 only."""
    board = house.letters.board()
    return {
        "out": board.count(LetterState.OUT),
        "overdue": board.overdue,
        "closes": all(batch.closes for batch in board.batches),
        "batches": [_batch_facts(batch) for batch in board.batches],
        "letters": [
            {
                "number": line.letter.number, "kind": line.letter.kind.value, "batch": line.letter.batch,
                "registry_no": line.person.registry_no, "state": line.letter.state.value, "overdue": line.overdue,
                "sent_on": line.letter.sent_on, "due_on": line.letter.due_on, "returned_on": line.letter.returned_on,
            }
            for line in board.lines
            if state is None or line.letter.state is state
        ],
    }  # fmt: skip


def _batch_facts(one: BatchCount) -> dict[str, Any]:
    return {
        "batch": one.batch, "kind": one.kind.value, "sent_on": one.sent_on, "due_on": one.due_on, "sent": one.sent,
        "out": one.out, "returned": one.returned, "undelivered": one.undelivered, "given_up": one.given_up,
        "overdue": one.overdue, "closes": one.closes,
    }  # fmt: skip


def _chosen_facts(chosen: Chosen) -> dict[str, Any]:
    return {
        "chosen": chosen.total, "letters": len(chosen.writes_to),
        "left_out": {reason.value: count for reason, count in chosen.counts.items()},
    }  # fmt: skip


def _chosen_text(chosen: Chosen) -> str:
    reasons = say("cli.comma").join(f"{label(reason)} {count}" for reason, count in chosen.counts.items()) or "―"
    return say(
        "cli.letter_chosen", total=chosen.total, letters=len(chosen.writes_to), left=len(chosen.left_out),
        reasons=reasons,
    )  # fmt: skip


# ---- what is typed --------------------------------------------------------------------------------------------


def _pairs(texts: tuple[str, ...]) -> list[tuple[str, str]]:
    found = []
    for text in texts:
        key, sign, value = text.partition("=")
        if not sign:
            raise click.UsageError(say("cli.letter_pair"))
        found.append((key.strip(), value.strip()))
    return found


def _one(kind: type[E], text: str, allowed: tuple[E, ...] = ()) -> E:
    choices = allowed or tuple(kind)
    found = next((code for code in choices if code.value == text), None)
    if found is None:
        words = say("cli.comma").join(str(code.value) for code in choices)
        raise click.UsageError(say("cli.letter_code", allowed=words))
    return found


def _reach(texts: tuple[str, ...]) -> dict[str, str]:
    found = dict(_pairs(texts))
    if set(found) - set(REACH):
        raise click.UsageError(say("cli.letter_code", allowed=say("cli.comma").join(REACH)))
    return found


def _parts(text: str) -> tuple[str, str, str]:
    parts = [part.strip() for part in text.replace("、", ",").replace("，", ",").split(",")]
    name, relation, phone = (*parts, "", "", "")[:3]
    return name, relation, phone
