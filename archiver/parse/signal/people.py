"""The people, groups and chats of one Signal export, by the numbers that hold within its file.

What stays the same from one export to the next is the service identifier (ACI), the telephone
number, or the group's key. The key is a secret, so a group is named by a digest of it.
"""

from __future__ import annotations

from base64 import b64decode
from hashlib import sha256
from typing import NamedTuple
from uuid import UUID

from archiver.parse.signal.frames import Chat, Contact, Group, Owner, Recipient

OWN = "own"
"""In an identifier, in the place of the holder, whose own the export does not say."""


class Party(NamedTuple):
    """Somebody or something: how it is shown, its typed identifier, and whether it is the holder.

    The holder has no identifier, since the export gives none. `key` stands for the party in the
    identifier of a message.
    """

    label: str = ""
    id: str = ""
    own: bool = False
    key: str = "?"


NOBODY = Party()

SELF = "signal:self"
"""The thread of a conversation with somebody who has no identifier, as the holder has none."""

Author = tuple[str, str, tuple[str, ...], str]
"""Name, typed identifier, marks of what they wrote, and key, of somebody known."""


class People:
    """Everybody the file has named so far."""

    def __init__(self) -> None:
        self._holder = ""
        self._parties: dict[int, Party] = {}
        self._chats: dict[int, int] = {}
        self._names: dict[str, str] = {}
        self.places: dict[int, tuple[str, str]] = {}
        self.authors: dict[int, Author] = {}
        self.shown: dict[int, str] = {}

    def account(self, owner: Owner) -> None:
        """Learn the holder's name."""
        self._holder = _full(owner.given_name, owner.family_name)

    def recipient(self, given: Recipient) -> None:
        """Learn who a number stands for."""
        party = self._party(given)
        party = party._replace(key=OWN if party.own else party.id or "?")
        self._parties[given.id] = party
        self.shown[given.id] = party.label or party.key
        self.places.clear()
        self.authors.pop(given.id, None)
        if party.key != "?":
            marks = (OWN,) if party.own else ()
            self.authors[given.id] = (party.label, party.id, marks, party.key)
        if party.id:
            self._names[party.id] = party.label

    def chat(self, given: Chat) -> None:
        """Learn with whom a conversation is."""
        self._chats[given.id] = given.recipient_id
        self.places.clear()

    def who(self, number: int) -> Party:
        """Say who a number stands for."""
        return self._parties.get(number, NOBODY)

    def within(self, chat: int) -> Party | None:
        """Say with whom a conversation is; None when the file did not tell."""
        return self._parties.get(self._chats.get(chat, -1))

    def place(self, chat: int) -> tuple[str, str] | None:
        """Give title and thread of a conversation; None when the file did not tell of it."""
        known = self.places.get(chat)
        if known is None and (party := self.within(chat)) is not None:
            known = self.places[chat] = party.label, party.id or SELF
        return known

    def service_id(self, written: object) -> str:
        """Give the name, else the typed identifier, of somebody an event names by ACI."""
        found = _uuid("aci", written if isinstance(written, str) else "")
        return self._names.get(found) or found

    def _party(self, given: Recipient) -> Party:
        if given.contact is not None:
            return Party(_label(given.contact), _contact_id(given.contact))
        if given.group is not None:
            return _group(given.group)
        if given.self_ is not None:
            return Party(self._holder, "", own=True)
        if given.release_notes is not None:
            return Party("Signal", "signal:release-notes")
        if given.call_link is not None:
            return Party(given.call_link.name, f"call-link:{given.call_link.name or given.id}")
        if given.distribution_list is not None:
            named = given.distribution_list.distribution_list
            return Party(named.name if named else "", _uuid("list", _list_id(given)))
        return NOBODY


def _list_id(given: Recipient) -> str:
    return given.distribution_list.distribution_id if given.distribution_list else ""


def _group(given: Group) -> Party:
    title = given.snapshot.title.title if given.snapshot and given.snapshot.title else ""
    digest = sha256(given.master_key.encode()).hexdigest()[:32] if given.master_key else ""
    return Party(title, f"signal-group:{digest or title}")


def _contact_id(contact: Contact) -> str:
    """Prefer the identifier that a person keeps when the telephone number changes."""
    if contact.aci:
        return _uuid("aci", contact.aci)
    if contact.e164:
        return f"e164:+{contact.e164}"
    if contact.pni:
        return _uuid("pni", contact.pni)
    return f"signal-username:{contact.username}" if contact.username else ""


def _label(contact: Contact) -> str:
    """Choose the name that Signal shows: the holder's own for the person comes first."""
    nickname = contact.nickname or {}
    return (
        _full(nickname.get("given"), nickname.get("family"))
        or _full(contact.system_given_name, contact.system_family_name)
        or contact.system_nickname
        or _full(contact.profile_given_name, contact.profile_family_name)
        or contact.username
        or (f"+{contact.e164}" if contact.e164 else "")
    )


def _full(given: object, family: object) -> str:
    return " ".join(part for part in (given, family) if isinstance(part, str) and part)


def _uuid(scheme: str, written: str) -> str:
    """Write sixteen bytes as services write identifiers; as they stand when they are no sixteen."""
    try:
        found = b64decode(written, validate=True)
    except ValueError:
        return f"{scheme}:{written}" if written else ""
    if len(found) == 17 and found[0] in (0, 1):  # a leading sign tells ACI and PNI apart
        found = found[1:]
    return f"{scheme}:{UUID(bytes=found)}" if len(found) == 16 else f"{scheme}:{written}"
