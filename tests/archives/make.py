"""Make the small archive of invented people that every later version must still open.

    python tests/archives/make.py /srv/voorbeeld tests/archives/v1

The first folder is where it is made, since the place of the recovery key stays in the archive; it
must not exist and is removed. A version of the format gets one folder, once: what stands there is
never made anew, however the program changes.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

TESTS = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TESTS))

from crash.exports import chat, chat_with_picture  # noqa: E402
from crash.place import Place, new_account, new_place  # noqa: E402

from archiver import actor  # noqa: E402

QUERIES = ("", "nota", '"nota van dag 14"', "goedemorg*", "ok NOT nota", "kamerbrief", "takeout")


def make(where: Path, target: Path) -> None:
    """Make it, with what it is expected to answer beside it."""
    where.mkdir()
    os.chdir(where)
    with archivist(), patch.object(socket, "gethostname", lambda: "archiefserver"):
        place = new_place(where)
        fill(place)
        expected = {"answers": answers(place), "queries": QUERIES}
    target.mkdir(parents=True)
    for name in ("archive", "keys", "away"):
        shutil.copytree(where / name, target / name, ignore=_passing)
    text = json.dumps(expected, ensure_ascii=False, indent=1, sort_keys=True)
    (target / "expected.json").write_text(f"{text}\n", "utf-8")
    shutil.rmtree(where)


@contextmanager
def archivist() -> Iterator[None]:
    """Act as the one officer of this archive, whoever runs the tests."""
    person = actor.Person("archivaris", 1000, "sudo")
    with patch.object(actor, "resolve", lambda *_: person):
        yield


def fill(place: Place) -> None:
    """Take in something of everything that this version knows."""
    business = new_account(place, "Anna Voorbeeld", "+31600000001")
    private = new_account(place, "Bram Fictief", "+31600000002", "private")
    released = new_account(place, "Cor Verzonnen", "+31600000003", "private")
    folder = Path("exports")
    taken = [
        _ingest(place, chat(folder / "1", "Bram", range(13, 16)), business),
        _ingest(place, chat_with_picture(folder / "2", "Bram", range(14, 18)), business),
        _ingest(place, chat(folder / "3", "Anna", range(13, 15)), private),
        _ingest(place, _zipped(chat_with_picture(folder / "4", "Dirk", range(20, 22))), released),
        _ingest(place, chat(folder / "5", "Els", range(3, 5)), business),
        _ingest(place, _unknown(folder / "6" / "onbekend.bin"), business),
        _ingest(place, _mail("mbox/takeout/export.mbox", folder / "7" / "takeout.mbox"), business),
        _ingest(place, _mail("eml/rich/export.eml", folder / "8" / "bericht.eml"), business),
    ]
    _done(place, "delivery", "release", taken[3])
    _done(place, "delivery", "answer", taken[4], "--date-order", "dmy")
    _done(place, "key", "rotate")
    _ingest(place, chat(folder / "9", "Finn", range(25, 27)), business)


def answers(place: Place) -> dict[str, object]:
    """What the archive says of its records and deliveries, in fields that every version has."""
    said: dict[str, object] = {}
    for query in QUERIES:
        for flags in ((), ("--sealed",)):
            found = place.run("search", query, "--limit", "0", *flags)
            assert found.code == 0, found.said
            hits = found.report["hits"]
            said[" ".join(("search", query, *flags))] = [_fields(hit, _HIT) for hit in hits]
            for hit in hits if not query else ():
                held = place.run("explain", hit["id"], *flags).report["holdings"]
                said[f"explain {hit['id']}"] = [_fields(each, _HOLDING) for each in held]
    deliveries = place.run("delivery", "list").report["deliveries"]
    said["deliveries"] = [_fields(each, _DELIVERY) for each in deliveries]
    accounts = place.run("account", "list").report["accounts"]
    said["accounts"] = [_fields(each, ("account", "person", "identifier")) for each in accounts]
    return said


_HIT = ("id", "kind", "sent_at", "sender", "conversation", "service", "text", "holdings")
_HOLDING = ("delivery", "item", "level", "rule", "place", "raw")
_DELIVERY = ("delivery", "state", "read", "new", "known", "rejected", "excluded", "sha256")


def _fields(row: dict[str, Any], names: tuple[str, ...]) -> list[object]:
    return [row[name] for name in names]


def _ingest(place: Place, path: Path, account: str) -> str:
    ran = place.run("ingest", path, "--account", account)
    return str(ran.report["deliveries"][0]["delivery"])


def _done(place: Place, *words: str) -> None:
    ran = place.run(*words)
    assert ran.code == 0, ran.said


def _zipped(folder: Path) -> Path:
    path = folder.with_suffix(".zip")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as container:
        for each in sorted(folder.iterdir()):
            container.write(each, each.name)
    return path


def _unknown(path: Path) -> Path:
    path.parent.mkdir(parents=True)
    path.write_bytes(bytes(range(256)))
    return path


def _mail(name: str, path: Path) -> Path:
    path.parent.mkdir(parents=True)
    shutil.copy(TESTS / "exports" / name, path)
    return path


def _passing(folder: str, names: list[str]) -> set[str]:
    """What an archive does not need: the catalogue, locks, and folders that are empty."""
    return {
        name
        for name in names
        if name.startswith("catalogue.db") or name in ("lock", "access.lock", "staging")
    }


if __name__ == "__main__":
    make(Path(sys.argv[1]), Path(sys.argv[2]).absolute())
