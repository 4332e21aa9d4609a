"""The code is clean by the tools whose settings stand in pyproject.toml."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def _clean(*command: str) -> None:
    done = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, encoding="utf-8")
    if done.returncode:
        pytest.fail(done.stdout + done.stderr, pytrace=False)


def test_ruff_finds_nothing() -> None:
    _clean("ruff", "check", ".")


@pytest.mark.timeout(900)  # without its cache mypy reads Qt's stubs, which takes a slow computer minutes
def test_mypy_finds_nothing_in_the_package() -> None:
    _clean("mypy")


@pytest.mark.timeout(300)
def test_mypy_finds_nothing_in_the_set_up_script() -> None:
    _clean("mypy", "installer/dev.py")
