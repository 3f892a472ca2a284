"""Where records come from: who wrote them, whose accounts have them, by which deliveries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from archiver.cases.replies import parents
from archiver.produce import tables_lines, tables_origins
from archiver.produce.tables_origins import Held
from archiver.store.catalogue import records as catalogued
from archiver.store.catalogue.connection import Connection

_OWN = ("own", "own:")
_DELETED = "deleted"


class Origin(Struct, frozen=True):
    """Where one record comes from.

    `author` is its writer's identifier as the source has it, typed (``e164:``, ``mail:``), the
    account's own for what its holder wrote. `custodians` are the holders of the accounts that have
    it, `accounts` their ids, `sources` (delivery, SHA-256). `parent` is the record that it answers,
    `addressed` are its (role, address) where it is a mail. `is_deleted` says that some delivery
    shows it as deleted.
    """

    author: str
    custodians: tuple[str, ...]
    accounts: tuple[str, ...]
    sources: tuple[tuple[str, str], ...]
    parent: str = ""
    is_deleted: bool = False
    addressed: tuple[tuple[str, str], ...] = ()


def origins(
    connection: Connection, names: Mapping[int, str], *, mail: bool = False
) -> dict[str, Origin]:
    """Give by public id the origins of records, given as public ids by private keys."""
    keys = list(names)
    above = parents(connection, keys)
    authors = tables_origins.authors(connection, keys)
    notes = tables_lines.notes(connection, keys)
    held: dict[int, list[Held]] = defaultdict(list)
    for one in tables_origins.held(connection, keys):
        held[one.record].append(one)
    return {
        names[key]: Origin(
            author=_author(*authors[key]),
            custodians=_each(one.person for one in held[key]),
            accounts=_each(one.account for one in held[key]),
            sources=tuple(dict.fromkeys((one.delivery, one.sha256) for one in held[key])),
            parent=names.get(above.get(key, 0), ""),
            is_deleted=any(note.kind == _DELETED for note in notes.get(key, ())),
            addressed=_addressed(connection, key) if mail else (),
        )
        for key in keys
    }


def custodians(found: Sequence[Origin]) -> tuple[str, ...]:
    """Give the custodians of several records, each once."""
    return _each(name for one in found for name in one.custodians)


def _author(author: str, account: str) -> str:
    if author not in _OWN:
        return author
    return f"e164:{account}" if account.startswith("+") else account


def _addressed(connection: Connection, record: int) -> tuple[tuple[str, str], ...]:
    rows = catalogued.recipients(connection, record, sealed=False)
    return tuple(dict.fromkeys((row["role"], row["identifier"]) for row in rows))


def _each(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))
