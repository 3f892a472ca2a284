"""Bytes that may be read at any place, and anonymous files to unpack into.

Nothing is ever unpacked under a name: small members live in memory (`memfd_create`), large ones
in a file without a name in the spool folder. Both can be mapped and vanish when they are closed.
"""

from __future__ import annotations

import errno
import io
import os
import tempfile
import weakref
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from archiver.errors import DiskFull, SourceChanged, UnreadableSource
from archiver.intake.refusal import Refused
from archiver.intake.regular import BLOCK, reading
from archiver.model import Member

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_IN_MEMORY = 64 << 20
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)


class Region:
    """An open descriptor of known size; closed with the last reference to it."""

    __slots__ = ("__weakref__", "_close", "_handle", "size")

    def __init__(self, handle: int, size: int) -> None:
        """Take over `handle`."""
        self._handle = handle
        self._close = weakref.finalize(self, os.close, handle)
        self.size = size

    def read(self, offset: int, length: int) -> bytes:
        """Read up to `length` bytes at `offset`; fewer only where the bytes end."""
        if offset >= self.size:
            return b""
        return os.pread(self._handle, min(length, self.size - offset), offset)

    def blocks(self, offset: int, length: int) -> Iterator[bytes]:
        """Read a stretch in blocks; it ends early where the bytes end."""
        end = offset + length
        while offset < end and (block := self.read(offset, min(BLOCK, end - offset))):
            yield block
            offset += len(block)

    def close(self) -> None:
        """Close it before the last reference goes."""
        self._close()


def spooled(blocks: Iterator[bytes], size: int | None, spool: Path | None) -> Region:
    """Pour blocks into an anonymous file; `size` is the most there can be, if that is known.

    Raises:
        DiskFull: The spool folder has no room.
    """
    handle, filled = _anonymous(size, spool), 0
    try:
        for block in blocks:
            filled = _append(handle, filled, block, spool)
    except BaseException:
        os.close(handle)
        raise
    return Region(handle, filled)


def member_reader(
    member: Member, blocks: Iterator[bytes], *, path: Path, spool: Path | None
) -> BinaryIO:
    """Give a seekable reader of a container's member; it unpacks as far as it is read.

    Asking for `fileno` unpacks the whole member; the descriptor is a file that may be mapped.
    When the last byte was unpacked the member's size and digest are compared.

    Raises:
        SourceChanged: (while reading) the bytes are no longer those of the intake.
        DiskFull: (while reading) the spool folder has no room.
    """
    return cast(BinaryIO, io.BufferedReader(_Unpacking(member, blocks, path, spool)))


class _Unpacking(io.RawIOBase):
    def __init__(
        self, member: Member, blocks: Iterator[bytes], path: Path, spool: Path | None
    ) -> None:
        self._member, self._blocks, self._path, self._spool = member, blocks, path, spool
        self._handle = _anonymous(member.size, spool)
        self._sha = sha256()
        self._position = self._filled = 0
        self._complete = False

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._member.size}
        self._position = max(0, base[whence] + offset)
        return self._position

    def tell(self) -> int:
        return self._position

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        view = memoryview(buffer).cast("B")
        self._unpack_to(self._position + len(view))
        room = max(0, min(len(view), self._filled - self._position))
        count = os.preadv(self._handle, [view[:room]], self._position) if room else 0
        self._position += count
        return count

    def fileno(self) -> int:
        self._unpack_to(self._member.size)
        return self._handle

    def close(self) -> None:
        if not self.closed:
            os.close(self._handle)
        super().close()

    def _unpack_to(self, wanted: int) -> None:
        while not self._complete and (self._filled < wanted or self._filled >= self._member.size):
            block = self._next_block()
            if block is None or self._filled + len(block) > self._member.size:
                self._finish(surplus=block is not None)
                return
            self._sha.update(block)
            self._filled = _append(self._handle, self._filled, block, self._spool)

    def _next_block(self) -> bytes | None:
        try:
            with reading(self._path):
                return next(self._blocks, None)
        except Refused as refused:
            raise SourceChanged(path=self._path) from refused

    def _finish(self, *, surplus: bool) -> None:
        """Compare with what was measured: the container may have been written to since."""
        same = self._filled == self._member.size and self._sha.hexdigest() == self._member.sha256
        if surplus or not same:
            raise SourceChanged(path=self._path)
        self._complete = True


def _anonymous(size: int | None, spool: Path | None) -> int:
    if size is not None and size <= _IN_MEMORY:
        return os.memfd_create("member", os.MFD_CLOEXEC)
    with tempfile.TemporaryFile(dir=spool, buffering=0) as file:
        return os.dup(file.fileno())


def _append(handle: int, offset: int, block: bytes, spool: Path | None) -> int:
    view, folder = memoryview(block), spool or Path(tempfile.gettempdir())
    try:
        with reading(folder):
            while view:
                # The descriptor's own position stays at the beginning, for whoever reads it.
                written = os.pwrite(handle, view, offset)
                view, offset = view[written:], offset + written
    except UnreadableSource as error:
        if isinstance(error.__cause__, OSError) and error.__cause__.errno in _NO_ROOM:
            raise DiskFull(path=folder) from error
        raise
    return offset
