"""消失: who stands on the register by a scheme but on no row of this round's files. A question, never a deletion."""

from __future__ import annotations

from collections import Counter
from datetime import date

from hoken_desktop.domain.codes import Choice, PersonState, RowKind, Scheme, Verdict
from hoken_desktop.domain.persons import Benefit
from hoken_desktop.domain.rounds import Round, RoundRow
from hoken_desktop.services.ports import Ids, Shelves, Writing

_WITH_FILES = (Scheme.NANBYO, Scheme.SHOMAN)


def ask_for_absent(shelves: Writing, ids: Ids, round_: Round, scheme: Scheme) -> int:
    """Asks for everyone on the register by this scheme whom no row of this round speaks for; gives how many are asked.

    Asked again after every decision: a row taken for somebody new leaves the person it had been proposed for without
    one. A question that has been answered stays; one that has not goes when a row speaks for the person after all.
    """
    rows = shelves.round_rows.all(round_id=round_.id)
    present = {person for row in rows if row.kind is RowKind.ROW for person in _spoken_for(row)}
    asked = {r.person_id: r for r in rows if r.kind is RowKind.ABSENT}
    shelves.round_rows.remove(r.id for p, r in asked.items() if p in present and r.choice is Choice.PENDING)
    missing = sorted(
        person
        for person, known in _schemes(shelves).items()
        if known is scheme and person not in present and person not in asked
    )
    shelves.round_rows.add_all(
        RoundRow(
            ids(), round_.id, "", "", "", 0, RowKind.ABSENT, Verdict.ABSENT, scheme, person_id=person,
            reasons=("not_in_file",),
        )
        for person in missing
    )
    return shelves.round_rows.count(round_id=round_.id, kind=RowKind.ABSENT, scheme=scheme)


def unread_schemes(shelves: Shelves, round_: Round) -> dict[Scheme, int]:
    """Whom no file of this round could speak for: they are carried over without having been asked for. Scheme → people.

    A scheme whose file was read is not among them. Under OTHER stands everybody whose scheme has no file or is not
    known, such as people taken over from an office's own list, unless a row speaks for them all the same.
    """
    rows = shelves.round_rows.all(round_id=round_.id)
    spoken = {person for row in rows if row.kind is RowKind.ROW for person in _spoken_for(row)}
    read = {file.scheme for file in shelves.round_files.all(round_id=round_.id)}
    unread = (
        scheme if scheme in _WITH_FILES else Scheme.OTHER
        for person, scheme in _schemes(shelves).items()
        if scheme not in read and person not in spoken
    )  # fmt: skip
    return dict(Counter(unread))


def _schemes(shelves: Shelves) -> dict[str, Scheme]:
    """Everyone on the register with the scheme of their newest benefit row; OTHER without one."""
    newest: dict[str, Benefit] = {}
    for benefit in shelves.benefits.all():
        old = newest.get(benefit.person_id)
        if old is None or (benefit.as_of or date.min) >= (old.as_of or date.min):
            newest[benefit.person_id] = benefit
    active = [p.id for p in shelves.persons.all(state=PersonState.ACTIVE)]
    return {person: newest[person].scheme if person in newest else Scheme.OTHER for person in active}


def _spoken_for(row: RoundRow) -> tuple[str, ...]:
    """The people a row of a file says are still there: who it was decided to be, until then who it may be."""
    if row.choice in (Choice.SAME, Choice.NEW):
        return (row.person_id,)
    if row.choice is Choice.SKIP:
        return (row.person_id,) if row.verdict is Verdict.CERTAIN else ()
    return (row.person_id, row.rival_id) if row.verdict is Verdict.DOUBTFUL else (row.person_id,)
