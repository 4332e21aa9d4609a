"""Colours, type and sizes of the window, read from resources/theme and turned into one style sheet and palette.

Widgets that paint themselves ask `current()` at paint time, so that a change of theme or text size needs no rebuild.
Sizes are pixels at 100 % (96 dpi); Qt multiplies by the screen's scale, the text factor by type and row heights.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from hoken_desktop import paths

LIGHT = "light"
DARK = "dark"
FOLLOW = "follow"
"""The choice of neither: as the desktop asks."""


@cache
def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((paths.resources() / "theme" / f"{name}.toml").read_text("utf-8"))


def _channel(value: int) -> float:
    part = value / 255
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def luminance(hex_colour: str) -> float:
    """Relative luminance of "#RRGGBB" (WCAG 2)."""
    red, green, blue = (int(hex_colour[i : i + 2], 16) for i in (1, 3, 5))
    return 0.2126 * _channel(red) + 0.7152 * _channel(green) + 0.0722 * _channel(blue)


def contrast(one: str, other: str) -> float:
    """Contrast of two "#RRGGBB" colours, 1 to 21 (WCAG 2)."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@dataclass(frozen=True, slots=True)
class Theme:
    """One look: `name` is "light" or "dark", `factor` multiplies type and row heights (1, or 1.25: 文字を大きく)."""

    name: str = LIGHT
    factor: float = 1.0

    @property
    def dark(self) -> bool:
        return self.name == DARK

    def roles(self) -> tuple[str, ...]:
        """Every colour role there is."""
        return tuple(_read(self.name))

    def hex(self, role: str) -> str:
        """The "#RRGGBB" of a role; KeyError if the theme has no such role."""
        return str(_read(self.name)[role])

    def colour(self, role: str) -> QColor:
        return QColor(self.hex(role))

    def tag(self, tone: str) -> tuple[QColor, QColor]:
        """(ground, ink) of a tag of that tone; "plain" and "accent" have no tint of their own."""
        ground = {"plain": "table_head", "accent": "selected"}.get(tone, f"{tone}_tint")
        ink = {"plain": "text2", "accent": "accent_deep"}.get(tone, tone)
        return self.colour(ground), self.colour(ink)

    def size(self, role: str) -> int:
        """Type size of a role in px, with the text factor."""
        return round(int(_read("measures")["type"][role]["size"]) * self.factor)

    def height(self, role: str) -> int:
        """Height of a row, button or bar in px, with the text factor."""
        return round(int(_read("measures")["height"][role]) * self.factor)

    def width(self, role: str) -> int:
        return round(int(_read("measures")["width"][role]) * self.factor)

    def px(self, size: int) -> int:
        """A length that grows with the text, such as a column's width."""
        return round(size * self.factor)

    def font(self, role: str = "base", bold: bool | None = None) -> QFont:
        """The font of a type role: the system's Japanese family, figures of one width."""
        spec = _read("measures")["type"][role]
        font = QFont(families())
        font.setPixelSize(self.size(role))
        font.setBold(bool(spec["bold"]) if bold is None else bold)
        font.setFeature(QFont.Tag("tnum"), 1)
        return font

    def palette(self) -> QPalette:
        """The same colours for what Qt paints without the style sheet."""
        made = QPalette()
        pairs = {
            QPalette.ColorRole.Window: "bg",
            QPalette.ColorRole.Base: "surface",
            QPalette.ColorRole.AlternateBase: "surface2",
            QPalette.ColorRole.ToolTipBase: "surface",
            QPalette.ColorRole.ToolTipText: "text",
            QPalette.ColorRole.WindowText: "text",
            QPalette.ColorRole.Text: "text",
            QPalette.ColorRole.Button: "surface",
            QPalette.ColorRole.ButtonText: "text",
            QPalette.ColorRole.PlaceholderText: "text3",
            QPalette.ColorRole.Highlight: "selected",
            QPalette.ColorRole.HighlightedText: "text",
            QPalette.ColorRole.Link: "accent_deep",
            QPalette.ColorRole.LinkVisited: "accent_deep",
            QPalette.ColorRole.Mid: "line",
            QPalette.ColorRole.Dark: "control",
            QPalette.ColorRole.Light: "surface",
        }
        for role, name in pairs.items():
            made.setColor(role, self.colour(name))
        for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
            made.setColor(QPalette.ColorGroup.Disabled, role, self.colour("disabled_text"))
        return made

    def style_sheet(self) -> str:
        """The whole window's style sheet."""
        return _sheet(self)


@cache
def families() -> tuple[str, ...]:
    """Japanese families in the order of choice; those the machine has come first, the rest stay as fallbacks."""
    wished = tuple(str(name) for name in _read("measures")["families"])
    there = set(QFontDatabase.families())
    return tuple(sorted(wished, key=lambda name: name not in there))


_current = Theme()
_choice = FOLLOW


def current() -> Theme:
    """The look in use."""
    return _current


def system_name() -> str:
    """ "dark" if the desktop asks for a dark look, else "light"."""
    hints = QGuiApplication.styleHints()
    return DARK if hints.colorScheme() == Qt.ColorScheme.Dark else LIGHT


def choice() -> str:
    """What was chosen: FOLLOW, LIGHT or DARK."""
    return _choice


def choose(app: QApplication, chosen: str, factor: float) -> None:
    """Dress the program as chosen; FOLLOW takes the desktop's look, now and when it changes."""
    global _choice
    _choice = chosen if chosen in (LIGHT, DARK) else FOLLOW
    apply(app, Theme(system_name() if _choice == FOLLOW else _choice, factor))


def large_factor() -> float:
    """The factor of 文字を大きく."""
    return float(_read("measures")["large_factor"])


def apply(app: QApplication, theme: Theme) -> None:
    """Dress the whole program in `theme`, at once and without rebuilding any page."""
    global _current
    _current = theme
    app.setStyle("Fusion")
    app.setFont(theme.font("base"))
    app.setPalette(theme.palette())
    app.setStyleSheet(theme.style_sheet())


def _type_rules(theme: Theme) -> str:
    rules = []
    for role, spec in _read("measures")["type"].items():
        weight = "bold" if spec["bold"] else "normal"
        rules.append(f'*[type="{role}"] {{ font-size: {theme.size(role)}px; font-weight: {weight}; }}')
    return "\n".join(rules)


def _tone_rules(theme: Theme) -> str:
    tinted = ("danger", "warn", "done", "ventilator", "oxygen", "both")
    tones = ("text", "text2", "text3", "accent", "accent_deep", *tinted)
    rules = [f'QLabel[tone="{tone}"] {{ color: {theme.hex(tone)}; }}' for tone in tones]
    for tone in tinted:
        rules.append(
            f'*[tag="{tone}"] {{ background: {theme.hex(tone + "_tint")}; color: {theme.hex(tone)}; }}'
            f'*[bar="{tone}"] {{ background: {theme.hex(tone + "_tint")}; border: 1px solid {theme.hex(tone)};'
            " border-radius: 6px; }"
        )
    rules.append(f'*[tag="plain"] {{ background: {theme.hex("table_head")}; color: {theme.hex("text2")}; }}')
    rules.append(f'*[tag="accent"] {{ background: {theme.hex("selected")}; color: {theme.hex("accent_deep")}; }}')
    rules.append(
        f'*[bar="accent"] {{ background: {theme.hex("selected")}; border: 1px solid {theme.hex("accent")};'
        " border-radius: 6px; }"
    )
    return "\n".join(rules)


def _sheet(theme: Theme) -> str:
    c = {role: theme.hex(role) for role in theme.roles()}
    h = {role: theme.height(role) for role in _read("measures")["height"]}
    check = (paths.resources() / "theme" / f"check-{theme.name}.svg").as_posix()
    arrow = (paths.resources() / "theme" / f"chevron-{theme.name}.svg").as_posix()
    s = {role: theme.size(role) for role in _read("measures")["type"]}
    return f"""
* {{ font-size: {s["base"]}px; }}
QWidget {{ color: {c["text"]}; }}
QMainWindow, QDialog, *[ground="bg"] {{ background: {c["bg"]}; }}
QDialog {{ border: 1px solid {c["control"]}; }}
*[ground="surface"] {{ background: {c["surface"]}; }}
QToolTip {{ background: {c["surface"]}; color: {c["text"]}; border: 1px solid {c["control"]}; padding: 4px; }}
{_type_rules(theme)}
{_tone_rules(theme)}

#searchDrop {{ background: {c["surface"]}; border: 1px solid {c["control"]}; border-radius: 4px; }}
#topBar {{ background: {c["surface"]}; border-bottom: 1px solid {c["line"]}; }}
#viewingBar {{ background: {c["warn"]}; }}
#viewingBar QLabel {{ color: {c["on_mark"]}; font-weight: bold; }}
#statusBar {{ background: {c["surface"]}; border-top: 1px solid {c["line"]}; }}
#rail {{ background: {c["rail"]}; border-right: 1px solid {c["line"]}; }}
#rail QToolButton, #sectionList QToolButton {{ border: none; border-left: 4px solid transparent;
  border-radius: 0; background: transparent;
  text-align: left; padding: 0 4px 0 10px; color: {c["text2"]}; font-size: {s["base"]}px; }}
#rail QToolButton:hover, #sectionList QToolButton:hover {{ background: {c["hover"]}; }}
#rail QToolButton:checked, #sectionList QToolButton:checked {{
  background: {c["surface"]}; border-left-color: {c["accent"]}; color: {c["accent_deep"]};
  font-weight: bold; }}
#sectionList QToolButton:checked {{ background: {c["selected"]}; }}
#rail QToolButton:focus, #sectionList QToolButton:focus {{ border: 2px solid {c["accent"]};
  border-left: 4px solid {c["accent"]}; }}

*[card="true"] {{ background: {c["surface"]}; border: 1px solid {c["line"]}; border-radius: 6px; }}
*[cardTop="accent"] {{ border-top: 3px solid {c["accent"]}; }}
*[cardTop="control"] {{ border-top: 3px solid {c["control"]}; }}
*[footer="true"] {{ background: {c["surface2"]}; border-top: 1px solid {c["line"]};
  border-bottom-left-radius: 6px; border-bottom-right-radius: 6px; }}
*[rule="true"] {{ background: {c["line"]}; border: none; max-height: 1px; min-height: 1px; }}
*[standing="true"] {{ background: {c["line"]}; border: none; max-width: 1px; min-width: 1px; }}
QLabel[tagged="true"] {{ border-radius: 3px; padding: 0 6px; font-size: {s["note"]}px; font-weight: normal; }}
QLabel[keyCap="true"] {{ border: 1px solid {c["control"]}; border-radius: 3px; padding: 0 4px; color: {c["text2"]};
  background: {c["surface"]}; font-size: {s["key"]}px; }}

QPushButton {{ background: {c["surface"]}; color: {c["text"]}; border: 1px solid {c["control"]}; border-radius: 4px;
  padding: 0 12px; min-height: {h["button"] - 2}px; font-size: {s["table"]}px; }}
QPushButton[keyed="true"] {{ text-align: left; }}
QPushButton[primary="true"] QLabel[keyCap="true"] {{ background: transparent; color: {c["on_accent"]};
  border-color: {c["on_accent"]}; }}
QPushButton QLabel[keyCap="true"]:disabled {{ color: {c["disabled_text"]}; border-color: {c["disabled_line"]}; }}
QPushButton:hover {{ background: {c["selected"]}; }}
QPushButton:pressed {{ background: {c["selected"]}; }}
QPushButton:focus {{ border: 2px solid {c["accent"]}; padding: 0 11px; min-height: {h["button"] - 4}px; }}
QPushButton[primary="true"] {{ background: {c["accent"]}; color: {c["on_accent"]}; border-color: {c["accent"]};
  font-weight: bold; }}
QPushButton[primary="true"]:hover {{ background: {c["accent_deep"]}; border-color: {c["accent_deep"]}; }}
QPushButton[primary="true"]:pressed {{ background: {c["accent_deep"]}; }}
QPushButton[primary="true"]:focus {{ border: 2px solid {c["text"]}; }}
QPushButton[danger="true"] {{ color: {c["danger"]}; border-color: {c["danger"]}; font-weight: bold; }}
QPushButton:disabled, QPushButton[primary="true"]:disabled, QPushButton[danger="true"]:disabled {{
  background: {c["surface2"]}; color: {c["disabled_text"]}; border: 1px solid {c["disabled_line"]}; }}
QPushButton[small="true"] {{ min-height: {h["button_small"] - 2}px; padding: 0 8px; font-size: {s["note"]}px; }}
QPushButton[small="true"]:focus {{ min-height: {h["button_small"] - 4}px; padding: 0 7px; }}
QPushButton[action="true"] {{ min-height: {h["button_action"] - 2}px; font-size: {s["base"]}px; }}
QPushButton[action="true"]:focus {{ min-height: {h["button_action"] - 4}px; }}
QPushButton[link="true"] {{ border: none; background: transparent; color: {c["accent_deep"]}; padding: 0 2px;
  min-height: 0; text-decoration: underline; }}
QPushButton[link="true"]:hover {{ background: {c["selected"]}; }}
QPushButton[link="true"]:focus {{ border: 2px solid {c["accent"]}; padding: 0; min-height: 0; }}
QPushButton[link="true"]:disabled {{ background: transparent; border: none; color: {c["disabled_text"]}; }}
QPushButton[chip="true"] {{ min-height: {h["chip"] - 2}px; border-radius: {h["chip"] // 2}px; padding: 0 10px;
  font-size: {s["note"]}px; border-color: {c["control"]}; }}
QPushButton[chip="true"]:checked {{ background: {c["selected"]}; border-color: {c["accent"]};
  color: {c["accent_deep"]}; font-weight: bold; }}
QPushButton[chip="true"]:focus {{ min-height: {h["chip"] - 4}px; padding: 0 9px; border: 2px solid {c["accent"]}; }}
QPushButton[quiet="true"] {{ border-color: transparent; background: transparent; padding: 0 6px; }}
QPushButton[quiet="true"]:hover {{ background: {c["selected"]}; }}
QPushButton[quiet="true"]:focus {{ border: 2px solid {c["accent"]}; padding: 0 5px; }}

QLineEdit, QComboBox, QPlainTextEdit, QSpinBox {{ background: {c["surface"]}; color: {c["text"]};
  border: 1px solid {c["control"]}; border-radius: 4px; padding: 0 8px; font-size: {s["table"]}px;
  selection-background-color: {c["accent"]}; selection-color: {c["on_accent"]}; }}
QLineEdit, QComboBox, QSpinBox {{ min-height: {h["input"] - 2}px; }}
QPlainTextEdit {{ padding: 4px; }}
QLineEdit, QPlainTextEdit {{ placeholder-text-color: {c["text3"]}; }}
QLineEdit:focus, QComboBox:focus, QSpinBox:focus {{ border: 2px solid {c["accent"]}; padding: 0 7px;
  min-height: {h["input"] - 4}px; }}
QPlainTextEdit:focus {{ border: 2px solid {c["accent"]}; padding: 3px; }}
QLineEdit[faulty="true"] {{ border-color: {c["danger"]}; }}
QLineEdit:read-only {{ background: {c["surface2"]}; }}
QLineEdit:disabled, QComboBox:disabled, QPlainTextEdit:disabled {{ background: {c["surface2"]};
  color: {c["disabled_text"]}; border-color: {c["disabled_line"]}; }}
QComboBox::drop-down {{ border: none; width: 22px; }}
QComboBox::down-arrow {{ image: url("{arrow}"); width: 14px; height: 14px; }}
QComboBox QAbstractItemView {{ background: {c["surface"]}; border: 1px solid {c["control"]};
  selection-background-color: {c["selected"]}; selection-color: {c["text"]}; outline: none; }}
QRadioButton, QCheckBox {{ font-size: {s["table"]}px; spacing: 6px; padding: 3px 4px; border: 2px solid transparent;
  border-radius: 4px; }}
QRadioButton:focus, QCheckBox:focus {{ border: 2px solid {c["accent"]}; }}
QRadioButton:disabled, QCheckBox:disabled {{ color: {c["disabled_text"]}; }}
QCheckBox::indicator {{ width: 14px; height: 14px; border: 1px solid {c["control"]}; border-radius: 3px;
  background: {c["surface"]}; }}
QCheckBox::indicator:checked {{ background: {c["accent"]}; border-color: {c["accent"]}; image: url("{check}"); }}
QCheckBox::indicator:disabled {{ border-color: {c["disabled_line"]}; background: {c["surface2"]}; }}
QRadioButton::indicator {{ width: 14px; height: 14px; border: 1px solid {c["control"]}; border-radius: 8px;
  background: {c["surface"]}; }}
QRadioButton::indicator:checked {{ width: 6px; height: 6px; border: 5px solid {c["accent"]}; }}
QRadioButton::indicator:disabled {{ border-color: {c["disabled_line"]}; }}
QTabBar::tab {{ background: transparent; color: {c["text2"]}; padding: 0 8px; min-height: {h["button"]}px;
  border: none; border-bottom: 3px solid transparent; font-size: {s["table"]}px; }}
QTabBar::tab:selected {{ color: {c["accent_deep"]}; border-bottom-color: {c["accent"]}; font-weight: bold; }}
QTabBar[close="true"]::tab {{ padding: 0 4px; }}
QTabBar:focus {{ border: 2px solid {c["accent"]}; }}
QTabWidget::pane {{ border: none; border-top: 1px solid {c["line"]}; }}

QTableView, QListView, QTreeView {{ background: {c["surface"]}; border: none; outline: none;
  font-size: {s["table"]}px; gridline-color: {c["line"]}; selection-background-color: {c["selected"]};
  selection-color: {c["text"]}; }}
QListView[completions="true"] {{ border: 1px solid {c["control"]}; padding: 2px 0; }}
QListView[completions="true"]::item {{ min-height: {h["row"] - 4}px; padding: 0 8px; }}
QTreeView[contents="true"]::item {{ padding: 4px 0; }}
QHeaderView {{ background: {c["table_head"]}; }}
QHeaderView::section {{ background: {c["table_head"]}; color: {c["text2"]}; border: none;
  border-bottom: 1px solid {c["line"]}; padding: 0 8px; font-size: {s["note"]}px; font-weight: bold; }}
QHeaderView::section:hover {{ color: {c["accent_deep"]}; }}
QScrollArea, QScrollArea > QWidget > QWidget {{ background: transparent; border: none; }}
QAbstractScrollArea::corner {{ background: transparent; border: none; }}
QScrollBar:vertical {{ background: transparent; width: 12px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: 12px; margin: 0; }}
QScrollBar::handle {{ background: {c["control"]}; border-radius: 4px; margin: 2px; }}
QScrollBar::handle:vertical {{ min-height: 32px; }}
QScrollBar::handle:horizontal {{ min-width: 32px; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QProgressBar {{ background: {c["track"]}; border: none; border-radius: 4px; min-height: 8px; max-height: 8px;
  text-align: center; }}
QProgressBar::chunk {{ background: {c["accent"]}; border-radius: 4px; }}
QMenu {{ background: {c["surface"]}; border: 1px solid {c["control"]}; padding: 4px 0; }}
QMenu::item {{ padding: 5px 20px; font-size: {s["table"]}px; }}
QMenu::item:selected {{ background: {c["selected"]}; }}
QMenu::item:disabled {{ color: {c["disabled_text"]}; }}
QSplitter::handle {{ background: transparent; }}
"""
