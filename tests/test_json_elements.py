"""Splitting a JSON text into elements: places, memory, and texts that are broken or hostile."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.parse import json_buffer
from archiver.parse.json_elements import (
    ANY,
    Broken,
    Element,
    Entered,
    Event,
    Left,
    Unread,
    Value,
    Wanted,
    elements,
)

CHATS: Wanted = ("chats", "list", ANY, "messages")
_BLANK = b" \t\r\n"
_scalars = st.none() | st.booleans() | st.integers() | st.text(max_size=8)
_anything = st.recursive(
    _scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=12,
)


def events(text: bytes, *wanted: Wanted, **limits: int) -> list[Event]:
    """Split a text."""
    return list(elements(BytesIO(text), wanted or ((),), **limits))


def found(given_events: Sequence[Event]) -> list[Any]:
    """Decode the elements."""
    return [json.loads(each.raw) for each in given_events if isinstance(each, Element)]


@settings(max_examples=150, deadline=None)
@given(st.lists(_anything, max_size=8), st.sampled_from([None, 1, 4, "\t"]), st.booleans())
def test_elements_are_those_of_a_decoder_and_stand_where_they_say(
    values: list[Any], indent: int | str | None, escaped: bool
) -> None:
    """Every element is what a decoder reads, at the offset and of the length that is stated."""
    text = json.dumps(values, indent=indent, ensure_ascii=escaped).encode("utf-8", "replace")
    given_events = events(text)
    assert found(given_events) == json.loads(text)
    for each in given_events:
        if isinstance(each, Element):
            assert text[each.offset : each.offset + each.length] == each.raw
    assert given_events[-1] == Left((), 0, len(text), len(values))


def test_headers_are_told_as_they_come() -> None:
    """A chat's name and id are told before or after its messages, wherever they stand."""
    text = b'{"about": "x", "chats": {"list": [{"id": 1, "messages": [7, 8], "name": "A"}]}}'
    assert [(type(each).__name__, each.path) for each in events(text, CHATS)] == [
        ("Entered", ()),
        ("Value", ("about",)),
        ("Entered", ("chats",)),
        ("Entered", ("chats", "list")),
        ("Entered", ("chats", "list", 0)),
        ("Value", ("chats", "list", 0, "id")),
        ("Entered", ("chats", "list", 0, "messages")),
        ("Element", ("chats", "list", 0, "messages")),
        ("Element", ("chats", "list", 0, "messages")),
        ("Left", ("chats", "list", 0, "messages")),
        ("Value", ("chats", "list", 0, "name")),
        ("Left", ("chats", "list", 0)),
        ("Left", ("chats", "list")),
        ("Left", ("chats",)),
        ("Left", ()),
    ]


def test_a_wanted_path_without_an_array_is_a_value() -> None:
    """Where an array was expected and none stands, the value is told as it is."""
    assert events(b'{"messages": null}', ("messages",))[1] == Value(("messages",), 13, 4, b"null")


def test_escapes_that_json_does_not_know_are_left_alone() -> None:
    """An illegal escape in one element changes no other element and no place."""
    rows = [b'{\n  "text": "a%d"\n }' % number for number in range(50)]
    rows[20] = b'{\n  "text": "a\\x1b\\"]}"\n }'
    text = b"[\n " + b",\n ".join(rows) + b"\n]"
    assert [each.raw for each in events(text) if isinstance(each, Element)] == rows


def test_a_broken_element_takes_no_other_with_it() -> None:
    """Where the indent shows the next element, an unescaped quotation mark costs one element."""
    rows = [b'{\n  "text": "a%d"\n }' % number for number in range(50)]
    rows[20] = b'{\n  "text": "on"gelukkig"\n }'
    text = b"[\n " + b",\n ".join(rows) + b"\n]"
    assert [each.raw for each in events(text) if isinstance(each, Element)] == rows


def test_a_value_that_only_looks_like_two_is_one() -> None:
    """Bytes inside a string that look like the gap between elements do not cut it."""
    rows = [b'{\n  "text": "a%d"\n }' % number for number in range(9)]
    rows[4] = b'{\n  "text": "een\n },\n {twee"\n }'
    text = b"[\n " + b",\n ".join(rows) + b"\n]"
    assert [each.raw for each in events(text) if isinstance(each, Element)] == rows


def test_a_byte_order_mark_is_told() -> None:
    """The mark before the text is stepped over and told."""
    assert events(b"\xef\xbb\xbf[1]")[0] == Unread((), 0, 3, "bom")


def test_an_element_over_the_limit_is_told_and_the_next_is_read() -> None:
    """An element that is too long is told with its place; the others are read."""
    text = b'["' + b"x" * 50 + b'", "kort", [' + b"1," * 30 + b"1]]"
    given_events = events(text, longest=20)
    assert found(given_events) == ["kort"]
    assert [each for each in given_events if isinstance(each, Unread)] == [
        Unread((0,), 1, 52, "too-long"),
        Unread((2,), 63, 63, "too-long"),
    ]


def test_an_element_longer_than_many_blocks_is_read_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """A value may run over any number of blocks, also with an escape across a boundary."""
    monkeypatch.setattr(json_buffer, "_BLOCK", 7)
    values = ['x\\"y' * 20, {"a": ["]", "{", -1.5e3]}, 1234567890123, True, [[[]]]]
    assert found(events(json.dumps(values).encode())) == values


def test_indented_elements_longer_than_a_block_are_read_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The indent of the first element does not cut one that goes on in the next block."""
    monkeypatch.setattr(json_buffer, "_BLOCK", 64)
    values = [{"a": number, "b": ["x" * length]} for number, length in enumerate((1, 300, 5, 90))]
    assert found(events(json.dumps(values * 3, indent=2).encode())) == values * 3


def test_many_broken_elements_take_linear_time() -> None:
    """Hostile quotation marks cost no more than their bytes."""
    text = b'[\n {\n  "a": 1\n },\n' + b' {\n  "a"b"\n },\n' * 40_000 + b" {\n }\n]"
    assert sum(isinstance(each, Element) for each in events(text)) > 39_000


def test_nesting_beyond_the_pattern_is_followed() -> None:
    """Brackets deeper than the pattern are still taken whole, and those beyond the limit told."""
    text = b"[" + b"[" * 60 + b"]" * 60 + b"," + b"[" * 900 + b"]" * 900 + b",5]"
    given_events = events(text)
    assert [type(each) for each in given_events] == [Entered, Element, Unread, Element, Left]
    assert given_events[2] == Unread((1,), 122, 1800, "too-deep")


def test_many_deep_elements_take_linear_time() -> None:
    """Hostile nesting costs no more than its bytes."""
    text = b"[" + b",".join([b"[" * 40 + b"]" * 40] * 20_000) + b"]"
    assert len(events(text)) == 20_002


@pytest.mark.parametrize(
    ("text", "at", "reason"),
    [
        (b'[1, 2, {"a": "b', 6, "truncated"),
        (b"[1, 2", 5, "truncated"),
        (b"[1 2]", 3, "malformed"),
        (b'{"a": 1, b: 2}', 9, "malformed"),
        (b'{"a" 1}', 5, "malformed"),
        (b"[1, :]", 4, "malformed"),
        (b"[1]\n[2]", 4, "trailing"),
        (b"", 0, "truncated"),
        (b"[1,", 3, "truncated"),
        (b"[1, \x0b[2], [3]]", 5, "malformed"),
    ],
)
def test_a_broken_text_ends_with_where_and_why(text: bytes, at: int, reason: str) -> None:
    """The last event says what is not accounted for, up to the end, and why."""
    last = events(text, (), ("x",))[-1]
    assert isinstance(last, Broken)
    assert (last.reason, last.offset + last.length) == (reason, len(text))
    assert last.offset <= at <= last.at


@settings(max_examples=200, deadline=None)
@given(
    st.integers(0, 200),
    st.binary(max_size=3),
    st.integers(0, 3),
    st.sampled_from([1, 5, 1 << 18]),
)
def test_no_damage_makes_it_raise_or_lose_bytes(
    at: int, put: bytes, taken: int, block: int
) -> None:
    """Whatever bytes are changed, events cover the text but for blanks, punctuation and keys."""
    chats = [{"name": "A", "messages": [{"id": n, "t": ["é", "\\"]} for n in range(3)]}, {"id": 2}]
    whole = json.dumps({"about": "x", "chats": {"list": chats}}, indent=1).encode()
    text = whole[:at] + put + whole[at + taken :]
    original = json_buffer._BLOCK
    json_buffer._BLOCK = block
    try:
        given_events = events(text, CHATS)
    finally:
        json_buffer._BLOCK = original
    left = bytearray(text)
    for each in given_events:
        if isinstance(each, Element | Value | Unread | Broken):
            left[each.offset : each.offset + each.length] = b" " * each.length
    assert isinstance(given_events[-1], Left | Broken)
    assert not re.sub(rb'"(?:[^"\\]|\\.)*"\s*:', b"", left).strip(b"{}[],:" + _BLANK)


def test_arrays_of_the_same_indent_are_told_apart() -> None:
    """An array that ends where another follows with elements alike takes none of the other's."""
    whole = {"one": [{"id": 1}, {"id": 2}], "two": [{"id": 3}], "three": [{"id": 4}, {"id": 5}]}
    text = json.dumps(whole, indent=1).encode()
    given_events = events(text, ("one",), ("two",), ("three",))
    assert found(given_events) == [{"id": number} for number in range(1, 6)]
    assert [each.count for each in given_events if isinstance(each, Left)] == [2, 1, 2, 3]
