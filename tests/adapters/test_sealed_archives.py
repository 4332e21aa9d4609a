"""The archive for a system: opened by two readers, by no other password, and never with another content."""

from __future__ import annotations

import io
import random
import zipfile

import pytest
import pyzipper

from hoken_desktop.adapters import sealed_archives
from hoken_desktop.domain.errors import Refusal

PASSWORD = "K7QF-2MZT-9XWA-HD4R"
DATA = ("照合番号,氏名\r\n" + "A7K2-9QFM,見本 花子\r\n" * 40).encode("cp932")


@pytest.fixture(scope="module")
def sealed() -> bytes:
    return sealed_archives.seal("meibo.csv", DATA, PASSWORD)


def test_it_opens_with_its_password_in_two_readers(sealed: bytes) -> None:
    assert sealed_archives.unseal(sealed, PASSWORD) == {"meibo.csv": DATA}
    with pyzipper.AESZipFile(io.BytesIO(sealed)) as archive:
        archive.setpassword(PASSWORD.encode())
        assert archive.namelist() == ["meibo.csv"]
        assert archive.read("meibo.csv") == DATA


def test_a_wrong_password_and_none_open_nothing(sealed: bytes) -> None:
    with pytest.raises(Refusal) as refused:
        sealed_archives.unseal(sealed, "K7QF-2MZT-9XWA-HD42")
    assert refused.value.code in ("sealed_archives.wrong_password", "sealed_archives.tampered")
    with pyzipper.AESZipFile(io.BytesIO(sealed)) as archive, pytest.raises(RuntimeError):
        archive.read("meibo.csv", pwd=b"K7QF-2MZT-9XWA-HD42")
    with zipfile.ZipFile(io.BytesIO(sealed)) as plain, pytest.raises((NotImplementedError, RuntimeError)):
        plain.read("meibo.csv")


def test_what_is_inside_cannot_be_seen_from_outside(sealed: bytes) -> None:
    assert "見本".encode("cp932") not in sealed
    assert PASSWORD.encode() not in sealed


def test_no_changed_byte_gives_another_content(sealed: bytes) -> None:
    rng = random.Random(3)
    for place in rng.sample(range(len(sealed)), min(200, len(sealed))):
        changed = bytearray(sealed)
        changed[place] ^= rng.randrange(1, 256)
        try:
            found = sealed_archives.unseal(bytes(changed), PASSWORD)
        except Refusal:
            continue
        assert list(found.values()) == [DATA], place


def test_what_was_cut_short_or_is_something_else_is_refused(sealed: bytes) -> None:
    for data in (b"", b"PK", sealed[:-1], sealed[: len(sealed) // 2], sealed + b"x", b"\0" * 500):
        with pytest.raises(Refusal):
            sealed_archives.unseal(data, PASSWORD)


@pytest.mark.parametrize("size", [0, 1, 15, 16, 17, 4096, 100_003])
def test_every_length_comes_back(size: int) -> None:
    data = random.Random(size).randbytes(size)
    assert sealed_archives.unseal(sealed_archives.seal("a.csv", data, PASSWORD), PASSWORD) == {"a.csv": data}


def test_a_password_a_person_thought_of_is_no_password() -> None:
    with pytest.raises(ValueError, match="generated"):
        sealed_archives.seal("a.csv", b"x", "himitsu")
