"""Opening what was handed in: regular files only, without following links, unchanged while read.

`O_NOFOLLOW` refuses a link put in a file's place, `O_NONBLOCK` keeps a pipe from blocking the
daemon, and everything is then decided on the open descriptor (CWE-59, CWE-367).
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from msgspec import Struct

from archiver.errors import ArchiveError, ExitCode, SourceChanged, UnreadableSource

BLOCK = 1 << 20
_KINDS = {
    stat.S_IFLNK: "symlink",
    stat.S_IFIFO: "pipe",
    stat.S_IFSOCK: "socket",
    stat.S_IFCHR: "device",
    stat.S_IFBLK: "device",
    stat.S_IFDIR: "folder",
}


class NotARegularFile(ArchiveError):
    """{path} is a {kind} and not a regular file. It is not read."""

    exit_code = ExitCode.FINDINGS


class Stamp(Struct, frozen=True):
    """What shows that a file is still the same one; `modified` in nanoseconds since 1970."""

    device: int
    inode: int
    size: int
    modified: int

    @property
    def milliseconds(self) -> int:
        """When the file was last written, in milliseconds since 1970."""
        return self.modified // 1_000_000


def open_regular(
    name: Path | str, *, shown: Path, folder: int | None = None, expected: Stamp | None = None
) -> tuple[int, Stamp]:
    """Open a regular file for reading; `folder` is the descriptor that `name` is relative to.

    Raises:
        NotARegularFile: It is a link, a pipe, a socket, a device or a folder.
        SourceChanged: It is not the file that `expected` describes.
        UnreadableSource: It is not there, or the system refuses.
    """
    try:
        _refuse_others(os.stat(name, dir_fd=folder, follow_symlinks=False), shown)
        handle = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
    except OSError as error:
        if expected is not None and isinstance(error, FileNotFoundError):
            raise SourceChanged(path=shown) from error
        raise _unreadable(shown, error) from error
    try:
        status = os.fstat(handle)
        _refuse_others(status, shown)
        if expected not in (None, stamp_of(status)):
            raise SourceChanged(path=shown)
    except BaseException:
        os.close(handle)
        raise
    return handle, stamp_of(status)


def digest(handle: int, stamp: Stamp, *, shown: Path) -> str:
    """Hash an open file from its beginning, in lower-case hexadecimal.

    Raises:
        SourceChanged: Its size or time is not what it was when it was opened.
        UnreadableSource: The system fails to read it.
    """
    sha, offset = sha256(), 0
    with reading(shown):
        while offset <= stamp.size:
            # One byte more than the file had: a file that grows is seen, never followed.
            block = os.pread(handle, min(BLOCK, stamp.size + 1 - offset), offset)
            if not block:
                break
            sha.update(block)
            offset += len(block)
        unchanged = stamp_of(os.fstat(handle)) == stamp
    if offset != stamp.size or not unchanged:
        raise SourceChanged(path=shown)
    return sha.hexdigest()


def check_unmoved(
    name: Path | str, stamp: Stamp, *, shown: Path, folder: int | None = None
) -> None:
    """Look at the name once more.

    Raises:
        SourceChanged: Another file stands there now, or none, or it was written meanwhile.
    """
    try:
        status = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except OSError as error:
        raise SourceChanged(path=shown) from error
    if stamp_of(status) != stamp:
        raise SourceChanged(path=shown)


def stamp_of(status: os.stat_result) -> Stamp:
    """Take the stamp out of what the system tells of a file."""
    return Stamp(status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)


def kind_of(mode: int) -> str:
    """Name what a mode describes when that is no regular file; empty when it is one."""
    return "" if stat.S_ISREG(mode) else _KINDS.get(stat.S_IFMT(mode), "special file")


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turn what the system refuses into an error that names the source."""
    try:
        yield
    except OSError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: OSError) -> UnreadableSource:
    return UnreadableSource(path=path, reason=error.strerror or type(error).__name__)


def _refuse_others(status: os.stat_result, shown: Path) -> None:
    if kind := kind_of(status.st_mode):
        raise NotARegularFile(path=shown, kind=kind)
