"""The second opinion: a workbook's rows straight from its XML, beside what calamine says.

Sees what table readers do not tell: rows out of order, two rows of one number, formulas whose result was
never saved, hidden rows, a stray cell a million rows down. Streams; holds one row and the shared texts.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from posixpath import dirname, join, normpath
from xml.parsers.expat import XMLParserType

from hoken_desktop.adapters.workbook_parts import local, new_parser
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.sheets import column_letter

MAX_ROWS = 100_100
"""100,000 people and whatever stands above their header."""
MAX_COLUMNS = 200
_FAR = re.compile(rb"""\sr\s*=\s*["'](?!(?:[A-F]?[A-Z]|G[A-R])?(?:[0-9]{1,5}|1000[0-9]{2})["'])""")
"""A row or cell number that is not plainly within GR100099; what calamine would abort over is among them."""
_REACH = 64
_CHUNK = 1 << 18
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")


@dataclass(slots=True)
class SheetPart:
    """A worksheet's name, its part in the zip, and whether it is hidden."""

    name: str
    path: str
    hidden: bool


XmlCell = tuple[int, str, str | None, bool]
"""Column from 1, the t attribute ("n" when absent), the raw value, whether a formula stands in it."""

XmlRow = tuple[int, list[XmlCell]]
"""Row number and its cells from left to right."""


@dataclass(slots=True)
class SheetNotes:
    """What is known of a sheet once it was read to its end."""

    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)


def unescape(text: str) -> str:
    """_x000D_ -> carriage return, _x005F_ -> the underscore that protects one (ECMA-376 ST_Xstring)."""
    if "_x" not in text:
        return text
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)


def _read(archive: zipfile.ZipFile, name: str) -> bytes | None:
    wanted = name.lower().lstrip("/")
    for entry in archive.infolist():
        if entry.filename.lower().lstrip("/") == wanted:
            return archive.read(entry)
    return None


def _attributes(data: bytes, *tags: str) -> list[tuple[str, dict[str, str]]]:
    found: list[tuple[str, dict[str, str]]] = []
    parser = new_parser()

    def start(tag: str, attributes: dict[str, str]) -> None:
        name = local(tag)
        if name in tags:
            found.append((name, {local(key): value for key, value in attributes.items()}))

    parser.StartElementHandler = start
    parser.Parse(data, True)
    return found


@dataclass(slots=True)
class WorkbookMap:
    """Worksheets in order, the parts they lie in, and the epoch of serial dates."""

    sheets: list[SheetPart]
    epoch_1904: bool
    shared: str | None


def map_workbook(archive: zipfile.ZipFile) -> WorkbookMap:
    """Reads workbook.xml and its relations; Refusal when a part is missing."""
    root = _read(archive, "_rels/.rels") or b""
    main = "xl/workbook.xml"
    for _, relation in _attributes(root, "Relationship") if root else []:
        if relation.get("Type", "").endswith("/officeDocument"):
            main = normpath(relation.get("Target", main)).lstrip("/")
    book = _read(archive, main)
    relations = _read(archive, join(dirname(main), "_rels", main.rpartition("/")[2] + ".rels"))
    if book is None or relations is None:
        raise Refusal("sheets.broken")
    targets: dict[str, tuple[str, str]] = {}
    shared = None
    for _, relation in _attributes(relations, "Relationship"):
        target = relation.get("Target", "")
        path = target.lstrip("/") if target.startswith("/") else normpath(join(dirname(main), target))
        kind = relation.get("Type", "").rpartition("/")[2]
        targets[relation.get("Id", "")] = (kind, path)
        if kind == "sharedStrings":
            shared = path
    sheets: list[SheetPart] = []
    epoch = False
    for tag, attributes in _attributes(book, "sheet", "workbookPr"):
        if tag == "workbookPr":
            epoch = attributes.get("date1904", "0").lower() in ("1", "true")
            continue
        kind, path = targets.get(attributes.get("id", ""), ("", ""))
        if kind == "worksheet":
            sheets.append(SheetPart(attributes.get("name", ""), path, attributes.get("state", "visible") != "visible"))
    return WorkbookMap(sheets, epoch, shared)


def shared_texts(archive: zipfile.ZipFile, path: str | None) -> list[str]:
    """The shared texts in order, runs joined, phonetic guides (rPh) left out."""
    if path is None or (data := _open(archive, path)) is None:
        return []
    texts: list[str] = []
    parts: list[str] = []
    taking = False
    phonetic = 0
    parser = new_parser()

    def start(tag: str, _: dict[str, str]) -> None:
        nonlocal taking, phonetic
        name = local(tag)
        if name == "si":
            parts.clear()
        elif name == "rPh":
            phonetic += 1
        elif name == "t":
            taking = phonetic == 0

    def end(tag: str) -> None:
        nonlocal taking, phonetic
        name = local(tag)
        if name == "t":
            taking = False
        elif name == "rPh":
            phonetic -= 1
        elif name == "si":
            texts.append(unescape("".join(parts)))

    def text(chars: str) -> None:
        if taking:
            parts.append(chars)

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    with data:
        while chunk := data.read(_CHUNK):
            parser.Parse(chunk, False)
    parser.Parse(b"", True)
    return texts


def _open(archive: zipfile.ZipFile, path: str) -> zipfile.ZipExtFile | None:
    wanted = path.lower().lstrip("/")
    for entry in archive.infolist():
        if entry.filename.lower().lstrip("/") == wanted:
            return archive.open(entry)  # type: ignore[return-value]
    return None


def may_reach_far(archive: zipfile.ZipFile, sheet: SheetPart) -> bool:
    """Whether any row or cell may be numbered beyond the limits (blank ones too): a quick look at the bytes."""
    part = _open(archive, sheet.path)
    if part is None:
        raise Refusal("sheets.broken")
    window = b""
    with part:
        while chunk := part.read(1 << 20):
            window = window[-_REACH:] + chunk
            found = _FAR.search(window)
            # What begins in the last bytes may go on in the next chunk: it is judged there.
            if found and found.start() < len(window) - _REACH:
                return True
    return _FAR.search(window[-_REACH:]) is not None


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        if not "A" <= letter <= "Z" or number > 20000:
            raise Refusal("sheets.broken")
        number = number * 26 + ord(letter) - 64
    if number == 0:
        raise Refusal("sheets.broken")
    return number


def _corners(reference: str) -> tuple[int, int, int, int] | None:
    match = re.fullmatch(r"([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})", reference.replace("$", ""))
    return (int(match[2]), _column(match[1]), int(match[4]), _column(match[3])) if match else None


def rows(archive: zipfile.ZipFile, sheet: SheetPart, notes: SheetNotes) -> Iterator[XmlRow]:
    """The rows of a sheet that hold anything, ascending; `notes` is complete when the last was taken.

    Refuses rows or cells out of order or of one number twice (a person would be lost), and content
    beyond the limits, naming the place.
    """
    part = _open(archive, sheet.path)
    if part is None:
        raise Refusal("sheets.broken")
    ready: list[XmlRow] = []
    parser = new_parser()
    _listen(parser, sheet.name, notes, ready)
    with part:
        while chunk := part.read(_CHUNK):
            parser.Parse(chunk, False)
            yield from ready
            ready.clear()
    parser.Parse(b"", True)
    yield from ready


def _listen(parser: XMLParserType, sheet: str, notes: SheetNotes, ready: list[XmlRow]) -> None:
    """Puts each finished row of the sheet into `ready`. Closures instead of a class: three million cells."""
    row = 0
    row_text = "0"
    column = 0
    cells: list[XmlCell] = []
    kind = "n"
    formula = False
    parts: list[str] | None = None
    taking = in_cell = False
    phonetic = 0
    names: dict[str, str] = {}
    columns: dict[str, int] = {}

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal column, kind, formula, parts, taking, in_cell, phonetic
        name = names.get(tag)
        if name is None:
            name = names[tag] = local(tag)
        if name == "c":
            reference = attributes.get("r")
            follows = column + 1
            if reference is None:
                column = follows
            else:
                letters = reference.rstrip("0123456789")
                column = columns.get(letters) or columns.setdefault(letters, _column(letters))
                if column < follows or reference != letters + row_text:
                    raise Refusal("sheets.rows_out_of_order", sheet=sheet, row=row)
            kind = attributes.get("t", "n")
            formula = False
            parts = None
            in_cell = True
        elif name == "v" or (name == "t" and in_cell and not phonetic):
            taking = True
            if parts is None:
                parts = []
        elif name == "row":
            start_row(attributes)
        elif name == "f":
            formula = True
        elif name == "rPh":
            phonetic += 1
        elif name == "mergeCell":
            if corners := _corners(attributes.get("ref", "")):
                notes.merges.append(corners)
        elif name == "col" and attributes.get("hidden") in ("1", "true"):
            first, last = int(attributes.get("min", "0")), int(attributes.get("max", "0"))
            notes.hidden_columns.extend(range(first, min(last, MAX_COLUMNS) + 1))

    def start_row(attributes: dict[str, str]) -> None:
        nonlocal row, row_text, column, cells
        number = attributes.get("r")
        follows = row + 1
        row = follows if number is None else int(number)
        if row < follows:
            raise Refusal("sheets.rows_out_of_order", sheet=sheet, row=row)
        row_text = str(row)
        column = 0
        cells = []
        if attributes.get("hidden") in ("1", "true"):
            notes.hidden_rows.append(row)

    def text(chars: str) -> None:
        if taking and parts is not None:
            parts.append(chars)

    def end(tag: str) -> None:
        nonlocal taking, in_cell, phonetic
        name = names[tag]
        if name == "v" or name == "t":
            taking = False
        elif name == "c":
            in_cell = False
            if parts is not None or formula:
                if row > MAX_ROWS or column > MAX_COLUMNS:
                    refuse_far()
                value = None if parts is None else parts[0] if len(parts) == 1 else "".join(parts)
                cells.append((column, kind, value, formula))
        elif name == "rPh":
            phonetic -= 1
        elif name == "row" and cells:
            ready.append((row, cells))

    def refuse_far() -> None:
        place = f"{column_letter(column)}{row}"
        raise Refusal("sheets.far_cell", sheet=sheet, cell=place, rows=MAX_ROWS, columns=MAX_COLUMNS)

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
