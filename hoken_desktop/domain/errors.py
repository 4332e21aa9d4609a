"""What can go wrong, said without ever holding a person's data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


class Refusal(Exception):
    """The program will not do it; nothing has changed.

    `code` is a key of resources/words ("sheets.encrypted"); `facts` fill its blanks and name
    places, counts and codes only, never a cell's or a person's value, so that a refusal may be
    logged and printed as it is (exit code 3 on the command line).
    """

    exit_code = 3

    def __init__(self, code: str, **facts: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.facts: dict[str, str | int] = facts


class NotUnlocked(Refusal):
    """The registry could not be opened with what was given (exit code 4)."""

    exit_code = 4


class Cancelled(Exception):
    """The person at the screen stopped a long job; its transaction leaves no trace."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One place in a file that could not be read as it stands.

    `row` is the number Excel shows (for csv the physical line, from 1); `column` is the header
    as found, or the column's letter. `code` is a key under [faults] of resources/words/faults.toml.
    `warning` faults do not stop their row.
    """

    file: str
    sheet: str
    row: int
    column: str
    code: str
    warning: bool = False
    facts: dict[str, Any] = field(default_factory=dict)
