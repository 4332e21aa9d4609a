"""取消: a row of an append-only table is never changed; a later row takes it back by naming its id."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, TypeVar


class Voiding(Protocol):
    """A row that may take back an earlier one: `voids` is that row's id, "" for an ordinary row."""

    @property
    def id(self) -> str: ...

    @property
    def voids(self) -> str: ...


V = TypeVar("V", bound=Voiding)


def unvoided(rows: Iterable[V]) -> list[V]:
    """The ordinary rows that stand, in their order: what was taken back, and the rows that took it back, are left out.

    Taking back a taking back lets the first row stand again. Rows are acyclic: a row names an earlier one.
    """
    listed = list(rows)
    takers: dict[str, list[str]] = {}
    for row in listed:
        if row.voids:
            takers.setdefault(row.voids, []).append(row.id)
    if not takers:
        return listed

    def stands(id_: str) -> bool:
        return not any(stands(taker) for taker in takers.get(id_, ()))

    return [row for row in listed if not row.voids and stands(row.id)]
