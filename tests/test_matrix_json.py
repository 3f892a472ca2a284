"""Matrix rooms as Element exports them: replies, edits, redactions, members, files."""

from __future__ import annotations

import json
from typing import Any

import pytest
from reading import items, read, source

from archiver.model import Item, Noted
from archiver.parse import matrix_json


def _one(*media: tuple[str, bytes], **fields: Any) -> Item:
    event = {"type": "m.room.message", "event_id": "$1", "sender": "@a:x", "content": {}} | fields
    text = json.dumps({"room_name": "Kamer", "exported_by": "a", "messages": [event]})
    return items(read(matrix_json, source(text, "export.json", *media)))[0]


def test_what_a_reply_quotes_is_apart_from_its_words() -> None:
    """Older programs put the words that are replied to above the reply."""
    content = {
        "msgtype": "m.text",
        "body": "> <@b:x> vraag\n> regel\n\nantwoord",
        "m.relates_to": {"m.in_reply_to": {"event_id": "$0"}},
    }
    item = _one(content=content)

    assert item.text == "antwoord"
    assert item.noted == (Noted("reply", "$0"), Noted("quote", "<@b:x> vraag\nregel"))


def test_somebody_may_quote_without_replying() -> None:
    """Without a reply the words stay as they are."""
    assert _one(content={"msgtype": "m.text", "body": "> a\n\nb"}).text == "> a\n\nb"


@pytest.mark.parametrize(("by", "mark"), [("@a:x", "deleted"), ("@b:x", "deleted-by-admin")])
def test_a_redaction_says_who_did_it(by: str, mark: str) -> None:
    """A message that its sender took back differs from one that somebody else removed."""
    item = _one(unsigned={"redacted_because": {"sender": by, "origin_server_ts": 5}})

    assert (item.type, item.marks) == ("deleted", (mark,))
    assert item.noted == (Noted("deleted", "", by, "5"),)


@pytest.mark.parametrize(
    ("now", "before", "key", "type_"),
    [
        ("join", "", "@a:x", "member-joined"),
        ("join", "join", "@a:x", "profile-changed"),
        ("invite", "", "@b:x", "member-added"),
        ("leave", "join", "@a:x", "member-left"),
        ("leave", "join", "@b:x", "member-removed"),
        ("ban", "join", "@b:x", "member-removed"),
        ("knock", "", "@a:x", "member-asked"),
    ],
)
def test_membership_is_read_from_what_it_was_and_who_changed_it(
    now: str, before: str, key: str, type_: str
) -> None:
    """One kind of event tells joining, leaving, removing and a changed name."""
    item = _one(
        type="m.room.member",
        content={"membership": now},
        state_key=key,
        unsigned={"prev_content": {"membership": before}},
    )
    assert item.type == type_


def test_a_file_is_found_under_the_date_that_element_adds() -> None:
    """Two files that both fit are not guessed between."""
    content = {"msgtype": "m.file", "body": "een-nota.pdf"}
    one = ("files/een-nota-5-3-2024.pdf", b"a")
    two = ("files/een-nota-6-3-2024.pdf", b"b")

    assert _one(one, content=content).attachments[0].member == 1
    assert _one(one, two, content=content).attachments[0].missing == "several-files-fit"
    assert _one(content=content).attachments[0].missing == "not-handed-in"
