"""One message of an SMS backup: its attributes, its parts and its addresses, as an item.

Values of ``type``, ``msg_box`` and the address types are those of Android's own message store
(Telephony.Sms, Telephony.Mms; PduHeaders of MMS encapsulation 1.3).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from archiver.model import Attachment, Item, Kind, Noted
from archiver.parse.beside import NOT_EXPORTED
from archiver.parse.sms.cut import Held

DAMAGED = "damaged"
"""Why a file is missing that stands in the backup but cannot be decoded."""

_PHONE = re.compile(r"\+?[0-9]{7,15}")
_SEPARATORS = re.compile(r"[\s().\-/]+")
_NOTHING = frozenset({"", "null"})
_EMPTY = frozenset({"", "null", "0"})
_KEPT = ("subject", "sub", "date_sent", "readable_date", "service_center", "m_id")
_NO_NAME = frozenset({"", "null", "(Unknown)", "(Onbekend)"})
_BOXES = {"3": "draft", "5": "failed"}
_OWN = frozenset({"2", "3", "4", "5", "6"})
_WAITING = {"4": "outbox", "6": "queued"}
_SELF = "insert-address-token"
_FROM = "137"
_ROLES = {"151": "to", "130": "cc", "129": "bcc"}
_MESSAGE = Kind.MESSAGE
_STARRED = (Noted("starred"),)
_LAYOUT = "application/smil"
_COUNTRY = "+31"


@dataclass(slots=True)
class Entry:
    """What the tokenizer has seen of one message."""

    tag: str
    offset: int
    attributes: Mapping[str, str]
    parts: Sequence[Mapping[str, str]] = ()
    addresses: Sequence[Mapping[str, str]] = ()


def item(entry: Entry, number: int, member: int, length: int, held: Mapping[int, Held]) -> Item:
    """Make the item of one message."""
    said = entry.attributes
    if entry.tag == "sms" and not entry.parts:
        return _short(said, number, member, entry.offset, length)
    short = entry.tag == "sms"
    box = said.get("type" if short else "msg_box", "")
    own = box in _OWN
    sent_by = "" if short else ", ".join(_of(entry.addresses, _FROM))
    with_whom = parties(said.get("address", ""), said.get("contact_name", ""), sent_by, short)
    attachments = tuple(_attachments(entry.parts, held)) if entry.parts else ()
    values = _values(said) if short else _values(said) | _others(entry.addresses)
    if box in _WAITING:
        values["state"] = _WAITING[box]
    return Item(
        number, member, entry.offset, length, Kind.MESSAGE, _type(entry, attachments),
        said.get("date", ""), "" if own else with_whom.sender, _text(entry), _marks(box, own=own),
        attachments, "", with_whom.title, values, None, "", with_whom.thread,
        "" if own else with_whom.sender_id, _noted(said, own=own),
    )  # fmt: skip


def _short(said: Mapping[str, str], number: int, member: int, offset: int, length: int) -> Item:
    """Make the item of a short message: nine of ten are one, so that their way is short too."""
    get = said.get
    box, text, subject = get("type", ""), get("body", ""), get("subject", "")
    title, thread, sender, sender_id = parties(
        get("address", ""), get("contact_name", ""), "", True
    )
    if box in _OWN:
        marks, sender, sender_id = _marks(box, own=True), "", ""
        noted = _noted(said, own=True)
    else:
        marks = ()
        noted = _STARRED if get("locked") == "1" else ()
    if subject in _NOTHING:
        text = "" if text in _NOTHING else text
    else:
        text = subject if text in _NOTHING else f"{subject}\n{text}"
    values = _values(said)
    if box in _WAITING:
        values["state"] = _WAITING[box]
    return Item(
        number, member, offset, length, _MESSAGE, "text", get("date", ""), sender, text, marks,
        (), "", title, values, None, "", thread, sender_id, noted,
    )  # fmt: skip


class Parties(NamedTuple):
    """Who a message is with, by number and by the name that the phone's contacts gave."""

    title: str
    thread: str
    sender: str
    sender_id: str


@lru_cache(maxsize=4096)
def parties(address: str, contact: str, sent_by: str, short: bool) -> Parties:
    """Read the numbers and names of a message; those of a group are joined.

    A name may hold a comma itself; then nobody can say which name is whose.
    """
    numbers = [one for one in address.split("~") if one]
    name = "" if contact in _NO_NAME else contact
    names = [name] if len(numbers) == 1 else name.split(", ")
    named = dict(zip(map(plain, numbers), names, strict=True)) if _fit(names, numbers) else {}
    alone = numbers[0] if numbers and (short or len(numbers) == 1) else ""
    written = sent_by or alone
    return Parties(
        name or ", ".join(numbers),
        "sms:" + "~".join(sorted(map(international, numbers))),
        named.get(plain(written)) or written,
        _typed(written),
    )


def _fit(names: Sequence[str], numbers: Sequence[str]) -> bool:
    return len(names) == len(numbers) and all(names)


def plain(number: str) -> str:
    """Take the separators out of a number."""
    return _SEPARATORS.sub("", number)


def international(number: str) -> str:
    """Write a number in the one form that names a conversation.

    A phone keeps one conversation of ``06…`` and ``+316…``; numbers without a country belong to
    the Netherlands, as everywhere in the archive.
    """
    digits = plain(number)
    if not _PHONE.fullmatch(digits):
        return number.strip()
    if digits.startswith("00"):
        return "+" + digits[2:]
    return _COUNTRY + digits[1:] if digits.startswith("0") and len(digits) == 10 else digits


def _typed(number: str) -> str:
    """Type a number; a short code or a name chosen by a business is no telephone number."""
    if not number:
        return ""
    return f"e164:{number}" if _PHONE.fullmatch(plain(number)) else f"sms:{number}"


def _of(addresses: Sequence[Mapping[str, str]], code: str) -> list[str]:
    found = (one.get("address", "") for one in addresses if one.get("type") == code)
    return [address for address in found if address not in _NOTHING and address != _SELF]


def _text(entry: Entry) -> str:
    """Put together the subject and the words; a short message has a body, others have parts."""
    said = entry.attributes
    if entry.tag == "sms" and said.get("subject", "") in _NOTHING:
        body = said.get("body", "")
        return "" if body in _NOTHING else body
    texts = [said.get("subject" if entry.tag == "sms" else "sub", "")]
    texts.append(said.get("body", "") if entry.tag == "sms" else "")
    texts += [part.get("text", "") for part in entry.parts if _is_words(part)]
    return "\n".join(text for text in texts if text not in _NOTHING)


def _is_words(part: Mapping[str, str]) -> bool:
    return part.get("ct", "") == "text/plain" and part.get("text", "") not in _NOTHING


def _attachments(parts: Sequence[Mapping[str, str]], held: Mapping[int, Held]) -> list[Attachment]:
    return [
        _attachment(part, number, held)
        for number, part in enumerate(parts)
        if part.get("ct") != _LAYOUT and not _is_words(part)
    ]


def _attachment(part: Mapping[str, str], number: int, held: Mapping[int, Held]) -> Attachment:
    names = (part.get(key, "") for key in ("cl", "name", "fn", "cid"))
    name = next((each.strip("<>") for each in names if each not in _NOTHING), "")
    kind = part.get("ct", "")
    mark = part.get("data", "")
    file = held.get(int(mark[1:])) if mark.startswith("#") else None
    if file is None:
        return Attachment(name, kind, part=number, missing=NOT_EXPORTED)
    if file.size < 0:
        return Attachment(name, kind, part=number, missing=DAMAGED)
    return Attachment(name, kind, file.size, file.sha256, part=number)


def _type(entry: Entry, attachments: Sequence[Attachment]) -> str:
    if entry.tag not in ("sms", "mms", "rcs"):
        return "unknown"
    if not attachments:
        return "text"
    cards = all(each.media_type in ("text/x-vcard", "text/vcard") for each in attachments)
    return "contact" if cards else "media"


def _marks(box: str, *, own: bool) -> tuple[str, ...]:
    state = (_BOXES[box],) if box in _BOXES else ()
    return (*state, "own") if own else state


def _values(said: Mapping[str, str]) -> dict[str, str]:
    get, found = said.get, {}
    for key in _KEPT:
        if (value := get(key, "")) not in _EMPTY:
            found[key] = value
    if get("read") == "0":
        found["unread"] = "true"
    return found


def _others(addresses: Sequence[Mapping[str, str]]) -> dict[str, str]:
    found = {role: ", ".join(_of(addresses, code)) for code, role in _ROLES.items()}
    return {role: those for role, those in found.items() if those}


def _noted(said: Mapping[str, str], *, own: bool) -> tuple[Noted, ...]:
    starred = _STARRED if said.get("locked") == "1" else ()
    return (Noted("delivered"), *starred) if own and said.get("status") == "0" else starred
