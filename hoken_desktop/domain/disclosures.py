"""提供: a mayor's request, the gate every person passes on the day, and the record that stays.

The gate is fail-closed: it names the one reason for which a person stays behind, and only a person
without any reason goes. 法的根拠: 個人情報保護法69条2項1号 (本人の同意) on a request by 災害対策基本法49条の10第4項,
and what else the centre has opened (domain/bases.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from hoken_desktop.domain.bases import PEACETIME, Circumstances, lacking
from hoken_desktop.domain.codes import (
    CareSetting,
    EndReason,
    Exclusion,
    ItemGroup,
    LegalBasis,
    PersonState,
    Purpose,
    RecipientSection,
    Standing,
)
from hoken_desktop.domain.consents import STANDARD_SCOPE, Consent, ConsentStanding, standing
from hoken_desktop.domain.persons import Person, provision_municipality


@dataclass(frozen=True, slots=True)
class Item:
    """One column a municipality may be given, and the scope that opens it."""

    key: str
    group: ItemGroup


ITEMS: tuple[Item, ...] = (
    Item("name_kana", ItemGroup.BASIC),
    Item("name", ItemGroup.BASIC),
    Item("birth_on", ItemGroup.BASIC),
    Item("age", ItemGroup.BASIC),
    Item("sex", ItemGroup.BASIC),
    Item("postcode", ItemGroup.BASIC),
    Item("address", ItemGroup.BASIC),
    Item("phone_home", ItemGroup.CONTACT),
    Item("phone_mobile", ItemGroup.CONTACT),
    Item("contact", ItemGroup.CONTACT),
    Item("support_need", ItemGroup.DEVICE),
    Item("devices", ItemGroup.DEVICE),
    Item("interface", ItemGroup.DEVICE),
    Item("use_pattern", ItemGroup.DEVICE),
    Item("battery", ItemGroup.DEVICE),
    Item("oxygen", ItemGroup.DEVICE),
    Item("facts_as_of", ItemGroup.DEVICE),
    Item("supplier", ItemGroup.SUPPORTER),
    Item("doctor", ItemGroup.SUPPORTER),
    Item("nurse", ItemGroup.SUPPORTER),
    Item("support_plan", ItemGroup.SUPPORTER),
    Item("disease", ItemGroup.DISEASE),
    Item("dwelling", ItemGroup.HOME),
    Item("alone_daytime", ItemGroup.HOME),
)
ITEM_BY_KEY: Mapping[str, Item] = {item.key: item for item in ITEMS}
STANDARD_ITEMS: tuple[str, ...] = tuple(i.key for i in ITEMS if i.group not in (ItemGroup.DISEASE, ItemGroup.HOME))

BY_LAW = frozenset({LegalBasis.REQ_49_10_4, LegalBasis.REQ_49_14, LegalBasis.GOV_69_2_3})
"""Bases on which people go in peacetime whose consent is not known; a refusal is heard all the same."""

INCLUDE, EXCLUDE = "include", "exclude"
"""A request's own switch for people in hospital or a facility; "" is the office's setting."""


@dataclass(frozen=True, slots=True)
class Request:
    """依頼文書: without one there is no export. `items` are keys of ITEMS; `municipality` a 6-digit code.

    `scan` says where the letter is filed, `director` is the 所長名 of the decision. `not_at_home` is "include",
    "exclude" or "" for the office's setting. `basis_decision` (決裁番号) goes with GOV_69_2_3; `event_id`, `reason`
    and `confirmed_by` (two members of staff) with DISASTER.
    """

    id: str
    municipality: str
    section: RecipientSection
    number: str
    requested_on: date
    received_on: date
    requester: str
    basis: LegalBasis
    purposes: tuple[Purpose, ...]
    purpose_text: str
    items: tuple[str, ...]
    due_on: date | None = None
    route: str = ""
    opened_at: datetime | None = None
    drafted_on: date | None = None
    approved_on: date | None = None
    approval: str = ""
    our_number: str = ""
    scan: str = ""
    director: str = ""
    not_at_home: str = ""
    basis_decision: str = ""
    event_id: str = ""
    reason: str = ""
    confirmed_by: tuple[str, ...] = ()
    closed_on: date | None = None


class DisclosureState(StrEnum):
    PREPARED = "prepared"
    DONE = "done"
    ABANDONED = "abandoned"


@dataclass(frozen=True, slots=True)
class Disclosure:
    """提供記録. target = disclosed + excluded(reasons). The password is in no row, only how it was passed on.

    `media_number` 媒体番号, `approver` 承認者, `return_by` 返却・廃棄の期限; `received_*`, `returned_on` and `disposal`
    are what the recipient confirmed. `csv_*` name the archive for a 避難行動要支援者システム, where one was made.
    """

    id: str
    request_id: str
    round_id: str
    edition: int
    state: DisclosureState
    municipality: str
    our_number: str
    approved_on: date | None
    approval: str
    disclosed_on: date
    target: int
    disclosed: int
    excluded: dict[str, int]
    items: tuple[str, ...]
    file_name: str
    sha256: str
    check_word: str
    basis: LegalBasis
    staff_id: str
    made_at: datetime
    folder: str = ""
    media_number: str = ""
    approver: str = ""
    password_by: str = ""
    return_by: date | None = None
    received_on: date | None = None
    received_by: str = ""
    returned_on: date | None = None
    disposal: str = ""
    csv_name: str = ""
    csv_sha256: str = ""


@dataclass(frozen=True, slots=True)
class DisclosurePerson:
    """Who went, under which outside key, with which consent and which item groups; or why not.

    `cells` are the values handed over, by item: what changed since, and what a lost file held, is read from them.
    """

    id: str
    disclosure_id: str
    person_id: str
    outside_key: str = ""
    excluded: Exclusion | None = None
    consent_ids: tuple[str, ...] = ()
    groups: tuple[ItemGroup, ...] = ()
    cells: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Passage:
    """The gate's answer for one person: a reason to stay, or the item groups that go and the rows that allow it."""

    person_id: str
    excluded: Exclusion | None
    groups: frozenset[ItemGroup] = frozenset()
    consent_ids: tuple[str, ...] = ()
    questions: tuple[str, ...] = field(default_factory=tuple)


_BY_STANDING = {
    Standing.REFUSED: Exclusion.CONSENT_REFUSED,
    Standing.WITHDRAWN: Exclusion.CONSENT_WITHDRAWN,
    Standing.EXPIRED: Exclusion.CONSENT_EXPIRED,
    Standing.PENDING: Exclusion.CONSENT_PENDING,
    Standing.GIVER_NOT_ENTITLED: Exclusion.CONSENT_GIVER,
    Standing.UNKNOWN: Exclusion.CONSENT_UNKNOWN,
}
_NOT_AT_HOME = {
    CareSetting.HOSPITAL: Exclusion.HOSPITAL,
    CareSetting.FACILITY: Exclusion.FACILITY,
    CareSetting.RESPITE: Exclusion.RESPITE,
}
_REFUSALS = (Standing.REFUSED, Standing.WITHDRAWN)
WITHOUT_CONSENT = "without_consent"
"""The question at a person who goes by law alone: no consent of theirs stands for every purpose."""
DESPITE_REFUSAL = "despite_refusal"
"""The question at a person who goes in a disaster although they refused or withdrew."""


def gate(
    person: Person,
    consents: Iterable[Consent],
    request: Request,
    *,
    day: date,
    office: Iterable[str],
    circumstances: Circumstances = PEACETIME,
    include_not_at_home: bool = False,
    guardian_ends_at: int | None = None,
) -> Passage:
    """Whether `person` may be disclosed to the request's municipality on `day`, and which item groups.

    Nobody goes on a basis that is not open (`bases.lacking`). Then what happened to the person decides, then where they
    live and are, then their consents, for the request's recipient and every one of its purposes:

    - CONSENT: every purpose needs one valid that day; the groups are those that all of them and the request name.
    - REQ_49_10_4, REQ_49_14, GOV_69_2_3: whoever refused or withdrew for one of the purposes stays. Where no consent is
      valid the STANDARD groups stand in its place; a valid one binds to its own scope.
    - DISASTER: nobody's consent is needed; STANDARD, and more only where consents valid for every purpose name it.

    病名 and 住環境 so never go without a valid scope that names them, and nothing goes that the request does not name.
    Of several reasons to stay the first in the order of `Exclusion` is named. `include_not_at_home` is the office's
    setting for people in hospital or a facility; the request's own switch goes before it, and alone counts in a
    disaster.
    """

    def stays(reason: Exclusion) -> Passage:
        return Passage(person.id, reason)

    if lacking(request, circumstances, day):
        return stays(Exclusion.BASIS_CLOSED)
    if person.care_setting is CareSetting.DECEASED or person.end_reason is EndReason.DECEASED:
        return stays(Exclusion.DECEASED)
    if person.care_setting is CareSetting.MOVED_OUT or person.end_reason is EndReason.MOVED_OUT:
        return stays(Exclusion.MOVED_OUT)
    if person.state is not PersonState.ACTIVE:
        return stays(Exclusion.ENDED)
    if provision_municipality(person, office) != request.municipality:
        return stays(Exclusion.NOT_RESIDENT)
    if person.care_setting in _NOT_AT_HOME and not _lets_go_from_away(request, include_not_at_home):
        return stays(_NOT_AT_HOME[person.care_setting])
    found = _standings(person, consents, request, day, guardian_ends_at)
    closed = {_BY_STANDING[each.standing] for each in found if _keeps_back(request.basis, each.standing)}
    if closed:
        return stays(next(reason for reason in Exclusion if reason in closed))
    asked = frozenset(ITEM_BY_KEY[key].group for key in request.items if key in ITEM_BY_KEY)
    groups = asked & _opened(request.basis, found)
    if ItemGroup.BASIC not in groups:
        return stays(Exclusion.SCOPE)
    valid = [each for each in found if each.standing is Standing.VALID]
    used = dict.fromkeys(each.row.id for each in valid if each.row)
    questions = dict.fromkeys(each.question for each in valid if each.question)
    if any(each.standing in _REFUSALS for each in found):
        questions[DESPITE_REFUSAL] = None
    elif len(valid) < len(found):
        questions[WITHOUT_CONSENT] = None
    return Passage(person.id, None, groups, tuple(used), tuple(questions))


def consent_bounds(
    person: Person, consents: Iterable[Consent], request: Request, *, day: date, guardian_ends_at: int | None = None
) -> tuple[Exclusion | None, frozenset[ItemGroup]]:
    """Why the person's consents alone keep them back from `request`, whatever else there is (None where they do not),
    and the item groups they let be held, whether the request names them or not.

    What a recipient holds has to be asked back for this even after the request is closed or its basis is gone.
    """
    found = _standings(person, consents, request, day, guardian_ends_at)
    closed = {_BY_STANDING[each.standing] for each in found if _keeps_back(request.basis, each.standing)}
    if closed:
        return next(reason for reason in Exclusion if reason in closed), frozenset()
    opened = _opened(request.basis, found)
    return (None, opened) if ItemGroup.BASIC in opened else (Exclusion.SCOPE, frozenset())


def _lets_go_from_away(request: Request, office_includes: bool) -> bool:
    if request.not_at_home or request.basis is LegalBasis.DISASTER:
        return request.not_at_home == INCLUDE
    return office_includes


def _standings(
    person: Person, consents: Iterable[Consent], request: Request, day: date, guardian_ends_at: int | None
) -> list[ConsentStanding]:
    """How the person's own rows stand for each purpose of the request."""
    rows = tuple(row for row in consents if row.person_id == person.id)
    return [
        standing(
            rows,
            recipient=request.municipality,
            section=request.section,
            purpose=purpose,
            day=day,
            birth_on=person.birth_on,
            guardian_ends_at=guardian_ends_at,
        )
        for purpose in request.purposes
    ]


def _keeps_back(basis: LegalBasis, found: Standing) -> bool:
    """Whether somebody with this standing stays behind on a request of this basis."""
    if basis is LegalBasis.DISASTER:
        return False
    return found in _REFUSALS if basis in BY_LAW else found is not Standing.VALID


def _opened(basis: LegalBasis, found: Iterable[ConsentStanding]) -> frozenset[ItemGroup]:
    """The groups that consents and basis open together, before the request's items are asked for."""
    found = tuple(found)
    if not found:
        return frozenset()
    by_consent = frozenset(ItemGroup).intersection(*(each.scope for each in found))
    if basis is LegalBasis.DISASTER:
        return by_consent | frozenset(STANDARD_SCOPE)
    if basis in BY_LAW:
        bounds = (each.scope if each.standing is Standing.VALID else STANDARD_SCOPE for each in found)
        return frozenset(ItemGroup).intersection(*bounds)
    return by_consent
