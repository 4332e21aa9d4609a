"""ECMA-376 agile encryption, read by our own hand: [MS-OFFCRYPTO] 2.3.4.10 to 2.3.4.15.

A second reader beside the library that seals: it checks every workbook before it is handed over, and it opens
the replies that come back under the same password. It never gives out a byte of a package whose HMAC does not hold.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import io
import struct
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element

import defusedxml.ElementTree
import olefile
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from hoken_desktop.domain.errors import Refusal

# Block keys of [MS-OFFCRYPTO] 2.3.4.13 and 2.3.4.14.
_VERIFIER_HASH_INPUT = bytes.fromhex("fea7d2763b4b9e79")
_VERIFIER_HASH_VALUE = bytes.fromhex("d7aa0f6d3061344e")
_ENCRYPTED_KEY_VALUE = bytes.fromhex("146e0be7abacd0d6")
_HMAC_KEY = bytes.fromhex("5fb2ad010cb9e1f6")
_HMAC_VALUE = bytes.fromhex("a0677f02b22c8433")

_SEGMENT = 4096
# The specification allows ten times that; a reply that asks for more is not from an office program.
_MAX_SPIN = 1_000_000
_MAX_BYTES = 200 * 1024 * 1024
_HASHES = {"SHA1": 20, "SHA256": 32, "SHA384": 48, "SHA512": 64}

_NS = "{http://schemas.microsoft.com/office/2006/encryption}"
_NS_PASSWORD = "{http://schemas.microsoft.com/office/2006/keyEncryptor/password}"  # noqa: S105  a namespace

_OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class _Broken(Exception):
    """The file does not follow the specification."""


@dataclass(frozen=True, slots=True)
class Parameters:
    """One set of cipher parameters (keyData, or the password's encryptedKey): lengths in bytes."""

    salt: bytes
    block_size: int
    key_size: int
    hash_name: str

    def digest(self, *parts: bytes) -> bytes:
        """The hash of the parts put together."""
        return hashlib.new(self.hash_name, b"".join(parts)).digest()

    def vector(self, block_key: bytes) -> bytes:
        """An initialisation vector from the salt and a block key (2.3.4.12)."""
        return _fit(self.digest(self.salt, block_key), self.block_size)


def is_sealed(data: bytes) -> bool:
    """Whether `data` begins like an encrypted Office file (a compound file, which a plain xlsx is not)."""
    return data[:8] == _OLE_MAGIC


def password_hash(password: str, salt: bytes, hash_name: str, spin: int) -> bytes:
    """The iterated hash of a password, 2.3.4.11: H(salt + password), then `spin` rounds of H(counter + previous)."""
    make = getattr(hashlib, hash_name)
    value: bytes = make(salt + password.encode("utf-16-le")).digest()
    pack = struct.Struct("<I").pack
    for counter in range(spin):
        value = make(pack(counter) + value).digest()
    return value


def wrap_package_key(password: str, salt: bytes, spin: int, package_key: bytes) -> bytes:
    """The package key (32 bytes) encrypted under the password with AES-256 and SHA-512: encryptedKeyValue."""
    if len(package_key) != 32:
        raise ValueError("an AES-256 key has 32 bytes")
    spun = password_hash(password, salt, "sha512", spin)
    key = hashlib.sha512(spun + _ENCRYPTED_KEY_VALUE).digest()[:32]
    cipher = Cipher(algorithms.AES256(key), modes.CBC(_fit(salt, 16))).encryptor()
    return cipher.update(package_key) + cipher.finalize()


def decrypt(data: bytes, password: str) -> bytes:
    """The package inside an agile-encrypted file.

    Refuses, by name: not_sealed (no compound file), old_encryption (another kind of encryption),
    wrong_password, tampered (the HMAC does not hold, or the file is broken).
    """
    if not is_sealed(data):
        raise Refusal("sealed_sheets.not_sealed")
    if len(data) > _MAX_BYTES:
        raise Refusal("sealed_sheets.tampered")
    try:
        return _decrypt(data, password)
    except _Broken as broken:
        raise Refusal("sealed_sheets.tampered") from broken


def _decrypt(data: bytes, password: str) -> bytes:
    description, package, key_data, key = _open(data, password)
    integrity = _child(description, f"{_NS}dataIntegrity")
    size = _HASHES[_hash_attribute(_child(description, f"{_NS}keyData"))]
    hmac_key = _aes(_bytes(integrity, "encryptedHmacKey"), key, key_data.vector(_HMAC_KEY))[:size]
    expected = _aes(_bytes(integrity, "encryptedHmacValue"), key, key_data.vector(_HMAC_VALUE))[:size]
    if len(expected) != size or not hmac.compare_digest(hmac.digest(hmac_key, package, key_data.hash_name), expected):
        raise _Broken("HMAC")
    length = int.from_bytes(package[:8], "little")
    body = package[8:]
    if length > len(body) or len(body) % key_data.block_size:
        raise _Broken("length")
    plain = bytearray()
    for number, start in enumerate(range(0, len(body), _SEGMENT)):
        vector = key_data.vector(struct.pack("<I", number))
        plain += _aes(body[start : start + _SEGMENT], key, vector)
    return bytes(plain[:length])


def _open(data: bytes, password: str) -> tuple[Element, bytes, Parameters, bytes]:
    info, package = _streams(data)
    if len(info) < 8:
        raise _Broken("EncryptionInfo")
    major, minor, reserved = struct.unpack("<HHI", info[:8])
    if (major, minor) != (4, 4):
        raise Refusal("sealed_sheets.old_encryption")
    if reserved != 0x40:
        raise _Broken("EncryptionInfo")
    try:
        description = defusedxml.ElementTree.fromstring(info[8:].rstrip(b"\0"), forbid_dtd=True)
    except Exception as problem:  # the parser's own errors and defusedxml's: all say that this is no description
        raise _Broken("XML") from problem
    key_data = _parameters(_child(description, f"{_NS}keyData"))
    return description, package, key_data, _package_key(description, password)


def _package_key(description: Element, password: str) -> bytes:
    encryptor = description.find(f"{_NS}keyEncryptors/{_NS}keyEncryptor/{_NS_PASSWORD}encryptedKey")
    if encryptor is None:
        raise Refusal("sealed_sheets.old_encryption")
    parameters = _parameters(encryptor)
    spin = _number(encryptor, "spinCount", 0, _MAX_SPIN)
    spun = password_hash(password, parameters.salt, parameters.hash_name, spin)
    vector = _fit(parameters.salt, parameters.block_size)

    def opened(attribute: str, block_key: bytes) -> bytes:
        key = _fit(parameters.digest(spun, block_key), parameters.key_size)
        return _aes(_bytes(encryptor, attribute), key, vector)

    verifier = opened("encryptedVerifierHashInput", _VERIFIER_HASH_INPUT)[: len(parameters.salt)]
    proof = opened("encryptedVerifierHashValue", _VERIFIER_HASH_VALUE)
    if not hmac.compare_digest(parameters.digest(verifier), proof[: _HASHES[_hash_attribute(encryptor)]]):
        raise Refusal("sealed_sheets.wrong_password")
    return opened("encryptedKeyValue", _ENCRYPTED_KEY_VALUE)[: parameters.key_size]


def _streams(data: bytes) -> tuple[bytes, bytes]:
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            if not ole.exists("EncryptionInfo") or not ole.exists("EncryptedPackage"):
                raise Refusal("sealed_sheets.old_encryption")
            with ole.openstream("EncryptionInfo") as info, ole.openstream("EncryptedPackage") as package:
                return info.read(), package.read()
    except Refusal:
        raise
    except Exception as problem:  # olefile raises many kinds (OSError, struct.error, IndexError …) on a damaged file
        raise _Broken("compound file") from problem


def _parameters(element: Element) -> Parameters:
    if element.get("cipherAlgorithm") != "AES" or element.get("cipherChaining") != "ChainingModeCBC":
        raise Refusal("sealed_sheets.old_encryption")
    name = _hash_attribute(element)
    salt = _bytes(element, "saltValue")
    if len(salt) != _number(element, "saltSize", 1, 65536):
        raise _Broken("saltSize")
    if _number(element, "hashSize", 1, 65536) != _HASHES[name]:
        raise _Broken("hashSize")
    key_bits = _number(element, "keyBits", 128, 256)
    block_size = _number(element, "blockSize", 16, 16)
    if key_bits not in (128, 192, 256):
        raise _Broken("keyBits")
    return Parameters(salt, block_size, key_bits // 8, name.lower())


def _hash_attribute(element: Element) -> str:
    name = element.get("hashAlgorithm", "").replace("-", "")
    if name not in _HASHES:
        raise Refusal("sealed_sheets.old_encryption")
    return name


def _child(element: Element, path: str) -> Element:
    found: Element | None = element.find(path)
    if found is None:
        raise _Broken(path)
    return found


def _number(element: Element, attribute: str, least: int, most: int) -> int:
    text = element.get(attribute, "")
    if not (text.isascii() and text.isdigit() and len(text) < 10 and least <= int(text) <= most):
        raise _Broken(attribute)
    return int(text)


def _bytes(element: Any, attribute: str) -> bytes:
    try:
        return base64.b64decode(element.get(attribute, ""), validate=True)
    except (ValueError, binascii.Error) as problem:
        raise _Broken(attribute) from problem


def _aes(data: bytes, key: bytes, vector: bytes) -> bytes:
    if not data or len(data) % 16:
        raise _Broken("blocks")
    cipher = Cipher(algorithms.AES(key), modes.CBC(vector)).decryptor()
    return cipher.update(data) + cipher.finalize()


def _fit(value: bytes, size: int) -> bytes:
    """Cut to `size` bytes or padded with 0x36, as 2.3.4.11 and 2.3.4.12 have it."""
    return value[:size].ljust(size, b"\x36")
