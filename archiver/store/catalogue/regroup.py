"""Move copies from record to record as links say, and strands from conversation to conversation.

A record is named by an item for good. Moving a copy to a name finds the record that has it, or
makes one; the copy that the name is of must be moved before others follow it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from archiver.store.catalogue.allocate import allocate
from archiver.store.catalogue.connection import Connection
from archiver.store.catalogue.restate import place, restated
from archiver.store.catalogue.strands import entitle

Name = tuple[int, int]
"""A record's name: (delivery's key, item)."""


class Move(Struct, frozen=True):
    """A copy that belongs to the record of this name, and the evidence as JSON."""

    copy: int
    name: Name
    link: str


def regroup(connection: Connection, moves: Sequence[Move]) -> None:
    """Apply moves, inside a transaction."""
    for start in range(0, len(moves), 2000):
        _regroup(connection, moves[start : start + 2000])


def _regroup(connection: Connection, moves: Sequence[Move]) -> None:
    targets = {name: _named(connection, name) for name in {move.name for move in moves}}
    affected = {record for record in targets.values() if record is not None}
    affected |= {_record_of(connection, move.copy) for move in moves}
    with restated(connection, affected) as touched:
        for move in moves:
            record = targets[move.name]
            if record is None:
                record = targets[move.name] = _made(connection, move)
                touched.add(record)
            _move(connection, move, record)


def _named(connection: Connection, name: Name) -> int | None:
    row = connection.execute(
        "SELECT r.id FROM holding h JOIN copy p ON p.id = h.copy JOIN record r ON r.id = p.record"
        " WHERE h.delivery = ?1 AND h.item = ?2 AND r.delivery = ?1 AND r.item = ?2",
        name,
    ).fetchone()
    return None if row is None else int(row[0])


def _record_of(connection: Connection, copy: int) -> int:
    return int(connection.execute("SELECT record FROM copy WHERE id = ?", (copy,)).fetchone()[0])


def _made(connection: Connection, move: Move) -> int:
    """Make a record for a copy that leaves another one; it is not in full text yet."""
    sent_at, conversation, event = connection.execute(
        "SELECT p.sent_at, s.conversation, r.event FROM copy p JOIN strand s ON s.id = p.strand"
        " JOIN record r ON r.id = p.record WHERE p.id = ?",
        (move.copy,),
    ).fetchone()
    (record,) = allocate(connection, [sent_at])
    connection.execute(
        "INSERT INTO record VALUES(?, ?, ?, 0, ?, ?, ?, ?)",
        (record, conversation, event, sent_at, move.copy, *move.name),
    )
    return record


def _move(connection: Connection, move: Move, record: int) -> None:
    before, strand = connection.execute(
        "SELECT record, strand FROM copy WHERE id = ?", (move.copy,)
    ).fetchone()
    if before != record:
        place(connection, record, before, [(move.copy, strand)])
    connection.execute(
        "UPDATE copy SET link = nullif(?, ''), beside ="
        " NOT EXISTS (SELECT 1 FROM record r WHERE r.id = ? AND r.copy = copy.id) WHERE id = ?",
        (move.link, record, move.copy),
    )


def gather_strands(connection: Connection, first: int, strands: Iterable[int]) -> None:
    """Let strands be the conversation of the `first`; its title is one that all may see."""
    home = connection.execute("SELECT home FROM strand WHERE id = ?", (first,)).fetchone()[0]
    for strand in strands:
        before = connection.execute(
            "SELECT conversation FROM strand WHERE id = ?", (strand,)
        ).fetchone()[0]
        if before != home:
            connection.execute("UPDATE strand SET conversation = ? WHERE id = ?", (home, strand))
            connection.execute(
                "UPDATE record SET conversation = ? WHERE id IN"
                " (SELECT record FROM strand_copy WHERE strand = ?)",
                (home, strand),
            )
    _retitle(connection, home)


def _retitle(connection: Connection, home: int) -> None:
    row = connection.execute(
        "SELECT c.title, c.delivery FROM strand s JOIN conversation c ON c.id = s.home"
        " JOIN delivery d ON d.id = c.delivery WHERE s.conversation = ? AND d.state = 'ingested'"
        " ORDER BY s.id LIMIT 1",
        (home,),
    ).fetchone()
    if row is not None:
        entitle(connection, home, row[0], row[1])


def keep_ties(connection: Connection, ties: Iterable[tuple[int, int, str, str]]) -> None:
    """Keep what is known of pairs of strands: (one, two, verdict, relation as JSON)."""
    found = list(ties)
    connection.executemany("DELETE FROM tie WHERE two = ? AND one = ?", [tie[:2] for tie in found])
    connection.executemany("INSERT OR REPLACE INTO tie VALUES(?, ?, ?, ?)", found)


def seen(connection: Connection, strands: Iterable[int]) -> None:
    """Note that a solution has seen all copies of these strands."""
    connection.executemany("UPDATE strand SET fresh = 0 WHERE id = ?", [(s,) for s in strands])


def unrule(connection: Connection, pairs: Iterable[tuple[int, int]]) -> None:
    """Forget what was ruled of pairs of copies."""
    connection.executemany(
        "DELETE FROM ruling WHERE one = ? AND two = ?", [(min(p), max(p)) for p in pairs]
    )


def rule(connection: Connection, pairs: Mapping[tuple[int, int], bool], seq: int) -> None:
    """Keep an officer's ruling on pairs of copies; a later one takes the place of an earlier."""
    connection.executemany(
        "INSERT OR REPLACE INTO ruling VALUES(?, ?, ?, ?)",
        [(min(pair), max(pair), int(together), seq) for pair, together in pairs.items()],
    )
