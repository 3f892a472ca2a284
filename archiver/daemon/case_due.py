"""What the cases ask for: decisions whose term ends, and requesters who were not told of a new day.

Ids and days only: who asked and what stands encrypted in the case.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from archiver.cases import case as cases
from archiver.cases.progress import course, is_untold
from archiver.cases.terms import deciding
from archiver.language import say
from archiver.model import Role
from archiver.settings import Settings
from archiver.store.archive import Archive

WARNED = timedelta(days=7)
"""How long before the day of a decision it is told."""

Task = tuple[str, int, str, str]
"""The sentence, how many, the command that helps, and whose turn it is."""


def due(archive: Archive, settings: Settings, now: datetime) -> Iterator[Task]:
    """Yield the cases that have to be decided soon or should have been, and who is to be told."""
    today = now.astimezone(ZoneInfo(settings.text("zone"))).date()
    connection = archive.catalogue.connection
    for one in cases.cases(connection):
        steps = cases.steps(connection, one.id) if one.is_open else []
        known = course(one, steps)
        term = deciding(known)
        if not one.is_open or term is None or known.decided_on is not None:
            continue
        command = f"chatarchief case show {one.id}"
        given = {"case": one.id, "kind": str(one.kind), "day": term.day.isoformat()}
        if is_untold(steps):
            sentence = say("Case {case}: tell the requester of the new day, {day}.", **given)
            yield sentence, 1, f"chatarchief case inform {one.id}", Role.WOO_JURIST
        if term.day < today:
            sentence = say("Case {case} ({kind}) should have been decided by {day}.", **given)
            yield sentence, 1, command, Role.WOO_JURIST
        elif term.day <= today + WARNED:
            sentence = say("Case {case} ({kind}) has to be decided by {day}.", **given)
            yield sentence, 1, command, Role.WOO_JURIST
