"""差分: what a benefit row would change of a person, field by field."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from hoken_desktop.domain.address_texts import fold, tidy
from hoken_desktop.domain.codes import CareSetting, CopayClass, EvidenceSource, PersonState, Sex, YesNoUnknown
from hoken_desktop.domain.intake import Incoming
from hoken_desktop.domain.names import fold_kana, fold_name
from hoken_desktop.domain.persons import Benefit, Person

_PREFECTURE = re.compile(r"^(?:東京都|北海道|(?:京都|大阪)府|.{2,3}県)")
_COUNTY = re.compile(r"^[^市区町村]{1,5}郡(?=[^市]{1,6}[町村])")


def fold_address(text: str) -> str:
    """An address as it is compared: spelling, spaces, 県 and 郡 no longer count (a pin holds over them)."""
    return _COUNTY.sub("", _PREFECTURE.sub("", fold(tidy(text)).key))


_FOLDS: dict[str, Callable[[str], str]] = {
    "name": fold_name, "name_kana": fold_kana, "address_registered": fold_address, "address_actual": fold_address,
}  # fmt: skip
_TEXTS = (
    "name", "name_kana", "postcode", "address_registered", "address_actual", "phone_home", "phone_mobile",
    "guardian_name",
)
_BENEFIT = ("valid_from", "valid_to", "disease_no", "disease_name", "shoman_group", "copay_class", "vent_certified")
_SAYS_NOTHING = ("", None, Sex.OTHER, CareSetting.UNKNOWN, CopayClass.UNKNOWN, YesNoUnknown.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Change:
    """One field before and after; for the staff's eyes only."""

    field: str
    before: Any
    after: Any


def differences(person: Person, benefits: Iterable[Benefit], incoming: Incoming) -> list[Change]:
    """Every field that accepting `incoming` would change. A blank of the file changes nothing, and
    neither does another spelling of the same name, reading or address."""
    found: list[Change] = []
    for name in (*_TEXTS, "birth_on", "sex", "care_setting"):
        before, after = getattr(person, name), getattr(incoming, name)
        if after in _SAYS_NOTHING or before == after:
            continue
        fold = _FOLDS.get(name)
        if fold and fold(before) == fold(after):
            continue
        found.append(Change(name, before, after))
    benefit = same_benefit(benefits, incoming)
    if benefit is None:
        if incoming.beneficiary_no:
            found.append(Change("beneficiary_no", "", incoming.beneficiary_no))
    else:
        for name in _BENEFIT:
            before, after = getattr(benefit, name), getattr(incoming, name)
            if after not in _SAYS_NOTHING and before != after:
                found.append(Change(name, before, after))
    return found


def changes_of(person: Person, benefits: Iterable[Benefit], incoming: Incoming) -> tuple[str, ...]:
    """The names of the fields that would change."""
    return tuple(change.field for change in differences(person, benefits, incoming))


def same_benefit(benefits: Iterable[Benefit], incoming: Incoming) -> Benefit | None:
    """The benefit row with this scheme and these numbers."""
    return next(
        (
            b
            for b in benefits
            if (b.scheme, b.payer_no, b.beneficiary_no)
            == (incoming.scheme, incoming.payer_no, incoming.beneficiary_no)
        ),
        None,
    )


def merged(person: Person, benefits: Iterable[Benefit], incoming: Incoming, as_of: date) -> Person:
    """`person` after accepting `incoming`; someone whose registration had ended stands on the register again."""
    after = {
        c.field: c.after for c in differences(person, benefits, incoming) if c.field in person.__slots__
    }
    if "care_setting" in after:
        after |= {"care_setting_on": as_of, "care_setting_source": EvidenceSource.BENEFIT_FILE}
    return replace(
        person, **after, state=PersonState.ACTIVE, end_reason=None, ended_on=None,
        as_of=max(as_of, person.as_of or as_of),
    )


def newcomer(id_: str, registry_no: str, incoming: Incoming, as_of: date) -> Person:
    """The person a NEW row makes."""
    return Person(
        id=id_, registry_no=registry_no, birth_on=incoming.birth_on, sex=incoming.sex,
        care_setting=incoming.care_setting,
        care_setting_on=None if incoming.care_setting is CareSetting.UNKNOWN else as_of,
        care_setting_source=None if incoming.care_setting is CareSetting.UNKNOWN else EvidenceSource.BENEFIT_FILE,
        source=EvidenceSource.BENEFIT_FILE, as_of=as_of,
        **{name: getattr(incoming, name) for name in _TEXTS},
    )


def benefit_of(id_: str, person_id: str, incoming: Incoming, as_of: date) -> Benefit:
    """The benefit row that `incoming` states."""
    return Benefit(
        id=id_, person_id=person_id, scheme=incoming.scheme, payer_no=incoming.payer_no,
        beneficiary_no=incoming.beneficiary_no, source=EvidenceSource.BENEFIT_FILE, as_of=as_of,
        **{name: getattr(incoming, name) for name in _BENEFIT},
    )
