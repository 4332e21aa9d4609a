"""移行: the consents a present list names. One is written only where the list says to whom, for what and when."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hoken_desktop.domain.codes import ConsentDecision, ConsentGiver, EvidenceSource, Purpose, RecipientSection
from hoken_desktop.domain.consents import (
    AGE_OF_OWN_CONSENT,
    Consent,
    Unreadable,
    age_on,
    parse_giver,
    parse_method,
    parse_purposes,
    parse_scope,
    parse_section,
    same_content,
    standing_row,
)
from hoken_desktop.domain.layouts import CONSENT_TO
from hoken_desktop.domain.persons import Person, provision_municipality
from hoken_desktop.domain.register import SECTION_COLUMNS, RegisterRow
from hoken_desktop.domain.register_marks import ConsentMark
from hoken_desktop.services.consents import resolve_recipient
from hoken_desktop.services.register_draft import Draft
from hoken_desktop.words import label


class RegisterConsents:
    """Puts the consents of one row into a draft."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft

    def add(self, person: Person, read: RegisterRow, mark: ConsentMark) -> None:
        """A consent is written only where the list says to whom, for what and when; else it stays 未確認."""
        try:
            section, recipient = self._recipient(person, read, mark)
            decision = mark.decision or ConsentDecision.UNKNOWN
            if decision is ConsentDecision.REFUSED and not read.texts["purpose"]:
                purposes = tuple(Purpose)  # who says no without naming a purpose is asked for none
            else:
                purposes = parse_purposes(read.texts["purpose"])
            scope = parse_scope(read.texts["scope"])
            giver = parse_giver(read.texts["giver"])
            method = parse_method(read.texts["method"])
        except Unreadable as unreadable:
            self.draft.warn(*_WHY.get(unreadable.code, (mark.key, "register_consent_unreadable")))
            return
        day = mark.on or read.consented_on
        if day is None:
            self.draft.warn(mark.key, "register_consent_no_date")
            return
        if (
            day > self.draft.today
            or (read.withdrawn_on is not None and read.withdrawn_on < day)
            or (read.expires_on is not None and read.expires_on < day)
            or (person.birth_on is not None and day < person.birth_on)
        ):
            self.draft.warn("consented_on", "register_consent_bad_day")
            return
        if scope.warning:
            self.draft.warn("scope", scope.warning)
        draft = Consent(
            id="", person_id=person.id, recipient=recipient, section=section, purpose=purposes[0], decision=decision,
            consented_on=day, entered_at=self.draft.moment, scope=scope.groups, given_by=giver.given_by,
            giver_name=read.texts["giver_name"] or giver.name, relation=read.texts["relation"] or giver.relation,
            giver_reason=read.texts["giver_reason"] or giver.reason, method=method, expires_on=read.expires_on,
            withdrawn_on=read.withdrawn_on if decision is ConsentDecision.GIVEN else None,
            evidence=read.texts["evidence"], explained_by=read.texts["explained_by"], source=EvidenceSource.MIGRATED,
        )  # fmt: skip
        known = self.draft.consents[person.id]
        added = False
        for purpose in purposes:
            one = replace(draft, purpose=purpose)
            if any(same_content(one, old) for old in known):
                continue
            today = self.draft.today
            if standing_row(known, recipient=recipient, section=section, purpose=purpose, day=today) is not None:
                self.draft.warn(mark.key, "register_consent_known")
                continue
            self.draft.moment += timedelta(microseconds=1)
            row = replace(one, id=self.draft.ids(), entered_at=self.draft.moment)
            known.append(row)
            self.draft.consents_added.append(row)
            added = True
        if added and decision is ConsentDecision.GIVEN and person.birth_on is not None:
            too_young = age_on(person.birth_on, day) < AGE_OF_OWN_CONSENT
            if too_young and giver.given_by is not ConsentGiver.GUARDIAN:
                self.draft.warn("giver", "giver_under_15")

    def _recipient(self, person: Person, read: RegisterRow, mark: ConsentMark) -> tuple[RecipientSection, str]:
        if mark.key in SECTION_COLUMNS:
            return SECTION_COLUMNS[mark.key], label(SECTION_COLUMNS[mark.key])
        section = parse_section(read.texts["section"])
        if mark.key.startswith(CONSENT_TO):
            return section, mark.key.removeprefix(CONSENT_TO)
        if mark.key == "consent_municipality":
            code = provision_municipality(person, self.draft.office.municipalities)
            if not code:
                raise Unreadable("no_municipality")
            return section, code
        recipient = resolve_recipient(
            read.texts["recipient"], section, self.draft.office.municipalities, self.draft.municipalities
        )
        return section, recipient


_WHY: dict[str, tuple[str, str]] = {
    "recipient_missing": ("consent", "register_consent_no_recipient"),
    "recipient_unknown": ("recipient", "register_consent_no_recipient"),
    "no_municipality": ("consent_municipality", "register_consent_no_municipality"),
    "purpose_missing": ("purpose", "register_consent_no_purpose"),
    "purpose_unknown": ("purpose", "register_consent_no_purpose"),
}
"""Why a consent stays 未確認: the column to look at, and the warning."""
