"""法的根拠: the centre's rules about them, and the text each has on papers; every state stays in the register."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from hoken_desktop.domain.bases import SWITCHED, BasisRule, Circumstances, standing_rules, withheld
from hoken_desktop.domain.codes import Lack, LegalBasis
from hoken_desktop.domain.deeds import Deed
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.services.ports import Clock, Ids, Shelves, Store, Writing
from hoken_desktop.services.staff import check_admin
from hoken_desktop.words import label, say

SWITCHABLE = (*SWITCHED, LegalBasis.GOV_69_2_3)
"""What the centre turns on and off; CONSENT stays on, DISASTER is opened by an event alone."""


@dataclass(frozen=True, slots=True)
class BasisState:
    """One basis as it stands today. `rule` None: nothing was ever decided on it. `lacks` keeps it from being chosen.

    `history` are its earlier and present rules, the newest first.
    """

    basis: LegalBasis
    text: str
    rule: BasisRule | None
    lacks: tuple[Lack, ...]
    history: tuple[BasisRule, ...]

    @property
    def enabled(self) -> bool:
        """What the rule says; without one only what needs no rule is on."""
        return self.basis not in SWITCHED if self.rule is None else self.rule.enabled


class Bases:
    """The table of legal bases. Reading is everybody's, changing a 管理者's; rows are only added."""

    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids

    def all(self) -> list[BasisState]:
        """Every basis as it stands, in the order of the table."""
        with self._store.read() as shelves:
            here = circumstances_of(shelves, self._clock.now())
        return [self._state(basis, here) for basis in LegalBasis]

    def get(self, basis: LegalBasis) -> BasisState:
        """One basis as it stands."""
        return next(state for state in self.all() if state.basis is basis)

    def switch(self, basis: LegalBasis, enabled: bool, decision_number: str, decided_on: date | None) -> BasisState:
        """Turns a basis on or off by a decision of the centre.

        Refuses who is no 管理者, CONSENT (always on), DISASTER (an event opens it), and a decision without its number
        or day, or with a day to come.
        """
        check_admin(self._store)
        if basis is LegalBasis.CONSENT:
            raise Refusal("bases.consent_stays", label=label(basis))
        if basis is LegalBasis.DISASTER:
            raise Refusal("bases.disaster_by_event", label=label(basis))
        if not decision_number.strip():
            raise Refusal("bases.no_decision")
        today = self._clock.today()
        if decided_on is None or decided_on > today:
            raise Refusal("bases.decision_day", today=today.isoformat())
        with self._store.change(
            Deed.BASIS_SET, basis.value, basis=basis.value, enabled=enabled, decided_on=decided_on.isoformat()
        ) as writing:
            old = standing_rules(writing.basis_rules.all()).get(basis)
            self._add(writing, basis, enabled, old.text if old else "", decision_number.strip(), decided_on)
        return self.get(basis)

    def reword(self, basis: LegalBasis, text: str) -> BasisState:
        """Another text for papers; blank gives the shipped one back. Whether it is on stays. For a 管理者 only."""
        check_admin(self._store)
        with self._store.change(Deed.BASIS_SET, basis.value, basis=basis.value, fields=["text"]) as writing:
            old = standing_rules(writing.basis_rules.all()).get(basis)
            kept = (old.decision_number, old.decided_on) if old else ("", None)
            self._add(writing, basis, old.enabled if old else basis not in SWITCHED, text.strip(), *kept)
        return self.get(basis)

    def _add(
        self, writing: Writing, basis: LegalBasis, enabled: bool, text: str, number: str, decided_on: date | None
    ) -> None:
        # The last entered stands: a clock that was ahead once must not keep a basis open that is turned off now.
        known = [rule.entered_at for rule in writing.basis_rules.all(basis=basis)]
        now = max([self._clock.now(), *(at + timedelta(microseconds=1) for at in known)])
        writing.basis_rules.add(
            BasisRule(self._ids(), basis, enabled, text, number, decided_on, now, self._store.staff_id)
        )

    def _state(self, basis: LegalBasis, here: Circumstances) -> BasisState:
        mine = [rule for rule in here.rules if rule.basis is basis]
        rule = standing_rules(mine).get(basis)
        newest = tuple(sorted(mine, key=lambda each: (each.entered_at, each.id), reverse=True))
        return BasisState(basis, _text(basis, rule), rule, withheld(basis, here, self._clock.today()), newest)


def circumstances_of(shelves: Shelves, now: datetime) -> Circumstances:
    """What the bases stand on at `now`: every rule, every event, the staff in post."""
    return Circumstances(
        tuple(shelves.basis_rules.all()), tuple(shelves.events.all()),
        frozenset(member.id for member in shelves.staff.all() if member.withdrawn_at is None), now,
    )  # fmt: skip


def basis_text(shelves: Shelves, basis: LegalBasis, at: datetime | None = None) -> str:
    """How the centre words this basis on its papers now, or worded it at an earlier moment."""
    rules = [rule for rule in shelves.basis_rules.all() if at is None or rule.entered_at <= at]
    return _text(basis, standing_rules(rules).get(basis))


def _text(basis: LegalBasis, rule: BasisRule | None) -> str:
    return rule.text if rule is not None and rule.text else label(basis)


def said_lacks(lacks: tuple[Lack, ...]) -> str:
    """What is missing, in one line."""
    return say("bases.joint").join(label(lack) for lack in lacks)
