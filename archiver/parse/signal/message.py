"""What one chat item of Signal says: words, files, a card, a poll, or that it is gone."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from archiver.model import Attachment, Kind, Noted
from archiver.parse.signal.frames import (
    Card,
    ChatItem,
    Poll,
    Quote,
    Reaction,
    Standard,
    Status,
    StoryReply,
)
from archiver.parse.signal.media import Media
from archiver.parse.signal.people import NOBODY, Party, People
from archiver.parse.signal.update import UNKNOWN, update


class Said(Struct):
    """What an item was read as, still to be put together."""

    kind: Kind = Kind.MESSAGE
    type: str = "text"
    text: str = ""
    marks: list[str] = []
    attachments: tuple[Attachment, ...] = ()
    values: dict[str, str] = {}
    noted: list[Noted] = []
    goes_on: bool = False


class Messages:
    """Reads the chat items of one export."""

    def __init__(self, people: People, media: Media) -> None:
        self._people = people
        self._media = media

    def read(self, item: ChatItem) -> Said:
        """Read what an item says, and what is noted of it."""
        said = self._said(item)
        if item.revisions:
            said.marks.append("edited")
            said.noted += map(self._earlier, item.revisions)
        if item.expires_in_ms:
            said.marks.append("disappearing")
            said.noted.append(Noted("expires", f"{item.expires_in_ms / 1000:g}"))
        if item.pin_details is not None:
            said.noted.append(
                Noted("pinned", time_text=_time(item.pin_details.pinned_at_timestamp))
            )
        if item.sms:
            said.marks.append("sms")
        if item.outgoing is not None:
            self._sent(item, said)
        elif item.incoming is not None:
            said.values["received"] = str(item.incoming.date_received)
            if item.incoming.date_server_sent not in (None, 0, "0", ""):
                said.values["server"] = str(item.incoming.date_server_sent)
        return said

    def _said(self, item: ChatItem) -> Said:
        if item.standard_message is not None:
            return self._standard(item.standard_message)
        if item.update_message is not None:
            told = update(item.update_message, self._people)
            return Said(told.kind, told.type, told.text, values=dict(told.values))
        if item.sticker_message is not None:
            return self._sticker(item)
        return self._gone(item) or self._rare(item) or Said(type=UNKNOWN)

    def _standard(self, given: Standard) -> Said:
        said = Said(text=given.text.body if given.text else "")
        if given.attachments:
            said.attachments = tuple(
                self._media.attachment(each.pointer)
                for each in given.attachments
                if each.pointer is not None
            )
            said.type = "media"
            said.values |= _captions(given)
        if given.long_text is not None:
            said.attachments += (self._media.attachment(given.long_text),)
            said.goes_on = True
        for link in given.link_preview:
            said.values.setdefault("link", link.url)
            said.values.setdefault("link-title", link.title)
        if given.quote is not None:
            said.noted += quoted(given.quote, self._people)
        if given.reactions:
            said.noted += self._reactions(given.reactions)
        return said

    def _sticker(self, item: ChatItem) -> Said:
        given = item.sticker_message
        sticker = given.sticker if given else None
        said = Said(type="media", text=sticker.emoji if sticker else "", marks=["sticker"])
        if sticker and sticker.data:
            said.attachments = (self._media.attachment(sticker.data),)
        said.noted += self._reactions(given.reactions if given else ())
        return said

    def _gone(self, item: ChatItem) -> Said | None:
        """Read that a message was taken away, or was to be seen once only."""
        if item.remote_deleted_message is not None:
            return Said(type="deleted", marks=["deleted-own" if item.outgoing else "deleted"])
        if item.admin_deleted_message is not None:
            by = self._people.who(item.admin_deleted_message.admin_id)
            noted = [Noted("deleted", by=by.label or by.key)]
            return Said(type="deleted", marks=["deleted-by-admin"], noted=noted)
        if item.view_once_message is not None:
            given = item.view_once_message
            pointer = given.attachment.pointer if given.attachment else None
            left_out = Attachment(missing="not-exported")
            attachment = self._media.attachment(pointer) if pointer else left_out
            said = Said(type="media", marks=["view-once"], attachments=(attachment,))
            said.noted += self._reactions(given.reactions)
            return said
        return None

    def _rare(self, item: ChatItem) -> Said | None:
        if item.contact_message is not None:
            card = item.contact_message.contact
            said = Said(type="contact", text=_card(card) if card else "")
            said.noted += self._reactions(item.contact_message.reactions)
            return said
        if item.poll is not None:
            return self._poll(item.poll)
        if item.direct_story_reply_message is not None:
            return self._story_reply(item.direct_story_reply_message)
        if item.payment_notification is not None:
            paid = item.payment_notification
            return Said(type="payment", text=paid.note, values={"amount": paid.amount_mob})
        if item.gift_badge is not None:
            return Said(type="donation", values={"state": str(item.gift_badge.state)})
        return None

    def _poll(self, given: Poll) -> Said:
        values = {
            "several": str(given.allow_multiple).lower(),
            "ended": str(given.has_ended).lower(),
        }
        said = Said(type="poll", text=given.question, values=values)
        for each in given.options:
            said.noted.append(Noted("option", each.option))
            voters = (self._people.who(vote.voter_id) for vote in each.votes)
            said.noted += (Noted("vote", each.option, _name(voter)) for voter in voters)
        said.noted += self._reactions(given.reactions)
        return said

    def _story_reply(self, given: StoryReply) -> Said:
        told = given.text_reply
        said = Said(text=given.emoji, marks=["story-reply"])
        if told is not None:
            said.text = told.text.body if told.text else ""
            if told.long_text is not None:
                said.attachments = (self._media.attachment(told.long_text),)
                said.goes_on = True
        said.noted += self._reactions(given.reactions)
        return said

    def _reactions(self, given: Sequence[Reaction]) -> list[Noted]:
        who = self._people.who
        return [
            Noted("reaction", each.emoji, _name(who(each.author_id)), _time(each.sent_timestamp))
            for each in given
        ]

    def _earlier(self, item: ChatItem) -> Noted:
        """Note an earlier wording with the time at which it was written."""
        return Noted("edit", self._said(item).text, time_text=_time(item.date_sent))

    def _sent(self, item: ChatItem, said: Said) -> None:
        """Note how far an own message came with each recipient."""
        statuses = item.outgoing.send_status if item.outgoing else ()
        noted, failed = reached(statuses, self._people)
        said.noted += noted
        if failed:
            said.values["failed"] = ", ".join(failed)
            if len(failed) == len(statuses):
                said.marks.append("failed")


def quoted(given: Quote, people: People) -> list[Noted]:
    """Note what a message replies to, and the words of it that it repeats."""
    author = people.who(given.author_id)
    name, noted = author.label or author.key, []
    if (sent := given.target_sent_timestamp) is not None:
        noted.append(Noted("reply", native_id(author, sent), name, _time(sent)))
    if given.text is not None and given.text.body:
        noted.append(Noted("quote", given.text.body, name))
    return noted


def reached(statuses: Sequence[Status], people: People) -> tuple[list[Noted], list[str]]:
    """Note whom a message reached, and name those whom it did not."""
    noted: list[Noted] = []
    failed: list[str] = []
    shown = people.shown
    for each in statuses:
        name = shown.get(each.recipient_id, NOBODY.key)
        if each.read is not None or each.viewed is not None:
            noted.append(Noted("read", "", name, _time(each.timestamp)))
        elif each.delivered is not None:
            noted.append(Noted("delivered", "", name, _time(each.timestamp)))
        elif each.failed is not None:
            failed.append(name)
    return noted, failed


def native_id(author: Party, sent_at: int) -> str:
    """Name a message as Signal itself does: by its author and the millisecond it was sent.

    The holder's own identifier is not in the export; in its place stands ``own``.
    """
    return f"{author.key}/{sent_at}"


def _captions(given: Standard) -> dict[str, str]:
    found = {}
    captions = [each.pointer.caption for each in given.attachments if each.pointer]
    if any(captions):
        found["caption"] = "\n".join(filter(None, captions))
    flags = [str(each.flag) for each in given.attachments if each.flag]
    if flags:
        found["flag"] = ", ".join(flags)
    return found


def _card(card: Card) -> str:
    """Write a visiting card as lines of text: names, organisation, numbers, addresses."""
    name = card.name
    parts = (
        (name.prefix, name.given_name, name.middle_name, name.family_name, name.suffix)
        if name
        else ()
    )
    lines = [" ".join(filter(None, parts)), name.nickname if name else "", card.organization]
    lines += [each.value for each in (*card.number, *card.email)]
    return "\n".join(filter(None, lines))


def _name(party: Party) -> str:
    return party.label or party.key


def _time(milliseconds: int) -> str:
    return str(milliseconds) if milliseconds else ""
