"""How alike two folded texts are."""

from __future__ import annotations

from rapidfuzz.distance import Indel


def ratio(one: str, other: str) -> float:
    """Indel similarity, 0 to 1; 1 only for equal texts."""
    return Indel.normalized_similarity(one, other)
