"""Take items of a delivery out of the catalogue: holdings, words, and all that only they brought.

A record lives on while another holding lives, under the name that it has; the name of an item that
is no more is kept in `name`, with a copy of the record. Nothing here decides what goes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from msgspec import Struct, field

from archiver.store.catalogue.access import latest
from archiver.store.catalogue.connection import Connection, parts
from archiver.store.catalogue.homes import copies_of
from archiver.store.catalogue.restate import restated
from archiver.store.catalogue.schema import belongs

_AT_ONCE = 2_000
_OF_ITEM = ("holding", "attachment", "observation")


class Removed(Struct):
    """What changed: copies of the records that live on, and strands that had an item that is gone.

    A record's key follows the time it shows, so that records are told by the copies that they have.
    """

    copies: set[int] = field(default_factory=set)
    strands: set[int] = field(default_factory=set)


def remove(connection: Connection, delivery: int, items: Collection[int] | None) -> Removed:
    """Take items of a delivery out, all of them when `items` is None; inside a transaction."""
    held = _held(connection, delivery, items)
    done = Removed()
    for start in range(0, len(held), _AT_ONCE):
        _remove(connection, delivery, held[start : start + _AT_ONCE], done)
    _forget_findings(connection, delivery, items)
    if held:
        _forget_the_dead(connection)
    return done


def _held(
    connection: Connection, delivery: int, items: Collection[int] | None
) -> list[tuple[int, int]]:
    """Give (item, copy) of what the delivery holds of these."""
    if items is None:
        return connection.execute(  # type: ignore[no-any-return]
            "SELECT item, copy FROM holding WHERE delivery = ? ORDER BY item", (delivery,)
        ).fetchall()
    return sorted(copies_of(connection, delivery, items).items())


def _remove(
    connection: Connection, delivery: int, held: Sequence[tuple[int, int]], done: Removed
) -> None:
    copies = sorted({copy for _, copy in held})
    places = _places(connection, copies)
    records = {record for _, _, record, _ in places}
    done.strands |= {strand for _, strand, _, _ in places}
    beside = _copies_of(connection, records)
    with restated(connection, records, wipe=True):
        for table in _OF_ITEM:
            connection.executemany(
                f"DELETE FROM {table} WHERE delivery = ? AND item = ?",
                [(delivery, item) for item, _ in held],
            )
        dead = _unheld(connection, copies)
        _take_first(connection, set(copies) - dead)
        _bury(connection, [place for place in places if place[0] in dead])
    done.copies = (done.copies | beside) - dead
    _keep_names(connection, records_of(connection, beside - dead), dead)


def _places(connection: Connection, copies: Sequence[int]) -> list[tuple[int, int, int, int]]:
    """Give (copy, strand, record, time)."""
    return [
        row
        for part, among in parts(copies)
        for row in connection.execute(
            f"SELECT id, strand, record, sent_at FROM copy WHERE id IN ({among})", part
        )
    ]


def _bury(connection: Connection, dead: Sequence[tuple[int, int, int, int]]) -> None:
    """Delete copies and what is theirs, as far as an index finds it."""
    connection.executemany(
        "DELETE FROM strand_copy WHERE strand = ? AND record = ? AND copy = ?",
        [(strand, record, copy) for copy, strand, record, _ in dead],
    )
    connection.executemany(
        "DELETE FROM other_time WHERE strand = ? AND sent_at = ? AND copy = ?",
        [(strand, time, copy) for copy, strand, _, time in dead if time is not None],
    )
    copies = [(copy,) for copy, *_ in dead]
    for table, column in _OF_COPY:
        connection.executemany(f"DELETE FROM {table} WHERE {column} = ?", copies)


_OF_COPY = (("mail_participant", "copy"), ("ruling", "one"), ("ruling", "two"), ("copy", "id"))


def _unheld(connection: Connection, copies: Sequence[int]) -> set[int]:
    """Give those of these copies that no holding has any more."""
    held = {
        row[0]
        for part, among in parts(copies)
        for row in connection.execute(
            f"SELECT DISTINCT copy FROM holding WHERE copy IN ({among})", part
        )
    }
    return set(copies) - held


def _take_first(connection: Connection, copies: Iterable[int]) -> None:
    """Let a copy that others hold too be named by the first of them, and open only by theirs."""
    for copy in sorted(copies):
        delivery, item = connection.execute(
            "SELECT delivery, item FROM holding WHERE copy = ? ORDER BY delivery, item LIMIT 1",
            (copy,),
        ).fetchone()
        connection.execute(
            f"UPDATE copy SET delivery = ?1, item = ?2, open = coalesce({latest('?3')},"
            "  EXISTS (SELECT 1 FROM holding h JOIN delivery d ON d.id = h.delivery"
            "   WHERE h.copy = ?3 AND d.state = 'ingested'))"
            " WHERE id = ?3",
            (delivery, item, copy),
        )


def _copies_of(connection: Connection, records: Iterable[int]) -> set[int]:
    """Give all copies of these records."""
    return {
        row[0]
        for part, among in parts(sorted(records))
        for row in connection.execute(
            f"SELECT p.id FROM record r JOIN copy p ON {belongs('p', 'r')} WHERE r.id IN ({among})",
            part,
        )
    }


def records_of(connection: Connection, copies: Iterable[int]) -> set[int]:
    """Give the records of these copies."""
    return {
        row[0]
        for part, among in parts(sorted(copies))
        for row in connection.execute(f"SELECT record FROM copy WHERE id IN ({among})", part)
    }


def _keep_names(connection: Connection, living: Collection[int], dead: Iterable[int]) -> None:
    """Keep the names of records whose own item is gone, and let go of names of what is gone."""
    for part, among in parts(sorted(living)):
        connection.execute(
            "INSERT OR REPLACE INTO name SELECT r.delivery, r.item, r.copy FROM record r"
            f" WHERE r.id IN ({among}) AND NOT EXISTS (SELECT 1 FROM holding h"
            "  WHERE h.delivery = r.delivery AND h.item = r.item)",
            part,
        )
    connection.executemany("DELETE FROM name WHERE copy = ?", [(copy,) for copy in sorted(dead)])


def _forget_findings(connection: Connection, delivery: int, items: Collection[int] | None) -> None:
    """Findings of a delivery are written anew from its manifest; those of reconciling go here."""
    if items is None:
        connection.execute("DELETE FROM finding WHERE delivery = ?", (delivery,))
        return
    connection.executemany(
        "DELETE FROM finding WHERE delivery = ? AND item = ?",
        [(delivery, item) for item in sorted(items)],
    )


def _forget_the_dead(connection: Connection) -> None:
    """Forget match keys of copies, and labels and identifiers of people, that are nobody's now.

    No index leads to them: each table is read once, however much is destroyed.
    """
    connection.execute("DELETE FROM match WHERE copy NOT IN (SELECT id FROM copy)")
    connection.execute("DELETE FROM waiting WHERE key NOT IN (SELECT key FROM match)")
    connection.execute(
        "DELETE FROM participant_label WHERE (participant, label) NOT IN"
        " (SELECT author, label FROM copy WHERE author IS NOT NULL)"
        " AND participant NOT IN (SELECT participant FROM mail_participant)"
    )
    connection.execute(
        "DELETE FROM participant WHERE id NOT IN (SELECT author FROM copy WHERE author IS NOT NULL)"
        " AND id NOT IN (SELECT participant FROM mail_participant)"
    )


# -- conversations --------------------------------------------------------------------------------


def forget_strands(connection: Connection, strands: Iterable[int]) -> list[str]:
    """Remove those of these strands that have nothing left; give their public names.

    A conversation whose first strand goes is from then on that of its next.
    """
    empty = [
        strand
        for strand in sorted(strands)
        if not connection.execute(
            "SELECT EXISTS (SELECT 1 FROM strand_copy WHERE strand = ?)", (strand,)
        ).fetchone()[0]
    ]
    names = [_forget_strand(connection, strand) for strand in empty]
    connection.execute(
        "DELETE FROM conversation WHERE id NOT IN (SELECT home FROM strand)"
        " AND id NOT IN (SELECT conversation FROM strand)"
    )
    return names


def _forget_strand(connection: Connection, strand: int) -> str:
    public, home = connection.execute(
        "SELECT public, home FROM strand WHERE id = ?", (strand,)
    ).fetchone()
    for table, columns in _OF_STRAND:
        for column in columns:
            connection.execute(f"DELETE FROM {table} WHERE {column} = ?", (strand,))
    following = connection.execute(
        "SELECT home FROM strand WHERE conversation = ? ORDER BY id LIMIT 1", (home,)
    ).fetchone()
    if following is not None and following[0] != home:
        for table in ("strand", "record"):
            connection.execute(
                f"UPDATE {table} SET conversation = ? WHERE conversation = ?", (following[0], home)
            )
    return str(public)


_OF_STRAND: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("tie", ("one", "two")), ("sketch", ("strand",)), ("strand_name", ("strand",)),
    ("stray", ("strand",)),
    ("strand", ("id",)),
)  # fmt: skip


def sketch_anew(connection: Connection, strand: int, entries: Iterable[tuple[int, int]]) -> None:
    """Put (digest, strand) entries in the place of a strand's sketch."""
    connection.execute("DELETE FROM sketch WHERE strand = ?", (strand,))
    connection.executemany("INSERT OR IGNORE INTO sketch VALUES(?, ?)", list(entries))


def texts_of(connection: Connection, strand: int) -> list[tuple[int, int | None, str]]:
    """Give (strand, time, text) of what a strand still says."""
    return connection.execute(  # type: ignore[no-any-return]
        "SELECT p.strand, p.sent_at, p.text FROM strand_copy n JOIN copy p ON p.id = n.copy"
        " WHERE n.strand = ? ORDER BY p.delivery, p.item",
        (strand,),
    ).fetchall()


def untitled(connection: Connection, delivery: int) -> list[tuple[int, int, int]]:
    """Give conversations that have their title from a delivery which holds nothing there any more.

    Each with a delivery and an item from which to take another one: (conversation, delivery, item).
    """
    return connection.execute(  # type: ignore[no-any-return]
        "SELECT c.id, h.delivery, min(h.item) FROM conversation c JOIN strand s ON s.home = c.id"
        " JOIN strand_copy n ON n.strand = s.id JOIN holding h ON h.copy = n.copy"
        " WHERE c.delivery = ?1 AND NOT EXISTS (SELECT 1 FROM strand_copy o"
        "  JOIN strand t ON t.id = o.strand JOIN holding g ON g.copy = o.copy"
        "  WHERE t.home = c.id AND g.delivery = ?1)"
        " GROUP BY c.id, h.delivery ORDER BY c.id, h.delivery",
        (delivery,),
    ).fetchall()


def retitle(connection: Connection, conversation: int, title: str, delivery: int) -> None:
    """Give a conversation the title that another delivery has for it."""
    connection.execute(
        "UPDATE conversation SET title = ?, delivery = ? WHERE id = ?",
        (title, delivery, conversation),
    )


def keep_marks(connection: Connection, delivery: int, marks: Iterable[bytes]) -> None:
    """Keep the marks by which what was destroyed is known again."""
    connection.executemany(
        "INSERT OR IGNORE INTO mark VALUES(?, ?)",
        [(bytearray(mark), delivery) for mark in marks],
    )
