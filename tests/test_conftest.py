"""The ground the tests stand on holds."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import keyring
import keyring.errors
import pytest

from hoken_desktop import paths


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1", "example.invalid"])
def test_no_test_reaches_another_computer(host: str) -> None:
    with pytest.raises(RuntimeError, match=host):
        socket.create_connection((host, 80), timeout=1)


def test_no_test_sends_to_another_computer() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        with pytest.raises(RuntimeError, match=r"192\.0\.2\.1"):
            sender.sendto(b"x", ("192.0.2.1", 9))
        with pytest.raises(RuntimeError, match=r"192\.0\.2\.1"):
            sender.connect(("192.0.2.1", 9))


def test_a_test_may_speak_to_its_own_computer() -> None:
    server = socket.create_server(("127.0.0.1", 0))
    with server, socket.create_connection(server.getsockname(), timeout=5) as client:
        client.sendall(b"x")


def test_the_keyring_of_the_person_at_the_keyboard_is_not_touched() -> None:
    with pytest.raises(keyring.errors.NoKeyringError):
        keyring.set_password("hoken-desktop-tests", "x", "x")


def test_the_default_data_folder_is_a_private_empty_one() -> None:
    folder = paths.default_data()
    assert not folder.exists()
    assert Path(os.environ["HOME"]) in folder.parents
