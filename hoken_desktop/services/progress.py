"""How a long deed says how far it has come, and how it learns that it shall stop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """`done` of `total` bundles are through; `total` 0 means that the end is not known.

    `note_key` is a key of resources/words and never holds a person's data.
    """

    done: int
    total: int
    note_key: str


Report = Callable[[Step], None]
"""Called once a bundle, inside the transaction; it raises `domain.errors.Cancelled` when the person asked to stop."""


def no_report(step: Step) -> None:
    """For callers that show no progress."""
