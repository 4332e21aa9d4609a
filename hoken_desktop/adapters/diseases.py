"""疾病の一覧: the tables shipped with the program (resources/tables/SOURCES.md says where they come from)."""

from __future__ import annotations

import csv
import re
from functools import cache

from hoken_desktop import paths
from hoken_desktop.domain.codes import Scheme
from hoken_desktop.domain.masters import Disease
from hoken_desktop.words import say

_RENAMED = re.compile("[^;; ]*改名（旧「[^」]+」）")


@cache
def shipped() -> tuple[Disease, ...]:
    """The 348 指定難病 by 告示番号 and the 16 疾患群 of 小慢, in this order.

    Ids are made of scheme and number and never change: an entry the office edits takes the place of the one with its
    id. What the table remarks of a name (旧「…」) is the note; how its spelling was compared is not.
    """
    found = []
    for row in _rows("shitei_nanbyo.csv"):
        renamed = _RENAMED.search(row["remark"])
        found.append(
            Disease(
                f"nanbyo-{row['number']}", Scheme.NANBYO, row["number"], row["name"], row["kana"],
                renamed[0] if renamed else "", source=say("diseases.source_nanbyo"),
            )
        )  # fmt: skip
    for row in _rows("shoman_groups.csv"):
        found.append(
            Disease(
                f"shoman-{row['number']}", Scheme.SHOMAN, row["number"], row["name"],
                source=say("diseases.source_shoman"),
            )
        )  # fmt: skip
    return tuple(found)


def _rows(name: str) -> list[dict[str, str]]:
    with (paths.resources() / "tables" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
