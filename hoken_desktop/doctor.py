"""診断: what is looked at of this PC and of the open registry, and whether it is in order; changes nothing."""

from __future__ import annotations

import sqlite3
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hoken_desktop import __version__
from hoken_desktop.adapters import data_folder
from hoken_desktop.adapters.gazetteer import Gazetteer
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.services.audits import Audits
from hoken_desktop.services.vault import VaultState
from hoken_desktop.store import migrate
from hoken_desktop.store.unit import RegistryStore

if TYPE_CHECKING:
    from hoken_desktop.services.vault import Vault


@dataclass(frozen=True, slots=True)
class Check:
    """One line of `doctor`: what was looked at, whether it is in order, what was found."""

    name: str
    well: bool
    found: str


def examine_pc(data: Path, vault: Vault) -> list[Check]:
    """The program, the folder and the keys."""
    checks = [
        Check("version", True, __version__),
        Check("python", sys.version_info >= (3, 11), sys.version.split()[0]),
        Check("sqlite", True, sqlite3.sqlite_version),
    ]
    try:
        data_folder.check_place(data)
        checks.append(Check("place", True, str(data)))
    except Refusal as refusal:
        checks.append(Check("place", False, refusal.code))
    try:
        state = vault.state()
        checks.append(Check("keys", state is VaultState.READY, state.value))
    except Refusal as refusal:
        checks.append(Check("keys", False, refusal.code))
    checks.append(Check("gazetteer", True, str(len(Gazetteer(data).sources()))))
    return checks


def examine_registry(audits: Audits, store: RegistryStore) -> list[Check]:
    """The open registry: cipher, pages, structure, links, schema and record."""
    report = audits.verify()
    found = store.integrity()
    return [
        Check("cipher", bool(found["cipher"]), found["cipher"]),
        *(Check(name, found[name] == "ok", found[name]) for name in ("pages", "integrity", "links")),
        Check("schema", found["revision"] == migrate.head(), found["revision"]),
        Check("audit", report.first_break is None, f"{report.entries} / {report.head[:20]}"),
    ]
