"""Who else has a file: whether a program writes to it, and whether another machine serves it.

Linux grants a read lease (fcntl(2), F_SETLEASE) only on a file that nobody has open for writing.
On file systems of other machines it says nothing, and `statfs` (statfs(2)) tells which those are.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import signal
import stat
from functools import cache, lru_cache
from pathlib import Path
from typing import Protocol

from archiver.intake.folder import Listing

_STATFS_BYTES = 256
_NETWORK = {
    0x00006969,  # NFS
    0x0000517B,  # SMB
    0xFF534D42,  # CIFS
    0xFE534D42,  # SMB2
    0x65735546,  # FUSE: sshfs, s3fs and the like; a local one only waits a little longer
    0x01021997,  # 9P
    0x00C36400,  # Ceph
    0x5346414F,  # AFS
    0x6B414653,  # kAFS
    0x73757245,  # Coda
    0x0BD00BD0,  # Lustre
    0x0000564C,  # NCP
}


class _Statfs(Protocol):
    def __call__(self, path: bytes, buffer: object, /) -> int: ...


def is_being_written(path: Path, listing: Listing | None) -> bool:
    """Tell whether any program has the file, or a file below the folder, open for writing.

    Where the system cannot tell, the answer is no and the waiting time has to suffice.
    """
    if listing is None:
        return stat.S_ISREG(path.lstat().st_mode) and _has_writer(path)
    return any(_has_writer(path.joinpath(*found.parts)) for found in listing.files)


def is_on_network(path: Path) -> bool:
    """Tell whether another machine serves this; yes when the system does not say."""
    return _device_is_on_network(os.lstat(path).st_dev, path.parent)


def _has_writer(path: Path) -> bool:
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return False
    try:
        # The signal for "someone wants to write now" would end the process; this one does nothing.
        fcntl.fcntl(handle, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except OSError as error:
        return error.errno == errno.EAGAIN
    finally:
        os.close(handle)
    return False


@lru_cache(maxsize=1_024)
def _device_is_on_network(device: int, folder: Path) -> bool:
    buffer = ctypes.create_string_buffer(_STATFS_BYTES)
    if _statfs()(os.fsencode(folder), buffer) != 0:
        return True
    return int.from_bytes(buffer.raw[:4], "little") in _NETWORK


@cache
def _statfs() -> _Statfs:
    return ctypes.CDLL(None, use_errno=True).statfs
