"""The order of a write, checked in a log of system calls: what must be on the disk before what.

The model is the weakest that POSIX allows: content is durable once its file was synced, a name
(made, moved or removed) once its folder was synced, and nothing before that. The catalogue is left
out, since it is an index that is made anew from the rest; so are lock files, which say nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from crash.calls import Call
from crash.place import Place

_WRITES = {"write", "writev", "pwrite64", "pwritev", "pwritev2", "ftruncate", "fallocate"}
_SYNCS = {"fsync", "fdatasync"}
_RENAMES = {"rename", "renameat", "renameat2"}
_REMOVALS = {"unlink", "unlinkat", "rmdir"}
_FOLDERS = {"mkdir", "mkdirat"}
_LOCKS = {"lock", "access.lock"}


def is_stored(place: Place, path: Path) -> bool:
    """Whether a path belongs to what must not be lost: archive and keys, without index and locks.

    What is put down to be read again (``staging/<id>/again``) is a copy of what is kept.
    """
    inside = path.is_relative_to(place.archive) or path.is_relative_to(place.keys)
    passing = path.name in _LOCKS or is_catalogue(path) or "again" in path.parts
    return inside and not passing


def is_catalogue(path: Path) -> bool:
    """Whether a file is the catalogue or one of its working files."""
    return path.name.startswith("catalogue.db")


def syncs(place: Place, calls: Iterable[Call]) -> list[Call]:
    """Give the syncs of what must not be lost; that of the top folder is the catalogue's own."""
    return [
        each
        for each in calls
        if each.name in _SYNCS and is_stored(place, each.path) and each.path != place.archive
    ]


def check(place: Place, calls: Iterable[Call], before: Iterable[Path]) -> Iterator[str]:
    """Yield each breach of the order; `before` are the files that were there at the start.

    1. When an event is written, its objects, their keys and all folders above are durable.
    2. When a checkpoint is written, the events it covers are.
    3. When an object leaves staging or a receipt is written, the checkpoint is.
    4. When the catalogue takes the event in, objects and receipt are in place, durably.
    5. When the command ends, all of it is.
    """
    disk = _Disk(place, set(before))
    log = place.archive / "log"
    events, checkpoints = log / "events.jsonl", log / "checkpoints"
    logged = False
    for call in calls:
        if call.failed:
            continue
        unsynced = disk.unsynced
        if call.name in _WRITES and call.path == events:
            yield from (f"{path} before its event" for path in unsynced)
            logged = True
        elif call.name in _WRITES and call.path == checkpoints:
            yield from (f"{path} before its checkpoint" for path in unsynced)
        elif logged and _is_after_checkpoint(place, call):
            yield from (f"{path} before {call.path}" for path in unsynced & disk.of(log))
        elif logged and call.name in _WRITES and is_catalogue(call.path):
            yield from (f"{path} before the catalogue" for path in disk.lasting)
            logged = False
        disk.take(call)
    yield from (f"{path} at the end" for path in disk.lasting)


def _is_after_checkpoint(place: Place, call: Call) -> bool:
    leaves = call.name in _RENAMES and call.path.is_relative_to(place.archive / "staging")
    return leaves or (call.created and call.path.parent == place.archive / "receipts")


@dataclass(slots=True)
class _Disk:
    """What was changed and not synced yet: contents of files, and names in folders."""

    place: Place
    known: set[Path]
    contents: set[Path] = field(default_factory=set)
    names: dict[Path, set[Path]] = field(default_factory=dict)

    @property
    def unsynced(self) -> set[Path]:
        """Every path of which content or name may still be lost."""
        paths = self.contents.union(*self.names.values())
        return {path for path in paths if is_stored(self.place, path)}

    @property
    def lasting(self) -> set[Path]:
        """The same without the staging folders of processes, which may come back and be cleared."""
        staging = self.place.archive / "staging"
        return {path for path in self.unsynced if path.parent != staging}

    def of(self, folder: Path) -> set[Path]:
        """Those within a folder, itself included."""
        return {path for path in self.unsynced if path.is_relative_to(folder)}

    def take(self, call: Call) -> None:
        """Take in one call."""
        if call.name in _SYNCS:
            self.contents.discard(call.path)
            self.names.pop(call.path, None)
        elif call.name in _WRITES:
            self.contents.add(call.path)
        elif call.name in _RENAMES and call.target is not None:
            self._rename(call.path, call.target)
        elif call.name in _REMOVALS:
            self._remove(call.path)
        elif call.name in _FOLDERS or (call.created and call.path not in self.known):
            self._name(call.path)
            self.known.add(call.path)

    def _rename(self, source: Path, target: Path) -> None:
        if source in self.contents:
            self.contents.remove(source)
            self.contents.add(target)
        self._name(source)
        self._name(target)
        self.known.discard(source)
        self.known.add(target)

    def _remove(self, path: Path) -> None:
        self.contents.discard(path)
        if path.parent == self.place.archive / "staging":
            # Its removal may be lost: the folder comes back and is cleared.
            self.names.get(path.parent, set()).discard(path)
        else:
            self._name(path)
        self.names.pop(path, None)
        self.known.discard(path)

    def _name(self, path: Path) -> None:
        self.names.setdefault(path.parent, set()).add(path)
