"""Passwords for files, with the words to dictate them by telephone."""

from __future__ import annotations

from hoken_desktop import words


def read_aloud(password: str) -> tuple[tuple[str, str], ...]:
    """Each letter of a generated password with its 読み上げ: ("A", "エー(アメリカのエー)"), hyphens included.

    Digits say that they are digits, because キュー (Q) and キュウ (9) sound alike on the telephone.
    """
    readings = dict(line.split(" ", 1) for line in words.say("passwords.readings").strip().splitlines())
    return tuple((letter, readings[letter]) for letter in password)
