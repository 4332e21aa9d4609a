"""A file or a paper is lost: what was in it, whose, under which protection, told from the record."""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from hoken_desktop import words
from hoken_desktop.adapters import sealed_pdfs, sealed_sheets
from hoken_desktop.domain.deeds import Deed
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.incidents import IncidentKind, Protection, report_days
from hoken_desktop.domain.persons import Person
from hoken_desktop.services.audit_details import detail_line
from hoken_desktop.services.audits import Audits
from hoken_desktop.services.dossiers import Dossiers
from hoken_desktop.services.incidents import Incidents
from hoken_desktop.services.losses import Losses, count_words, item_words, protection_words
from hoken_desktop.services.printing import Printing
from hoken_desktop.ui.printing import QtPrinter
from tests.registry_builder import FictitiousRegistry
from tests.services.pdf_texts import pages_of

LONG = "見本氏名" * 15


@pytest.fixture
def printing(registry: FictitiousRegistry, qapp: Any) -> Printing:
    return Printing(registry.store, sealed_sheets, sealed_pdfs, random.Random(3).randrange, QtPrinter)


@pytest.fixture
def incidents(registry: FictitiousRegistry, printing: Printing) -> Incidents:
    losses = Losses(registry.store, registry.municipalities, lambda: "registry1")
    return Incidents(registry.store, registry.clock, registry.ids, printing, losses)


@pytest.fixture
def people(registry: FictitiousRegistry) -> list[Person]:
    found = [registry.person(f"{LONG}{at}", f"みほん{at}") for at in range(2)]
    registry.freeze()
    return found


def test_a_disclosed_file_is_found_by_whatever_is_left_of_it(
    registry: FictitiousRegistry, incidents: Incidents, people: list[Person], tmp_path: Path
) -> None:
    made, _ = registry.hand_over(registry.request(), people)
    for text in (made.file_name, made.file_name[3:12], made.sha256[:8].upper(), made.check_word, "鴻巣市"):
        assert [loss.subject for loss in incidents.losses.find(text)] == [made.id], text
    assert incidents.losses.find(made.sha256[:7] + "z") == ()
    loss = incidents.losses.of(IncidentKind.DISCLOSURE, made.id)
    assert (loss.people, [p.name for p in loss.persons]) == (2, [p.name for p in people])
    assert loss.protection is Protection.SEALED_WORKBOOK
    assert loss.protection.encrypts
    assert "AES-256" in protection_words(loss)
    assert "氏名" in item_words(loss)
    assert "病名" not in item_words(loss)
    with pytest.raises(Refusal, match=r"incidents\.unknown_file"):
        incidents.losses.find_file(Path(__file__))
    with pytest.raises(Refusal, match=r"incidents\.cannot_read"):
        incidents.losses.find_file(tmp_path / "gone.xlsx")


def test_a_paper_for_the_approval_counts_its_own_people_and_names_nobody(
    registry: FictitiousRegistry, incidents: Incidents, people: list[Person]
) -> None:
    with registry.store.change(Deed.PAPER_PRINTED, "request1") as shelves:
        shelves.detail.update({"paper": "draft", "format": "pdf", "copy": 4, "target": 1, "disclosed": 1})
    (draft,) = incidents.losses.find("4", IncidentKind.PAPER)
    assert (draft.people, draft.at_most) == (1, False)
    assert "氏名はありません" in item_words(draft)


def test_a_paper_is_found_by_its_copy_and_its_file_and_says_who_was_on_it(
    registry: FictitiousRegistry, printing: Printing, incidents: Incidents, people: list[Person], tmp_path: Path
) -> None:
    dossiers = Dossiers(registry.store, registry.clock, printing, registry.municipalities)
    printed = dossiers.write(people[0].id, tmp_path / "a.pdf")
    assert printed.file is not None
    (loss,) = incidents.losses.find_file(printed.file)
    assert (loss.kind, loss.people, loss.protection) == (IncidentKind.PAPER, 1, Protection.SEALED_PDF)
    assert "病名" in item_words(loss)
    assert [p.person_id for p in incidents.losses.of(loss.kind, loss.subject).persons] == [people[0].id]
    assert incidents.losses.find("個票")[0].subject == loss.subject
    with registry.store.change(Deed.PAPER_PRINTED, "register_list") as shelves:
        shelves.detail.update({"paper": "register_list", "format": "paper", "copy": 7, "people": 2, "sha256": "a" * 64})
    (on_paper,) = incidents.losses.find("7", IncidentKind.PAPER)
    assert (on_paper.people, on_paper.protection, on_paper.protection.encrypts) == (2, Protection.PAPER, False)


def test_a_list_a_pack_and_a_map_that_are_lost_say_whose_data_were_on_them(
    registry: FictitiousRegistry, printing: Printing, incidents: Incidents, people: list[Person]
) -> None:
    with registry.store.change(Deed.PAPER_PRINTED, "pack") as shelves:
        shelves.detail.update({"paper": "pack", "format": "paper", "copy": 3, "people": 2,
                               "numbers": [one.registry_no for one in people]})  # fmt: skip
    with registry.store.change(Deed.MAP_PRINTED, markers=1, numbers=[people[1].registry_no]) as shelves:
        shelves.detail["copy"] = 9
    (pack,) = incidents.losses.find("3", IncidentKind.PAPER)
    named = incidents.losses.of(pack.kind, pack.subject).persons
    assert {one.person_id for one in named} == {one.id for one in people}
    (drawn,) = incidents.losses.find("9", IncidentKind.PAPER)
    assert [one.person_id for one in incidents.losses.of(drawn.kind, drawn.subject).persons] == [people[1].id]
    audits = Audits(registry.store)
    seqs = audits.find(person=people[0].id, deed=Deed.PAPER_PRINTED.value)
    assert seqs == (int(pack.subject),)
    assert audits.find(person=people[0].id, deed=Deed.MAP_PRINTED.value) == ()
    assert audits.written(seqs[0], 1).people == 2
    assert people[1].registry_no not in detail_line(audits.lines(seqs)[0].detail)


def test_a_backup_and_the_computer_hold_everything(
    registry: FictitiousRegistry, incidents: Incidents, people: list[Person]
) -> None:
    with registry.store.change(Deed.BACKUP_MADE, "registry1") as shelves:
        shelves.detail.update({"made_at": registry.clock.now().isoformat(), "sha256": "b" * 64})
    (backup,) = incidents.losses.find(kind=IncidentKind.BACKUP)
    assert backup.title.startswith("hoken-registry1-")
    assert (backup.people, backup.at_most, backup.whole) == (2, True, True)
    assert "多くて" in count_words(backup)
    (computer,) = incidents.losses.find(kind=IncidentKind.COMPUTER)
    assert (computer.people, computer.whole, computer.protection) == (2, True, Protection.SEALED_REGISTRY)


def test_an_incident_is_written_down_added_to_and_closed(
    registry: FictitiousRegistry, incidents: Incidents, people: list[Person]
) -> None:
    made, _ = registry.hand_over(registry.request(), people)
    today = registry.clock.today()

    def refused(code: str, **fields: Any) -> None:
        facts = {"found_on": today, "circumstances": "庁舎内でなくした"} | fields
        head = registry.store.head()
        with pytest.raises(Refusal) as refusal:
            incidents.open(facts.pop("kind", IncidentKind.DISCLOSURE), facts.pop("subject", made.id), **facts)
        assert refusal.value.code == f"incidents.{code}"
        assert words.say(refusal.value.code, **refusal.value.facts)
        assert registry.store.head() == head

    refused("unknown_thing", subject="nothing")
    refused("no_circumstances", circumstances="  ")
    refused("days", found_on=today + timedelta(days=1))
    refused("days", happened_on=today + timedelta(days=1))
    one = incidents.open(IncidentKind.DISCLOSURE, made.id, today, "庁舎内でなくした", happened_on=today)
    registry.clock.tick(60)
    assert incidents.open(IncidentKind.OTHER, "市が写した紙", today, "市から連絡").subject == "市が写した紙"
    registry.clock.move(today + timedelta(days=3))
    with pytest.raises(Refusal, match=r"incidents\.later_days"):
        incidents.change(one.id, reported_on=today - timedelta(days=1))
    changed = incidents.change(one.id, cause="置き忘れ", reported_on=today + timedelta(days=2))
    assert (changed.cause, changed.reported_on, changed.circumstances) == (
        "置き忘れ", today + timedelta(days=2), "庁舎内でなくした",
    )  # fmt: skip
    assert [i.kind for i in incidents.all()] == [IncidentKind.OTHER, IncidentKind.DISCLOSURE]
    assert registry.store.verify().first_break is None


def test_the_days_are_a_guide_counted_from_the_day_it_was_found() -> None:
    days = report_days(date(2026, 11, 1))
    assert (days.first_from, days.first_until) == (date(2026, 11, 4), date(2026, 11, 6))
    assert (days.final, days.final_if_malicious) == (date(2026, 12, 1), date(2026, 12, 31))


def test_the_sheet_says_the_facts_of_the_form_and_what_was_not_verified(
    registry: FictitiousRegistry, incidents: Incidents, people: list[Person], tmp_path: Path
) -> None:
    made, _ = registry.hand_over(registry.request(), people)
    one = incidents.open(IncidentKind.DISCLOSURE, made.id, registry.clock.today(), "なくした<b>&", cause="")
    texts = pages_of(incidents.write(one.id, tmp_path / "sheet.pdf"))
    whole = "".join(texts)
    for wanted in (
        "なくした<b>&", "2名", "AES-256", "鴻巣市", "速報", "確報", "確かめていません", "二次被害", "再発", LONG,
    ):  # fmt: skip
        assert wanted in whole, wanted
    assert all("取扱注意" in text and f"{n}/{len(texts)}" in text for n, text in enumerate(texts, start=1))
