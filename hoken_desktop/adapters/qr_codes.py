"""QR codes as patterns of black and white, by segno (ISO/IEC 18004)."""

from __future__ import annotations

import segno


def qr_pattern(text: str) -> tuple[tuple[bool, ...], ...]:
    """The pattern of `text` line by line, True for black, without its quiet zone.

    Error correction M: up to 15 % of the pattern may be smudged or written over.
    """
    made = segno.make_qr(text, error="m", boost_error=False)
    return tuple(tuple(bool(module) for module in line) for line in made.matrix)
