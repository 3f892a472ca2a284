"""The statements that appraise: every copy at once, in one pass over the catalogue.

A copy belongs to a strand and so to one account. `reckoned` holds what comes out, before it is
compared with what there was.
"""

# Every statement is put together from constants; values are always bound.

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

import msgspec

from archiver.store.catalogue.connection import Connection, parts
from archiver.store.catalogue.schema import belongs
from retention.selection_list import Trigger
from retention.span import Rule, Span

_RULE = msgspec.json.Decoder(Rule).decode

_WORK = (
    "CREATE TEMP TABLE span(place INTEGER, since INTEGER, until INTEGER, rule INTEGER,"
    " rank INTEGER, starts TEXT, start_at INTEGER, months TEXT, days TEXT)",
    "CREATE INDEX temp.span_place ON span(place, since)",
    "CREATE TEMP TABLE assigned(strand INTEGER PRIMARY KEY)",
    "CREATE TEMP TABLE ended(conversation INTEGER PRIMARY KEY, at INTEGER)",
    "CREATE TEMP TABLE reckoned(copy INTEGER PRIMARY KEY, rule INTEGER, rank INTEGER,"
    " start_at INTEGER, end_at INTEGER)",
    "CREATE TEMP TABLE reckoned_for(event TEXT)",
)
_TEMPORARY = ("span", "assigned", "ended", "reckoned", "reckoned_for")

_BEGINS = (
    f"CASE x.starts WHEN '{Trigger.MESSAGE}' THEN p.sent_at"
    f" WHEN '{Trigger.CONVERSATION_END}' THEN"
    " (SELECT at FROM ended e WHERE e.conversation = s.conversation) ELSE x.start_at END"
)
_RECKON = (
    "INSERT INTO reckoned SELECT copy, coalesce(rule, 0), coalesce(rank, 2), begins,"
    " unixepoch((begins + 999) / 1000, 'unixepoch', months, days) * 1000"
    f" FROM (SELECT p.id AS copy, x.rule, x.rank, {_BEGINS} AS begins, x.months, x.days"
    " FROM {source} WHERE {which})"
    # Of several V the latest end counts, and an end that is not known yet is the latest.
    " WHERE true ON CONFLICT(copy) DO UPDATE SET rule = excluded.rule, rank = excluded.rank,"
    " start_at = excluded.start_at, end_at = excluded.end_at"
    " WHERE excluded.rank > rank OR (excluded.rank = rank AND end_at IS NOT NULL"
    " AND (excluded.end_at IS NULL OR excluded.end_at > end_at))"
)
_BY_ACCOUNT = _RECKON.format(
    source="copy p JOIN strand s ON s.id = p.strand LEFT JOIN span x ON x.place = s.account"
    " AND x.since <= p.sent_at AND x.until > p.sent_at",
    which="s.id NOT IN (SELECT strand FROM assigned)",
)
_BY_STRAND = _RECKON.format(
    source="assigned a JOIN strand s ON s.id = a.strand JOIN strand_copy n ON n.strand = s.id"
    " JOIN copy p ON p.id = n.copy LEFT JOIN span x ON x.place = s.id"
    " AND x.since <= p.sent_at AND x.until > p.sent_at",
    which="true",
)
_CHANGED = (
    "FROM reckoned n LEFT JOIN appraisal a ON a.copy = n.copy"
    " WHERE a.rule IS NOT n.rule OR a.start_at IS NOT n.start_at OR a.end_at IS NOT n.end_at"
)


def begin(connection: Connection) -> None:
    """Make the tables to reckon in."""
    finish(connection)
    for statement in _WORK:
        connection.execute(statement)


def finish(connection: Connection) -> None:
    """Drop the tables to reckon in."""
    for table in _TEMPORARY:
        connection.execute(f"DROP TABLE IF EXISTS temp.{table}")


def sign(connection: Connection, event: str) -> None:
    """Note for which event was reckoned."""
    connection.execute("INSERT INTO reckoned_for VALUES(?)", (event,))


def is_signed(connection: Connection, event: str) -> bool:
    """Whether what this event says was reckoned just now, on this connection."""
    there = "SELECT 1 FROM sqlite_temp_master WHERE name = 'reckoned_for'"
    if connection.execute(there).fetchone() is None:
        return False
    found = connection.execute("SELECT 1 FROM reckoned_for WHERE event = ?", (event,)).fetchone()
    return found is not None


def reckon_accounts(connection: Connection, spans: Iterable[Span]) -> None:
    """Appraise all copies by spans of accounts, but for those of conversations assigned."""
    keys = dict(connection.execute("SELECT public, id FROM account").fetchall())
    _put(connection, ((keys[span.where], span) for span in spans if span.where in keys))
    connection.execute(_BY_ACCOUNT)


def assign(connection: Connection, conversations: Iterable[str]) -> dict[str, list[int]]:
    """Set the strands of conversations apart; give them by conversation."""
    found = {public: strands_of(connection, public) for public in conversations}
    rows = [(strand,) for strands in found.values() for strand in strands]
    connection.executemany("INSERT OR IGNORE INTO assigned VALUES(?)", rows)
    return found


def strands_of(connection: Connection, conversation: str) -> list[int]:
    """Give the strands of a conversation by its id, those included that it was first named for."""
    rows = connection.execute(
        "SELECT s.id FROM strand s JOIN conversation c ON c.id = s.conversation OR c.id = s.home"
        " WHERE c.public = ? ORDER BY s.id",
        (conversation,),
    )
    return sorted({row[0] for row in rows})


def reckon_strands(connection: Connection, spans: Iterable[tuple[int, Span]]) -> None:
    """Appraise the copies of conversations assigned, by (strand, span)."""
    connection.execute("DELETE FROM span")
    _put(connection, spans)
    connection.execute(_BY_STRAND)


def end_conversations(connection: Connection) -> None:
    """Note when something was last sent in each conversation."""
    connection.execute(
        "INSERT INTO ended SELECT conversation, max(sent_at) FROM record GROUP BY conversation"
    )


def differences(connection: Connection) -> list[tuple[Rule | None, Rule, int]]:
    """Count copies whose appraisal is another now: (rule it had, rule it has, how many)."""
    known = rules(connection)
    rows = connection.execute(
        f"SELECT a.rule, n.rule, count(*) {_CHANGED} GROUP BY a.rule, n.rule"
    ).fetchall()
    return [(None if old is None else known[old], known[new], n) for old, new, n in rows]


def keep(connection: Connection) -> None:
    """Keep what was reckoned."""
    connection.execute(
        "INSERT INTO appraisal SELECT n.copy, n.rule, n.start_at, n.end_at"
        f" {_CHANGED} ON CONFLICT(copy) DO UPDATE SET rule = excluded.rule,"
        " start_at = excluded.start_at, end_at = excluded.end_at"
    )


def unsettle(connection: Connection, delivery: int) -> None:
    """Take back the ends that hang on conversations in which a delivery (its key) brought more."""
    known = rules(connection).items()
    ends = [key for key, rule in known if rule.trigger == Trigger.CONVERSATION_END]
    connection.executemany(
        "UPDATE appraisal SET start_at = NULL, end_at = NULL WHERE rule = ?2 AND copy IN"
        " (SELECT n.copy FROM strand s JOIN strand_copy n ON n.strand = s.id WHERE s.conversation"
        "  IN (SELECT t.conversation FROM holding h JOIN copy p ON p.id = h.copy"
        "   JOIN strand t ON t.id = p.strand WHERE h.delivery = ?1 AND p.delivery = ?1))",
        [(delivery, rule) for rule in ends],
    )


def arrived(connection: Connection, delivery: int) -> None:
    """Note that a delivery (its key) came after the last appraisal."""
    connection.execute("INSERT OR IGNORE INTO fresh VALUES(?)", (delivery,))


def seen(connection: Connection) -> None:
    """Note that an appraisal saw every delivery."""
    connection.execute("DELETE FROM fresh")


def forget_unseen(connection: Connection, copies: Collection[int]) -> None:
    """Take back the appraisal of those of these copies that only later deliveries hold."""
    for part, among in parts(sorted(copies)):
        connection.execute(
            f"DELETE FROM appraisal WHERE copy IN ({among}) AND NOT EXISTS (SELECT 1 FROM holding h"
            " WHERE h.copy = appraisal.copy AND h.delivery NOT IN (SELECT delivery FROM fresh))",
            part,
        )


def unfounded(
    connection: Connection, windows: Sequence[tuple[int, int]]
) -> list[tuple[str, int, int]]:
    """Count by account the copies of which nothing is known: (account, how many, how many of them).

    The last number is of copies that lie outside all `windows`, ``[since, until)`` in ms, in which
    a list is in force.
    """
    inside = " OR ".join("(p.sent_at >= ? AND p.sent_at < ?)" for _ in windows) or "false"
    return connection.execute(  # type: ignore[no-any-return]
        f"SELECT a.public, count(*), sum(NOT coalesce({inside}, false))"
        " FROM reckoned n JOIN copy p ON p.id = n.copy"
        " JOIN strand s ON s.id = p.strand JOIN account a ON a.id = s.account"
        " WHERE n.rule = 0 GROUP BY a.id ORDER BY a.public",
        [bound for window in windows for bound in window],
    ).fetchall()


def totals(connection: Connection, table: str = "appraisal") -> dict[str, int]:
    """Count copies by appraisal."""
    rows = connection.execute(
        f"SELECT r.appraisal, sum(n) FROM (SELECT rule, count(*) AS n FROM {table} GROUP BY rule)"
        " JOIN rule r ON r.id = rule GROUP BY r.appraisal ORDER BY r.appraisal"
    )
    return {str(appraisal): int(number) for appraisal, number in rows}


def rules(connection: Connection) -> dict[int, Rule]:
    """Give all rules that ever counted."""
    return {
        key: _RULE(content) for key, content in connection.execute("SELECT id, content FROM rule")
    }


def rows_of(
    connection: Connection, copies: Collection[int]
) -> Iterator[tuple[int, int, int | None, int | None]]:
    """Give (copy, rule, start, end) of these copies."""
    for part, among in parts(sorted(copies)):
        yield from connection.execute(
            f"SELECT copy, rule, start_at, end_at FROM appraisal WHERE copy IN ({among})", part
        )


def copies_of(connection: Connection, record: int) -> list[int]:
    """Give the copies of a record."""
    rows = connection.execute(
        f"SELECT p.id FROM record r JOIN copy p ON {belongs('p', 'r')} WHERE r.id = ?", (record,)
    )
    return [row[0] for row in rows]


def due(connection: Connection, at: int) -> Iterator[int]:
    """Give the copies whose term has run at a moment (ms since 1970), the oldest end first."""
    rows = connection.execute(
        "SELECT a.copy FROM appraisal a JOIN rule r ON r.id = a.rule"
        " WHERE a.end_at <= ? AND r.appraisal = 'V' ORDER BY a.end_at, a.copy",
        (at,),
    )
    return (row[0] for row in rows)


def _put(connection: Connection, spans: Iterable[tuple[int, Span]]) -> None:
    keys: dict[str, int] = {}
    connection.executemany(
        "INSERT INTO span VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                place, span.since, span.until, _rule(connection, span.rule, keys), span.rank,
                span.rule.trigger, span.start_at, *span.shifts,
            )
            for place, span in spans
        ],
    )  # fmt: skip


def _rule(connection: Connection, rule: Rule, keys: dict[str, int]) -> int:
    content = rule.key
    if content not in keys:
        connection.execute(
            "INSERT OR IGNORE INTO rule(content, appraisal) VALUES(?, ?)", (content, rule.appraisal)
        )
        keys[content] = connection.execute(
            "SELECT id FROM rule WHERE content = ?", (content,)
        ).fetchone()[0]
    return keys[content]


def put_list(connection: Connection, digest: str, content: str) -> None:
    """Keep a selection list by its digest."""
    connection.execute("INSERT OR IGNORE INTO selection_list VALUES(?, ?)", (digest, content))


def lists(connection: Connection, digests: Sequence[str]) -> list[str]:
    """Give kept lists by their digests, in that order; those that are not kept are left out."""
    found = dict(connection.execute("SELECT digest, content FROM selection_list").fetchall())
    return [found[digest] for digest in digests if digest in found]


def put_basis(connection: Connection, at: str, asked: str, basis: str) -> None:
    """Keep when the last appraisal was, by which lists, and a digest of what it rested on."""
    connection.execute("INSERT OR REPLACE INTO appraised VALUES(1, ?, ?, ?)", (at, asked, basis))


def forget_basis(connection: Connection) -> None:
    """Forget what the last appraisal rested on, so that nothing equals it."""
    connection.execute("UPDATE appraised SET basis = ''")


def basis(connection: Connection) -> tuple[str, str, str] | None:
    """Give (at, asked, basis) of the last appraisal; None when there was none."""
    found = connection.execute("SELECT at, asked, basis FROM appraised").fetchone()
    return None if found is None else (found[0], found[1], found[2])


def put_assignment(connection: Connection, values: Sequence[str]) -> None:
    """Keep an assignment: (conversation, list, category, reason, officer, at, case)."""
    connection.execute("INSERT OR REPLACE INTO assignment VALUES(?, ?, ?, ?, ?, ?, ?)", values)


def put_case_end(connection: Connection, case: str, at: str) -> None:
    """Keep when a case was closed; empty while it is open."""
    connection.execute("INSERT OR REPLACE INTO case_end VALUES(?, ?)", (case, at))


def unspread(connection: Connection) -> list[tuple[str, str, str, str, str]]:
    """Give what strands of an assigned conversation lack of their own.

    Each as (id that the strand's conversation has by itself, list, category, reason, case).
    """
    return connection.execute(  # type: ignore[no-any-return]
        "SELECT DISTINCT h.public, a.list, a.category, a.reason, a.case_file FROM assignment a"
        " JOIN conversation c ON c.public = a.conversation JOIN strand s ON s.conversation = c.id"
        " JOIN conversation h ON h.id = s.home WHERE NOT EXISTS"
        "  (SELECT 1 FROM assignment b WHERE b.conversation = h.public) ORDER BY h.public"
    ).fetchall()


def assignments(connection: Connection) -> list[tuple[str, str, str, str]]:
    """Give what was assigned: (conversation, list, category, when its case was closed or empty)."""
    return connection.execute(  # type: ignore[no-any-return]
        "SELECT a.conversation, a.list, a.category, coalesce(e.at, '') FROM assignment a"
        " LEFT JOIN case_end e ON e.case_file = a.case_file ORDER BY a.conversation"
    ).fetchall()
