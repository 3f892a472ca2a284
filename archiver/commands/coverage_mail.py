"""`chatarchief coverage mail`: which mails of a private account the ministry has as well."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click
import msgspec

from archiver.commands.frame import Command, Frame, with_frame
from archiver.commands.session import READERS, session
from archiver.language import say
from archiver.model import Role
from archiver.output import Column, Report, Row

if TYPE_CHECKING:
    from archiver.coverage.mail_proof import MailProof
    from archiver.coverage.mail_proven import Evidence, ProvenMail


@click.command("mail", cls=Command)
@click.option("--account", required=True, help="The private account, by its id.")
@click.option(
    "--business",
    multiple=True,
    help="A business account to compare with, by its id; may be repeated. Without it, all.",
)
@click.option("--sealed", is_flag=True, help="Also rows that nobody judged yet; for sorters.")
@click.option(
    "--html",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Also write it as a document to print, to a file that is not there yet.",
)
@with_frame
def mail(
    frame: Frame, account: str, business: tuple[str, ...], sealed: bool, html: Path | None
) -> None:
    """Prove which mails of a private account are kept on business accounts too.

    Each message is covered, forwarded (with the share that is there) or uncovered. Of what is
    sealed only numbers are given, unless a sorter asks. That it was asked is logged first.
    """
    from archiver.coverage.mail_proof import mail_proof
    from archiver.coverage.mail_told import mail_page, mail_text
    from archiver.coverage.months import Months
    from archiver.pipeline.attached import attached

    with session(frame, *((Role.SORTER,) if sealed else READERS)) as at:
        zone = ZoneInfo(frame.settings.text("zone"))
        proof = mail_proof(at.archive, account, business, attached, zone=zone, sealed=sealed)
        detail = {
            "account": account, "business": list(business), "sealed": sealed,
            "html": html is not None,
        }  # fmt: skip
        at.scribe.witness("proof.shown", detail, {"rows": len(proof.rows)})
        if html is not None:
            from archiver.commands.coverage import write

            today = datetime.now(zone).date()
            write(html, mail_page(at.archive.identity.ministry, proof, Months(zone), today))
        frame.show(
            Report(
                name="mails",
                rows=[_row(frame, one) for one in proof.rows],
                values=_values(proof),
                columns=_columns(),
                lines=lambda: mail_text(proof, Months(zone)),
            )
        )


def _values(proof: MailProof) -> dict[str, object]:
    return {
        "account": proof.account.id,
        "business": list(proof.business),
        "work": msgspec.to_builtins(proof.work),
        "unjudged": msgspec.to_builtins(proof.unjudged),
        "set_aside": proof.set_aside,
        "unread_attached": proof.unread,
    }


def _row(frame: Frame, one: ProvenMail) -> Row:
    row: Row = {
        "record": one.record,
        "item": one.id,
        "sent_at": frame.moment(one.sent_at),
        "sender": one.sender,
        "subject": one.subject,
        "sorting": "unjudged" if one.sealed else "work",
        "status": str(one.status),
        "whole": one.is_whole,
        "held_by": _evidence(one.evidence),
        "found": one.found,
        "attachments": one.attachments,
        "proposals": [_evidence(each) for each in one.proposals],
    }
    return row


def _evidence(one: Evidence | None) -> dict[str, object] | None:
    """Give evidence as a row; what a sealed mail is called is not told, that there is one is."""
    if one is None:
        return None
    told = msgspec.to_builtins(one)
    return {"record": told.pop("id"), **told}


def _columns() -> tuple[Column, ...]:
    return (
        Column("status", say("State")),
        Column("record", say("Message")),
        Column("item"),
        Column("sent_at", say("Sent on")),
        Column("sender", say("Sender")),
        Column("subject", say("Subject")),
        Column("sorting", say("Sorting")),
        Column("held_by.record", say("Held by")),
        Column("held_by.account", say("Account")),
        Column("held_by.level", say("Level")),
        Column("held_by.rule", say("Rule")),
        Column("held_by.share", say("Share (%)")),
        Column("held_by.files", say("Files there")),
        Column("attachments", say("Files")),
        Column("found", say("Found in")),
        Column("proposals", say("Proposals")),
    )
