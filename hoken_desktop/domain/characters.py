"""Characters that a file on the way cannot hold, and cells that a spreadsheet might take for a formula."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What XML 1.0, and with it a workbook, cannot hold."""
_PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010ffff]")
"""外字: another computer shows something else there, or nothing."""
_FORMULA = re.compile("^[=+\\-@\t\r＝＋－＠]")


class CsvEncoding(StrEnum):
    CP932 = "cp932"
    UTF8 = "utf8"

    @property
    def codec(self) -> str:
        """Python's name of it; UTF-8 with the mark by which Excel and most systems know it."""
        return "cp932" if self is CsvEncoding.CP932 else "utf-8-sig"


class OddKind(StrEnum):
    NOT_HELD = "not_held"
    RESPELLED = "respelled"
    FORMULA = "formula"


@dataclass(frozen=True, slots=True)
class Oddity:
    """One thing to know of one cell: `character` is "U+20BB7", never more of the value."""

    kind: OddKind
    registry_no: str
    outside_key: str
    item: str
    character: str
    spelling: str = ""


def code_point(character: str) -> str:
    """𠮷 → U+20BB7."""
    return f"U+{ord(character):04X}"


def not_in_xml(text: str) -> tuple[str, ...]:
    """The characters a workbook cannot hold, each once."""
    return tuple(dict.fromkeys(_NOT_XML.findall(text)))


def not_in_csv(text: str, encoding: CsvEncoding) -> tuple[str, ...]:
    """The characters a CSV in this encoding cannot hold so that another computer reads the same; each once.

    外字 are none that it holds, though CP932 has room for them; a character that would come back as another is none.
    """
    if _all_held(text, encoding):
        return ()
    return tuple(dict.fromkeys(c for c in text if not _held(c, encoding)))


def _all_held(text: str, encoding: CsvEncoding) -> bool:
    """The usual case, without a look at each character."""
    if _NOT_XML.search(text) or _PRIVATE.search(text):
        return False
    try:
        return text.encode(encoding.codec).decode(encoding.codec) == text
    except UnicodeError:
        return False


def _held(character: str, encoding: CsvEncoding) -> bool:
    if _NOT_XML.match(character) or _PRIVATE.match(character):
        return False
    try:
        return character.encode(encoding.codec).decode(encoding.codec) == character
    except UnicodeError:
        return False


def formula_start(text: str) -> str:
    """The first character, where a spreadsheet that opens the CSV might calculate with it; else ""."""
    return text[:1] if _FORMULA.match(text) else ""


def respelled(text: str, spellings: Mapping[str, str]) -> str:
    """`text` with the characters the staff gave a spelling for."""
    if not spellings:
        return text
    return "".join(spellings.get(character, character) for character in text)
