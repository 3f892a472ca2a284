"""What the catalogue has of records beside their words, for many of them at once.

Of what several deliveries note, the delivery that notes most is told, so that nobody's reaction is
shown once for every phone. Only what all may see is read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Generic, TypeVar

from msgspec import Struct

from archiver.store.catalogue.access import seen
from archiver.store.catalogue.connection import Connection, parts
from archiver.store.catalogue.homes import record_of
from archiver.store.catalogue.schema import COPIES

_HELD = f"{COPIES} JOIN holding h ON h.copy = p.id JOIN delivery d ON d.id = h.delivery"
_MAY = seen("p", "d")

T = TypeVar("T")


class Note(Struct, frozen=True, gc=False):
    """What one delivery notes of a record (`archiver.model.Noted`)."""

    kind: str
    value: str
    by: str


class File(Struct, frozen=True, gc=False):
    """An attachment as one delivery names it; `missing` says why its bytes are not here."""

    name: str
    media_type: str
    size: int | None
    sha256: str
    missing: str


def notes(connection: Connection, records: Sequence[int]) -> dict[int, list[Note]]:
    """Give for each record what is noted of it: of each kind what one delivery notes."""
    found: _Held[Note] = _Held()
    for part, among in parts(records):
        for record, order, *values in connection.execute(
            f"SELECT m.id, d.seq, o.kind, o.value, o.by FROM {_HELD}"
            " JOIN observation o ON o.delivery = h.delivery AND o.item = h.item"
            f" WHERE m.id IN ({among}) AND {_MAY} ORDER BY m.id, d.seq, h.item, o.number",
            part,
        ):
            found.add(record, values[0], order, Note(*values))
    return found.fullest()


def files(connection: Connection, records: Sequence[int]) -> dict[int, list[File]]:
    """Give for each record the attachments of the delivery that names most of them.

    Of two that name as many, the one counts that has more of them here.
    """
    found: _Held[File] = _Held()
    for part, among in parts(records):
        for record, order, *values in connection.execute(
            "SELECT m.id, d.seq, t.name, t.media_type, t.size, t.sha256, t.missing"
            f" FROM {_HELD}"
            " JOIN attachment t ON t.delivery = h.delivery AND t.item = h.item"
            f" WHERE m.id IN ({among}) AND {_MAY} ORDER BY m.id, d.seq, t.item, t.number",
            part,
        ):
            found.add(record, "", order, File(*values))
    return found.fullest(lambda held: sum(bool(one.missing) for one in held))


def recipients(connection: Connection, records: Sequence[int]) -> dict[int, list[tuple[str, str]]]:
    """Give for each mail to whom the copy that is shown is addressed: (``to``…, identifier)."""
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for part, among in parts(records):
        for record, role, identifier in connection.execute(
            "SELECT m.id, t.role, i.identifier FROM record m"
            " JOIN mail_participant t ON t.copy = m.copy AND t.role <> 'from'"
            f" JOIN participant i ON i.id = t.participant WHERE m.id IN ({among})"
            " ORDER BY m.id, t.role DESC, i.identifier",
            part,
        ):
            found[record].append((role, identifier))
    return found


def holders(connection: Connection, records: Sequence[int]) -> dict[int, str]:
    """Give for each record the person whose account the copy that is shown comes from."""
    return {
        record: person
        for part, among in parts(records)
        for record, person in connection.execute(
            "SELECT m.id, a.person FROM record m JOIN copy p ON p.id = m.copy"
            " JOIN strand s ON s.id = p.strand JOIN account a ON a.id = s.account"
            f" WHERE m.id IN ({among})",
            part,
        )
    }


def items(connection: Connection, records: Sequence[int]) -> dict[int, tuple[str, int, str]]:
    """Give for each record the item of the copy that is shown: (delivery, number, format)."""
    return {
        record: (delivery, number, source)
        for part, among in parts(records)
        for record, delivery, number, source in connection.execute(
            "SELECT m.id, d.public, h.item, d.format FROM record m JOIN copy p ON p.id = m.copy"
            " JOIN holding h ON h.copy = p.id JOIN delivery d ON d.id = h.delivery"
            f" WHERE m.id IN ({among}) AND {_MAY} ORDER BY m.id, d.seq DESC, h.item DESC",
            part,
        )
    }


class Told(Struct, frozen=True, gc=False):
    """As much of a record as places it: its key, public id, conversation, service and time."""

    record: int
    public: str
    conversation: str
    service: str
    sent_at: int | None


def told(connection: Connection, names: Sequence[str]) -> dict[str, Told]:
    """Give records by the public ids that they are asked by; what all may not see is left out."""
    keys = {name: key for name in names if (key := record_of(connection, name)) is not None}
    found: dict[int, Told] = {}
    for part, among in parts(sorted(set(keys.values()))):
        rows = connection.execute(
            "SELECT r.id, d.public || '.' || r.item, c.public, c.service, p.sent_at"
            " FROM record r JOIN copy p ON p.id = r.copy JOIN delivery d ON d.id = r.delivery"
            " JOIN conversation c ON c.id = r.conversation"
            f" WHERE r.open = 1 AND r.id IN ({among})",
            part,
        )
        found.update((row[0], Told(*row)) for row in rows)
    return {name: found[key] for name, key in keys.items() if key in found}


class _Held(Generic[T]):
    """Gathers values by record and kind, apart for each delivery."""

    def __init__(self) -> None:
        self._found: dict[int, dict[str, dict[int, list[T]]]] = defaultdict(
            lambda: defaultdict(lambda: defaultdict(list))
        )

    def add(self, record: int, kind: str, delivery: int, value: T) -> None:
        """Add a value; deliveries that come first in number count first when they have as many."""
        self._found[record][kind][delivery].append(value)

    def fullest(self, lacks: Callable[[list[T]], int] = lambda _: 0) -> dict[int, list[T]]:
        """Give for each record, kind by kind, the values of the delivery that has most.

        Of two that have as many, the one counts that `lacks` less.
        """
        return {
            record: [one for held in kinds.values() for one in _fullest(held, lacks)]
            for record, kinds in self._found.items()
        }


def _fullest(held: Mapping[int, list[T]], lacks: Callable[[list[T]], int]) -> list[T]:
    return min(held.items(), key=lambda pair: (-len(pair[1]), lacks(pair[1]), pair[0]))[1]
