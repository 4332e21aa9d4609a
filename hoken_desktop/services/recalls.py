"""回収: the recipients that hold somebody's data too long or wrong; told by letter, closed when they confirm."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from hoken_desktop.domain.codes import PaperKind, RecipientSection
from hoken_desktop.domain.dates import format_wareki
from hoken_desktop.domain.deeds import Deed
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.recalls import WAITS_DAYS, Holding, Recall, RecallState, holdings
from hoken_desktop.services.consents import Municipalities
from hoken_desktop.services.holdings import held_of
from hoken_desktop.services.papers import Printer
from hoken_desktop.services.ports import Clock, Ids, Shelves, Store
from hoken_desktop.services.printing import Job, Printed, Printing
from hoken_desktop.services.recall_papers import RecallLetter, RecallLot, lay_letter
from hoken_desktop.words import say


@dataclass(frozen=True, slots=True)
class RecipientRecalls:
    """What one recipient has to be told, was told, and has not answered."""

    municipality: str
    section: RecipientSection
    holdings: tuple[Holding, ...]
    told_on: date | None
    overdue: bool

    @property
    def untold(self) -> tuple[Holding, ...]:
        """What nobody has told yet."""
        return tuple(h for h in self.holdings if h.state is RecallState.OPEN)

    @property
    def waiting(self) -> tuple[Holding, ...]:
        """What was told and is not confirmed."""
        return tuple(h for h in self.holdings if h.state is RecallState.TOLD)

    @property
    def people(self) -> int:
        """How many people it is about."""
        return len({h.held.person_id for h in self.holdings})


@dataclass(frozen=True, slots=True)
class RecallCounts:
    """For ホーム: recipients and people nobody has told of yet, recipients that are waited for, those overdue."""

    untold_people: int = 0
    untold_recipients: int = 0
    waiting_recipients: int = 0
    overdue_recipients: int = 0


class Recalls:
    """The recalls of one registry."""

    def __init__(
        self, store: Store, clock: Clock, ids: Ids, printing: Printing, municipalities: Municipalities
    ) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids
        self._printing = printing
        self._municipalities = municipalities

    def all(self, day: date | None = None) -> tuple[RecipientRecalls, ...]:
        """Every recipient with something to give back or to mend on `day`, the office's municipalities first."""
        with self._store.read() as shelves:
            return recalls_of(shelves, day or self._clock.today())

    def closed(self) -> tuple[Recall, ...]:
        """What recipients have confirmed, the newest first."""
        with self._store.read() as shelves:
            done = [r for r in shelves.recalls.all() if r.confirmed_on is not None]
        return tuple(sorted(done, key=lambda r: (r.confirmed_on or date.min, r.opened_at), reverse=True))

    def tell(
        self, municipality: str, told_on: date, our_number: str = "",
        section: RecipientSection = RecipientSection.HEALTH,
    ) -> int:  # fmt: skip
        """Writes down that the recipient was told of everything open (by letter, or by telephone); gives how many.

        Refuses where nothing is open, a day in the future, and one before the newest of the disclosures.
        """
        with self._store.change(Deed.RECALL_TOLD, municipality) as writing:
            found = self._of(writing, municipality, section).untold
            if not found:
                raise Refusal("recalls.nothing_open", place=self._municipalities.name_of(municipality))
            self._check_day(writing, told_on, found)
            writing.recalls.add_all(
                Recall(
                    self._ids(), h.held.disclosure_id, h.held.person_id, h.reason, self._clock.now(),
                    self._store.staff_id, told_on, our_number.strip(),
                    note=h.note,
                )
                for h in found
            )  # fmt: skip
            writing.detail.update(municipality=municipality, count=len(found))
        return len(found)

    def confirm(
        self, municipality: str, confirmed_on: date, confirmed_by: str,
        section: RecipientSection = RecipientSection.HEALTH, left: Iterable[str] = (),
    ) -> int:  # fmt: skip
        """Closes what the recipient was told of: it confirms that the data are destroyed or mended.

        `left` are the 照合番号 of rows it could not do: they stay open. Refuses where nothing was told, without who
        confirmed, a day that cannot be, a 照合番号 that is not waited for, and where nothing would be closed.
        """
        if not confirmed_by.strip():
            raise Refusal("recalls.no_name")
        stay = {_washed(key) for key in left} - {""}
        with self._store.change(Deed.RECALL_CONFIRMED, municipality) as writing:
            waiting = self._of(writing, municipality, section).waiting
            if not waiting:
                raise Refusal("recalls.nothing_told", place=self._municipalities.name_of(municipality))
            if unknown := sorted(stay - {h.held.outside_key for h in waiting}):
                raise Refusal("recalls.unknown_key", key=unknown[0])
            found = [h.recall for h in waiting if h.recall is not None and h.held.outside_key not in stay]
            if not found:
                raise Refusal("recalls.all_left")
            told = max(r.told_on for r in found if r.told_on is not None)
            if not told <= confirmed_on <= self._clock.today():
                raise Refusal(
                    "recalls.confirm_day", told=format_wareki(told), today=format_wareki(self._clock.today())
                )
            writing.recalls.replace_all(
                replace(r, confirmed_on=confirmed_on, confirmed_by=confirmed_by.strip()) for r in found
            )
            writing.detail.update(municipality=municipality, count=len(found), **({"left": len(stay)} if stay else {}))
        return len(found)

    def write(
        self, municipality: str, out: Path, our_number: str = "",
        section: RecipientSection = RecipientSection.HEALTH,
    ) -> Printed:  # fmt: skip
        """The recall letter as a PDF: 照合番号 and what to do, no name. Refuses where there is nothing to recall."""
        letter = self.letter(municipality, our_number, section)
        return self._printing.save(_job(letter), out, lambda copy: lay_letter(letter, copy))

    def print_on(
        self, printer: Printer, municipality: str, our_number: str = "",
        section: RecipientSection = RecipientSection.HEALTH,
    ) -> Printed:  # fmt: skip
        """The same on a real printer."""
        letter = self.letter(municipality, our_number, section)
        return self._printing.press(_job(letter), printer, lambda copy: lay_letter(letter, copy))

    def letter(
        self, municipality: str, our_number: str = "", section: RecipientSection = RecipientSection.HEALTH
    ) -> RecallLetter:
        """What the letter says: everything the recipient has not confirmed, disclosure by disclosure."""
        with self._store.read() as shelves:
            found = self._of(shelves, municipality, section)
            if not found.holdings:
                raise Refusal("recalls.nothing", place=self._municipalities.name_of(municipality))
            office = shelves.offices.all()[0]
            made = {d.id: d for d in shelves.disclosures.all(id=[h.held.disclosure_id for h in found.holdings])}
            requests = {r.id: r for r in shelves.requests.all(id=[d.request_id for d in made.values()])}
            member = shelves.staff.get(self._store.staff_id)
        lots: dict[str, list[Holding]] = {}
        for holding in found.holdings:
            lots.setdefault(holding.held.disclosure_id, []).append(holding)
        newest = max(made.values(), key=lambda d: d.made_at)
        return RecallLetter(
            office=office.name,
            sender=f"{office.name} {office.director}".strip(),
            contact=f"{member.post} {member.name}".strip() if member else say("disclosures.recovery"),
            recipient=say("disclosures.mayor", municipality=self._municipalities.name_of(municipality)),
            route=requests[newest.request_id].route,
            our_number=our_number.strip(),
            printed_on=self._clock.today(),
            municipality=municipality,
            lots=tuple(
                RecallLot(made[id_], tuple(sorted(some, key=lambda h: h.held.outside_key)))
                for id_, some in sorted(lots.items(), key=lambda pair: made[pair[0]].made_at)
            ),
        )

    def _of(self, shelves: Shelves, municipality: str, section: RecipientSection) -> RecipientRecalls:
        for each in recalls_of(shelves, self._clock.today()):
            if (each.municipality, each.section) == (municipality, section):
                return each
        return RecipientRecalls(municipality, section, (), None, overdue=False)

    def _check_day(self, shelves: Shelves, told_on: date, found: Iterable[Holding]) -> None:
        made = shelves.disclosures.all(id=list({h.held.disclosure_id for h in found}))
        # A disclosure of a day to come was made while the clock was ahead; it must not keep the recall from being told.
        newest = min(max(d.disclosed_on for d in made), self._clock.today())
        if not newest <= told_on <= self._clock.today():
            raise Refusal(
                "recalls.told_day", disclosed=format_wareki(newest), today=format_wareki(self._clock.today())
            )


def _washed(key: str) -> str:
    """A 照合番号 as typed: width, case, spaces and the kind of dash do not count."""
    plain = re.sub(r"[^0-9A-Z]", "", unicodedata.normalize("NFKC", key).upper())
    return f"{plain[:4]}-{plain[4:]}" if plain else ""


def _job(letter: RecallLetter) -> Job:
    count = sum(len(lot.holdings) for lot in letter.lots)
    people = len({holding.held.person_id for lot in letter.lots for holding in lot.holdings})
    detail = {"municipality": letter.municipality, "people": people, "entries": count}
    return Job(PaperKind.RECALL, letter.municipality, detail, sealed=False)


def recalls_of(shelves: Shelves, day: date) -> tuple[RecipientRecalls, ...]:
    """Everything to be recalled on `day`, recipient by recipient."""
    by_recipient: defaultdict[tuple[str, RecipientSection], list[Holding]] = defaultdict(list)
    for holding in holdings(held_of(shelves, day), shelves.recalls.all()):
        by_recipient[holding.held.municipality, holding.held.section].append(holding)
    order = {code: at for at, code in enumerate(shelves.offices.all()[0].municipalities)}
    found = []
    for (municipality, section), some in by_recipient.items():
        told = [h.recall.told_on for h in some if h.recall is not None and h.recall.told_on is not None]
        overdue = any((day - each).days > WAITS_DAYS for each in told)
        found.append(RecipientRecalls(municipality, section, tuple(some), min(told, default=None), overdue))
    return tuple(sorted(found, key=lambda r: (order.get(r.municipality, len(order)), r.municipality, r.section)))


def recall_counts(shelves: Shelves, day: date) -> RecallCounts:
    """The counts for ホーム."""
    every = recalls_of(shelves, day)
    untold = [r for r in every if r.untold]
    return RecallCounts(
        untold_people=len({h.held.person_id for r in untold for h in r.untold}),
        untold_recipients=len(untold),
        waiting_recipients=sum(bool(r.waiting) for r in every),
        overdue_recipients=sum(r.overdue for r in every),
    )
