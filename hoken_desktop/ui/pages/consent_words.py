"""How a standing, its age and its questions are written on the consents page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from hoken_desktop.domain.codes import RecipientSection, Standing
from hoken_desktop.domain.dates import format_wareki
from hoken_desktop.services.consent_boards import ConsentCell, ConsentRow, ends_soon
from hoken_desktop.ui.kit.tables import Cell
from hoken_desktop.ui.pages.freshness import ago
from hoken_desktop.words import label, say

LOOKS: Mapping[Standing, tuple[str, str]] = {
    Standing.VALID: ("check", "done"),
    Standing.REFUSED: ("x", "text2"),
    Standing.WITHDRAWN: ("x", "text2"),
    Standing.EXPIRED: ("clock", "danger"),
    Standing.UNKNOWN: ("help-circle", "warn"),
    Standing.PENDING: ("help-circle", "warn"),
    Standing.GIVER_NOT_ENTITLED: ("help-circle", "warn"),
}
"""(icon, colour role) of each standing: ✓ done, ? warn, × for 不同意 and 撤回."""

_COLUMNS = {
    RecipientSection.HEALTH: "consents_page.column_health",
    RecipientSection.DISASTER: "consents_page.column_disaster",
    RecipientSection.SUPPORTERS: "consents_page.column_supporters",
}
_SECTIONS = {
    RecipientSection.HEALTH: "consents_page.section_health",
    RecipientSection.DISASTER: "consents_page.section_disaster",
    RecipientSection.SUPPORTERS: "consents_page.section_supporters",
}
_QUESTIONS = {
    "birth_unknown": "consents_page.question_birth_unknown",
    "under_15": "consents_page.question_under_15",
    "came_of_age": "consents_page.question_came_of_age",
    "giver_unnamed": "consents_page.question_giver_unnamed",
}


def column_word(section: RecipientSection) -> str:
    """The head of a section's column."""
    return say(_COLUMNS[section])


def section_word(section: RecipientSection) -> str:
    """To whom a consent goes, in as few letters as a switch has."""
    return say(_SECTIONS[section]) if section in _SECTIONS else label(section)


def question_word(code: str) -> str:
    """What staff should ask; the code itself where a newer rule has no word yet."""
    return say(_QUESTIONS[code]) if code in _QUESTIONS else code


def standing_cell(cell: ConsentCell | None, today: date) -> Cell:
    """Mark, word and age of one cell; purposes and days on hover."""
    if cell is None:
        return Cell(say("consents_page.no_recipient"), "text2")
    icon, tone = LOOKS[cell.standing]
    said = label(cell.standing)
    text = said if cell.day is None else say("consents_page.stands", standing=said, age=ago(cell.day, today))
    if ends_soon(cell, today) and cell.expires_on is not None:
        text, tone = say("consents_page.ends_in", n=(cell.expires_on - today).days), "warn"
    return Cell(text, tone, icon=icon, tip=_tip(cell, said))


def _tip(cell: ConsentCell, said: str) -> str:
    lines = []
    if cell.day is not None:
        lines.append(say("consents_page.tip_day", standing=said, day=format_wareki(cell.day)))
    if cell.purposes:
        names = say("consents_page.gap").join(label(p) for p in cell.purposes)
        lines.append(say("consents_page.tip_purposes", purposes=names))
    if cell.expires_on is not None:
        lines.append(say("consents_page.tip_expires", day=format_wareki(cell.expires_on)))
    return "\n".join(lines)


def ask_cell(row: ConsentRow, section: RecipientSection, places: Mapping[str, str], today: date) -> Cell:
    """What there is to ask about a person towards one recipient."""
    cell = row.cells.get(section)
    found = [say("consents_page.undelivered")] if row.undelivered else []
    if cell is None:
        return Cell(say("consents_page.gap").join(found), "warn") if found else Cell("—", "text2")
    if cell.question:
        found.append(question_word(cell.question))
    if cell.elsewhere:
        found.append(say("consents_page.elsewhere", place=places.get(cell.elsewhere, cell.elsewhere)))
    if ends_soon(cell, today) and cell.expires_on is not None:
        found.append(say("consents_page.ends_on", day=format_wareki(cell.expires_on, short=True)))
    return Cell(say("consents_page.gap").join(found), "warn") if found else Cell("—", "text2")


def others_cell(row: ConsentRow) -> Cell:
    """The bodies known by name, with how the person stands towards each."""
    words = [say("consents_page.other", name=name, standing=label(standing)) for name, standing in row.others]
    return Cell(say("consents_page.gap").join(words) or "—", "text" if words else "text2")
