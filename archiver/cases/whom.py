"""Whose names a case's officers and readers meet: those to propose, and officials who stay named.

Known are the register's persons, holders of accounts and contacts, and every label by which an
export calls somebody who took part. Ministers, state secretaries, secretaries-general,
directors-general, inspectors-general and spokespersons act in public and stay named.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from archiver.cases import tables_whom as tables
from archiver.classify.personal import People
from archiver.classify.personal.words import words
from archiver.classify.terms import fold
from archiver.register import contacts, functions, persons
from archiver.store.archive import Archive

_SHORTEST: Final = 3


def whom(archive: Archive) -> People:
    """Give whose names are known in an archive.

    Who ever held a public function is named as its holder; the officer judges what was said of
    somebody in another role.
    """
    public = dict.fromkeys(_public(archive))
    folded = {fold(name) for name in public}
    known = dict.fromkeys(name for name in _known(archive) if fold(name) not in folded)
    return People(known=tuple(known), public=tuple(public))


def _public(archive: Archive) -> Iterator[str]:
    for one in functions.functions(archive):
        if one.code in words("stay_named"):
            yield from persons.names(archive, one.person)


def _known(archive: Archive) -> Iterator[str]:
    for person in persons.persons(archive):
        yield from (person.name, *person.aliases)
    labels = (one.name for one in contacts.contacts(archive))
    for label in (*labels, *tables.labels(archive.catalogue.connection)):
        if _is_name(label):
            yield label.lstrip("~ ")


def _is_name(label: str) -> bool:
    """Whether a label can be a name: letters, and no number, address or text."""
    letters = sum(one.isalpha() for one in label)
    return letters >= _SHORTEST and "@" not in label and not any(one.isdigit() for one in label)
