"""市町提供 on real windows over the real cipher."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from pytestqt.qtbot import QtBot

from hoken_desktop.house import House
from hoken_desktop.ui.pages.disclosures import DisclosuresPage
from hoken_desktop.ui.window import Window
from tests.ui.disclosures.steps import (
    Registry,
    build,
    six_people,
)


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return build(tmp_path, six_people)


@pytest.fixture
def open_page(qtbot: QtBot, doors: Any) -> Iterator[Callable[[House], DisclosuresPage]]:
    windows: list[Window] = []

    def open_(house: House) -> DisclosuresPage:
        window = Window(doors, lambda: {"disclosures": DisclosuresPage})
        windows.append(window)
        window.resize(1366, 728)
        window.show()
        qtbot.waitExposed(window)
        window.activateWindow()
        window.unlock(house)
        assert window.desk is not None
        page = window.desk.current
        assert isinstance(page, DisclosuresPage)
        return page

    yield open_
    for window in windows:
        window.lock()
        window.close()
        window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


@pytest.fixture
def page(registry: Registry, open_page: Callable[[House], DisclosuresPage]) -> DisclosuresPage:
    return open_page(registry.house)
