"""Every deed the program can do to the registry.

A deed is used three times: as the audit entry, as the topics whose pages refresh, and (codes.toml,
table [deed]) as the Japanese label.
"""

from __future__ import annotations

from enum import StrEnum


class Deed(StrEnum):
    REGISTRY_CREATED = "registry_created"
    REGISTRY_UPGRADED = "registry_upgraded"
    UNLOCKED = "unlocked"
    STAFF_ADDED = "staff_added"
    STAFF_WITHDRAWN = "staff_withdrawn"
    STAFF_ENROLLED = "staff_enrolled"
    STAFF_CHANGED = "staff_changed"
    RECOVERY_RENEWED = "recovery_renewed"
    OFFICE_SET = "office_set"
    ROUND_OPENED = "round_opened"
    FILE_READ = "file_read"
    ROWS_DECIDED = "rows_decided"
    ROUND_FROZEN = "round_frozen"
    ROUND_CORRECTED = "round_corrected"
    PERSON_REGISTERED = "person_registered"
    PERSON_CHANGED = "person_changed"
    PERSON_ENDED = "person_ended"
    PERSON_RETURNED = "person_returned"
    BENEFIT_RECORDED = "benefit_recorded"
    DEVICE_RECORDED = "device_recorded"
    SUPPORTER_RECORDED = "supporter_recorded"
    CONTACT_RECORDED = "contact_recorded"
    FACTS_RECORDED = "facts_recorded"
    PLACES_LOCATED = "places_located"
    PLACE_PINNED = "place_pinned"
    CONSENTS_READ = "consents_read"
    CONSENT_RECORDED = "consent_recorded"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    REQUEST_OPENED = "request_opened"
    REQUEST_APPROVED = "request_approved"
    REQUEST_CHANGED = "request_changed"
    REQUEST_CONFIRMED = "request_confirmed"
    REQUEST_CLOSED = "request_closed"
    BASIS_SET = "basis_set"
    EVENT_DECLARED = "event_declared"
    EVENT_ENDED = "event_ended"
    DISCLOSURE_PREPARED = "disclosure_prepared"
    DISCLOSURE_MADE = "disclosure_made"
    DISCLOSURE_ABANDONED = "disclosure_abandoned"
    DISCLOSURE_FOLLOWED = "disclosure_followed"
    REPLY_READ = "reply_read"
    REPLY_HEARD = "reply_heard"
    REPLY_SETTLED = "reply_settled"
    RECALL_TOLD = "recall_told"
    RECALL_CONFIRMED = "recall_confirmed"
    INCIDENT_OPENED = "incident_opened"
    INCIDENT_CHANGED = "incident_changed"
    STATISTICS_MADE = "statistics_made"
    MAP_PRINTED = "map_printed"
    PAPER_PRINTED = "paper_printed"
    REGISTER_READ = "register_read"
    BACKUP_MADE = "backup_made"
    BACKUP_RESTORED = "backup_restored"
    PREFERENCE_SET = "preference_set"
    PERSONS_MERGED = "persons_merged"
    PERSON_SPLIT = "person_split"
    DEED_UNDONE = "deed_undone"
    MASTER_CHANGED = "master_changed"
    LETTERS_PRINTED = "letters_printed"
    LETTER_ENTERED = "letter_entered"
    LETTER_MARKED = "letter_marked"
    CLOCK_CONFIRMED = "clock_confirmed"


class Topic(StrEnum):
    """What a page shows; a page reads again when one of its topics changed."""

    OFFICE = "office"
    PERSONS = "persons"
    ROUNDS = "rounds"
    PLACES = "places"
    CONSENTS = "consents"
    DISCLOSURES = "disclosures"
    MASTERS = "masters"
    LETTERS = "letters"
    AUDITS = "audits"


_IDENTITY = (Deed.PERSONS_MERGED, Deed.PERSON_SPLIT, Deed.DEED_UNDONE)
"""Deeds after which another person may own what a page shows."""

_LETTERS = (Deed.LETTERS_PRINTED, Deed.LETTER_ENTERED, Deed.LETTER_MARKED)

_TOPICS: dict[Topic, frozenset[Deed]] = {
    Topic.OFFICE: frozenset(
        {
            Deed.OFFICE_SET,
            Deed.STAFF_ADDED,
            Deed.STAFF_WITHDRAWN,
            Deed.STAFF_ENROLLED,
            Deed.STAFF_CHANGED,
            Deed.RECOVERY_RENEWED,
            Deed.REGISTRY_CREATED,
            Deed.BACKUP_MADE,
            Deed.BASIS_SET,
        }
    ),
    Topic.PERSONS: frozenset(
        {
            Deed.PERSON_REGISTERED,
            Deed.PERSON_CHANGED,
            Deed.PERSON_ENDED,
            Deed.PERSON_RETURNED,
            Deed.BENEFIT_RECORDED,
            Deed.DEVICE_RECORDED,
            Deed.SUPPORTER_RECORDED,
            Deed.CONTACT_RECORDED,
            Deed.FACTS_RECORDED,
            Deed.ROUND_FROZEN,
            Deed.ROUND_CORRECTED,
            Deed.REGISTER_READ,
            Deed.MASTER_CHANGED,
            Deed.LETTER_ENTERED,
            *_IDENTITY,
        }
    ),
    Topic.ROUNDS: frozenset(
        {Deed.ROUND_OPENED, Deed.FILE_READ, Deed.ROWS_DECIDED, Deed.ROUND_FROZEN, Deed.ROUND_CORRECTED, *_IDENTITY}
    ),
    Topic.PLACES: frozenset(
        {
            Deed.PLACES_LOCATED,
            Deed.PLACE_PINNED,
            Deed.ROUND_FROZEN,
            Deed.PERSON_CHANGED,
            Deed.REGISTER_READ,
            Deed.LETTER_ENTERED,
            *_IDENTITY,
        }
    ),
    Topic.CONSENTS: frozenset(
        {
            Deed.CONSENTS_READ,
            Deed.CONSENT_RECORDED,
            Deed.CONSENT_WITHDRAWN,
            Deed.REGISTER_READ,
            *_LETTERS,
            *_IDENTITY,
        }
    ),
    Topic.LETTERS: frozenset({*_LETTERS, *_IDENTITY}),
    Topic.MASTERS: frozenset({Deed.MASTER_CHANGED, Deed.DEED_UNDONE}),
    Topic.DISCLOSURES: frozenset(
        {
            Deed.REQUEST_OPENED,
            Deed.REQUEST_APPROVED,
            Deed.REQUEST_CHANGED,
            Deed.REQUEST_CONFIRMED,
            Deed.REQUEST_CLOSED,
            Deed.BASIS_SET,
            Deed.EVENT_DECLARED,
            Deed.EVENT_ENDED,
            Deed.DISCLOSURE_PREPARED,
            Deed.DISCLOSURE_MADE,
            Deed.DISCLOSURE_ABANDONED,
            Deed.DISCLOSURE_FOLLOWED,
            Deed.REPLY_READ,
            Deed.REPLY_HEARD,
            Deed.REPLY_SETTLED,
            Deed.RECALL_TOLD,
            Deed.RECALL_CONFIRMED,
            Deed.INCIDENT_OPENED,
            Deed.INCIDENT_CHANGED,
        }
    ),
    Topic.AUDITS: frozenset(Deed),
}


def topics_of(deed: Deed) -> frozenset[Topic]:
    """The topics whose pages must read again after `deed`."""
    return frozenset(topic for topic, deeds in _TOPICS.items() if deed in deeds)
