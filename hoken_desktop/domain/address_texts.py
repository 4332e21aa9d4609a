"""住所の書き方: address texts washed for people and for comparing, and the house numbers that stand in them.

Two forms of a text are used. `tidy` is for people: NFKC, one kind of dash, no 〒. `fold` is the key that the
address and the gazetteer's names are compared by: 旧字体 and 異体字 made plain, ひらがな made カタカナ, kanji
numbers made digits, 大字・字, ヶ・ノ・ツ between characters and spaces left out. Names that fold alike inside one
municipality are told apart by `strict`, and where that fails the address is ambiguous.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from hoken_desktop.domain.glyphs import PLAIN

_DASHES = "‐‑‒–—―−⁃˗﹘﹣－─━╴╶╌⸺⸻"
_INVISIBLE = re.compile(
    "[\u0000-\u0008\u000e-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufe00-\ufe0f"
    "\U000e0100-\U000e01ef]"
)
_KANJI_DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"零": 0}
_KANJI_UNITS = {"十": 10, "百": 100, "千": 1000}
NUMERALS = "".join([*_KANJI_DIGITS, *_KANJI_UNITS])
_POSTCODE = re.compile(
    r"^[\s(]*(?:(?:〒|〠|郵便番号[\s:]*)\s*[0-9]{3}[\s-]*[0-9]{4}|[0-9]{3}-?[0-9]{4}(?=[^0-9\-丁番号]))[\s)]*"
)
# ー is a long vowel in a name and a dash between numbers; 一 between Arabic digits is a dash drawn by hand.
_LONG_VOWEL_DASH = re.compile(rf"(?<=[0-9{NUMERALS}目番地号条丁])\s*ー+\s*(?=[0-9{NUMERALS}])")
_ONE_AS_DASH = re.compile(r"(?<=[0-9])一(?=[0-9])")
_ROUND_DASH = re.compile(r"\s*-+\s*(?=[0-9" + NUMERALS + "])")
_SPACES = re.compile(r"\s+")

_ONE_TO_ONE: dict[int, str] = dict(PLAIN)
_ONE_TO_ONE |= {code: chr(code + 0x60) for code in range(ord("ぁ"), ord("ゖ") + 1)}
_ONE_TO_ONE |= {
    ord(old): new
    for old, new in {
        "ヶ": "ケ", "ゖ": "ケ", "ヵ": "ケ", "ゕ": "ケ", "之": "ノ", "乃": "ノ", "ッ": "ツ", "っ": "ツ",
        "ヱ": "エ", "ゑ": "エ", "ヰ": "イ", "ゐ": "イ", "ヴ": "ウ", "ゔ": "ウ",
    }.items()
}  # fmt: skip
_ONE_TO_ONE |= {code: chr(code - 0x20) for code in range(ord("a"), ord("z") + 1)}
_HAN = "\u3400-\u9fff\uf900-\ufaff々"
_SPECIAL = re.compile(
    rf"(?P<digits>[0-9]+)|(?P<kanji>[{NUMERALS}]+)|(?P<space>\s+)|(?P<no>(?<=[0-9{NUMERALS}番地号目])ノ(?=[0-9{NUMERALS}]))"
    rf"|(?P<filler>\(大ジナシ\)|\(大字ナシ\)|大字|小字|字|(?<!-)[ノケガツ](?=\s*[{_HAN}]))"
)


def tidy(address: str) -> str:
    """The text washed for people and for `fold`: NFKC, one dash, one space, no 〒 and no unseen characters.

    A long vowel (ー) stays one in a name (ニュータウン) and becomes a dash between numbers (1ー2).
    """
    text = unicodedata.normalize("NFKC", address.replace("\r", " ").replace("\n", " "))
    text = _INVISIBLE.sub("", text).translate(_DASH_TABLE)
    text = _SPACES.sub(" ", text).strip()
    text = _POSTCODE.sub("", text)
    text = _LONG_VOWEL_DASH.sub("-", text)
    text = _ONE_AS_DASH.sub("-", text)
    return _ROUND_DASH.sub("-", text).strip()


_DASH_TABLE = {ord(dash): "-" for dash in _DASHES}


def kanji_number(run: str) -> str:
    """Digits of a run of kanji numerals: 二十三 → 23, 九四九三 → 9493, 一〇 → 10; a malformed run stays as it is."""
    if not any(c in _KANJI_UNITS for c in run):
        return str(int("".join(str(_KANJI_DIGITS[c]) for c in run)))
    total, current, last = 0, "", 10_000
    for c in run:
        if c in _KANJI_DIGITS:
            current += str(_KANJI_DIGITS[c])
            continue
        unit = _KANJI_UNITS[c]
        if unit >= last or len(current) > 1 or current == "0":
            return run
        total += int(current or "1") * unit
        current, last = "", unit
    if len(current) > 1:
        return run
    return str(total + int(current or "0"))


class Folded(NamedTuple):
    """A folded key; character i of `key` stands at `at[i]` of `text`, and at[len(key)] is the text's end."""

    text: str
    key: str
    at: list[int]


def fold(text: str) -> Folded:
    """The key of a tidy text, with the place of each of its characters."""
    plain = text.translate(_ONE_TO_ONE)
    pieces: list[str] = []
    at: list[int] = []
    done = 0
    ends_in_digit = False
    for token in _SPECIAL.finditer(plain):
        start, end = token.span()
        if start > done:
            pieces.append(plain[done:start])
            at.extend(range(done, start))
            ends_in_digit = False
        done = end
        kind = token.lastgroup
        if kind == "digits" or kind == "kanji":
            piece = (token[0].lstrip("0") or "0") if kind == "digits" else kanji_number(token[0])
            if ends_in_digit:
                # two numbers side by side (大字三 5-1, 一〇1) must not run into one
                piece = " " + piece
            ends_in_digit = piece[-1].isdigit()
        elif kind == "no":
            piece, ends_in_digit = "-", False
        elif kind == "space":
            continue
        else:
            continue
        pieces.append(piece)
        at.extend([start] * len(piece))
    if done < len(plain):
        pieces.append(plain[done:])
        at.extend(range(done, len(plain)))
    at.append(len(text))
    return Folded(text, "".join(pieces), at)


def key_of(name: str) -> str:
    """The folded key of a gazetteer's name; （大字なし） has the empty key."""
    return fold(tidy(name)).key


_GA = re.compile(rf"(?<=[^\s\-])ガ(?=[{_HAN}])")
_STRICT_NUMBER = re.compile(rf"[{NUMERALS}]+")


def strict(name: str) -> str:
    """A stricter key that keeps 大字, ケ, ノ and ツ; it tells apart names that fold alike."""
    text = _GA.sub("ケ", tidy(name).translate(_ONE_TO_ONE))
    return _STRICT_NUMBER.sub(lambda run: kanji_number(run[0]), text).replace(" ", "")


# --- house numbers ---------------------------------------------------------------------------------------------------

_NUMBER = re.compile(r"([0-9]+)(丁目|丁|番地|番|号|-)?")
_ROOM = re.compile(r"号?(?:室|棟|館)|階|F(?![A-Z])")
_LOT_LETTER = re.compile(r"[甲乙丙丁戊己庚辛壬癸イロハニホヘトチリヌルヲ](?=-?[0-9])")
STOPS = "(（[「、,。・/"


class Numbers(NamedTuple):
    """The numbers after a town: `values[i]` ends at `ends[i]` of the key and is followed by `units[i]`."""

    values: list[str]
    units: list[str]
    ends: list[int]


def numbers_at(folded: Folded, start: int) -> Numbers | None:
    """House numbers standing at `start`: 1丁目2番3号, 1-2-3, 9493番地1, 甲100; room numbers are left out.

    A single kanji numeral that runs on into a word is part of a name (一の坂, 二号, 五本田), not a number.
    """
    key = folded.key
    values: list[str] = []
    units: list[str] = []
    ends: list[int] = []
    place = start
    if key[place : place + 1] in (" ", "-"):
        place += 1
    letter = ""
    if lot := _LOT_LETTER.match(key, place):
        letter = lot[0]
        place = lot.end() + (key[lot.end() : lot.end() + 1] == "-")
    while len(values) < 5:
        number = _NUMBER.match(key, place)
        if number is None or _ROOM.match(key, number.end(1)):
            break
        unit = number[2] or ""
        if unit.startswith("丁") and values:
            break
        values.append(letter + number[1])
        letter = ""
        place = number.end()
        if unit == "-" and not key[place : place + 1].isdigit():
            unit, place = "", number.end(1)
        units.append(unit)
        ends.append(place if unit != "-" else number.end(1))
        if unit in ("丁目", "丁", "番地", "番") and key[place : place + 1] == "-":
            place += 1
        if unit in ("", "号"):
            break
    if len(values) == 1 and units[0] in ("", "号") and key[ends[0] : ends[0] + 1] not in ("", " ", *STOPS):
        first = folded.text[folded.at[ends[0] - len(units[0]) - 1]]
        if not first.isascii() and not folded.text[folded.at[ends[0]] - 1].isspace():
            return None
    return Numbers(values, units, ends) if values else None
