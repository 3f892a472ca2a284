"""Normalise one message of a source with identifiers of its own.

Level 2 of the ladder: the same identifier in its conversation, and the same immutable core (author,
sent time, kind). The words are no part of the key, since they may be edited afterwards: another
wording is then one more copy of the record. The author counts only by an identifier, because a
contact's name may change between two exports. A message without an identifier is compared as in
`archiver.normalise.chat`: author, time, words, media.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from archiver.format import Learnt, Source
from archiver.model import Item, Normal
from archiver.normalise.chat import RULE as WORDS
from archiver.normalise.clocks import NO_TIME, clocks
from archiver.normalise.identifier import identify
from archiver.normalise.key import match_key
from archiver.normalise.text import matching

RULE, ID = "native-1", "native-id-1"
OWN = "own:"
"""The author of what the holder of the account sent, where the source says no more than that."""

_JID = re.compile(r"([0-9]{7,15})(?:[.:][0-9]+){0,2}@(?:s\.whatsapp\.net|c\.us)")
_REMEMBERED = 65_536


def native_normaliser(source: Source, survey: Learnt) -> Callable[[Item], Normal]:
    """Give the function that normalises the items of one source.

    Raises:
        UnknownZone: An officer's answer, or the source, names no time zone.
    """
    zone = source.zone or survey.zone or source.default_zone
    read = clocks(survey.clocks, zone, answered=bool(source.zone or survey.zone))

    def normalise(item: Item) -> Normal:
        sent_at, precision, basis, ambiguous = read(item.time_text) or NO_TIME
        author = author_of(item)
        thread = item.thread or item.title
        when = item.time_text if sent_at is None else str(sent_at) + precision
        what = item.kind + "/" + item.type if not item.native_id else item.kind
        if item.native_id:
            core = "" if author.startswith("name:") else author
            keys = (match_key(RULE, item.native_id, core, when, what),)
            conflict = match_key(ID, thread, item.native_id)
        else:
            media = "\n".join(matching(each.name) for each in item.attachments)
            keys = (match_key(WORDS, author, when, matching(item.text), media, what),)
            conflict = None
        return Normal(
            item.number, sent_at, precision, basis, ambiguous, author, thread, "strand", True,
            keys, conflict,
        )  # fmt: skip

    return normalise


def author_of(item: Item) -> str:
    """Give the typed identifier of who sent an item; empty when nobody did."""
    if item.sender_id:
        return typed(item.sender_id)
    if item.sender:
        return identify(item.sender)
    return OWN if "own" in item.marks else ""


@lru_cache(maxsize=_REMEMBERED)
def typed(identifier: str) -> str:
    """Bring a typed identifier into the one form in which it is compared.

    A WhatsApp address that begins with a telephone number is that number; one that ends in
    ``@lid`` is not, though it is all digits.
    """
    scheme, _, value = identifier.partition(":")
    if scheme == "jid":
        match = _JID.fullmatch(value)
        if match:
            return f"e164:+{match[1]}"
        return f"lid:{value.removesuffix('@lid')}" if value.endswith("@lid") else identifier
    if scheme in ("e164", "mail"):
        return identify(value) or identifier
    return identifier
