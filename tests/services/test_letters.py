"""郵送: printed with a number that is read back, entered once and whole, and counted until nothing is out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import zxingcpp

from hoken_desktop.domain import letters as numbers
from hoken_desktop.domain.codes import (
    CareSetting,
    ConsentDecision,
    ConsentGiver,
    ConsentMethod,
    DeviceKind,
    EndReason,
    EvidenceSource,
    ItemGroup,
    PersonState,
    Purpose,
    RecipientSection,
    Standing,
    UseStatus,
    YesNoUnknown,
)
from hoken_desktop.domain.deeds import Deed
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.letter_questions import PURPOSES
from hoken_desktop.domain.letters import LeftOut, LetterKind, LetterState, LetterWho, Sender
from hoken_desktop.domain.persons import Contact, standing_facts
from hoken_desktop.services.consent_boards import ConsentBoards
from hoken_desktop.services.facts import FactEntry
from hoken_desktop.services.identities import Identities
from hoken_desktop.services.letter_answers import ConsentAnswer, ContactAnswer, DeviceAnswer, LetterAnswers
from hoken_desktop.services.letter_choices import LetterChoice
from hoken_desktop.services.supporters import Supporters
from hoken_desktop.services.undo import Undo
from tests.registry_builder import KONOSU, OUTSIDE, FictitiousRegistry
from tests.services.letter_desk import LetterDesk, pdf_of, plain, texts_of

TODAY = date(2026, 10, 15)
HEALTH, SUPPORTERS = RecipientSection.HEALTH, RecipientSection.SUPPORTERS
GIVEN, REFUSED, PENDING = ConsentDecision.GIVEN, ConsentDecision.REFUSED, ConsentDecision.PENDING


@pytest.fixture
def registry(tmp_path: Path, qapp: Any) -> Iterator[FictitiousRegistry]:
    made = FictitiousRegistry(tmp_path / "data")
    yield made
    made.close()


@pytest.fixture
def desk(registry: FictitiousRegistry, tmp_path: Path) -> LetterDesk:
    return LetterDesk.of(registry, tmp_path / "out")


def answers(**more: Any) -> LetterAnswers:
    facts: dict[str, Any] = {"answered_on": TODAY, "returned_on": TODAY}
    return LetterAnswers(**(facts | more))


def counts(desk: LetterDesk) -> tuple[int, ...]:
    board = desk.letters.board()
    assert all(batch.closes for batch in board.batches)
    return tuple(board.count(state) for state in LetterState)


@contextmanager
def refused(code: str) -> Iterator[None]:
    """Refuses with this code."""
    with pytest.raises(Refusal) as caught:
        yield
    assert caught.value.code == code


# ---- printing -------------------------------------------------------------------------------------------------


def test_each_letter_shows_its_number_and_a_qr_that_reads_the_same(
    registry: FictitiousRegistry, desk: LetterDesk
) -> None:
    people = [registry.person("見本 一郎", "あ"), registry.person("見本 二郎", "い")]
    made = desk.print(*people)
    assert [len(one.number) for one in made.letters] == [6, 6]
    assert all(numbers.is_number(one.number) for one in made.letters)
    assert made.printed.pages == 4
    with pdf_of(made) as document:
        for at in range(len(document)):
            image = document[at].render(scale=2).to_pil()
            read = zxingcpp.read_barcodes(image)
            assert [one.text for one in read] == [made.letters[at // 2].number]
            assert (document[at].get_width(), document[at].get_height()) == pytest.approx((595, 842), abs=1)


def test_only_postcode_address_and_name_stand_where_the_window_may_be(
    registry: FictitiousRegistry, desk: LetterDesk
) -> None:
    person = registry.person("見本 一郎", devices=(DeviceKind.VENTILATOR,))
    with pdf_of(desk.print(person)) as document:
        page = document[0].get_textpage()
        high, millimetre = document[0].get_height(), 72 / 25.4
        in_window = page.get_text_bounded(
            left=0, right=114 * millimetre, top=high, bottom=high - 59 * millimetre
        )
        safe = page.get_text_bounded(
            left=20 * millimetre, right=85 * millimetre, top=high - 12 * millimetre, bottom=high - 36 * millimetre
        )
    assert plain(in_window) == plain(safe) == "〒365-0000埼玉県鴻巣市本町9-1見本一郎様"


def test_every_page_says_office_number_page_day_copy_and_care(registry: FictitiousRegistry, desk: LetterDesk) -> None:
    for kind in (LetterKind.SURVEY, LetterKind.CONSENT, LetterKind.RECONFIRM):
        made = desk.print(registry.person(f"見本 {kind.value}"), kind=kind)
        pages = texts_of(made)
        assert len(pages) <= 2
        for at, page in enumerate(pages, start=1):
            assert "見本保健所" in page
            assert made.letters[0].number in page
            assert f"{at}/{len(pages)}" in page
            assert "印刷日令和8年10月15日" in page
            assert f"部数番号{made.printed.copy}" in page
            assert "取扱注意" in page
        assert "必ず救助や支援が届くことをお約束するものではありません" in pages[0]
        assert "048-000-9990(24時間)" in pages[0]


def test_the_leaflet_says_that_consent_is_free_two_and_taken_back_at_any_time(
    registry: FictitiousRegistry, desk: LetterDesk
) -> None:
    text = "".join(texts_of(desk.print(registry.person("見本 一郎"), kind=LetterKind.CONSENT)))
    for words in (
        "同意は2つあります", "同意するかどうかは自由です", "いつでも取りやめる", "保健所から市町へ",
        "避難支援等関係者へ",
    ):  # fmt: skip
        assert words in text


def test_the_longest_names_and_addresses_stay_on_two_pages_and_in_the_window(
    registry: FictitiousRegistry, desk: LetterDesk
) -> None:
    name = ("髙﨑邉渡辺" * 12)[:60]
    address = ("埼玉県鴻巣市本町一丁目九千九百九十九番地架空の森マンション第三期東棟" * 2)[:60]
    devices = (DeviceKind.VENTILATOR, DeviceKind.OXYGEN_CONCENTRATOR, DeviceKind.SUCTION, DeviceKind.OXYGEN_CYLINDER)
    person = registry.person(name, devices=devices, address_registered=address)
    with registry.store.change(Deed.CONTACT_RECORDED, person.id) as shelves:
        for rank in (1, 2):
            shelves.contacts.add(
                Contact(registry.ids(), person.id, rank, name, "続柄の長い方", "048-000-0001 048-000-0002")
            )
    for kind in (LetterKind.SURVEY, LetterKind.RECONFIRM):
        made = desk.print(person, kind=kind)
        pages = texts_of(made)
        assert len(pages) == 2
        assert name in pages[0]
        assert address in pages[0]
        assert "代わりの理由" in pages[1]  # the last line of the form


def test_a_letter_no_font_draws_is_named_by_its_number(registry: FictitiousRegistry, desk: LetterDesk) -> None:
    made = desk.print(registry.person("見本 一郎", "あ"), registry.person("\ue000田 二郎", "い"))
    assert made.unshaped == (made.letters[1].number,)
    assert "〓田二郎様" in texts_of(made)[2]


def test_a_child_is_written_to_through_the_guardian(registry: FictitiousRegistry, desk: LetterDesk) -> None:
    child = registry.person("見本 小太郎", birth_on=date(2015, 5, 5))
    assert "見本小太郎様保護者様" in texts_of(desk.print(child, kind=LetterKind.CHILD_SURVEY))[0]
    adult = registry.person("見本 太郎")
    with refused("letters.nobody"):
        desk.print(adult, kind=LetterKind.CHILD_SURVEY)


def test_a_reconfirmation_shows_what_is_known_with_its_day_and_says_what_is_not(
    registry: FictitiousRegistry, desk: LetterDesk
) -> None:
    person = registry.person("見本 一郎", facts={"internal_battery": "yes", "internal_battery_hours": "4.5"})
    registry.consent(person)
    text = "".join(texts_of(desk.print(person, kind=LetterKind.RECONFIRM)))
    assert "あり約4.5時間(R8.9.2)" in text
    assert "まだうかがっていません" in text
    assert "同意あり(R8.4.1)" in text
    assert "酸素濃縮器" not in text  # somebody without oxygen is not asked about it


def test_numbers_are_never_given_twice_and_a_reprint_keeps_them(registry: FictitiousRegistry, desk: LetterDesk) -> None:
    people = [registry.person("見本 一郎"), registry.person("見本 二郎")]
    first = desk.print(*people)
    second = desk.print(*people, kind=LetterKind.CONSENT)
    given = [one.number for one in (*first.letters, *second.letters)]
    assert len(set(given)) == 4
    again = desk.letters.write_again([given[0]], desk.out)
    assert [one.number for one in again.letters] == [given[0]]
    assert given[0] in texts_of(again)[0]
    assert again.printed.copy == 3
    assert counts(desk) == (4, 0, 0, 0)


def test_a_printing_that_fails_leaves_no_file_and_no_letter(
    registry: FictitiousRegistry, desk: LetterDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = registry.person("見本 一郎")
    monkeypatch.setattr(type(registry.store), "_seal", lambda *_: (_ for _ in ()).throw(OSError("no space")))
    with pytest.raises(OSError, match="no space"):
        desk.print(person)
    monkeypatch.undo()
    assert not list(desk.out.glob("*"))
    assert counts(desk) == (0, 0, 0, 0)


def test_a_folder_that_cannot_be_written_or_a_file_that_is_there_sends_no_letter(
    registry: FictitiousRegistry, desk: LetterDesk, tmp_path: Path
) -> None:
    person = registry.person("見本 一郎")
    in_the_way = tmp_path / "file"
    in_the_way.write_text("", "utf-8")
    choice = LetterChoice(LetterKind.SURVEY, LetterWho.CHOSEN, numbers=(person.registry_no,))
    for gone in (in_the_way / "folder", tmp_path / "stick"):
        with refused("store.no_folder"):
            desk.letters.write(choice, gone)
        assert not gone.exists()
    kept = tmp_path / "kept.pdf"
    kept.write_bytes(b"kept")
    with pytest.raises(Refusal):
        desk.letters.write(choice, tmp_path, name="kept.pdf")
    with refused("printing.ending"):
        desk.letters.write(choice, tmp_path, name="x.txt")
    assert kept.read_bytes() == b"kept"
    assert counts(desk) == (0, 0, 0, 0)


def test_nothing_is_printed_without_a_sender(registry: FictitiousRegistry, desk: LetterDesk) -> None:
    with refused("letters.no_sender"):
        desk.letters.set_sender(Sender(postcode="365-0039"))
    with registry.store.change(Deed.PREFERENCE_SET) as shelves:
        shelves.preferences.remove(["letter_sender"])
    with refused("letters.no_sender"):
        desk.print(registry.person("見本 一郎"))
    assert counts(desk) == (0, 0, 0, 0)


# ---- whom -----------------------------------------------------------------------------------------------------


def test_everybody_chosen_gets_a_letter_or_a_reason(registry: FictitiousRegistry, desk: LetterDesk) -> None:
    registry.person("見本 一郎", "あ")
    registry.person("見本 二郎", "い", care_setting=CareSetting.HOSPITAL)
    registry.person("見本 三郎", "う", care_setting=CareSetting.FACILITY)
    registry.person("見本 四郎", "え", address_registered="")
    dead = registry.person("見本 五郎", "お", care_setting=CareSetting.DECEASED)
    ended = registry.person("見本 六郎", "か")
    registry.change(ended, state=PersonState.ENDED, end_reason=EndReason.OTHER)
    out = registry.person("見本 七郎", "き")
    desk.print(out)
    back = registry.person("見本 八郎", "く")
    desk.letters.mark([desk.number(back, LetterKind.CONSENT)], LetterState.UNDELIVERED)
    choice = LetterChoice(LetterKind.SURVEY, LetterWho.EVERYBODY)
    chosen = desk.letters.choose(choice)
    assert chosen.total == 6  # the dead and the ended are not on the register any more
    assert chosen.counts == {
        LeftOut.HOSPITAL: 1, LeftOut.FACILITY: 1, LeftOut.STILL_OUT: 1, LeftOut.UNDELIVERED: 1, LeftOut.NO_ADDRESS: 1,
    }  # fmt: skip
    assert len(desk.letters.choose(replace(choice, not_at_home=True)).writes_to) == 3
    named = LetterChoice(LetterKind.SURVEY, LetterWho.CHOSEN, numbers=(dead.registry_no, ended.registry_no))
    assert desk.letters.choose(named).counts == {LeftOut.DECEASED: 1, LeftOut.ENDED: 1}
    once_more = desk.letters.choose(LetterChoice(LetterKind.SURVEY, LetterWho.UNDELIVERED))
    assert [p.id for p in once_more.writes_to] == [back.id]


def test_selections_follow_consent_age_and_freshness(registry: FictitiousRegistry, desk: LetterDesk) -> None:
    both = registry.person("見本 一郎", "あ")
    one = registry.person("見本 二郎", "い")
    none = registry.person("見本 三郎", "う")
    soon = registry.person("見本 四郎", "え")
    grown = registry.person("見本 五郎", "お", birth_on=date(2008, 10, 1))
    registry.consent(both)
    registry.consent(both, section=SUPPORTERS, decision=REFUSED)
    registry.consent(one)
    registry.consent(soon, expires_on=TODAY + timedelta(days=60))
    registry.consent(grown, given_by=ConsentGiver.GUARDIAN, consented_on=date(2020, 4, 1))

    def named(who: LetterWho, **more: Any) -> list[str]:
        return [p.id for p in desk.letters.choose(LetterChoice(LetterKind.CONSENT, who, **more)).writes_to]

    assert named(LetterWho.NO_CONSENT) == [one.id, none.id, soon.id, grown.id]
    assert named(LetterWho.EXPIRING) == [soon.id]
    assert named(LetterWho.EXPIRING, days=30) == []
    assert named(LetterWho.CAME_OF_AGE) == [grown.id]
    assert named(LetterWho.RECONFIRM, months=1) == [both.id, one.id, none.id, soon.id, grown.id]
    assert named(LetterWho.RECONFIRM, months=2) == []
    with refused("letters.no_round"):
        named(LetterWho.ROUND)
    registry.freeze()
    assert len(named(LetterWho.ROUND)) == 5
    withdrawal = desk.letters.choose(LetterChoice(LetterKind.WITHDRAWAL, LetterWho.EVERYBODY))
    assert {p.id for p in withdrawal.writes_to} == {both.id, one.id, soon.id, grown.id}


# ---- what came back -------------------------------------------------------------------------------------------


def test_a_number_typed_wrong_unknown_or_entered_already_is_told_apart(
    registry: FictitiousRegistry, desk: LetterDesk
) -> None:
    number = desk.number(registry.person("見本 一郎"))
    for typed, code in (
        ("12345", "letters.shape"), ("", "letters.shape"),
        (number[:-1] + str((int(number[-1]) + 1) % 10), "letters.check_digit"),
        (numbers.number_of(54321), "letters.unknown"),
    ):  # fmt: skip
        with refused(code):
            desk.letters.open(typed)
    desk.letters.enter(f"{number[:3]} {number[3:]}", answers())
    with refused("letters.entered_already"):
        desk.letters.enter(number, answers())
    assert counts(desk) == (0, 1, 0, 0)


def test_all_of_a_letter_is_one_deed_with_its_day_and_source(registry: FictitiousRegistry, desk: LetterDesk) -> None:
    person = registry.person("見本 一郎", devices=(DeviceKind.VENTILATOR,), facts={"bag_valve": "yes"})
    number = desk.number(person)
    registry.clock.move(date(2026, 11, 4))
    written, back = date(2026, 10, 28), date(2026, 11, 2)
    entered = desk.letters.enter(
        number,
        LetterAnswers(
            written, back,
            facts={
                "internal_battery": "yes", "internal_battery_hours": "4.5", "external_battery": "unknown",
                "bag_valve": "no",
            },
            devices=(
                DeviceAnswer(DeviceKind.VENTILATOR, UseStatus.IN_USE, model="架空機"),
                DeviceAnswer(DeviceKind.SUCTION, UseStatus.IN_USE),
                DeviceAnswer(DeviceKind.LIQUID_OXYGEN, UseStatus.ENDED),
                DeviceAnswer(DeviceKind.OXYGEN_CYLINDER, UseStatus.UNKNOWN),
            ),
            reach={"phone_mobile": "090-0000-0001"},
            contacts=(ContactAnswer(1, "見本 花子", "妻", "048-000-1111", YesNoUnknown.YES),),
            consent=ConsentAnswer({HEALTH: GIVEN, SUPPORTERS: PENDING}, disease=True),
        ),
    )  # fmt: skip
    assert (entered.facts, entered.devices, entered.contacts, entered.consents) == (4, 2, 1, 8)
    file = desk.persons.open(person.id)
    told = {key: (fact.value, fact.source, fact.as_of) for (_, key), fact in file.facts.items()}
    assert told == {
        "internal_battery": ("yes", EvidenceSource.SURVEY, written),
        "internal_battery_hours": ("4.5", EvidenceSource.SURVEY, written),
        "external_battery": ("unknown", EvidenceSource.SURVEY, written),
        "bag_valve": ("no", EvidenceSource.SURVEY, written),
    }
    assert {d.kind: (d.use_status, d.as_of) for d in file.devices} == {
        DeviceKind.VENTILATOR: (UseStatus.IN_USE, written), DeviceKind.SUCTION: (UseStatus.IN_USE, written),
    }  # fmt: skip
    assert file.person.phone_mobile == "090-0000-0001"
    assert [(c.rank, c.name, c.lives_together) for c in file.contacts] == [(1, "見本 花子", YesNoUnknown.YES)]
    assert {(c.section, c.purpose, c.decision) for c in file.consents} == {
        (section, purpose, decision)
        for section, decision in ((HEALTH, GIVEN), (SUPPORTERS, PENDING))
        for purpose in PURPOSES
    }
    assert {(c.method, c.evidence, c.consented_on) for c in file.consents} == {
        (ConsentMethod.MAIL, f"整理番号 {number}", written)
    }
    assert all(ItemGroup.DISEASE in c.scope for c in file.consents)
    with registry.store.read() as shelves:
        last = shelves.audits.all()[-1]
        letter = shelves.letters.all(number=number)[0]
    assert (last.deed, last.subject, last.detail["letter"]) == (Deed.LETTER_ENTERED.value, person.id, number)
    assert (letter.state, letter.returned_on) == (LetterState.RETURNED, back)


def test_a_refused_entry_leaves_nothing_behind(registry: FictitiousRegistry, desk: LetterDesk) -> None:
    person = registry.person("見本 一郎", municipality=OUTSIDE)
    number = desk.number(person)
    with registry.store.read() as shelves:
        before = len(shelves.audits.all())
    consent = ConsentAnswer({HEALTH: GIVEN})
    family = replace(consent, given_by=ConsentGiver.FAMILY)
    for wrong, code in (
        (answers(facts={"internal_battery_hours": "999"}), "persons.bad_fact"),
        (answers(facts={"watts": "30"}), "letters.not_asked"),
        (answers(withdraws=(HEALTH,)), "letters.not_asked"),
        (answers(answered_on=TODAY + timedelta(days=1)), "letters.days_ahead"),
        (answers(returned_on=TODAY + timedelta(days=1)), "letters.days_ahead"),
        (answers(answered_on=TODAY - timedelta(days=1)), "letters.days_before"),
        (answers(facts={"internal_battery": "yes"}, consent=consent), "letters.no_recipient"),
        (answers(facts={"internal_battery": "yes"}, consent=family), "letters.no_recipient"),
    ):
        with refused(code):
            desk.letters.enter(number, wrong)
    here = registry.person("見本 二郎")
    theirs = desk.number(here)
    with refused("consents.giver_unnamed"):
        desk.letters.enter(theirs, answers(facts={"internal_battery": "yes"}, consent=family))
    file = desk.persons.open(here.id)
    assert not file.facts
    assert not file.consents
    with registry.store.read() as shelves:
        assert [entry.deed for entry in shelves.audits.all()[before:]] == ["person_registered", "letters_printed"]


def test_what_was_learnt_after_the_letter_was_written_stays(registry: FictitiousRegistry, desk: LetterDesk) -> None:
    person = registry.person("見本 一郎", facts={"internal_battery_hours": "2"})
    number = desk.number(person)
    registry.clock.move(date(2026, 11, 20))
    with registry.store.change(Deed.DEVICE_RECORDED, person.id) as shelves:
        device = shelves.devices.all(person_id=person.id)[0]
        shelves.devices.replace(replace(device, as_of=date(2026, 11, 10), source=EvidenceSource.VISIT))
        shelves.contacts.add(
            Contact(registry.ids(), person.id, 1, "見本 花子", "妻", "048-000-2222", as_of=date(2026, 11, 10))
        )
    entered = desk.letters.enter(
        number,
        LetterAnswers(
            date(2026, 10, 20), date(2026, 11, 20), facts={"internal_battery_hours": ""},
            devices=(DeviceAnswer(DeviceKind.VENTILATOR, UseStatus.ENDED),),
            contacts=(ContactAnswer(1, "見本花子", "妻", "048-000-1111"),),
        ),
    )  # fmt: skip
    assert entered.kept == ("人工呼吸器", "緊急連絡先")
    file = desk.persons.open(person.id)
    assert file.devices[0].use_status is UseStatus.IN_USE
    assert file.contacts[0].phone == "048-000-2222"
    assert ("", "internal_battery_hours") not in file.facts  # 不明 of a later day than what was known


LATE = date(2026, 10, 20)


def late(**said: Any) -> LetterAnswers:
    """Written on the 20th of October, come back a month later."""
    return LetterAnswers(LATE, date(2026, 11, 20), **said)


def test_a_telephone_or_address_heard_of_after_the_letter_was_written_stays_and_is_named(
    registry: FictitiousRegistry, desk: LetterDesk
) -> None:
    person = registry.person("見本 一郎")
    number = desk.number(person)
    registry.clock.move(date(2026, 11, 10))
    heard = desk.persons.change(
        replace(
            desk.persons.open(person.id).person, phone_home="048-000-0009", postcode="365-0001",
            address_actual="埼玉県鴻巣市本町9-9-9",
        )
    )  # fmt: skip
    registry.clock.move(date(2026, 11, 20))
    entered = desk.letters.enter(
        number,
        late(
            reach={
                "phone_home": "048-000-0001", "phone_mobile": "090-0000-0002", "postcode": "365-0002",
                "address_actual": "埼玉県上尾市本町9-9-1",
            }
        ),
    )  # fmt: skip
    assert entered.kept == ("郵便番号", "居所", "電話(固定)")
    now = desk.persons.open(person.id).person
    assert (now.phone_home, now.postcode, now.address_actual, now.municipality_actual) == (
        heard.phone_home, heard.postcode, heard.address_actual, KONOSU,
    )  # fmt: skip
    assert now.phone_mobile == "090-0000-0002"  # nobody had heard of that one
    older = desk.number(person)
    registry.clock.move(date(2026, 11, 25))
    answer = {"phone_home": "048-000-0003"}
    assert desk.letters.enter(older, replace(late(reach=answer), answered_on=date(2026, 11, 20))).kept == ()
    assert desk.persons.open(person.id).person.phone_home == "048-000-0003"


def test_the_answer_of_a_newer_letter_stays_when_an_older_one_is_entered_after_it(
    registry: FictitiousRegistry, desk: LetterDesk
) -> None:
    person = registry.person("見本 一郎")
    first = desk.number(person)
    second = desk.number(person, kind=LetterKind.RECONFIRM)
    registry.clock.move(date(2026, 11, 20))
    newer = replace(late(reach={"phone_home": "048-000-0009"}), answered_on=date(2026, 11, 1))
    assert desk.letters.enter(second, newer).kept == ()
    assert desk.letters.enter(first, late(reach={"phone_home": "048-000-0001"})).kept == ("電話(固定)",)
    assert desk.persons.open(person.id).person.phone_home == "048-000-0009"


def test_what_was_taken_back_holds_no_answer_off(registry: FictitiousRegistry, desk: LetterDesk) -> None:
    person = registry.person("見本 一郎")
    number = desk.number(person)
    registry.clock.move(date(2026, 11, 20))
    desk.persons.change(replace(desk.persons.open(person.id).person, phone_home="048-000-0009"))
    undo = Undo(registry.store, registry.clock, registry.ids)
    undo.undo(undo.candidates(1)[0].seq)
    assert desk.letters.enter(number, late(reach={"phone_home": "048-000-0001"})).kept == ()
    assert desk.persons.open(person.id).person.phone_home == "048-000-0001"


def test_a_telephone_emptied_after_the_letter_does_not_come_back_by_it(
    registry: FictitiousRegistry, desk: LetterDesk
) -> None:
    person = registry.person("見本 一郎")
    desk.persons.change(replace(desk.persons.open(person.id).person, phone_home="048-000-0009"))
    number = desk.number(person)
    registry.clock.move(date(2026, 11, 20))
    desk.persons.change(replace(desk.persons.open(person.id).person, phone_home=""))
    assert desk.letters.enter(number, late(reach={"phone_home": "048-000-0009"})).kept == ("電話(固定)",)
    assert desk.persons.open(person.id).person.phone_home == ""


def test_an_older_fact_is_kept_with_its_day_and_the_newer_one_stands_and_is_named(
    registry: FictitiousRegistry, desk: LetterDesk
) -> None:
    person = registry.person("見本 一郎")
    number = desk.number(person)
    registry.clock.move(date(2026, 11, 20))
    desk.persons.record(
        person.id, [FactEntry("internal_battery_hours", "8", EvidenceSource.VISIT, date(2026, 11, 10))]
    )
    entered = desk.letters.enter(number, late(facts={"internal_battery_hours": "2", "bag_valve": "yes"}))
    assert entered.kept == ("内部の持続",)
    file = desk.persons.open(person.id)
    assert (file.facts[("", "internal_battery_hours")].value, file.facts[("", "bag_valve")].value) == ("8", "yes")
    with registry.store.read() as shelves:
        kept = {(f.value, f.as_of) for f in shelves.facts.all(person_id=person.id, field="internal_battery_hours")}
    assert kept == {("8", date(2026, 11, 10)), ("2", LATE)}


def test_a_device_ended_after_the_letter_was_written_does_not_come_back_by_it(
    registry: FictitiousRegistry, desk: LetterDesk
) -> None:
    person = registry.person("見本 一郎", devices=(DeviceKind.VENTILATOR, DeviceKind.OXYGEN))
    number = desk.number(person)
    registry.clock.move(date(2026, 11, 20))
    with registry.store.change(Deed.DEVICE_RECORDED, person.id) as shelves:
        shelves.devices.replace_all(
            replace(d, use_status=UseStatus.ENDED, as_of=date(2026, 11, 10))
            for d in shelves.devices.all(person_id=person.id)
        )
    entered = desk.letters.enter(
        number,
        late(
            devices=(
                DeviceAnswer(DeviceKind.VENTILATOR, UseStatus.IN_USE),
                DeviceAnswer(DeviceKind.OXYGEN_CONCENTRATOR, UseStatus.IN_USE),
                DeviceAnswer(DeviceKind.SUCTION, UseStatus.IN_USE),
            )
        ),
    )
    assert entered.kept == ("人工呼吸器", "酸素濃縮器")
    living = [d.kind for d in desk.persons.open(person.id).devices if d.use_status is not UseStatus.ENDED]
    assert living == [DeviceKind.SUCTION]


def test_a_contact_taken_away_since_does_not_come_back_and_a_newer_one_is_called_first(
    registry: FictitiousRegistry, desk: LetterDesk
) -> None:
    person = registry.person("見本 一郎")
    supporters = Supporters(registry.store, registry.clock, registry.ids)
    gone = supporters.put_contact(Contact("", person.id, 1, "見本 花子", "妻", "048-000-1111", as_of=date(2026, 10, 1)))
    number = desk.number(person)
    registry.clock.move(date(2026, 11, 20))
    supporters.remove_contact(gone.id)
    supporters.put_contact(Contact("", person.id, 1, "見本 次郎", "弟", "048-000-2222", as_of=date(2026, 11, 10)))
    entered = desk.letters.enter(
        number,
        late(
            contacts=(ContactAnswer(1, "見本 花子", "妻", "048-000-1111"), ContactAnswer(2, "見本 三郎", "子", "")),
        ),
    )
    assert entered.kept == ("緊急連絡先",)
    assert [(c.rank, c.name) for c in desk.persons.open(person.id).contacts] == [(1, "見本 次郎"), (2, "見本 三郎")]


def test_a_consent_older_than_the_withdrawal_stays_withdrawn_and_the_rest_of_the_letter_is_taken(
    registry: FictitiousRegistry, desk: LetterDesk
) -> None:
    person = registry.person("見本 一郎")
    registry.consent(person, consented_on=TODAY)
    number = desk.number(person)
    registry.clock.move(date(2026, 11, 20))
    desk.consents.withdraw(person.id, KONOSU, HEALTH, Purpose.ROSTER, date(2026, 11, 10))
    entered = desk.letters.enter(number, late(facts={"bag_valve": "yes"}, consent=ConsentAnswer({HEALTH: GIVEN})))
    assert (entered.kept, entered.facts, entered.consents) == (("同意(撤回のほうが新しいため)",), 1, 3)
    stands = {s.purpose: s.standing.standing for s in desk.consents.of_person(person.id).standings}
    assert stands[Purpose.ROSTER] is Standing.WITHDRAWN
    assert stands[Purpose.POWER_CUT] is Standing.VALID


def test_a_withdrawal_by_letter_is_heard_of_a_consent_that_has_run_out(
    registry: FictitiousRegistry, desk: LetterDesk
) -> None:
    person = registry.person("見本 一郎")
    registry.consent(person, expires_on=date(2026, 10, 19))
    number = desk.number(person, kind=LetterKind.WITHDRAWAL)
    registry.clock.move(date(2026, 11, 20))
    assert desk.letters.enter(number, late(withdraws=(HEALTH,))).consents == 1
    (stands,) = desk.consents.of_person(person.id).standings
    assert stands.standing.standing is Standing.WITHDRAWN  # a no is heard on every basis


def test_dont_know_never_ends_a_device_and_not_used_does(registry: FictitiousRegistry, desk: LetterDesk) -> None:
    person = registry.person("見本 一郎", devices=(DeviceKind.VENTILATOR, DeviceKind.OXYGEN))
    desk.letters.enter(
        desk.number(person),
        answers(
            devices=(
                DeviceAnswer(DeviceKind.VENTILATOR, UseStatus.UNKNOWN),
                DeviceAnswer(DeviceKind.OXYGEN_CONCENTRATOR, UseStatus.IN_USE, supplier="架空酸素"),
                DeviceAnswer(DeviceKind.LIQUID_OXYGEN, UseStatus.IN_USE),
            )
        ),
    )
    devices = {d.kind: d for d in desk.persons.open(person.id).devices}
    assert devices[DeviceKind.VENTILATOR].use_status is UseStatus.IN_USE
    assert devices[DeviceKind.VENTILATOR].as_of == date(2026, 9, 1)
    assert DeviceKind.OXYGEN not in devices  # its supply is known now
    assert devices[DeviceKind.OXYGEN_CONCENTRATOR].supplier == "架空酸素"
    assert devices[DeviceKind.LIQUID_OXYGEN].as_of == TODAY
    registry.clock.tick()
    desk.letters.enter(
        desk.number(person), answers(devices=(DeviceAnswer(DeviceKind.LIQUID_OXYGEN, UseStatus.ENDED),))
    )
    after = {d.kind: d.use_status for d in desk.persons.open(person.id).devices}
    assert after[DeviceKind.LIQUID_OXYGEN] is UseStatus.ENDED


def test_contacts_of_a_letter_take_their_place_and_nobody_goes(registry: FictitiousRegistry, desk: LetterDesk) -> None:
    person = registry.person("見本 一郎")
    with registry.store.change(Deed.CONTACT_RECORDED, person.id) as shelves:
        shelves.contacts.add(Contact(registry.ids(), person.id, 1, "見本 花子", "妻", "048-000-1111"))
        shelves.contacts.add(Contact(registry.ids(), person.id, 2, "見本 次郎", "弟", "048-000-2222"))
    desk.letters.enter(
        desk.number(person),
        answers(
            contacts=(ContactAnswer(1, "見本 三郎", "子", "048-000-3333"), ContactAnswer(2, "", "妻", "0480001111"))
        ),
    )
    assert [(c.rank, c.name) for c in desk.persons.open(person.id).contacts] == [
        (1, "見本 三郎"), (2, "見本 花子"), (3, "見本 次郎"),
    ]  # fmt: skip


def test_a_withdrawal_by_letter_closes_every_purpose_of_that_recipient(
    registry: FictitiousRegistry, desk: LetterDesk
) -> None:
    person = registry.person("見本 一郎")
    registry.consent(person)
    registry.consent(person, purpose=Purpose.POWER_CUT, evidence="簿冊1")
    registry.consent(person, section=SUPPORTERS)
    number = desk.number(person, LetterKind.WITHDRAWAL)
    entered = desk.letters.enter(number, answers(withdraws=(HEALTH,)))
    assert entered.consents == 2
    row = ConsentBoards(registry.store, registry.clock).board().rows[0]
    assert row.cells[HEALTH].standing is Standing.WITHDRAWN
    assert row.cells[SUPPORTERS].standing is Standing.VALID
    closed = [c for c in desk.persons.open(person.id).consents if c.withdrawn_on]
    assert {c.evidence for c in closed} == {f"整理番号 {number}", f"簿冊1、整理番号 {number}"}
    again = "".join(texts_of(desk.print(person, kind=LetterKind.RECONFIRM)))
    today = registry.clock.today()
    assert f"撤回(R8.{today.month}.{today.day})" in again


def test_a_letter_of_somebody_merged_since_goes_to_who_they_are(registry: FictitiousRegistry, desk: LetterDesk) -> None:
    kept, gone = registry.person("見本 一郎", "あ"), registry.person("見本 一郎", "い")
    number = desk.number(gone)
    Identities(registry.store, registry.clock, registry.ids, desk.persons).merge(kept.id, gone.id)
    opened = desk.letters.open(number)
    assert (opened.person.id, opened.merged) == (kept.id, True)
    desk.letters.enter(number, answers(facts={"generator": "no"}, consent=ConsentAnswer({HEALTH: GIVEN})))
    file = desk.persons.open(kept.id)
    assert file.facts["", "generator"].value == "no"
    assert {c.recipient for c in file.consents} == {KONOSU}
    assert not desk.persons.open(gone.id).consents
    assert [line.merged for line in desk.letters.board().lines] == [True]
    assert [one.number for one in desk.letters.of_person(kept.id)] == [number]


def test_an_entry_is_taken_back_whole(registry: FictitiousRegistry, desk: LetterDesk) -> None:
    person = registry.person("見本 一郎")
    number = desk.number(person)
    registry.clock.tick()
    desk.letters.enter(
        number,
        answers(
            facts={"generator": "no"}, devices=(DeviceAnswer(DeviceKind.VENTILATOR, UseStatus.ENDED),),
            reach={"phone_mobile": "090-0000-0001"}, contacts=(ContactAnswer(1, "見本 花子"),),
            consent=ConsentAnswer({HEALTH: GIVEN}),
        ),
    )  # fmt: skip
    registry.clock.tick()
    undo = Undo(registry.store, registry.clock, registry.ids)
    undo.undo(registry.store.head()[0])
    with registry.store.read() as shelves:
        assert not standing_facts(shelves.facts.all(person_id=person.id))
        assert shelves.letters.all(number=number)[0].state is LetterState.OUT
        assert not shelves.contacts.all(person_id=person.id)
        assert shelves.devices.all(person_id=person.id)[0].use_status is UseStatus.IN_USE
    assert desk.persons.open(person.id).person.phone_mobile == ""
    assert ConsentBoards(registry.store, registry.clock).board().rows[0].cells[HEALTH].standing is Standing.UNKNOWN
    desk.letters.enter(number, answers())  # and may be entered again
    assert registry.store.verify().first_break is None


# ---- what is still out ----------------------------------------------------------------------------------------


def test_every_letter_is_somewhere_and_the_late_one_still_counts(
    registry: FictitiousRegistry, desk: LetterDesk
) -> None:
    people = [registry.person(f"見本 {n}", f"あ{n}") for n in range(5)]
    sent = [one.number for one in desk.print(*people).letters]
    desk.letters.enter(sent[0], answers())
    desk.letters.mark([sent[1]], LetterState.UNDELIVERED)
    desk.letters.mark([sent[2]], LetterState.GIVEN_UP)
    assert counts(desk) == (2, 1, 1, 1)
    assert desk.letters.board().overdue == 0
    registry.clock.move(TODAY + timedelta(days=22))
    board = desk.letters.board()
    assert board.overdue == 2
    batch = board.batches[0]
    assert (batch.sent, batch.out, batch.overdue) == (5, 2, 2)
    later = registry.clock.today()
    assert desk.letters.open(sent[2]).late
    desk.letters.enter(sent[2], LetterAnswers(later, later))  # came after all
    assert counts(desk) == (2, 2, 1, 0)
    desk.letters.mark([sent[1]], LetterState.OUT)  # found in the wrong pile
    assert counts(desk) == (3, 2, 0, 0)


def test_a_mark_that_cannot_be_changes_none(registry: FictitiousRegistry, desk: LetterDesk) -> None:
    sent = [one.number for one in desk.print(registry.person("見本 一"), registry.person("見本 二")).letters]
    desk.letters.enter(sent[0], answers())
    with refused("letters.entered_already"):
        desk.letters.mark([sent[1], sent[0]], LetterState.UNDELIVERED)
    with refused("letters.days_ahead"):
        desk.letters.mark([sent[1]], LetterState.UNDELIVERED, TODAY + timedelta(days=1))
    with refused("letters.days_ahead"):
        desk.letters.mark([sent[1]], LetterState.RETURNED)
    with refused("letters.stands_already"):
        desk.letters.mark([sent[1]], LetterState.OUT)
    with refused("letters.not_out"):
        desk.letters.write_again([sent[0]], desk.out)
    assert counts(desk) == (1, 1, 0, 0)


def test_no_name_stands_in_the_record_or_in_the_name_of_a_file(registry: FictitiousRegistry, desk: LetterDesk) -> None:
    person = registry.person("見本 一郎", "みほんいちろう")
    made = desk.print(person)
    number = made.letters[0].number
    desk.letters.enter(number, answers(contacts=(ContactAnswer(1, "見本 花子", "妻", "048-000-1111"),)))
    with registry.store.read() as shelves:
        text = repr([entry.detail for entry in shelves.audits.all()])
    assert made.printed.file is not None
    for word in ("見本 一郎", "花子", "048-000-1111"):
        assert word not in text
        assert word not in made.printed.file.name
