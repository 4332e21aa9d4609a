"""マスタ on a real registry: entries end and are never lost, spellings come together, sheets go out and in again."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from hoken_desktop.adapters import sealed_pdfs, sealed_sheets, similarity, whole_files
from hoken_desktop.adapters.diseases import shipped
from hoken_desktop.adapters.layouts import read_mapped
from hoken_desktop.domain.codes import (
    DeviceKind,
    EndReason,
    ListGrouping,
    PersonState,
    Scheme,
    SupporterRole,
    UseStatus,
    YesNoUnknown,
)
from hoken_desktop.domain.deeds import Deed
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.masters import DeviceModel, Disease, Organisation, OrganisationKind
from hoken_desktop.domain.persons import Benefit, Person, Supporter
from hoken_desktop.services.device_models import DeviceModels
from hoken_desktop.services.diseases import Diseases
from hoken_desktop.services.dossiers import Dossiers
from hoken_desktop.services.intakes import Intakes
from hoken_desktop.services.list_papers import register_list_html, register_list_workbook
from hoken_desktop.services.lists import Choice, Lists
from hoken_desktop.services.master_rows import Master
from hoken_desktop.services.master_sheets import MasterReading, MasterSheets
from hoken_desktop.services.organisations import Organisations
from hoken_desktop.services.printing import Printing
from hoken_desktop.services.undo import Undo
from hoken_desktop.words import has, say
from tests.registry_builder import AGEO, KONOSU, FictitiousRegistry

SUPPLIER = Organisation(
    "", OrganisationKind.SUPPLIER, "架空メディカル", "北部営業所", "かくうめでぃかる", phone="048-000-0001",
    phone_24h="048-000-0024",
)  # fmt: skip


@dataclass
class Masters:
    """The three services over one registry, and its sheets."""

    registry: FictitiousRegistry
    organisations: Organisations
    models: DeviceModels
    diseases: Diseases
    sheets: MasterSheets

    def supplied(self, name: str, supplier: str, **more: object) -> Person:
        """A person whose ventilator comes from this supplier, in these words."""
        person = self.registry.person(name)
        with self.registry.store.change(Deed.PERSON_CHANGED, person.id) as shelves:
            device = shelves.devices.all(person_id=person.id)[0]
            shelves.devices.replace(replace(device, supplier=supplier, **more))  # type: ignore[arg-type]
        return person

    def helper(self, person: Person, role: SupporterRole, organisation: str, phone: str = "") -> None:
        with self.registry.store.change(Deed.FACTS_RECORDED, person.id) as shelves:
            shelves.supporters.add(
                Supporter(self.registry.ids(), person.id, role, organisation, phone=phone,
                          around_the_clock=YesNoUnknown.YES if phone else YesNoUnknown.UNKNOWN)
            )  # fmt: skip

    def supplier_ids(self) -> dict[str, str]:
        """What each device's supplier is called → the entry it is joined to."""
        with self.registry.store.read() as shelves:
            return {d.supplier: d.supplier_id for d in shelves.devices.all()}


@pytest.fixture
def masters(tmp_path: Path) -> Iterator[Masters]:
    made = FictitiousRegistry(tmp_path / "data")
    given = (made.store, made.clock, made.ids)
    organisations = Organisations(*given, made.municipalities, similarity.ratio)
    models, diseases = DeviceModels(*given), Diseases(*given, shipped)

    def write_text(path: Path, text: str) -> None:
        whole_files.write_whole(path, text.encode("utf-8-sig"))

    sheets = MasterSheets(
        organisations, models, diseases, made.clock, read_mapped, sealed_sheets, write_text, made.municipalities
    )
    yield Masters(made, organisations, models, diseases, sheets)
    made.close()


def refused(code: str, doing: Callable[[], object]) -> None:
    with pytest.raises(Refusal) as caught:
        doing()
    assert caught.value.code == code
    assert has(code)
    assert say(code, **caught.value.facts)


# ---- entries ----------------------------------------------------------------------------------------------------


def test_an_entry_is_added_changed_and_ended_each_as_a_deed_of_its_own(masters: Masters) -> None:
    service = masters.organisations
    added = service.add(SUPPLIER)
    changed = service.change(replace(added, phone_24h="048-000-0099"))
    ended = service.end(added.id, date(2026, 9, 30))
    assert service.get(added.id) == replace(changed, valid_to=date(2026, 9, 30)) == ended
    assert service.valid() == []
    assert service.all(on=date(2026, 9, 30)) == [ended]
    with masters.registry.store.read() as shelves:
        deeds = [e for e in shelves.audits.all() if e.deed == Deed.MASTER_CHANGED]
    assert [e.detail["done"] for e in deeds] == ["added", "changed", "ended"]
    assert deeds[1].detail["fields"] == ["phone_24h"]
    assert "048" not in str([e.detail for e in deeds])  # the record names fields, never values
    assert masters.registry.store.verify().first_break is None


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        (replace(SUPPLIER, name="  "), "organisations.no_name"),
        (replace(SUPPLIER, municipality="999999"), "organisations.unknown_municipality"),
        (replace(SUPPLIER, kind=OrganisationKind.MUNICIPALITY), "organisations.no_municipality"),
        (replace(SUPPLIER, valid_from=date(2026, 4, 1), valid_to=date(2026, 3, 31)), "masters.days_reversed"),
    ],
)
def test_an_entry_without_what_it_needs_is_refused_in_words(
    masters: Masters, entry: Organisation, code: str
) -> None:
    refused(code, lambda: masters.organisations.add(entry))
    assert masters.organisations.all() == []


def test_the_same_office_twice_is_refused_unless_their_days_do_not_meet(masters: Masters) -> None:
    first = masters.organisations.add(SUPPLIER)
    again = replace(SUPPLIER, name="㈱架空メディカル")
    refused("masters.already_there", lambda: masters.organisations.add(again))
    masters.organisations.end(first.id, date(2026, 3, 31))
    second = masters.organisations.add(replace(again, valid_from=date(2026, 4, 1)))
    assert [one.id for one in masters.organisations.valid()] == [second.id]
    refused("masters.already_there", lambda: masters.organisations.change(replace(first, valid_to=None)))


def test_offices_of_one_name_in_two_municipalities_are_two(masters: Masters) -> None:
    for code in (KONOSU, AGEO):
        masters.organisations.add(Organisation("", OrganisationKind.MUNICIPALITY, "見本", "防災課", municipality=code))
    assert [one.municipality for one in masters.organisations.sections(AGEO)] == [AGEO]
    assert masters.organisations.sections("112062") == []


def test_a_municipality_anywhere_in_japan_may_have_sections(masters: Masters) -> None:
    naha = Organisation("", OrganisationKind.MUNICIPALITY, "那覇市", "防災危機管理課", municipality="472018")
    added = masters.organisations.add(naha)
    assert masters.organisations.sections("472018") == [added]


def test_a_change_of_an_entry_can_be_taken_back(masters: Masters) -> None:
    added = masters.organisations.add(SUPPLIER)
    masters.organisations.change(replace(added, phone_24h="048-000-0099"))
    undo = Undo(masters.registry.store, masters.registry.clock, masters.registry.ids)
    last = undo.last()
    assert last is not None
    undo.undo(last.seq)
    assert masters.organisations.get(added.id) == added


# ---- spellings --------------------------------------------------------------------------------------------------


def test_names_of_the_register_that_are_no_entry_are_proposed_with_their_spellings(masters: Masters) -> None:
    masters.supplied("見本 一郎", "架空メディカル 北部営業所")
    person = masters.supplied("見本 二郎", "㈱架空メディカル　北部営業所")
    masters.helper(person, SupporterRole.VISITING_NURSE, "見本訪問看護ステーション", "048-000-0050")
    first, second = masters.organisations.proposals()
    assert (first.people, first.devices, first.supporters) == (2, 2, 0)
    assert {text for text, _ in first.spellings} == {"架空メディカル 北部営業所", "㈱架空メディカル　北部営業所"}
    assert first.draft.kind is OrganisationKind.SUPPLIER
    assert (second.draft.kind, second.draft.name) == (OrganisationKind.NURSE_STATION, "見本訪問看護ステーション")
    assert second.draft.phone_24h == "048-000-0050"  # its helper answers around the clock
    assert first.draft.phone_24h == ""


def test_adopting_a_proposal_joins_its_rows_and_leaves_their_text(masters: Masters) -> None:
    masters.supplied("見本 一郎", "架空メディカル 北部営業所")
    masters.supplied("見本 二郎", "㈱架空メディカル　北部営業所")
    gone = masters.supplied("見本 三郎", "架空ﾒﾃﾞｨｶﾙ 北部営業所")
    masters.registry.change(gone, state=PersonState.ENDED, end_reason=EndReason.DECEASED)
    one = masters.organisations.proposals()[0]
    made = masters.organisations.adopt(one.key, replace(one.draft, phone_24h="048-000-0024"))
    assert masters.supplier_ids() == {
        "架空メディカル 北部営業所": made.id, "㈱架空メディカル　北部営業所": made.id, "架空ﾒﾃﾞｨｶﾙ 北部営業所": made.id,
    }  # fmt: skip
    assert masters.organisations.proposals() == ()
    assert masters.organisations.overview().people == {made.id: 2}  # who has died is not counted
    assert masters.registry.store.verify().first_break is None


def test_another_spelling_is_joined_to_what_it_is_like(masters: Masters) -> None:
    masters.organisations.add(SUPPLIER)
    known = masters.organisations.valid()[0]
    person = masters.supplied("見本 一郎", "架空メディカル(北部)")
    one = masters.organisations.proposals()[0]
    assert one.alike == (known,)
    assert masters.organisations.join(one.key, known.id) == 1
    line = masters.organisations.suppliers_of(person.id)[0]
    assert (line.text, line.organisation, line.phone) == ("架空メディカル(北部)", known, "048-000-0024")
    later = masters.supplied("見本 二郎", "架空メディカル（北部）")  # the same spelling, typed after that
    assert masters.organisations.suppliers_of(later.id)[0].organisation == known
    assert masters.organisations.proposals() == ()


def test_a_supplier_nobody_knows_has_no_telephone_and_is_not_guessed(masters: Masters) -> None:
    masters.organisations.add(SUPPLIER)
    masters.organisations.add(replace(SUPPLIER, office="南部営業所"))
    person = masters.supplied("見本 一郎", "架空メディカル")
    line = masters.organisations.suppliers_of(person.id)[0]
    assert (line.organisation, line.phone) == (None, "")


def test_a_device_no_longer_used_is_not_asked_for(masters: Masters) -> None:
    person = masters.supplied("見本 一郎", "架空メディカル", use_status=UseStatus.ENDED)
    assert masters.organisations.suppliers_of(person.id) == ()
    assert masters.organisations.proposals() == ()


def test_two_entries_that_are_one_are_merged_and_nothing_is_lost(masters: Masters) -> None:
    kept = masters.organisations.add(replace(SUPPLIER, phone_24h="", name_kana=""))
    gone = masters.organisations.add(
        Organisation("", OrganisationKind.SUPPLIER, "カクウメディカル北部", phone_24h="048-000-0024", note="古い名前")
    )
    person = masters.supplied("見本 一郎", "カクウメディカル北部", supplier_id=gone.id)
    masters.organisations.merge(kept.id, gone.id)
    line = masters.organisations.suppliers_of(person.id)[0]
    assert line.organisation is not None
    assert (line.organisation.id, line.phone, line.text) == (kept.id, "048-000-0024", "カクウメディカル北部")
    ended = masters.organisations.get(gone.id)
    assert ended is not None
    assert ended not in masters.organisations.valid()
    assert "古い名前" in ended.note
    assert "架空メディカル 北部営業所" in ended.note
    refused("masters.unknown", lambda: masters.organisations.merge(kept.id, kept.id))


def test_forms_are_offered_what_is_valid_with_the_number_to_call(masters: Masters) -> None:
    added = masters.organisations.add(SUPPLIER)
    masters.organisations.add(Organisation("", OrganisationKind.HOSPITAL, "見本病院", municipality=KONOSU))
    closed = masters.organisations.add(replace(SUPPLIER, office="東部営業所"))
    masters.organisations.end(closed.id, date(2026, 3, 31))
    (one,) = masters.organisations.suggestions([OrganisationKind.SUPPLIER])
    assert (one.id, one.text) == (added.id, "架空メディカル 北部営業所")
    assert "048-000-0024" in one.hint
    assert len(masters.organisations.suggestions()) == 2


def test_the_dossier_says_the_group_of_a_child_in_words_and_keeps_what_the_master_does_not_know(
    masters: Masters,
) -> None:
    registry = masters.registry
    person = registry.person("見本 一郎")
    with registry.store.change(Deed.BENEFIT_RECORDED, person.id) as shelves:
        shelves.benefits.add(Benefit("b1", person.id, Scheme.SHOMAN, shoman_group="11", disease_name="架空病"))
        shelves.benefits.add(Benefit("b2", person.id, Scheme.SHOMAN, shoman_group="第99群"))
        shelves.benefits.add(Benefit("b3", person.id, Scheme.NANBYO, disease_no="2"))
    printing = Printing(registry.store, sealed_sheets, sealed_pdfs, random.Random(3).randrange, lambda: None)  # type: ignore[arg-type, return-value]
    dossiers = Dossiers(
        registry.store, registry.clock, printing, registry.municipalities, diseases=masters.diseases.index
    )
    cells = [cell for part in dossiers.paper(person.id).parts for row in part.rows for cell in row]
    assert "架空病 疾患群11 神経・筋疾患" in cells
    assert "疾患群第99群" in cells
    assert "2 筋萎縮性側索硬化症" in cells


def test_papers_carry_the_number_to_call_beside_the_name_as_written(masters: Masters) -> None:
    known = masters.organisations.add(SUPPLIER)
    person = masters.supplied("見本 一郎", "㈱架空メディカル　北部営業所")
    masters.helper(person, SupporterRole.DEVICE_SUPPLIER, "架空メディカル 北部営業所")
    masters.helper(person, SupporterRole.OXYGEN_SUPPLIER, "架空メディカル 北部営業所", "048-000-0024")
    registry = masters.registry
    printing = Printing(registry.store, sealed_sheets, sealed_pdfs, random.Random(3).randrange, lambda: None)  # type: ignore[arg-type, return-value]
    dossiers = Dossiers(
        registry.store, registry.clock, printing, registry.municipalities, masters.organisations.directory
    )

    def cells() -> list[str]:
        return [cell for part in dossiers.paper(person.id).parts for row in part.rows for cell in row]

    assert "㈱架空メディカル　北部営業所\n24時間 048-000-0024" in cells()
    lists = Lists(
        registry.store, registry.clock, printing, registry.municipalities, masters.organisations.directory
    )
    by_supplier = lists.paper(Choice(live=True, by=ListGrouping.SUPPLIER))
    heading = "㈱架空メディカル　北部営業所　24時間 048-000-0024"
    assert heading in register_list_html(by_supplier)
    assert heading in register_list_workbook(by_supplier).sheets[0].notes
    assert "24時間" not in register_list_html(lists.paper(Choice(live=True)))  # a municipality is no 業者
    assert [cell for cell in cells() if "048-000-0024" in cell] == [
        "㈱架空メディカル　北部営業所\n24時間 048-000-0024", "記載なし\n24時間 048-000-0024", "048-000-0024",
    ]  # fmt: skip
    masters.organisations.change(replace(known, phone_24h=""))
    assert "㈱架空メディカル　北部営業所\n日中 048-000-0001" in cells()  # never an old number
    masters.organisations.end(known.id, date(2026, 3, 31))
    assert "㈱架空メディカル　北部営業所" in cells()  # the name of a closed office calls nobody


# ---- device models ----------------------------------------------------------------------------------------------


def test_no_model_is_shipped_and_those_of_the_register_are_proposed(masters: Masters) -> None:
    assert masters.models.all() == []
    masters.supplied("見本 一郎", "", maker="見本製作所", model="MH-1")
    masters.supplied("見本 二郎", "", maker="見本製作所", model="ＭＨ-1")
    (one,) = masters.models.proposals()
    assert one.people == 2
    added = masters.models.add(replace(one.draft, battery_hours=4.5, watts=90))
    assert masters.models.proposals() == ()
    assert masters.models.find(DeviceKind.VENTILATOR, "見本製作所", "mh-1") == added
    assert masters.models.find(DeviceKind.VENTILATOR, "別の会社", "MH-1") is None


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"model": ""}, "device_models.no_model"),
        ({"battery_hours": -1.0}, "device_models.hours_out_of_bounds"),
        ({"external_battery_hours": 999.0}, "device_models.hours_out_of_bounds"),
        ({"watts": 0}, "device_models.watts_out_of_bounds"),
    ],
)
def test_values_no_catalogue_holds_are_refused(masters: Masters, wrong: dict[str, object], code: str) -> None:
    entry = replace(DeviceModel("", DeviceKind.VENTILATOR, "見本製作所", "MH-1"), **wrong)  # type: ignore[arg-type]
    refused(code, lambda: masters.models.add(entry))


# ---- diseases ---------------------------------------------------------------------------------------------------


def test_the_shipped_diseases_are_there_without_a_deed(masters: Masters) -> None:
    head = masters.registry.store.head()
    assert len(masters.diseases.all()) == 364
    assert masters.diseases.name_of(Scheme.NANBYO, "002") == "筋萎縮性側索硬化症"
    assert masters.diseases.number_of(Scheme.NANBYO, "ぱーきんそんびょう") == "6"
    assert masters.registry.store.head() == head


def test_an_edited_disease_takes_the_place_of_the_shipped_one(masters: Masters) -> None:
    als = next(one for one in masters.diseases.all() if one.number == "2")
    masters.diseases.change(replace(als, note="旧「ALS」"))
    assert len(masters.diseases.all()) == 364
    assert masters.diseases.number_of(Scheme.NANBYO, "als") == "2"


def test_a_new_number_is_added_and_a_known_one_is_not_twice(masters: Masters) -> None:
    masters.diseases.add(Disease("", Scheme.NANBYO, "349", "架空の新しい指定難病"))
    assert masters.diseases.name_of(Scheme.NANBYO, "349") == "架空の新しい指定難病"
    assert masters.diseases.all()[348].number == "349"
    refused("masters.already_there", lambda: masters.diseases.add(Disease("", Scheme.NANBYO, "006", "架空病")))


def test_a_disease_may_be_renamed_from_a_day_on(masters: Masters) -> None:
    old = next(one for one in masters.diseases.all() if one.number == "6")
    masters.diseases.end(old.id, date(2026, 9, 30))
    masters.diseases.add(Disease("", Scheme.NANBYO, "6", "架空の新しい名前", valid_from=date(2026, 10, 1)))
    assert masters.diseases.name_of(Scheme.NANBYO, "6") == "架空の新しい名前"
    assert masters.diseases.index(date(2026, 9, 30)).name_of(Scheme.NANBYO, "6") == old.name


def test_diseases_of_benefits_that_are_not_listed_are_named_and_counted(masters: Masters) -> None:
    for name in ("見本 一郎", "見本 二郎"):
        masters.registry.person(name, disease="架空病")
    masters.registry.person("見本 三郎", disease="パーキンソン病")
    (one,) = masters.diseases.unlisted()
    assert (one.scheme, one.number, one.name, one.people) == (Scheme.NANBYO, "", "架空病", 2)


def test_a_benefit_file_names_the_place_of_a_disease_that_is_not_listed(masters: Masters, tmp_path: Path) -> None:
    file = tmp_path / "難病.csv"
    file.write_text(
        "公費負担者番号,受給者番号,氏名,生年月日,疾病番号,疾病名,人工呼吸器\r\n"
        "54116015,1000017,見本　一郎,S45.3.1,2,筋萎縮性側索硬化症,あり\r\n"
        "54116015,1000025,見本　二郎,S45.3.2,349,架空の新しい指定難病,あり\r\n",
        "utf-8",
    )
    intakes = Intakes(read_mapped, masters.diseases.index)
    today = masters.registry.clock.today()

    def warned() -> list[tuple[int, str, str]]:
        reading = intakes.read_benefit_file(file, Scheme.NANBYO, today=today)
        assert [one.disease_no for _, one in reading.washed] == ["2", "349"]
        return [(f.row, f.column, f.code) for f in reading.warnings if f.code.startswith("disease")]

    assert warned() == [(3, "疾病番号", "disease_unknown_number")]
    masters.diseases.add(Disease("", Scheme.NANBYO, "349", "架空の新しい指定難病"))
    assert warned() == []


# ---- sheets -----------------------------------------------------------------------------------------------------


def fill(masters: Masters) -> None:
    masters.organisations.add(
        replace(SUPPLIER, municipality=KONOSU, email="a@example.jp", address="埼玉県鴻巣市架空町9999", note="=1+1")
    )
    section = Organisation("", OrganisationKind.MUNICIPALITY, "伊奈町", "危機管理課", municipality="113018")
    masters.organisations.add(section)
    closed = masters.organisations.add(Organisation("", OrganisationKind.CLINIC, "見本医院"))
    masters.organisations.end(closed.id, date(2026, 3, 31))
    masters.models.add(DeviceModel("", DeviceKind.OXYGEN_CONCENTRATOR, "見本製作所", "OX-2", None, 3.5, 120))


@pytest.mark.parametrize("ending", [".xlsx", ".csv"])
@pytest.mark.parametrize("master", list(Master))
def test_a_table_written_out_and_read_in_again_changes_nothing(
    masters: Masters, tmp_path: Path, master: Master, ending: str
) -> None:
    fill(masters)
    table = {Master.ORGANISATIONS: masters.organisations, Master.MODELS: masters.models}.get(master, masters.diseases)
    before, head = table.all(), masters.registry.store.head()
    path = tmp_path / f"表{ending}"
    assert masters.sheets.export(master, path) == len(before)
    reading = masters.sheets.read_in(master, path)
    assert (reading.unchanged, reading.faults, reading.unmapped_columns) == (len(before), (), ())
    assert reading.closes
    assert (table.all(), masters.registry.store.head()) == (before, head)


def test_a_table_written_out_opens_in_a_spreadsheet_without_a_password(masters: Masters, tmp_path: Path) -> None:
    fill(masters)
    path = tmp_path / "業者.xlsx"
    masters.sheets.export(Master.ORGANISATIONS, path)
    sheet = openpyxl.load_workbook(path).active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][:3] == ("種類", "名称", "営業所・課")
    assert any("048-000-0024" in row for row in rows)
    assert any("=1+1" in row for row in rows)  # a text, and no formula


def test_a_name_that_is_taken_and_another_kind_of_file_are_refused(masters: Masters, tmp_path: Path) -> None:
    path = tmp_path / "業者.xlsx"
    path.write_bytes(b"x")
    refused("sealed_sheets.name_taken", lambda: masters.sheets.export(Master.ORGANISATIONS, path))
    refused("masters.export_kind", lambda: masters.sheets.export(Master.ORGANISATIONS, tmp_path / "業者.pdf"))
    assert path.read_bytes() == b"x"


def read_rows(masters: Masters, tmp_path: Path, *rows: str, dry_run: bool = False) -> MasterReading:
    path = tmp_path / "一覧.csv"
    path.write_text("\r\n".join(["区分,会社名,営業所,市町,24時間連絡先,TEL,開始日,廃止日,謎", *rows, ""]), "utf-8")
    return masters.sheets.read_in(Master.ORGANISATIONS, path, dry_run=dry_run)


def test_somebodys_list_is_taken_in_and_its_faults_are_named_by_row_and_column(
    masters: Masters, tmp_path: Path
) -> None:
    known = masters.organisations.add(SUPPLIER)
    rows = (
        "取扱業者,㈱架空メディカル,北部営業所,,048-000-0077,,,,",
        "訪問看護ステーション,見本訪看,,鴻巣市,(048)000-0078,,R8.4.1,,",
        "消防,架空消防本部,,架空市,,,,,",
        "謎の種類,見本,,,,,,,",
        "病院,,,,,,,,",
        "病院,見本病院,,,,,R8.4.1,R8.3.31,",
        "病院,見本病院,,,,,R8.13.1,,",
        "市町の課,防災課,,,,,,,",
        "訪看,見本訪看,,鴻巣市,,,,,",
    )
    tried = read_rows(masters, tmp_path, *rows, dry_run=True)
    assert masters.organisations.all() == [known]
    reading = read_rows(masters, tmp_path, *rows)
    assert reading.closes
    assert (reading.rows, reading.added, reading.changed, reading.faulty) == (9, 1, 1, 7)
    assert reading.faults == tried.faults
    assert [(f.row, f.column, f.code) for f in reading.faults] == [
        (4, "市町", "master_municipality_unknown"),
        (5, "区分", "master_kind_unknown"),
        (6, "会社名", "master_no_name"),
        (7, "廃止日", "master_days_reversed"),
        (8, "開始日", "date_impossible"),
        (9, "市町", "master_no_municipality"),
        (10, "会社名", "master_twice"),
    ]
    assert all(has(f"faults.{f.code}") for f in reading.faults)
    assert reading.unmapped_columns == ("謎",)
    changed = masters.organisations.get(known.id)
    assert changed is not None
    assert (changed.phone_24h, changed.phone) == ("048-000-0077", "048-000-0001")  # a blank cell takes nothing away
    nurse = next(one for one in masters.organisations.all() if one.kind is OrganisationKind.NURSE_STATION)
    assert (nurse.municipality, nurse.phone_24h, nurse.valid_from) == (KONOSU, "048-000-0078", date(2026, 4, 1))


def test_a_sheet_that_brings_nothing_new_leaves_no_entry_in_the_record(masters: Masters, tmp_path: Path) -> None:
    masters.organisations.add(SUPPLIER)
    head = masters.registry.store.head()
    reading = read_rows(masters, tmp_path, "業者,架空メディカル,北部営業所,,,,,,", "謎,見本,,,,,,,")
    assert (reading.unchanged, reading.faulty) == (1, 1)
    assert masters.registry.store.head() == head


def test_a_list_without_the_column_it_needs_is_refused_with_its_name(masters: Masters, tmp_path: Path) -> None:
    path = tmp_path / "一覧.csv"
    path.write_text("会社名,TEL\r\n架空メディカル,048-000-0001\r\n", "utf-8")
    refused("layouts.missing_columns", lambda: masters.sheets.read_in(Master.ORGANISATIONS, path))


def test_a_revised_list_of_diseases_adds_and_renames(masters: Masters, tmp_path: Path) -> None:
    path = tmp_path / "指定難病.csv"
    path.write_text(
        "区分,告示番号,病名,施行日\r\n指定難病,6,パーキンソン病,\r\n指定難病,349,架空の新しい指定難病,R9.4.1\r\n小慢,17,架空疾患群,\r\n",
        "utf-8",
    )
    reading = masters.sheets.read_in(Master.DISEASES, path)
    assert (reading.added, reading.unchanged, reading.faulty) == (2, 1, 0)
    assert masters.diseases.name_of(Scheme.NANBYO, "349") == ""  # not before its day
    assert masters.diseases.index(date(2027, 4, 1)).name_of(Scheme.NANBYO, "349") == "架空の新しい指定難病"
    assert masters.diseases.name_of(Scheme.SHOMAN, "17") == "架空疾患群"


def test_numbers_of_a_model_are_read_with_their_units_and_refused_as_words(masters: Masters, tmp_path: Path) -> None:
    path = tmp_path / "機種.csv"
    path.write_text(
        "機器の種類,メーカー,機種名,内部バッテリー,消費電力\r\n"
        "人工呼吸器,見本製作所,MH-1,4.5時間,90W\r\n酸素濃縮装置,見本製作所,OX-2,約3時間,\r\n",
        "utf-8",
    )
    reading = masters.sheets.read_in(Master.MODELS, path)
    assert [(f.row, f.column, f.code) for f in reading.faults] == [(3, "内部バッテリー", "master_number_unreadable")]
    (one,) = masters.models.all()
    assert (one.battery_hours, one.watts) == (4.5, 90)
