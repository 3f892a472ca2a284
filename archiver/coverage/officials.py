"""Officials as the register knows them: under all their names, with functions and accounts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from msgspec import Struct

from archiver.errors import NoSuchThing
from archiver.model import Account
from archiver.register import accounts, functions, persons
from archiver.register.functions import Function, same
from archiver.register.persons import Person
from archiver.store.archive import Archive


class Official(Struct, frozen=True):
    """One official: the id as a person (empty where no person is registered), names, the rest."""

    id: str
    name: str
    names: tuple[str, ...]
    functions: tuple[Function, ...]
    accounts: tuple[Account, ...]

    def is_named(self, text: str) -> bool:
        """Whether a text is one of the names, but for case and blanks."""
        return any(same(text, name) for name in self.names)

    def left(self, today: date) -> str:
        """Give the last day in office (ISO 8601); empty while a function is held, or never was."""
        lasts = [one.until for one in self.functions]
        gone = bool(lasts) and all(last and last < today.isoformat() for last in lasts)
        return max(lasts) if gone else ""


def officials(archive: Archive) -> list[Official]:
    """Give everyone whom accounts, functions or persons name, by name."""
    known = persons.persons(archive)
    held, theirs = functions.functions(archive), accounts.accounts(archive)
    named = [*(one.person for one in held), *(one.person for one in theirs)]
    found = [_official(one, held, theirs) for one in (*known, *_others(named, known))]
    return sorted(found, key=lambda one: (one.name, one.id))


def official(archive: Archive, text: str) -> Official:
    """Give one official by id or name.

    Raises:
        NoSuchThing: Nobody is called so.
    """
    for one in officials(archive):
        if text == one.id or one.is_named(text):
            return one
    raise NoSuchThing(what="person", name=text)


def _others(named: Iterable[str], known: Iterable[Person]) -> list[Person]:
    """Give those who are named and not registered as a person, each once."""
    taken = [name for one in known for name in (one.name, *one.aliases)]
    found: list[Person] = []
    for name in named:
        if not any(same(name, other) for other in taken):
            taken.append(name)
            found.append(Person("", name))
    return found


def _official(one: Person, held: Iterable[Function], theirs: Iterable[Account]) -> Official:
    names = one.name, *one.aliases
    return Official(
        one.id,
        one.name,
        names,
        tuple(each for each in held if any(same(each.person, name) for name in names)),
        tuple(each for each in theirs if any(same(each.person, name) for name in names)),
    )
