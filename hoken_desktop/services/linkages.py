"""突合: washed rows against the people of the register, and against each other."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Protocol

from hoken_desktop.domain.codes import CareSetting, EndReason, PersonState, RowKind, Scheme, Verdict
from hoken_desktop.domain.differences import changes_of
from hoken_desktop.domain.intake import Incoming, has_device_evidence
from hoken_desktop.domain.layouts import LayoutChoice
from hoken_desktop.domain.linkage import LIKELY_AT, Features, Index, Proposal, Similarity, propose, settle
from hoken_desktop.domain.names import fold_kana, fold_name
from hoken_desktop.domain.persons import Benefit, Person
from hoken_desktop.domain.plain import from_plain, to_plain
from hoken_desktop.domain.rounds import Round, RoundRow
from hoken_desktop.services.intakes import Reading
from hoken_desktop.services.ports import Ids, Shelves
from hoken_desktop.services.progress import Report, Step, no_report

_BUNDLE = 500


class BenefitReader(Protocol):
    """Reads one benefit file into washed rows (services/intakes.py)."""

    def __call__(
        self, path: Path, scheme: Scheme, *, layout: LayoutChoice | None, sheet: str | None, today: date, report: Report
    ) -> Reading: ...


def _digits(*phones: str) -> frozenset[str]:
    return frozenset(d for phone in phones if len(d := "".join(c for c in phone if c.isdigit())) >= 9)


def features_of_person(person: Person, benefits: list[Benefit]) -> Features:
    """What is compared of a person."""
    return Features(
        ref=person.id,
        name=fold_name(person.name),
        kana=fold_kana(person.name_kana),
        birth_on=person.birth_on,
        sex=person.sex,
        address=fold_name(person.address_registered or person.address),
        numbers=frozenset((b.payer_no, b.beneficiary_no) for b in benefits if b.beneficiary_no),
        phones=_digits(person.phone_home, person.phone_mobile),
    )


def features_of_row(ref: str, incoming: Incoming) -> Features:
    """What is compared of a washed row."""
    return Features(
        ref=ref,
        name=fold_name(incoming.name),
        kana=fold_kana(incoming.name_kana),
        birth_on=incoming.birth_on,
        sex=incoming.sex,
        address=fold_name(incoming.address_registered or incoming.address_actual),
        numbers=frozenset({(incoming.payer_no, incoming.beneficiary_no)} if incoming.beneficiary_no else set()),
        phones=_digits(incoming.phone_home, incoming.phone_mobile),
    )


class Linkage:
    """Reading and matching for the waiting room. `alike` is the string distance (0 to 1)."""

    def __init__(self, reader: BenefitReader, alike: Similarity, ids: Ids) -> None:
        self._reader = reader
        self._alike = alike
        self._ids = ids

    def read(
        self, path: Path, scheme: Scheme, *, layout: LayoutChoice | None, sheet: str | None, today: date, report: Report
    ) -> Reading:
        """The washed rows of a file, with every fault."""
        return self._reader(path, scheme, layout=layout, sheet=sheet, today=today, report=report)

    def study(
        self, shelves: Shelves, round_: Round, file_id: str, reading: Reading, report: Report = no_report
    ) -> tuple[list[RoundRow], int]:
        """(the candidates of a file with their proposals, how many rows are 対象外).

        対象外 is a row without device evidence that matches nobody of the register: counted, not stored.
        """
        benefits: defaultdict[str, list[Benefit]] = defaultdict(list)
        for benefit in shelves.benefits.all():
            benefits[benefit.person_id].append(benefit)
        people = {p.id: p for p in shelves.persons.all() if p.end_reason not in (EndReason.MERGED, EndReason.MISTAKE)}
        index = Index(features_of_person(p, benefits[p.id]) for p in people.values())
        # People who are new in this round but not yet accepted: another file or row may name them too.
        waiting = Index(
            features_of_row(row.id, from_plain(Incoming, row.incoming))
            for row in shelves.round_rows.all(round_id=round_.id, kind=RowKind.ROW)
            if not row.person_id and not row.joins
        )
        looked: list[tuple[Features, Proposal]] = []
        for done, (_, incoming) in enumerate(reading.washed):
            if done % _BUNDLE == 0:
                report(Step(done, len(reading.washed), "rounds.step_match"))
            row = features_of_row(str(done), incoming)
            proposal = propose(row, index, self._alike)
            looked.append((row, self._careful(proposal, people, incoming)))
        rows: list[RoundRow] = []
        not_eligible = 0
        for (place, incoming), (row, _), proposal in zip(
            reading.washed, looked, settle(looked, self._alike), strict=True
        ):
            known = proposal.ref and (proposal.verdict is not Verdict.DOUBTFUL or proposal.points >= LIKELY_AT)
            if not has_device_evidence(incoming):
                if not known:
                    not_eligible += 1
                    continue
                proposal = replace(proposal, reasons=(*proposal.reasons, "no_device_evidence"))
            staged = RoundRow(
                id=self._ids(), round_id=round_.id, file_id=file_id, file=place.file, sheet=place.sheet, row=place.row,
                kind=RowKind.ROW, verdict=proposal.verdict, scheme=incoming.scheme, person_id=proposal.ref,
                score=proposal.points, rival_id=proposal.rival, reasons=proposal.reasons,
                changes=changes_of(people[proposal.ref], benefits[proposal.ref], incoming) if proposal.ref else (),
                incoming=to_plain(incoming),
            )
            if proposal.verdict is Verdict.DOUBTFUL:
                # The staff choose; until then nobody is claimed, so that an absent person stays a question.
                staged = replace(staged, person_id="", rival_id=proposal.ref)
            elif proposal.verdict is Verdict.NEW:
                staged = self._join(staged, replace(row, ref=staged.id), waiting)
            rows.append(staged)
        return rows, not_eligible

    def _join(self, staged: RoundRow, row: Features, waiting: Index) -> RoundRow:
        """A new person may stand on several rows (two diseases, two schemes): later rows join the first."""
        same = propose(row, waiting, self._alike)
        if same.verdict in (Verdict.CERTAIN, Verdict.LIKELY):
            return replace(
                staged, joins=same.ref, verdict=same.verdict, score=same.points, reasons=(*same.reasons, "same_as_row")
            )
        waiting.add(row)
        return staged

    @staticmethod
    def _careful(proposal: Proposal, people: dict[str, Person], incoming: Incoming) -> Proposal:
        """What is never taken in bulk: someone whose registration has ended, and a row that says 死亡 or 転出."""
        person = people.get(proposal.ref)
        if person is None:
            return proposal
        reasons = proposal.reasons
        if person.state is not PersonState.ACTIVE:
            reasons = (*reasons, "was_ended")
        if incoming.care_setting in (CareSetting.DECEASED, CareSetting.MOVED_OUT):
            reasons = (*reasons, "said_gone")
        return replace(proposal, verdict=Verdict.DOUBTFUL, reasons=reasons) if reasons != proposal.reasons else proposal
