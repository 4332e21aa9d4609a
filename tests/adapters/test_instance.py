"""Two real processes on one data folder."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from hoken_desktop import words
from hoken_desktop.adapters.clock import Clock
from hoken_desktop.adapters.instance import Instance
from hoken_desktop.domain.errors import Refusal

HOLDER = """
import sys
from pathlib import Path
from hoken_desktop.adapters.clock import Clock
from hoken_desktop.adapters.instance import Instance
with Instance(Path(sys.argv[1]), Clock()):
    print("held", flush=True)
    sys.stdin.read()
"""


def holder(folder: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def let_go(process: subprocess.Popen[str]) -> None:
    process.communicate("")
    assert process.returncode == 0


def test_the_second_program_is_refused_and_told_who_holds_the_folder(tmp_path: Path) -> None:
    process = holder(tmp_path)
    try:
        with pytest.raises(Refusal) as refused:
            Instance(tmp_path, Clock()).take()
    finally:
        let_go(process)
    assert refused.value.code == "vault.second_instance"
    assert (refused.value.facts["pid"], refused.value.facts["host"]) == (process.pid, socket.gethostname())
    said = words.say("vault.second_instance", **refused.value.facts)
    assert str(process.pid) in said
    with Instance(tmp_path, Clock()):
        assert json.loads((tmp_path / "registry.holder.json").read_text("utf-8"))["pid"] == os.getpid()


@pytest.mark.skipif(os.name != "posix", reason="needs SIGKILL")
def test_a_program_that_was_killed_leaves_no_lock_behind(tmp_path: Path) -> None:
    process = holder(tmp_path)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert (tmp_path / "registry.holder.json").exists()
    with Instance(tmp_path, Clock()):
        assert json.loads((tmp_path / "registry.holder.json").read_text("utf-8"))["pid"] == os.getpid()
    assert not (tmp_path / "registry.holder.json").exists()


def test_the_folder_can_be_held_again_after_it_was_let_go(tmp_path: Path) -> None:
    instance = Instance(tmp_path, Clock())
    for _ in range(3):
        instance.take()
        instance.release()
    instance.release()
    let_go(holder(tmp_path))


def test_a_second_hold_inside_one_program_is_refused_too(tmp_path: Path) -> None:
    with Instance(tmp_path, Clock()), pytest.raises(Refusal) as refused:
        Instance(tmp_path, Clock()).take()
    assert refused.value.facts["pid"] == os.getpid()


@pytest.mark.parametrize("note", ["", "{", "[]", '{"pid": "x", "host": 1, "since": 2}', "null"])
def test_an_unreadable_note_does_not_hide_the_lock(tmp_path: Path, note: str) -> None:
    process = holder(tmp_path)
    (tmp_path / "registry.holder.json").write_text(note, "utf-8")
    try:
        with pytest.raises(Refusal) as refused:
            Instance(tmp_path, Clock()).take()
    finally:
        let_go(process)
    assert refused.value.code == "vault.second_instance"
    assert words.say("vault.second_instance", **refused.value.facts)


def test_a_folder_that_cannot_hold_a_lock_is_a_refusal(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(Refusal) as refused:
        Instance(tmp_path / "file", Clock()).take()
    assert refused.value.code == "vault.folder_unusable"
