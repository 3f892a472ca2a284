"""Names beside the text: senders, recipients, titles and files are redacted as the text is."""

from __future__ import annotations

import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.cases.cleaning import clean
from archiver.cases.named import addressed, file_name, sender, title
from archiver.cases.quotation import Removed
from archiver.cases.redaction import Cover, Text, bar
from tests.labelled import PEOPLE

PRIVATE = ("5.1.2e",)
_PNG = b"\x89PNG\r\n\x1a\n"
_EXIF = b"\xff\xe1\x00\x10Exif\x00\x00GPS 52.1"
_JFIF = b"\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
_SCAN = b"\xff\xda\x00\x04\x00\x00\x01\xff\x00\x02\xff\xd0\x03"


def _nowhere(text: str) -> tuple[Cover, ...]:
    return ()


def _chunk(kind: bytes, data: bytes) -> bytes:
    check = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)


def test_a_sender_is_a_bar_unless_the_office_is_public() -> None:
    """A minister's messages bear her name; another official's a bar, or the pseudonym."""
    assert sender("Vera Lindhout", PEOPLE) == (Text("Vera Lindhout"),)
    assert sender("Vera Lindhout 06-12345678", PEOPLE) == (bar(PRIVATE),)
    assert sender("Karim el Amrani", PEOPLE) == (bar(PRIVATE),)
    assert sender("+31612345678", PEOPLE) == (bar(PRIVATE),)
    assert sender("Karim", PEOPLE, {"karim": "[Medewerker 1]"}) == (bar(PRIVATE, "[Medewerker 1]"),)
    assert sender(" ", PEOPLE) == ()


def test_a_header_of_addresses_gives_no_address() -> None:
    """Of recipients no address is given, also not that of an official who stays named."""
    header = "Vera Lindhout <vera@minvb.example>, karim@minvb.example"
    assert addressed(header, PEOPLE) == (Text("Vera Lindhout"), Text(", "), bar(PRIVATE))
    assert addressed("onleesbaar;;", PEOPLE) != ()
    assert addressed("", PEOPLE) == ()


def test_a_title_is_redacted_as_text_is() -> None:
    """A subject loses personal data, and what was judged away elsewhere."""
    removed = Removed([("Zaak 20201234567", [Cover(5, 16, ("5.1.2f",))])])
    given_ = title("Re: Karim el Amrani, zaak 20201234567", PEOPLE, removed.covers)
    assert given_ == (Text("Re: "), bar(PRIVATE), Text(", zaak "), bar(("5.1.2f",)))


@pytest.mark.parametrize("name", [
    "brief_Karim_el_Amrani.pdf", "brief-karim-el-amrani.pdf", "0612345678.pdf",
])  # fmt: skip
def test_a_file_name_with_somebody_in_it_is_a_bar(name: str) -> None:
    """Of a file that is named after somebody only the suffix is shown."""
    assert file_name(name, PEOPLE, _nowhere) == (bar(PRIVATE), Text(".pdf"))


def test_a_file_name_without_anybody_stays() -> None:
    """A file name that says nothing of anybody is shown."""
    assert file_name("IMG-20200312-WA0004.jpg", PEOPLE, _nowhere) == (
        Text("IMG-20200312-WA0004.jpg"),
    )


def test_a_jpeg_loses_where_it_was_taken() -> None:
    """Place, maker, comments and what stands behind the end go; the picture stays byte for byte."""
    comment = b"\xff\xfe\x00\x08Karim!"
    dirty = b"\xff\xd8" + _JFIF + _EXIF + comment + _SCAN + b"\xff\xd9" + b"Karim"
    cleaned = clean(dirty)
    assert cleaned.content == b"\xff\xd8" + _JFIF + _SCAN + b"\xff\xd9"
    assert cleaned.gone == ("E1", "FE", "behind-end")
    assert clean(cleaned.content).gone == ()


def test_a_jpeg_loses_the_small_picture_beside_it() -> None:
    """A JFXX segment shows what the picture was before it was cut; only JFIF and Adobe stay."""
    small = b"\xff\xe0\x00\x0dJFXX\x00\x10Karim"
    adobe = b"\xff\xee\x00\x0eAdobe\x00\x64\x00\x00\x00\x00\x01"
    other = b"\xff\xee\x00\x07Karim"
    cleaned = clean(b"\xff\xd8" + _JFIF + small + adobe + other + _SCAN + b"\xff\xd9")
    assert cleaned.content == b"\xff\xd8" + _JFIF + adobe + _SCAN + b"\xff\xd9"
    assert cleaned.gone == ("E0", "EE")


def test_a_png_loses_its_texts() -> None:
    """Texts in a PNG go, and all that says how it looks stays."""
    head, end = _chunk(b"IHDR", bytes(13)), _chunk(b"IEND", b"")
    data = _chunk(b"IDAT", zlib.compress(b"x"))
    dirty = _PNG + head + _chunk(b"tEXt", b"Author\0Karim") + data + end + b"more"
    cleaned = clean(dirty)
    assert cleaned.content == _PNG + head + data + end
    assert cleaned.gone == ("tEXt", "behind-end")


@pytest.mark.parametrize("content", [
    b"%PDF-1.4", b"PK\x03\x04", b"<svg><text>Karim</text></svg>", b"\x00\x01", b"GIF89a\x01",
    b"{\\rtf1", "leeg\u200bKarim".encode(),
])  # fmt: skip
def test_what_has_no_clean_form_is_withheld(content: bytes) -> None:
    """A kind of file in which something may hide is withheld, and it is said why."""
    assert clean(content).problem == "no-clean-form"
    assert clean(content).content == b""


@pytest.mark.parametrize("content", [
    b"\xff\xd8\xff\xe1\x00", b"\xff\xd8\xff\xda\x00\x02ab", _PNG,
    _PNG + _chunk(b"IHDR", b"x")[:-1],
    b"\xff\xd8\xff\xfe\x00\x03aZ",
])  # fmt: skip
def test_a_broken_picture_is_withheld(content: bytes) -> None:
    """A picture that cannot be read to its end is withheld as broken."""
    assert clean(content).problem == "broken"


def test_plain_text_is_as_it_is() -> None:
    """Text in which nothing is hidden is produced byte for byte."""
    content = "Beste allen,\n\té 👍 tot morgen\n".encode()
    assert clean(content).content == content


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=60))
def test_no_bytes_break_the_cleaning(rest: bytes) -> None:
    """Whatever bytes are handed in, they are cleaned, or withheld with a reason."""
    for head in (b"", b"\xff\xd8\xff", _PNG):
        cleaned = clean(head + rest)
        assert bool(cleaned.problem) != bool(cleaned.content) or not head + rest
