"""How a source lies there: kind, size and time, for a folder those of everything below it.

Two equal looks mean that nobody touched it in between. The number of the file is not part of it,
since some network file systems give a file another one when it is moved.
"""

from __future__ import annotations

import stat
from hashlib import blake2b
from pathlib import Path

from archiver.intake.folder import list_folder
from archiver.intake.limits import Limits
from archiver.intake.regular import reading

_ALL = Limits(entries=10_000_000, folder_depth=100)


def look(path: Path) -> str:
    """Describe how it lies there now.

    Raises:
        UnreadableSource: It is not there, or the system refuses.
        ArchiveError: A folder cannot be listed.
    """
    with reading(path):
        status = path.lstat()
    if not stat.S_ISDIR(status.st_mode):
        return f"{stat.S_IFMT(status.st_mode):o}:{status.st_size}:{status.st_mtime_ns}"
    listing, digest = list_folder(path, _ALL), blake2b(digest_size=16)
    for found in listing.files:
        digest.update(repr((found.parts, found.stamp.size, found.stamp.modified)).encode())
    for other in listing.others:
        digest.update(repr(other).encode())
    return f"{stat.S_IFDIR:o}:{digest.hexdigest()}"
