"""閲覧専用, said on every page: a bar over the whole width while a backup is looked at."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QWidget

from hoken_desktop.domain.dates import JAPAN, format_wareki
from hoken_desktop.ui import icons, theme
from hoken_desktop.ui.kit.labels import Label
from hoken_desktop.words import say


class ViewingBar(QFrame):
    """Hidden for the registry itself."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("viewingBar")
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 6, 16, 6)
        row.setSpacing(12)
        self._icon = Label("", parent=self)
        self._title = Label(say("window.viewing"), "title", parent=self)
        self._text = Label("", "table", wrap=True, parent=self)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        for part in (self._icon, self._title):
            row.addWidget(part)
        row.addWidget(self._text, 1)
        self.setVisible(False)

    def show_moment(self, made_at: datetime | None) -> None:
        """Say which moment is looked at; None hides the bar."""
        self.setVisible(made_at is not None)
        if made_at is None:
            return
        at = made_at.astimezone(JAPAN)
        self._text.setText(say("window.viewing_text", day=format_wareki(at.date()), time=f"{at:%H:%M}"))
        self.setAccessibleName(f"{self._title.text()} {self._text.text()}")
        self._dress()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_icon"):
            self._dress()
        super().changeEvent(event)

    def _dress(self) -> None:
        self._icon.setPixmap(icons.pixmap("eye", "on_mark", theme.current().px(22)))
