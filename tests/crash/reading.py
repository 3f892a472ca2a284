"""The program with its exports read in its own process: ``python -m crash.reading WORDS``.

With ``--without-sync=N`` as the first word it leaves out its Nth sync: a fault that no disk and no
test of the outcome shows, since the kernel keeps what was written for as long as it lives.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from archiver.commands import main
from archiver.store import files
from crash.place import own_reader

_OPTION = "--without-sync="


def run(words: list[str]) -> int:
    """Run one command."""
    if words and words[0].startswith(_OPTION):
        files.sync = _without(int(words.pop(0).removeprefix(_OPTION)), files.sync)
    with own_reader():
        return main(words)


def _without(skipped: int, sync: Callable[[int], None]) -> Callable[[int], None]:
    calls = 0

    def sync_but_one(fd: int) -> None:
        nonlocal calls
        calls += 1
        if calls != skipped:
            sync(fd)

    return sync_but_one


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
