"""One opening of an archive for many questions, since opening it costs as much as a question."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

from archiver.pipeline.project import project
from archiver.store import archive as store
from archiver.store.archive import Archive


@contextlib.contextmanager
def opened_once(folder: Path, keys: Path) -> Iterator[None]:
    """Let the commands that are given inside, which only read, share one opening of an archive."""
    with (
        Archive(folder, keys, project) as archive,
        patch.object(store, "Archive", lambda *_: contextlib.nullcontext(archive)),
    ):
        yield
