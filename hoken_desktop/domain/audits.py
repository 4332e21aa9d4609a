"""記録: a chain of sealed entries. Seals are HMAC-SHA256 in hex; row seals bind the rows themselves."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

GENESIS = "0" * 64


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Who did what to which record, when. `detail` holds ids, counts and codes, never a name."""

    seq: int
    at: datetime
    staff_id: str
    deed: str
    subject: str
    detail: dict[str, Any] = field(default_factory=dict)
    rows: int = 0
    rows_digest: str = ""
    previous: str = GENESIS
    seal: str = ""


@dataclass(frozen=True, slots=True)
class AuditReport:
    """The result of a verification. `first_break` is None, or {"where", "seq" or "table"/"row", "code"}."""

    entries: int
    head: str
    rows: int
    first_break: dict[str, Any] | None = None


def canonical(value: Any) -> bytes:
    """The one JSON spelling of a value that is sealed."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str).encode()


def seal_of(key: bytes, entry: AuditEntry) -> str:
    """The seal over every field of `entry` but the seal itself, in hex."""
    body = canonical(
        [
            entry.seq,
            entry.at.isoformat(),
            entry.staff_id,
            entry.deed,
            entry.subject,
            entry.detail,
            entry.rows,
            entry.rows_digest,
            entry.previous,
        ]
    )
    return hmac.new(key, body, hashlib.sha256).hexdigest()


def rows_digest_of(seals: Iterable[tuple[str, str, str]]) -> str:
    """SHA-256 over (table, row id, row seal) in the order written; "" when no row was written."""
    digest = hashlib.sha256()
    empty = True
    for table, row, seal in seals:
        empty = False
        digest.update(f"{table}\0{row}\0{seal}\n".encode())
    return "" if empty else digest.hexdigest()


def first_break_in(key: bytes, entries: Iterable[AuditEntry]) -> tuple[int, str, dict[str, Any] | None]:
    """Walks the chain: (entries read, head, the first break or None)."""
    count, head = 0, GENESIS
    for entry in entries:
        if entry.seq != count + 1:
            return count, head, {"where": "chain", "seq": count + 1, "code": "missing"}
        if entry.previous != head:
            return count, head, {"where": "chain", "seq": entry.seq, "code": "unlinked"}
        if not hmac.compare_digest(seal_of(key, entry), entry.seal):
            return count, head, {"where": "chain", "seq": entry.seq, "code": "altered"}
        count, head = entry.seq, entry.seal
    return count, head, None
