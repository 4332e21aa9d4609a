"""The record in plain words: who did what to whom, without a name of the register."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hoken_desktop import words
from hoken_desktop.domain.deeds import Deed
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.services.audits import Audits
from hoken_desktop.store import engine as engines
from tests.registry_builder import FictitiousRegistry


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[FictitiousRegistry]:
    made = FictitiousRegistry(tmp_path / "data")
    yield made
    made.close()


def test_entries_come_newest_first_and_name_numbers_not_people(registry: FictitiousRegistry) -> None:
    person = registry.person("見本 花子")
    registry.consent(person)
    lines = Audits(registry.store).entries(limit=2)
    assert [line.deed for line in lines] == [Deed.CONSENT_RECORDED, Deed.PERSON_REGISTERED]
    assert lines[0].label == words.label(Deed.CONSENT_RECORDED)
    assert lines[0].subject == f"対象者 {person.registry_no}"
    assert lines[0].who == "主任保健師 見本 花子"
    assert lines[0].seq == lines[1].seq + 1


def test_entries_of_one_person_and_of_one_deed_can_be_asked_for(registry: FictitiousRegistry) -> None:
    person, other = registry.person("見本 花子"), registry.person("見本 次郎")
    registry.consent(person)
    registry.consent(other)
    audits = Audits(registry.store)
    assert [line.deed for line in audits.entries(person=person.registry_no)] == [
        Deed.CONSENT_RECORDED, Deed.PERSON_REGISTERED,
    ]  # fmt: skip
    assert len(audits.entries(deed=Deed.CONSENT_RECORDED)) == 2
    assert audits.entries(staff="nobody") == ()
    for more, code in (({"deed": "wish"}, "audits.unknown_deed"), ({"person": "K999999"}, "audits.unknown_person")):
        with pytest.raises(Refusal) as refusal:
            audits.entries(**more)
        assert refusal.value.code == code
        assert words.say(refusal.value.code, **refusal.value.facts)


def test_a_row_changed_behind_the_registry_is_found_with_its_place(registry: FictitiousRegistry) -> None:
    person = registry.person("見本 花子")
    audits = Audits(registry.store)
    whole = audits.verify()
    assert whole.first_break is None
    assert whole.head == audits.head()
    connection = engines.connect(registry.store.path, registry.key)
    connection.execute("UPDATE persons SET name = 'x' WHERE id = ?", (person.id,))
    connection.close()
    found = audits.verify().first_break
    assert found == {"where": "row", "table": "persons", "row": person.id, "code": "altered"}


def test_every_deed_has_its_word() -> None:
    assert all(words.label(deed) for deed in Deed)
