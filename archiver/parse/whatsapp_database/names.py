"""Names by address, on both kinds of phone: what people are called and which number they have.

WhatsApp addresses a person by a number (``31612345678@s.whatsapp.net``) or, since 2024, by an
opaque identifier (``…@lid``). Both are brought to the number where the phone knows it, so that a
conversation keeps its identity.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import NamedTuple, TypeVar

from archiver.format import Source
from archiver.model import Finding
from archiver.parse.sqlite_file import Opened, open_database
from archiver.parse.sqlite_table import Database

GROUP = "@g.us"
_PHONE = "@s.whatsapp.net"

_People = TypeVar("_People", bound="Names")


class Chat(NamedTuple):
    """One conversation: its address after mapping, its title, and its address as it stands."""

    thread: str
    title: str
    raw: str


class Names:
    """Names by address, and the number's address by the opaque one."""

    def __init__(self) -> None:
        """Begin without any; whoever reads a database adds them."""
        self._names: dict[str, str] = {}
        self._mapped: dict[str, str] = {}

    def known(self, raw: str) -> str:
        """Give the number's address behind an address, where the phone knows it."""
        return self._mapped.get(raw, raw)

    def name(self, raw: str) -> str:
        """Give the name of a person; empty when nobody wrote one down."""
        return self._names.get(self.known(raw)) or self._names.get(raw, "")

    def called(self, raw: str) -> str:
        """Give a name or else the number, to show."""
        return self.name(raw) or _number(self.known(raw))

    def chat(self, raw: str, title: str) -> Chat:
        """Describe a conversation by its address."""
        return Chat(self.known(raw), title or self.called(raw), raw)


def with_contacts(
    source: Source,
    is_contacts: Callable[[str], bool],
    no_names: str,
    make: Callable[[Database | None], _People],
) -> Generator[Finding, None, _People]:
    """Find out who is who, with the list of contacts beside the database if it was handed in.

    `no_names` is the code of the finding that it was not.
    """
    contacts, findings = _contacts(source, is_contacts, no_names)
    yield from findings
    people = make(contacts)
    if contacts is not None:
        yield from contacts.drain()
        contacts.close()
    return people


def _contacts(source: Source, is_contacts: Callable[[str], bool], no_names: str) -> Opened:
    for index, member in enumerate(source.members):
        if index in source.beside and is_contacts(member.name):
            return open_database(source, index)
    return Opened(None, (Finding(no_names, {}, source.main),))


def _number(raw: str) -> str:
    """Give the number or name that an address begins with."""
    user, _, _ = raw.partition("@")
    return f"+{user}" if raw.endswith(_PHONE) and user.isdigit() else user
