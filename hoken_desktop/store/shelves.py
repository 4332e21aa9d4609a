"""The shelves: each table as frozen values, and the few questions that deserve their own SQL."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from hoken_desktop.domain.deeds import Deed
from hoken_desktop.services.ports import AuditQuery, AuditWritten, PersonQuery, RowChange
from hoken_desktop.store import persons, tables
from hoken_desktop.store.images import Images
from hoken_desktop.store.rows import Note, TableRows

_PRINTED = (Deed.PAPER_PRINTED.value, Deed.MAP_PRINTED.value)

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
        """The ids of the people `query` asks for by what columns hold, in its order."""
        return persons.ids_of(self._connection, query)

    def columns_of(self, table: str, *names: str) -> list[tuple[Any, ...]]:
        """These columns of every row of a table."""
        return persons.columns_of(self._connection, table, names)

    def last_registry_no(self) -> int:
        """The number of the newest 管理番号; 0 when there is nobody yet."""
        newest = self._connection.execute(sa.select(sa.func.max(tables.PERSONS.table.c.registry_no))).scalar()
        return int(newest[1:]) if newest else 0

    def spellings(self) -> list[tuple[str, str]]:
        """(text, id) of every 業者 and 機関 that rows of people are joined to the master by, each pair once."""
        device, supporter = tables.DEVICES.table, tables.SUPPORTERS.table
        joined = sa.union(
            sa.select(device.c.supplier, device.c.supplier_id).where(device.c.supplier_id != ""),
            sa.select(supporter.c.organisation, supporter.c.organisation_id).where(supporter.c.organisation_id != ""),
        )
        return [(str(text), str(id_)) for text, id_ in self._connection.execute(joined)]

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
        """Deeds whose subject is the person, a device of theirs or a disclosure that judged them, every deed (a file
        read, rows decided) that wrote a row of theirs, and every paper whose record tells their 管理番号."""
        audit, written, person = tables.AUDITS.table, tables.audit_rows, tables.PERSONS.table
        number = sa.select(person.c.registry_no).where(person.c.id == person_id).scalar_subquery()
        subjects = [
            audit.c.subject == person_id,
            sa.and_(audit.c.deed.in_(_PRINTED), audit.c.detail.like(sa.literal('%"') + number + sa.literal('"%'))),
        ]
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

    def audit_written(self, seq: int, numbers: int) -> AuditWritten:
        """What one deed wrote: rows by table, the first `numbers` 管理番号 of the people they are of, and how many."""
        written, person = tables.audit_rows, tables.PERSONS.table
        mine = written.c.seq == seq
        counts = self._connection.execute(
            sa.select(written.c.table_name, sa.func.count(sa.distinct(written.c.row_id)))
            .where(mine).group_by(written.c.table_name).order_by(sa.func.min(written.c.id))
        )  # fmt: skip
        rows = {str(name): int(count) for name, count in counts}
        of_whom = []
        for name in rows:
            shape = tables.SHAPES.get(name)
            here = sa.select(written.c.row_id).where(mine, written.c.table_name == name)
            if name in ("persons", "places"):
                of_whom.append(here)
            elif shape is not None and "person_id" in shape.table.c:
                of_whom.append(sa.select(shape.table.c.person_id).where(shape.table.c[shape.key].in_(here)))
        if not of_whom:
            return AuditWritten(rows, (), 0)
        theirs = person.c.id.in_(sa.union(*of_whom))
        people = self._connection.execute(sa.select(sa.func.count()).select_from(person).where(theirs)).scalar_one()
        first = sa.select(person.c.registry_no).where(theirs).order_by(person.c.registry_no).limit(numbers)
        return AuditWritten(rows, tuple(self._connection.execute(first).scalars()), int(people))
