"""漏えい等の記録: what was lost and when it was found, its cause and what was done, and the sheet for the report."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from hoken_desktop.domain.codes import PaperKind
from hoken_desktop.domain.dates import format_wareki
from hoken_desktop.domain.deeds import Deed
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.incidents import Incident, IncidentKind
from hoken_desktop.services.incident_papers import IncidentSheet, lay_sheet
from hoken_desktop.services.losses import Loss, Losses
from hoken_desktop.services.papers import Printer
from hoken_desktop.services.ports import Clock, Ids, Store
from hoken_desktop.services.printing import NUMBERS, Job, Printed, Printing
from hoken_desktop.words import say

_CHANGEABLE = frozenset({"circumstances", "cause", "measures", "happened_on", "reported_on", "closed_on"})
_LONGEST = 4000


class Incidents:
    """The incidents of one registry."""

    def __init__(self, store: Store, clock: Clock, ids: Ids, printing: Printing, losses: Losses) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids
        self._printing = printing
        self.losses = losses

    def all(self) -> tuple[Incident, ...]:
        """Every incident, the newest first."""
        with self._store.read() as shelves:
            return tuple(sorted(shelves.incidents.all(), key=lambda i: i.opened_at, reverse=True))

    def get(self, incident_id: str) -> Incident:
        """One incident; refuses an unknown one."""
        with self._store.read() as shelves:
            found = shelves.incidents.get(incident_id)
        if found is None:
            raise Refusal("incidents.unknown")
        return found

    def loss(self, incident: Incident) -> Loss | None:
        """What was lost, told from the record as it stands now; None for a thing the record does not know."""
        if incident.kind is IncidentKind.OTHER:
            return None
        try:
            return self.losses.of(incident.kind, incident.subject)
        except Refusal:
            return None

    def open(
        self, kind: IncidentKind, subject: str, found_on: date, circumstances: str, *, happened_on: date | None = None,
        cause: str = "", measures: str = "",
    ) -> Incident:  # fmt: skip
        """Writes an incident down. Refuses a thing the record does not know (but 其の他), a day in the future, one that
        happened after it was found, and no 概要."""
        if kind is not IncidentKind.OTHER:
            self.losses.of(kind, subject)
        incident = Incident(
            self._ids(), kind, subject.strip(), found_on, happened_on, circumstances.strip()[:_LONGEST],
            self._clock.now(), self._store.staff_id, cause.strip()[:_LONGEST], measures.strip()[:_LONGEST],
        )  # fmt: skip
        self._check(incident)
        with self._store.change(Deed.INCIDENT_OPENED, incident.id) as writing:
            writing.detail.update(lost=kind.value, found_on=found_on.isoformat())
            writing.incidents.add(incident)
        return incident

    def change(self, incident_id: str, **changes: Any) -> Incident:
        """Writes what has become known since: 概要, 原因, 対応, the days. Refuses what `open` refuses."""
        if set(changes) - _CHANGEABLE:
            raise ValueError("not changeable")
        clean: dict[str, Any] = {k: v.strip()[:_LONGEST] if isinstance(v, str) else v for k, v in changes.items()}
        with self._store.change(Deed.INCIDENT_CHANGED, incident_id, fields=sorted(changes)) as writing:
            before = writing.incidents.get(incident_id)
            if before is None:
                raise Refusal("incidents.unknown")
            after = replace(before, **clean)
            self._check(after)
            return writing.incidents.replace(after)

    def write(self, incident_id: str, out: Path) -> Printed:
        """The sheet as a PDF under a password: it may name people."""
        sheet = self.sheet(incident_id)
        return self._printing.save(_job(sheet), out, lambda copy: lay_sheet(sheet, copy))

    def print_on(self, printer: Printer, incident_id: str) -> Printed:
        """The sheet on a real printer."""
        sheet = self.sheet(incident_id)
        return self._printing.press(_job(sheet), printer, lambda copy: lay_sheet(sheet, copy))

    def sheet(self, incident_id: str) -> IncidentSheet:
        """What the sheet says."""
        incident = self.get(incident_id)
        with self._store.read() as shelves:
            office = shelves.offices.all()[0]
            member = shelves.staff.get(incident.staff_id)
        who = f"{member.post} {member.name}".strip() if member else say("audits.recovery")
        return IncidentSheet(incident, self.loss(incident), office.name, who, self._clock.today())

    def _check(self, incident: Incident) -> None:
        today = self._clock.today()
        if not incident.circumstances:
            raise Refusal("incidents.no_circumstances")
        if incident.found_on > today or (incident.happened_on or incident.found_on) > incident.found_on:
            happened = format_wareki(incident.happened_on) if incident.happened_on else say("incidents.none")
            raise Refusal(
                "incidents.days", happened=happened, found=format_wareki(incident.found_on), today=format_wareki(today)
            )
        for day in (incident.reported_on, incident.closed_on):
            if day is not None and not incident.found_on <= day <= today:
                raise Refusal(
                    "incidents.later_days", found=format_wareki(incident.found_on), today=format_wareki(today)
                )


def _job(sheet: IncidentSheet) -> Job:
    people = sheet.loss.persons if sheet.loss else ()
    detail = {"people": len(people), NUMBERS: [one.registry_no for one in people]}
    return Job(PaperKind.INCIDENT, sheet.incident.id, detail)
