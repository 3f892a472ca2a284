"""A ministry with a drop folder, and the watcher on it, in this process or in one of its own."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from archiver import settings
from archiver.actor import resolve, this_process
from archiver.daemon import Bell, Rounds, Watch
from archiver.daemon.ledger import Ledger
from archiver.pipeline.bench import Bench
from archiver.pipeline.outcome import Outcome
from archiver.pipeline.project import project
from archiver.pipeline.reader import OwnReader
from archiver.register import officers
from archiver.store.archive import Archive
from archiver.store.catalogue import today as moment
from archiver.store.events import Tool
from archiver.store.scribe import Scribe
from tests.ministry import Ministry, ministry


@dataclass(slots=True)
class Yard:
    """An archive with a drop folder; `told` is what the watcher said."""

    office: Ministry
    drop: Path
    account: str
    folder: Path
    values: dict[str, str]
    told: list[str] = field(default_factory=list)

    @contextlib.contextmanager
    def watching(self, **values: str) -> Iterator[Rounds]:
        """Give the watcher as one run of the program has it; `values` are settings."""
        environ = {f"CHATARCHIEF_{name}": value for name, value in (self.values | values).items()}
        chosen = settings.load({}, environ)
        with Archive(self.office.archive, self.office.keys, project) as archive:
            person = resolve({}, this_process(self.office.archive))
            scribe = Scribe(archive, officers.acting(archive, person, "watch"), Tool(version="0"))
            bell = Bell()
            bench = Bench(scribe, chosen, OwnReader())
            yield Rounds(Watch(bench, self.drop, self.told.append, bell))
            bell.close()

    def rounds(self, number: int = 2, **values: str) -> list[Outcome]:
        """Let one run do some rounds; the first one only sees what lies there."""
        with self.watching(**values) as watcher:
            return [outcome for _ in range(number) for outcome in watcher.round()]

    def put(self, name: str, content: str | bytes) -> Path:
        """Drop a file for the account."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def kept(self) -> list[str]:
        """Give what was set aside, without the day."""
        top = self.folder / ".kept"
        files = [path.relative_to(top) for path in top.rglob("*") if not path.is_dir()]
        return sorted("/".join(path.parts[1:]) for path in files)

    def left(self) -> list[str]:
        """Give what still lies in the account's folder, receipts apart."""
        found = (path.relative_to(self.folder) for path in self.folder.rglob("*"))
        return sorted(
            str(path)
            for path in found
            if path.parts[0] != ".kept" and not path.name.endswith(".receipt")
        )

    def types(self) -> list[str]:
        """Give the types of all events."""
        return [event["type"] for event in self.office.events()]

    def alarms(self) -> list[dict[str, Any]]:
        """Give the events that are alarms."""
        kinds = ("intake.refused", "alarm.raised")
        return [event for event in self.office.events() if event["type"] in kinds]

    def codes(self) -> list[str]:
        """Give the codes of all alarms, in the order in which they were logged."""
        return [code for event in self.alarms() for code in event["codes"]]

    def remembered(self) -> dict[str, list[str]]:
        """Give what the watcher remembers: what stays, by code."""
        with self.office.opened() as archive:
            return Ledger(moment.recall(archive.catalogue.connection)).codes()

    def start(self, *words: str, program: str = "", **values: str) -> subprocess.Popen[str]:
        """Start `chatarchief watch` in a process of its own."""
        named = {f"CHATARCHIEF_{name}": value for name, value in (self.values | values).items()}
        kept = {name: v for name, v in os.environ.items() if not name.startswith("CHATARCHIEF_")}
        return subprocess.Popen(
            [sys.executable, "-c", program or _PROGRAM, "watch", *words, *self.office.places],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=kept | named,
        )


def yard(folder: Path, made: Ministry | None = None, **account: str) -> Yard:
    """Make an archive with one account and its drop folder; a file need not lie still for long."""
    office, drop = made or ministry(folder), folder / "drop"
    public = office.account("jan", service="mail", **account)
    place = drop / "jan-mail"
    place.mkdir(parents=True)
    values = {"DROP_FOLDER": str(drop), "DROP_SETTLE_SECONDS": "0", "LANGUAGE": "en"}
    return Yard(office, drop, public, place, values)


_PROGRAM = "import sys; from archiver.commands import main; sys.exit(main())"
