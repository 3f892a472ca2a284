"""Give conversations of accounts that were registered later to those accounts.

What a read-out holds of an account that nobody knew is kept sealed with the device. Once the
account is registered its conversations go there: a correction that an event lays over the items,
which stay as they are. Opening them is a decision of its own.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from msgspec import Struct

from archiver.deduplicate.namesake import APART
from archiver.errors import ArchiveError, ExitCode
from archiver.model import Account
from archiver.pipeline.places import UNKNOWN, fitting, of_person
from archiver.register.accounts import account
from archiver.register.functions import same
from archiver.store.archive import Archive
from archiver.store.catalogue import deliveries, devices
from archiver.store.catalogue.devices import Assignment
from archiver.store.catalogue.register import account_key
from archiver.store.events import Event
from archiver.store.scribe import REGISTER, Scribe, unseal
from retention import appraise, held

ASSIGNED = "delivery.assigned"


class NothingOfThatOwner(ArchiveError):
    """Delivery {delivery} holds nothing of {service}, owner {owner}, that waits for an account."""

    exit_code = ExitCode.USAGE


class OtherPerson(ArchiveError):
    """Account {account} is not of {person}, whose delivery this is."""

    exit_code = ExitCode.USAGE


class _Detail(Struct, frozen=True):
    places: tuple[Assignment, ...]


def assign(scribe: Scribe, delivery: str) -> int:
    """Assign what a registered account fits by now; give the number of owners."""
    archive = scribe.archive
    waiting = devices.strays(archive.catalogue.connection, delivery)
    if not waiting:
        return 0
    own = _own(archive, delivery)
    theirs = of_person(archive, own.person)
    found = []
    for service, owner in waiting:
        fits = fitting(theirs, service, owner)
        if len(fits) == 1:
            found.append(Assignment(service, owner, fits[0].id))
    if found:
        _log(scribe, delivery, own, found)
    return len(found)


def assign_to(scribe: Scribe, delivery: str, to: Account, *, owner: str) -> None:
    """Assign, as an officer says, the conversations of one owner on an account's service.

    Raises:
        NothingOfThatOwner: The delivery holds none that wait.
        OtherPerson: The account is another person's.
    """
    archive = scribe.archive
    if (to.service, owner) not in devices.strays(archive.catalogue.connection, delivery):
        raise NothingOfThatOwner(delivery=delivery, service=to.service, owner=owner or "…")
    own = _own(archive, delivery)
    if not same(own.person, to.person):
        raise OtherPerson(account=to.id, person=own.person)
    _log(scribe, delivery, own, [Assignment(to.service, owner, to.id)])


def project(archive: Archive, event: Event) -> None:
    """Move the strands that an event assigned."""
    connection = archive.catalogue.connection
    detail = msgspec.convert(unseal(archive, event), _Detail)
    home = account_key(connection, event.account)
    if home is None:
        return
    devices.assign(connection, home, detail.places, code=UNKNOWN, apart=APART)
    # A hold on an account holds what it is given, whichever delivery brought that.
    for row in deliveries.listed(connection, "a.public = ?", (event.account,)):
        held.cover_new(connection, row["id"])
    appraise.outdate(connection)


def _own(archive: Archive, delivery: str) -> Account:
    rows = deliveries.listed(archive.catalogue.connection, "d.public = ?", (delivery,))
    return account(archive, rows[0]["account_public"])


def _log(scribe: Scribe, delivery: str, own: Account, found: Sequence[Assignment]) -> None:
    scribe.record(
        scribe.event(
            ASSIGNED,
            delivery=delivery,
            account=own.id,
            codes=sorted({one.account for one in found}),
            counts={"owners": len(found)},
            detail=msgspec.to_builtins(_Detail(tuple(found))),
            key=REGISTER,
        )
    )
