"""The shelves: each table as frozen values, and the few questions that deserve their own SQL."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from hoken_desktop.domain.codes import DeviceGroup, DeviceKind
from hoken_desktop.domain.names import fold_name
from hoken_desktop.domain.persons import LIVING, OXYGEN_KINDS
from hoken_desktop.services.ports import AuditQuery, PersonQuery, RowChange
from hoken_desktop.store import tables
from hoken_desktop.store.images import Images
from hoken_desktop.store.rows import Note, TableRows

_DIGITS = "0123456789"


class RegistryShelves:
    """All tables of one connection; `detail` belongs to the deed that writes."""

    def __init__(self, connection: sa.Connection, key: bytes, note: Note | None, detail: dict[str, Any]) -> None:
        self._connection = connection
        self.detail = detail
        shelves = {name: TableRows[Any](connection, shape, key, note) for name, shape in tables.SHAPES.items()}
        for name, shelf in shelves.items():
            setattr(self, name, shelf)
        self._images = Images(connection, key, shelves)

    def changes_of(self, table: str, ids: Iterable[str]) -> list[RowChange]:
        """What each deed changed of these rows, oldest first."""
        return self._images.of_rows(table, ids)

    def changes_at(self, seq: int) -> list[RowChange]:
        """What one deed changed, in the order it wrote."""
        return self._images.of_deed(seq)

    def removed_of(self, person_id: str) -> dict[str, list[str]]:
        """Rows of this person that are no longer there: table → ids."""
        return self._images.removed_of(person_id)

    def take_back(self, seq: int) -> list[tuple[str, str]]:
        """Puts back what a deed replaced and takes away what it added; gives what can only be taken back by the
        service: (table, id) of people it added and of rows in append-only tables."""
        return self._images.take_back(seq)

    def person_ids(self, query: PersonQuery) -> list[str]:
        """The ids of the people `query` asks for, in its order."""
        person = tables.PERSONS.table
        wanted = sa.select(person.c.id)
        if query.state is not None:
            wanted = wanted.where(person.c.state == query.state.value)
        if query.care_setting is not None:
            wanted = wanted.where(person.c.care_setting == query.care_setting.value)
        if query.municipality:
            actual = sa.case(
                (person.c.address_actual != "", person.c.municipality_actual), else_=person.c.municipality_registered
            )
            wanted = wanted.where(actual == query.municipality)
        if query.group is not None:
            wanted = wanted.where(*self._of_group(query.group))
        for word in query.text.split():
            wanted = wanted.where(self._matches(word))
        order = {
            "kana": person.c.sort_key,
            "registry_no": person.c.registry_no,
            "birth": person.c.birth_on,
            "address": person.c.address_registered,
        }[query.order]
        first = order.desc() if query.descending else order.asc()
        return list(self._connection.execute(wanted.order_by(first, person.c.registry_no)).scalars())

    def _matches(self, word: str) -> sa.ColumnElement[bool]:
        person, benefit = tables.PERSONS.table, tables.BENEFITS.table
        folded = fold_name(word)
        found = [person.c.search_text.contains(folded, autoescape=True)]
        digits = "".join(c for c in folded if c in _DIGITS)
        if digits and all(c in _DIGITS + "-" for c in folded):
            numbers = sa.select(benefit.c.person_id).where(
                benefit.c.beneficiary_no.contains(digits) | benefit.c.payer_no.contains(digits)
            )
            found.append(person.c.id.in_(numbers))
            found.append(person.c.search_text.contains(digits))
        return sa.or_(*found)

    def _of_group(self, group: DeviceGroup) -> list[sa.ColumnElement[bool]]:
        device, person = tables.DEVICES.table, tables.PERSONS.table
        living = [status.value for status in LIVING]

        def uses(kinds: Iterable[DeviceKind]) -> sa.ColumnElement[bool]:
            return person.c.id.in_(
                sa.select(device.c.person_id).where(
                    device.c.kind.in_([kind.value for kind in kinds]), device.c.use_status.in_(living)
                )
            )

        ventilator, oxygen = uses([DeviceKind.VENTILATOR]), uses(OXYGEN_KINDS)
        return {
            DeviceGroup.VENTILATOR: [ventilator, ~oxygen],
            DeviceGroup.BOTH: [ventilator, oxygen],
            DeviceGroup.OXYGEN: [~ventilator, oxygen],
        }.get(group, [~ventilator, ~oxygen])

    def last_registry_no(self) -> int:
        """The number of the newest 管理番号; 0 when there is nobody yet."""
        newest = self._connection.execute(sa.select(sa.func.max(tables.PERSONS.table.c.registry_no))).scalar()
        return int(newest[1:]) if newest else 0

    def person_ids_by_number(self, number: str) -> set[str]:
        """People with this registry number, or with this 受給者番号 (any payer)."""
        person, benefit = tables.PERSONS.table, tables.BENEFITS.table
        found = set(self._connection.execute(sa.select(person.c.id).where(person.c.registry_no == number)).scalars())
        found |= set(
            self._connection.execute(sa.select(benefit.c.person_id).where(benefit.c.beneficiary_no == number)).scalars()
        )
        return found

    def audit_seqs(self, query: AuditQuery) -> list[int]:
        """Numbers of the audit entries `query` asks for, the newest first."""
        audit = tables.AUDITS.table
        moment = next(c.write for c in tables.AUDITS.columns if c.name == "at")
        wanted = sa.select(audit.c.seq)
        if query.deed:
            wanted = wanted.where(audit.c.deed == query.deed)
        if query.staff_id:
            wanted = wanted.where(audit.c.staff_id == query.staff_id)
        if query.since is not None:
            wanted = wanted.where(audit.c.at >= moment(query.since))
        if query.until is not None:
            wanted = wanted.where(audit.c.at < moment(query.until))
        if query.person_id:
            wanted = wanted.where(self._audits_of(query.person_id))
        return list(self._connection.execute(wanted.order_by(audit.c.seq.desc())).scalars())

    @staticmethod
    def _audits_of(person_id: str) -> sa.ColumnElement[bool]:
        """Deeds whose subject is the person, a device of theirs or a disclosure that judged them, and every deed
        (a file read, rows decided) that wrote a row of theirs."""
        audit, written = tables.AUDITS.table, tables.audit_rows
        subjects = [audit.c.subject == person_id]
        rows = [sa.and_(written.c.table_name == "persons", written.c.row_id == person_id)]
        for name, shape in tables.SHAPES.items():
            if "person_id" not in shape.table.c:
                continue
            theirs = sa.select(shape.table.c[shape.key]).where(shape.table.c.person_id == person_id)
            rows.append(sa.and_(written.c.table_name == name, written.c.row_id.in_(theirs)))
        for table, key in ((tables.DEVICES.table, "id"), (tables.DISCLOSURE_PERSONS.table, "disclosure_id")):
            subjects.append(audit.c.subject.in_(sa.select(table.c[key]).where(table.c.person_id == person_id)))
        # Told apart, each row condition walks the index of (table, row); as one OR it would read the whole table.
        deeds = sa.union(*(sa.select(written.c.seq).where(condition) for condition in rows))
        return sa.or_(*subjects, audit.c.seq.in_(deeds))

    def audit_rows_of(self, seq: int) -> dict[str, list[str]]:
        """The rows one deed wrote or took away: their keys under the names of their tables."""
        written = tables.audit_rows
        found: dict[str, list[str]] = {}
        asked = sa.select(written.c.table_name, written.c.row_id).where(written.c.seq == seq).order_by(written.c.id)
        for name, row in self._connection.execute(asked):
            found.setdefault(name, []).append(row)
        return found
