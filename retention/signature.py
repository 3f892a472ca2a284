"""Signatures of officers: read and verified, and made with a key file, all in OpenSSH's own form.

The form is SSHSIG version 1 (PROTOCOL.sshsig of OpenSSH): ``ssh-keygen -Y sign -n chatarchief``
makes it too, so that a key may stay on a card or on a machine of the officer's own. Only Ed25519
(RFC 8032) counts.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import struct
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from archiver.errors import ArchiveError, ExitCode

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

NAMESPACE = "chatarchief"
_MAGIC, _VERSION = b"SSHSIG", 1
_BEGIN, _END = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"
_ED25519 = b"ssh-ed25519"
_HASHES = {b"sha256": hashlib.sha256, b"sha512": hashlib.sha512}
_LARGEST = 65_536


class BadSignatureFile(ArchiveError):
    """{path} holds no Ed25519 signature as ssh-keygen -Y sign -n chatarchief writes it."""

    exit_code = ExitCode.USAGE


class BadPrivateKey(ArchiveError):
    """{path} holds no Ed25519 key of OpenSSH, or its passphrase is another."""

    exit_code = ExitCode.USAGE


class Signature(Struct, frozen=True):
    """A signature: the public key that it names, how it digests, and its 64 bytes."""

    public_key: bytes
    hash: bytes
    value: bytes

    @property
    def armored(self) -> str:
        """The text form, as ssh-keygen writes it."""
        blob = _MAGIC + struct.pack(">I", _VERSION)
        blob += _string(_string(_ED25519) + _string(self.public_key))
        blob += _string(NAMESPACE.encode()) + _string(b"") + _string(self.hash)
        blob += _string(_string(_ED25519) + _string(self.value))
        text = base64.b64encode(blob).decode()
        lines = [text[start : start + 70] for start in range(0, len(text), 70)]
        return "\n".join((_BEGIN, *lines, _END, ""))

    def verifies(self, message: bytes) -> bool:
        """Whether the key that it names made it over these bytes."""
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        try:
            key = Ed25519PublicKey.from_public_bytes(self.public_key)
            key.verify(self.value, _to_sign(message, self.hash))
        except (InvalidSignature, ValueError):
            return False
        return True


def read_signature(path: Path) -> Signature:
    """Read a signature file.

    Raises:
        BadSignatureFile: It is something else, for another namespace, or of another kind of key.
    """
    try:
        with path.open("rb") as stream:
            return parse(stream.read(_LARGEST).decode("ascii"))
    except ValueError as error:
        raise BadSignatureFile(path=path) from error


def parse(text: str) -> Signature:
    """Read the text form.

    Raises:
        ValueError: It is no such signature.
    """
    begin, _, rest = text.strip().partition("\n")
    body, _, end = rest.rpartition("\n")
    if (begin.strip(), end.strip()) != (_BEGIN, _END):
        raise ValueError("no armour")
    try:
        blob = base64.b64decode("".join(body.split()), validate=True)
    except binascii.Error as error:
        raise ValueError("no base64") from error
    if blob[:6] != _MAGIC or blob[6:10] != struct.pack(">I", _VERSION):
        raise ValueError("another form")
    public, namespace, _, digest, signature = _strings(blob[10:], 5)
    key, value = _typed(public), _typed(signature)
    if namespace != NAMESPACE.encode() or digest not in _HASHES or len(value) != 64:
        raise ValueError("not for here")
    return Signature(key, digest, value)


def sign(path: Path, ask: Callable[[], str], message: bytes) -> Signature:
    """Sign with a private key file of OpenSSH; `ask` is asked for its passphrase if it has one.

    Raises:
        BadPrivateKey: It is something else, or the passphrase is not its own.
    """
    key = _private_key(path, ask)
    digest = b"sha512"
    return Signature(
        key.public_key().public_bytes_raw(), digest, key.sign(_to_sign(message, digest))
    )


def public_bytes(text: str) -> bytes:
    """Give the 32 bytes of a registered public key (``ssh-ed25519 AAAA…``).

    Raises:
        ValueError: It is no such key.
    """
    kind, _, body = text.partition(" ")
    if kind.encode() != _ED25519:
        raise ValueError("another kind of key")
    return _typed(base64.b64decode(body.split()[0], validate=True))


def _private_key(path: Path, ask: Callable[[], str]) -> Ed25519PrivateKey:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_ssh_private_key

    data = path.read_bytes()
    try:
        try:
            key = load_ssh_private_key(data, None)
        except (TypeError, ValueError) as error:
            if "assword" not in str(error):
                raise
            key = load_ssh_private_key(data, ask().encode())
    except (TypeError, ValueError, UnsupportedAlgorithm) as error:
        raise BadPrivateKey(path=path) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise BadPrivateKey(path=path)
    return key


def _to_sign(message: bytes, digest: bytes) -> bytes:
    """What is signed: the namespace, how the message was digested, and its digest."""
    parts = (NAMESPACE.encode(), b"", digest, _HASHES[digest](message).digest())
    return _MAGIC + b"".join(map(_string, parts))


def _typed(blob: bytes) -> bytes:
    kind, value = _strings(blob, 2)
    if kind != _ED25519:
        raise ValueError("another kind of key")
    return value


def _string(data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + data


def _strings(blob: bytes, count: int) -> list[bytes]:
    """Read so many strings of RFC 4251 §5; nothing may follow them."""
    found, at = [], 0
    for _ in range(count):
        if len(blob) < at + 4:
            raise ValueError("cut short")
        end = at + 4 + int.from_bytes(blob[at : at + 4])
        if len(blob) < end:
            raise ValueError("cut short")
        found.append(blob[at + 4 : end])
        at = end
    if at != len(blob):
        raise ValueError("more than there should be")
    return found
