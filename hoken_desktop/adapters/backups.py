"""A backup as one file: a short head anyone may read, the keys as they were, and the encrypted copy.

    "HOKENBACKUP\\n"  12 bytes
    length of the head  4 bytes, big endian
    SHA-256 of the head  32 bytes
    head  JSON: format, version, registry_id, made_at, program, size and sha256 of the copy, the key file's text,
          nonce and sealed part
    copy  the registry under a key of its own (SQLCipher), to the end of the file

The sealed part (AES-256-GCM under a key of the registry's data key, the rest of the head bound in) holds the copy's key
and what stands in the copy. So the registry's own slots open a backup, and each backup has a key of its own: two copies
never share a key, and no page of one can be laid into another.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import errno
import hashlib
import json
import os
import secrets
import shutil
import struct
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from hoken_desktop import __version__, paths
from hoken_desktop.adapters import whole_files
from hoken_desktop.domain.backups import Contents, made_at_of
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.services.backups import Envelope

if TYPE_CHECKING:
    from hoken_desktop.services import backups

_MAGIC = b"HOKENBACKUP\n"
_FORMAT, _VERSION = "hoken-desktop backup", 1
_HEAD_LARGEST = 4 << 20
_PIECE = 1 << 20
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_WORK = ".backup-work-"


def _text(document: dict[str, Any]) -> bytes:
    return json.dumps(document, sort_keys=True, separators=(",", ":")).encode("ascii")


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    while piece := file.read(_PIECE):
        yield piece


def _digest(path: Path) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        for piece in _pieces(file):
            digest.update(piece)
            size += len(piece)
    return size, digest.hexdigest()


def _cannot_write(error: OSError, path: Path) -> Refusal:
    if error.errno in _FULL:
        return Refusal("backups.no_space")
    return Refusal("backups.cannot_write", file=path.name)


class BackupFiles:
    """Backups on the disk. `random` gives random bytes."""

    def __init__(self, random: Callable[[int], bytes] = secrets.token_bytes) -> None:
        self._random = random

    # --- the sealed part ---------------------------------------------------------------------------------------

    def new_key(self) -> bytearray:
        """The key of one copy."""
        return bytearray(self._random(32))

    @staticmethod
    def _wrapping(data_key: bytearray) -> AESGCM:
        return AESGCM(HKDF(algorithm=SHA256(), length=32, salt=None, info=b"backup/v1").derive(bytes(data_key)))

    def unseal(self, envelope: Envelope, data_key: bytearray) -> tuple[bytearray, Contents]:
        """(the copy's key, what stands in the copy); refuses a head that was not sealed under this data key."""
        bound = _text(self._clear(envelope))
        try:
            plain = self._wrapping(data_key).decrypt(envelope.sealed[:12], envelope.sealed[12:], bound)
            document = json.loads(plain)
            return bytearray(bytes.fromhex(document["key"])), Contents(**document["contents"])
        except (InvalidTag, ValueError, KeyError, TypeError):
            raise Refusal("backups.altered", file=envelope.name) from None

    @staticmethod
    def _clear(envelope: Envelope) -> dict[str, Any]:
        return {
            "format": _FORMAT,
            "version": _VERSION,
            "registry_id": envelope.registry_id,
            "made_at": envelope.made_at.isoformat(),
            "program": envelope.program,
            "size": envelope.size,
            "sha256": envelope.sha256,
            "keys": envelope.keys.decode("ascii"),
        }

    # --- writing -----------------------------------------------------------------------------------------------

    def write(
        self,
        path: Path,
        copy: Path,
        *,
        registry_id: str,
        made_at: datetime,
        keys: bytes,
        key: bytearray,
        contents: Contents,
        data_key: bytearray,
    ) -> Envelope:
        """Write `copy` and its head to `path`, whole or not at all; read back from there before it is called done.

        Refuses a full disk, a place that cannot be written and one that does not give back what was written.
        """
        size, sha256 = _digest(copy)
        draft = Envelope(path.name, registry_id, made_at, __version__, size, sha256, keys, b"")
        nonce = self._random(12)
        secret = _text({"key": key.hex(), "contents": asdict(contents)})
        sealed = nonce + self._wrapping(data_key).encrypt(nonce, secret, _text(self._clear(draft)))
        head = _text(self._clear(draft) | {"sealed": base64.b64encode(sealed).decode("ascii")})

        def all_of_it() -> Iterator[bytes]:
            yield _MAGIC + struct.pack(">I", len(head)) + hashlib.sha256(head).digest() + head
            with copy.open("rb") as file:
                yield from _pieces(file)

        def read_back(written: Path) -> None:
            try:
                envelope = self.read(written)
                same = self.unseal(envelope, data_key) == (key, contents)
                self.extract(written, envelope, None)
            except Refusal:
                same = False
            if not same:
                raise Refusal("backups.not_as_written", file=path.name)

        try:
            if shutil.disk_usage(path.parent).free < size + len(head) + _PIECE:
                raise Refusal("backups.no_space")
            whole_files.write_pieces(path, all_of_it(), check=read_back)
        except OSError as error:
            raise _cannot_write(error, path) from None
        return self.read(path)

    # --- reading -----------------------------------------------------------------------------------------------

    def read(self, path: Path) -> Envelope:
        """The head of a backup. Refuses a file that is none, a damaged or cut one, and one of a newer program."""
        try:
            with path.open("rb") as file:
                head, size = self._head(file, path)
        except FileNotFoundError:
            raise Refusal("backups.not_found", file=path.name) from None
        except OSError:
            raise Refusal("backups.cannot_read", file=path.name) from None
        try:
            document = json.loads(head)
            if int(document["version"]) > _VERSION:
                raise Refusal("backups.newer", file=path.name)
            envelope = Envelope(
                name=path.name,
                registry_id=str(document["registry_id"]),
                made_at=datetime.fromisoformat(document["made_at"]),
                program=str(document["program"]),
                size=int(document["size"]),
                sha256=str(document["sha256"]),
                keys=str(document["keys"]).encode("ascii"),
                sealed=base64.b64decode(document["sealed"], validate=True),
            )
        except (ValueError, KeyError, TypeError, binascii.Error):
            raise Refusal("backups.damaged", file=path.name) from None
        if envelope.size != size:
            raise Refusal("backups.cut", file=path.name, size=size, expected=envelope.size)
        return envelope

    @staticmethod
    def _head(file: IO[bytes], path: Path) -> tuple[bytes, int]:
        if file.read(len(_MAGIC)) != _MAGIC:
            raise Refusal("backups.not_a_backup", file=path.name)
        lengths = file.read(36)
        if len(lengths) != 36:
            raise Refusal("backups.damaged", file=path.name)
        (length,) = struct.unpack(">I", lengths[:4])
        head = file.read(length) if length <= _HEAD_LARGEST else b""
        if len(head) != length or hashlib.sha256(head).digest() != lengths[4:]:
            raise Refusal("backups.damaged", file=path.name)
        start = file.tell()
        return head, file.seek(0, os.SEEK_END) - start

    def extract(self, path: Path, envelope: Envelope, to: Path | None) -> None:
        """Take the encrypted copy out to `to` (None: only read it), refusing one whose bytes have changed."""
        digest = hashlib.sha256()
        with contextlib.ExitStack() as stack:
            try:
                source = stack.enter_context(path.open("rb"))
                self._head(source, path)
                source.seek(-envelope.size, os.SEEK_END)
            except OSError:
                raise Refusal("backups.cannot_read", file=path.name) from None
            target = None
            try:
                if to is not None:
                    handle = os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
                    target = stack.enter_context(os.fdopen(handle, "wb"))
                for piece in self._readable(source, path):
                    digest.update(piece)
                    if target is not None:
                        target.write(piece)
                if target is not None:
                    target.flush()
            except OSError as error:
                raise _cannot_write(error, to or path) from None
        if digest.hexdigest() != envelope.sha256:
            raise Refusal("backups.damaged", file=path.name)

    @staticmethod
    def _readable(source: IO[bytes], path: Path) -> Iterator[bytes]:
        try:
            yield from _pieces(source)
        except OSError:
            raise Refusal("backups.cannot_read", file=path.name) from None

    # --- the folders -------------------------------------------------------------------------------------------

    @staticmethod
    def sweep(folder: Path) -> None:
        """Take away the work folders an interrupted run left in `folder`."""
        for left in folder.glob(_WORK + "*"):
            shutil.rmtree(left, ignore_errors=True)

    @contextmanager
    def work(self, folder: Path | None = None) -> Iterator[Path]:
        """A private folder for encrypted copies, inside `folder` or where this PC keeps temporary files; gone after.

        What an interrupted run left in `folder` is removed first: the caller is the only one at work there.
        """
        try:
            if folder is not None:
                self.sweep(folder)
            made = Path(tempfile.mkdtemp(prefix=_WORK, dir=folder))
        except OSError as error:
            raise _cannot_write(error, folder or Path(tempfile.gettempdir())) from None
        try:
            yield made
        finally:
            shutil.rmtree(made, ignore_errors=True)

    def check_folder(self, folder: Path) -> None:
        """Refuse a folder that is not there or cannot be written."""
        if not folder.is_dir():
            raise Refusal("backups.folder_missing")
        try:
            with tempfile.TemporaryFile(dir=folder):
                pass
        except OSError:
            raise Refusal("backups.folder_unwritable") from None

    def made_in(self, folder: Path, registry_id: str) -> dict[datetime, Path]:
        """The backups of one registry in the office's folder, by their moment; other files are not looked at."""
        try:
            found = {made_at_of(path.name, registry_id): path for path in folder.iterdir()}
        except OSError:
            raise Refusal("backups.folder_missing") from None
        return {at: path for at, path in found.items() if at is not None}

    def size_of(self, path: Path) -> int:
        """Bytes of a file; 0 where it has just gone."""
        try:
            return path.stat().st_size
        except OSError:
            return 0

    def remove(self, path: Path) -> None:
        """Take an older generation away; one that does not go (read only, in use) stays until the next time."""
        with contextlib.suppress(OSError):
            path.unlink()

    # --- putting a registry in place ---------------------------------------------------------------------------

    def set_beside(self, registry: Path, name: str) -> str:
        """A copy of everything that makes the registry, as it lies there, in backups/<name>…; gives that folder.

        The registry itself stays. "" where there was nothing.
        """
        here = [
            *(registry.with_name(registry.name + tail) for tail in ("", "-wal")),
            *sorted(registry.parent.glob("registry.keys*.json")),
        ]
        here = [path for path in here if path.exists()]
        if not here:
            return ""
        try:
            folder = Path(tempfile.mkdtemp(prefix=name, dir=paths.make_private(registry.parent / "backups")))
            for path in here:
                with path.open("rb") as file:
                    whole_files.write_pieces(folder / path.name, _pieces(file))
            whole_files.settle(registry.parent / "backups")
        except OSError as error:
            raise _cannot_write(error, registry.parent / "backups") from None
        return f"backups/{folder.name}"

    def make_durable(self, path: Path) -> None:
        """Everything of `path` is on the disk."""
        with path.open("rb+") as file:
            os.fsync(file.fileno())

    def drop_log(self, registry: Path) -> None:
        """Take the registry's write-ahead log away: laid beside another file it would be played into it."""
        for tail in ("-wal", "-shm"):
            registry.with_name(registry.name + tail).unlink(missing_ok=True)

    def put_in_place(self, path: Path, registry: Path) -> None:
        """Put `path` in the registry's place in one step."""
        try:
            whole_files.replace(path, registry)
            whole_files.settle(registry.parent)
        except OSError as error:
            raise _cannot_write(error, registry) from None


def _are_files(files: BackupFiles) -> backups.BackupFiles:
    """Tells the type checker that the port is fulfilled."""
    return files
