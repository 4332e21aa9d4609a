"""A disclosure from preview to file: who goes, what the file holds, and what stays true when something breaks."""

from __future__ import annotations

import errno
import hashlib
import io
import random
import re
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pypdfium2
import pytest

from hoken_desktop import words
from hoken_desktop.adapters import sealed_archives, sealed_sheets
from hoken_desktop.domain import passwords
from hoken_desktop.domain.characters import CsvEncoding
from hoken_desktop.domain.codes import (
    CareSetting,
    ConsentDecision,
    ConsentGiver,
    DeviceKind,
    EndReason,
    Exclusion,
    ItemGroup,
    PersonState,
    Purpose,
)
from hoken_desktop.domain.consents import STANDARD_SCOPE
from hoken_desktop.domain.deeds import Deed
from hoken_desktop.domain.disclosures import ITEM_BY_KEY, STANDARD_ITEMS, DisclosureState
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.persons import Person
from hoken_desktop.services.disclosures import Disclosures, Handing, Made
from hoken_desktop.services.identities import Identities
from hoken_desktop.services.persons import Persons
from hoken_desktop.services.requests import Requests
from hoken_desktop.store import engine as engines
from hoken_desktop.ui.printing import QtPrinter
from tests.registry_builder import AGEO, KONOSU, OUTSIDE, FictitiousRegistry

OXYGEN = (DeviceKind.OXYGEN_CONCENTRATOR,)
BOTH = (DeviceKind.VENTILATOR, DeviceKind.OXYGEN_CONCENTRATOR)


def service(registry: FictitiousRegistry, files: Any = sealed_sheets, printer: Any = None) -> Disclosures:
    rng = random.Random(11)
    return Disclosures(
        registry.store, registry.clock, registry.ids, files, registry.municipalities, rng.randrange, printer,
        sealed_archives,
    )  # fmt: skip


class _Konosu:
    def municipality_of(self, address: str) -> str:
        return KONOSU


def identities(registry: FictitiousRegistry) -> Identities:
    persons = Persons(registry.store, registry.clock, registry.ids, _Konosu())
    return Identities(registry.store, registry.clock, registry.ids, persons)


OF_PEOPLE = tuple(reason for reason in Exclusion if reason is not Exclusion.BASIS_CLOSED)
"""Reasons that a person gives, not the request."""


def small_town(registry: FictitiousRegistry) -> dict[str, Person]:
    """Everybody a municipality can have: who goes, and one person for every reason to stay."""
    people = {
        "a": registry.person(
            "和田 実", "わだ みのる", facts={"interface": "tppv", "use_pattern": "all_day", "support_plan": "made"}
        ),
        "b": registry.person("青葉 花子", "あおば はなこ", devices=OXYGEN),
        "c": registry.person("斎藤 清", "さいとう きよし", devices=BOTH, care_setting=CareSetting.UNKNOWN),
        "elsewhere": registry.person("上尾 光", municipality=AGEO),
        "cpap": registry.person("呼気 陽", devices=(DeviceKind.CPAP,)),
    }
    for key in ("a", "b", "c", "elsewhere", "cpap"):
        registry.consent(people[key])
    for reason in OF_PEOPLE:
        people[reason.value] = registry.person(f"除外 {reason.value}", f"んん{reason.value}")
    closing: dict[str, dict[str, Any] | None] = {
        "consent_refused": {"decision": ConsentDecision.REFUSED},
        "consent_withdrawn": {"withdrawn_on": date(2026, 10, 15)},
        "consent_expired": {"expires_on": date(2026, 10, 14)},
        "consent_pending": {"decision": ConsentDecision.PENDING},
        "consent_giver": {"given_by": ConsentGiver.SELF},
        "consent_unknown": None,
        "scope": {"scope": (ItemGroup.DEVICE,)},
    }
    for reason in OF_PEOPLE:
        more = closing.get(reason.value, {})
        if more is not None:
            registry.consent(people[reason.value], **more)
    return people


def after_the_freeze(registry: FictitiousRegistry, people: dict[str, Person]) -> None:
    """What happened between the snapshot and the day."""
    child = date(2015, 1, 1)
    registry.change(people["deceased"], care_setting=CareSetting.DECEASED, state=PersonState.ENDED)
    registry.change(people["moved_out"], state=PersonState.ENDED, end_reason=EndReason.MOVED_OUT)
    registry.change(people["ended"], state=PersonState.ENDED, end_reason=EndReason.DEVICE_ENDED)
    registry.change(
        people["not_resident"], address_actual="埼玉県上尾市本町9-99", municipality_actual=AGEO,
    )  # fmt: skip
    for setting in ("hospital", "facility", "respite"):
        registry.change(people[setting], care_setting=CareSetting(setting))
    registry.change(people["consent_giver"], birth_on=child)


@pytest.fixture
def town(registry: FictitiousRegistry) -> dict[str, Person]:
    people = small_town(registry)
    registry.freeze()
    after_the_freeze(registry, people)
    return people


def opened(made: Made) -> Any:
    return openpyxl.load_workbook(io.BytesIO(sealed_sheets.unseal(made.file.read_bytes(), made.password)))


def table(page: Any) -> tuple[list[str], list[list[Any]]]:
    """(headers, rows) below the notes of a sheet."""
    rows = [[cell.value for cell in row] for row in page.iter_rows()]
    start = next(at for at, row in enumerate(rows) if row[0] == "照合番号")
    return rows[start], rows[start + 1 :]


def test_the_count_closes_and_everyone_who_stays_has_one_reason(
    registry: FictitiousRegistry, town: dict[str, Person]
) -> None:
    found = service(registry).preview(registry.request())
    assert found.target == 3 + len(OF_PEOPLE)
    assert found.disclosed == 3
    assert found.excluded == {reason.value: 1 for reason in OF_PEOPLE}
    assert found.closes
    assert {p.person_id for p in found.passages if p.excluded is None} == {town[k].id for k in "abc"}
    assert (found.as_of, found.edition) == (date(2026, 9, 30), 1)


def test_the_preview_writes_nothing(registry: FictitiousRegistry, town: dict[str, Person]) -> None:
    request = registry.request()
    before = registry.store.head()
    service(registry).preview(request)
    assert registry.store.head() == before


def test_who_came_after_the_freeze_is_no_part_of_the_target(
    registry: FictitiousRegistry, town: dict[str, Person]
) -> None:
    late = registry.person("新規 あと")
    registry.consent(late)
    found = service(registry).preview(registry.request())
    assert late.id not in {p.person_id for p in found.passages}
    registry.freeze(edition=2)
    again = service(registry).preview(registry.request())
    assert late.id in {p.person_id for p in again.passages}
    assert again.edition == 2


def test_the_sealed_file_holds_exactly_who_may_go_in_the_order_of_their_readings(
    registry: FictitiousRegistry, town: dict[str, Person], tmp_path: Path
) -> None:
    out = tmp_path / "new" / "out"
    made = service(registry).disclose(registry.request(), out)
    assert (made.target, made.disclosed) == (3 + len(OF_PEOPLE), 3)
    assert made.target == made.disclosed + sum(made.excluded.values())
    assert made.file.parent == out
    assert made.file.name.startswith("提供_鴻巣市_20260930_見保第12号")
    assert made.sha256 == hashlib.sha256(made.file.read_bytes()).hexdigest()
    assert passwords.is_generated(made.password)
    book = opened(made)
    assert book.sheetnames == ["名簿", "変更点", "回答票", "活用状況", "項目説明"]
    headers, rows = table(book["名簿"])
    names = [row[headers.index("氏名")] for row in rows]
    assert names == ["青葉 花子", "斎藤 清", "和田 実"]
    assert headers[1:] == [words.say(f"items.{key}") for key in STANDARD_ITEMS]
    need = [row[headers.index("支援を必要とする事由")] for row in rows]
    assert need[2].startswith("人工呼吸器(TPPV(気管切開)・24時間)を使用")
    assert "酸素療法" in need[0]
    text = "\n".join(str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell)
    assert "架空病" not in text
    assert "取扱注意" in text
    assert not re.search(r"K\d{6}", text)
    assert all(town[key].name not in text for key in ("elsewhere", "cpap", *(r.value for r in OF_PEOPLE)))
    page = book["名簿"]
    assert "取扱注意" in page.oddHeader.right.text
    assert page.protection.sheet
    assert page.page_setup.orientation == "landscape"


def test_the_outside_keys_mean_nothing_and_are_never_used_again(
    registry: FictitiousRegistry, town: dict[str, Person], tmp_path: Path
) -> None:
    disclosures = service(registry)
    request = registry.request()
    keys = []
    for _ in range(2):
        made = disclosures.disclose(request, tmp_path)
        _, rows = table(opened(made)["名簿"])
        keys.append({row[0] for row in rows})
        assert all(re.fullmatch(r"[2-9A-HJKMNP-Z]{4}-[2-9A-HJKMNP-Z]{4}", str(key)) for key in keys[-1])
    assert len(keys[0] | keys[1]) == 6
    assert len(list(tmp_path.glob("提供_*.xlsx"))) == 2


def test_a_cell_the_consent_does_not_open_says_so_and_a_column_nobody_opens_is_left_out(
    registry: FictitiousRegistry, tmp_path: Path
) -> None:
    narrow = registry.person("狭い 範囲", "あ")
    wide = registry.person("広い 範囲", "い")
    registry.consent(narrow, scope=(ItemGroup.BASIC,))
    registry.consent(wide, scope=(*STANDARD_SCOPE, ItemGroup.DISEASE))
    registry.freeze()
    request = registry.request(items=["氏名", "住所", "電話番号", "病名", "日中独居"])
    made = service(registry).disclose(request, tmp_path)
    headers, rows = table(opened(made)["名簿"])
    assert headers == ["照合番号", "氏名", "住所・居所", "電話番号", "病名"]
    assert rows[0][1:] == ["狭い 範囲", narrow.address, "同意の範囲外", "同意の範囲外"]
    assert rows[1][1:] == ["広い 範囲", wide.address, wide.phone_home, "架空病"]


def test_an_unknown_fact_stays_unknown_to_the_print(registry: FictitiousRegistry, tmp_path: Path) -> None:
    person = registry.person("不明 多", "ふ", birth_on=None, facts={"internal_battery": "no"})
    registry.consent(person, given_by=ConsentGiver.GUARDIAN)
    registry.freeze()
    made = service(registry).disclose(registry.request(), tmp_path)
    headers, rows = table(opened(made)["名簿"])
    cells = dict(zip(headers, rows[0], strict=True))
    assert cells["生年月日"] == "不明"
    assert cells["装着方法"] == "不明"
    assert cells["バッテリー"] == "内部 なし、外部 不明"
    assert cells["酸素療法"] == "該当なし"


def test_the_record_keeps_who_went_with_which_consent_and_why_the_others_stayed(
    registry: FictitiousRegistry, town: dict[str, Person], tmp_path: Path
) -> None:
    made = service(registry).disclose(registry.request(), tmp_path)
    with registry.store.read() as shelves:
        disclosure = shelves.disclosures.get(made.id)
        rows = {r.person_id: r for r in shelves.disclosure_persons.all(disclosure_id=made.id)}
        deeds = [entry.deed for entry in shelves.audits.all()][-2:]
    assert disclosure is not None
    assert (disclosure.state, disclosure.our_number, disclosure.approved_on) == (
        DisclosureState.DONE, "見保第12号", date(2026, 10, 15),
    )  # fmt: skip
    assert disclosure.check_word == passwords.check_word(made.password)
    assert rows[town["a"].id].outside_key
    assert len(rows[town["a"].id].consent_ids) == 1
    assert rows[town["hospital"].id].excluded is Exclusion.HOSPITAL
    assert rows[town["hospital"].id].outside_key == ""
    assert deeds == [Deed.DISCLOSURE_PREPARED, Deed.DISCLOSURE_MADE]
    assert registry.store.verify().first_break is None


def test_the_record_keeps_the_values_that_were_handed_over_and_none_that_were_not(
    registry: FictitiousRegistry, town: dict[str, Person], tmp_path: Path
) -> None:
    narrow = registry.person("範囲 狭", "はんい", facts={"interface": "nppv"})
    registry.consent(narrow, scope=(ItemGroup.BASIC, ItemGroup.CONTACT))
    registry.freeze(edition=2)
    made = service(registry).disclose(registry.request(), tmp_path)
    _, rows = table(opened(made)["名簿"])
    with registry.store.read() as shelves:
        kept = {r.person_id: r for r in shelves.disclosure_persons.all(disclosure_id=made.id)}
    for row in rows:
        record = next(r for r in kept.values() if r.outside_key == row[0])
        for key, cell in zip(STANDARD_ITEMS, row[1:], strict=True):
            if key not in record.cells:
                assert cell == words.say("items.outside_scope")
                continue
            shown = cell.date().isoformat() if hasattr(cell, "date") else str(cell)
            assert record.cells[key] == shown
    assert set(kept[narrow.id].cells) == {k for k in STANDARD_ITEMS if ITEM_BY_KEY[k].group in kept[narrow.id].groups}
    assert kept[town["hospital"].id].cells == {}


def test_the_password_and_the_names_are_in_no_file_in_plain(
    registry: FictitiousRegistry, town: dict[str, Person], tmp_path: Path
) -> None:
    made = service(registry).disclose(registry.request(), tmp_path / "out")
    registry.store.close()
    for file in [f for f in tmp_path.rglob("*") if f.is_file()]:
        data = file.read_bytes()
        assert made.password.encode() not in data
        assert "和田".encode() not in data
        assert "和田".encode("utf-16-le") not in data
        assert "和田" not in file.name
    registry.store = registry.open()


def test_letter_and_record_are_printed_with_counts_and_without_names(
    registry: FictitiousRegistry, town: dict[str, Person], tmp_path: Path, qapp: Any
) -> None:
    made = service(registry, printer=QtPrinter).disclose(registry.request(), tmp_path)
    assert made.letter is not None
    assert made.record is not None
    for path in (made.letter, made.record):
        with pypdfium2.PdfDocument(path.read_bytes()) as document:
            text = "".join(page.get_textpage().get_text_range() for page in document)
        assert "和田" not in text
        assert "わだ" not in text
        assert made.password not in text
        assert made.file.stem in "".join(text.split()) or made.sha256[:4] in text
    assert {made.letter.suffix, made.record.suffix} == {".pdf"}


# ---- refusals -------------------------------------------------------------------------------------------------


def refused(registry: FictitiousRegistry, code: str, *arguments: Any, **more: Any) -> None:
    with pytest.raises(Refusal) as refusal:
        service(registry).disclose(*arguments, **more)
    assert refusal.value.code == code
    assert words.say(refusal.value.code, **refusal.value.facts)


def test_nothing_goes_without_a_frozen_round(registry: FictitiousRegistry, tmp_path: Path) -> None:
    registry.consent(registry.person("見本 花子"))
    refused(registry, "disclosures.nothing_frozen", registry.request(), tmp_path)


def test_nothing_goes_without_a_decision_unless_the_office_asks_for_none(
    registry: FictitiousRegistry, town: dict[str, Person], tmp_path: Path
) -> None:
    request = registry.request(approved=False)
    out = tmp_path / "out"
    refused(registry, "disclosures.not_approved", request, out)
    refused(registry, "requests.approval_day", request, out, approved_on=date(2026, 10, 16), approval="所長")
    refused(registry, "requests.no_approval", request, out, approved_on=date(2026, 10, 15))
    assert not out.exists()
    decided = {"approved_on": date(2026, 10, 15), "approval": "所長", "our_number": "見保第5号"}
    made = service(registry).disclose(request, out, **decided)
    assert "見保第5号" in made.file.name
    stored = Requests(registry.store, registry.clock, registry.ids, registry.municipalities).get(request)
    assert (stored.approved_on, stored.approval, stored.our_number) == (date(2026, 10, 15), "所長", "見保第5号")
    registry.set_office(needs_approval=False)
    assert service(registry).disclose(registry.request(approved=False), out).disclosed == 3


def test_nothing_goes_when_nobody_may(registry: FictitiousRegistry, tmp_path: Path) -> None:
    registry.person("見本 花子")
    registry.freeze()
    refused(registry, "disclosures.nobody", registry.request(), tmp_path)
    refused(registry, "requests.unknown", "no such request", tmp_path)


def test_nothing_goes_from_a_register_somebody_changed_behind_its_back(
    registry: FictitiousRegistry, town: dict[str, Person], tmp_path: Path
) -> None:
    request = registry.request()
    connection = engines.connect(registry.store.path, registry.key)
    connection.execute("UPDATE persons SET municipality_registered = ? WHERE id = ?", (KONOSU, town["elsewhere"].id))
    connection.close()
    refused(registry, "disclosures.audit_broken", request, tmp_path)


def test_the_person_withdrawn_this_morning_does_not_go(
    registry: FictitiousRegistry, town: dict[str, Person], tmp_path: Path
) -> None:
    request = registry.request()
    assert service(registry).preview(request).disclosed == 3
    registry.consent(town["a"], withdrawn_on=registry.clock.today())
    made = service(registry).disclose(request, tmp_path)
    assert made.disclosed == 2
    assert made.excluded["consent_withdrawn"] == 2


def test_who_went_and_withdrew_since_is_to_be_recalled(
    registry: FictitiousRegistry, town: dict[str, Person], tmp_path: Path
) -> None:
    disclosures = service(registry)
    made = disclosures.disclose(registry.request(), tmp_path)
    assert disclosures.to_recall() == {}
    registry.consent(town["a"], withdrawn_on=registry.clock.today())
    assert disclosures.to_recall() == {made.id: (town["a"].id,)}


# ---- what breaks between ---------------------------------------------------------------------------------------


class FailingFiles:
    """Seals as it should; the disk fails at the n-th file."""

    def __init__(self, at: int, error: BaseException) -> None:
        self.at = at
        self.error = error
        self.calls = 0

    def seal(self, *arguments: Any, **more: Any) -> bytes:
        return sealed_sheets.seal(*arguments, **more)

    def write_file(self, folder: Path, name: str, data: bytes) -> Any:
        self.calls += 1
        if self.calls == self.at:
            raise self.error
        return sealed_sheets.write_file(folder, name, data)


class CountingPrinter:
    def print_pdf(self, html: str, **more: Any) -> bytes:
        return b"%PDF " + str(len(html)).encode()


@pytest.mark.parametrize("at", [1, 2, 3])
def test_a_disk_that_fails_leaves_no_file_and_a_record_that_nothing_went(
    registry: FictitiousRegistry, town: dict[str, Person], tmp_path: Path, at: int
) -> None:
    files = FailingFiles(at, OSError(errno.EIO, "gone"))
    out = tmp_path / "out"
    with pytest.raises(Refusal) as refusal:
        service(registry, files, CountingPrinter).disclose(registry.request(), out)
    assert refusal.value.code == "disclosures.not_written"
    assert list(out.iterdir()) == []
    with registry.store.read() as shelves:
        assert [d.state for d in shelves.disclosures.all()] == [DisclosureState.ABANDONED]
        assert shelves.audits.all()[-1].deed == Deed.DISCLOSURE_ABANDONED
    assert registry.store.verify().first_break is None


def test_a_printer_that_fails_leaves_no_file(
    registry: FictitiousRegistry, town: dict[str, Person], tmp_path: Path
) -> None:
    class Broken:
        def print_pdf(self, html: str, **more: Any) -> bytes:
            raise RuntimeError("no paper")

    out = tmp_path / "out"
    with pytest.raises(RuntimeError):
        service(registry, printer=Broken).disclose(registry.request(), out)
    assert list(out.iterdir()) == []


class PowerCut(BaseException):
    pass


def cut_at(monkeypatch: pytest.MonkeyPatch, registry: FictitiousRegistry, *deeds: Deed) -> None:
    """The power goes when one of these deeds is about to be done."""
    change = registry.store.change

    def cut(deed: Deed, *arguments: Any, **more: Any) -> Any:
        if deed in deeds:
            raise PowerCut
        return change(deed, *arguments, **more)

    monkeypatch.setattr(registry.store, "change", cut)


class CutFiles:
    """Seals and writes as it should; the power goes after the n-th file, when nothing can be tidied up any more."""

    def __init__(self, after: int) -> None:
        self.after = after
        self.calls = 0

    def seal(self, *arguments: Any, **more: Any) -> bytes:
        return sealed_sheets.seal(*arguments, **more)

    def write_file(self, folder: Path, name: str, data: bytes) -> Any:
        self.calls += 1
        done = sealed_sheets.write_file(folder, name, data)
        (folder / f".{name}.part").write_bytes(data[:100])
        if self.calls == self.after:
            raise PowerCut
        return done


@pytest.mark.parametrize("after", [1, 3, 4])
def test_what_a_power_cut_leaves_is_cleared_and_said_at_the_next_start(
    registry: FictitiousRegistry,
    town: dict[str, Person],
    tmp_path: Path,
    after: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    request = registry.request()
    out = tmp_path / "out"
    out.mkdir()
    (out / "ほかの人のファイル.xlsx").write_bytes(b"not ours")
    disclosures = service(registry, CutFiles(after), CountingPrinter)
    cut_at(monkeypatch, registry, Deed.DISCLOSURE_MADE, Deed.DISCLOSURE_ABANDONED)
    monkeypatch.setattr("hoken_desktop.services.disclosure_files.take_away", lambda paths: None)
    monkeypatch.setattr("hoken_desktop.services.disclosures.take_away", lambda paths: None)
    with pytest.raises(PowerCut):
        disclosures.disclose(request, out, handing=Handing(csv=CsvEncoding.UTF8))
    assert len(list(out.iterdir())) == 1 + 2 * after
    monkeypatch.undo()
    registry.reopen()
    again = service(registry)
    (settled,) = again.settle_unfinished()
    assert settled.cleared
    assert again.all()[0].file_name in again.say_settled(settled)
    assert again.all()[0].state is DisclosureState.ABANDONED
    assert [file.name for file in out.iterdir()] == ["ほかの人のファイル.xlsx"]
    assert again.settle_unfinished() == ()
    assert again.changes(request).since is None
    assert registry.store.verify().first_break is None
    assert again.disclose(request, out).disclosed == 3


def test_a_medium_that_is_gone_at_the_next_start_is_named(
    registry: FictitiousRegistry, town: dict[str, Person], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut_at(monkeypatch, registry, Deed.DISCLOSURE_MADE, Deed.DISCLOSURE_ABANDONED)
    with pytest.raises(PowerCut):
        service(registry).disclose(registry.request(), tmp_path / "usb")
    monkeypatch.undo()
    shutil.rmtree(tmp_path / "usb")
    registry.reopen()
    again = service(registry)
    (settled,) = again.settle_unfinished()
    assert not settled.cleared
    assert "使わずに消してください" in again.say_settled(settled)
    assert again.all()[0].state is DisclosureState.ABANDONED


def test_a_deed_that_cannot_be_written_after_the_files_takes_them_away_again(
    registry: FictitiousRegistry, town: dict[str, Person], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut_at(monkeypatch, registry, Deed.DISCLOSURE_MADE)
    with pytest.raises(PowerCut):
        service(registry, printer=CountingPrinter).disclose(registry.request(), tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []
    with registry.store.read() as shelves:
        assert [d.state for d in shelves.disclosures.all()] == [DisclosureState.ABANDONED]


# ---- many people -----------------------------------------------------------------------------------------------


def test_the_exported_set_is_exactly_the_people_the_rule_lets_go(tmp_path: Path) -> None:
    """A random town of 120; the file is opened with its password and compared by name."""
    registry = FictitiousRegistry(tmp_path / "data")
    rng = random.Random(5)
    expected: set[str] = set()
    for n in range(120):
        place = rng.choice((KONOSU, KONOSU, KONOSU, AGEO, OUTSIDE))
        setting = rng.choice((CareSetting.HOME,) * 4 + (CareSetting.HOSPITAL, CareSetting.UNKNOWN))
        device = rng.choice((BOTH, OXYGEN, (DeviceKind.VENTILATOR,), (DeviceKind.CPAP,)))
        person = registry.person(f"乱数 {n:03d}", municipality=place, care_setting=setting, devices=device)
        says = rng.choice((ConsentDecision.GIVEN,) * 3 + (ConsentDecision.REFUSED, None))
        if says is not None:
            registry.consent(
                person, recipient=rng.choice((KONOSU, KONOSU, KONOSU, AGEO)), decision=says,
                purpose=rng.choice((Purpose.ROSTER, Purpose.ROSTER, Purpose.DRILL)),
            )  # fmt: skip
            with registry.store.read() as shelves:
                row = shelves.consents.all(person_id=person.id)[0]
            opens = (row.recipient, row.purpose, row.decision) == (KONOSU, Purpose.ROSTER, ConsentDecision.GIVEN)
            at_home = setting is not CareSetting.HOSPITAL
            if opens and place == KONOSU and at_home and device != (DeviceKind.CPAP,):
                expected.add(person.name)
    registry.freeze()
    made = service(registry).disclose(registry.request(), tmp_path / "out")
    headers, rows = table(opened(made)["名簿"])
    assert {row[headers.index("氏名")] for row in rows} == expected
    assert len(rows) == len(expected) == made.disclosed > 10
    registry.close()


def test_somebody_found_to_be_another_since_the_snapshot_goes_once_under_the_consents_of_both(
    registry: FictitiousRegistry,
) -> None:
    listed = registry.person("架空 一郎")
    registry.consent(listed)
    registry.freeze()
    kept = registry.person("架空 一朗")
    identities(registry).merge(kept.id, listed.id)
    request = registry.request()
    preview = service(registry).preview(request)
    assert (preview.target, preview.disclosed) == (1, 1)
    assert preview.passages[0].person_id == kept.id


def test_who_was_handed_over_under_another_entry_is_recalled_by_who_they_are_today(
    registry: FictitiousRegistry, tmp_path: Path
) -> None:
    listed, kept = registry.person("架空 一郎"), registry.person("架空 一朗")
    registry.consent(listed)
    registry.freeze()
    disclosures = service(registry)
    made = disclosures.disclose(registry.request(), tmp_path / "out")
    identities(registry).merge(kept.id, listed.id)
    assert disclosures.to_recall() == {}
    registry.clock.tick()
    registry.consent(kept, withdrawn_on=registry.clock.today(), consented_on=date(2026, 4, 1))
    assert disclosures.to_recall() == {made.id: (kept.id,)}
