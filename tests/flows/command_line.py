"""The command line as a caller sees it: exit code, the one JSON object, what stands on stderr."""

from __future__ import annotations

import contextlib
import io
import json
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from hoken_desktop import cli, doors
from hoken_desktop import house as houses
from hoken_desktop.adapters.clock import Clock
from hoken_desktop.cli import registry
from hoken_desktop.domain.dates import JAPAN as JST
from hoken_desktop.domain.keys import STRETCH_FLOOR

PASSPHRASE = "kawa no mizu ga agaru mae ni"


@dataclass
class Said:
    """What one command said."""

    code: int
    json: dict[str, Any]
    stdout: str
    stderr: str


@dataclass
class CommandLine:
    """`hoken-desktop --data … --passphrase-file …` in this process, on a day of the test's own."""

    data: Path
    passphrase_file: Path
    today: date
    said: list[Said] = field(default_factory=list)
    after: bool = False
    """Whether --json stands after the command (both places are used in turn)."""

    def __call__(self, *arguments: object, code: int = 0, unlocked: bool = True) -> dict[str, Any]:
        said = self.say(*arguments, unlocked=unlocked)
        assert said.code == code, (arguments, said.code, said.stdout, said.stderr)
        return said.json

    def say(self, *arguments: object, unlocked: bool = True) -> Said:
        words = [str(a) for a in arguments]
        before = ["--data", str(self.data)]
        if unlocked:
            before += ["--passphrase-file", str(self.passphrase_file)]
        self.after = not self.after
        line = [*before, *words, "--json"] if self.after else ["--json", *before, *words]
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = cli.run(line)
        answer = json.loads(out.getvalue())  # exactly one object, or this fails
        assert isinstance(answer, dict)
        assert out.getvalue().count("\n") == 1
        said = Said(code, answer, out.getvalue(), err.getvalue())
        self.said.append(said)
        return said

    def head(self) -> tuple[str, int]:
        """Head and length of the audit chain without the unlocking that looking itself adds."""
        found = self("audit", "verify")
        return found["head"], found["entries"]

    def deeds(self) -> list[str]:
        """Every deed but unlocking, oldest first."""
        listed = self("audit", "list", "--limit", 100000)["entries"]
        return [e["deed"] for e in reversed(listed) if e["deed"] != "unlocked"]


def prepared(monkeypatch: pytest.MonkeyPatch, folder: Path, today: date) -> CommandLine:
    """A command line on `today`, with a passphrase as cheap to stretch as the program allows."""
    passphrase_file = folder / "passphrase.txt"
    passphrase_file.parent.mkdir(parents=True, exist_ok=True)
    passphrase_file.write_text(PASSPHRASE + "\n", "utf-8")
    line = CommandLine(folder / "registry", passphrase_file, today)
    ticks = [0]

    def now(self: Clock) -> datetime:
        ticks[0] += 1
        day = datetime(line.today.year, line.today.month, line.today.day, 9, 0, tzinfo=JST)
        return day + timedelta(seconds=ticks[0])

    monkeypatch.setattr(Clock, "now", now)
    monkeypatch.setattr(Clock, "today", lambda self: line.today)
    cheap = houses.Settings(stretch=STRETCH_FLOOR, use_device=False)

    def create(*arguments: Any, **named: Any) -> doors.Created:
        return doors.create_house(*arguments, **named, settings=cheap)

    def open_(data: Path, passphrase: str) -> houses.House:
        return doors.open_house(data, passphrase, settings=cheap)

    monkeypatch.setattr(registry, "create_house", create)
    monkeypatch.setattr(cli.speech, "open_house", open_)
    return line
