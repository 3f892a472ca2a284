"""The objects of the archive: sealed files that are named by the SHA-256 of their stored bytes.

``objects/ab/abcd…`` holds what the log names, read-only. ``staging/<id>/`` holds what one process
is about to store; it is locked while that process lives, so what a dead one left can be told
apart: it is published when the log names it and cleared when not.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import secrets
import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from archiver.errors import NoSuchThing
from archiver.model import Finding
from archiver.store import files
from archiver.store.envelope import CHUNK, ObjectReader
from archiver.store.staging import LOCK, Staging, locked

_NAME = re.compile(r"[0-9a-f]{64}")


class Objects:
    """The object store below one archive folder."""

    def __init__(self, root: Path) -> None:
        """Use the folders ``objects`` and ``staging`` below `root`; the first write makes them."""
        self._objects = root / "objects"
        self._staging = root / "staging"

    def stage(self) -> Staging:
        """Begin a delivery: a staging folder of this process, to be used as a context.

        Raises:
            DiskFull: There is no room.
        """
        files.make_folder(self._objects)
        files.make_folder(self._staging)
        with locked(self._staging):
            return Staging(self._staging / secrets.token_hex(8), self)

    def open(self, name: str, key: bytes) -> io.BufferedReader:
        """Read an object; every part that is read is verified, at the latest then.

        Raises:
            NoSuchThing: There is no object of this name.
            Damage: It is not what was stored, or the key is not its own.
        """
        try:
            return io.BufferedReader(ObjectReader(self.path(name), key), CHUNK)
        except FileNotFoundError as error:
            raise NoSuchThing(what="object", name=name) from error

    def has(self, name: str) -> bool:
        """Whether an object of this name is published; its content is not looked at."""
        return _NAME.fullmatch(name) is not None and self._belongs(self.path(name))

    def rehash(self, name: str) -> bool:
        """Read an object wholly: whether it is there and still has the digest it is named by."""
        return self.has(name) and digest(self.path(name)) == name

    def names(self) -> Iterator[str]:
        """Yield the names of all published objects, sorted."""
        for folder in _entries(self._objects):
            yield from (path.name for path in _entries(folder) if self._belongs(path))

    def untracked(self) -> Iterator[Path]:
        """Yield every file that is neither a published object nor in use by a living process."""
        for path in _files(self._objects):
            if not self._belongs(path):
                yield path
        for entry in _entries(self._staging):
            if not entry.is_dir():
                yield entry
            elif not _in_use(entry):
                yield from (path for path in _files(entry) if path.name != LOCK)

    def check(self, expected: Iterable[str]) -> Iterator[Finding]:
        """Compare what lies here with the names of all objects that ought to.

        Every object is read wholly. Findings: ``E-O001`` missing, ``E-O002`` changed, ``W-O001``
        a file that does not belong, ``W-O002`` an object that nothing names.
        """
        wanted = set(expected)
        for name in sorted(wanted):
            if not self.has(name):
                yield Finding("E-O001", {"name": name})
            elif not self.rehash(name):
                yield Finding("E-O002", {"name": name, "path": str(self.path(name))})
        for name in self.names():
            if name not in wanted:
                yield Finding("W-O002", {"name": name, "path": str(self.path(name))})
        yield from (Finding("W-O001", {"path": str(path)}) for path in self.untracked())

    def abandoned(self) -> set[str] | None:
        """Give the names of the objects that dead processes staged; None when none left a folder.

        A folder in staging without a living process is the sure sign of an interrupted write.
        """
        if not self._staging.is_dir():
            return None
        with locked(self._staging):
            entries = [entry for entry in _entries(self._staging) if entry.is_dir()]
            dead = [folder for folder in entries if not _in_use(folder)]
        staged = {path.name for folder in dead for path in _entries(folder)}
        return {name for name in staged if _NAME.fullmatch(name)} if dead else None

    def recover(self, named: Callable[[str], bool]) -> list[str]:
        """Finish what dead processes began: publish what the log names, clear the rest.

        A staged object that the log names but that is damaged stays where it is, with its folder;
        `untracked` and `check` then show it. Folders of living processes are left.

        Returns:
            The names of the objects that were published.
        """
        if not self._staging.is_dir():
            return []
        found: list[str] = []
        with locked(self._staging):
            for folder in [entry for entry in _entries(self._staging) if entry.is_dir()]:
                if not _in_use(folder):
                    found += self._recover_folder(folder, named)
            files.sync_folder(self._staging)
        return found

    def path(self, name: str) -> Path:
        """Where the object of this name lies, or would lie.

        Raises:
            NoSuchThing: No object can have this name.
        """
        if not _NAME.fullmatch(name):
            raise NoSuchThing(what="object", name=name)
        return self._objects / name[:2] / name

    def remove(self, names: Iterable[str]) -> None:
        """Remove objects for good, durable on return; harmless where there is none."""
        paths = [self.path(name) for name in names if self.has(name)]
        for path in paths:
            files.remove(path)
        for folder in sorted({path.parent for path in paths}):
            files.sync_folder(folder)

    def take(self, sources: Iterable[Path]) -> None:
        """Move staged objects, named by their digest, to where they belong; durable on return.

        An object that is here already is read again and trusted only when it is right; a damaged
        one gives way to the staged one.
        """
        changed: set[Path] = set()
        for source in sources:
            target = self.path(source.name)
            if not target.parent.is_dir():
                files.new_folder(target.parent)
                changed.add(self._objects)
            if self.rehash(source.name):
                files.remove(source)
            else:
                files.rename(source, target)
            changed |= {target.parent, source.parent}
        for folder in sorted(changed):
            files.sync_folder(folder)

    def _recover_folder(self, folder: Path, named: Callable[[str], bool]) -> list[str]:
        staged = [path for path in _entries(folder) if _NAME.fullmatch(path.name)]
        wanted = [path for path in staged if named(path.name) and not self.rehash(path.name)]
        sound = [path for path in wanted if digest(path) == path.name]
        self.take(sound)
        if len(sound) == len(wanted):
            shutil.rmtree(folder)
        return [path.name for path in sound]

    def _belongs(self, path: Path) -> bool:
        return (
            _NAME.fullmatch(path.name) is not None
            and path.parent == self._objects / path.name[:2]
            and path.is_file()
            and not path.is_symlink()
        )


def digest(path: Path) -> str:
    """SHA-256 of a file, lower-case hexadecimal, in constant memory."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _in_use(folder: Path) -> bool:
    """Whether the process that made a staging folder still lives."""
    try:
        with locked(folder / LOCK, wait=False) as free:
            return not free
    except FileNotFoundError:
        return False


def _entries(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []


def _files(folder: Path) -> Iterator[Path]:
    """Yield everything below a folder that is no folder itself."""
    for top, _, names in os.walk(folder):
        yield from (Path(top, name) for name in sorted(names))
