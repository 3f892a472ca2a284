"""A package's own tables beside the catalogue's: a set of numbered migrations, by its name.

Like the catalogue they are a projection: rebuild makes them anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from archiver.store.catalogue.connection import Connection
from archiver.store.catalogue.schema import Step, has_all, step_by_step

if TYPE_CHECKING:
    from archiver.store.archive import Archive


class Tables(Struct, frozen=True):
    """The set's name, and its steps in order."""

    name: str
    steps: tuple[Step, ...]

    def ready(self, archive: Archive) -> Connection:
        """Give the catalogue with these tables in it; made under the writer's lock when they lack.

        Taking the lock may open the catalogue anew, so whoever writes asks for it inside.
        """
        if not self.is_ready(archive.catalogue.connection):
            with archive.writing():
                self.migrate(archive.catalogue.connection)
        return archive.catalogue.connection

    def is_ready(self, connection: Connection) -> bool:
        """Whether the tables are there; an archive of an earlier release may lack them."""
        return has_all(connection, self.name, self.steps)

    def migrate(self, connection: Connection) -> None:
        """Bring the tables up to date."""
        step_by_step(connection, self.name, self.steps)
