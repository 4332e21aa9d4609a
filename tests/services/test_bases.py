"""The centre's rules on legal bases, its events, and the second person's word."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from hoken_desktop.adapters import sealed_sheets
from hoken_desktop.domain.codes import CareSetting, ConsentDecision, Exclusion, Lack, LegalBasis, Role
from hoken_desktop.domain.deeds import Deed
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.events import EventKind
from hoken_desktop.domain.office import Staff
from hoken_desktop.services.bases import Bases, basis_text
from hoken_desktop.services.clocks import Clocks
from hoken_desktop.services.confirmations import Confirmations
from hoken_desktop.services.events import Events
from hoken_desktop.services.requests import Requests
from hoken_desktop.words import label
from tests.registry_builder import FictitiousRegistry
from tests.services.test_disclosures import service

DAY = date(2026, 10, 1)
WORDS = {"two": "staff2", "one": "staff1", "gone": "staff3", "recovery": "recovery"}


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[FictitiousRegistry]:
    made = FictitiousRegistry(tmp_path)
    with made.store.change(Deed.STAFF_ADDED) as shelves:
        now = made.clock.now()
        shelves.staff.add(Staff("staff2", "架空 次郎", "保健師", Role.EDITOR, "slot2", now))
        shelves.staff.add(Staff("staff3", "架空 三郎", "保健師", Role.EDITOR, "slot3", now, withdrawn_at=now))
    yield made
    made.close()


def bases(registry: FictitiousRegistry) -> Bases:
    return Bases(registry.store, registry.clock, registry.ids)


def events(registry: FictitiousRegistry) -> Events:
    return Events(registry.store, registry.clock, registry.ids)


def requests(registry: FictitiousRegistry) -> Requests:
    return Requests(registry.store, registry.clock, registry.ids, registry.municipalities)


def confirmations(registry: FictitiousRegistry) -> Confirmations:
    def who(passphrase: str) -> str:
        if passphrase not in WORDS:
            raise Refusal("vault.wrong")
        return WORDS[passphrase]

    return Confirmations(registry.store, who)


def refused(deed: Any, *args: Any, **more: Any) -> str:
    with pytest.raises(Refusal) as refusal:
        deed(*args, **more)
    return refusal.value.code


def disaster(registry: FictitiousRegistry, **more: Any) -> str:
    """A confirmed request of an event under way; its id."""
    events(registry).declare(EventKind.STORM, "架空台風", reason="広い停電")
    request = registry.request(basis="DISASTER", reason="停電が2日続く", **more)
    confirmations(registry).confirm(request, "two")
    return request


def test_every_state_of_a_basis_stays_and_the_last_one_stands(registry: FictitiousRegistry) -> None:
    ours = bases(registry)
    assert [state.basis for state in ours.all() if not state.lacks] == [LegalBasis.CONSENT, LegalBasis.GOV_69_2_3]
    ours.switch(LegalBasis.REQ_49_10_4, True, "保第1号", DAY)
    registry.clock.tick()
    ours.reword(LegalBasis.REQ_49_10_4, "本県の運用による求め")
    state = ours.get(LegalBasis.REQ_49_10_4)
    assert (state.enabled, state.lacks, state.text, len(state.history)) == (True, (), "本県の運用による求め", 2)
    registry.clock.tick()
    state = ours.switch(LegalBasis.REQ_49_10_4, False, "保第2号", DAY)
    assert (state.enabled, state.lacks, len(state.history)) == (False, (Lack.BASIS_OFF,), 3)
    assert [rule.decision_number for rule in state.history] == ["保第2号", "保第1号", "保第1号"]
    with registry.store.read() as shelves:
        assert basis_text(shelves, LegalBasis.REQ_49_10_4) == "本県の運用による求め"
        before = basis_text(shelves, LegalBasis.REQ_49_10_4, registry.clock.now() - timedelta(days=1))
        assert before == label(LegalBasis.REQ_49_10_4)
    registry.clock.tick()
    assert ours.reword(LegalBasis.REQ_49_10_4, " ").text == label(LegalBasis.REQ_49_10_4)
    assert registry.store.verify().first_break is None


def test_a_basis_turned_off_is_off_although_the_clock_was_ahead_when_it_was_turned_on(
    registry: FictitiousRegistry,
) -> None:
    right = registry.clock.today()
    registry.clock.move(right + timedelta(days=400))
    bases(registry).switch(LegalBasis.REQ_49_14, True, "保第1号", right)
    registry.clock.move(right)
    for number in range(8):  # no random id decides
        assert not bases(registry).switch(LegalBasis.REQ_49_14, False, "保第2号", right).enabled, number
        assert bases(registry).switch(LegalBasis.REQ_49_14, True, "保第3号", right).enabled, number


def test_what_no_rule_can_do_is_refused_and_leaves_no_trace(registry: FictitiousRegistry) -> None:
    ours, head = bases(registry), registry.store.head()
    assert refused(ours.switch, LegalBasis.CONSENT, False, "保第1号", DAY) == "bases.consent_stays"
    assert refused(ours.switch, LegalBasis.DISASTER, True, "保第1号", DAY) == "bases.disaster_by_event"
    assert refused(ours.switch, LegalBasis.REQ_49_14, True, " ", DAY) == "bases.no_decision"
    assert refused(ours.switch, LegalBasis.REQ_49_14, True, "保第1号", None) == "bases.decision_day"
    tomorrow = registry.clock.today() + timedelta(days=1)
    assert refused(ours.switch, LegalBasis.REQ_49_14, True, "保第1号", tomorrow) == "bases.decision_day"
    registry.store.staff_id = "staff2"
    assert refused(ours.switch, LegalBasis.REQ_49_14, True, "保第1号", DAY) == "staff.not_admin"
    assert refused(ours.reword, LegalBasis.CONSENT, "別の文") == "staff.not_admin"
    assert registry.store.head() == head


def test_a_basis_turned_off_closes_the_requests_on_it_at_once(registry: FictitiousRegistry, tmp_path: Path) -> None:
    unknown = registry.person("和田 実", "わだ みのる")
    refuser = registry.person("青葉 花子", "あおば はなこ")
    registry.consent(refuser, decision=ConsentDecision.REFUSED)
    registry.freeze()
    ours = bases(registry)
    ours.switch(LegalBasis.REQ_49_10_4, True, "保第1号", DAY)
    request = registry.request(basis="REQ_49_10_4")
    seen = service(registry).preview(request)
    assert {p.person_id for p in seen.passages if p.excluded is None} == {unknown.id}
    assert (seen.excluded, seen.without_consent, seen.lacks) == ({"consent_refused": 1}, 1, ())
    registry.clock.tick()
    ours.switch(LegalBasis.REQ_49_10_4, False, "保第2号", DAY)
    seen = service(registry).preview(request)
    assert (seen.disclosed, seen.excluded, seen.lacks) == (0, {"basis_closed": 2}, (Lack.BASIS_OFF,))
    head = registry.store.head()
    assert refused(service(registry).disclose, request, tmp_path / "out") == "disclosures.basis_closed"
    assert registry.store.head() == head
    assert not (tmp_path / "out").exists()


def test_another_public_body_waits_for_its_own_decision_and_can_be_looked_at_before(
    registry: FictitiousRegistry, tmp_path: Path
) -> None:
    registry.person("和田 実", "わだ みのる")
    registry.freeze()
    request = registry.request(basis="GOV_69_2_3")
    strict, supposed = (service(registry).preview(request, suppose=each) for each in (False, True))
    assert (strict.disclosed, strict.lacks) == (0, (Lack.NO_OWN_DECISION,))
    assert (supposed.disclosed, supposed.supposed, supposed.lacks) == (1, True, (Lack.NO_OWN_DECISION,))
    assert refused(service(registry).disclose, request, tmp_path / "out") == "disclosures.basis_closed"
    requests(registry).approve(request, registry.clock.today(), "保第5号・所長決裁", basis_decision="保第5号")
    made = service(registry).disclose(request, tmp_path / "out")
    assert (made.target, made.disclosed) == (1, 1)


def test_in_a_disaster_two_people_let_everybody_go_and_refusals_are_counted(
    registry: FictitiousRegistry, tmp_path: Path
) -> None:
    refuser = registry.person("青葉 花子", "あおば はなこ")
    registry.consent(refuser, decision=ConsentDecision.REFUSED)
    registry.person("和田 実", "わだ みのる")
    away = registry.person("斎藤 清", "さいとう きよし", care_setting=CareSetting.HOSPITAL)
    registry.freeze()
    registry.set_office(include_not_at_home=True)
    assert refused(registry.request, basis="DISASTER", reason="停電") == "requests.peacetime"
    request = disaster(registry)
    seen = service(registry).preview(request)
    assert (seen.disclosed, seen.excluded) == (2, {"hospital": 1})
    assert (seen.without_consent, seen.despite_refusal) == (2, 1)
    assert next(p for p in seen.passages if p.person_id == away.id).excluded is Exclusion.HOSPITAL
    made = service(registry).disclose(request, tmp_path / "out")
    assert made.disclosed == 2
    event = events(registry).all()[0]
    assert service(registry).to_recall() == {}
    events(registry).end(event.id)
    assert refused(service(registry).disclose, request, tmp_path / "out") == "disclosures.basis_closed"
    assert service(registry).to_recall() == {made.id: (refuser.id,)}
    assert refused(events(registry).end, event.id) == "events.ended_already"


def test_the_second_person_is_another_one_in_post_with_their_own_passphrase(registry: FictitiousRegistry) -> None:
    registry.person("和田 実", "わだ みのる")
    registry.freeze()
    events(registry).declare(EventKind.POWER_CUT, "架空停電", reason="広い停電")
    request = registry.request(basis="DISASTER", reason="停電")
    ours = confirmations(registry)
    assert service(registry).preview(request).lacks == (Lack.TWO_CONFIRMATIONS,)
    assert service(registry).preview(request, suppose=True).disclosed == 1
    assert refused(ours.confirm, request, "nonsense") == "vault.wrong"
    assert refused(ours.confirm, request, "one") == "confirmations.same_person"
    assert refused(ours.confirm, request, "gone") == "confirmations.not_in_post"
    assert refused(ours.confirm, request, "recovery") == "confirmations.not_in_post"
    assert refused(ours.check, "one") == "confirmations.same_person"
    assert refused(ours.check, "gone") == "confirmations.not_in_post"
    assert ours.check("two") == "staff2"
    assert ours.confirm(request, "two").confirmed_by == ("staff1", "staff2")
    assert refused(ours.confirm, registry.request(), "two") == "confirmations.not_needed"
    changed = requests(registry).edit(request, reason="停電と断水")
    assert (changed.confirmed_by, changed.approved_on) == (("staff1",), None)


def test_who_opened_the_registry_with_the_recovery_key_is_none_of_the_two(registry: FictitiousRegistry) -> None:
    events(registry).declare(EventKind.POWER_CUT, "架空停電", reason="広い停電")
    registry.store.staff_id = "recovery"
    request = registry.request(basis="DISASTER", reason="停電")
    assert requests(registry).get(request).confirmed_by == ()
    confirmations(registry).confirm(request, "two")
    assert confirmations(registry).confirm(request, "one").confirmed_by == ("staff2", "staff1")


def test_a_drill_opens_nothing_and_an_event_says_what_it_is(registry: FictitiousRegistry) -> None:
    ours = events(registry)
    assert refused(ours.declare, EventKind.STORM, " ", reason="雨") == "events.no_name"
    assert refused(ours.declare, EventKind.STORM, "架空台風") == "events.no_reason"
    later = registry.clock.now() + timedelta(minutes=1)
    assert refused(ours.declare, EventKind.STORM, "架空台風", later, "雨") == "events.to_come"
    drill = ours.declare(EventKind.DRILL, "架空訓練")
    assert ours.under_way() == ()
    assert refused(registry.request, basis="DISASTER", reason="停電") == "requests.peacetime"
    registry.clock.tick()
    real = ours.declare(EventKind.EARTHQUAKE, "架空地震", reason="揺れ")
    assert ours.under_way() == (real,)
    assert refused(registry.request, basis="DISASTER", reason="停電", event_id=drill.id) == "requests.which_event"
    assert refused(registry.request, basis="DISASTER", reason=" ") == "requests.no_reason"
    registry.clock.tick()
    ours.declare(EventKind.POWER_CUT, "架空停電", reason="停電")
    assert refused(registry.request, basis="DISASTER", reason="停電") == "requests.which_event"
    assert refused(ours.end, "none") == "events.unknown"


def test_a_clock_set_back_stops_disclosures_until_it_is_right_or_an_administrator_says_so(
    registry: FictitiousRegistry, tmp_path: Path
) -> None:
    person = registry.person("和田 実", "わだ みのる")
    registry.consent(person)
    registry.freeze()
    request = registry.request()
    clocks = Clocks(registry.store, registry.clock)
    assert clocks.ahead() is None
    assert refused(clocks.confirm, registry.clock.today()) == "clocks.agrees"
    registry.clock.move(date(2026, 10, 14))
    head = registry.store.head()
    assert refused(service(registry).disclose, request, tmp_path / "out") == "clocks.back"
    assert registry.store.head() == head
    assert refused(clocks.confirm, date(2026, 10, 15)) == "clocks.other_day"
    assert clocks.ahead() == date(2026, 10, 15)
    registry.store.staff_id = "staff2"
    assert refused(clocks.confirm, date(2026, 10, 14)) == "staff.not_admin"
    registry.store.staff_id = "staff1"
    clocks.confirm(date(2026, 10, 14))
    assert clocks.ahead() is None
    requests(registry).edit(request, scan="棚3")
    registry.clock.move(date(2026, 10, 13))
    assert clocks.ahead() == date(2026, 10, 14)


def test_a_second_disclosure_waits_for_the_first_one(registry: FictitiousRegistry, tmp_path: Path) -> None:
    person = registry.person("和田 実", "わだ みのる")
    registry.consent(person)
    registry.freeze()
    request, other = registry.request(), registry.request()
    codes: list[str] = []

    class Curious:
        """Asks for another disclosure while the first file is being written."""

        def __init__(self, inner: Any) -> None:
            self._inner = inner

        def seal(self, *args: Any, **more: Any) -> bytes:
            return self._inner.seal(*args, **more)  # type: ignore[no-any-return]

        def write_file(self, *args: Any) -> Any:
            if not codes:
                codes.append(refused(service(registry).disclose, other, tmp_path / "two"))
            return self._inner.write_file(*args)

    made = service(registry, files=Curious(sealed_sheets)).disclose(request, tmp_path / "one")
    assert codes == ["disclosures.under_way"]
    assert made.disclosed == 1
    assert not (tmp_path / "two").exists()
    assert service(registry).disclose(other, tmp_path / "two").disclosed == 1
