"""Devices as rows of a sheet: a device with what its own account says, on one line."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from archiver.model import Account, AccountKind
from archiver.register import accounts, devices
from archiver.register.cells import ID, BadCell
from archiver.register.devices import Device, Kind
from archiver.store.archive import Archive
from archiver.store.events import Event
from archiver.store.scribe import Scribe


class DeviceRow(Struct, frozen=True):
    """A device: its id, that of its own account (made when it is empty), and what both say."""

    id: str
    kind: Kind
    account: str
    person: str
    identifier: str
    owner: str
    basis: str
    since: str
    until: str = ""
    folder: str = ""


def listed(archive: Archive) -> list[DeviceRow]:
    """Give all devices, in the order in which they were added."""
    return [
        DeviceRow(
            one.id, Kind(one.kind), one.account.id, one.account.person, one.account.identifier,
            one.account.owner, one.account.basis, one.account.since, one.account.until,
            one.account.folder,
        )
        for one in devices.devices(archive)
    ]  # fmt: skip


def checked(archive: Archive, one: DeviceRow, others: Sequence[DeviceRow]) -> DeviceRow:
    """Give a row as it may be registered beside others; `devices.add` says what it raises."""
    if one.account and not ID.fullmatch(one.account):
        raise BadCell(column="account", reason=one.account)
    among = [*accounts.accounts(archive), *map(_account, others)]
    made = accounts.fitting(_account(one), among)
    return DeviceRow(
        one.id, one.kind, made.id, made.person, made.identifier, made.owner, made.basis,
        made.since, made.until, made.folder,
    )  # fmt: skip


def event(scribe: Scribe, one: DeviceRow) -> Event:
    """Make the event that registers a row's device."""
    return devices.event(scribe, Device(one.id, one.kind, _account(one)))


def _account(one: DeviceRow) -> Account:
    return Account(
        id=one.account or accounts.new_id("a"),
        person=one.person,
        service=devices.SERVICE,
        identifier=one.identifier,
        kind=AccountKind.PRIVATE,
        owner=one.owner,
        basis=one.basis,
        since=one.since,
        until=one.until,
        folder=one.folder,
    )
