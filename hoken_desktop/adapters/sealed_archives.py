"""The archive of a system's CSV: one file in a zip under a password (WinZip AE-2, AES-256), made in memory.

What pyzipper wrote is opened again by a reader of our own, which shares no line with it, before anyone gets it.
The format: APPNOTE 6.3.10 and "AES Encryption Information", WinZip, 1.04.
"""

from __future__ import annotations

import hashlib
import hmac
import io
import struct
import zlib

import pyzipper
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from hoken_desktop.domain import passwords
from hoken_desktop.domain.errors import Refusal

_LOCAL = struct.Struct("<4s5H3I2H")
_DIRECTORY_END = b"PK\x05\x06"
_ENTRY = struct.Struct("<4s6H3I5H2I")
_AES_FIELD, _AES_METHOD, _DEFLATED = 0x9901, 99, 8
_SALT, _CHECK, _MAC, _KEY = 16, 2, 10, 32
_ROUNDS = 1000  # fixed by the format: the strength comes from the password (domain/passwords.py)
_STREAMED = 0x0008
_MOST = 200 * 1024 * 1024


def seal(name: str, data: bytes, password: str) -> bytes:
    """`data` as the file `name` of an archive under `password`, one of `domain.passwords.generate`.

    Opened again by the second reader and compared; and a password with one letter changed must not open it.
    """
    if not passwords.is_generated(password):
        raise ValueError("a sealed file takes a generated password")
    box = io.BytesIO()
    with pyzipper.AESZipFile(box, "w", compression=pyzipper.ZIP_DEFLATED, encryption=pyzipper.WZ_AES) as archive:
        archive.setpassword(password.encode("ascii"))
        archive.setencryption(pyzipper.WZ_AES, nbits=256)
        archive.writestr(name, data)
    sealed = box.getvalue()
    if unseal(sealed, password) != {name: data}:
        raise Refusal("sealed_archives.verification_failed")
    other = password[:-1] + ("2" if password[-1] != "2" else "3")
    try:
        unseal(sealed, other)
    except Refusal:
        return sealed
    raise Refusal("sealed_archives.verification_failed")


def unseal(data: bytes, password: str) -> dict[str, bytes]:
    """The files of an archive made by `seal`, by name; read by our own hand.

    Refuses a wrong password, and everything whose HMAC, length or form does not hold; it never gives out a part.
    """
    try:
        return {name: _opened(data, at, password) for name, at in _entries(data)}
    except (struct.error, IndexError, ValueError, UnicodeDecodeError, zlib.error):
        raise Refusal("sealed_archives.tampered") from None


def _entries(data: bytes) -> list[tuple[str, int]]:
    """(name, place of the local header) of the directory at the end."""
    end = data.rindex(_DIRECTORY_END)
    count, size, start, comment = struct.unpack_from("<HIIH", data, end + 10)
    if end + 22 + comment != len(data) or start + size != end:
        raise ValueError("the directory does not end the file")
    found = []
    at = start
    for _ in range(count):
        fields = _ENTRY.unpack_from(data, at)
        if fields[0] != b"PK\x01\x02" or fields[4] != _AES_METHOD:
            raise ValueError("no entry under AES")
        name, extra, note = fields[10:13]
        text = data[at + _ENTRY.size : at + _ENTRY.size + name]
        found.append((text.decode("utf-8"), fields[16]))
        at += _ENTRY.size + name + extra + note
    if at != end:
        raise ValueError("the directory holds something else")
    return found


def _opened(data: bytes, at: int, password: str) -> bytes:
    fields = _LOCAL.unpack_from(data, at)
    signature, _, flags, method, _, _, _, stored, size, name, extra = fields
    if signature != b"PK\x03\x04" or not flags & 1 or method != _AES_METHOD or flags & _STREAMED:
        raise ValueError("not an entry of ours")
    inner = _aes_field(data[at + _LOCAL.size + name : at + _LOCAL.size + name + extra])
    body = data[at + _LOCAL.size + name + extra :][:stored]
    if len(body) != stored or stored < _SALT + _CHECK + _MAC or size > _MOST:
        raise ValueError("cut short")
    keys = hashlib.pbkdf2_hmac("sha1", password.encode("ascii"), body[:_SALT], _ROUNDS, 2 * _KEY + _CHECK)
    if not hmac.compare_digest(keys[2 * _KEY :], body[_SALT : _SALT + _CHECK]):
        raise Refusal("sealed_archives.wrong_password")
    cipher, mac = body[_SALT + _CHECK : -_MAC], body[-_MAC:]
    if not hmac.compare_digest(hmac.new(keys[_KEY : 2 * _KEY], cipher, "sha1").digest()[:_MAC], mac):
        raise Refusal("sealed_archives.tampered")
    plain = _counted(cipher, keys[:_KEY])
    if inner == _DEFLATED:
        opener = zlib.decompressobj(-15)
        plain = opener.decompress(plain, _MOST)
        if not opener.eof or opener.unused_data:
            raise ValueError("the packed data do not end where they should")
    elif inner != 0:
        raise ValueError("an unknown packing")
    if len(plain) != size:
        raise ValueError("another length")
    return plain


def _aes_field(extra: bytes) -> int:
    """The packing method inside the AES field; only AE-1 and AE-2 with 256 bits."""
    at = 0
    while at < len(extra):
        kind, length = struct.unpack_from("<HH", extra, at)
        if kind == _AES_FIELD:
            version, vendor, strength, method = struct.unpack_from("<H2sBH", extra, at + 4)
            if version not in (1, 2) or vendor != b"AE" or strength != 3:
                raise ValueError("another strength")
            return int(method)
        at += 4 + length
    raise ValueError("no AES field")


def _counted(cipher: bytes, key: bytes) -> bytes:
    """AES-256 in counter mode as WinZip counts: 128 bits, the lowest byte first, from 1."""
    blocks = (len(cipher) + 15) // 16
    counters = b"".join(number.to_bytes(16, "little") for number in range(1, blocks + 1))
    encryptor = Cipher(algorithms.AES256(key), modes.ECB()).encryptor()  # noqa: S305 - the counters are the stream
    stream = encryptor.update(counters)[: len(cipher)]
    return (int.from_bytes(cipher, "big") ^ int.from_bytes(stream, "big")).to_bytes(len(cipher), "big")
