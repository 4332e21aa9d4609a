"""この半期, counted: one moment of the registry looked at as a whole, by device, place, consent, hours and age."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

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
from hoken_desktop.domain.consents import FOREMOST, Consent, standing
from hoken_desktop.domain.dates import in_japan, months_after
from hoken_desktop.domain.deeds import Deed
from hoken_desktop.domain.disclosures import (
    STANDARD_ITEMS,
    DisclosureState,
    Request,
    gate,
)
from hoken_desktop.domain.endurance import endurance
from hoken_desktop.domain.office import Office
from hoken_desktop.domain.persons import Benefit, Device, Person, device_group, provision_municipality, standing_facts
from hoken_desktop.domain.places import is_registered, unmapped_reason
from hoken_desktop.domain.replies import ReplyRow
from hoken_desktop.domain.rounds import Round, SnapshotRow
from hoken_desktop.domain.statistics import COUNTED, OUTSIDE, tally, totals
from hoken_desktop.services.overview_figures import (
    AGES,
    BINS,
    MENDABLE,
    OXYGEN,
    PAPERS,
    VENTILATOR,
    Forecast,
    Funnel,
    Group,
    Half,
    OpenRequest,
    Overview,
    Work,
)
from hoken_desktop.services.ports import Shelves


def _day_of(moment: datetime) -> date:
    return in_japan(moment).date()


class Count:
    """One moment of the registry, counted."""

    def __init__(self, shelves: Shelves, day: date) -> None:
        self._shelves = shelves
        self._day = day
        self._office: Office = shelves.offices.all()[0]
        self._by_use = self._office.counting == "use"
        self._everyone = {p.id: p for p in shelves.persons.all()}
        self._devices: dict[str, list[Device]] = _by_person(shelves.devices.all())
        devices = self._devices
        self._groups = {id_: device_group(devices.get(id_, ())) for id_ in self._everyone}
        places = {p.person_id: p for p in shelves.places.all()}
        active = sorted((p for p in self._everyone.values() if is_registered(p)), key=lambda p: p.sort_key)
        self._live = [p for p in active if self._groups[p.id] in COUNTED]
        self._unconfirmed = [p.id for p in active if self._groups[p.id] is DeviceGroup.UNCONFIRMED]
        ours = self._office.municipalities
        self._reason = {p.id: unmapped_reason(p, places.get(p.id), ours) for p in self._live}
        self._ledger: dict[str, list[Consent]] = _by_person(shelves.consents.all(section=RecipientSection.HEALTH))
        self._rounds = sorted(shelves.rounds.all(), key=lambda r: r.as_of)
        self._requests = shelves.requests.all()
        self._disclosures = shelves.disclosures.all(state=DisclosureState.DONE)
        self.people: dict[str, tuple[str, ...]] = {}

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
            backup_at=self._backup_at(),
        )

    # ---- parts ------------------------------------------------------------------------------------------------

    def _group(self, key: str, ids: Iterable[str], groups: Mapping[str, DeviceGroup] | None = None) -> Group:
        self.people[key] = tuple(ids)
        known = groups or self._groups
        # 人工呼吸器 includes 両方; counted by use, 酸素 does too: a click on one half of a figure shows its people.
        oxygen = (DeviceGroup.OXYGEN, DeviceGroup.BOTH) if self._by_use else (DeviceGroup.OXYGEN,)
        for device, wanted in ((VENTILATOR, (DeviceGroup.VENTILATOR, DeviceGroup.BOTH)), (OXYGEN, oxygen)):
            self.people[f"{key}/{device}"] = tuple(i for i in self.people[key] if known[i] in wanted)
        return Group(key, tally((known[i] for i in self.people[key]), by_use=self._by_use))

    def _place(self, person: Person) -> str:
        return provision_municipality(person, self._office.municipalities)

    def _by_municipality(self) -> tuple[tuple[str, Mapping[DeviceGroup, int]], ...]:
        found: dict[str, Counter[DeviceGroup]] = {code: Counter() for code in self._office.municipalities}
        ids: defaultdict[str, list[str]] = defaultdict(list)
        for person in self._live:
            place = self._place(person) or OUTSIDE
            found.setdefault(place, Counter())[self._groups[person.id]] += 1
            ids[place].append(person.id)
        for place in found:
            self.people[f"municipality:{place}"] = tuple(ids[place])
        return tuple((code, dict(counts)) for code, counts in found.items())

    def _benefits(self) -> None:
        """受給者証: over for longer than the office's grace is 期限切れ, over for less is 更新手続中."""
        newest: dict[str, Benefit] = {}
        for benefit in self._shelves.benefits.all():
            old = newest.get(benefit.person_id)
            if old is None or (benefit.valid_to or date.min) >= (old.valid_to or date.min):
                newest[benefit.person_id] = benefit
        ends = {i: b.valid_to for i, b in newest.items()}
        over = [p.id for p in self._live if (end := ends.get(p.id)) is not None and end < self._day]
        grace = [i for i in over if self._day <= months_after(ends[i] or date.min, self._office.grace_months)]
        self.people["benefit_renewing"] = tuple(grace)
        self.people["benefit_expired"] = tuple(i for i in over if i not in set(grace))

    def _endurance(self) -> tuple[tuple[str, int], ...]:
        """How long each would last without power by the facts that stand; what is not known stands first."""
        facts = {i: standing_facts(rows) for i, rows in _by_person(self._shelves.facts.all()).items()}
        found: defaultdict[str, list[str]] = defaultdict(list)
        for person in self._live:
            hours = endurance(self._devices.get(person.id, ()), facts.get(person.id, {})).hours
            found[_bin_of(hours)].append(person.id)
        for key in BINS:
            self.people[f"endurance:{key}"] = tuple(found[key])
        return tuple((key, len(found[key])) for key in BINS)

    def _freshness(self) -> tuple[tuple[str, int], ...]:
        """When each person's devices, or the person, were last confirmed (as the 台帳 shows it)."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        for person in self._live:
            seen = [d.as_of for d in self._devices.get(person.id, ()) if d.as_of]
            if person.as_of is not None:
                seen.append(person.as_of)
            found[_age_of(max(seen, default=None), self._day)].append(person.id)
        for key in AGES:
            self.people[f"freshness:{key}"] = tuple(found[key])
        old = [i for key in AGES if key != "fresh" for i in found[key]]
        self.people["devices_left"] = tuple(dict.fromkeys([*self._unconfirmed, *old]))
        return tuple((key, len(found[key])) for key in AGES)

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

    def _backup_at(self) -> datetime | None:
        made = self._shelves.audits.all(deed=Deed.BACKUP_MADE.value)
        return max((datetime.fromisoformat(str(a.detail["made_at"])) for a in made), default=None)

    def _standing(self, person_id: str, recipient: str, day: date) -> Standing:
        """Over all purposes towards the health section: valid for any counts as given, as in the consents' table."""
        rows = self._ledger.get(person_id, ())
        if not rows or not recipient:
            return Standing.UNKNOWN
        person = self._everyone[person_id]
        found = {
            standing(
                rows, recipient=recipient, section=RecipientSection.HEALTH, purpose=purpose, day=day,
                birth_on=person.birth_on, guardian_ends_at=self._office.guardian_ends_at,
            ).standing
            for purpose in {r.purpose for r in rows}
        }  # fmt: skip
        return next(s for s in FOREMOST if s in found)

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
        out: dict[str, Exclusion | None] = {}
        for id_, code, _ in target:
            out[id_] = gate(
                self._everyone[id_], self._ledger.get(id_, ()), asked[code], day=self._day,
                office=self._office.municipalities, include_not_at_home=self._office.include_not_at_home,
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
        """The municipality's newest request to the health section; where there is none, one for the 名簿."""
        known = [r for r in self._requests if r.municipality == code and r.section is RecipientSection.HEALTH]
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
        replies = sorted(
            self._shelves.replies.all(disclosure_id=[d.id for d in made]), key=lambda r: r.read_at
        )
        rows: defaultdict[str, list[ReplyRow]] = defaultdict(list)
        for row in self._shelves.reply_rows.all(reply_id=[r.id for r in replies]):
            rows[row.reply_id].append(row)
        newest = {row.person_id: row for reply in replies for row in rows[reply.id] if row.person_id in went}
        answered = {r.disclosure_id for r in replies}
        waiting = dict.fromkeys(d.municipality for d in made if d.id not in answered)
        for key, found in (("funnel:consented", consented), ("funnel:disclosed", went)):
            self.people[key] = tuple(found)
        self.people["funnel:listed"] = tuple(i for i, r in newest.items() if r.on_list is OnList.LISTED)
        self.people["funnel:supported"] = tuple(i for i, r in newest.items() if r.support_plan is PlanStatus.MADE)
        self.people["funnel:planned"] = tuple(i for i, r in newest.items() if r.evacuation_plan is PlanStatus.MADE)
        return Funnel(
            target=len(ids),
            consented=len(consented),
            disclosed=len(went),
            listed=len(self.people["funnel:listed"]),
            planned=len(self.people["funnel:planned"]),
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
            if r.id not in done
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


def _by_person(values: Iterable[Any]) -> dict[str, list[Any]]:
    found: defaultdict[str, list[Any]] = defaultdict(list)
    for value in values:
        found[value.person_id].append(value)
    return dict(found)


def _bin_of(hours: float | None) -> str:
    if hours is None:
        return BINS[0]
    return next((key for key, under in zip(BINS[1:], (2, 6, 12, 24), strict=False) if hours < under), BINS[-1])


def _age_of(day: date | None, today: date) -> str:
    if day is None:
        return AGES[0]
    days = (today - day).days
    return AGES[-1] if days <= 183 else AGES[3] if days <= 365 else AGES[2] if days <= 730 else AGES[1]
