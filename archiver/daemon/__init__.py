"""The second entrance: take in what appears in the drop folder, for as long as the program runs.

``DROP/<folder of an account>/<whatever was dropped>``. A round reads the drop folder in full, takes
in what lies still, hands out receipts, sets the sources aside and puts the log's head elsewhere.
What the system tells of changes only wakes it sooner; the full reading is the truth. Files and
folders whose name begins with a dot are the program's own: ``.kept/<day>/`` holds the sources that
were taken in, ``.<name>.receipt`` stands where a source stood.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext

from archiver.daemon.alone import alone
from archiver.daemon.bell import Bell, stop_on_signals
from archiver.daemon.hint import hints
from archiver.daemon.rounds import Rounds
from archiver.daemon.watch import Watch
from archiver.pipeline.outcome import Outcome

__all__ = ["Bell", "Rounds", "Watch", "run"]


def run(watch: Watch, *, once: bool = False) -> Iterator[Outcome]:
    """Take in what is dropped, one outcome a delivery, until a signal says to stop.

    With `once`, until everything that lies still has been taken in; what is still being written
    is waited for as long as a file must lie still, and no longer.

    Raises:
        Locked: Another watcher is at work in this archive.
        NotAuthorised: The officer in whose name it acts may no longer do so.
        UnknownOfficer: That officer is no longer registered.
        Damage: The archive cannot be written.
    """
    with (
        alone(watch.bench.scribe.archive.folder),
        stop_on_signals(watch.bell),
        nullcontext() if once else hints(watch.drop, watch.bell),
    ):
        rounds = Rounds(watch)
        yield from rounds.until_still() if once else rounds.until_stopped()
