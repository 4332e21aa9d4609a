"""業者・機関 as they are compared: many hands write one office in many ways, and two offices in one way."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from hoken_desktop.domain.codes import SupporterRole
from hoken_desktop.domain.masters import Organisation, OrganisationKind, is_valid
from hoken_desktop.domain.names import fold_name
from hoken_desktop.domain.persons import Device

_LEGAL = re.compile(
    r"株式会社|有限会社|合同会社|合資会社|一般社団法人|公益社団法人|一般財団法人|公益財団法人|社会福祉法人|社会医療法人"
    r"|医療法人社団|医療法人財団|医療法人|独立行政法人|\((?:株|有|同|資|社|財|医|福|一社|公社|一財|公財)\)"
)
"""Legal forms: written, left out or shortened as the hand likes. ㈱ and ㈲ are (株) and (有) by now."""

_OFFICE = re.compile(
    r"(.+?)[\s\u3000]+(\S*(?:営業所|支店|支社|出張所|事業所|センター|ステーション|オフィス|課|係|室|科))"
)

ROLE_KINDS: Mapping[SupporterRole, OrganisationKind] = {
    SupporterRole.SPECIALIST: OrganisationKind.HOSPITAL,
    SupporterRole.FAMILY_DOCTOR: OrganisationKind.CLINIC,
    SupporterRole.VISITING_NURSE: OrganisationKind.NURSE_STATION,
    SupporterRole.PHARMACY: OrganisationKind.PHARMACY,
    SupporterRole.CARE_MANAGER: OrganisationKind.CARE_OFFICE,
    SupporterRole.CONSULTANT: OrganisationKind.CARE_OFFICE,
    SupporterRole.CHILD_COORDINATOR: OrganisationKind.CARE_OFFICE,
    SupporterRole.HELPER: OrganisationKind.CARE_OFFICE,
    SupporterRole.DEVICE_SUPPLIER: OrganisationKind.SUPPLIER,
    SupporterRole.OXYGEN_SUPPLIER: OrganisationKind.SUPPLIER,
    SupporterRole.MUNICIPALITY: OrganisationKind.MUNICIPALITY,
    SupporterRole.EMERGENCY_HOSPITAL: OrganisationKind.HOSPITAL,
}
"""What an organisation in this part of a person's help usually is; a school or a 民生委員 is OTHER."""

_ENDINGS = (
    (re.compile("病院$"), OrganisationKind.HOSPITAL),
    (re.compile("(?:クリニック|医院|診療所)$"), OrganisationKind.CLINIC),
    (re.compile("薬局"), OrganisationKind.PHARMACY),
    (re.compile("訪問看護"), OrganisationKind.NURSE_STATION),
)


_KIND_WORDS = (
    (re.compile("訪問看護|訪看"), OrganisationKind.NURSE_STATION),
    (re.compile("薬局|調剤"), OrganisationKind.PHARMACY),
    (re.compile("診療所|クリニック|医院"), OrganisationKind.CLINIC),
    (re.compile("病院|医療機関"), OrganisationKind.HOSPITAL),
    (re.compile("居宅介護|介護|相談支援|ケアマネ|ヘルパー"), OrganisationKind.CARE_OFFICE),
    (re.compile("消防"), OrganisationKind.FIRE),
    (re.compile("電力"), OrganisationKind.POWER),
    (re.compile("市町|市区町村|市役所|町役場|村役場"), OrganisationKind.MUNICIPALITY),
    (re.compile("業者|販売店|メーカー|酸素|医療機器"), OrganisationKind.SUPPLIER),
    (re.compile("その他"), OrganisationKind.OTHER),
)


def read_kind(text: str) -> OrganisationKind | None:
    """What the cell 種類 of somebody's list means; None where it means nothing known."""
    return next((kind for word, kind in _KIND_WORDS if word.search(text)), None)


def label_of(organisation: Organisation) -> str:
    """「架空メディカル 北部営業所」: how an organisation stands in a person's device or among their helpers."""
    return f"{organisation.name} {organisation.office}".strip()


@lru_cache(maxsize=16384)
def fold_organisation(text: str) -> str:
    """A name as it is compared: width, spaces, kanji variants and legal forms no longer count.

    ㈱架空メディカル 北部営業所 == 架空メディカル　北部営業所 株式会社. Never shown, never stored.
    """
    folded = fold_name(text)
    return _LEGAL.sub("", folded) or folded


def split_office(text: str) -> tuple[str, str]:
    """(name, office) of 「架空メディカル 北部営業所」 where a space stands before the office; else (text, "")."""
    found = _OFFICE.fullmatch(text.strip())
    return (found[1].strip(), found[2]) if found else (text.strip(), "")


def kind_of(text: str, roles: Iterable[SupporterRole | None]) -> OrganisationKind:
    """What an organisation that nobody has entered yet most likely is; a None among `roles` is a device's 業者.

    Its own name goes first: a 病院 stays one where somebody wrote it as かかりつけ医.
    """
    for ending, kind in _ENDINGS:
        if ending.search(text.strip()):
            return kind
    kinds = [OrganisationKind.SUPPLIER if r is None else ROLE_KINDS.get(r, OrganisationKind.OTHER) for r in roles]
    return max(kinds, key=kinds.count) if kinds else OrganisationKind.OTHER


def with_supplier(device: Device, text: str) -> Device:
    """`device` with another 業者 in words; the entry of the master it was joined to holds only for the same name.

    Otherwise the 24-hour telephone of the supplier of before would stand beside the new one.
    """
    same = fold_organisation(text) == fold_organisation(device.supplier)
    return replace(device, supplier=text, supplier_id=device.supplier_id if same else "")


@dataclass(frozen=True, slots=True)
class Directory:
    """The organisations of one moment, found by id or by any spelling that means only one of them.

    `spellings` are the folded texts people of the register were joined by.
    """

    by_id: Mapping[str, Organisation]
    spellings: Mapping[str, str]

    def of(self, id_: str, text: str = "") -> Organisation | None:
        """The organisation with this id, else the only one meant by `text`; None where nobody can say."""
        found = self.by_id.get(id_)
        if found is not None:
            return found
        return self.by_id.get(self.spellings.get(fold_organisation(text), "")) if text else None


NOBODY = Directory({}, {})
"""A directory without a single organisation."""


def directory_of(organisations: Iterable[Organisation], joined: Iterable[tuple[str, str]], on: date) -> Directory:
    """`joined` are (text, id) as rows of people hold them. A spelling of two organisations means neither.

    Only what is valid on the day is meant by a text: whoever writes the name of an office that has closed is to be
    asked who does its work now.
    """
    by_id = {one.id: one for one in organisations}
    meant: defaultdict[str, set[str]] = defaultdict(set)
    for one in by_id.values():
        if is_valid(one, on):
            meant[fold_organisation(label_of(one))].add(one.id)
    written: defaultdict[str, set[str]] = defaultdict(set)
    for text, id_ in joined:
        if text and id_ in by_id and is_valid(by_id[id_], on):
            written[fold_organisation(text)].add(id_)
    # An entry's own name goes before what somebody once joined to another.
    found = {**written, **meant}
    return Directory(by_id, {fold: next(iter(ids)) for fold, ids in found.items() if fold and len(ids) == 1})
