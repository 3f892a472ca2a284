"""Devices: whose phone or computer, on what basis, in which period.

A read-out is of a device and holds what several accounts have on it. With a device an account of
its own is registered, of the service ``device``, private: what the device holds of accounts that
nobody registered stays there. Person, owner, basis and period are that account's, and change as
an account's do.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

from archiver.errors import NoSuchThing
from archiver.model import Account, AccountKind
from archiver.register import accounts
from archiver.store.archive import Archive
from archiver.store.catalogue import devices as kept
from archiver.store.catalogue import register
from archiver.store.catalogue.devices import Device
from archiver.store.events import Event
from archiver.store.scribe import REGISTER, Scribe, unseal

__all__ = [
    "ADDED",
    "SERVICE",
    "Device",
    "Kind",
    "add",
    "device",
    "devices",
    "event",
    "of_account",
    "project",
]

ADDED = "device.added"
SERVICE = "device"
"""The service of a device's own account."""


class Kind(StrEnum):
    """What was read out."""

    PHONE = "phone"
    TABLET = "tablet"
    COMPUTER = "computer"
    OTHER = "other"


def add(
    scribe: Scribe,
    *,
    person: str,
    kind: Kind,
    identifier: str,
    owner: str,
    basis_code: str,
    since: str,
    until: str = "",
) -> Device:
    """Register a device by its IMEI or serial number, with the account that is its own.

    Raises:
        UnknownBasis: The basis is not in the list.
        BadDate: A day is not one.
        AccountExists: The device is registered already.
    """
    with scribe.archive.writing():
        account = accounts.checked(
            scribe.archive,
            person=person,
            service=SERVICE,
            identifier=identifier,
            kind=AccountKind.PRIVATE,
            owner=owner,
            basis_code=basis_code,
            since=since,
            until=until,
        )
        made = Device(accounts.new_id("v"), kind, account)
        scribe.record(event(scribe, made))
    return made


def event(scribe: Scribe, value: Device) -> Event:
    """Make the event that registers a device with its own account."""
    return scribe.event(
        ADDED,
        detail=msgspec.to_builtins(value),
        key=REGISTER,
        account=value.account.id,
        basis=value.account.basis,
        codes=(value.id,),
    )


def devices(archive: Archive) -> list[Device]:
    """Give all devices in the order in which they were added."""
    return kept.devices(archive.catalogue.connection)


def device(archive: Archive, public: str) -> Device:
    """Give one device by its id.

    Raises:
        NoSuchThing: There is none.
    """
    for found in devices(archive):
        if found.id == public:
            return found
    raise NoSuchThing(what="device", name=public)


def of_account(archive: Archive, account: Account) -> str:
    """Give the id of the device whose own account this is; empty for any other account."""
    if account.service != SERVICE:
        return ""
    return next((one.id for one in devices(archive) if one.account.id == account.id), "")


def project(archive: Archive, event: Event) -> None:
    """Bring a device and its own account into the catalogue."""
    value = msgspec.convert(unseal(archive, event), Device)
    connection = archive.catalogue.connection
    register.put_account(connection, value.account)
    kept.put_device(connection, value)
