"""The theme's colours can be told apart by everyone, and its sizes grow together."""

from __future__ import annotations

import re
import tomllib

import pytest
from PySide6.QtGui import QFont, QFontInfo, QPalette
from PySide6.QtWidgets import QApplication, QLabel

from hoken_desktop import paths
from hoken_desktop.ui import theme
from hoken_desktop.ui.kit.labels import Label

THEMES = (theme.LIGHT, theme.DARK)
GROUNDS = ("bg", "surface", "surface2", "table_head", "group_row", "rail", "hover", "selected")
TINTED = ("ventilator", "oxygen", "both", "danger", "warn", "done")


@pytest.mark.parametrize("name", THEMES)
def test_text_can_be_read_on_every_ground(name: str) -> None:
    look = theme.Theme(name)
    for ground in GROUNDS:
        for text in ("text", "text2", "text3"):
            assert theme.contrast(look.hex(text), look.hex(ground)) >= 4.5, (text, ground)
    for ground in ("bg", "surface", "surface2", "rail", "hover", "selected"):
        assert theme.contrast(look.hex("accent_deep"), look.hex(ground)) >= 4.5, ground


@pytest.mark.parametrize("name", THEMES)
def test_words_in_a_colour_can_be_read_where_they_stand(name: str) -> None:
    look = theme.Theme(name)
    for role in TINTED:
        for ground in ("surface", "hover", "selected", f"{role}_tint"):
            assert theme.contrast(look.hex(role), look.hex(ground)) >= 4.5, (role, ground)
        assert theme.contrast(look.hex("on_mark"), look.hex(role)) >= 4.5, role
        assert theme.contrast(look.hex("text"), look.hex(f"{role}_tint")) >= 4.5, role
    assert theme.contrast(look.hex("warn"), look.hex("danger_tint")) >= 4.5
    assert theme.contrast(look.hex("on_accent"), look.hex("accent")) >= 4.5
    assert theme.contrast(look.hex("on_accent"), look.hex("accent_deep")) >= 4.5
    for text in ("text", "text2"):
        assert theme.contrast(look.hex(text), look.hex("lit")) >= 4.5


@pytest.mark.parametrize("name", THEMES)
def test_borders_marks_and_focus_rings_can_be_seen(name: str) -> None:
    look = theme.Theme(name)
    for ground in ("bg", "surface", "surface2"):
        for role in ("control", "accent", *TINTED):
            assert theme.contrast(look.hex(role), look.hex(ground)) >= 3.0, (role, ground)
    assert theme.contrast(look.hex("lit_bar"), look.hex("lit")) >= 3.0
    assert theme.contrast(look.hex("disabled_text"), look.hex("surface2")) >= 3.0


def test_contrast_is_computed_as_wcag_says() -> None:
    assert theme.contrast("#000000", "#FFFFFF") == pytest.approx(21.0)
    assert theme.contrast("#FFFFFF", "#FFFFFF") == pytest.approx(1.0)
    assert theme.contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.005)


def test_both_themes_know_the_same_roles() -> None:
    assert set(theme.Theme(theme.LIGHT).roles()) == set(theme.Theme(theme.DARK).roles())


def test_every_colour_is_written_once_and_only_in_the_theme_files() -> None:
    for file in (paths.resources() / "theme").glob("*.toml"):
        colours = [value for value in tomllib.loads(file.read_text("utf-8")).values() if str(value).startswith("#")]
        assert all(re.fullmatch("#[0-9A-F]{6}", str(colour)) for colour in colours)
    assert not re.search(
        r"#[0-9A-Fa-f]{6}", (paths.resources().parent / "hoken_desktop/ui/theme.py").read_text("utf-8")
    )


def test_no_size_is_under_eight_and_a_quarter_points() -> None:
    for role in ("title", "name", "figure", "card_title", "base", "table", "note", "key"):
        assert theme.Theme().size(role) >= 11
        assert theme.Theme(factor=1.25).size(role) == round(theme.Theme().size(role) * 1.25)


def test_rows_and_buttons_grow_with_the_text() -> None:
    assert theme.Theme().height("row") == 28
    assert theme.Theme(factor=theme.large_factor()).height("row") == 35


def test_figures_are_of_one_width() -> None:
    assert theme.Theme().font("table").isFeatureSet(QFont.Tag("tnum"))


def test_a_japanese_family_comes_first(qapp: QApplication) -> None:
    assert QFontInfo(theme.Theme().font()).family() in theme.families()


def test_a_change_of_theme_reaches_widgets_that_exist(qapp: QApplication) -> None:
    label = Label("氏名", "note", "text2")
    label.ensurePolished()
    light = label.palette().color(QPalette.ColorRole.WindowText)
    theme.apply(qapp, theme.Theme(theme.DARK, 1.25))
    label.ensurePolished()
    assert label.palette().color(QPalette.ColorRole.WindowText) != light
    assert label.font().pixelSize() == 15


def test_markup_in_a_name_stays_text() -> None:
    label = Label("<b>見本</b> & 太郎")
    assert label.textFormat() == label.textFormat().PlainText
    assert isinstance(label, QLabel)
