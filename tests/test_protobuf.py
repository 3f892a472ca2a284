"""Protocol buffers are read field by field, and refused when they are none."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.parse import protobuf


def test_fields_are_read_by_number() -> None:
    """Integers, text, fixed widths and messages inside messages."""
    data = bytes.fromhex(
        "08 96 01  12 03 61 62 63  1d 01 00 00 00  21 0100000000000000  32 02 08 05"
    )

    assert list(protobuf.fields(data)) == [
        (1, 150), (2, b"abc"), (3, b"\1\0\0\0"), (4, b"\1" + bytes(7)), (6, b"\x08\x05"),
    ]  # fmt: skip
    assert protobuf.text_in(data, 2) == "abc"
    assert protobuf.number_in(data, 1) == 150
    assert protobuf.number_in(next(protobuf.inside(data, 6)), 1) == 5
    assert protobuf.text_in(data, 9) == ""
    assert protobuf.number_in(data, 9) == 0


@pytest.mark.parametrize("data", ["ff", "12 05 61", "0b", "ff" * 11, "09 00"])
def test_what_is_no_protocol_buffer_is_refused(data: str) -> None:
    """A length or a field that runs over the end is an error and no guess."""
    with pytest.raises(ValueError):
        list(protobuf.fields(bytes.fromhex(data)))


@settings(max_examples=100)
@given(st.binary(max_size=200))
def test_any_bytes_end(data: bytes) -> None:
    """Reading any bytes ends, with fields or a refusal."""
    with contextlib.suppress(ValueError):
        assert all(number >= 0 for number, _ in protobuf.fields(data))
