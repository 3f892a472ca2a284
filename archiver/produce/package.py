"""The folder that a pack is written to: put in place whole, every file named with its digest."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from archiver import language
from archiver.errors import ArchiveError, ExitCode

INTERNAL, MANIFEST = "intern", "manifest.json"
_PARTIAL = ".deel"


class PlaceTaken(ArchiveError):
    """{path} is there already; a pack is written to a folder that is not."""

    exit_code = ExitCode.USAGE


@contextmanager
def put_in_place(out: Path) -> Iterator[Path]:
    """Give a folder to write to that stands at `out` once all is written, or nowhere.

    What an earlier run left half written is removed.

    Raises:
        PlaceTaken: Something is there.
    """
    if out.exists():
        raise PlaceTaken(path=out)
    partial = out.with_name(out.name + _PARTIAL)
    shutil.rmtree(partial, ignore_errors=True)
    try:
        yield partial
        partial.rename(out)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


@contextmanager
def in_dutch() -> Iterator[None]:
    """Speak Dutch: a pack is for a reader outside, whoever makes it."""
    before = language.current()
    language.use("nl")
    try:
        yield
    finally:
        language.use(before)


def manifest(folder: Path, told: dict[str, object]) -> bytes:
    """Give as JSON what is `told` of a pack, and every file of it with size and digest."""
    files = [
        {"path": path.relative_to(folder).as_posix(), **measured(path)}
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    ]
    return as_json({"format_version": 1, **told, "files": files})


def as_json(value: object) -> bytes:
    """Write a value as JSON, always in the same way."""
    return msgspec.json.format(msgspec.json.encode(value, order="deterministic"), indent=1) + b"\n"


def measured(path: Path) -> dict[str, int | str]:
    """Give the size of a file in bytes and its SHA-256."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {"size": path.stat().st_size, "sha256": digest}
