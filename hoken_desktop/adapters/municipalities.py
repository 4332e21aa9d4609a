"""市区町村の一覧: the master shipped with the program, by code and by name."""

from __future__ import annotations

import csv
from functools import cache

from hoken_desktop import paths
from hoken_desktop.domain.address_texts import key_of
from hoken_desktop.domain.municipalities import Municipality, MunicipalityIndex, code6_of, municipality_of


@cache
def master() -> MunicipalityIndex:
    """All municipalities of resources/tables/municipalities.csv (デジタル庁 アドレス・ベース・レジストリ)."""
    with (paths.resources() / "tables" / "municipalities.csv").open(encoding="utf-8", newline="") as file:
        return MunicipalityIndex(
            Municipality(row["code6"], row["pref"], row["county"], row["name"], row["kana"])
            for row in csv.DictReader(file)
        )


class Municipalities:
    """Looks municipalities up; fulfils `SettingsSource` too."""

    def by_code(self, raw_code: str) -> Municipality | None:
        """By 5 or 6 digits; None for an unknown code or a wrong check digit."""
        code = code6_of(raw_code)
        return master().by_code.get(code) if code else None

    def by_name(self, raw_name: str, within: tuple[str, ...] = ()) -> Municipality | None:
        """By the whole name, with or without 県 and 郡; `within` (codes) decides between namesakes. None otherwise."""
        index = master()
        key = key_of(raw_name)
        pref, start = index.pref_at(key)
        codes = next((codes for end, codes in index.named_at(key, start, pref) if end == len(key)), [])
        if len(codes) > 1:
            codes = [code for code in codes if code in within]
        return index.by_code[codes[0]] if len(codes) == 1 else None

    def find(self, raw: str, within: tuple[str, ...] = ()) -> Municipality | None:
        """By code or by name, whichever `raw` is."""
        return self.by_code(raw) or self.by_name(raw, within)

    def name_of(self, code: str) -> str:
        """「鴻巣市」, 「伊奈町」; the code itself when the master does not know it."""
        found = self.by_code(code)
        return found.name if found else code

    def of_address(self, address: str, within: tuple[str, ...] = ()) -> str | None:
        """The 6-digit code an address names, or None when it names none or a namesake."""
        return municipality_of(address, master(), within)

    def all(self) -> list[Municipality]:
        return list(master().by_code.values())
