"""The short way for what nearly every line is: words, perhaps with a quote, and nothing rare.

It gives exactly the item that the long way (`archiver.parse.signal.message`) gives, or None.
"""

from __future__ import annotations

from archiver.model import Item, Kind, Noted
from archiver.parse.signal.frames import ChatItem
from archiver.parse.signal.message import quoted, reached
from archiver.parse.signal.people import People

_MESSAGE = Kind.MESSAGE
_NOTHING: tuple[Noted, ...] = ()


def plain(
    given: ChatItem, number: int, member: int, offset: int, length: int, people: People
) -> Item | None:
    """Make the item of a plain message; None when the long way must be taken."""
    said = given.standard_message
    if said is None or given.revisions or given.expires_in_ms or given.sms or given.pin_details:
        return None
    if said.attachments or said.reactions or said.link_preview or said.long_text:
        return None
    author, chat = people.authors.get(given.author_id), given.chat_id
    place = people.places.get(chat) or people.place(chat)
    if author is None or place is None:
        return None
    name, identifier, marks, key = author
    noted, sent = _NOTHING, str(given.date_sent)
    if (out := given.outgoing) is not None:
        values: dict[str, str] = {}
        marks = ("own",)
        if out.send_status:
            told, failed = reached(out.send_status, people)
            if failed:
                return None
            noted = tuple(told)
    elif (came := given.incoming) is not None:
        values = {"received": str(came.date_received)}
        if (server := came.date_server_sent) and server != "0":
            values["server"] = str(server)
    else:
        values = {}
    if said.quote is not None:
        noted = (*quoted(said.quote, people), *noted)
    return Item(
        number, member, offset, length, _MESSAGE, "text", sent, name,
        said.text.body if said.text is not None else "", marks, (), f"{key}/{sent}", place[0],
        values, None, "", place[1], identifier, noted,
    )  # fmt: skip
