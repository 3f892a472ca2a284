"""ZIP containers: what they hold, what they hide, and what they pretend."""

from __future__ import annotations

import io
import os
import zipfile
import zlib
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from struct import pack
from typing import BinaryIO

import pytest
from containers import Part, build, codes, deflated
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archiver.errors import SourceChanged
from archiver.intake import Limits, intake, whole
from archiver.model import Delivery, Layout

CHAT = b"02-05-2026 16:08 - Fenna Postma: De nota ligt klaar.\n" * 40
DEFAULT = Limits()
Take = Callable[..., Delivery]
names = st.text(st.characters(codec="utf-8", exclude_characters="/\\\0"), min_size=1, max_size=20)


@pytest.fixture
def taken(tmp_path: Path) -> Take:
    """Write bytes to a file and take it in."""

    def take(data: bytes, limits: Limits = DEFAULT) -> Delivery:
        path = tmp_path / "export.zip"
        path.write_bytes(data)
        return intake(path, limits, spool=tmp_path)

    return take


def content(delivery: Delivery, index: int) -> bytes:
    """Read a member whole."""
    with delivery.open(delivery.members[index]) as stream:
        return stream.read()


def refused(delivery: Delivery, code: str) -> dict[str, str | int]:
    """Check that a container was refused for one reason, and kept; give the reason's values."""
    assert delivery.layout is Layout.ZIP
    assert delivery.members == ()
    assert codes(delivery.findings)[0] == code
    assert delivery.sha256 == sha256(delivery.path.read_bytes()).hexdigest()
    with delivery.open(whole(delivery)) as stream:
        assert stream.read() == delivery.path.read_bytes()
    return delivery.findings[0].values


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(names, st.binary(max_size=3000), st.booleans()), max_size=6))
def test_members_are_what_was_packed(taken: Take, files: list[tuple[str, bytes, bool]]) -> None:
    """Every file of an ordinary ZIP is a member, in the ZIP's order, byte for byte."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as target:
        for number, (name, data, packed) in enumerate(files):
            method = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
            target.writestr(zipfile.ZipInfo(f"{number}/{name}"), data, method)
    delivery = taken(buffer.getvalue())
    assert [m.size for m in delivery.members] == [len(data) for _, data, _ in files]
    assert [content(delivery, i) for i in range(len(files))] == [data for _, data, _ in files]
    assert [m.sha256 for m in delivery.members] == [sha256(d).hexdigest() for _, d, _ in files]
    assert not [code for code in codes(delivery.findings) if code.startswith("E")]
    if delivery.layout is Layout.ZIP:
        assert [m.name.partition("/")[2] for m in delivery.members] == [n for n, _, _ in files]


class _Pipe(io.RawIOBase):
    """A target that cannot go back, as when a phone streams an export."""

    def __init__(self) -> None:
        self.data = b""

    def writable(self) -> bool:
        return True

    def write(self, data: bytes, /) -> int:
        self.data += bytes(data)
        return len(data)


@pytest.mark.parametrize("wide", [False, True])
def test_a_streamed_zip_leaves_no_byte_over(taken: Take, wide: bool) -> None:
    """Sizes that follow the data, also in the wide form, belong to their entry."""
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as target:
        for name in ("_chat.txt", "nota.pdf"):
            with target.open(name, "w", force_zip64=wide) as stream:
                stream.write(CHAT)
    delivery = taken(pipe.data)
    assert [m.name for m in delivery.members] == ["_chat.txt", "nota.pdf"]
    assert content(delivery, 1) == CHAT
    assert codes(delivery.findings) == []


def test_the_order_is_that_of_the_directory(taken: Take) -> None:
    """Members stand in the order in which the ZIP lists them, not sorted."""
    delivery = taken(build(Part(b"z"), Part(b"a", b"1"), Part(b"m", b"2")))
    assert [m.name for m in delivery.members] == ["z", "a", "m"]


def test_a_file_of_more_than_4_gib_is_described_by_wide_fields(taken: Take) -> None:
    """The wide end record and wide sizes are read, and agree with the narrow ones."""
    entry = Part(b"_chat.txt", CHAT, extra=pack("<2HQQ", 1, 16, len(CHAT), len(deflated(CHAT))))
    truth = build(Part(b"_chat.txt", CHAT))
    body = truth[: truth.index(b"PK\1\2")]
    narrow = build(entry)
    directory = bytearray(narrow[narrow.index(b"PK\1\2") : narrow.index(b"PK\5\6")])
    directory[20:28] = b"\xff" * 8
    wide = pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, 1, 1, len(directory), len(body))
    locator = pack("<4sLQL", b"PK\6\7", 0, len(body) + len(directory), 1)
    none = b"\xff" * 12
    end = b"PK\5\6" + b"\0" * 4 + none + b"\0\0"
    delivery = taken(body + bytes(directory) + wide + locator + end)
    assert codes(delivery.findings) == []
    assert content(delivery, 0) == CHAT
    lie = pack("<4s4H2LH", b"PK\5\6", 0, 0, 1, 1, len(directory), len(body) - 1, 0)
    twice = taken(body + bytes(directory) + wide + locator + lie)
    assert refused(twice, "E-I002")["reason"] == "end-records-disagree"
    moved = wide[:4] + pack("<Q", 45) + wide[12:]
    assert refused(taken(body + bytes(directory) + moved + locator + end), "E-I002")


def test_a_bomb_is_stopped_while_it_unpacks(taken: Take) -> None:
    """50 MiB of nothing in 50 kB is not unpacked to its end."""
    values = refused(taken(build(Part(b"bom.txt", bytes(50 << 20)))), "E-I005")
    assert values["limit"] == "entry_ratio"
    assert int(values["bytes"]) < 12 << 20


def test_a_bomb_of_many_small_entries_is_stopped_by_its_total(taken: Take) -> None:
    """No entry is suspicious by itself, but together they are far larger than their container."""
    part = bytes(range(256)) * 250 + bytes(936_000)
    data = build(*(Part(b"%d.txt" % number, part) for number in range(12)))
    limits = Limits(total_ratio_from=5_000_000)
    assert refused(taken(data, limits), "E-I005")["limit"] == "total_ratio"
    assert len(taken(data).members) == 12


def test_the_total_has_an_upper_limit(taken: Take) -> None:
    """Whatever the ratio, no more is unpacked than the limit says."""
    data = build(Part(b"a", os.urandom(3000), 0), Part(b"b", os.urandom(3000), 0))
    assert refused(taken(data, Limits(total_bytes=5000)), "E-I005")["limit"] == "total_bytes"


def test_a_zip_with_many_zips_inside_is_not_unpacked_further(taken: Take) -> None:
    """The form of 42.zip: sixteen containers, each holding more; they stay sixteen files."""
    inner = build(Part(b"0.dll", bytes(1 << 20)))
    delivery = taken(build(*(Part(b"lib %d.zip" % number, inner) for number in range(16))))
    assert len(delivery.members) == 16
    assert codes(delivery.findings) == ["W-I005"] * 16
    assert content(delivery, 15) == inner


def test_an_office_document_is_no_container_to_speak_of(taken: Take) -> None:
    """A document that happens to be a ZIP is an attachment like any other."""
    delivery = taken(build(Part(b"nota.docx", build(Part(b"w.xml", CHAT)), 0), Part(b"b", b"b")))
    assert codes(delivery.findings) == []


def nested(data: bytes, depth: int) -> bytes:
    """Put a file into so many ZIPs."""
    packed = build(Part(b"_chat.txt", data))
    for level in range(1, depth):
        packed = build(Part(b"%d.zip" % level, packed))
    return packed


def test_a_zip_that_holds_only_a_zip_is_opened_further(taken: Take) -> None:
    """An export packed twice gives the members of the inner one, with the way there as name."""
    noise = Part(b"__MACOSX/._export.zip", b"\0\5\x16\7")
    inner = build(Part(b"_chat.txt", CHAT), Part(b"foto.jpg", b"jpg"), gap=b"?")
    delivery = taken(build(Part(b"export.zip", inner), noise))
    members = ["export.zip/_chat.txt", "export.zip/foto.jpg", "__MACOSX/._export.zip"]
    assert [m.name for m in delivery.members] == members
    assert content(delivery, 0) == CHAT
    assert codes(delivery.findings) == ["W-I007", "W-I004"]
    assert delivery.findings[0].values["inside"] == "export.zip"
    assert "inside" not in delivery.findings[1].values


def test_containers_are_opened_five_deep_and_no_deeper(taken: Take) -> None:
    """Five containers inside each other are opened, six are refused."""
    assert taken(nested(CHAT, 5)).members[0].name == "4.zip/3.zip/2.zip/1.zip/_chat.txt"
    refused(taken(nested(CHAT, 6)), "E-I010")


@pytest.mark.parametrize("name", [b"toestel.ufdr", b"export", b"Export/chat.ZIP"])
def test_a_container_is_one_whatever_its_name(taken: Take, name: bytes) -> None:
    """Gateways, phones and forensic programs give containers other names than .zip."""
    inner = build(Part(b"report.xml", b"<project/>"))
    delivery = taken(build(Part(b"__MACOSX/._x", b"\0"), Part(name, inner)))
    assert delivery.members[1].name == f"{name.decode()}/report.xml"


def test_a_document_that_is_a_container_stays_one_file(taken: Take) -> None:
    """A memo that was packed is a memo, and so is an app."""
    for name in (b"nota.docx", b"cijfers.xlsx", b"app.apk"):
        delivery = taken(build(Part(name, build(Part(b"word/document.xml")))))
        assert [member.name for member in delivery.members] == [name.decode()]


def test_a_bomb_inside_containers_is_stopped(taken: Take) -> None:
    """Packing a bomb several times does not hide it."""
    for depth in (2, 5):
        refused(taken(nested(bytes(12 << 20), depth)), "E-I005")


def test_entries_that_share_their_bytes_are_refused(taken: Take) -> None:
    """2,000 entries over one body make 2 GiB out of 95 kB without a striking ratio for any."""
    body = Part(b"0000", bytes(1 << 20))
    claims = {"crc": zlib.crc32(body.data), "size": 1 << 20, "packed": len(body.packed_data)}
    shared = [Part(b"%04d" % number, offset=0, **claims) for number in range(1, 2000)]
    data = build(body, *shared)
    assert len(data) < 110_000
    assert refused(taken(data), "E-I004") == {"name": "0001", "other": "0000"}


def test_an_entry_that_lies_in_the_directory_is_refused(taken: Take) -> None:
    """An entry may not claim bytes of the directory as its content."""
    honest = build(Part(b"a", b"x" * 50, 0))
    data = build(Part(b"a", b"x" * 50, 0, packed=90, size=90))
    assert len(honest) == len(data)
    assert codes(taken(data).findings)[0] == "E-I004"


@pytest.mark.parametrize(
    ("part", "reason"),
    [
        (Part(b"a", CHAT, size=len(CHAT) - 1), "size"),
        (Part(b"a", CHAT, size=len(CHAT) + 1), "size"),
        (Part(b"a", CHAT, 0, size=len(CHAT) + 1), "size"),
        (Part(b"a", CHAT, crc=1), "checksum"),
        (Part(b"a", CHAT, local_size=10), "headers"),
        (Part(b"a", CHAT, local_method=0), "headers"),
        (Part(b"a", CHAT, body=b"\xff" * 99), "deflate"),
        (Part(b"a", CHAT, body=deflated(CHAT)[:-9]), "deflate"),
        (Part(b"a", CHAT, body=deflated(CHAT) + b"hidden"), "deflate"),
        (Part(b"folder/", b"", body=b"hidden data"), "deflate"),
    ],
)
def test_headers_that_lie_are_found_out(taken: Take, part: Part, reason: str) -> None:
    """Sizes, checksums and methods are compared with what really comes out."""
    assert refused(taken(build(part)), "E-I007")["reason"] == reason


@pytest.mark.parametrize(("flags", "method"), [(1, 8), (0x41, 8), (0x2000, 8), (0, 99)])
def test_a_password_is_a_finding_that_says_so(taken: Take, flags: int, method: int) -> None:
    """An encrypted entry leaves the container closed, whichever encryption it is."""
    part = Part(b"messages.txt", os.urandom(90), method, flags, body=os.urandom(90))
    assert refused(taken(build(part)), "E-I003")["name"] == "messages.txt"


def test_a_password_on_an_inner_zip_counts_for_the_delivery(taken: Take) -> None:
    """A locked export that was packed once more is still locked."""
    inner = build(Part(b"messages.txt", b"x", flags=1))
    refused(taken(build(Part(b"threema.zip", inner))), "E-I003")


@pytest.mark.parametrize("method", [1, 6, 9, 12, 14, 93, 95])
def test_a_compression_that_is_not_supported_is_named(taken: Take, method: int) -> None:
    """What cannot be unpacked is named by its number in the specification."""
    values = refused(taken(build(Part(b"a", b"x", method, body=b"x"))), "E-I008")
    assert values["feature"] == f"compression-{method}"


@pytest.mark.parametrize(
    ("data", "feature"),
    [
        (build(Part(b"a", b"x", flags=0x20)), "patch"),
        (build(Part(b"a", b"x", disk=1)), "parts"),
        (build(Part(b"a", b"x"), disk=2), "parts"),
    ],
)
def test_a_part_of_a_split_zip_is_refused(taken: Take, data: bytes, feature: str) -> None:
    """One part of several, or a patch, is not a whole container."""
    assert refused(taken(data), "E-I008")["feature"] == feature


@pytest.mark.parametrize(
    ("name", "reasons"),
    [
        (b"../../etc/passwd", "parent"),
        (b"/etc/passwd", "absolute"),
        (b"C:\\Windows\\x.dll", "drive backslash"),
        (b"..\\x", "parent backslash"),
        (b"a/../b", "parent"),
        (b"nul\0.txt", "nul"),
        (b"a//b", "empty"),
        (b"", "empty"),
        ("gpj\u202eexe".encode(), "control"),
        (b"bel\x07", "control"),
    ],
)
def test_a_name_is_data_and_never_a_path(
    taken: Take, name: bytes, reasons: str, tmp_path: Path
) -> None:
    """A name that climbs out of a folder is kept as written, found, and creates nothing."""
    delivery = taken(build(Part(name, CHAT)))
    assert delivery.members[0].name.encode() == name
    assert codes(delivery.findings) == ["W-I001"]
    assert delivery.findings[0].values["reasons"] == reasons
    assert content(delivery, 0) == CHAT
    assert [entry.name for entry in tmp_path.iterdir()] == ["export.zip"]


@pytest.mark.parametrize(
    ("part", "name", "assumed"),
    [
        (Part("één.txt".encode(), b"x"), "één.txt", False),
        (Part("één.txt".encode(), b"x", flags=0), "één.txt", True),
        (Part(b"\x82\x82n.txt", b"x", flags=0), "één.txt", True),
        (Part(b"\x82\x82n.txt", b"x"), "\\x82\\x82n.txt", True),
        (Part(b"a.txt", b"x", flags=0), "a.txt", False),
    ],
)
def test_the_character_set_of_a_name_is_stated_or_assumed(
    taken: Take, part: Part, name: str, assumed: bool
) -> None:
    """UTF-8 when the ZIP says so; otherwise a reading that is marked as an assumption."""
    delivery = taken(build(part))
    assert delivery.members[0].name == name
    assert ("W-I002" in codes(delivery.findings)) is assumed


def test_a_unicode_path_field_counts_when_it_fits_the_name(taken: Take) -> None:
    """The extra name is used only if it was made for exactly this entry's bytes."""
    raw, good = b"\x82\x82n.txt", "één.txt".encode()
    for checked, name in ((raw, "één.txt"), (b"other", "één.txt")):
        field = b"\x01" + pack("<L", zlib.crc32(checked)) + good
        extra = pack("<2H", 0x7075, len(field)) + field
        delivery = taken(build(Part(raw, b"x", flags=0, extra=extra)))
        assert delivery.members[0].name == name
        assert codes(delivery.findings) == ([] if checked == raw else ["W-I002"])


def test_two_names_for_one_entry_are_found(taken: Take) -> None:
    """Where the two headers disagree on the name, the directory's is used and it is said."""
    delivery = taken(build(Part(b"_chat.txt", CHAT, local_name=b"other.exe")))
    assert delivery.members[0].name == "_chat.txt"
    assert codes(delivery.findings) == ["W-I008"]


def test_entries_of_one_name_are_all_kept(taken: Take) -> None:
    """Two files of the same name are two members with their own bytes."""
    delivery = taken(build(Part(b"a", b"first"), Part(b"a", b"second")))
    assert [content(delivery, 0), content(delivery, 1)] == [b"first", b"second"]
    assert codes(delivery.findings) == ["W-I006"]


def test_links_and_devices_are_no_members(taken: Take) -> None:
    """A link in a ZIP is told with its target and never followed."""
    link = Part(b"chat.txt", b"/etc/shadow", 0, mode=0o120777)
    long = Part(b"l", b"x" * 5000, 0, mode=0o120777)
    pipe = Part(b"pipe", b"", 0, mode=0o010644)
    delivery = taken(build(link, long, pipe, Part(b"a", b"x")))
    assert [m.name for m in delivery.members] == ["a"]
    assert codes(delivery.findings) == ["W-I003"] * 3
    assert delivery.findings[0].values["target"] == "/etc/shadow"


@pytest.mark.parametrize(
    ("data", "offset", "length"),
    [
        (build(Part(b"a", b"x", 0), Part(b"b", b"y", 0, before=b"hidden")), 32, 6),
        (build(Part(b"a", b"x", 0), gap=b"gap"), 32, 3),
        (build(Part(b"a", b"x", 0)) + b"appended", 101, 8),
    ],
)
def test_bytes_of_no_entry_are_found_at_their_place(
    taken: Take, data: bytes, offset: int, length: int
) -> None:
    """What stands between, before or behind the entries is reported to the byte."""
    delivery = taken(data)
    assert codes(delivery.findings) == ["W-I007"]
    assert (delivery.findings[0].offset, delivery.findings[0].length) == (offset, length)


def test_two_ends_are_one_too_many(taken: Take) -> None:
    """A second end in the comment would show other readers another content."""
    other = build(Part(b"other.txt", b"y", 0))
    end = other[other.index(b"PK\5\6") :]
    values = refused(taken(build(Part(b"a", b"x", 0), comment=b"--" + end)), "E-I002")
    assert values["reason"] == "two-end-records"


def test_a_comment_belongs_to_the_end(taken: Take) -> None:
    """An ordinary comment is accounted for."""
    assert codes(taken(build(Part(b"a", b"x"), comment=b"export 2026")).findings) == []


def test_a_truncated_zip_is_damaged_wherever_it_was_cut(taken: Take) -> None:
    """Cut at any hundredth byte, a ZIP is kept unread with the reason."""
    data = build(Part(b"_chat.txt", CHAT), *(Part(b"%d" % n, os.urandom(700), 0) for n in range(6)))
    for length in range(100, len(data), 100):
        refused(taken(data[:length]), "E-I002")
    assert taken(b"").layout is Layout.FILE


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_changed_byte_never_changes_content_unseen(taken: Take, data: st.DataObject) -> None:
    """With any byte of a ZIP changed its members are the true bytes, or there are none."""
    files = [CHAT, b"", os.urandom(50)]
    original = build(*(Part(b"%d.txt" % n, f, 8 * (n != 2)) for n, f in enumerate(files)))
    place = data.draw(st.integers(4, len(original) - 1))
    changed = bytearray(original)
    changed[place] ^= data.draw(st.integers(1, 255))
    delivery = taken(bytes(changed))
    codes(delivery.findings)
    if delivery.members:
        read = {content(delivery, index) for index in range(len(delivery.members))}
        assert read <= set(files)
    else:
        assert any(finding.code.startswith(("E", "W-I003")) for finding in delivery.findings)


def test_limits_on_entries_and_names(taken: Take) -> None:
    """Too many entries or too long a name close the container."""
    many = build(*(Part(b"%d" % n) for n in range(11)))
    refused(taken(many, Limits(entries=10)), "E-I006")
    refused(taken(build(Part(b"n" * 1025))), "E-I009")
    inner = build(*(Part(b"%d" % n) for n in range(8)))
    noise = [Part(b"__MACOSX/%d" % n) for n in range(5)]
    refused(taken(build(Part(b"i.zip", inner), *noise), Limits(entries=10)), "E-I006")


@pytest.mark.parametrize("count", [0, 2, 5000])
def test_a_directory_of_another_length_is_damaged(taken: Take, count: int) -> None:
    """The number of entries must be the number that is there."""
    refused(taken(build(Part(b"a", b"x"), count=count)), "E-I002")


def test_a_directory_of_thousands_is_read(taken: Take) -> None:
    """A directory larger than one window is read to its end; noise is told once."""
    parts = [Part(b"IMG-%05d.jpg" % n + b"x" * 200, b"%d" % n, 0) for n in range(6000)]
    delivery = taken(build(*parts, Part(b"x/.DS_Store", b"")))
    assert len(delivery.members) == 6001
    assert content(delivery, 5999) == b"5999"
    assert codes(delivery.findings) == ["W-I004"]


def test_thousands_of_odd_names_are_counted(taken: Take) -> None:
    """Findings of one kind are listed a hundred times and then counted."""
    delivery = taken(build(*(Part(b"../%d" % n) for n in range(250))))
    assert codes(delivery.findings) == ["W-I001"] * 100 + ["W-I009"]
    assert delivery.findings[-1].values == {"count": 150, "code": "W-I001"}


@pytest.mark.parametrize(
    ("part", "modified"),
    [
        (Part(b"a"), 1_795_262_400_000),
        (Part(b"a", extra=pack("<2HBl", 0x5455, 5, 1, 1_700_000_000)), 1_700_000_000_000),
        (
            Part(b"a", extra=pack("<2H4x2H3Q", 10, 32, 1, 24, 133_444_736_000_000_000, 0, 0)),
            1_700_000_000_000,
        ),
        (Part(b"a", date=0), None),
        (
            Part(b"a", extra=pack("<2H4x2H3Q", 10, 32, 1, 24, 2**64 - 1, 0, 0)),
            2**64 // 10_000 - 11_644_473_600_000,
        ),
    ],
)  # fmt: skip
def test_the_time_of_an_entry(taken: Take, part: Part, modified: int | None) -> None:
    """The most exact of the times that an entry carries is given; an impossible one is none."""
    assert taken(build(part)).members[0].modified == modified


def test_a_member_is_unpacked_only_as_far_as_it_is_read(
    taken: Take, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Looking at the beginning of a large member does not unpack all of it."""
    delivery = taken(build(Part(b"video.mp4", os.urandom(8 << 20), 0)))
    asked: list[int] = []
    read = os.pread
    monkeypatch.setattr(os, "pread", lambda h, n, o: asked.append(n) or read(h, n, o))
    with delivery.open(delivery.members[0]) as stream:
        assert len(stream.read(65536)) == 65536
    assert sum(asked) < 2 << 20


def test_a_member_can_be_read_anywhere_and_mapped(
    taken: Take, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reader of a member is seekable, and its descriptor is a plain file with all bytes."""
    data = os.urandom(300_000)
    delivery = taken(build(Part(b"a.mbox", data), Part(b"b", b"")))

    def check(stream: BinaryIO) -> None:
        assert stream.seek(-10, os.SEEK_END) == len(data) - 10
        assert stream.read() == data[-10:]
        stream.seek(1000)
        stream.seek(5, os.SEEK_CUR)
        assert stream.read(7) == data[1005:1012]
        assert os.fstat(stream.fileno()).st_size == len(data)
        assert os.pread(stream.fileno(), 9, 299_995) == data[-5:]

    with delivery.open(delivery.members[0]) as stream:
        check(stream)
    monkeypatch.setattr("archiver.intake.region._IN_MEMORY", 1000)
    with delivery.open(delivery.members[0]) as stream:
        check(stream)


@pytest.mark.parametrize("method", [0, 8])
def test_a_container_that_changes_after_intake_is_noticed(taken: Take, method: int) -> None:
    """Reading a member compares its bytes with those that were measured."""
    delivery = taken(build(Part(b"_chat.txt", CHAT, method), Part(b"b", b"b")))
    with delivery.path.open("r+b") as file:
        file.seek(60)
        file.write(b"????")
    with pytest.raises(SourceChanged), delivery.open(delivery.members[0]) as stream:
        stream.read()
    with pytest.raises(SourceChanged), delivery.open(whole(delivery)):
        pass


@pytest.mark.parametrize("size", range((1 << 18) - 2, (1 << 18) + 300, 43))
def test_no_byte_is_lost_where_a_block_ends(taken: Take, size: int) -> None:
    """What the unpacker still holds when the packed bytes are used up comes out too."""
    data = bytes(size)
    delivery = taken(build(Part(b"a", data)))
    assert content(delivery, 0) == data


def test_sizes_after_the_data_in_every_form(taken: Take) -> None:
    """With or without signature they belong to the entry; where they are missing, so be it."""
    claims = pack("<3L", zlib.crc32(CHAT), len(deflated(CHAT)), len(CHAT))
    for after, gaps in ((b"PK\7\10" + claims, 0), (claims, 0), (b"", 0), (claims[:11] + b"?", 1)):
        part = Part(b"a", CHAT, flags=0x0808, packed=len(deflated(CHAT)))
        part.body = deflated(CHAT) + after
        delivery = taken(build(part))
        assert content(delivery, 0) == CHAT
        assert codes(delivery.findings) == ["W-I007"] * gaps


def test_a_wide_end_that_is_not_there_is_damage(taken: Take) -> None:
    """A locator that points at nothing is not believed."""
    locator = pack("<4sLQL", b"PK\6\7", 0, 2**63, 1)
    data = build(Part(b"a", b"x", 0))
    place = data.index(b"PK\5\6")
    values = refused(taken(data[:place] + locator + data[place:]), "E-I002")
    assert values["reason"] == "zip64-locator"


def test_a_directory_beyond_the_file_is_damage(taken: Take) -> None:
    """Places beyond the end of the file are refused without reading there."""
    extra = pack("<2HQ", 1, 8, 2**64 - 1)
    beyond = build(Part(b"a", b"x"), Part(b"b", b"x", 0, extra=extra, offset=0xFFFFFFFF))
    assert refused(taken(beyond), "E-I002")["reason"] == "local-header"
    longer = build(Part(b"a", b"x"), Part(b"b", b"x" * 9000, 0, packed=99_000, size=99_000))
    assert refused(taken(longer), "E-I002")["reason"] == "truncated"
    data = bytearray(build(Part(b"a", b"x", 0)))
    data[-6:-2] = pack("<L", 0xFFFFFF00)
    assert refused(taken(bytes(data)), "E-I002")["reason"] == "directory-beyond-end"
