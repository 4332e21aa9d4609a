"""提供: the sealed workbook, its letter and its record, made together or not at all.

One disclosure is two deeds with the file between them: PREPARED (the record, with the digest of the file that will be
written), then the file, then MADE. A power cut between them is settled at the next start by that digest.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Protocol

from hoken_desktop.domain import passwords
from hoken_desktop.domain.changes import Changes
from hoken_desktop.domain.codes import ItemGroup
from hoken_desktop.domain.dates import fiscal_year, format_wareki
from hoken_desktop.domain.deeds import Deed
from hoken_desktop.domain.disclosures import (
    Disclosure,
    DisclosurePerson,
    DisclosureState,
    Passage,
    Request,
)
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.workbooks import Workbook
from hoken_desktop.services import items
from hoken_desktop.services.bases import said_lacks
from hoken_desktop.services.changes import changes_of
from hoken_desktop.services.clocks import check_clock
from hoken_desktop.services.consents import Municipalities
from hoken_desktop.services.disclosure_books import Contents, disclosure_book, in_order
from hoken_desktop.services.disclosure_forms import Said, paper_tails, printed_forms
from hoken_desktop.services.holdings import asked_back
from hoken_desktop.services.items import Known
from hoken_desktop.services.papers import Printer
from hoken_desktop.services.ports import Clock, Ids, Shelves, Store
from hoken_desktop.services.previews import Basis, Preview, basis_of, judged, known_of
from hoken_desktop.services.progress import Report, Step, no_report
from hoken_desktop.services.requests import check_approval
from hoken_desktop.words import say

_NAME_LIMIT = 40


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

    def preview(self, request_id: str, day: date | None = None, *, suppose: bool = False) -> Preview:
        """Who would go on `day` and who would stay, each with one reason. Nothing is written.

        With `suppose` as if the decision that a basis still waits for had been taken (`Preview.supposed`).
        """
        with self._store.read() as shelves:
            basis = basis_of(shelves, request_id, self._clock.now())
            return judged(shelves, basis, day or self._clock.today(), suppose=suppose)

    def changes(self, request_id: str, day: date | None = None) -> Changes:
        """What a disclosure on `day` would change for a recipient that holds the last one. Nothing is written."""
        with self._store.read() as shelves:
            basis = basis_of(shelves, request_id, self._clock.now())
            preview = judged(shelves, basis, day or self._clock.today())
            known = in_order(known_of(shelves, [p.person_id for p in preview.going]))
            return changes_of(shelves, basis, preview, known, preview.columns, {})

    def all(self, request_id: str = "") -> list[Disclosure]:
        """Every disclosure (of one request), the newest first."""
        with self._store.read() as shelves:
            found = shelves.disclosures.all(**({"request_id": request_id} if request_id else {}))
        return sorted(found, key=lambda d: d.made_at, reverse=True)

    def to_recall(self, day: date | None = None) -> dict[str, tuple[str, ...]]:
        """Disclosure id → people it handed over who would stay behind on `day` for their consent (撤回後の回収)."""
        with self._store.read() as shelves:
            return asked_back(shelves, day or self._clock.today())

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
        broken audit chain, on a basis that is not open, while another one is being made, on a day before one that the
        record holds already, and where the file cannot be written; then the record says that nothing was handed over.
        """
        report(Step(0, 0, "disclosures.step_check"))
        today = self._clock.today()
        found = self._store.verify()
        if found.first_break is not None:
            raise Refusal("disclosures.audit_broken")
        with self._store.read() as shelves:
            _check_moment(shelves, today)
            basis = basis_of(shelves, request_id, self._clock.now())
            request = self._decided(basis, our_number, approved_on, approval, today)
            request = replace(request, our_number=request.our_number or self._next_number(shelves, today))
            basis = replace(basis, request=request)
            preview = judged(shelves, basis, today)
            if preview.lacks:
                raise Refusal("disclosures.basis_closed", missing=said_lacks(preview.lacks))
            if not preview.disclosed:
                raise Refusal("disclosures.nobody", target=preview.target)
            known = in_order(known_of(shelves, [p.person_id for p in preview.going]))
            taken = {r.outside_key for r in shelves.disclosure_persons.all() if r.outside_key}
            keys = self._outside_keys(preview.going, taken)
            columns = preview.columns
            changes = changes_of(shelves, basis, preview, known, columns, keys)
        report(Step(0, 0, "disclosures.step_seal"))
        place = self._municipalities.name_of(request.municipality)
        workbook = disclosure_book(Contents(place, basis, preview, known, keys, columns, changes))
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
        self._prepare(disclosure, request, preview, keys, known)
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
        self, basis: Basis, our_number: str, approved_on: date | None, approval: str, today: date
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

    def _prepare(
        self, disclosure: Disclosure, request: Request, preview: Preview, keys: dict[str, str],
        known: dict[str, Known],
    ) -> None:  # fmt: skip
        with self._store.change(
            Deed.DISCLOSURE_PREPARED, disclosure.id, request=request.id, municipality=request.municipality,
            target=disclosure.target, disclosed=disclosure.disclosed, sha256=disclosure.sha256,
            **({"without_consent": preview.without_consent} if preview.without_consent else {}),
        ) as writing:  # fmt: skip
            # Between looking and this deed nobody else can have written (one writer); yet the gate is asked again,
            # inside the transaction that lets people out.
            now = self._clock.now()
            again = judged(writing, replace(basis_of(writing, request.id, now), request=request), preview.day)
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
                    cells={}
                    if passage.excluded
                    else items.handed_over(
                        known[passage.person_id], disclosure.items, passage.groups, disclosure.disclosed_on
                    ),
                )
                for passage in preview.passages
            )

    def _write(
        self, disclosure: Disclosure, basis: Basis, known: dict[str, Known], sealed: bytes, folder: Path
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

    def _free_name(self, folder: Path, basis: Basis) -> str:
        """提供_鴻巣市_20260930_発番.xlsx: no personal data; a number behind it where that name is taken."""
        stem = say(
            "disclosures.file_name",
            municipality=_plain_name(self._municipalities.name_of(basis.request.municipality)),
            day=basis.round.as_of.strftime("%Y%m%d"),
            number=_plain_name(basis.request.our_number),
        )
        candidate, count = stem, 1
        while any((folder / f"{candidate}{tail}").exists() for tail in (".xlsx", *paper_tails())):
            count += 1
            candidate = f"{stem}_{count}"
        return f"{candidate}.xlsx"

    def _papers(
        self, disclosure: Disclosure, basis: Basis, known: dict[str, Known]
    ) -> tuple[tuple[str, bytes], ...]:
        """(file name, PDF) of the 送付書 and the 提供記録簿. None without a printer."""
        if self._printer is None:
            return ()
        _, head = self._store.head()
        place = self._municipalities.name_of(disclosure.municipality)
        said = Said(place, self._who(disclosure.staff_id), head)
        return printed_forms(self._printer(), disclosure, basis, known, said)

    def _who(self, staff_id: str) -> str:
        with self._store.read() as shelves:
            member = shelves.staff.get(staff_id)
        return f"{member.post} {member.name}".strip() if member else say("disclosures.recovery")


def _check_moment(shelves: Shelves, today: date) -> None:
    """Refuses a disclosure while another one is being made, and one on a day before what the record holds already:
    with the clock set back a withdrawn consent would count again."""
    if shelves.disclosures.count(state=DisclosureState.PREPARED):
        raise Refusal("disclosures.under_way")
    check_clock(shelves, today)


def _plain_name(text: str) -> str:
    """A text as part of a file name: letters, digits and hyphens, at most forty."""
    folded = unicodedata.normalize("NFKC", text)
    return re.sub(r"[^\w-]+", "-", folded).strip("-_")[:_NAME_LIMIT] or "0"


def _sha256_of(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""
