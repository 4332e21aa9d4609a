"""What is due, the most urgent first, and last half-year beside this one; no widget is made here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from hoken_desktop.domain.codes import Standing, UnmappedReason
from hoken_desktop.domain.dates import in_japan
from hoken_desktop.services.backups import LastBackup
from hoken_desktop.services.overviews import MENDABLE, Half, Overview
from hoken_desktop.ui.pages.home_steps import DOORS
from hoken_desktop.ui.pages.home_words import Door, among, short_day
from hoken_desktop.words import label, say

BACKUP_DAYS = 7
"""A backup older than a week is due."""


@dataclass(frozen=True, slots=True)
class Due:
    """Something to do: how urgent, what, some words about it, how many; `door` opens it."""

    icon: str
    tone: str
    name: str
    about: str
    figure: str
    door: Door


@dataclass(frozen=True, slots=True)
class BackupState:
    """Whether the office has named a folder for each lock's backup, and the newest one; None for none."""

    folder: bool
    last: LastBackup | None


def due_items(
    view: Overview, pages: Iterable[str], names: dict[str, str], backup: BackupState | None
) -> tuple[Due, ...]:
    """The most urgent first: passed deadlines, then what comes due, then what is unknown, then what can be mended."""
    there = frozenset(pages)
    found = [
        *_due_requests(view, names), *_due_recalls(view), *_due_people(view, there), *_due_letters(view)
    ]  # fmt: skip
    if backup is not None:
        found.append(_due_backup(view.day, backup))
    order = {"danger": 0, "warn": 1, "text2": 2, "done": 3}
    return tuple(sorted((d for d in found if d.door.page in there), key=lambda d: order[d.tone]))


def _due_requests(view: Overview, names: dict[str, str]) -> Iterable[Due]:
    for request in view.requests:
        name = say("home.request_of", municipality=names.get(request.municipality, request.municipality))
        door = Door("disclosures", {"request_id": request.id})
        if request.due_on is None or request.days_left is None:
            yield Due("clock", "warn", name, say("home.no_deadline"), say("home.not_disclosed"), door)
        elif request.days_left < 0:
            about = say("home.deadline", day=short_day(request.due_on))
            yield Due("alert-triangle", "danger", name, about, say("home.days_over", n=-request.days_left), door)
        else:
            about = say("home.deadline", day=short_day(request.due_on))
            tone = "danger" if request.days_left <= 7 else "warn"
            yield Due("clock", tone, name, about, say("home.days_left", n=request.days_left), door)


def _due_recalls(view: Overview) -> Iterable[Due]:
    """Data that a municipality may not hold any more, or that are wrong, and confirmations that do not come."""
    recalls, door = view.recalls, Door("recalls")
    if recalls.untold_people:
        about = say("home.recall_tell", n=recalls.untold_recipients)
        figure = say("home.people", n=f"{recalls.untold_people:,}")
        yield Due("alert-triangle", "danger", say("home.recall_open"), about, figure, door)
    if recalls.waiting_recipients:
        tone = "danger" if recalls.overdue_recipients else "warn"
        about = say("home.recall_overdue") if recalls.overdue_recipients else say("home.recall_waits")
        figure = say("home.rows", n=recalls.waiting_recipients)
        yield Due("clock", tone, say("home.recall_unconfirmed"), about, figure, door)


def _due_people(view: Overview, there: frozenset[str]) -> Iterable[Due]:
    if view.work.pending:
        yield Due(
            "refresh", "warn", say("home.step_review"), say("home.before_freeze"),
            say("home.rows", n=f"{view.work.pending:,}"), DOORS["review"],
        )  # fmt: skip
    for key, icon, tone, name, about in (
        ("benefit_expired", "alert-triangle", "danger", say("home.benefit_expired"), _renewing_words(view)),
        ("endurance:unknown", "help-circle", "danger", say("home.hours_unknown"), say("home.ask_device")),
        (f"consent:{Standing.EXPIRED}", "alert-triangle", "danger", say("home.consent_expired"), say("home.ask_again")),
        (f"consent:{Standing.UNKNOWN}", "help-circle", "warn", say("home.consent_unknown"), say("home.ask_consent")),
        (
            f"consent:{Standing.GIVER_NOT_ENTITLED}", "help-circle", "warn", say("home.consent_giver"),
            say("home.ask_giver"),
        ),
        (f"consent:{Standing.PENDING}", "clock", "warn", say("home.consent_pending"), say("home.ask_again")),
        ("unconfirmed", "help-circle", "warn", say("home.unconfirmed"), say("home.ask_device")),
        ("mendable", "map-pin", "warn", say("home.mend_places"), _mendable_words(view)),
    ):  # fmt: skip
        count = view.count(key)
        if count:
            yield Due(icon, tone, name, about, say("home.people", n=f"{count:,}"), _door_of(key, name, there))
    if view.funnel.unanswered:
        yield Due(
            "clock", "warn", say("home.reply_missing"), "",
            say("home.rows", n=len(view.funnel.unanswered)), DOORS["replies"],
        )  # fmt: skip


def _due_letters(view: Overview) -> Iterable[Due]:
    """What is out past its day, and whose address is to be mended."""
    if view.letters_overdue:
        about = say("home.letters_out", n=f"{view.letters_out:,}")
        figure = say("home.letters", n=f"{view.letters_overdue:,}")
        door = Door("letters", {"state": "overdue"})
        yield Due("clock", "warn", say("home.letters_overdue"), about, figure, door)
    if count := view.count("undelivered"):
        figure = say("home.people", n=f"{count:,}")
        door = Door("consents", {"work": "undelivered"})
        yield Due("map-pin", "warn", say("home.letters_undelivered"), say("home.mend_address"), figure, door)


_CONSENT_WORKS = {
    f"consent:{Standing.EXPIRED}": "expiry",
    f"consent:{Standing.UNKNOWN}": "unknown",
    f"consent:{Standing.GIVER_NOT_ENTITLED}": "ask",
    f"consent:{Standing.PENDING}": "ask",
}


def _door_of(key: str, name: str, there: frozenset[str]) -> Door:
    """What is due about consents is done on their page; everybody else is shown on the 台帳."""
    if key in _CONSENT_WORKS and "consents" in there:
        return Door("consents", {"work": _CONSENT_WORKS[key]})
    return among(key, name)


def _due_backup(day: date, state: BackupState) -> Due:
    """A backup is made at each lock where there is a folder; an old one is due only if something was done since."""
    name, door, last = say("home.backup"), Door("settings", {"section": "backups"}), state.last
    next_step = say("home.backup_at_lock") if state.folder else say("home.backup_choose")
    if last is None:
        return Due("alert-triangle", "danger", name, next_step, say("home.backup_none"), door)
    if last.beside is not None:
        about = say("home.backup_beside_ask")
        return Due("alert-triangle", "danger", name, about, say("home.backup_beside"), door)
    made = in_japan(last.made_at)
    days = (day - made.date()).days
    if days > BACKUP_DAYS and last.changed_since:
        return Due("alert-triangle", "danger", name, next_step, say("home.backup_days", n=days), door)
    if not state.folder:
        return Due("clock", "warn", name, next_step, say("home.backup_days", n=days) if days else "", door)
    when = say("home.backup_today") if days <= 0 else short_day(made.date())
    about = say("home.backup_when", day=when, time=f"{made:%H:%M}")
    return Due("check", "done", name, about, say("home.backup_fine"), door)


def _renewing_words(view: Overview) -> str:
    renewing = view.count("benefit_renewing")
    return say("home.renewing", n=f"{renewing:,}") if renewing else say("home.ask_renewal")


def _mendable_words(view: Overview) -> str:
    known: dict[UnmappedReason, int] = dict(view.reasons)
    parts = [
        say("home.reason_count", reason=label(reason), n=known[reason]) for reason in MENDABLE if reason in known
    ]
    return say("home.dot").join(parts)


# ---- last half-year beside this one -----------------------------------------------------------------------------


def comparison(now: Half, before: Half | None) -> tuple[tuple[str, int | None, int], ...]:
    """(what, last half-year or None, this one), line by line."""
    def pair(name: str, old: int | None, new: int) -> tuple[str, int | None, int]:
        return name, old, new

    old = before
    return (
        pair(say("home.registered"), old.registered.total if old else None, now.registered.total),
        pair(say("home.ventilator"), old.registered.ventilator if old else None, now.registered.ventilator),
        pair(say("home.of_them_both"), old.registered.both if old else None, now.registered.both),
        pair(say("home.oxygen"), old.registered.oxygen if old else None, now.registered.oxygen),
        pair(say("home.mapped"), old.mapped.total if old else None, now.mapped.total),
        pair(say("home.consented"), old.consented if old else None, now.consented),
    )
