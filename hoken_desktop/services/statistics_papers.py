"""取組状況 on paper, in the source document's form, and as a workbook whose words the staff can go on writing."""

from __future__ import annotations

from hoken_desktop.domain.workbooks import Cell, Column, ColumnKind, PaperSize, PrintSettings, Sheet, Workbook
from hoken_desktop.services.papers import Laid, Markup, edges, fill, join, style
from hoken_desktop.services.statistics_tables import Grid, ProgressTable
from hoken_desktop.words import say

_PAPER = "statistics"
_WIDTHS = (18, 14, 30, 46, 34, 34)
_OPEN = ("main", "issues", "plan")
_KEYS = ("subject", "actor", "main", "done", "issues", "plan")
_SHARES = (11, 9, 19, 25, 18, 18)


def _edges(table: ProgressTable, copy: int) -> tuple[tuple[str, str, str], tuple[str, str, str]]:
    """A table with small numbers stays in the office: 取扱注意; one without them says that it may go out."""
    found = table.figures
    edition = say("statistics.paper_edition", figure=found.figure, edition=found.edition)
    care = say("statistics.public") if table.masked else say("statistics.office_only")
    return edges(f"{table.office}　{say('statistics.paper')}", table.printed_on, edition, copy, care=care)


def lay_out(table: ProgressTable, copy: int) -> Laid:
    """The table on landscape pages: the row of the source document first, then 市町 by 市町."""
    header, footer = _edges(table, copy)
    heads = join(
        fill(_PAPER, "head", width=width, text=head) for head, width in zip(table.heads, _SHARES, strict=True)
    )
    cells = join(fill(_PAPER, "cell", text=cell) for cell in table.cells)
    body = fill(
        _PAPER,
        "page",
        style=style(_PAPER),
        title=table.title,
        source=table.source,
        rule=table.rule,
        heads=heads,
        cells=cells,
        grids=join(_grid(grid) for grid in table.grids),
    )
    return Laid(say("statistics.paper"), body.html, header, footer, landscape=True)


def _grid(grid: Grid) -> Markup:
    def cell(at: int, value: Cell) -> Markup:
        text = f"{value:,}" if isinstance(value, int) else str(value if value is not None else "")
        return fill(_PAPER, "word" if at < grid.words else "number", text=text)

    rows = [fill(_PAPER, "row", cells=join(cell(at, value) for at, value in enumerate(row))) for row in grid.rows]
    return fill(
        _PAPER,
        "grid",
        title=grid.title,
        note=grid.note,
        heads=join(fill(_PAPER, "plain_head", text=head) for head in grid.heads),
        rows=join(rows),
    )


def workbook(table: ProgressTable, copy: int) -> Workbook:
    """The table as xlsx: the staff's cells are open; where each number comes from stands on a sheet of its own.

    A public table has no such sheet, for it would tell what is withheld.
    """
    header, footer = _edges(table, copy)
    mark = say("statistics.no_personal_data")
    printing = PrintSettings(paper=PaperSize.A4, header=header, footer=footer)
    columns = tuple(
        Column(key, head, width, locked=key not in _OPEN)
        for key, head, width in zip(_KEYS, table.heads, _WIDTHS, strict=True)
    )
    cells: tuple[Cell, ...] = tuple(cell or None for cell in table.cells)
    first = Sheet(
        say("statistics.sheet_table"), columns, (cells,), notes=(table.title, table.source, table.rule, mark),
        printing=printing, filtered=False,
    )  # fmt: skip
    others = [_sheet(grid, table, printing) for grid in table.grids]
    if not table.masked:
        others.append(_origins(table.origins, table.rule, printing))
    return Workbook(table.title, (first, *others), table.printed_on)


def _sheet(grid: Grid, table: ProgressTable, printing: PrintSettings) -> Sheet:
    kind = ColumnKind.TEXT if table.masked else ColumnKind.NUMBER
    columns = tuple(
        Column(f"c{at}", head, 24 if grid.words == 2 and at == 0 else 14) if at < grid.words
        else Column(f"c{at}", head, 11, kind)
        for at, head in enumerate(grid.heads)
    )  # fmt: skip
    rows = grid.rows if not table.masked else tuple(tuple(_as_text(value) for value in row) for row in grid.rows)
    notes = tuple(text for text in (grid.title, table.source, table.rule, grid.note) if text)
    return Sheet(
        grid.name, columns, rows, notes=notes, printing=printing, filtered=False, frozen_columns=grid.words % 2
    )


def _as_text(value: Cell) -> Cell:
    return f"{value:,}" if isinstance(value, int) else value


def _origins(grid: Grid, rule: str, printing: PrintSettings) -> Sheet:
    kinds = (
        (40, ColumnKind.TEXT), (14, ColumnKind.TEXT), (9, ColumnKind.NUMBER), (18, ColumnKind.DATE),
        (8, ColumnKind.NUMBER), (18, ColumnKind.DATE),
    )  # fmt: skip
    columns = tuple(
        Column(f"c{at}", head, width, kind)
        for at, (head, (width, kind)) in enumerate(zip(grid.heads, kinds, strict=True))
    )
    return Sheet(grid.name, columns, grid.rows, notes=(grid.title, rule), printing=printing)
