"""Who is who in an iPhone's database: conversations, members of groups, names."""

from __future__ import annotations

from archiver.parse.sqlite_table import Database, text_of
from archiver.parse.whatsapp_database.people import GROUP, Chat, number_of


class People:
    """Conversations and members by row, names and numbers by address."""

    def __init__(self, database: Database, contacts: Database | None) -> None:
        """Read the small tables; `contacts` is the program's own list of contacts."""
        self._names: dict[str, str] = {}
        self._mapped: dict[str, str] = {}
        for row in database.rows("ZWAPROFILEPUSHNAME", ("ZJID", "ZPUSHNAME")):
            self._names[text_of(row[1])] = text_of(row[2])
        self.members: dict[int, str] = {}
        for row in database.rows("ZWAGROUPMEMBER", ("ZMEMBERJID", "ZCONTACTNAME", "ZFIRSTNAME")):
            self._member(row[0], text_of(row[1]), text_of(row[2]) or text_of(row[3]))
        if contacts is not None:
            self._contacts(contacts)
        sessions = list(database.rows("ZWACHATSESSION", ("ZCONTACTJID", "ZPARTNERNAME")))
        for _, raw, name in sessions:
            if name and not text_of(raw).endswith(GROUP):
                self._names[text_of(raw)] = text_of(name)
        self.chats = {
            row: Chat(
                self.known(text_of(raw)), text_of(name) or self.called(text_of(raw)), text_of(raw)
            )
            for row, raw, name in sessions
        }

    def known(self, raw: str) -> str:
        """Give the number's address behind an opaque one, where the contacts tell it."""
        return self._mapped.get(raw, raw)

    def name(self, raw: str) -> str:
        """Give the name of a person; empty when nobody wrote one down."""
        return self._names.get(self.known(raw)) or self._names.get(raw, "")

    def called(self, raw: str) -> str:
        """Give a name or else the number, to show."""
        return self.name(raw) or number_of(self.known(raw))

    def _member(self, row: int, raw: str, name: str) -> None:
        self.members[row] = raw
        if name:
            self._names[raw] = name

    def _contacts(self, contacts: Database) -> None:
        """Read names, and which opaque identifier belongs to which number."""
        columns = ("ZWHATSAPPID", "ZFULLNAME", "ZLID")
        for row in contacts.rows("ZWAADDRESSBOOKCONTACT", columns):
            raw, name, lid = text_of(row[1]), text_of(row[2]), text_of(row[3])
            raw = f"{raw}@s.whatsapp.net" if raw.isdigit() else raw
            if raw and name:
                self._names[raw] = name
            if raw and lid:
                self._mapped[lid if "@" in lid else f"{lid}@lid"] = raw
