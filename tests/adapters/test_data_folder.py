"""Where a registry may lie, in every spelling of a place where it may not."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import pytest

from hoken_desktop.adapters import logs
from hoken_desktop.adapters.data_folder import check_place, open_folder
from hoken_desktop.adapters.key_files import KeyFiles
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.keys import KeyFile

DRIVES = {"C:\\": 3, "D:\\": 3, "E:\\": 2, "F:\\": 5, "Z:\\": 4}
SUBSTITUTED = {"X:\\台帳": "\\\\server\\share\\台帳", "W:\\台帳": "C:\\Users\\office\\OneDrive\\台帳"}


def check(place: str, **more: Any) -> None:
    given: dict[str, Any] = {
        "drive_type": lambda root: DRIVES.get(root, 3),
        "mounts": lambda: "",
        "environ": {},
        "resolve": lambda path: SUBSTITUTED.get(path, path),
    }
    check_place(place, **given | more)


@pytest.mark.parametrize(
    "place",
    [
        "C:\\Users\\office\\AppData\\Local\\hoken-desktop",
        "D:\\台帳",
        "\\\\?\\C:\\台帳",
        "c:/Users/office/hoken",
        "C:\\Users\\office\\Box",
        "C:\\onedriver\\x",
        "C:\\dropbox_old_notes\\x",
        "/home/office/.local/share/hoken-desktop",
        "台帳",
    ],
)
def test_a_folder_of_this_pc_will_do(place: str) -> None:
    check(place)


@pytest.mark.parametrize(
    "place",
    [
        "\\\\server\\share",
        "\\\\server\\share\\台帳",
        "//server/share/台帳",
        "\\/server/share",
        "/\\server\\share",
        "\\\\192.168.0.5\\share",
        "\\\\server@SSL\\DavWWWRoot\\share",
        "\\\\server@8080\\share",
        "\\\\?\\UNC\\server\\share",
        "\\\\?\\unc\\server\\share",
        "\\\\.\\UNC\\server\\share",
        "//?/UNC/server/share",
        "\\??\\UNC\\server\\share",
        "\\\\wsl$\\Debian\\home",
        "\\\\wsl.localhost\\Debian\\home",
        "\\\\tsclient\\C\\台帳",
        "\\\\[fe80--1.ipv6-literal.net]\\share",
        "Z:\\台帳",
        "z:/台帳",
        "\\\\?\\Z:\\台帳",
        "\\\\.\\z:\\台帳",
        "Z:",
        "file://server/share",
        "smb://server/share",
        "X:\\台帳",
    ],
)
def test_every_spelling_of_a_network_place_is_refused(place: str) -> None:
    with pytest.raises(Refusal) as refused:
        check(place)
    assert refused.value.code == "vault.folder_network"
    assert "server" not in str(refused.value.facts)


@pytest.mark.parametrize("place", ["E:\\台帳", "F:\\"])
def test_a_removable_medium_is_refused(place: str) -> None:
    with pytest.raises(Refusal) as refused:
        check(place)
    assert refused.value.code == "vault.folder_removable"


@pytest.mark.parametrize(
    ("place", "service"),
    [
        ("C:\\Users\\office\\OneDrive\\台帳", "OneDrive"),
        ("C:\\Users\\office\\OneDrive - 保健所\\Documents", "OneDrive"),
        ("C:/Users/office/onedrive/台帳", "OneDrive"),
        ("C:\\Users\\office\\Dropbox\\台帳", "Dropbox"),
        ("C:\\Users\\office\\Dropbox (保健所)\\台帳", "Dropbox"),
        ("G:\\マイドライブ\\台帳", "Google Drive"),
        ("G:\\My Drive\\台帳", "Google Drive"),
        ("C:\\Users\\office\\Google Drive\\台帳", "Google Drive"),
        ("C:\\Users\\office\\iCloudDrive\\台帳", "iCloud"),
        ("/Users/office/Library/Mobile Documents/com~apple~CloudDocs/台帳", "iCloud"),
        ("/Users/office/Library/CloudStorage/Other-x/台帳", "クラウド同期"),
        ("/home/office/Dropbox", "Dropbox"),
        ("W:\\台帳", "OneDrive"),
    ],
)
def test_a_synchronised_folder_is_refused_by_its_name(place: str, service: str) -> None:
    with pytest.raises(Refusal) as refused:
        check(place)
    assert (refused.value.code, refused.value.facts) == ("vault.folder_synced", {"service": service})


def test_a_renamed_onedrive_folder_is_known_by_what_windows_says() -> None:
    environ = {"OneDriveCommercial": "D:\\共有作業"}
    with pytest.raises(Refusal):
        check("d:\\共有作業\\台帳", environ=environ)
    check("D:\\共有作業ではない\\台帳", environ=environ)
    check("D:\\台帳", environ={"OneDrive": ""})


@pytest.mark.parametrize("kind", ["nfs4", "cifs", "smb3", "fuse.sshfs"])
def test_a_mounted_share_is_refused(kind: str) -> None:
    mounts = f"/dev/sda1 / ext4 rw 0 0\nserver:/x /mnt/office\\040share {kind} rw 0 0\n/dev/sdb1 /mnt ext4 rw 0 0\n"
    with pytest.raises(Refusal):
        check("/mnt/office share/台帳", mounts=lambda: mounts)
    check("/mnt/office sharepoint-notes", mounts=lambda: mounts)
    check("/mnt/台帳", mounts=lambda: mounts)


@pytest.mark.skipif(os.name != "posix", reason="symbolic links")
def test_a_link_into_a_synchronised_folder_is_followed(tmp_path: Path) -> None:
    (tmp_path / "Dropbox" / "inside").mkdir(parents=True)
    link = tmp_path / "plain"
    link.symlink_to(tmp_path / "Dropbox" / "inside")
    with pytest.raises(Refusal):
        open_folder(link)


@pytest.mark.skipif(os.name != "posix", reason="POSIX modes")
def test_the_folder_is_made_private(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "data"
    before = os.umask(0)
    try:
        assert open_folder(folder) == folder
    finally:
        os.umask(before)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert list(folder.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_a_refusal(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(Refusal) as refused:
        open_folder(tmp_path / "file" / "data")
    assert refused.value.code == "vault.folder_unusable"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can act as another user")
def test_another_user_of_the_pc_reads_nothing() -> None:
    parent = Path(tempfile.mkdtemp(prefix="hoken-other-user-"))
    try:
        parent.chmod(0o755)
        folder = open_folder(parent / "data")
        KeyFiles(folder).write(KeyFile(1, "r", 1, ()), bytearray(32))
        logs.start(folder / "logs")
        logs.stop()
        for place in (folder, folder / "registry.keys.json", folder / "logs" / "hoken-desktop.log"):
            done = subprocess.run(
                ["cat" if place.is_file() else "ls", str(place)], user=65534, capture_output=True, check=False
            )
            assert done.returncode != 0
            assert done.stdout == b""
    finally:
        shutil.rmtree(parent)
