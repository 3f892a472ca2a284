"""The drop folder: reachable, a folder for each account, nothing that stays there unexplained."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from archiver.daemon.check import Check, fail, failing, ok, warn
from archiver.daemon.ledger import Ledger
from archiver.daemon.take import path_of
from archiver.errors import ArchiveError
from archiver.intake.folder import shown_name
from archiver.intake.writing import is_on_network
from archiver.language import say
from archiver.register.accounts import accounts
from archiver.settings import Settings
from archiver.store.archive import Archive
from archiver.store.catalogue import today as moment
from archiver.wording import remedy

_MOST = 20


def examine_drop(archive: Archive, settings: Settings) -> Iterator[Check]:
    """Yield what the drop folder shows; without one it is not watched, which must be known."""
    drop = settings.path("drop.folder")
    if drop is None:
        yield warn("drop", say("No drop folder is set."), "CHATARCHIEF_DROP_FOLDER=DIR")
        return
    try:
        yield from _folder(drop)
        yield from _of_accounts(archive, drop)
        yield from _stays(archive)
    except (ArchiveError, OSError) as error:
        yield failing("drop", error)


def _folder(drop: Path) -> Iterator[Check]:
    if not drop.is_dir():
        yield fail("drop", say("{path} is not there.", path=drop), f"ls -ld {drop}")
    elif not os.access(drop, os.R_OK | os.X_OK):
        yield fail("drop", say("{path} may not be read.", path=drop), f"ls -ld {drop}")
    elif is_on_network(drop / "."):
        yield ok("drop", say("{path}, of another machine: it is only read when due", path=drop))
    else:
        yield ok("drop", str(drop))


def _of_accounts(archive: Archive, drop: Path) -> Iterator[Check]:
    if not drop.is_dir():
        return
    for account in accounts(archive):
        folder = drop / account.folder
        if not folder.is_dir():
            said = say("Account {account} has no folder.", account=account.id)
            yield warn("drop", said, f"mkdir {folder}")
        elif not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
            said = say("{path} may not be read and written.", path=folder)
            yield fail("drop", said, f"ls -ld {folder}")


def _stays(archive: Archive) -> Iterator[Check]:
    """Name what stays in the drop folder, with the reason."""
    ledger = Ledger(moment.recall(archive.catalogue.connection))
    for code, keys in ledger.codes().items():
        names = [key for key in keys if not key.startswith(":")]
        for key in names[:_MOST]:
            path = shown_name(path_of(key).parts)
            yield warn("stays", f"{code} {path}: {remedy(code, {})}")
        if len(names) > _MOST:
            yield warn("stays", say("{code} … and {n} more.", code=code, n=len(names) - _MOST))
