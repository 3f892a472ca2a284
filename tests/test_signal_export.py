"""Signal's plaintext export is read to the last byte, and none of its keys come along."""

from __future__ import annotations

import base64
import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import golden
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ministry import ministry
from reading import found, is_sound, items, read, source, uncovered

from archiver.model import Item, Kind, Noted
from archiver.normalise.native import native_normaliser
from archiver.parse import signal_export
from archiver.pipeline.formats import FORMATS

CASES = golden.cases("signal-export")
RICH = Path(__file__).parent / "exports/signal-export/rich/input/main.jsonl"
HEAD = (
    b'{"version":"1","backupTimeMs":"1747130400000"}\n'
    b'{"recipient":{"id":"1","self":{}}}\n'
    b'{"recipient":{"id":"2","contact":{"e164":"31620000002","profileGivenName":"Sam"}}}\n'
    b'{"chat":{"id":"1","recipientId":"2"}}\n'
)


def _chat_item(**fields: Any) -> bytes:
    base = {"chatId": "1", "authorId": "2", "dateSent": "1747130400001", "incoming": {}}
    return json.dumps({"chatItem": base | fields}).encode() + b"\n"


def _one(**fields: Any) -> Item:
    return items(read(signal_export, source(HEAD + _chat_item(**fields), "main.jsonl")))[0]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_case_is_read_as_reviewed(case: Path) -> None:
    """Each export under tests/exports is read exactly as its reviewed lines say."""
    assert "".join(golden.lines(case)) == golden.expected(case).read_text("utf-8")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_items_and_findings_cover_every_byte(case: Path) -> None:
    """No byte of an export is left out or counted twice."""
    given_source = golden.source_of(case)
    entries = read(signal_export, given_source)

    assert list(uncovered(entries, given_source.members[given_source.main].size)) == []
    assert is_sound(entries)


def test_no_key_of_the_account_comes_into_an_item_or_a_finding() -> None:
    """Media keys, profile keys, group keys, sticker keys and the PIN stay in the original."""
    text = RICH.read_bytes()
    secrets = [base64.b64encode(sign.encode() * 32) for sign in "spqgraklxy"] + [b"8642"]
    entries = read(signal_export, source(text, "main.jsonl"))
    kept = msgspec.json.encode(entries)

    assert all(secret in text for secret in secrets)
    assert not [secret for secret in secrets if secret in kept or secret[:12] in kept]


def test_a_message_is_named_by_its_author_and_the_millisecond() -> None:
    """Signal's own identity of a message is its author and the time it was sent."""
    item = _one(standardMessage={"text": {"body": "Goed"}})

    assert (item.native_id, item.thread) == ("e164:+31620000002/1747130400001", "e164:+31620000002")
    assert (item.sender, item.text, item.time_text) == ("Sam", "Goed", "1747130400001")


def test_an_edited_message_stays_the_message_it_was() -> None:
    """After an edit the key is the same as in an export made before it; the old words are noted."""
    before = _one(standardMessage={"text": {"body": "Oud"}})
    revision = {"chatId": "1", "authorId": "2", "dateSent": "1747130400001"}
    after = _one(
        dateSent="1747130460000",
        standardMessage={"text": {"body": "Nieuw"}},
        revisions=[revision | {"standardMessage": {"text": {"body": "Oud"}}}],
    )
    normalise = native_normaliser(source(b"", "main.jsonl"), signal_export.survey(source(b"", "")))

    assert normalise(before).keys == normalise(after).keys
    assert after.marks == ("edited",)
    assert after.noted == (Noted("edit", "Oud", time_text="1747130400001"),)


def test_a_reply_names_the_message_it_answers() -> None:
    """The identifier that a reply notes is that of the message replied to."""
    first, reply = items(
        read(
            signal_export,
            source(
                HEAD
                + _chat_item(standardMessage={"text": {"body": "Vraag"}})
                + _chat_item(
                    authorId="1",
                    dateSent="1747130400002",
                    outgoing={},
                    standardMessage={
                        "text": {"body": "Antwoord"},
                        "quote": {"targetSentTimestamp": "1747130400001", "authorId": "2"},
                    },
                ),
                "main.jsonl",
            ),
        )
    )

    assert reply.noted[0] == Noted("reply", first.native_id, "Sam", "1747130400001")
    assert "own" in reply.marks


def test_a_file_is_found_by_the_digest_of_its_bytes() -> None:
    """The names of exported files say nothing, so the content decides which message has which."""
    digest = base64.b64encode(sha256(b"kaart").digest()).decode()
    pointer = {"fileName": "kaart.png", "locatorInfo": {"plaintextHash": digest, "size": 5}}
    line = _chat_item(standardMessage={"attachments": [{"pointer": pointer}]})
    given_source = source(HEAD + line, "main.jsonl", ("files/ab/ab12.png", b"kaart"))
    (attachment,) = items(read(signal_export, given_source))[0].attachments

    assert (attachment.member, attachment.name) == (1, "kaart.png")
    assert attachment.sha256 == sha256(b"kaart").hexdigest()


def test_two_groups_of_one_name_are_two_conversations() -> None:
    """A group is known by a digest of its key and not by its title."""
    lines = b"".join(
        json.dumps(frame).encode() + b"\n"
        for number in (3, 4)
        for frame in (
            {
                "recipient": {
                    "id": number,
                    "group": {
                        "masterKey": base64.b64encode(bytes([number]) * 32).decode(),
                        "snapshot": {"title": {"title": "Overleg"}},
                    },
                }
            },
            {"chat": {"id": number, "recipientId": number}},
            {"chatItem": {"chatId": number, "authorId": 2, "dateSent": 5, "standardMessage": {}}},
        )
    )
    one, two = items(read(signal_export, source(HEAD + lines, "main.jsonl")))

    assert one.title == two.title == "Overleg"
    assert one.thread != two.thread


def test_settings_after_the_messages_are_no_second_list_of_people() -> None:
    """Lines without a name are told of as such; that names were taken is said once."""
    content = HEAD + _chat_item(standardMessage={"text": {"body": "Ja"}}) + b'{"chatFolder":{}}\n'
    entries = read(signal_export, source(content, "main.jsonl"))

    assert found(entries) == ["W-N005", "W-N013"]
    assert list(uncovered(entries, len(content))) == []


def test_a_line_that_is_too_long_is_told_and_passed() -> None:
    """A line beyond the limit is one finding with its place, and the next line is read."""
    long = b'{"chatItem":"' + b"x" * signal_export.LONGEST + b'"}\n'
    content = HEAD + long + _chat_item(standardMessage={"text": {"body": "Daarna"}})
    entries = read(signal_export, source(content, "main.jsonl"))

    assert found(entries) == ["W-N005", "E-N003"]
    assert items(entries)[0].text == "Daarna"
    assert list(uncovered(entries, len(content))) == []


def test_hostile_nesting_ends_in_a_finding() -> None:
    """A line nested ten thousand deep stops neither the parser nor what follows."""
    deep = b'{"chatItem":{"updateMessage":' + b'{"a":' * 10_000 + b"1" + b"}" * 10_002 + b"\n"
    entries = read(signal_export, source(HEAD + deep + _chat_item(), "main.jsonl"))

    assert "E-N001" in found(entries)
    assert len(items(entries)) == 1


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_cut_or_flipped_byte_stops_the_reading(data: st.DataObject) -> None:
    """Whatever byte is changed or missing, reading ends without an error and covers the file."""
    text = bytearray(RICH.read_bytes())
    at = data.draw(st.integers(0, len(text) - 1))
    text[at] = data.draw(st.integers(0, 255))
    content = bytes(text[: data.draw(st.integers(1, len(text)))])
    entries = read(signal_export, source(content, "main.jsonl"))

    assert list(uncovered(entries, len(content))) == []
    assert is_sound(entries)


def test_only_signal_claims_its_export() -> None:
    """The first lines of the export are claimed by this format and by no other."""
    head = RICH.read_bytes()[:65536]

    assert [each.name for each in FORMATS if each.claims(head, "main.jsonl")] == ["signal-export"]
    assert not signal_export.claims(b'{"version":1}\n', "main.jsonl")
    assert not signal_export.claims(b'{"backupTimeMs":' + b"[" * 5000, "main.jsonl")


def test_an_export_becomes_records_that_are_found_and_known_again(tmp_path: Path) -> None:
    """Taken in twice, the export gives its records once; words, files and gaps can be looked up."""
    here = ministry(tmp_path)
    account = {"service": "signal"}
    here.account("noor", **account)
    for path in RICH.parent.rglob("*"):
        if path.is_file():
            here.write(f"een/{path.relative_to(RICH.parent)}", path.read_bytes())
    first = here.ingest(tmp_path / "handed-in/een", "noor", code=None)
    again = here.write("twee/main.jsonl", RICH.read_bytes() + b"\n").parent
    second = here.ingest(again, "noor", code=None)
    (hit,) = here.search("Kamerbrief AND lezen")["hits"]

    assert (first["source_format"], first["read"]) == ("signal-export", first["new"])
    assert first["attachments"]["present"] == 1
    assert {"W-N011", "W-N012"} <= {one["code"] for one in first["findings"]}
    assert (second["new"], second["known"]) == (0, first["read"])
    assert hit["sender"] == "Sam de Wit"
    assert here.run("show", hit["id"]).code == 0
    assert len(here.json("explain", hit["id"])["holdings"]) == 2


def test_events_are_told_apart_from_messages() -> None:
    """Updates are events, calls that were taken are messages, missed calls are events."""
    entries = items(read(signal_export, source(RICH.read_bytes(), "main.jsonl")))
    events = [item.type for item in entries if item.kind is Kind.EVENT]

    assert "call-missed-video" in events
    assert "group-created" in events
    assert "call" not in events


def test_a_first_line_that_is_no_text_is_not_claimed() -> None:
    """Bytes that are no UTF-8 in what looks like an export's first line make the probe say no."""
    assert not signal_export.claims(b'{"version":"1\xff","backupTimeMs":"1"}\n', "main.jsonl")


def test_the_short_way_gives_what_the_long_way_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    """A plain message is read quickly; nothing of its item depends on that."""
    for case in golden.cases("signal-export"):
        quick = list(golden.lines(case))
        with monkeypatch.context() as patched:
            patched.setattr(signal_export, "plain", lambda *_: None)
            assert list(golden.lines(case)) == quick
