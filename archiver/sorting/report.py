"""Figures on sorting: what was decided on whose word, what waits, and a sample to judge again."""

from __future__ import annotations

from collections import Counter

from msgspec import Struct

from archiver.classify import elusion
from archiver.classify.episode import Outcome
from archiver.sorting import schema
from archiver.sorting.tables_acts import Act, Kind, standing
from archiver.store.archive import Archive

_SET_ASIDE = (Outcome.PRIVATE, Outcome.PARTY)


class Standing(Struct, frozen=True):
    """How many episodes and messages have an outcome on somebody's word."""

    outcome: str
    source: str
    episodes: int
    messages: int


def report(archive: Archive, account: str = "") -> list[Standing]:
    """Count what was decided and still is there, by outcome and source."""
    connection = archive.catalogue.connection
    if not schema.is_ready(connection):
        return []
    episodes, messages = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for act, copies in standing(connection, account).items():
        key = _outcome(act), str(act.source)
        episodes[key] += 1
        messages[key] += copies
    return [Standing(*key, episodes[key], messages[key]) for key in sorted(episodes)]


def set_aside(archive: Archive, account: str = "") -> list[str]:
    """Name the episodes that were sorted as no work, in the order in which that was decided."""
    connection = archive.catalogue.connection
    if not schema.is_ready(connection):
        return []
    found = sorted(standing(connection, account), key=_seq)
    return [act.episode for act in found if _is_set_aside(act)]


def kept(archive: Archive, account: str = "") -> int:
    """Count the episodes that were sorted as work."""
    return sum(one.episodes for one in report(archive, account) if one.outcome == str(Outcome.WORK))


def sample(archive: Archive, size: int, seed: str, account: str = "") -> list[str]:
    """Draw episodes that were sorted as no work, at random; the same for the same seed."""
    return elusion.sample(set_aside(archive, account), size, seed)


def _outcome(act: Act) -> str:
    return "objected" if act.kind is Kind.OBJECTED else str(act.outcome)


def _is_set_aside(act: Act) -> bool:
    return act.kind is not Kind.OBJECTED and act.outcome in _SET_ASIDE


def _seq(act: Act) -> int:
    return act.seq
