"""A municipality's clerk opens the file in LibreOffice, fills the 回答票 and sends it back however they save it."""

from __future__ import annotations

import random
import shutil
from datetime import date
from pathlib import Path

import pytest

from hoken_desktop.adapters import sealed_sheets
from hoken_desktop.adapters.read_sheets import read_returned
from hoken_desktop.domain.codes import OnList, PlanStatus
from hoken_desktop.domain.replies import standing
from hoken_desktop.services.disclosures import Disclosures
from hoken_desktop.services.replies import Replies
from tests.flows import offices
from tests.registry_builder import FictitiousRegistry

NAMES = ("青葉 花子", "斎藤 清", "和田 実")
TYPED = (
    ("市町名簿への登載", 0, "登載"), ("個別避難計画(市町)", 0, "作成済"), ("個別避難計画の作成日", 0, "2026-09-01"),
    ("個別避難計画の担当", 0, "防災課 見本"), ("個別支援計画(保健所)の把握", 0, "不明"),
    ("コメント", 0, "=1+1 と書いた"), ("市町名簿への登載", 2, "未登載"), ("コメント", 2, "転居の予定あり"),
)  # fmt: skip


@pytest.mark.skipif(not offices.has_uno(), reason="LibreOffice is not installed")
def test_what_a_clerk_fills_in_comes_back_whole(tmp_path: Path, libreoffice: offices.Ask) -> None:
    registry = FictitiousRegistry(tmp_path / "data")
    people = [registry.person(name, kana) for name, kana in zip(NAMES, ("あおば", "さいとう", "わだ"), strict=True)]
    for one in people:
        registry.consent(one)
    registry.freeze()
    request = registry.request()
    made = Disclosures(
        registry.store, registry.clock, registry.ids, sealed_sheets, registry.municipalities,
        random.Random(5).randrange,
    ).disclose(request, tmp_path / "out")  # fmt: skip
    theirs = tmp_path / "市の控え.xlsx"
    shutil.copy(made.file, theirs)
    plain = tmp_path / "パスワードなし.xlsx"
    saved = libreoffice(
        file=str(theirs), password=made.password, as_typed=True,
        answers=[("回答票", *one) for one in TYPED] + [("活用状況", "名簿の活用状況", 0, "活用した")],
        copies=[
            (str(plain), "Calc MS Excel 2007 XML", ""),
            (str(tmp_path / "市の.csv"), "Text - txt - csv (StarCalc)", "回答票"),
        ],
    )  # fmt: skip
    assert saved["typed"] == len(TYPED) + 1
    table = tmp_path / "市の-回答票.csv"  # LibreOffice puts the sheet's name behind
    replies = Replies(registry.store, registry.clock, registry.ids, read_returned, registry.municipalities)
    for at, (path, password) in enumerate(((theirs, made.password), (plain, None), (table, None))):
        registry.clock.tick(60)
        found = replies.read_in(path, request, password)
        assert (found.faults, found.questions) == ((), ()), path.name
        assert (found.answered, found.unanswered) == (2, 1)
        # The same answers in another file change nothing; a csv holds no 活用状況, which changes nothing either.
        assert found.repeated == (at > 0)
        assert found.use_of_list == "used"
    with registry.store.read() as shelves:
        rows = standing(shelves.replies.all(), shelves.reply_rows.all())
    first, last = rows[people[0].id], rows[people[2].id]
    assert (first.on_list, first.evacuation_plan, first.evacuation_plan_on) == (
        OnList.LISTED, PlanStatus.MADE, date(2026, 9, 1),
    )  # fmt: skip
    assert (first.plan_staff, first.comment) == ("防災課 見本", "=1+1 と書いた")
    assert (last.on_list, last.comment) == (OnList.NOT_LISTED, "転居の予定あり")
    registry.close()
