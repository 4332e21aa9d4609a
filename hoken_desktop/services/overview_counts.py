"""この半期, counted: one moment of the registry looked at as a whole, its rounds, disclosures and papers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from hoken_desktop.domain.bases import Circumstances
from hoken_desktop.domain.codes import (
    Choice,
    DeviceGroup,
    Exclusion,
    LegalBasis,
    OnList,
    PaperKind,
    PlanStatus,
    Purpose,
    RecipientSection,
    RoundState,
    Standing,
    UnmappedReason,
)
from hoken_desktop.domain.dates import in_japan
from hoken_desktop.domain.deeds import Deed
from hoken_desktop.domain.disclosures import STANDARD_ITEMS, Request, gate
from hoken_desktop.domain.funnels import MADE
from hoken_desktop.domain.letters import LetterState
from hoken_desktop.domain.replies import standing as standing_rows
from hoken_desktop.domain.rounds import Round, SnapshotRow
from hoken_desktop.domain.statistics import COUNTED, tally, totals
from hoken_desktop.services.funnels import of_round
from hoken_desktop.services.letter_choices import undelivered_ids
from hoken_desktop.services.overview_figures import (
    MENDABLE,
    PAPERS,
    Forecast,
    Funnel,
    Half,
    OpenRequest,
    Overview,
    Work,
)
from hoken_desktop.services.overview_people import PeopleCount
from hoken_desktop.services.recalls import recall_counts


def _day_of(moment: datetime) -> date:
    return in_japan(moment).date()


class Count(PeopleCount):
    """One moment of the registry, counted."""

    def overview(self) -> Overview:
        current = next((r for r in self._rounds if r.state is RoundState.OPEN), None)
        current = current or (self._rounds[-1] if self._rounds else None)
        registered = self._group("registered", [p.id for p in self._live])
        mapped = self._group("mapped", [p.id for p in self._live if self._reason[p.id] is None])
        unmapped = self._group("unmapped", [p.id for p in self._live if self._reason[p.id] is not None])
        reasons = tuple(
            (reason, group.total)
            for reason in UnmappedReason
            if (group := self._group(f"unmapped:{reason}", [i for i, r in self._reason.items() if r is reason])).total
        )
        self._group("mendable", [i for i, r in self._reason.items() if r in MENDABLE])
        self.people["unconfirmed"] = tuple(self._unconfirmed)
        self._benefits()
        for standing_ in (Standing.UNKNOWN, Standing.EXPIRED, Standing.PENDING, Standing.GIVER_NOT_ENTITLED):
            self.people[f"consent:{standing_}"] = tuple(
                p.id
                for p in self._live
                # Who lives outside the district has no 市町 to consent to.
                if self._place(p) and self._standing(p.id, self._place(p), self._day) is standing_
            )
        forecast = self._forecast()
        letters = self._shelves.letters.all(state=LetterState.OUT)
        undelivered = undelivered_ids(self._shelves)
        self.people["undelivered"] = tuple(p.id for p in self._live if p.id in undelivered)
        return Overview(
            day=self._day,
            round=current,
            work=self._work(current),
            registered=registered,
            mapped=mapped,
            unmapped=unmapped,
            reasons=reasons,
            by_municipality=self._by_municipality(),
            forecast=forecast,
            funnel=self._funnel(),
            requests=self._open_requests(),
            now=self._half_now(current),
            before=self._half_before(current),
            people=self.people,
            endurance=self._endurance(),
            freshness=self._freshness(),
            letters_out=len(letters),
            letters_overdue=sum(one.is_overdue(self._day) for one in letters),
            recalls=recall_counts(self._shelves, self._day),
        )

    # ---- parts ------------------------------------------------------------------------------------------------

    def _printed(self, current: Round) -> tuple[frozenset[str], date | None]:
        """(which of PAPERS were printed since the 確定, when one was printed last)."""
        since = max((e.frozen_at for e in self._shelves.editions.all(round_id=current.id)), default=None)
        after: set[str] = set()
        last: list[date] = []
        for entry in self._shelves.audits.all(deed=[Deed.PAPER_PRINTED.value, Deed.MAP_PRINTED.value]):
            kind = str(entry.detail.get("paper", entry.subject))
            kinds = {PaperKind.PACK.value: PAPERS}.get(kind, (kind,))
            if entry.deed == Deed.MAP_PRINTED.value:
                kinds = ("map",)
            if not set(kinds) & set(PAPERS):
                continue
            last.append(_day_of(entry.at))
            if since is not None and entry.at >= since:
                after.update(kinds)
        return frozenset(after & set(PAPERS)), max(last, default=None)

    def _work(self, current: Round | None) -> Work:
        if current is None:
            return Work(None, frozenset(), 0, 0, 0, 0, None, None, 0, 0)
        files = self._shelves.round_files.all(round_id=current.id)
        editions = self._shelves.editions.all(round_id=current.id)
        made = [d for d in self._disclosures if d.round_id == current.id]
        replied = {r.disclosure_id for r in self._shelves.replies.all(disclosure_id=[d.id for d in made])}
        printed, printed_on = self._printed(current)
        tables = [
            _day_of(a.at)
            for a in self._shelves.audits.all(deed=Deed.STATISTICS_MADE.value)
            if a.detail.get("as_of") == current.as_of.isoformat()
        ]
        return Work(
            opened_on=_day_of(current.opened_at) if current.opened_at else None,
            schemes=frozenset(f.scheme for f in files),
            file_rows=sum(f.rows for f in files),
            rows=self._shelves.round_rows.count(round_id=current.id),
            pending=self._shelves.round_rows.count(round_id=current.id, choice=Choice.PENDING),
            held=self._shelves.round_rows.count(round_id=current.id, choice=Choice.HOLD),
            frozen_on=max((_day_of(e.frozen_at) for e in editions), default=None),
            statistics_on=max(tables, default=None),
            disclosed_to=len({d.municipality for d in made}),
            replied=len({d.municipality for d in made if d.id in replied}),
            candidates=sum(f.candidates for f in files),
            printed=printed,
            printed_on=printed_on,
        )

    def _newest_frozen(self) -> Round | None:
        frozen = [r for r in self._rounds if r.state is RoundState.FROZEN]
        return frozen[-1] if frozen else None

    def _snapshot(self, round_: Round) -> list[SnapshotRow]:
        return self._shelves.snapshot_rows.all(round_id=round_.id, edition=round_.edition)

    def _target(self) -> list[tuple[str, str, DeviceGroup]]:
        """(person, municipality, device) of everyone a disclosure could be about: of the newest edition, else today."""
        ours = frozenset(self._office.municipalities)
        basis = self._newest_frozen()
        if basis is None:
            every = [(p.id, self._place(p), self._groups[p.id]) for p in self._live]
        else:
            every = [(r.person_id, r.municipality, r.group) for r in self._snapshot(basis) if r.group in COUNTED]
        return [one for one in every if one[1] in ours]

    def _forecast(self) -> Forecast:
        basis = self._newest_frozen()
        target = self._target()
        groups = {id_: group for id_, _, group in target}
        asked = {code: self._supposed(code) for code in self._office.municipalities}
        # Nothing of a disaster is forecast, so the rules of the centre are all that the bases stand on.
        here = Circumstances(rules=tuple(self._shelves.basis_rules.all()))
        out: dict[str, Exclusion | None] = {}
        for id_, code, _ in target:
            out[id_] = gate(
                self._everyone[id_], self._ledger.get(id_, ()), asked[code], day=self._day,
                office=self._office.municipalities, circumstances=here,
                include_not_at_home=self._office.include_not_at_home,
                guardian_ends_at=self._office.guardian_ends_at,
            ).excluded  # fmt: skip
        excluded = tuple(
            (reason, group.total)
            for reason in Exclusion
            if (group := self._group(f"excluded:{reason}", [i for i, r in out.items() if r is reason], groups)).total
        )
        return Forecast(
            basis=basis.as_of if basis else None,
            edition=basis.edition if basis else 0,
            target=self._group("target", out, groups),
            disclosed=self._group("disclosed", [i for i, r in out.items() if r is None], groups),
            stays=self._group("excluded", [i for i, r in out.items() if r is not None], groups),
            excluded=excluded,
        )

    def _supposed(self, code: str) -> Request:
        """The municipality's newest open request of peacetime to the health section; else one for the 名簿."""
        known = [
            r
            for r in self._requests
            if r.municipality == code
            and r.section is RecipientSection.HEALTH
            and r.closed_on is None
            and r.basis is not LegalBasis.DISASTER
        ]
        if known:
            return max(known, key=lambda r: (r.received_on, r.requested_on))
        return Request(
            id="", municipality=code, section=RecipientSection.HEALTH, number="", requested_on=self._day,
            received_on=self._day, requester="", basis=LegalBasis.CONSENT, purposes=(Purpose.ROSTER,),
            purpose_text="", items=STANDARD_ITEMS,
        )  # fmt: skip

    def _funnel(self) -> Funnel:
        target = self._target()
        ids = {id_ for id_, _, _ in target}
        consented = {i for i, code, _ in target if self._standing(i, code, self._day) is Standing.VALID}
        basis = self._newest_frozen()
        made = [d for d in self._disclosures if basis is not None and d.round_id == basis.id]
        went = {
            p.person_id
            for p in self._shelves.disclosure_persons.all(disclosure_id=[d.id for d in made])
            if p.outside_key and p.person_id in ids
        }
        replies = self._shelves.replies.all(disclosure_id=[d.id for d in made])
        rows = standing_rows(replies, self._shelves.reply_rows.all(reply_id=[r.id for r in replies]))
        newest = {id_: row for id_, row in rows.items() if id_ in went}
        answered = {r.disclosure_id for r in replies}
        waiting = dict.fromkeys(d.municipality for d in made if d.id not in answered)
        for key, found in (("funnel:consented", consented), ("funnel:disclosed", went)):
            self.people[key] = tuple(found)
        self.people["funnel:listed"] = tuple(i for i, r in newest.items() if r.on_list is OnList.LISTED)
        self.people["funnel:supported"] = tuple(i for i, r in newest.items() if r.support_plan is PlanStatus.MADE)
        self.people["funnel:planned"] = tuple(i for i, r in newest.items() if r.evacuation_plan in MADE)
        # The same figures as 市町の取組: answers in numbers are in them, though nobody can be shown behind those.
        whole = of_round(self._shelves, basis, self._ledger, self._day).whole if basis is not None else None
        return Funnel(
            target=len(ids),
            consented=len(consented),
            disclosed=len(went),
            listed=whole.listed if whole else 0,
            planned=whole.planned if whole else 0,
            counted=whole.counted if whole else 0,
            unanswered=tuple(waiting),
            supported=len(self.people["funnel:supported"]),
        )

    def _open_requests(self) -> tuple[OpenRequest, ...]:
        done = {d.request_id for d in self._disclosures}
        found = [
            OpenRequest(
                r.id, r.municipality, r.due_on, (r.due_on - self._day).days if r.due_on is not None else None
            )
            for r in self._requests
            if r.id not in done and r.closed_on is None
        ]
        return tuple(sorted(found, key=lambda r: r.due_on or date.max))

    # ---- halves -----------------------------------------------------------------------------------------------

    def _half_now(self, current: Round | None) -> Half:
        if current is not None and current.state is RoundState.FROZEN:
            return self._half_of(current)
        return Half(
            as_of=current.as_of if current else None,
            frozen=False,
            registered=tally((self._groups[p.id] for p in self._live), by_use=self._by_use),
            mapped=tally((self._groups[p.id] for p in self._live if self._reason[p.id] is None), by_use=self._by_use),
            unconfirmed=len(self._unconfirmed),
            consented=sum(
                self._standing(p.id, self._place(p), self._day) is Standing.VALID for p in self._live
            ),
        )

    def _half_before(self, current: Round | None) -> Half | None:
        frozen = [r for r in self._rounds if r.state is RoundState.FROZEN and r is not current]
        return self._half_of(frozen[-1]) if frozen else None

    def _half_of(self, round_: Round) -> Half:
        rows = self._snapshot(round_)
        edition: Any = self._shelves.editions.all(round_id=round_.id, edition=round_.edition)[0]
        found = totals(rows, by_use=edition.counting == "use")
        day = _day_of(edition.frozen_at)
        return Half(
            as_of=round_.as_of,
            frozen=True,
            registered=found.registered,
            mapped=found.mapped,
            unconfirmed=found.unconfirmed,
            consented=sum(
                self._standing(r.person_id, r.municipality, day) is Standing.VALID for r in rows if r.group in COUNTED
            ),
        )
