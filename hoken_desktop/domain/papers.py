"""The values that papers print: plain texts, numbers and dates, ready to be laid out.

Every paper names its print date and its edition and prints 取扱注意 on each page. An empty text prints as 記載なし,
a None as 不明: the reader never has to guess what an empty box means.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from hoken_desktop.domain.codes import DeviceGroup, ListGrouping
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
    address: str = ""  # of the section the letter goes to
    media_number: str = ""
    csv_name: str = ""
    csv_sha256: str = ""

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
    media_number: str = ""
    approver: str = ""
    drafted_on: date | None = None
    password_by: str = ""
    csv_name: str = ""
    csv_sha256: str = ""
    returned: tuple[str, ...] = ()  # what the recipient confirmed, in words; printed where anything is known

    def __post_init__(self) -> None:
        if self.target != self.disclosed + sum(count for _, count in self.excluded):
            raise ValueError("target = disclosed + excluded")


@dataclass(frozen=True, slots=True)
class RegisterListRow:
    """One person of the 庁内用リスト; texts are in words already. `kana` orders the rows.

    `groups` are the parts they stand in: a person with two suppliers stands in two. Empty means the municipality's.
    """

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
    nurse: str = ""
    district: str = ""
    groups: tuple[str, ...] = ()

    @property
    def parts(self) -> tuple[str, ...]:
        """The names of the parts this person stands in, one at least."""
        return self.groups or (self.municipality,)


@dataclass(frozen=True, slots=True)
class RegisterListPaper:
    """庁内用リスト: the centre's own list, part by part and in the order of the ふりがな.

    `groups` gives the order of the parts; one it does not name comes after them. `edition` says which state is
    printed: 第1版, or 随時 for the live register; `remark` what is newer than it, `chosen` what was filtered by.
    `phones` are the numbers to call of parts that are a 業者 or a 訪看.
    """

    office: str
    as_of: date
    edition: str
    printed_on: date
    groups: tuple[str, ...]
    rows: tuple[RegisterListRow, ...]
    remark: str = ""
    by: ListGrouping = ListGrouping.MUNICIPALITY
    chosen: str = ""
    phones: Mapping[str, str] = field(default_factory=dict)

    @property
    def entries(self) -> int:
        """Lines of all parts together; more than the rows where somebody stands in two parts."""
        return sum(len(row.parts) for row in self.rows)

    @property
    def repeated(self) -> int:
        """People who stand in more than one part."""
        return sum(len(row.parts) > 1 for row in self.rows)


def in_order(paper: RegisterListPaper) -> tuple[tuple[str, tuple[RegisterListRow, ...]], ...]:
    """The list's parts: (name, its rows by ふりがな); a part that is asked for stays where nobody stands in it."""
    others = sorted({part for row in paper.rows for part in row.parts} - set(paper.groups))
    return tuple(
        (
            part,
            tuple(
                sorted(
                    (row for row in paper.rows if part in row.parts),
                    key=lambda row: (kana_key(row.kana, row.name), row.registry_no),
                )
            ),
        )
        for part in (*paper.groups, *others)
    )


def count_by_group(rows: Iterable[RegisterListRow]) -> dict[DeviceGroup, int]:
    """How many people of each device group; the groups add up to the rows."""
    counts = dict.fromkeys(DeviceGroup, 0)
    for row in rows:
        counts[row.group] += 1
    return counts


@dataclass(frozen=True, slots=True)
class DossierFact:
    """One thing known of the person: what it is, its value in words, and from where and when it is known.

    `unknown` stands out on paper: nobody has asked, or the answer was 不明.
    """

    name: str
    value: str
    origin: str = ""
    unknown: bool = False


@dataclass(frozen=True, slots=True)
class DossierPart:
    """A group of the field catalogue: facts beside one another, then a table of `rows` under `heads`.

    `shares` are the columns' widths in percent, so that no telephone number is torn in two.
    """

    title: str
    facts: tuple[DossierFact, ...] = ()
    heads: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    note: str = ""
    shares: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class DossierPaper:
    """個票: all that the register holds of one person on the day it is printed."""

    office: str
    edition: str
    printed_on: date
    registry_no: str
    group: DeviceGroup
    name: str
    kana: str
    born_on: date | None
    age: int | None
    sex: str
    address: str
    phones: str
    care_setting: str
    parts: tuple[DossierPart, ...]
    remark: str = ""


@dataclass(frozen=True, slots=True)
class CardBlock:
    """One group of items of a card: (what it is, what is known), in words."""

    title: str
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class CardPaper:
    """緊急時カード: only the blocks that the person agreed to. The 管理番号 stands outside the card itself."""

    office: str
    printed_on: date
    edition: str
    registry_no: str
    name: str
    kana: str
    blocks: tuple[CardBlock, ...]
