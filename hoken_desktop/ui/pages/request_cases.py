"""What the page knows of one request today, and how far it has come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from hoken_desktop.domain.codes import Lack
from hoken_desktop.domain.disclosures import Disclosure, DisclosureState, Request
from hoken_desktop.domain.replies import Reply
from hoken_desktop.services.bases import said_lacks
from hoken_desktop.services.replies import ReplyResult
from hoken_desktop.services.reply_questions import OpenQuestion
from hoken_desktop.ui.kit.steps import StepState
from hoken_desktop.ui.pages.crowds import Crowd
from hoken_desktop.words import say


@dataclass(frozen=True, slots=True)
class Case:
    """All that the page shows of one request today; `crowd` None says in `no_preview` why there is none.

    `basis` is how the centre words the legal basis, `event` and `confirmed` what a disaster stands on.
    """

    request: Request
    place: str
    today: date
    needs_approval: bool
    crowd: Crowd | None
    no_preview: str
    records: tuple[Disclosure, ...]
    recall: Mapping[str, tuple[str, ...]]
    reply: Reply | None
    result: ReplyResult | None
    basis: str = ""
    event: str = ""
    confirmed: tuple[str, ...] = ()
    may_edit: bool = False
    questions: tuple[OpenQuestion, ...] = ()

    @property
    def done(self) -> bool:
        """Whether anything was handed over for it."""
        return any(d.state is DisclosureState.DONE for d in self.records)

    @property
    def lacks(self) -> tuple[Lack, ...]:
        """What its legal basis still lacks."""
        return self.crowd.preview.lacks if self.crowd is not None else ()

    @property
    def waits_for_second(self) -> bool:
        """Whether another person's confirmation is still to come."""
        return Lack.TWO_CONFIRMATIONS in self.lacks and self.request.closed_on is None

    def hindrance(self) -> str:
        """Why the file cannot be made now, in words; "" when nothing stands in the way."""
        if self.request.closed_on is not None:
            return say("disclosures_page.not_when_closed")
        if self.crowd is None:
            return say("disclosures_page.not_without_round")
        if self.lacks:
            return say("disclosures_page.not_on_this_basis", why=said_lacks(self.lacks))
        if self.needs_approval and self.request.approved_on is None:
            return say("disclosures_page.not_without_approval")
        if not self.crowd.going:
            return say("disclosures_page.not_without_people")
        return ""


def steps_of(case: Case) -> list[tuple[str, StepState]]:
    """Everything before the first thing left to do is done; the rest waits."""
    approved = case.request.approved_on is not None or not case.needs_approval
    done = (True, approved, case.done, case.done, case.reply is not None)
    names = (
        say("disclosures_page.step_request"),
        say("disclosures_page.step_approval"),
        say("disclosures_page.step_check"),
        say("disclosures_page.step_file"),
        say("disclosures_page.step_reply"),
    )
    found: list[tuple[str, StepState]] = []
    for name, over in zip(names, done, strict=True):
        before = all(state is StepState.DONE for _, state in found)
        state = StepState.DONE if over else StepState.CURRENT if before else StepState.WAITING
        found.append((name, state))
    return found
