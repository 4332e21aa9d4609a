"""提供: the sealed workbook, its letter and its record, made together or not at all.

One disclosure is two deeds with the files between them: PREPARED (the record, with the digests of the files that will
be written), then the files, then MADE, and only then the password is shown. What a power cut leaves between them opens
for nobody: the next start abandons the record, clears the files away by those digests, and says so.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from hoken_desktop.domain import passwords
from hoken_desktop.domain.changes import Changes
from hoken_desktop.domain.characters import CsvEncoding, Oddity
from hoken_desktop.domain.codes import ItemGroup
from hoken_desktop.domain.column_sets import STANDARD, ColumnSet
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
from hoken_desktop.paths import check_folder
from hoken_desktop.services import items
from hoken_desktop.services.bases import said_lacks
from hoken_desktop.services.changes import changes_of
from hoken_desktop.services.clocks import check_clock
from hoken_desktop.services.consents import Municipalities
from hoken_desktop.services.disclosure_books import Contents, check_writable, disclosure_book, in_order
from hoken_desktop.services.disclosure_files import (
    Archives,
    SealedFiles,
    clear_away,
    csv_tail,
    free_name,
    take_away,
    write_all,
)
from hoken_desktop.services.disclosure_forms import printed_forms, said_of
from hoken_desktop.services.holdings import asked_back
from hoken_desktop.services.items import Known
from hoken_desktop.services.papers import Printer
from hoken_desktop.services.ports import Clock, Ids, Shelves, Store
from hoken_desktop.services.previews import Basis, Preview, basis_of, judged, known_of
from hoken_desktop.services.progress import Report, Step, no_report
from hoken_desktop.services.requests import check_approval
from hoken_desktop.services.system_csv import NAME as CSV_NAME
from hoken_desktop.services.system_csv import make_csv, odd_characters
from hoken_desktop.words import say


@dataclass(frozen=True, slots=True)
class Made:
    """A disclosure that was made. `password` is shown this once and kept nowhere; letter and record are PDF files.

    `csv` is the archive for a system under the same password, `oddities` what is to be known of its cells.
    """

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
    csv: Path | None = None
    oddities: tuple[Oddity, ...] = ()


@dataclass(frozen=True, slots=True)
class Handing:
    """How a disclosure is handed over, as the staff decided it. `csv` None: no file for a system.

    `columns` None: the columns kept for the municipality. `spellings` are given for characters the CSV cannot hold.
    """

    media_number: str = ""
    approver: str = ""
    password_by: str = ""
    return_by: date | None = None
    csv: CsvEncoding | None = None
    spellings: Mapping[str, str] = field(default_factory=dict)
    columns: ColumnSet | None = None


@dataclass(frozen=True, slots=True)
class Settled:
    """A disclosure that was interrupted and counts as not made; `cleared` when none of its files is left."""

    id: str
    municipality: str
    file_name: str
    cleared: bool


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
        archives: Archives | None = None,
        column_sets: Callable[[str], ColumnSet] | None = None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids
        self._files = files
        self._municipalities = municipalities
        self._randbelow = randbelow
        self._printer = printer
        self._archives = archives
        self._column_sets = column_sets or (lambda municipality: STANDARD)

    # ---- looking ----------------------------------------------------------------------------------------------

    def preview(self, request_id: str, day: date | None = None, *, suppose: bool = False) -> Preview:
        """Who would go on `day` and who would stay, each with one reason. Nothing is written.

        With `suppose` as if the decision that a basis still waits for had been taken (`Preview.supposed`).
        """
        with self._store.read() as shelves:
            basis = basis_of(shelves, request_id, self._clock.now())
            return self._judged(shelves, basis, day or self._clock.today(), suppose=suppose)

    def changes(self, request_id: str, day: date | None = None) -> Changes:
        """What a disclosure on `day` would change for a recipient that holds the last one. Nothing is written."""
        with self._store.read() as shelves:
            basis = basis_of(shelves, request_id, self._clock.now())
            preview = self._judged(shelves, basis, day or self._clock.today())
            known = in_order(known_of(shelves, [p.person_id for p in preview.going]))
            return changes_of(shelves, basis, preview, known, preview.columns, {})

    def _judged(
        self, shelves: Shelves, basis: Basis, day: date, columns: ColumnSet | None = None, *, suppose: bool = False
    ) -> Preview:
        chosen = self._column_sets(basis.request.municipality) if columns is None else columns
        return replace(judged(shelves, basis, day, suppose=suppose), column_set=chosen)

    def csv_oddities(
        self, request_id: str, encoding: CsvEncoding, spellings: Mapping[str, str] | None = None
    ) -> tuple[Oddity, ...]:
        """What a CSV in this encoding made today could not hold, and which cells begin like a formula."""
        with self._store.read() as shelves:
            basis = basis_of(shelves, request_id, self._clock.now())
            preview = self._judged(shelves, basis, self._clock.today())
            known = in_order(known_of(shelves, [p.person_id for p in preview.going]))
        said = Contents("", basis, preview, known, {}, preview.columns, Changes(), preview.column_set.heads)
        return odd_characters(said, encoding, spellings)

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
        handing: Handing | None = None,
        replace_unwritable: bool = False,
        make_folder: bool = True,
        report: Report = no_report,
    ) -> Made:
        """Makes the sealed workbook in `folder`, its 送付書, its 提供記録簿 and, where `handing` asks for one, the
        archive for a system. A folder that is not there is made, or refused (`make_folder`).

        Refuses without a frozen round, without 決裁 (where the office asks for one), with nobody to disclose, with a
        broken audit chain, on a basis that is not open, while another one is being made, on a day before one that the
        record holds already, and where a file cannot be written; then the record says that nothing was handed over.
        """
        report(Step(0, 0, "disclosures.step_check"))
        if not make_folder:
            check_folder(folder)
        today = self._clock.today()
        handing = handing or Handing()
        if handing.return_by is not None and handing.return_by < today:
            raise Refusal("disclosures.return_by", today=today.isoformat())
        found = self._store.verify()
        if found.first_break is not None:
            raise Refusal("disclosures.audit_broken")
        with self._store.read() as shelves:
            _check_moment(shelves, today)
            basis = basis_of(shelves, request_id, self._clock.now())
            request = self._decided(basis, our_number, approved_on, approval, today)
            request = replace(request, our_number=request.our_number or self._next_number(shelves, today))
            basis = replace(basis, request=request)
            preview = self._judged(shelves, basis, today, handing.columns)
            if preview.lacks:
                raise Refusal("disclosures.basis_closed", missing=said_lacks(preview.lacks))
            if not preview.disclosed:
                raise Refusal("disclosures.nobody", target=preview.target)
            known = in_order(known_of(shelves, [p.person_id for p in preview.going]))
            taken = {r.outside_key for r in shelves.disclosure_persons.all() if r.outside_key}
            keys = self._outside_keys(preview.going, taken)
            changes = changes_of(shelves, basis, preview, known, preview.columns, keys)
        report(Step(0, 0, "disclosures.step_seal"))
        place = self._municipalities.name_of(request.municipality)
        said = Contents(place, basis, preview, known, keys, preview.columns, changes, preview.column_set.heads)
        password = passwords.generate(self._randbelow)
        sealed, archive, oddities = self._seal(said, password, handing, replace_unwritable)
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            raise Refusal("disclosures.folder", folder=folder.name) from None
        name = free_name(folder, place, f"{basis.round.as_of:%Y%m%d}", request.our_number)
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
            items=preview.columns,
            file_name=name,
            sha256=hashlib.sha256(sealed).hexdigest(),
            check_word=passwords.check_word(password),
            basis=request.basis,
            staff_id=self._store.staff_id,
            made_at=self._clock.now(),
            folder=str(folder.resolve()),
            media_number=handing.media_number.strip(),
            approver=handing.approver.strip(),
            password_by=handing.password_by.strip(),
            return_by=handing.return_by,
            csv_name=name.removesuffix(".xlsx") + csv_tail() if archive else "",
            csv_sha256=hashlib.sha256(archive).hexdigest() if archive else "",
        )
        report(Step(0, 0, "disclosures.step_write"))
        self._prepare(disclosure, request, preview, keys, known)
        paths = self._write(disclosure, sealed, archive, folder)
        return Made(
            id=disclosure.id,
            target=preview.target,
            disclosed=preview.disclosed,
            excluded=preview.excluded,
            file=folder / name,
            sha256=disclosure.sha256,
            password=password,
            check_word=disclosure.check_word,
            letter=paths[0] if self._printer else None,
            record=paths[1] if self._printer else None,
            csv=folder / disclosure.csv_name if archive else None,
            oddities=oddities,
        )

    def _seal(
        self, said: Contents, password: str, handing: Handing, replace_unwritable: bool
    ) -> tuple[bytes, bytes, tuple[Oddity, ...]]:
        """The workbook and the archive (empty where none is wanted), both opened again, and what is to be known of the
        archive's cells; nothing is on a disk yet."""
        if not replace_unwritable:
            check_writable(said)
        archive, oddities = b"", tuple[Oddity, ...]()
        if handing.csv is not None:
            if self._archives is None:
                raise ValueError("no archives were given")
            data, oddities = make_csv(said, handing.csv, handing.spellings)
            archive = self._archives.seal(CSV_NAME, data, password)
        sealed = self._files.seal(disclosure_book(said), password, replace_unwritable=replace_unwritable)
        return sealed, archive, oddities

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

    def _write(self, disclosure: Disclosure, sealed: bytes, archive: bytes, folder: Path) -> list[Path]:
        """The papers, the archive, the workbook, and the deed that makes them valid; or none of them.

        The workbook comes last: where it lies whole, everything else does.
        """
        paths: list[Path] = []
        try:
            # The papers first in memory: a printer that fails must not leave a workbook behind.
            parts = [*self._papers(disclosure)]
            if archive:
                parts.append((disclosure.csv_name, archive))
            paths = write_all(self._files, folder, [*parts, (disclosure.file_name, sealed)])
            with self._store.change(Deed.DISCLOSURE_MADE, disclosure.id, sha256=disclosure.sha256) as writing:
                writing.disclosures.replace(replace(disclosure, state=DisclosureState.DONE))
        except BaseException as problem:
            take_away(paths)
            with self._store.change(Deed.DISCLOSURE_ABANDONED, disclosure.id) as writing:
                writing.disclosures.replace(replace(disclosure, state=DisclosureState.ABANDONED))
            if isinstance(problem, OSError):
                raise Refusal("disclosures.not_written", file=disclosure.file_name) from None
            raise
        return paths

    def settle_unfinished(self) -> tuple[Settled, ...]:
        """At the start: a disclosure that was only prepared is abandoned, and what it wrote is cleared away.

        Its password was shown to nobody (it is shown after the last deed), so no file of it could ever be opened.
        """
        with self._store.read() as shelves:
            prepared = shelves.disclosures.all(state=DisclosureState.PREPARED)
        found = []
        for disclosure in prepared:
            cleared = clear_away(disclosure)
            with self._store.change(Deed.DISCLOSURE_ABANDONED, disclosure.id, settled=True) as writing:
                writing.disclosures.replace(replace(disclosure, state=DisclosureState.ABANDONED))
            place = self._municipalities.name_of(disclosure.municipality)
            found.append(Settled(disclosure.id, place, disclosure.file_name, cleared))
        return tuple(found)

    @staticmethod
    def say_settled(settled: Settled) -> str:
        """The sentence that tells the staff what became of an interrupted disclosure."""
        key = "disclosures.settled_abandoned" if settled.cleared else "disclosures.settled_files_left"
        return say(key, municipality=settled.municipality, file=settled.file_name)

    def _papers(self, disclosure: Disclosure) -> tuple[tuple[str, bytes], ...]:
        """(file name, PDF) of the 送付書 and the 提供記録簿. None without a printer."""
        if self._printer is None:
            return ()
        place = self._municipalities.name_of(disclosure.municipality)
        _, head = self._store.head()
        with self._store.read() as shelves:
            said = said_of(shelves, disclosure, place, head)
        return printed_forms(self._printer(), disclosure, said)


def _check_moment(shelves: Shelves, today: date) -> None:
    """Refuses a disclosure while another one is being made, and one on a day before what the record holds already:
    with the clock set back a withdrawn consent would count again."""
    if shelves.disclosures.count(state=DisclosureState.PREPARED):
        raise Refusal("disclosures.under_way")
    check_clock(shelves, today)
