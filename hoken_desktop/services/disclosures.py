"""提供: who goes and who stays, the sealed workbook, its letter and its record.

One disclosure is two deeds with the file between them: PREPARED (the record, with the digest of the file that will be
written), then the file, then MADE. A power cut between them is settled at the next start by that digest.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Protocol, TypeVar

from hoken_desktop.domain import passwords
from hoken_desktop.domain.codes import (
    Exclusion,
    ItemGroup,
    ListUse,
    OnList,
    PlanStatus,
    RoundState,
)
from hoken_desktop.domain.consents import Consent
from hoken_desktop.domain.dates import fiscal_year, format_wareki
from hoken_desktop.domain.deeds import Deed
from hoken_desktop.domain.disclosures import (
    ITEM_BY_KEY,
    Disclosure,
    DisclosurePerson,
    DisclosureState,
    Passage,
    Request,
    gate,
)
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.office import Office
from hoken_desktop.domain.papers import CoverLetter, DisclosureRecordPaper
from hoken_desktop.domain.persons import Person
from hoken_desktop.domain.rounds import Edition, Round, SnapshotRow
from hoken_desktop.domain.statistics import COUNTED
from hoken_desktop.domain.workbooks import Cell, Column, ColumnKind, PaperSize, PrintSettings, Sheet, Workbook
from hoken_desktop.services import items
from hoken_desktop.services.consents import Municipalities
from hoken_desktop.services.disclosure_papers import print_cover_letter, print_disclosure_record
from hoken_desktop.services.identities import found_to_be
from hoken_desktop.services.items import Known
from hoken_desktop.services.papers import Printer
from hoken_desktop.services.ports import Clock, Ids, Shelves, Store
from hoken_desktop.services.progress import Report, Step, no_report
from hoken_desktop.services.requests import check_approval, find_request
from hoken_desktop.words import label, say

KEY = "outside_key"
_NAME_LIMIT = 40
_T = TypeVar("_T")


class Written(Protocol):
    """A file that is whole on the disk."""

    @property
    def sha256(self) -> str: ...


class SealedFiles(Protocol):
    """Workbooks under a password, and files that are there whole or not at all (adapters/sealed_sheets.py)."""

    def seal(self, workbook: Workbook, password: str, *, replace_unwritable: bool = False) -> bytes:
        """The workbook as an encrypted xlsx, opened again and compared; no plaintext touches a disk."""
        ...

    def write_file(self, folder: Path, name: str, data: bytes) -> Written:
        """Puts `data` into `folder`; refuses an existing name, a full or a vanished disk."""
        ...


@dataclass(frozen=True, slots=True)
class Preview:
    """What a disclosure would do on a day. target = disclosed + excluded(reasons)."""

    request: Request
    as_of: date
    edition: int
    day: date
    target: int
    disclosed: int
    excluded: dict[str, int]
    passages: tuple[Passage, ...]

    @property
    def closes(self) -> bool:
        """対象 = 提供 + 除外."""
        return self.target == self.disclosed + sum(self.excluded.values()) == len(self.passages)


@dataclass(frozen=True, slots=True)
class Made:
    """A disclosure that was made. `password` is shown this once and kept nowhere; letter and record are PDF files."""

    id: str
    target: int
    disclosed: int
    excluded: dict[str, int]
    file: Path
    sha256: str
    password: str
    check_word: str
    letter: Path | None
    record: Path | None


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of a disclosure that was interrupted: `completed` when its file lay there whole."""

    id: str
    municipality: str
    file_name: str
    completed: bool


@dataclass(frozen=True, slots=True)
class _Basis:
    """The frozen edition a disclosure stands on, and who of it belongs to the request's municipality."""

    request: Request
    office: Office
    round: Round
    edition: Edition
    rows: tuple[SnapshotRow, ...]


class Disclosures:
    """Disclosures of one registry. Without `printer` no papers are made."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        ids: Ids,
        files: SealedFiles,
        municipalities: Municipalities,
        randbelow: Callable[[int], int],
        printer: Callable[[], Printer] | None = None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids
        self._files = files
        self._municipalities = municipalities
        self._randbelow = randbelow
        self._printer = printer

    # ---- looking ----------------------------------------------------------------------------------------------

    def preview(self, request_id: str, day: date | None = None) -> Preview:
        """Who would go on `day` and who would stay, each with one reason. Nothing is written."""
        with self._store.read() as shelves:
            basis = self._basis(shelves, request_id)
            return self._judged(shelves, basis, day or self._clock.today())

    def all(self, request_id: str = "") -> list[Disclosure]:
        """Every disclosure (of one request), the newest first."""
        with self._store.read() as shelves:
            found = shelves.disclosures.all(**({"request_id": request_id} if request_id else {}))
        return sorted(found, key=lambda d: d.made_at, reverse=True)

    def to_recall(self, day: date | None = None) -> dict[str, tuple[str, ...]]:
        """Disclosure id → people it handed over who would stay behind on `day` for their consent (撤回後の回収)."""
        today = day or self._clock.today()
        found: dict[str, tuple[str, ...]] = {}
        with self._store.read() as shelves:
            offices = shelves.offices.all()
            for disclosure in shelves.disclosures.all(state=DisclosureState.DONE):
                request = find_request(shelves, disclosure.request_id)
                rows = shelves.disclosure_persons.all(disclosure_id=disclosure.id)
                gone = [row.person_id for row in rows if row.outside_key]
                passages = self._passages(shelves, request, offices[0], gone, today)
                closed = tuple(p.person_id for p in passages if p.excluded in _CONSENT_REASONS)
                if closed:
                    found[disclosure.id] = closed
        return found

    def _basis(self, shelves: Shelves, request_id: str) -> _Basis:
        request = find_request(shelves, request_id)
        office = shelves.offices.all()[0]
        frozen = sorted(shelves.rounds.all(state=RoundState.FROZEN), key=lambda r: r.as_of)
        if not frozen:
            raise Refusal("disclosures.nothing_frozen")
        newest = frozen[-1]
        edition = shelves.editions.all(round_id=newest.id, edition=newest.edition)[0]
        rows = shelves.snapshot_rows.all(
            round_id=newest.id, edition=newest.edition, municipality=request.municipality
        )
        return _Basis(request, office, newest, edition, tuple(r for r in rows if r.group in COUNTED))

    def _judged(self, shelves: Shelves, basis: _Basis, day: date) -> Preview:
        ids = [row.person_id for row in basis.rows]
        passages = self._passages(shelves, basis.request, basis.office, ids, day)
        reasons = Counter(p.excluded for p in passages if p.excluded is not None)
        preview = Preview(
            request=basis.request,
            as_of=basis.round.as_of,
            edition=basis.round.edition,
            day=day,
            target=len(basis.rows),
            disclosed=sum(p.excluded is None for p in passages),
            excluded={reason.value: reasons[reason] for reason in Exclusion if reasons[reason]},
            passages=passages,
        )
        if not preview.closes:
            raise AssertionError("target = disclosed + excluded")
        return preview

    @staticmethod
    def _passages(
        shelves: Shelves, request: Request, office: Office, ids: list[str], day: date
    ) -> tuple[Passage, ...]:
        """The gate's answer for each of `ids`, in their order. Somebody found since to be another person is judged as
        that one (unless that one is asked for too)."""
        ids = found_to_be(shelves, ids)
        people = {p.id: p for p in shelves.persons.all(id=ids)}
        consents: defaultdict[str, list[Consent]] = defaultdict(list)
        for row in shelves.consents.all(person_id=ids):
            consents[row.person_id].append(row)
        return tuple(
            gate(
                people[id_],
                consents[id_],
                request,
                day=day,
                office=office.municipalities,
                include_not_at_home=office.include_not_at_home,
                guardian_ends_at=office.guardian_ends_at,
            )
            for id_ in ids
        )

    # ---- doing ------------------------------------------------------------------------------------------------

    def disclose(
        self,
        request_id: str,
        folder: Path,
        *,
        our_number: str = "",
        approved_on: date | None = None,
        approval: str = "",
        replace_unwritable: bool = False,
        report: Report = no_report,
    ) -> Made:
        """Makes the sealed workbook in `folder` (made where there is none), its 送付書 and its 提供記録簿.

        Refuses without a frozen round, without 決裁 (where the office asks for one), with nobody to disclose, with a
        broken audit chain, and where the file cannot be written; then the record says that nothing was handed over.
        """
        report(Step(0, 0, "disclosures.step_check"))
        today = self._clock.today()
        found = self._store.verify()
        if found.first_break is not None:
            raise Refusal("disclosures.audit_broken")
        with self._store.read() as shelves:
            basis = self._basis(shelves, request_id)
            request = self._decided(basis, our_number, approved_on, approval, today)
            request = replace(request, our_number=request.our_number or self._next_number(shelves, today))
            basis = replace(basis, request=request)
            preview = self._judged(shelves, basis, today)
            if not preview.disclosed:
                raise Refusal("disclosures.nobody", target=preview.target)
            going = [p for p in preview.passages if p.excluded is None]
            known = _known(shelves, [p.person_id for p in going])
            taken = {r.outside_key for r in shelves.disclosure_persons.all() if r.outside_key}
        report(Step(0, 0, "disclosures.step_seal"))
        keys = self._outside_keys(going, taken)
        columns = tuple(
            key for key in request.items if any(ITEM_BY_KEY[key].group in passage.groups for passage in going)
        )
        workbook = self._workbook(basis, going, known, keys, columns, today)
        password = passwords.generate(self._randbelow)
        sealed = self._files.seal(workbook, password, replace_unwritable=replace_unwritable)
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            raise Refusal("disclosures.folder", folder=folder.name) from None
        name = self._free_name(folder, basis)
        disclosure = Disclosure(
            id=self._ids(),
            request_id=request.id,
            round_id=basis.round.id,
            edition=basis.round.edition,
            state=DisclosureState.PREPARED,
            municipality=request.municipality,
            our_number=request.our_number,
            approved_on=request.approved_on,
            approval=request.approval,
            disclosed_on=today,
            target=preview.target,
            disclosed=preview.disclosed,
            excluded=preview.excluded,
            items=columns,
            file_name=name,
            sha256=hashlib.sha256(sealed).hexdigest(),
            check_word=passwords.check_word(password),
            basis=request.basis,
            staff_id=self._store.staff_id,
            made_at=self._clock.now(),
            folder=str(folder.resolve()),
        )
        report(Step(0, 0, "disclosures.step_write"))
        self._prepare(disclosure, request, preview, keys)
        letter, record = self._write(disclosure, basis, known, sealed, folder)
        with self._store.change(Deed.DISCLOSURE_MADE, disclosure.id, sha256=disclosure.sha256) as writing:
            writing.disclosures.replace(replace(disclosure, state=DisclosureState.DONE))
        return Made(
            id=disclosure.id,
            target=preview.target,
            disclosed=preview.disclosed,
            excluded=preview.excluded,
            file=folder / name,
            sha256=disclosure.sha256,
            password=password,
            check_word=disclosure.check_word,
            letter=letter,
            record=record,
        )

    def _decided(
        self, basis: _Basis, our_number: str, approved_on: date | None, approval: str, today: date
    ) -> Request:
        """The request with its 決裁: the one given now, else the one written down before."""
        request = basis.request
        if approved_on is not None:
            check_approval(request, approved_on, approval or request.approval, today)
            request = replace(request, approved_on=approved_on, approval=(approval or request.approval).strip())
        if basis.office.needs_approval and request.approved_on is None:
            raise Refusal("disclosures.not_approved")
        if request.approved_on is not None and request.approved_on > today:
            raise Refusal("disclosures.not_approved")
        return replace(request, our_number=our_number.strip() or request.our_number)

    def _next_number(self, shelves: Shelves, today: date) -> str:
        """A number of the program's own where the centre gives none: 提供R8-3."""
        year = fiscal_year(today)
        count = sum(fiscal_year(d.disclosed_on) == year for d in shelves.disclosures.all())
        era = format_wareki(date(year, 5, 1), short=True).split(".")[0]
        return say("disclosures.own_number", year=era, number=count + 1)

    def _outside_keys(self, going: Iterable[Passage], taken: set[str]) -> dict[str, str]:
        """person id → a key such as A7K2-9QFM that means nothing outside and is used once, ever."""
        found: dict[str, str] = {}
        used = set(taken)
        for passage in going:
            while True:
                letters = [passwords.ALPHABET[self._randbelow(len(passwords.ALPHABET))] for _ in range(8)]
                key = "".join(letters[:4]) + "-" + "".join(letters[4:])
                if key not in used:
                    break
            used.add(key)
            found[passage.person_id] = key
        return found

    def _prepare(self, disclosure: Disclosure, request: Request, preview: Preview, keys: dict[str, str]) -> None:
        with self._store.change(
            Deed.DISCLOSURE_PREPARED, disclosure.id, request=request.id, municipality=request.municipality,
            target=disclosure.target, disclosed=disclosure.disclosed, sha256=disclosure.sha256,
        ) as writing:  # fmt: skip
            # Between looking and this deed nobody else can have written (one writer); yet the gate is asked again,
            # inside the transaction that lets people out.
            again = self._judged(writing, replace(self._basis(writing, request.id), request=request), preview.day)
            if again.passages != preview.passages:
                raise Refusal("disclosures.changed_meanwhile")
            writing.requests.replace(request)
            writing.disclosures.add(disclosure)
            writing.disclosure_persons.add_all(
                DisclosurePerson(
                    id=self._ids(),
                    disclosure_id=disclosure.id,
                    person_id=passage.person_id,
                    outside_key=keys.get(passage.person_id, ""),
                    excluded=passage.excluded,
                    consent_ids=passage.consent_ids,
                    groups=tuple(group for group in ItemGroup if group in passage.groups),
                )
                for passage in preview.passages
            )

    def _write(
        self, disclosure: Disclosure, basis: _Basis, known: dict[str, Known], sealed: bytes, folder: Path
    ) -> tuple[Path | None, Path | None]:
        """The three files. Whatever fails, none of them stays and the record is closed as 未提供."""
        written: list[Path] = []

        def put(name: str, data: bytes) -> Path:
            done = self._files.write_file(folder, name, data)
            written.append(folder / name)
            if done.sha256 != hashlib.sha256(data).hexdigest():
                raise Refusal("disclosures.not_written", file=name)
            return folder / name

        try:
            # The papers first in memory: a printer that fails must not leave a workbook behind.
            papers = self._papers(disclosure, basis, known)
            put(disclosure.file_name, sealed)
            paths = [put(name, pdf) for name, pdf in papers]
        except BaseException as problem:
            for path in written:
                path.unlink(missing_ok=True)
            with self._store.change(Deed.DISCLOSURE_ABANDONED, disclosure.id) as writing:
                writing.disclosures.replace(replace(disclosure, state=DisclosureState.ABANDONED))
            if isinstance(problem, OSError):
                raise Refusal("disclosures.not_written", file=disclosure.file_name) from None
            raise
        return (paths[0], paths[1]) if paths else (None, None)

    def settle_unfinished(self) -> tuple[Settled, ...]:
        """At the start: a prepared disclosure whose file lies there whole is completed, any other one abandoned."""
        with self._store.read() as shelves:
            prepared = shelves.disclosures.all(state=DisclosureState.PREPARED)
        found = []
        for disclosure in prepared:
            whole = _sha256_of(Path(disclosure.folder) / disclosure.file_name) == disclosure.sha256
            deed = Deed.DISCLOSURE_MADE if whole else Deed.DISCLOSURE_ABANDONED
            state = DisclosureState.DONE if whole else DisclosureState.ABANDONED
            with self._store.change(deed, disclosure.id, settled=True) as writing:
                writing.disclosures.replace(replace(disclosure, state=state))
            found.append(
                Settled(
                    disclosure.id, self._municipalities.name_of(disclosure.municipality), disclosure.file_name, whole
                )
            )
        return tuple(found)

    @staticmethod
    def say_settled(settled: Settled) -> str:
        """The sentence that tells the staff what became of an interrupted disclosure."""
        key = "disclosures.settled_completed" if settled.completed else "disclosures.settled_abandoned"
        return say(key, municipality=settled.municipality, file=settled.file_name)

    # ---- the file ---------------------------------------------------------------------------------------------

    def _free_name(self, folder: Path, basis: _Basis) -> str:
        """提供_鴻巣市_20260930_発番.xlsx: no personal data; a number behind it where that name is taken."""
        stem = say(
            "disclosures.file_name",
            municipality=_plain_name(self._municipalities.name_of(basis.request.municipality)),
            day=basis.round.as_of.strftime("%Y%m%d"),
            number=_plain_name(basis.request.our_number),
        )
        candidate, count = stem, 1
        while any((folder / f"{candidate}{tail}").exists() for tail in (".xlsx", *_paper_tails())):
            count += 1
            candidate = f"{stem}_{count}"
        return f"{candidate}.xlsx"

    def _workbook(
        self,
        basis: _Basis,
        going: list[Passage],
        known: dict[str, Known],
        keys: dict[str, str],
        columns: tuple[str, ...],
        day: date,
    ) -> Workbook:
        passages = sorted(going, key=lambda p: _order(known[p.person_id].person))
        place = self._municipalities.name_of(basis.request.municipality)
        edition = say("disclosures.edition", edition=basis.round.edition)
        as_of = format_wareki(basis.round.as_of)
        care = say("disclosures.handle_with_care")
        printing = PrintSettings(
            header=(basis.office.name, say("disclosures.short_title"), care),
            footer=(say("disclosures.made_on", day=format_wareki(day)), "", f"{as_of} {edition}"),
        )
        notes = (
            say("disclosures.title", municipality=place),
            say("disclosures.note_care"),
            say(
                "disclosures.note_state", as_of=as_of, edition=edition, day=format_wareki(day),
                number=basis.request.our_number, count=len(going),
            ),
        )  # fmt: skip
        key_column = Column(KEY, say("disclosures.key"), 12)
        roster = Sheet(
            say("disclosures.sheet_roster"),
            (key_column, *(items.column(key) for key in columns)),
            tuple(
                (keys[p.person_id], *items.cells(known[p.person_id], columns, p.groups, day)) for p in passages
            ),
            notes=notes,
            printing=replace(printing, paper=PaperSize.A3),
            protected=True,
            frozen_columns=1 + sum(key in columns for key in ("name_kana", "name")),
        )
        people: tuple[tuple[Cell, ...], ...] = tuple(
            (keys[p.person_id], known[p.person_id].person.name, None, None, None, None, None) for p in passages
        )
        answer = Sheet(
            say("replies.sheet"),
            (key_column, *answer_columns()),
            people,
            notes=(say("replies.title", municipality=place), say("replies.how")),
            printing=printing,
            protected=True,
            frozen_columns=2,
        )
        whole = Sheet(
            say("replies.sheet_use"),
            use_columns(),
            ((None, None),),
            notes=(say("replies.title_use"),),
            printing=replace(printing, landscape=False),
            protected=True,
            filtered=False,
        )
        about = Sheet(
            say("disclosures.sheet_about"),
            (
                Column("item", say("disclosures.about_item"), 26),
                Column("scope", say("disclosures.about_scope"), 12),
                Column("text", say("disclosures.about_text"), 60),
            ),
            (
                (say("disclosures.key"), None, say("disclosures.about_key")),
                *((items.header(k), label(ITEM_BY_KEY[k].group), items.explanation(k)) for k in columns),
                (say("items.outside_scope"), None, say("disclosures.about_outside")),
            ),
            notes=(say("disclosures.about_title"), say("disclosures.note_care")),
            printing=printing,
            protected=True,
            filtered=False,
        )
        return Workbook(say("disclosures.title", municipality=place), (roster, answer, whole, about), day)

    # ---- the papers -------------------------------------------------------------------------------------------

    def _papers(
        self, disclosure: Disclosure, basis: _Basis, known: dict[str, Known]
    ) -> tuple[tuple[str, bytes], ...]:
        """(file name, PDF) of the 送付書 and the 提供記録簿: counts only, no names. None without a printer."""
        if self._printer is None:
            return ()
        printer = self._printer()
        request, office = basis.request, basis.office
        place = self._municipalities.name_of(request.municipality)
        edition = say("disclosures.edition", edition=disclosure.edition)
        _, head = self._store.head()
        who = self._who(disclosure.staff_id)
        headers = tuple(items.header(key) for key in disclosure.items)
        letter = CoverLetter(
            our_number=disclosure.our_number,
            issued_on=disclosure.disclosed_on,
            recipient=say("disclosures.mayor", municipality=place),
            route=request.route,
            sender=f"{office.name} {office.director}".strip(),
            contact=who,
            subject=say("disclosures.subject"),
            legal_basis=label(disclosure.basis),
            request_number=request.number,
            requested_on=request.requested_on,
            purpose=request.purpose_text,
            as_of=basis.round.as_of,
            edition=edition,
            target=disclosure.target,
            disclosed=disclosure.disclosed,
            excluded=sum(disclosure.excluded.values()),
            items=headers,
            # 依頼の回答期限 binds the centre; how long the municipality may keep the list is not set there.
            return_by=None,
            file_name=disclosure.file_name,
            sha256=disclosure.sha256,
            record_id=disclosure.id,
            audit_head=head,
            printed_on=disclosure.disclosed_on,
        )
        record = DisclosureRecordPaper(
            office=office.name,
            record_id=disclosure.id,
            our_number=disclosure.our_number,
            issued_on=disclosure.disclosed_on,
            recipient=letter.recipient,
            route=request.route,
            requester=request.requester,
            request_number=request.number,
            requested_on=request.requested_on,
            received_on=request.received_on,
            legal_basis=letter.legal_basis,
            purpose=request.purpose_text,
            drafted_by=who,
            approval=disclosure.approval,
            approved_on=disclosure.approved_on,
            performed_by=who,
            performed_at=say(
                "disclosures.moment", day=format_wareki(disclosure.disclosed_on),
                time=disclosure.made_at.strftime("%H:%M"),
            ),
            handed_over=say("disclosures.handed_over"),
            as_of=basis.round.as_of,
            edition=edition,
            target=disclosure.target,
            disclosed=disclosure.disclosed,
            excluded=tuple((label(Exclusion(reason)), count) for reason, count in disclosure.excluded.items()),
            items=headers,
            registry_numbers=tuple(sorted(k.person.registry_no for k in known.values())),
            return_by=None,
            file_name=disclosure.file_name,
            sha256=disclosure.sha256,
            check_word=disclosure.check_word,
            audit_head=head,
            printed_on=disclosure.disclosed_on,
        )  # fmt: skip
        stem = disclosure.file_name.removesuffix(".xlsx")
        tails = _paper_tails()
        return (
            (stem + tails[0], print_cover_letter(printer, letter)),
            (stem + tails[1], print_disclosure_record(printer, record)),
        )

    def _who(self, staff_id: str) -> str:
        with self._store.read() as shelves:
            member = shelves.staff.get(staff_id)
        return f"{member.post} {member.name}".strip() if member else say("disclosures.recovery")


def papers_of(disclosure: Disclosure) -> tuple[Path, Path]:
    """Where the 送付書 and the 提供記録簿 of a disclosure were written."""
    stem = disclosure.file_name.removesuffix(".xlsx")
    letter, record = (Path(disclosure.folder) / (stem + tail) for tail in _paper_tails())
    return letter, record


def _paper_tails() -> tuple[str, str]:
    letter, record = say("disclosures.letter_name"), say("disclosures.record_name")
    return f"_{letter}.pdf", f"_{record}.pdf"


_CONSENT_REASONS = frozenset(
    {
        Exclusion.CONSENT_REFUSED,
        Exclusion.CONSENT_WITHDRAWN,
        Exclusion.CONSENT_EXPIRED,
        Exclusion.CONSENT_PENDING,
        Exclusion.CONSENT_GIVER,
        Exclusion.CONSENT_UNKNOWN,
        Exclusion.SCOPE,
    }
)


def answer_columns() -> tuple[Column, ...]:
    """The 回答票 beside its key: 氏名 (locked), then what the municipality fills in."""
    plans = tuple(label(status) for status in PlanStatus)
    choice = ColumnKind.CHOICE
    return (
        Column("name", items.header("name"), 16),
        Column("on_list", say("replies.on_list"), 19, choice, tuple(label(c) for c in OnList), locked=False),
        Column("evacuation_plan", say("replies.evacuation_plan"), 21, choice, plans, locked=False),
        Column("evacuation_plan_on", say("replies.evacuation_plan_on"), 23, ColumnKind.DATE, locked=False),
        Column("support_plan", say("replies.support_plan"), 29, choice, plans, locked=False),
        Column("comment", say("replies.comment"), 36, locked=False),
    )


def use_columns() -> tuple[Column, ...]:
    """活用状況 of the whole list."""
    return (
        Column(
            "use_of_list", say("replies.use_of_list"), 24, ColumnKind.CHOICE, tuple(label(c) for c in ListUse),
            locked=False,
        ),
        Column("use_comment", say("replies.use_comment"), 60, locked=False),
    )  # fmt: skip


def _order(person: Person) -> tuple[str, str]:
    return person.sort_key, person.registry_no


def _plain_name(text: str) -> str:
    """A text as part of a file name: letters, digits and hyphens, at most forty."""
    folded = unicodedata.normalize("NFKC", text)
    return re.sub(r"[^\w-]+", "-", folded).strip("-_")[:_NAME_LIMIT] or "0"


def _sha256_of(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def _known(shelves: Shelves, ids: list[str]) -> dict[str, Known]:
    def grouped(values: Iterable[_T]) -> defaultdict[str, list[_T]]:
        found: defaultdict[str, list[_T]] = defaultdict(list)
        for value in values:
            owner: Any = value
            found[owner.person_id].append(value)
        return found

    devices = grouped(shelves.devices.all(person_id=ids))
    facts = grouped(shelves.facts.all(person_id=ids))
    supporters = grouped(shelves.supporters.all(person_id=ids))
    contacts = grouped(shelves.contacts.all(person_id=ids))
    benefits = grouped(shelves.benefits.all(person_id=ids))
    return {
        p.id: Known(
            p, tuple(devices[p.id]), tuple(facts[p.id]), tuple(supporters[p.id]), tuple(contacts[p.id]),
            tuple(benefits[p.id]),
        )
        for p in shelves.persons.all(id=ids)
    }  # fmt: skip
