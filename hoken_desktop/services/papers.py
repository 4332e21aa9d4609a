"""Papers: their values laid into the templates of resources/print, printed through a port that ui/printing fulfils.

Everything that comes from the registry or the office is escaped on its way into a template; a template holds no
sentence and code holds no tag.
"""

from __future__ import annotations

import html
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Protocol

from hoken_desktop import paths, words
from hoken_desktop.domain.codes import DeviceGroup
from hoken_desktop.domain.dates import format_wareki

MARKS: dict[DeviceGroup, str] = {
    DeviceGroup.VENTILATOR: "■",
    DeviceGroup.BOTH: "◆",
    DeviceGroup.OXYGEN: "●",
    DeviceGroup.UNCONFIRMED: "？",
    DeviceGroup.NONE: "－",
}


class Printer(Protocol):
    """Makes a PDF of simple HTML in memory; no file is written."""

    def print_pdf(
        self,
        html: str,
        *,
        title: str,
        landscape: bool = False,
        header: tuple[str, str, str] = ("", "", ""),
        footer: tuple[str, str, str] = ("", "", ""),
        serif: bool = False,
        panel: Panel | None = None,
    ) -> bytes:
        """A4 pages of `html`; `header` and `footer` (left, centre, right) stand on every page.

        An empty centre of the footer takes the page number n／N. `serif` prints in 明朝 (letters), else ゴシック.
        With a `panel` the text flows through panels of that size, with lines to fold and to cut along between them.
        """
        ...


@dataclass(frozen=True, slots=True)
class Panel:
    """The size of one panel of a card in millimetres, and the words that stand above the panels of a page."""

    width: float
    height: float
    above: str = ""


@dataclass(frozen=True, slots=True)
class Laid:
    """A paper laid out, with what stands on every page of it."""

    title: str
    html: str
    header: tuple[str, str, str]
    footer: tuple[str, str, str]
    landscape: bool = False
    serif: bool = False
    panel: Panel | None = None

    def print_on(self, printer: Printer) -> bytes:
        """The PDF of it."""
        return printer.print_pdf(
            self.html, title=self.title, landscape=self.landscape, header=self.header, footer=self.footer,
            serif=self.serif, panel=self.panel,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Markup:
    """HTML that `fill` made: its facts are escaped already."""

    html: str


# ---- templates ------------------------------------------------------------------------------------------------

_BLANK = re.compile(r"\{\{(\w+)\}\}")
_PART = re.compile(r"^<!-- part (\w+) -->\n", re.MULTILINE)
# Characters that have no shape of their own on another PC: 外字 (private use), controls, broken ones.
_SHAPELESS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ue000-\uf8ff\ufff0-\uffff\U000f0000-\U0010ffff]")
GETA = "〓"


@cache
def _parts(paper: str) -> dict[str, str]:
    text = (paths.resources() / "print" / f"{paper}.html").read_text("utf-8")
    pieces = _PART.split(text)
    return dict(zip(pieces[1::2], pieces[2::2], strict=True))


def fill(paper: str, part: str, **facts: str | int | Markup) -> Markup:
    """The part of a template with its blanks `{{name}}` filled; every text escaped, line breaks kept.

    KeyError for a blank without a fact, so that nothing is ever printed half.
    """

    def put(match: re.Match[str]) -> str:
        fact = facts[match[1]]
        return fact.html if isinstance(fact, Markup) else _escaped(str(fact))

    return Markup(_BLANK.sub(put, _parts(paper)[part]))


def _escaped(text: str) -> str:
    shown = _SHAPELESS.sub(GETA, text.replace("\r\n", "\n").replace("\r", "\n"))
    escaped = html.escape(shown, quote=True).replace("\n", "<br/>")
    if "\u3000" in shown or "  " in shown:  # or the layout would make one narrow space of them
        return f'<span style="white-space: pre-wrap;">{escaped}</span>'
    return escaped


def join(pieces: Iterable[Markup]) -> Markup:
    """The pieces one after another."""
    return Markup("".join(piece.html for piece in pieces))


@cache
def _colours() -> dict[str, str]:
    """The device colours and lines of the light theme, which is the one for paper."""
    return {
        name: str(value)
        for name, value in tomllib.loads((paths.resources() / "theme" / "light.toml").read_text("utf-8")).items()
    }


def style(paper: str) -> Markup:
    """The style part of a template in the colours for paper."""
    colours = _colours()
    return fill(
        paper,
        "style",
        ventilator=colours["ventilator"],
        oxygen=colours["oxygen"],
        both=colours["both"],
        warn=colours["warn"],
        head=colours["table_head"],
        line=colours["control"],
        soft=colours["text2"],
    )


# ---- values in words ------------------------------------------------------------------------------------------


def said_day(day: date | None) -> str:
    """The day in 和暦, 不明 for none."""
    return words.say("papers.unknown") if day is None else format_wareki(day)


def said(text: str) -> str:
    """The text, 記載なし where nothing is written."""
    return text if text.strip() else words.say("papers.nothing_written")


def said_age(age: int | None) -> str:
    """満年齢 in words."""
    return words.say("papers.age_unknown") if age is None else words.say("papers.age", age=age)


def said_edition(as_of: date, edition: str) -> str:
    """The state a paper prints: 令和8年9月30日現在 第1版."""
    return words.say("papers.edition", day=format_wareki(as_of), edition=said(edition))


def edges(
    title: str, printed_on: date, edition: str, copy: int = 0, *, care: str = ""
) -> tuple[tuple[str, str, str], tuple[str, str, str]]:
    """What stands on every page: the paper's name and 取扱注意 above; print date, page, edition and 部数番号 below.

    `copy` 0 is a paper without a number; `care` stands in the place of 取扱注意.
    """
    header = (title, "", care or words.say("papers.handle_with_care"))
    numbered = words.say("papers.copy", edition=edition, copy=copy) if copy else edition
    footer = (words.say("papers.printed_on", day=format_wareki(printed_on)), "", numbered)
    return header, footer


def has_geta(*texts: str) -> bool:
    """Whether a text holds a letter that prints as 〓."""
    return any(_SHAPELESS.search(text) for text in texts)
