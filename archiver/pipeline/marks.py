"""Marks of what was destroyed: keyed digests by which the same thing is known when it comes again.

Nobody without the archive's key can make one, and nothing can be read from one. A mark of the first
kind holds within the account and is certain: kind, author, instant and words. One of the second
holds everywhere and is a likeness: a long text in one minute. One of the third is a file's bytes.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Iterator
from enum import StrEnum

from archiver.normalise.text import matching
from archiver.store.archive import Archive
from archiver.store.items import open_object

LABEL = "mark/1"
LONG = 20
"""Characters from which a text may be looked for in other accounts."""
SIZE = 16
_MINUTE = 60_000


def read(archive: Archive, delivery: str, name: str) -> Iterator[bytes]:
    """Yield the marks of one object of a delivery.

    Raises:
        KeyMissing: Its key is gone.
    """
    with open_object(archive, delivery, name) as stream:
        while mark := stream.read(SIZE):
            yield mark


class Kind(StrEnum):
    """How far a mark holds."""

    ACCOUNT = "account"
    ANYWHERE = "anywhere"
    FILE = "file"


class Marks:
    """Makes the marks of one archive."""

    def __init__(self, archive: Archive) -> None:
        """Derive the key."""
        self._key = archive.keys.derive(LABEL)

    def of_item(
        self, account: str, kind: str, author: str, sent_at: int | None, text: str
    ) -> Iterator[bytes]:
        """Give the marks of one item that is destroyed; time in milliseconds."""
        yield self.own(account, kind, author, sent_at, text)
        if sent_at is not None and len(text) >= LONG:
            yield self._anywhere(sent_at // _MINUTE, text)

    def own(self, account: str, kind: str, author: str, sent_at: int | None, text: str) -> bytes:
        """Give the mark by which an item of the same account is known for certain."""
        return self._mark(Kind.ACCOUNT, account, kind, author, str(sent_at), matching(text))

    def alike(self, sent_at: int | None, text: str) -> list[bytes]:
        """Give the marks that an item like this one would have left: clocks differ by minutes."""
        if sent_at is None or len(text) < LONG:
            return []
        minute = sent_at // _MINUTE
        return [self._anywhere(minute + apart, text) for apart in (0, -1, 1, -2, 2)]

    def of_file(self, sha256: str) -> bytes:
        """Give the mark of a file's bytes."""
        return self._mark(Kind.FILE, sha256)

    def of_files(self, digests: Iterable[str]) -> list[bytes]:
        """Give the marks of several files."""
        return [self.of_file(digest) for digest in digests if digest]

    def _anywhere(self, minute: int, text: str) -> bytes:
        return self._mark(Kind.ANYWHERE, str(minute), matching(text))

    def _mark(self, *parts: str) -> bytes:
        message = "\x1f".join(f"{len(part)}:{part}" for part in parts)
        return hmac.digest(self._key, message.encode("utf-8", "surrogatepass"), "sha256")[:SIZE]
