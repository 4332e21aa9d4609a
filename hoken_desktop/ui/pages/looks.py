"""設定・画面: the size of the text, light or dark, and how long until the registry locks itself."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QButtonGroup, QRadioButton, QVBoxLayout, QWidget

from hoken_desktop.domain.deeds import Deed
from hoken_desktop.ui import theme
from hoken_desktop.ui.idle import DEFAULT_MINUTES, KEY
from hoken_desktop.ui.kit.cards import Card
from hoken_desktop.ui.kit.forms import Field, Pick, button
from hoken_desktop.ui.kit.labels import Label
from hoken_desktop.ui.kit.pages import Page
from hoken_desktop.ui.kit.sections import Section
from hoken_desktop.ui.manuals import PLACE
from hoken_desktop.words import say

MINUTES = (1, 3, 5, 10, 15, 30)


class LooksSection(Section):
    """Looks are this PC's and take effect at once; the minutes are the office's and go into the record."""

    topics = frozenset({"office"})

    def __init__(self, page: Page) -> None:
        super().__init__(page, say("settings.looks"), say("settings.looks_what"))
        self.setProperty(PLACE, "settings#画面と自動施錠")
        self.sizes = self._choice(
            say("settings.text_size"),
            [(say("settings.text_plain"), 1.0), (say("settings.text_large"), theme.large_factor())],
        )
        self.themes = self._choice(
            say("settings.theme"),
            [
                (say("settings.theme_follow"), theme.FOLLOW),
                (say("settings.theme_light"), theme.LIGHT),
                (say("settings.theme_dark"), theme.DARK),
            ],
        )
        card = self._card(say("settings.auto_lock"))
        self.minutes: Pick[int] = Pick([(say("settings.minutes", n=n), n) for n in MINUTES], card)
        card.body.addWidget(
            Field(say("settings.auto_lock_after"), self.minutes, say("settings.auto_lock_hint"), parent=card)
        )
        self.keep = button(say("settings.save"), self._keep, primary=True, deed=True, parent=card)
        card.body.addWidget(self.keep, 0, Qt.AlignmentFlag.AlignLeft)

    def _card(self, title: str) -> Card:
        card = Card(title, parent=self)
        card.limit_width(720)
        self.body.addWidget(card)
        return card

    def _choice(self, title: str, choices: list[tuple[str, object]]) -> dict[object, QRadioButton]:
        card = self._card(title)
        column = QVBoxLayout()
        column.setSpacing(4)
        group = QButtonGroup(self)
        made: dict[object, QRadioButton] = {}
        for words, value in choices:
            radio = QRadioButton(words, card)
            radio.setAccessibleName(f"{title} {words}")
            radio.clicked.connect(lambda _on=False: self._dress())
            group.addButton(radio)
            column.addWidget(radio, 0, Qt.AlignmentFlag.AlignLeft)
            made[value] = radio
        card.body.addLayout(column)
        card.body.addWidget(Label(say("settings.this_pc_only"), "note", "text3", wrap=True, parent=card))
        return made

    def refresh(self) -> None:
        look = theme.current()
        self.sizes[theme.large_factor() if look.factor > 1 else 1.0].setChecked(True)
        self.themes[theme.choice()].setChecked(True)
        kept = int(self.desk.house.preferences.get(KEY, DEFAULT_MINUTES, shared=True))
        self.minutes.offer([(say("settings.minutes", n=n), n) for n in sorted({*MINUTES, kept})])
        self.minutes.pick(kept)

    def first_focus(self) -> QWidget:
        return next(radio for radio in self.sizes.values() if radio.isChecked())

    def _dress(self) -> None:
        app = QApplication.instance()
        if isinstance(app, QApplication):
            factor = next(value for value, radio in self.sizes.items() if radio.isChecked())
            choice = next(value for value, radio in self.themes.items() if radio.isChecked())
            theme.choose(app, str(choice), float(str(factor)))

    def _keep(self) -> None:
        preferences, minutes = self.desk.house.preferences, self.minutes.value()
        self.run(
            lambda _report: preferences.put(KEY, minutes, shared=True),
            lambda _none: self.done(say("settings.auto_lock_set", n=minutes), Deed.PREFERENCE_SET),
        )
