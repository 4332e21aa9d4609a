"""市町提供: the requests of the municipalities, each from its letter to the file and back to the 回答票."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QStackedWidget, QWidget

from hoken_desktop.domain.column_sets import ColumnSet
from hoken_desktop.domain.dates import format_wareki
from hoken_desktop.domain.deeds import Deed, Topic, topics_of
from hoken_desktop.domain.disclosures import Disclosure, Request
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.services.consents import ConsentReading
from hoken_desktop.services.disclosure_records import FollowUp
from hoken_desktop.services.disclosures import Disclosures
from hoken_desktop.services.replies import ReplyResult
from hoken_desktop.services.statistics import WrittenTable
from hoken_desktop.ui.kit.forms import button
from hoken_desktop.ui.kit.notices import words_of
from hoken_desktop.ui.kit.pages import Page
from hoken_desktop.ui.pages.approvals import ApprovalForm
from hoken_desktop.ui.pages.choosers import choose_file, choose_new_file
from hoken_desktop.ui.pages.columns_form import ColumnsSheet
from hoken_desktop.ui.pages.crowds import Crowd, read_crowd
from hoken_desktop.ui.pages.disclosing import Disclosing
from hoken_desktop.ui.pages.handing_form import FollowUpSheet
from hoken_desktop.ui.pages.handover import say_paper
from hoken_desktop.ui.pages.reply_deeds import ReplyDeeds
from hoken_desktop.ui.pages.reply_view import FaultsSheet, UnsealSheet
from hoken_desktop.ui.pages.request_cases import Case
from hoken_desktop.ui.pages.request_deeds import RequestDeeds
from hoken_desktop.ui.pages.request_form import RequestForm
from hoken_desktop.ui.pages.request_view import RequestView
from hoken_desktop.ui.pages.requests import Choice, RequestsView, read_lines
from hoken_desktop.ui.pages.ways import Ways
from hoken_desktop.words import say

if TYPE_CHECKING:
    from hoken_desktop.ui.desk import Desk

_SEALED = "replies.sealed"
_LOCKED = (_SEALED, "sealed_sheets.wrong_password")


class DisclosuresPage(Page):
    """Four views, one in sight: the list, a new request, one request, its 決裁."""

    topics = frozenset({Topic.DISCLOSURES, Topic.CONSENTS, Topic.ROUNDS, Topic.PERSONS, Topic.OFFICE})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, say("disclosures_page.title"))
        self._request_id = ""
        self._case: Case | None = None
        self._reply_file: Path | None = None
        self._settled_said = False
        self.new_button = button(
            say("disclosures_page.new_request"), lambda: self.deeds.begin(), key="Ctrl+N", icon="plus", primary=True,
            deed=True, parent=self,
        )  # fmt: skip
        self.ways = Ways(desk, ("recalls", "funnels", "incidents"), self)
        self.head.addWidget(self.ways)
        self.head.addWidget(self.new_button)
        self.views = QStackedWidget(self)
        self.body.addWidget(self.views)
        self.list = RequestsView(self)
        self.form = RequestForm(self)
        self.one = RequestView(self._who, has_rounds=desk.has_page("rounds"), parent=self)
        self.approval = ApprovalForm(self)
        self.deeds = RequestDeeds(self, self.form, self.approval, self.one, lambda: self._case)
        self.disclosing = Disclosing(self, self.one, lambda: self._case)
        for view in (self.list, self.form, self.one, self.approval):
            self.views.addWidget(view)
        self.list.chosen.connect(self.open_request)
        self.list.wanted.connect(self.deeds.begin)
        self.list.consents_asked.connect(self._choose_consents)
        self.list.statistics_asked.connect(self._choose_statistics)
        self.form.left.connect(self._leave_form)
        self.one.left.connect(self.open_list)
        self.one.preview.columns_asked.connect(self._choose_columns)
        self.one.records.follow_asked.connect(self._follow_up)
        self.one.records.record_asked.connect(self._choose_record)
        self.one.rounds_asked.connect(lambda: desk.open_page("rounds"))
        self.one.reply.read_asked.connect(self._choose_reply)
        self.approval.left.connect(lambda: self.turn_to(self.one))
        self.replies = ReplyDeeds(self, self.one.reply, lambda: self._request_id, self.one.open_reply)

    # --- the page ----------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        house = self.desk.house
        self.list.show_lines(read_lines(house))
        self.list.show_standings(house.consents.standings())
        self.list.show_statistics(house)
        if self._request_id:
            self._show_case(fresh=False)
        self._head()
        self._say_settled()

    def show_at(self, **where: object) -> None:
        """`request_id=…` opens a request, `municipality=…` its newest one; else the list.

        There `step` is where the half-year stands: "requests" at what is to be disclosed, "replies" at what is to
        come back, "statistics" at the table.
        """
        request_id = str(where.get("request_id", ""))
        municipality = str(where.get("municipality", ""))
        if municipality and not request_id:
            here = [r for r in self.desk.house.requests.list() if r.municipality == municipality]
            request_id = here[0].id if here else ""
        if request_id:
            self.open_request(request_id)
        else:
            self.open_list()
            self.list.point_at(str(where.get("step", "")))

    def first_focus(self) -> QWidget:
        if self.views.currentWidget() is self.one:
            return self.one.disclose_button if self.one.disclose_button.isEnabled() else self.one.tabs
        return self.list.focus_asked

    def refuse(self, refusal: Refusal) -> None:
        if refusal.code in _LOCKED and self._reply_file is not None:
            self._ask_password(self._reply_file, words_of(refusal) if refusal.code != _SEALED else "")
        elif not self.disclosing.offer_way_on(refusal):
            super().refuse(refusal)

    def open_list(self) -> None:
        """Back to the requests; the people of the one in sight are forgotten."""
        self._request_id, self._case = "", None
        self.turn_to(self.list)
        self.one.forget()
        self.list.point_at("")
        self.list.requests.table.setFocus()

    def open_request(self, request_id: str) -> None:
        """Show one request at what is next."""
        self.notices.clear()
        self._request_id = request_id
        self._show_case(fresh=True)
        self.turn_to(self.one)
        self.first_focus().setFocus()

    def _leave_form(self) -> None:
        """Back to the request that was to be mended, else to the list."""
        if self.form.mending is not None and self._case is not None:
            self.turn_to(self.one)
        else:
            self.open_list()

    def turn_to(self, view: QWidget) -> None:
        """Show one of the views, and what it is at the head of the page."""
        self.views.setCurrentWidget(view)
        self._head()

    def _head(self) -> None:
        view = self.views.currentWidget()
        self.new_button.setVisible(view is self.list)
        self.ways.setVisible(view is self.list)
        if view is self.form and self.form.mending is not None:
            title, subtitle = say("disclosures_page.title_mend"), say("disclosures_page.subtitle_mend")
        elif view is self.form:
            title, subtitle = say("disclosures_page.title_new"), say("disclosures_page.subtitle_new")
        elif view is not self.list and self._case is not None:
            title = say("disclosures_page.title_of", place=self._case.place)
            subtitle = _source(self._case.crowd)
        else:
            title, subtitle = say("disclosures_page.title"), say("disclosures_page.subtitle")
        self.title.setText(title)
        self.subtitle.setText(subtitle)

    def _say_settled(self) -> None:
        if self._settled_said:
            return
        self._settled_said = True
        settled = getattr(self.desk.house, "settled", ())
        if settled:
            words = "\n".join(Disclosures.say_settled(each) for each in settled)
            self.notices.say(words, "warn")

    def _who(self, staff_id: str) -> str:
        return str(self.desk.house.office.who(staff_id))

    def _show_case(self, *, fresh: bool) -> None:
        self._case = self._read_case(self._request_id)
        self.one.show_case(self._case, fresh=fresh)

    def _read_case(self, request_id: str) -> Case:
        house = self.desk.house
        request: Request = house.requests.get(request_id)
        crowd, why = self._read_crowd(request_id)
        records = tuple(house.disclosures.all(request_id))
        replies = house.replies.of_request(request_id)
        recall = house.disclosures.to_recall() if records else {}
        names = {
            d.id: tuple(line.name for line in house.persons.lines(recall[d.id])) for d in records if d.id in recall
        }
        return Case(
            request=request,
            place=house.office.name_of(request.municipality),
            today=house.overviews.day(),
            needs_approval=house.office.get().needs_approval,
            crowd=crowd,
            no_preview=why,
            records=records,
            recall=names,
            reply=replies[0] if replies else None,
            result=house.replies.result_of(replies[0]) if replies else None,
            basis=house.bases.get(request.basis).text,
            event=next((e.name for e in house.events.all() if e.id == request.event_id), ""),
            confirmed=tuple(self._who(each) for each in request.confirmed_by),
            may_edit=house.requests.may_edit(request_id),
            questions=house.reply_questions.open(request_id) if replies else (),
        )

    def _read_crowd(self, request_id: str) -> tuple[Crowd | None, str]:
        house = self.desk.house
        try:
            return read_crowd(house, house.disclosures.preview(request_id, suppose=True)), ""
        except Refusal as refusal:
            return None, words_of(refusal)

    # --- 提供の記録 ---------------------------------------------------------------------------------------------

    def _follow_up(self, disclosure: Disclosure) -> None:
        sheet = FollowUpSheet(disclosure, self.desk.house.overviews.day(), self)
        sheet.given.connect(lambda said: self._write_follow_up(disclosure.id, said))
        sheet.open()

    def _write_follow_up(self, disclosure_id: str, said: FollowUp) -> None:
        house = self.desk.house
        self.desk.run(self, lambda report: house.disclosure_records.follow_up(disclosure_id, said), self._followed)

    def _followed(self, disclosure: Disclosure) -> None:
        self.told(Deed.DISCLOSURE_FOLLOWED)
        self.one.open_records()
        self.notices.say(say("disclosures_page.followed"), "done")

    def _choose_record(self, disclosure: Disclosure) -> None:
        name = say("disclosures_page.record_file", name=disclosure.file_name.removesuffix(".xlsx"))
        choose_new_file(
            self, say("disclosures_page.choose_record"), say("disclosures_page.kinds_pdf"), name,
            lambda path: self._print_record(disclosure.id, path),
        )  # fmt: skip

    def _print_record(self, disclosure_id: str, path: Path) -> None:
        house = self.desk.house
        self.desk.run(
            self,
            lambda report: house.disclosure_records.write_record(disclosure_id, path),
            lambda written: say_paper(
                self.notices, say("disclosures_page.record_written", file=path.name, folder=str(path.parent)), path
            ),
        )

    def _choose_columns(self) -> None:
        if self._case is None:
            return
        house = self.desk.house
        sheet = ColumnsSheet(self._case.place, house.column_sets.of(self._case.request.municipality), self)
        sheet.given.connect(self._keep_columns)
        sheet.open()

    def _keep_columns(self, chosen: ColumnSet) -> None:
        house = self.desk.house
        self.desk.run(self, lambda report: house.column_sets.keep(chosen), self._columns_kept)

    def _columns_kept(self, kept: ColumnSet) -> None:
        self._show_case(fresh=False)
        key = "disclosures_page.columns_kept" if kept.columns else "disclosures_page.columns_standard"
        self.notices.say(say(key, place=self._case.place if self._case else ""), "done")

    # --- 回答票 --------------------------------------------------------------------------------------------------

    def _choose_reply(self) -> None:
        choose_file(self, say("disclosures_page.choose_reply"), say("disclosures_page.kinds_reply"), self._read_reply)

    def _read_reply(self, file: Path, password: str | None = None) -> None:
        house, request_id = self.desk.house, self._request_id
        self._reply_file = file
        self.desk.run(
            self,
            lambda report: house.replies.read_in(file, request_id, password, report),
            self._reply_read,
        )

    def _ask_password(self, file: Path, fault: str) -> None:
        """Also once it was typed wrong: the file is chosen already."""
        self._reply_file = None
        sheet = UnsealSheet(file.name, fault, self)
        sheet.given.connect(lambda password: self._read_reply(file, password))
        sheet.open()

    def _reply_read(self, result: ReplyResult) -> None:
        self._reply_file = None
        self.told(Deed.REPLY_READ)
        self.one.open_reply()
        facts = {
            "people": f"{result.disclosed:,}", "answered": f"{result.answered:,}",
            "unanswered": f"{result.unanswered:,}", "faults": f"{len(result.faults):,}",
        }  # fmt: skip
        words = (
            say("disclosures_page.reply_repeated") if result.repeated else say("disclosures_page.reply_read", **facts)
        )
        self.notices.say(words, "warn" if result.faults else "done")

    # --- 同意の一覧 ----------------------------------------------------------------------------------------------

    def _choose_consents(self) -> None:
        choose_file(
            self, say("disclosures_page.choose_consents"), say("disclosures_page.kinds_list"), self._read_consents
        )

    def _read_consents(self, file: Path) -> None:
        house = self.desk.house
        self.desk.run(
            self,
            lambda report: house.consents.read_in(file, report),
            lambda reading: self._consents_read(file.name, reading),
        )

    def _consents_read(self, file: str, reading: ConsentReading) -> None:
        self.told(Deed.CONSENTS_READ)
        words = say(
            "disclosures_page.consents_read", file=file, rows=f"{reading.rows:,}", taken=f"{reading.taken:,}",
            unchanged=f"{reading.unchanged:,}", faulty=f"{reading.faulty:,}",
        )  # fmt: skip
        found = (*reading.faults, *reading.warnings)
        if not found:
            self.notices.say(words, "done")
            return
        title = say("disclosures_page.consent_faults", file=file)
        self.notices.say(
            words,
            "warn",
            say("disclosures_page.show_faults", n=f"{len(found):,}"),
            lambda: FaultsSheet(title, words, found, self).open(),
        )

    # --- 取組状況 ------------------------------------------------------------------------------------------------

    def _choose_statistics(self, choice: Choice) -> None:
        year, figure = choice
        choose_new_file(
            self,
            say("disclosures_page.choose_statistics"),
            say("disclosures_page.kinds_table"),
            say("disclosures_page.statistics_file", year=year, figure=figure),
            lambda path: self._write_statistics(path, year, figure),
        )

    def _write_statistics(self, path: Path, year: int, figure: str) -> None:
        house = self.desk.house
        self.desk.run(
            self,
            lambda report: house.statistics.write(path, year, figure),
            lambda written: self._statistics_written(path, written),
        )

    def _statistics_written(self, path: Path, written: WrittenTable) -> None:
        self.told(Deed.STATISTICS_MADE)
        self.notices.say(say("disclosures_page.statistics_written", file=path.name, folder=str(path.parent)), "done")

    def told(self, deed: Deed) -> None:
        self.desk.changed(*topics_of(deed))


def _source(crowd: Crowd | None) -> str:
    if crowd is None:
        return ""
    day = format_wareki(crowd.preview.as_of)
    return say("disclosures_page.source", as_of=day, edition=crowd.preview.edition)
