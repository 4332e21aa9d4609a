"""Years of a registry lived at random: no file ever holds a person or an item that may not leave on its day.

Beside the registry walks a plain model, written from the rule as it stands in words (docs/decisions/0060): what was
said, by whom, when, and where everybody is. Each file is opened by another library than the program's own and compared
with the model person by person and item by item; after each, everybody whose data lie somewhere they may not lie any
more is on the list of 回収, with the item groups that have to go where the person may still be held.

`--soak` lives 100,000 steps; `HOKEN_LIFE_SEED` lives another life.
"""

from __future__ import annotations

import io
import os
import random
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, TypeVar

import msoffcrypto
import openpyxl
import pytest

from hoken_desktop.adapters import sealed_pdfs, sealed_sheets
from hoken_desktop.adapters.layouts import read_mapped
from hoken_desktop.adapters.read_sheets import read_returned
from hoken_desktop.domain.codes import (
    CareSetting,
    ConsentDecision,
    ConsentGiver,
    EndReason,
    EvidenceSource,
    ItemGroup,
    Purpose,
    RecipientSection,
)
from hoken_desktop.domain.consents import Consent
from hoken_desktop.domain.disclosures import ITEM_BY_KEY, ITEMS
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.persons import Person
from hoken_desktop.domain.recalls import Holding, RecallReason
from hoken_desktop.services.consents import Consents
from hoken_desktop.services.disclosures import Disclosures, Made
from hoken_desktop.services.identities import Identities
from hoken_desktop.services.items import WHO, header
from hoken_desktop.services.persons import Persons
from hoken_desktop.services.printing import Printing
from hoken_desktop.services.recalls import Recalls
from hoken_desktop.services.replies import Replies
from hoken_desktop.services.undo import Undo
from hoken_desktop.ui.printing import QtPrinter
from hoken_desktop.words import say
from tests.registry_builder import AGEO, KONOSU, OUTSIDE, TOWNS, FictitiousRegistry

_T = TypeVar("_T")
HEALTH = RecipientSection.HEALTH
ALL = frozenset(ItemGroup)
PURPOSES = (Purpose.ROSTER, Purpose.EVACUATION_PLAN)
PURPOSE_WORDS = {
    (Purpose.ROSTER,): "避難行動要支援者名簿の作成",
    (Purpose.EVACUATION_PLAN,): "個別避難計画の作成",
    PURPOSES: "避難行動要支援者名簿の作成、個別避難計画の作成",
}
AWAY = (CareSetting.HOSPITAL, CareSetting.FACILITY, CareSetting.RESPITE)
GIVERS = (ConsentGiver.SELF,) * 4 + (ConsentGiver.GUARDIAN, ConsentGiver.GUARDIAN, ConsentGiver.FAMILY)


@dataclass
class Said:
    """One consent, refusal or 保留 as somebody remembers it."""

    on: date
    order: int
    given: bool
    guardian: bool
    scope: frozenset[ItemGroup]
    until: date | None
    back_on: date | None = None


@dataclass
class Somebody:
    """What is known of one person beside the registry."""

    name: str
    born: date | None
    registered: str
    actual: str = ""
    where: CareSetting = CareSetting.HOME
    gone: bool = False
    said: dict[tuple[str, Purpose], list[Said]] = field(default_factory=dict)

    def town(self) -> str:
        return self.registered if self.actual in ("", OUTSIDE) else self.actual


def years(born: date, day: date) -> int:
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


class _Towns:
    def municipality_of(self, address: str) -> str:
        return next((code for code, start in TOWNS.items() if address.startswith(start)), "")


class Life:
    """One registry and its model, step by step."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.random = random.Random(seed)
        self.registry = FictitiousRegistry(folder)
        r = self.registry
        self.folder = folder
        self.persons = Persons(r.store, r.clock, r.ids, _Towns())
        self.consents = Consents(r.store, r.clock, r.ids, read_mapped, r.municipalities)
        self.disclosures = Disclosures(r.store, r.clock, r.ids, sealed_sheets, r.municipalities, self.random.randrange)
        self.replies = Replies(r.store, r.clock, r.ids, read_returned, r.municipalities)
        printing = Printing(r.store, sealed_sheets, sealed_pdfs, self.random.randrange, QtPrinter)
        self.recalls = Recalls(r.store, r.clock, r.ids, printing, r.municipalities)
        self.undo = Undo(r.store, r.clock, r.ids)
        self.identities = Identities(r.store, r.clock, r.ids, self.persons)
        self.people: dict[str, Somebody] = {}
        self.found_to_be: dict[str, str] = {}
        self.frozen: dict[str, tuple[str, ...]] = {}
        self.requests: dict[str, tuple[str, tuple[Purpose, ...], frozenset[str]]] = {}
        self.held: dict[str, tuple[str, dict[str, frozenset[ItemGroup]]]] = {}
        self.listed: defaultdict[str, set[str]] = defaultdict(set)
        self.asked_whole: set[tuple[str, str]] = set()
        self.asked_in_part: defaultdict[tuple[str, str], list[frozenset[ItemGroup]]] = defaultdict(list)
        self.given_back: defaultdict[tuple[str, str], frozenset[ItemGroup]] = defaultdict(frozenset)
        self.last: tuple[str, Made] | None = None
        self.orders = 0
        self.seen: Counter[str] = Counter()
        for _ in range(12):
            self.register()
        for _ in range(90):
            self.say_something()
        self.freeze()

    @property
    def today(self) -> date:
        return self.registry.clock.today()

    def live(self, steps: int, files: int = 7) -> None:
        """`steps` things happen; of a hundred about `files` are a disclosure."""
        deeds = {
            self.register: 4, self.say_something: 40, self.take_back: 12, self.go_somewhere: 14, self.move_house: 8,
            self.leave: 4, self.return_: 3, self.let_days_pass: 10, self.set_office: 1, self.freeze: 3,
            self.disclose: files, self.set_the_clock_wrong: 1, self.reply: 1,
            self.ask_back: 1, self.find_to_be_one: 2,
        }  # fmt: skip
        chosen = self.random.choices(list(deeds), list(deeds.values()), k=steps)
        for deed in chosen:
            self.registry.clock.tick()
            deed()
        assert self.registry.store.verify().first_break is None

    # ---- what happens -----------------------------------------------------------------------------------------

    def _somebody(self) -> tuple[str, Somebody]:
        return self.random.choice(list(self.people.items()))

    def _file(self, id_: str) -> Person:
        return self.persons.open(id_).person

    def register(self) -> None:
        if len(self.people) >= 40:
            return
        town = self.random.choice((KONOSU, KONOSU, AGEO))
        age = self.random.choice((3, 13, 14, 15, 16, 17, 17, 18, 30, 50, 80, None))
        born = None if age is None else self.today - timedelta(days=age * 365 + self.random.randrange(365))
        name = f"架空 {len(self.people) + len(self.found_to_be)}"
        person = self.registry.person(name, municipality=town, birth_on=born)
        self.people[person.id] = Somebody(name, born, town)

    def say_something(self) -> None:
        id_, one = self._somebody()
        rng = self.random
        decision = rng.choice((ConsentDecision.GIVEN,) * 9 + (ConsentDecision.REFUSED, ConsentDecision.PENDING))
        giver = rng.choice(GIVERS)
        on = self.today - timedelta(days=rng.choice((0, 0, 0, 1, 30, 400)))
        until = rng.choice((None, None, None, on + timedelta(days=rng.randrange(500))))
        scope = frozenset(group for group in ItemGroup if rng.random() < 0.93)
        recipient = rng.choice((one.town(), one.town(), KONOSU, AGEO))
        purposes = rng.choice(tuple(PURPOSE_WORDS))
        draft = Consent(
            "", id_, recipient, HEALTH, purposes[0], decision, on, self.registry.clock.now(), given_by=giver,
            giver_name="架空 家族", giver_reason="手が動かない", scope=tuple(g for g in ItemGroup if g in scope),
            expires_on=until,
        )  # fmt: skip
        self.registry.clock.tick()
        added, refused = _tried(lambda: self.consents.record(draft, purposes))
        if added is None:
            if refused == "consents.before_withdrawal":
                assert any(self._gone_since(one.said.get((recipient, purpose), []), on) for purpose in purposes)
                self.seen["papers older than the withdrawal"] += 1
                return
            assert refused in ("consents.no_scope", "consents.impossible_day")
            assert not scope or (one.born is not None and on < one.born)
            return
        assert decision is not ConsentDecision.GIVEN or not any(
            self._gone_since(one.said.get((recipient, purpose), []), on) for purpose in purposes
        )
        if added and rng.random() < 0.05:
            self.undo.undo(self.undo.candidates(1)[0].seq)
            self.seen["undone"] += 1
            return
        self.orders += 1
        for row in added:
            self.seen[f"said {decision.value}"] += 1
            one.said.setdefault((recipient, row.purpose), []).append(
                Said(on, self.orders, decision is ConsentDecision.GIVEN, giver is ConsentGiver.GUARDIAN, scope, until)
            )

    def take_back(self) -> None:
        id_, one = self._somebody()
        if not one.said:
            return
        (recipient, purpose), rows = self.random.choice(list(one.said.items()))
        on = self.today - timedelta(days=self.random.choice((0, 0, 3)))
        stands = self._stands(rows, on)
        may = stands is not None and stands.given and (stands.back_on is None or stands.back_on > on)
        self.registry.clock.tick()
        _, refused = _tried(lambda: self.consents.withdraw(id_, recipient, HEALTH, purpose, on))
        assert may == (not refused), refused
        if stands is None or refused:
            return
        self.orders += 1
        rows.append(replace(stands, order=self.orders, back_on=on))
        self.seen["withdrawn"] += 1

    def find_to_be_one(self) -> None:
        """Two people are found to be one: what both said is what the one said."""
        ids = self.random.sample(list(self.people), 2)
        (kept_id, kept), (gone_id, gone) = ((id_, self.people[id_]) for id_ in ids)
        if kept.gone or gone.gone:
            return
        self.identities.merge(kept_id, gone_id)
        del self.people[gone_id]
        self.found_to_be[gone_id] = kept_id
        for key, rows in gone.said.items():
            kept.said.setdefault(key, []).extend(rows)
        self.seen["found to be one"] += 1

    def _known(self, id_: str) -> str:
        while id_ in self.found_to_be:
            id_ = self.found_to_be[id_]
        return id_

    def _target(self, town: str) -> list[str]:
        """Who stands on the frozen list, as they are known today; who is on it as another one too stays behind."""
        found, taken = [], set(self.frozen[town])
        for id_ in self.frozen[town]:
            known = self._known(id_)
            if known not in taken:
                taken.add(known)
                id_ = known
            found.append(id_)
        return found

    def go_somewhere(self) -> None:
        id_, one = self._somebody()
        if one.gone:
            return
        one.where = self.random.choice((CareSetting.HOME, CareSetting.HOME, *AWAY, CareSetting.UNKNOWN))
        self.persons.set_care_setting(id_, one.where, self.today, EvidenceSource.STAFF)

    def move_house(self) -> None:
        id_, one = self._somebody()
        one.actual = self.random.choice(("", KONOSU, AGEO, OUTSIDE))
        address = f"{TOWNS[one.actual]}9-99" if one.actual else ""
        self.persons.change(replace(self._file(id_), address_actual=address))
        assert self._file(id_).municipality_actual == one.actual

    def leave(self) -> None:
        id_, one = self._somebody()
        if one.gone:
            return
        one.gone = True
        if (how := self.random.choice(("deceased", "moved_out", "ended"))) == "ended":
            self.persons.end(id_, EndReason.DEVICE_ENDED, self.today)
        else:
            self.persons.set_care_setting(id_, CareSetting(how), self.today, EvidenceSource.STAFF)
        self.seen[how] += 1

    def return_(self) -> None:
        id_, one = self._somebody()
        if one.gone:
            self.persons.take_up_again(id_, CareSetting.HOME, self.today, EvidenceSource.STAFF)
            one.gone, one.where = False, CareSetting.HOME

    def let_days_pass(self) -> None:
        self.registry.clock.move(self.today + timedelta(days=self.random.choice((1, 1, 2, 7, 30))))

    def set_the_clock_wrong(self) -> None:
        """A clock set back would let a consent count that was withdrawn since: nothing leaves until it is right."""
        if not self.requests:
            return
        self.set_office()
        right = self.today
        self.registry.clock.move(right - timedelta(days=self.random.choice((1, 3, 200))))
        files = sorted(self.folder.rglob("*.xlsx"))
        request = self.random.choice(list(self.requests))
        made, refused = _tried(lambda: self.disclosures.disclose(request, self.folder / "out"))
        assert made is None
        assert refused == "clocks.back"
        assert sorted(self.folder.rglob("*.xlsx")) == files
        self.registry.clock.move(right)
        self.seen["clock set back"] += 1

    def set_office(self) -> None:
        self.registry.set_office(
            include_not_at_home=self.random.random() < 0.4, guardian_ends_at=self.random.choice((None, None, 18, 20))
        )

    def freeze(self) -> None:
        with self.registry.store.read() as shelves:
            known = shelves.rounds.all(as_of=self.today)
        self.registry.freeze(self.today, edition=known[0].edition + 1 if known else 1)
        active = {id_: one for id_, one in self.people.items() if not one.gone}
        self.frozen = {town: tuple(id_ for id_, one in active.items() if one.town() == town) for town in (KONOSU, AGEO)}

    # ---- what leaves and comes back ---------------------------------------------------------------------------

    def _request(self) -> str:
        if self.requests and self.random.random() < 0.5:
            return self.random.choice(list(self.requests))
        purposes = self.random.choice(tuple(PURPOSE_WORDS))
        items = frozenset(item.key for item in ITEMS if self.random.random() < 0.9) | set(WHO)
        town = self.random.choice((KONOSU, KONOSU, AGEO))
        id_ = self.registry.request(
            town, purpose=PURPOSE_WORDS[purposes], items=[i.key for i in ITEMS if i.key in items]
        )
        self.requests[id_] = (town, purposes, items)
        return id_

    def disclose(self) -> None:
        request = self._request()
        town, _, _ = self.requests[request]
        target = self._target(town)
        here = [id_ for id_ in target if id_ in self.people]
        may = {id_: groups for id_ in here if (groups := self._may_leave(id_, request)) is not None}
        made, refused = _tried(lambda: self.disclosures.disclose(request, self.folder / "out"))
        assert refused == ("" if may else "disclosures.nobody")
        if made is None:
            return
        assert (made.target, made.disclosed, sum(made.excluded.values())) == (
            len(target), len(may), len(target) - len(may),
        )  # fmt: skip
        self._compare(made, request, may)
        self.held[made.id] = (request, may)
        self.last = (request, made)
        self.seen["files"] += 1
        self.seen["people handed over"] += len(may)
        self._check_recall()

    def _compare(self, made: Made, request: str, may: dict[str, frozenset[ItemGroup]]) -> None:
        """The file, opened by another library, holds exactly `may`."""
        page = _opened(made)[say("disclosures.sheet_roster")]
        rows = [[cell.value for cell in row] for row in page.iter_rows()]
        start = next(at for at, row in enumerate(rows) if row[0] == say("disclosures.key"))
        heads = [str(head) for head in rows[start]]
        items = self.requests[request][2]
        by_head = {header(key): key for key in items}
        held = {row[heads.index(header("name"))]: row for row in rows[start + 1 :]}
        by_name = {self.people[id_].name: groups for id_, groups in may.items()}
        assert set(held) == set(by_name)
        assert len(rows) - start - 1 == len(may)
        for name, row in held.items():
            for head, value in zip(heads[1:], row[1:], strict=True):
                group = ITEM_BY_KEY[by_head[head]].group
                assert (value == say("items.outside_scope")) == (group not in by_name[name]), (head, group)

    def _check_recall(self) -> None:
        """Who holds somebody, or an item of somebody, that may not be held any more: by the model and by the program
        the same. Where the whole row was asked for already, its parts are not asked for once more; what one letter
        asked for stays asked for until all of it may be held again."""
        expected: dict[tuple[str, str], frozenset[ItemGroup]] = {}
        for disclosure, (request, people) in self.held.items():
            for id_, handed in people.items():
                pair = (disclosure, id_)
                wrong = handed - self._may_be_held(self._known(id_), request)
                if left := wrong - self.given_back[pair]:
                    letters = (groups for groups in self.asked_in_part[pair] if groups & left)
                    asked: frozenset[ItemGroup] = frozenset().union(*letters)
                    whole = wrong == handed or pair in self.asked_whole
                    expected[pair] = ALL if whole else left | (asked - self.given_back[pair])
        found: defaultdict[tuple[str, str], frozenset[ItemGroup]] = defaultdict(frozenset)
        for recipient in self.recalls.all():
            for h in recipient.holdings:
                if h.needed and h.reason is not RecallReason.CORRECTED:
                    pair = (h.held.disclosure_id, h.held.person_id)
                    found[pair] |= self._about(h) & (frozenset(ItemGroup) - self.given_back[pair] if h.groups else ALL)
        assert found == expected
        self.seen["people to be given back"] += sum(groups == ALL for groups in expected.values())
        self.seen["people of whom items are to be given back"] += sum(groups != ALL for groups in expected.values())

    @staticmethod
    def _about(holding: Holding) -> frozenset[ItemGroup]:
        return frozenset(holding.groups) or ALL

    def ask_back(self) -> None:
        """Everything open is asked for, and now and then the recipient confirms that it is gone."""
        for each in self.recalls.all():
            if each.untold:
                self.recalls.tell(each.municipality, self.today)
                self.asked_whole |= {_pair(h) for h in each.untold if _is_removal(h) and not h.groups}
                for h in each.untold:
                    if _is_removal(h) and h.groups:
                        self.asked_in_part[_pair(h)].append(frozenset(h.groups))
        if self.random.random() < 0.5:
            for each in self.recalls.all():
                for h in each.waiting:
                    if _is_removal(h):
                        self.given_back[_pair(h)] |= self._about(h)
                        self.asked_whole -= {_pair(h)}
                        self.asked_in_part.pop(_pair(h), None)
                if each.waiting:
                    self.recalls.confirm(each.municipality, self.today, "架空市 担当")
        self._check_recall()

    def reply(self) -> None:
        if self.last is None:
            return
        request, made = self.last
        book = _opened(made)
        page = book[say("replies.sheet")]
        rows = list(page.iter_rows())
        start = next(at for at, row in enumerate(rows) if row[0].value == say("disclosures.key"))
        heads = [cell.value for cell in rows[start]]
        answered = [row for row in rows[start + 1 :] if self.random.random() < 0.7]
        for row in answered:
            row[heads.index(say("replies.on_list"))].value = "登載"
            self.listed[request].add(str(row[heads.index(header("name"))].value))
        path = self.folder / "回答.xlsx"
        book.save(path)
        found = self.replies.read_in(path, request)
        assert found.answered + found.unanswered == found.disclosed
        # What one 回答票 says is not unsaid by a cell left empty in the next.
        assert found.on_list["listed"] == len(self.listed[request])
        with self.registry.store.read() as shelves:
            about = {row.person_id for row in shelves.reply_rows.all(reply_id=found.reply_id)}
        handed = {id_ for r, people in self.held.values() if r == request for id_ in people}
        assert set(map(self._known, about)) <= set(map(self._known, handed))
        self.seen["replies"] += 1

    # ---- the rule, in other words -----------------------------------------------------------------------------

    @staticmethod
    def _stands(rows: list[Said], day: date) -> Said | None:
        before = [row for row in rows if row.on <= day]
        return max(before, key=lambda row: (row.on, row.order)) if before else None

    def _gone_since(self, rows: list[Said], on: date) -> bool:
        """Whether what stands was taken back after the day of a paper that would stand in its place."""
        stands = self._stands(rows, self.today)
        gone = stands is not None and stands.back_on is not None and stands.back_on <= self.today
        return gone and stands is not None and stands.on <= on < (stands.back_on or on)

    def _opened_by(self, one: Somebody, town: str, purpose: Purpose) -> frozenset[ItemGroup] | None:
        row = self._stands(one.said.get((town, purpose), []), self.today)
        if row is None or not row.given:
            return None
        over = row.until is not None and self.today > row.until
        if over or (row.back_on is not None and self.today >= row.back_on):
            return None
        if row.guardian:
            ends_at = self.registry.office.guardian_ends_at
            if ends_at is not None and (one.born is None or years(one.born, self.today) >= max(18, ends_at)):
                return None
        elif one.born is None or years(one.born, row.on) < 15:
            return None
        return row.scope

    def _consent_open(
        self, id_: str, request: str, asked: frozenset[ItemGroup] | None = None
    ) -> frozenset[ItemGroup] | None:
        town, purposes, items = self.requests[request]
        groups = frozenset(ITEM_BY_KEY[key].group for key in items) if asked is None else asked
        for purpose in purposes:
            opened = self._opened_by(self.people[id_], town, purpose)
            if opened is None:
                return None
            groups &= opened
        return groups if ItemGroup.BASIC in groups else None

    def _is_here(self, id_: str, request: str) -> bool:
        one = self.people[id_]
        away = one.where in AWAY and not self.registry.office.include_not_at_home
        return not one.gone and one.town() == self.requests[request][0] and not away

    def _may_be_held(self, id_: str, request: str) -> frozenset[ItemGroup]:
        one = self.people[id_]
        if one.gone or one.town() != self.requests[request][0]:
            return frozenset()
        return self._consent_open(id_, request, asked=frozenset(ItemGroup)) or frozenset()

    def _may_leave(self, id_: str, request: str) -> frozenset[ItemGroup] | None:
        return self._consent_open(id_, request) if self._is_here(id_, request) else None


def _pair(holding: Holding) -> tuple[str, str]:
    return holding.held.disclosure_id, holding.held.person_id


def _is_removal(holding: Holding) -> bool:
    return holding.reason is not RecallReason.CORRECTED


def _tried(deed: Callable[[], _T]) -> tuple[_T | None, str]:
    """(what the deed gave, "") or (None, why it was refused)."""
    try:
        return deed(), ""
    except Refusal as refusal:
        return None, refusal.code


def _opened(made: Made) -> Any:
    sealed = msoffcrypto.OfficeFile(io.BytesIO(made.file.read_bytes()))
    sealed.load_key(password=made.password)
    plain = io.BytesIO()
    sealed.decrypt(plain)
    return openpyxl.load_workbook(plain)


def _lived(folder: Path, seed: int, steps: int, files: int = 7) -> Counter[str]:
    life = Life(folder, seed)
    try:
        life.live(steps, files)
    finally:
        life.registry.close()
    return life.seen


SEED = int(os.environ.get("HOKEN_LIFE_SEED", "8"))


def test_no_file_of_a_registry_lived_at_random_holds_what_may_not_leave(tmp_path: Path) -> None:
    seen = _lived(tmp_path, SEED, 110)
    assert seen["files"] >= 3
    assert seen["people handed over"] >= 5
    assert seen["people of whom items are to be given back"] >= 1


@pytest.mark.soak
@pytest.mark.timeout(4 * 3600)
def test_no_file_of_a_hundred_thousand_steps_holds_what_may_not_leave(tmp_path: Path) -> None:
    seen: Counter[str] = Counter()
    for number in range(100):
        seen += _lived(tmp_path / str(number), SEED + number, 1_000, files=1)
        print((number + 1) * 1_000, dict(seen))
    assert seen["files"] > 500
