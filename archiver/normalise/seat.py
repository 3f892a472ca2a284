"""Threads that say whose they are: of a source that tells of several services and accounts.

The read-out of a phone, and a file of e-discovery, say of each conversation to which service it
belongs and to whose account. Two accounts may have a conversation with the same person, so that
the thread alone does not name a strand: it is led by the service and the owner's identifier, typed
as all identifiers are. Which account that is, is decided where the accounts are known.
"""

from __future__ import annotations

from typing import NamedTuple

LEAD = "\x1d"
"""Stands before the service, the owner and the thread."""


class Seat(NamedTuple):
    """What a led thread says: the service, the owner's typed identifier or nothing, the thread."""

    service: str
    owner: str
    thread: str

    @property
    def led(self) -> str:
        """The thread as it is stored."""
        return LEAD + LEAD.join(self)


def seat_of(thread: str) -> Seat | None:
    """Read a led thread; None of a plain one."""
    parts = thread.split(LEAD, 3)
    return Seat(*parts[1:]) if len(parts) == 4 and not parts[0] else None
