"""`round`: open, read, review, show, freeze, correct."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from hoken_desktop.cli.speech import Call, fault_facts, pass_call, progress
from hoken_desktop.domain.codes import Scheme, Verdict
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.statistics import Tally
from hoken_desktop.services.rounds import FileRead, RoundView
from hoken_desktop.words import label, say

DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.group("round", help="半期の更新回。")
def round_() -> None:
    """The half-year."""


def round_facts(view: RoundView) -> dict[str, Any]:
    """A round as the command line and the demo show it."""
    totals = view.totals

    def split(code: str) -> dict[str, Any]:
        none = Tally()
        registered = totals.by_municipality[code]
        return {
            **registered.as_dict(),
            "registered": registered.as_dict(),
            "mapped": totals.mapped_by_municipality.get(code, none).as_dict(),
        }

    return {
        "as_of": view.round.as_of.isoformat(),
        "edition": view.round.edition,
        "state": view.round.state.value,
        "pending": view.pending,
        "held": view.held,
        "registered": totals.registered.as_dict(),
        "mapped": totals.mapped.as_dict(),
        "unmapped": totals.unmapped,
        "unmapped_devices": totals.unmapped_tally.as_dict(),
        "unconfirmed": totals.unconfirmed,
        "closes": totals.closes,
        "by_municipality": {code: split(code) for code in totals.by_municipality},
        "digest": view.digest,
        "unread_schemes": {scheme.value: people for scheme, people in view.unread.items()},
        "files": [
            {"file": f.name, "sheet": f.sheet, "scheme": f.scheme.value, "rows": f.rows, "candidates": f.candidates,
             "not_eligible": f.not_eligible, "blank": f.blank, "faults": f.faults}
            for f in view.files
        ],
    }  # fmt: skip


def _view_text(view: RoundView) -> str:
    return "\n".join([_totals_text(view), *(_unread_text(scheme, n) for scheme, n in view.unread.items())])


def _unread_text(scheme: Scheme, people: int) -> str:
    if scheme is Scheme.OTHER:
        return say("cli.unread_other", people=people)
    return say("cli.unread", scheme=label(scheme), people=people)


def _totals_text(view: RoundView) -> str:
    r, m, u = view.totals.registered, view.totals.mapped, view.totals.unmapped_tally
    return say(
        "cli.round",
        as_of=view.round.as_of.isoformat(),
        state=say(f"codes.round_state.{view.round.state.value}"),
        edition=say("cli.edition", edition=view.round.edition) if view.round.edition else say("cli.no_edition"),
        pending=view.pending,
        ventilator=r.ventilator, oxygen=r.oxygen, total=r.total,
        on_map=m.total, off_map=u.total,
        reasons="、".join(f"{say(f'codes.unmapped_reason.{k}')} {n}" for k, n in view.totals.unmapped.items()) or "―",
    )  # fmt: skip


@round_.command("open", help="更新回を開きます。")
@click.option("--as-of", required=True, type=DAY, help="基準日 YYYY-MM-DD")
@pass_call
def open_(call: Call, as_of: datetime) -> None:
    """Opens a half-year."""
    house = call.house()
    try:
        house.rounds.open(as_of.date())
        view = house.rounds.show(as_of.date())
    finally:
        house.close()
    call.answer(round_facts(view), _view_text(view))


@round_.command("show", help="更新回の状態を示します。")
@click.option("--as-of", type=DAY, help="基準日(なければ今の回)")
@pass_call
def show(call: Call, as_of: datetime | None) -> None:
    """Where the round stands."""
    house = call.house()
    try:
        view = house.rounds.show(as_of.date() if as_of else None)
    finally:
        house.close()
    call.answer(round_facts(view), _view_text(view))


def read_facts(result: FileRead) -> dict[str, Any]:
    """What one file brought."""
    return {
        "rows": result.rows,
        "candidates": result.candidates,
        "not_eligible": result.not_eligible,
        "blank": result.blank,
        "faulty": result.faulty,
        "faults": fault_facts(result.faults),
        "warnings": fault_facts(result.warnings),
        "verdicts": result.verdicts,
        "absent": result.absent,
        "unmapped_columns": list(result.unmapped_columns),
        "repeated": result.repeated,
    }


@round_.command("read", help="受給者ファイルを読み込みます。")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--scheme", required=True, type=click.Choice([Scheme.NANBYO.value, Scheme.SHOMAN.value]))
@click.option("--layout", help="レイアウトの名前かファイル")
@click.option("--sheet", help="シート名")
@pass_call
def read(call: Call, file: Path, scheme: str, layout: str | None, sheet: str | None) -> None:
    """Reads an xlsx or csv into the waiting room."""
    house = call.house()
    try:
        result = house.rounds.read_in(file, Scheme(scheme), layout=layout, sheet=sheet, report=progress(call))
    finally:
        house.close()
    text = [
        say(
            "cli.read", file=file.name, rows=result.rows, candidates=result.candidates,
            not_eligible=result.not_eligible, faulty=result.faulty, blank=result.blank, absent=result.absent,
        )
    ]  # fmt: skip
    text += [
        say("cli.fault", file=f["file"], sheet=f["sheet"], row=f["row"], column=f["column"], message=f["message"])
        for f in fault_facts(result.faults)
    ]
    if result.unmapped_columns:
        text.append(say("cli.unmapped_columns", columns="、".join(result.unmapped_columns)))
    call.answer(read_facts(result), "\n".join(text))


@round_.command("review", help="待合室の行を決めます。")
@click.option("--accept", multiple=True, type=click.Choice([v.value for v in Verdict if v is not Verdict.ABSENT]))
@click.option("--decisions", type=click.Path(path_type=Path, dir_okay=False), help="決定のCSV")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="全行のCSVの書き出し先")
@pass_call
def review(call: Call, accept: tuple[str, ...], decisions: Path | None, out: Path | None) -> None:
    """Accepts proposals in bulk, reads decisions, writes the rows out."""
    house = call.house()
    try:
        if accept:
            house.reviews.accept([Verdict(v) for v in accept], progress(call))
        if decisions is not None:
            house.reviews.decide(house.reviews.decisions_of(_text_of(decisions), decisions.name), progress(call))
        counts = house.reviews.counts()
        if out is not None:
            house.write_text(out, house.reviews.as_csv())
    finally:
        house.close()
    call.answer(
        {"pending": counts.pending, "accepted": counts.accepted, "rejected": counts.rejected, "held": counts.held},
        say("cli.review", pending=counts.pending, accepted=counts.accepted, rejected=counts.rejected, held=counts.held),
    )


def _text_of(file: Path) -> str:
    """A list of decisions as the program writes it (UTF-8 with BOM) or as Excel saves it again (CP932)."""
    try:
        raw = file.read_bytes()
    except OSError:
        raise Refusal("sheets.not_found", file=file.name) from None
    for encoding in ("utf-8-sig", "cp932"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refusal("reviews.bad_csv", file=file.name, row=1)


@round_.command("freeze", help="更新回を確定します。")
@click.option("--confirm-changes", type=click.IntRange(0), help="1割を超える変更・消失の人数の確認")
@pass_call
def freeze(call: Call, confirm_changes: int | None) -> None:
    """確定."""
    house = call.house()
    try:
        view = house.rounds.freeze(confirm_changes)
    finally:
        house.close()
    call.answer(round_facts(view), _view_text(view))


@round_.command("correct", help="確定した更新回の訂正版を作ります。")
@click.option("--reason", required=True, help="訂正の理由")
@pass_call
def correct(call: Call, reason: str) -> None:
    """訂正版."""
    house = call.house()
    try:
        view = house.rounds.correct(reason)
        change = house.editions.change_of(view.round.as_of, view.round.edition)
    finally:
        house.close()
    facts = {
        "come": [person.registry_no for person in change.come],
        "gone": [person.registry_no for person in change.gone],
        "changed": [person.registry_no for person in change.changed],
        "people_before": change.people_before,
        "people_after": change.people_after,
    }
    said = say(
        "cli.corrected", before=change.people_before, come=len(change.come), gone=len(change.gone),
        after=change.people_after, changed=len(change.changed),
    )  # fmt: skip
    call.answer({**round_facts(view), "change": facts}, f"{_view_text(view)}\n{said}")


def day_of(moment: datetime | None) -> date | None:
    """The calendar day of an option, if given."""
    return moment.date() if moment else None
