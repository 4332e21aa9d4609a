"""Who may open the registry: given and taken by a 管理者, each with a passphrase and a name in the record."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from hoken_desktop import words
from hoken_desktop.adapters import key_files
from hoken_desktop.domain.codes import Role
from hoken_desktop.domain.errors import NotUnlocked, Refusal
from tests.pc import PASSPHRASE, PEOPLE, SECOND, MemoryKeyring, Pc

THIRD = "umi no soko no shiroi kai"


def refused(code: str, doing: Callable[[], object]) -> None:
    with pytest.raises(Refusal) as caught:
        doing()
    assert caught.value.code == code
    assert words.say(code, **caught.value.facts).endswith(("。", "。)"))


def add(pc: Pc, role: Role = Role.EDITOR, passphrase: str = SECOND, *, recovery: bool = True) -> str:
    house = pc.open(recovery=recovery)
    try:
        return house.staff.add("見本 二郎", "主事", role, passphrase).staff.id
    finally:
        house.close()


def test_a_colleague_opens_with_a_passphrase_and_a_name_of_their_own(pc: Pc) -> None:
    added = add(pc, recovery=False)
    house = pc.open(SECOND)
    assert house.desk_facts().staff == "主事 見本 二郎"
    assert house.audits.entries(limit=1)[0].who == "主事 見本 二郎"
    members = house.staff.all()
    assert [(m.opens, m.this_pc_only, m.myself) for m in members] == [(True, True, False), (True, True, True)]
    assert members[1].staff.id == added
    house.close()
    assert pc.people() == PEOPLE


def test_only_an_admin_gives_and_takes(pc: Pc) -> None:
    add(pc)
    before = {name: text for name, text in pc.files().items() if "keys" in name}
    house = pc.open(SECOND)
    first = house.staff.all()[0].staff.id
    refused("staff.not_admin", lambda: house.staff.add("見本 三郎", "", Role.ADMIN, THIRD))
    refused("staff.not_admin", lambda: house.staff.withdraw(first))
    refused("staff.not_admin", lambda: house.staff.set_passphrase(first, THIRD))
    refused("staff.not_admin", lambda: house.staff.enrol(first, THIRD))
    house.staff.set_passphrase(house.store.staff_id, THIRD)
    house.close()
    assert before
    assert pc.people(THIRD) == PEOPLE
    refused("vault.wrong_passphrase", lambda: pc.people(SECOND))


def test_a_transfer_takes_the_passphrase_and_keeps_the_name(pc: Pc) -> None:
    add(pc)
    house = pc.open()
    gone = house.staff.withdraw("見本 二郎")
    assert gone.withdrawn_at is not None
    refused("staff.already_withdrawn", lambda: house.staff.withdraw(gone.id))
    refused("staff.unknown", lambda: house.staff.withdraw("見本 二郎"))
    assert [line.deed for line in house.audits.entries(limit=1)] == ["staff_withdrawn"]
    assert [(m.staff.name, m.opens) for m in house.staff.all()] == [("見本 花子", True), ("見本 二郎", False)]
    house.close()
    refused("vault.wrong_passphrase", lambda: pc.open(SECOND))


def test_the_last_and_the_last_admin_stay(pc: Pc) -> None:
    house = pc.open()
    refused("vault.last_slot", lambda: house.staff.withdraw(house.store.staff_id))
    house.close()
    add(pc)
    house = pc.open()
    refused("staff.last_admin", lambda: house.staff.withdraw(house.store.staff_id))
    house.staff.add("見本 三郎", "所長", Role.ADMIN, THIRD)
    house.staff.withdraw(house.store.staff_id)
    house.close()
    refused("vault.wrong_passphrase", lambda: pc.open())
    assert pc.people(THIRD) == PEOPLE


def test_a_lost_passphrase_ends_well_by_the_recovery_key(pc: Pc) -> None:
    house = pc.open(recovery=True)
    mine = house.staff.all()[0].staff.id
    assert house.staff.set_passphrase(mine, SECOND).device_warning == ""
    assert house.audits.entries(limit=1)[0].who == "復旧キー"
    house.close()
    assert pc.people(SECOND) == PEOPLE
    refused("vault.wrong_passphrase", pc.people)


def test_a_lost_keyring_entry_ends_well_by_enrolling_this_pc(pc: Pc, monkeypatch: pytest.MonkeyPatch) -> None:
    pc.keyring = MemoryKeyring()
    pc.sit_down(monkeypatch)
    refused("vault.keyring_entry_missing", pc.open)
    house = pc.open(recovery=True)
    house.staff.enrol("見本 花子", PASSPHRASE)
    assert house.staff.all()[0].this_pc_only
    house.close()
    assert pc.people() == PEOPLE


def test_without_a_keyring_enrolling_is_refused_and_a_passphrase_alone_is_said(
    pc: Pc, monkeypatch: pytest.MonkeyPatch
) -> None:
    from hoken_desktop import house as houses
    from hoken_desktop.adapters.os_keyring import OsKeyring

    monkeypatch.setattr(houses, "OsKeyring", lambda: OsKeyring(lambda: None))
    house = pc.open(recovery=True)
    with pytest.raises(NotUnlocked):
        house.staff.enrol("見本 花子", PASSPHRASE)
    assert house.staff.set_passphrase("見本 花子", SECOND).device_warning == "vault.without_keyring"
    house.close()
    assert pc.people(SECOND) == PEOPLE


def test_weak_taken_and_nameless_are_refused_without_a_trace(pc: Pc) -> None:
    house = pc.open()
    head = house.store.head()
    keys = {name: text for name, text in pc.files().items() if "keys" in name}
    refused("staff.no_name", lambda: house.staff.add("　", "主事", Role.EDITOR, SECOND))
    refused("vault.passphrase_short", lambda: house.staff.add("見本 二郎", "主事", Role.EDITOR, "short"))
    refused("vault.passphrase_taken", lambda: house.staff.add("見本 二郎", "主事", Role.EDITOR, PASSPHRASE))
    refused("vault.passphrase_short", lambda: house.staff.set_passphrase("見本 花子", "short"))
    refused("vault.passphrase_short", lambda: house.staff.enrol("見本 花子", "short"))
    assert house.store.head() == head
    assert {name: text for name, text in pc.files().items() if "keys" in name} == keys
    house.close()


@pytest.mark.skipif(sys.platform == "win32", reason="stands in for a POSIX disk")
def test_a_key_file_that_cannot_be_written_leaves_staff_and_record_as_they_were(
    pc: Pc, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(pc)
    house = pc.open()
    head = house.store.head()

    def full(path: Path, data: bytes, **named: object) -> None:
        raise OSError(28, "full")

    with monkeypatch.context() as patch:
        patch.setattr(key_files, "write_whole", full)
        refused("vault.key_file_unwritable", lambda: house.staff.withdraw("見本 二郎"))
        refused("vault.key_file_unwritable", lambda: house.staff.add("見本 三郎", "", Role.EDITOR, THIRD))
    assert house.store.head() == head
    assert [m.opens for m in house.staff.all()] == [True, True]
    house.close()
    assert pc.people(SECOND) == PEOPLE


def test_two_of_one_name_are_told_apart_by_id(pc: Pc) -> None:
    second = add(pc)
    add(pc, passphrase=THIRD)
    house = pc.open()
    refused("staff.ambiguous", lambda: house.staff.withdraw("見本 二郎"))
    house.staff.withdraw(second)
    assert house.staff.find("見本 二郎").id != second
    house.close()


def test_a_member_is_renamed_and_made_administrator_but_the_last_one_stays(pc: Pc) -> None:
    added = add(pc)
    house = pc.open()
    first = house.staff.all()[0].staff
    refused("staff.last_admin", lambda: house.staff.change(first.id, first.name, first.post, Role.EDITOR))
    refused("staff.no_name", lambda: house.staff.change(added, " ", "主事", Role.EDITOR))
    before = house.store.head()[0]
    house.staff.change(added, "見本 二郎", "主事", Role.EDITOR)
    assert house.store.head()[0] == before  # nothing changed, nothing in the record
    house.staff.change(added, "見本 次郎", "主任", Role.ADMIN)
    house.staff.change(first.id, first.name, first.post, Role.EDITOR)
    refused("staff.not_admin", lambda: house.staff.change(added, "見本 次郎", "主任", Role.EDITOR))
    house.close()
    house = pc.open(SECOND)
    assert house.desk_facts().staff == "主任 見本 次郎"
    assert [m.staff.role for m in house.staff.all()] == [Role.EDITOR, Role.ADMIN]
    house.close()


def test_the_roll_says_when_each_last_opened_the_registry(pc: Pc) -> None:
    add(pc)
    pc.open().close()
    house = pc.open(SECOND)
    first, second = house.staff.all()
    assert first.unlocked_at is not None
    assert second.unlocked_at is not None
    assert second.unlocked_at > first.unlocked_at
    house.close()


def test_ones_own_passphrase_is_changed_only_with_the_old_one(pc: Pc) -> None:
    add(pc)
    house = pc.open(SECOND)
    refused("staff.not_your_passphrase", lambda: house.staff.change_own(PASSPHRASE, THIRD))
    refused("vault.wrong_passphrase", lambda: house.staff.change_own("kore wa chigau kotoba", THIRD))
    refused("vault.passphrase_short", lambda: house.staff.change_own(SECOND, "mijikai"))
    refused("vault.passphrase_taken", lambda: house.staff.change_own(SECOND, PASSPHRASE))
    house.staff.change_own(SECOND, THIRD)
    house.close()
    with pytest.raises(NotUnlocked):
        pc.open(SECOND)
    assert pc.people(THIRD) == PEOPLE
    assert pc.people() == PEOPLE
