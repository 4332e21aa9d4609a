"""The CSV for a system: what the encoding cannot hold is named person by person, and nothing is replaced unasked."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from hoken_desktop import words
from hoken_desktop.adapters import sealed_archives
from hoken_desktop.domain.characters import CsvEncoding, OddKind
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.persons import Person
from hoken_desktop.services.disclosures import Handing, Made
from hoken_desktop.services.system_csv import parse_spellings
from tests.registry_builder import FictitiousRegistry
from tests.services.test_changes import rows_of
from tests.services.test_disclosures import service


def people(registry: FictitiousRegistry, *names: str, **more: Any) -> list[Person]:
    found = [registry.person(name, f"か{number:02d}", **more) for number, name in enumerate(names)]
    for person in found:
        registry.consent(person)
    registry.freeze()
    return found


def rows(made: Made, codec: str) -> list[list[str]]:
    assert made.csv is not None
    data = sealed_archives.unseal(made.csv.read_bytes(), made.password)["meibo.csv"]
    return list(csv.reader(io.StringIO(data.decode(codec), newline="")))


def test_it_holds_the_same_people_and_values_as_the_workbook(registry: FictitiousRegistry, tmp_path: Path) -> None:
    people(registry, "髙橋 﨑子", "見本 花子")
    made = service(registry).disclose(registry.request(), tmp_path, handing=Handing(csv=CsvEncoding.CP932))
    heads, *found = rows(made, "cp932")
    for row, shown in zip(found, rows_of(made, "名簿"), strict=True):
        for head, cell in zip(heads, row, strict=True):
            value = shown[head]
            text = value.date().isoformat() if hasattr(value, "date") else str(value)
            assert cell == text, head
    record = service(registry).all()[0]
    assert made.csv is not None
    assert (record.csv_name, len(record.csv_sha256)) == (made.csv.name, 64)
    assert made.csv.name.endswith("_システム用.zip")


def test_what_cp932_cannot_hold_is_named_by_number_item_and_code_point_and_nothing_is_made(
    registry: FictitiousRegistry, tmp_path: Path
) -> None:
    odd = people(registry, "𠮷野 一", "葛\U000e0100城 二", "外\ue000字 三", "見本 四")
    disclosures = service(registry)
    request = registry.request()
    with pytest.raises(Refusal) as refused:
        disclosures.disclose(request, tmp_path / "out", handing=Handing(csv=CsvEncoding.CP932))
    said = words.say(refused.value.code, **refused.value.facts)
    assert refused.value.code == "system_csv.not_held"
    for person, code in zip(odd, ("U+20BB7", "U+E0100", "U+E000"), strict=False):
        assert f"管理番号{person.registry_no}の氏名({code})" in said
        assert person.name not in said
    assert not (tmp_path / "out").exists()
    assert disclosures.all() == []
    with pytest.raises(Refusal) as unheard:  # what no encoding holds is not sent from one to the other
        disclosures.disclose(request, tmp_path / "out", handing=Handing(csv=CsvEncoding.UTF8))
    assert unheard.value.code == "system_csv.no_letter"
    found = disclosures.csv_oddities(request, CsvEncoding.CP932)
    assert [(one.registry_no, one.character) for one in found if one.kind is OddKind.NOT_HELD] == [
        (person.registry_no, code) for person, code in zip(odd, ("U+20BB7", "U+E0100", "U+E000"), strict=False)
    ]


def test_utf8_holds_all_but_what_no_other_computer_knows(registry: FictitiousRegistry, tmp_path: Path) -> None:
    people(registry, "𠮷野 一", "葛\U000e0100城 二")
    made = service(registry).disclose(registry.request(), tmp_path, handing=Handing(csv=CsvEncoding.UTF8))
    names = [row[2] for row in rows(made, "utf-8-sig")[1:]]
    assert names == ["𠮷野 一", "葛\U000e0100城 二"]


def test_a_spelling_the_staff_decided_is_used_in_the_csv_alone_and_named(
    registry: FictitiousRegistry, tmp_path: Path
) -> None:
    (person,) = people(registry, "𠮷野 一")
    handing = Handing(csv=CsvEncoding.CP932, spellings=parse_spellings(["U+20BB7=吉", "U+9AD9=高"]))
    made = service(registry).disclose(registry.request(), tmp_path, handing=handing)
    assert rows(made, "cp932")[1][2] == "吉野 一"
    assert rows_of(made, "名簿")[0]["氏名"] == "𠮷野 一"
    (one,) = made.oddities
    assert (one.kind, one.registry_no, one.character, one.spelling) == (
        OddKind.RESPELLED, person.registry_no, "U+20BB7", "吉",
    )  # fmt: skip
    assert one.outside_key == rows(made, "cp932")[1][0]


@pytest.mark.parametrize("text", ["20BB7", "U+20BB7=", "=吉", "U+ZZ=吉", "U+FFFFFFFF=吉"])
def test_a_spelling_of_another_form_is_refused(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse_spellings([text])
    assert refused.value.code == "system_csv.spelling_form"


def test_a_spelling_that_cp932_cannot_hold_either_is_refused(registry: FictitiousRegistry, tmp_path: Path) -> None:
    people(registry, "𠮷野 一")
    handing = Handing(csv=CsvEncoding.CP932, spellings={"𠮷": "𡈽"})
    with pytest.raises(Refusal) as refused:
        service(registry).disclose(registry.request(), tmp_path, handing=handing)
    assert refused.value.code == "system_csv.bad_spelling"


def test_what_a_spreadsheet_would_calculate_is_reported_and_left_as_it_is(
    registry: FictitiousRegistry, tmp_path: Path
) -> None:
    names = ["=1+1", "+81", "-5", "@SUM", "普通"]
    odd = people(registry, *names)
    made = service(registry).disclose(registry.request(), tmp_path, handing=Handing(csv=CsvEncoding.CP932))
    assert [row[2] for row in rows(made, "cp932")[1:]] == names
    found = {(one.registry_no, one.character) for one in made.oddities if one.kind is OddKind.FORMULA}
    assert found == {
        (person.registry_no, f"U+{ord(person.name[0]):04X}") for person in odd[:4]
    }


def test_a_control_character_is_named_by_person_before_anything_is_made(
    registry: FictitiousRegistry, tmp_path: Path
) -> None:
    (person,) = people(registry, "見本\x07 花子")
    with pytest.raises(Refusal) as refused:
        service(registry).disclose(registry.request(), tmp_path / "out")
    said = words.say(refused.value.code, **refused.value.facts)
    assert refused.value.code == "disclosures.unwritable"
    assert f"管理番号{person.registry_no}の氏名(U+0007)" in said
    assert not (tmp_path / "out").exists()
