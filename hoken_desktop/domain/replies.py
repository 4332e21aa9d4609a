"""回答票: what the municipality did with the list, per person, and on the whole."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from hoken_desktop.domain.codes import ListUse, OnList, PlanStatus


@dataclass(frozen=True, slots=True)
class Reply:
    """One 回答票 read back for one request. The file is known by its SHA-256.

    `way` is "" for a file, "phone" or "counts" for an answer by telephone or in numbers only (`counts`)."""

    id: str
    request_id: str
    disclosure_id: str
    received_on: date
    file_name: str
    sha256: str
    read_at: datetime
    use_of_list: ListUse = ListUse.UNKNOWN
    comment: str = ""
    way: str = ""
    counts: dict[str, int] = field(default_factory=dict)
    staff_id: str = ""


@dataclass(frozen=True, slots=True)
class ReplyRow:
    """One person: 名簿登載, 個別避難計画 (市町), and what the 市町 knows of the 個別支援計画."""

    id: str
    reply_id: str
    person_id: str
    on_list: OnList = OnList.UNKNOWN
    evacuation_plan: PlanStatus = PlanStatus.UNKNOWN
    evacuation_plan_on: date | None = None
    support_plan: PlanStatus = PlanStatus.UNKNOWN
    comment: str = ""
    plan_staff: str = ""


@dataclass(frozen=True, slots=True)
class ReplyQuestion:
    """One cell of a 回答票 that was not sure enough to be taken: where it stands, and how it was settled."""

    id: str
    reply_id: str
    sheet: str
    row: int
    column: str
    code: str
    person_id: str = ""
    raw_text: str = ""
    settled_on: date | None = None
    answer: str = ""
    staff_id: str = ""
