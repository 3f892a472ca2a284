"""An invented ministry for tests: an archive, its accounts and officers, and its exports.

Commands run in this process, as `archiver.commands.main` gets them, so that a test takes
milliseconds; `process` runs the installed command instead, with its reading child.
"""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

from archiver.pipeline.project import project
from archiver.store.archive import Archive
from archiver.store.catalogue import deliveries
from archiver.store.items import Items, items_of, latest_event, manifest_of
from tests.commanded import Ran, in_a_process, in_process, values
from tests.opened import opened_once

TODAY = datetime.now(ZoneInfo("Europe/Amsterdam")).date()
"""The day where the ministry is, which begins before that of UTC."""
LIEN, OMAR, PIA, SVEN = "uid40001", "uid40002", "uid40003", "uid40004"
"""Officers' logins, named as the program names a user number that the machine does not know."""


@dataclass(slots=True)
class Ministry:
    """One archive in a folder of its own.

    `own_reader` reads exports in this process; `settings` are variables of the environment.
    """

    folder: Path
    own_reader: bool = True
    settings: dict[str, str] = field(default_factory=dict)
    _accounts: dict[str, str] = field(default_factory=dict)

    @property
    def archive(self) -> Path:
        """Where the archive lies."""
        return self.folder / "archive"

    @property
    def keys(self) -> Path:
        """Where its keys lie."""
        return self.folder / "keys"

    @property
    def recovery(self) -> Path:
        """The recovery key, which all these archives share."""
        return _template() / "recovery.key"

    @property
    def places(self) -> tuple[str, ...]:
        """The options that say where the archive is."""
        return "--archive", str(self.archive), "--keys", str(self.keys)

    def run(self, *words: object, login: str = "") -> Ran:
        """Run one command as an officer (by default the founder)."""
        given = [*map(str, words), *self.places]
        return in_process(given, self._values(login), own_reader=self.own_reader)

    def json(self, *words: object, login: str = "", code: int | None = 0) -> Any:
        """Run a command and give its JSON; it must end with `code`, unless that is None."""
        ran = self.run(*words, "--output", "json", login=login)
        assert code is None or ran.code == code, (ran.code, ran.err)
        return ran.json

    def process(self, *words: object, login: str = "") -> Ran:
        """Run the installed command in a process of its own."""
        return in_a_process([*map(str, words), *self.places], self._values(login))

    def _values(self, login: str) -> dict[str, str]:
        return values(login) | self.settings

    def account(self, name: str = "jan", **values: str) -> str:
        """Give the id of an account, registered when it is first asked for."""
        if name == "jan" and not values and self._is_new():
            self._become(_with_jan())
        if name not in self._accounts:
            self._add_account(name, **values)
        return self._accounts[name]

    def _add_account(self, name: str, **values: str) -> None:
        given = {
            "person": name.title(), "service": "whatsapp", "kind": "business",
            "identifier": f"+3162000{len(self._accounts):04}", "owner": name.title(),
            "basis": "archiefwet", "from": "2001-01-01",
        } | values  # fmt: skip
        words = [part for key, value in given.items() for part in (f"--{key}", value)]
        self._accounts[name] = self.json("account", "add", *words)["account"]

    def _is_new(self) -> bool:
        """Whether nothing was done here yet."""
        return not (self._accounts or self.settings) and _stored(self.folder) == _stored_first()

    def _become(self, other: Ministry) -> None:
        """Take over archive and keys of another."""
        for place in (self.archive, self.keys):
            shutil.rmtree(place)
            shutil.copytree(other.folder / place.name, place)
        self._accounts |= other._accounts

    def officer(self, login: str, *roles: str) -> None:
        """Register an officer."""
        words = [part for role in roles for part in ("--role", role)]
        assert self.run("officer", "add", "--login", login, *words).code == 0

    def ingest(self, path: Path, account: str = "jan", *more: object, code: int | None = 0) -> Any:
        """Take in a path that is one delivery; give the delivery's JSON."""
        return self.ingest_all(path, account, *more, code=code)["deliveries"][0]

    def ingest_all(
        self, path: Path, account: str = "jan", *more: object, code: int | None = 0
    ) -> Any:
        """Take in a path; give the whole JSON."""
        return self.json("ingest", path, "--account", self.account(account), *more, code=code)

    def search(self, *words: object, login: str = "") -> Any:
        """Search; all hits are given."""
        return self.json("search", *words, "--limit", "0", login=login)

    def write(self, name: str, content: str | bytes) -> Path:
        """Write an export outside the archive."""
        path = self.folder / "handed-in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def copy(self, folder: Path) -> Ministry:
        """Copy archive and keys as they are."""
        for place in (self.archive, self.keys):
            shutil.copytree(place, folder / place.name)
        return Ministry(folder, self.own_reader, dict(self.settings), dict(self._accounts))

    def events(self) -> list[dict[str, Any]]:
        """Give the log as it lies on the disk."""
        return _lines(self.archive / "log")

    def seen(self) -> list[dict[str, Any]]:
        """Give the access log as it lies on the disk."""
        return _lines(self.archive / "access")

    @contextlib.contextmanager
    def opened(self) -> Iterator[Archive]:
        """Open the archive itself, to look at its parts."""
        with Archive(self.archive, self.keys, project) as archive:
            yield archive

    def frames(self) -> list[int]:
        """Count the frames of each delivery; every item is found in its own."""
        with self.opened() as archive:
            items, counts = Items(archive), []
            for one in deliveries.listed(archive.catalogue.connection, "1", ()):
                event = latest_event(archive, one["public"])
                manifest = manifest_of(archive, event)
                counts.append(len(manifest.item_frames))
                for item in items_of(archive, event, manifest):
                    assert items.of(one["public"], item.number) == item
        return counts

    @contextlib.contextmanager
    def asked(self) -> Iterator[None]:
        """Let commands that only read share one opening of the archive, for speed."""
        with opened_once(self.archive, self.keys):
            yield

    def partition(self) -> frozenset[frozenset[str]]:
        """Give which items are one record, as ``<sha256 of the delivery>:<item>``."""
        records: dict[int, set[str]] = {}
        with self.opened() as archive:
            for sha256, item, record in archive.catalogue.connection.execute(
                "SELECT d.sha256, h.item, p.record FROM holding h JOIN delivery d"
                " ON d.id = h.delivery JOIN copy p ON p.id = h.copy"
            ):
                records.setdefault(record, set()).add(f"{sha256}:{item}")
        return frozenset(map(frozenset, records.values()))


def ministry(folder: Path, *, own_reader: bool = True) -> Ministry:
    """Make an archive below a folder; the founder is records officer and sorter."""
    _with_jan()  # Made before a test changes what the program knows of time or disk.
    made = Ministry(folder, own_reader)
    for place in ("archive", "keys"):
        shutil.copytree(_template() / place, folder / place)
    return made


def chat(
    lines: Sequence[tuple[int, str, str]], *, start: datetime = datetime(2022, 5, 13, 9, 0)
) -> str:
    """Write a WhatsApp text as Dutch Android does: (minutes since the start, sender, text)."""
    return "".join(
        f"{start + timedelta(minutes=minute):%d-%m-%Y %H:%M} - {sender}: {text}\n"
        if sender
        else f"{start + timedelta(minutes=minute):%d-%m-%Y %H:%M} - {text}\n"
        for minute, sender, text in lines
    )


def mail(
    number: int,
    text: str,
    *,
    sender: str = "Lien Bakker <lien@voorbeeld.example>",
    to: str = "Omar Visser <omar@voorbeeld.example>",
    subject: str = "Overleg",
    message_id: str | None = "",
    extra: str = "",
) -> str:
    """Write one mail with LF line ends; a `message_id` of None leaves the field out."""
    named = (
        ""
        if message_id is None
        else f"Message-ID: <{message_id or f'm{number}@voorbeeld.example'}>\n"
    )
    when = datetime(2022, 5, 13, 9) + timedelta(minutes=number)
    return (
        f"{extra}From: {sender}\nTo: {to}\nSubject: {subject}\n{named}"
        f"Date: {when:%a, %d %b %Y %H:%M:%S} +0200\nMIME-Version: 1.0\n"
        f"Content-Type: text/plain; charset=utf-8\n\n{text}\n"
    )


def mailbox(mails: Sequence[str]) -> str:
    """Put mails into one mbox file."""
    return "".join(f"From - Fri May 13 09:00:00 2022\n{one}\n" for one in mails)


@cache
def _template_folder() -> TemporaryDirectory[str]:
    return TemporaryDirectory(prefix="ministry-")


@cache
def _template() -> Path:
    """Make one empty archive a test run; the others are copies of it."""
    folder = Path(_template_folder().name) / "empty"
    folder.mkdir()
    words = ["init", str(folder / "archive"), "--ministry", "Ministerie van Voorbeelden"]
    recovery = ["--recovery-key", str(folder / "recovery.key")]
    words += ["--keys", str(folder / "keys"), *recovery]
    ran = in_process(words, values(""), own_reader=True)
    assert ran.code == 0, ran.err
    return folder


@cache
def _with_jan() -> Ministry:
    """Make one archive with the usual account, so that not every test has to register it."""
    made = Ministry(_template(), own_reader=True).copy(_template().with_name("jan"))
    made._add_account("jan")
    return made


@cache
def _stored_first() -> dict[str, tuple[int, int]]:
    return _stored(_template())


def _stored(folder: Path) -> dict[str, tuple[int, int]]:
    """Give size and time of change of every file of archive and keys."""
    return {
        str(path.relative_to(folder)): (path.stat().st_size, path.stat().st_mtime_ns)
        for top in ("archive", "keys")
        for path in (folder / top).rglob("*")
        if path.is_file()
    }


def _lines(folder: Path) -> list[dict[str, Any]]:
    path = folder / "events.jsonl"
    return [json.loads(line) for line in path.read_bytes().splitlines()] if path.exists() else []
