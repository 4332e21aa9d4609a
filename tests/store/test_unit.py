"""The registry file: every deed whole, sealed, or without a trace."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from hoken_desktop.domain.codes import ConsentDecision, Purpose, RecipientSection
from hoken_desktop.domain.consents import Consent
from hoken_desktop.domain.deeds import Deed, topics_of
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.office import Office
from hoken_desktop.domain.persons import Person
from hoken_desktop.store import engine as engines
from hoken_desktop.store import tables
from hoken_desktop.store.unit import RegistryStore


class FixedClock:
    def now(self) -> datetime:
        return datetime(2026, 9, 30, 9, 0, tzinfo=UTC)

    def today(self) -> date:
        return self.now().date()


CANARY = "架空山 検知子"


@pytest.fixture
def key() -> bytes:
    return secrets.token_bytes(32)


@pytest.fixture
def store(tmp_path: Path, key: bytes) -> Iterator[RegistryStore]:
    opened = RegistryStore(tmp_path / "registry.db", key, FixedClock(), "staff1")
    with opened.change(Deed.REGISTRY_CREATED) as shelves:
        shelves.offices.add(Office("office", "見本保健所", ("112178",)))
    yield opened
    opened.close()


def add_people(store: RegistryStore, count: int = 3) -> None:
    with store.change(Deed.PERSON_REGISTERED) as shelves:
        shelves.persons.add_all(Person(f"p{n}", f"K{n:06d}", CANARY, birth_on=date(1950, 1, 1)) for n in range(count))


def raw(store: RegistryStore, key: bytes, *statements: str) -> None:
    """Another program that holds the key and writes behind the registry's back."""
    connection = engines.connect(store.path, key)
    for statement in statements:
        connection.execute(statement)
    connection.close()


def drop_guards(store: RegistryStore, key: bytes) -> None:
    raw(store, key, *(f"DROP TRIGGER {t}_no_{d}" for t in tables.APPEND_ONLY for d in ("update", "delete")))


def test_what_is_written_is_read_back_as_the_same_value(store: RegistryStore) -> None:
    person = Person("a", "K000001", "髙﨑 花子", birth_on=date(1941, 2, 3), map_declined=True)
    with store.change(Deed.PERSON_REGISTERED) as shelves:
        shelves.persons.add(person)
    with store.read() as shelves:
        assert shelves.persons.get("a") == person
        assert shelves.persons.all(registry_no=["K000001", "K000002"]) == [person]
        assert shelves.last_registry_no() == 1


def test_a_lookup_of_more_ids_than_sqlite_binds_finds_everyone(store: RegistryStore) -> None:
    add_people(store, 1200)
    with store.read() as shelves:
        assert len(shelves.persons.all(id=[f"p{n}" for n in range(1200)])) == 1200


def test_nothing_can_be_written_without_a_deed(store: RegistryStore) -> None:
    with store.read() as shelves, pytest.raises(PermissionError):
        shelves.persons.add(Person("a", "K1", "x"))
    with store.read() as shelves:
        assert shelves.persons.count() == 0


def test_a_deed_that_fails_leaves_no_trace(store: RegistryStore) -> None:
    head = store.head()
    with pytest.raises(ZeroDivisionError), store.change(Deed.PERSON_REGISTERED) as shelves:
        shelves.persons.add(Person("a", "K1", "x"))
        raise ZeroDivisionError
    assert store.head() == head
    with store.read() as shelves:
        assert shelves.persons.count() == 0
    assert store.verify().first_break is None


def test_each_deed_is_one_entry_of_the_chain(store: RegistryStore) -> None:
    before = store.head()[0]
    add_people(store)
    seq, seal = store.head()
    assert seq == before + 1
    assert store.seal_at(seq) == seal
    with store.read() as shelves:
        entry = shelves.audits.all(seq=seq)[0]
    assert (entry.deed, entry.staff_id, entry.rows) == (Deed.PERSON_REGISTERED, "staff1", 3)
    assert store.verify().first_break is None


def test_every_deed_has_topics() -> None:
    assert all(topics_of(deed) for deed in Deed)


@pytest.mark.parametrize("table", tables.APPEND_ONLY)
def test_append_only_tables_refuse_update_and_delete(store: RegistryStore, key: bytes, table: str) -> None:
    add_people(store)
    with store.change(Deed.CONSENT_RECORDED) as shelves:
        shelves.consents.add(consent("c1"))
    connection = engines.connect(store.path, key)
    if connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]:
        for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET rowid = rowid"):
            with pytest.raises(Exception, match="append-only"):
                connection.execute(statement)
    connection.close()


def consent(id_: str) -> Consent:
    return Consent(
        id_, "p0", "112178", RecipientSection.HEALTH, Purpose.ROSTER, ConsentDecision.GIVEN, date(2026, 4, 1),
        datetime(2026, 4, 1, tzinfo=UTC), withdrawn_on=date(2026, 5, 1),
    )  # fmt: skip


TAMPERINGS = {
    "a person's name": "UPDATE persons SET name = 'x' WHERE id = 'p1'",
    "a withdrawal undone": "UPDATE consents SET withdrawn_on = NULL",
    "a person gone": "DELETE FROM persons WHERE id = 'p2'",
    "a person slipped in": "INSERT INTO persons SELECT 'px', 'K999999', name, name_kana, name_alt, birth_on, sex, "
    "postcode, address_registered, address_actual, municipality_registered, municipality_actual, phone_home, "
    "phone_mobile, fax, email, guardian_name, care_setting, care_setting_on, care_setting_source, map_declined, "
    "state, end_reason, ended_on, source, as_of, note, search_text, sort_key, merged_into FROM persons WHERE id = 'p1'",
    "an entry's who": "UPDATE audits SET staff_id = 'other' WHERE seq = 2",
    "an entry's detail": "UPDATE audits SET detail = '{\"a\":1}' WHERE seq = 2",
    "an entry cut out": "DELETE FROM audits WHERE seq = 2",
    "a row's seal": "UPDATE audit_rows SET seal = 'x' WHERE seq = 2",
}


@pytest.mark.parametrize("what", TAMPERINGS)
def test_tampering_behind_the_registrys_back_is_found_and_named(store: RegistryStore, key: bytes, what: str) -> None:
    add_people(store)
    with store.change(Deed.CONSENT_RECORDED) as shelves:
        shelves.consents.add(consent("c1"))
    assert store.verify().first_break is None
    drop_guards(store, key)
    raw(store, key, "PRAGMA foreign_keys=OFF", TAMPERINGS[what])
    found = store.verify().first_break
    assert found is not None
    assert {"where", "code"} <= set(found)


def test_a_cut_tail_shows_against_the_mark_kept_outside(store: RegistryStore, key: bytes) -> None:
    add_people(store)
    seq, seal = store.head()
    drop_guards(store, key)
    raw(store, key, "PRAGMA foreign_keys=OFF", f"DELETE FROM audit_rows WHERE seq = {seq}",
        f"DELETE FROM audits WHERE seq = {seq}", "DELETE FROM persons")  # fmt: skip
    assert store.seal_at(seq) != seal


def test_the_file_never_holds_plain_text(store: RegistryStore) -> None:
    add_people(store, 50)
    for file in store.path.parent.iterdir():
        content = file.read_bytes()
        assert not content.startswith(engines.PLAIN_HEADER)
        for encoding in ("utf-8", "utf-16-le", "cp932"):
            assert CANARY.encode(encoding) not in content


def test_a_wrong_key_opens_nothing_and_changes_nothing(store: RegistryStore) -> None:
    store.close()
    content = store.path.read_bytes()
    with pytest.raises(Refusal) as refused:
        engines.connect(store.path, secrets.token_bytes(32))
    assert refused.value.code == "store.wrong_key_or_damaged"
    assert store.path.read_bytes() == content


def test_a_plaintext_database_is_refused(tmp_path: Path) -> None:
    import sqlite3

    path = tmp_path / "registry.db"
    plain = sqlite3.connect(path)
    plain.execute("CREATE TABLE persons (name)")
    plain.close()
    with pytest.raises(Refusal) as refused:
        engines.connect(path, secrets.token_bytes(32))
    assert refused.value.code == "store.plaintext"


@pytest.mark.parametrize("setting", sorted(engines._ASSERTED))
def test_a_setting_that_does_not_take_opens_nothing(
    tmp_path: Path, key: bytes, setting: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(engines._ASSERTED, setting, "never")
    with pytest.raises(Refusal) as refused:
        engines.connect(tmp_path / "registry.db", key)
    assert refused.value.facts["name"] == setting


def test_exception_texts_hold_no_values(store: RegistryStore) -> None:
    add_people(store, 1)
    with pytest.raises(sa.exc.IntegrityError) as caught, store.change(Deed.PERSON_REGISTERED) as shelves:
        shelves.persons.add(Person("p0", "K000000", CANARY))
    assert CANARY not in str(caught.value)
    assert CANARY not in repr(caught.value)


def test_a_page_of_an_older_copy_is_noticed(store: RegistryStore, key: bytes) -> None:
    """SQLCipher authenticates a page and its number, not its age: one page of yesterday undoes a withdrawal."""
    add_people(store)
    with store.change(Deed.CONSENT_RECORDED) as shelves:
        shelves.consents.add(consent("c1"))
    raw(store, key, "PRAGMA wal_checkpoint(TRUNCATE)")
    old = store.path.read_bytes()
    with store.change(Deed.PERSON_CHANGED) as shelves:
        person = shelves.persons.get("p1")
        assert person is not None
        shelves.persons.replace(Person(**{n: getattr(person, n) for n in person.__slots__} | {"note": "新しい"}))
    raw(store, key, "PRAGMA wal_checkpoint(TRUNCATE)")
    new = bytearray(store.path.read_bytes())
    wanted = contents(store)
    changed = [at for at in range(0, min(len(old), len(new)), 4096) if old[at : at + 4096] != new[at : at + 4096]]
    caught = 0
    for at in changed:
        spliced = bytearray(new)
        spliced[at : at + 4096] = old[at : at + 4096]
        copy = store.path.with_name("spliced.db")
        copy.write_bytes(spliced)
        try:
            other = RegistryStore(copy, key, FixedClock(), "staff1")
        except Refusal:
            caught += 1
            continue
        try:
            found = other.verify().first_break is not None
            assert found or contents(other) == wanted
            caught += found
        except sa.exc.DatabaseError:
            caught += 1
        finally:
            other.close()
    assert caught >= 2


def contents(store: RegistryStore) -> dict[str, list[object]]:
    with store.read() as shelves:
        return {name: getattr(shelves, name).all() for name in tables.SHAPES}


@pytest.mark.soak
@given(st.lists(st.sampled_from(["add", "replace", "fail"]), max_size=8))
def test_honest_histories_never_raise_a_false_alarm(tmp_path_factory: pytest.TempPathFactory, deeds: list[str]) -> None:
    store = RegistryStore(tmp_path_factory.mktemp("r") / "registry.db", bytes(32), FixedClock(), "s")
    people = 0
    for deed in deeds:
        if deed == "add":
            with store.change(Deed.PERSON_REGISTERED) as shelves:
                shelves.persons.add(Person(f"p{people}", f"K{people:06d}", "名"))
            people += 1
        elif deed == "replace" and people:
            with store.change(Deed.PERSON_CHANGED) as shelves:
                shelves.persons.replace(Person("p0", "K000000", "別名"))
        elif deed == "fail":
            with pytest.raises(KeyError), store.change(Deed.PERSON_CHANGED) as shelves:
                shelves.persons.replace(Person("nobody", "K999999", "名"))
    report = store.verify()
    assert report.first_break is None
    assert report.rows >= people
    store.close()


