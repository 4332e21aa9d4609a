"""What the program refuses on the command line: exit 3 or 4, one JSON object, Japanese words, nothing changed."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import msoffcrypto
import openpyxl
import pytest
import sqlcipher3
from keyring.backend import KeyringBackend

from hoken_desktop import doors
from hoken_desktop import house as houses
from hoken_desktop.adapters.os_keyring import TRUSTED, OsKeyring
from hoken_desktop.cli import registry as registry_commands
from hoken_desktop.domain.keys import STRETCH_FLOOR
from tests.files import workbooks
from tests.flows import foreign
from tests.flows.command_line import PASSPHRASE, CommandLine, Said, prepared

DAY = date(2026, 4, 10)
CHEAP = houses.Settings(stretch=STRETCH_FLOOR, use_device=False)
PEOPLE = [list(workbooks.HEADER), *(list(p) for p in workbooks.PEOPLE)]


def contents(run: CommandLine) -> dict[str, Any]:
    """Everything the registry holds but the unlocking that looking itself adds."""
    house = doors.open_house(run.data, PASSPHRASE, settings=CHEAP)
    try:
        with house.store.read() as shelves:
            found = {
                name: sorted(map(repr, getattr(shelves, name).all()))
                for name in ("offices", "staff", "persons", "benefits", "devices", "facts", "places", "rounds")
            }
            found |= {
                name: sorted(map(repr, getattr(shelves, name).all()))
                for name in ("round_files", "round_faults", "round_rows", "consents", "requests", "disclosures")
            }
        found["deeds"] = [e.deed for e in house.audits.entries(limit=10000) if e.deed != "unlocked"]
    finally:
        house.close()
    return found


def kept(folder: Path) -> dict[str, str]:
    """Digest of every file of the data folder but the hold on it."""
    return {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file() and not file.name.startswith(("registry.lock", "registry.holder"))
    }


def in_japanese(said: Said) -> bool:
    message = said.json["message"]
    return bool(re.search(r"[ぁ-ん]", message)) and message in said.stderr and not re.search(r"[{}]", message)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A registry with the waiting room of its first round filled."""
    folder = tmp_path_factory.mktemp("template")
    with pytest.MonkeyPatch.context() as patch:
        run = prepared(patch, folder, DAY)
        cities = ",".join(foreign.CITIES)
        run("init", "--office", "架空保健所", "--municipalities", cities, "--staff", "試験　太郎・主任")
        run("round", "open", "--as-of", "2026-03-31")
        good = folder / "良い一覧.xlsx"
        good.write_bytes(workbooks.good())
        assert run("round", "read", good, "--scheme", "nanbyo")["candidates"] == 2
    return folder


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, template: Path) -> CommandLine:
    """A copy of it for one test."""
    run = prepared(monkeypatch, tmp_path, DAY)
    shutil.copytree(template / "registry", run.data)
    shutil.copy(template / "良い一覧.xlsx", tmp_path)
    return run


# ---- files that are none ------------------------------------------------------------------------------------------


def encrypted() -> bytes:
    out = io.BytesIO()
    msoffcrypto.format.ooxml.OOXMLFile(io.BytesIO(workbooks.good())).encrypt("kotoba", out)
    return out.getvalue()


def bomb() -> bytes:
    return workbooks.parts("", before="<!--" + " " * (120 << 20) + "-->")


def lying_dimension() -> bytes:
    """A dimension of two rows over a sheet of four: a reader that trusts it loses people."""
    rows = "".join(workbooks.row(at, *map(str, line)) for at, line in enumerate(PEOPLE, 1))
    return workbooks.parts(rows, before='<dimension ref="A1:U2"/>')


def far_cell() -> bytes:
    rows = "".join(workbooks.row(at, *map(str, line)) for at, line in enumerate(PEOPLE, 1))
    return workbooks.parts(rows + '<row r="1048576">' + workbooks.cell("XFD1048576", "x") + "</row>")


HOSTILE: dict[str, tuple[str, Callable[[], bytes]]] = {
    "text.xlsx": ("layouts.", lambda: "これは受給者の一覧ではありません".encode()),
    "encrypted.xlsx": ("sheets.password_protected", encrypted),
    "empty.xlsx": ("sheets.empty_file", lambda: b""),
    "cut.xlsx": ("sheets.", lambda: workbooks.good()[:900]),
    "bomb.xlsx": ("sheets.", bomb),
    "huge.csv": ("sheets.too_large", lambda: b"a," * (11 << 20)),
    "far.xlsx": ("sheets.far_cell", far_cell),
    "headless.csv": ("layouts.no_header", lambda: "あ,い,う\r\n1,2,3\r\n".encode("cp932")),
    "unknown.xlsx": ("layouts.", lambda: workbooks.table([["品名", "数量", "単価"], ["鉛筆", 3, 50]])),
    "half.csv": ("layouts.", lambda: "氏名,住所,電話番号\r\n架空,どこか,なし\r\n".encode("cp932")),
    "euc.csv": ("sheets.csv_encoding", lambda: "氏名,生年月日\r\n架空　太郎,S30.1.1\r\n".encode("euc_jp")),
    "pdf.xlsx": ("sheets.is_pdf", lambda: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"),
    "old.xls": ("sheets.", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2048)),
    "page.xls": ("sheets.is_html", lambda: "<html><table><tr><td>氏名</td></tr></table></html>".encode("cp932")),
    "nul.csv": ("sheets.", lambda: b"\x00\x01\x02\x03" * 100),
    "quotes.csv": ("sheets.csv_quotes", lambda: workbooks.good_csv() + b'"1,2\r\n' * 3),
}


def test_no_hostile_or_foreign_file_changes_anything(run: CommandLine, tmp_path: Path) -> None:
    before = contents(run)
    for name, (code, make) in HOSTILE.items():
        file = tmp_path / name
        file.write_bytes(make())
        for line in (("round", "read", file, "--scheme", "nanbyo"), ("consent", "read", file)):
            said = run.say(*line)
            assert said.code == 3, (name, said.stdout, said.stderr)
            assert said.json["refused"].startswith(code), (name, said.json["refused"])
            assert in_japanese(said), name
            assert name in said.json["message"], name
    gone = run.say("round", "read", tmp_path / "ない.xlsx", "--scheme", "nanbyo")
    assert (gone.code, gone.json["refused"]) == (3, "sheets.not_found")
    folder = run.say("round", "read", tmp_path, "--scheme", "nanbyo")
    assert folder.code == 3
    assert contents(run) == before
    assert run("audit", "verify")["first_break"] is None


def test_a_lying_dimension_loses_nobody(run: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "dimension.xlsx"
    file.write_bytes(lying_dimension())
    said = run.say("round", "read", file, "--scheme", "nanbyo")
    assert said.code == 3 or said.json["rows"] == 3


def test_other_commands_refuse_what_cannot_be(run: CommandLine, tmp_path: Path) -> None:
    before = contents(run)
    nothing = tmp_path / "nothing.csv"
    nothing.write_text("row_id,decision\nffff,new\n", "utf-8")
    words = tmp_path / "words.csv"
    words.write_text("何か,別のもの\n1,2\n", "utf-8")
    base = (
        "request", "open", "--number", "第1号", "--requester", "架空　花子・市長", "--purpose", "避難行動要支援者名簿",
        "--municipality", "11217",
    )  # fmt: skip
    for code, line in {
        "rounds.not_reference_day": ("round", "open", "--as-of", "2026-04-01"),
        "rounds.exists": ("round", "open", "--as-of", "2026-03-31"),
        "rounds.other_open": ("round", "open", "--as-of", "2026-09-30"),
        "rounds.no_such": ("round", "show", "--as-of", "2020-03-31"),
        "rounds.pending": ("round", "freeze", "--confirm-changes", 99),
        "rounds.none_frozen": ("round", "correct", "--reason", "試し"),
        "reviews.not_in_bulk": ("round", "review", "--accept", "new", "--accept", "doubtful"),
        "reviews.unknown_row": ("round", "review", "--decisions", nothing),
        "reviews.bad_csv": ("round", "review", "--decisions", words),
        "statistics.nothing_frozen": ("statistics", "--fiscal-year", 2025, "--out", tmp_path / "s.xlsx"),
        "requests.days": (*base, "--requested-on", "2026-04-09", "--received-on", "2026-04-08"),
        "requests.basis_off": (
            *base, "--requested-on", "2026-04-01", "--received-on", "2026-04-02", "--basis", "REQ_49_10_4",
        ),
        "requests.peacetime": (
            *base, "--requested-on", "2026-04-01", "--received-on", "2026-04-02", "--basis", "DISASTER",
        ),
        "bases.no_decision": ("basis", "set", "REQ_49_14", "--on", "--decided-on", "2026-04-01"),
        "bases.consent_stays": (
            "basis", "set", "CONSENT", "--off", "--decision", "保第1号", "--decided-on", "2026-04-01",
        ),
        "events.no_reason": ("event", "declare", "--kind", "storm", "--name", "架空台風"),
        "events.unknown": ("event", "end", "0000"),
        "clocks.agrees": ("audit", "clock", "--today", "2026-04-10"),
        "requests.unknown_basis": (
            *base, "--requested-on", "2026-04-01", "--received-on", "2026-04-02", "--basis", "なし",
        ),
        "requests.unknown": ("disclose", "0000", "--out", tmp_path / "out", "--preview"),
        "replies.unknown_request": ("reply", "read", tmp_path / "良い一覧.xlsx", "--request", "0000"),
        "sheets.not_found": ("round", "review", "--decisions", tmp_path / "missing.csv"),
        "cli.passphrase_file": (
            "reply", "read", tmp_path / "良い一覧.xlsx", "--request", "0", "--file-password-file", tmp_path / "missing",
        ),
        "store.no_folder": ("round", "review", "--out", tmp_path / "stick" / "rows.csv"),
        "store.cannot_write": ("round", "review", "--out", tmp_path / f"{'長' * 100}.csv"),
    }.items():  # fmt: skip
        said = run.say(*line)
        assert (said.code, said.json["refused"]) == (3, code), (said.stdout, said.stderr)
        assert in_japanese(said), code
    assert not (tmp_path / "s.xlsx").exists()
    assert not (tmp_path / "out").exists()
    assert not (tmp_path / "stick").exists()
    assert contents(run) == before


def test_a_misspelt_command_is_a_usage_error_and_still_one_object(run: CommandLine, tmp_path: Path) -> None:
    for line in (
        ("round", "open"), ("round", "opne"), ("round", "open", "--as-of", "R8.3.31"), ("kettle",),
        ("round", "read", tmp_path / "x.xlsx", "--scheme", "neko"), ("map", "--out", tmp_path / "m.png"),
        ("statistics", "--fiscal-year", 2025, "--out", tmp_path / "s.csv"), ("locate", "--csv", tmp_path / "a.csv"),
    ):  # fmt: skip
        said = run.say(*line)
        assert (said.code, said.json["refused"]) == (2, "usage"), line
        assert in_japanese(said), said.stderr


# ---- doors --------------------------------------------------------------------------------------------------------


def locked(said: Said, code: str) -> None:
    assert (said.code, said.json["refused"]) == (4, code), (said.stdout, said.stderr)
    assert in_japanese(said)


def test_a_wrong_passphrase_opens_nothing_and_changes_no_byte(run: CommandLine, tmp_path: Path) -> None:
    before = kept(run.data)
    right = run.passphrase_file
    for text in ("mizu no kawa ga agaru mae ni", PASSPHRASE + " ", PASSPHRASE.upper()):
        run.passphrase_file = tmp_path / "wrong.txt"
        run.passphrase_file.write_text(text, "utf-8")
        for line in (("round", "show"), ("round", "freeze"), ("locate",)):
            locked(run.say(*line), "vault.wrong_passphrase")
        assert text not in run.said[-1].stderr
    run.passphrase_file = tmp_path / "missing.txt"
    locked(run.say("round", "show"), "cli.passphrase_file")
    run.passphrase_file = tmp_path / "sixteen.txt"
    run.passphrase_file.write_text(PASSPHRASE, "utf-16")
    locked(run.say("round", "show"), "cli.passphrase_encoding")
    locked(run.say("round", "show", unlocked=False), "cli.no_passphrase")
    assert kept(run.data) == before
    run.passphrase_file = right
    assert run("round", "show")["state"] == "open"


@pytest.mark.parametrize(
    "written", [PASSPHRASE, PASSPHRASE + "\r\n", "\ufeff" + PASSPHRASE + "\n"], ids=["bare", "windows", "notepad"]
)
def test_a_passphrase_file_opens_as_editors_save_it(run: CommandLine, tmp_path: Path, written: str) -> None:
    run.passphrase_file = tmp_path / "p.txt"
    run.passphrase_file.write_bytes(written.encode())
    assert run("round", "show")["state"] == "open"


def test_no_registry_is_made_by_looking_for_one(run: CommandLine, tmp_path: Path) -> None:
    run.data = tmp_path / "elsewhere"
    for line in (("round", "show"), ("audit", "verify"), ("locate",), ("consent", "show")):
        locked(run.say(*line), "vault.no_registry")
    assert not run.data.exists()
    run.data.mkdir()
    locked(run.say("round", "show"), "vault.no_registry")
    assert kept(run.data) == {}


def test_init_never_touches_a_registry_that_is_there(run: CommandLine) -> None:
    before = contents(run)
    said = run.say("init", "--office", "別の保健所", "--municipalities", "11217", "--staff", "別人・係長")
    assert (said.code, said.json["refused"]) == (3, "vault.exists")
    assert contents(run) == before


def test_a_lost_or_broken_key_file_is_said_and_never_replaced(run: CommandLine, tmp_path: Path) -> None:
    before = contents(run)
    aside = tmp_path / "aside"
    aside.mkdir()
    keys = [file for file in run.data.iterdir() if "keys" in file.name]
    for file in keys:
        shutil.move(file, aside / file.name)
    left = kept(run.data)
    locked(run.say("round", "show"), "vault.key_file_lost")
    said = run.say("init", "--office", "別の保健所", "--municipalities", "11217", "--staff", "別人・係長")
    assert said.code in (3, 4)
    assert said.json["refused"].startswith("vault.")
    assert kept(run.data) == left
    for file in keys:
        file.write_text("{}", "utf-8")
    locked(run.say("round", "show"), "vault.key_file_damaged")
    for file in keys:
        shutil.copy(aside / file.name, file)
    assert contents(run) == before


def test_a_lost_registry_is_said_and_never_made_anew(run: CommandLine, tmp_path: Path) -> None:
    shutil.move(run.data / "registry.db", tmp_path / "registry.db")
    locked(run.say("round", "show"), "vault.registry_lost")
    said = run.say("init", "--office", "別の保健所", "--municipalities", "11217", "--staff", "別人・係長")
    assert said.code in (3, 4)
    assert not (run.data / "registry.db").exists()
    shutil.move(tmp_path / "registry.db", run.data / "registry.db")
    assert run("round", "show")["state"] == "open"


def test_an_older_copy_laid_in_its_place_is_noticed(run: CommandLine, tmp_path: Path) -> None:
    old = tmp_path / "old.db"
    shutil.copy(run.data / "registry.db", old)
    run("round", "review", "--accept", "new")
    shutil.copy(run.data / "registry.db", tmp_path / "new.db")
    shutil.copy(old, run.data / "registry.db")
    locked(run.say("round", "show"), "vault.mark_backwards")
    shutil.copy(tmp_path / "new.db", run.data / "registry.db")
    assert run("audit", "verify")["first_break"] is None


def test_a_registry_of_a_newer_program_stays_as_it_is(run: CommandLine) -> None:
    vault = houses.make_vault(run.data, CHEAP)
    key = bytes(vault.unlock(PASSPHRASE).data_key).hex()
    vault.lock()

    def revised(to: str) -> str:
        file = sqlcipher3.connect(run.data / "registry.db")
        file.execute(f"PRAGMA key = \"x'{key}'\"")
        (old,) = file.execute("SELECT version_num FROM alembic_version").fetchone()
        file.execute("UPDATE alembic_version SET version_num = ?", (to,))
        file.commit()
        file.close()
        return str(old)

    before = revised("9999")
    whole = kept(run.data)
    said = run.say("round", "show")
    assert said.code in (3, 4)
    assert said.json["refused"] == "store.newer"
    assert in_japanese(said)
    assert kept(run.data) == whole
    revised(before)
    assert run("round", "show")["state"] == "open"


def test_a_second_instance_is_refused_and_told_who_has_it(run: CommandLine, tmp_path: Path) -> None:
    first = doors.open_house(run.data, PASSPHRASE, settings=CHEAP)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "hoken_desktop", "--json", "--data", run.data, "--passphrase-file",
             run.passphrase_file, "round", "show"],
            capture_output=True, text=True, check=False, timeout=120, cwd=Path(__file__).parents[2],
        )  # fmt: skip
    finally:
        first.close()
    answer = json.loads(done.stdout)
    assert done.returncode in (3, 4)
    assert answer["refused"] == "vault.second_instance"
    assert str(os.getpid()) in answer["message"]
    assert run("round", "show")["state"] == "open"


class Drawer(KeyringBackend):
    """A keyring in memory: the operating system's own, for this test."""

    priority = 9  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.entries: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.entries[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self.entries.pop((service, username), None)


def test_a_missing_or_foreign_keyring_entry_is_said(
    run: CommandLine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    drawer = Drawer()
    trusted = TRUSTED | {f"{Drawer.__module__}.{Drawer.__qualname__}"}
    monkeypatch.setattr(houses, "OsKeyring", lambda: OsKeyring(lambda: drawer, trusted=trusted))
    cheap = houses.Settings(stretch=STRETCH_FLOOR, use_device=True)
    monkeypatch.setattr(
        registry_commands, "create_house", lambda *a, **k: doors.create_house(*a, **k, settings=cheap)
    )
    monkeypatch.setattr(
        "hoken_desktop.cli.speech.open_house", lambda data, phrase: doors.open_house(data, phrase, settings=cheap)
    )
    run.data = tmp_path / "bound"
    run("init", "--office", "架空保健所", "--municipalities", "11217", "--staff", "試験　太郎")
    assert run("audit", "verify")["first_break"] is None
    whole, entries = kept(run.data), dict(drawer.entries)
    assert entries
    drawer.entries.clear()
    locked(run.say("round", "show"), "vault.keyring_entry_missing")
    assert drawer.entries == {}
    drawer.entries.update({key: secret[::-1] for key, secret in entries.items()})
    said = run.say("round", "show")
    assert (said.code, said.json["refused"].startswith("vault.keyring_entry")) == (4, True)
    assert kept(run.data) == whole
    drawer.entries.update(entries)
    assert run("audit", "verify")["first_break"] is None


def test_a_broken_chain_is_found_and_stops_disclosures(run: CommandLine) -> None:
    vault = houses.make_vault(run.data, CHEAP)
    key = bytes(vault.unlock(PASSPHRASE).data_key).hex()
    vault.lock()
    file = sqlcipher3.connect(run.data / "registry.db")
    file.execute(f"PRAGMA key = \"x'{key}'\"")
    for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        file.execute(f'DROP TRIGGER "{name}"')
    tables = [n for (n,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    audit = next(name for name in tables if name.startswith("audit"))
    file.execute(f'UPDATE "{audit}" SET deed = \'round_frozen\' WHERE rowid = 2')
    file.commit()
    file.close()
    said = run.say("audit", "verify")
    assert said.code in (3, 4)
    assert said.json.get("first_break") or said.json.get("refused")


def test_the_reading_child_leaves_nothing_behind(run: CommandLine, tmp_path: Path) -> None:
    zipped = tmp_path / "zip.xlsx"
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.writestr("../../outside.xml", "x")
    run.say("round", "read", zipped, "--scheme", "nanbyo")
    assert not (tmp_path.parent / "outside.xml").exists()
    assert openpyxl.load_workbook(tmp_path / "良い一覧.xlsx").sheetnames == ["受給者一覧"]
