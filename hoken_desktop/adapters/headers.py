"""The header of a file, found by the words of a layout, and the rows below it as fields.

Titles and notes above the header, a header of two rows and merged cells are tolerated; columns that make one field
are joined; what staff decided of a column goes before its word. Nothing is stored that the layout does not know.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Any

from hoken_desktop.domain.errors import Fault, Refusal
from hoken_desktop.domain.numbers import as_text
from hoken_desktop.domain.sheets import (
    CellTrouble,
    MappedCell,
    MappedRow,
    RawRow,
    RawTable,
    RawValue,
    column_letter,
    column_number,
)

_LETTER = re.compile(r"([a-z]{1,3})列")
_BRACKETS = str.maketrans("[]{}【】〔〕〈〉<>", "()()()()()()")

_BETWEEN = "\u3000"
"""What stands between columns that were joined by hand."""

HEADER_WITHIN = 30
"""A header stands within the first 30 rows."""


@dataclass(frozen=True, slots=True)
class LayoutField:
    """One field: single headers by preference, or slots of part headers joined (`template` over `join`).

    `partial`: some of the slots are enough; otherwise all of them must be there.
    """

    key: str
    headers: tuple[str, ...]
    parts: tuple[tuple[str, ...], ...] = ()
    join: str = ""
    template: str = ""
    partial: bool = False

    @property
    def label(self) -> str:
        """The word shown when the column is missing."""
        return self.headers[0]


@dataclass(frozen=True, slots=True)
class Match:
    """A header that was found. `columns` are the columns (from 1) of each field, in the order they are joined."""

    first_row: int
    last_row: int
    width: int
    columns: dict[str, tuple[int, ...]]
    headers: dict[int, str]
    unmapped_columns: tuple[str, ...]
    not_used: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """The words of one kind of file.

    `by_hand` is what the staff decided of single columns: a header word, or 「H列」 for a column by its letter, and
    the field it is, "" for a column that is not read. `header` are the rows of the header where they decided those too.
    """

    name: str
    title: str
    fields: tuple[LayoutField, ...]
    required: tuple[tuple[str, ...], ...]
    prefixes: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    by_hand: tuple[tuple[str, str], ...] = ()
    header: tuple[int, ...] = ()

    def knows(self, table: RawTable) -> bool:
        """Whether `table` has a header of this layout with all it requires."""
        best = self._best(table)
        return best is not None and not self._missing(best.columns)

    def match(self, table: RawTable) -> Match:
        """The header of `table`. Refuses when there is none, when required columns are missing, and when
        one field stands under the same word twice."""
        best = self._best(table)
        if best is None or len(best.columns) < 2:
            wanted = "、".join(self.label_of(group[0]) for group in self.required)
            raise Refusal(
                "layouts.no_header", file=table.file, sheet=table.sheet, title=self.title, wanted=wanted,
                rows=HEADER_WITHIN,
            )  # fmt: skip
        if missing := self._missing(best.columns):
            raise Refusal(
                "layouts.missing_columns", file=table.file, sheet=table.sheet, row=best.last_row, title=self.title,
                columns="、".join(missing),
            )  # fmt: skip
        self._refuse_twice(table, best)
        decided = self._decided({})
        wordless = [letter_of(column) for column in wordless_columns(table, best) if column not in decided]
        return replace(best, unmapped_columns=(*best.unmapped_columns, *wordless))

    def map(self, table: RawTable) -> Iterator[MappedRow]:
        """Every row below the header down to the last with content, blank ones (`blank`) included, in order."""
        match = self.match(table)
        headers = {key: one_line(match.headers[columns[0]]) for key, columns in match.columns.items()}
        at = match.last_row + 1
        for row in table.rows:
            if row.number <= match.last_row:
                continue
            while at < row.number:
                yield MappedRow(table.file, table.sheet, at, {}, blank=True)
                at += 1
            yield self._mapped(table, match, row, headers)
            # A quoted csv cell may hold line ends: its lines are part of this row, not blank rows.
            at = row.number + 1 + (0 if table.sheet else _line_ends(row))

    # -- finding the header --------------------------------------------------------------------------------

    def look(self, table: RawTable) -> Match | None:
        """The header as far as one is found, complete or not; None where nothing looks like one."""
        best = self._best(table)
        if best is None:
            head = [row for row in table.rows if row.number <= HEADER_WITHIN]
            if not head:
                return None
            likely = max(head, key=lambda row: (len(_texts(row)), -row.number))
            number = self.header[0] if self.header else likely.number
            best = self._read_header(number, number, {c: [t] for c, t in _texts(likely).items()})
        return best

    def missing(self, match: Match) -> list[str]:
        """The words of the required columns that a header has not."""
        return self._missing(match.columns)

    def decided_columns(self, match: Match) -> frozenset[int]:
        """The columns of a header that were decided by hand."""
        return frozenset(self._decided({column: [text] for column, text in match.headers.items()}))

    def _best(self, table: RawTable) -> Match | None:
        if self.header:
            return self._at_fixed_rows(table)
        head = [row for row in table.rows if row.number <= HEADER_WITHIN]
        upright = {top for top, _, bottom, _ in table.merges if bottom == top + 1}
        found: list[tuple[tuple[bool, int, bool, int], Match]] = []
        for at, row in enumerate(head):
            alone = {column: [text] for column, text in _texts(row).items()}
            single = self._read_header(row.number, row.number, alone)
            found.append((self._rank(single, False), single))
            below = head[at + 1] if at + 1 < len(head) else None
            if below is not None and below.number == row.number + 1:
                pair = self._read_header(row.number, below.number, self._pair(table, row, below))
                found.append((self._rank(pair, row.number in upright), pair))
        found = [(rank, match) for rank, match in found if match.columns]
        return max(found, key=lambda one: one[0])[1] if found else None

    def _at_fixed_rows(self, table: RawTable) -> Match | None:
        rows = {row.number: row for row in table.rows}
        first, last = rows.get(self.header[0]), rows.get(self.header[-1])
        if last is None:
            return None
        if first is None or first is last:
            return self._read_header(last.number, last.number, {c: [t] for c, t in _texts(last).items()})
        return self._read_header(first.number, last.number, self._pair(table, first, last))

    def _rank(self, match: Match, upright: bool) -> tuple[bool, int, bool, int]:
        """Complete before many, many before merged, merged before one row alone, upper before lower."""
        one_row = match.first_row == match.last_row
        complete = not self._missing(match.columns)
        return (complete, len(match.columns), upright or one_row, upright * 100 - match.last_row)

    def _pair(self, table: RawTable, upper: RawRow, lower: RawRow) -> dict[int, list[str]]:
        """The words a column of a two-row header may go by: the group with the word under it, then the word
        alone where the group is a neutral one (本人, 基本情報), or the upper word where nothing is below."""
        above, below = _texts(upper), _texts(lower)
        grouped = dict(above)
        for top, left, bottom, right in table.merges:
            if top == bottom == upper.number and left in above:
                grouped.update(dict.fromkeys(range(left, right + 1), above[left]))
        last = ""
        for column in range(1, max([*above, *below], default=0) + 1):
            if column in grouped:
                last = grouped[column]
            elif column in below and last and not table.merges:
                # csv of a merged header: the group's word stands over its first column only.
                grouped[column] = last
        words: dict[int, list[str]] = {}
        for column in sorted({*grouped, *below}):
            group, word = grouped.get(column, ""), below.get(column, "")
            if group and word:
                neutral = fold(group) in {fold(one) for one in self.groups}
                words[column] = [group + word, word] if neutral else [group + word]
            else:
                words[column] = [group or word]
        return words

    def _read_header(self, first: int, last: int, words: dict[int, list[str]]) -> Match:
        of_single, of_part = _dictionary(self)
        singles: dict[str, list[tuple[int, int]]] = {}
        slots: dict[tuple[str, int], int] = {}
        decided = self._decided(words)
        for column, candidates in words.items():
            if column in decided:
                continue
            for text in candidates:
                hit = self._look_up(of_single, text)
                if hit is not None:
                    singles.setdefault(hit[0], []).append((hit[1], column))
                    break
            for text in candidates:
                for key, slot in self._look_up(of_part, text) or ():
                    slots.setdefault((key, slot), column)
        columns: dict[str, tuple[int, ...]] = {}
        taken: set[int] = set()
        for field in self.fields:
            if by_hand := tuple(sorted(column for column, key in decided.items() if key == field.key)):
                columns[field.key] = by_hand
                taken.update(by_hand)
        for field in self.fields:
            if field.key in singles and field.key not in columns:
                columns[field.key] = (min(singles[field.key])[1],)
                taken.update(columns[field.key])
        for field in self.fields:
            if field.key in columns or not field.parts:
                continue
            parts = [slots.get((field.key, slot), 0) for slot in range(len(field.parts))]
            present = [column for column in parts if column and column not in taken]
            if len(present) == len(field.parts) or (field.partial and present):
                columns[field.key] = tuple(present)
                taken.update(present)
        headers = {column: candidates[0] for column, candidates in words.items()}
        headers.update({c: letter_of(c) for c, key in decided.items() if key and c not in headers})
        spare = [column for hits in singles.values() for _, column in hits if column not in taken]
        return Match(
            first_row=first,
            last_row=last,
            width=max(words, default=0),
            columns=columns,
            headers=headers,
            unmapped_columns=tuple(one_line(headers[c]) for c in sorted(headers) if c not in taken),
            not_used=tuple(sorted(spare)),
        )

    def _decided(self, words: dict[int, list[str]]) -> dict[int, str]:
        """Columns that the staff decided: the field of each, "" for one that is not read."""
        if not self.by_hand:
            return {}
        said = dict(self.by_hand)
        found = {c: said[fold(texts[0])] for c, texts in words.items() if fold(texts[0]) in said}
        for word, key in said.items():
            if (match := _LETTER.fullmatch(word)) is not None:
                found[column_number(match[1].upper())] = key
        return found

    def _look_up(self, words: dict[str, Any], text: str) -> Any:
        """By the word itself, then without neutral notes in brackets, then without a neutral prefix."""
        folded = fold(text)
        if folded in words:
            return words[folded]
        bare = folded
        for note in self.notes:
            bare = bare.replace(f"({fold(note)})", "")
        if bare in words:
            return words[bare]
        for prefix in self.prefixes:
            rest = bare.removeprefix(fold(prefix))
            if rest != bare and rest in words:
                return words[rest]
        return None

    def _missing(self, columns: dict[str, tuple[int, ...]]) -> list[str]:
        return [
            "か".join(self.label_of(key) for key in group)
            for group in self.required
            if not any(key in columns for key in group)
        ]

    def label_of(self, key: str) -> str:
        """The word a field goes by."""
        return next(field.label for field in self.fields if field.key == key)

    def _refuse_twice(self, table: RawTable, match: Match) -> None:
        for column in match.not_used:
            for (used,) in (columns for columns in match.columns.values() if len(columns) == 1):
                if fold(match.headers[column]) == fold(match.headers[used]):
                    raise Refusal(
                        "layouts.header_twice", file=table.file, sheet=table.sheet, row=match.last_row,
                        header=one_line(match.headers[used]), first=column_letter(used),
                        second=column_letter(column),
                    )  # fmt: skip

    # -- rows ----------------------------------------------------------------------------------------------

    def _mapped(self, table: RawTable, match: Match, row: RawRow, headers: dict[str, str]) -> MappedRow:
        raw = row.cells
        texts = (value for value in raw if isinstance(value, str) and not isinstance(value, CellTrouble))
        first_text = next(map(as_text, texts), "")
        if table.sheet == "" and len(raw) > match.width:
            # A comma inside a value shifts everything behind it: no cell of this line can be trusted.
            return MappedRow(table.file, table.sheet, row.number, {}, trouble="columns_shifted")
        cells: dict[str, MappedCell] = {}
        for field in self.fields:
            columns = match.columns.get(field.key)
            if columns is None:
                continue
            if len(columns) == 1:
                value = raw[columns[0] - 1] if columns[0] <= len(raw) else None
            else:
                value = _joined(field, [raw[c - 1] if c <= len(raw) else None for c in columns])
            if value is not None:
                cells[field.key] = MappedCell(value, headers[field.key])
        again = sum(
            1 for cell in cells.values() if isinstance(cell.value, str) and one_line(cell.value) == cell.column
        )
        return MappedRow(
            file=table.file,
            sheet=table.sheet,
            number=row.number,
            cells=cells,
            epoch_1904=table.epoch_1904,
            first_text=first_text,
            trouble="header_again" if again >= 3 else "",
            headers=headers,
        )

    def warnings(self, table: RawTable) -> tuple[Fault, ...]:
        """Columns that would fit a field already taken, and merged cells below the header."""
        match = self.match(table)
        found = [
            Fault(table.file, table.sheet, match.last_row, one_line(match.headers[column]), "column_not_used", True)
            for column in match.not_used
        ]
        below = [top for top, _, _, _ in table.merges if top > match.last_row]
        if below:
            found.append(
                Fault(table.file, table.sheet, min(below), "", "merged_cells", True, {"count": len(below)})
            )  # fmt: skip
        return tuple(found)


@cache
def _dictionary(layout: Layout) -> tuple[dict[str, tuple[str, int]], dict[str, list[tuple[str, int]]]]:
    """The folded words of a layout: header -> (field, rank), part header -> (field, slot)s."""
    single: dict[str, tuple[str, int]] = {}
    part: dict[str, list[tuple[str, int]]] = {}
    for field in layout.fields:
        for rank, word in enumerate(field.headers):
            single.setdefault(fold(word), (field.key, rank))
        for slot, synonyms in enumerate(field.parts):
            for word in synonyms:
                part.setdefault(fold(word), []).append((field.key, slot))
    return single, part


@lru_cache(maxsize=16384)
def fold(text: str) -> str:
    """A header as it is compared: width, case, spaces, marks and の no longer count."""
    folded = unicodedata.normalize("NFKC", text).lower().translate(_BRACKETS)
    return re.sub(r"[\s_※*★☆◎●○■□:：、,の]", "", folded)


def letter_of(column: int) -> str:
    """A column by its letter, as it is named where it has no word: 「H列」."""
    return f"{column_letter(column)}列"


def wordless_columns(table: RawTable, match: Match) -> list[int]:
    """Columns that hold something below the header but have no word in it."""
    below = [row.cells for row in table.rows if row.number > match.last_row]
    width = max((len(cells) for cells in below), default=0)
    wordless = [column for column in range(1, width + 1) if column not in match.headers]
    return [c for c in wordless if any(len(cells) >= c and cells[c - 1] is not None for cells in below)]


def _texts(row: RawRow) -> dict[int, str]:
    return {
        column: value
        for column, value in enumerate(row.cells, start=1)
        if isinstance(value, str) and not isinstance(value, CellTrouble) and value.strip()
    }


@lru_cache(maxsize=4096)
def one_line(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _line_ends(row: RawRow) -> int:
    return sum(len(re.findall(r"\r\n|\r|\n", value)) for value in row.cells if isinstance(value, str))


def _joined(field: LayoutField, values: list[RawValue]) -> RawValue:
    trouble = next((value for value in values if isinstance(value, CellTrouble)), None)
    if trouble is not None:
        return trouble
    texts = [as_text(value) if not isinstance(value, str) else value.strip() for value in values]
    if not any(texts):
        return None
    if field.template and len(texts) == len(field.parts):
        return field.template.format(*texts)
    return (field.join or _BETWEEN).join(text for text in texts if text)
