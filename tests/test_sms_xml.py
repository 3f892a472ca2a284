"""A backup of text messages is read whole: mended where it breaks XML, and never in silence."""

from __future__ import annotations

import base64
import tracemalloc
from hashlib import sha256
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import golden
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ministry import ministry
from reading import found, is_sound, items, places, read, source, uncovered

from archiver.format import Source
from archiver.model import Item, Member
from archiver.parse import sms_xml
from archiver.parse.sms.mend import Mended
from archiver.pipeline.formats import FORMATS

CASES = golden.cases("sms-xml")
RICH = Path(__file__).parent / "exports/sms-xml/rich/input/sms-20250513120000.xml"


def _sms(body: str, **said: str) -> str:
    given_values = {"address": "+31612345678", "date": "1747130400000", "type": "1"} | said
    attributes = " ".join(f'{key}="{value}"' for key, value in given_values.items())
    return f'<sms {attributes} body="{body}" />\n'


def _backup(*entries: str, count: int | None = None) -> bytes:
    stated = len(entries) if count is None else count
    return f'<?xml version="1.0"?>\n<smses count="{stated}">\n{"".join(entries)}</smses>'.encode()


def _one(entry: str) -> Item:
    return items(read(sms_xml, source(_backup(entry), "sms.xml")))[0]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_case_is_read_as_reviewed(case: Path) -> None:
    """Each backup under tests/exports is read exactly as its reviewed lines say."""
    assert "".join(golden.lines(case)) == golden.expected(case).read_text("utf-8")
    assert is_sound(read(sms_xml, golden.source_of(case)))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_only_the_frame_is_left_uncovered(case: Path) -> None:
    """What no item and no finding covers is blank, or stands before the first message."""
    given_source = golden.source_of(case)
    content = given_source.stream.read()
    entries = read(sms_xml, given_source)
    gaps = [content[start:end] for start, end in uncovered(entries, len(content))]

    assert all(not gap.strip() or gap.strip() == b"</smses>" for gap in gaps[1:])
    assert not gaps or b"<sms " not in gaps[0]


def test_an_emoji_in_two_halves_is_put_together_and_told() -> None:
    """References to the halves of a pair become the one emoji; one finding counts them."""
    entries = read(sms_xml, source(_backup(_sms("ok &#55357;&#56832; &#xd83d;&#XDE80;")), "x.xml"))

    assert items(entries)[0].text.startswith("ok \U0001f600")
    assert "W-X005" in found(entries)


@given(st.integers(0x10000, 0x10FFFF))
def test_every_pair_is_mended_to_the_same_length(sign: int) -> None:
    """Whatever sign the two halves stand for, the bytes keep their places."""
    high, low = 0xD800 + ((sign - 0x10000) >> 10), 0xDC00 + (sign & 0x3FF)
    mended = Mended()
    written = b"a&#%d;&#%d;b" % (high, low)
    result = mended.mend(written, 0)

    assert len(result) == len(written)
    assert int(result[3 : result.index(b";")]) == sign
    assert mended.pairs == 1


def test_halves_are_found_across_the_blocks_of_the_file() -> None:
    """A pair that two reads of the file cut in the middle is mended like any other."""
    emoji = "&#55357;&#56832;" * 20_000
    body = items(read(sms_xml, source(_backup(_sms("x" * 7 + emoji)), "sms.xml")))[0].text

    assert body == "x" * 7 + "\U0001f600" * 20_000


def test_half_an_emoji_is_shown_as_lost() -> None:
    """Half a pair, and a sign that no text may hold, become replacement characters, counted."""
    entries = read(sms_xml, source(_backup(_sms("a&#55357;b&#0;c\x01d")), "sms.xml"))

    assert items(entries)[0].text == "a\ufffdb\ufffd c?d"
    assert "W-X006" in found(entries)


def test_a_file_of_a_message_is_hashed_and_found_again() -> None:
    """The attachment's digest is that of its bytes, which the item's own bytes give again."""
    picture = bytes(range(256)) * 3000
    data = base64.b64encode(picture).decode()
    entry = (
        '<mms address="+31612345678" date="1" msg_box="1"><parts>'
        '<part ct="application/smil" text="layout" />'
        f'<part ct="image/png" cl="a.png" data="{data}" /></parts></mms>'
    )
    content = _backup(entry)
    item = items(read(sms_xml, source(content, "sms.xml")))[0]
    (attachment,) = item.attachments

    assert (attachment.sha256, attachment.size) == (sha256(picture).hexdigest(), len(picture))
    assert attachment.part == 1
    own_bytes = content[item.offset : item.offset + item.length]
    assert sms_xml.attachment(own_bytes, 1) == picture


def test_places_behind_a_file_are_those_of_the_backup() -> None:
    """What stands behind an attachment has the place that it has in the file."""
    data = base64.b64encode(b"abc" * 200_000).decode()
    mms = f'<mms date="1" msg_box="1" address="1"><parts><part data="{data}" /></parts></mms>\n'
    content = _backup(_sms("voor"), mms, _sms("na"))
    before, media, after = items(read(sms_xml, source(content, "sms.xml")))

    for item, start in ((before, b"<sms"), (media, b"<mms"), (after, b"<sms")):
        own_bytes = content[item.offset : item.offset + item.length]
        assert own_bytes.startswith(start)
        assert own_bytes.endswith(b">")


def test_memory_does_not_grow_with_the_files_in_a_backup() -> None:
    """Of sixty megabytes of attachments never more than a few are in memory."""
    data = base64.b64encode(b"x" * 15_000_000)
    part = (
        b'<mms date="1" address="1" msg_box="1"><parts><part data="' + data + b'" /></parts></mms>'
    )
    content = b'<smses count="3">' + part * 3 + b"</smses>"
    given_source = Source(BytesIO(content), (Member("sms.xml", len(content), ""),), 0, "", 2**41)
    tracemalloc.start()
    try:
        count = len(items(read(sms_xml, given_source)))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert count == 3
    assert peak < 8_000_000


def test_a_wrong_count_is_told() -> None:
    """The backup's own count of messages is compared with what was read."""
    assert "E-X002" in found(read(sms_xml, source(_backup(_sms("een"), count=2), "sms.xml")))
    assert found(read(sms_xml, source(_backup(_sms("een")), "sms.xml"))) == []
    assert "W-X009" in found(read(sms_xml, source(b"<smses></smses>", "sms.xml")))


def test_reading_goes_on_behind_damage() -> None:
    """A message that breaks the rules of XML is one finding, and the next one is read."""
    content = _backup(_sms("een"), _sms("twee & half"), _sms("drie"))
    entries = read(sms_xml, source(content, "sms.xml"))

    assert [item.text for item in items(entries)] == ["een", "drie"]
    assert found(entries) == ["E-X001", "E-X002"]


def test_entities_are_refused() -> None:
    """A file with a document type is not read at all, whatever it would expand to."""
    bomb = b'<!DOCTYPE smses [<!ENTITY a "aa">]><smses>' + _sms("&a;").encode() + b"</smses>"
    entries = read(sms_xml, source(bomb, "sms.xml"))

    assert items(entries) == []
    assert found(entries)[0] == "E-X003"
    assert places(entries) == [(0, len(bomb))]


def test_a_message_without_end_stops_the_reading() -> None:
    """An attribute larger than the limit ends in a finding, not in a full memory."""
    content = b"<smses>" + b'<sms body="' + b"x" * (sms_xml.MOST_OPEN + (1 << 20)) + b'"/></smses>'
    entries = read(sms_xml, source(content, "sms.xml"))

    assert found(entries)[0] == "E-X004"
    assert items(entries) == []


def test_one_person_has_one_conversation_however_the_number_is_written() -> None:
    """A number with and without its country is one conversation; a group is its sorted numbers."""
    national, abroad = _one(_sms("x", address="06-1234 5678")), _one(_sms("x"))
    group = _one('<mms address="+31687654321~+31612345678" date="1" msg_box="1" />')

    assert national.thread == abroad.thread == "sms:+31612345678"
    assert group.thread == "sms:+31612345678~+31687654321"


def test_what_the_holder_sent_is_marked() -> None:
    """Sent, waiting, failed and draft messages are the holder's own."""
    assert _one(_sms("x", type="2")).marks == ("own",)
    assert _one(_sms("x", type="3")).marks == ("draft", "own")
    assert _one(_sms("x", type="5")).marks == ("failed", "own")
    assert _one(_sms("x", type="4")).values["state"] == "outbox"
    assert _one(_sms("x", type="1")).marks == ()


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_cut_or_flipped_byte_stops_the_reading(data: st.DataObject) -> None:
    """Whatever byte is changed or missing, reading ends without an error and without overlaps."""
    text = bytearray(RICH.read_bytes())
    at = data.draw(st.integers(0, len(text) - 1))
    text[at] = data.draw(st.integers(0, 255))
    content = bytes(text[: data.draw(st.integers(1, len(text)))])
    entries = read(sms_xml, source(content, "sms.xml"))
    taken = places(entries)

    assert is_sound(entries)
    assert all(one[0] + one[1] <= two[0] for one, two in pairwise(taken))
    assert not taken or taken[-1][0] + taken[-1][1] <= len(content)


def test_only_this_format_claims_a_backup() -> None:
    """The root element decides, and no other format says yes."""
    head = RICH.read_bytes()[:65536]

    assert [each.name for each in FORMATS if each.claims(head, "sms.xml")] == ["sms-xml"]
    assert not sms_xml.claims(b"<html><smses-like></html>", "sms.xml")


def test_a_backup_becomes_records_that_are_known_again(tmp_path: Path) -> None:
    """Two backups of one phone give each message once."""
    here = ministry(tmp_path)
    here.account("noor", service="sms")
    first = here.ingest(here.write("sms-1.xml", RICH.read_bytes()), "noor", code=None)
    later = RICH.read_bytes().replace(
        b"</smses>", _sms("Een later bericht", date="1747140000000").encode() + b"</smses>"
    )
    later = later.replace(b'count="12"', b'count="13"')
    second = here.ingest(here.write("sms-2.xml", later), "noor", code=None)
    (hit,) = here.search("nota AND getekend")["hits"]

    assert (first["source_format"], first["new"]) == ("sms-xml", 12)
    assert (second["new"], second["known"]) == (1, 12)
    assert hit["sender"] == "Sam de Wit"
    assert here.run("show", hit["id"]).code == 0
    assert len(here.json("explain", hit["id"])["holdings"]) == 2
