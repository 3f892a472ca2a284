"""The statements of judged files: what was judged of which bytes, and which a case carries."""

# Every statement is put together from constants; values are always bound.

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from archiver.store.catalogue.access import seen
from archiver.store.catalogue.connection import Connection
from archiver.store.catalogue.schema import COPIES

_CANDIDATES = (
    "SELECT DISTINCT r.id FROM case_candidate k JOIN delivery e ON e.public = k.delivery"
    " JOIN named n ON n.delivery = e.id AND n.item = k.item JOIN copy q ON q.id = n.copy"
    " JOIN record r ON r.id = q.record WHERE k.case_file = ? AND r.open = 1"
)
_FROM = (
    f"FROM ({_CANDIDATES}) c JOIN {COPIES} JOIN holding h ON h.copy = p.id"
    " JOIN delivery d ON d.id = h.delivery"
    " JOIN attachment t ON t.delivery = h.delivery AND t.item = h.item"
)
_WHERE = f" WHERE m.id = c.id AND t.sha256 <> '' AND {seen('p', 'd')}"
_CARRIED = _FROM + _WHERE


class Row(Struct, frozen=True, gc=False):
    """A judgement of a file by a first or second reader; `content` is as the log keeps it."""

    sha256: str
    seq: int
    reader: str
    officer: str
    at: int
    content: str


def put(connection: Connection, case: str, rows: Iterable[Row]) -> None:
    """Keep what was judged of files."""
    connection.executemany(
        "INSERT OR REPLACE INTO case_file_judgement VALUES(?, ?, ?, ?, ?, ?, ?)",
        [(case, one.sha256, one.seq, one.reader, one.officer, one.at, one.content) for one in rows],
    )


def drop(connection: Connection, case: str, seq: int, sha256: str) -> None:
    """Let what an event judged of a file count no longer."""
    connection.execute(
        "DELETE FROM case_file_judgement WHERE case_file = ? AND sha256 = ? AND seq = ?",
        (case, sha256, seq),
    )


def rows(connection: Connection, case: str) -> list[Row]:
    """Give all judgements of files of a case, in the order of the log."""
    found = connection.execute(
        "SELECT sha256, seq, reader, officer, at, content FROM case_file_judgement"
        " WHERE case_file = ? ORDER BY seq, sha256",
        (case,),
    )
    return [Row(*row) for row in found]


def elsewhere(connection: Connection, case: str) -> list[tuple[str, Row]]:
    """Give what other cases judged of files that this one judged too, each with its case."""
    found = connection.execute(
        "SELECT j.case_file, j.sha256, j.seq, j.reader, j.officer, j.at, j.content"
        " FROM case_file_judgement j WHERE j.case_file <> ? AND j.sha256 IN ("
        "  SELECT sha256 FROM case_file_judgement WHERE case_file = ?) ORDER BY j.seq, j.sha256",
        (case, case),
    )
    return [(row[0], Row(*row[1:])) for row in found]


def beside(connection: Connection, case: str) -> list[tuple[str, str]]:
    """Give (SHA-256, record) of the files that open candidates carry."""
    return connection.execute(  # type: ignore[no-any-return]
        f"SELECT DISTINCT t.sha256, e.public || '.' || m.item {_FROM}"
        f" JOIN delivery e ON e.id = m.delivery{_WHERE}",
        (case,),
    ).fetchall()


def carried(connection: Connection, case: str) -> dict[str, int | None]:
    """Give the files that open candidates carry, each with the first time it was sent (ms)."""
    found = connection.execute(
        f"SELECT t.sha256, min(m.sent_at) {_CARRIED} GROUP BY t.sha256", (case,)
    )
    return dict(found.fetchall())


def names(connection: Connection, case: str) -> list[tuple[str, str]]:
    """Give (SHA-256, name) of the files that open candidates carry, by every name they have."""
    return connection.execute(  # type: ignore[no-any-return]
        f"SELECT DISTINCT t.sha256, t.name {_CARRIED} AND t.name <> '' ORDER BY t.sha256, t.name",
        (case,),
    ).fetchall()
