"""The values that papers print: plain texts, numbers and dates, ready to be laid out.

Every paper names its print date and its edition and prints 取扱注意 on each page. An empty text prints as 記載なし,
a None as 不明: the reader never has to guess what an empty box means.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from hoken_desktop.domain.codes import DeviceGroup
from hoken_desktop.domain.names import kana_key


@dataclass(frozen=True, slots=True)
class CoverLetter:
    """送付書: the letter that goes with a disclosure to a mayor. Counts, never names of the people concerned.

    `target` = `disclosed` + `excluded`, checked here so that no letter can leave with a count that does not close.
    `sha256` is the whole digest of the sealed file (64 hex digits), of which the letter prints the beginning;
    `audit_head` the head of the audit chain (its first 20 digits are printed).
    """

    our_number: str
    issued_on: date
    recipient: str  # 宛先の市町長
    route: str  # 経由課
    sender: str  # 所長名 with the office
    contact: str  # 担当・電話
    subject: str
    legal_basis: str
    request_number: str
    requested_on: date
    purpose: str
    as_of: date
    edition: str
    target: int
    disclosed: int
    excluded: int
    items: tuple[str, ...]
    return_by: date | None
    file_name: str
    sha256: str
    record_id: str
    audit_head: str
    printed_on: date

    def __post_init__(self) -> None:
        if self.target != self.disclosed + self.excluded:
            raise ValueError("target = disclosed + excluded")


@dataclass(frozen=True, slots=True)
class DisclosureRecordPaper:
    """提供記録簿: one disclosure as the office keeps it: the request, the 決裁, who was left out and why.

    `excluded` holds (reason in words, people) pairs; `registry_numbers` the 台帳番号 of the people disclosed
    (the record itself carries no name).
    """

    office: str
    record_id: str
    our_number: str
    issued_on: date
    recipient: str
    route: str
    requester: str
    request_number: str
    requested_on: date
    received_on: date
    legal_basis: str
    purpose: str
    drafted_by: str  # 起案者
    approval: str  # 決裁番号・決裁者
    approved_on: date | None
    performed_by: str
    performed_at: str  # date and time in words
    handed_over: str  # 受渡しの方法
    as_of: date
    edition: str
    target: int
    disclosed: int
    excluded: tuple[tuple[str, int], ...]
    items: tuple[str, ...]
    registry_numbers: tuple[str, ...]
    return_by: date | None
    file_name: str
    sha256: str
    check_word: str
    audit_head: str
    printed_on: date

    def __post_init__(self) -> None:
        if self.target != self.disclosed + sum(count for _, count in self.excluded):
            raise ValueError("target = disclosed + excluded")


@dataclass(frozen=True, slots=True)
class RegisterListRow:
    """One person of the 庁内用リスト; texts are in words already. `kana` orders the rows."""

    registry_no: str
    municipality: str
    group: DeviceGroup
    name: str
    kana: str
    born_on: date | None
    age: int | None  # at the list's date
    address: str
    phone: str
    devices: str
    supplier: str
    consent: str
    place: str  # 位置の確からしさ, or why there is none
    care_setting: str
    contact: str = ""  # 緊急連絡先, the first one


@dataclass(frozen=True, slots=True)
class RegisterListPaper:
    """庁内用リスト: the centre's own list, by municipality and in the order of the ふりがな.

    `municipalities` gives the order of the parts; a municipality it does not name comes after them.
    `edition` says which state is printed: 第1版, or 随時 for the live register; `remark` what is newer than it.
    """

    office: str
    as_of: date
    edition: str
    printed_on: date
    municipalities: tuple[str, ...]
    rows: tuple[RegisterListRow, ...]
    remark: str = ""


def in_order(paper: RegisterListPaper) -> tuple[tuple[str, tuple[RegisterListRow, ...]], ...]:
    """The list's parts: (municipality, its rows by ふりがな); a municipality of the office without anyone is kept."""
    others = sorted({row.municipality for row in paper.rows} - set(paper.municipalities))
    return tuple(
        (
            municipality,
            tuple(
                sorted(
                    (row for row in paper.rows if row.municipality == municipality),
                    key=lambda row: (kana_key(row.kana, row.name), row.registry_no),
                )
            ),
        )
        for municipality in (*paper.municipalities, *others)
    )


def count_by_group(rows: Iterable[RegisterListRow]) -> dict[DeviceGroup, int]:
    """How many people of each device group; the groups add up to the rows."""
    counts = dict.fromkeys(DeviceGroup, 0)
    for row in rows:
        counts[row.group] += 1
    return counts
