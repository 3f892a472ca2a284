"""Whether something that was dropped is still being written.

A file has settled when its size, time and inode stayed the same over two observations some
seconds apart and no program holds it open for writing. A folder has settled when everything below
it has. The caller looks again from time to time and says what time it is; nothing here waits.
"""

from __future__ import annotations

import re
import stat
from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b
from pathlib import Path

from archiver.errors import ArchiveError, SourceChanged
from archiver.intake.folder import Listing, list_folder
from archiver.intake.limits import Limits
from archiver.intake.regular import stamp_of
from archiver.intake.writing import is_being_written, is_on_network

_UNFINISHED = re.compile(
    r"\.(part|partial|filepart|crdownload|download|opdownload|tmp|temp)$|^~\$|^\..+\.[A-Za-z0-9]{6}$",
    re.IGNORECASE,
)
_LISTED = Limits(entries=10_000_000, folder_depth=100)
_FORGET_AFTER = 20


class Reason(StrEnum):
    """Why something is not taken yet."""

    FIRST_SEEN = "first-seen"
    CHANGED = "changed"
    TOO_SOON = "too-soon"
    BEING_WRITTEN = "being-written"
    UNFINISHED_NAME = "unfinished-name"
    GONE = "gone"
    UNREADABLE = "unreadable"
    TOO_MANY = "too-many"


@dataclass(frozen=True, slots=True)
class Settled:
    """Nothing about it changed for long enough; `since` is when it was first seen like this."""

    path: Path
    since: float


@dataclass(frozen=True, slots=True)
class Waiting:
    """It must be looked at again; `since` is when it last changed, on the caller's clock."""

    path: Path
    reason: Reason
    since: float


@dataclass(slots=True)
class _Seen:
    look: bytes
    since: float
    last: float


class Settling:
    """Remembers how each dropped file or folder looked; a few hundred bytes for each.

    `wait` is in seconds; `network_wait` counts on file systems of other machines, whose times
    come late and where nobody can tell who is writing. At most `capacity` are remembered; what
    comes on top waits until others have settled.
    """

    def __init__(
        self, *, wait: float = 10.0, network_wait: float = 60.0, capacity: int = 1_000_000
    ) -> None:
        """Remember nothing yet."""
        self._wait = wait
        self._network_wait = network_wait
        self._capacity = capacity
        self._swept = float("-inf")
        self._seen: dict[Path, _Seen] = {}

    def observe(self, path: Path, now: float) -> Settled | Waiting:
        """Look at a file or a folder; `now` is in seconds on any clock that never goes back.

        What has settled is forgotten: the next look at it starts anew. A link or a device settles
        like a file, so that intake can say why it is not taken.
        """
        try:
            return self._judge(path, now)
        except FileNotFoundError:
            self._seen.pop(path, None)
            return Waiting(path, Reason.GONE, now)
        except SourceChanged:
            self._seen.pop(path, None)
            return Waiting(path, Reason.CHANGED, now)
        except (ArchiveError, OSError):
            self._seen.pop(path, None)
            return Waiting(path, Reason.UNREADABLE, now)

    def _judge(self, path: Path, now: float) -> Settled | Waiting:
        status = path.lstat()
        listing = list_folder(path, _LISTED) if stat.S_ISDIR(status.st_mode) else None
        if path.name.startswith(".") or _is_unfinished(path, listing):
            return Waiting(path, Reason.UNFINISHED_NAME, now)
        look = _digest(listing) if listing else repr(stamp_of(status)).encode()
        seen = self._seen.get(path)
        if seen is None or seen.look != look:
            return self._remember(path, look, seen, now)
        seen.last = now
        if now - seen.since < (self._network_wait if is_on_network(path) else self._wait):
            return Waiting(path, Reason.TOO_SOON, seen.since)
        if is_being_written(path, listing):
            return Waiting(path, Reason.BEING_WRITTEN, seen.since)
        del self._seen[path]
        return Settled(path, seen.since)

    def _remember(self, path: Path, look: bytes, before: _Seen | None, now: float) -> Waiting:
        if before is None and len(self._seen) >= self._capacity and not self._forget_old(now):
            return Waiting(path, Reason.TOO_MANY, now)
        self._seen[path] = _Seen(look, now, now)
        return Waiting(path, Reason.CHANGED if before else Reason.FIRST_SEEN, now)

    def _forget_old(self, now: float) -> bool:
        """Forget what nobody asked about for long: it was moved away or deleted."""
        if now - self._swept < self._wait:
            return False
        self._swept, oldest = now, now - _FORGET_AFTER * max(self._wait, self._network_wait)
        gone = [path for path, seen in self._seen.items() if seen.last < oldest]
        for path in gone:
            del self._seen[path]
        return bool(gone)


def _is_unfinished(path: Path, listing: Listing | None) -> bool:
    """Programs that copy or download give a file its own name only when it is whole."""
    names = [path.name]
    if listing is not None:
        names += [found.parts[-1] for found in listing.files]
    return any(_UNFINISHED.search(name) for name in names)


def _digest(listing: Listing) -> bytes:
    sha = blake2b(digest_size=16)
    for found in listing.files:
        sha.update(repr(found).encode("utf-8", "surrogateescape"))
    for other in listing.others:
        sha.update(repr(other).encode("utf-8", "surrogateescape"))
    return sha.digest()
