"""変更点 since the last disclosure to the same recipient for the same purpose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from hoken_desktop.domain.changes import Changes, Leaving, compare, leaving_of
from hoken_desktop.domain.codes import LegalBasis
from hoken_desktop.domain.disclosures import Disclosure, DisclosurePerson, DisclosureState
from hoken_desktop.services import items
from hoken_desktop.services.identities import found_to_be
from hoken_desktop.services.items import Known
from hoken_desktop.services.ports import Shelves
from hoken_desktop.services.previews import Basis, Preview, passages_of


def previous_of(shelves: Shelves, basis: Basis) -> Disclosure | None:
    """The last disclosure that was handed over to this municipality's section for these purposes.

    One made in a disaster without consent is compared with nothing but another of its kind: beside it, the next list
    of those who consented would name everybody who did not.
    """
    request = basis.request
    requests = {r.id: r for r in shelves.requests.all(municipality=request.municipality)}
    alike = [
        d
        for d in shelves.disclosures.all(municipality=request.municipality, state=DisclosureState.DONE)
        if (asked := requests.get(d.request_id)) is not None
        and (asked.section, set(asked.purposes)) == (request.section, set(request.purposes))
        and (d.basis is LegalBasis.DISASTER) == (request.basis is LegalBasis.DISASTER)
    ]
    return alike[-1] if alike else None  # as they were entered: a clock that was ahead once makes none the last


def changes_of(
    shelves: Shelves, basis: Basis, preview: Preview, known: Mapping[str, Known], columns: tuple[str, ...],
    keys: Mapping[str, str],
) -> Changes:  # fmt: skip
    """Everybody of the last list and of this one; `known` are those who go, in the order of the list."""
    last = previous_of(shelves, basis)
    groups = {p.person_id: p.groups for p in preview.passages if p.excluded is None}
    now = {id_: items.handed_over(one, columns, groups[id_], preview.day) for id_, one in known.items()}
    if last is None:
        return Changes(people=compare({}, now, (), columns, {}, keys))
    before = _before(shelves, last)
    gone = [id_ for id_ in before if id_ not in now]
    return Changes(
        since=last.disclosed_on,
        our_number=last.our_number,
        people=compare(before, now, last.items, columns, _leaving(shelves, basis, gone, preview.day), keys),
        new_columns=tuple(key for key in columns if key not in last.items),
        gone_columns=tuple(key for key in last.items if key not in columns),
    )


def _before(shelves: Shelves, last: Disclosure) -> dict[str, DisclosurePerson]:
    rows = [row for row in shelves.disclosure_persons.all(disclosure_id=last.id) if row.outside_key]
    return dict(zip(found_to_be(shelves, [row.person_id for row in rows]), rows, strict=True))


def _leaving(shelves: Shelves, basis: Basis, gone: list[str], day: date) -> dict[str, Leaving]:
    """Why each of `gone` is not on today's list, as far as a municipality may know it."""
    here = basis.circumstances
    today = passages_of(shelves, basis.office, gone, day, basis.request, here)
    request, office = replace(basis.request, not_at_home="include"), replace(basis.office, include_not_at_home=True)
    home = passages_of(shelves, office, gone, day, request, here)
    return {id_: leaving_of(one, there) for id_, one, there in zip(gone, today, home, strict=True)}
