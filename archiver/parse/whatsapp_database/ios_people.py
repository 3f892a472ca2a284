"""Who is who in an iPhone's database: conversations, members of groups, names."""

from __future__ import annotations

from archiver.parse.sqlite_table import Database, text_of
from archiver.parse.whatsapp_database.names import GROUP, Names


class People(Names):
    """Conversations and members by row, names and numbers by address."""

    def __init__(self, database: Database, contacts: Database | None) -> None:
        """Read the small tables; `contacts` is the program's own list of contacts."""
        super().__init__()
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
        self.chats = {row: self.chat(text_of(raw), text_of(name)) for row, raw, name in sessions}

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
