"""The words of Qt's own dialogs: Qt's Japanese, and ours where Qt has none."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QTranslator

from hoken_desktop.words import say

_GAPS = {
    ("QFileDialog", "&Look in:"): "qt.look_in",
    ("QFileDialog", "Files of &type:"): "qt.files_of_type",
    ("QAbstractFileIconProvider", "Folder"): "qt.folder",
    ("QAbstractFileIconProvider", "Drive"): "qt.drive",
    ("QAbstractFileIconProvider", "File"): "qt.file",
    ("QPrintSettingsOutput", "Double Sided Printing"): "qt.double_sided",
    ("QPrintSettingsOutput", "Off"): "qt.off",
    ("QPrintSettingsOutput", "Long side binding"): "qt.long_side",
    ("QPrintSettingsOutput", "Short side binding"): "qt.short_side",
    ("QPrintSettingsOutput", "Pages"): "qt.pages",
    (
        "QPrintSettingsOutput",
        "Specify pages or ranges separated by commas. Ranges are specified by two numbers separated by a hyphen. "
        "E.g: 3,5-7,9 prints pages 3, 5, 6, 7 and 9.",
    ): "qt.pages_tip",
    ("QPrintSettingsOutput", "Page &Set:"): "qt.page_set",
    ("QPrintDialog", "All Pages"): "qt.all_pages",
    ("QPrintDialog", "Odd Pages"): "qt.odd_pages",
    ("QPrintDialog", "Even Pages"): "qt.even_pages",
    ("QLineEdit", "Clear text"): "qt.clear_text",
}
"""(Qt's class, its English) -> our word. Windows shows its own dialogs; these are for where Qt draws them."""


class Gaps(QTranslator):
    """Fills what Qt's Japanese leaves in English."""

    def isEmpty(self) -> bool:
        return False

    def translate(self, context: str, source: str, disambiguation: str | None = None, n: int = -1) -> str | None:
        key = _GAPS.get((context, source))
        return say(key) if key else None


def speak_japanese(app: QCoreApplication) -> None:
    """Have Qt's dialogs, menus and standard buttons speak Japanese."""
    translator = QTranslator(app)
    if translator.load("qtbase_ja", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        app.installTranslator(translator)
    app.installTranslator(Gaps(app))
