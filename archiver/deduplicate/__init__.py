"""Decide for each item whether it is a record that is known: link, never drop.

The ladder (levels 0 to 3) is in ``docs/deduplication.md``. This package asks the store through
`Known`, which is handed in, and decides; it stores nothing.
"""

from archiver.deduplicate.ladder import Known, Ladder, Threads
from archiver.deduplicate.union import Run, find_run
from archiver.deduplicate.verdicts import Runs

__all__ = ["Known", "Ladder", "Run", "Runs", "Threads", "find_run"]
