"""失われたもの: what was in a file, paper, backup or computer, told from the record: whose, which items, how many."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from hoken_desktop.domain import backups
from hoken_desktop.domain.audits import AuditEntry
from hoken_desktop.domain.codes import PaperKind
from hoken_desktop.domain.dates import format_wareki
from hoken_desktop.domain.deeds import Deed
from hoken_desktop.domain.disclosures import Disclosure, DisclosureState
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.incidents import IncidentKind, Protection
from hoken_desktop.services import items
from hoken_desktop.services.consents import Municipalities
from hoken_desktop.services.ports import Shelves, Store
from hoken_desktop.services.printing import NUMBERS
from hoken_desktop.words import has, label, say

_PAPER_DEEDS = (Deed.PAPER_PRINTED.value, Deed.MAP_PRINTED.value, Deed.LETTERS_PRINTED.value)
_NAMES_NOBODY = frozenset({PaperKind.AUDIT_HEAD.value, PaperKind.STATISTICS.value, PaperKind.FUNNEL.value})
_MOST = 200
_LEAST_DIGITS = 8


@dataclass(frozen=True, slots=True)
class LostPerson:
    """One person whose data were in it."""

    person_id: str
    registry_no: str
    name: str
    kana: str
    items: int


@dataclass(frozen=True, slots=True)
class Loss:
    """What is known of a thing that may be lost. `persons` is empty where the record knows only how many (`people`);
    `people` is None where it does not know that either. `at_most`: not more than `people`.

    `whole`: everything the register holds of them. `made_by` and `handed_to` are in words.
    """

    kind: IncidentKind
    subject: str
    title: str
    made_at: datetime | None
    made_by: str
    handed_to: str
    protection: Protection
    people: int | None
    at_most: bool = False
    persons: tuple[LostPerson, ...] = ()
    items: tuple[str, ...] = ()
    whole: bool = False
    facts: tuple[tuple[str, str], ...] = ()


class Losses:
    """Finds a lost thing by what somebody still has of it."""

    def __init__(self, store: Store, municipalities: Municipalities, registry_id: Callable[[], str]) -> None:
        self._store = store
        self._municipalities = municipalities
        self._registry_id = registry_id

    def find(self, text: str = "", kind: IncidentKind | None = None) -> tuple[Loss, ...]:
        """What fits a file name, a SHA-256 (8 digits or more), a 媒体番号, a 発番, a 照合語 or a 部数番号, the newest
        first; everything of one kind where the text is empty. Names of persons are not loaded (`of` does)."""
        wanted = _folded(text)
        with self._store.read() as shelves:
            found = [loss for loss, words in self._everything(shelves) if kind in (None, loss.kind)
                     and (not wanted or any(_fits(wanted, word) for word in words))]  # fmt: skip
        return tuple(found[:_MOST])

    def find_file(self, path: Path) -> tuple[Loss, ...]:
        """What a file at hand is, by its SHA-256. Refuses one that cannot be read, or that the record does not know."""
        try:
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
        except OSError:
            raise Refusal("incidents.cannot_read", file=path.name) from None
        found = self.find(digest)
        if not found:
            raise Refusal("incidents.unknown_file", file=path.name)
        return found

    def of(self, kind: IncidentKind, subject: str) -> Loss:
        """One thing with the people who were in it, where the record knows them. Refuses an unknown one."""
        with self._store.read() as shelves:
            for loss, _ in self._everything(shelves):
                if (loss.kind, loss.subject) == (kind, subject):
                    return replace(loss, persons=_persons(shelves, loss))
        raise Refusal("incidents.unknown_thing")

    def _everything(self, shelves: Shelves) -> list[tuple[Loss, tuple[str, ...]]]:
        who = {m.id: f"{m.post} {m.name}".strip() for m in shelves.staff.all()}
        registered = len(shelves.columns_of("persons", "id"))
        made = [self._of_disclosure(shelves, d, who) for d in shelves.disclosures.all(state=DisclosureState.DONE)]
        for entry in shelves.audits.all(deed=[*_PAPER_DEEDS, Deed.BACKUP_MADE.value]):
            if entry.deed == Deed.BACKUP_MADE.value:
                made.append(self._of_backup(entry, who, registered))
            elif _paper_of(entry) not in _NAMES_NOBODY:
                made.append(_of_paper(entry, who, registered))
        made.sort(key=lambda one: one[0].made_at.timestamp() if one[0].made_at else 0.0, reverse=True)
        computer = Loss(
            IncidentKind.COMPUTER, "computer", say("incidents.computer"), None, "", "", Protection.SEALED_REGISTRY,
            registered, whole=True,
        )  # fmt: skip
        return [*made, (computer, (computer.title,))]

    def _of_disclosure(
        self, shelves: Shelves, one: Disclosure, who: dict[str, str]
    ) -> tuple[Loss, tuple[str, ...]]:
        request = shelves.requests.get(one.request_id)
        place = self._municipalities.name_of(one.municipality)
        section = f"{place} {label(request.section)}" if request is not None else place
        facts = [
            (say("incidents.our_number"), one.our_number),
            (say("incidents.media_number"), one.media_number),
            (say("incidents.check_word"), one.check_word),
            (say("incidents.sha256"), in_groups(one.sha256)),
            (say("incidents.system_file"), one.csv_name),
            (say("incidents.password_by"), one.password_by),
            (say("incidents.received_by"), one.received_by),
            (say("incidents.returned_on"), format_wareki(one.returned_on) if one.returned_on else ""),
        ]
        loss = Loss(
            IncidentKind.DISCLOSURE, one.id, one.file_name, one.made_at, who.get(one.staff_id, say("audits.recovery")),
            section, Protection.SEALED_WORKBOOK, one.disclosed,
            items=tuple(items.header(key) for key in one.items),
            facts=tuple((name, value) for name, value in facts if value),
        )  # fmt: skip
        words = (
            one.file_name, one.sha256, one.media_number, one.check_word, one.our_number, one.csv_name, one.csv_sha256,
            place,
        )  # fmt: skip
        return loss, words

    def _of_backup(
        self, entry: AuditEntry, who: dict[str, str], registered: int
    ) -> tuple[Loss, tuple[str, ...]]:
        made_at = datetime.fromisoformat(str(entry.detail["made_at"]))
        name = backups.file_name(self._registry_id(), made_at)
        digest = str(entry.detail.get("sha256", ""))
        loss = Loss(
            IncidentKind.BACKUP, str(entry.seq), name, made_at, who.get(entry.staff_id, say("audits.recovery")), "",
            Protection.SEALED_BACKUP, registered, at_most=True, whole=True,
            facts=((say("incidents.sha256"), in_groups(digest)),) if digest else (),
        )  # fmt: skip
        return loss, (name, digest)


def _paper_of(entry: AuditEntry) -> str:
    return "map" if entry.deed == Deed.MAP_PRINTED.value else str(entry.detail.get("paper", entry.subject))


def _of_paper(entry: AuditEntry, who: dict[str, str], registered: int) -> tuple[Loss, tuple[str, ...]]:
    kind = _paper_of(entry)
    name = say("incidents.map") if kind == "map" else _kind_word(kind)
    copy = str(entry.detail.get("copy", ""))
    raw = entry.detail.get("sha256", "")
    digests = [str(d) for d in raw] if isinstance(raw, list) else [str(raw)]
    on_paper = entry.detail.get("format") == "paper"
    counted = next((entry.detail[key] for key in _COUNTS if key in entry.detail), None)
    people = int(counted) if counted is not None else registered
    protection = Protection.PAPER if on_paper else _saved_as(kind, str(entry.detail.get("format", "pdf")))
    facts = [
        (say("incidents.copy"), copy),
        (say("incidents.pages"), str(entry.detail.get("pages", ""))),
        (say("incidents.sha256"), " ".join(in_groups(d) for d in digests if d)),
    ]
    key = f"incidents.items_{kind}"
    loss = Loss(
        IncidentKind.PAPER,
        str(entry.seq),
        say("incidents.paper_title", paper=name, copy=copy or say("incidents.none")),
        entry.at,
        who.get(entry.staff_id, say("audits.recovery")),
        "",
        protection,
        people,
        at_most=counted is None,
        items=tuple(say(key).split("・")) if has(key) else (),
        facts=tuple((what, value) for what, value in facts if value),
    )
    files = entry.detail.get("files", [])
    return loss, (name, copy, loss.title, *digests, *(str(f) for f in files))


_COUNTS = ("people", "markers", "letters", "entries", "target")
"""Under which of these a paper's record says how many people it is about."""
_PLAIN_PDFS = frozenset({PaperKind.RECALL.value, "draft"})
"""Papers saved without a password: they name nobody."""


def _saved_as(kind: str, format_: str) -> Protection:
    if kind in _PLAIN_PDFS:
        return Protection.PAPER
    return Protection.SEALED_WORKBOOK if format_ == "xlsx" else Protection.SEALED_PDF


def _kind_word(kind: str) -> str:
    return label(PaperKind(kind)) if kind in {k.value for k in PaperKind} else kind


def _persons(shelves: Shelves, loss: Loss) -> tuple[LostPerson, ...]:
    """Who was in it: of a disclosure everybody handed over, of a paper about one person that one, of another paper
    those whose 管理番号 its record tells; papers made before they were recorded name nobody."""
    counts: dict[str, int] = {}
    if loss.kind is IncidentKind.DISCLOSURE:
        for row in shelves.disclosure_persons.all(disclosure_id=loss.subject):
            if row.outside_key:
                counts[row.person_id] = len(row.cells) or len(loss.items)
    elif loss.kind is IncidentKind.PAPER:
        entry = next(iter(shelves.audits.all(seq=int(loss.subject))), None)
        batch = str(entry.detail.get("batch", "")) if entry is not None else ""
        if entry is not None and shelves.persons.get(entry.subject) is not None:
            counts[entry.subject] = len(loss.items)
        elif entry is not None and NUMBERS in entry.detail:
            named = shelves.persons.all(registry_no=list(entry.detail[NUMBERS]))
            counts.update((person.id, len(loss.items)) for person in named)
        elif batch:
            counts.update((letter.person_id, len(loss.items)) for letter in shelves.letters.all(batch=batch))
    people = sorted(shelves.persons.all(id=list(counts)), key=lambda p: (p.sort_key, p.registry_no))
    return tuple(LostPerson(p.id, p.registry_no, p.name, p.name_kana, counts[p.id]) for p in people)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().lower()


def _fits(wanted: str, word: str) -> bool:
    """Whether what somebody typed names a thing: a digest from its beginning, a number whole, a name in part."""
    known = _folded(word)
    if not known:
        return False
    if len(known) == 64:
        plain = wanted.replace(" ", "")
        return len(plain) >= _LEAST_DIGITS and known.startswith(plain)
    return wanted == known if known.isdecimal() else wanted in known


def in_groups(digest: str) -> str:
    """A digest in groups of eight, which break where there is little room."""
    return " ".join(digest[at : at + 8] for at in range(0, len(digest), 8))


def count_words(loss: Loss) -> str:
    """How many people, in words: 不明 stays 不明."""
    if loss.people is None:
        return say("incidents.people_unknown")
    return say("incidents.people_at_most" if loss.at_most else "incidents.people", n=f"{loss.people:,}")


def item_words(loss: Loss) -> str:
    """Which items, in words."""
    if loss.whole:
        return say("incidents.whole")
    return say("incidents.comma").join(loss.items) or say("incidents.items_unknown")


def protection_words(loss: Loss) -> str:
    """What protects it, in words."""
    return say(f"incidents.protection_{loss.protection.value}")
