"""同意台帳: append-only rows; the standing on a day is a pure function of the rows.

The rule (同意の効力): for one recipient and purpose the row with the latest 同意日, then the latest entered, stands.
Below it are the spellings in which offices write a consent; what is not spelled here opens nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar

from hoken_desktop.domain.codes import (
    ConsentDecision,
    ConsentGiver,
    ConsentMethod,
    EvidenceSource,
    ItemGroup,
    Purpose,
    RecipientSection,
    Standing,
)
from hoken_desktop.domain.dates import age_on as age_on  # the same 満年齢 as everywhere
from hoken_desktop.domain.voids import unvoided

STANDARD_SCOPE = (ItemGroup.BASIC, ItemGroup.CONTACT, ItemGroup.DEVICE, ItemGroup.SUPPORTER)
"""範囲 blank = 標準; never 病名."""

AGE_OF_OWN_CONSENT = 15
AGE_OF_MAJORITY = 18  # 民法4条


@dataclass(frozen=True, slots=True)
class Consent:
    """One row of the ledger. `recipient` is a municipality's 6-digit code, or the name of another body.

    `voids` is the id of an earlier row that this one takes back (entered for the wrong person, say)."""

    id: str
    person_id: str
    recipient: str
    section: RecipientSection
    purpose: Purpose
    decision: ConsentDecision
    consented_on: date
    entered_at: datetime
    scope: tuple[ItemGroup, ...] = STANDARD_SCOPE
    given_by: ConsentGiver = ConsentGiver.SELF
    giver_name: str = ""
    relation: str = ""
    giver_reason: str = ""
    method: ConsentMethod = ConsentMethod.PAPER
    expires_on: date | None = None
    withdrawn_on: date | None = None
    evidence: str = ""
    explained_by: str = ""
    source: EvidenceSource = EvidenceSource.STAFF
    voids: str = ""


@dataclass(frozen=True, slots=True)
class ConsentStanding:
    """What stands on a day. `row` is the row that decides it; `question` names what staff should ask."""

    standing: Standing
    row: Consent | None = None
    question: str = ""

    @property
    def scope(self) -> frozenset[ItemGroup]:
        """The item groups this opens; nothing unless valid."""
        return frozenset(self.row.scope) if self.row and self.standing is Standing.VALID else frozenset()


def standing(
    rows: Iterable[Consent],
    *,
    recipient: str,
    section: RecipientSection,
    purpose: Purpose,
    day: date,
    birth_on: date | None,
    guardian_ends_at: int | None = None,
) -> ConsentStanding:
    """The standing of one person's rows for one recipient and purpose on `day`.

    The row with the latest 同意日 (then the latest entered, then the later in the order given) stands; a row dated
    after `day` does not exist yet. It is valid from its 同意日 through its 期限, both included, and not from its
    撤回日 on. Under 15 on the 同意日 only a 法定代理人 can give it. A guardian's consent of someone now 18 is a
    question and stays valid until the age `guardian_ends_at`, where the office has set one.
    """
    row = standing_row(rows, recipient=recipient, section=section, purpose=purpose, day=day)
    if row is None:
        return ConsentStanding(Standing.UNKNOWN)
    if row.decision is not ConsentDecision.GIVEN:
        return ConsentStanding(_BY_DECISION.get(row.decision, Standing.UNKNOWN), row)
    if row.withdrawn_on is not None and day >= row.withdrawn_on:
        return ConsentStanding(Standing.WITHDRAWN, row)
    if row.expires_on is not None and day > row.expires_on:
        return ConsentStanding(Standing.EXPIRED, row)
    if row.given_by is ConsentGiver.GUARDIAN:
        return _given_by_guardian(row, birth_on, day, guardian_ends_at)
    if birth_on is None:
        # Without a birth date nobody can say whether the person was old enough to give it.
        return ConsentStanding(Standing.GIVER_NOT_ENTITLED, row, "birth_unknown")
    if age_on(birth_on, row.consented_on) < AGE_OF_OWN_CONSENT:
        return ConsentStanding(Standing.GIVER_NOT_ENTITLED, row, "under_15")
    if row.given_by is not ConsentGiver.SELF and not (row.giver_name or row.relation):
        return ConsentStanding(Standing.VALID, row, "giver_unnamed")
    return ConsentStanding(Standing.VALID, row)


_BY_DECISION = {ConsentDecision.REFUSED: Standing.REFUSED, ConsentDecision.PENDING: Standing.PENDING}


FOREMOST = (
    Standing.VALID,
    Standing.REFUSED,
    Standing.WITHDRAWN,
    Standing.EXPIRED,
    Standing.PENDING,
    Standing.GIVER_NOT_ENTITLED,
    Standing.UNKNOWN,
)
"""Which of a person's standings is shown where only one can be."""


def standing_row(
    rows: Iterable[Consent], *, recipient: str, section: RecipientSection, purpose: Purpose, day: date
) -> Consent | None:
    """The row that stands for this recipient and purpose on `day`, whatever it says; None where there is none yet."""
    found: Consent | None = None
    for row in unvoided(rows):
        if row.recipient != recipient or row.section is not section or row.purpose is not purpose:
            continue
        if row.consented_on > day:
            continue
        if found is None or (row.consented_on, row.entered_at) >= (found.consented_on, found.entered_at):
            found = row
    return found


def entered_after(rows: Iterable[Consent], now: datetime) -> datetime:
    """The moment of a row that is entered now: later than every row there is, whatever the clock said when those were
    entered. Of two rows of one 同意日 the later entered stands; a clock that was ahead once must not keep a no from
    counting."""
    return max([now, *(row.entered_at + timedelta(microseconds=1) for row in rows)])


def revives(draft: Consent, rows: Iterable[Consent], today: date) -> bool:
    """Whether entering `draft` would let a consent count again that the person withdrew after the day it was given."""
    if draft.decision is not ConsentDecision.GIVEN or draft.withdrawn_on is not None:
        return False
    before = standing_row(
        rows, recipient=draft.recipient, section=draft.section, purpose=draft.purpose, day=today
    )
    if before is None or before.withdrawn_on is None or before.withdrawn_on > today:
        return False
    return before.consented_on <= draft.consented_on < before.withdrawn_on


def _given_by_guardian(row: Consent, birth_on: date | None, day: date, ends_at: int | None) -> ConsentStanding:
    if birth_on is None:
        # Where the office ends such consents at an age, an unknown age cannot keep one open.
        open_still = Standing.VALID if ends_at is None else Standing.GIVER_NOT_ENTITLED
        return ConsentStanding(open_still, row, "birth_unknown")
    age = age_on(birth_on, day)
    if age < AGE_OF_MAJORITY:
        return ConsentStanding(Standing.VALID, row)
    ended = ends_at is not None and age >= ends_at
    return ConsentStanding(Standing.GIVER_NOT_ENTITLED if ended else Standing.VALID, row, "came_of_age")


def impossible_day(row: Consent, birth_on: date | None, today: date) -> str | None:
    """The code of the first thing about a row's days that cannot be; None when they can."""
    if row.consented_on > today:
        return "consented_in_future"
    if row.withdrawn_on is not None and row.withdrawn_on < row.consented_on:
        return "withdrawn_before_consent"
    if row.expires_on is not None and row.expires_on < row.consented_on:
        return "expires_before_consent"
    if birth_on is not None and row.consented_on < birth_on:
        return "consented_before_birth"
    return None


def is_giver_named(row: Consent) -> bool:
    """Whether a consent given in another's hand (家族, 代筆) names who gave it and why the person did not."""
    if row.decision is not ConsentDecision.GIVEN or row.given_by not in (ConsentGiver.FAMILY, ConsentGiver.SCRIBE):
        return True
    return bool(row.giver_name.strip() and row.giver_reason.strip())


def same_content(one: Consent, other: Consent) -> bool:
    """Whether two rows say the same; who entered them, when and from where does not count."""
    return _content(one) == _content(other)


def _content(row: Consent) -> tuple[object, ...]:
    return (
        row.person_id, row.recipient, row.section, row.purpose, row.decision, row.consented_on, frozenset(row.scope),
        row.given_by, row.giver_name, row.relation, row.giver_reason, row.method, row.expires_on, row.withdrawn_on,
        row.evidence, row.explained_by,
    )  # fmt: skip


# ---- how offices write it -------------------------------------------------------------------------------------


class Unreadable(ValueError):
    """A cell that opens nothing. `code` is a fault's code; the text itself is never kept."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Giver:
    """同意者 as written: who, by what relation, in whose hand and why."""

    given_by: ConsentGiver
    relation: str = ""
    name: str = ""
    reason: str = ""


def _folded(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).strip("「」『』\"'")


_SEPARATORS = re.compile(r"及び|および|並びに|ならびに|かつ|[・･、,，/／;；&＆+＋\n]|と")
_MAKING = re.compile(r"(?:の)?(?:作成|整備|策定|作成(?:・|及び|と)?更新)$")
_PURPOSE_ENDS = re.compile(r"(?:の(?:ため|用|目的)|に(?:利用|活用|使用)(?:する)?(?:ため)?|に関すること|ため)$")
_PURPOSES: Mapping[str, Purpose] = {
    "避難行動要支援者名簿": Purpose.ROSTER,
    "要支援者名簿": Purpose.ROSTER,
    "名簿": Purpose.ROSTER,
    "個別避難計画": Purpose.EVACUATION_PLAN,
    "災害時の安否確認": Purpose.SAFETY_CHECK,
    "災害時安否確認": Purpose.SAFETY_CHECK,
    "安否確認": Purpose.SAFETY_CHECK,
    "停電対応": Purpose.POWER_CUT,
    "停電時対応": Purpose.POWER_CUT,
    "停電時の対応": Purpose.POWER_CUT,
    "停電への対応": Purpose.POWER_CUT,
    "訓練": Purpose.DRILL,
    "防災訓練": Purpose.DRILL,
    "避難訓練": Purpose.DRILL,
}


def parse_purposes(text: str) -> tuple[Purpose, ...]:
    """The purposes a 目的 names, each once, in the order of `Purpose`.

    Takes 避難行動要支援者名簿の作成, 個別避難計画, 安否確認, 停電対応, 訓練 and their codes, several with ・ 、 及び
    or line breaks between. One part that is not known makes the whole unknown (Unreadable "purpose_unknown"): an
    unknown purpose opens nothing. 個別支援計画 is another thing and no purpose; 等 promises more than it names.
    """
    folded = re.sub(r"(作成|整備)(?:・|及び|および|と)(更新|活用)", r"\1", _folded(text.replace("\n", "、")))
    parts = [part for part in _SEPARATORS.split(folded) if part]
    if not parts:
        raise Unreadable("purpose_missing")
    found = {_purpose(part) for part in parts}
    return tuple(purpose for purpose in Purpose if purpose in found)


def _purpose(part: str) -> Purpose:
    plain = _PURPOSE_ENDS.sub("", part)
    plain = _MAKING.sub("", plain)
    if plain in _PURPOSES:
        return _PURPOSES[plain]
    try:
        return Purpose(part.lower())
    except ValueError:
        raise Unreadable("purpose_unknown") from None


_SCOPES: Mapping[str, tuple[ItemGroup, ...]] = {
    "標準": STANDARD_SCOPE,
    "基本": (ItemGroup.BASIC,),
    "基本情報": (ItemGroup.BASIC,),
    "基本項目": (ItemGroup.BASIC,),
    "連絡先": (ItemGroup.CONTACT,),
    "電話番号": (ItemGroup.CONTACT,),
    "機器": (ItemGroup.DEVICE,),
    "医療機器": (ItemGroup.DEVICE,),
    "機器情報": (ItemGroup.DEVICE,),
    "支援者": (ItemGroup.SUPPORTER,),
    "主治医等": (ItemGroup.SUPPORTER,),
    "支援者等": (ItemGroup.SUPPORTER,),
    "病名": (ItemGroup.DISEASE,),
    "疾患名": (ItemGroup.DISEASE,),
    "疾病名": (ItemGroup.DISEASE,),
    "住環境": (ItemGroup.HOME,),
    "住居": (ItemGroup.HOME,),
    **{group.value: (group,) for group in ItemGroup},
}
_ALL_BUT_DISEASE = (*STANDARD_SCOPE, ItemGroup.HOME)
_ALL = frozenset({"全て", "すべて", "全部", "全項目", "すべての項目", "全ての項目"})
_WITHOUT_DISEASE = re.compile(r"(?:病名|疾患名|疾病名)(?:を|は)?(?:除く|除き|含まない|含まず|含めない|なし|不可)")
_WITH_DISEASE = re.compile(r"(?:病名|疾患名|疾病名)(?:も|を)(?:含む|含める|可)")


@dataclass(frozen=True, slots=True)
class Scope:
    """範囲 as written. `warning` is a fault's code where staff should look ("" for none)."""

    groups: tuple[ItemGroup, ...]
    warning: str = ""


def parse_scope(text: str) -> Scope:
    """The item groups a 範囲 names; blank is 標準 (基本・連絡先・機器・支援者, never 病名).

    標準+病名 adds. 全て opens everything but 病名, with a warning, because 病名 has to be named. A word that is not
    known, or 病名 both named and taken out, is Unreadable "scope_unknown".
    """
    folded = _folded(text.replace("\n", "、")).lower()
    if not folded:
        return Scope(STANDARD_SCOPE)
    without = bool(_WITHOUT_DISEASE.search(folded))
    folded = _WITH_DISEASE.sub("病名", _WITHOUT_DISEASE.sub("", folded))
    found: set[ItemGroup] = set()
    every = False
    for part in re.split(r"[・･、,，/／;；&＆+＋()（）]|と|及び|および", folded):
        if part in _ALL:
            every = True
            found |= set(_ALL_BUT_DISEASE)
        elif part in _SCOPES:
            found |= set(_SCOPES[part])
        elif part:
            raise Unreadable("scope_unknown")
    if not found or (without and ItemGroup.DISEASE in found):
        raise Unreadable("scope_unknown")
    unsaid = every and not without and ItemGroup.DISEASE not in found
    return Scope(tuple(g for g in ItemGroup if g in found), "scope_all_without_disease" if unsaid else "")


_DECISIONS: Mapping[str, ConsentDecision | None] = {
    "同意": ConsentDecision.GIVEN,
    "同意する": ConsentDecision.GIVEN,
    "同意あり": ConsentDecision.GIVEN,
    "不同意": ConsentDecision.REFUSED,
    "同意しない": ConsentDecision.REFUSED,
    "同意なし": ConsentDecision.REFUSED,
    "保留": ConsentDecision.PENDING,
    "未確認": ConsentDecision.UNKNOWN,
    "撤回": None,
    "同意撤回": None,
    "同意を撤回": None,
    "withdrawn": None,
    **{decision.value: decision for decision in ConsentDecision},
}


def parse_decision(text: str) -> ConsentDecision | None:
    """判断; None is 撤回 (a consent given before that ends). Unreadable "decision_unknown" for anything else."""
    try:
        return _DECISIONS[_folded(text).lower()]
    except KeyError:
        raise Unreadable("decision_unknown") from None


_GIVERS: Mapping[str, ConsentGiver] = {
    "": ConsentGiver.SELF,
    "本人": ConsentGiver.SELF,
    "家族": ConsentGiver.FAMILY,
    "法定代理人": ConsentGiver.GUARDIAN,
    "親権者": ConsentGiver.GUARDIAN,
    "保護者(法定代理人)": ConsentGiver.GUARDIAN,
    "代筆": ConsentGiver.SCRIBE,
    **{giver.value: giver for giver in ConsentGiver},
}


def parse_giver(text: str) -> Giver:
    """同意者: 本人 (also blank), 家族(続柄), 法定代理人(続柄), 代筆(氏名・理由); else Unreadable "giver_unknown"."""
    plain = unicodedata.normalize("NFKC", text).strip()
    folded = _folded(plain).lower()
    if folded in _GIVERS:
        return Giver(_GIVERS[folded])
    match = re.fullmatch(r"([^()]+)\((.*)\)", plain, re.DOTALL)
    giver = _GIVERS.get(_folded(match[1]).lower()) if match else None
    if match is None or giver is None:
        raise Unreadable("giver_unknown")
    inner = match[2].strip()
    if giver is ConsentGiver.SCRIBE:
        name, _, reason = (part.strip() for part in re.sub(r"[・、,/:]", "\n", inner, count=1).partition("\n"))
        return Giver(giver, name=name, reason=reason)
    return Giver(giver, relation=inner)


_METHODS: Mapping[str, ConsentMethod] = {
    "": ConsentMethod.PAPER,
    "書面": ConsentMethod.PAPER,
    "同意書": ConsentMethod.PAPER,
    "更新申請書": ConsentMethod.RENEWAL_FORM,
    "更新申請書のチェック欄": ConsentMethod.RENEWAL_FORM,
    "おたずね": ConsentMethod.SURVEY,
    "おたずね票": ConsentMethod.SURVEY,
    "口頭": ConsentMethod.ORAL,
    "口頭(記録)": ConsentMethod.ORAL,
    "面接": ConsentMethod.ORAL,
    "電話": ConsentMethod.PHONE,
    "郵送": ConsentMethod.MAIL,
    **{method.value: method for method in ConsentMethod},
}
_SECTIONS: Mapping[str, RecipientSection] = {
    "": RecipientSection.HEALTH,
    "保健主管課": RecipientSection.HEALTH,
    "市町": RecipientSection.HEALTH,
    "市町(保健主管課)": RecipientSection.HEALTH,
    "市町保健主管課": RecipientSection.HEALTH,
    "防災": RecipientSection.DISASTER,
    "福祉": RecipientSection.DISASTER,
    "防災・福祉": RecipientSection.DISASTER,
    "市町(防災・福祉)": RecipientSection.DISASTER,
    "避難支援等関係者": RecipientSection.SUPPORTERS,
    "避難支援等関係者(市町経由)": RecipientSection.SUPPORTERS,
    "市町→避難支援等関係者": RecipientSection.SUPPORTERS,
    "消防": RecipientSection.FIRE,
    "消防本部": RecipientSection.FIRE,
    "電力会社": RecipientSection.POWER,
    "医療機器業者": RecipientSection.SUPPLIER,
    "訪看": RecipientSection.NURSE,
    "訪看等": RecipientSection.NURSE,
    "訪問看護": RecipientSection.NURSE,
    "訪問看護等": RecipientSection.NURSE,
    "als協定": RecipientSection.ALS,
    **{section.value: section for section in RecipientSection},
}
MUNICIPAL_SECTIONS = frozenset({RecipientSection.HEALTH, RecipientSection.DISASTER, RecipientSection.SUPPORTERS})
"""Sections whose recipient is a municipality's code; the others are bodies known by name."""

_C = TypeVar("_C")


def _of(table: Mapping[str, _C], text: str, code: str) -> _C:
    try:
        return table[_folded(text).lower()]
    except KeyError:
        raise Unreadable(code) from None


def parse_method(text: str) -> ConsentMethod:
    """方法; blank is 書面. Unreadable "method_unknown" otherwise."""
    return _of(_METHODS, text, "method_unknown")


def parse_section(text: str) -> RecipientSection:
    """提供先区分; blank is 保健主管課. Unreadable "section_unknown" otherwise."""
    return _of(_SECTIONS, text, "section_unknown")
