"""`session contacts`: the official goes through the list of contacts and confirms it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from archiver.commands.frame import Command, Frame, with_frame
from archiver.commands.readout_asking import maybe
from archiver.commands.readout_rows import HOLDERS
from archiver.commands.session import Session, session
from archiver.errors import UsageError
from archiver.language import say
from archiver.output import Column, Report, Row, note

if TYPE_CHECKING:
    from archiver.readout.facts import Readout
    from archiver.register.contacts import Contact


@click.command(cls=Command)
@click.argument("name", metavar="SESSION")
@click.option(
    "--add",
    "added",
    nargs=3,
    multiple=True,
    metavar="KIND NAME NUMBER",
    help="A contact to add: business, private or party, its name, its number or address.",
)
@click.option(
    "--end",
    "ended",
    nargs=2,
    multiple=True,
    metavar="CONTACT DAY",
    help="A contact that is to end, and its last day.",
)
@click.option("--confirmed", default="", metavar="DAY", help="The day on which it was confirmed.")
@with_frame
def contacts(
    frame: Frame,
    name: str,
    added: tuple[tuple[str, str, str], ...],
    ended: tuple[tuple[str, str], ...],
    confirmed: str,
) -> None:
    """Go through the list of contacts with the official, who confirms it; that is logged first."""
    from archiver.readout import session as sessions

    with session(frame, *HOLDERS) as at:
        one = sessions.current(at.archive, name)
        _change(at, one, frame.local(one.opened_at)[:10], added, ended)
        found = _listed(at, one, frame)
        if not confirmed:
            for each in found:
                note(f"{each.name}  {each.kind}  {' '.join(each.identifiers)}")
            confirmed = maybe(say("The day on which the official confirms this list, if so"))
        if confirmed:
            _confirm(at, one, found, confirmed)
            found = _listed(at, one, frame)
        frame.show(
            Report(
                name="contacts",
                rows=[_row(each) for each in found],
                values={"session": name, "confirmed": confirmed},
                columns=_columns(),
            )
        )


def _change(
    at: Session,
    one: Readout,
    since: str,
    added: tuple[tuple[str, str, str], ...],
    ended: tuple[tuple[str, str], ...],
) -> None:
    from archiver.register import contacts as register

    for contact, last in ended:
        if contact not in {each.id for each in register.contacts(at.archive, one.person)}:
            reason = say("{contact} is no contact of this official", contact=contact)
            raise UsageError(reason=reason)
        register.end(at.scribe, contact, last)
    for kind, called, identifier in added:
        if kind not in set(register.ContactKind):
            raise UsageError(reason=say("{kind} is no kind of contact", kind=kind))
        register.add(
            at.scribe,
            person=one.person,
            name=called,
            kind=register.ContactKind(kind),
            since=since,
            identifiers=filter(None, (identifier,)),
            source=one.person,
        )


def _listed(at: Session, one: Readout, frame: Frame) -> list[Contact]:
    """Give the contacts that count today; that is logged first."""
    from archiver.register.contacts import contacts as registered
    from archiver.store.events import stamp
    from archiver.store.scribe import now

    today = frame.local(stamp(now()))[:10]
    found = [each for each in registered(at.archive, one.person) if each.holds_on(today)]
    at.scribe.witness("contacts.shown", {"person": one.person}, {"shown": len(found)})
    return found


def _confirm(at: Session, one: Readout, found: list[Contact], on: str) -> None:
    from archiver.readout.facts import Contacts
    from archiver.readout.session import check
    from archiver.register import contacts as register
    from archiver.register.accounts import day

    counts = {kind: sum(each.kind is kind for each in found) for kind in register.ContactKind}
    checked = Contacts(
        day(on),
        counts[register.ContactKind.BUSINESS],
        counts[register.ContactKind.PRIVATE],
        counts[register.ContactKind.PARTY],
    )
    for each in found:
        if each.confirmed != checked.on:
            register.confirm(at.scribe, each.id, checked.on)
    check(at.scribe, one.id, checked)


def _row(one: Contact) -> Row:
    return {
        "contact": one.id,
        "name": one.name,
        "kind": str(one.kind),
        "from": one.since,
        "confirmed": one.confirmed,
        "identifiers": list(one.identifiers),
    }


def _columns() -> tuple[Column, ...]:
    return (
        Column("contact", say("Contact")),
        Column("name", say("Name")),
        Column("kind", say("Kind")),
        Column("from", say("Since")),
        Column("confirmed", say("Confirmed")),
        Column("identifiers", say("Identifiers")),
    )
