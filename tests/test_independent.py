"""An archive outlives this program: its format's description is enough, and old ones stay readable.

``tests/independent/read_archive.py`` shares no line with the program; the archive of each released
version of the format lies in ``tests/archives`` and is opened, rebuilt, verified and asked.
"""

from __future__ import annotations

import ast
import json
import re
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from archives.make import answers, archivist
from crash.place import Place

from archiver.model import Attachment, Finding, Item, Mail, Member, Normal, Union, Verdict
from archiver.store.manifest import Counts, Manifest

TESTS = Path(__file__).parent
READER = TESTS / "independent" / "read_archive.py"
VERSIONS = sorted(path for path in (TESTS / "archives").iterdir() if path.name.startswith("v"))
KEYS = ("keys/machine.key", "away/recovery.key")


@pytest.fixture(scope="module", params=VERSIONS, ids=lambda path: path.name)
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """An archive that an earlier version made, without its catalogue."""
    folder = tmp_path_factory.mktemp("old") / "place"
    shutil.copytree(request.param, folder)
    return Place(folder)


@pytest.fixture(scope="module")
def expected(place: Place) -> dict[str, Any]:
    """What that version answered."""
    return dict(json.loads((place.folder / "expected.json").read_text("utf-8")))


def read(place: Place, *words: str, key: str = KEYS[0]) -> subprocess.CompletedProcess[bytes]:
    """Run the independent reader."""
    command = [sys.executable, READER, place.archive, place.keys, place.folder / key, *words]
    return subprocess.run(list(map(str, command)), capture_output=True, check=False)


def rows(place: Place, *words: str, key: str = KEYS[0]) -> list[dict[str, Any]]:
    """The lines that the independent reader writes."""
    done = read(place, *words, key=key)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_an_archive_of_an_earlier_version_answers_as_it_did(
    place: Place, expected: dict[str, Any]
) -> None:
    """Opened, rebuilt and verified by this version, every answer is the one from back then."""
    with archivist():
        assert place.run("rebuild").code == 0
        proof = place.run("verify", "--full")
        assert proof.code == 0, proof.report
        said = answers(place)
    for question, answer in expected["answers"].items():
        assert said[question] == answer, question


def test_the_independent_reader_imports_nothing_of_the_program() -> None:
    """It needs the standard library and two packages, so that it works where nothing else does."""
    tree = ast.parse(READER.read_text("utf-8"))
    names = {
        (node.module or "") if isinstance(node, ast.ImportFrom) else alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    others = {name.partition(".")[0] for name in names} - set(sys.stdlib_module_names)
    assert others == {"cryptography", "zstandard"}


@pytest.mark.parametrize("key", KEYS)
def test_the_independent_reader_lists_every_delivery(
    place: Place, expected: dict[str, Any], key: str
) -> None:
    """With the machine's key or the recovery key it finds all deliveries, states and balances."""
    found = rows(place, "list", key=key)
    shown = {
        row["delivery"]: [row["state"], row["counts"]["read"], row["counts"]["new"]]
        for row in found
    }
    stated = expected["answers"]["deliveries"]
    assert shown == {row[0]: row[1:4] for row in stated}
    assert {row["sha256"] for row in found} == {row[7] for row in stated}


def test_the_independent_reader_sees_the_messages_that_a_search_finds(
    place: Place, expected: dict[str, Any]
) -> None:
    """Time, sender and text of every message agree with the search, record by record."""
    seen: dict[bool, dict[str, tuple[str, str]]] = {False: {}, True: {}}
    for delivery in rows(place, "list"):
        for item in rows(place, "items", delivery["delivery"]):
            if item["record"]:
                sealed = delivery["state"] == "sealed"
                seen[sealed].setdefault(item["record"], (item["text"], item["time"]))
    for sealed, question in ((False, "search "), (True, "search  --sealed")):
        hits = {hit[0]: hit for hit in expected["answers"][question]}
        assert hits.keys() == seen[sealed].keys()
        assert hits
        for record, (text, time) in seen[sealed].items():
            assert hits[record][6] in (text, text.strip())
            assert _same_moment(hits[record][2], time)


def _same_moment(shown: str, time: str) -> bool:
    return datetime.fromisoformat(shown) == datetime.fromisoformat(time)


def test_the_independent_reader_gives_back_what_was_handed_in(place: Place) -> None:
    """Every file comes out byte for byte: the reader checks it against the stated digest."""
    extracted = 0
    for delivery in rows(place, "list"):
        for member, _ in enumerate(delivery["members"]):
            done = read(place, "extract", delivery["delivery"], str(member), key=KEYS[1])
            assert done.returncode == 0, done.stderr
            extracted += len(done.stdout) > 0
    assert extracted > 8


def test_the_independent_reader_refuses_what_was_changed(place: Place, tmp_path: Path) -> None:
    """A changed archive, log, object or key file ends it, and it says so."""
    copy = place.copy(tmp_path / "place")
    first = rows(copy, "list")[0]
    delivery = first["delivery"]
    lines = (copy.archive / "log" / "events.jsonl").read_text().splitlines()
    event = json.loads(lines[first["event"]])
    read_for_items = ("manifest", "items", "normals", "verdicts")
    names = [name for role in read_for_items for name in event["objects"][role]]
    for path in (
        copy.archive / "archive.toml",
        copy.archive / "log" / "events.jsonl",
        copy.keys / "secrets.json",
        copy.keys / "deliveries" / f"{delivery}.json",
        *(copy.archive / "objects" / name[:2] / name for name in names),
    ):
        sound = path.read_bytes()
        path.chmod(0o600)
        path.write_bytes(sound[:-9] + bytes([sound[-9] ^ 1]) + sound[-8:])
        assert read(copy, "items", delivery).returncode, path
        path.write_bytes(sound)
    assert read(copy, "items", delivery).returncode == 0


def test_the_description_names_every_field_that_is_stored() -> None:
    """What the program writes and what the description of the format lists are the same fields."""
    text = (TESTS.parent / "docs" / "archive-format.md").read_text("utf-8")
    words = set(re.findall(r"[a-z0-9_]+", text))
    for kind in (Manifest, Counts, Item, Mail, Attachment, Member, Finding, Normal, Verdict, Union):
        missing = set(kind.__struct_fields__) - words
        assert not missing, (kind.__name__, missing)


def test_the_independent_reader_says_how_it_is_used(place: Place) -> None:
    """Without a question it explains itself."""
    done = read(place, "everything")
    assert done.returncode == 2
    assert b"read_archive.py ARCHIVE KEYS" in done.stderr
