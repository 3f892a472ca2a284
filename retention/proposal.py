"""A proposal to destroy: canonical JSON that names every item, and whose digest is what is signed.

It names no title, no text and no file, since it outlives what it speaks of: an item is known by its
delivery and number, its conversation's id, its day, and what the selection list says of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from enum import StrEnum
from hashlib import sha256

import msgspec
from msgspec import Struct

from archiver.errors import ArchiveError, Damage, ExitCode, NoSuchThing
from archiver.store.archive import Archive
from archiver.store.events import Event
from archiver.store.scribe import Scribe
from retention import dossier, tables_dispose
from retention.span import Rule
from retention.tables_dispose import Proposed, Stage

PROPOSED = "dispose.proposed"
_ROLE = "proposal"
_ID = re.compile(r"[a-z][a-z2-7]{10}")
DAY = 86_400_000
"""Milliseconds."""


class AlteredProposal(ArchiveError):
    """Proposal {proposal} is not what it was when it was made. Nothing was destroyed."""

    exit_code = ExitCode.NOT_AUTHORISED


class Ground(StrEnum):
    """On what ground something may be destroyed."""

    SELECTION_LIST = "selection-list"
    NO_RECORD = "no-archival-record"
    WITHDRAWN = "withdrawn"


Range = tuple[int, int]
"""First and last number of a run of items."""


class Line(Struct, frozen=True, omit_defaults=True):
    """Items of one conversation in one delivery that go for one reason; no `items`: all of it.

    `since` and `until` are the first and last time (ms since 1970) that they have; of what the
    selection list says, `start_at` is when the first term began and `end_at` when the last ended.
    `elsewhere` is how many of them another holding keeps alive. `before` are the proposals on which
    the same was destroyed, of items that were handed in again and that no record was made of.
    """

    delivery: str
    account: str = ""
    service: str = ""
    conversation: str = ""
    items: tuple[Range, ...] = ()
    count: int = 0
    since: int | None = None
    until: int | None = None
    rule: Rule | None = None
    start_at: int | None = None
    end_at: int | None = None
    elsewhere: int = 0
    before: tuple[str, ...] = ()


class Refused(Struct, frozen=True, omit_defaults=True):
    """Items that were looked at and do not go, with the code of the reason and what stands by it.

    `reason` is ``held`` (`by` are the holds), ``keep`` (appraised B), ``unknown`` (appraised N, or
    not at all), ``term`` (it has not run), ``list`` (the list did not hold when it was sent),
    ``ground`` (it was destroyed before on another ground), ``account`` (it only looks like what
    another account had destroyed), ``sorting`` (no confirmed decision says that it is no record).
    """

    delivery: str
    reason: str
    items: tuple[Range, ...] = ()
    count: int = 0
    by: tuple[str, ...] = ()


class Proposal(Struct, frozen=True, omit_defaults=True):
    """What is proposed; times in milliseconds since 1970, `proposer` the officer's id.

    `reference` is what the ground rests on beside its reason: a confirmed sort list, or the
    delivery that takes the place of one that was of the wrong account.
    """

    id: str
    archive: str
    ground: Ground
    reason: str
    proposer: str
    proposed_at: int
    expires_at: int
    lines: tuple[Line, ...]
    refused: tuple[Refused, ...] = ()
    reference: str = ""
    v: int = 1

    @property
    def targets(self) -> dict[str, frozenset[int] | None]:
        """By delivery the numbers of the items that go, None for all of it."""
        found: dict[str, frozenset[int] | None] = {}
        for line in self.lines:
            known = found.get(line.delivery, frozenset())
            whole = not line.items or known is None
            found[line.delivery] = None if whole else frozenset({*(known or ()), *numbers(line)})
        return found

    @property
    def again(self) -> frozenset[str]:
        """The deliveries of which something goes that was destroyed before."""
        return frozenset(line.delivery for line in self.lines if line.before)


def encode(proposal: Proposal) -> bytes:
    """Write a proposal as canonical JSON: sorted keys, no blanks, UTF-8."""
    return msgspec.json.encode(proposal, order="sorted")


def digest(data: bytes) -> str:
    """Give the SHA-256 that is signed."""
    return sha256(data).hexdigest()


def message(digest: str) -> bytes:
    """Give the bytes that officers sign: the digest in hexadecimal, on a line of its own."""
    return f"{digest}\n".encode()


def numbers(line: Line | Refused) -> Iterator[int]:
    """Give the numbers of a line's items."""
    for first, last in line.items:
        yield from range(first, last + 1)


def ranges(items: Iterable[int]) -> tuple[Range, ...]:
    """Put rising numbers together into runs."""
    found: list[Range] = []
    for item in items:
        if found and found[-1][1] == item - 1:
            found[-1] = (found[-1][0], item)
        else:
            found.append((item, item))
    return tuple(found)


def is_id(text: str) -> bool:
    """Whether a text is an id, so that it may stand in the log: a letter and ten of base32."""
    return _ID.fullmatch(text) is not None


def write(scribe: Scribe, proposal: Proposal) -> str:
    """Store and log a proposal; give its digest."""
    data = encode(proposal)
    counts = {
        "items": sum(line.count for line in proposal.lines),
        "refused": sum(one.count for one in proposal.refused),
        "expires": proposal.expires_at,
        "proposed": proposal.proposed_at,
    }
    codes = [proposal.ground, digest(data)]
    if is_id(proposal.reference):
        codes.append(proposal.reference)
    dossier.keep(scribe, PROPOSED, proposal.id, {_ROLE: data}, counts=counts, codes=codes)
    return digest(data)


def load(archive: Archive, public: str) -> tuple[Proposal, Proposed]:
    """Read a proposal as it is stored, and what the log says of it.

    Raises:
        NoSuchThing: There is none of this id.
        AlteredProposal: It is not what its event says.
    """
    found = tables_dispose.proposals(tables_dispose.ready(archive), public) if public else []
    if not found:
        raise NoSuchThing(what="proposal", name=public)
    event = archive.log.event(found[0].seq)
    if event.type != PROPOSED or event.delivery != public or found[0].digest != event.codes[1]:
        raise AlteredProposal(proposal=public)
    try:
        data = dossier.read(archive, event, _ROLE)
        proposal = msgspec.json.decode(data, type=Proposal)
    except (Damage, msgspec.MsgspecError) as error:
        raise AlteredProposal(proposal=public) from error
    if digest(data) != event.codes[1] or proposal.id != public:
        raise AlteredProposal(proposal=public)
    if proposal.archive != archive.identity.name:
        raise AlteredProposal(proposal=public)
    return proposal, found[0]


def project(archive: Archive, event: Event) -> None:
    """Bring a proposal's event into the catalogue."""
    tables_dispose.put_proposal(
        tables_dispose.made(archive.catalogue.connection),
        Proposed(
            id=event.delivery,
            ground=event.codes[0],
            digest=event.codes[1],
            proposer=event.actor,
            proposed_at=event.counts["proposed"],
            expires_at=event.counts["expires"],
            items=event.counts["items"],
            refused=event.counts["refused"],
            stage=Stage.PROPOSED,
            seq=event.seq,
        ),
    )
