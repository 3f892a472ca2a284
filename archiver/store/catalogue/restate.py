"""Let records show the best of their open copies, and let full text follow.

Full text is an index over a view: to take a record out it must be given the very words that it
indexed. Therefore whatever changes the copies of records does so inside `restated`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from msgspec import Struct

from archiver.store.catalogue.allocate import allocate
from archiver.store.catalogue.connection import Connection, parts

_COLUMNS = "id, strand, open, basis, sent_at, type, coalesce(folded, text), stem"
_FINE = {"ms": 0, "s": 1, "min": 2}


@contextmanager
def restated(
    connection: Connection, records: Iterable[int], *, wipe: bool = False
) -> Iterator[set[int]]:
    """Take records out of full text, let the caller change their copies, and state them anew.

    With `wipe` their words leave the index at once, for good; else when its parts are merged.

    The caller may add records to the set it is given; those are not in full text yet. A record
    that has no copy left is removed.
    """
    touched = set(records)
    _secure_delete(connection, on=wipe)
    for part, among in parts(sorted(touched)):
        for table, opened in (("text_open", 1), ("text_sealed", 0)):
            connection.execute(
                f"INSERT INTO {table}({table}, rowid, subject, text, stem, tags)"
                " SELECT 'delete', s.id, s.subject, s.text, s.stem, s.tags FROM searchable s"
                f" JOIN record r ON r.id = s.id WHERE r.open = {opened} AND s.id IN ({among})"
                " ORDER BY s.id",
                part,
            )
    yield touched
    stated = [key for record in sorted(touched) for key in _state(connection, record)]
    for part, among in parts(sorted(stated)):
        for table, opened in (("text_open", 1), ("text_sealed", 0)):
            connection.execute(
                f"INSERT INTO {table}(rowid, subject, text, stem, tags)"
                " SELECT s.id, coalesce(s.subject, ''), s.text, s.stem, s.tags FROM searchable s"
                f" JOIN record r ON r.id = s.id WHERE r.open = {opened} AND s.id IN ({among})"
                " ORDER BY s.id",
                part,
            )
    _secure_delete(connection, on=True)


def _secure_delete(connection: Connection, *, on: bool) -> None:
    """Let full text note what leaves it rather than wipe it at once, at a tenth of the cost.

    Where copies only move, the words stand in another row. Whoever destroys must wipe, and have the
    index merged whole (``optimize``), which drops what was only noted before.
    """
    for table in ("text_open", "text_sealed"):
        connection.execute(
            f"INSERT INTO {table}({table}, rank) VALUES('secure-delete', ?)", (int(on),)
        )


class _Copy(Struct, frozen=True):
    id: int
    strand: int
    open: int
    basis: str
    sent_at: int | None
    type: str
    text: str
    stem: str


def _state(connection: Connection, record: int) -> Iterator[int]:
    """Choose what a record shows; yield its key, which follows its time."""
    copies = copies_of(connection, record)
    connection.execute("DELETE FROM wording WHERE record = ?", (record,))
    if not copies:
        connection.execute("DELETE FROM record WHERE id = ?", (record,))
        return
    opened = [copy for copy in copies if copy.open]
    seen = opened or copies
    before = connection.execute("SELECT copy FROM record WHERE id = ?", (record,)).fetchone()[0]
    shown = min(seen, key=lambda copy: _preference(copy, before))
    record = _moved(connection, record, shown.sent_at, copies)
    connection.execute(
        "UPDATE record SET copy = ?, open = ?, sent_at = ? WHERE id = ?",
        (shown.id, int(bool(opened)), shown.sent_at, record),
    )
    connection.executemany(
        "UPDATE copy SET beside = ? WHERE id = ? AND beside <> ?",
        [(int(c.id != shown.id), c.id, int(c.id != shown.id)) for c in copies],
    )
    _keep_times(connection, copies, shown)
    _word(connection, record, shown, seen)
    yield record


def copies_of(connection: Connection, record: int) -> list[_Copy]:
    """Give the copies of a record, the oldest first."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM copy"
        " WHERE id = (SELECT copy FROM record WHERE id = ?1) AND record = ?1"
        f" UNION SELECT {_COLUMNS} FROM copy WHERE record = ?1 AND beside = 1 ORDER BY 1",
        (record,),
    )
    return [_Copy(*row) for row in rows]


def _preference(copy: _Copy, before: int) -> tuple[bool, int, bool, int]:
    """Prefer what says something to a notice of deletion, then the finest time, then what was."""
    fine = _FINE.get(copy.basis.partition("/")[0], 3)
    return copy.type == "deleted", fine, copy.id != before, copy.id


def _moved(
    connection: Connection, record: int, sent_at: int | None, copies: Sequence[_Copy]
) -> int:
    """Give a record the key of its time; the same one while its time stays."""
    before = connection.execute("SELECT sent_at FROM record WHERE id = ?", (record,)).fetchone()[0]
    if _second(before) == _second(sent_at):
        return record
    (key,) = allocate(connection, [sent_at])
    connection.execute("UPDATE record SET id = ? WHERE id = ?", (key, record))
    place(connection, key, record, [(copy.id, copy.strand) for copy in copies])
    return key


def place(
    connection: Connection, record: int, before: int, copies: Sequence[tuple[int, int]]
) -> None:
    """Let copies, as (copy, strand), be those of another record."""
    connection.executemany(
        "UPDATE copy SET record = ? WHERE id = ?", [(record, copy) for copy, _ in copies]
    )
    connection.executemany(
        "UPDATE strand_copy SET record = ? WHERE strand = ? AND record = ? AND copy = ?",
        [(record, strand, before, copy) for copy, strand in copies],
    )


def _keep_times(connection: Connection, copies: Sequence[_Copy], shown: _Copy) -> None:
    """Remember under their own time the copies whose clock gave another second."""
    for copy in copies:
        where = (copy.id,)
        if copy.sent_at is None or _second(copy.sent_at) == _second(shown.sent_at):
            connection.execute(
                "DELETE FROM other_time WHERE strand = (SELECT strand FROM copy WHERE id = ?1)"
                " AND copy = ?1",
                where,
            )
        else:
            connection.execute(
                "INSERT OR IGNORE INTO other_time SELECT strand, sent_at, id FROM copy"
                " WHERE id = ?",
                where,
            )


def _second(time: int | None) -> int | None:
    return None if time is None else time // 1000


def _word(connection: Connection, record: int, shown: _Copy, seen: Sequence[_Copy]) -> None:
    """Let a record be found by every wording that an open copy has."""
    texts = dict.fromkeys(copy.text for copy in (shown, *seen))
    if len(texts) > 1:
        stems = dict.fromkeys(copy.stem for copy in (shown, *seen) if copy.stem)
        connection.execute(
            "INSERT INTO wording VALUES(?, ?, ?)", (record, "\n".join(texts), "\n".join(stems))
        )
