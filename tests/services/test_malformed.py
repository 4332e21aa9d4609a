"""Every file of the malformed corpus ends as it is labelled: read, refused, or row by row; nothing in between."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from hoken_desktop import words
from hoken_desktop.adapters import similarity
from hoken_desktop.adapters.layout_files import LayoutFiles
from hoken_desktop.adapters.municipalities import Municipalities
from hoken_desktop.domain.codes import Scheme
from hoken_desktop.domain.errors import Fault, Refusal
from hoken_desktop.services.intakes import Intakes
from hoken_desktop.services.persons import Persons
from hoken_desktop.services.registers import Registers
from tests.files import malformed
from tests.files.malformed import Case, End
from tests.registry_builder import OFFICE, FictitiousRegistry

CASES = tuple(malformed.cases())
SAID = ("青山", "赤山", "黒山", "白山", "9-1", "048-000-0001", "昭和のはじめ頃")
"""What stands in cells, and may stand in no sentence."""


class Addresses:
    def municipality_of(self, address: str) -> str:
        return Municipalities().of_address(address, OFFICE) or ""


@dataclass(frozen=True)
class Ended:
    rows: int
    people: int
    blank: int
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FictitiousRegistry]:
    made = FictitiousRegistry(tmp_path_factory.mktemp("registry"))
    yield made
    made.close()


@pytest.fixture(scope="module")
def files(registry: FictitiousRegistry) -> LayoutFiles:
    return LayoutFiles(registry.folder / "layouts")


def read(case: Case, path: Path, registry: FictitiousRegistry, files: LayoutFiles) -> Ended:
    if case.kind == "register":
        persons = Persons(registry.store, registry.clock, registry.ids, Addresses())
        registers = Registers(
            registry.store, registry.clock, registry.ids, persons, files.read_register, registry.municipalities,
            similarity.ratio,
        )  # fmt: skip
        found = registers.read_in(path, dry_run=True)
        assert found.closes
        return Ended(found.rows, found.people, found.blank, found.faults, found.warnings)
    intakes = Intakes(files.read_benefit)
    reading = intakes.read_benefit_file(path, Scheme(case.kind), today=registry.clock.today())
    assert reading.closes
    return Ended(reading.rows, len(reading.washed), reading.blank, reading.faults, reading.warnings)


def test_the_corpus_has_every_ending_for_every_kind_of_file() -> None:
    for kind in malformed.KINDS:
        assert {case.end for case in CASES if case.kind == kind} == set(End)
    assert {case.file.rpartition(".")[2] for case in CASES} >= {"xlsx", "csv"}
    assert len({(case.kind, case.file) for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_file_ends_as_labelled(
    case: Case, registry: FictitiousRegistry, files: LayoutFiles, tmp_path: Path
) -> None:
    path = tmp_path / case.file
    path.write_bytes(case.data)
    head = registry.store.head()
    if case.end is End.REFUSED:
        with pytest.raises(Refusal) as caught:
            read(case, path, registry, files)
        assert caught.value.code == case.refusal
        told = words.say(caught.value.code, **caught.value.facts)
        assert not any(value in told for value in SAID)
    else:
        ended = read(case, path, registry, files)
        assert [(f.row, f.column, f.code) for f in ended.faults] == list(case.faults)
        assert bool(ended.faults) == (case.end is End.ROWS)
        assert ended.people == case.people
        assert ended.rows == case.people + len(case.faults) + ended.blank
        assert case.warnings <= {f.code for f in ended.warnings}
        for fault in (*ended.faults, *ended.warnings):
            assert fault.row or fault.sheet or fault.column
            told = words.say(f"faults.{fault.code}", **fault.facts)
            assert not any(value in told for value in SAID)
    assert registry.store.head() == head
