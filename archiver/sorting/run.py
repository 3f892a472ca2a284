"""Let confirmed rules sort: the machine sets aside what they say, and opens nothing."""

from __future__ import annotations

from archiver.classify.episode import Outcome
from archiver.sorting import schema
from archiver.sorting.decisions import sort
from archiver.sorting.episodes import Cut
from archiver.sorting.evidence import verdict
from archiver.sorting.queue import State, waiting
from archiver.sorting.rules import rules
from archiver.sorting.tables_acts import Source
from archiver.store.scribe import Scribe

_BY_RULE = (Outcome.PRIVATE, Outcome.PARTY)


def run(
    scribe: Scribe, cut: Cut, at: int, account: str = "", *, dry_run: bool = False
) -> list[tuple[str, Outcome]]:
    """Sort what waits at a moment (ms since 1970) and is final by rules; give what was sorted."""
    archive = scribe.archive
    done = []
    with archive.writing():
        known = rules(schema.ready(archive))
        for one in waiting(archive, cut, at, account):
            if one.state is not State.WAITING:
                continue
            outcome = verdict(archive, one.episode, known).outcome
            if outcome in _BY_RULE:
                if not dry_run:
                    sort(scribe, one.episode, outcome, cut, source=Source.RULE)
                done.append((one.episode.id, outcome))
    return done
