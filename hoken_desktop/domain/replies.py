"""回答票: what the municipality did with the list, per person, and on the whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from hoken_desktop.domain.codes import ListUse, OnList, PlanStatus


@dataclass(frozen=True, slots=True)
class Reply:
    """One 回答票 read back for one request. The file is known by its SHA-256."""

    id: str
    request_id: str
    disclosure_id: str
    received_on: date
    file_name: str
    sha256: str
    read_at: datetime
    use_of_list: ListUse = ListUse.UNKNOWN
    comment: str = ""


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
