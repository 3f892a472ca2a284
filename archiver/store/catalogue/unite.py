"""Let a strand have one copy of a record for each thing that it says of it.

A delivery that comes finds the copy which says what it says (`wordings`). Copies that moved may
meet one there too: when a record gathers copies that were apart, and when what stood between them
was destroyed and the catalogue is built anew.
"""

from __future__ import annotations

from collections.abc import Iterable

from archiver.store.catalogue.access import latest
from archiver.store.catalogue.connection import Connection, parts
from archiver.store.catalogue.mail_keys import SIZE

_NAMED = "SELECT participant, role FROM mail_participant WHERE copy ="
_SAME_MAIL = (
    f"substr(p.key, 1, {SIZE}) <> zeroblob({SIZE})"
    f" AND substr(p.key, 1, {SIZE}) = substr(q.key, 1, {SIZE})"
    " AND p.subject IS q.subject AND p.sent_at IS q.sent_at"
    f" AND NOT EXISTS ({_NAMED} p.id EXCEPT {_NAMED} q.id)"
    f" AND NOT EXISTS ({_NAMED} q.id EXCEPT {_NAMED} p.id)"
)
_PAIRS = (
    "SELECT p.id, q.id FROM copy p JOIN strand_copy n ON n.strand = p.strand"
    " AND n.record = p.record AND n.copy <> p.id JOIN copy q ON q.id = n.copy"
    " WHERE p.text = q.text AND p.label = q.label AND p.marks IS q.marks"
    f" AND (length(p.key) + length(q.key) = 0 OR ({_SAME_MAIL}))"
)


def unite(connection: Connection, moved: Iterable[int]) -> None:
    """Unite copies that moved with those that say the same, inside `restated`."""
    gone: dict[int, int] = {}
    for one, two in sorted(_pairs(connection, moved)):
        gone.update(_unite(connection, one, two))
    if gone:
        _match(connection, gone)


def _pairs(connection: Connection, moved: Iterable[int]) -> set[tuple[int, int]]:
    return {
        (min(pair), max(pair))
        for part, among in parts(sorted(moved))
        for pair in connection.execute(f"{_PAIRS} AND p.id IN ({among})", part)
    }


def _unite(connection: Connection, one: int, two: int) -> dict[int, int]:
    """Let the copy with the older item hold what both held; give which took the other's place.

    Its own evidence comes first.
    """
    found = connection.execute(
        "SELECT id FROM copy WHERE id IN (?, ?) ORDER BY delivery, item", (one, two)
    ).fetchall()
    if len(found) < 2:
        return {}  # one of them is united already
    (stays,), (goes,) = found
    for statement in _STATEMENTS:
        connection.execute(statement, {"stays": stays, "goes": goes})
    return {goes: stays}


_STATEMENTS = (
    "UPDATE holding SET copy = :stays WHERE copy = :goes",
    "UPDATE name SET copy = :stays WHERE copy = :goes",
    "UPDATE record SET copy = :stays WHERE copy = :goes",
    "UPDATE copy SET (open, beside, link) = (SELECT max(copy.open, g.open),"
    " min(copy.beside, g.beside), coalesce(copy.link, g.link) FROM copy g WHERE g.id = :goes)"
    " WHERE id = :stays",
    f"UPDATE copy SET open = coalesce({latest(':stays')}, open) WHERE id = :stays",
    "DELETE FROM ruling WHERE one = min(:stays, :goes) AND two = max(:stays, :goes)",
    "INSERT OR IGNORE INTO ruling SELECT min(other, :stays), max(other, :stays), together, seq"
    " FROM (SELECT iif(one = :goes, two, one) AS other, together, seq FROM ruling"
    "  WHERE one = :goes OR two = :goes)",
    "DELETE FROM ruling WHERE one = :goes",
    "DELETE FROM ruling WHERE two = :goes",
    "DELETE FROM mail_participant WHERE copy = :goes",
    "DELETE FROM other_time WHERE copy = :goes AND (strand, sent_at) ="
    " (SELECT strand, sent_at FROM copy WHERE id = :goes)",
    "DELETE FROM strand_copy WHERE copy = :goes AND (strand, record) ="
    " (SELECT strand, record FROM copy WHERE id = :goes)",
    "DELETE FROM copy WHERE id = :goes",
)


def _match(connection: Connection, gone: dict[int, int]) -> None:
    """Let match keys lead to the copies that stay. No index leads to them: one walk for all."""
    connection.executemany(
        "INSERT OR IGNORE INTO match VALUES(?, ?, ?)",
        [
            (bytearray(key), gone[copy], level)
            for key, copy, level in connection.execute(
                "SELECT key, copy, level FROM match WHERE copy IN (SELECT value FROM json_each(?))",
                (str(list(gone)),),
            ).fetchall()
        ],
    )
    connection.execute(
        "DELETE FROM match WHERE copy IN (SELECT value FROM json_each(?))", (str(list(gone)),)
    )
