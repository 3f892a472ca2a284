"""What lies in the drop folder: the entries of each account's folder, and what is nobody's."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from archiver.errors import UnreadableSource
from archiver.intake.name import is_noise
from archiver.intake.regular import reading
from archiver.model import Account

KEPT = ".kept"
"""The folder, in that of an account, where sources go once they are taken in."""

RECEIPT = ".receipt"
"""How the name of a receipt ends."""


@dataclass(frozen=True, slots=True)
class Dropped:
    """One entry of an account's folder."""

    account: Account
    path: Path


@dataclass(frozen=True, slots=True)
class Stray:
    """Something in the drop folder itself that belongs to no account."""

    path: Path
    is_folder: bool


@dataclass(frozen=True, slots=True)
class Closed:
    """The folder of an account that the system does not let us read."""

    account: Account
    path: Path
    error: UnreadableSource


def scan(drop: Path, accounts: Mapping[str, Account]) -> Iterator[Dropped | Stray | Closed]:
    """Yield everything that was dropped, account by account, in the order of the names.

    `accounts` are named by their folder. A folder that is a link counts as a stray, since it may
    lead anywhere. Names the watcher made itself are passed over, and what an operating system puts
    there for itself.

    Raises:
        UnreadableSource: The drop folder cannot be read.
    """
    for entry in _entries(drop):
        is_folder = entry.is_dir(follow_symlinks=False)
        if is_folder and entry.name in accounts:
            yield from _of_account(accounts[entry.name], Path(entry.path))
        else:
            yield Stray(Path(entry.path), is_folder)


def _of_account(account: Account, folder: Path) -> Iterator[Dropped | Closed]:
    try:
        found = _entries(folder)
    except UnreadableSource as error:
        yield Closed(account, folder, error)
    else:
        yield from (Dropped(account, Path(entry.path)) for entry in found)


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    with reading(folder), os.scandir(folder) as found:
        entries = [entry for entry in found if not _is_own(entry.name)]
    return sorted(entries, key=lambda entry: entry.name)


def _is_own(name: str) -> bool:
    return (
        name == KEPT
        or (name.startswith(".") and name.endswith(RECEIPT))
        or name == "lost+found"
        or is_noise(name)
    )
