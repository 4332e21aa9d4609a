"""The command line: the same services as the window, for IT staff, scheduled work, support and tests."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import click

from hoken_desktop import __version__, words
from hoken_desktop.cli.backups import backup
from hoken_desktop.cli.bases import basis
from hoken_desktop.cli.consents import consent
from hoken_desktop.cli.demo import demo
from hoken_desktop.cli.disclosures import columns, disclose, disclosure
from hoken_desktop.cli.events import event
from hoken_desktop.cli.funnels import funnel
from hoken_desktop.cli.incidents import incident
from hoken_desktop.cli.layouts import layout
from hoken_desktop.cli.letters import letter
from hoken_desktop.cli.lists import list_
from hoken_desktop.cli.masters import master
from hoken_desktop.cli.places import gazetteer, locate, map_
from hoken_desktop.cli.printing import print_
from hoken_desktop.cli.recalls import recall
from hoken_desktop.cli.registers import register
from hoken_desktop.cli.registry import audit, doctor, init
from hoken_desktop.cli.replies import reply
from hoken_desktop.cli.requests import request
from hoken_desktop.cli.rounds import round_
from hoken_desktop.cli.speech import Call, recovery_option, refuse, usage_text
from hoken_desktop.cli.staff import staff
from hoken_desktop.cli.statistics import statistics
from hoken_desktop.domain.errors import Cancelled, Refusal
from hoken_desktop.words import say

_WITHOUT_REGISTRY = frozenset({"demo", "init", "backup", "doctor", "gazetteer"})
"""Commands that open no registry, or make one: a backup cannot stand in its place."""


@click.group(context_settings={"help_option_names": ["-h", "--help"]}, invoke_without_command=True)
@click.option("--data", type=click.Path(path_type=Path, file_okay=False), help="台帳のフォルダ")
@click.option("--passphrase-file", type=click.Path(path_type=Path, dir_okay=False), help="パスフレーズのファイル")
@recovery_option
@click.option(
    "--read-only", "backup", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False),
    help="バックアップを閲覧専用で開く(コマンドを付けないと画面で)",
)
@click.version_option(__version__, prog_name="hoken-desktop")
@click.pass_context
def commands(
    context: click.Context, data: Path | None, passphrase_file: Path | None, backup: Path | None
) -> int | None:
    """災害時医療機器使用者台帳。コマンドを付けないと画面が開きます。--json はどこに置いてもかまいません。"""
    call = context.find_object(Call) or Call()
    if data is not None:
        call.data = data
    call.passphrase_file = passphrase_file
    call.viewed = backup
    if backup is not None and context.invoked_subcommand in _WITHOUT_REGISTRY:
        raise click.UsageError(say("cli.not_read_only"))
    if context.invoked_subcommand is None and call.open_window is not None:
        return call.open_window(call.data, backup)
    return None


for command in (
    demo, init, register, layout, round_, gazetteer, locate, map_, consent, request, columns, disclose, disclosure,
    reply, recall, statistics, funnel, list_, print_, letter, incident, master, basis, event, staff, audit, backup,
    doctor,
):  # fmt: skip
    commands.add_command(command)


def run(
    arguments: list[str],
    open_window: Callable[..., int] | None = None,
    prepare_window: Callable[[], object] | None = None,
) -> int:
    """Runs one command; gives the exit code: 0 done, 1 bug, 2 usage, 3 refused, 4 not unlocked."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="replace")
    call = Call(json="--json" in arguments, open_window=open_window, prepare_window=prepare_window)
    rest = [a for a in arguments if a != "--json"]
    try:
        outcome = commands.main(rest, prog_name="hoken-desktop", standalone_mode=False, obj=call)
        return outcome if isinstance(outcome, int) else 0
    except Refusal as refusal:
        return refuse(call, refusal)
    except click.UsageError as error:
        text = usage_text(error)
        call.answer({"refused": "usage", "message": text}, text)
        return 2
    except (click.Abort, KeyboardInterrupt, Cancelled):
        call.answer({"refused": "cancelled", "message": words.say("cli.cancelled")}, words.say("cli.cancelled"))
        return 3
    except Exception as error:
        # The text and arguments of an unexpected error may hold a person's data: type and place only.
        trace, place = error.__traceback__, ""
        while trace is not None:
            place = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"
            trace = trace.tb_next
        text = words.say("cli.bug", type=type(error).__name__, place=place, version=__version__)
        call.answer({"refused": "bug", "message": text, "type": type(error).__name__, "place": place}, text)
        return 1
