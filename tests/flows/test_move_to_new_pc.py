"""The PC breaks: a backup on the server, the recovery key from the safe, a new PC, and the office works on."""

from __future__ import annotations

import contextlib
import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hoken_desktop import cli
from hoken_desktop import house as houses
from hoken_desktop.domain.keys import STRETCH_FLOOR
from tests.pc import PASSPHRASE, SECOND, Pc
from tests.registry_builder import MovableClock


class Line:
    """`hoken-desktop --data … COMMAND … --json` at one PC; a line that fails the test says what was said."""

    def __init__(self, pc: Pc, folder: Path) -> None:
        self.pc = pc
        self.folder = folder

    def secret(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_text(text + "\n", "utf-8")
        return path

    def __call__(self, *arguments: object, passphrase: str = "", code: int = 0) -> dict[str, Any]:
        words = ["--data", str(self.pc.data), *(str(a) for a in arguments), "--json"]
        if passphrase:
            words = ["--passphrase-file", str(self.secret("passphrase.txt", passphrase)), *words]
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            found = cli.run(words)
        assert found == code, (arguments, out.getvalue(), err.getvalue())
        answer: dict[str, Any] = json.loads(out.getvalue())
        return answer


@pytest.fixture
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every door asks for as little stretching as the program allows."""
    real = houses.Settings
    monkeypatch.setattr(houses, "Settings", lambda: replace(real(), stretch=STRETCH_FLOOR))


@pytest.mark.usefixtures("cheap")
def test_the_office_moves_to_a_new_pc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server = tmp_path / "server"
    server.mkdir()
    old = Pc(tmp_path / "old", MovableClock()).sit_down(monkeypatch)
    line = Line(old, tmp_path)
    made = line(
        "init",
        "--office",
        "見本保健所",
        "--municipalities",
        "112178",
        "--staff",
        "見本 花子・保健師",
        passphrase=PASSPHRASE,
    )
    key = line.secret("recovery.txt", made["recovery_key"])
    line("staff", "add", "--name", "見本 二郎", "--post", "主事", "--new-passphrase-file",
         line.secret("second.txt", SECOND), passphrase=PASSPHRASE)  # fmt: skip
    assert line("backup", "folder", server, passphrase=PASSPHRASE)["folder"] == str(server)
    backup = next(server.iterdir())
    by_hand = line("backup", "make", tmp_path / "usb.backup", passphrase=SECOND)
    assert all(check["well"] for check in by_hand["checks"])
    assert len(by_hand["checks"]) == 8
    head = line("audit", "verify", passphrase=PASSPHRASE)

    new = Pc(tmp_path / "new", MovableClock()).sit_down(monkeypatch)
    line = Line(new, tmp_path)
    assert line("backup", "verify", backup, passphrase=PASSPHRASE, code=4)["refused"] == "vault.keyring_entry_missing"
    assert line("backup", "restore", backup, passphrase=PASSPHRASE, code=4)["refused"] == "vault.keyring_entry_missing"
    checked = line("backup", "verify", backup, "--recovery-key-file", key)
    assert not (new.data / "registry.db").exists()
    restored = line("backup", "restore", backup, "--recovery-key-file", key)
    assert (restored["head"], restored["rows"]) == (checked["head"], checked["rows"])
    assert restored["set_beside"] == ""
    assert line("staff", "list", passphrase=PASSPHRASE, code=4)["refused"] == "vault.keyring_entry_missing"

    # The recovery key opens every door that is needed; which of the two is to be enrolled has to be said.
    listed = line("--recovery-key-file", key, "staff", "list")["staff"]
    assert [(m["name"], m["role"]) for m in listed] == [("見本 花子", "admin"), ("見本 二郎", "editor")]
    secret = line.secret("new.txt", PASSPHRASE)
    enrol = ("--recovery-key-file", key, "--new-passphrase-file", secret)
    assert line("staff", "enrol", *enrol, code=3)["refused"] == "staff.say_who"
    assert line("staff", "enrol", "--recovery-key-file", key, code=2)["refused"] == "usage"
    assert line("staff", "enrol", "見本 花子", *enrol)["device_warning"] == ""

    found = line("audit", "verify", passphrase=PASSPHRASE)
    assert found["first_break"] is None
    assert found["entries"] > checked["entries"]
    assert head["first_break"] is None
    done = [e["deed"] for e in line("audit", "list", passphrase=PASSPHRASE)["entries"]]
    assert {"backup_restored", "staff_enrolled", "staff_added"} <= set(done)
    # The folder the office named goes with the registry: the new PC's locks leave their backups there.
    assert len(list(server.iterdir())) > 1
    assert line("backup", "restore", backup, passphrase=PASSPHRASE, code=3)["refused"] == "backups.occupied"
    third = line.secret("third.txt", "umi no soko no shiroi kai")
    line("staff", "passphrase", "見本 二郎", "--new-passphrase-file", third, passphrase=PASSPHRASE)
    assert line("staff", "withdraw", "見本 花子", passphrase=PASSPHRASE, code=3)["refused"] == "staff.last_admin"
    line("staff", "withdraw", "見本 二郎", passphrase=PASSPHRASE)


@pytest.mark.usefixtures("cheap")
def test_a_backup_that_fails_at_lock_is_said_and_the_command_is_done_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pc = Pc(tmp_path / "data", MovableClock()).sit_down(monkeypatch)
    line = Line(pc, tmp_path)
    line(
        "init",
        "--office",
        "見本保健所",
        "--municipalities",
        "112178",
        "--staff",
        "見本 花子・保健師",
        passphrase=PASSPHRASE,
    )
    server = tmp_path / "server"
    server.mkdir()
    line("backup", "folder", server, passphrase=PASSPHRASE)
    for path in server.iterdir():
        path.unlink()
    server.rmdir()
    said = io.StringIO()
    with contextlib.redirect_stderr(said), contextlib.redirect_stdout(io.StringIO()):
        assert (
            cli.run(["--data", str(pc.data), "--passphrase-file", str(tmp_path / "passphrase.txt"), "staff", "list"])
            == 0
        )
    assert "バックアップのフォルダが見つかりません" in said.getvalue()
    health = line("doctor", passphrase=PASSPHRASE, code=3)
    assert [c["found"] for c in health["checks"] if not c["well"]] == ["backups.folder_missing"]
    assert line("backup", "folder", "--off", passphrase=PASSPHRASE)["folder"] == ""
    assert line("doctor", passphrase=PASSPHRASE)["well"]
