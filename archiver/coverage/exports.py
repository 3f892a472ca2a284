"""Exports: the deliveries that an account has, and what was found missing from each.

Which finding means what is data: ``config/coverage.toml``. Only codes and numbers are taken from a
finding, never its words, so that all of it may be said of what is sealed.
"""

from __future__ import annotations

from collections import defaultdict

from msgspec import Struct

from archiver.configuration import read
from archiver.coverage import tables
from archiver.model import State
from archiver.store.catalogue.connection import Connection


class Lack(Struct, frozen=True):
    """What findings of one code say: what kind of lack, how many of them, how many numbers lack."""

    code: str
    kind: str
    findings: int
    missing: int


class Export(Struct, frozen=True):
    """One delivery: when it came, which period it holds (ms since 1970), and what it lacks.

    `media` are files that its messages name, `media_missing` those of them that are not in it.
    """

    delivery: str
    state: str
    format: str
    device: str
    received_at: int
    first: int | None
    last: int | None
    media: int
    media_missing: int
    lacks: tuple[Lack, ...]

    @property
    def is_read(self) -> bool:
        """Whether its messages are in the archive, open or sealed."""
        return State(self.state).is_final


def exports(connection: Connection) -> tuple[dict[str, tuple[Export, ...]], dict[int, str]]:
    """Give the exports by account, in order of receipt, and the ids of deliveries by their key."""
    lacks = _lacks(connection)
    rows = tables.deliveries(connection)
    found = {
        account: tuple(
            Export(
                one.public, one.state, one.format, one.device, one.received_at, one.since,
                one.until, one.referenced, one.missing, tuple(lacks[one.key]),
            )
            for one in among
        )
        for account, among in rows.items()
    }  # fmt: skip
    return found, {one.key: one.public for among in rows.values() for one in among}


def _lacks(connection: Connection) -> dict[int, list[Lack]]:
    kinds = {code: kind for kind, codes in read("coverage.toml").items() for code in codes}
    found: dict[int, list[Lack]] = defaultdict(list)
    for delivery, code, number, missing in tables.findings(connection, kinds):
        found[delivery].append(Lack(code, kinds[code], number, missing))
    return found
