"""Whose conversations a delivery holds: where its format, or a device, tells of several accounts.

A conversation belongs to the account of the same person, on its service, whose identifier is the
owner's; an account of another person is never considered. Where exactly one is not to be found,
the conversation is a **stray**: it stays with the delivery's own account, under its service, and
sealed, until an account is registered and the strays are assigned to it.

What was decided at intake stands in the manifest, so that a rebuild decides nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct

from archiver.model import Account, AccountKind, Finding
from archiver.normalise.identifier import identify
from archiver.normalise.seat import Seat, seat_of
from archiver.pipeline.room import Room
from archiver.register.accounts import accounts
from archiver.register.devices import SERVICE, of_account
from archiver.register.functions import same
from archiver.store.archive import Archive
from archiver.store.catalogue.devices import amounts
from archiver.store.catalogue.register import account_key
from archiver.store.catalogue.strands import Seated
from archiver.store.manifest import Manifest, Placed

UNKNOWN = "E-R002"
"""What is found of conversations that no registered account fits."""

Choice = tuple[str, bool]
"""The public id of an account, or nothing; and whether all may search what goes there."""


def places(archive: Archive, account: Account, *, opens: Callable[[AccountKind], bool]) -> Places:
    """Decide by the accounts as they are registered now; `opens` says for which kind all may see.

    Nothing is open in a delivery of a device.
    """
    device = of_account(archive, account)

    def choose(service: str, owner: str) -> Choice:
        found = _chosen(archive, account, service, owner)
        return ("", False) if found is None else (found.id, not device and opens(found.kind))

    return Places(archive, (account.id, account.service), device, choose)


def decided(archive: Archive, manifest: Manifest) -> Places:
    """Repeat what a manifest says was decided."""
    found = {(one.service, one.owner): (one.account, one.opened) for one in manifest.places}

    def choose(service: str, owner: str) -> Choice:
        return found.get((service, owner), ("", False))

    own = next((one.service for one in accounts(archive) if one.id == manifest.account), "")
    return Places(archive, (manifest.account, own), manifest.device, choose)


class Places(Struct):
    """Seats the threads of one delivery; `service` is what its format calls its own.

    `device` is the device that was read out, or empty: then only what says whose it is is seated.
    """

    archive: Archive
    account: tuple[str, str]
    device: str
    choose: Callable[[str, str], Choice]
    service: str = ""
    _choices: dict[tuple[str, str], Choice] = {}

    def __call__(self, thread: str) -> Seated | None:
        """Say where a thread belongs; None where the delivery itself does."""
        seat = seat_of(thread)
        if seat is None and not self.device:
            return None
        seat = self._with_service(seat or Seat("", "", thread))
        account, opened = self._choice(seat.service, seat.owner)
        if not account:
            return self._stray(seat)
        lead = thread.removesuffix(seat.thread)
        key = account_key(self.archive.catalogue.connection, account) or 0
        return Seated(
            key, account, seat.service, seat.thread, lead, seat.owner, seat.thread, opened=opened
        )

    def placed(self, room: Room) -> list[Placed]:
        """Give what was decided for the items that were written, and how many they are."""
        connection = self.archive.catalogue.connection
        counted = amounts(connection, room.number, room.strands.seated) if self._choices else {}
        return [
            Placed(*owner, account, opened, *counted.get(owner, (0, 0)))
            for owner, (account, opened) in sorted(self._choices.items())
        ]

    def _with_service(self, seat: Seat) -> Seat:
        """Where the source names no service it is the account's, or of a device the format's."""
        if seat.service:
            return seat
        return seat._replace(service=self.service if self.device else self.account[1])

    def _choice(self, service: str, owner: str) -> Choice:
        if (service, owner) not in self._choices:
            self._choices[service, owner] = self.choose(service, owner)
        return self._choices[service, owner]

    def _stray(self, seat: Seat) -> Seated:
        """Keep the conversations of two unknown owners apart by naming the owner in the thread."""
        key = account_key(self.archive.catalogue.connection, self.account[0]) or 0
        return Seated(
            key, self.account[0], seat.service, seat.led, "", seat.owner, seat.thread, stray=True
        )


def findings(placed: Iterable[Placed]) -> list[Finding]:
    """Tell of whom conversations are whose account nobody registered."""
    return [
        Finding(
            UNKNOWN,
            {
                "service": one.service, "owner": one.owner, "items": one.items,
                "conversations": one.conversations,
            },
        )
        for one in placed
        if not one.account
    ]  # fmt: skip


def fitting(found: Sequence[Account], service: str, owner: str) -> list[Account]:
    """Give the accounts of a service that have an identifier, as it is typed."""
    return [
        one for one in found if one.service == service and owner and owner in _forms(one, owner)
    ]


def of_person(archive: Archive, person: str) -> list[Account]:
    """Give the accounts of a person, without those of devices."""
    return [one for one in accounts(archive) if one.service != SERVICE and same(one.person, person)]


def _chosen(archive: Archive, account: Account, service: str, owner: str) -> Account | None:
    """Choose one account; the one handed in for is it unless the source contradicts that."""
    found = fitting(of_person(archive, account.person), service, owner)
    if account in found:
        return account
    if len(found) == 1:
        return found[0]
    if found or account.service != service or _contradicts(account, owner):
        return None
    return account


def _forms(account: Account, owner: str) -> set[str]:
    """Give the ways in which an account's identifier may be meant, beside an owner's."""
    from archiver.normalise.native import typed  # with the clocks of all formats

    text = account.identifier.strip()
    scheme = owner.partition(":")[0]
    return {identify(text), typed(text), typed(f"{scheme}:{text}")}


def _contradicts(account: Account, owner: str) -> bool:
    """Whether two identifiers are of one kind and yet not the same; other kinds say nothing."""
    mine = identify(account.identifier)
    return bool(owner) and mine.partition(":")[0] == owner.partition(":")[0]
