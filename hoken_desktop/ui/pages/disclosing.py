"""The deed of disclosing: how it is handed over, where to, the password; and the way on where a character stops it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from hoken_desktop.domain.deeds import Deed
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.services.disclosures import Handing, Made
from hoken_desktop.ui.kit.dialogs import ask
from hoken_desktop.ui.kit.notices import words_of
from hoken_desktop.ui.pages.choosers import choose_folder
from hoken_desktop.ui.pages.handing_form import HandingSheet
from hoken_desktop.ui.pages.handover import PasswordSheet
from hoken_desktop.ui.pages.request_cases import Case
from hoken_desktop.ui.pages.request_view import RequestView
from hoken_desktop.words import say

if TYPE_CHECKING:
    from hoken_desktop.ui.pages.disclosures import DisclosuresPage

_UNWRITABLE = "disclosures.unwritable"
_NOT_IN_CSV = frozenset({"system_csv.not_held", "system_csv.bad_spelling"})


class Disclosing:
    """`case` gives the request in sight, `one` shows it."""

    def __init__(self, page: DisclosuresPage, one: RequestView, case: Callable[[], Case | None]) -> None:
        self._page, self._one, self._case = page, one, case
        self._tried: tuple[str, Path, Handing] | None = None
        one.disclosure_asked.connect(self.ask)

    def ask(self) -> None:
        """Whether to make a second file where there is one, then how it is handed over."""
        case = self._case()
        if case is None or case.crowd is None or case.hindrance() or self._page.desk.jobs.busy(self._page):
            return
        if not case.done:
            self.ask_handing()
            return
        ask(
            self._page,
            say("disclosures_page.again_title"),
            say("disclosures_page.again_text", place=case.place),
            say("disclosures_page.again_verb", n=f"{len(case.crowd.going):,}"),
            self.ask_handing,
        )

    def ask_handing(self, before: Handing | None = None) -> None:
        """How it is handed over; `before` is what was said the last time."""
        case = self._case()
        if case is None or case.crowd is None:
            return
        sheet = HandingSheet(case.place, len(case.crowd.going), case.today, self._page, before)
        sheet.given.connect(self._choose_folder)
        sheet.open()

    def disclose(self, folder: Path, handing: Handing, *, replace_unwritable: bool = False) -> None:
        """Make it in `folder`; with `replace_unwritable` □ stands for what Excel cannot hold."""
        case, house = self._case(), self._page.desk.house
        if case is None:
            return
        request_id = case.request.id
        self._tried = (request_id, folder, handing)
        self._page.desk.run(
            self._page,
            lambda report: house.disclosures.disclose(
                request_id, folder, handing=handing, replace_unwritable=replace_unwritable, make_folder=False,
                report=report,
            ),
            self._disclosed,
        )

    def offer_way_on(self, refusal: Refusal) -> bool:
        """Whether a character stopped the deed: then the notice carries the decision that lets it go on."""
        case = self._case()
        if self._tried is None or case is None or self._tried[0] != case.request.id:
            return False
        _, folder, handing = self._tried
        if refusal.code == _UNWRITABLE:
            verb, then = say("disclosures_page.replace_verb"), lambda: self._ask_replacing(refusal, folder, handing)
        elif refusal.code in _NOT_IN_CSV:
            verb, then = say("disclosures_page.spell_verb"), lambda: self.ask_handing(handing)
        else:
            return False
        self._page.notices.say(words_of(refusal), "danger", verb, then)
        return True

    def _ask_replacing(self, refusal: Refusal, folder: Path, handing: Handing) -> None:
        where = str(refusal.facts["places"])
        ask(
            self._page,
            say("disclosures_page.replace_title", count=refusal.facts["count"]),
            say("disclosures_page.replace_text"),
            say("disclosures_page.replace_verb"),
            lambda: self.disclose(folder, handing, replace_unwritable=True),
            facts=[(say("disclosures_page.replace_where"), where)],
        )

    def _choose_folder(self, handing: Handing) -> None:
        choose_folder(
            self._page, say("disclosures_page.choose_folder"), lambda folder: self.disclose(folder, handing)
        )

    def _disclosed(self, made: Made) -> None:
        self._tried = None
        self._page.told(Deed.DISCLOSURE_MADE)
        case = self._case()
        if case is None:
            return
        disclosure = next(d for d in case.records if d.id == made.id)
        self._one.open_records()
        PasswordSheet(case.place, made.password, disclosure, made.disclosed, self._page, made.oddities).open()
