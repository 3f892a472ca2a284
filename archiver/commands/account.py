"""`chatarchief account`: whose accounts, on which service, on what legal basis, in which period."""

from __future__ import annotations

from collections.abc import Iterator

import click

from archiver.commands.frame import Asked, Command, Frame, Group, with_frame
from archiver.commands.registered import answered_for, delivery_row, make_drop_folder
from archiver.commands.session import KEEPERS, session
from archiver.language import say
from archiver.model import Account, AccountKind, Role
from archiver.output import Column, Report, Row


@click.group(cls=Group)
def command() -> None:
    """Register and show accounts."""


@command.command(cls=Command)
@click.option("--person", cls=Asked, help="Who uses the account.")
@click.option("--service", cls=Asked, help="The service, such as whatsapp or mail.")
@click.option("--identifier", cls=Asked, help="The number or address of the account.")
@click.option(
    "--kind",
    cls=Asked,
    type=click.Choice([str(kind) for kind in AccountKind]),
    help="Whether the account is business or private.",
)
@answered_for
@with_frame
def add(
    frame: Frame,
    person: str,
    service: str,
    identifier: str,
    kind: str,
    owner: str,
    basis: str,
    since: str,
    until: str,
) -> None:
    """Register an account; its drop folder is made too."""
    from archiver.register import accounts

    with session(frame, Role.RECORDS_OFFICER) as at:
        account = accounts.add(
            at.scribe,
            person=person,
            service=service,
            identifier=identifier,
            kind=AccountKind(kind),
            owner=owner,
            basis_code=basis,
            since=since,
            until=until,
        )
        make_drop_folder(frame, account)
        frame.show(Report(values=_row(account)))


@command.command(cls=Command)
@click.argument("account")
@click.option("--basis", default="", help="The legal basis, by its code.")
@click.option("--to", "until", default="", metavar="DAY", help="The last day it was used.")
@with_frame
def change(frame: Frame, account: str, basis: str, until: str) -> None:
    """Register another basis or the end of an account; the old values stay in the log."""
    from archiver.register import accounts

    with session(frame, Role.RECORDS_OFFICER) as at:
        found = accounts.account(at.archive, account)
        changed = accounts.change(at.scribe, found, basis_code=basis, until=until)
        frame.show(Report(values=_row(changed)))


@command.command("list", cls=Command)
@with_frame
def list_(frame: Frame) -> None:
    """Show all accounts."""
    from archiver.register import accounts

    with session(frame) as at:
        found = accounts.accounts(at.archive)
        frame.show(Report(name="accounts", rows=_rows(found), columns=_columns()))


@command.command(cls=Command)
@click.argument("account")
@with_frame
def show(frame: Frame, account: str) -> None:
    """Show one account and its deliveries."""
    from archiver.register import accounts
    from archiver.store.catalogue import deliveries

    with session(frame, *KEEPERS, Role.SORTER, Role.AUDITOR) as at:
        found = accounts.account(at.archive, account)
        rows = deliveries.listed(
            at.archive.catalogue.connection, "a.public = ? ORDER BY d.id", (account,)
        )
        frame.show(
            Report(
                name="deliveries",
                rows=[delivery_row(frame, row) for row in rows],
                values=_row(found),
            )
        )


def _rows(found: list[Account]) -> Iterator[Row]:
    return (_row(account) for account in found)


def _row(account: Account) -> Row:
    return {
        "account": account.id,
        "person": account.person,
        "service": account.service,
        "identifier": account.identifier,
        "kind": str(account.kind),
        "owner": account.owner,
        "basis": account.basis,
        "from": account.since,
        "to": account.until,
        "folder": account.folder,
    }


def _columns() -> tuple[Column, ...]:
    return (
        Column("account", say("Account")),
        Column("person", say("Person")),
        Column("service", say("Service")),
        Column("identifier", say("Identifier")),
        Column("kind", say("Kind")),
        Column("owner", say("Owner")),
        Column("basis", say("Basis")),
        Column("from", say("Since")),
        Column("to", say("Until")),
        Column("folder", say("Folder")),
    )
