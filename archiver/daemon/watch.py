"""What the watcher works with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from archiver.daemon.bell import Bell
from archiver.errors import ExitCode
from archiver.pipeline.bench import Bench


@dataclass(frozen=True, slots=True)
class Watch:
    """What the watcher works with; `tell` says a sentence to whoever reads the journal.

    `failures` is filled on the way with what the exit code of a single run must tell.
    """

    bench: Bench
    drop: Path
    tell: Callable[[str], None]
    bell: Bell
    failures: list[ExitCode] = field(default_factory=list)
