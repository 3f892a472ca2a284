"""How sorting's events come into its tables, and what they open and seal."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from archiver.errors import KeyMissing
from archiver.sorting import confirm, rules, schema
from archiver.sorting import tables_acts as acts
from archiver.sorting.decisions import KINDS, UNDONE, Detail, reason_key
from archiver.sorting.tables_acts import Act
from archiver.store.archive import Archive, Projector
from archiver.store.catalogue import access
from archiver.store.events import Event
from archiver.store.scribe import unseal


def project(archive: Archive, event: Event) -> None:
    """Keep an act, and open or seal what it speaks of."""
    connection = archive.catalogue.connection
    schema.migrate(connection)
    detail = msgspec.convert(unseal(archive, event), Detail)
    act = Act(
        seq=event.seq,
        kind=KINDS[event.type],
        episode=event.codes[0],
        account=event.account,
        outcome=detail.outcome,
        source=detail.source,
        officer=event.actor,
        at=event.at,
        reason=_reason(archive, event.codes[0], detail.reason),
    )
    items = acts.by_key(connection, detail.items)
    acts.put(connection, act, items)
    access.decide(connection, items, opened=act.opens, seq=act.seq)


def project_undone(archive: Archive, event: Event) -> None:
    """Let what was decided before count again, item by item."""
    connection = archive.catalogue.connection
    schema.migrate(connection)
    for before, items in acts.take_back(connection, event.counts["act"]).items():
        if before is None:
            access.forget(connection, items)
        else:
            access.decide(connection, items, opened=before.opens, seq=before.seq)


def forget(archive: Archive) -> None:
    """Destroy what was said of episodes of which nothing is left; may be repeated."""
    connection = archive.catalogue.connection
    if not schema.is_ready(connection):
        return
    for episode in acts.over(connection):
        archive.keys.drop_key(reason_key(episode))
        acts.forget_reasons(connection, episode)


def _reason(archive: Archive, episode: str, box: str) -> str:
    if not box:
        return ""
    try:
        return archive.keys.unbox(reason_key(episode), box).decode()
    except KeyMissing:
        return ""


PROJECTORS: Mapping[str, Projector] = {
    **dict.fromkeys(KINDS, project),
    UNDONE: project_undone,
    confirm.CONFIRMED: confirm.project,
    rules.CONFIRMED: rules.project,
}
