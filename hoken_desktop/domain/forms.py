"""A form on paper, as values: what stands in the window of the envelope, and rows that are filled in with a pen.

Lengths are millimetres. Who lays it on pages (ui/form_printing.py) decides how high a row has to be; what is here says
what is asked, in order.
"""

from __future__ import annotations

from dataclasses import dataclass

LONGEST_PAGES = 2
"""A form is one sheet of paper, two pages; its letters get smaller before it gets longer."""


@dataclass(frozen=True, slots=True)
class Heading:
    """The title of a part."""

    text: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph to be read. `boxed` draws a frame round it."""

    text: str
    boxed: bool = False


@dataclass(frozen=True, slots=True)
class Tick:
    """A box to be ticked, with its word."""

    word: str


@dataclass(frozen=True, slots=True)
class Blank:
    """A line to write on, `width` long, with the words before and after it."""

    before: str = ""
    after: str = ""
    width: float = 20.0


@dataclass(frozen=True, slots=True)
class Row:
    """One question: its words, what is known today ("" where that is not said), boxes and lines."""

    asks: str
    answers: tuple[Tick | Blank, ...]
    known: str = ""


Block = Heading | Passage | Row


@dataclass(frozen=True, slots=True)
class Form:
    """One letter. `window` stands in the window of the envelope (postcode, address, name), `sender` at its right.

    `qr` is the pattern of the QR beside the number, line by line, True for black, without its quiet zone. `copy` is the
    部数番号; `below` the words in the foot of every page beside the page number and the number.
    """

    title: str
    number: str
    window: tuple[str, ...]
    sender: tuple[str, ...]
    dates: tuple[str, ...]
    greeting: str
    blocks: tuple[Block, ...]
    qr: tuple[tuple[bool, ...], ...]
    care: str
    number_word: str
    foot: tuple[str, str]


@dataclass(frozen=True, slots=True)
class PrintedForms:
    """A PDF of many forms: how many pages each has, and which (by their place) hold a letter printed as 〓."""

    pdf: bytes
    pages: tuple[int, ...]
    unshaped: tuple[int, ...]
