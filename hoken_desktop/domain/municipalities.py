"""市区町村: the master's values, the check digit of 全国地方公共団体コード, and which one an address names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hoken_desktop.domain.address_texts import fold, key_of, tidy


@dataclass(frozen=True, slots=True)
class Municipality:
    """One 市区町村. `code` has 6 digits; a ward's `name` holds its city (さいたま市大宮区); `county` may be ""."""

    code: str
    pref: str
    county: str
    name: str
    kana: str = ""

    @property
    def code5(self) -> str:
        """The JIS code without its check digit, as MLIT files write it."""
        return self.code[:5]

    @property
    def full_name(self) -> str:
        return f"{self.pref}{self.county}{self.name}"


def check_digit(code5: str) -> str:
    """The sixth digit of a 5-digit code (総務省「全国地方公共団体コード」: weights 6 to 2, modulus 11)."""
    total = sum(int(digit) * weight for digit, weight in zip(code5, (6, 5, 4, 3, 2), strict=True))
    return str((11 - total % 11) % 10)


def code6_of(raw_code: str) -> str | None:
    """The 6-digit code of a text of 5 or 6 digits, or None if it has other characters or a wrong check digit."""
    code = raw_code.strip()
    if not (code.isascii() and code.isdigit()) or len(code) not in (5, 6):
        return None
    full = code[:5] + check_digit(code[:5])
    return full if full.startswith(code) else None


_SHORT_END = ("市", "町", "村")
_LONGEST = 400
"""More characters than any address has are not looked at."""


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
    folded = fold(tidy(address[: _LONGEST]))
    pref, start = index.pref_at(folded.key)
    named = index.named_at(folded.key, start, pref)
    if not named:
        return None
    codes = named[0][1]
    if len(codes) > 1:
        codes = [code for code in codes if code in hint]
    return codes[0] if len(codes) == 1 else None
