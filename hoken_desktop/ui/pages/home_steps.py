"""Where the half-year stands, as steps, due items and lines of comparison; no widget is made here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from hoken_desktop.domain.codes import RoundState, Scheme, Standing, UnmappedReason
from hoken_desktop.domain.dates import fiscal_year, format_wareki
from hoken_desktop.domain.rounds import half_year_of, is_reference_day
from hoken_desktop.services.overviews import MENDABLE, Half, Overview
from hoken_desktop.ui.kit.steps import StepGroup, StepItem, StepState
from hoken_desktop.words import label, say


@dataclass(frozen=True, slots=True)
class Door:
    """A page and where on it to open."""

    page: str
    where: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Due:
    """Something to do: how urgent, what, some words about it, how many; `door` opens it."""

    icon: str
    tone: str
    name: str
    about: str
    figure: str
    door: Door


def among(key: str, caption: str) -> Door:
    """The people behind a figure, on the 台帳."""
    return Door("persons", {"among": key, "caption": caption})


# ---- the half-year --------------------------------------------------------------------------------------------


def newest_reference_day(day: date) -> date:
    """The last 3月31日 or 9月30日 that is over."""
    found = day
    while not is_reference_day(found):
        found -= timedelta(days=1)
    return found


def title_of(as_of: date) -> str:
    """令和8年度 上期の更新."""
    year = format_wareki(date(fiscal_year(as_of), 5, 1)).split("年")[0]
    if half_year_of(as_of) == "first":
        return say("home.half_first", year=year)
    return say("home.half_second", year=year)


def month_end(as_of: date | None) -> str:
    """8年9月末, the head of a column."""
    if as_of is None:
        return say("home.today_head")
    year = format_wareki(as_of).split("年")[0].lstrip("令和平成昭")
    return say("home.month_end", year=year, month=as_of.month)


def short_day(day: date) -> str:
    """10月1日."""
    return say("home.short_day", month=day.month, day=day.day)


def next_round(view: Overview) -> date | None:
    """The 基準日 a round can be opened for now: none is open, and one has passed since the newest."""
    newest = newest_reference_day(view.day)
    if view.round is None:
        return newest
    if view.round.state is RoundState.FROZEN and view.round.as_of < newest:
        return newest
    return None


DOORS = {
    "open": Door("rounds", {"step": "open"}),
    "files": Door("rounds", {"step": "files"}),
    "review": Door("rounds", {"step": "review"}),
    "places": Door("places", {"unmapped": True}),
    "consents": Door("persons"),
    "freeze": Door("rounds", {"step": "freeze"}),
    "disclose": Door("disclosures", {"step": "requests"}),
    "replies": Door("disclosures", {"step": "replies"}),
    "statistics": Door("disclosures", {"step": "statistics"}),
}
"""Where each step is done. A step whose page is not here is not shown."""


_AFTER_FREEZE = ("disclose", "replies", "statistics")


def door_of(key: str, view: Overview) -> Door:
    """The door of a step; the consents' opens the people nobody has asked yet."""
    if key == "consents":
        return among(f"consent:{Standing.UNKNOWN}", say("home.consent_unknown"))
    return DOORS[key]


def step_groups(view: Overview, pages: Iterable[str]) -> tuple[StepGroup, ...]:
    """The steps whose page is here, in their groups. Where we are: the first that is not done; once a round is
    frozen, the first that is not done after the 確定, because who waits for a list waits longest."""
    there = frozenset(pages)
    groups = (
        (say("home.group_take_in"), (_open(view), _files(view))),
        (say("home.group_check"), (_review(view), _places(view), _consents(view))),
        (say("home.group_freeze"), (_freeze(view),)),
        (say("home.group_hand_over"), (_disclose(view), _replies(view), _statistics(view))),
    )
    shown = [(title, [i for i in items if DOORS[i.key].page in there]) for title, items in groups]
    left = [i.key for _, items in shown for i in items if i.state is not StepState.DONE]
    if view.round is not None and view.round.state is RoundState.FROZEN:
        left.sort(key=lambda key: key not in _AFTER_FREEZE)
    current = left[0] if left else ""
    return tuple(
        StepGroup(title, tuple(replace(i, state=StepState.CURRENT) if i.key == current else i for i in items))
        for title, items in shown
        if items
    )


def current_step(groups: Sequence[StepGroup]) -> StepItem | None:
    """Where we are; None when everything is done."""
    return next((s for group in groups for s in group.steps if s.state is StepState.CURRENT), None)


def _done(day: date | None) -> str:
    return say("home.done_on", day=short_day(day)) if day else say("home.done")


def _open(view: Overview) -> StepItem:
    name = say("home.step_open")
    if view.round is None:
        day = month_end(newest_reference_day(view.day))
        return StepItem("open", name, StepState.WAITING, say("home.as_of", day=day))
    return StepItem("open", name, StepState.DONE, _done(view.work.opened_on))


def _files(view: Overview) -> StepItem:
    name, work = say("home.step_files"), view.work
    wanted = (Scheme.NANBYO, Scheme.SHOMAN)
    missing = [scheme for scheme in wanted if scheme not in work.schemes]
    frozen = view.round is not None and view.round.state is RoundState.FROZEN
    if work.schemes and (frozen or not missing):
        return StepItem("files", name, StepState.DONE, say("home.rows_read", n=f"{work.file_rows:,}"))
    if work.schemes:
        return StepItem("files", name, StepState.UNDER_WAY, say("home.still_missing", scheme=label(missing[0])), 0.5)
    return StepItem("files", name, StepState.WAITING, say("home.two_files") if view.round else say("home.after_open"))


def _review(view: Overview) -> StepItem:
    name, work = say("home.step_review"), view.work
    if not work.schemes:
        return StepItem("review", name, StepState.WAITING, say("home.after_files"))
    if work.pending:
        share = (work.rows - work.pending) / work.rows if work.rows else 0.0
        left = say("home.left_of", n=f"{work.pending:,}", total=f"{work.rows:,}")
        return StepItem("review", name, StepState.UNDER_WAY, left, share)
    words = say("home.decided", n=f"{work.rows:,}")
    if work.held:
        words = say("home.held", n=f"{work.held:,}")
    return StepItem("review", name, StepState.DONE, words)


def _places(view: Overview) -> StepItem:
    name, mendable = say("home.step_places"), view.count("mendable")
    people = view.count("registered")
    if not people:
        return StepItem("places", name, StepState.WAITING, say("home.nobody_yet"))
    if mendable:
        left = say("home.can_mend", n=f"{mendable:,}")
        return StepItem("places", name, StepState.UNDER_WAY, left, (people - mendable) / people)
    return StepItem("places", name, StepState.DONE, say("home.on_map", n=f"{view.count('mapped'):,}"))


def _consents(view: Overview) -> StepItem:
    name, unknown = say("home.step_consents"), view.count(f"consent:{Standing.UNKNOWN}")
    people = view.count("registered")
    if not people:
        return StepItem("consents", name, StepState.WAITING, say("home.nobody_yet"))
    if unknown:
        left = say("home.unknown_people", n=f"{unknown:,}")
        return StepItem("consents", name, StepState.UNDER_WAY, left, (people - unknown) / people)
    return StepItem("consents", name, StepState.DONE, say("home.all_asked"))


def _freeze(view: Overview) -> StepItem:
    name = say("home.step_freeze")
    if view.round is not None and view.round.state is RoundState.FROZEN:
        words = say("home.edition", n=view.round.edition)
        if view.work.frozen_on:
            words = say("home.edition_on", n=view.round.edition, day=short_day(view.work.frozen_on))
        return StepItem("freeze", name, StepState.DONE, words)
    return StepItem("freeze", name, StepState.WAITING, say("home.after_review"))


def _disclose(view: Overview) -> StepItem:
    name, waiting, made = say("home.step_disclose"), len(view.requests), view.work.disclosed_to
    if waiting:
        share = made / (made + waiting) if made else None
        state = StepState.UNDER_WAY if made else StepState.WAITING
        return StepItem("disclose", name, state, say("home.requests_open", n=waiting), share)
    if made:
        return StepItem("disclose", name, StepState.DONE, say("home.disclosed_to", n=made))
    return StepItem("disclose", name, StepState.WAITING, say("home.no_request"))


def _replies(view: Overview) -> StepItem:
    name, made, replied = say("home.step_replies"), view.work.disclosed_to, view.work.replied
    if not made:
        return StepItem("replies", name, StepState.WAITING, say("home.after_disclose"))
    words = say("home.replied_of", n=replied, total=made)
    if replied < made:
        return StepItem("replies", name, StepState.UNDER_WAY, words, replied / made)
    return StepItem("replies", name, StepState.DONE, words)


def _statistics(view: Overview) -> StepItem:
    name = say("home.step_statistics")
    if view.work.statistics_on is not None:
        return StepItem("statistics", name, StepState.DONE, _done(view.work.statistics_on))
    frozen = view.round is not None and view.round.state is RoundState.FROZEN
    return StepItem("statistics", name, StepState.WAITING, say("home.not_made") if frozen else say("home.after_freeze"))


# ---- what is due ----------------------------------------------------------------------------------------------


def due_items(view: Overview, pages: Iterable[str], names: dict[str, str]) -> tuple[Due, ...]:
    """The most urgent first: passed deadlines, then what comes due, then what is unknown, then what can be mended."""
    there = frozenset(pages)
    found = [*_due_requests(view, names), *_due_people(view)]
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


def _due_people(view: Overview) -> Iterable[Due]:
    if view.work.pending:
        yield Due(
            "refresh", "warn", say("home.step_review"), say("home.before_freeze"),
            say("home.rows", n=f"{view.work.pending:,}"), DOORS["review"],
        )  # fmt: skip
    for key, icon, tone, name, about in (
        ("benefit_expired", "alert-triangle", "danger", say("home.benefit_expired"), say("home.ask_renewal")),
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
            yield Due(icon, tone, name, about, say("home.people", n=f"{count:,}"), among(key, name))
    if view.funnel.unanswered:
        yield Due(
            "clock", "warn", say("home.reply_missing"), "",
            say("home.rows", n=len(view.funnel.unanswered)), DOORS["replies"],
        )  # fmt: skip


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
