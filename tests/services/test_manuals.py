"""The manual is whole: every place of the program is explained, every link, picture, key and button it names exists."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import hoken_desktop
from hoken_desktop import paths, words
from hoken_desktop.services import manuals
from hoken_desktop.services.manuals import INDEX, ManualPage, find, links, page, pages, pictures, slug

PACKAGE = Path(hoken_desktop.__file__).parent
UI = {file: ast.parse(file.read_text("utf-8")) for file in (PACKAGE / "ui").rglob("*.py")}
PICTURE_MOST = 150_000
"""Bytes: a picture of 1366 px in few colours is smaller."""


def _same(one: str) -> str:
    return one.name if isinstance(one, ManualPage) else one


def test_the_contents_come_first_and_name_every_page_once() -> None:
    index = page(INDEX)
    assert index is not None
    assert pages()[0] is index
    named = [link.removesuffix(".md") for link in links(index.markdown)]
    assert sorted(named) == sorted({each.name for each in pages()} - {INDEX})


@pytest.mark.parametrize("one", pages(), ids=_same)
def test_every_link_leads_to_a_section_of_the_manual(one: ManualPage) -> None:
    for link in links(one.markdown):
        name, _, at = link.partition("#")
        target = page(name.removesuffix(".md")) if name else one
        assert target is not None, link
        assert name == "" or name.endswith(".md"), link
        assert not at or target.section(at), link


@pytest.mark.parametrize("one", pages(), ids=_same)
def test_every_picture_is_in_the_manual_and_small(one: ManualPage) -> None:
    for address in pictures(one.markdown):
        file = paths.manual() / address
        assert re.fullmatch(r"img/[a-z0-9_-]+\.png", address), address
        assert file.is_file(), address
        assert file.stat().st_size <= PICTURE_MOST, address


def test_no_picture_lies_about_that_no_page_shows() -> None:
    shown = {address for each in pages() for address in pictures(each.markdown)}
    there = {f"img/{file.name}" for file in (paths.manual() / "img").glob("*")}
    assert there <= shown


@pytest.mark.parametrize("one", pages(), ids=_same)
def test_a_page_has_one_title_and_no_section_twice(one: ManualPage) -> None:
    assert [part.level for part in one.sections].count(1) == 1
    slugs = [part.slug for part in one.sections]
    assert len(set(slugs)) == len(slugs)
    assert all(part.text or part.level < 3 for part in one.sections)


# --- what the program says ---------------------------------------------------------------------------------------

_BUTTON = re.compile(r"「([^「」]+)」(?:の(?:ボタン|チップ))?(?:\([^)]*\))?(?:を押|で(?:選|開|し))")
_BUTTONS = re.compile(r"((?:「[^「」]+」)+)を押")


def _sentences() -> list[re.Pattern[str]]:
    """Every sentence of the program as a pattern whose blanks take anything."""
    found = []
    for sentence in words._catalogue().values():
        parts = re.split(r"\{[^}]*\}", sentence)
        if any(part.strip() for part in parts):
            found.append(re.compile(".+?".join(re.escape(part) for part in parts), re.DOTALL))
    return found


@pytest.mark.parametrize("one", pages(), ids=_same)
def test_every_button_the_manual_names_is_in_the_program(one: ManualPage) -> None:
    sentences = _sentences()
    named = set(_BUTTON.findall(one.markdown))
    for several in _BUTTONS.findall(one.markdown):
        named.update(re.findall("「([^「」]+)」", several))
    unknown = {name for name in named if not any(each.fullmatch(name) for each in sentences)}
    assert not unknown


_KEY = re.compile(r"(?:Ctrl\+|Alt\+|Shift\+)+[A-Za-z0-9]+|F[0-9]{1,2}")


def _shortcuts() -> set[str]:
    """Every key the window's code binds: QKeySequence("…"), key="…" of a button, and any word like Ctrl+G or F6."""
    found = set()
    for tree in UI.values():
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and _KEY.fullmatch(str(node.value)):
                found.add(str(node.value))
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name == "QKeySequence":
                found.update(_text(each) for each in node.args)
            found.update(_text(each.value) for each in node.keywords if each.arg == "key")
    return {key for key in found if key}


def _text(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def test_the_list_of_keys_names_every_key_of_the_program() -> None:
    written = page("keys")
    assert written is not None
    spelled = {"Return": "Enter", "Escape": "Esc", "PgDown": "PageDown", "PgUp": "PageUp", "Left": "←", "Right": "→"}
    spelled |= {"Up": "↑", "Down": "↓"}
    named = set(re.findall(r"`([^`]+)`", written.markdown))
    missing = set()
    for key in _shortcuts():
        shown = "+".join(spelled.get(part, part) for part in key.split("+"))
        if shown not in named:
            missing.add(shown)
    assert not missing


def test_every_place_the_windows_code_points_to_is_in_the_manual() -> None:
    places = set()
    for tree in UI.values():
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Call)
                and getattr(node.func, "attr", "") == "setProperty"
                and (getattr(node.args[0], "id", "") == "PLACE" or _text(node.args[0]) == "manual")
            ):
                places.add(_text(node.args[1]))
    for place in places - {""}:
        name, _, at = place.partition("#")
        target = page(name)
        assert target is not None, place
        assert not at or target.section(at), place


# --- reading and searching ---------------------------------------------------------------------------------------


def test_the_search_finds_words_in_any_width_and_kana() -> None:
    assert "first_day" in find("ふっきゅうきー") or "first_day" in find("復旧キー")
    assert find("ｆ１").keys() == find("F1").keys() != set()
    assert find("パスフレーズ") == find("ぱすふれーず")
    assert find("") == {}
    assert find("このことばは手引きのどこにもありません") == {}


def test_every_word_must_stand_in_the_same_section() -> None:
    hits = find("復旧キー 封筒")
    assert "first_day" in hits
    assert all(target in {part.slug for part in _page("first_day").sections} for target in hits["first_day"])
    assert "places" not in hits


def _page(name: str) -> ManualPage:
    found = page(name)
    assert found is not None
    return found


def test_an_address_is_made_as_markdown_readers_make_it() -> None:
    assert slug("鍵 (F1)") == "鍵-f1"
    assert slug(" 名前を出す・絞り込む ") == "名前を出す絞り込む"


def test_a_manual_of_another_folder_is_read_in_the_order_of_its_contents(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "index.md").write_text("# 目次\n\n- [い](b.md)\n- [ろ](a.md)\n", "utf-8")
    for name in ("a", "b", "c"):
        (tmp_path / f"{name}.md").write_text(f"# {name}\n\n本文\n\n## 節\n\n中身\n", "utf-8")
    monkeypatch.setattr(paths, "manual", lambda: tmp_path)
    manuals.pages.cache_clear()
    try:
        assert [each.name for each in manuals.pages()] == ["index", "b", "a", "c"]
        assert [part.title for part in manuals.pages()[1].sections] == ["b", "節"]
    finally:
        manuals.pages.cache_clear()
