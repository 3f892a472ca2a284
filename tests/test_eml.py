"""Single mails in files."""

from __future__ import annotations

from pathlib import Path

import pytest
from mail_cases import cases, lines, read

from archiver.parse import eml
from archiver.parse.mime import Limits


@pytest.mark.parametrize("case", cases("eml"), ids=lambda case: case.name)
def test_mail_reads_as_expected(case: Path) -> None:
    """Every kept mail gives the item, time, keys and findings that were reviewed."""
    assert lines(read(case / "export.eml")) == (case / "expected.jsonl").read_text()


def test_mail_is_claimed_by_its_header() -> None:
    """A mail is recognised by two telling header fields, or by one and the name of the file."""
    assert eml.claims(b"From: a@b\nTo: c@d\n\nx", "x.txt")
    assert eml.claims(b"\xef\xbb\xbf\r\nSubject: x\r\n\r\n", "x.EML")
    assert not eml.claims(b"Subject: x\n\ny", "x.txt")
    assert not eml.claims(b"12/05/2020, 10:00 - Piet: From: hallo\n", "chat.txt")
    assert not eml.claims(b"hallo\n", "x.eml")


def test_empty_file_holds_no_message() -> None:
    """An empty file gives no item and an error to solve."""
    found = read(b"")
    assert (found.items, found.codes) == ([], {"E-M001"})


def test_mail_over_the_limit_is_read_in_part() -> None:
    """A mail larger than the limit keeps its place, its digest and a finding."""
    found = read(b"Subject: x\nMessage-ID: <a@b>\n\n" + b"y" * 900, limits=Limits(message=100))
    assert found.items[0].length == 929 + 1
    assert "over-size" in found.items[0].marks and "W-M017" in found.codes


def test_attachment_comes_back_out_of_the_file() -> None:
    """The content of an attachment can be fetched again by its part number."""
    path = Path(__file__).parent / "exports" / "eml" / "rich" / "export.eml"
    found = read(path)
    contents = [
        eml.attachment(path.read_bytes(), each.part or 0) for each in found.items[0].attachments
    ]
    assert [len(content) for content in contents] == [
        each.size for each in found.items[0].attachments
    ]
    assert contents[1] == b"Van maandag\r\n>From dinsdag"
