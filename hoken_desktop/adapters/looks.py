"""How the cells of a workbook look: lines through them, colours. Asked only of bytes that passed the gate."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from xml.parsers.expat import ExpatError

from hoken_desktop.adapters import workbook_parts, workbook_rows
from hoken_desktop.adapters.headers import Match, one_line
from hoken_desktop.domain.errors import Fault
from hoken_desktop.domain.sheets import CellTrouble, RawRow, RawTable, column_number

Place = tuple[int, int]
"""Row and column, both from 1."""

_WHITE = {"FFFFFFFF", "00FFFFFF", "FFFFFF"}
_BLACK = {"FF000000", "00000000", "000000"}
_PLAIN_INDEXES = {"8", "9", "64", "65"}
"""Black, white, and the system's own two."""
_OFF = ("0", "false")
ROWS_LISTED = 12
"""Row numbers that a warning lists."""
_REACH = 1 << 17
"""Bytes before a struck run within which its cell begins: Excel lets a cell hold 32,767 letters."""
_Runs = tuple[bool | None, ...]
"""Of each run of a text: struck, not struck, or None where the cell's own font decides."""


@dataclass(frozen=True, slots=True)
class Looks:
    """Filled cells with a line through all of their text or a part of it; cells, blank ones too, with a colour."""

    struck: frozenset[Place] = frozenset()
    partly: frozenset[Place] = frozenset()
    coloured: frozenset[Place] = frozenset()


@dataclass(frozen=True, slots=True)
class _Styles:
    struck: frozenset[int]
    coloured: frozenset[int]


def looks_or_none(data: bytes, wanted: Sequence[str]) -> dict[str, Looks] | None:
    """`looks_of`, or None where they cannot be read: a kindness, for the cells themselves have passed the gate."""
    try:
        return looks_of(data, wanted)
    except (ExpatError, ValueError, OverflowError, OSError, zipfile.BadZipFile, zlib.error):
        return None


def marked(table: RawTable, match: Match, looks: Looks) -> tuple[RawTable, list[Fault]]:
    """The table with every struck cell below the header as a trouble, and a warning a column for its colours.

    A row of which half the columns are coloured is named as a row.
    """
    troubles: dict[Place, CellTrouble] = {}
    names = match.columns.get("name", ())
    gone = {row for row, column in looks.struck if column in names}
    shared = {(top, left) for top, left, bottom, _ in table.merges if bottom > top}
    for places, trouble in ((looks.struck, CellTrouble.STRUCK), (looks.partly, CellTrouble.STRUCK_PARTLY)):
        for row, column in places:
            if row in gone and (row, column) in shared:
                continue  # a town over many rows is not gone with the person in the first of them
            whole_name = trouble is CellTrouble.STRUCK and column in names
            troubles[row, column] = CellTrouble.STRUCK_NAME if whole_name else trouble
    touched = {row for row, _ in troubles if row > match.last_row}
    rows = tuple(_crossed(row, troubles) if row.number in touched else row for row in table.rows)
    return replace(table, rows=rows), _colours(table, match, looks)


def _crossed(row: RawRow, troubles: dict[Place, CellTrouble]) -> RawRow:
    return RawRow(
        row.number, tuple(troubles.get((row.number, column), cell) for column, cell in enumerate(row.cells, start=1))
    )


def _colours(table: RawTable, match: Match, looks: Looks) -> list[Fault]:
    filled = {row.number for row in table.rows if row.number > match.last_row}
    places = {(row, column) for row, column in looks.coloured if row in filled and column in match.headers}
    by_row = Counter(row for row, _ in places)
    whole = {row for row, count in by_row.items() if count > 1 and count * 2 >= len(match.headers)}
    found = []
    if whole:
        found.append(_named(table, "", "register_colour_rows", whole))
    for column in sorted({column for row, column in places if row not in whole}):
        rows = {row for row, at in places if at == column and row not in whole}
        found.append(_named(table, one_line(match.headers[column]), "register_colour", rows))
    return found


def _named(table: RawTable, column: str, code: str, rows: Iterable[int]) -> Fault:
    facts = {"count": len(set(rows)), "rows": listed(rows)}
    return Fault(table.file, table.sheet, min(rows), column, code, True, facts)


def listed(rows: Iterable[int]) -> str:
    """Row numbers as a person reads them: 5、9、13 … ."""
    ordered = sorted(set(rows))
    return "、".join(map(str, ordered[:ROWS_LISTED])) + (" …" if len(ordered) > ROWS_LISTED else "")


def looks_of(data: bytes, wanted: Sequence[str]) -> dict[str, Looks]:
    """The looks of the sheets of these names; none for a csv."""
    if workbook_parts.kind_of(data) == "text":
        return {}
    archive = workbook_parts.open_zip(data)
    book = workbook_rows.map_workbook(archive)
    styles = _styles(archive)
    shared = _shared_runs(part(archive, book.shared)) if book.shared else {}
    return {
        sheet.name: _cells(part(archive, sheet.path), styles, shared) for sheet in book.sheets if sheet.name in wanted
    }


def part(archive: zipfile.ZipFile, path: str) -> bytes:
    """The bytes of a part of the workbook; b"" where there is none."""
    wanted = path.lower().lstrip("/")
    for entry in archive.infolist():
        if entry.filename.lower().lstrip("/") == wanted:
            return archive.read(entry)
    return b""


def _on(attributes: dict[str, str]) -> bool:
    return attributes.get("val", "1") not in _OFF


def _has_colour(attributes: dict[str, str], plain: set[str], plain_themes: tuple[str, ...]) -> bool:
    if "rgb" in attributes:
        return attributes["rgb"].upper() not in plain
    if "theme" in attributes:
        return attributes["theme"] not in plain_themes
    return "indexed" in attributes and attributes["indexed"] not in _PLAIN_INDEXES


def _styles(archive: zipfile.ZipFile) -> _Styles:
    """Numbers of the cell formats that strike through, and of those with a colour behind or in the text."""
    data = next((archive.read(e) for e in archive.infolist() if e.filename.lower().endswith("xl/styles.xml")), b"")
    fonts: list[tuple[bool, bool]] = []
    fills: list[bool] = []
    formats: list[tuple[int, int]] = []
    inside: list[str] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        name = workbook_parts.local(tag)
        inside.append(name)
        group = inside[1] if len(inside) > 1 else ""
        if group == "fonts" and name == "font":
            fonts.append((False, False))
        elif group == "fonts" and name == "strike" and fonts:
            fonts[-1] = (_on(attributes), fonts[-1][1])
        elif group == "fonts" and name == "color" and fonts:
            # Theme 10 and 11 are links, 0 and 1 the paper and the ink.
            fonts[-1] = (fonts[-1][0], _has_colour(attributes, _BLACK | _WHITE, ("0", "1", "10", "11")))
        elif group == "fills" and name == "fill":
            fills.append(False)
        elif group == "fills" and name == "patternFill" and fills:
            fills[-1] = attributes.get("patternType", "none") not in ("none", "gray125")
        elif group == "fills" and name == "fgColor" and fills:
            fills[-1] = fills[-1] and _has_colour(attributes, _WHITE, ("0",))
        elif group == "cellXfs" and name == "xf":
            formats.append((int(attributes.get("fontId", "0")), int(attributes.get("fillId", "0"))))

    def end(_: str) -> None:
        inside.pop()

    if data:
        parser = workbook_parts.new_parser()
        parser.StartElementHandler = start
        parser.EndElementHandler = end
        parser.Parse(data, True)
    struck, coloured = set(), set()
    for at, (font, fill) in enumerate(formats):
        line, ink = fonts[font] if font < len(fonts) else (False, False)
        if line:
            struck.add(at)
        if ink or (fill < len(fills) and fills[fill]):
            coloured.add(at)
    return _Styles(frozenset(struck), frozenset(coloured))


class _RunReader:
    """Collects the runs of one rich text; phonetic guides are no part of it."""

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        self.runs: list[bool | None] = []
        self._line: bool | None = None
        self._phonetic = 0
        self._taking = False
        self._filled = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "r":
            self._line = None
        elif name == "rPr":
            self._line = False
        elif name == "strike":
            self._line = _on(attributes)
        elif name == "rPh":
            self._phonetic += 1
        elif name == "t":
            self._taking, self._filled = not self._phonetic, False

    def text(self, chars: str) -> None:
        if self._taking and chars.strip():
            self._filled = True

    def end(self, name: str) -> None:
        if name == "rPh":
            self._phonetic -= 1
        elif name == "t":
            if self._taking and self._filled:
                self.runs.append(self._line)
            self._taking = False


def _shared_runs(data: bytes) -> dict[int, _Runs]:
    """The runs of those shared texts in which something is struck, by number."""
    if not re.search(rb"<(?:\w+:)?strike", data):
        return {}
    found: dict[int, _Runs] = {}
    reader = _RunReader()
    at = -1

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal at
        name = workbook_parts.local(tag)
        if name == "si":
            at += 1
            reader.begin()
        reader.start(name, attributes)

    def end(tag: str) -> None:
        name = workbook_parts.local(tag)
        reader.end(name)
        if name == "si" and any(reader.runs):
            found[at] = tuple(reader.runs)

    parser = workbook_parts.new_parser()
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = reader.text
    parser.Parse(data, True)
    return found


def _cells(data: bytes, styles: _Styles, shared: dict[int, _Runs]) -> Looks:
    """The looks of a sheet's cells. Only the cells that may be marked are taken out of the part and parsed: a full
    sheet has three million of them, of which a header's row or a few lines are coloured."""
    coloured = {
        _place(match)
        for tag in _tags(data, styles.coloured)
        if (match := _PLACE.search(tag[0])) is not None
    }
    struck: set[Place] = set()
    partly: set[Place] = set()
    for start in _starts(data, styles, shared):
        judged = _judge(_whole(data, start), styles, shared)
        if judged is not None:
            (struck if judged[1] else partly).add(judged[0])
    return Looks(frozenset(struck), frozenset(partly), frozenset(coloured))


_PLACE = re.compile(rb"""\sr\s*=\s*["']([A-Z]{1,3})(\d{1,7})["']""")
_BEGIN = re.compile(rb"<(?:\w+:)?c[\s>/]")
_END = re.compile(rb"</(?:\w+:)?c\s*>")


def _place(match: re.Match[bytes]) -> Place:
    return int(match[2]), column_number(match[1].decode("ascii"))


def _tags(data: bytes, numbers: frozenset[int]) -> Iterator[re.Match[bytes]]:
    """The opening tags of cells of these formats."""
    if not numbers:
        return iter(())
    among = b"|".join(str(number).encode("ascii") for number in sorted(numbers))
    return re.finditer(rb"""<(?:\w+:)?c\s[^>]*?\bs\s*=\s*["'](?:%s)["'][^>]*>""" % among, data)


def _starts(data: bytes, styles: _Styles, shared: dict[int, _Runs]) -> list[int]:
    """Where the cells begin that may hold a struck text: by their format, their shared text, or a text of their own."""
    found = {match.start() for match in _tags(data, styles.struck)}
    if shared:
        value = re.compile(rb"""<(?:\w+:)?c\s[^>]*?\bt\s*=\s*["']s["'][^>]*>\s*<(?:\w+:)?v>\s*(\d+)\s*<""")
        found |= {match.start() for match in value.finditer(data) if int(match[1]) in shared}
    for match in re.finditer(rb"<(?:\w+:)?strike", data):
        before = [one.start() for one in _BEGIN.finditer(data, max(0, match.start() - _REACH), match.start())]
        found |= set(before[-1:])
    return sorted(found)


def _whole(data: bytes, start: int) -> bytes:
    """One cell from its tag to its end."""
    close = data.find(b">", start)
    if close < 0 or data[close - 1 : close] == b"/":
        return data[start : close + 1]
    end = _END.search(data, close)
    return data[start : end.end()] if end else b""


def _judge(cell: bytes, styles: _Styles, shared: dict[int, _Runs]) -> tuple[Place, bool] | None:
    """(the cell's place, whether all of its text is struck); None for a blank cell and one without a line."""
    place = _PLACE.search(cell)
    if place is None:
        return None
    reader = _RunReader()
    value: list[str] = []
    state = {"crossed": False, "shared": False, "value": False, "line": False}

    def start(tag: str, attributes: dict[str, str]) -> None:
        name = workbook_parts.local(tag)
        if name == "c":
            style = attributes.get("s", "0")
            state["crossed"] = style.isdigit() and int(style) in styles.struck
            state["shared"] = attributes.get("t") == "s"
        elif name in ("v", "is"):
            state["value" if name == "v" else "line"] = True
        elif state["line"]:
            reader.start(name, attributes)

    def text(chars: str) -> None:
        if state["value"]:
            value.append(chars)
        elif state["line"]:
            reader.text(chars)

    def end(tag: str) -> None:
        name = workbook_parts.local(tag)
        if name in ("v", "is"):
            state["value" if name == "v" else "line"] = False
        elif state["line"]:
            reader.end(name)

    parser = workbook_parts.new_parser()
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.Parse(cell, True)
    said = "".join(value).strip()
    runs = tuple(reader.runs)
    if state["shared"] and said.isdigit():
        runs = shared.get(int(said), (None,))
    elif said:
        runs = (None,)
    lines = [state["crossed"] if run is None else run for run in runs]
    return (_place(place), all(lines)) if any(lines) else None
