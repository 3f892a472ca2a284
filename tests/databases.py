"""SQLite databases for tests, written down as SQL: a file ``msgstore.db.sql`` stands for the
database ``msgstore.db``.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from hypothesis import strategies as st

from archiver.format import Format, Source
from archiver.model import Finding, Item, Member

READ_AT = 1_780_000_000_000
_SCRIPT = ".sql"


def build(script: str) -> bytes:
    """Make a database and give the bytes of its file."""
    connection = sqlite3.connect(":memory:")
    connection.executescript(script)
    connection.commit()
    return connection.serialize()


def content(path: Path) -> bytes:
    """Give the bytes that a file of a case stands for."""
    return build(path.read_text("utf-8")) if path.suffix == _SCRIPT else path.read_bytes()


def shown(name: str) -> str:
    """Give the name that a file of a case stands for."""
    return name.removesuffix(_SCRIPT)


def files_in(folder: Path) -> dict[str, bytes]:
    """Give the files that those of a case stand for, by the names that they stand for."""
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return {shown(path.relative_to(folder).as_posix()): content(path) for path in paths}


def source(files: dict[str, bytes], main: str, **said: Any) -> Source:
    """Make a source of files in memory; all others are beside the main one."""
    names = sorted(files)
    members = tuple(
        Member(name, len(files[name]), sha256(files[name]).hexdigest()) for name in names
    )
    at = names.index(main)
    beside: dict[int, BinaryIO] = {
        index: BytesIO(files[name]) for index, name in enumerate(names) if index != at
    }
    return Source(BytesIO(files[main]), members, at, main, READ_AT, beside=beside, **said)


def on_disk(folder: Path, files: dict[str, bytes], main: str) -> Source:
    """Make a source of files that lie in a folder."""
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    given = source(files, main)
    beside: dict[int, BinaryIO] = {
        index: (folder / given.members[index].name).open("rb") for index in given.beside
    }
    stream = (folder / main).open("rb")
    return Source(stream, given.members, given.main, main, READ_AT, beside=beside)


def read(form: Format | Any, given: Source) -> tuple[list[Item], list[Finding]]:
    """Read a source with a format's module."""
    entries = list(form.parse(given, form.survey(given)))
    items = [entry for entry in entries if isinstance(entry, Item)]
    return items, [entry for entry in entries if isinstance(entry, Finding)]


def codes(findings: list[Finding]) -> Iterator[str]:
    """Give the codes of findings."""
    return (finding.code for finding in findings)


def damaged(image: bytes, data: st.DataObject) -> bytes:
    """Flip some bytes of a file and perhaps cut off its end."""
    found = bytearray(image)
    for _ in range(data.draw(st.integers(1, 8))):
        found[data.draw(st.integers(0, len(found) - 1))] ^= data.draw(st.integers(1, 255))
    cut = data.draw(st.sampled_from((len(found), data.draw(st.integers(0, len(found))))))
    return bytes(found[:cut])
