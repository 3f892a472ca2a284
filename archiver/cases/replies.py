"""What records reply to, by the identifiers of their source.

A message of a chat replies to every message that it names. A mail replies to one: of the
identifiers of In-Reply-To the last that the archive has, else the last of References (RFC 5322
§3.6.4, October 2008). It is found in whatever wording the archive has it, by the Message-ID of any
of its copies. What stands further back in References is not what a mail answers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from archiver.cases import tables_replies as tables
from archiver.cases.tables_replies import Named
from archiver.normalise.key import match_key
from archiver.normalise.mail import ID as MAIL
from archiver.normalise.native import ID as CHAT
from archiver.store.catalogue.connection import Connection


def answered(
    connection: Connection, records: Iterable[int], *, sealed: bool
) -> dict[int, tuple[int, ...]]:
    """Give for each record that replies to others that are here those others; never itself.

    Without `sealed` only what is open, and what all may see that a record replies to.
    """
    named = [
        (one, _key(one)) for one in tables.replies(connection, sorted(set(records)), sealed=sealed)
    ]
    here = tables.having(connection, {key for _, key in named}, sealed=sealed)
    found: dict[int, set[int]] = defaultdict(set)
    for one, key in named:
        if not (one.is_mail and found[one.record]):
            found[one.record] |= here.get(key, set()) - {one.record}
    return {record: tuple(sorted(above)) for record, above in found.items() if above}


def parents(connection: Connection, records: Sequence[int]) -> dict[int, int]:
    """Give for each of these records that replies to another of them that other."""
    among = set(records)
    found = answered(connection, records, sealed=False)
    both = {record: among.intersection(above) for record, above in found.items()}
    return {record: min(above) for record, above in both.items() if above}


def beginnings(above: Mapping[int, int]) -> dict[int, int]:
    """Give for each record that replies, given as what it replies to, where its line begins.

    Of records that reply to each other in a circle, and those that lead there, it is the earliest.
    """
    found: dict[int, int] = {}
    for record in sorted(above):
        line: dict[int, None] = {}
        at = record
        while at in above and at not in found and at not in line:
            line[at] = None
            at = above[at]
        found |= dict.fromkeys(line, min(line) if at in line else found.get(at, at))
    return found


def _key(one: Named) -> bytes:
    return (
        match_key(MAIL, one.identifier)
        if one.is_mail
        else match_key(CHAT, one.thread, one.identifier)
    )
