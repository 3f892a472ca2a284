"""Prove that nothing was altered: log, objects, keys, receipts and catalogue against each other.

The claim is bounded: whoever holds the signing key can rewrite all of it, and only a head kept
elsewhere shows that. So the answer is "provable from the last outside head", and heads are handed
in to be checked. Nothing is changed and nothing repaired here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from archiver.errors import ArchiveError, ExitCode
from archiver.model import Finding
from archiver.store.archive import ACCESS, LOG, RECEIPTS, Archive
from archiver.store.catalogue import NAME as CATALOGUE
from archiver.store.catalogue.check import check_catalogue
from archiver.store.events import Event
from archiver.store.identity import NAME as IDENTITY
from archiver.store.receipt import verify_receipt
from archiver.store.receipts import SUFFIX

_FOLDERS = {LOG, ACCESS, RECEIPTS, "objects", "staging"}
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
        """Whether an object belongs to the part that is checked."""
        return int(name[:8], 16) % self.of == self.part - 1


def verify(archive: Archive, scope: Scope, heads: Sequence[str] = ()) -> Iterator[Finding]:
    """Give everything that is wrong, naming the file; nothing when all is well.

    Args:
        archive: Open; the writer's lock is held meanwhile.
        scope: Which objects to check, and how far.
        heads: Signed heads of the log that were kept elsewhere.
    """
    with archive.writing_without_catalogue(recover=False):
        yield from archive.log.verify(heads)
        yield from archive.access.verify()
        yield from archive.keys.check()
        try:
            events = list(archive.log.events())
        except ArchiveError:
            return  # The log says above what is wrong; without it nothing else can be judged.
        yield from _identity(archive, events)
        yield from _objects(archive, events, scope)
        yield from _receipts(archive, events)
        yield from _strangers(archive.folder)
        yield from check_catalogue(archive, events)


def _identity(archive: Archive, events: Sequence[Event]) -> Iterator[Finding]:
    stated = events[0].objects.get("identity", ("",))[0] if events else ""
    if stated != archive.identity.sha256:
        yield Finding("E-V001", {"path": IDENTITY})


def _objects(archive: Archive, events: Sequence[Event], scope: Scope) -> Iterator[Finding]:
    """Check that every object is there, is what its name says, and can be opened."""
    owners = _owners(events[scope.since :])
    checked = {name: owner for name, owner in owners.items() if scope.covers(name)}
    scope.checked = {"events": len(events), "objects": len(checked)}
    for finding in archive.objects.check(checked):
        name = str(finding.values.get("name", ""))
        if finding.code != "W-O002" or name not in _owners(events):
            yield _damage(finding, owners.get(name, ""))
    for name, delivery in checked.items():
        keys = archive.keys.delivery(delivery)
        if keys is None or name not in keys.objects:
            yield Finding("E-V002", {"name": name, "delivery": delivery})
        elif scope.full and archive.objects.has(name):
            yield from _decrypt(archive, name, keys.key_of(name), delivery)


def _owners(events: Sequence[Event]) -> dict[str, str]:
    return {
        name: event.delivery
        for event in events
        for role, names in event.objects.items()
        if role != "identity"
        for name in names
    }


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


def _receipts(archive: Archive, events: Sequence[Event]) -> Iterator[Finding]:
    kept = {event.delivery: event.seq for event in events if event.type == "delivery.kept"}
    folder = archive.folder / RECEIPTS
    for delivery in kept:
        path = folder / f"{delivery}{SUFFIX}"
        if not path.exists():
            yield Finding("E-V004", {"path": path.name})
            continue
        try:
            receipt = verify_receipt(
                path.read_text("utf-8"), archive.keys.public_key, origin=archive.identity.name
            )
            right = receipt.event == archive.log.event(receipt.event.seq)
        except (ArchiveError, UnicodeDecodeError):
            right = False
        if not right:
            yield Finding("E-V005", {"path": path.name})
    for path in sorted(folder.iterdir()):
        if path.name.removesuffix(SUFFIX) not in kept:
            yield Finding("E-V006", {"path": f"{RECEIPTS}/{path.name}"})


def _strangers(folder: Path) -> Iterator[Finding]:
    """Name what does not belong into an archive's folder; the parts look after their own."""
    for path in sorted(folder.iterdir()):
        if path.name not in (_FOLDERS if path.is_dir() else _FILES):
            yield Finding("E-V006", {"path": path.name})
