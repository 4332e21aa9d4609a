"""設定: the sections at the left, one noun each; the one in sight at the right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from hoken_desktop.ui import icons, theme
from hoken_desktop.ui.kit.pages import Page
from hoken_desktop.ui.kit.sections import Section
from hoken_desktop.ui.pages.backups import BackupsSection
from hoken_desktop.ui.pages.bases import BasesSection
from hoken_desktop.ui.pages.device_models import ModelsSection
from hoken_desktop.ui.pages.diseases import DiseasesSection
from hoken_desktop.ui.pages.doctor import DoctorSection
from hoken_desktop.ui.pages.gazetteers import GazetteersSection
from hoken_desktop.ui.pages.looks import LooksSection
from hoken_desktop.ui.pages.municipalities import TownsSection
from hoken_desktop.ui.pages.offices import OfficeSection
from hoken_desktop.ui.pages.organisations import OrganisationsSection
from hoken_desktop.ui.pages.staff import StaffSection
from hoken_desktop.ui.pages.vault import KeysSection
from hoken_desktop.words import say

if TYPE_CHECKING:
    from hoken_desktop.ui.desk import Desk


@dataclass(frozen=True, slots=True)
class SectionEntry:
    """A place in the list of sections: its name, its icon, the key of its word and what makes it."""

    name: str
    icon: str
    word: str
    make: Callable[[Page], Section]


SECTIONS: tuple[SectionEntry, ...] = (
    SectionEntry("offices", "building-bank", "settings.offices", OfficeSection),
    SectionEntry("municipalities", "map", "settings.towns", TownsSection),
    SectionEntry("organisations", "phone", "settings.organisations", OrganisationsSection),
    SectionEntry("device_models", "list", "settings.models", ModelsSection),
    SectionEntry("diseases", "list-details", "settings.diseases", DiseasesSection),
    SectionEntry("bases", "file-check", "settings.bases", BasesSection),
    SectionEntry("staff", "user", "settings.staff", StaffSection),
    SectionEntry("keys", "key", "settings.keys", KeysSection),
    SectionEntry("backups", "shield-lock", "settings.backups", BackupsSection),
    SectionEntry("gazetteers", "map-pin", "settings.gazetteers", GazetteersSection),
    SectionEntry("looks", "letter-case", "settings.looks", LooksSection),
    SectionEntry("doctor", "adjustments-horizontal", "settings.doctor", DoctorSection),
)
"""In the order of the list; a new noun adds its line here and brings its section in a file of its own name."""


class _SectionButton(QToolButton):
    """A section's place in the list; arrow keys go up and down."""

    def __init__(self, entry: SectionEntry, parent: QWidget) -> None:
        super().__init__(parent)
        self._icon = entry.icon
        word = say(entry.word)
        self.setText(f" {word}")
        self.setAccessibleName(word)
        self.setCheckable(True)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.dress()

    def dress(self) -> None:
        """Take the theme's colours and sizes."""
        look = theme.current()
        self.setIcon(icons.icon(self._icon, "text2", "accent_deep"))
        self.setIconSize(icons.extent(18))
        self.setFixedSize(look.px(168), look.height("rail_item"))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_icon"):
            self.dress()
        super().changeEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            if event.key() == Qt.Key.Key_Down:
                self.focusNextChild()
            else:
                self.focusPreviousChild()
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
            return
        super().keyPressEvent(event)


class SettingsPage(Page):
    """The list and the stack; each section is made when it is first opened."""

    topics = frozenset({"office", "persons", "audits", "places", "masters"})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, say("settings.title"))
        self._sections: dict[str, Section] = {}
        self._entries = {entry.name: entry for entry in SECTIONS}
        self.title.hide()
        self.subtitle.hide()
        middle = QHBoxLayout()
        middle.setSpacing(16)
        middle.addWidget(self._make_list())
        self._stack = QStackedWidget(self)
        middle.addWidget(self._stack, 1)
        self.body.addLayout(middle, 1)
        self._name = SECTIONS[0].name

    def _make_list(self) -> QFrame:
        frame = QFrame(self)
        frame.setObjectName("sectionList")
        frame.setProperty("card", True)
        column = QVBoxLayout(frame)
        column.setContentsMargins(1, 6, 1, 6)
        column.setSpacing(0)
        self.section_buttons: dict[str, _SectionButton] = {}
        group = QButtonGroup(self)
        for entry in SECTIONS:
            made = _SectionButton(entry, frame)
            made.clicked.connect(partial(self._clicked, entry.name))
            group.addButton(made)
            column.addWidget(made)
            self.section_buttons[entry.name] = made
        column.addStretch(1)
        return frame

    @property
    def section(self) -> Section | None:
        """The section in sight."""
        return self._sections.get(self._name)

    def open_section(self, name: str) -> Section:
        """Show a section, reading it again if something it shows has changed."""
        self._name = name
        made = self._sections.get(name)
        if made is None:
            made = self._sections[name] = self._entries[name].make(self)
            self._stack.addWidget(made)
        self._stack.setCurrentWidget(made)
        self.section_buttons[name].setChecked(True)
        if made.stale:
            made.stale = False
            made.refresh()
            self.desk.shut_deeds(self)
        return made

    def refresh(self) -> None:
        for each in self._sections.values():
            each.stale = True
        self.open_section(self._name)

    def show_at(self, **where: object) -> None:
        name = where.pop("section", self._name)
        if name in self._entries:
            self.open_section(str(name)).show_at(**where)

    def release(self) -> None:
        for each in self._sections.values():
            each.release()
        self._sections.clear()

    def first_focus(self) -> QWidget | None:
        made = self.section
        return (made.first_focus() if made is not None else None) or self.section_buttons[self._name]

    def _clicked(self, name: str, _checked: bool = False) -> None:
        self.notices.clear()
        self.open_section(name)
