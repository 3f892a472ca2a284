"""Mailboxes: where one message ends and the next begins, and that no byte is lost."""

from __future__ import annotations

import io
import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mail_cases import Read, cases, lines, read

from archiver.parse import eml, mbox
from archiver.parse.mime import Limits

POSTMARK = b"From piet@voorbeeld.nl Mon Mar  3 10:00:00 2025\n"
HEADER = b"From: Piet Klaver <piet@voorbeeld.nl>\nDate: Mon, 3 Mar 2025 11:00:00 +0100\n"
MESSAGE = POSTMARK + HEADER + b"Message-ID: <1@voorbeeld.nl>\nSubject: Een\n\nHallo.\n\n"


def covered(found: Read) -> int:
    """Count the bytes that items and findings about loose bytes account for."""
    loose = [finding.length or 0 for finding in found.findings if finding.code == "W-M002"]
    return sum(item.length for item in found.items) + sum(loose)


@pytest.mark.parametrize("case", cases("mbox"), ids=lambda case: case.name)
def test_mailbox_reads_as_expected(case: Path) -> None:
    """Every kept mailbox gives the items, times, keys and findings that were reviewed."""
    found = read(case / "export.mbox", "mbox")
    assert lines(found) == (case / "expected.jsonl").read_text()


@pytest.mark.parametrize("window", range(5, 40))
def test_no_line_is_missed_where_two_windows_meet(
    window: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However a mailbox is cut for the search, its messages and quoted lines are all found."""
    content = (
        MESSAGE + MESSAGE.replace(b"Hallo.", b"Dag.\n>From hier af.\nVan From daar.") + MESSAGE
    )
    whole = lines(read(content, "mbox"))
    monkeypatch.setattr(mbox, "_WINDOW", window)
    assert lines(read(content, "mbox")) == whole
    assert [item.text for item in read(content, "mbox").items] == [
        "Hallo.", "Dag.\nFrom hier af.\nVan From daar.", "Hallo.",
    ]  # fmt: skip


@pytest.mark.parametrize("case", cases("mbox"), ids=lambda case: case.name)
def test_mailbox_reads_alike_from_a_map_and_from_a_stream(case: Path) -> None:
    """A mailbox inside a container, which cannot be mapped, gives the same as a plain file."""
    path = case / "export.mbox"
    assert lines(read(path, "mbox")) == lines(read(path.read_bytes(), "mbox"))


def test_mailbox_is_claimed_by_its_first_two_lines() -> None:
    """A mailbox is recognised by content; a mail and a plain text are not mailboxes."""
    assert mbox.claims(MESSAGE, "anything")
    assert mbox.claims(b"From \nList-Id: <a>\n\n", "x.txt")
    assert not mbox.claims(HEADER + b"\n", "x.mbox")
    assert not mbox.claims(b"From now on\nwe meet on Mondays\n", "notes.txt")
    assert not eml.claims(MESSAGE, "x.mbox")


def test_line_that_begins_with_from_stays_in_its_message() -> None:
    """A text line "From now on" never cuts a message; it is reported with its place."""
    text = b"From now on\nNote: this is text.\nFrom here\nhttps://voorbeeld.nl\n\n"
    found = read(MESSAGE + text + MESSAGE, "mbox")
    assert [item.native_id for item in found.items] == ["1@voorbeeld.nl"] * 2
    places = [finding.offset for finding in found.findings if finding.code == "W-M001"]
    assert places == [len(MESSAGE), len(MESSAGE) + text.index(b"From here")]


def test_header_field_with_a_blank_before_its_colon_is_no_postmark() -> None:
    """The obsolete form "From : Piet" is a header field and does not begin a message."""
    found = read(POSTMARK + b"Subject: Een\nFrom : Piet <piet@voorbeeld.nl>\n\nHallo\n", "mbox")
    assert len(found.items) == 1
    assert found.items[0].mail and found.items[0].mail.from_ == (("Piet", "piet@voorbeeld.nl"),)


def test_mailbox_without_any_message_is_an_error_to_solve() -> None:
    """An empty mailbox, or bytes that hold no message, give E-M001 and all bytes are placed."""
    assert read(b"", "mbox").codes == {"E-M001"}
    found = read(b"geen mail\n", "mbox")
    assert found.codes == {"E-M001", "W-M002"}
    assert covered(found) == 10


def test_large_message_is_kept_whole_but_read_in_part() -> None:
    """A message over the limit is read from its beginning, and its digest is of all its bytes."""
    big = MESSAGE.rstrip(b"\n") + b"x" * 5000 + b"\n\n"
    limits = Limits(message=500)
    mapped = [read(content, "mbox", limits) for content in (MESSAGE + big, MESSAGE + big + MESSAGE)]
    for found in mapped:
        assert "over-size" in found.items[1].marks and "W-M017" in found.codes
        assert found.items[1].length == len(big)
    first, second = (found.items[1].mail for found in mapped)
    whole = read(big, "mbox").items[0].mail
    assert first and second and whole
    assert first.raw_sha256 == second.raw_sha256 == whole.raw_sha256


def test_attachment_comes_back_out_of_the_bytes_of_its_item() -> None:
    """The content of an attachment can be fetched again by its part number."""
    path = Path(__file__).parent / "exports" / "eml" / "rich" / "export.eml"
    entry = POSTMARK + path.read_bytes().replace(b"\r\n", b"\n") + b"\n"
    part = read(entry, "mbox").items[0].attachments[0].part
    assert part is not None and mbox.attachment(entry, part) == b"Het concept."


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [POSTMARK, HEADER, MESSAGE, b"\n", b"\r\n", b"From ", b"From - \n", b">From x\n",
             b"a: b\n", b"tekst", b"\0", b"\xff", b"From nu af\n"]
        ),
        max_size=30,
    ).map(b"".join),
    st.integers(1, 40),
)  # fmt: skip
def test_every_byte_of_a_mailbox_is_accounted_for(content: bytes, block: int) -> None:
    """Whatever the bytes and however they arrive, items and findings cover them without overlap."""
    found = read(content, "mbox")
    assert covered(found) == len(content)
    spans = [(item.offset, item.length) for item in found.items]
    assert all(at + length == after for (at, length), (after, _) in itertools.pairwise(spans))
    assert _spans(content, block) == spans


def _spans(content: bytes, block: int) -> list[tuple[int, int]]:
    """Cut with another block size than usual."""
    cutter, held = mbox._Cutter(Limits()), bytearray()
    spans: list[tuple[int, int]] = []
    stream = io.BytesIO(content)
    while piece := stream.read(block):
        held += piece
        spans += _messages(cutter.cut(held, is_last=False))
        del held[: cutter.begin]
        cutter.drop()
    return spans + _messages(cutter.cut(held, is_last=True))


def _messages(pieces: Iterator[mbox._Piece]) -> list[tuple[int, int]]:
    return [(piece.offset, piece.length) for piece in pieces if piece.raw]


def test_messages_that_naive_splitting_miscounts_are_counted_right(samples: Path) -> None:
    """A mailbox with wrong lengths and postmarks without dates gives its 29 messages."""
    path = samples / "mail" / "mbox-boundaries" / "content-length.mbox.txt"
    found = read(path, "mbox")
    assert len(found.items) == 29
    assert covered(found) == path.stat().st_size


def test_messages_with_missing_pieces_are_kept(samples: Path) -> None:
    """Mails without date, body, attachment content or plain text each give their message."""
    folder = samples / "mail" / "asf-list-archives"
    names = ("no_date", "empty_body", "empty_attachment", "nexus-html-only")
    found = {name: read(folder / f"{name}.mbox", "mbox") for name in names}
    assert [len(each.items) for each in found.values()] == [1, 1, 1, 3]
    assert found["no_date"].items[0].text == "No date"
    assert found["no_date"].normals[0].sent_at is None
    assert found["empty_body"].items[0].text == ""
    assert all("text-from-html" in item.marks for item in found["nexus-html-only"].items)
