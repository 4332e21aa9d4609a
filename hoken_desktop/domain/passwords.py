"""Passwords of the files that leave the PC: made by the program, never chosen by a person.

An agile-encrypted workbook costs an attacker little per guess, so its strength must come from the
password: 16 characters of 31 are 79 bits, above the 77 bits the office asks for.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

# Capital letters and digits without 0 O 1 I L: 31 remain, each told apart on paper and by voice.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH = 16
GROUP = 4


def generate(randbelow: Callable[[int], int]) -> str:
    """A new password such as `K7QF-2MZT-9XWA-HD4R`; `randbelow(n)` is 0 <= i < n, evenly (secrets.randbelow)."""
    letters = [ALPHABET[randbelow(len(ALPHABET))] for _ in range(LENGTH)]
    return "-".join("".join(letters[start : start + GROUP]) for start in range(0, LENGTH, GROUP))


def is_generated(password: str) -> bool:
    """Whether `password` has the form `generate` gives (hyphens included)."""
    groups = password.split("-")
    return len(groups) == LENGTH // GROUP and all(
        len(group) == GROUP and set(group) <= set(ALPHABET) for group in groups
    )


def check_word(password: str) -> str:
    """Ten bits of the password's digest as four digits ("0000" to "1023").

    The disclosure record keeps it so that a password on paper can be told to belong to a file,
    while the password itself is stored nowhere and loses no more than ten of its bits.
    """
    digest = hashlib.sha256(b"hoken-desktop check word v1\0" + password.encode("utf-8")).digest()
    return f"{int.from_bytes(digest[:2], 'big') >> 6:04d}"
