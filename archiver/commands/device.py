"""`chatarchief device`: whose phones and computers, on what legal basis, in which period."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from archiver.commands.frame import Asked, Command, Frame, Group, with_frame
from archiver.commands.registered import answered_for, delivery_row, make_drop_folder
from archiver.commands.session import KEEPERS, session
from archiver.language import say
from archiver.model import Role
from archiver.output import Column, Report, Row

if TYPE_CHECKING:
    from archiver.register.devices import Device

_KINDS = ("phone", "tablet", "computer", "other")


@click.group(cls=Group)
def command() -> None:
    """Register and show devices that are read out."""


@command.command(cls=Command)
@click.option("--person", cls=Asked, help="Who uses the device.")
@click.option("--kind", cls=Asked, type=click.Choice(_KINDS), help="What kind of device it is.")
@click.option("--identifier", cls=Asked, help="The IMEI or serial number of the device.")
@answered_for
@with_frame
def add(
    frame: Frame,
    person: str,
    kind: str,
    identifier: str,
    owner: str,
    basis: str,
    since: str,
    until: str,
) -> None:
    """Register a device, with the account of its own that keeps what no other account fits."""
    from archiver.register import devices

    with session(frame, Role.RECORDS_OFFICER) as at:
        made = devices.add(
            at.scribe,
            person=person,
            kind=devices.Kind(kind),
            identifier=identifier,
            owner=owner,
            basis_code=basis,
            since=since,
            until=until,
        )
        make_drop_folder(frame, made.account)
        frame.show(Report(values=_row(made)))


@command.command("list", cls=Command)
@with_frame
def list_(frame: Frame) -> None:
    """Show all devices."""
    from archiver.register import devices

    with session(frame) as at:
        rows = [_row(one) for one in devices.devices(at.archive)]
        frame.show(Report(name="devices", rows=rows, columns=_columns()))


@command.command(cls=Command)
@click.argument("device")
@with_frame
def show(frame: Frame, device: str) -> None:
    """Show one device, and whose conversations its deliveries hold."""
    from archiver.register import devices
    from archiver.store.catalogue import deliveries
    from archiver.store.catalogue.devices import places_of

    with session(frame, *KEEPERS, Role.SORTER, Role.AUDITOR) as at:
        found = devices.device(at.archive, device)
        connection = at.archive.catalogue.connection
        rows = deliveries.listed(connection, "d.device = ? ORDER BY d.id", (device,))
        frame.show(
            Report(
                name="deliveries",
                rows=[
                    {**delivery_row(frame, row), "places": places_of(connection, row["id"])}
                    for row in rows
                ],
                values=_row(found),
            )
        )


def _row(device: Device) -> Row:
    account = device.account
    return {
        "device": device.id,
        "person": account.person,
        "kind": device.kind,
        "identifier": account.identifier,
        "owner": account.owner,
        "basis": account.basis,
        "from": account.since,
        "to": account.until,
        "account": account.id,
        "folder": account.folder,
    }


def _columns() -> tuple[Column, ...]:
    return (
        Column("device", say("Device")),
        Column("person", say("Person")),
        Column("kind", say("Kind")),
        Column("identifier", say("Identifier")),
        Column("owner", say("Owner")),
        Column("basis", say("Basis")),
        Column("from", say("Since")),
        Column("to", say("Until")),
        Column("account", say("Account")),
        Column("folder", say("Folder")),
    )
