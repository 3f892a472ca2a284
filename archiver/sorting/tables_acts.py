"""Acts in their tables: what was decided of which items, by whom, and what stands of it now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from enum import StrEnum

from msgspec import Struct

from archiver.classify.episode import Outcome
from archiver.store.catalogue.connection import Connection, parts
from archiver.store.catalogue.homes import delivery_keys, publics


class Kind(StrEnum):
    """Which kind of event an act is."""

    SORTED = "sorted"
    OBJECTED = "objected"
    DECIDED = "decided"


class Source(StrEnum):
    """On whose word it rests; the official's own only keeps something sealed."""

    OFFICER = "officer"
    RULE = "rule"
    OFFICIAL = "official"


class Act(Struct, frozen=True):
    """What one event says of an episode; `seq` is its number in the log, `at` RFC 3339."""

    seq: int
    kind: Kind
    episode: str
    account: str
    outcome: Outcome
    source: Source
    officer: str
    at: str
    reason: str = ""

    @property
    def opens(self) -> bool:
        """Whether all may see what it speaks of."""
        return self.kind is not Kind.OBJECTED and self.outcome is Outcome.WORK

    @property
    def excludes(self) -> bool:
        """Whether it says, on a person's word or a confirmed rule's, that this is no record."""
        return (
            self.kind is not Kind.OBJECTED
            and self.source is not Source.OFFICIAL
            and self.outcome in (Outcome.PRIVATE, Outcome.PARTY)
        )


Ranges = Mapping[str, Iterable[tuple[int, int]]]
"""By the public id of a delivery runs of its items, each as (first, last)."""

_COLUMNS = "a.seq, a.kind, a.episode, a.account, a.outcome, a.source, a.officer, a.at, a.reason"
_HELD = (
    "holding h JOIN act_item i ON i.delivery = h.delivery AND i.item = h.item"
    " JOIN act a ON a.seq = i.act AND a.undone = 0"
)
LATEST = f"(SELECT max(a.seq) FROM {_HELD} WHERE h.copy = p.id)"
"""SQL for the act that counts for a copy `p`."""


def put(connection: Connection, act: Act, items: Mapping[int, Iterable[int]]) -> None:
    """Keep an act on items, given by the private keys of their deliveries."""
    connection.execute(
        "INSERT OR REPLACE INTO act VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, 0)",
        (act.seq, str(act.kind), act.episode, act.account, str(act.outcome), str(act.source),
         act.officer, act.at, act.reason),
    )  # fmt: skip
    connection.executemany(
        "INSERT OR IGNORE INTO act_item VALUES(?, ?, ?)",
        [(delivery, item, act.seq) for delivery, numbers in items.items() for item in numbers],
    )


def take_back(connection: Connection, seq: int) -> dict[Act | None, dict[int, list[int]]]:
    """Let an act count no longer; give what counts instead, with the items by delivery."""
    connection.execute("UPDATE act SET undone = 1 WHERE seq = ?", (seq,))
    found: dict[int | None, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for delivery, item, before in connection.execute(
        "SELECT i.delivery, i.item, (SELECT max(a.seq) FROM act_item j JOIN act a ON a.seq = j.act"
        " AND a.undone = 0 WHERE j.delivery = i.delivery AND j.item = i.item)"
        " FROM act_item i WHERE i.act = ? ORDER BY i.delivery, i.item",
        (seq,),
    ).fetchall():
        found[before][delivery].append(item)
    known = acts(connection, [one for one in found if one is not None])
    return {known.get(one or 0): dict(items) for one, items in found.items()}


def acts(connection: Connection, seqs: Iterable[int]) -> dict[int, Act]:
    """Give acts by their numbers."""
    return {
        row[0]: _act(row)
        for part, among in parts(sorted(set(seqs)))
        for row in connection.execute(
            f"SELECT {_COLUMNS} FROM act a WHERE a.seq IN ({among})", part
        )
    }


def of_copies(connection: Connection, copies: Iterable[int]) -> dict[int, Act]:
    """Give the act that counts for each of these copies; without one a copy is left out."""
    latest = {
        copy: seq
        for part, among in parts(sorted(set(copies)))
        for copy, seq in connection.execute(
            f"SELECT h.copy, max(a.seq) FROM {_HELD} WHERE h.copy IN ({among}) GROUP BY h.copy",
            part,
        )
    }
    known = acts(connection, latest.values())
    return {copy: known[seq] for copy, seq in latest.items()}


def standing(connection: Connection, account: str = "") -> dict[Act, int]:
    """Give every act that counts for something that is still there, and for how many copies."""
    rows = connection.execute(
        "SELECT latest, count(*) FROM (SELECT h.copy, max(a.seq) AS latest"
        f" FROM {_HELD} GROUP BY h.copy) GROUP BY latest"
    ).fetchall()
    known = acts(connection, [seq for seq, _ in rows])
    counted = {known[seq]: count for seq, count in rows}
    return {one: count for one, count in counted.items() if account in ("", one.account)}


def officers(connection: Connection, seq: int) -> set[str]:
    """Give the ids of all who ever acted on what an act speaks of, also where that was undone."""
    rows = connection.execute(
        "SELECT DISTINCT a.officer FROM act_item o JOIN act_item i ON i.delivery = o.delivery"
        " AND i.item = o.item JOIN act a ON a.seq = i.act WHERE o.act = ?",
        (seq,),
    )
    return {officer for (officer,) in rows}


def holders(
    connection: Connection, copies: Iterable[int]
) -> dict[str, tuple[tuple[int, int], ...]]:
    """Give every item that holds one of these copies, as runs by the public id of its delivery."""
    found: dict[int, list[int]] = defaultdict(list)
    for part, among in parts(sorted(set(copies))):
        for delivery, item in connection.execute(
            f"SELECT delivery, item FROM holding WHERE copy IN ({among})", part
        ):
            found[delivery].append(item)
    names = publics(connection, found)
    return {names[delivery]: runs(sorted(items)) for delivery, items in sorted(found.items())}


def by_key(connection: Connection, items: Ranges) -> dict[int, list[int]]:
    """Give the numbers of items by the private keys of those deliveries that are there."""
    keys = delivery_keys(connection, items)
    return {
        keys[public]: [item for first, last in found for item in range(first, last + 1)]
        for public, found in items.items()
        if public in keys
    }


def runs(numbers: Iterable[int]) -> tuple[tuple[int, int], ...]:
    """Put rising numbers together into runs of (first, last)."""
    found: list[tuple[int, int]] = []
    for number in numbers:
        if found and found[-1][1] == number - 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return tuple(found)


def over(connection: Connection) -> list[str]:
    """Give the episodes of which nothing is left, though a reason still speaks of them."""
    rows = connection.execute(
        "SELECT DISTINCT episode FROM act WHERE reason <> '' AND episode NOT IN"
        " (SELECT o.episode FROM act o JOIN act_item i ON i.act = o.seq"
        "  JOIN holding h ON h.delivery = i.delivery AND h.item = i.item)"
    )
    return sorted(row[0] for row in rows)


def forget_reasons(connection: Connection, episode: str) -> None:
    """Let go of what was said for decisions on an episode."""
    connection.execute("UPDATE act SET reason = '' WHERE episode = ?", (episode,))


def _act(row: tuple[int, str, str, str, str, str, str, str, str]) -> Act:
    seq, kind, episode, account, outcome, source, officer, at, reason = row
    return Act(
        seq, Kind(kind), episode, account, Outcome(outcome), Source(source), officer, at, reason
    )
