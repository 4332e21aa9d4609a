"""The twelve steps of this half-year, each with its state and its count; no widget is made here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from hoken_desktop.domain.codes import RoundState, Scheme, Standing
from hoken_desktop.services.overview_figures import PAPERS
from hoken_desktop.services.overviews import Overview
from hoken_desktop.ui.kit.steps import StepGroup, StepItem, StepState
from hoken_desktop.ui.pages.home_words import Door, among, done_words, month_end, newest_reference_day, short_day
from hoken_desktop.words import label, say

DOORS = {
    "open": Door("rounds", {"step": "open"}),
    "files": Door("rounds", {"step": "files"}),
    "match": Door("rounds", {"step": "review"}),
    "review": Door("rounds", {"step": "review"}),
    "devices": Door("persons"),
    "places": Door("places", {"unmapped": True}),
    "consents": Door("consents", {"work": "unknown"}),
    "freeze": Door("rounds", {"step": "freeze"}),
    "disclose": Door("disclosures", {"step": "requests"}),
    "print": Door("statistics", {"tab": "papers"}),
    "replies": Door("disclosures", {"step": "replies"}),
    "statistics": Door("statistics", {"tab": "table"}),
}
"""Where each step is done. A step whose page is not here is not shown."""


def doors_of(pages: Iterable[str]) -> Mapping[str, Door]:
    """The doors where these pages are there: the table of the year stands among the requests without a page of its own,
    and so do the consents on the 台帳."""
    there = frozenset(pages)
    found = dict(DOORS)
    if "statistics" not in there:
        found["statistics"] = Door("disclosures", {"step": "statistics"})
    if "consents" not in there:
        found["consents"] = among(f"consent:{Standing.UNKNOWN}", say("home.consent_unknown"))
    return found


_AFTER_FREEZE = ("disclose", "print", "replies", "statistics")


def door_of(key: str, view: Overview, pages: Iterable[str]) -> Door:
    """The door of a step; the devices' opens the people nobody has confirmed this half-year."""
    if key == "devices" and view.count("devices_left"):
        return among("devices_left", say("home.step_devices"))
    return doors_of(pages)[key]


def step_groups(view: Overview, pages: Iterable[str]) -> tuple[StepGroup, ...]:
    """The steps whose page is here, in their groups. Where we are: the first that is not done; once a round is
    frozen, the first that is not done after the 確定, because who waits for a list waits longest."""
    there = frozenset(pages)
    doors = doors_of(there)
    groups = (
        (say("home.group_take_in"), (_open(view), _files(view), _match(view))),
        (say("home.group_check"), (_review(view), _devices(view), _places(view), _consents(view))),
        (say("home.group_freeze"), (_freeze(view),)),
        (say("home.group_hand_over"), (_disclose(view), _print(view), _replies(view), _statistics(view))),
    )
    shown = [(title, [i for i in items if doors[i.key].page in there]) for title, items in groups]
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


def _open(view: Overview) -> StepItem:
    name = say("home.step_open")
    if view.round is None:
        day = month_end(newest_reference_day(view.day))
        return StepItem("open", name, StepState.WAITING, say("home.as_of", day=day))
    return StepItem("open", name, StepState.DONE, done_words(view.work.opened_on))


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


def _match(view: Overview) -> StepItem:
    """突き合わせ is the program's own work, done as a file is read; the staff's part comes next."""
    name, work = say("home.step_match"), view.work
    if not work.schemes:
        return StepItem("match", name, StepState.WAITING, say("home.after_files"))
    return StepItem("match", name, StepState.DONE, say("home.candidates", n=f"{work.candidates:,}"))


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


def _devices(view: Overview) -> StepItem:
    name, left = say("home.step_devices"), view.count("devices_left")
    people = view.count("registered") + view.count("unconfirmed")
    if not people:
        return StepItem("devices", name, StepState.WAITING, say("home.nobody_yet"))
    if left:
        words = say("home.left_of", n=f"{left:,}", total=f"{people:,}")
        return StepItem("devices", name, StepState.UNDER_WAY, words, (people - left) / people)
    return StepItem("devices", name, StepState.DONE, say("home.all_confirmed"))


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
        if view.work.frozen_on and view.round.edition == 1:
            words = done_words(view.work.frozen_on)
        elif view.work.frozen_on:
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


def _print(view: Overview) -> StepItem:
    """The list and the map on paper, after the 確定: what is needed on the day the PC has no power."""
    name, work = say("home.step_print"), view.work
    frozen = view.round is not None and view.round.state is RoundState.FROZEN
    if len(work.printed) == len(PAPERS):
        return StepItem("print", name, StepState.DONE, done_words(work.printed_on))
    if work.printed:
        left = next(paper for paper in PAPERS if paper not in work.printed)
        words = say("home.still_map") if left == "map" else say("home.still_list")
        return StepItem("print", name, StepState.UNDER_WAY, words, 0.5)
    if work.printed_on is not None:
        return StepItem("print", name, StepState.WAITING, say("home.printed_last", day=short_day(work.printed_on)))
    return StepItem("print", name, StepState.WAITING, say("home.not_printed") if frozen else say("home.after_freeze"))


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
        return StepItem("statistics", name, StepState.DONE, done_words(view.work.statistics_on))
    frozen = view.round is not None and view.round.state is RoundState.FROZEN
    return StepItem("statistics", name, StepState.WAITING, say("home.not_made") if frozen else say("home.after_freeze"))
