"""A cell of 氏名 as people fill it: a reading or a former name beside, two people in one, 故 before it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from hoken_desktop.domain import names

HONORIFIC = re.compile(r"(?<=[^\W\d_])[\s\u3000]*(様|殿|さん|さま)$")
_ENDED = re.compile(r"^\s*[(\[【]?(故|亡|死亡|逝去|転出)[)\]】\s]|[(\[【](故|亡|死亡|逝去|転出)[^)\]】]*[)\]】]\s*$")
_KANJI = r"[\u3400-\u9fff\uf900-\ufaff々〆]"
_BETWEEN = re.compile(rf"[、,，;；/／&＆+＋]|(?<={_KANJI})[・･](?={_KANJI})")


@dataclass(frozen=True, slots=True)
class NameCell:
    """氏名 as one cell holds it. `several`: it names more than one person; `ended`: it says that somebody died or
    moved away."""

    name: str
    kana: str = ""
    alt: str = ""
    several: bool = False
    ended: bool = False


def read_name(raw: str) -> NameCell:
    """A name, with the reading or the former name that may stand beside it in brackets or on a line of its own."""
    text = raw.strip()
    ended = bool(_ENDED.search(text))
    kana = alt = ""

    def aside(match: re.Match[str]) -> str:
        nonlocal kana, alt
        inner = match[1].strip()
        if former := re.match(r"(?:旧姓|旧)[:：\s]*(.+)", inner):
            alt = former[1]
        elif names.is_reading(inner):
            kana = inner
        return "\n"

    bare = re.sub(r"[(（\[【]([^)）\]】]*)[)）\]】]", aside, text)
    lines = [line.strip() for line in re.split(r"[\r\n]+", bare) if line.strip()]
    readings = [line for line in lines if names.is_reading(line) and not re.search(r"[A-Za-z]", line)]
    others = [line for line in lines if line not in readings]
    if len(others) == 1 and len(readings) == 1:
        kana, lines = readings[0], others
    # A family name on one line and a first name on the next is one person; two whole names are two.
    whole = [line for line in others if re.search(r"[\s\u3000]", line) or len(line) >= 4]
    # A comma between Latin words parts a family name from a first name.
    several = len(whole) > 1 or len(lines) > 2 or any(_BETWEEN.search(line) and not line.isascii() for line in lines)
    name = HONORIFIC.sub("", names.tidy(" ".join(lines)))
    return NameCell(name, names.tidy(kana), names.tidy(alt), several, ended)
