"""Proofs of the file that leaves: hostile values, changed bytes, other readers, disks that fail, a process that dies.

With --soak 10,000 hostile strings in every exported field and every place to die; by default some hundreds and a few.
The figures stand in docs/SECURITY.md.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from hoken_desktop.adapters import sealed_sheets
from hoken_desktop.domain.codes import DeviceKind, EvidenceSource, ItemGroup, SupporterRole
from hoken_desktop.domain.consents import STANDARD_SCOPE
from hoken_desktop.domain.deeds import Deed
from hoken_desktop.domain.disclosures import ITEMS, DisclosureState
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.persons import Contact, Fact, Supporter
from hoken_desktop.services import items
from hoken_desktop.services.previews import known_of
from tests.registry_builder import FictitiousRegistry
from tests.services.test_disclosures import service, table

ROOT = Path(__file__).parents[2]
PIECES = (
    "=1+1", "+81", "-cmd|' /C calc'!A0", "@SUM(A1)", "＝HYPERLINK(\"http://x\")", "\t=1", "'=1", "見本",
    "葛\U000e0100城", "髙﨑𠮷", "\ue000外", "‮ RTL שלום", "é", "\u0000", "\u0007", "\u001f", "\ud800", "\ufffe",
    "\n改行\n", "\r\n", " ", "　",
    "<b>&amp;</b>", "]]>", "_x0041_", "1E5", "0012", "2026-01-01", "TRUE", "http://a.example/", "mailto:a@b",
    "\"", ",", ";", "|", "\u2028", "\ufeff", "🏥", "長" * 400,
)  # fmt: skip


def hostile(rng: random.Random) -> str:
    return "".join(rng.choice(PIECES) for _ in range(rng.randint(1, 4)))


def hostile_town(registry: FictitiousRegistry, size: int, seed: int) -> None:
    """Every free text a list may hold is a hostile string; what the store itself cannot hold is left out of it."""
    rng = random.Random(seed)

    def text() -> str:
        return hostile(rng).replace("\ud800", "")  # SQLite holds UTF-8, which has no lone surrogate

    for number in range(size):
        person = registry.person(text(), f"か{number:05d}", devices=(DeviceKind.VENTILATOR,), disease=text())
        person = registry.change(
            person, address_registered=text(), address_actual="", phone_home=text(), phone_mobile=text(),
            postcode=text(), name_kana=text(), sort_key=f"{number:05d}",
        )  # fmt: skip
        with registry.store.change(Deed.PERSON_CHANGED, person.id) as shelves:
            shelves.contacts.add(Contact(registry.ids(), person.id, 1, text(), text(), text()))
            shelves.supporters.add(
                Supporter(registry.ids(), person.id, SupporterRole.VISITING_NURSE, text(), text(), text())
            )
            device = shelves.devices.all(person_id=person.id)[0]
            shelves.devices.replace(replace(device, supplier=text()))
            shelves.facts.add(
                Fact(registry.ids(), person.id, "floor", text(), EvidenceSource.SURVEY, date(2026, 9, 2),
                     registry.clock.now())
            )  # fmt: skip
        registry.consent(person, scope=(*STANDARD_SCOPE, ItemGroup.DISEASE, ItemGroup.HOME))
    registry.freeze()


@pytest.mark.parametrize("size", [25, pytest.param(800, marks=pytest.mark.soak)])
def test_hostile_values_come_back_as_they_are_and_no_cell_is_a_formula(
    registry: FictitiousRegistry, tmp_path: Path, size: int
) -> None:
    """25 people hold 14 hostile texts each, in 24 columns; 800 hold 11,200."""
    hostile_town(registry, size, size)
    request = registry.request(items=[item.key for item in ITEMS])
    disclosures = service(registry)
    with pytest.raises(Refusal) as refused:
        disclosures.disclose(request, tmp_path / "out")
    assert refused.value.code == "disclosures.unwritable", "what XML cannot hold is named, not replaced unasked"
    made = disclosures.disclose(request, tmp_path / "out", replace_unwritable=True)
    plain = sealed_sheets.unseal(made.file.read_bytes(), made.password)
    with zipfile.ZipFile(io.BytesIO(plain)) as package:
        sheets = [name for name in package.namelist() if name.startswith("xl/worksheets/")]
        assert not [name for name in sheets if b"<f>" in package.read(name) or b"<f " in package.read(name)]
        assert not [name for name in package.namelist() if "externalLink" in name or "hyperlink" in name.lower()]
    book = openpyxl.load_workbook(io.BytesIO(plain))
    assert not [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert not [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.hyperlink]
    _, rows = table(book["名簿"])
    with registry.store.read() as shelves:
        gone = [r for r in shelves.disclosure_persons.all(disclosure_id=made.id) if r.outside_key]
        known = known_of(shelves, [r.person_id for r in gone])
    by_key = {r.outside_key: r for r in gone}
    keys = [item.key for item in ITEMS]
    assert len(rows) == size
    unwritable = dict.fromkeys(map(ord, "\x00\x07\x1f\ufffe"), "□")
    for row in rows:
        record = by_key[row[0]]
        wanted = items.cells(known[record.person_id], keys, frozenset(record.groups), registry.clock.today())
        for key, cell, found in zip(keys, wanted, row[1:], strict=True):
            if isinstance(cell, str):
                expected = cell.replace("\r\n", "\n").replace("\r", "\n").translate(unwritable)
                assert (found or "") == expected, key


def flips(data: bytes, count: int) -> Iterator[bytes]:
    rng = random.Random(4)
    for place in rng.sample(range(len(data)), count):
        changed = bytearray(data)
        changed[place] ^= rng.randrange(1, 256)
        yield bytes(changed)


@pytest.mark.parametrize("count", [20, pytest.param(200, marks=pytest.mark.soak)])
def test_no_changed_byte_opens_as_another_list_and_the_record_names_every_one(
    registry: FictitiousRegistry, tmp_path: Path, count: int
) -> None:
    registry.consent(registry.person("架空 花子"))
    registry.freeze()
    made = service(registry).disclose(registry.request(), tmp_path)
    sealed = made.file.read_bytes()
    plain = sealed_sheets.unseal(sealed, made.password)
    opened = 0
    for changed in flips(sealed, count):
        assert hashlib.sha256(changed).hexdigest() != made.sha256
        try:
            found = sealed_sheets.unseal(changed, made.password)
        except Refusal:
            continue
        opened += 1
        assert found == plain, "a byte of the container's padding may change, the list may not"
    assert opened < count


# ---- disks ------------------------------------------------------------------------------------------------------


def nothing_was_made(registry: FictitiousRegistry, folder: Path) -> None:
    assert not folder.is_dir() or list(folder.iterdir()) == []
    with registry.store.read() as shelves:
        assert DisclosureState.DONE not in {d.state for d in shelves.disclosures.all()}
    assert registry.store.verify().first_break is None


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="mounting takes root on Linux")
def test_a_full_a_read_only_and_a_vanished_disk_are_refused_with_nothing_half_done(
    registry: FictitiousRegistry, tmp_path: Path
) -> None:
    registry.consent(registry.person("架空 花子"))
    registry.freeze()
    request = registry.request()
    usb = tmp_path / "usb"
    usb.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4k", "tmpfs", str(usb)], check=False)
    if mounted.returncode:
        pytest.skip("this machine does not allow mounting")
    try:
        for options in ("remount,size=4k", "remount,ro"):
            subprocess.run(["mount", "-o", options, str(usb)], check=True)
            with pytest.raises(Refusal) as refused:
                service(registry).disclose(request, usb)
            assert refused.value.code in ("sealed_sheets.disk_full", "sealed_sheets.not_writable")
            nothing_was_made(registry, usb)
    finally:
        subprocess.run(["umount", "-l", str(usb)], check=False)

    class Pulled:
        """The medium goes when the second file is about to be written."""

        def __init__(self) -> None:
            self.calls = 0

        def seal(self, *arguments: object, **more: object) -> bytes:
            return sealed_sheets.seal(*arguments, **more)  # type: ignore[arg-type]

        def write_file(self, folder: Path, name: str, data: bytes) -> object:
            self.calls += 1
            if self.calls == 2:
                shutil.rmtree(folder)
            return sealed_sheets.write_file(folder, name, data)

    class Printer:
        def print_pdf(self, html: str, **more: object) -> bytes:
            return b"%PDF"

    with pytest.raises(Refusal) as refused:
        service(registry, Pulled(), Printer).disclose(request, tmp_path / "stick")
    assert refused.value.code == "sealed_sheets.folder_gone"
    nothing_was_made(registry, tmp_path / "stick")
    assert service(registry).disclose(request, tmp_path / "good").disclosed == 1


# ---- a process that dies ----------------------------------------------------------------------------------------

_SCRIPT = """
import json, os, random, signal, sys
from pathlib import Path
from hoken_desktop.adapters import sealed_archives, sealed_sheets, whole_files
from hoken_desktop.domain.characters import CsvEncoding
from hoken_desktop.services.disclosures import Disclosures, Handing
from hoken_desktop.store.unit import RegistryStore
from tests.registry_builder import MovableClock, Municipalities
order = json.loads(sys.argv[1])
clock = MovableClock()
store = RegistryStore(Path(order["registry"]), bytes.fromhex(order["key"]), clock, "staff1")
step = 0
def point(*_):
    global step
    step += 1
    if step == order["die_at"]:
        os.kill(os.getpid(), signal.SIGKILL)
real = os.fsync, os.open, os.replace, Path.replace
def fsync(handle):
    point(); real[0](handle); point()
os.fsync = fsync
def replacing(self, target):
    point(); found = real[3](self, target); point(); return found
Path.replace = replacing
change = store.change
def changing(deed, *arguments, **more):
    point()
    return change(deed, *arguments, **more)
store.change = changing
class Printer:
    def print_pdf(self, html, **more): return b"%PDF-1.7 " + b"x" * 3000
names = Municipalities()
ids = lambda: os.urandom(8).hex()
service = Disclosures(
    store, clock, ids, sealed_sheets, names, random.Random(3).randrange, Printer, sealed_archives
)
made = service.disclose(
    order["request"], Path(order["out"]), handing=Handing(csv=CsvEncoding.UTF8))
print(json.dumps({"password": made.password, "steps": step}))
"""


def disclosing(registry: FictitiousRegistry, request: str, out: Path, die_at: int) -> subprocess.CompletedProcess[str]:
    order = {
        "registry": str(registry.store.path), "key": registry.key.hex(), "request": request, "out": str(out),
        "die_at": die_at,
    }  # fmt: skip
    return subprocess.run(
        [sys.executable, "-B", "-c", _SCRIPT, json.dumps(order)], capture_output=True, text=True, check=False,
        env=os.environ | {"PYTHONPATH": str(ROOT)}, timeout=120,
    )  # fmt: skip


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is of POSIX")
@pytest.mark.parametrize(
    ("first", "every"), [(1, 11), *(pytest.param(n, 6, marks=pytest.mark.soak) for n in range(1, 7))]
)
def test_killed_at_any_point_record_and_files_both_stand_or_neither_does(
    registry: FictitiousRegistry, tmp_path: Path, first: int, every: int
) -> None:
    registry.consent(registry.person("架空 花子"))
    registry.freeze()
    request = registry.request()
    registry.store.close()
    whole = disclosing(registry, request, tmp_path / "whole", 0)
    assert whole.returncode == 0, whole.stderr
    steps = json.loads(whole.stdout)["steps"]
    assert steps > 20
    for die_at in range(first, steps + 1, every):
        out = tmp_path / f"out{die_at}"
        died = disclosing(registry, request, out, die_at)
        assert died.returncode == -signal.SIGKILL, died.stderr
        assert died.stdout == "", "the password was said to nobody"
        registry.store = registry.open()
        disclosures = service(registry)
        settled = disclosures.settle_unfinished()
        record = next((d for d in disclosures.all() if d.folder == str(out)), None)
        left = sorted(file.name for file in out.iterdir()) if out.is_dir() else []
        if record is not None and record.state is DisclosureState.DONE:
            for name, digest in ((record.file_name, record.sha256), (record.csv_name, record.csv_sha256)):
                assert hashlib.sha256((out / name).read_bytes()).hexdigest() == digest
            assert len(left) == 4
        else:
            assert left == []
            assert record is None or record.state is DisclosureState.ABANDONED
        assert bool(settled) == (record is not None and record.state is DisclosureState.ABANDONED)
        assert registry.store.verify().first_break is None
        registry.store.close()
    registry.store = registry.open()
