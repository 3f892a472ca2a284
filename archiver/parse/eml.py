"""One mail in one file, as mail programs save it (RFC 5322 bytes, usually ``.eml``)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import BinaryIO

from archiver.model import Finding, Item, Source
from archiver.parse import header, message
from archiver.parse.message import Place, Raw
from archiver.parse.mime import LIMITS, Limits

_BLOCK = 4 << 20
_TELLING = frozenset(
    b"from to cc bcc date subject message-id received return-path delivered-to mime-version"
    b" reply-to sender references in-reply-to content-type x-mailer user-agent".split()
)
_OTHER_FORMAT = frozenset({b"x-rsmf-version", b"x-rsmf-generator"})
"""Mails that are only the wrapping of chat messages: `archiver.parse.rsmf` reads them."""


@dataclass(frozen=True, slots=True)
class Survey:
    """Nothing need be known of a mail before it is read."""

    questions: tuple[Finding, ...] = ()


def claims(head: bytes, name: str) -> bool:
    """Whether a file begins with a mail's header: two fields that tell, or one and the name."""
    start = header.envelope(head)
    if head[:start].lstrip(b"\xef\xbb\xbf\r\n").startswith(b"From "):
        return False  # a mailbox
    found = header.read(head, start)
    if not _OTHER_FORMAT.isdisjoint(found.named):
        return False
    telling = _TELLING.intersection(found.named)
    is_named = name.lower().endswith(".eml")
    return (found.is_closed or is_named) and len(telling) >= (1 if is_named else 2)


def survey(source: Source) -> Survey:
    """Learn nothing: a mail asks no questions."""
    return Survey()


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
