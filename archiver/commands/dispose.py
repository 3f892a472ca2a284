"""`chatarchief dispose`: propose, approve and carry out destruction, and state what was done."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from archiver.commands.executed import outcome, remover, stated
from archiver.commands.frame import Asked, Command, Frame, Group, dry_run, with_frame
from archiver.commands.proposal import report, row
from archiver.commands.session import session
from archiver.errors import ExitCode, UsageError
from archiver.language import say
from archiver.model import Role
from archiver.output import Column, Report, Row

_PROPOSERS = (Role.RECORDS_OFFICER, Role.ARCHIVE_MANAGER)
_APPROVERS = (Role.PROCESS_OWNER, Role.ARCHIVE_MANAGER)
_READERS = (*_PROPOSERS, Role.PROCESS_OWNER, Role.AUDITOR)
_GROUNDS = ("selection-list", "no-archival-record", "withdrawn")
_folder = click.option(
    "--to",
    "folder",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="The folder to write to.",
)


@click.group(cls=Group)
def command() -> None:
    """Propose, approve and carry out destruction; nothing is destroyed in another way."""


@command.command(cls=Command)
@click.option("--ground", cls=Asked, type=click.Choice(_GROUNDS), help="On what ground.")
@click.option("--delivery", "deliveries", multiple=True, help="Only what this delivery holds.")
@click.option("--conversation", "conversations", multiple=True, help="Only this conversation.")
@click.option("--account", "accounts", multiple=True, help="Only what this account holds.")
@click.option("--record", "records", multiple=True, help="Only this record.")
@click.option("--again", is_flag=True, help="What was destroyed before and handed in again.")
@click.option("--reason", default="", help="Why; it stands in the statement for good.")
@click.option("--reference", default="", help="The confirmed sort list, where that is the ground.")
@dry_run
@with_frame
def propose(
    frame: Frame,
    ground: str,
    deliveries: tuple[str, ...],
    conversations: tuple[str, ...],
    accounts: tuple[str, ...],
    records: tuple[str, ...],
    again: bool,
    reason: str,
    reference: str,
    dry_run: bool,
) -> None:
    """Propose what may be destroyed; without a narrower scope all whose term has run.

    What was looked at and may not go is shown with the reason. With --again it is what was
    destroyed on this ground before, in these deliveries or in any.
    """
    from archiver.pipeline.returned import returned
    from retention.proposal import Ground
    from retention.propose import Asked as Scope
    from retention.propose import propose as make

    with session(frame, *_PROPOSERS) as at:
        asked = Scope(
            ground=Ground(ground),
            reason=reason,
            deliveries=deliveries,
            conversations=conversations,
            accounts=accounts,
            records=records,
            reference=reference,
            again=again,
        )
        days = frame.settings.number("retention.proposal_days")
        made, digest = make(at.scribe, asked, days=days, find=returned, dry_run=dry_run)
        frame.show(report(frame, made, digest))


@command.command(cls=Command)
@click.argument("proposal")
@click.option(
    "--digest-to",
    "digest_file",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write what is to be signed to this file, for ssh-keygen -Y sign -n chatarchief.",
)
@with_frame
def show(frame: Frame, proposal: str, digest_file: Path | None) -> None:
    """Show one proposal: what goes, what does not and why, and who approved it."""
    from retention import approve as approvals
    from retention.proposal import load, message

    with session(frame, *_READERS) as at:
        made, known = load(at.archive, proposal)
        given = [
            {"officer": one.officer, "role": one.role, "at": frame.moment(one.at)}
            for one in approvals.given(at.archive, proposal)
        ]
        if digest_file is not None:
            digest_file.write_bytes(message(known.digest))
        more: Row = {"state": known.stage, "approvals": given}
        frame.show(report(frame, made, known.digest, more))


@command.command(cls=Command)
@click.argument("proposal")
@click.option(
    "--key",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Your own private key of OpenSSH; its passphrase is asked for.",
)
@click.option(
    "--signature",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="The signature that ssh-keygen -Y sign -n chatarchief made.",
)
@click.option(
    "--role",
    default="",
    type=click.Choice(["", *map(str, _APPROVERS)]),
    help="The role in which you approve, where you have both.",
)
@with_frame
def approve(
    frame: Frame, proposal: str, key: Path | None, signature: Path | None, role: str
) -> None:
    """Approve a proposal with your own signature; two people in two roles must do so."""
    from retention.approve import approve as add
    from retention.proposal import load, message
    from retention.signature import read_signature, sign

    if (key is None) == (signature is None):
        raise UsageError(reason=say("give either --key or --signature"))
    with session(frame, *_APPROVERS) as at:
        if key is not None:
            _, known = load(at.archive, proposal)
            signed = sign(key, _passphrase, message(known.digest))
        elif signature is not None:
            signed = read_signature(signature)
        given = add(at.scribe, proposal, signed, role)
        values = {"proposal": proposal, "officer": given.officer, "role": given.role}
        frame.show(Report(values={**values, "at": frame.moment(given.at)}))


@command.command(cls=Command)
@click.argument("proposal")
@with_frame
def execute(frame: Frame, proposal: str) -> ExitCode:
    """Carry out a proposal that two people approved; everything is checked again first.

    After an interruption the same command goes on with what is left.
    """
    from archiver.pipeline.destroy import destroy
    from archiver.pipeline.returned import returned
    from retention.approve import AlreadyExecuted
    from retention.dispose import execute as carry_out

    with session(frame, *_PROPOSERS) as at:
        try:
            done = carry_out(at.scribe, proposal, destroy, remover(frame, at), returned)
        except AlreadyExecuted:
            stated(frame, at, proposal)  # An interruption may have left it without a statement.
            raise
        event = stated(frame, at, proposal)
        frame.show(outcome(proposal, event, done))
        return ExitCode.DONE if done.proof.holds else ExitCode.DAMAGE


@command.command("list", cls=Command)
@with_frame
def list_(frame: Frame) -> None:
    """Show all proposals in the order in which they were made."""
    from retention import tables_dispose

    with session(frame, *_READERS) as at:
        connection = tables_dispose.ready(at.archive)
        frame.show(
            Report(
                name="proposals",
                rows=[
                    row(frame, one, len(tables_dispose.approvals(connection, one.id)))
                    for one in tables_dispose.proposals(connection)
                ],
                columns=(
                    Column("proposal", say("Proposal")),
                    Column("ground", say("Ground")),
                    Column("state", say("State")),
                    Column("items", say("Items")),
                    Column("refused", say("Kept")),
                    Column("approvals", say("Approvals")),
                    Column("expires_at", say("Until")),
                ),
            )
        )


@command.command(cls=Command)
@click.argument("proposal")
@_folder
@with_frame
def statement(frame: Frame, proposal: str, folder: Path) -> None:
    """Write the statement of destruction as it is now, as PDF and JSON."""
    from retention.statement import parts
    from retention.statement import statement as state

    with session(frame, *_READERS) as at:
        event = state(
            at.scribe,
            proposal,
            zone=frame.settings.text("zone"),
            backup_days=frame.settings.number("retention.key_backup_days"),
        )
        folder.mkdir(parents=True, exist_ok=True)
        written = parts(at.archive, event)
        for name, data in written.items():
            (folder / name).write_bytes(data)
        values = {"proposal": proposal, "result": event.result}
        frame.show(Report(values={**values, "files": [str(folder / name) for name in written]}))


def _passphrase() -> str:
    """Ask for the passphrase of a key, on a terminal only."""
    if not sys.stdin.isatty():
        raise UsageError(reason=say("the key has a passphrase, which is asked for on a terminal"))
    return str(click.prompt(say("Passphrase of the key"), hide_input=True, err=True))
