"""One person with unmistakable data walks the whole road; no byte of them may lie outside the encrypted files.

Searched: the data folder, every folder written to, the home, the temporary folder, the working folder, what was said on
stdout and stderr (the program's own and those of its children), and the texts of forced errors.
"""

from __future__ import annotations

import base64
import csv
import io
import json
import os
import re
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import openpyxl
import pypdf
import pytest

from tests.flows import foreign

ROOT = Path(__file__).parents[2]
PASSPHRASE = "kanariya ga naitara nigeru koto"
CANARY = foreign.Truth(
    "canary", "鶸茶　囀", "ヒワチャ　サエズル", date(1947, 11, 13), "女", "112178", 731973, ventilator=True,
    oxygen=True, house=9417,
)  # fmt: skip
PHONE = "048-000-9417"
CLUES = {
    "name": CANARY.name, "closed up": "鶸茶囀", "family": "鶸茶", "kana": "ヒワチャ", "hiragana": "ひわちゃ",
    "half": "ﾋﾜﾁｬ", "house": "本町9417番地", "phone": PHONE, "digits": PHONE.replace("-", ""),
    "number": CANARY.beneficiary,
    "giver": "鶸茶　巣守",
    "disease": "囀鳴症候群", "born": "1947-11-13", "wareki": "昭和22年11月13日",
}  # fmt: skip


def encodings(text: str) -> Iterator[tuple[str, bytes]]:
    """A text as it could lie somewhere: fourteen ways."""
    for name in ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "cp932", "euc_jp", "iso2022_jp"):
        try:
            yield name, text.encode(name)
        except UnicodeEncodeError:
            continue
    raw = text.encode()
    yield "json", json.dumps(text).strip('"').encode()
    yield "percent", quote(text).encode()
    yield "xml", "".join(f"&#{ord(c)};" for c in text).encode()
    yield "hex", raw.hex().encode()
    yield "HEX", raw.hex().upper().encode()
    yield "base64", base64.b64encode(raw)[:-4] or b"-" * 99
    yield "nfd", unicodedata.normalize("NFD", text).encode()


def _needles() -> list[tuple[str, bytes]]:
    found = []
    for name, text in CLUES.items():
        for encoding, needle in encodings(text):
            # Two or three plain bytes lie in any compressed or encrypted file by chance.
            if len(needle) >= 6:
                found.append((f"{name} {encoding}", needle))
    return found


NEEDLES = _needles()


def leaks(data: bytes) -> list[str]:
    return [name for name, needle in NEEDLES if needle in data]


# ---- the road, in processes of its own ----------------------------------------------------------------------------


@dataclass
class World:
    """A home, a temporary folder, a working folder and a data folder that nothing else writes to."""

    root: Path
    secrets: list[str] = field(default_factory=list)
    said: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        for name in ("home", "tmp", "cwd", "inbox", "out"):
            (self.root / name).mkdir()
        (self.root / "passphrase.txt").write_text(PASSPHRASE + "\n", "utf-8")
        self._process = self._start("")

    def _start(self, broken: str) -> subprocess.Popen[bytes]:
        """The program in a process of its own, which runs one call after the other."""
        home, tmp = str(self.root / "home"), str(self.root / "tmp")
        keep = {k: v for k, v in os.environ.items() if not k.startswith(("XDG_", "TMP", "TEMP", "HOME", "APPDATA"))}
        return subprocess.Popen(
            [sys.executable, "-c", _PROGRAM.replace("# broken", broken)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=(self.root / "stderr.txt").open("ab"),
            cwd=self.root / "cwd",
            env=keep | {
                "HOME": home, "TMPDIR": tmp, "TEMP": tmp, "TMP": tmp, "XDG_RUNTIME_DIR": tmp, "PYTHONPATH": str(ROOT),
                "QT_QPA_PLATFORM": "offscreen", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONIOENCODING": "utf-8",
            },
        )  # fmt: skip

    def breaks(self, broken: str) -> None:
        """Starts the program anew, with something in it broken."""
        self.close()
        self._process = self._start(broken)

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(60)
        self.said.append((self.root / "stderr.txt").read_bytes())

    def __call__(self, *arguments: object, code: int = 0) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        line = [
            "--json", "--data", str(self.root / "data"), "--passphrase-file", str(self.root / "passphrase.txt"),
            *map(str, arguments),
        ]  # fmt: skip
        self._process.stdin.write(json.dumps(line).encode() + b"\n")
        self._process.stdin.flush()
        found, stdout = json.loads(self._process.stdout.readline())
        stderr = (self.root / "stderr.txt").read_bytes()
        assert found == code, (arguments, stdout, stderr.decode())
        answer: dict[str, Any] = json.loads(stdout)
        for name in ("password", "recovery_key"):
            if answer.get(name):
                self.secrets.append(answer.pop(name))
        # What the JSON says once to its caller is not searched for in it; everything else it says is.
        self.said += [json.dumps(answer, ensure_ascii=False).encode(), stderr]
        return answer


_PROGRAM = """
import contextlib, io, json, sys
from hoken_desktop import cli, doors, house
from hoken_desktop.adapters import process
from hoken_desktop.cli import registry, speech
from hoken_desktop.domain.keys import STRETCH_FLOOR
process.harden()
cheap = house.Settings(stretch=STRETCH_FLOOR, use_device=False)
registry.create_house = lambda *a, **k: doors.create_house(*a, **k, settings=cheap)
speech.open_house = lambda data, phrase: doors.open_house(data, phrase, settings=cheap)
# broken
for line in sys.stdin:
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        code = cli.run(json.loads(line))
    print(json.dumps([code, said.getvalue()]), flush=True)
"""

HEADER = (
    "公費負担者番号", "受給者番号", "氏名", "フリガナ", "生年月日", "性別", "住所", "電話番号", "疾病名",
    "人工呼吸器", "酸素療法", "備考",
)  # fmt: skip


def benefit_csv(path: Path, **other: str) -> Path:
    row = dict(
        zip(
            HEADER,
            (
                foreign.NANBYO, CANARY.beneficiary, CANARY.name, CANARY.kana, "昭和22年11月13日", "女",
                "埼玉県鴻巣市本町9417番地", PHONE, CLUES["disease"], "あり", "あり", "",
            ),
            strict=True,
        )
    )  # fmt: skip
    out = io.StringIO()
    writer = csv.DictWriter(out, HEADER, lineterminator="\r\n")
    writer.writeheader()
    writer.writerow(row)
    writer.writerow(row | {"受給者番号": foreign.number(731974)} | other)
    path.write_bytes(out.getvalue().encode("utf-8-sig"))
    return path


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The whole road, walked once."""
    world = World(tmp_path_factory.mktemp("canary"))
    _walk(world)
    yield world
    world.close()


def _walk(world: World) -> None:
    inbox, out = world.root / "inbox", world.root / "out"
    today = datetime.now().astimezone().date()
    half = max(d for y in (today.year - 1, today.year) for d in (date(y, 3, 31), date(y, 9, 30)) if d < today)
    world("init", "--office", "架空保健所", "--municipalities", "11217", "--staff", "試験　太郎・主任")
    world("round", "open", "--as-of", half)
    # A second row with faults of every kind: their messages may name places and codes only.
    world("round", "read", benefit_csv(inbox / "一覧.csv", 生年月日="鶸茶月囀日"), "--scheme", "nanbyo")
    odd = benefit_csv(inbox / "一覧2.csv", 性別="鶸茶", 人工呼吸器="囀", 電話番号="鶸茶")
    world("round", "read", odd, "--scheme", "nanbyo")
    world("round", "review", "--out", out / "確認.csv")
    world("round", "review", "--accept", "certain", "--accept", "likely", "--accept", "new")
    with (out / "確認.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [r for r in csv.DictReader(file) if not r["decision"]]
    assert rows
    world("locate")
    consents = inbox / "同意.csv"
    given = today - timedelta(days=10)
    numbers, roster = f"{foreign.NANBYO},{CANARY.beneficiary}", "避難行動要支援者名簿"
    consents.write_text(
        "公費負担者番号,受給者番号,氏名,提供先,目的,判断,同意者,同意者氏名,同意日\n"
        f"{numbers},{CANARY.name},鴻巣市,{roster},同意,家族,鶸茶　巣守,{given}\n"
        f"{numbers},鶸茶　別人,鴻巣市,{roster},同意,本人,,{given}\n"
        f"{numbers},{CANARY.name},鶸茶市,囀のため,鶸茶,囀,囀,{given}\n",
        "utf-8",
    )
    assert len(world("consent", "read", consents)["faults"]) >= 2
    world("consent", "show")
    pending = world("round", "review", "--out", out / "確認2.csv")["pending"]
    if pending:
        _skip_rest(world, out)
    world("round", "freeze")
    request = world(
        "request", "open", "--municipality", "11217", "--number", "鴻福第1号", "--requested-on", given, "--received-on",
        given, "--requester", "架空　花子・市長", "--purpose", "避難行動要支援者名簿",
    )["id"]  # fmt: skip
    made = world(
        "disclose", request, "--out", out / "提供", "--approved-on", today, "--approval", "決裁1",
        "--our-number", "架1", "--csv", "utf8", "--media-number", "架空-1",
        "--return-by", today + timedelta(days=30), "--password-by", "電話",
    )  # fmt: skip
    assert made["disclosed"] >= 1
    assert Path(made["csv"]).exists()
    assert world("disclose", request, "--out", out, "--preview", "--csv", "cp932")["changes"]["same"] >= 1
    world("disclosure", "follow", made["id"], "--received-by", "架空課", "--disposal", "溶解")
    world("disclosure", "record", made["id"], "--out", out / "提供記録簿2.pdf")
    world("columns", "show", "鴻巣市")
    world("map", "--out", out / "位置図.pdf", "--names")
    year = half.year if half.month > 3 else half.year - 1
    world("statistics", "--fiscal-year", year, "--out", out / "取組状況.xlsx")
    world("request", "list")
    world("audit", "list")
    world("audit", "verify")
    world("doctor")
    # Refusals and errors, forced.
    world("round", "read", benefit_csv(inbox / "閉.csv"), "--scheme", "nanbyo", code=3)
    world("consent", "read", inbox / "一覧.csv", code=3)
    world("reply", "read", made["file"], "--request", request, code=3)


def _skip_rest(world: World, out: Path) -> None:
    with (out / "確認2.csv").open(encoding="utf-8-sig", newline="") as file:
        left = [r["row_id"] for r in csv.DictReader(file) if not r["decision"]]
    decisions = out / "決定.csv"
    decisions.write_text("row_id,decision\n" + "".join(f"{row},skip\n" for row in left), "utf-8")
    world("round", "review", "--decisions", decisions)


def written(world: World) -> Iterator[Path]:
    for folder in ("data", "home", "tmp", "cwd", "out"):
        yield from (file for file in (world.root / folder).rglob("*") if file.is_file() and not file.is_symlink())


def test_the_search_finds_what_it_should(tmp_path: Path) -> None:
    for encoding in ("utf-8", "utf-16-le", "utf-16-be", "cp932"):
        assert leaks("氏名 ヒワチャ サエズル".encode(encoding)), encoding
    assert leaks(benefit_csv(tmp_path / "a.csv").read_bytes())


def test_no_byte_of_the_person_lies_outside_the_encrypted_files(world: World) -> None:
    files = list(written(world))
    assert {"registry.db", "位置図.pdf", "取組状況.xlsx", "確認.csv"} <= {file.name for file in files}
    found = {str(file.relative_to(world.root)): leaks(file.read_bytes()) for file in files}
    assert {name: clues for name, clues in found.items() if clues} == {}
    assert [str(f) for f in files if leaks(str(f).encode())] == []


def test_plain_papers_hold_nothing_inside_their_packing_either(world: World) -> None:
    """Cover letter, record and statistics are not encrypted: their texts are looked at as a reader sees them."""
    out = world.root / "out"
    seen = 0
    for pdf in out.rglob("*.pdf"):
        reader = pypdf.PdfReader(pdf)
        if reader.is_encrypted:
            continue
        seen += 1
        assert leaks("\n".join(page.extract_text() for page in reader.pages).encode()) == [], pdf.name
    assert seen == 3
    book = openpyxl.load_workbook(out / "取組状況.xlsx")
    cells = [str(c) for sheet in book.worksheets for row in sheet.iter_rows(values_only=True) for c in row if c]
    assert leaks("\n".join(cells).encode()) == []


def test_nothing_that_was_said_names_the_person(world: World) -> None:
    assert [leaks(said) for said in world.said if leaks(said)] == []


def test_no_password_or_passphrase_lies_anywhere(world: World) -> None:
    assert len(world.secrets) == 3  # recovery key, disclosure, map
    needles = [
        text.encode(encoding)
        for secret in (PASSPHRASE, *world.secrets)
        for text in (secret, secret.replace("-", ""))
        for encoding in ("utf-8", "utf-16-le")
    ]
    for file in written(world):
        data = file.read_bytes()
        assert not [n for n in needles if n in data], file
    for said in world.said:
        assert not [n for n in needles if n in said], said[:200]


def test_the_temporary_and_working_folders_are_left_empty_of_files(world: World) -> None:
    assert [f for f in (world.root / "cwd").rglob("*") if f.is_file()] == []
    left = [f for f in (world.root / "tmp").rglob("*") if f.is_file()]
    assert [f for f in left if f.stat().st_size and not re.search(r"qtwebengine|\.lock|dconf", str(f), re.I)] == []


_BROKEN = """
from hoken_desktop.domain import intake
from hoken_desktop.services import consents
def burst(self):
    raise ValueError(self.row)
def tell(self, *more):
    with self._store.read() as shelves:
        raise LookupError(shelves.persons.all())
intake._Wash._person = burst
consents.Consents.standings = tell
"""


def test_a_forced_error_says_its_place_and_never_the_row(world: World) -> None:
    lines: dict[str, tuple[object, ...]] = {
        "LookupError": ("consent", "show"),
        "ValueError": ("round", "read", world.root / "inbox" / "一覧.csv", "--scheme", "nanbyo"),
    }
    # The round is frozen by now, and a file is read for an open one only.
    year = date.today().year + 1  # noqa: DTZ011 - any day to come will do
    world("round", "open", "--as-of", f"{year}-03-31")
    world.breaks(_BROKEN)
    for kind, line in lines.items():
        answer = world(*line, code=1)
        assert (answer["refused"], answer["type"]) == ("bug", kind)
        assert leaks(world.said[-1] + world.said[-2]) == []
        assert b"Traceback" not in world.said[-1]
