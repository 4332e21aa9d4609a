"""突合: is this row somebody the register knows? A score made of named reasons, and a verdict.

Blank is neutral, never a mismatch. A number alone never decides: numbers are re-issued and mistyped.
Near-ties (twins, namesakes) and rows that claim the same person go to the staff.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from hoken_desktop.domain.codes import Sex, Verdict

Similarity = Callable[[str, str], float]
"""How alike two folded texts are, 0 (nothing in common) to 1 (the same)."""


@dataclass(frozen=True, slots=True)
class Features:
    """What is compared of one row or one person. Texts are folded (domain/names.py); "" is unknown.

    `numbers` are (公費負担者番号, 受給者番号) pairs, `phones` digits only.
    """

    ref: str
    name: str = ""
    kana: str = ""
    birth_on: date | None = None
    sex: Sex = Sex.OTHER
    address: str = ""
    numbers: frozenset[tuple[str, str]] = field(default_factory=frozenset)
    phones: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Likeness:
    """One comparison: points (each reason adds or takes some) and the reasons, best known first."""

    ref: str
    points: float
    reasons: tuple[str, ...]
    number: bool = False
    name: bool = False
    birth: bool = False
    phone: bool = False
    address: bool = False


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the program proposes for one row: `ref` the person ("" for new), the gap to the runner-up in the reasons."""

    verdict: Verdict
    ref: str = ""
    points: float = 0.0
    rival: str = ""
    reasons: tuple[str, ...] = ()


CERTAIN_AT = 9.0
LIKELY_AT = 6.0
DOUBTFUL_AT = 3.5
CLEAR_GAP = 3.0
SOME_GAP = 2.0


def _name(a: Features, b: Features, alike: Similarity) -> tuple[float, str, bool]:
    best = -1.0
    for one, other in ((a.name, b.name), (a.kana, b.kana)):
        if one and other:
            best = max(best, alike(one, other))
    if best < 0:
        return 0.0, "", False
    if best == 1.0:
        return 4.0, "name_same", True
    if best >= 0.85:
        return 2.0, "name_similar", False
    if best >= 0.5:
        return -1.0, "name_partly", False
    return -4.0, "name_differs", False


def _birth(a: date | None, b: date | None) -> tuple[float, str, bool]:
    if a is None or b is None:
        return 0.0, "", False
    if a == b:
        return 4.0, "birth_same", True
    x, y = a.strftime("%Y%m%d"), b.strftime("%Y%m%d")
    slips = sum(p != q for p, q in zip(x, y, strict=True))
    swapped = (a.month, a.day) == (b.day, b.month) and a.year == b.year
    if slips == 1 or swapped:
        return 1.5, "birth_one_off", False
    return -5.0, "birth_differs", False


def compare(a: Features, b: Features, alike: Similarity) -> Likeness:
    """How much speaks for `a` and `b` being one person; `b.ref` is kept."""
    points = 0.0
    reasons: list[str] = []

    def add(some: float, reason: str) -> None:
        nonlocal points
        points += some
        if reason:
            reasons.append(reason)

    number = bool(a.numbers & b.numbers)
    if number:
        add(6.0, "number_same")
    elif {n for _, n in a.numbers} & {n for _, n in b.numbers}:
        add(2.0, "beneficiary_same")
    some, reason, name = _name(a, b, alike)
    add(some, reason)
    some, reason, birth = _birth(a.birth_on, b.birth_on)
    add(some, reason)
    if Sex.OTHER not in (a.sex, b.sex):
        add(*((0.3, "") if a.sex is b.sex else (-2.0, "sex_differs")))
    address = False
    if a.address and b.address:
        nearness = alike(a.address, b.address)
        address = nearness >= 0.9
        add(*((2.0, "address_same") if address else (0.8, "address_similar") if nearness >= 0.7 else (-0.3, "moved")))
    phone = bool(a.phones & b.phones)
    if phone:
        add(2.0, "phone_same")
    return Likeness(b.ref, points, tuple(reasons), number, name, birth, phone, address)


def _is_sound(found: Likeness) -> bool:
    """Whether two independent facts beside the number, or name and birth with a third, agree."""
    if found.number:
        return sum((found.name, found.birth, found.phone)) >= 2
    return found.name and found.birth and (found.address or found.phone)


class Index:
    """People by several independent keys, so that one slip in one field does not hide anybody."""

    def __init__(self, people: Iterable[Features]) -> None:
        self._people: dict[str, Features] = {}
        self._keys: defaultdict[tuple[str, object], set[str]] = defaultdict(set)
        for person in people:
            self.add(person)

    def add(self, person: Features) -> None:
        """Makes one more person findable."""
        self._people[person.ref] = person
        for key in self._keys_of(person):
            self._keys[key].add(person.ref)

    @staticmethod
    def _keys_of(one: Features) -> Iterable[tuple[str, object]]:
        for _, number in one.numbers:
            yield ("number", number)
        for phone in one.phones:
            yield ("phone", phone)
        if one.name:
            yield ("name", one.name)
        if one.kana:
            yield ("kana", one.kana)
        if one.birth_on:
            yield ("birth", one.birth_on)
        if one.address:
            yield ("address", one.address)

    def near(self, one: Features) -> list[Features]:
        """Everyone who shares at least one key with `one`."""
        refs: set[str] = set()
        for key in self._keys_of(one):
            refs |= self._keys.get(key, set())
        return [self._people[ref] for ref in sorted(refs) if ref != one.ref]


def propose(row: Features, index: Index, alike: Similarity) -> Proposal:
    """The proposal for one row by itself; `settle` then looks at all rows together."""
    found = sorted((compare(row, other, alike) for other in index.near(row)), key=lambda f: (-f.points, f.ref))
    if not found or found[0].points < DOUBTFUL_AT:
        return Proposal(Verdict.NEW)
    best = found[0]
    gap = best.points - found[1].points if len(found) > 1 else best.points
    rival = found[1].ref if len(found) > 1 and found[1].points >= DOUBTFUL_AT else ""
    verdict = Verdict.DOUBTFUL
    if best.points >= CERTAIN_AT and gap >= CLEAR_GAP and _is_sound(best):
        verdict = Verdict.CERTAIN
    elif best.points >= LIKELY_AT and gap >= SOME_GAP and (best.name or best.number):
        verdict = Verdict.LIKELY
    reasons = best.reasons + (("close_rival",) if rival and gap < CLEAR_GAP else ())
    return Proposal(verdict, best.ref, round(best.points, 2), rival, reasons)


def settle(rows: Sequence[tuple[Features, Proposal]], alike: Similarity) -> list[Proposal]:
    """One to one: rows that claim the same person without being one person themselves are doubtful, all of them."""
    claims: defaultdict[str, list[int]] = defaultdict(list)
    for place, (_, proposal) in enumerate(rows):
        if proposal.ref:
            claims[proposal.ref].append(place)
    settled = [proposal for _, proposal in rows]
    for places in claims.values():
        if len(places) < 2:
            continue
        first = rows[places[0]][0]
        same = all(
            (found := compare(rows[place][0], first, alike)).points >= LIKELY_AT and found.name for place in places[1:]
        )
        if same:
            continue
        for place in places:
            old = settled[place]
            settled[place] = Proposal(
                Verdict.DOUBTFUL, old.ref, old.points, old.rival, (*old.reasons, "claimed_twice")
            )
    return settled
