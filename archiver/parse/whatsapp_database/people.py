"""Who is who in an Android phone's database: addresses, the numbers behind them, names, chats.

The table ``jid_map`` says which opaque identifier belongs to which number. Names stand in the
phone's ``wa.db``, which is not always handed in.
"""

from __future__ import annotations

from archiver.parse.sqlite_table import Database, text_of
from archiver.parse.whatsapp_database.names import Chat, Names


class People(Names):
    """Addresses by row, names by address."""

    def __init__(self, database: Database, contacts: Database | None) -> None:
        """Read the small tables; `contacts` is the phone's address book."""
        super().__init__()
        self._jids: dict[int, str] = {}
        for row in database.rows("jid", ("raw_string", "user", "server")):
            self._jids[row[0]] = text_of(row[1]) or f"{text_of(row[2])}@{text_of(row[3])}"
        for row in database.rows("jid_map", ("lid_row_id", "jid_row_id")):
            if phone := self.raw(row[2]):
                self._mapped[self.raw(row[1])] = phone
        self._names = {
            self.raw(row[1]): text_of(row[2]) or text_of(row[3])
            for row in database.rows("lid_display_name", ("lid_row_id", "display_name", "username"))
        }
        self._names |= _address_book(contacts) if contacts else {}

    def raw(self, row: object) -> str:
        """Give the address in a row of the table of addresses, or that which is one itself."""
        return self._jids.get(row, "") if type(row) is int else text_of(row)


def chats(database: Database, people: People) -> dict[int, Chat]:
    """Read the conversations by row."""
    names = {
        row[1]: text_of(row[2]) for row in database.rows("newsletter", ("chat_row_id", "name"))
    }
    return {
        row[0]: people.chat(people.raw(row[1]), text_of(row[2]) or names.get(row[0], ""))
        for row in database.rows("chat", ("jid_row_id", "subject"))
    }


def old_chats(database: Database, people: People) -> dict[str, Chat]:
    """Read the conversations of the older tables by address."""
    return {
        text_of(row[1]): people.chat(text_of(row[1]), text_of(row[2]))
        for row in database.rows("chat_list", ("key_remote_jid", "subject"))
    }


def _address_book(contacts: Database) -> dict[str, str]:
    """Read names from ``wa.db``: what the holder wrote down, else what the person calls himself."""
    columns = ("jid", "display_name", "wa_name", "given_name", "nickname")
    found = {}
    for row in contacts.rows("wa_contacts", columns):
        if name := next(filter(None, map(text_of, row[2:])), ""):
            found[text_of(row[1])] = name
    for row in contacts.rows("wa_vnames", ("jid", "verified_name")):
        if name := text_of(row[2]):
            found.setdefault(text_of(row[1]), name)
    return found
