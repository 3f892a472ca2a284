"""Telegram's result.json is read message by message, and nothing of it is lost unseen."""

from __future__ import annotations

import json
import tracemalloc
from io import BytesIO
from pathlib import Path
from typing import Any

import golden
import pytest
from frames import beyond_the_frame, overlaps
from hypothesis import given, settings
from hypothesis import strategies as st
from ministry import ministry
from msgspec.structs import replace
from reading import found, is_sound, items, read, source

from archiver.model import Item, Kind, Noted
from archiver.normalise.native import native_normaliser
from archiver.parse import telegram_json
from archiver.pipeline.formats import FORMATS

CASES = golden.cases("telegram-json")
SINGLE = golden.EXPORTS / "telegram-json/single/input"
NAME = "result.json"


def _chat(*messages: Any, **header: Any) -> bytes:
    told = {"name": "Proef", "type": "private_group", "id": 5} | header
    return json.dumps(told | {"messages": list(messages)}, indent=1).encode()


def _message(number: int = 1, **fields: Any) -> dict[str, Any]:
    return {
        "id": number, "type": "message", "date": "2024-03-05T10:00:00",
        "date_unixtime": "1709629200", "from": "Sam", "from_id": "user9", "text": "hallo",
    } | fields  # fmt: skip


def _one(**fields: Any) -> Item:
    return items(read(telegram_json, source(_chat(_message(**fields)), NAME)))[0]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_case_is_read_as_reviewed(case: Path) -> None:
    """Each export under tests/exports is read exactly as its reviewed lines say."""
    assert "".join(golden.lines(case)) == golden.expected(case).read_text("utf-8")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_items_and_findings_cover_all_but_the_frame(case: Path) -> None:
    """What no item and no finding covers is punctuation, keys and small headers."""
    entries = read(telegram_json, golden.source_of(case))

    assert beyond_the_frame(entries, (case / "input/result.json").read_bytes()) == []
    assert overlaps(entries) == []
    assert is_sound(entries)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_no_other_format_claims_it(case: Path) -> None:
    """Telegram's file is claimed by its content, whatever its name, and by one format only."""
    head = (case / "input/result.json").read_bytes()[:65536]

    assert [each.name for each in FORMATS if each.claims(head, "x.dat")] == ["telegram-json"]


def test_a_json_text_of_another_kind_is_not_claimed() -> None:
    """A file that only speaks of Telegram's words is none of its exports."""
    assert not telegram_json.claims(b'[{"type": "message", "from_id": 1}]', NAME)
    assert not telegram_json.claims(b'{"messages": [{"type": "message", "ts": "1"}]}', NAME)
    assert not telegram_json.claims(b'{"text": "\\"type\\": \\"personal_chat\\""}', NAME)


def test_an_account_whose_chats_stand_far_on_is_claimed() -> None:
    """The sections before the chats show what the file is."""
    head = b'{\n "about": "Here is the data.",\n "personal_information": {\n  "user_id": 1'
    assert telegram_json.claims(head, NAME)


def test_who_holds_a_whole_account_is_known() -> None:
    """Messages of the account's holder are marked as own; a single chat does not tell."""
    case = golden.EXPORTS / "telegram-json/account"
    own = [each.sender for each in items(read(telegram_json, golden.source_of(case)))
           if "own" in each.marks]  # fmt: skip

    assert own == ["Fenna Oosterhuis", "Fenna Oosterhuis"]
    assert _one().marks == ()


def test_the_old_and_the_new_way_to_write_a_person_are_one_person() -> None:
    """A bare number of an old export is the same typed identifier as today's."""
    assert _one(from_id=9).sender_id == _one(from_id="user9").sender_id == "tg:user9"
    assert _one(from_id=(1 << 32) + 7).sender_id == "tg:chat7"
    assert _one(from_id=(2 << 32) + 7).sender_id == "tg:channel7"
    assert _one(from_id=(9 << 32) + 7).sender_id == f"tg:{(9 << 32) + 7}"


def test_a_reaction_names_who_gave_it_and_counts_the_others() -> None:
    """Of many reactions Telegram names only the latest people; the others are a number."""
    told = [{"type": "emoji", "count": 3, "emoji": "👍", "recent": [{"from": "Sam", "date": "x"}]}]

    assert _one(reactions=told).noted == (
        Noted("reaction", "👍", "Sam", "x"),
        Noted("reaction", "👍 × 2"),
    )


def test_a_plain_message_and_a_rich_one_are_read_alike() -> None:
    """The short way for plain messages gives what the long way gives."""
    plain, rich = _one(), _one(via_bot="@bot")

    assert rich.values == {"via_bot": "@bot"}
    assert plain == Item(
        rich.number, rich.member, rich.offset, plain.length, rich.kind, rich.type, rich.time_text,
        rich.sender, rich.text, rich.marks, rich.attachments, rich.native_id, rich.title,
        thread=rich.thread, sender_id=rich.sender_id, noted=rich.noted,
    )  # fmt: skip


def test_a_member_who_leaves_is_told_from_one_who_is_removed() -> None:
    """Telegram writes one action for both."""
    service = {"type": "service", "action": "remove_members", "actor": "Sam", "actor_id": "user9"}

    assert _one(**service, members=["Sam"]).type == "member-left"
    assert _one(**service, members=["Noor"]).type == "member-removed"
    assert _one(**service, members=["Noor"]).kind is Kind.EVENT


@pytest.mark.parametrize(
    ("content", "codes"),
    [
        (b'{"name": "x", "type": "personal_chat", "id": 1}', ["E-G002"]),
        (_chat()[:-3], ["E-G001"]),
        (_chat() + b"{}", ["E-G001"]),
        (_chat(stickers=[1]), ["W-G003"]),
        (_chat(5), ["W-G004"]),
        (_chat(_message(text="a\x01b")).replace(b"\\u0001", b"\\x01"), ["W-G005"]),
        (_chat(_message(type="hologram")), ["W-G006"]),
        (_chat(_message(type="service", action="hologram")), ["W-G006"]),
        (_chat(_message(file_size=[1])), ["W-G007"]),
        (_chat(_message(text={"x": 1})), ["W-G007"]),
        (_chat(_message(date_unixtime="")), ["W-G008"]),
        (b'{"messages": []}', ["W-G009"]),
        (_chat(_message(2), _message(2)), ["W-G010"]),
        (_chat(_message(2), _message(1, via_bot="@b")), ["W-G010"]),
        (_chat("deep").replace(b'"deep"', b"[" * 5000 + b"]" * 5000), ["W-G004"]),
    ],
)
def test_everything_unusual_is_a_finding(content: bytes, codes: list[str]) -> None:
    """Each finding is provoked by a file of its own."""
    assert [code for code in found(read(telegram_json, source(content, NAME))) if code in codes]


def test_the_public_samples_are_read_whole(samples: Path) -> None:
    """Both public sample files give their two messages each."""
    for name in ("test_single_export.json", "test_batch_export.json"):
        content = (samples / "chat/chat-miner/telegram" / name).read_bytes()
        texts = [each.text for each in items(read(telegram_json, source(content, name)))]
        assert texts == ["Minimal Message", "Link:https://telegram.org/"]
        assert telegram_json.claims(content, name)


def test_memory_does_not_grow_with_the_file() -> None:
    """Forty thousand messages are read within a few megabytes."""
    content = _chat(*[_message(number) for number in range(40_000)])
    given_source = replace(source(b"", NAME), stream=BytesIO(content))
    tracemalloc.start()
    try:
        count = sum(isinstance(each, Item) for each in telegram_json.parse(
            given_source, telegram_json.survey(given_source)))  # fmt: skip
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert count == 40_000
    assert peak < 8 << 20


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 12_000), st.binary(max_size=2), st.booleans())
def test_no_damage_makes_it_raise_or_lose_bytes(at: int, put: bytes, cut: bool) -> None:
    """Whatever is cut or changed, the rest is read, and what is not read is told."""
    whole = (SINGLE / NAME).read_bytes()
    content = whole[:at] + put + (b"" if cut else whole[at + len(put) :])
    given_source = source(content, NAME)
    entries = read(telegram_json, given_source)
    normalise = native_normaliser(given_source, telegram_json.survey(given_source))

    assert [each.number for each in items(entries)] == list(range(1, len(items(entries)) + 1))
    assert all(normalise(each).number == each.number for each in items(entries))
    assert overlaps(entries) == []
    assert is_sound(entries)


def test_an_export_is_ingested_found_and_explained(tmp_path: Path) -> None:
    """A folder as Telegram writes it becomes records that can be searched and explained."""
    place = ministry(tmp_path)
    place.account("fenna", service="telegram")
    folder = place.folder / "export"
    for path in sorted(SINGLE.rglob("*")):
        if path.is_file():
            target = folder / path.relative_to(SINGLE)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    done = place.ingest(folder, "fenna", code=None)
    hits = place.search("concept")["hits"]

    assert (done["source_format"], done["state"], done["read"]) == ("telegram-json", "ingested", 30)
    assert (done["attachments"]["present"], done["attachments"]["missing"]) == (2, 4)
    assert [hit["sender"] for hit in hits] == ["Fenna Oosterhuis"]
    assert place.json("explain", hits[0]["id"])["holdings"]
    again = place.ingest(folder, "fenna", code=None)
    assert again["new"] == 0
