"""取込: a benefit file from disk to washed rows. Matching (linkages.py) takes it from there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol

from hoken_desktop.domain.codes import Scheme
from hoken_desktop.domain.diseases import NOTHING, DiseaseIndex
from hoken_desktop.domain.errors import Fault, Refusal
from hoken_desktop.domain.intake import Incoming, Place, wash
from hoken_desktop.domain.layouts import LayoutChoice
from hoken_desktop.domain.numbers import LAW_NUMBERS
from hoken_desktop.domain.register_marks import is_dash
from hoken_desktop.domain.sheets import MappedRow, MappedTable
from hoken_desktop.services.progress import Report, Step, no_report
from hoken_desktop.words import label

LAYOUTS = {Scheme.NANBYO: "nanbyo", Scheme.SHOMAN: "shoman"}
"""The layout a scheme's file is read by when none is named."""

_USES = ("ventilator_use", "oxygen_use")
"""Columns in which － means なし to one office and 「聞いていない」 to another: it is read as なし, and said."""
_BUNDLE = 500


class MappedTableReader(Protocol):
    """Reads the one sheet of an xlsx or csv that a layout knows (adapters/layouts.read_mapped)."""

    def __call__(self, path: Path, layout: LayoutChoice, sheet: str | None = None) -> MappedTable: ...


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file holds. rows = len(washed) + len(faults) + blank; washed = candidates + 対象外.

    One fault a row that was not taken; what else was odd, of any row or of the file, is in `warnings`.
    `unmapped_columns` were not read.
    """

    file: str
    sheet: str
    sha256: str
    rows: int
    washed: tuple[tuple[Place, Incoming], ...]
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]
    blank: int
    unmapped_columns: tuple[str, ...]

    @property
    def faulty_rows(self) -> int:
        """Rows that were not taken."""
        return len(self.faults)

    @property
    def closes(self) -> bool:
        """Whether every row of the file went somewhere."""
        return self.rows == len(self.washed) + len(self.faults) + self.blank


class Intakes:
    """Reads benefit files; `tables` is the gate (adapters/layouts.read_mapped), `diseases` gives the entries of
    today (services/diseases.py)."""

    def __init__(self, tables: MappedTableReader, diseases: Callable[[], DiseaseIndex] = lambda: NOTHING) -> None:
        self._tables = tables
        self._diseases = diseases

    def read_benefit_file(
        self,
        path: Path,
        scheme: Scheme,
        *,
        layout: LayoutChoice | None = None,
        sheet: str | None = None,
        today: date,
        report: Report = no_report,
    ) -> Reading:
        """Every row of `path` washed, faulty or blank; nothing is stored.

        Refuses a scheme that has no benefit file, and whatever the gate refuses. `layout` is a name in
        resources/layouts or a path to the office's own.
        """
        if layout is None and scheme not in LAYOUTS:
            raise Refusal("intakes.no_layout", file=path.name)
        report(Step(0, 0, "rounds.step_read"))
        table = self._tables(path, layout or LAYOUTS[scheme], sheet)
        washed: list[tuple[Place, Incoming]] = []
        faults: list[Fault] = []
        warnings: list[Fault] = list(table.warnings)
        dashes: dict[str, tuple[MappedRow, int]] = {}
        rows = blank = 0
        diseases = self._diseases()
        for row in table.rows:
            if rows % _BUNDLE == 0:
                report(Step(rows, 0, "rounds.step_read"))
            rows += 1
            if row.blank:
                blank += 1
                continue
            for key in _USES:
                if key in row.cells and is_dash(row.cells[key].value):
                    first, count = dashes.get(key, (row, 0))
                    dashes[key] = (first, count + 1)
            result = wash(row, scheme, today, diseases)
            if isinstance(result, Incoming):
                washed.append((Place(row.file, row.sheet, row.number), result))
                warnings.extend(result.warnings)
            else:
                faults.append(result[0])
                warnings.extend(result[1:])
        self._refuse_other_scheme(table.file, scheme, washed)
        warnings += [
            Fault(row.file, row.sheet, row.number, row.column(key), "dash_as_none", True, {"count": count})
            for key, (row, count) in dashes.items()
        ]
        return Reading(
            file=table.file,
            sheet=table.sheet,
            sha256=table.sha256,
            rows=rows,
            washed=tuple(washed),
            faults=tuple(faults),
            warnings=tuple(warnings),
            blank=blank,
            unmapped_columns=table.unmapped_columns,
        )

    @staticmethod
    def _refuse_other_scheme(file: str, scheme: Scheme, washed: list[tuple[Place, Incoming]]) -> None:
        """Refuses a file without a single 公費負担者番号 of the scheme: it was taken for the other one."""
        wanted = next((law for law, known in LAW_NUMBERS.items() if known is scheme), "")
        found = {incoming.payer_no[:2] for _, incoming in washed if len(incoming.payer_no) == 8}
        if found and wanted not in found:
            raise Refusal("intakes.other_scheme", file=file, scheme=label(scheme), prefix=wanted)
