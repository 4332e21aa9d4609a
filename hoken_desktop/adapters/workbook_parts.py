"""What a file is, by its content, and whether a workbook's zip may be opened at all.

Runs inside the reading child (sheet_reader.py). Every limit is checked before any parser sees the file.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
from typing import NoReturn
from xml.parsers import expat

from hoken_desktop.domain.errors import Refusal

MAX_FILE = 20 * 1024 * 1024
MAX_ENTRIES = 200
MAX_INFLATED = 200 * 1024 * 1024
MAX_INFLATED_TOTAL = 256 * 1024 * 1024
MAX_RATIO = 100
RATIO_FREE = 128 * 1024
"""A part smaller than this may be as repetitive as it likes (a bomb needs size)."""

_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_DOCTYPE = tuple(
    word.encode(code) for word in ("<!DOCTYPE", "<!ENTITY") for code in ("ascii", "utf-16-le", "utf-16-be")
)
_UTF16 = (b"\xff\xfe", b"\xfe\xff", b"\x00<", b"<\x00")
_LOCAL_HEADER = struct.Struct("<4s5H3I2H")


def kind_of(data: bytes) -> str:
    """zip, text, or a Refusal that names what the file is instead (the extension is never asked)."""
    head = data[:4096].lstrip()[:512].lower()
    if not data.strip():
        raise Refusal("sheets.empty_file")
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "zip"
    if data.startswith(_OLE2):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise Refusal("sheets.password_protected")
        if "WordDocument".encode("utf-16-le") in data:
            raise Refusal("sheets.is_word")
        raise Refusal("sheets.is_xls")
    if data.startswith(b"%PDF"):
        raise Refusal("sheets.is_pdf")
    if head.startswith((b"<!doctype html", b"<html", b"<table", b"<meta")):
        raise Refusal("sheets.is_html")
    if head.startswith(
        (b"<?xml", b"{\\rtf", b"\x89png", b"\xff\xd8\xff", b"gif8", b"\x1f\x8b", b"rar!", b"7z\xbc\xaf")
    ):
        raise Refusal("sheets.is_other")
    return "text"


def open_zip(data: bytes) -> zipfile.ZipFile:
    """The workbook's zip, or a Refusal: other office formats by name, broken zips, anything beyond the limits,
    duplicate, overlapping or encrypted entries, macros, external links, embedded objects, document types."""
    archive = zipfile.ZipFile(io.BytesIO(data))
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    names = {entry.filename.lower().lstrip("/") for entry in entries}
    _name_other_formats(archive, names)
    if "xl/workbook.xml" not in names and not any(re.fullmatch(r"xl/workbook\d*\.xml", name) for name in names):
        raise Refusal("sheets.is_other")
    if len(entries) > MAX_ENTRIES:
        raise Refusal("sheets.zip_too_many", count=len(entries), most=MAX_ENTRIES)
    if len(names) != len(entries):
        raise Refusal("sheets.zip_suspicious")
    for entry in entries:
        if entry.flag_bits & 0x1:
            raise Refusal("sheets.password_protected")
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Refusal("sheets.zip_suspicious")
        if entry.file_size > MAX_INFLATED:
            raise Refusal("sheets.zip_bomb")
        if entry.file_size > RATIO_FREE and entry.file_size > MAX_RATIO * max(entry.compress_size, 1):
            raise Refusal("sheets.zip_bomb")
    if sum(entry.file_size for entry in entries) > MAX_INFLATED_TOTAL:
        raise Refusal("sheets.zip_bomb")
    _refuse_overlaps(data, entries, archive.start_dir)
    _refuse_parts(names)
    for entry in entries:
        if entry.filename.lower().endswith((".xml", ".rels", ".vml")):
            _refuse_document_types(archive, entry)
    return archive


def _name_other_formats(archive: zipfile.ZipFile, names: set[str]) -> None:
    if "encryptedpackage" in names:
        raise Refusal("sheets.password_protected")
    if "mimetype" in names or "content.xml" in names:
        raise Refusal("sheets.is_ods")
    if "xl/workbook.bin" in names:
        raise Refusal("sheets.is_xlsb")
    if "word/document.xml" in names:
        raise Refusal("sheets.is_word")
    if "ppt/presentation.xml" in names:
        raise Refusal("sheets.is_other")


def _refuse_parts(names: set[str]) -> None:
    for name in names:
        if name.endswith("vbaproject.bin") or name.startswith("xl/macrosheets/"):
            raise Refusal("sheets.has_macros")
        if name.startswith("xl/externallinks/"):
            raise Refusal("sheets.has_external_links")
        if name.startswith(("xl/embeddings/", "xl/activex/", "xl/oleobjects/")):
            raise Refusal("sheets.has_objects")


def _refuse_overlaps(data: bytes, entries: list[zipfile.ZipInfo], directory: int) -> None:
    """Two entries sharing bytes are how a small file names hundreds of large ones (CVE-2024-0450)."""
    end = 0
    for entry in sorted(entries, key=lambda one: one.header_offset):
        if entry.header_offset < end:
            raise Refusal("sheets.zip_suspicious")
        header = _LOCAL_HEADER.unpack_from(data, entry.header_offset)
        if header[0] != b"PK\x03\x04":
            raise Refusal("sheets.zip_suspicious")
        end = entry.header_offset + _LOCAL_HEADER.size + header[9] + header[10] + entry.compress_size
        if end > directory:
            raise Refusal("sheets.zip_suspicious")


def _refuse_document_types(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    tail = b""
    first = True
    with archive.open(entry) as part:
        while chunk := part.read(1 << 20):
            if first and chunk.startswith(_UTF16):
                # Office writes UTF-8; another encoding here would hide from the checks below.
                raise Refusal("sheets.zip_suspicious")
            first = False
            window = tail + chunk
            if b"<!" in window and any(mark in window for mark in _DOCTYPE):
                raise Refusal("sheets.has_document_type")
            tail = chunk[-32:]


def _stop(*_: object) -> NoReturn:
    raise Refusal("sheets.has_document_type")


def new_parser() -> expat.XMLParserType:
    """An expat parser that stops at the first document type or entity."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _stop
    parser.EntityDeclHandler = _stop
    parser.ExternalEntityRefHandler = _stop
    return parser


def local(tag: str) -> str:
    """x:row -> row: prefixes differ between the programs that write workbooks."""
    return tag.rpartition(":")[2]
