"""What the machine makes of an episode, computed when it is asked for and never stored.

It orders nothing away: in doubt an episode is work and waits for an officer. A verdict quotes the
episode, so that keeping it would outlive what is destroyed.
"""

from __future__ import annotations

from collections.abc import Iterator

from archiver.classify.episode import Episode as Said
from archiver.classify.episode import Known, Line, Verdict
from archiver.classify.evidence import classify
from archiver.classify.moments import start_of
from archiver.classify.rules import Rules
from archiver.register.accounts import account
from archiver.register.contacts import Contact, contacts
from archiver.sorting.episodes import Episode
from archiver.sorting.tables_members import lines
from archiver.store.archive import Archive


def verdict(archive: Archive, episode: Episode, rules: Rules) -> Verdict:
    """Weigh what contacts and rules say of an episode."""
    person = account(archive, episode.strand.account).person
    known = [one for contact in contacts(archive, person) for one in _known(contact)]
    return classify(said(archive, episode, person), known, rules)


def said(archive: Archive, episode: Episode, person: str) -> Said:
    """Give an episode with its words, as evidence is taken from it."""
    found = lines(archive.catalogue.connection, episode.members)
    return Said(
        strand=episode.strand.public,
        service=episode.strand.service,
        title=episode.strand.title,
        person=person,
        participants=_participants(found),
        lines=tuple(found),
    )


def _participants(found: list[Line]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.author or one.label for one in found if one.author or one.label))


def _known(contact: Contact) -> Iterator[Known]:
    since = start_of(contact.since)
    until = start_of(contact.until, after=True) if contact.until else None
    for name in dict.fromkeys((*contact.identifiers, contact.name)):
        if name:
            yield Known(name.removeprefix("name:"), str(contact.kind), since, until)
