"""Mending JSON that is none: what a sign was meant to be is kept where that is plain."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Struct

from archiver.parse.json_mend import mended
from archiver.parse.json_reading import Reading


class _Message(Struct):
    text: str = ""
    count: int | None = None


@pytest.mark.parametrize(
    ("raw", "meant", "count"),
    [
        (rb'"a\x1Bb"', "a\x1bb", 1),
        (b'"a\nb\x00"', "a\nb\x00", 2),
        (rb'"a\\x1B"', r"a\x1B", 0),
        (rb'"half \ud83d!"', "half \ufffd!", 1),
        (rb'"\ud83d\udc4d"', "\U0001f44d", 0),
        (b'"\xe9t\xc3\xa9"', "\ufffdt\xe9", 1),
        (rb'"C:\map"', "C:\\map", 1),
    ],
)
def test_a_string_is_read_as_what_it_stands_for(raw: bytes, meant: str, count: int) -> None:
    """Control signs are kept; what has no meaning becomes the replacement character."""
    sound, places = mended(raw)

    assert (json.loads(sound), places) == (meant, count)


@settings(max_examples=100, deadline=None)
@given(st.recursive(st.text() | st.integers() | st.none(), lambda each: st.lists(each)))
def test_what_is_right_stays_as_it_is(value: Any) -> None:
    """JSON that needs no mending is not changed by a byte."""
    raw = json.dumps(value).encode()

    assert mended(raw) == (raw, 0)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=40))
def test_any_bytes_in_a_string_can_be_read(content: bytes) -> None:
    """Whatever stands between two quotation marks, a value comes out or nothing does."""
    read = Reading(_Message).read(b'{"text": "' + content + b'"}')

    assert read.value is None or isinstance(read.value.text, str)


def test_a_member_of_another_type_is_named_and_the_rest_is_read() -> None:
    """One odd member costs no message."""
    read = Reading(_Message).read(b'{"text": [1], "count": 5, "more": {}}')

    assert (read.value, read.wrong) == (_Message("", 5), ("text",))


@pytest.mark.parametrize("raw", [b"5", b"null", b"[1]", b'{"a"', b"", b"[" * 5000])
def test_what_is_no_object_gives_nothing(raw: bytes) -> None:
    """A value of another kind is no message, and nothing is raised."""
    assert Reading(_Message).read(raw).value is None
