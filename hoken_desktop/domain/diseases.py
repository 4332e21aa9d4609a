"""疾病: the 指定難病 by number and name, the 疾患群 of 小慢, found as files and people write them."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from hoken_desktop.domain.codes import Scheme
from hoken_desktop.domain.masters import Disease
from hoken_desktop.domain.names import fold_kana, fold_name

_NUMBER = re.compile(r"(?:告示|指定難病|疾病|疾患群|第|番号|no\.?)*\s*(\d{1,4})(?:号|番|群)?(?!\d)(.*)", re.IGNORECASE)
_GROUP_WORDS = re.compile("疾患群|疾患|群")
_LED = re.compile(r"^\s*[(（]?\s*\d{1,4}\s*[)）.．:：]?\s*")
"""A number written in front of a name: 006 パーキンソン病."""
_FORMER = re.compile("旧「([^」]+)」")


@lru_cache(maxsize=16384)
def fold_disease(text: str) -> str:
    """A disease's name as it is compared: width, spaces, brackets, hyphens, points and 「病名:」 do not count."""
    folded = fold_name(text)
    return re.sub(r"[()\[\]{}（）［］【】〔〕「」/／\-‐‑–—―−:：]", "", folded)


@lru_cache(maxsize=16384)
def plain_number(text: str) -> str:
    """「第008号」, 「８」, 「8番」 as 8; a text without a number in front as it is."""
    folded = unicodedata.normalize("NFKC", text).strip()
    found = _NUMBER.fullmatch(folded)
    return str(int(found[1])) if found and not found[2].strip(" .:、-") else folded


@dataclass(frozen=True, slots=True)
class DiseaseIndex:
    """The entries valid on one day, by scheme and number and by folded name or reading."""

    by_number: Mapping[tuple[Scheme, str], Disease] = field(default_factory=dict)
    by_name: Mapping[tuple[Scheme, str], Disease] = field(default_factory=dict)

    def knows(self, scheme: Scheme) -> bool:
        """Whether there is any entry of this scheme: without one nothing can be called unknown."""
        return any(known is scheme for known, _ in self.by_number)

    def numbered(self, scheme: Scheme, number: str) -> Disease | None:
        """By number, as files write it (8, 008, 第8号)."""
        return self.by_number.get((scheme, plain_number(number)))

    def named(self, scheme: Scheme, name: str) -> Disease | None:
        """By name or reading; width, spaces, kana shape, brackets and hyphens do not count. None for a namesake."""
        bare = _LED.sub("", name)
        for fold in (fold_disease(name), fold_kana(name), fold_disease(bare)):
            if fold and (found := self.by_name.get((scheme, fold))) is not None:
                return found
        return None

    def name_of(self, scheme: Scheme, number: str) -> str:
        """The name under a number, "" where there is none."""
        found = self.numbered(scheme, number)
        return found.name if found else ""

    def number_of(self, scheme: Scheme, name: str) -> str:
        """The number of a name or reading, "" where there is none."""
        found = self.named(scheme, name)
        return found.number if found else ""

    def group(self, text: str) -> Disease | None:
        """A 疾患群 of 小慢 as files write it: 11, 第11群, 11 神経・筋疾患, 神経・筋疾患群."""
        folded = unicodedata.normalize("NFKC", text).strip()
        begun = re.match(r"第?\s*(\d{1,2})(?!\d)", folded)
        if begun and (found := self.by_number.get((Scheme.SHOMAN, str(int(begun[1]))))) is not None:
            return found
        return self.named(Scheme.SHOMAN, folded) or self.by_name.get((Scheme.SHOMAN, _bare(folded)))


def _bare(group: str) -> str:
    """神経・筋疾患群 without 疾患 and 群, marked so that it is no other disease's name."""
    return "群:" + fold_disease(_GROUP_WORDS.sub("", group))


def former_names(disease: Disease) -> tuple[str, ...]:
    """The names of before a rename, which files still use: 旧「…」 in the entry's note."""
    return tuple(_FORMER.findall(disease.note))


def index_of(diseases: Iterable[Disease]) -> DiseaseIndex:
    """An index of entries that are valid on the day asked for; a name two numbers share finds neither."""
    by_number: dict[tuple[Scheme, str], Disease] = {}
    named: defaultdict[tuple[Scheme, str], dict[str, Disease]] = defaultdict(dict)
    for one in diseases:
        by_number[one.scheme, plain_number(one.number)] = one
        folds = {fold_disease(one.name), fold_kana(one.name_kana), *map(fold_disease, former_names(one))}
        if one.scheme is Scheme.SHOMAN:
            folds.add(_bare(one.name))
        for fold in folds - {"", "群:"}:
            named[one.scheme, fold][one.id] = one
    by_name = {key: next(iter(found.values())) for key, found in named.items() if len(found) == 1}
    return DiseaseIndex(by_number, by_name)


NOTHING = DiseaseIndex()
"""An index without a single disease: nothing is known, so nothing is called unknown."""
