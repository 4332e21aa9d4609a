"""What is done to a request besides disclosing: writing down, mending, 決裁, confirming, closing, 起案添付."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from hoken_desktop.domain.deeds import Deed
from hoken_desktop.domain.disclosures import Request
from hoken_desktop.domain.events import Event
from hoken_desktop.services.printing import Printed
from hoken_desktop.services.requests import Asked
from hoken_desktop.ui.kit.asking import do_in_sheet
from hoken_desktop.ui.kit.dialogs import ask
from hoken_desktop.ui.pages.approvals import ApprovalDraft, ApprovalForm
from hoken_desktop.ui.pages.choosers import choose_new_file
from hoken_desktop.ui.pages.events import EventSheet, SecondPersonSheet
from hoken_desktop.ui.pages.handover import say_paper
from hoken_desktop.ui.pages.request_bases import Grounds
from hoken_desktop.ui.pages.request_cases import Case
from hoken_desktop.ui.pages.request_form import RequestForm
from hoken_desktop.ui.pages.request_view import RequestView
from hoken_desktop.words import say

if TYPE_CHECKING:
    from hoken_desktop.ui.pages.disclosures import DisclosuresPage


class RequestDeeds(QObject):
    """The forms and sheets of one `page`; `case` gives the request in sight."""

    def __init__(
        self, page: DisclosuresPage, form: RequestForm, approval: ApprovalForm, one: RequestView,
        case: Callable[[], Case | None],
    ) -> None:  # fmt: skip
        super().__init__(page)
        self._page, self._form, self._approval, self._case = page, form, approval, case
        form.submitted.connect(self._keep)
        form.grounds.event_asked.connect(self._ask_event)
        approval.submitted.connect(self._approve)
        one.approval_asked.connect(self._begin_approval)
        one.letter.mend_asked.connect(self._mend)
        one.letter.close_asked.connect(self._ask_close)
        one.letter.reopen_asked.connect(self._reopen)
        one.second_asked.connect(self._ask_second)
        one.draft_asked.connect(self._choose_draft)

    @property
    def _house(self) -> Any:
        return self._page.desk.house

    def _grounds(self) -> Grounds:
        house = self._house
        return Grounds(house.bases.all(), house.events.under_way(), house.office.get().include_not_at_home)

    # --- 依頼 --------------------------------------------------------------------------------------------------

    def begin(self, municipality: str = "") -> None:
        """An empty form, for the municipality where one is meant."""
        house = self._house
        self._page.notices.clear()
        self._form.begin(house.office.municipalities(), house.overviews.day(), self._grounds(), municipality)
        self._page.turn_to(self._form)
        (self._form.number if municipality else self._form.municipality).setFocus()

    def _mend(self) -> None:
        case = self._case()
        if case is None:
            return
        self._page.notices.clear()
        self._form.mend(self._house.office.municipalities(), case.request, self._grounds())
        self._page.turn_to(self._form)
        self._form.number.setFocus()

    def _keep(self, asked: Asked) -> None:
        house, mending = self._house, self._form.mending
        said = {name: getattr(asked, name) for name in Asked.__slots__}
        if mending is None:
            self._run(lambda: house.requests.open(**said), Deed.REQUEST_OPENED, "disclosures_page.request_opened")
            return
        before = mending.approved_on

        def words(request: Request) -> str:
            again = before is not None and request.approved_on is None
            return "disclosures_page.request_mended_again" if again else "disclosures_page.request_mended"

        self._run(lambda: house.requests.edit(mending.id, **said), Deed.REQUEST_CHANGED, words)

    def _ask_close(self) -> None:
        case = self._case()
        if case is None:
            return
        ask(
            self._page, say("disclosures_page.close_title", number=case.request.number),
            say("disclosures_page.close_text"), say("disclosures_page.close_verb"),
            lambda: self._run(
                lambda: self._house.requests.close(case.request.id), Deed.REQUEST_CLOSED,
                "disclosures_page.request_closed",
            ),
        )  # fmt: skip

    def _reopen(self) -> None:
        case = self._case()
        if case is not None:
            self._run(
                lambda: self._house.requests.reopen(case.request.id), Deed.REQUEST_CHANGED,
                "disclosures_page.request_reopened",
            )  # fmt: skip

    # --- 決裁 --------------------------------------------------------------------------------------------------

    def _begin_approval(self) -> None:
        case = self._case()
        if case is None:
            return
        self._page.notices.clear()
        request = case.request
        asked = say("disclosures_page.approval_for", place=case.place, number=request.number)
        self._approval.begin(request, asked, case.today, self._house.office.get().director)
        self._page.turn_to(self._approval)
        self._approval.approved_on.edit.setFocus()

    def _approve(self, draft: ApprovalDraft) -> None:
        case, house = self._case(), self._house
        if case is None:
            return
        self._run(
            lambda: house.requests.approve(
                case.request.id, draft.approved_on, draft.approval, draft.our_number, drafted_on=draft.drafted_on,
                director=draft.director, basis_decision=draft.basis_decision,
            ),
            Deed.REQUEST_APPROVED, "disclosures_page.request_approved",
        )  # fmt: skip

    # --- 災害時 -------------------------------------------------------------------------------------------------

    def _ask_event(self) -> None:
        sheet = EventSheet(self._house.events.now(), self._page)

        def declare(kind: object, name: str, moment: object, reason: str) -> None:
            do_in_sheet(
                partial(self._page.desk.run, self._page),
                sheet,
                lambda: self._house.events.declare(kind, name, moment, reason),
                self._declared,
            )

        sheet.given.connect(declare)
        sheet.open()

    def _declared(self, event: Event) -> None:
        self._page.told(Deed.EVENT_DECLARED)
        self._form.grounds.offer(self._grounds())
        self._page.notices.say(say("events_page.declared", name=event.name), "warn")

    def _ask_second(self) -> None:
        case = self._case()
        if case is None or case.crowd is None:
            return
        seen = case.crowd.preview
        people = say("events_page.second_people", n=f"{seen.disclosed:,}", without=f"{seen.without_consent:,}")
        facts = [
            (say("disclosures_page.municipality"), case.place),
            (say("disclosures_page.event"), case.event),
            (say("disclosures_page.why_given"), case.request.reason),
            (say("disclosures_page.going"), people),
        ]
        sheet = SecondPersonSheet(facts, self._page)

        def confirm(passphrase: str) -> None:
            request_id = case.request.id
            do_in_sheet(
                partial(self._page.desk.run, self._page),
                sheet,
                lambda: self._house.confirmations.confirm(request_id, passphrase),
                self._confirmed,
            )

        sheet.given.connect(confirm)
        sheet.open()

    def _confirmed(self, request: Request) -> None:
        self._page.told(Deed.REQUEST_CONFIRMED)
        self._page.open_request(request.id)
        self._page.notices.say(say("events_page.second_done"), "done")

    # --- 起案添付 -----------------------------------------------------------------------------------------------

    def _choose_draft(self) -> None:
        case = self._case()
        if case is None:
            return
        name = say("drafts.file", municipality=case.place, day=case.today.strftime("%Y%m%d"))
        choose_new_file(
            self._page, say("disclosures_page.choose_draft"), say("disclosures_page.kinds_pdf"), name, self._write_draft
        )

    def _write_draft(self, path: Path) -> None:
        case, house = self._case(), self._house
        if case is None:
            return

        def written(printed: Printed) -> None:
            self._page.told(Deed.PAPER_PRINTED)
            facts = {"file": path.name, "pages": printed.pages or 0, "copy": printed.copy}
            say_paper(self._page.notices, say("disclosures_page.draft_written", **facts), path)

        self._page.desk.run(self._page, lambda _report: house.drafts.save(case.request.id, path), written)

    # --- doing -------------------------------------------------------------------------------------------------

    def _run(self, work: Callable[[], Request], deed: Deed, words: str | Callable[[Request], str]) -> None:
        def done(request: Request) -> None:
            self._page.told(deed)
            self._page.open_request(request.id)
            self._page.notices.say(say(words if isinstance(words, str) else words(request)), "done")

        self._page.desk.run(self._page, lambda _report: work(), done)
