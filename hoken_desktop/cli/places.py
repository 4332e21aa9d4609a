"""`gazetteer`, `locate` and `map`."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from pathlib import Path

import click

from hoken_desktop.adapters.gazetteer import Gazetteer
from hoken_desktop.cli.speech import Call, pass_call, progress
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.paths import make_private
from hoken_desktop.services.gazetteers import Gazetteers
from hoken_desktop.words import say


@click.group(help="住所データ。台帳がなくても使えます。")
def gazetteer() -> None:
    """Official address data."""


@gazetteer.command("add", help="住所データのzipを、ダウンロードしたまま取り込みます。")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--municipality", "municipalities", multiple=True, help="この市町だけを残す(コード、くり返し可)")
@pass_call
def gazetteer_add(call: Call, files: tuple[Path, ...], municipalities: tuple[str, ...]) -> None:
    """Takes official files in, all of them or none."""
    make_private(call.data)
    sources = Gazetteers(Gazetteer(call.data)).add(files, municipalities or None, progress(call))
    call.answer(
        {"sources": [asdict(s) for s in sources]},
        "\n".join(say("cli.source", file=s.file, source=s.source, version=s.version, rows=s.rows) for s in sources),
    )


@gazetteer.command("list", help="取り込んだ住所データを示します。")
@pass_call
def gazetteer_list(call: Call) -> None:
    """What was taken in."""
    sources = Gazetteers(Gazetteer(call.data)).list()
    call.answer(
        {"sources": [asdict(s) for s in sources]},
        "\n".join(say("cli.source", file=s.file, source=s.source, version=s.version, rows=s.rows) for s in sources)
        or say("cli.no_sources"),
    )


@click.command(help="台帳の全員の位置を住所から決めます。--csv は台帳なしで住所の一覧を処理します。")
@click.option("--csv", "csv_path", type=click.Path(path_type=Path), help="id,address のCSV")
@click.option("--out", type=click.Path(path_type=Path), help="結果のCSV")
@pass_call
def locate(call: Call, csv_path: Path | None, out: Path | None) -> None:
    """Locates the registry, or a list of addresses."""
    if (csv_path is None) != (out is None):
        raise click.UsageError(say("cli.locate_both"))
    if csv_path is not None and out is not None:
        count = Gazetteers(Gazetteer(call.data)).locate_csv(csv_path, out, progress(call))
        call.answer({"total": count.total, "by_level": count.by_level}, _levels(count.by_level))
        return
    house = call.house()
    try:
        result = house.places.locate_all(progress(call))
    finally:
        house.close()
    facts = {"total": result.total, "by_level": result.by_level, "changed": result.changed}
    call.answer(facts, _levels(result.by_level))


def _levels(by_level: dict[str, int]) -> str:
    return "、".join(f"{say(f'codes.place_level.{level}')} {count}" for level, count in by_level.items()) or "0"


@click.command("map", help="位置図をパスワード付きPDFで書き出します。")
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False))
@click.option("--names/--no-names", default=False, help="氏名を載せる")
@click.option("--paper", type=click.Choice(["A4", "A3"]), default="A4")
@pass_call
def map_(call: Call, out: Path, names: bool, paper: str) -> None:
    """The map as a password-protected PDF."""
    if out.suffix.lower() != ".pdf":
        raise click.UsageError(say("cli.pdf_only"))
    house = call.house()
    try:
        drawn, data, password = house.print_map(names=names, paper=paper)
        house.write_sealed(out, data)
        sha256 = hashlib.sha256(data).hexdigest()
        house.maps.printed([each.number for each in drawn.document.markers], sha256)
    except OSError:
        raise Refusal("store.cannot_write", file=out.name) from None
    finally:
        house.close()
    call.answer(
        {
            "file": str(out),
            "markers": len(drawn.document.markers),
            "unmapped": drawn.unmapped,
            "registered": drawn.registered.as_dict(),
            "mapped": drawn.mapped.as_dict(),
            "sha256": sha256,
            "password": password,
        },
        say("cli.map", file=out, markers=len(drawn.document.markers)),
        say("cli.password", password=password),
    )
