"""Personal data that are proposed as passages, with the ground that the law has for them.

Found by `archiver.classify.personal` with the people that the register and the case know; whoever
holds a function in public stays named. An officer confirms each.
"""

from __future__ import annotations

from msgspec import Struct

from archiver.cases import tables_judgement as tables
from archiver.cases.case import Case, CaseKind
from archiver.cases.grounds import grounds, law_of
from archiver.cases.judgement import Passage, normal
from archiver.classify.personal import Kind, People, personal
from archiver.register.contacts import contacts
from archiver.register.functions import functions
from archiver.register.persons import names, persons
from archiver.store.archive import Archive


class Proposed(Struct, frozen=True):
    """A passage that is proposed, and what it is held to be, how surely, and why (codes)."""

    passage: Passage
    kind: str
    confidence: str
    reason: str


def proposed(text: str, case: Case, people: People) -> tuple[Proposed, ...]:
    """Propose the passages of a text that are personal data, in order of place."""
    law = law_of(case.received, inquiry=case.kind is CaseKind.INQUIRY)
    private, number = grounds().private[law], grounds().number[law]
    found = []
    for one in personal(normal(text), people):
        code = number if one.kind is Kind.BSN else private
        passage = Passage(one.start, one.end, (code,))
        found.append(Proposed(passage, str(one.kind), str(one.confidence), one.reason))
    return tuple(found)


def people_of(archive: Archive, case: Case) -> People:
    """Give whose names are known in a case, and which of them stay named."""
    connection = archive.catalogue.connection
    known = {one.sender for one in tables.said(connection, case.id) if one.sender}
    for person in persons(archive):
        known |= {person.name, *person.aliases}
    known |= {one.name for one in contacts(archive) if one.name}
    named = {
        name
        for one in functions(archive)
        if one.code in grounds().named
        for name in names(archive, one.person)
    }
    return People(known=tuple(sorted(known - named)), public=tuple(sorted(named)))
