"""The recovery key is made anew only once it lies on paper; what this PC can open is said."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from hoken_desktop.domain.codes import Role
from hoken_desktop.domain.errors import NotUnlocked, Refusal
from tests.pc import PASSPHRASE, PEOPLE, SECOND, MemoryKeyring, Pc
from tests.registry_builder import MovableClock


@pytest.fixture
def pc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pc:
    made = Pc(tmp_path / "data", MovableClock()).sit_down(monkeypatch)
    made.found()
    return made


def refused(code: str, doing: Callable[[], object]) -> None:
    with pytest.raises(Refusal) as caught:
        doing()
    assert caught.value.code == code


def test_a_drafted_key_opens_nothing_until_it_was_typed_again(pc: Pc) -> None:
    house = pc.open()
    drafted, other = house.keys.draft(), house.keys.draft()
    before = house.store.head()[0]
    refused("keys.typed_otherwise", lambda: house.keys.adopt(drafted, other))
    refused("vault.recovery_length", lambda: house.keys.adopt(drafted, drafted[:-1]))
    assert house.store.head()[0] == before
    house.close()
    assert pc.people(recovery=True) == PEOPLE
    house = pc.open()
    house.keys.adopt(drafted, drafted.lower().replace("-", " "))
    assert house.audits.entries(limit=1)[0].deed == "recovery_renewed"
    house.close()
    with pytest.raises(NotUnlocked):
        pc.open(recovery=True)
    pc.recovery_key = drafted
    assert pc.people(recovery=True) == PEOPLE
    assert pc.people() == PEOPLE


def test_only_an_administrator_makes_a_recovery_key(pc: Pc) -> None:
    house = pc.open()
    house.staff.add("見本 二郎", "主事", Role.EDITOR, SECOND)
    house.close()
    house = pc.open(SECOND)
    refused("staff.not_admin", house.keys.draft)
    refused("staff.not_admin", lambda: house.keys.adopt("x", "x"))
    house.close()


def test_the_state_says_what_this_pc_can_open(pc: Pc, monkeypatch: pytest.MonkeyPatch) -> None:
    house = pc.open()
    state = house.keys.state()
    assert (state.slots, state.bound, state.here, state.mine_bound) == (1, 1, 1, True)
    assert (state.pc_problem, state.by_recovery) == ("", False)
    assert state.recovery_made_at is not None
    house.close()
    pc.keyring = MemoryKeyring()  # the sign-in password was reset: Windows forgot its secrets
    pc.sit_down(monkeypatch)
    house = pc.open(recovery=True)
    state = house.keys.state()
    assert (state.slots, state.here, state.mine_bound) == (1, 0, None)
    assert (state.pc_problem, state.by_recovery) == ("vault.keyring_entry_missing", True)
    house.staff.set_passphrase(house.staff.all()[0].staff.id, PASSPHRASE)
    assert house.keys.state().here == 1
    house.close()
    assert pc.people() == PEOPLE
