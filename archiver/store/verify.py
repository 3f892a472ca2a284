"""Prove that nothing was altered: log, objects, keys, receipts and catalogue against each other.

The claim is bounded: whoever holds the signing key can rewrite all of it, and only a head kept
elsewhere shows that. So the answer is "provable from the last outside head", and heads are handed
in to be checked. Nothing is changed and nothing repaired here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from archiver.errors import ArchiveError, ExitCode
from archiver.model import Finding
from archiver.store.archive import ACCESS, LOG, RECEIPTS, Archive
from archiver.store.catalogue import NAME as CATALOGUE
from archiver.store.catalogue.check import check_catalogue
from archiver.store.events import Event
from archiver.store.identity import NAME as IDENTITY
from archiver.store.identity import stated_digest
from archiver.store.isolated import FOLDER as ISOLATED
from archiver.store.isolated import Compartment
from archiver.store.log import Log
from archiver.store.receipt import verify_receipt
from archiver.store.receipts import SUFFIX
from archiver.store.succession import Succession, stored
from archiver.store.unused_keys import unnamed_keys

_DIGEST = re.compile(r"[0-9a-f]{64}")
_FOLDERS = {LOG, ACCESS, RECEIPTS, "objects", "staging", ISOLATED}
_FILES = {IDENTITY, "lock", "access.lock", CATALOGUE, f"{CATALOGUE}-wal", f"{CATALOGUE}-shm"}


class BadSubset(ArchiveError):
    """{text} is no part of the objects; write 3/30 for the third of thirty parts."""

    exit_code = ExitCode.USAGE


@dataclass(slots=True)
class Scope:
    """Which objects are checked: those of events from `since` on, part `part` of `of`.

    `full` also decrypts them. `checked` counts, while verifying, what was looked at.
    """

    since: int = 0
    part: int = 1
    of: int = 1
    full: bool = False
    checked: dict[str, int] = field(default_factory=dict)

    @classmethod
    def read(cls, subset: str, *, since: int, full: bool) -> Scope:
        """Read a subset such as ``3/30``.

        Raises:
            BadSubset: It is not of that form.
        """
        part, _, of = subset.partition("/")
        if not (part.isdecimal() and of.isdecimal() and 1 <= int(part) <= int(of)):
            raise BadSubset(text=subset)
        return cls(since, int(part), int(of), full)

    def covers(self, name: str) -> bool:
        """Whether an object belongs to the part that is checked; a damaged log may misname one."""
        number = int(name[:8], 16) if _DIGEST.fullmatch(name) else 0
        return number % self.of == self.part - 1


def verify(archive: Archive, scope: Scope, heads: Sequence[str] = ()) -> Iterator[Finding]:
    """Give everything that is wrong, naming the file; nothing when all is well.

    Args:
        archive: Open; the writer's lock is held meanwhile.
        scope: Which objects to check, and how far.
        heads: Signed heads of the log that were kept elsewhere.
    """
    with archive.writing_without_catalogue(recover=False):
        yield from _identity(archive)
        yield from archive.log.verify(heads)
        yield from _access(archive)
        yield from map(_stranger_among_keys, archive.keys.check())
        try:
            events = list(archive.log.events())
        except ArchiveError:
            return  # The log says above what is wrong; without it nothing else can be judged.
        succession = Succession(events)
        yield from _objects(archive, events, succession, scope)
        yield from _unnamed_keys(archive, succession)
        yield from _details(archive, events, full=scope.full)
        yield from _receipts(archive, events)
        yield from Compartment(archive).check(events, full=scope.full)
        yield from _strangers(archive.folder)
        yield from check_catalogue(archive, events)


def _identity(archive: Archive) -> Iterator[Finding]:
    """Compare the identity with the log's first line; first, since its name is that of the log."""
    if stated_digest(archive.folder) != archive.identity.sha256:
        yield Finding("E-V001", {"path": IDENTITY})


def _access(archive: Archive) -> list[Finding]:
    """Check the access log; once more, locked, when somebody may just have been writing to it."""
    if not archive.access.verify():
        return []
    with archive.access_lock():
        return archive.access.verify()


def _stranger_among_keys(finding: Finding) -> Finding:
    """For the whole archive a file that does not belong is damage, wherever it lies."""
    return Finding("E-V006", finding.values) if finding.code == "W-K001" else finding


def _objects(
    archive: Archive, events: Sequence[Event], succession: Succession, scope: Scope
) -> Iterator[Finding]:
    """Check that every object is there, is what its name says, and can be opened.

    What was destroyed is not expected, and is damage when it lies here.
    """
    owners = {name: delivery for delivery, names in succession.uses.items() for name in names}
    checked = {
        (event.delivery, name): None
        for event in events[scope.since :]
        for name in stored(event)
        if scope.covers(name) and name in succession.uses[event.delivery]
    }
    names = {name for _, name in checked}
    scope.checked = {"events": len(events), "objects": len(names)}
    for finding in archive.objects.check(names):
        name = str(finding.values.get("name", ""))
        if finding.code != "W-O002" or name not in owners:
            yield _damage(finding, owners.get(name, ""))
    for delivery, name in checked:
        yield from _key(archive, delivery, name, full=scope.full)


def _key(archive: Archive, delivery: str, name: str, *, full: bool) -> Iterator[Finding]:
    """Check that this delivery has a key for an object, and if `full` that it opens it."""
    try:
        keys = archive.keys.delivery(delivery)
        key = keys.key_of(name) if keys else None
    except ArchiveError:
        key = None  # The check of the keys names the file; here the object is named.
    if key is None:
        yield Finding("E-V002", {"name": name, "delivery": delivery})
    elif full and archive.objects.has(name):
        yield from _decrypt(archive, name, key, delivery)


def _unnamed_keys(archive: Archive, succession: Succession) -> Iterator[Finding]:
    """Name the deliveries that have keys for more than the log says they hold."""
    for delivery, names in unnamed_keys(archive.keys, succession.uses):
        yield Finding("E-V007", {"delivery": delivery, "count": len(names)})


def _damage(finding: Finding, delivery: str) -> Finding:
    """Say of an object's finding which delivery suffers; what nobody names is damage too."""
    code = {"W-O001": "E-V006", "W-O002": "E-V006"}.get(finding.code, finding.code)
    return Finding(code, {"path": "", **finding.values, "delivery": delivery})


def _decrypt(archive: Archive, name: str, key: bytes, delivery: str) -> Iterator[Finding]:
    try:
        with archive.objects.open(name, key) as stream:
            while stream.read(1 << 20):
                pass
    except ArchiveError as error:
        yield Finding("E-V003", {"name": name, "delivery": delivery, "reason": str(error)})


def _details(archive: Archive, events: Sequence[Event], *, full: bool) -> Iterator[Finding]:
    """Check that encrypted detail of both logs opens: one for each key, or all of it."""
    seen: set[str] = set()
    for event in chain(events, _readable(archive.access)):
        detail = event.detail
        if detail is None or (detail.key in seen and not full):
            continue
        try:
            archive.keys.unbox(detail.key, detail.box)
        except ArchiveError as error:
            if detail.key not in seen:
                name = detail.key.replace(":", "-", 1)
                yield Finding("E-V008", {"name": name, "seq": event.seq, "reason": str(error)})
        seen.add(detail.key)


def _readable(log: Log) -> Iterator[Event]:
    """Yield the events of a log up to the first that is damaged, which its own check names."""
    with suppress(ArchiveError):
        yield from log.events()


def _receipts(archive: Archive, events: Sequence[Event]) -> Iterator[Finding]:
    kept = {event.delivery: event for event in events if event.type == "delivery.kept"}
    folder = archive.folder / RECEIPTS
    for delivery, event in kept.items():
        path = folder / f"{delivery}{SUFFIX}"
        if not path.is_file():
            yield Finding("E-V004", {"path": f"{RECEIPTS}/{path.name}"})
        elif not _proves(archive, path, event):
            yield Finding("E-V005", {"path": f"{RECEIPTS}/{path.name}"})
    known = {f"{delivery}{SUFFIX}" for delivery in kept}
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.name not in known:
            yield Finding("E-V006", {"path": f"{RECEIPTS}/{path.name}"})


def _proves(archive: Archive, path: Path, event: Event) -> bool:
    """Whether a receipt is for this very event, under a head that the log's key signed."""
    try:
        receipt = verify_receipt(
            path.read_bytes().decode(), archive.keys.public_key, origin=archive.identity.name
        )
    except (ArchiveError, UnicodeDecodeError):
        return False
    return receipt.event == event


def _strangers(folder: Path) -> Iterator[Finding]:
    """Name what does not belong into an archive's folder; the parts look after their own."""
    for path in sorted(folder.iterdir()):
        if path.name not in (_FOLDERS if path.is_dir() else _FILES):
            yield Finding("E-V006", {"path": path.name})
