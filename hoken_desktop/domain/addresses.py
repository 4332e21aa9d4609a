"""住所: a washed address placed by rule; what is doubtful is refused with a reason, never guessed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from hoken_desktop.domain.address_texts import STOPS, Folded, Numbers, fold, numbers_at, strict, tidy
from hoken_desktop.domain.codes import AddressSource, PlaceLevel, Unplaceable
from hoken_desktop.domain.municipalities import Municipality, MunicipalityIndex
from hoken_desktop.domain.towns import TIER, Spot, Town, TownIndex, TownName

_MAX_LENGTH = 200
_OAZA_HEAD = re.compile(r"^(?:大字|字)")
_UNKNOWN_KOAZA = re.compile(r"[^0-9\s()、,]{1,12}?(?=[0-9]|$)")
_NEAR_M = 150.0
_WIDEST_M = 4000.0


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


class _Answer(NamedTuple):
    level: PlaceLevel
    town: str
    used: Sequence[str]
    end: int
    lat: float
    lon: float
    source: AddressSource
    candidates: int


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

    def _after(self, bases: list[TownName], start: int, end: int) -> _Answer | Unplaceable | None:
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
        self, held: list[tuple[TownName, _Answer | Unplaceable]], start: int, end: int
    ) -> list[tuple[TownName, _Answer | Unplaceable]]:
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

    def _one(self, base: TownName, start: int, end: int) -> _Answer | Unplaceable | None:
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
                    stop == len(key) or numbers_at(self._folded, stop) or text[at[stop] - 1] in " 字" + STOPS
                ):
                    return self._numbered_koaza(base, koaza, key[end:stop], stop)
        if end == start and not key[end].isdigit():
            return None
        if numbers := numbers_at(self._folded, end):
            return self._numbered(base, numbers, start, end)
        if key[end] in STOPS:
            return self._whole(base, end)
        before = text[: at[end]]
        if before.endswith("字") and not before.endswith("大字") and (name := _UNKNOWN_KOAZA.match(key, end)):
            # a 小字 the data does not know: the 大字 holds, and so does a 地番, which is counted through the 大字
            if base.bare is None:
                return self._whole(base, end)
            numbers = numbers_at(self._folded, name.end())
            if numbers:
                return self._in_town(base, base.bare, PlaceLevel.OAZA, numbers, 0, end)
            return self._whole(base, end)
        if before.endswith(" ") and not any(c.isdigit() for c in key[end:]):
            return self._whole(base, end)
        return None

    def _whole(self, base: TownName, end: int) -> _Answer | Unplaceable:
        """The name alone, with no number that helps."""
        if base.bare and base.bare.lat is not None and base.bare.lon is not None:
            town = base.bare
            return _Answer(PlaceLevel.OAZA, town.name, (), end, town.lat, town.lon, town.source, 1)  # type: ignore[arg-type]
        return self._spread(base, end)

    def _spread(self, base: TownName, end: int) -> _Answer | Unplaceable:
        """The middle of a name's 丁目 (or 小字) where the name itself has no point; level 大字, for it says no more."""
        parts = [t for t in base.chomes.values() if t.lat is not None] or [
            t for t in base.koaza.values() if t.lat is not None
        ]
        middle = _middle([(t.lat, t.lon) for t in parts if t.lat and t.lon], _WIDEST_M) if parts else None
        if middle is None:
            return Unplaceable.NO_POINT
        return _Answer(PlaceLevel.OAZA, base.name, (), end, *middle, parts[0].source, len(parts))

    def _numbered_koaza(self, base: TownName, koaza: Town, koaza_key: str, end: int) -> _Answer | Unplaceable:
        numbers = numbers_at(self._folded, end)
        if numbers and base.bare:
            fine = self._fine(base.bare, numbers, 0, koaza_key)
            if fine:
                return fine._replace(town=koaza.name)
        if koaza.lat is not None and koaza.lon is not None:
            return _Answer(PlaceLevel.OAZA, koaza.name, (), end, koaza.lat, koaza.lon, koaza.source, 1)
        return self._whole(base, end)

    def _numbered(self, base: TownName, numbers: Numbers, start: int, end: int) -> _Answer | Unplaceable:
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
        self, base: TownName, bare: Town, chome: Town, numbers: Numbers, end: int
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

    def _has_numbers(self, town: Town) -> bool:
        ask = self._lookup
        return any(ask.numbers_under(town_id, "1") or ask.numbers(town_id, "1") for town_id in town.ids)

    def _in_town(
        self, base: TownName, town: Town, level: PlaceLevel, numbers: Numbers, skip: int, end: int
    ) -> _Answer | Unplaceable:
        """The number's point, or the town's own."""
        fine = self._fine(town, numbers, skip, "")
        if fine:
            return fine
        if town.lat is not None and town.lon is not None:
            return _Answer(level, town.name, (), end, town.lat, town.lon, town.source, 1)
        return self._spread(base, end)

    def _fine(self, town: Town, numbers: Numbers, skip: int, koaza: str) -> _Answer | None:
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
        self, town: Town, spots: list[Spot], koaza: str, values: list[str], size: int, end: int
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
