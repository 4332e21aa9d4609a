"""A whole disclosure under strace: no name and no password is written to any file or socket, and none in a temp folder.

The registry's own writes are cipher, the workbook and the archive are sealed in memory, the papers name nobody.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.registry_builder import FictitiousRegistry

_NAME = "鶸茶 囀"
_SCRIPT = """
import json, random, sys
from pathlib import Path
from PySide6.QtGui import QGuiApplication
application = QGuiApplication([])
from hoken_desktop.adapters import sealed_archives, sealed_sheets
from hoken_desktop.domain.characters import CsvEncoding
from hoken_desktop.services.disclosures import Disclosures, Handing
from hoken_desktop.store.unit import RegistryStore
from hoken_desktop.ui.printing import QtPrinter
from tests.registry_builder import CountedIds, MovableClock, Municipalities
order = json.loads(sys.argv[1])
store = RegistryStore(Path(order["registry"]), bytes.fromhex(order["key"]), MovableClock(), "staff1")
made = Disclosures(
    store, MovableClock(), CountedIds(given=10_000), sealed_sheets, Municipalities(), random.Random(3).randrange,
    QtPrinter, sealed_archives,
).disclose(order["request"], Path(order["out"]), handing=Handing(csv=CsvEncoding.UTF8, media_number="M-1"))
store.close()
# Said in a form that is not the password itself: the trace is searched for that.
print(json.dumps({"reversed": made.password[::-1]}))
"""


def traced(data: bytes) -> str:
    return "".join(f"\\x{byte:02x}" for byte in data)


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_no_name_and_no_password_reaches_a_file_or_a_temp_folder_on_the_way(tmp_path: Path) -> None:
    registry = FictitiousRegistry(tmp_path / "data")
    registry.consent(registry.person(_NAME, "ひわちゃ さえずる"))
    registry.freeze()
    request = registry.request()
    registry.store.close()
    temporary, trace = tmp_path / "tmp", tmp_path / "trace"
    temporary.mkdir()
    order = {
        "registry": str(registry.store.path), "key": registry.key.hex(), "request": request,
        "out": str(tmp_path / "out"),
    }  # fmt: skip
    calls = "trace=open,openat,creat,write,pwrite64,writev,pwritev,sendto,sendmsg,rename,renameat,renameat2"
    command = ["strace", "-f", "-qq", "-s", "400000", "-xx", "-e", calls, "-o", str(trace), sys.executable, "-B", "-c"]
    done = subprocess.run(
        [*command, _SCRIPT, json.dumps(order)], capture_output=True, text=True, check=False, timeout=240,
        env=os.environ | {
            "TMPDIR": str(temporary), "TEMP": str(temporary), "TMP": str(temporary), "QT_QPA_PLATFORM": "offscreen",
            "PYTHONPATH": str(Path(__file__).parents[2]),
        },
    )  # fmt: skip
    if "PTRACE" in done.stderr:
        pytest.skip("this machine does not allow tracing")
    assert done.returncode == 0, done.stderr
    password = json.loads(done.stdout.splitlines()[-1])["reversed"][::-1]
    seen = trace.read_text("ascii", "replace")
    for text in (_NAME, _NAME.replace(" ", ""), "鶸茶", "ひわちゃ", password, password.replace("-", "")):
        for encoding in ("utf-8", "utf-16-le"):
            assert traced(text.encode(encoding)) not in seen, encoding
    made = [line for line in seen.splitlines() if re.search(r"O_CREAT|creat\(", line)]
    assert not [line for line in made if traced(str(temporary).encode()) in line]
    assert [line for line in made if traced(b".xlsx.part") in line], "the trace saw the files that were made"
    assert traced(b"PK\x03\x04\x14\x00\x00\x00\x08\x00") not in seen, "the head of a package that is not encrypted"
    left = [file for file in temporary.rglob("*") if file.is_file() and file.stat().st_size]
    assert left == []
