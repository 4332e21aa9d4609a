"""PDFs under a password: AES-256 (revision 6 of ISO 32000-2), in memory, opened again before they are handed over."""

from __future__ import annotations

import io

import pypdf
from pypdf.errors import PyPdfError

from hoken_desktop.domain import passwords
from hoken_desktop.domain.errors import Refusal


def seal_pdf(pdf: bytes, password: str) -> bytes:
    """`pdf` under `password` (one of domain.passwords.generate; ValueError for another).

    The result is opened again with the password and compared page by page, and must not open without it.
    """
    if not passwords.is_generated(password):
        raise ValueError("a sealed file takes a generated password")
    sealed = _encrypted(pdf, password)
    _verify(pypdf.PdfReader(io.BytesIO(pdf)), sealed, password)
    return sealed


def _encrypted(pdf: bytes, password: str) -> bytes:
    """On its own, so that the pages of a pile of letters are not held while they are compared."""
    writer = pypdf.PdfWriter(clone_from=pypdf.PdfReader(io.BytesIO(pdf)))
    writer.encrypt(user_password=password, owner_password=None, algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def unseal_pdf(sealed: bytes, password: str) -> bytes:
    """The PDF without its password. Refuses not_sealed, wrong_password and broken."""
    reader = _opened(sealed, password)
    writer = pypdf.PdfWriter(clone_from=reader)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def count_pages(pdf: bytes, password: str | None = None) -> int:
    """How many pages the PDF has; `password` for a sealed one."""
    if password is None:
        return len(pypdf.PdfReader(io.BytesIO(pdf)).pages)
    return len(_opened(pdf, password).pages)


def _opened(sealed: bytes, password: str) -> pypdf.PdfReader:
    try:
        reader = pypdf.PdfReader(io.BytesIO(sealed))
        if not reader.is_encrypted:
            raise Refusal("sealed_pdfs.not_sealed")
        if not reader.decrypt(password):
            raise Refusal("sealed_pdfs.wrong_password")
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError) as problem:
        raise Refusal("sealed_pdfs.broken") from problem
    return reader


def _verify(original: pypdf.PdfReader, sealed: bytes, password: str) -> None:
    again = _opened(sealed, password)
    if pypdf.PdfReader(io.BytesIO(sealed)).decrypt(""):
        raise Refusal("sealed_pdfs.verification_failed")
    if len(original.pages) != len(again.pages):
        raise Refusal("sealed_pdfs.verification_failed")
    for before, after in zip(original.pages, again.pages, strict=True):
        if _content(before) != _content(after):
            raise Refusal("sealed_pdfs.verification_failed")
        # What a reader has read it keeps: two thousand letters would lie in memory twice, unpacked.
        original.resolved_objects.clear()
        again.resolved_objects.clear()


def _content(page: pypdf.PageObject) -> bytes:
    stream = page.get_contents()
    return b"" if stream is None else stream.get_data()
