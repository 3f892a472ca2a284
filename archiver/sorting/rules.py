"""Rules that an officer confirmed: only by such a rule may the machine say private or party.

The confirmation is of the rule as it was read then: once the rule is changed it counts no longer.
"""

from __future__ import annotations

from datetime import datetime

import msgspec
from msgspec import Struct

from archiver.classify.rule import Confirmation
from archiver.classify.rules import Rules, load
from archiver.errors import NoSuchThing
from archiver.sorting import schema, tables_confirm
from archiver.store.archive import Archive
from archiver.store.catalogue.connection import Connection
from archiver.store.events import Event
from archiver.store.scribe import REGISTER, Scribe, unseal

CONFIRMED = "sorting.rule-confirmed"


class _Detail(Struct, frozen=True):
    code: str
    digest: str


def rules(connection: Connection) -> Rules:
    """Give the shipped rules with what officers confirmed of them.

    Raises:
        FaultyRules: A file of rules has an error.
    """
    found = load()
    if not schema.is_ready(connection):
        return found
    return found.confirm(
        Confirmation(code, digest, officer, _milliseconds(at))
        for code, digest, officer, at in tables_confirm.confirmed_rules(connection)
    )


def confirm_rule(scribe: Scribe, code: str) -> None:
    """Confirm that a rule, as it is now, decides by itself.

    Raises:
        NoSuchThing: There is no such rule.
    """
    for rule in load().rules:
        if rule.code == code:
            detail = msgspec.to_builtins(_Detail(code, rule.digest))
            scribe.record(scribe.event(CONFIRMED, detail=detail, key=REGISTER))
            return
    raise NoSuchThing(what="sorting rule", name=code)


def project(archive: Archive, event: Event) -> None:
    """Keep that a rule was confirmed."""
    connection = archive.catalogue.connection
    schema.migrate(connection)
    detail = msgspec.convert(unseal(archive, event), _Detail)
    tables_confirm.put_rule(connection, detail.code, detail.digest, event.actor, event.at)


def _milliseconds(at: str) -> int:
    return round(datetime.fromisoformat(at).timestamp() * 1000)
