"""Which record an id names, and whether who acts may see it."""

from __future__ import annotations

from archiver.commands.session import Session
from archiver.errors import NoSuchThing
from archiver.model import State
from archiver.store.catalogue.deliveries import state_of
from archiver.store.catalogue.homes import record_of


def visible(at: Session, public: str, *, sealed: bool) -> tuple[int, bool]:
    """Give (record, whether it is seen as sealed); a sealed one exists only when it is asked for.

    Raises:
        NoSuchThing: There is no such record, or it is sealed and was not asked for as such.
    """
    connection = at.archive.catalogue.connection
    record = record_of(connection, public)
    if record is None:
        raise NoSuchThing(what="record", name=public)
    opened = connection.execute("SELECT open FROM record WHERE id = ?", (record,)).fetchone()[0]
    if not opened and not sealed:
        raise NoSuchThing(what="record", name=public)
    return record, not opened


def visible_item(at: Session, public: str) -> None:
    """Insist that an item, and the delivery that has it, may be seen by all who read.

    Raises:
        NoSuchThing: There is no such item, or its delivery is still sealed.
    """
    visible(at, public, sealed=False)
    delivery = public.rpartition(".")[0]
    if state_of(at.archive.catalogue.connection, delivery) != State.INGESTED:
        raise NoSuchThing(what="record", name=public)
