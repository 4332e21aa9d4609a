"""The filters over the 台帳: an input that filters as one types, and a chip for each thing to filter by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from hoken_desktop.domain.codes import (
    CareSetting,
    DeviceGroup,
    Freshness,
    OnMap,
    PersonState,
    Standing,
    UnmappedReason,
)
from hoken_desktop.services.consents import FOREMOST
from hoken_desktop.services.ports import PersonQuery
from hoken_desktop.ui import icons, theme
from hoken_desktop.ui.kit.filters import FilterChip
from hoken_desktop.ui.kit.flow import FlowWidget
from hoken_desktop.ui.kit.forms import line, link
from hoken_desktop.ui.kit.labels import Tag
from hoken_desktop.words import label, say

_TYPING_MS = 120
_GROUPS = (DeviceGroup.VENTILATOR, DeviceGroup.BOTH, DeviceGroup.OXYGEN, DeviceGroup.UNCONFIRMED)


class PersonFilters(QWidget):
    """`changed` when the list must be read again; `show_query` sets it without telling."""

    changed = Signal()
    cleared = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.edit = line(placeholder=say("persons_page.filter_hint"), longest=80, parent=self)
        self.edit.setAccessibleName(say("persons_page.filter"))
        self.edit.setAccessibleDescription(say("window.search_hint"))
        self.edit.setToolTip(say("persons_page.filter_tip"))
        self.edit.setClearButtonEnabled(True)
        glass = icons.icon("search", "text2")
        self.edit.addAction(glass, self.edit.ActionPosition.LeadingPosition)
        self.typing: QTimer = QTimer(self)
        self.edit.textChanged.connect(lambda _text: self.typing.start())
        self.typing.setSingleShot(True)
        self.typing.setInterval(_TYPING_MS)
        self.typing.timeout.connect(self.changed)
        self._make_chips()
        self.among_tag = Tag("", "accent", self)
        self.among_tag.setVisible(False)
        self.clear_link = link(say("persons_page.clear"), self.cleared.emit, self)
        chips = FlowWidget(self)
        for chip in (*self.chips.values(), self.among_tag):
            chips.flow.addWidget(chip)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        beside = QVBoxLayout()
        beside.setContentsMargins(0, 2, 0, 2)
        beside.addWidget(chips)
        self._links = QHBoxLayout()
        self._links.setContentsMargins(0, 7, 0, 0)
        self._links.setSpacing(12)
        self._links.addWidget(self.clear_link)
        row.addWidget(self.edit, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(beside, 1)
        row.addLayout(self._links)
        row.setAlignment(self._links, Qt.AlignmentFlag.AlignTop)
        self._measure()

    def add_link(self, made: QWidget) -> None:
        """Another deed of the filters, at the right end."""
        self._links.insertWidget(0, made)

    def _make_chips(self) -> None:
        self.municipality: FilterChip[str] = FilterChip(say("persons_page.municipality"), (), "", self)
        self.group: FilterChip[DeviceGroup | None] = FilterChip(
            say("persons_page.device"), [(_group_word(g), g) for g in _GROUPS], None, self
        )
        self.care: FilterChip[CareSetting | None] = FilterChip(
            say("persons_page.care_setting"), [(label(c), c) for c in CareSetting], None, self
        )
        self.consent: FilterChip[Standing | None] = FilterChip(
            say("persons_page.consent"), [(label(s), s) for s in FOREMOST], None, self
        )
        self.freshness: FilterChip[Freshness | None] = FilterChip(
            say("persons_page.seen"), [(label(f), f) for f in Freshness], None, self
        )
        self.position: FilterChip[OnMap | UnmappedReason | None] = FilterChip(
            say("persons_page.position"), [(label(p), p) for p in (*OnMap, *UnmappedReason)], None, self
        )
        self.state: FilterChip[PersonState | None] = FilterChip(
            say("persons_page.the_ended"),
            [(say("persons_page.ended_too"), None), (say("persons_page.ended_only"), PersonState.ENDED)],
            PersonState.ACTIVE, self, nothing_word=say("persons_page.ended_not"),
        )  # fmt: skip
        self.chips: dict[str, FilterChip[Any]] = {
            "municipality": self.municipality, "group": self.group, "care_setting": self.care,
            "consent": self.consent, "freshness": self.freshness, "position": self.position, "state": self.state,
        }  # fmt: skip
        for chip in self.chips.values():
            chip.picked.connect(lambda _value: self.changed.emit())

    def offer_municipalities(self, names: Mapping[str, str]) -> None:
        """The office's own, by code."""
        self.municipality.offer([(name, code) for code, name in names.items()])

    def query(self) -> PersonQuery:
        """What is asked for, in ふりがな order."""
        return PersonQuery(
            text=self.edit.text().strip(), **{name: chip.value() for name, chip in self.chips.items()}
        )

    def show_query(self, query: PersonQuery) -> None:
        """Set the input and the chips; `changed` is not told."""
        self.edit.setText(query.text)
        self.typing.stop()
        for name, chip in self.chips.items():
            chip.set_value(getattr(query, name))

    def show_among(self, words: str) -> None:
        """Name the figure whose people are shown; "" where there is none."""
        self.among_tag.setText(words)
        self.among_tag.setVisible(bool(words))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "clear_link"):
            self._measure()
        super().changeEvent(event)

    def _measure(self) -> None:
        self.edit.setFixedWidth(theme.current().px(236))


def _group_word(group: DeviceGroup) -> str:
    words = {
        DeviceGroup.VENTILATOR: "persons_page.only_ventilator",
        DeviceGroup.OXYGEN: "persons_page.only_oxygen",
        DeviceGroup.UNCONFIRMED: "persons_page.none_in_use",
    }
    return say(words[group]) if group in words else label(group)
