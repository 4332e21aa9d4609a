"""The record in plain words: who did what to whom, without a name of the register."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
from pypdf import PdfReader

from hoken_desktop import words
from hoken_desktop.adapters import sealed_pdfs, sealed_sheets
from hoken_desktop.domain.codes import ConsentDecision, Purpose, RecipientSection
from hoken_desktop.domain.consents import Consent
from hoken_desktop.domain.deeds import Deed
from hoken_desktop.domain.errors import Cancelled, Refusal
from hoken_desktop.domain.persons import Person
from hoken_desktop.house import qt_printer
from hoken_desktop.services.audit_details import detail_line, detail_words, table_word
from hoken_desktop.services.audit_heads import AuditHeads
from hoken_desktop.services.audits import Audits
from hoken_desktop.services.printing import Printing
from hoken_desktop.services.progress import Step
from hoken_desktop.store import engine as engines
from hoken_desktop.store.tables import SHAPES
from tests.registry_builder import JST, KONOSU, FictitiousRegistry


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


# ---- asked of the registry itself -------------------------------------------------------------------------------


def test_a_person_is_found_in_the_deeds_that_wrote_a_row_of_theirs_among_many(registry: FictitiousRegistry) -> None:
    person, other = registry.person("見本 花子"), registry.person("見本 次郎")
    with registry.store.change(Deed.CONSENTS_READ, "0" * 16, rows=2) as shelves:
        shelves.consents.add_all(
            Consent(
                registry.ids(), one.id, KONOSU, RecipientSection.HEALTH, Purpose.ROSTER, ConsentDecision.GIVEN,
                date(2026, 4, 1), registry.clock.now(),
            )
            for one in (person, other)
        )  # fmt: skip
    audits = Audits(registry.store)
    mine = audits.find(person=person.registry_no)
    assert [line.deed for line in audits.lines(mine)] == [Deed.CONSENTS_READ, Deed.PERSON_REGISTERED]
    assert audits.find(person=str(int(person.registry_no[1:]))) == mine == audits.find(person=person.id)
    written = audits.written(mine[0])
    assert written.rows == {"consents": 2}
    assert written.numbers == (person.registry_no, other.registry_no)
    assert written.people == 2


def test_days_are_days_in_japan_and_both_ends_count(registry: FictitiousRegistry) -> None:
    audits = Audits(registry.store)
    registry.clock.moment = datetime(2026, 10, 20, 0, 5, tzinfo=JST)  # the 19th in UTC
    registry.person("見本 花子")
    registry.clock.moment = datetime(2026, 10, 21, 23, 55, tzinfo=JST)
    registry.person("見本 次郎")
    newest = registry.store.head()[0]
    assert audits.find(since=date(2026, 10, 20)) == (newest, newest - 1)
    assert audits.find(since=date(2026, 10, 21)) == (newest,)
    assert audits.find(since=date(2026, 10, 20), until=date(2026, 10, 20)) == (newest - 1,)
    assert audits.find(since=date(2026, 10, 22)) == ()
    assert audits.entries(until=date(2026, 10, 20))[0].seq == newest - 1


def test_a_window_of_entries_is_read_without_the_rest(registry: FictitiousRegistry) -> None:
    people = [registry.person(f"見本 {n}郎") for n in range(30)]
    audits = Audits(registry.store)
    found = audits.find(deed=Deed.PERSON_REGISTERED)
    assert len(found) == 30
    shown = audits.lines(found[10:15])
    assert [line.seq for line in shown] == list(found[10:15])
    assert [line.person_id for line in shown] == [p.id for p in reversed(people[15:20])]
    assert audits.lines(()) == ()


def test_a_paper_with_number_and_seal_agrees_with_the_chain_it_was_printed_from(registry: FictitiousRegistry) -> None:
    audits = Audits(registry.store)
    seq, seal = audits.head_at()
    registry.person("見本 花子")
    spaced = " ".join(seal[at : at + 8] for at in range(0, 32, 8)).upper()
    assert audits.agrees(seq, spaced)
    assert not audits.agrees(seq + 1, spaced)
    assert not audits.agrees(seq, "")
    assert not audits.agrees(999, seal)


def test_verifying_tells_how_far_it_is_and_can_be_stopped(registry: FictitiousRegistry) -> None:
    registry.person("見本 花子")
    told: list[Step] = []
    Audits(registry.store).verify(told.append)
    assert [step.note_key for step in told][:1] == ["audits.step_chain"]
    assert all(words.say(step.note_key) for step in told)

    def stop(_step: Step) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        Audits(registry.store).verify(stop)


def test_a_detail_is_told_in_words_and_what_has_none_keeps_its_code() -> None:
    told = detail_words(
        {
            "recipient": KONOSU, "decision": "given", "purposes": ["roster", "drill"], "rows": 1234, "wish": "x",
            "to": "",
        },
        lambda code: f"市{code}",
    )  # fmt: skip
    assert told == (
        ("提供先", f"市{KONOSU}"), ("判断", "同意"), ("目的", "避難行動要支援者名簿の作成・訓練"), ("行", "1,234"),
        ("wish", "x"),
    )  # fmt: skip
    assert table_word("persons") == "対象者"
    assert table_word("later_table") == "later_table"
    assert detail_line({"fields": ["care_setting", "generator"]}) == "項目 療養場所・発電機"
    assert detail_line({"items": ["basic", "contact", "device"]}) == "項目 基本・連絡先・機器"  # groups of a card
    assert detail_line({"items": ["name", "contact"]}) == "項目 氏名・緊急連絡先"  # items of a disclosure
    assert detail_line({"lost": "disclosure", "masked": False}) == "失われたもの 提供したファイル、公表用 なし"


def test_every_field_of_a_person_that_a_change_can_name_has_its_word() -> None:
    left = [name for name in Person.__slots__ if name not in ("id", "search_text", "sort_key")]
    assert [name for name in left if not words.has(f"audits.field_{name}")] == []


def test_every_table_has_its_word() -> None:
    assert [name for name in SHAPES if name != "audits" and table_word(name) == name] == []


def test_the_printed_head_names_the_entry_it_was_printed_from(registry: FictitiousRegistry, tmp_path: Path) -> None:
    registry.person("見本 花子")
    printing = Printing(registry.store, sealed_sheets, sealed_pdfs, lambda below: 0, qt_printer)
    heads = AuditHeads(registry.store, registry.clock, printing)
    head = heads.write(tmp_path / "head.pdf")
    text = PdfReader(tmp_path / "head.pdf").pages[0].extract_text()
    assert f"{head.seq:,}" in text
    assert head.groups[:8] in text
    assert Audits(registry.store).agrees(head.seq, head.groups)
    newest = Audits(registry.store).entries(limit=1)[0]
    assert (newest.deed, newest.seq, newest.detail["seq"]) == (Deed.PAPER_PRINTED, head.seq + 1, head.seq)
    assert (newest.detail["copy"], newest.detail["pages"]) == (1, 1)
    assert newest.subject == words.say("audits.paper_audit_head")
    for name, code in (("head.pdf", "sealed_sheets.name_taken"), ("head.xlsx", "printing.ending")):
        with pytest.raises(Refusal) as refusal:
            heads.write(tmp_path / name)
        assert refusal.value.code == code
    assert Audits(registry.store).head_at()[0] == newest.seq
