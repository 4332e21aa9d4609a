"""`disclose`: the sealed workbook, its letter, its record."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from hoken_desktop.cli.rounds import DAY, day_of
from hoken_desktop.cli.speech import Call, pass_call, progress
from hoken_desktop.domain.disclosures import Disclosure
from hoken_desktop.services.bases import said_lacks
from hoken_desktop.services.disclosures import Made
from hoken_desktop.services.previews import Preview
from hoken_desktop.words import say


def disclosure_facts(one: Disclosure) -> dict[str, Any]:
    """A disclosure's record as JSON."""
    facts = asdict(one)
    return facts | {"excluded": one.excluded, "folder": ""}


@click.command(help="依頼に答えて、同意のある人だけのファイルを作ります。")
@click.argument("request_id")
@click.option("--out", required=True, type=click.Path(path_type=Path, file_okay=False))
@click.option("--preview", is_flag=True, help="だれが提供され、だれが残るかを数えるだけ")
@click.option("--our-number", default="", help="発番")
@click.option("--approved-on", type=DAY, help="決裁日")
@click.option("--approval", default="", help="決裁番号・決裁者")
@pass_call
def disclose(
    call: Call, request_id: str, out: Path, preview: bool, our_number: str, approved_on: datetime | None, approval: str
) -> None:
    """The sealed workbook, its letter, its record."""
    house = call.house()
    try:
        if preview:
            seen = house.disclosures.preview(request_id)
            call.answer(preview_facts(seen), _preview_text(seen))
            return
        made = house.disclosures.disclose(
            request_id, out, our_number=our_number, approved_on=day_of(approved_on), approval=approval,
            report=progress(call),
        )  # fmt: skip
    finally:
        house.close()
    text = _excluded_text(made.target, made.disclosed, made.excluded) + "\n" + say("cli.disclosed", file=made.file)
    call.answer(made_facts(made), text, say("cli.password", password=made.password))


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
    }  # fmt: skip


def _excluded_text(target: int, disclosed: int, excluded: dict[str, int]) -> str:
    reasons = "、".join(f"{say(f'codes.exclusion.{reason}')} {count}" for reason, count in excluded.items()) or "―"
    return say("cli.target", target=target, disclosed=disclosed, left=target - disclosed, reasons=reasons)
