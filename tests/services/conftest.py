"""What most tests of the services begin with: an empty registry, or a PC on which one was founded."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pc import Pc
from tests.registry_builder import FictitiousRegistry, MovableClock


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[FictitiousRegistry]:
    made = FictitiousRegistry(tmp_path / "data")
    yield made
    made.close()


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Pc:
    with pytest.MonkeyPatch.context() as patch:
        pc = Pc(tmp_path_factory.mktemp("founded") / "data", MovableClock()).sit_down(patch)
        pc.found()
    return pc


@pytest.fixture
def pc(founded: Pc, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pc:
    """A PC with its own copy of the founded registry."""
    return founded.copy_to(tmp_path / "data").sit_down(monkeypatch)
