"""Move copies from record to record as links say, and strands from conversation to conversation.

A record is named by an item for good. Moving a copy to a name finds the record that has it, or
makes one; the copy that the name is of must be moved before others follow it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from archiver.store.catalogue.allocate import allocate
from archiver.store.catalogue.connection import Connection, parts
from archiver.store.catalogue.restate import follow, restated
from archiver.store.catalogue.strands import entitle
from archiver.store.catalogue.unite import unite

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
    copies = _copies(connection, [move.copy for move in moves])
    targets = _named(connection, {move.name for move in moves})
    affected = {copy.record for copy in copies.values()}
    affected |= {record for record, _ in targets.values()}
    with restated(connection, affected) as touched:
        made = _made(connection, [m for m in moves if m.name not in targets], copies)
        touched |= {record for record, _ in made.values()}
        _move(connection, moves, copies, targets | made)
        unite(connection, copies)


class _Copy(Struct, frozen=True):
    """A copy that moves: its record before, its strand, and what a record of its own would be."""

    record: int
    strand: int
    sent_at: int | None
    conversation: int
    event: int


def _copies(connection: Connection, copies: Sequence[int]) -> dict[int, _Copy]:
    return {
        copy: _Copy(*row)
        for part, among in parts(sorted(copies))
        for copy, *row in connection.execute(
            "SELECT p.id, p.record, p.strand, p.sent_at, s.conversation, r.event FROM copy p"
            " JOIN strand s ON s.id = p.strand JOIN record r ON r.id = p.record"
            f" WHERE p.id IN ({among})",
            part,
        )
    }


def _named(connection: Connection, names: Iterable[Name]) -> dict[Name, tuple[int, int]]:
    """Give the records that have these names, each with the copy that it shows."""
    items: dict[int, list[int]] = defaultdict(list)
    for delivery, item in sorted(names):
        items[delivery].append(item)
    return {
        (delivery, item): (record, shown)
        for delivery, of_delivery in items.items()
        for part, among in parts(of_delivery)
        for item, record, shown in connection.execute(
            "SELECT h.item, r.id, r.copy FROM named h JOIN copy p ON p.id = h.copy"
            " JOIN record r ON r.id = p.record"
            " WHERE h.delivery = ? AND r.delivery = h.delivery AND r.item = h.item"
            f" AND h.item IN ({among})",
            (delivery, *part),
        )
    }


def _made(
    connection: Connection, moves: Sequence[Move], copies: Mapping[int, _Copy]
) -> dict[Name, tuple[int, int]]:
    """Make records that show the first copy which moves there; full text has none of them yet."""
    first: dict[Name, int] = {}
    for move in moves:
        first.setdefault(move.name, move.copy)
    made = [(name, shown, copies[shown]) for name, shown in first.items()]
    keys = allocate(connection, [copy.sent_at for _, _, copy in made])
    connection.executemany(
        "INSERT INTO record VALUES(?, ?, ?, 0, ?, ?, ?, ?)",
        [
            (key, copy.conversation, copy.event, copy.sent_at, shown, *name)
            for key, (name, shown, copy) in zip(keys, made, strict=True)
        ],
    )
    connection.executemany(
        # The item may have been destroyed since; then the name lives on with what follows it.
        "INSERT OR IGNORE INTO name SELECT ?1, ?2, ?3 WHERE NOT EXISTS"
        " (SELECT 1 FROM holding WHERE delivery = ?1 AND item = ?2)",
        [(*name, shown) for name, shown, _ in made],
    )
    return {name: (key, shown) for key, (name, shown, _) in zip(keys, made, strict=True)}


def _move(
    connection: Connection,
    moves: Sequence[Move],
    copies: Mapping[int, _Copy],
    targets: Mapping[Name, tuple[int, int]],
) -> None:
    placed = [(move, *targets[move.name]) for move in moves]
    connection.executemany(
        "UPDATE copy SET record = ?, link = nullif(?, ''), beside = ? WHERE id = ?",
        [(record, move.link, int(move.copy != shown), move.copy) for move, record, shown in placed],
    )
    follow(
        connection,
        (
            (record, copies[move.copy].strand, copies[move.copy].record, move.copy)
            for move, record, _ in placed
            if copies[move.copy].record != record
        ),
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
                # A record stands in the conversation of the strand whose copy it shows.
                "UPDATE record SET conversation = ? WHERE id IN (SELECT n.record FROM strand_copy n"
                " JOIN record r ON r.id = n.record AND r.copy = n.copy WHERE n.strand = ?)",
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
