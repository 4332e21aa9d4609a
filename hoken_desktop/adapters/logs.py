"""The program's log: what happened to the program, never what stands in the register.

A line holds a time, a code and ids; an unexpected error is its type, file base names and line numbers. The text
of an exception is never written: a driver's message may quote the value it could not store.
"""

from __future__ import annotations

import contextlib
import logging
import os
import re
import secrets
from datetime import datetime
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from hoken_desktop import __version__
from hoken_desktop.domain.dates import JAPAN as JST

NAME = "hoken_desktop"
_BYTES, _GENERATIONS = 512 * 1024, 5
_CODE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)*( [a-z_]+=%[sd])*")
"""What may be logged: a code, or a code with named blanks, such as round.frozen round=%s people=%s."""
_HARMLESS = re.compile(
    r"[0-9a-f]{8,40}"  # an id
    r"|[0-9]{1,18}"
    r"|[0-9]+\.[0-9]+\.[0-9]+([a-z0-9.+]*)"  # a version
    r"|[a-z][a-z_]*\.[a-z0-9_.]+"  # a code, such as a refusal's
    r"|([a-z_0-9]+\.)*[A-Za-z]*(Error|Exception|Interrupt|Exit|Warning|Refusal)"
    r"|[A-Za-z0-9_/]+\.pyw?:[0-9]+( [A-Za-z0-9_<>]+)?"  # a place in a program
)
_FRAMES = 40
_CHAIN = 8


def _is_harmless(value: object) -> bool:
    return isinstance(value, (bool, int)) or (isinstance(value, str) and bool(_HARMLESS.fullmatch(value)))


def _frames(trace: TracebackType | None) -> str:
    places: list[str] = []
    while trace is not None:
        # Base names only: a folder's name may be a person's (C:\Users\...).
        name = re.split(r"[\\/]", trace.tb_frame.f_code.co_filename)[-1]
        places.append(f"{name}:{trace.tb_lineno}")
        trace = trace.tb_next
    return " > ".join(places[-_FRAMES:])


def describe(error: BaseException) -> str:
    """An exception as types, file base names and line numbers, with what caused it; no text, no values."""
    told: list[str] = []
    each: BaseException | None = error
    while each is not None and len(told) < _CHAIN:
        kind = type(each)
        told.append(f"{kind.__module__}.{kind.__qualname__} at {_frames(each.__traceback__)}")
        if isinstance(each, BaseExceptionGroup):
            told.extend(f"within: {describe(inner)}" for inner in each.exceptions[:_CHAIN])
        each = each.__cause__ or (None if each.__suppress_context__ else each.__context__)
    return " | from ".join(told)


class IdsOnly(logging.Formatter):
    """Lets codes, numbers and ids through; everything else of a record becomes "-"."""

    def format(self, record: logging.LogRecord) -> str:
        """One line: time, level, code, ids, and for an error its places."""
        at = datetime.fromtimestamp(record.created, JST).isoformat(timespec="milliseconds")
        arguments = record.args if isinstance(record.args, tuple) else ()
        told = record.msg if isinstance(record.msg, str) and _CODE.fullmatch(record.msg) else "-"
        try:
            told %= tuple(each if _is_harmless(each) else "-" for each in arguments)
        except (TypeError, ValueError):
            told = told.partition(" ")[0]
        parts = [at, record.levelname, told]
        if record.exc_info and record.exc_info[1] is not None:
            parts.append(describe(record.exc_info[1]))
        return " ".join(parts)


class _PrivateFile(RotatingFileHandler):
    def _open(self) -> TextIOWrapper:
        handle = os.open(self.baseFilename, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        return os.fdopen(handle, "a", encoding="utf-8")


def start(folder: Path) -> logging.Logger:
    """Log into `folder`/hoken-desktop.log, 512 KiB and five older ones; a folder that cannot be written means no log.

    Only this program's own logger is written: what libraries log may quote anything.
    """
    logger = logging.getLogger(NAME)
    logging.raiseExceptions = False
    stop()
    logger.propagate = False
    logger.setLevel(logging.INFO)
    handler: logging.Handler = logging.NullHandler()
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        handler = _PrivateFile(
            folder / "hoken-desktop.log", maxBytes=_BYTES, backupCount=_GENERATIONS, encoding="utf-8"
        )
    handler.setFormatter(IdsOnly())
    logger.addHandler(handler)
    logger.info("program.started version=%s", __version__)
    return logger


def stop() -> None:
    """Close the log's file."""
    logger = logging.getLogger(NAME)
    for handler in logger.handlers[:]:
        logger.removeHandler(handler)
        handler.close()


def note(code: str, *ids: str | int) -> None:
    """One event: a code with named blanks (round.frozen round=%s) and the ids or counts for them."""
    logging.getLogger(NAME).info(code, *ids)


def note_unexpected(error: BaseException) -> str:
    """Write an unexpected error; gives the 8 digits under which it stands in the log, for the crash sheet."""
    number = secrets.token_hex(4)
    logging.getLogger(NAME).error(
        "program.unexpected number=%s", number, exc_info=(type(error), error, error.__traceback__)
    )
    return number
