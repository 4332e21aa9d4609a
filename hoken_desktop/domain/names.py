"""Names as they are compared, sorted and questioned. What is stored is always the text as given."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from hoken_desktop.domain.variants import FOLD

_SMALL = "ァィゥェォッャュョヮヵヶ"
_LARGE = "アイウエオツヤユヨワカケ"
_SMALL_TO_LARGE = str.maketrans(_SMALL, _LARGE)
_TO_KATAKANA = {code: code + 0x60 for code in range(0x3041, 0x3097)}
_SAME_SOUND = str.maketrans("ヂヅヲヰヱ", "ジズオイエ")
_VOICE_MARKS = str.maketrans({"゛": "\u3099", "゜": "\u309a", "ﾞ": "\u3099", "ﾟ": "\u309a"})
_DROPPED = re.compile(r"[\s\u00ad\u200b-\u200f\u2060\ufeff\ufe00-\ufe0f\U000e0100-\U000e01ef・･·.．,，'’]")
_LONG = re.compile(r"(?<=[ァ-ヺ])[-‐‑‒–—―−ｰ－~〜～]")
_CODE_POINT = re.compile(r"U\+[0-9A-Fa-f]{4,6}")
_GETA = frozenset("〓□■●◆?？")
_ODD = re.compile(
    r"[?？〓□■●◆\x00-\x1f\x7f-\x9f\ud800-\udfff\ue000-\uf8ff\uff61-\uff9f\ufff0-\uffff\U000f0000-\U0010fffd]|U\+"
)


def _plain(text: str) -> str:
    """NFKC with detached 濁点 joined, without spaces, points and variation selectors; katakana, large."""
    spaceless = re.sub(r"\s+(?=[゛゜ﾞﾟ])", "", text).translate(_VOICE_MARKS)
    folded = unicodedata.normalize("NFKC", spaceless)
    folded = _DROPPED.sub("", folded).translate(_TO_KATAKANA)
    return _LONG.sub("ー", folded).translate(_SMALL_TO_LARGE)


@lru_cache(maxsize=65536)
def fold_name(text: str) -> str:
    """A name as it is compared: width, spaces, kana shape and kanji variants no longer count.

    髙﨑 花子 == 高崎　花子; 佐々木 == 佐佐木. Never shown, never stored in place of the name.
    """
    folded = _plain(text).translate(FOLD).casefold()
    while "々" in folded[1:]:
        at = folded.index("々", 1)
        folded = folded[:at] + folded[at - 1] + folded[at + 1 :]
    # A mark that stood behind a space now stands on a letter, and is one character with it.
    return unicodedata.normalize("NFKC", folded)


@lru_cache(maxsize=65536)
def fold_kana(text: str) -> str:
    """A reading as it is compared: full-width katakana, large letters, ヂ=ジ, ヅ=ズ, ヲ=オ."""
    return _plain(text).translate(_SAME_SOUND)


_ROWS = (
    "アカガサザタダナハバパマヤラワァャヮヵ",
    "イキギシジチヂニヒビピミリヰィ",
    "ウクグスズツヅヌフブプムユルゥュッヴ",
    "エケゲセゼテデネヘベペメレヱェヶ",
    "オコゴソゾトドノホボポモヨロヲォョ",
)
_VOWEL_OF = {kana: row[0] for row in _ROWS for kana in row}


def kana_key(reading: str, name: str = "") -> str:
    """The key for ふりがな order (五十音): base kana first, then 清音 < 濁音 < 半濁音; ー as its vowel.

    Who has no reading stands after all who have one, by name.
    """
    plain = _plain(reading)
    if not plain:
        return "\uffff" + fold_name(name)
    base: list[str] = []
    marks: list[str] = []
    for kana in plain:
        if kana == "ー" and base:
            base.append(_VOWEL_OF.get(base[-1], "ー"))
            marks.append("0")
            continue
        parts = unicodedata.normalize("NFD", kana)
        base.append(parts[0])
        marks.append({"\u3099": "1", "\u309a": "2"}.get(parts[1:2], "0"))
    return "".join(base) + "\x00" + "".join(marks) + "\x00" + fold_name(name)


def suspicious(text: str) -> tuple[str, ...]:
    """Codes of what a person should look at (文字確認), sorted; () when nothing.

    char_private_use (外字), char_replaced (U+FFFD, 〓, ? instead of a character), char_code_point (the text
    "U+2363A"), char_half_width (half-width kana), char_control, char_broken (lone surrogate, U+FFF0 class).
    """
    if not _ODD.search(text):
        return ()
    found: set[str] = set()
    for char in text:
        code = ord(char)
        if 0xE000 <= code <= 0xF8FF or 0xF0000 <= code <= 0x10FFFD:
            found.add("char_private_use")
        elif code == 0xFFFD or char in _GETA:
            found.add("char_replaced")
        elif 0xFF61 <= code <= 0xFF9F:
            found.add("char_half_width")
        elif 0xD800 <= code <= 0xDFFF or 0xFFF0 <= code <= 0xFFFF:
            found.add("char_broken")
        elif (code < 0x20 and char not in "\n\r\t") or 0x7F <= code < 0xA0:
            found.add("char_control")
    if _CODE_POINT.search(text):
        found.add("char_code_point")
    return tuple(sorted(found))


@lru_cache(maxsize=16384)
def is_reading(text: str) -> bool:
    """Whether `text` is made of kana (with spaces, ー and points) and so may be a フリガナ."""
    return bool(text) and re.fullmatch(r"[ァ-ヺーA-Za-z\-()()]+", _plain(text)) is not None


def tidy(text: str) -> str:
    """A name as it is kept: outer spaces gone, inner runs of spaces one full-width space; glyphs untouched."""
    return re.sub(r"[\s\u3000]+", "\u3000", text.strip().strip("\u3000\ufeff\u200b"))
