"""`disclose`, `disclosure` and `columns`: the files of a disclosure, what came of them, and which columns they have."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from hoken_desktop.cli.rounds import DAY, day_of
from hoken_desktop.cli.speech import Call, pass_call, progress
from hoken_desktop.domain.changes import ChangeKind, Changes
from hoken_desktop.domain.characters import CsvEncoding, Oddity, OddKind
from hoken_desktop.domain.column_sets import ColumnSet
from hoken_desktop.domain.disclosures import Disclosure
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.house import House
from hoken_desktop.services import items
from hoken_desktop.services.bases import said_lacks
from hoken_desktop.services.disclosure_books import change_notes
from hoken_desktop.services.disclosure_records import follow_up_of
from hoken_desktop.services.disclosures import Handing, Made
from hoken_desktop.services.previews import Preview
from hoken_desktop.services.system_csv import parse_spellings, say_oddities
from hoken_desktop.words import label, say


def disclosure_facts(one: Disclosure) -> dict[str, Any]:
    """A disclosure's record as JSON."""
    facts = asdict(one)
    return facts | {"excluded": one.excluded, "folder": ""}


@click.command(help="依頼に答えて、同意のある人だけのファイルを作ります。")
@click.argument("request_id")
@click.option("--out", required=True, type=click.Path(path_type=Path, file_okay=False))
@click.option("--preview", is_flag=True, help="だれが提供され、だれが残り、前回から何が変わるかを数えるだけ")
@click.option("--our-number", default="", help="発番")
@click.option("--approved-on", type=DAY, help="決裁日")
@click.option("--approval", default="", help="決裁番号・決裁者")
@click.option("--approver", default="", help="承認者(ファイルを渡すことを認めた人)")
@click.option("--media-number", default="", help="媒体番号")
@click.option("--return-by", type=DAY, help="返却・廃棄の期限")
@click.option("--password-by", default="", help="パスワードの伝え方")
@click.option(
    "--csv", "encoding", type=click.Choice([one.value for one in CsvEncoding]),
    help="システムに取り込むCSV(AES-256のzip)も作る",
)
@click.option(
    "--csv-spelling", "spellings", multiple=True, metavar="U+XXXX=文字",
    help="CSVの文字コードにない文字の代わりの書き方",
)
@click.option(
    "--columns", type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="この回だけ使う「提供する列」のファイル(なければ市町の列)",
)
@click.option("--replace-unwritable", is_flag=True, help="Excelの表に入れられない文字を□にして作る")
@pass_call
def disclose(
    call: Call, request_id: str, out: Path, preview: bool, our_number: str, approved_on: datetime | None,
    approval: str, approver: str, media_number: str, return_by: datetime | None, password_by: str,
    encoding: str | None, spellings: tuple[str, ...], columns: Path | None, replace_unwritable: bool,
) -> None:  # fmt: skip
    """The sealed workbook, its letter, its record, and a CSV for a system where one is asked for."""
    csv, given = CsvEncoding(encoding) if encoding else None, parse_spellings(spellings)
    house = call.house()
    try:
        request = house.requests.get(request_id)
        chosen = house.column_sets.from_file(columns, request.municipality) if columns else None
        if preview:
            seen, changes = house.disclosures.preview(request_id), house.disclosures.changes(request_id)
            odd = house.disclosures.csv_oddities(request_id, csv, given) if csv else ()
            text = "\n".join([_preview_text(seen), *change_notes(changes)[:1], *_odd_lines(odd)])
            call.answer(preview_facts(seen) | change_facts(changes) | odd_facts(odd), text)
            return
        handing = Handing(
            media_number=media_number, approver=approver, password_by=password_by, return_by=day_of(return_by),
            csv=csv, spellings=given, columns=chosen,
        )  # fmt: skip
        made = house.disclosures.disclose(
            request_id, out, our_number=our_number, approved_on=day_of(approved_on), approval=approval,
            handing=handing, replace_unwritable=replace_unwritable, report=progress(call),
        )  # fmt: skip
    finally:
        house.close()
    lines = [_excluded_text(made.target, made.disclosed, made.excluded), say("cli.disclosed", file=made.file)]
    if made.csv:
        lines.append(say("cli.disclosed_csv", file=made.csv))
    text = "\n".join([*lines, *_odd_lines(made.oddities)])
    call.answer(made_facts(made) | odd_facts(made.oddities), text, say("cli.password", password=made.password))


def _odd_lines(odd: tuple[Oddity, ...]) -> list[str]:
    """What is to be known of the CSV's cells, kind by kind; never a value."""
    found = []
    for kind in OddKind:
        those = [one for one in odd if one.kind is kind]
        if those:
            found.append(say("cli.odd", what=label(kind), count=len(those), places=say_oddities(those)))
    return found


def odd_facts(odd: tuple[Oddity, ...]) -> dict[str, Any]:
    """The same as JSON: person by person, item by item."""
    return {"csv_notes": [asdict(one) for one in odd]}


def change_facts(changes: Changes) -> dict[str, Any]:
    """変更点 as counts; `since` null: nothing was handed over to this recipient before."""
    return {
        "changes": {kind.value: changes.count(kind) for kind in ChangeKind}
        | {"since": changes.since.isoformat() if changes.since else None}
    }


def _preview_text(seen: Preview) -> str:
    """The counts, what the basis lacks, and who goes without a valid consent."""
    lines = [_excluded_text(seen.target, seen.disclosed, seen.excluded)]
    if seen.lacks:
        lines.append(say("cli.basis_lacks", missing=said_lacks(seen.lacks)))
    if seen.without_consent:
        lines.append(say("cli.marked", without=seen.without_consent, despite=seen.despite_refusal))
    return "\n".join(lines)


def preview_facts(seen: Preview) -> dict[str, Any]:
    """A preview as JSON."""
    return {
        "target": seen.target, "disclosed": seen.disclosed, "excluded": seen.excluded, "file": None, "sha256": None,
        "password": None, "preview": True, "as_of": seen.as_of.isoformat(), "edition": seen.edition,
        "closes": seen.closes, "lacks": [lack.value for lack in seen.lacks],
        "without_consent": seen.without_consent, "despite_refusal": seen.despite_refusal,
    }  # fmt: skip


def made_facts(made: Made) -> dict[str, Any]:
    """A disclosure just made as JSON; the password stands here this once."""
    return {
        "id": made.id, "target": made.target, "disclosed": made.disclosed, "excluded": made.excluded,
        "file": str(made.file), "sha256": made.sha256, "password": made.password, "check_word": made.check_word,
        "letter": str(made.letter) if made.letter else None, "record": str(made.record) if made.record else None,
        "csv": str(made.csv) if made.csv else None,
    }  # fmt: skip


def _excluded_text(target: int, disclosed: int, excluded: dict[str, int]) -> str:
    reasons = "、".join(f"{say(f'codes.exclusion.{reason}')} {count}" for reason, count in excluded.items()) or "―"
    return say("cli.target", target=target, disclosed=disclosed, left=target - disclosed, reasons=reasons)


@click.group(help="提供したあとの記録。")
def disclosure() -> None:
    """What the recipient confirmed."""


@disclosure.command("follow", help="受領・返却などを提供記録に書きます。書かない項目はそのまま残ります。")
@click.argument("disclosure_id")
@click.option("--media-number", help="媒体番号")
@click.option("--approver", help="承認者")
@click.option("--password-by", help="パスワードの伝え方")
@click.option("--return-by", type=DAY, help="返却・廃棄の期限")
@click.option("--received-on", type=DAY, help="受領の日")
@click.option("--received-by", help="受領した人")
@click.option("--returned-on", type=DAY, help="返却・廃棄の日")
@click.option("--disposal", help="返却・廃棄のしかた")
@pass_call
def disclosure_follow(call: Call, /, disclosure_id: str, **given: Any) -> None:
    """Writes into the record what is known since."""
    known: dict[str, Any] = {
        key: value.date() if isinstance(value, datetime) else value for key, value in given.items() if value is not None
    }
    house = call.house()
    try:
        before = follow_up_of(house.disclosure_records.get(disclosure_id))
        found = house.disclosure_records.follow_up(disclosure_id, replace(before, **known))
    finally:
        house.close()
    call.answer(disclosure_facts(found), say("cli.followed", id=found.id))


@disclosure.command("record", help="提供記録簿を、今の内容で印刷用に書き出します(PDF)。")
@click.argument("disclosure_id")
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False))
@pass_call
def disclosure_record(call: Call, disclosure_id: str, out: Path) -> None:
    """The 提供記録簿 as it stands today."""
    house = call.house()
    try:
        house.disclosure_records.write_record(disclosure_id, out)
    finally:
        house.close()
    call.answer({"file": str(out)}, say("cli.disclosed", file=out))


@click.group(help="市町に提供する列。")
def columns() -> None:
    """The columns of each municipality."""


@columns.command("show", help="市町の列を示します。")
@click.argument("municipality")
@pass_call
def columns_show(call: Call, municipality: str) -> None:
    """The kept columns."""
    house = call.house()
    try:
        found = house.column_sets.of(_code(house, municipality))
    finally:
        house.close()
    _answer_columns(call, found)


@columns.command("keep", help="ファイル(TOML)の列を、市町の列にします。")
@click.argument("municipality")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@pass_call
def columns_keep(call: Call, municipality: str, file: Path) -> None:
    """Keeps the columns of a file."""
    house = call.house()
    try:
        found = house.column_sets.keep(house.column_sets.from_file(file, _code(house, municipality)))
    finally:
        house.close()
    _answer_columns(call, found)


@columns.command("reset", help="市町の列を標準に戻します。")
@click.argument("municipality")
@pass_call
def columns_reset(call: Call, municipality: str) -> None:
    """Puts the standard back."""
    house = call.house()
    try:
        found = house.column_sets.keep(ColumnSet(_code(house, municipality)))
    finally:
        house.close()
    _answer_columns(call, found)


def _code(house: House, municipality: str) -> str:
    found = house.municipalities.find(municipality)
    if found is None:
        raise Refusal("offices.unknown_municipality", municipality=municipality)
    return found.code


def _answer_columns(call: Call, found: ColumnSet) -> None:
    chosen = [(one.item, one.head or items.header(one.item)) for one in found.columns]
    text = say("cli.comma").join(head for _, head in chosen) or say("cli.columns_standard")
    call.answer(
        {"municipality": found.municipality, "columns": [{"item": item, "head": head} for item, head in chosen]}, text
    )
