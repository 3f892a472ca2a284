"""Who acts: the person at the keyboard, not the account that a program happens to run as.

`SUDO_UID` counts where the process runs as root or as the archive's owner, since only sudo or
somebody who already holds the archive can have set it; else the login uid that the Linux kernel
keeps through every change of user (``/proc/self/loginuid``, proc(5)); else the real uid. Which of
them named the person is kept with every event. Roles bind the program, not someone who holds the
keys.
"""

from __future__ import annotations

import os
import pwd
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from archiver.errors import ArchiveError, ExitCode

NOBODY_LOGGED_IN = 2**32 - 1
_NUMBER = re.compile("[0-9]{1,10}")
_LOGIN_UID = Path("/proc/self/loginuid")


class UnclearPerson(ArchiveError):
    """SUDO_UID is {value}, which is no user number, so it is unclear who acts."""

    exit_code = ExitCode.NOT_AUTHORISED


@dataclass(frozen=True, slots=True)
class Process:
    """What the kernel knows of this process; `owner` is the uid that owns the archive, if any."""

    uid: int
    login_uid: int | None = None
    owner: int | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Who acts; `source` is what named the person: ``sudo``, ``login`` or ``uid``."""

    login: str
    uid: int
    source: str


def login_of(uid: int) -> str:
    """Give the login name of a user number, or ``uid<N>`` when the system knows none."""
    try:
        return pwd.getpwuid(uid).pw_name
    except (KeyError, OverflowError):
        return f"uid{uid}"


def resolve(
    environ: Mapping[str, str], process: Process, name: Callable[[int], str] = login_of
) -> Person:
    """Find the person who acts.

    Raises:
        UnclearPerson: `SUDO_UID` counts here and is not a user number.
    """
    uid, source = _named(environ, process)
    return Person(name(uid), uid, source)


def this_process(archive: Path | None = None) -> Process:
    """Ask the kernel about this process; the owner is that of the archive's folder."""
    owner = archive.stat().st_uid if archive is not None and archive.exists() else None
    return Process(os.getuid(), _login_uid(), owner)


def _named(environ: Mapping[str, str], process: Process) -> tuple[int, str]:
    sudo = environ.get("SUDO_UID")
    if sudo is not None and process.uid in (0, process.owner):
        return _user_number(sudo), "sudo"
    if process.login_uid is not None and process.login_uid != NOBODY_LOGGED_IN:
        return process.login_uid, "login"
    return process.uid, "uid"


def _user_number(text: str) -> int:
    if not _NUMBER.fullmatch(text) or int(text) >= NOBODY_LOGGED_IN:
        raise UnclearPerson(value=text)
    return int(text)


def _login_uid() -> int | None:
    try:
        return int(_LOGIN_UID.read_text("ascii"))
    except (OSError, ValueError):
        return None
