"""同意: what stands for each recipient and purpose, and the rows of the ledger behind it."""

from __future__ import annotations

from collections.abc import Iterable

from hoken_desktop.domain.codes import ConsentGiver, RecipientSection, Standing
from hoken_desktop.domain.dates import format_wareki
from hoken_desktop.ui.pages.person_facts import Entry, Known, Section
from hoken_desktop.words import label, say


def consent_word(standing: Standing) -> tuple[str, str, str]:
    """(icon, word, colour role) of a standing."""
    icon, role = {
        Standing.VALID: ("check", "done"),
        Standing.REFUSED: ("x", "text2"),
        Standing.WITHDRAWN: ("x", "text2"),
        Standing.EXPIRED: ("clock", "danger"),
    }.get(standing, ("help-circle", "warn"))
    return icon, label(standing), role


def own_consents(known: Known) -> Iterable[Entry]:
    """What stands for each recipient, over its purposes."""
    found: dict[tuple[str, RecipientSection], list[Standing]] = {}
    days: dict[tuple[str, RecipientSection], str] = {}
    for one in known.consents.standings:
        key = (one.recipient, one.section)
        found.setdefault(key, []).append(one.standing.standing)
        if one.standing.row is not None:
            row = one.standing.row
            days[key] = say(
                "persons_page.two", one=_giver(row.given_by, row.relation), other=format_wareki(row.consented_on)
            )
    if not found:
        yield Entry(say("persons_page.municipality"), label(Standing.UNKNOWN), "warn")
    for key, standings in found.items():
        best = Standing.VALID if Standing.VALID in standings else standings[0]
        _, word, role = consent_word(best)
        yield Entry(_recipient(known, *key), word, role, days.get(key, ""))


def _recipient(known: Known, recipient: str, section: RecipientSection) -> str:
    name = known.names.get(recipient, recipient)
    return name if section is RecipientSection.HEALTH else say("persons_page.two", one=name, other=label(section))


def _giver(given_by: ConsentGiver, relation: str) -> str:
    return say("persons_page.giver_of", giver=label(given_by), relation=relation) if relation else label(given_by)


def consent_sections(known: Known) -> Iterable[Section]:
    by_recipient: dict[tuple[str, RecipientSection], list[Entry]] = {}
    for one in known.consents.standings:
        _, word, role = consent_word(one.standing.standing)
        row = one.standing.row
        about = ""
        if row is not None:
            about = say(
                "persons_page.consent_note", giver=_giver(row.given_by, row.relation), method=label(row.method),
                day=format_wareki(row.consented_on),
            )
            if row.expires_on is not None:
                about += say("persons_page.until", day=format_wareki(row.expires_on))
        by_recipient.setdefault((one.recipient, one.section), []).append(
            Entry(label(one.purpose), word, role, about)
        )
    for (recipient, section), entries in by_recipient.items():
        yield Section(_recipient(known, recipient, section), tuple(entries))
    if not by_recipient:
        yield Section(
            say("persons_page.consents"),
            (Entry(say("persons_page.municipality"), label(Standing.UNKNOWN), "warn"),),
        )
    rows = sorted(known.consents.rows, key=lambda r: (r.consented_on, r.entered_at), reverse=True)
    if rows:
        yield Section(
            say("persons_page.ledger"),
            tuple(
                Entry(
                    format_wareki(row.consented_on, short=True),
                    say(
                        "persons_page.ledger_line", recipient=known.names.get(row.recipient, row.recipient),
                        purpose=label(row.purpose), decision=label(row.decision),
                    )
                    + (say("persons_page.withdrawn", day=format_wareki(row.withdrawn_on)) if row.withdrawn_on else ""),
                )
                for row in rows
            ),
            say("persons_page.ledger_rows", n=len(rows)),
        )  # fmt: skip


