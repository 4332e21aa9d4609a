"""Two half-years on the command line, with files as other people's programs write them.

What is expected is reckoned from `foreign.Truth` and the rules' own words, never by the program's code.
"""

from __future__ import annotations

import csv
import hashlib
import io
import shutil
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import msoffcrypto
import openpyxl
import pytest

from tests.adapters import official_data
from tests.flows import foreign, offices
from tests.flows.command_line import CommandLine, prepared
from tests.flows.foreign import ADULTS, CHILDREN, EVERYONE, PLAN, ROSTER, Told, Truth

KONOSU, AGEO, OKEGAWA, KITAMOTO, INA = foreign.CITIES
FIRST, SECOND = date(2025, 9, 30), date(2026, 3, 31)

# ---- what must come out, reckoned by hand -------------------------------------------------------------------------


def tally(people: Iterable[Truth]) -> dict[str, int]:
    some = list(people)
    ventilator = sum(p.ventilator for p in some)
    oxygen = sum(p.oxygen and not p.ventilator for p in some)
    both = sum(p.oxygen and p.ventilator for p in some)
    return {"ventilator": ventilator, "oxygen": oxygen, "both": both, "total": ventilator + oxygen}


def off_the_map(people: Iterable[Truth]) -> dict[str, int]:
    word = {"入院中": "hospital", "施設入所": "facility"}
    return dict(Counter(word.get(p.setting, "outside") for p in people if not p.on_map))


def expected_disclosure(
    people: Iterable[Truth], told: list[Told], to: str, purposes: set[str], day: date
) -> tuple[set[str], dict[str, int]]:
    going, staying = set(), Counter[str]()
    for p in people:
        if p.municipality != to:
            continue
        why = {"入院中": "hospital", "施設入所": "facility"}.get(p.setting, "")
        why = why or foreign.may_go(told, p, to, purposes, day)
        if why:
            staying[why] += 1
        else:
            going.add(p.name)
    return going, dict(staying)


TODAY = date(2025, 10, 25)
FIRST_TOLD = [
    Told("aoki", KONOSU, f"{ROSTER}・{PLAN}", "同意", date(2025, 9, 1), spelled="鴻巣市"),
    Told("baba", KONOSU, ROSTER, "同意", date(2025, 9, 1), until=TODAY, spelled="11217"),  # its last day
    Told("chiba", KONOSU, ROSTER, "同意", date(2025, 9, 1), until=TODAY - timedelta(days=1), spelled="鴻巣市長"),
    Told("doi", AGEO, ROSTER, "同意", date(2025, 9, 1)),
    Told("doi", AGEO, ROSTER, "不同意", date(2025, 9, 20)),
    Told("endo", AGEO, ROSTER, "不同意", date(2025, 9, 1)),
    Told("endo", AGEO, ROSTER, "同意", date(2025, 9, 1)),  # the same day: the later entered stands
    Told("fukuda", AGEO, ROSTER, "同意", date(2025, 9, 1), giver="家族", relation="長女"),
    Told("goto", OKEGAWA, ROSTER, "同意", date(2025, 9, 1), withdrawn=TODAY),  # from this day on
    Told("hara", OKEGAWA, ROSTER, "同意", date(2025, 9, 1), withdrawn=TODAY + timedelta(days=1)),  # still today
    Told("ida", KITAMOTO, PLAN, "同意", date(2025, 9, 1)),  # for another purpose
    Told("ida", KITAMOTO, ROSTER, "保留", date(2025, 9, 1)),
    Told("kato", INA, ROSTER, "同意", date(2025, 9, 1), spelled="伊奈町"),
    Told("kato", INA, PLAN, "同意", date(2025, 9, 1), spelled="北足立郡伊奈町", scope="標準・病名"),
    Told("nagai", KONOSU, ROSTER, "同意", date(2025, 9, 1)),  # 13 years old, by herself
    Told("oda", AGEO, ROSTER, "同意", date(2025, 9, 1)),  # 16 years old, by herself
    Told("paku", AGEO, ROSTER, "同意", date(2022, 7, 1), giver="法定代理人", relation="父"),  # 18 by now
    Told("sato", INA, ROSTER, "同意", date(2025, 9, 1), giver="法定代理人", relation="母"),
]  # fmt: skip
UNSOUND = [
    (Told("mori", KONOSU, "災害のとき便利なこと", "同意", date(2025, 9, 1), sound=False), "purpose_unknown"),
    (Told("chiba", KONOSU, ROSTER, "同意", date(2025, 9, 1), sound=False, spelled="さいたま市"), "recipient_unknown"),
    (Told("chiba", KONOSU, "個別支援計画", "同意", date(2025, 9, 1), sound=False), "purpose_unknown"),
    (Told("chiba", KONOSU, ROSTER, "たぶん同意", date(2025, 9, 1), sound=False), "decision_unknown"),
    (Told("chiba", KONOSU, ROSTER, "同意", None, sound=False), "consented_on_missing"),
    (Told("chiba", KONOSU, ROSTER, "同意", TODAY + timedelta(days=1), sound=False), "consented_in_future"),
    (Told(foreign.number(999999), KONOSU, ROSTER, "同意", date(2025, 9, 1), sound=False), "person_unknown"),
]  # fmt: skip


# ---- steps --------------------------------------------------------------------------------------------------------


def review_rows(run: CommandLine, folder: Path) -> list[dict[str, str]]:
    out = folder / "確認.csv"
    run("round", "review", "--out", out)
    with out.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == [
        "row_id", "file", "sheet", "row", "kind", "verdict", "person_id", "score", "reasons", "decision",
    ]  # fmt: skip
    return rows


def decide(run: CommandLine, folder: Path, decisions: dict[str, str], code: int = 0) -> dict[str, Any]:
    file = folder / "決定.csv"
    lines = "".join(f"{row_id},{decision}\r\n" for row_id, decision in decisions.items())
    file.write_text("row_id,decision\r\n" + lines, "utf-8")
    return run("round", "review", "--decisions", file, code=code)


def opened(data: bytes, password: str) -> Any:
    """By a second library."""
    file = msoffcrypto.OfficeFile(io.BytesIO(data))
    file.load_key(password=password, verify_password=True)
    out = io.BytesIO()
    file.decrypt(out, verify_integrity=True)
    return openpyxl.load_workbook(out)


def names_in(sheet: Any) -> set[str]:
    rows = list(sheet.iter_rows(values_only=True))
    header = next(row for row in rows if "氏名" in row)
    at, start = header.index("氏名"), rows.index(header) + 1
    return {row[at] for row in rows[start:] if row[at]}


def requested(run: CommandLine, to: str, purpose: str, number: str, *more: object, code: int = 0) -> dict[str, Any]:
    return run(
        "request", "open", "--municipality", to, "--number", number, "--requested-on", "2025-10-15",
        "--received-on", "2025-10-20", "--requester", "架空　花子・市長", "--basis", "CONSENT", "--purpose", purpose,
        *more, code=code,
    )  # fmt: skip


@pytest.mark.skipif(not foreign.has_libreoffice(), reason="LibreOffice is not installed")
def test_two_half_years_from_foreign_files(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, libreoffice: offices.Ask
) -> None:
    run = prepared(monkeypatch, tmp_path / "desk", date(2025, 10, 10))
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    first, told, second = foreign.to_xlsx(
        inbox,
        foreign.fods(inbox / "難病一覧.fods", "交付者", foreign.nanbyo_rows()),
        foreign.fods(
            inbox / "同意一覧.fods", "同意", [list(foreign.CONSENT_HEADER), *(t.row() for t in FIRST_TOLD)]
        ),
        foreign.fods(inbox / "難病一覧2.fods", "データ", foreign.second_rows()),
    )  # fmt: skip
    children = inbox / "小慢一覧.csv"
    children.write_bytes(foreign.shoman_csv())

    # ---- a registry
    made = run(
        "init", "--office", "架空保健所", "--municipalities", f"11217,{AGEO},11231,11233,11301", "--staff",
        "試験　太郎・主任",
    )  # fmt: skip
    assert Path(made["registry"]).is_file()
    assert len(made["recovery_key"]) == 41
    assert [e["deed"] for e in run("audit", "list")["entries"]] == ["unlocked", "registry_created"]

    # ---- ① ② ③ a round and its files
    assert run("round", "open", "--as-of", FIRST)["state"] == "open"
    assert run("round", "open", "--as-of", SECOND, code=3)["refused"] == "rounds.other_open"
    read = run("round", "read", first, "--scheme", "nanbyo")
    assert (read["rows"], read["candidates"], read["not_eligible"], read["blank"]) == (28, 15, 7, 3)
    assert read["rows"] == read["candidates"] + read["not_eligible"] + len(read["faults"]) + read["blank"]
    assert [(f["sheet"], f["row"], f["column"], f["code"]) for f in read["faults"]] == [
        ("交付者", 29, "生年月日", "date_outside_era"),
        ("交付者", 30, "患者氏名", "name_missing"),
        ("交付者", 32, "患者氏名", "totals_row"),
    ]
    assert read["verdicts"] == {"certain": 1, "likely": 0, "doubtful": 0, "new": 14}
    assert read["absent"] == 0
    again = run("round", "read", first, "--scheme", "nanbyo")
    assert (again["repeated"], again["candidates"]) == (True, 15)
    read = run("round", "read", children, "--scheme", "shoman")
    assert (read["rows"], read["candidates"], read["not_eligible"], read["blank"], len(read["faults"])) == (
        7, 4, 1, 1, 1,
    )  # fmt: skip
    assert read["faults"][0] | {"message": ""} == {
        "file": "小慢一覧.csv", "sheet": "", "row": 9, "column": "受診者氏名", "code": "totals_row", "message": "",
    }  # fmt: skip

    # ---- ④ the staff's decisions
    assert run("round", "freeze", code=3)["refused"] == "rounds.pending"
    assert run("round", "review", "--accept", "doubtful", code=3)["refused"] == "reviews.not_in_bulk"
    rows = review_rows(run, tmp_path)
    assert [int(r["row"]) for r in rows if r["file"] == "難病一覧.xlsx"] == [*range(5, 18), 26, 27]
    assert [int(r["row"]) for r in rows if r["file"] == "小慢一覧.csv"] == [3, 4, 5, 6]
    flagged = [r["row_id"] for r in rows if r["row"] in ("26", "27")]
    counts = decide(run, tmp_path, dict.fromkeys(flagged, "hold"))
    assert counts == {"pending": 17, "accepted": 0, "rejected": 0, "held": 2}
    counts = run("round", "review", "--accept", "certain", "--accept", "new")
    assert counts == {"pending": 0, "accepted": 17, "rejected": 0, "held": 2}
    rows = review_rows(run, tmp_path)
    assert all(r["person_id"] and r["decision"] for r in rows if r["decision"] != "hold")
    twice = [r for r in rows if r["row"] in ("5", "17") and r["file"] == "難病一覧.xlsx"]
    assert len({r["person_id"] for r in twice}) == 1  # one person with two diseases
    ids = {p.key: next(r for r in rows if r["row"] == str(at))["person_id"] for at, p in enumerate(ADULTS, 5)}

    # ---- ⑥ places
    shown = run("round", "show")
    assert shown["unmapped"] == {"hospital": 1, "facility": 1, "outside": 1, "not_searched": 13}
    added = run("gazetteer", "add", *official_data.abr_town(inbox))["sources"]
    assert [(s["source"], bool(s["version"]), s["rows"] > 0) for s in added] == [("abr_town", True, True)] * 2
    assert run("gazetteer", "list")["sources"] == added
    located = run("locate")
    assert located["total"] == sum(located["by_level"].values()) == 16
    shown = run("round", "show")
    everyone = list(EVERYONE.values())
    assert shown["registered"] == tally(everyone)
    assert shown["mapped"] == tally(p for p in everyone if p.on_map)
    assert shown["unmapped"] == off_the_map(everyone)
    for city in foreign.CITIES:
        assert shown["by_municipality"][city] | tally(p for p in everyone if p.city == city) == (
            shown["by_municipality"][city]
        )

    # ---- ⑦ consents
    run.today = TODAY
    read = run("consent", "read", told)
    assert (read["rows"], read["faults"]) == (len(FIRST_TOLD), [])
    bad = inbox / "同意追加.csv"
    bad.write_bytes(foreign.consents_csv(row for row, _ in UNSOUND))
    read = run("consent", "read", bad)
    assert read["rows"] == len(UNSOUND)
    assert [(f["row"], f["code"]) for f in read["faults"]] == [(2 + at, code) for at, (_, code) in enumerate(UNSOUND)]
    assert all(f["column"] for f in read["faults"])
    standings = run("consent", "show")["recipients"]
    for city in foreign.CITIES:
        some = [p for p in everyone if p.municipality == city]
        roster = standings[city]["by_purpose"]["roster"]
        verdicts = Counter(foreign.may_go(FIRST_TOLD, p, city, {"roster"}, TODAY) for p in some)
        assert (roster["valid"], roster["refused"], roster["withdrawn"], roster["expired"]) == (
            verdicts[""], verdicts["consent_refused"], verdicts["consent_withdrawn"], verdicts["consent_expired"],
        )  # fmt: skip
        assert sum(roster.values()) == standings[city]["people"] == len(some)

    # ---- ⑧ 確定
    assert requested(run, AGEO, ROSTER, "上福第1号")["id"]
    early = run("request", "list")["requests"][0]["id"]
    assert run("disclose", early, "--out", tmp_path / "out", "--preview", code=3)["refused"] == (
        "disclosures.nothing_frozen"
    )
    frozen = run("round", "freeze")
    assert (frozen["state"], frozen["edition"], frozen["pending"]) == ("frozen", 1, 0)
    assert frozen["registered"] == tally(everyone)

    # ---- ⑨ requests and disclosures
    assert requested(run, "さいたま市", ROSTER, "1", code=3)["refused"] == "requests.unknown_municipality"
    assert requested(run, AGEO, "なにか", "2", code=3)["refused"] == "requests.unknown_purpose"
    requests = {AGEO: early}
    for city in (KONOSU, OKEGAWA, KITAMOTO):
        requests[city] = requested(run, city, ROSTER, f"第{city}号")["id"]
    requests[INA] = requested(run, "伊奈町", f"{ROSTER}、{PLAN}", "伊福第3号", "--due", "2025-11-28")["id"]
    out = tmp_path / "out" / "提供"
    plan = {INA: {"roster", "plan"}}
    made_files: dict[str, dict[str, Any]] = {}
    for city, request in requests.items():
        going, staying = expected_disclosure(everyone, FIRST_TOLD, city, plan.get(city, {"roster"}), TODAY)
        preview = run("disclose", request, "--out", out, "--preview")
        assert (preview["disclosed"], preview["excluded"]) == (len(going), staying)
        assert preview["target"] == len(going) + sum(staying.values())
        assert not out.exists() or not list(out.glob(f"*{foreign.CITIES[city]}*"))
        assert run("disclose", request, "--out", out, code=3)["refused"] == "disclosures.not_approved"
        if not going:
            done = run("disclose", request, "--out", out, "--approved-on", TODAY, "--approval", "決裁1", code=3)
            assert done["refused"] == "disclosures.nobody"
            continue
        done = run(
            "disclose", request, "--out", out, "--our-number", f"架保第{city}号", "--approved-on", TODAY, "--approval",
            "架保起案第1号 所長",
        )  # fmt: skip
        assert (done["target"], done["disclosed"], done["excluded"]) == (
            preview["target"], len(going), staying,
        )  # fmt: skip
        data = Path(done["file"]).read_bytes()
        assert hashlib.sha256(data).hexdigest() == done["sha256"]
        book = opened(data, done["password"])
        assert names_in(book.worksheets[0]) == going
        everything = "\n".join(str(c) for s in book.worksheets for row in s.iter_rows(values_only=True) for c in row)
        for p in everyone:
            assert (p.name in everything) == (p.name in going)
            assert p.beneficiary not in everything
        assert "筋萎縮性側索硬化症" not in everything
        with pytest.raises(msoffcrypto.exceptions.InvalidKeyError):
            opened(data, done["password"][::-1])
        seen = libreoffice(file=done["file"], password=done["password"])
        assert seen["opened"]
        assert seen["formulas"] == 0
        table = seen["cells"][0]
        header = next(row for row in table if "氏名" in row)
        listed = {row[header.index("氏名")] for row in table[table.index(header) + 1 :]} - {""}
        assert listed == going
        made_files[city] = done
    assert set(made_files) == {KONOSU, AGEO, OKEGAWA, INA}
    assert not libreoffice(file=made_files[INA]["file"], password="K7QF-2MZT-9XWA-HD4R")["opened"]
    assert len({d["password"] for d in made_files.values()}) == 4
    listed = run("request", "list")["requests"]
    assert sum(d["state"] == "done" for r in listed for d in r["disclosures"]) == 4
    passwords = [d["password"] for d in made_files.values()]
    assert not any(p in run.said[-1].stdout for p in passwords)

    # ---- ⑪ the 回答票, filled in LibreOffice
    run.today = date(2025, 11, 20)
    ageo = made_files[AGEO]
    back = tmp_path / "回答.xlsx"
    back.write_bytes(Path(ageo["file"]).read_bytes())
    assert ageo["disclosed"] == 3
    filled = libreoffice(
        file=str(back), password=ageo["password"],
        answers=[
            ["回答票", "市町名簿への登載", 0, "登載"], ["回答票", "個別避難計画(市町)", 0, "作成済"],
            ["回答票", "市町名簿への登載", 1, "未登載"], ["回答票", "個別避難計画(市町)", 1, "未着手"],
        ],
    )  # fmt: skip
    assert filled["typed"] == 4
    secret = tmp_path / "回答の合言葉.txt"
    secret.write_text(ageo["password"] + "\n", "utf-8")
    other = run("reply", "read", back, "--request", requests[INA], "--file-password-file", secret, code=3)
    assert other["refused"].startswith("replies.")
    reply = run("reply", "read", back, "--request", requests[AGEO], "--file-password-file", secret)
    assert (reply["on_list"]["listed"], reply["on_list"]["not_listed"], reply["unanswered"]) == (1, 1, 1)
    assert (reply["evacuation_plan"]["made"], reply["evacuation_plan"]["not_started"]) == (1, 1)
    assert sum(reply["evacuation_plan"].values()) + reply["unanswered"] == 3

    # ---- ⑫ the figures, and the map
    table = run("statistics", "--fiscal-year", 2025, "--figure", "9月末", "--out", tmp_path / "取組状況.xlsx")
    assert table["registered"] == tally(everyone)
    assert table["mapped"] == tally(p for p in everyone if p.on_map)
    assert (table["as_of"], table["edition"]) == ("2025-09-30", 1)
    assert all(n["as_of"] and n["edition"] for n in table["numbers"] if n["value"] is not None)
    assert openpyxl.load_workbook(tmp_path / "取組状況.xlsx").worksheets

    # ---- the second half-year
    run.today = date(2026, 4, 10)
    run("round", "open", "--as-of", SECOND)
    read = run("round", "read", second, "--scheme", "nanbyo")
    assert read["unmapped_columns"] == ["整理"]
    # 土井 and 加藤 are not in it; 朴 comes from 小慢.
    assert read["absent"] == 2
    assert read["verdicts"]["doubtful"] == 1
    absent_children = run("round", "read", _without_paku(inbox), "--scheme", "shoman")
    assert absent_children["absent"] == 1  # 佐藤; 朴 stands in the other file
    rows = review_rows(run, tmp_path)
    absents = {r["person_id"]: r for r in rows if r["kind"] == "absent"}
    assert {ids["doi"], ids["kato"]} <= set(absents)
    assert len(absents) == 3
    assert run("round", "review", "--accept", "certain", "--accept", "likely", "--accept", "new")["pending"] == 4
    assert run("round", "freeze", code=3) | {"message": ""} == {
        "refused": "rounds.pending", "message": "", "count": 4,
    }  # fmt: skip
    doubtful = next(r for r in rows if r["verdict"] == "doubtful")
    assert f"candidate:{ids['hara']}" in doubtful["reasons"]
    assert decide(run, tmp_path, {doubtful["row_id"]: "keep"}, code=3)["refused"] == "reviews.does_not_fit"
    assert decide(run, tmp_path, {absents[ids["doi"]]["row_id"]: "ended:なんとなく"}, code=3)["refused"] == (
        "reviews.bad_csv"
    )
    counts = decide(
        run, tmp_path,
        {
            doubtful["row_id"]: f"same:{ids['hara']}",
            absents[ids["doi"]]["row_id"]: "ended:moved_out",
            absents[ids["kato"]]["row_id"]: "keep",
            next(r["row_id"] for r in absents.values() if r["person_id"] not in (ids["doi"], ids["kato"])): "hold",
        },
    )  # fmt: skip
    assert (counts["pending"], counts["held"]) == (0, 1)
    run("locate")
    now = [
        replace(EVERYONE["chiba"], city=OKEGAWA, house=9077),
        replace(EVERYONE["ida"], setting="入院中"),
        replace(EVERYONE["paku"]),
        foreign.NEWCOMER,
        *(p for p in everyone if p.key not in ("chiba", "ida", "paku", "doi")),
    ]
    refused = run("round", "freeze", code=3)
    # 土井 left, 千葉 moved, 原 took another name: 3 of 16; an admission to hospital is no change of a file.
    assert (refused["refused"], refused["count"], refused["of"]) == ("rounds.confirm_changes", 3, 16)
    assert run("round", "freeze", "--confirm-changes", 4, code=3)["refused"] == "rounds.confirm_changes"
    frozen = run("round", "freeze", "--confirm-changes", 3)
    assert frozen["registered"] == tally(now)
    assert frozen["mapped"] == tally(p for p in now if p.on_map)
    assert frozen["unmapped"] == off_the_map(now)
    before = run("round", "show", "--as-of", FIRST)
    assert before["registered"] == tally(everyone)
    assert run("round", "correct", "--reason", " ", code=3)["refused"] == "rounds.no_reason"
    corrected = run("round", "correct", "--reason", "施設入所の確認もれ")
    assert (corrected["edition"], corrected["as_of"]) == (2, "2026-03-31")

    # ---- 撤回 closes the gate from its day
    late = inbox / "撤回.csv"
    late.write_bytes(
        foreign.consents_csv([Told("aoki", KONOSU, ROSTER, "撤回", date(2025, 9, 1), withdrawn=date(2026, 4, 9))])
    )
    assert run("consent", "read", late)["faults"] == []
    preview = run("disclose", requests[KONOSU], "--out", out, "--preview")
    told_now = [*FIRST_TOLD, Told("aoki", KONOSU, ROSTER, "同意", date(2025, 9, 1), withdrawn=date(2026, 4, 9))]
    going, staying = expected_disclosure(now, told_now, KONOSU, {"roster"}, run.today)
    assert (preview["disclosed"], preview["excluded"]) == (len(going), staying)

    # ---- the audit chain and the health of it all
    verified = run("audit", "verify")
    assert verified["first_break"] is None
    assert verified["entries"] > 30
    deeds = run.deeds()
    assert deeds.count("round_frozen") == 2
    assert deeds.count("disclosure_made") == 4
    checked = run("doctor")
    assert checked["well"]
    assert {c["name"] for c in checked["checks"]} >= {"keys", "unlock", "cipher", "integrity", "audit", "schema"}


def _without_paku(folder: Path) -> Path:
    file = folder / "小慢一覧2.csv"
    file.write_bytes(foreign.shoman_csv(p for p in CHILDREN if p.key not in ("paku", "sato")))
    return file


# ---- nobody disappears --------------------------------------------------------------------------------------------

PLAIN = (
    "受給者番号", "公費負担者番号", "氏名", "フリガナ", "生年月日", "性別", "住所", "電話番号", "療養場所",
    "人工呼吸器", "酸素療法",
)  # fmt: skip


def plain_csv(path: Path, rows: Iterable[tuple[Truth, dict[str, str]]]) -> Path:
    out = io.StringIO()
    writer = csv.DictWriter(out, PLAIN, lineterminator="\r\n")
    writer.writeheader()
    for p, other in rows:
        device = {"人工呼吸器": "あり" if p.ventilator else "", "酸素療法": "あり" if p.oxygen else ""}
        known = (
            p.beneficiary, foreign.NANBYO, p.name, p.kana, p.born.isoformat(), p.sex, p.address, p.phone, p.setting,
        )  # fmt: skip
        writer.writerow(dict(zip(PLAIN, known, strict=False)) | device | other)
    path.write_bytes(out.getvalue().encode("cp932"))
    return path


@pytest.fixture(scope="module")
def one_half_year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A registry with ADULTS in it, its first round frozen, its second open."""
    folder = tmp_path_factory.mktemp("template")
    with pytest.MonkeyPatch.context() as patch:
        run = prepared(patch, folder, date(2025, 10, 10))
        run("init", "--office", "架空保健所", "--municipalities", ",".join(foreign.CITIES), "--staff", "試験　太郎")
        run("round", "open", "--as-of", FIRST)
        run("round", "read", plain_csv(folder / "1.csv", [(p, {}) for p in ADULTS]), "--scheme", "nanbyo")
        run("round", "review", "--accept", "new")
        run("locate")
        assert run("round", "freeze")["registered"] == tally(ADULTS)
        run.today = date(2026, 4, 10)
        run("round", "open", "--as-of", SECOND)
    return run.data


@pytest.fixture
def after_one_half_year(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, one_half_year: Path) -> CommandLine:
    """A copy of it for one test."""
    run = prepared(monkeypatch, tmp_path / "desk", date(2026, 4, 10))
    shutil.copytree(one_half_year, run.data)
    return run


def changed(key: str, **other: str) -> list[tuple[Truth, dict[str, str]]]:
    return [(p, other if p.key == key else {}) for p in ADULTS]


@pytest.mark.parametrize(
    ("other", "verdict", "decision"),
    [
        ({"受給者番号": foreign.number(777001), "住所": "埼玉県北本市本町9555番地", "電話番号": ""}, "likely", "new"),
        ({"受給者番号": foreign.number(777001), "住所": "埼玉県北本市本町9555番地", "電話番号": ""}, "likely", "skip"),
        ({"受給者番号": foreign.number(777002), "氏名": "野原　春", "フリガナ": "ノハラ　ハル"}, "doubtful", "new"),
        ({"受給者番号": foreign.number(777002), "氏名": "野原　春", "フリガナ": "ノハラ　ハル"}, "doubtful", "skip"),
    ],
)  # fmt: skip
def test_a_person_whose_row_is_taken_for_somebody_else_becomes_a_question(
    after_one_half_year: CommandLine, tmp_path: Path, other: dict[str, str], verdict: str, decision: str
) -> None:
    run = after_one_half_year
    read = run("round", "read", plain_csv(tmp_path / "2.csv", changed("aoki", **other)), "--scheme", "nanbyo")
    assert (read["verdicts"][verdict], read["absent"]) == (1, 0)
    row = next(r for r in review_rows(run, tmp_path) if r["verdict"] == verdict)
    run("round", "review", "--accept", "certain")
    assert decide(run, tmp_path, {row["row_id"]: decision})["pending"] == 1
    assert run("round", "freeze", code=3)["refused"] == "rounds.pending"
    (absent,) = (r for r in review_rows(run, tmp_path) if r["kind"] == "absent")
    assert absent["person_id"]
    # Taken for the same person after all, the question goes again.
    assert decide(run, tmp_path, {row["row_id"]: f"same:{absent['person_id']}"})["pending"] == 0
    assert not [r for r in review_rows(run, tmp_path) if r["kind"] == "absent"]
    assert run("round", "show")["registered"]["total"] == len(ADULTS)


@pytest.mark.parametrize("setting", ["死亡", "転出"])
def test_a_row_that_says_somebody_is_gone_is_decided_by_a_person_and_counted_nowhere(
    after_one_half_year: CommandLine, tmp_path: Path, setting: str
) -> None:
    run = after_one_half_year
    read = run("round", "read", plain_csv(tmp_path / "2.csv", changed("aoki", 療養場所=setting)), "--scheme", "nanbyo")
    assert read["verdicts"]["doubtful"] == 1
    run("round", "review", "--accept", "certain")
    row = next(r for r in review_rows(run, tmp_path) if r["verdict"] == "doubtful")
    assert "said_gone" in row["reasons"]
    person = row["reasons"].split("candidate:")[1]
    assert decide(run, tmp_path, {row["row_id"]: f"same:{person}"})["pending"] == 0
    left = [p for p in ADULTS if p.key != "aoki"]
    frozen = run("round", "freeze")
    assert frozen["registered"] == tally(left)
    assert frozen["mapped"] == tally(p for p in left if p.on_map)
    drawn = run("consent", "show")["recipients"]
    assert drawn[KONOSU]["people"] == 2
