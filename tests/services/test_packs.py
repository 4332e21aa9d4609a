"""停電用の紙一式: everybody of the register stands in a list and has a 個票, in one deed or not at all."""

from __future__ import annotations

import random
import re
from pathlib import Path
from typing import Any

import pytest

from hoken_desktop.adapters import sealed_pdfs, sealed_sheets
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.services.dossiers import Dossiers
from hoken_desktop.services.lists import Lists
from hoken_desktop.services.packs import Packs
from hoken_desktop.services.printing import Printing
from hoken_desktop.ui.printing import QtPrinter
from tests.registry_builder import AGEO, OUTSIDE, FictitiousRegistry
from tests.services.pdf_texts import texts_of


@pytest.fixture
def packs(registry: FictitiousRegistry, qapp: Any) -> Packs:
    printing = Printing(registry.store, sealed_sheets, sealed_pdfs, random.Random(3).randrange, QtPrinter)
    lists = Lists(registry.store, registry.clock, printing, registry.municipalities)
    dossiers = Dossiers(registry.store, registry.clock, printing, registry.municipalities)
    return Packs(registry.store, printing, lists, dossiers)


def test_everybody_stands_in_one_list_and_has_one_dossier(
    registry: FictitiousRegistry, packs: Packs, tmp_path: Path
) -> None:
    people = [
        registry.person("見本 一郎", "み"), registry.person("見本 二郎", "あ"),
        registry.person("見本 三郎", "う", municipality=AGEO), registry.person("見本 四郎", "え", municipality=OUTSIDE),
    ]  # fmt: skip
    (tmp_path / "pack").mkdir()
    made = packs.write(tmp_path / "pack")
    assert [file.name for file in made.files] == [
        "停電用_01_鴻巣市_リスト.pdf", "停電用_01_鴻巣市_個票.pdf", "停電用_02_上尾市_リスト.pdf",
        "停電用_02_上尾市_個票.pdf", "停電用_03_管外_リスト.pdf", "停電用_03_管外_個票.pdf",
    ]  # fmt: skip
    assert sum(file.people for file in made.files) == 2 * made.people == 8
    names = [file.name for file in made.files if "個票" in file.name]
    dossiers = [page for name in names for page in texts_of(tmp_path / "pack" / name, made.password)]
    numbers = [m[1] for page in dossiers for m in re.finditer(r"管理番号(K\d{6})", page)]
    assert numbers == [people[1].registry_no, people[0].registry_no, people[2].registry_no, people[3].registry_no]
    assert all("取扱注意" in page and "部数番号1" in page for page in dossiers)
    with registry.store.read() as shelves:
        entry = shelves.audits.all()[-1]
    assert (entry.detail["people"], entry.detail["copy"], entry.detail["pages"]) == (4, 1, made.pages)
    assert "見本" not in str(entry.detail)


def test_a_file_in_the_way_leaves_nothing_half_done(
    registry: FictitiousRegistry, packs: Packs, tmp_path: Path
) -> None:
    registry.person("見本 一郎")
    registry.person("見本 二郎", municipality=AGEO)
    folder = tmp_path / "pack"
    folder.mkdir()
    (folder / "停電用_02_上尾市_個票.pdf").write_bytes(b"old")
    before = registry.store.head()
    with pytest.raises(Refusal):
        packs.write(folder)
    assert [file.name for file in folder.iterdir()] == ["停電用_02_上尾市_個票.pdf"]
    assert (folder / "停電用_02_上尾市_個票.pdf").read_bytes() == b"old"
    assert registry.store.head() == before


def test_an_empty_register_has_no_pack(registry: FictitiousRegistry, packs: Packs, tmp_path: Path) -> None:
    with pytest.raises(Refusal, match=r"packs\.nobody"):
        packs.write(tmp_path)
    with pytest.raises(Refusal, match=r"store\.no_folder"):
        packs.write(tmp_path / "stick")
    assert not (tmp_path / "stick").exists()
