"""The files of the key store: canonical JSON that carries its own digest.

Canonical: UTF-8, members sorted by name, no blanks, no line end. The member ``sha256`` is the
SHA-256, in lower-case hexadecimal, of the file's bytes with that member's value empty. So every
changed byte is found, also where it would change no key. The digest protects against accidents;
against ill will the wraps protect themselves (`archiver.store.wrapping`).
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from archiver.errors import Damage, WrongFormat
from archiver.store import files

VERSION = 1


class KeyFile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What every file of the key store carries."""

    v: int = VERSION
    sha256: str = ""


Content = TypeVar("Content", bound=KeyFile)


def write(path: Path, content: KeyFile) -> None:
    """Replace a key file, wholly or not at all; durable on return.

    What dead processes left of an earlier attempt is removed: it may hold keys that are to be
    gone.

    Raises:
        DiskFull: There is no room; the old content stands.
    """
    for leftover in list(files.leftovers(path)):
        files.remove(leftover)
    files.replace(path, encode(content))


def encode(content: KeyFile) -> bytes:
    """The bytes of a key file, digest included."""
    return _canonical(replace(content, sha256=_digest(replace(content, sha256=""))))


def read(path: Path, kind: type[Content]) -> Content:
    """Read a key file and check every byte of it.

    Raises:
        FileNotFoundError: There is none.
        Damage: A byte was changed, or it is another sort of file.
        WrongFormat: A later version of this program wrote it.
    """
    data = path.read_bytes()
    try:
        members = msgspec.json.decode(data, type=dict[str, object])
        stated = members["sha256"]
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, KeyError) as error:
        raise Damage(path=path, reason="it is not a key file") from error
    if data != _canonical(members) or stated != _digest(members | {"sha256": ""}):
        raise Damage(path=path, reason="its digest does not fit its content")
    if members.get("v") != VERSION:
        raise WrongFormat(path=path, found=members.get("v"), known=VERSION)
    try:
        return msgspec.convert(members, kind)
    except msgspec.ValidationError as error:
        raise Damage(path=path, reason="it lacks what a key file of its kind holds") from error


def _digest(content: object) -> str:
    return hashlib.sha256(_canonical(content)).hexdigest()


def _canonical(content: object) -> bytes:
    return msgspec.json.encode(content, order="sorted")
