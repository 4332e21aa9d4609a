"""Ctrl+K knows the screens too: who is in a hurry types what happened, 「なくした」, not where that lies."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from hoken_desktop.domain.names import fold_kana
from hoken_desktop.ui.pages import RAIL
from hoken_desktop.words import say

MOST = 3
_LEAST_LETTERS = 2
"""One letter alone names half the screens, and is how a name begins."""

@dataclass(frozen=True, slots=True)
class Way:
    """A screen: its page, the place on it, its name, and what else people call it."""

    page: str
    title: str
    also: str
    where: Mapping[str, object] = field(default_factory=dict)


def find_ways(text: str, has_page: Callable[[str], bool]) -> tuple[Way, ...]:
    """The screens that are called so, at most three; those whose own name begins so come first."""
    wanted = _folded(text)
    if len(wanted) < _LEAST_LETTERS:
        return ()
    found = []
    for way in _all():
        called = [_folded(word) for word in (way.title, *way.also.split())]
        if has_page(way.page) and any(wanted in word for word in called):
            found.append((not called[0].startswith(wanted), way))
    return tuple(way for _, way in sorted(found, key=lambda each: each[0])[:MOST])


def _folded(text: str) -> str:
    return fold_kana(text).casefold()


def _all() -> tuple[Way, ...]:
    from hoken_desktop.ui.pages.settings import SECTIONS  # with all that it shows: not before somebody looks

    named = (
        ("incidents", say("incidents_page.title")), ("recalls", say("recalls_page.title")),
        ("funnels", say("funnels_page.title")), ("letters", say("letters_page.title")),
        ("registers", say("registers_page.title")), *((entry.name, say(entry.word)) for entry in RAIL),
    )  # fmt: skip
    pages = tuple(Way(name, title, say(f"search.also_{name}")) for name, title in named)
    settings = say("settings.title")
    return pages + tuple(
        Way("settings", say("search.section", page=settings, section=say(each.word)), say(f"search.also_{each.name}"),
            {"section": each.name})
        for each in SECTIONS
    )  # fmt: skip
