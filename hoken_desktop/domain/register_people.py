"""移行: the people and bodies around somebody as the cells of a present list name them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from hoken_desktop.domain import names, numbers
from hoken_desktop.domain.codes import SupporterRole
from hoken_desktop.domain.name_cells import HONORIFIC
from hoken_desktop.domain.register_cells import Cells
from hoken_desktop.domain.register_marks import DASH, fold, is_dash

SUPPORTER_PARTS = ("organisation", "name", "phone")
CONTACTS = 3
_PHONE = re.compile(r"0\d{1,4}[-ー−‐(（\s]?\d{1,4}[-ー−‐)）\s]?\d{3,4}(?!\d)")
_FACILITY = re.compile(
    r"病院|医院|クリニック|診療所|センター|ステーション|薬局|事業所|医大|大学|会社|支援|学校|課|所$|（株）|\(株\)|㈱"
)
_RELATION = re.compile(
    r"妻|夫|父|母|祖父|祖母|義父|義母|長男|次男|二男|三男|長女|次女|二女|三女|息子|娘|兄|弟|姉|妹|孫|子|叔父|叔母|伯父|伯母|甥|姪|知人|友人|近隣|親戚|親族|本人|配偶者|家族"
)


@dataclass(frozen=True, slots=True)
class Support:
    """One supporting body as a row names it."""

    role: SupporterRole
    organisation: str = ""
    name: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Kin:
    """One emergency contact as a row names it."""

    name: str = ""
    relation: str = ""
    phone: str = ""


def _phone_in(text: str) -> tuple[str, str]:
    """(the first telephone number, the text without it)."""
    folded = unicodedata.normalize("NFKC", text)
    match = _PHONE.search(folded)
    if match is None:
        return "", folded
    return numbers.wash_phone(match[0]).value, folded[: match.start()] + "\n" + folded[match.end() :]


def read_contacts(raw: str) -> tuple[Kin, ...]:
    """The people of an 緊急連絡先 cell: 「見本花子(妻)090-…」, one a line or one a telephone number."""
    folded = unicodedata.normalize("NFKC", raw).strip()
    pieces = [p for p in re.split(r"[\r\n;]+|[①-③]|(?<=\d{4})[、,/]", folded) if p.strip()]
    if len(pieces) > 1 and sum(bool(_PHONE.search(p)) for p in pieces) < 2:
        pieces = [" ".join(pieces)]
    return tuple(kin for piece in pieces if (kin := _kin(piece)) != Kin())


def _kin(text: str) -> Kin:
    phone, rest = _phone_in(text)
    relation = ""

    def take(match: re.Match[str]) -> str:
        nonlocal relation
        relation = relation or match[1].strip()
        return "\n"

    rest = re.sub(r"\(([^)]*)\)", take, rest)
    rest = re.sub(r"(TEL|電話|携帯)[:：]?", "", rest)
    words = [word for word in re.split(r"[\n:：]+", rest) if word.strip(" 、・,-/")]
    if not relation:
        for at, word in enumerate(words):
            first, _, tail = word.strip().partition(" ")
            if tail and _RELATION.fullmatch(first):
                relation, words[at] = first, tail
            elif _RELATION.fullmatch(word.strip()):
                relation, words[at] = word.strip(), ""
    name = HONORIFIC.sub("", names.tidy(" ".join(words).strip(" 、・,-/")))
    return Kin(name, relation, phone)


def read_support(role: SupporterRole, cells: Mapping[str, str]) -> Support | None:
    """One body of a row from its own columns, or from one column that holds all of it; None for none."""
    organisation, name, phone = (cells.get(part, "") for part in SUPPORTER_PARTS)
    said = fold(organisation or name)
    if DASH.fullmatch(said) or said in ("なし", "無", "無し", "不明"):
        organisation = name = ""
    if not phone:
        for text in (organisation, name):
            found, rest = _phone_in(text)
            if found:
                phone = found
                if text is organisation:
                    organisation = names.tidy(rest)
                else:
                    name = names.tidy(rest)
    if name and not organisation:
        pieces = [p for p in re.split(r"[\s\u3000\n/／]+", name) if p]
        bodies = [p for p in pieces if _FACILITY.search(p)]
        organisation = "\u3000".join(bodies)
        name = "\u3000".join(p for p in pieces if p not in bodies)
    phone = numbers.wash_phone(phone).value
    if not (organisation or name or phone):
        return None
    return Support(role, organisation, name, phone)


def supporters_of(cells: Cells) -> tuple[Support, ...]:
    """The bodies of a row, each role from its own columns."""
    found = []
    for role in SupporterRole:
        said = {part: cells.text(f"{role.value}_{part}") for part in SUPPORTER_PARTS}
        if any(said.values()) and (one := read_support(role, said)) is not None:
            found.append(one)
    return tuple(found)


def contacts_of(cells: Cells) -> tuple[Kin, ...]:
    """The emergency contacts of a row, those that say anything."""
    found: list[Kin] = []
    for number in range(1, CONTACTS + 1):
        raw = cells.raw(f"contact{number}")
        kin = read_contacts(raw if isinstance(raw, str) else numbers.as_text(raw)) if not is_dash(raw) else ()
        relation, phone = cells.text(f"contact{number}_relation"), cells.raw(f"contact{number}_phone")
        if relation or phone is not None:
            first = kin[0] if kin else Kin()
            washed = numbers.wash_phone(phone)
            for code in washed.warnings:
                cells.warn(f"contact{number}_phone", code)
            kin = (Kin(first.name, relation or first.relation, washed.value or first.phone), *kin[1:])
        found += [one for one in kin if one != Kin() and fold(one.name) not in ("なし", "無", "不明")]
    return tuple(found)
