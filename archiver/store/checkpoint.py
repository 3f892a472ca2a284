"""Checkpoints: signed statements of what a log held, made to be kept by someone else.

C2SP tlog-checkpoint over C2SP signed-note with Ed25519 (both v1.0.0; RFC 8032), read 2026-11. The
text is three lines, origin, number of events and root of their hash tree; then a blank line and
one line a signature. Extension lines are allowed there and refused here: this log writes none.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from hashlib import sha256
from typing import Protocol

from msgspec import Struct

from archiver.errors import ArchiveError, ExitCode

_ED25519 = b"\x01"
_KEY_ID = 4
_DASH = "— "
_LONGEST_NAME = 255
_MOST_SIGNATURES = 64

_NAME = re.compile(r"[^\s+]+")
_FORBIDDEN = re.compile(r"[\x00-\x09\x0b-\x1f\ud800-\udfff]")
_DECIMAL = re.compile(r"0|[1-9][0-9]{0,17}", re.ASCII)


class Head(Struct, frozen=True):
    """What a checkpoint states: the log's name, how many events it held, and their root."""

    origin: str
    size: int
    root: bytes


class Signer(Protocol):
    """Who signs for the log: holds an Ed25519 key."""

    @property
    def public_key(self) -> bytes:
        """The 32 bytes of RFC 8032."""
        ...

    def sign(self, data: bytes) -> bytes:
        """Give the 64 bytes of the signature over `data`."""
        ...


class BadCheckpoint(ArchiveError):
    """This is not a signed checkpoint of this log: {reason}."""

    exit_code = ExitCode.DAMAGE


def sign(head: Head, signer: Signer) -> str:
    """Write a head as a signed note, key name equal to the origin.

    Raises:
        BadCheckpoint: The origin cannot be a key name: empty, longer than 255 bytes, or with a
            blank, a control or a plus sign in it.
    """
    if not _is_name(head.origin):
        raise BadCheckpoint(reason="its origin cannot be the name of a key")
    text = f"{head.origin}\n{head.size}\n{_base64(head.root)}\n"
    signature = key_id(head.origin, signer.public_key) + signer.sign(text.encode())
    return f"{text}\n{_DASH}{head.origin} {_base64(signature)}\n"


def parse(note: str, public_key: bytes, *, origin: str = "") -> Head:
    """Read a signed note and believe it only if this key signed it.

    With `origin` it must be that log's. Signatures of unknown keys, such as those of witnesses,
    are passed over.

    Raises:
        BadCheckpoint: It is no checkpoint, is of another log, or the key's signature is absent or
            false.
    """
    name = origin or note.split("\n", 1)[0]
    text = open_note(note, name, public_key)
    lines = text.split("\n")
    if len(lines) != 4 or lines[0] != name:
        raise BadCheckpoint(reason="it is not three lines that begin with the log's origin")
    if not _DECIMAL.fullmatch(lines[1]):
        raise BadCheckpoint(reason="its size is not a number")
    return Head(name, int(lines[1]), _bytes(lines[2], length=sha256().digest_size))


def open_note(note: str, name: str, public_key: bytes) -> str:
    """Give the text of a note that the key of this name signed.

    Raises:
        BadCheckpoint: It is no note, or the key's signature is absent or false.
    """
    text, separator, signatures = note.rpartition("\n\n")
    if not separator or not signatures.endswith("\n") or _FORBIDDEN.search(note):
        raise BadCheckpoint(reason="it has not the form of a signed note")
    text += "\n"
    lines = signatures[:-1].split("\n")
    if len(lines) > _MOST_SIGNATURES:
        raise BadCheckpoint(reason="it has too many signatures")
    known = [_signature(line, name, public_key) for line in lines]
    if not any(known):
        raise BadCheckpoint(reason="the log's key did not sign it")
    for signature in filter(None, known):
        _verify(signature, text, public_key)
    return text


def verifier_key(name: str, public_key: bytes) -> str:
    """Write a public key in the one-line form in which others keep it: ``name+id+base64``."""
    return f"{name}+{key_id(name, public_key).hex()}+{_base64(_ED25519 + public_key)}"


def read_verifier_key(text: str) -> tuple[str, bytes]:
    """Read the one-line form: the name and the public key.

    Raises:
        BadCheckpoint: It is not such a line, not of Ed25519, or its id does not fit.
    """
    name, _, rest = text.strip().partition("+")
    _, _, encoded = rest.partition("+")
    material = _bytes(encoded, length=33)
    public_key = material[1:]
    if material[:1] != _ED25519 or verifier_key(name, public_key) != text.strip():
        raise BadCheckpoint(reason="the verifier key does not fit its own id")
    return name, public_key


def key_id(name: str, public_key: bytes) -> bytes:
    """Give the four bytes by which a signature line names its key."""
    return sha256(name.encode() + b"\n" + _ED25519 + public_key).digest()[:_KEY_ID]


def _is_name(text: str) -> bool:
    is_plain = _NAME.fullmatch(text) and not _FORBIDDEN.search(text)
    return bool(is_plain) and len(text.encode()) <= _LONGEST_NAME


def _signature(line: str, name: str, public_key: bytes) -> bytes | None:
    """Give the signature in a line when it is of this key, else None."""
    dash, _, rest = line.partition(" ")
    found, _, encoded = rest.partition(" ")
    if dash != _DASH.strip() or not _NAME.fullmatch(found) or not encoded:
        raise BadCheckpoint(reason="a signature line has not the form of one")
    raw = _bytes(encoded)
    is_known = found == name and raw[:_KEY_ID] == key_id(name, public_key)
    return raw[_KEY_ID:] if is_known else None


def _verify(signature: bytes, text: str, public_key: bytes) -> None:
    # Imported here: most commands never check a signature, and the library starts slowly.
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, text.encode())
    except (InvalidSignature, ValueError) as error:
        raise BadCheckpoint(reason="the signature of the log's key is false") from error


def _bytes(text: str, length: int | None = None) -> bytes:
    """Read base64 (RFC 4648 §4) of which no bit is left over."""
    try:
        raw = b64decode(text, validate=True)
    except (Base64Error, ValueError) as error:
        raise BadCheckpoint(reason="it holds something that is not base64") from error
    if _base64(raw) != text or (length is not None and len(raw) != length):
        raise BadCheckpoint(reason="it holds base64 of the wrong length")
    return raw


def _base64(data: bytes) -> str:
    return b64encode(data).decode("ascii")
