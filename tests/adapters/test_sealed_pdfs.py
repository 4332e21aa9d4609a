"""PDFs under a password: another library opens them with it, and only with it."""

from __future__ import annotations

import io
import tracemalloc

import pikepdf
import pypdf
import pytest

from hoken_desktop import words
from hoken_desktop.adapters import sealed_pdfs
from hoken_desktop.domain.errors import Refusal

PASSWORD = "K7QF-2MZT-9XWA-HD4R"
OTHER = "K7QF-2MZT-9XWA-HD4S"


def plain_pdf(pages: int = 3) -> bytes:
    """Pages with a text of their own, made without any library of ours."""
    document = pikepdf.new()
    for number in range(pages):
        page = document.add_blank_page(page_size=(595, 842))
        page.Contents = document.make_stream(f"BT /F1 12 Tf 72 700 Td (CANARY page {number}) Tj ET".encode())
    out = io.BytesIO()
    document.docinfo["/Title"] = "CANARY title"
    document.save(out)
    return out.getvalue()


@pytest.fixture(scope="module")
def sealed() -> bytes:
    return sealed_pdfs.seal_pdf(plain_pdf(), PASSWORD)


def test_another_library_opens_it_with_the_password_and_finds_aes_256(sealed: bytes) -> None:
    with pikepdf.open(io.BytesIO(sealed), password=PASSWORD) as document:
        assert len(document.pages) == 3
        assert b"CANARY page 2" in document.pages[2].Contents.read_bytes()
        assert (document.encryption.R, document.encryption.bits) == (6, 256)
        assert document.encryption.stream_method == pikepdf.models.EncryptionMethod.aesv3


@pytest.mark.parametrize("password", ["", OTHER, PASSWORD.lower(), PASSWORD[:-1]])
def test_it_opens_with_no_other_password(sealed: bytes, password: str) -> None:
    with pytest.raises(pikepdf.PasswordError):
        pikepdf.open(io.BytesIO(sealed), password=password)
    with pytest.raises(Refusal) as refused:
        sealed_pdfs.unseal_pdf(sealed, password)
    assert refused.value.code == "sealed_pdfs.wrong_password"
    assert words.say(refused.value.code)


def test_nothing_of_the_text_or_the_title_is_readable_in_the_file(sealed: bytes) -> None:
    assert b"CANARY" not in sealed
    assert "CANARY".encode("utf-16-be") not in sealed


def test_it_comes_back_page_by_page(sealed: bytes) -> None:
    plain = sealed_pdfs.unseal_pdf(sealed, PASSWORD)
    assert "CANARY page 1" in pypdf.PdfReader(io.BytesIO(plain)).pages[1].get_contents().get_data().decode()  # type: ignore[union-attr]
    assert sealed_pdfs.count_pages(sealed, PASSWORD) == sealed_pdfs.count_pages(plain) == 3


def test_a_plain_or_broken_file_is_refused_in_words() -> None:
    for data, code in ((plain_pdf(), "not_sealed"), (b"%PDF-1.7 nothing", "broken"), (b"", "broken")):
        with pytest.raises(Refusal) as refused:
            sealed_pdfs.unseal_pdf(data, PASSWORD)
        assert refused.value.code == f"sealed_pdfs.{code}"


def test_a_password_somebody_chose_is_not_taken() -> None:
    with pytest.raises(ValueError, match="generated"):
        sealed_pdfs.seal_pdf(plain_pdf(), "himitsu")


def test_a_page_lost_on_the_way_is_caught_before_anyone_gets_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = pypdf.PdfWriter.write

    def losing(self: pypdf.PdfWriter, stream: io.BytesIO) -> object:
        self.remove_page(0)
        return honest(self, stream)

    monkeypatch.setattr(pypdf.PdfWriter, "write", losing)
    with pytest.raises(Refusal) as refused:
        sealed_pdfs.seal_pdf(plain_pdf(), PASSWORD)
    assert refused.value.code == "sealed_pdfs.verification_failed"


def test_a_pile_of_pages_is_never_held_unpacked_while_it_is_compared() -> None:
    document = pikepdf.new()
    for number in range(60):
        page = document.add_blank_page(page_size=(595, 842))
        page.Contents = document.make_stream(f"% {number}".encode() + b" " * 400_000)
    out = io.BytesIO()
    document.save(out, recompress_flate=True, compress_streams=True)
    unpacked = 60 * 400_000
    tracemalloc.start()
    try:
        sealed_pdfs.seal_pdf(out.getvalue(), PASSWORD)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < unpacked / 4
