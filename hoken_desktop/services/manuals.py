"""The manual: its pages in the order of the contents page, their sections, and the search through them.

A page is a Markdown file of docs/manual; `index` is the contents, and the order of its links is the order of the pages.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from hoken_desktop import paths

INDEX = "index"
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
_PICTURE = re.compile(r"!\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^(#{1,4}) +(.+?)\s*$")


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it until the next one; `level` 1 is the page's title, `slug` its address."""

    title: str
    level: int
    slug: str
    text: str


@dataclass(frozen=True, slots=True)
class ManualPage:
    """One page; `markdown` is its whole text, `sections` begin with the title's own."""

    name: str
    markdown: str
    sections: tuple[Section, ...]

    @property
    def title(self) -> str:
        return self.sections[0].title

    def section(self, slug: str) -> Section | None:
        """The section under this address."""
        return next((each for each in self.sections if each.slug == slug), None)


def slug(title: str) -> str:
    """A heading's address, as Markdown readers make it: "鍵 (F1)" -> "鍵-f1"."""
    return re.sub(r"[^\w\- ]", "", title.strip().lower()).replace(" ", "-")


def links(markdown: str) -> tuple[str, ...]:
    """Where the page's links lead, pictures not among them."""
    return tuple(_LINK.findall(markdown))


def pictures(markdown: str) -> tuple[str, ...]:
    """The addresses of the page's pictures."""
    return tuple(_PICTURE.findall(markdown))


@cache
def pages() -> tuple[ManualPage, ...]:
    """Every page, the contents first; one the contents do not name comes last."""
    found = {file.stem: _read(file.stem, file.read_text("utf-8")) for file in sorted(paths.manual().glob("*.md"))}
    index = found.pop(INDEX, None)
    if index is None:
        return tuple(found.values())
    named = dict.fromkeys(link.split("#")[0].removesuffix(".md") for link in links(index.markdown))
    ordered = [found.pop(name) for name in named if name in found]
    return (index, *ordered, *found.values())


def page(name: str) -> ManualPage | None:
    """The page of this name."""
    return next((each for each in pages() if each.name == name), None)


def find(text: str) -> dict[str, tuple[str, ...]]:
    """Page name -> addresses of the sections in which every word of `text` stands; empty for an empty text."""
    wanted = fold(text).split()
    if not wanted:
        return {}
    hits: dict[str, tuple[str, ...]] = {}
    for each in pages():
        here = tuple(
            part.slug for part in each.sections if all(word in fold(f"{part.title} {part.text}") for word in wanted)
        )
        if here:
            hits[each.name] = here
    return hits


def fold(text: str) -> str:
    """Text to be compared: full and half width, capitals and katakana make no difference."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(chr(ord(each) - 0x60) if "ァ" <= each <= "ヶ" else each for each in plain)


def _read(name: str, markdown: str) -> ManualPage:
    sections: list[Section] = []
    title, level, lines = name, 1, list[str]()
    for line in markdown.splitlines():
        heading = _HEADING.match(line)
        if heading is None:
            lines.append(line)
            continue
        if sections or any(part.strip() for part in lines) or title != name:
            sections.append(Section(title, level, slug(title), "\n".join(lines).strip()))
        title, level, lines = heading.group(2), len(heading.group(1)), []
    sections.append(Section(title, level, slug(title), "\n".join(lines).strip()))
    return ManualPage(name, markdown, tuple(sections))
