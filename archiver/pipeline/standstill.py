"""Records that a case cites stand still: what reconcile would change of them, an officer decides.

A copy does not leave such a record by itself, and none joins it that it would show from then on.
What was found stays as a doubt that names both, and `join` or `split` settles it.
"""

from __future__ import annotations

from archiver.cases.cited import cited
from archiver.store.catalogue.connection import Connection
from archiver.store.catalogue.homes import copy_of
from archiver.store.catalogue.regroup import Name
from archiver.store.catalogue.restate import record_of_copy, takes_over


class Standstill:
    """What stands still during one run of reconcile."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._cited = cited(connection)

    def forbids(self, own: Name, name: Name) -> bool:
        """Whether a copy, by the item that it was named for, may not move to the record named."""
        if not self._cited:
            return False
        copy, there = copy_of(self._connection, *own), copy_of(self._connection, *name)
        if copy is None:
            return False
        if record_of_copy(self._connection, copy) in self._cited:
            return True
        record = 0 if there is None else record_of_copy(self._connection, there)
        return record in self._cited and takes_over(self._connection, copy, record)
