"""提供のあと: what the recipient confirmed, written by a deed, printed on the papers."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pypdf
import pytest

from hoken_desktop.adapters import sealed_sheets
from hoken_desktop.domain.deeds import Deed
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.masters import Organisation, OrganisationKind
from hoken_desktop.services.disclosure_records import DisclosureRecords, FollowUp, follow_up_of
from hoken_desktop.services.disclosures import Handing, Made
from hoken_desktop.services.requests import Requests
from hoken_desktop.ui.printing import QtPrinter
from tests.registry_builder import KONOSU, FictitiousRegistry
from tests.services.test_disclosures import service


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[FictitiousRegistry]:
    made = FictitiousRegistry(tmp_path / "data")
    registry = made
    registry.consent(registry.person("架空 持代"))
    registry.freeze()
    yield made
    made.close()


def records(registry: FictitiousRegistry) -> DisclosureRecords:
    return DisclosureRecords(
        registry.store, registry.clock, registry.municipalities, QtPrinter, sealed_sheets.write_file
    )


def text_of(data: bytes, tmp_path: Path) -> str:
    path = tmp_path / "read.pdf"
    path.write_bytes(data)
    text = "".join(page.extract_text() for page in pypdf.PdfReader(path).pages)
    return "".join(unicodedata.normalize("NFKC", text).split())  # some fonts name radicals


def disclosed(registry: FictitiousRegistry, folder: Path, **more: Any) -> Made:
    return service(registry, printer=QtPrinter).disclose(registry.request(), folder, handing=Handing(**more))


def test_what_was_decided_about_the_medium_stands_in_the_record_and_on_the_papers(
    registry: FictitiousRegistry, tmp_path: Path, qapp: Any
) -> None:
    with registry.store.change(Deed.MASTER_CHANGED) as shelves:
        for number, office in enumerate(("健康づくり課", "防災課")):
            shelves.organisations.add(
                Organisation(f"o{number}", OrganisationKind.MUNICIPALITY, "鴻巣市", office, municipality=KONOSU,
                             address=f"埼玉県鴻巣市中央9-9{number}")
            )  # fmt: skip
    made = disclosed(
        registry, tmp_path / "out", media_number="媒体-7", approver="見本 承子", return_by=date(2027, 3, 31),
        password_by="電話(代表番号)",
    )  # fmt: skip
    record = records(registry).get(made.id)
    assert (record.media_number, record.approver, record.return_by, record.password_by) == (
        "媒体-7", "見本 承子", date(2027, 3, 31), "電話(代表番号)",
    )  # fmt: skip
    assert made.letter is not None
    assert made.record is not None
    letter = text_of(made.letter.read_bytes(), tmp_path)
    assert "媒体-7" in letter
    assert "令和9年3月31日まで" in letter
    assert "埼玉県鴻巣市中央9-90" in letter
    assert "9-91" not in letter
    paper = text_of(made.record.read_bytes(), tmp_path)
    for said in ("媒体-7", "見本承子", "令和9年3月31日まで", "電話(代表番号)"):
        assert said in paper


def test_the_letter_is_signed_by_the_director_whose_decision_it_was(
    registry: FictitiousRegistry, tmp_path: Path, qapp: Any
) -> None:
    decided = registry.request(approved=False)
    requests = Requests(registry.store, registry.clock, registry.ids, registry.municipalities)
    requests.approve(decided, date(2026, 10, 15), "見保第1号・所長決裁", "見保第12号", drafted_on=date(2026, 10, 14))
    registry.set_office(director="所長 後任 次郎")
    made = service(registry, printer=QtPrinter).disclose(decided, tmp_path / "out")
    assert made.letter is not None
    letter = text_of(made.letter.read_bytes(), tmp_path)
    assert "見本保健所見本所" in letter  # the last letter is a radical to some fonts
    assert "後任" not in letter
    assert made.record is not None
    assert "起案日令和8年10月14日" in text_of(made.record.read_bytes(), tmp_path)


def test_a_limit_in_the_past_is_refused_before_anything_is_made(
    registry: FictitiousRegistry, tmp_path: Path
) -> None:
    with pytest.raises(Refusal) as refused:
        service(registry).disclose(
            registry.request(), tmp_path / "out", handing=Handing(return_by=date(2026, 10, 14))
        )
    assert refused.value.code == "disclosures.return_by"
    assert not (tmp_path / "out").exists()


def test_what_came_back_is_written_afterwards_and_printed_and_what_was_made_never_changes(
    registry: FictitiousRegistry, tmp_path: Path, qapp: Any
) -> None:
    made = service(registry).disclose(registry.request(), tmp_path / "out")
    kept = records(registry)
    before = kept.get(made.id)
    registry.clock.move(date(2026, 10, 20))
    after = kept.follow_up(
        made.id,
        FollowUp(
            received_on=date(2026, 10, 16), received_by=" 架空 受子 ", returned_on=date(2026, 10, 20), disposal="溶解",
            password_by="電話",
        ),
    )  # fmt: skip
    assert follow_up_of(after) == FollowUp(
        password_by="電話", received_on=date(2026, 10, 16), received_by="架空 受子", returned_on=date(2026, 10, 20),
        disposal="溶解",
    )  # fmt: skip
    assert (after.sha256, after.items, after.disclosed, after.made_at) == (
        before.sha256, before.items, before.disclosed, before.made_at,
    )  # fmt: skip
    with registry.store.read() as shelves:
        entry = shelves.audits.all()[-1]
    assert (entry.deed, entry.subject) == (Deed.DISCLOSURE_FOLLOWED, made.id)
    paper = text_of(kept.print_record(made.id), tmp_path)
    for said in ("令和8年10月16日(架空受子)", "令和8年10月20日(溶解)", "印刷日令和8年10月20日"):
        assert said in paper
    assert "架空持代" not in paper
    assert "10:00" in paper
    assert kept.follow_up(made.id, FollowUp()).received_on is None


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (FollowUp(received_on=date(2026, 10, 14)), "disclosures.follow_day"),
        (FollowUp(returned_on=date(2026, 10, 21)), "disclosures.follow_day"),
        (FollowUp(received_on=date(2026, 10, 18), returned_on=date(2026, 10, 16)), "disclosures.returned_before"),
        (FollowUp(return_by=date(2026, 10, 1)), "disclosures.return_by"),
    ],
)
def test_days_that_cannot_be_are_refused_and_nothing_is_written(
    registry: FictitiousRegistry, tmp_path: Path, said: FollowUp, code: str
) -> None:
    made = service(registry).disclose(registry.request(), tmp_path / "out")
    registry.clock.move(date(2026, 10, 20))
    with pytest.raises(Refusal) as refused:
        records(registry).follow_up(made.id, said)
    assert refused.value.code == code
    assert follow_up_of(records(registry).get(made.id)) == FollowUp()


def test_a_record_that_is_none_or_was_not_made_is_refused(registry: FictitiousRegistry) -> None:
    with pytest.raises(Refusal) as refused:
        records(registry).follow_up("nothing", FollowUp())
    assert refused.value.code == "disclosures.unknown"
