"""One archive, open: its identity, keys, objects, logs and catalogue, and the order of writing.

Readers never wait. A writer holds the lock, first finishes what a crash left undone (objects that
the log names, events that the catalogue lacks), and then writes.
"""

from __future__ import annotations

import base64
import hmac
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from archiver.errors import ArchiveError, Damage, ExitCode, Locked, WrongKey
from archiver.model import Finding
from archiver.store import files, identity
from archiver.store.catalogue import NAME as CATALOGUE
from archiver.store.catalogue import REBUILT, Catalogue, discard, put_in_place
from archiver.store.catalogue.connection import MissingCatalogue
from archiver.store.checkpoint import verifier_key
from archiver.store.events import Event, stamp
from archiver.store.identity import Identity
from archiver.store.keys import Keys
from archiver.store.lock import WriterLock
from archiver.store.log import Log
from archiver.store.objects import Objects
from archiver.store.succession import Succession
from archiver.store.unused_keys import forget_unused

LOG, ACCESS, RECEIPTS = "log", "access", "receipts"
CATALOGUE_LABEL = "catalogue/1"

Projector = Callable[["Archive", Event], None]
"""Brings one event into the catalogue; handed in, since rows need the stages' knowledge."""


class NotEmpty(ArchiveError):
    """The folder {path} is not empty; an archive needs a folder of its own."""

    exit_code = ExitCode.USAGE


class KeysInside(ArchiveError):
    """{path} lies inside the archive; keys must lie elsewhere, with a backup of their own."""

    exit_code = ExitCode.USAGE


class Archive:
    """An open archive. Use as a context, or call `close`."""

    def __init__(self, folder: Path, keys_folder: Path, project: Projector) -> None:
        """Open an archive that exists.

        Raises:
            NoArchive: There is no archive at `folder`.
            WrongFormat: It has a format that this program does not know.
            WrongKey: The keys are not those of this archive.
            Damage: A file needed to open it is damaged.
        """
        self.folder = folder
        self.identity: Identity = identity.read(folder)
        self.keys = Keys.open(keys_folder)
        if self.keys.check_value != self.identity.key_check:
            if identity.stated_digest(folder) not in ("", self.identity.sha256):
                raise Damage(path=identity.NAME, reason="it is not the file that the log states")
            raise WrongKey(path=keys_folder)
        self._parts(project)

    def _parts(self, project: Projector) -> None:
        self.objects = Objects(self.folder)
        self.log = Log(self.folder / LOG, self.identity.name, self.keys)
        self.access = Log(self.folder / ACCESS, f"{self.identity.name}/access", self.keys)
        self._project = project
        self._catalogue: Catalogue | None = None
        self._succession = 0, Succession()
        self._is_migrated = False
        self._lock = WriterLock(self.folder / "lock")
        self.noticed: list[Finding] = []

    @classmethod
    def create(
        cls, folder: Path, ministry: str, keys_folder: Path, recovery: Path, project: Projector
    ) -> Archive:
        """Make a new archive; nothing is logged yet.

        Raises:
            NotEmpty: Something lies in the folder already.
        KeysInside: The keys would lie inside the archive.
        """
        _check_places(folder, keys_folder, recovery)
        files.make_folder(folder)
        keys = Keys.create(keys_folder, recovery)
        name = f"chatarchief-{secrets.token_hex(5)}"
        Identity(
            name=name,
            ministry=ministry,
            created=stamp(time.time_ns() // 1_000_000),
            log_key=verifier_key(name, keys.public_key),
            key_check=keys.check_value,
        ).write(folder)
        for part in (LOG, ACCESS, RECEIPTS):
            files.make_folder(folder / part)
        return cls(folder, keys_folder, project)

    @property
    def catalogue(self) -> Catalogue:
        """The catalogue, brought up to date when nobody else is writing."""
        if self._catalogue is None:
            self._catalogue = self._current()
        return self._catalogue

    def _current(self) -> Catalogue:
        try:
            found = self._open()
        except MissingCatalogue:
            with self.writing():  # There is none, or a rebuilt one is just taking its place.
                return self.catalogue
        if found.last_seq + 1 < self.log.size or not found.has_all_tables:
            # Whoever is writing is just bringing it up to date: never wait for that.
            with suppress(Locked), self.writing(wait=0.0):
                found.close()
                return self.catalogue
        return found

    def open_catalogue(self) -> Catalogue:
        """Open the catalogue as it is, apart from the one in use, to look at it.

        Raises:
            Damage: It cannot be opened.
        """
        return self._open()

    def _open(self, *, create: bool = False, name: str = CATALOGUE) -> Catalogue:
        key = self.keys.derive(CATALOGUE_LABEL)
        return Catalogue(self.folder, key, create=create, name=name)

    @contextmanager
    def writing(self, wait: float | None = 30.0) -> Iterator[Archive]:
        """Hold the lock, with everything a crash left undone finished first; may be nested.

        Raises:
            Locked: Another process kept the lock for `wait` seconds.
        """
        if self._lock.held:
            yield self
            return
        self._lock = WriterLock(self.folder / "lock", wait=wait)
        with self._lock:
            self._catch_up()
            yield self

    def _catch_up(self) -> None:
        self.noticed += self.log.recover()
        self._ready_catalogue()
        staged = self.objects.abandoned()
        if staged is not None:
            self._undo(staged)
        self.replay()

    def _undo(self, staged: set[str]) -> None:
        """Finish or undo interrupted writes; what they staged goes last, being the sign of them."""
        succession = self.succession()
        self.noticed += forget_unused(self.keys, staged, succession.uses)
        self.objects.recover(succession.named().__contains__)

    def _ready_catalogue(self) -> None:
        """Open the catalogue for writing, anew when another process has replaced it."""
        discard(self.folder, REBUILT)
        if self._catalogue is not None and not self._catalogue.is_current:
            self.close()
        if self._catalogue is None or not self._is_migrated:
            self.close()
            self._catalogue = self._open(create=True)
            self._is_migrated = True

    def succession(self) -> Succession:
        """Read from the whole log which objects every delivery has now; each line once."""
        known, found = self._succession
        size = self.log.size
        if size > known:
            found.read(self.log.events(known))
            self._succession = size, found
        return found

    def named_objects(self) -> set[str]:
        """Give the name of every object that ought to be there."""
        return self.succession().named()

    def replay(self) -> None:
        """Bring the events that the catalogue lacks into it, one transaction each."""
        for event in self.log.events(self.catalogue.last_seq + 1):
            with self.catalogue.transaction():
                self._project(self, event)
                self.catalogue.reached(event.seq)

    def record(self, event: Event) -> int:
        """Log one event and bring it into the catalogue; give its sequence number."""
        with self.writing():
            seq = self.log.size
            self.log.append([event])
            self.replay()
            return seq

    def rebuild(self) -> int:
        """Make the catalogue anew beside the old one; give the number of events replayed.

        Readers have the old one until the new one is complete.
        """
        with self.writing_without_catalogue():
            self.close()
            staged = self.objects.abandoned()
            if staged is not None:
                self._undo(staged)
            discard(self.folder, REBUILT)
            self._catalogue = self._open(create=True, name=REBUILT)
            self.replay()
            while self._catalogue.merge():
                pass
            self.close()
            put_in_place(self.folder)
            self._catalogue = self._open(create=True)
            return self.log.size

    @contextmanager
    def writing_without_catalogue(self, *, recover: bool = True) -> Iterator[None]:
        """Hold the lock without touching the catalogue, which may be damaged."""
        self._lock = WriterLock(self.folder / "lock", wait=30.0)
        with self._lock:
            if recover:
                self.noticed += self.log.recover()
            yield

    def conversation_id(self, service: str, account: str, thread: str) -> str:
        """Name a conversation: keyed, so that nobody can guess it back to its title.

        Mail threads are named by their first Message-ID, which holds for every account.
        """
        scope = "" if service == "mail" else account
        return self._keyed_id("c", "conversation/1", service, scope, thread)

    def official_key(self, owner: str) -> str:
        """Name the compartment of an official, for the key store, which must not hold names."""
        return "official:" + self._keyed_id("p", "official/1", owner)

    def _keyed_id(self, letter: str, label: str, *parts: str) -> str:
        message = "\x1f".join(parts).encode("utf-8", "surrogatepass")
        digest = hmac.digest(self.keys.derive(label), message, "sha256")
        return letter + base64.b32encode(digest).decode().lower()[:12]

    def access_lock(self) -> WriterLock:
        """The lock of the access log, apart from the writers', so that readers never wait."""
        return WriterLock(self.folder / "access.lock", wait=10.0)

    def close(self) -> None:
        """Close what is open."""
        if self._catalogue is not None:
            self._catalogue.close()
            self._catalogue = None

    def __enter__(self) -> Archive:
        """Use the archive."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()


def _check_places(folder: Path, keys_folder: Path, recovery: Path) -> None:
    if folder.exists() and any(folder.iterdir()):
        raise NotEmpty(path=folder)
    for place in (keys_folder, recovery):
        if place.resolve().is_relative_to(folder.resolve()):
            raise KeysInside(path=place)
