"""One mail in one file, as mail programs save it (RFC 5322 bytes, usually ``.eml``)."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from typing import BinaryIO

from archiver.format import Source
from archiver.model import Finding, Item
from archiver.parse import message
from archiver.parse.letterhead import claims
from archiver.parse.message import Place, Raw, survey
from archiver.parse.mime import LIMITS, Limits

__all__ = ["GAPS", "NAME", "SERVICE", "VERSION", "attachment", "claims", "parse", "survey"]

NAME = "eml"
SERVICE = "mail"
VERSION = 1
GAPS = ()

_BLOCK = 4 << 20


def parse(source: Source, survey: object, limits: Limits = LIMITS) -> Iterator[Item | Finding]:
    """Yield the one message of the file, then its findings."""
    raw, length = _raw(source.stream, limits)
    if length:
        yield from message.read(raw, Place(source.first_number, source.main, 0, length), limits)
    else:
        yield Finding("E-M001", {"name": source.path_name}, source.main)


def attachment(entry: bytes, part: int) -> bytes:
    """Give the content of an attachment out of the bytes of its item."""
    return message.content(entry, part)


def _raw(stream: BinaryIO, limits: Limits) -> tuple[Raw, int]:
    """Read the file; of one over the limit its beginning and the digest of all of it."""
    stored = stream.read(limits.message)
    length = len(stored)
    whole = sha256(stored)
    while block := stream.read(_BLOCK):
        whole.update(block)
        length += len(block)
    return Raw(stored, stored, whole.hexdigest() if length > len(stored) else ""), length
