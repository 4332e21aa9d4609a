"""受給者情報 by hand: numbers, dates and diseases; several numbers and several diseases are several rows."""

from __future__ import annotations

from dataclasses import replace

from hoken_desktop.domain.codes import Scheme
from hoken_desktop.domain.deeds import Deed
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.persons import Benefit
from hoken_desktop.services.ports import Clock, Ids, Store, Writing


class Benefits:
    """The benefit rows of one registry."""

    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids

    def add(self, benefit: Benefit) -> Benefit:
        """One more row of `benefit.person_id`; its id is given here."""
        new = replace(benefit, id=self._ids())
        self._check(new)
        with self._store.change(Deed.BENEFIT_RECORDED, new.person_id, what="added") as shelves:
            _check_person(shelves, new.person_id)
            return shelves.benefits.add(new)

    def change(self, benefit: Benefit) -> Benefit:
        """A row put right; it stays with its person. Nothing changed is no deed."""
        self._check(benefit)
        with self._store.read() as shelves:
            if shelves.benefits.get(benefit.id) == benefit:
                return benefit
        with self._store.change(Deed.BENEFIT_RECORDED, benefit.person_id, what="changed") as shelves:
            old = shelves.benefits.get(benefit.id)
            if old is None or old.person_id != benefit.person_id:
                raise Refusal("benefits.unknown")
            return shelves.benefits.replace(benefit)

    def remove(self, benefit_id: str) -> None:
        """A row entered by mistake taken away; the record keeps what it said."""
        with self._store.read() as shelves:
            old = shelves.benefits.get(benefit_id)
        if old is None:
            raise Refusal("benefits.unknown")
        with self._store.change(Deed.BENEFIT_RECORDED, old.person_id, what="removed") as shelves:
            shelves.benefits.remove([benefit_id])

    def holders(self, payer_no: str, beneficiary_no: str, *, other_than: str) -> tuple[str, ...]:
        """管理番号 of other people who hold this number: perhaps the same person twice on the register."""
        if not beneficiary_no:
            return ()
        with self._store.read() as shelves:
            rows = shelves.benefits.all(beneficiary_no=beneficiary_no)
            ids = {
                row.person_id
                for row in rows
                if row.person_id != other_than and (not payer_no or not row.payer_no or row.payer_no == payer_no)
            }
            return tuple(sorted(p.registry_no for p in shelves.persons.all(id=sorted(ids))))

    def _check(self, benefit: Benefit) -> None:
        """What no certificate can say. A wrong check digit is no reason: the screen warns of it."""
        if benefit.valid_from and benefit.valid_to and benefit.valid_from > benefit.valid_to:
            raise Refusal("benefits.dates_crossed")
        if benefit.as_of is not None and benefit.as_of > self._clock.today():
            raise Refusal("persons.future_date")
        if benefit.shoman_group and not (
            benefit.shoman_group.isascii() and benefit.shoman_group.isdigit() and 1 <= int(benefit.shoman_group) <= 16
        ):
            raise Refusal("benefits.bad_group")
        if benefit.shoman_group and benefit.scheme is not Scheme.SHOMAN:
            raise Refusal("benefits.group_of_shoman")


def _check_person(shelves: Writing, person_id: str) -> None:
    if shelves.persons.get(person_id) is None:
        raise Refusal("persons.unknown")
