"""Put a source aside once it is kept: into ``.kept/<day>/``, with its receipt beside it.

Nothing is reached through a link: every folder on the way is opened relative to the one before
(openat(2), `O_NOFOLLOW`), since whoever drops files may change folders at any moment (CWE-367).
Nothing here is synced: after a crash the source is at one of the two places, and a source that is
found again is known by its digest.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from datetime import date
from hashlib import sha256
from itertools import count
from pathlib import Path

from archiver.daemon.look import look
from archiver.daemon.scan import KEPT, RECEIPT
from archiver.errors import ArchiveError, SourceChanged
from archiver.intake.folder import open_folder
from archiver.intake.regular import reading

_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_FOR_ALL = 0o644
"""A receipt holds no name and no text, and whoever dropped the file is to read it."""
_LONGEST_NAME = 255


def set_aside(folder: Path, parts: Sequence[str], seen: str, receipt: bytes, today: date) -> Path:
    """Move ``folder/parts`` into the folder's ``.kept``; give its new place.

    `seen` is how it lay there before it was read. A name that was taken in before on the same day
    goes to ``.kept/<day>-2`` and so on. What lay directly in `folder` also leaves its receipt
    there, as ``.<name>.receipt``.

    Raises:
        SourceChanged: It is not what was read any more; it stays.
        UnreadableSource: The system refuses.
    """
    path, name = folder.joinpath(*parts), parts[-1]
    with reading(path), ExitStack() as stack:
        root = stack.enter_context(open_folder(folder))
        source = stack.enter_context(_descend(root, parts[:-1]))
        if look(_below(source, name)) != seen:
            raise SourceChanged(path=path)
        days, target = stack.enter_context(_room(root, (*parts[:-1], name), today))
        _write(target, receipt_name(name), receipt)
        _move(source, target, name, seen, path)
        if len(parts) == 1:
            _write_anew(root, receipt_name(f".{name}"), receipt)
        return folder.joinpath(KEPT, days, *parts)


def prune(folder: Path, parts: Sequence[str]) -> None:
    """Remove the emptied folders at ``folder/parts`` and below; what holds something stays."""
    with (
        suppress(OSError, ArchiveError),
        open_folder(folder) as root,
        _descend(root, parts[:-1]) as above,
    ):
        _prune(above, parts[-1])


def receipt_name(name: str) -> str:
    """Name the receipt of a source; one whose name leaves no room gets that of its digest."""
    wanted = name + RECEIPT
    if len(os.fsencode(wanted)) <= _LONGEST_NAME:
        return wanted
    dot = "." if name.startswith(".") else ""
    return dot + sha256(os.fsencode(name)).hexdigest()[:32] + RECEIPT


def _below(folder: int, name: str) -> Path:
    return Path(f"/proc/self/fd/{folder}", name)


@contextmanager
def _descend(root: int, parts: Sequence[str]) -> Iterator[int]:
    with ExitStack() as stack:
        folder = root
        for part in parts:
            folder = stack.enter_context(open_folder(part, folder))
        yield folder


@contextmanager
def _room(root: int, parts: Sequence[str], today: date) -> Iterator[tuple[str, int]]:
    """Open the first folder of the day in which the name is free."""
    for number in count(1):
        days = f"{today}" if number == 1 else f"{today}-{number}"
        with ExitStack() as stack:
            folder = _made(stack, _made(stack, root, KEPT), days)
            for part in parts[:-1]:
                # A folder with a receipt was set aside whole; nothing may come to lie in it.
                if not _is_free(folder, receipt_name(part)):
                    break
                folder = _made(stack, folder, part)
            else:
                if _is_free(folder, parts[-1]) and _is_free(folder, receipt_name(parts[-1])):
                    yield days, folder
                    return


def _made(stack: ExitStack, folder: int, name: str) -> int:
    with suppress(FileExistsError):
        os.mkdir(name, 0o700, dir_fd=folder)
    return stack.enter_context(open_folder(name, folder))


def _is_free(folder: int, name: str) -> bool:
    try:
        os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return True
    return False


def _move(source: int, target: int, name: str, seen: str, path: Path) -> None:
    os.rename(name, name, src_dir_fd=source, dst_dir_fd=target)
    if look(_below(target, name)) != seen:
        # It was replaced between the look and the move: what came in its place goes back.
        os.rename(name, name, src_dir_fd=target, dst_dir_fd=source)
        os.unlink(receipt_name(name), dir_fd=target)
        raise SourceChanged(path=path)


def _write(folder: int, name: str, data: bytes) -> None:
    handle = os.open(name, _NEW_FILE, _FOR_ALL, dir_fd=folder)
    with os.fdopen(handle, "wb") as stream:
        os.fchmod(handle, _FOR_ALL)
        stream.write(data)


def _write_anew(folder: int, name: str, data: bytes) -> None:
    with suppress(FileNotFoundError):
        os.unlink(name, dir_fd=folder)
    _write(folder, name, data)


def _prune(above: int, name: str) -> None:
    with open_folder(name, above) as folder:
        with os.scandir(folder) as entries:
            below = [entry.name for entry in entries if entry.is_dir(follow_symlinks=False)]
        for inner in below:
            with suppress(OSError):
                _prune(folder, inner)
    with suppress(OSError):
        os.rmdir(name, dir_fd=above)
