"""The statements of the calendar: what falls due by month, and what of it is held."""

# Every statement is put together from constants; values are always bound.

from __future__ import annotations

from archiver.store.catalogue.connection import Connection

_MONTH = "strftime('%Y-%m', a.end_at / 1000, 'unixepoch')"


def ends(connection: Connection) -> list[tuple[str, int, int, int]]:
    """Count copies by the month in which their term ends: (month, rule, copies, held)."""
    return connection.execute(  # type: ignore[no-any-return]
        f"SELECT {_MONTH} AS month, a.rule, count(*),"
        " sum(EXISTS (SELECT 1 FROM held e WHERE e.copy = a.copy))"
        " FROM appraisal a WHERE a.end_at IS NOT NULL GROUP BY month, a.rule ORDER BY month, a.rule"
    ).fetchall()


def due_before(connection: Connection, moment: int) -> tuple[int, int]:
    """Count the copies of appraisal V whose term ends before a moment (ms), and those held."""
    row = connection.execute(
        "SELECT count(*), coalesce(sum(EXISTS (SELECT 1 FROM held e WHERE e.copy = a.copy)), 0)"
        " FROM appraisal a JOIN rule r ON r.id = a.rule"
        " WHERE a.end_at < ? AND r.appraisal = 'V'",
        (moment,),
    ).fetchone()
    return int(row[0]), int(row[1])


def open_ended(connection: Connection) -> list[tuple[int, int, int]]:
    """Count copies without an end: (rule, copies, held)."""
    return connection.execute(  # type: ignore[no-any-return]
        "SELECT a.rule, count(*), sum(EXISTS (SELECT 1 FROM held e WHERE e.copy = a.copy))"
        " FROM appraisal a WHERE a.end_at IS NULL GROUP BY a.rule ORDER BY a.rule"
    ).fetchall()


def blocking(connection: Connection) -> list[tuple[str, int, str]]:
    """Give which holds block what: (month, rule, hold)."""
    return connection.execute(  # type: ignore[no-any-return]
        f"SELECT DISTINCT {_MONTH} AS month, a.rule, o.public FROM held e"
        " JOIN appraisal a ON a.copy = e.copy JOIN hold o ON o.id = e.hold"
        " WHERE a.end_at IS NOT NULL ORDER BY month, a.rule, o.id"
    ).fetchall()


def unappraised(connection: Connection) -> int:
    """Count the copies that came in since the last appraisal."""
    row = connection.execute(
        "SELECT (SELECT count(*) FROM copy) - (SELECT count(*) FROM appraisal)"
    ).fetchone()
    return int(row[0])
