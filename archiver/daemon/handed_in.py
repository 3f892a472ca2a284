"""Remove what was handed in and is destroyed: in the drop folder, and where it was set aside.

A file is known by its digest, a folder by that of its names, sizes and digests; only the account's
own folder is looked into, since another account may hold the same lawfully.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from archiver.daemon.scan import KEPT, Dropped, scan
from archiver.daemon.set_aside import receipt_name
from archiver.daemon.upkeep import copies, remove_copy
from archiver.errors import ArchiveError
from archiver.intake import Limits, intake
from archiver.model import Account
from archiver.store.objects import digest

Removed = tuple[str, int]
"""Where it lay, below the account's folder, without its own name; and its size in bytes."""


def remove_handed_in(
    drop: Path, account: Account, sha256: str, limits: Limits, spool: Path
) -> Iterator[Removed]:
    """Remove every copy of one delivery, with the receipts beside it; yields where each lay.

    Raises:
        OSError: The system does not let a copy be read or removed.
    """
    for path in _candidates(drop, account):
        if not path.is_symlink() and _digest(path, limits, spool) == sha256:
            size = _size(path)
            remove_copy(path)
            _remove_receipts(drop / account.folder, path)
            yield str(path.parent.relative_to(drop)), size


def _candidates(drop: Path, account: Account) -> Iterator[Path]:
    with suppress(ArchiveError):
        for found in scan(drop, {account.folder: account}):
            if isinstance(found, Dropped):
                yield found.path
    kept = drop / account.folder / KEPT
    for day in sorted(kept.iterdir()) if kept.is_dir() else ():
        if day.is_dir() and not day.is_symlink():
            yield from copies(day)


def _size(path: Path) -> int:
    if not path.is_dir():
        return path.stat().st_size
    return sum(each.lstat().st_size for each in path.rglob("*") if not each.is_dir())


def _digest(path: Path, limits: Limits, spool: Path) -> str:
    """Give the digest, or nothing of what cannot be taken in or is just being taken away."""
    try:
        return intake(path, limits, spool=spool).sha256 if path.is_dir() else digest(path)
    except (ArchiveError, FileNotFoundError):
        return ""


def _remove_receipts(folder: Path, path: Path) -> None:
    """Receipts hold no text, but their names are those of what was handed in."""
    path.with_name(receipt_name(path.name)).unlink(missing_ok=True)
    (folder / receipt_name(f".{path.name}")).unlink(missing_ok=True)
