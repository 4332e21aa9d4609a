"""Where a registry may lie: a fixed disk of this PC, in a folder of this user alone, not copied anywhere by itself.

SQLite's locks and its write-ahead log do not hold on a network share (sqlite.org/useovernet.html), and a folder
that synchronises would carry half-written files, and the register, out of the building.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from hoken_desktop import paths
from hoken_desktop.domain.errors import Refusal

_DRIVE_REMOVABLE, _DRIVE_REMOTE, _DRIVE_CDROM = 2, 4, 5
_NETWORK_FILE_SYSTEMS = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "ncpfs", "ceph", "davfs", "fuse.sshfs", "fuse.davfs2"}
    | {"fuse.rclone", "fuse.glusterfs", "fuse.gvfsd-fuse", "fuse.s3fs"}
)
_SYNCED = tuple(
    (re.compile(pattern, re.IGNORECASE), service)
    for pattern, service in (
        (r"onedrive( ?- ?.*)?", "OneDrive"),
        (r"sharepoint( - .*)?", "SharePoint"),
        (r"dropbox( \(.*\)|-.*)?", "Dropbox"),
        (r"google ?drive( .*)?|googledrive-.*|my drive|マイ ?ドライブ|共有ドライブ", "Google Drive"),
        (r"icloud ?drive|icloud~.*|com~apple~clouddocs|mobile documents", "iCloud"),
        (r"box sync|box-box|nextcloud|owncloud|pclouddrive|cloudstorage", "クラウド同期"),
    )
)
"""Folder names the well-known services use; a folder merely called "Box" may be anybody's."""
_SYNC_ROOTS = {
    "OneDrive": "OneDrive",
    "OneDriveCommercial": "OneDrive",
    "OneDriveConsumer": "OneDrive",
}
"""Environment variables in which OneDrive says where its folders are, whatever they are called."""


def _windows_drive_type(root: str) -> int:
    """GetDriveTypeW of "C:\\" (2 removable, 3 fixed, 4 remote, 5 CD); 0 where there is no Windows."""
    if sys.platform != "win32":
        return 0
    import ctypes

    return int(ctypes.windll.kernel32.GetDriveTypeW(root))


def _mounts() -> str:
    try:
        return Path("/proc/self/mounts").read_text("utf-8", "surrogateescape")
    except OSError:
        return ""


def _plain(place: str) -> str:
    """The path with backslashes and without Windows' long-path prefixes; a share always begins with two."""
    text = place.replace("/", "\\")
    for prefix in ("\\\\?\\UNC\\", "\\\\.\\UNC\\", "\\??\\UNC\\"):
        if text.upper().startswith(prefix):
            return "\\\\" + text[len(prefix) :]
    for prefix in ("\\\\?\\", "\\\\.\\", "\\??\\"):
        if text.startswith(prefix) and re.match(r"[A-Za-z]:", text[len(prefix) :]):
            return text[len(prefix) :]
    return text


def _unescaped(field: str) -> str:
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), field)


def _file_system(folder: str, mounts: str) -> str:
    """The type of the file system `folder` is on, by the longest mount point above it."""
    best, kind = "", ""
    for line in mounts.splitlines():
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        point = _unescaped(fields[1])
        inside = folder == point or folder.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= len(best):
            best, kind = point, fields[2]
    return kind


def check_place(
    folder: str | os.PathLike[str],
    *,
    drive_type: Callable[[str], int] = _windows_drive_type,
    mounts: Callable[[], str] = _mounts,
    environ: Mapping[str, str] = os.environ,
    resolve: Callable[[str], str] = os.path.realpath,
) -> None:
    """Refuse a folder on a share, a mapped drive, a removable medium or in a synchronised folder.

    Both the path as given and as resolved are looked at, so that a link, a junction or a substituted
    drive does not lead around.
    """
    given = os.fspath(folder)
    for place in dict.fromkeys((given, resolve(given))):
        _check_path(_plain(place), drive_type)
        _check_synced(_plain(place), environ)
    kind = _file_system(resolve(given), mounts())
    if kind in _NETWORK_FILE_SYSTEMS:
        raise Refusal("vault.folder_network", place=kind)


def _check_path(place: str, drive_type: Callable[[str], int]) -> None:
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]+:\\", place) or place.startswith("\\\\"):
        raise Refusal("vault.folder_network", place="\\\\…")
    drive = re.match(r"[A-Za-z]:", place)
    if drive is None:
        return
    kind = drive_type(f"{drive[0].upper()}\\")
    if kind == _DRIVE_REMOTE:
        raise Refusal("vault.folder_network", place=drive[0].upper())
    if kind in (_DRIVE_REMOVABLE, _DRIVE_CDROM):
        raise Refusal("vault.folder_removable", place=drive[0].upper())


def _check_synced(place: str, environ: Mapping[str, str]) -> None:
    for variable, service in _SYNC_ROOTS.items():
        root = _plain(environ.get(variable, "")).rstrip("\\").lower()
        if root and (place.lower() + "\\").startswith(root + "\\"):
            raise Refusal("vault.folder_synced", service=service)
    for part in place.split("\\"):
        for pattern, service in _SYNCED:
            if pattern.fullmatch(part):
                raise Refusal("vault.folder_synced", service=service)


def open_folder(folder: Path) -> Path:
    """Check the place, make the folder private to this user, and try that it can be written."""
    check_place(folder)
    try:
        paths.make_private(folder)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError:
        raise Refusal("vault.folder_unusable") from None
    return folder
