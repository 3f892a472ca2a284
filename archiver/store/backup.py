"""Copy an archive elsewhere, and bring it back.

A backup fixes a checkpoint and copies what that names: identity, both logs up to it, objects and
receipts; never the catalogue, which is rebuilt. Keys have a backup of their own, made after this
one, with a shorter life: what was destroyed must not live on in copies of keys.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from archiver.errors import ArchiveError, Damage, ExitCode
from archiver.model import Finding
from archiver.store import files, identity
from archiver.store.archive import ACCESS, LOG, RECEIPTS, Archive, NotEmpty, Projector
from archiver.store.objects import Objects, digest
from archiver.store.receipts import SUFFIX, stated_event

_PARTS = ("events.jsonl", "checkpoints")


class OtherArchive(ArchiveError):
    """{path} holds a backup of another archive."""

    exit_code = ExitCode.USAGE


class OlderThanKeys(ArchiveError):
    """The copy at {path} is older than a destruction: keys of {count} objects are gone since. Bring
    back one that was made after it.
    """

    exit_code = ExitCode.PRECONDITION


class OlderThanHead(ArchiveError):
    """The copy at {path} does not fit a head that was kept elsewhere: {reason}."""

    exit_code = ExitCode.DAMAGE


@dataclass(frozen=True, slots=True)
class Copied:
    """What a backup did: objects copied, objects that were there already, events contained."""

    copied: int
    present: int
    events: int


def backup(archive: Archive, target: Path) -> Copied:
    """Bring the copy at `target` up to date; run again, it copies only what is new.

    Raises:
        OtherArchive: Another archive's backup lies there.
        Damage: An object of the archive is not what it should be; the copy keeps what it had.
    """
    _check_target(archive, target)
    with archive.writing(), archive.access_lock():
        ends = {part: _lengths(archive.folder / part) for part in (LOG, ACCESS)}
        size = archive.log.size
        names = sorted(archive.named_objects())
    copied = sum(_copy_object(archive, name, target) for name in names)
    _copy_receipts(archive.folder / RECEIPTS, target / RECEIPTS, size)
    for part, lengths in ends.items():
        files.make_folder(target / part)
        for name, length in lengths.items():
            with (archive.folder / part / name).open("rb") as stream:
                files.replace(target / part / name, stream.read(length))
    files.replace(target / identity.NAME, archive.identity.text())
    _drop_objects(Objects(target), set(names))
    return Copied(copied, len(names) - copied, size)


def restore(
    source: Path, folder: Path, keys: Path, project: Projector, heads: Sequence[str] = ()
) -> Archive:
    """Bring a backup back into an empty folder, check it, and rebuild its catalogue.

    Raises:
        NotEmpty: Something lies in the folder.
        OlderThanHead: A head kept elsewhere is newer than this copy, or contradicts it.
        OlderThanKeys: Keys of what it names were destroyed since it was made.
        Damage: The copy itself is damaged.
    """
    if folder.exists() and any(folder.iterdir()):
        raise NotEmpty(path=folder)
    with Archive(source, keys, project) as copy:
        _check_log(copy, source, heads)
        _check_keys(copy, source)
    shutil.copytree(source, folder, dirs_exist_ok=True, copy_function=_copy_file)
    archive = Archive(folder, keys, project)
    with archive.writing_without_catalogue():
        named = archive.named_objects()
        _drop_objects(archive.objects, named)
        damaged = list(archive.objects.check(named))
        if damaged:
            raise Damage(path=damaged[0].values.get("name", source), reason="it is not as stored")
    archive.rebuild()
    return archive


def _drop_objects(objects: Objects, named: set[str]) -> None:
    """Remove what was destroyed since the copy was made: the log names it no longer."""
    objects.remove([name for name in objects.names() if name not in named])


def _check_target(archive: Archive, target: Path) -> None:
    if target.exists() and any(target.iterdir()):
        if not (target / identity.NAME).exists():
            raise NotEmpty(path=target)
        if identity.read(target).name != archive.identity.name:
            raise OtherArchive(path=target)


def _lengths(folder: Path) -> dict[str, int]:
    return {name: (folder / name).stat().st_size for name in _PARTS if (folder / name).exists()}


def _copy_object(archive: Archive, name: str, target: Path) -> bool:
    """Copy one object unless it is there and right."""
    path = target / "objects" / name[:2] / name
    if path.exists() and digest(path) == name:
        return False
    files.make_folder(path.parent)
    spare = path.with_name(f".{name}.part")
    _copy_file(archive.objects.path(name), spare)
    if digest(spare) != name:
        files.remove(spare)
        raise Damage(path=name, reason="the object is not what its name says")
    files.rename(spare, path)
    files.sync_folder(path.parent)
    return True


def _copy_receipts(source: Path, target: Path, size: int) -> None:
    """Copy the receipts that belong to the checkpoint and are not there yet.

    One that was written meanwhile, for a later event, would be a stranger in the copy.
    """
    files.make_folder(target)
    for path in sorted(source.glob(f"*{SUFFIX}")):
        copy = target / path.name
        if stated_event(path) < size and not _is_same(path, copy):
            files.replace(copy, path.read_bytes())


def _is_same(path: Path, copy: Path) -> bool:
    return copy.exists() and copy.read_bytes() == path.read_bytes()


def _copy_file(source: str | Path, target: str | Path) -> None:
    """Copy one file with its mode and make it durable."""
    shutil.copy(source, target)
    with Path(target).open("rb") as stream:
        files.sync(stream.fileno())


def _check_log(archive: Archive, source: Path, heads: Sequence[str]) -> None:
    own = archive.log.verify()
    if own:
        raise Damage(path=f"{source}/{LOG}", reason=own[0].code)
    for finding in archive.log.verify(heads):
        raise OlderThanHead(path=source, reason=_reason(finding))


def _check_keys(archive: Archive, source: Path) -> None:
    """Insist that every object the copy names can be read, or was destroyed as its log says."""
    gone = 0
    for delivery, names in archive.succession().uses.items():
        kept = archive.keys.delivery(delivery) if names else None
        gone += len(names - set(kept.objects if kept is not None else ()))
    if gone:
        raise OlderThanKeys(path=source, count=gone)


def _reason(finding: Finding) -> str:
    return f"{finding.code} {finding.values}"
