"""同じ方をまとめる and 別の方に分ける from the person's page: asked in their forms, done in one deed each."""

from __future__ import annotations

from collections.abc import Sequence

from hoken_desktop.domain.codes import EndReason
from hoken_desktop.domain.persons import Person
from hoken_desktop.services.identities import Parting
from hoken_desktop.services.persons import PersonLine
from hoken_desktop.services.ports import PersonQuery
from hoken_desktop.ui.pages.identities import MOST, FindOther, MergeForm
from hoken_desktop.ui.pages.person_deeds import PersonSeat
from hoken_desktop.ui.pages.splits import SplitForm
from hoken_desktop.words import say


class IdentityDeeds:
    """The deeds of one page, about the person it shows."""

    def __init__(self, page: PersonSeat) -> None:
        self._page = page
        self._desk = page.desk

    def merge(self) -> FindOther | None:
        """Who is the same person, then both side by side."""
        known = self._page.known()
        if known is None:
            return None
        form = FindOther(self._page, known.file.person, self._find, self._compare)
        form.open()
        return form

    def _find(self, text: str) -> Sequence[PersonLine]:
        """Others, the ended ones too; nobody who was merged already."""
        known = self._page.known()
        persons = self._desk.house.persons
        own = known.file.person.id if known is not None else ""
        ids = [id_ for id_ in persons.find(PersonQuery(text=text, state=None)) if id_ != own]
        found: list[PersonLine] = persons.lines(ids[: MOST * 2])
        merged = {
            line.id for line in found if persons.open(line.id).person.end_reason is EndReason.MERGED
        }
        return [line for line in found if line.id not in merged]

    def _compare(self, other_id: str) -> MergeForm | None:
        known = self._page.known()
        if known is None:
            return None
        form = MergeForm(self._page, known.file, self._desk.house.persons.open(other_id), self._merge)
        form.open()
        return form

    def _merge(self, kept: str, gone: str, take: Sequence[str]) -> None:
        identities = self._desk.house.identities

        def words(person: Person) -> str:
            return say("person.merged", number=person.registry_no)

        self._page.do(
            lambda: identities.merge(kept, gone, take), words, lambda person: self._page.want(person.id)
        )

    def split(self) -> SplitForm | None:
        """Which rows are the second person's."""
        known = self._page.known()
        if known is None:
            return None
        form = SplitForm(self._page, known, self._split)
        form.open()
        return form

    def _split(self, newcomer: Person, parting: Parting) -> None:
        known = self._page.known()
        if known is None:
            return
        identities, id_ = self._desk.house.identities, known.file.person.id
        self._page.do(
            lambda: identities.split(id_, newcomer, parting),
            lambda added: say("person.split_done", number=added.registry_no),
        )
