"""A first day: found a registry in the window, keep its recovery key, open, lock, come back, forget the passphrase."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QCheckBox, QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from hoken_desktop import app, house
from hoken_desktop.ui.kit.labels import Label
from hoken_desktop.ui.kit.pages import Page
from hoken_desktop.ui.lock import LockPage
from hoken_desktop.ui.window import Window
from hoken_desktop.words import say

PASSPHRASE = "aoi sora ni shiroi tori"
SETTINGS = house.Settings(use_device=False)


class OfficePage(Page):
    """One real reading of the open registry."""

    def refresh(self) -> None:
        self.subtitle.setText(self.desk.house.office.get().name)


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> Iterator[Window]:
    doors = app.HouseDoors(tmp_path / "registry", SETTINGS)
    made = Window(doors, lambda: {"home": lambda desk: OfficePage(desk, "ホーム")})
    made.show()
    yield made
    made.close()


def page(window: Window) -> LockPage:
    shown = window.centralWidget()
    assert isinstance(shown, LockPage)
    return shown


def type_into(window: Window, **texts: str) -> None:
    for name, text in texts.items():
        page(window).findChild(QLineEdit, name).setText(text)


def press(window: Window, words: str) -> None:
    buttons = [each for each in page(window).findChildren(QPushButton) if each.isVisible()]
    next(each for each in buttons if each.accessibleName() == words).click()


def found(qtbot: QtBot, window: Window) -> str:
    type_into(
        window, office="中央保健所", municipalities="鴻巣市、112194", staffName="卯月 さき", staffPost="保健師",
        passphraseOnce=PASSPHRASE, passphraseTwice=PASSPHRASE,
    )  # fmt: skip
    press(window, say("lock.create"))
    qtbot.waitUntil(lambda: page(window).findChild(QWidget, "newKeyCard") is not None, timeout=60_000)
    card = page(window).findChild(QWidget, "newKeyCard")
    key = "-".join(
        label.text().replace(" ", "") for label in card.findChildren(QLabel) if label.property("type") == "figure"
    )
    card.findChild(QCheckBox, "kept").setChecked(True)
    card.findChild(QPushButton, "goOn").click()
    return key


def open_with(qtbot: QtBot, window: Window, passphrase: str) -> None:
    type_into(window, passphrase=passphrase)
    press(window, say("lock.open"))
    qtbot.waitUntil(lambda: window.desk is not None or page(window).notices.isVisible(), timeout=60_000)


def test_the_first_day_in_the_window(qtbot: QtBot, window: Window, tmp_path: Path) -> None:
    recovery_key = found(qtbot, window)
    assert len(recovery_key) == 41

    open_with(qtbot, window, "kono kotoba wa chigau")
    assert window.desk is None
    assert say("vault.wrong_passphrase", wait=0).split("。")[0] in page(window).notices.text()

    open_with(qtbot, window, PASSPHRASE)
    assert window.desk is not None
    shown = [label.text() for label in window.desk.frame.findChildren(Label)]
    assert shown.count("中央保健所") == 2
    assert say("window.no_round") in shown
    assert window.desk.house.desk_facts().staff in shown
    del shown

    window.desk.frame.lock_button.click()
    qtbot.waitUntil(lambda: window.desk is None)
    for file in (tmp_path / "registry").rglob("*"):
        if file.is_file():
            assert "中央保健所".encode() not in file.read_bytes()

    press(window, say("lock.forgotten"))
    type_into(window, recoveryKey=recovery_key.lower().replace("-", " "))
    press(window, say("lock.open_with_recovery"))
    qtbot.waitUntil(lambda: window.desk is not None, timeout=60_000)


def test_an_unknown_municipality_is_refused_and_nothing_is_made(qtbot: QtBot, window: Window, tmp_path: Path) -> None:
    type_into(
        window, office="中央保健所", municipalities="どこにもない市", staffName="卯月 さき", staffPost="保健師",
        passphraseOnce=PASSPHRASE, passphraseTwice=PASSPHRASE,
    )  # fmt: skip
    press(window, say("lock.create"))
    qtbot.waitUntil(page(window).notices.isVisible, timeout=60_000)
    assert not (tmp_path / "registry").exists()
    assert page(window).findChild(QLineEdit, "office").text() == "中央保健所"
