"""Let records show the best of their open copies, and let full text follow.

Full text is an index over a view: to take a record out it must be given the very words that it
indexed. Therefore whatever changes the copies of records does so inside `restated`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager

from msgspec import Struct

from archiver.store.catalogue.allocate import allocate
from archiver.store.catalogue.connection import Connection, parts
from archiver.store.catalogue.indexed import indexed, reindex
from archiver.store.catalogue.schema import belongs

_FINE = {"ms": 0, "s": 1, "min": 2}


@contextmanager
def restated(
    connection: Connection, records: Iterable[int], *, wipe: bool = False
) -> Iterator[set[int]]:
    """Let the caller change the copies of records (a few thousand), and state them anew.

    The caller may add records to the set it is given; those are not in full text yet. A record
    that has no copy left is removed. With `wipe` words that no record has any more leave the index
    at once, for good; else when its parts are merged.
    """
    touched = set(records)
    before = indexed(connection, touched)
    yield touched
    reindex(connection, before, indexed(connection, _stated(connection, touched)), wipe=wipe)


class _Copy(Struct, frozen=True):
    id: int
    strand: int
    open: int
    beside: int
    basis: str
    sent_at: int | None
    type: str
    text: str
    stem: str
    delivery: int
    item: int
    conversation: int


class _Record(Struct):
    """A record as it stands, its copies, and the copy that it is to show."""

    id: int
    copy: int
    open: int
    sent_at: int | None
    conversation: int
    copies: list[_Copy]
    shown: _Copy
    seen: list[_Copy]


def _stated(connection: Connection, records: Collection[int]) -> list[int]:
    """Let records show what they should; give their keys, which follow their times."""
    for part, among in parts(sorted(records)):
        connection.execute(f"DELETE FROM wording WHERE record IN ({among})", part)
    found = _chosen(connection, records)
    empty = sorted(set(records) - {one.id for one in found})
    connection.executemany("DELETE FROM record WHERE id = ?", [(record,) for record in empty])
    _move(connection, [one for one in found if _second(one.sent_at) != _second(one.shown.sent_at)])
    _show(connection, found)
    _keep_times(connection, found)
    _word(connection, found)
    return [one.id for one in found]


def _chosen(connection: Connection, records: Collection[int]) -> list[_Record]:
    """Choose what each record shows: one of its open copies where it has any."""
    copies = _copies(connection, records)
    found = []
    for part, among in parts(sorted(copies)):
        for record, copy, opened, sent_at, conversation in connection.execute(
            "SELECT id, copy, open, sent_at, conversation FROM record"
            f" WHERE id IN ({among}) ORDER BY id",
            part,
        ):
            here = copies[record]
            seen = [one for one in here if one.open] or here
            shown = min(seen, key=_preference)
            found.append(_Record(record, copy, opened, sent_at, conversation, here, shown, seen))
    return found


def _copies(connection: Connection, records: Collection[int]) -> dict[int, list[_Copy]]:
    """Give the copies of records, the oldest first; one that was shown may have left."""
    found: dict[int, list[_Copy]] = defaultdict(list)
    for part, among in parts(sorted(records)):
        for record, *row in connection.execute(
            "SELECT r.id, p.id, p.strand, p.open, p.beside, p.basis, p.sent_at, p.type,"
            " coalesce(p.folded, p.text), p.stem, p.delivery, p.item, s.conversation"
            f" FROM record r JOIN copy p ON {belongs('p', 'r')} AND +p.record = r.id"
            " JOIN strand s ON s.id = p.strand"
            f" WHERE r.id IN ({among}) ORDER BY r.id, p.id",
            part,
        ):
            found[record].append(_Copy(*row))
    return found


def _preference(copy: _Copy) -> tuple[bool, int, int, int]:
    """Prefer what says something to a notice of deletion, then the finest time, then the oldest.

    The oldest by the item that holds it, which is the same whatever was destroyed or rebuilt.
    """
    fine = _FINE.get(copy.basis.partition("/")[0], 3)
    return copy.type == "deleted", fine, copy.delivery, copy.item


def _second(time: int | None) -> int | None:
    return None if time is None else time // 1000


def _move(connection: Connection, records: Sequence[_Record]) -> None:
    """Give records the keys of their times."""
    keys = allocate(connection, [one.shown.sent_at for one in records])
    pairs = [(key, one.id) for key, one in zip(keys, records, strict=True)]
    connection.executemany("UPDATE record SET id = ? WHERE id = ?", pairs)
    placed = [
        (key, copy.strand, one.id, copy.id)
        for key, one in zip(keys, records, strict=True)
        for copy in one.copies
    ]
    connection.executemany(
        "UPDATE copy SET record = ? WHERE id = ?", [(key, copy) for key, _, _, copy in placed]
    )
    follow(connection, placed)
    for key, one in zip(keys, records, strict=True):
        one.id = key


def record_of_copy(connection: Connection, copy: int) -> int:
    """Give the record that a copy belongs to; 0 where there is no such copy."""
    row = connection.execute("SELECT record FROM copy WHERE id = ?", (copy,)).fetchone()
    return 0 if row is None else int(row[0])


def takes_over(connection: Connection, copy: int, record: int) -> bool:
    """Whether a record would show this copy if it joined it."""
    joining = _copies(connection, [record_of_copy(connection, copy)])
    (new,) = (one for ones in joining.values() for one in ones if one.id == copy)
    (standing,) = _chosen(connection, [record])
    here = [one for one in (*standing.seen, new) if one.open] or [*standing.seen, new]
    return min(here, key=_preference) is new


def follow(connection: Connection, moved: Iterable[tuple[int, int, int, int]]) -> None:
    """Let strands know of copies that moved: (record, strand, record before, copy)."""
    connection.executemany(
        "UPDATE strand_copy SET record = ? WHERE strand = ? AND record = ? AND copy = ?",
        list(moved),
    )


def _show(connection: Connection, records: Sequence[_Record]) -> None:
    """Write down what records show where that is something else than before."""
    connection.executemany(
        "UPDATE record SET copy = ?, open = ?, sent_at = ?, conversation = ? WHERE id = ?",
        [(*_shows(one.shown), one.id) for one in records if _stands(one) != _shows(one.shown)],
    )
    connection.executemany(
        "UPDATE copy SET beside = ? WHERE id = ?",
        [
            (int(copy is not one.shown), copy.id)
            for one in records
            for copy in one.copies
            if copy.beside != (copy is not one.shown)
        ],
    )


def _stands(record: _Record) -> tuple[int, int, int | None, int]:
    return record.copy, record.open, record.sent_at, record.conversation


def _shows(copy: _Copy) -> tuple[int, int, int | None, int]:
    """Give what a record is that shows this copy; its conversation is that of the copy's strand."""
    return copy.id, copy.open, copy.sent_at, copy.conversation


def _keep_times(connection: Connection, records: Sequence[_Record]) -> None:
    """Remember under their own time the copies whose clock gave another second."""
    same: list[tuple[int, int, int]] = []
    other: list[tuple[int, int, int]] = []
    for one in records:
        shown = _second(one.shown.sent_at)
        for copy in one.copies:
            if copy.sent_at is not None:
                where = same if _second(copy.sent_at) == shown else other
                where.append((copy.strand, copy.sent_at, copy.id))
    connection.executemany(
        "DELETE FROM other_time WHERE strand = ? AND sent_at = ? AND copy = ?", same
    )
    connection.executemany("INSERT OR IGNORE INTO other_time VALUES(?, ?, ?)", other)


def _word(connection: Connection, records: Sequence[_Record]) -> None:
    """Let records be found by every wording that an open copy has."""
    found = []
    for one in records:
        texts = dict.fromkeys(copy.text for copy in (one.shown, *one.seen))
        if len(texts) > 1:
            stems = dict.fromkeys(copy.stem for copy in (one.shown, *one.seen) if copy.stem)
            found.append((one.id, "\n".join(texts), "\n".join(stems)))
    connection.executemany("INSERT INTO wording VALUES(?, ?, ?)", found)
