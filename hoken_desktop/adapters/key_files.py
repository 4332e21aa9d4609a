"""The key file on the disk: two copies, each whole or absent, checksummed and authenticated.

DATA/registry.keys.json and DATA/registry.keys.bak.json hold the same text. The checksum (SHA-256) tells
damage before anything is unlocked; the MAC (HMAC-SHA256 under a key of the data key) tells forgery after.
No name of any person stands in it, only ids.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from hoken_desktop.adapters.whole_files import settle, sweep, write_whole
from hoken_desktop.domain.errors import NotUnlocked, Refusal
from hoken_desktop.domain.keys import (
    KEY_FILE_VERSION,
    NO_DEVICE,
    STRETCH_CEILING,
    STRETCH_FLOOR,
    KeyFile,
    Mark,
    Slot,
    SlotKind,
    Stretch,
)
from hoken_desktop.services.ports import KeyCopies, KeyCopy

_FORMAT = "hoken-desktop keys"
_LARGEST = 1 << 20


class _Damaged(Exception):
    """These bytes are not a key file as it was written."""


def _text(document: dict[str, Any]) -> bytes:
    return json.dumps(document, sort_keys=True, separators=(",", ":")).encode("ascii")


def _coded(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _slot_document(slot: Slot) -> dict[str, Any]:
    stretch = slot.stretch
    return {
        "id": slot.id,
        "kind": slot.kind.value,
        "staff_id": slot.staff_id,
        "salt": _coded(slot.salt),
        "stretch": stretch and {"memory_kib": stretch.memory_kib, "passes": stretch.passes, "lanes": stretch.lanes},
        "device_secret": slot.device,
        "nonce": _coded(slot.nonce),
        "sealed": _coded(slot.sealed),
        "created_at": slot.created_at.isoformat(),
    }


def _slot(document: dict[str, Any]) -> Slot:
    stretch = document["stretch"]
    return Slot(
        id=str(document["id"]),
        kind=SlotKind(document["kind"]),
        staff_id=str(document["staff_id"]),
        salt=base64.b64decode(document["salt"], validate=True),
        stretch=stretch and Stretch(int(stretch["memory_kib"]), int(stretch["passes"]), int(stretch["lanes"])),
        device=str(document["device_secret"]),
        nonce=base64.b64decode(document["nonce"], validate=True),
        sealed=base64.b64decode(document["sealed"], validate=True),
        created_at=datetime.fromisoformat(document["created_at"]),
    )


def encode(file: KeyFile, mac_key: bytes | bytearray) -> bytes:
    """The text of a key file, ready for the disk or a backup."""
    document: dict[str, Any] = {
        "format": _FORMAT,
        "version": file.version,
        "registry_id": file.registry_id,
        "revision": file.revision,
        "mark": {"seq": file.mark.seq, "head": file.mark.head},
        "slots": [_slot_document(slot) for slot in file.slots],
    }
    document["mac"] = hmac.digest(bytes(mac_key), _text(document), "sha256").hex()
    document["checksum"] = hashlib.sha256(_text(document)).hexdigest()
    return _text(document) + b"\n"


def decode(data: bytes, name: str) -> KeyCopy:
    """Read the text of a key file; `name` is the file's base name for the refusal.

    Refuses (NotUnlocked) damage, a newer format, and stretching below the floor of 64 MiB, 3 passes, 4 lanes.
    """
    try:
        return _decode(data, name)
    except _Damaged:
        raise NotUnlocked("vault.key_file_damaged", file=name) from None


def _decode(data: bytes, name: str) -> KeyCopy:
    if len(data) > _LARGEST:
        raise _Damaged
    try:
        document = json.loads(data)
        checksum = document.pop("checksum")
        sound = document["format"] == _FORMAT and checksum == hashlib.sha256(_text(document)).hexdigest()
        version = int(document["version"])
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise _Damaged from None
    if not sound:
        raise _Damaged
    if version > KEY_FILE_VERSION:
        raise NotUnlocked("vault.key_file_newer", file=name, version=version, known=KEY_FILE_VERSION)
    try:
        mac = bytes.fromhex(document.pop("mac"))
        file = KeyFile(
            version=version,
            registry_id=str(document["registry_id"]),
            revision=int(document["revision"]),
            slots=tuple(_slot(slot) for slot in document["slots"]),
            mark=Mark(int(document["mark"]["seq"]), str(document["mark"]["head"])),
        )
    except (ValueError, TypeError, KeyError, AttributeError, binascii.Error):
        raise _Damaged from None
    for slot in file.slots:
        _check_strength(slot, name)
    return KeyCopy(file=file, text=data, body=_text(document), mac=mac)


def _check_strength(slot: Slot, name: str) -> None:
    if slot.stretch is None:
        if slot.kind is SlotKind.STAFF or slot.device != NO_DEVICE:
            raise _Damaged
    elif slot.stretch.is_weaker_than(STRETCH_FLOOR):
        raise NotUnlocked("vault.key_file_weak", file=name)
    elif STRETCH_CEILING.is_weaker_than(slot.stretch) or len(slot.salt) < 16:
        raise _Damaged


class KeyFiles:
    """The two copies in the data folder."""

    def __init__(self, folder: Path, *, pause: Callable[[float], None] = time.sleep) -> None:
        self._first = folder / "registry.keys.json"
        self._second = folder / "registry.keys.bak.json"
        self._pause = pause

    def exist(self) -> bool:
        """Whether at least one copy lies there, sound or not."""
        return self._first.exists() or self._second.exists()

    def read(self) -> KeyCopies:
        """The sound copies, the newest first, equal ones once.

        Refuses (NotUnlocked) when none is sound, or when any is of a newer format or too weak:
        the older copy beside it would be a step back.
        """
        found: list[KeyCopy] = []
        whole = True
        for path in (self._first, self._second):
            try:
                copy = _decode(path.read_bytes(), path.name)
            except (FileNotFoundError, _Damaged):
                whole = False
                continue
            except OSError:
                raise NotUnlocked("vault.key_file_unreadable", file=path.name) from None
            found.append(copy)
        if not found:
            raise NotUnlocked("vault.key_file_damaged", file=self._first.name)
        found.sort(key=lambda copy: -copy.file.revision)
        distinct = tuple(copy for place, copy in enumerate(found) if place == 0 or copy.text != found[0].text)
        return KeyCopies(distinct, whole=whole and len(distinct) == 1)

    def decode(self, text: bytes, name: str) -> KeyCopy:
        """Read a copy that came with a backup; refuses as `read`."""
        return decode(text, name)

    def is_genuine(self, copy: KeyCopy, mac_key: bytearray) -> bool:
        """Whether the copy was written by someone who held the data key, and not changed since."""
        return hmac.compare_digest(copy.mac, hmac.digest(bytes(mac_key), copy.body, "sha256"))

    def write(self, file: KeyFile, mac_key: bytearray) -> bytes:
        """Write both copies, the first one durable before the second is touched; gives their text.

        Refuses when the disk does not take it; then at least one copy stands as it was.
        """
        text = encode(file, mac_key)
        for path in (self._first, self._second):
            sweep(path)
            try:
                write_whole(path, text, pause=self._pause)
            except OSError:
                raise Refusal("vault.key_file_unwritable", file=path.name) from None
        return text

    def set_aside(self, name: str) -> None:
        """Keep what lies there under another name (registry.keys.<name>.json): a key file is never thrown away."""
        for path, suffix in ((self._first, ""), (self._second, ".bak")):
            if path.exists():
                aside = path.with_name(f"registry.keys.{name}{suffix}.json")
                if aside.exists():
                    raise Refusal("vault.key_file_unwritable", file=aside.name)
                path.rename(aside)
        settle(self._first.parent)
