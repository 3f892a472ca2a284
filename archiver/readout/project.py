"""How the events of read-out sessions come into the register, also when it is rebuilt."""

from __future__ import annotations

from collections.abc import Mapping

from archiver.readout import minutes, session
from archiver.store.archive import Projector

PROJECTORS: Mapping[str, Projector] = {
    session.OPENED: session.project,
    session.CHECKED: session.project_checked,
    minutes.CLOSED: minutes.project,
}
