"""住所: Japanese address texts washed, and placed by rule; what is doubtful is refused with a reason, never guessed.

Two forms of a text are used. `tidy` is for people: NFKC, one kind of dash, no 〒. `fold` is the key that the
address and the gazetteer's names are compared by: 旧字体 and 異体字 made plain, ひらがな made カタカナ, kanji
numbers made digits, 大字・字, ヶ・ノ・ツ between characters and spaces left out. Names that fold alike inside one
municipality are told apart by `strict`, and where that fails the address is ambiguous.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple, Protocol

from hoken_desktop.domain.glyphs import PLAIN
from hoken_desktop.domain.municipalities import Municipality


class PlaceLevel(StrEnum):
    """How exactly a place is known, from the best to the worst."""

    BUILDING = "building"  # a pin set by staff
    RESIDENCE = "residence"  # 住居番号
    PARCEL = "parcel"  # 地番 (枝番まで)
    BLOCK = "block"  # 街区・地番の本番
    CHOME = "chome"  # 丁目
    OAZA = "oaza"  # 大字・町
    MUNICIPALITY = "municipality"
    NONE = "none"


class Unplaceable(StrEnum):
    """Why an address has no place."""

    EMPTY = "empty"
    MALFORMED = "malformed"
    UNKNOWN_MUNICIPALITY = "unknown_municipality"
    ONLY_MUNICIPALITY = "only_municipality"
    UNKNOWN_TOWN = "unknown_town"
    AMBIGUOUS = "ambiguous"
    OUTSIDE_DATA = "outside_data"  # the municipality is known, but there are no towns of it
    NO_POINT = "no_point"  # the town is known, but no data has its position


class AddressSource(StrEnum):
    """Which data answered. A lower number in `TIER` answers first."""

    MANUAL = "manual"
    ABR_RESIDENCE = "abr_residence"
    ABR_PARCEL = "abr_parcel"
    ABR_BLOCK = "abr_block"
    ISJ_BLOCK = "isj_block"
    ABR_TOWN = "abr_town"
    ISJ_TOWN = "isj_town"
    GEOLONIA = "geolonia"
    BOUNDARY = "boundary"


TIER: Mapping[AddressSource, int] = {source: tier for tier, source in enumerate(AddressSource)}


@dataclass(frozen=True, slots=True)
class Located:
    """The outcome of one address. lat/lon are WGS84 degrees of 6 decimals, None at level none.

    `matched` is the part that was recognised, in the gazetteer's spelling; `rest` what stood after it (building,
    room, 様方). `candidates` counts the places that fitted; `code` is the 6-digit municipality code, "" if unknown.
    """

    level: PlaceLevel
    matched: str = ""
    rest: str = ""
    lat: float | None = None
    lon: float | None = None
    source: str = ""
    candidates: int = 0
    code: str = ""
    reason: Unplaceable | None = None

    @property
    def is_placed(self) -> bool:
        return self.lat is not None and self.lon is not None


# --- washing -------------------------------------------------------------------------------------------------------

_MAX_LENGTH = 200
_DASHES = "‐‑‒–—―−⁃˗﹘﹣－─━╴╶╌⸺⸻"
_INVISIBLE = re.compile(
    "[\u0000-\u0008\u000e-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufe00-\ufe0f"
    "\U000e0100-\U000e01ef]"
)
_KANJI_DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"零": 0}
_KANJI_UNITS = {"十": 10, "百": 100, "千": 1000}
_KN = "".join([*_KANJI_DIGITS, *_KANJI_UNITS])
_POSTCODE = re.compile(
    r"^[\s(]*(?:(?:〒|〠|郵便番号[\s:]*)\s*[0-9]{3}[\s-]*[0-9]{4}|[0-9]{3}-?[0-9]{4}(?=[^0-9\-丁番号]))[\s)]*"
)
# ー is a long vowel in a name and a dash between numbers; 一 between Arabic digits is a dash drawn by hand.
_LONG_VOWEL_DASH = re.compile(rf"(?<=[0-9{_KN}目番地号条丁])\s*ー+\s*(?=[0-9{_KN}])")
_ONE_AS_DASH = re.compile(r"(?<=[0-9])一(?=[0-9])")
_ROUND_DASH = re.compile(r"\s*-+\s*(?=[0-9" + _KN + "])")
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
    rf"(?P<digits>[0-9]+)|(?P<kanji>[{_KN}]+)|(?P<space>\s+)|(?P<no>(?<=[0-9{_KN}番地号目])ノ(?=[0-9{_KN}]))"
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
_STRICT_NUMBER = re.compile(rf"[{_KN}]+")


def strict(name: str) -> str:
    """A stricter key that keeps 大字, ケ, ノ and ツ; it tells apart names that fold alike."""
    text = _GA.sub("ケ", tidy(name).translate(_ONE_TO_ONE))
    return _STRICT_NUMBER.sub(lambda run: kanji_number(run[0]), text).replace(" ", "")


# --- what the matcher asks of a gazetteer --------------------------------------------------------------------------


class Spot(NamedTuple):
    """One numbered point of a town: `koaza` is the folded 小字 it belongs to, "" if none or unknown."""

    source: AddressSource
    koaza: str
    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class TownRow:
    """One town as a source names it. `id` is the gazetteer's number for its numbered points, 0 if it has none."""

    name: str
    koaza: str
    lat: float | None
    lon: float | None
    source: AddressSource
    id: int = 0


class Lookup(Protocol):
    """A gazetteer: municipalities, their towns, and numbered points of a town."""

    def municipalities(self) -> MunicipalityIndex: ...

    def towns(self, code: str) -> TownIndex | None:
        """The towns of a municipality (6-digit code), or None if there is no data of it."""
        ...

    def numbers(self, town: int, number: str) -> Sequence[Spot]:
        """The points of exactly this number ("3", "3-12", "甲100") in a town."""
        ...

    def numbers_under(self, town: int, number: str) -> Sequence[Spot]:
        """The points whose number begins with `number` and a dash."""
        ...


_SHORT_END = ("市", "町", "村")


class MunicipalityIndex:
    """Municipalities by every spelling an address may use: with or without 県, 郡, and (last) 市・町・村."""

    def __init__(self, rows: Iterable[Municipality]) -> None:
        self.by_code: dict[str, Municipality] = {row.code: row for row in rows}
        self._names: dict[str, list[str]] = {}
        self._short: dict[str, list[str]] = {}
        self._prefs: dict[str, str] = {}
        for row in self.by_code.values():
            self._prefs.setdefault(key_of(row.pref), row.pref)
            spellings = {key_of(row.name), key_of(row.county + row.name)}
            for spelling in spellings:
                self._names.setdefault(spelling, []).append(row.code)
            if row.name.endswith(_SHORT_END) and len(row.name) > 2:
                for spelling in {s[:-1] for s in spellings}:
                    self._short.setdefault(spelling, []).append(row.code)
        self._wards: dict[str, tuple[str, ...]] = {}
        cities = {(row.pref, row.name): row.code for row in self.by_code.values() if row.name.endswith("市")}
        for row in self.by_code.values():
            city = cities.get((row.pref, row.name[: row.name.find("市") + 1]))
            if row.name.endswith("区") and city:
                self._wards[city] = (*self._wards.get(city, ()), row.code)
        self._longest = max(map(len, self._names), default=0)
        self._longest_pref = max(map(len, self._prefs), default=0)

    def pref_at(self, key: str) -> tuple[str, int]:
        """The prefecture a folded key begins with and where it ends; ("", 0) if none."""
        for end in range(self._longest_pref, 2, -1):
            pref = self._prefs.get(key[:end])
            if pref:
                return pref, end
        return "", 0

    def named_at(self, key: str, start: int, pref: str, short: bool = False) -> list[tuple[int, list[str]]]:
        """(end, codes) of every municipality name standing at `start`, the longest first."""
        names = self._short if short else self._names
        found = []
        for end in range(min(len(key), start + self._longest), start, -1):
            codes = names.get(key[start:end])
            if codes and pref:
                codes = [code for code in codes if self.by_code[code].pref == pref]
            if codes:
                found.append((end, codes))
        return found

    def with_wards(self, codes: Iterable[str]) -> list[str]:
        """A 政令市 without its ward stands for all its wards."""
        return [ward for code in codes for ward in self._wards.get(code, (code,))]


def municipality_of(address: str, index: MunicipalityIndex, hint: Sequence[str] = ()) -> str | None:
    """The 6-digit code of the municipality an address names; 県 and 郡 may be left out.

    None when it names none, or one of several namesakes (府中市) that neither the prefecture nor `hint`
    (the office's own codes) decides. A 政令市 without its ward gives the city's code.
    """
    folded = fold(tidy(address[: _MAX_LENGTH * 2]))
    pref, start = index.pref_at(folded.key)
    named = index.named_at(folded.key, start, pref)
    if not named:
        return None
    codes = named[0][1]
    if len(codes) > 1:
        codes = [code for code in codes if code in hint]
    return codes[0] if len(codes) == 1 else None


@dataclass(slots=True)
class _Town:
    """A town merged over the sources: one point (the best source's) and every id its numbers hang on."""

    name: str
    lat: float | None = None
    lon: float | None = None
    source: AddressSource = AddressSource.GEOLONIA
    ids: list[int] = field(default_factory=list)

    def merge(self, row: TownRow) -> None:
        if row.id and row.id not in self.ids:
            self.ids.append(row.id)
        if row.lat is not None and (self.lat is None or TIER[row.source] < TIER[self.source]):
            self.lat, self.lon, self.source = row.lat, row.lon, row.source


@dataclass(slots=True)
class _Base:
    """All towns of one name: itself (大字), its 丁目, its 小字."""

    strict: str
    name: str
    bare: _Town | None = None
    chomes: dict[int, _Town] = field(default_factory=dict)
    koaza: dict[str, _Town] = field(default_factory=dict)


_CHOME_NAME = re.compile(r"^(.*\D)([0-9]+)丁目?$")
_CHOME_TAIL = re.compile(rf"[0-9０-９{_KN}]+丁目?$")
_OAZA_HEAD = re.compile(r"^(?:大字|字)")


class TownIndex:
    """The towns of one municipality, by folded name."""

    def __init__(self, rows: Iterable[TownRow]) -> None:
        self._bases: dict[str, dict[str, _Base]] = {}
        by_source: dict[tuple[str, AddressSource], set[str]] = {}
        koaza_names: dict[tuple[str, str, str, AddressSource], set[str]] = {}
        for row in rows:
            key, exact, chome = key_of(row.name), strict(row.name), 0
            if parts := _CHOME_NAME.match(key):
                key, chome = parts[1], int(parts[2])
                exact = _CHOME_NAME.sub(r"\1", exact)
            if exact in ("(大字ナシ)", "(大ジナシ)"):
                exact = ""
            group = self._bases.setdefault(key, {})
            base = group.get(exact)
            if base is None:
                base = group[exact] = _Base(exact, _CHOME_TAIL.sub("", row.name) if chome else row.name)
            by_source.setdefault((key, row.source), set()).add(exact)
            if row.koaza:
                koaza_key = key_of(row.koaza) or strict(row.koaza)
                base.koaza.setdefault(koaza_key, _Town(row.name + row.koaza)).merge(row)
                koaza_names.setdefault((key, exact, koaza_key, row.source), set()).add(row.koaza)
            elif chome:
                base.chomes.setdefault(chome, _Town(row.name)).merge(row)
            else:
                if base.bare is None:
                    base.bare = _Town(row.name)
                base.bare.merge(row)
        for (key, exact, koaza_key, _source), names in koaza_names.items():
            if len(names) > 1:  # は and ハ, each a 小字 of its own: neither is placed nearer than their 大字
                self._bases[key][exact].koaza[koaza_key].lat = None
        self._merge_spellings(by_source)
        self._longest = max(map(len, self._bases), default=0)

    def _merge_spellings(self, by_source: Mapping[tuple[str, AddressSource], set[str]]) -> None:
        """Two sources spelling one town differently (大字平方/平方) mean one town, unless one of them has both."""
        torn = {key for (key, _source), names in by_source.items() if len(names) > 1}
        for key, group in self._bases.items():
            if len(group) < 2 or key in torn:
                continue
            first, *others = group.values()
            for other in others:
                _merge_base(first, other)
            self._bases[key] = {first.strict: first}

    def at(self, key: str, start: int) -> Iterable[tuple[int, list[_Base]]]:
        """(end, towns) of every town name standing at `start`, the longest first; the empty name (大字なし) last."""
        for end in range(min(len(key), start + self._longest), start - 1, -1):
            group = self._bases.get(key[start:end])
            if group:
                yield end, list(group.values())

    def points(self) -> list[tuple[str, float, float]]:
        """(name, lat, lon) of every town and 丁目 that has a position, for labels and rough areas."""
        found = []
        for group in self._bases.values():
            for base in group.values():
                for town in filter(None, (base.bare, *base.chomes.values(), *base.koaza.values())):
                    if town.lat is not None and town.lon is not None:
                        found.append((town.name, town.lat, town.lon))
        return found


def _merge_base(into: _Base, other: _Base) -> None:
    def join(mine: _Town | None, theirs: _Town) -> _Town:
        if mine is None:
            return theirs
        mine.ids.extend(i for i in theirs.ids if i not in mine.ids)
        if theirs.lat is not None and (mine.lat is None or TIER[theirs.source] < TIER[mine.source]):
            mine.lat, mine.lon, mine.source = theirs.lat, theirs.lon, theirs.source
        return mine

    if other.bare:
        into.bare = join(into.bare, other.bare)
    for chome, town in other.chomes.items():
        into.chomes[chome] = join(into.chomes.get(chome), town)
    for koaza, town in other.koaza.items():
        into.koaza[koaza] = join(into.koaza.get(koaza), town)


# --- matching ------------------------------------------------------------------------------------------------------

_NUMBER = re.compile(r"([0-9]+)(丁目|丁|番地|番|号|-)?")
_ROOM = re.compile(r"号?(?:室|棟|館)|階|F(?![A-Z])")
_LOT_LETTER = re.compile(r"[甲乙丙丁戊己庚辛壬癸イロハニホヘトチリヌルヲ](?=-?[0-9])")
_UNKNOWN_KOAZA = re.compile(r"[^0-9\s()、,]{1,12}?(?=[0-9]|$)")
_STOPS = "(（[「、,。・/"
_NEAR_M = 150.0
_WIDEST_M = 4000.0


class _Numbers(NamedTuple):
    """The numbers after a town: `values[i]` ends at `ends[i]` of the key and is followed by `units[i]`."""

    values: list[str]
    units: list[str]
    ends: list[int]


class _Answer(NamedTuple):
    level: PlaceLevel
    town: str
    used: Sequence[str]
    end: int
    lat: float
    lon: float
    source: AddressSource
    candidates: int



def _numbers_at(folded: Folded, start: int) -> _Numbers | None:
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
    if len(values) == 1 and units[0] in ("", "号") and key[ends[0] : ends[0] + 1] not in ("", " ", *_STOPS):
        first = folded.text[folded.at[ends[0] - len(units[0]) - 1]]
        if not first.isascii() and not folded.text[folded.at[ends[0]] - 1].isspace():
            return None
    return _Numbers(values, units, ends) if values else None


def _metres(lat_a: float, lon_a: float, lat_b: float, lon_b: float) -> float:
    """Distance good enough within a municipality (equirectangular, at 36° north)."""
    return float((((lat_a - lat_b) * 111_000) ** 2 + ((lon_a - lon_b) * 90_000) ** 2) ** 0.5)


def _middle(points: Sequence[tuple[float, float]], widest_m: float) -> tuple[float, float] | None:
    """The middle of some points, or None if one of them lies further from it than `widest_m`."""
    lat = sum(p[0] for p in points) / len(points)
    lon = sum(p[1] for p in points) / len(points)
    if any(_metres(lat, lon, *p) > widest_m for p in points):
        return None
    return lat, lon


class _Matcher:
    """One address against one municipality."""

    def __init__(self, lookup: Lookup, folded: Folded) -> None:
        self._lookup = lookup
        self._folded = folded

    def match(self, towns: TownIndex, start: int) -> _Answer | Unplaceable:
        for end, bases in towns.at(self._folded.key, start):
            if end == start and not self._folded.key[end : end + 1].isdigit():
                bases = [base for base in bases if base.koaza]
                if not bases:
                    continue
            outcome = self._after(bases, start, end)
            if outcome is not None:
                return outcome
        return Unplaceable.UNKNOWN_TOWN

    def _after(self, bases: list[_Base], start: int, end: int) -> _Answer | Unplaceable | None:
        """What follows the town's name decides whether it was the name: None when it was not."""
        outcomes = [(base, self._one(base, start, end)) for base in bases]
        held = [(base, outcome) for base, outcome in outcomes if outcome is not None]
        if len(held) > 1:
            held = [(b, o) for b, o in held if o is not Unplaceable.UNKNOWN_TOWN] or held[:1]
        if len(held) > 1:
            held = self._same_spelling(held, start, end)
        if len(held) > 1:
            held = [(b, o) for b, o in held if isinstance(o, _Answer)] or held[:1]
        if len(held) > 1:
            return Unplaceable.AMBIGUOUS
        return held[0][1] if held else None

    def _same_spelling(
        self, held: list[tuple[_Base, _Answer | Unplaceable]], start: int, end: int
    ) -> list[tuple[_Base, _Answer | Unplaceable]]:
        text, at = self._folded.text, self._folded.at
        written = strict(text[at[start] : at[end]].removesuffix("大字").removesuffix("字"))
        written = self._prefix(start) + written
        exact = [(base, outcome) for base, outcome in held if base.strict == written]
        if exact:
            return exact
        bare = _OAZA_HEAD.sub("", written)
        return [(b, o) for b, o in held if _OAZA_HEAD.sub("", b.strict) == bare] or held

    def _prefix(self, start: int) -> str:
        """「大字」 or 「字」 written before the town, which the key leaves out."""
        before = self._folded.text[: self._folded.at[start]].replace(" ", "")
        return next((prefix for prefix in ("大字", "字") if before.endswith(prefix)), "")

    def _one(self, base: _Base, start: int, end: int) -> _Answer | Unplaceable | None:
        key, text, at = self._folded.key, self._folded.text, self._folded.at
        if end == len(key):
            return self._whole(base, end)
        if base.koaza:
            written_number = key[end : end + 1].isdigit() and text[at[end]].isdigit()
            for stop in range(min(len(key), end + 12), end, -1):
                if written_number or (key[stop - 1 : stop + 1].isdigit() and stop < len(key)):
                    continue  # a house number is no 小字 「三」, and no part of a number is
                koaza = base.koaza.get(key[end:stop])
                if koaza and (
                    stop == len(key) or _numbers_at(self._folded, stop) or text[at[stop] - 1] in " 字" + _STOPS
                ):
                    return self._numbered_koaza(base, koaza, key[end:stop], stop)
        if end == start and not key[end].isdigit():
            return None
        if numbers := _numbers_at(self._folded, end):
            return self._numbered(base, numbers, start, end)
        if key[end] in _STOPS:
            return self._whole(base, end)
        before = text[: at[end]]
        if before.endswith("字") and not before.endswith("大字") and (name := _UNKNOWN_KOAZA.match(key, end)):
            # a 小字 the data does not know: the 大字 holds, and so does a 地番, which is counted through the 大字
            if base.bare is None:
                return self._whole(base, end)
            numbers = _numbers_at(self._folded, name.end())
            if numbers:
                return self._in_town(base, base.bare, PlaceLevel.OAZA, numbers, 0, end)
            return self._whole(base, end)
        if before.endswith(" ") and not any(c.isdigit() for c in key[end:]):
            return self._whole(base, end)
        return None

    def _whole(self, base: _Base, end: int) -> _Answer | Unplaceable:
        """The name alone, with no number that helps."""
        if base.bare and base.bare.lat is not None and base.bare.lon is not None:
            town = base.bare
            return _Answer(PlaceLevel.OAZA, town.name, (), end, town.lat, town.lon, town.source, 1)  # type: ignore[arg-type]
        return self._spread(base, end)

    def _spread(self, base: _Base, end: int) -> _Answer | Unplaceable:
        """The middle of a name's 丁目 (or 小字) where the name itself has no point; level 大字, for it says no more."""
        parts = [t for t in base.chomes.values() if t.lat is not None] or [
            t for t in base.koaza.values() if t.lat is not None
        ]
        middle = _middle([(t.lat, t.lon) for t in parts if t.lat and t.lon], _WIDEST_M) if parts else None
        if middle is None:
            return Unplaceable.NO_POINT
        return _Answer(PlaceLevel.OAZA, base.name, (), end, *middle, parts[0].source, len(parts))

    def _numbered_koaza(self, base: _Base, koaza: _Town, koaza_key: str, end: int) -> _Answer | Unplaceable:
        numbers = _numbers_at(self._folded, end)
        if numbers and base.bare:
            fine = self._fine(base.bare, numbers, 0, koaza_key)
            if fine:
                return fine._replace(town=koaza.name)
        if koaza.lat is not None and koaza.lon is not None:
            return _Answer(PlaceLevel.OAZA, koaza.name, (), end, koaza.lat, koaza.lon, koaza.source, 1)
        return self._whole(base, end)

    def _numbered(self, base: _Base, numbers: _Numbers, start: int, end: int) -> _Answer | Unplaceable:
        unit = numbers.units[0]
        if unit.startswith("丁"):
            chome = base.chomes.get(int(numbers.values[0])) if numbers.values[0].isdigit() else None
            if chome is None:
                return Unplaceable.UNKNOWN_TOWN
            return self._in_town(base, chome, PlaceLevel.CHOME, numbers, 1, numbers.ends[0])
        if unit in ("番地", "番", "号") or not base.chomes or not numbers.values[0].isdigit():
            if base.bare is None:
                return self._whole(base, end) if base.chomes or base.koaza else Unplaceable.UNKNOWN_TOWN
            return self._in_town(base, base.bare, PlaceLevel.OAZA, numbers, 0, end)
        chome = base.chomes.get(int(numbers.values[0]))
        if base.bare is None:
            if chome is None:
                return Unplaceable.UNKNOWN_TOWN
            return self._in_town(base, chome, PlaceLevel.CHOME, numbers, 1, numbers.ends[0])
        if chome is None or (self._prefix(start) and len(numbers.values) < 3):
            return self._in_town(base, base.bare, PlaceLevel.OAZA, numbers, 0, end)
        return self._chome_or_lot(base, base.bare, chome, numbers, end)

    def _chome_or_lot(
        self, base: _Base, bare: _Town, chome: _Town, numbers: _Numbers, end: int
    ) -> _Answer | Unplaceable:
        """「紀三井寺1-28」 where both 紀三井寺1丁目 and the 大字 紀三井寺 exist: the numbers decide, or nobody."""
        as_chome = self._fine(chome, numbers, 1, "")
        as_lot = self._fine(bare, numbers, 0, "")
        if as_lot and len(as_lot.used) < len(numbers.values):
            as_lot = None  # 1-2-17 is no 地番 1-2 with a room 17 as long as there is a 1丁目
        if as_chome and as_lot:
            near = _metres(as_chome.lat, as_chome.lon, as_lot.lat, as_lot.lon) <= _NEAR_M
            return as_chome if near else Unplaceable.AMBIGUOUS
        if as_chome:
            return as_chome
        if len(numbers.values) == 1:
            # 「新宿1」 is 1丁目 with its number left out, or 地番 1
            return as_lot if as_lot and as_lot.level is PlaceLevel.PARCEL else Unplaceable.AMBIGUOUS
        if as_lot:
            return as_lot if self._has_numbers(chome) else Unplaceable.AMBIGUOUS
        if len(numbers.values) == 2:
            return Unplaceable.AMBIGUOUS
        return self._in_town(base, chome, PlaceLevel.CHOME, numbers, 1, numbers.ends[0])

    def _has_numbers(self, town: _Town) -> bool:
        ask = self._lookup
        return any(ask.numbers_under(town_id, "1") or ask.numbers(town_id, "1") for town_id in town.ids)

    def _in_town(
        self, base: _Base, town: _Town, level: PlaceLevel, numbers: _Numbers, skip: int, end: int
    ) -> _Answer | Unplaceable:
        """The number's point, or the town's own."""
        fine = self._fine(town, numbers, skip, "")
        if fine:
            return fine
        if town.lat is not None and town.lon is not None:
            return _Answer(level, town.name, (), end, town.lat, town.lon, town.source, 1)
        return self._spread(base, end)

    def _fine(self, town: _Town, numbers: _Numbers, skip: int, koaza: str) -> _Answer | None:
        """The best point of the numbers after `skip`: 住居番号, then 地番, then 街区・本番."""
        values = numbers.values[skip:]
        if not values or not town.ids:
            return None
        for size in range(min(3, len(values)), 0, -1):
            number = "-".join(values[:size])
            spots = [spot for town_id in town.ids for spot in self._lookup.numbers(town_id, number)]
            answer = self._best(town, spots, koaza, values, size, numbers.ends[skip + size - 1])
            if answer:
                return answer
        spots = [spot for town_id in town.ids for spot in self._lookup.numbers_under(town_id, values[0])]
        if not spots:
            return None
        best = min(TIER[spot.source] for spot in spots)
        points = [(spot.lat, spot.lon) for spot in spots if TIER[spot.source] == best]
        middle = _middle(points, _NEAR_M)
        if middle is None:
            return None
        source = next(spot.source for spot in spots if TIER[spot.source] == best)
        return _Answer(PlaceLevel.BLOCK, town.name, values[:1], numbers.ends[skip], *middle, source, len(points))

    def _best(
        self, town: _Town, spots: list[Spot], koaza: str, values: list[str], size: int, end: int
    ) -> _Answer | None:
        if koaza:
            spots = [spot for spot in spots if spot.koaza in (koaza, "")]
        if not spots:
            return None
        best = min(spots, key=lambda spot: TIER[spot.source])
        rivals = [spot for spot in spots if spot.source is best.source]
        if any(_metres(best.lat, best.lon, spot.lat, spot.lon) > _NEAR_M for spot in rivals):
            return None  # the same number in several 小字: the town's point says what is known
        if best.source is AddressSource.ABR_RESIDENCE:
            level = PlaceLevel.RESIDENCE
        elif best.source is AddressSource.ABR_PARCEL and (size == len(values) or size > 1):
            level = PlaceLevel.PARCEL
        else:
            level = PlaceLevel.BLOCK
        return _Answer(level, town.name, values[:size], end, best.lat, best.lon, best.source, len(rivals))


def _refused(reason: Unplaceable, code: str = "", matched: str = "", rest: str = "", candidates: int = 0) -> Located:
    return Located(PlaceLevel.NONE, matched, rest, None, None, "", candidates, code, reason)


def _said(folded: Folded, municipality: Municipality, answer: _Answer) -> Located:
    rest = folded.text[folded.at[answer.end] :].strip(" -,、")
    matched = municipality.full_name + answer.town + "-".join(answer.used)
    return Located(
        answer.level,
        matched,
        rest,
        round(answer.lat, 6),
        round(answer.lon, 6),
        answer.source.value,
        answer.candidates,
        municipality.code,
        None,
    )


def locate(address: str, lookup: Lookup, hint: Sequence[str] = ()) -> Located:
    """The place of an address, or the reason why it has none.

    `hint` are municipality codes to try when the text names no municipality (the office's own); a name in the text
    wins. Refused (level none): an empty or unreadable text, an unknown or missing municipality or town, a spelling that
    fits several places, a town without a position. Nothing is matched by resemblance.
    """
    folded = fold(tidy(address[: _MAX_LENGTH * 2]))
    key = folded.key
    if not folded.text:
        return _refused(Unplaceable.EMPTY)
    if len(folded.text) > _MAX_LENGTH or not any(c.isalpha() and not c.isascii() for c in key):
        return _refused(Unplaceable.MALFORMED)
    index = lookup.municipalities()
    pref, start = index.pref_at(key)
    named = index.named_at(key, start, pref)
    trials = list(named)
    if not named:
        if hint:
            trials = [(start, [code for code in hint if code in index.by_code])]
        trials += [
            (end, [code for code in codes if pref or code in hint])
            for end, codes in index.named_at(key, start, pref, short=True)
        ]
    failure: Located | None = None
    for end, codes in trials:
        outcome = _in_municipalities(folded, lookup, index.with_wards(codes), end)
        if outcome is None:
            continue
        if outcome.is_placed or outcome.reason is Unplaceable.AMBIGUOUS:
            return outcome
        failure = failure or outcome
    if failure and named:
        return failure
    return _refused(Unplaceable.UNKNOWN_MUNICIPALITY, rest=folded.text)


def _in_municipalities(folded: Folded, lookup: Lookup, codes: Sequence[str], start: int) -> Located | None:
    """The one municipality of `codes` that has the town, or why none or several have."""
    index = lookup.municipalities()
    placed: list[Located] = []
    reasons: list[tuple[Unplaceable, str]] = []
    for code in dict.fromkeys(codes):
        towns = lookup.towns(code)
        if start >= len(folded.key) or not folded.key[start:].strip("- "):
            reasons.append((Unplaceable.ONLY_MUNICIPALITY, code))
            continue
        if towns is None:
            reasons.append((Unplaceable.OUTSIDE_DATA, code))
            continue
        outcome = _Matcher(lookup, folded).match(towns, start)
        if isinstance(outcome, _Answer):
            placed.append(_said(folded, index.by_code[code], outcome))
        else:
            if outcome is Unplaceable.UNKNOWN_TOWN and folded.key[start].isdigit():
                outcome = Unplaceable.ONLY_MUNICIPALITY
            reasons.append((outcome, code))
    rest = folded.text[folded.at[start] :].strip()
    if len(placed) == 1:
        return placed[0]
    if placed:
        return _refused(Unplaceable.AMBIGUOUS, rest=rest, candidates=len(placed))
    if not reasons:
        return None
    if len(reasons) == 1:
        reason, code = reasons[0]
        return _refused(reason, code, index.by_code[code].full_name, rest)
    told = {reason for reason, _ in reasons}
    for reason in (Unplaceable.AMBIGUOUS, Unplaceable.NO_POINT, Unplaceable.UNKNOWN_TOWN):
        if reason in told:
            return _refused(reason, rest=rest, candidates=len(reasons))
    return _refused(Unplaceable.AMBIGUOUS, rest=rest, candidates=len(reasons))
