"""The CSV a 避難行動要支援者システム takes in: the 名簿 as rows, nothing replaced that the staff did not decide."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from hoken_desktop.domain.characters import (
    CsvEncoding,
    Oddity,
    OddKind,
    code_point,
    formula_start,
    not_in_csv,
    respelled,
)
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.workbooks import Cell
from hoken_desktop.services import items
from hoken_desktop.services.disclosure_books import Contents
from hoken_desktop.words import label, say

NAME = "meibo.csv"
"""The name inside the archive: ASCII, so that every unpacker reads it."""
_SHOWN = 20


def csv_rows(said: Contents) -> Iterator[tuple[str, dict[str, str]]]:
    """person id and item → text as it would stand in the CSV: days in ISO, line ends as LF."""
    groups = {p.person_id: p.groups for p in said.preview.going}
    for id_, known in said.known.items():
        cells = items.cells(known, said.columns, groups[id_], said.preview.day)
        yield id_, dict(zip(said.columns, map(_text, cells), strict=True))


def odd_characters(
    said: Contents, encoding: CsvEncoding, spellings: Mapping[str, str] | None = None
) -> tuple[Oddity, ...]:
    """What the encoding cannot hold, what got a spelling, what starts like a formula: by person and item."""
    return _odd(said, list(csv_rows(said)), encoding, spellings or {})


def _odd(
    said: Contents, rows: Iterable[tuple[str, dict[str, str]]], encoding: CsvEncoding, given: Mapping[str, str]
) -> tuple[Oddity, ...]:
    found: list[Oddity] = []
    for id_, cells in rows:
        who = (said.known[id_].person.registry_no, said.keys.get(id_, ""))
        for key, text in cells.items():
            for character in not_in_csv(text, encoding):
                kind = OddKind.RESPELLED if character in given else OddKind.NOT_HELD
                spelling = given.get(character, "")
                found.append(Oddity(kind, *who, said.head(key), code_point(character), spelling))
            start = formula_start(respelled(text, given))
            if start:
                found.append(Oddity(OddKind.FORMULA, *who, said.head(key), code_point(start)))
    return tuple(found)


def make_csv(
    said: Contents, encoding: CsvEncoding, spellings: Mapping[str, str] | None = None
) -> tuple[bytes, tuple[Oddity, ...]]:
    """The CSV (one line of headers, CRLF, quotes where needed) and what is to be known of its cells.

    Refuses what the encoding cannot hold, person by person.

    A spelling is used only for what the encoding cannot hold; it must itself be held.
    """
    given = {c: s for c, s in (spellings or {}).items() if not_in_csv(c, encoding)}
    if any(not_in_csv(spelling, encoding) for spelling in given.values()):
        raise Refusal("system_csv.bad_spelling", encoding=label(encoding))
    rows = list(csv_rows(said))
    odd = _odd(said, rows, encoding, given)
    left = [one for one in odd if one.kind is OddKind.NOT_HELD]
    heads = (say("disclosures.key"), *(said.head(key) for key in said.columns))
    bad_heads = [head for head in heads if not_in_csv(head, encoding)]
    if bad_heads:
        raise Refusal("system_csv.bad_heading", encoding=label(encoding), columns=say("items.comma").join(bad_heads))
    if left:
        code = "system_csv.no_letter" if encoding is CsvEncoding.UTF8 else "system_csv.not_held"
        raise Refusal(
            code, encoding=label(encoding), count=len(left),
            people=len({one.registry_no for one in left}), places=say_oddities(left),
        )  # fmt: skip
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(heads)
    for id_, cells in rows:
        writer.writerow((said.keys[id_], *(respelled(text, given) for text in cells.values())))
    return buffer.getvalue().encode(encoding.codec), odd


def say_oddities(found: Iterable[Oddity]) -> str:
    """By registry number, item and code point, at most twenty; never a value."""
    all_of_them = list(found)
    lines = [
        say("system_csv.place", registry_no=one.registry_no, item=one.item, character=one.character)
        for one in all_of_them[:_SHOWN]
    ]
    if len(all_of_them) > _SHOWN:
        lines.append(say("system_csv.more_places", count=len(all_of_them) - _SHOWN))
    return say("items.comma").join(lines)


def parse_spellings(texts: Iterable[str]) -> dict[str, str]:
    """`U+20BB7=吉` → {𠮷: 吉}; refuses what is not of that form."""
    found: dict[str, str] = {}
    for text in texts:
        code, equals, spelling = text.partition("=")
        try:
            character = chr(int(code.strip().upper().removeprefix("U+"), 16))
        except (ValueError, OverflowError):
            raise Refusal("system_csv.spelling_form") from None
        if not equals or not spelling.strip():
            raise Refusal("system_csv.spelling_form")
        found[character] = spelling.strip()
    return found


def _text(cell: Cell) -> str:
    if isinstance(cell, date):
        return cell.isoformat()
    return "" if cell is None else str(cell).replace("\r\n", "\n").replace("\r", "\n")
