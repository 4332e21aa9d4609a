"""The log holds codes, ids and places; the canary never gets in."""

from __future__ import annotations

import logging
import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from hoken_desktop.adapters import logs

CANARY = "架空野 花子 048-000-0001 kakuno-hanako"


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "logs"
    logs.stop()


def text(folder: Path) -> str:
    return "".join(path.read_text("utf-8") for path in sorted(folder.iterdir()))


def fail() -> None:
    try:
        raise KeyError(CANARY)
    except KeyError as error:
        raise ValueError(f"cannot store {CANARY}") from error


def test_an_error_is_its_type_and_places(folder: Path) -> None:
    logs.start(folder)
    with pytest.raises(ValueError) as caught:
        fail()
    number = logs.note_unexpected(caught.value)
    line = text(folder).splitlines()[-1]
    assert number in line
    assert re.search(
        r"builtins\.ValueError at .*test_logs\.py:\d+ \| from builtins\.KeyError at test_logs\.py:\d+", line
    )
    assert "cannot store" not in line
    assert str(folder.parent) not in line


def test_no_way_of_logging_lets_a_value_through(folder: Path) -> None:
    logger = logs.start(folder)
    logger.info(CANARY)
    logger.info("person.saved %s", CANARY)
    logger.info("person.saved name=%s", CANARY)
    logger.info("person.saved name=%s", {"name": CANARY})
    logger.info("person.saved name=%(name)s", {"name": CANARY})
    logger.info("person.saved a=%s b=%s", CANARY)
    logger.info("person.saved", CANARY, CANARY)
    logger.info("person.saved name=%s", "hanako")
    logger.info(ValueError(CANARY))
    logger.warning("person.saved", stack_info=True, extra={"name2": CANARY})
    try:
        fail()
    except ValueError:
        logger.exception("person.unexpected name=%s", CANARY)
    for error in (ExceptionGroup(CANARY, [ValueError(CANARY)]), RuntimeError(CANARY, {CANARY: CANARY})):
        logs.note_unexpected(error)
    written = text(folder)
    assert len(written.splitlines()) == 14
    for part in (*CANARY.split(), "hanako"):
        assert part not in written


def test_codes_counts_and_ids_do_get_through(folder: Path) -> None:
    logs.start(folder)
    logs.note("vault.opened slot=%s people=%s", "0123456789abcdef", 12)
    logs.note("store.refused code=%s", "vault.second_instance")
    logging.getLogger("hoken_desktop").error(
        "crash type=%s at=%s version=%s", "IntegrityError", "ui/pages/rounds.py:12 _on_done", "0.1.0"
    )
    lines = text(folder).splitlines()
    assert lines[0].endswith("INFO program.started version=" + logs.__version__)
    assert lines[1].endswith("INFO vault.opened slot=0123456789abcdef people=12")
    assert lines[2].endswith("INFO store.refused code=vault.second_instance")
    assert lines[3].endswith("ERROR crash type=IntegrityError at=ui/pages/rounds.py:12 _on_done version=0.1.0")
    assert all(re.match(r"\d{4}-\d\d-\d\dT[\d:.]+\+09:00 ", line) for line in lines)


def test_what_libraries_log_is_not_written(folder: Path) -> None:
    logs.start(folder)
    logging.getLogger("sqlalchemy.engine").error(CANARY)
    logging.getLogger().error(CANARY)
    assert len(text(folder).splitlines()) == 1


@pytest.mark.skipif(os.name != "posix", reason="POSIX modes")
def test_the_log_turns_over_and_stays_private(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "_BYTES", 2000)
    before = os.umask(0)
    try:
        logs.start(folder)
        for count in range(500):
            logs.note("round.read rows=%s", count)
    finally:
        os.umask(before)
    assert len(list(folder.iterdir())) == 6
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def test_a_folder_that_cannot_be_written_means_no_log_and_no_failure(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    logs.start(tmp_path / "file" / "logs")
    logs.note("vault.opened")
    logs.stop()


def test_a_chain_of_causes_that_bites_its_tail_ends() -> None:
    first, second = ValueError(), KeyError()
    first.__cause__, second.__cause__ = second, first
    assert len(logs.describe(first)) < 1000
