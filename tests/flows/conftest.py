"""What the days in tests/flows share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.flows import offices


@pytest.fixture(scope="session")
def libreoffice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[offices.Ask]:
    if not offices.has_uno():
        pytest.skip("LibreOffice with python3-uno is not installed")
    with offices.open_office(tmp_path_factory.mktemp("office")) as ask:
        yield ask
