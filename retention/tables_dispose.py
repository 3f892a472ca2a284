"""The gate's tables: proposals and approvals, as the log's events give them.

What a proposal says stands in its object, which is signed; here is only what lists and checks need
to find it.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

from archiver.store.archive import Archive
from archiver.store.catalogue.connection import Connection
from archiver.store.catalogue.schema import Step, execute, has_all, step_by_step

if TYPE_CHECKING:
    from sqlite_utils import Database

_PROPOSALS = """
CREATE TABLE proposal(
    public TEXT PRIMARY KEY, ground TEXT NOT NULL, digest TEXT NOT NULL, proposer TEXT NOT NULL,
    proposed_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, items INTEGER NOT NULL,
    refused INTEGER NOT NULL, state TEXT NOT NULL, seq INTEGER NOT NULL, done_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE approval(
    proposal TEXT NOT NULL, role TEXT NOT NULL, officer TEXT NOT NULL, at INTEGER NOT NULL,
    seq INTEGER NOT NULL, PRIMARY KEY(proposal, role)
) STRICT, WITHOUT ROWID;
CREATE TABLE stated(
    proposal TEXT NOT NULL, seq INTEGER NOT NULL, result TEXT NOT NULL, PRIMARY KEY(proposal, seq)
) STRICT, WITHOUT ROWID;
"""


def ready(archive: Archive) -> Connection:
    """Give the catalogue with these tables in it; made under the writer's lock when they lack."""
    if not has_all(archive.catalogue.connection, _SET, _STEPS):
        with archive.writing():
            made(archive.catalogue.connection)
    return archive.catalogue.connection


def is_ready(connection: Connection) -> bool:
    """Whether these tables are there."""
    return has_all(connection, _SET, _STEPS)


def made(connection: Connection) -> Connection:
    """Make these tables where they lack, also inside a transaction."""
    step_by_step(connection, _SET, _STEPS)
    return connection


def m001_proposals(db: Database) -> None:
    """Proposals, approvals and statements of destruction."""
    execute(db, _PROPOSALS)


_SET = "dispose"
_STEPS: tuple[Step, ...] = (m001_proposals,)


class Stage(StrEnum):
    """How far a proposal is."""

    PROPOSED = "proposed"
    BEGUN = "begun"
    DONE = "done"


class Proposed(Struct, frozen=True):
    """A proposal as the lists show it; times in milliseconds since 1970, `seq` its event's."""

    id: str
    ground: str
    digest: str
    proposer: str
    proposed_at: int
    expires_at: int
    items: int
    refused: int
    stage: str
    seq: int
    done_at: int | None = None


class Approved(Struct, frozen=True):
    """One approval: who, in which role, when, and the number of its event."""

    role: str
    officer: str
    at: int
    seq: int


def put_proposal(connection: Connection, proposed: Proposed) -> None:
    """Add a proposal."""
    values = (
        proposed.id, proposed.ground, proposed.digest, proposed.proposer, proposed.proposed_at,
        proposed.expires_at, proposed.items, proposed.refused, proposed.stage, proposed.seq,
        proposed.done_at,
    )  # fmt: skip
    connection.execute(
        "INSERT OR REPLACE INTO proposal(public, ground, digest, proposer, proposed_at, expires_at,"
        " items, refused, state, seq, done_at) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        values,
    )


def put_approval(connection: Connection, proposal: str, approved: Approved) -> None:
    """Add an approval."""
    connection.execute(
        "INSERT OR REPLACE INTO approval(proposal, role, officer, at, seq) VALUES(?, ?, ?, ?, ?)",
        (proposal, approved.role, approved.officer, approved.at, approved.seq),
    )


def put_stage(connection: Connection, proposal: str, stage: Stage, done_at: int | None) -> None:
    """Say how far a proposal is."""
    connection.execute(
        "UPDATE proposal SET state = ?, done_at = ? WHERE public = ?", (stage, done_at, proposal)
    )


def put_stated(connection: Connection, proposal: str, seq: int, result: str) -> None:
    """Add a statement of destruction by the number of its event."""
    connection.execute(
        "INSERT OR REPLACE INTO stated(proposal, seq, result) VALUES(?, ?, ?)",
        (proposal, seq, result),
    )


def proposals(connection: Connection, public: str = "") -> list[Proposed]:
    """Give all proposals in the order in which they were made, or the one of this id."""
    return [
        Proposed(*row)
        for row in connection.execute(
            "SELECT public, ground, digest, proposer, proposed_at, expires_at, items, refused,"
            " state, seq, done_at FROM proposal WHERE ? IN ('', public) ORDER BY seq",
            (public,),
        )
    ]


def approvals(connection: Connection, proposal: str) -> list[Approved]:
    """Give the approvals of a proposal in the order in which they were given."""
    return [
        Approved(*row)
        for row in connection.execute(
            "SELECT role, officer, at, seq FROM approval WHERE proposal = ? ORDER BY seq",
            (proposal,),
        )
    ]


def last_stated(connection: Connection, proposal: str) -> tuple[int, str] | None:
    """Give (number of its event, result) of the last statement on a proposal."""
    row = connection.execute(
        "SELECT seq, result FROM stated WHERE proposal = ? ORDER BY seq DESC LIMIT 1", (proposal,)
    ).fetchone()
    return None if row is None else (row[0], row[1])
