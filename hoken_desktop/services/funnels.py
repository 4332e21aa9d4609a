"""市町の取組: the four rates per municipality over the rounds, the funnel, and the national figure beside them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from hoken_desktop.domain.codes import PaperKind, RecipientSection, RoundState, Standing
from hoken_desktop.domain.consents import Consent, standing
from hoken_desktop.domain.dates import format_wareki, in_japan
from hoken_desktop.domain.disclosures import Disclosure, DisclosureState
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.funnels import NATIONAL, Funnel, NationalFigure, funnel_of, summed
from hoken_desktop.domain.replies import ReplyWay
from hoken_desktop.domain.replies import standing as standing_rows
from hoken_desktop.domain.rounds import Round
from hoken_desktop.domain.statistics import COUNTED
from hoken_desktop.services.consents import Municipalities
from hoken_desktop.services.funnel_papers import FunnelPaper, lay_funnels
from hoken_desktop.services.papers import Printer
from hoken_desktop.services.ports import Clock, Shelves, Store
from hoken_desktop.services.preferences import Preferences
from hoken_desktop.services.printing import Job, Printed, Printing
from hoken_desktop.words import say

_KEY = "national_plan_figure"


@dataclass(frozen=True, slots=True)
class RoundFunnels:
    """One frozen round: the municipalities in the office's order, and all of them together."""

    as_of: date
    edition: int
    places: tuple[Funnel, ...]

    @property
    def whole(self) -> Funnel:
        """All municipalities together."""
        return summed(self.places)


class Funnels:
    """The funnels of one registry."""

    def __init__(
        self, store: Store, clock: Clock, printing: Printing, municipalities: Municipalities, preferences: Preferences
    ) -> None:
        self._store = store
        self._clock = clock
        self._printing = printing
        self._municipalities = municipalities
        self._preferences = preferences

    def all(self) -> tuple[RoundFunnels, ...]:
        """Every frozen round, the newest first."""
        with self._store.read() as shelves:
            rounds = sorted(shelves.rounds.all(state=RoundState.FROZEN), key=lambda r: r.as_of, reverse=True)
            ledger: defaultdict[str, list[Consent]] = defaultdict(list)
            for consent in shelves.consents.all():
                ledger[consent.person_id].append(consent)
            today = self._clock.today()
            return tuple(
                of_round(shelves, round_, ledger, today if at == 0 else None) for at, round_ in enumerate(rounds)
            )

    def national(self) -> NationalFigure:
        """The figure of the whole country that stands beside; the office may have put in a newer one."""
        kept = self._preferences.get(_KEY, None, shared=True)
        if not isinstance(kept, dict):
            return NationalFigure(NATIONAL.planned, NATIONAL.listed, NATIONAL.as_of, say("funnels.national_source"))
        return NationalFigure(
            int(kept["planned"]), int(kept["listed"]), date.fromisoformat(str(kept["as_of"])), str(kept["source"])
        )

    def set_national(self, planned: int, listed: int, as_of: date, source: str) -> None:
        """Puts in a newer figure. Refuses more plans than people, a day in the future, and no source."""
        if not 0 <= planned <= listed or listed == 0:
            raise Refusal("funnels.bad_figure")
        if as_of > self._clock.today() or not source.strip():
            raise Refusal("funnels.no_source")
        value = {"planned": planned, "listed": listed, "as_of": as_of.isoformat(), "source": source.strip()}
        self._preferences.put(_KEY, value, shared=True)

    def write(self, out: Path) -> Printed:
        """The picture and the tables as a PDF: counts only, no password."""
        paper = self._paper()
        return self._printing.save(_job(paper), out, lambda copy: lay_funnels(paper, copy))

    def print_on(self, printer: Printer) -> Printed:
        """The same on a real printer."""
        paper = self._paper()
        return self._printing.press(_job(paper), printer, lambda copy: lay_funnels(paper, copy))

    def _paper(self) -> FunnelPaper:
        rounds = self.all()
        if not rounds:
            raise Refusal("funnels.nothing_frozen")
        with self._store.read() as shelves:
            office = shelves.offices.all()[0].name
        names = {f.municipality: self._municipalities.name_of(f.municipality) for r in rounds for f in r.places}
        return FunnelPaper(
            office, self._clock.today(),
            tuple((f"{format_wareki(r.as_of)} {say('disclosures.edition', edition=r.edition)}", r.places, r.whole)
                  for r in rounds),
            names, self.national(),
        )  # fmt: skip


def _job(paper: FunnelPaper) -> Job:
    return Job(PaperKind.FUNNEL, "", {"target": paper.rounds[0][2].target}, sealed=False)


def of_round(
    shelves: Shelves, round_: Round, ledger: Mapping[str, Sequence[Consent]], today: date | None
) -> RoundFunnels:
    """The newest round is looked at `today`, an older one on the day of its last disclosure there (else its 確定).

    A valid consent for any purpose counts as 同意, as everywhere else where only one standing can be shown.
    """
    office = shelves.offices.all()[0]
    edition = shelves.editions.all(round_id=round_.id, edition=round_.edition)[0]
    frozen_on = in_japan(edition.frozen_at).date()
    rows = [r for r in shelves.snapshot_rows.all(round_id=round_.id, edition=round_.edition) if r.group in COUNTED]
    born = dict(shelves.columns_of("persons", "id", "birth_on"))
    made = shelves.disclosures.all(round_id=round_.id, state=DisclosureState.DONE)
    ours = office.municipalities
    places = [*ours, *sorted({d.municipality for d in made} - set(ours))]
    found = []
    for place in places:
        target = [r.person_id for r in rows if r.municipality == place]
        here = [d for d in made if d.municipality == place]
        day = today or max((d.disclosed_on for d in here), default=frozen_on)
        consented = [
            id_
            for id_ in target
            if any(
                standing(
                    ledger.get(id_, ()), recipient=place, section=RecipientSection.HEALTH, purpose=purpose, day=day,
                    birth_on=_day(born.get(id_)), guardian_ends_at=office.guardian_ends_at,
                ).standing
                is Standing.VALID
                for purpose in {row.purpose for row in ledger.get(id_, ())}
            )
        ]  # fmt: skip
        found.append(_of_place(shelves, place, target, consented, here))
    return RoundFunnels(round_.as_of, round_.edition, tuple(found))


def _day(raw: object) -> date | None:
    return date.fromisoformat(str(raw)) if raw else None


def _of_place(
    shelves: Shelves, place: str, target: list[str], consented: list[str], made: list[Disclosure]
) -> Funnel:
    went = [p.person_id for p in shelves.disclosure_persons.all(disclosure_id=[d.id for d in made]) if p.outside_key]
    replies = shelves.replies.all(disclosure_id=[d.id for d in made])
    rows = standing_rows(replies, shelves.reply_rows.all(reply_id=[r.id for r in replies]))
    counts = [r for r in sorted(replies, key=lambda r: r.read_at) if r.way == ReplyWay.COUNTS and r.counts]
    return funnel_of(place, target, consented, went, rows, counts[-1].counts if counts else None)
