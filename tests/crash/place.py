"""A small archive of invented people, and the program as these tests run it."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from archiver.commands import main
from archiver.pipeline import reader
from archiver.pipeline.project import project
from archiver.store.archive import Archive
from tests.opened import opened_once

TESTS = Path(__file__).resolve().parents[1]
ENVIRONMENT = os.environ | {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(TESTS)}


@dataclass(frozen=True, slots=True)
class Ran:
    """How a command ended: exit code, what it reported, what it said."""

    code: int
    report: dict[str, Any]
    said: str


@dataclass(frozen=True, slots=True)
class Place:
    """The folders of one archive, below one folder."""

    folder: Path

    @property
    def archive(self) -> Path:
        """The archive itself."""
        return self.folder / "archive"

    @property
    def keys(self) -> Path:
        """Its keys."""
        return self.folder / "keys"

    @property
    def recovery(self) -> Path:
        """The recovery key, which nobody took away."""
        return self.folder / "away" / "recovery.key"

    def words(self, *words: str | Path) -> list[str]:
        """The arguments of a command on this archive."""
        folders = ("--archive", self.archive, "--keys", self.keys)
        return [*map(str, words), *map(str, folders), "--output", "json"]

    def command(self, *words: str | Path) -> list[str]:
        """The same as a process of its own: the real program."""
        start = "import sys; from archiver.commands import main; sys.exit(main())"
        return [sys.executable, "-c", start, *self.words(*words)]

    def run(self, *words: str | Path) -> Ran:
        """Run a command in this process, which reads exports itself to save time."""
        out, said = io.StringIO(), io.StringIO()
        with own_reader(), redirect_stdout(out), redirect_stderr(said):
            code = main(self.words(*words))
        text = out.getvalue()
        return Ran(int(code), json.loads(text) if text else {}, said.getvalue())

    def start(self, *words: str | Path) -> subprocess.Popen[str]:
        """Begin a command as a process of its own and do not wait for it."""
        return subprocess.Popen(
            self.command(*words),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=ENVIRONMENT,
        )

    def copy(self, folder: Path) -> Place:
        """The same archive once more, elsewhere; a copy that lies there already is replaced."""
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.folder, folder, symlinks=True)
        return Place(folder)

    def files(self) -> list[Path]:
        """Every file of archive and keys, sorted."""
        return sorted(
            path for top in (self.archive, self.keys) for path in top.rglob("*") if path.is_file()
        )


@contextmanager
def own_reader() -> Iterator[None]:
    """Let exports be read in this process and not in a child; what is stored is the same."""
    with patch.object(reader, "ChildReader", reader.OwnReader):
        yield


def new_place(folder: Path) -> Place:
    """Make an archive, and say where it lies."""
    place = Place(folder)
    words = ("init", place.archive, "--ministry", "Ministerie van Voorbeeld")
    done = place.run(*words, "--recovery-key", place.recovery)
    assert done.code == 0, done.said
    return place


def new_account(place: Place, person: str, identifier: str, kind: str = "business") -> str:
    """Register an account of an invented person."""
    facts = {
        "--person": person,
        "--service": "whatsapp",
        "--identifier": identifier,
        "--kind": kind,
        "--owner": person,
        "--basis": "archiefwet",
        "--from": "2020-01-01",
    }
    done = place.run("account", "add", *(word for pair in facts.items() for word in pair))
    assert done.code == 0, done.said
    return str(done.report["account"])


def newest_head(place: Place) -> str:
    """The signed head of the log, as somebody else would keep it."""
    with Archive(place.archive, place.keys, project) as archive:
        return archive.log.note()


def state(place: Place) -> dict[str, object]:
    """What an archive holds, without what is random or tells the hour: to compare two of them."""
    with opened_once(place.archive, place.keys):
        deliveries = place.run("delivery", "list").report["deliveries"]
        order = {each["sha256"]: n for n, each in enumerate(_by(deliveries, "sha256"))}
        names = {each["delivery"]: str(order[each["sha256"]]) for each in deliveries}
        hits = place.run("search", "", "--limit", "0").report["hits"]
        records = sorted(_record(place, hit, names) for hit in hits)
    return {
        "deliveries": [_without(each, _PASSING) for each in _by(deliveries, "sha256")],
        "records": records,
        "open": sorted(hit["text"] for hit in hits),
        "kept": sorted(
            json.loads(line)["type"]
            for line in (place.archive / "log" / "events.jsonl").read_text().splitlines()
            if json.loads(line)["type"] not in _COMMANDED
        ),
        "receipts": len(list((place.archive / "receipts").iterdir())),
        "keys": len(list((place.keys / "deliveries").iterdir())),
        "staging": [path.name for path in (place.archive / "staging").iterdir()],
    }


_COMMANDED = (
    "delivery.repeated", "delivery.answered", "dispose.begun", "dispose.refused", "verify.run",
)  # fmt: skip
"""Events that say a command was given; giving it again says so again."""

_PASSING = ("delivery", "received_at", "path")


def _record(place: Place, hit: dict[str, Any], names: dict[str, str]) -> str:
    """One record with all that holds it, as text."""
    explained = place.run("explain", hit["id"]).report
    holdings = [
        {**_without(each, ("received_at",)), "delivery": names[each["delivery"]]}
        for each in explained["holdings"]
    ]
    shown = {name: hit[name] for name in ("kind", "sent_at", "sender", "text", "holdings")}
    title = hit["conversation"]
    return json.dumps([shown, title, _by(holdings, "delivery")], sort_keys=True)


def _by(rows: Sequence[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: (row[name], json.dumps(row, sort_keys=True)))


def _without(row: dict[str, Any], names: Sequence[str]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in names}
