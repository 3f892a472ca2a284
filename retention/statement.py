"""The statement of destruction (Archiefbesluit 1995 art. 8): what, on what ground, in what manner.

It is made when a proposal was carried out, and once more when the last backup of the keys has
expired: only then does it say that something is destroyed. Both are kept for good, as JSON and as
PDF that say the same sentences (``config/letters/verklaring.toml``).
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from archiver.configuration import read
from archiver.register.accounts import accounts
from archiver.register.officers import officers
from archiver.store.archive import Archive
from archiver.store.events import Event, stamp
from archiver.store.scribe import Scribe, now
from retention import approve, dossier, tables_dispose
from retention.carried_out import NotExecuted, done
from retention.proposal import DAY, Proposal, load
from retention.statement_text import DESTROYED, INACCESSIBLE, Statement, sections
from retention.tables_dispose import Proposed, Stage

STATED = "dispose.stated"
JSON, PDF = "statement", "document"


def statement(scribe: Scribe, public: str, *, zone: str, backup_days: int) -> Event:
    """Give the event that keeps the statement as it is now; made when there is none yet.

    `backup_days` is how long a backup of the keys is kept.

    Raises:
        NoSuchThing: There is no such proposal.
        NotExecuted: It was not carried out.
    """
    archive = scribe.archive
    with archive.writing():
        proposal, known = load(archive, public)
        if known.stage != Stage.DONE or known.done_at is None:
            raise NotExecuted(proposal=public)
        expired = now() > known.done_at + backup_days * DAY
        result = DESTROYED if expired else INACCESSIBLE
        kept = tables_dispose.last_stated(archive.catalogue.connection, public)
        if kept is not None and kept[1] in (result, DESTROYED):
            return archive.log.event(kept[0])
        made = _statement(archive, proposal, known, result, ZoneInfo(zone), backup_days)
        return _keep(scribe, public, made)


def parts(archive: Archive, event: Event) -> dict[str, bytes]:
    """Read a statement's JSON and PDF, by the names that their files get."""
    name = f"verklaring-{event.delivery}"
    return {
        f"{name}.json": dossier.read(archive, event, JSON),
        f"{name}.pdf": dossier.read(archive, event, PDF),
    }


def project(archive: Archive, event: Event) -> None:
    """Bring a statement's event into the catalogue."""
    connection = tables_dispose.made(archive.catalogue.connection)
    tables_dispose.put_stated(connection, event.delivery, event.seq, event.result)


def _keep(scribe: Scribe, public: str, made: Statement) -> Event:
    from retention.statement_pdf import pdf

    letter = read("letters/verklaring.toml")
    footer = letter["page"].replace("{proposal}", public)
    data = {
        JSON: msgspec.json.encode(made, order="sorted"),
        PDF: pdf(letter["title"], footer, made.document),
    }
    return dossier.keep(scribe, STATED, public, data, result=made.result)


def _statement(
    archive: Archive,
    proposal: Proposal,
    known: Proposed,
    result: str,
    zone: ZoneInfo,
    backup_days: int,
) -> Statement:
    carried_out = done(archive, known)
    names = {one.id: one.name for one in officers(archive)}
    names |= {one.id: one.person for one in accounts(archive)}
    concerned = {proposal.proposer, carried_out.executor} | {one.account for one in proposal.lines}
    gone_on = datetime.fromtimestamp((carried_out.done_at + backup_days * DAY) / 1000, zone)
    made = Statement(
        proposal=proposal,
        digest=known.digest,
        ministry=archive.identity.ministry,
        result=result,
        stated_at=stamp(now()),
        gone_on=gone_on.date().isoformat(),
        approvals=tuple(approve.given(archive, proposal.id)),
        done=carried_out,
        names={one: names[one] for one in sorted(concerned & names.keys())},
    )
    return msgspec.structs.replace(made, document=sections(made, zone))
