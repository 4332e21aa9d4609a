"""How the command line speaks: one JSON object on stdout, Japanese for people on stderr, exit codes."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from getpass import getpass
from pathlib import Path
from typing import Any

import click

from hoken_desktop import paths
from hoken_desktop.domain.dates import in_japan
from hoken_desktop.domain.errors import Fault, NotUnlocked, Refusal
from hoken_desktop.doors import open_house, open_view
from hoken_desktop.house import House
from hoken_desktop.services.disclosures import Disclosures
from hoken_desktop.services.progress import Report, Step
from hoken_desktop.words import say


@dataclass
class Call:
    """What stands before the command: where the data lie, how to open them, whether to speak JSON."""

    data: Path = field(default_factory=paths.default_data)
    passphrase_file: Path | None = None
    recovery_key_file: Path | None = None
    viewed: Path | None = None
    json: bool = False
    open_window: Callable[..., int] | None = None
    prepare_window: Callable[[], object] | None = None

    def passphrase(self) -> str:
        """From the file (one trailing newline stripped), else asked for at the terminal."""
        if self.passphrase_file is not None:
            return secret_in(self.passphrase_file, NotUnlocked)
        if not sys.stdin.isatty():
            raise NotUnlocked("cli.no_passphrase")
        return getpass(say("cli.ask_passphrase"), stream=sys.stderr)

    def house(self) -> House:
        """The registry, unlocked; or the backup of `--read-only`, in which every deed is refused.

        What hinders the backup of the registry's lock is told, and changes no outcome.
        """
        if self.viewed is not None:
            passphrase, recovery_key = self.secrets()
            return open_view(self.data, self.viewed, passphrase, recovery_key=recovery_key)
        if self.recovery_key_file is not None:
            house = open_house(self.data, recovery_key=secret_in(self.recovery_key_file, NotUnlocked))
        else:
            house = open_house(self.data, self.passphrase())
        for settled in house.settled:
            self.tell(Disclosures.say_settled(settled))
        house.tell_unbacked = lambda refusal: self.tell(say(refusal.code, **refusal.facts))
        return house

    def secrets(self) -> tuple[str, str]:
        """(passphrase, recovery key) for a backup: one of them is ""."""
        if self.recovery_key_file is not None:
            return "", secret_in(self.recovery_key_file, NotUnlocked)
        return self.passphrase(), ""

    def tell(self, text: str) -> None:
        """A line for people."""
        click.echo(text, err=True)

    def answer(self, facts: dict[str, Any], text: str = "", once: str = "") -> None:
        """The outcome: JSON on stdout where asked for; the words for people always on stderr.

        `once` holds a password or key in words: it is said where no JSON says it, so that it stands in one place only.
        """
        if text:
            self.tell(text)
        if once and not self.json:
            self.tell(once)
        if self.json:
            sys.stdout.write(json.dumps(facts, ensure_ascii=False, default=_plain) + "\n")
            sys.stdout.flush()
        elif not text:
            self.tell("\n".join(_lines(facts)))


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return in_japan(value).isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)


def secret_in(file: Path, refuse: type[Refusal] = Refusal) -> str:
    """The one line of a passphrase or password file as editors save it: without BOM, one trailing newline stripped."""
    try:
        text = file.read_text("utf-8-sig")
    except OSError:
        raise refuse("cli.passphrase_file", file=file.name) from None
    except UnicodeDecodeError:
        raise refuse("cli.passphrase_encoding", file=file.name) from None
    return text.removesuffix("\n").removesuffix("\r")


def _lines(facts: dict[str, Any], indent: str = "") -> Iterable[str]:
    for key, value in facts.items():
        if isinstance(value, dict):
            yield f"{indent}{key}:"
            yield from _lines(value, indent + "  ")
        else:
            yield f"{indent}{key}: {value}"


def fault_facts(faults: Iterable[Fault]) -> list[dict[str, Any]]:
    """Faults as the command line shows them: places and codes, never a cell's value."""
    return [
        {
            "file": f.file, "sheet": f.sheet, "row": f.row, "column": f.column, "code": f.code,
            "message": fault_text(f),
        }
        for f in faults
    ]  # fmt: skip


def fault_text(fault: Fault) -> str:
    """The sentence of one fault."""
    return say(f"faults.{fault.code}", **fault.facts)


def progress(call: Call) -> Report:
    """A line on the terminal for long work; silent where nobody looks."""
    if call.json or not sys.stderr.isatty():
        return lambda step: None

    def report(step: Step) -> None:
        count = f" {step.done}/{step.total}" if step.total else ""
        sys.stderr.write(f"\r{say(step.note_key)}{count}\033[K")

    return report


pass_call = click.make_pass_decorator(Call)


def _take_recovery_file(context: click.Context, parameter: click.Parameter, value: Path | None) -> None:
    call = context.find_object(Call)
    if value is not None and call is not None:
        call.recovery_key_file = value


recovery_option = click.option(
    "--recovery-key-file",
    type=click.Path(path_type=Path, dir_okay=False),
    callback=_take_recovery_file,
    expose_value=False,
    help="復旧キーのファイル(パスフレーズの代わりに)",
)
"""For commands that the recovery key opens too: after a lost passphrase, on another PC."""


def refuse(call: Call, refusal: Refusal) -> int:
    """Says a refusal and gives its exit code."""
    text = say(refusal.code, **refusal.facts)
    call.answer({"refused": refusal.code, "message": text, **refusal.facts}, text)
    return refusal.exit_code


def usage_text(error: click.UsageError) -> str:
    """What is wrong with the words of a call, in Japanese; never the value that was given."""
    context = error.ctx
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        return error.format_message()
    parameter = error.param if isinstance(error, click.BadParameter) else None
    name = parameter.get_error_hint(context) if parameter is not None and context is not None else ""
    if isinstance(error, click.MissingParameter):
        text = say("cli.usage_missing", name=name)
    elif isinstance(error, click.NoSuchOption):
        text = say("cli.usage_option", name=error.option_name)
    elif parameter is not None and isinstance(parameter.type, click.Choice):
        text = say("cli.usage_choice", name=name, allowed=say("cli.comma").join(map(str, parameter.type.choices)))
    elif parameter is not None and isinstance(parameter.type, click.DateTime):
        text = say("cli.usage_day", name=name)
    elif isinstance(error, click.BadParameter):
        text = say("cli.usage_value", name=name)
    elif error.message.isascii():
        text = say("cli.usage_other")
    else:
        text = error.message
    return text + "\n" + say("cli.usage_help", command=context.command_path if context else "hoken-desktop")
