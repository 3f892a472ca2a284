"""What a folder holds: every regular file below it, by descriptor and never through a link."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from msgspec import Struct

from archiver.errors import ArchiveError, ExitCode, SourceChanged
from archiver.intake.limits import Limits
from archiver.intake.name import from_disk
from archiver.intake.refusal import Findings
from archiver.intake.regular import (
    NotARegularFile,
    Stamp,
    digest,
    kind_of,
    open_regular,
    reading,
    stamp_of,
)
from archiver.model import Member

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW


class OverLimit(ArchiveError):
    """{path} holds more than {limit} {what}. It is left where it is; deliver it in parts."""

    exit_code = ExitCode.FINDINGS


class Found(Struct, frozen=True):
    """A regular file below a folder: the parts of its path as the disk has them, and its stamp."""

    parts: tuple[str, ...]
    stamp: Stamp


class Other(Struct, frozen=True):
    """What stands below a folder and is no regular file."""

    parts: tuple[str, ...]
    kind: str
    target: str


class Listing(Struct, frozen=True):
    """Everything below a folder at one moment, sorted by name."""

    files: tuple[Found, ...]
    others: tuple[Other, ...]


def list_folder(path: Path, limits: Limits) -> Listing:
    """List a folder without reading its files.

    Raises:
        NotARegularFile: `path` is a link.
        OverLimit: There are too many files, or folders too deep inside each other.
        UnreadableSource: The system refuses.
    """
    files: list[Found] = []
    others: list[Other] = []
    with reading(path), open_folder(path) as root:
        device = os.fstat(root).st_dev
        for found in _walk(root, (), device, path, limits):
            if isinstance(found, Other):
                others.append(found)
                continue
            files.append(found)
            if len(files) > limits.entries:
                raise OverLimit(path=path, limit=limits.entries, what="files")
    return Listing(
        tuple(sorted(files, key=lambda found: "/".join(found.parts))),
        tuple(sorted(others, key=lambda other: "/".join(other.parts))),
    )


def measure_folder(path: Path, listing: Listing) -> tuple[Member, ...]:
    """Hash every listed file.

    Raises:
        SourceChanged: A file is not what was listed, or changed while it was read.
        UnreadableSource: The system refuses.
    """
    members = []
    for found in listing.files:
        with _opened(path, found) as (handle, shown):
            sha = digest(handle, found.stamp, shown=shown)
        members.append(member_of(found, sha))
    return tuple(members)


def member_of(found: Found, sha: str) -> Member:
    """Make the member of a listed file."""
    return Member(shown_name(found.parts), found.stamp.size, sha, found.stamp.milliseconds)


def shown_name(parts: Sequence[str]) -> str:
    """Join the parts of a path into a name that can be stored."""
    return from_disk("/".join(parts))[0]


def report_others(listing: Listing, findings: Findings) -> None:
    """Say what was not taken, and which names had to be written otherwise."""
    for other in listing.others:
        name, target = shown_name(other.parts), from_disk(other.target)[0]
        findings.add("W-I003", name=name, kind=other.kind, target=target)
    for index, found in enumerate(listing.files):
        name, changed = from_disk("/".join(found.parts))
        if changed:
            findings.add("W-I002", member=index, name=name)


def open_below(path: Path, found: Found) -> int:
    """Open a listed file again; no part of its path may have become a link.

    Raises:
        SourceChanged: It is not the file that was listed.
        UnreadableSource: The system refuses.
    """
    with _opened(path, found) as (handle, _):
        return os.dup(handle)


def folder_digest(members: Sequence[Member]) -> str:
    """SHA-256 over one line ``<bytes of the name>:<name>:<size>:<digest>`` a member, in order."""
    sha = sha256()
    for member in members:
        name = member.name.encode()
        sha.update(b"%d:%b:%d:%b\n" % (len(name), name, member.size, member.sha256.encode()))
    return sha.hexdigest()


@contextmanager
def open_folder(path: Path | str, folder: int | None = None) -> Iterator[int]:
    """Open a folder, relative to another one's descriptor if that is given."""
    handle = os.open(path, _FOLDER, dir_fd=folder)
    try:
        yield handle
    finally:
        os.close(handle)


def _walk(
    folder: int, above: tuple[str, ...], device: int, path: Path, limits: Limits
) -> Iterator[Found | Other]:
    if len(above) > limits.folder_depth:
        raise OverLimit(path=path, limit=limits.folder_depth, what="folders inside each other")
    with os.scandir(folder) as entries:
        names = [entry.name for entry in entries]
    for name in names:
        parts = (*above, name)
        status = _status(name, folder, path)
        if stat.S_ISDIR(status.st_mode) and status.st_dev == device:
            with open_folder(name, folder) as below:
                yield from _walk(below, parts, device, path, limits)
        elif kind := kind_of(status.st_mode):
            # A folder on another device is something mounted here: not part of what was dropped.
            target = os.readlink(name, dir_fd=folder) if kind == "symlink" else ""
            yield Other(parts, "mount" if kind == "folder" else kind, target)
        else:
            yield Found(parts, stamp_of(status))


def _status(name: str, folder: int, path: Path) -> os.stat_result:
    try:
        return os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError as error:
        raise SourceChanged(path=path) from error


@contextmanager
def _opened(path: Path, found: Found) -> Iterator[tuple[int, Path]]:
    """Go down part by part, each relative to the one before, and open the file at the end."""
    shown = path.joinpath(*found.parts)
    folder = _descend(path, found.parts[:-1], shown)
    try:
        handle, _ = open_regular(found.parts[-1], shown=shown, folder=folder, expected=found.stamp)
    except NotARegularFile as error:
        raise SourceChanged(path=shown) from error
    finally:
        os.close(folder)
    try:
        yield handle, shown
    finally:
        os.close(handle)


def _descend(path: Path, parts: Sequence[str], shown: Path) -> int:
    with reading(shown):
        folder = os.open(path, _FOLDER)
    for part in parts:
        try:
            below = os.open(part, _FOLDER, dir_fd=folder)
        except OSError as error:
            raise SourceChanged(path=shown) from error
        finally:
            os.close(folder)
        folder = below
    return folder
