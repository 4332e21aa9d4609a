"""Registries that many tests begin with are made once a process; each test gets a copy, in its own folder and cipher.

What is saved is the making: its deeds one by one, and the stretching of the same passphrase under the same salt. The
copy is the encrypted file itself with its key file, opened by the program's own vault and store.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from hoken_desktop import house as houses
from hoken_desktop.adapters.instance import Instance
from hoken_desktop.adapters.key_slots import KeySlots
from hoken_desktop.domain.keys import wipe
from hoken_desktop.house import House, Settings
from hoken_desktop.store.unit import RegistryStore

_stretched: dict[tuple[bytes, bytes, object], bytes] = {}
_kept: dict[str, _Kept] = {}


@dataclass(frozen=True)
class _Kept:
    data: Path
    clock: dict[str, Any]
    ids: dict[str, Any]
    told: Any


def copy_of(
    name: str, make: Callable[[Path], tuple[House, Any]], to: Path, settings: Settings, passphrase: str
) -> tuple[House, Any]:
    """(a house over a copy at `to` of what `make` made under this name, a copy of what it told about it).

    `make` is given a folder and must use the same settings; their clock and ids go on from where they stood.
    """
    if name not in _kept:
        data = Path(tempfile.mkdtemp(dir=os.environ["HOME"])) / "registry"
        house, told = make(data)
        house.close()
        _kept[name] = _Kept(data, deepcopy(vars(settings.clock)), deepcopy(_state(settings.ids)), deepcopy(told))
    kept = _kept[name]
    shutil.copytree(kept.data, to)
    vars(settings.clock).update(deepcopy(kept.clock))
    if kept.ids:
        vars(settings.ids).update(deepcopy(kept.ids))
    return _opened(to, settings, passphrase), deepcopy(kept.told)


def _state(ids: object) -> dict[str, Any]:
    """What ids that are counted remember; the program's own remember nothing."""
    return vars(ids) if hasattr(ids, "given") else {}


def _opened(data: Path, settings: Settings, passphrase: str) -> House:
    """As `open_house`, but that nobody is said to have opened it: the day begins as it was left."""
    real = KeySlots.stretched

    def remembered(self: KeySlots, secret: bytearray, salt: bytes, stretch: Any) -> bytearray:
        asked = (bytes(secret), salt, stretch)
        if asked not in _stretched:
            _stretched[asked] = bytes(real(self, secret, salt, stretch))
        return bytearray(_stretched[asked])

    instance = Instance(data, settings.clock)
    instance.take()
    vault = houses.make_vault(data, settings)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(KeySlots, "stretched", remembered)
        opened = vault.unlock(passphrase)
    store = RegistryStore(data / houses.FILE_NAME, opened.data_key, settings.clock, opened.staff_id)
    wipe(opened.data_key)
    return House(data, store, vault, instance, settings)
