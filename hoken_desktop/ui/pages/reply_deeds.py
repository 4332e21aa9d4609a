"""What the staff do with a municipality's answer on the page of one request: by telephone, in numbers, cell by cell."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from hoken_desktop.domain.deeds import Deed, topics_of
from hoken_desktop.domain.replies import ReplyRow
from hoken_desktop.services.replies import ReplyResult
from hoken_desktop.services.reply_questions import OpenQuestion
from hoken_desktop.ui.kit.dialogs import Question, ask
from hoken_desktop.ui.pages.reply_forms import AnswerForm, CountsForm, Heard, PhoneForm, question_facts
from hoken_desktop.ui.pages.reply_view import ReplyView
from hoken_desktop.words import say

if TYPE_CHECKING:
    from hoken_desktop.ui.kit.pages import Page


class ReplyDeeds:
    """`request` gives the id of the request in sight, `shown` brings its reply to the front."""

    def __init__(self, page: Page, view: ReplyView, request: Callable[[], str], shown: Callable[[], object]) -> None:
        self._page = page
        self._request = request
        self._shown = shown
        view.phone_asked.connect(lambda: self.ask_phone())
        view.counts_asked.connect(self.ask_counts)
        view.answer_asked.connect(self.ask_answer)
        view.ignore_asked.connect(self.ask_ignore)

    @property
    def _house(self) -> Any:
        return self._page.desk.house

    def _people(self) -> list[Any]:
        ids = self._house.reply_questions.people(self._request())
        return sorted(self._house.persons.lines(ids), key=lambda p: (p.name_kana, p.registry_no))

    def ask_phone(self, before: Heard | None = None) -> PhoneForm:
        """What was heard of one person."""
        house, request = self._house, self._request()
        people = self._people()
        names = {p.id: p.name for p in people}

        def done(heard: Heard, row: ReplyRow) -> None:
            self._page.desk.run(
                self._page,
                lambda _report: house.replies.by_phone(
                    request, heard.answered_by, heard.received_on, [row], use_of_list=heard.use_of_list
                ),
                partial(self._heard, heard, names[row.person_id]),
            )

        form = PhoneForm(self._page, people, house.overviews.day(), done, before)
        form.open()
        return form

    def _heard(self, heard: Heard, name: str, result: ReplyResult) -> None:
        self._changed(Deed.REPLY_HEARD)
        unsure = len(result.faults)
        words = say("replies_page.heard", name=name)
        if unsure:
            words = say("replies_page.heard_unsure", name=name, n=unsure)

        def ask_next() -> None:
            self.ask_phone(heard)

        self._page.notices.say(words, "warn" if unsure else "done", say("replies_page.next"), ask_next)

    def ask_counts(self) -> CountsForm:
        """An answer in numbers."""
        house, request = self._house, self._request()
        disclosed = max((d.disclosed for d in house.disclosures.all(request)), default=0)

        def done(heard: Heard, counts: Mapping[str, int]) -> None:
            self._page.desk.run(
                self._page,
                lambda _report: house.replies.by_counts(
                    request, heard.answered_by, heard.received_on, counts, use_of_list=heard.use_of_list
                ),
                self._counted,
            )

        form = CountsForm(self._page, disclosed, house.overviews.day(), done)
        form.open()
        return form

    def _counted(self, _result: ReplyResult) -> None:
        self._changed(Deed.REPLY_HEARD)
        self._page.notices.say(say("replies_page.counted"), "done")

    def ask_answer(self, question: OpenQuestion) -> AnswerForm | None:
        """The answer of one question; a missing column has none."""
        if not question.is_fillable:
            return None
        house = self._house

        def done(answer: str) -> None:
            self._page.desk.run(
                self._page, lambda _report: house.reply_questions.answer(question.question.id, answer),
                partial(self._settled, "replies_page.answered"),
            )  # fmt: skip

        form = AnswerForm(self._page, question, self._people(), house.overviews.day(), done)
        form.open()
        return form

    def ask_ignore(self, question: OpenQuestion) -> Question:
        """Whether nothing is to change; asked, as the next question moves under the pointer of a double click."""
        return ask(
            self._page, say("replies_page.ignore_title"), say("replies_page.ignore_text"),
            say("replies_page.ignore_asked"), lambda: self._ignore(question), facts=question_facts(question),
        )  # fmt: skip

    def _ignore(self, question: OpenQuestion) -> None:
        house = self._house
        self._page.desk.run(
            self._page, lambda _report: house.reply_questions.ignore(question.question.id),
            partial(self._settled, "replies_page.ignored"),
        )  # fmt: skip

    def _settled(self, key: str, _none: None) -> None:
        self._changed(Deed.REPLY_SETTLED)
        left = len(self._house.reply_questions.open(self._request()))
        self._page.notices.say(say(key, n=f"{left:,}"), "done")

    def _changed(self, deed: Deed) -> None:
        self._page.desk.changed(*topics_of(deed))
        self._shown()
