"""The one seam for persistence: whatever the archive writes, it writes through these functions.

A full disk may show itself as a short count without any error (POSIX.1-2017, `write`), as ENOSPC
or EDQUOT at the write, or only at the sync. So writing loops until all is written, and every
function here that changes the disk turns the two error numbers into `DiskFull` and leaves nothing
half done behind. Tests put failures in at these functions; nothing else in the store calls
`os.write`, `os.fsync` or `os.rename`.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from archiver.errors import DiskFull

PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700
READ_ONLY = 0o400


def replace(path: Path, data: bytes) -> None:
    """Give the file at `path` this content, wholly or not at all, and durable on return.

    Raises:
        DiskFull: There is no room; the old content stands.
    """
    spare = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    remove(spare)
    write_new(spare, data)
    try:
        rename(spare, path)
    except BaseException:
        with suppress(OSError):
            remove(spare)
        raise
    sync_folder(path.parent)


def write_new(path: Path, data: bytes) -> None:
    """Write a new file, mode 0600, and sync it; its name is durable once the folder is synced.

    Raises:
        FileExistsError: Something has this name; it is left alone.
        DiskFull: There is no room; nothing is left.
    """
    fd = create(path)
    try:
        write_all(fd, data)
        sync(fd)
    except BaseException:
        with suppress(OSError):
            remove(path)
        raise
    finally:
        os.close(fd)


def create(path: Path) -> int:
    """Open a new file for writing, mode 0600, and return its descriptor.

    Raises:
        FileExistsError: Something has this name.
        DiskFull: There is no room for another file.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    with _room_for(path):
        return os.open(path, flags, PRIVATE_FILE)


def append(fd: int, data: bytes) -> None:
    """Add `data` at the end of an open file; not durable until `sync`.

    Raises:
        DiskFull: There is no room; the file has its old length again.
    """
    length = os.fstat(fd).st_size
    os.lseek(fd, length, os.SEEK_SET)
    try:
        write_all(fd, data)
    except BaseException:
        with suppress(OSError):
            os.ftruncate(fd, length)
        raise


def write_all(fd: int, data: bytes | bytearray | memoryview) -> None:
    """Write all of `data` at the place where the descriptor stands.

    Raises:
        DiskFull: There is no room; part may have been written, and the caller drops the file.
    """
    rest = memoryview(data)
    with _room_for(fd):
        while rest:
            written = os.write(fd, rest)
            if written == 0:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            rest = rest[written:]


def sync(fd: int) -> None:
    """Make what was written to the file durable; after a failure its content is not known."""
    with _room_for(fd):
        os.fsync(fd)


def rename(source: Path, target: Path) -> None:
    """Move a file within one file system; durable once both folders are synced."""
    with _room_for(target):
        os.rename(source, target)  # noqa: PTH104 - one seam, one call to trace


def remove(path: Path) -> None:
    """Remove a file if it is there; durable once its folder is synced."""
    path.unlink(missing_ok=True)


def make_folder(path: Path) -> None:
    """Make a folder, mode 0700, with those above it, each durable before the next."""
    if path.is_dir():
        return
    make_folder(path.parent)
    new_folder(path)
    sync_folder(path.parent)


def new_folder(path: Path) -> None:
    """Make one folder, mode 0700, if it is not there; durable once the one above it is synced."""
    with _room_for(path), suppress(FileExistsError):
        path.mkdir(mode=PRIVATE_FOLDER)


def sync_folder(path: Path) -> None:
    """Make the names in a folder durable."""
    fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        sync(fd)
    finally:
        os.close(fd)


def leftovers(path: Path) -> Iterator[Path]:
    """Yield what dead processes left of `replace(path, …)`."""
    yield from path.parent.glob(f".{path.name}.*.tmp")


@contextmanager
def _room_for(place: Path | int) -> Iterator[None]:
    """Say which file there was no room for."""
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise DiskFull(path=place if isinstance(place, Path) else _path_of(place)) from error


def _path_of(fd: int) -> Path:
    """The path of an open file, as the kernel knows it."""
    return Path(f"/proc/self/fd/{fd}").readlink()
