"""The half-year on the real store with real files: staged, decided, taken back, frozen, corrected."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from hoken_desktop.domain.codes import Choice, DeviceGroup, EndReason, PersonState, Scheme, Verdict
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.keys import STRETCH_FLOOR
from hoken_desktop.domain.persons import Person, device_group
from hoken_desktop.doors import create_house
from hoken_desktop.house import House, Settings
from hoken_desktop.services.ports import PersonQuery
from hoken_desktop.services.reviews import Decision

HEADER = [
    "公費負担者番号", "受給者番号", "氏名", "フリガナ", "生年月日", "性別", "住所", "電話番号", "人工呼吸器",
    "酸素療法",
]  # fmt: skip
FIRST, SECOND = date(2026, 3, 31), date(2026, 9, 30)


def row(number: int, name: str, kana: str, born: str, **cells: str) -> list[str]:
    plain = f"{number:06d}"
    digits = plain + check(plain)
    return [
        "54116017", digits, name, kana, born, cells.get("sex", "男"),
        cells.get("address", f"埼玉県鴻巣市本町一丁目9{number:03d}番地90"), cells.get("phone", f"048-000-{number:04d}"),
        cells.get("ventilator", "あり"), cells.get("oxygen", ""),
    ]  # fmt: skip


def check(digits: str) -> str:
    from hoken_desktop.domain.numbers import check_digit

    return check_digit(digits)


AOBA = row(1, "青葉 茂", "アオバ シゲル", "S25.4.1")
ASANAGI = row(2, "朝凪 雪", "アサナギ ユキ", "S30.5.5", sex="女")
AMANE = row(3, "天音 昇", "アマネ ノボル", "H2.1.10", ventilator="なし", oxygen="あり")
NOBODY = row(9, "雲井 春", "クモイ ハル", "S40.9.9", ventilator="なし")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    settings = Settings(stretch=STRETCH_FLOOR, use_device=False)
    made = create_house(
        tmp_path / "registry", "青い空白い鳥が七羽と雲ひとつ", office="見本保健所", municipalities=["11217", "112194"],
        staff="卯月 さき・保健師", settings=settings,
    ).house  # fmt: skip
    yield made
    made.close()


def read(house: House, tmp_path: Path, name: str, *rows: list[str]) -> object:
    path = tmp_path / name
    with path.open("w", encoding="cp932", newline="") as file:
        csv.writer(file).writerows([HEADER, *rows])
    return house.rounds.read_in(path, Scheme.NANBYO)


def start(house: House, tmp_path: Path) -> None:
    house.rounds.open(FIRST)
    read(house, tmp_path, "first.csv", AOBA, ASANAGI, AMANE, NOBODY)
    house.reviews.accept([Verdict.NEW])


def named(house: House, name: str) -> str:
    found = [line.id for line in house.persons.lines(house.persons.find(PersonQuery(state=None))) if line.name == name]
    assert len(found) == 1
    return found[0]


def test_only_rows_with_device_evidence_become_people(house: House, tmp_path: Path) -> None:
    house.rounds.open(FIRST)
    result = read(house, tmp_path, "first.csv", AOBA, ASANAGI, AMANE, NOBODY, [""] * len(HEADER))
    assert result.closes  # type: ignore[attr-defined]
    assert result.candidates == 3  # type: ignore[attr-defined]
    assert result.not_eligible == 1  # type: ignore[attr-defined]


def test_the_same_file_again_changes_nothing(house: House, tmp_path: Path) -> None:
    house.rounds.open(FIRST)
    read(house, tmp_path, "first.csv", AOBA, AMANE)
    before = house.reviews.rows()
    again = read(house, tmp_path, "again.csv", AOBA, AMANE)
    assert again.repeated  # type: ignore[attr-defined]
    assert house.reviews.rows() == before


def test_what_is_doubtful_is_refused_in_bulk(house: House, tmp_path: Path) -> None:
    start(house, tmp_path)
    with pytest.raises(Refusal) as refused:
        house.reviews.accept([Verdict.DOUBTFUL])
    assert refused.value.code == "reviews.not_in_bulk"


def test_a_freeze_waits_for_every_decision(house: House, tmp_path: Path) -> None:
    house.rounds.open(FIRST)
    read(house, tmp_path, "first.csv", AOBA)
    with pytest.raises(Refusal) as refused:
        house.rounds.freeze()
    assert refused.value.code == "rounds.pending"
    house.reviews.accept([Verdict.NEW])
    view = house.rounds.freeze()
    assert (view.totals.registered.ventilator, view.round.edition, view.totals.closes) == (1, 1, True)


def test_numbers_of_a_frozen_round_do_not_move(house: House, tmp_path: Path) -> None:
    start(house, tmp_path)
    frozen = house.rounds.freeze()
    house.persons.end(named(house, "青葉　茂"), EndReason.OTHER, date(2026, 4, 1))
    assert house.rounds.show(FIRST).totals == frozen.totals
    corrected = house.rounds.correct("終了の入力もれ")
    assert corrected.round.edition == 2
    assert corrected.totals.registered.total == frozen.totals.registered.total - 1
    with house.store.read() as shelves:
        assert {r.edition for r in shelves.snapshot_rows.all()} == {1, 2}


def test_someone_missing_from_the_new_file_is_a_question_never_a_deletion(house: House, tmp_path: Path) -> None:
    start(house, tmp_path)
    house.rounds.freeze()
    house.rounds.open(SECOND)
    result = read(house, tmp_path, "second.csv", AOBA, AMANE)
    assert result.absent == 1  # type: ignore[attr-defined]
    house.reviews.accept([Verdict.CERTAIN])
    gone = next(r for r in house.reviews.rows() if r.verdict is Verdict.ABSENT)
    with pytest.raises(Refusal):
        house.rounds.freeze()
    house.reviews.decide([Decision(gone.id, Choice.ENDED, end_reason=EndReason.DECEASED)])
    person = house.persons.open(gone.person_id).person
    assert (person.state, person.end_reason) == (PersonState.ENDED, EndReason.DECEASED)
    house.reviews.decide([Decision(gone.id, Choice.KEEP)])
    assert house.persons.open(gone.person_id).person.state is PersonState.ACTIVE


def test_a_wave_of_changes_asks_for_its_number(house: House, tmp_path: Path) -> None:
    start(house, tmp_path)
    house.rounds.freeze()
    house.rounds.open(SECOND)
    moved = row(1, "青葉 茂", "アオバ シゲル", "S25.4.1", address="埼玉県上尾市本町9001番地90")
    read(house, tmp_path, "second.csv", moved, ASANAGI, AMANE)
    house.reviews.accept([Verdict.CERTAIN, Verdict.LIKELY])
    with pytest.raises(Refusal) as refused:
        house.rounds.freeze()
    assert (refused.value.code, refused.value.facts["count"]) == ("rounds.confirm_changes", 1)
    with pytest.raises(Refusal):
        house.rounds.freeze(2)
    assert house.rounds.freeze(1).round.edition == 1


def test_a_decision_taken_back_leaves_the_person_as_before(house: House, tmp_path: Path) -> None:
    start(house, tmp_path)
    house.rounds.freeze()
    before = house.persons.open(named(house, "青葉　茂"))
    house.rounds.open(SECOND)
    changed = row(1, "青葉 茂", "アオバ シゲル", "S25.4.1", address="埼玉県上尾市本町9001番地90", oxygen="あり")
    read(house, tmp_path, "second.csv", changed, ASANAGI, AMANE)
    mine = next(r for r in house.reviews.rows() if r.person_id == before.person.id)
    house.reviews.decide([Decision(mine.id, Choice.SAME, before.person.id)])
    after = house.persons.open(before.person.id)
    assert after.person.municipality == "112194"
    assert after.group is DeviceGroup.BOTH
    house.reviews.decide([Decision(mine.id, Choice.HOLD)])
    back = house.persons.open(before.person.id)
    assert (back.person, back.devices, back.benefits) == (before.person, before.devices, before.benefits)
    assert {k: f.value for k, f in back.facts.items() if f.value} == {k: f.value for k, f in before.facts.items()}
    assert house.audits.verify().first_break is None


def test_a_person_taken_up_by_mistake_is_ended_and_taken_up_again_under_the_same_number(
    house: House, tmp_path: Path
) -> None:
    house.rounds.open(FIRST)
    read(house, tmp_path, "first.csv", AOBA)
    staged = house.reviews.rows()[0]
    house.reviews.decide([Decision(staged.id, Choice.NEW)])
    person = named(house, "青葉　茂")
    house.reviews.decide([Decision(staged.id, Choice.SKIP)])
    assert house.persons.open(person).person.end_reason is EndReason.MISTAKE
    house.reviews.decide([Decision(staged.id, Choice.NEW)])
    assert house.persons.open(person).person.state is PersonState.ACTIVE
    assert named(house, "青葉　茂") == person


def test_two_rows_of_one_new_person_make_one_person(house: House, tmp_path: Path) -> None:
    house.rounds.open(FIRST)
    read(house, tmp_path, "first.csv", AOBA, [*AOBA[:8], "", "あり"])
    house.reviews.accept([Verdict.CERTAIN, Verdict.LIKELY, Verdict.NEW])
    assert house.reviews.counts().pending == 0
    file = house.persons.open(named(house, "青葉　茂"))
    assert device_group(file.devices) is DeviceGroup.BOTH
    assert len(file.benefits) == 1


def test_the_decision_list_names_nobody_and_comes_back(house: House, tmp_path: Path) -> None:
    house.rounds.open(FIRST)
    read(house, tmp_path, "first.csv", AOBA, AMANE)
    text = house.reviews.as_csv()
    assert "青葉" not in text
    assert text.splitlines()[0] == "row_id,file,sheet,row,kind,verdict,person_id,score,reasons,decision"
    decided = text.replace(",\r\n", ",new\r\n").replace("reasons,new", "reasons,decision")
    house.reviews.decide(house.reviews.decisions_of(decided, "decisions.csv"))
    assert house.reviews.counts().accepted == 2
    with pytest.raises(Refusal) as refused:
        house.reviews.decisions_of(decided.replace(",new\r\n", ",maybe\r\n"), "decisions.csv")
    assert refused.value.facts["file"] == "decisions.csv"


def test_places_say_for_everyone_where_or_why_not(house: House, tmp_path: Path) -> None:
    start(house, tmp_path)
    result = house.places.locate_all()
    assert result.total == sum(result.by_level.values()) == 3
    drawn = house.maps.draw()
    assert drawn.registered.total == drawn.mapped.total + sum(drawn.unmapped.values())
    person = named(house, "青葉　茂")
    house.places.pin(person, 36.06, 139.51)
    house.places.locate_all()
    place = house.persons.open(person).place
    assert place is not None
    assert (place.lat, place.lon, place.pinned) == (36.06, 139.51, True)
    with pytest.raises(Refusal):
        house.places.pin(person, 0.0, 0.0)


def test_a_scheme_whose_file_was_forgotten_is_named(house: House, tmp_path: Path) -> None:
    start(house, tmp_path)
    house.rounds.freeze()
    house.rounds.open(SECOND)
    assert house.rounds.show().unread == {Scheme.NANBYO: 3}
    read(house, tmp_path, "second.csv", AOBA, ASANAGI, AMANE)
    assert house.rounds.show().unread == {}


def test_who_stands_in_no_file_by_nature_is_counted_too(house: House, tmp_path: Path) -> None:
    start(house, tmp_path)
    house.persons.register(Person("", "", "雲井 春", "くもい はる", birth_on=date(1965, 9, 9)))
    assert house.rounds.show().unread == {Scheme.OTHER: 1}
    cloud = row(9, "雲井 春", "クモイ ハル", "S40.9.9")
    read(house, tmp_path, "first, whole.csv", AOBA, ASANAGI, AMANE, cloud)
    assert house.rounds.show().unread == {}


def test_a_pin_holds_when_only_the_spelling_of_the_address_changes(house: House, tmp_path: Path) -> None:
    house.rounds.open(FIRST)
    read(house, tmp_path, "first.csv", [*AOBA[:6], "鴻巣市本町一丁目9001番地90", *AOBA[7:]])
    house.reviews.accept([Verdict.NEW])
    person = named(house, "青葉　茂")
    house.places.pin(person, 36.06, 139.51)
    house.rounds.freeze()
    house.rounds.open(SECOND)
    read(house, tmp_path, "second.csv", [*AOBA[:6], "埼玉県鴻巣市本町１丁目9001番地90", *AOBA[7:]])
    house.reviews.accept([Verdict.CERTAIN])
    house.places.locate_all()
    place = house.persons.open(person).place
    assert place is not None
    assert place.pinned
    assert house.maps.draw().mapped.total == 1
