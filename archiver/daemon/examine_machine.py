"""The machine that the archive runs on: libraries, data, disk, units."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from archiver import configuration
from archiver.daemon.check import Check, fail, failing, ok, warn
from archiver.intake.writing import is_on_network
from archiver.language import say
from archiver.settings import Settings

LEAST_FREE = 10 * 1024**3
"""Bytes; less is a warning, since one delivery may be larger than that."""

_GIB = 1024**3
_INSTALL = "make install"
_SYSTEMD = Path("/run/systemd/system")
_ENABLED = (
    Path("/etc/systemd/system/multi-user.target.wants/chatarchief-watch.service"),
    Path("/etc/systemd/system/timers.target.wants/chatarchief.timer"),
)


def examine_machine(settings: Settings) -> Iterator[Check]:
    """Yield what does not need an open archive."""
    for name, check in _CHECKS:
        try:
            found = check(settings)
        except Exception as error:
            found = failing(name, error)
        if found is not None:
            yield found


def _sqlite(settings: Settings) -> Check:
    """The driver refuses by itself; here it is said beforehand."""
    from sqlcipher3 import dbapi2 as driver

    from archiver.store.catalogue.connection import OLDEST_SQLITE

    if driver.sqlite_version_info < OLDEST_SQLITE:
        oldest = ".".join(map(str, OLDEST_SQLITE))
        said = say(
            "SQLite {found} has a known defect; {oldest} is needed.",
            found=driver.sqlite_version,
            oldest=oldest,
        )
        return fail("sqlite", said, _INSTALL)
    return ok("sqlite", driver.sqlite_version)


def _libmagic(settings: Settings) -> Check:
    # pylibmagic must come first: it tells the other where its library lies.
    import pylibmagic  # noqa: F401
    import magic  # isort: skip

    return ok("libmagic", str(magic.from_buffer(b"%PDF-1.7\n", mime=True)))


def _data(settings: Settings) -> Check:
    from zoneinfo import ZoneInfo

    zone = ZoneInfo(settings.text("zone")).key
    shipped = ("findings", "language/nl", "wordings", "labels", "stemming")
    folders = [name for name in shipped if _empty(name)]
    if folders:
        said = say(
            "data that ships with the program is missing: {names}.", names=", ".join(folders)
        )
        return fail("data", said, _INSTALL)
    return ok("data", zone)


def _disk(settings: Settings) -> Check | None:
    folder = settings.path("archive")
    if folder is None or not folder.exists():
        return None
    free = shutil.disk_usage(folder).free
    if free < LEAST_FREE:
        return warn(
            "disk", say("Only {gib} GiB is free for the archive.", gib=free // _GIB), "df -h"
        )
    return ok("disk", say("{gib} GiB free", gib=free // _GIB))


def _local(settings: Settings) -> Check | None:
    for name in ("archive", "keys"):
        folder = settings.path(name)
        if folder is not None and folder.exists() and is_on_network(folder / "."):
            said = say("{path} lies on a file system of another machine.", path=folder)
            return fail("local", said)
    return ok("local", say("archive and keys are on file systems of this machine"))


def _units(settings: Settings) -> Check | None:
    if not _SYSTEMD.is_dir():
        return None
    found = [path.name for path in _ENABLED if path.is_symlink() or path.exists()]
    if len(found) == 1:
        return ok("units", found[0])
    if found:
        said = say("The watcher and the timer are both enabled; only one may be.")
        return warn("units", said, "systemctl disable --now chatarchief.timer")
    said = say("Neither the watcher nor the timer is enabled.")
    return warn("units", said, "systemctl enable --now chatarchief-watch.service")


def _empty(name: str) -> bool:
    return not any((configuration.folder() / name).glob("*.toml"))


_CHECKS: tuple[tuple[str, Callable[[Settings], Check | None]], ...] = (
    ("sqlite", _sqlite),
    ("libmagic", _libmagic),
    ("data", _data),
    ("disk", _disk),
    ("local", _local),
    ("units", _units),
)
