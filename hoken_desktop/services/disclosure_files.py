"""The files of one disclosure: their names, all of them written or none, and what an interrupted run left behind."""

from __future__ import annotations

import contextlib
import hashlib
import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from hoken_desktop.domain.disclosures import Disclosure
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.workbooks import Workbook
from hoken_desktop.services.disclosure_forms import paper_tails
from hoken_desktop.words import say

_NAME_LIMIT = 40


class Written(Protocol):
    """A file that is whole on the disk."""

    @property
    def sha256(self) -> str: ...


class SealedFiles(Protocol):
    """Workbooks under a password, and files that are there whole or not at all (adapters/sealed_sheets.py)."""

    def seal(self, workbook: Workbook, password: str, *, replace_unwritable: bool = False) -> bytes:
        """The workbook as an encrypted xlsx, opened again and compared; no plaintext touches a disk."""
        ...

    def write_file(self, folder: Path, name: str, data: bytes) -> Written:
        """Puts `data` into `folder`; refuses an existing name, a full or a vanished disk."""
        ...


class Archives(Protocol):
    """Archives under a password (adapters/sealed_archives.py)."""

    def seal(self, name: str, data: bytes, password: str) -> bytes:
        """One file in a zip under AES-256, opened again and compared, in memory."""
        ...


def csv_tail() -> str:
    """What the name of the archive for a system ends with."""
    return f"_{say('disclosures.csv_name')}.zip"


def free_name(folder: Path, place: str, as_of: str, number: str) -> str:
    """提供_鴻巣市_20260930_発番.xlsx: no personal data; a number behind it where a file of that name is there."""
    stem = say("disclosures.file_name", municipality=_plain_name(place), day=as_of, number=_plain_name(number))
    candidate, count = stem, 1
    tails = (".xlsx", csv_tail(), *paper_tails())
    while any((folder / f"{candidate}{tail}").exists() for tail in tails):
        count += 1
        candidate = f"{stem}_{count}"
    return f"{candidate}.xlsx"


def write_all(files: SealedFiles, folder: Path, parts: Iterable[tuple[str, bytes]]) -> list[Path]:
    """Every part in its turn; whatever fails, those already written go again and the error is raised."""
    written: list[Path] = []
    try:
        for name, data in parts:
            done = files.write_file(folder, name, data)
            written.append(folder / name)
            if done.sha256 != hashlib.sha256(data).hexdigest():
                raise Refusal("disclosures.not_written", file=name)
    except BaseException:
        take_away(written)
        raise
    return written


def take_away(paths: Iterable[Path]) -> None:
    """Removes files of this run; one that cannot be removed stays, and opens for nobody."""
    for path in paths:
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)


def clear_away(disclosure: Disclosure) -> bool:
    """Removes what an interrupted disclosure left; whether nothing of it is there any more, as far as can be seen.

    Nobody was ever told the password of these files. The workbook and the archive go only if they are the very bytes
    the record names; papers and drafts by their names, which were free when the record was made.
    """
    folder = Path(disclosure.folder)
    stem = disclosure.file_name.removesuffix(".xlsx")
    sealed = {disclosure.file_name: disclosure.sha256}
    if disclosure.csv_name:
        sealed[disclosure.csv_name] = disclosure.csv_sha256
    named = [*sealed, *(stem + tail for tail in paper_tails())]
    if not folder.is_dir():
        return False
    take_away(folder / f".{name}.part" for name in named)
    take_away(folder / name for name, digest in sealed.items() if _sha256_of(folder / name) == digest)
    take_away(folder / (stem + tail) for tail in paper_tails())
    return not any((folder / name).exists() for name in named)


def _plain_name(text: str) -> str:
    """A text as part of a file name: letters, digits and hyphens, at most forty."""
    folded = unicodedata.normalize("NFKC", text)
    return re.sub(r"[^\w-]+", "-", folded).strip("-_")[:_NAME_LIMIT] or "0"


def _sha256_of(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""
