"""The database of Apple's Messages is read row by row, with what became of each message."""

from __future__ import annotations

import plistlib
from pathlib import Path

import golden
import pytest
from databases import build, damaged, files_in, read, source
from hypothesis import given, settings
from hypothesis import strategies as st
from ministry import ministry

from archiver.model import Item, Kind, Noted
from archiver.normalise.native import native_normaliser
from archiver.parse import imessage
from archiver.parse.apple import summary, typedstream
from archiver.parse.apple.people import typed
from archiver.pipeline.formats import FORMATS
from archiver.wording import codes, describe

CASES = golden.cases("imessage")
RICH = golden.EXPORTS / "imessage/rich/input"
MAIN = "sms.db"
HEAD = b"\x04\x0bstreamtyped\x81\xe8\x03\x84\x01@\x84\x84\x84\x08NSString\x01\x94\x84\x01+"
TAIL = b"\x86\x84\x02iI\x01\x05"


FILES = files_in(RICH)


def rich() -> dict[int, Item]:
    """Give the items of the rich case by row."""
    items = read(imessage, source(FILES, MAIN))[0]
    return {int(item.node.partition("/")[2]): item for item in items}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_case_is_read_as_expected(case: Path) -> None:
    """What the parser makes of a case is what was reviewed."""
    assert list(golden.lines(case)) == golden.expected(case).read_text("utf-8").splitlines(True)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_row_is_an_item(case: Path) -> None:
    """Numbers rise by one, and each row of the message table is there once."""
    items, findings = read(imessage, golden.source_of(case))

    assert [item.number for item in items] == list(range(1, len(items) + 1))
    assert len({item.node for item in items}) == {"rich": 31, "older": 2, "bad": 4}[case.name]
    assert all("{" not in describe(one.code, one.values) for one in findings)
    assert all(one.code in codes() for one in findings)
    assert not [one for one in findings if one.code in ("E-B906", "E-B910")]


def test_words_are_taken_out_of_attributed_text() -> None:
    """Short and long text, and text with signs outside ASCII, come out whole."""
    for text in ("Kort", "Lang " * 100, "Één 😀", "x" * 70_000, ""):
        raw = text.encode()
        size = len(raw)
        length = (
            bytes([size]) if size < 0x80
            else b"\x81" + size.to_bytes(2, "little") if size < 0x10000
            else b"\x82" + size.to_bytes(4, "little")
        )  # fmt: skip
        assert typedstream.text_of(HEAD + length + raw + TAIL) == (text, True)


def test_damaged_attributed_text_is_taken_as_far_as_it_goes() -> None:
    """A wrong length or a cut is told; without any text there is none."""
    assert typedstream.text_of(HEAD + b"\x50kort" + TAIL) == ("kort", False)
    assert typedstream.text_of(HEAD + b"\x20afgekapt") == ("afgekapt", False)
    assert typedstream.text_of(HEAD + b"\x03a\xffb" + TAIL) == ("a\ufffdb", False)
    assert typedstream.text_of(HEAD) is None
    assert typedstream.text_of(HEAD + b"\x83") is None
    assert typedstream.text_of(b"iets anders") is None


def test_earlier_wordings_are_kept() -> None:
    """An edited message has what it said before; a withdrawn one says so."""
    found = rich()

    assert found[4].text == "Om 20:30 dus."
    assert found[4].marks == ("edited",)
    assert Noted("edit", "Om 20:00 dus.", "+31612000001", "763293000.0") in found[4].noted
    assert (found[5].type, found[5].marks) == ("deleted", ("deleted",))
    assert (found[6].type, found[6].marks) == ("deleted", ("own", "deleted-own"))
    assert found[14].marks == ("recently-deleted",)


@pytest.mark.parametrize(
    "found",
    [
        [],
        {"ec": []},
        {"rp": {}},
        {"ec": {"0": "x"}},
        {"ec": {"0": [{"d": 1.0}, {}]}},
        {"ec": {"0": [{"d": 1.0, "t": b"x"}, {}]}},
        {"ec": {"0": [{"d": "x", "t": HEAD + b"\x01a"}, {}]}},
        {"ec": {"0": [{"d": 1e300, "t": HEAD + b"\x01a"}, {}]}},
    ],
)
def test_a_strange_summary_is_refused(found: object) -> None:
    """What is not of the known form is a finding and no guess."""
    with pytest.raises(ValueError):
        summary.read(plistlib.dumps(found, fmt=plistlib.FMT_BINARY))


@settings(max_examples=60)
@given(st.binary(max_size=120))
def test_any_bytes_are_no_summary(data: bytes) -> None:
    """No bytes make reading a summary fail in another way."""
    with pytest.raises(ValueError):
        summary.read(b"bplist00" + data)


def test_tapbacks_are_events_and_stand_with_their_message() -> None:
    """Each is a row and an item that names its message; that message has what still holds."""
    found = rich()

    assert (found[7].kind, found[7].type) == (Kind.EVENT, "reaction")
    assert Noted("reply", "GUID-0002") in found[7].noted
    assert found[8].values == found[8].values | {"reaction": "❤️", "removed": "1"}
    assert Noted("reaction", "👍", "+31612000001", "763293220000000000") in found[2].noted
    assert [one.value for one in found[3].noted if one.kind == "reaction"] == ["🎉"]


def test_people_and_services() -> None:
    """Numbers, mail addresses and names of services are told apart; so are SMS and iMessage."""
    found = rich()

    assert found[1].sender_id == "e164:+31612000001"
    assert found[10].sender_id == "handle:BEDRIJF"
    assert found[10].values["service"] == "SMS"
    assert found[13].values["service"] == "RCS"
    assert found[13].marks == ("own", "failed")
    assert typed("lien@voorbeeld.example") == "mail:lien@voorbeeld.example"
    assert typed("1008") == "handle:1008"
    assert typed("") == ""


def test_kinds_of_events() -> None:
    """What happened in a group has its name."""
    types = {row: item.type for row, item in rich().items() if 20 <= row <= 30}

    assert types == {
        20: "title-changed", 21: "member-added", 22: "number-changed", 23: "member-removed",
        24: "member-left", 25: "picture-changed", 26: "location-sharing", 27: "unknown",
        28: "unknown", 29: "poll", 30: "vote",
    }  # fmt: skip


def test_attachments_are_found_by_path_and_in_a_backup() -> None:
    """The guid in the path tells files of one name apart."""
    found = rich()
    nota, lost = found[35].attachments

    assert found[2].attachments[0].sha256
    assert found[2].text == "De kaart"
    assert nota.sha256
    assert lost.missing == "not-handed-in"


def test_times_are_counted_from_2001() -> None:
    """Nanoseconds of today and seconds of before 2017 are told apart."""
    older = golden.source_of(golden.EXPORTS / "imessage/older")
    for one, sent_at in ((source(FILES, MAIN), 1_741_600_000_000), (older, 1_428_307_200_000)):
        items = read(imessage, one)[0]
        assert native_normaliser(one, imessage.survey(one))(items[0]).sent_at == sent_at


def test_what_the_phone_deleted_is_counted() -> None:
    """The list of deleted messages holds no words, but a number."""
    findings = read(imessage, source(FILES, MAIN))[1]

    assert [one.values["count"] for one in findings if one.code == "W-H007"] == [2]


def test_another_database_is_refused() -> None:
    """A database without Apple's messages is said to be that."""
    given = source({"chat.db": build("CREATE TABLE a (b)")}, "chat.db")

    assert [one.code for one in read(imessage, given)[1]] == ["E-H001"]


def test_it_is_recognised_by_its_tables_or_its_name() -> None:
    """Only this format claims it."""
    data = FILES[MAIN][: 1 << 16]
    for name in (MAIN, "kopie.sqlite", "3d/3d0d7e5fb2ce288813306e4d4636395e047a3d28"):
        assert [form.name for form in FORMATS if form.claims(data, name)] == ["imessage"]
    assert not imessage.claims(b"PK", "chat.db")
    assert imessage.wants("a/chat.db", "a/chat.db-wal")
    assert not imessage.wants("a/chat.db", "a/chat.db-shm")


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_no_damage_makes_it_fail(data: st.DataObject) -> None:
    """Whatever byte is flipped and wherever the file is cut, reading ends."""
    items, findings = read(imessage, source({MAIN: damaged(FILES[MAIN], data)}, MAIN))

    assert [item.number for item in items] == list(range(1, len(items) + 1))
    assert all(one.code in codes() for one in findings)


def test_a_read_out_can_be_ingested_and_searched(tmp_path: Path) -> None:
    """The database and its attachments are one delivery, and its messages are found."""
    archive = ministry(tmp_path)
    for name, data in FILES.items():
        archive.write(f"telefoon/{name}", data)
    account = archive.account("noor", service="imessage")
    told = archive.ingest(tmp_path / "handed-in/telefoon", "noor", code=None)
    (hit,) = archive.search("Ommen")["hits"]

    assert account
    assert told["source_format"] == "imessage"
    assert told["read"] == told["new"] == 31
    assert told["attachments"]["present"] == 2
    assert "W-H008" in [one["code"] for one in told["findings"]]
    assert hit["sender"] == "+31612000001"
