"""提供先: which body a name or a code means, and the office whose municipalities they are."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from hoken_desktop.domain.codes import RecipientSection
from hoken_desktop.domain.consents import MUNICIPAL_SECTIONS, Unreadable
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.municipalities import Municipality
from hoken_desktop.domain.names import tidy
from hoken_desktop.domain.numbers import as_text
from hoken_desktop.domain.office import Office
from hoken_desktop.services.ports import Shelves


class Municipalities(Protocol):
    """The master of 市区町村."""

    def find(self, raw: str, within: tuple[str, ...] = ()) -> Municipality | None:
        """By a code of 5 or 6 digits or by name, with or without 県 and 郡; `within` decides between namesakes."""
        ...

    def name_of(self, code: str) -> str:
        """「鴻巣市」; the code itself where it is not known."""
        ...


def resolve_recipient(
    raw: str, section: RecipientSection, office: Iterable[str], municipalities: Municipalities
) -> str:
    """The 6-digit code of one of the office's municipalities, or (for the other sections) the body's name.

    Takes codes of 5 or 6 digits, names with or without 県 and 郡, 鴻巣市長, 鴻巣市役所. Unreadable "recipient_unknown".
    """
    text = tidy(as_text(raw))
    if section not in MUNICIPAL_SECTIONS:
        if not text:
            raise Unreadable("recipient_missing")
        return text
    ours = tuple(office)
    plain = text
    for ending in ("長", "役所", "役場"):
        plain = plain.removesuffix(ending)
    if not plain:
        raise Unreadable("recipient_missing")
    if plain.isascii() and plain.isdigit():
        # Excel drops the leading zero of 北海道 to 栃木県.
        codes = [c for c in ours if plain in (c, c[:5], c.lstrip("0"), c[:5].lstrip("0"))]
        if len(codes) == 1:
            return codes[0]
        raise Unreadable("recipient_unknown")
    found = municipalities.find(plain, ours)
    if found is None or found.code not in ours:
        raise Unreadable("recipient_unknown")
    return found.code


def office_of(shelves: Shelves) -> Office:
    """The office of this registry; refuses a registry that has none."""
    offices = shelves.offices.all()
    if not offices:
        raise Refusal("consents.no_office")
    return offices[0]
