"""Tar containers: files become members, everything else is told and nothing is created."""

from __future__ import annotations

import gzip
import io
import os
import tarfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from containers import codes
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archiver.errors import SourceChanged
from archiver.intake import Limits, intake, whole
from archiver.model import Delivery, Layout

DEFAULT = Limits()
CHAT = b"02-05-2026 16:08 - Joris van Loon: Het Kamerlid belde.\n" * 40
Take = Callable[..., Delivery]
Files = list[tuple[str, bytes]]
names = st.text(st.characters(codec="utf-8", exclude_characters="/\0"), min_size=1, max_size=120)


@pytest.fixture
def taken(tmp_path: Path) -> Take:
    """Write bytes to a file and take it in."""

    def take(data: bytes, limits: Limits = DEFAULT) -> Delivery:
        path = tmp_path / "takeout.tgz"
        path.write_bytes(data)
        return intake(path, limits, spool=tmp_path)

    return take


def packed(files: Files, form: int = tarfile.PAX_FORMAT) -> bytes:
    """Write a tar of ordinary files."""
    return written([(entry(name, size=len(data)), data) for name, data in files], form)


def entry(
    name: str, kind: bytes = tarfile.REGTYPE, size: int = 0, link: str = ""
) -> tarfile.TarInfo:
    """Describe one entry."""
    info = tarfile.TarInfo(name)
    info.type, info.size, info.linkname, info.mtime = kind, size, link, 1_700_000_000
    return info


def written(entries: list[tuple[tarfile.TarInfo, bytes]], form: int = tarfile.PAX_FORMAT) -> bytes:
    """Write a tar of any entries."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=form) as target:
        for info, data in entries:
            target.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


def resummed(header: bytes) -> bytes:
    """Put the right checksum into a header that was changed by hand."""
    total = sum(header[:148]) + 8 * 32 + sum(header[156:512])
    return header[:148] + b"%06o\0 " % total + header[156:]


def content(delivery: Delivery, index: int) -> bytes:
    """Read a member whole."""
    with delivery.open(delivery.members[index]) as stream:
        return stream.read()


def refused(delivery: Delivery, code: str) -> dict[str, str | int]:
    """Check that a container was refused for one reason, and kept; give the reason's values."""
    assert delivery.layout is Layout.TAR
    assert delivery.members == ()
    assert codes(delivery.findings)[0] == code
    with delivery.open(whole(delivery)) as stream:
        assert sha256(stream.read()).hexdigest() == delivery.sha256
    return delivery.findings[0].values


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
@pytest.mark.parametrize("squeeze", [bytes, gzip.compress])
def test_every_common_form_is_read(
    taken: Take, form: int, squeeze: Callable[[bytes], bytes]
) -> None:
    """Old and new forms, long names, packed or not, give the same members."""
    files = [("Takeout/Mail/Alle berichten.mbox", CHAT), ("leeg", b""), ("d/" * 60 + "f", b"x")]
    if form != tarfile.USTAR_FORMAT:
        files.append(("lang/" * 40 + "naam.txt", os.urandom(2000)))
    delivery = taken(squeeze(packed(files, form)))
    assert delivery.layout is Layout.TAR
    assert [m.name for m in delivery.members] == [name for name, _ in files]
    assert [content(delivery, i) for i in range(len(files))] == [data for _, data in files]
    assert delivery.members[0].modified == 1_700_000_000_000
    assert codes(delivery.findings) == []


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(names, st.binary(max_size=1500)), min_size=1, max_size=5))
def test_members_are_what_was_packed(taken: Take, files: Files) -> None:
    """Every file of a tar is a member with its name and its bytes."""
    delivery = taken(packed(files))
    assert [m.name for m in delivery.members] == [name for name, _ in files]
    assert [content(delivery, i) for i in range(len(files))] == [data for _, data in files]
    assert [m.sha256 for m in delivery.members] == [sha256(d).hexdigest() for _, d in files]


def test_links_devices_and_pipes_are_told_and_not_made(taken: Take, tmp_path: Path) -> None:
    """A link to a link to a secret file, as used to escape from unpackers, stays a finding."""
    kinds = [
        (tarfile.SYMTYPE, "symlink"),
        (tarfile.LNKTYPE, "hard link"),
        (tarfile.CHRTYPE, "device"),
        (tarfile.BLKTYPE, "device"),
        (tarfile.FIFOTYPE, "pipe"),
    ]
    entries = [
        (entry(f"e{n}", kind, 0, "../../etc/shadow"), b"") for n, (kind, _) in enumerate(kinds)
    ]
    folder = (entry("map", tarfile.DIRTYPE), b"")
    delivery = taken(written([*entries, folder, (entry("e0", size=1), b"x")]))
    assert [m.name for m in delivery.members] == ["e0"]
    assert codes(delivery.findings) == ["W-I003"] * 5
    told = [finding.values for finding in delivery.findings]
    assert [values["kind"] for values in told] == [kind for _, kind in kinds]
    assert told[0]["target"] == "../../etc/shadow"
    assert [path.name for path in tmp_path.iterdir()] == ["takeout.tgz"]


def test_a_name_is_data_and_never_a_path(taken: Take, tmp_path: Path) -> None:
    """Climbing names are kept as they are and found."""
    delivery = taken(packed([("../../x", b"1"), ("/etc/y", b"2")]))
    assert [m.name for m in delivery.members] == ["../../x", "/etc/y"]
    assert codes(delivery.findings) == ["W-I001", "W-I001"]
    assert [path.name for path in tmp_path.iterdir()] == ["takeout.tgz"]


@pytest.mark.parametrize("squeeze", [bytes, gzip.compress])
def test_a_truncated_tar_is_damaged_wherever_it_was_cut(
    taken: Take, squeeze: Callable[[bytes], bytes]
) -> None:
    """Cut before its end mark, a tar is kept unread with the reason."""
    plain = packed([("a.mbox", os.urandom(3000)), ("b.mbox", os.urandom(900))])
    data = squeeze(plain.rstrip(b"\0") + bytes(512 + 1024))
    for length in range(600 if squeeze is bytes else 1000, len(data) - 1100, 100):
        refused(taken(data[:length]), "E-I002")


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(600, 5000), st.integers(1, 255))
def test_a_changed_byte_never_ends_in_an_exception(taken: Take, place: int, change: int) -> None:
    """A tar with a changed header is read or refused, never a crash."""
    data = bytearray(written([
        (entry("lang/" * 40 + "a", size=900), b"a" * 900), (entry("s", tarfile.SYMTYPE), b""),
    ]))  # fmt: skip
    data[place % len(data)] ^= change
    delivery = taken(bytes(data))
    assert codes(delivery.findings) is not None
    assert delivery.sha256 == sha256(data).hexdigest()


def header(**fields: bytes) -> bytes:
    """A header with fields put in by hand."""
    places = {"name": 0, "size": 124, "mtime": 136, "type": 156}
    base = bytearray(packed([("a", b"")], tarfile.USTAR_FORMAT)[:512])
    for key, value in fields.items():
        base[places[key] : places[key] + len(value)] = value
    return resummed(bytes(base))


def extension(records: bytes) -> bytes:
    """A tar that consists of one extension header."""
    size = b"%011o" % len(records)
    return header(type=b"x", size=size) + records.ljust(512, b"\0") + END


END = bytes(1024)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (header() + b"not a header" + bytes(1524), "header-checksum"),
        (header(size=b"77777777777") + END, "truncated"),
        (header(size=b"\x80" + b"\xff" * 11) + END, "truncated"),
        (header(size=b"\xff" * 12) + END, "header-number"),
        (header(size=b"9z") + END, "header-number"),
        (header(), "truncated"),
        (header() + bytes(512), "truncated"),
        (header(type=b"5", size=b"00000000001") + bytes(512) + END, "folder-with-content"),
        (header(type=b"2", size=b"00000000001") + bytes(512) + END, "link-with-content"),
        (extension(b"12345678"), "pax-record"),
        (extension(b"8 size=\n"), "header-number"),
        (extension(b"9 size=a\n"), "header-number"),
        (extension(b"11 mtime=x\n"), "header-number"),
        (extension(b"7 nokey"), "pax-record"),
        (header(type=b"L", size=b"00000002000") + b"name", "truncated"),
    ],
)  # fmt: skip
def test_what_no_tar_can_say_is_damage(taken: Take, data: bytes, reason: str) -> None:
    """Impossible numbers, lengths and records are named, with their place."""
    assert refused(taken(data), "E-I002")["reason"] == reason


@pytest.mark.parametrize(("kind", "feature"), [(b"S", "sparse"), (b"M", "type-4d")])
def test_what_is_not_supported_is_named(taken: Take, kind: bytes, feature: str) -> None:
    """Files with holes and parts of several are refused by name."""
    assert refused(taken(header(type=kind) + END), "E-I008")["feature"] == feature


def test_a_file_with_holes_in_the_newer_form_is_refused(taken: Take) -> None:
    """The newer way to describe holes would show other bytes than the file had."""
    info = entry("gaten.db", size=3)
    info.pax_headers = {"GNU.sparse.realsize": "99999999"}
    assert refused(taken(written([(info, b"abc")])), "E-I008")["feature"] == "sparse"


def test_a_global_header_states_nothing_about_the_files(taken: Take) -> None:
    """A comment for the whole tar changes no member."""
    buffer = io.BytesIO()
    headers = {"comment": "0123456789abcdef"}
    with tarfile.open(fileobj=buffer, mode="w", pax_headers=headers) as target:
        target.addfile(entry("a", size=1), io.BytesIO(b"x"))
    delivery = taken(buffer.getvalue())
    assert [m.name for m in delivery.members] == ["a"]


def test_a_packed_bomb_is_stopped(taken: Take) -> None:
    """30 MB of nothing in 30 kB is not unpacked to its end."""
    data = gzip.compress(packed([("bom.mbox", bytes(30 << 20))]))
    assert refused(taken(data), "E-I005")["limit"] == "entry_ratio"


def test_headers_may_not_fill_the_memory(taken: Take) -> None:
    """An extension header of gigabytes, a name of kilobytes: both are refused unread."""
    refused(taken(header(type=b"x", size=b"77777777777") + END), "E-I009")
    refused(taken(packed([("n" * 2000, b"")])), "E-I009")


def test_limits_on_the_number_of_entries(taken: Take) -> None:
    """Folders and links count too: they cost time and give nothing."""
    folders = [(entry(f"{n}", tarfile.DIRTYPE), b"") for n in range(11)]
    refused(taken(written(folders), Limits(entries=10)), "E-I006")


def test_bytes_behind_the_end_are_found(taken: Take) -> None:
    """Only filling may follow the end mark."""
    plain = packed([("a", b"x")])
    assert codes(taken(plain + bytes(5000)).findings) == []
    delivery = taken(plain + b"hidden")
    assert codes(delivery.findings) == ["W-I007"]
    assert int(delivery.findings[0].offset or 0) + int(delivery.findings[0].length or 0) == len(
        plain
    ) + len(b"hidden")


def test_gzip_in_several_members_with_filling(taken: Take) -> None:
    """Gzip files may be put after each other and filled up with nothing."""
    plain = packed([("a.mbox", CHAT)])
    data = gzip.compress(plain[:700]) + gzip.compress(plain[700:]) + bytes(100)
    assert content(taken(data), 0) == CHAT
    refused(taken(gzip.compress(plain) + b"hidden"), "E-I002")


def test_gzip_that_is_no_tar_is_a_file(taken: Take) -> None:
    """A packed file that is no container stays one file; so does damaged gzip."""
    assert taken(gzip.compress(CHAT)).layout is Layout.FILE
    assert taken(b"\x1f\x8b\x08" + b"\xff" * 900).layout is Layout.FILE


def test_a_name_that_is_no_text_stays_visible(taken: Take) -> None:
    """Bytes that are no UTF-8 are shown as such and found."""
    delivery = taken(header(name=b"caf\xe9.txt") + END)
    assert delivery.members[0].name == "caf\\xe9.txt"
    assert "W-I002" in codes(delivery.findings)


def test_a_forged_time_is_no_time(taken: Take) -> None:
    """A time beyond all calendars is left out."""
    assert taken(header(mtime=b"\x80" + b"\x7f" * 11) + END).members[0].modified is None


def test_a_tar_that_changes_after_intake_is_noticed(taken: Take) -> None:
    """Reading a member compares its bytes with those that were measured."""
    delivery = taken(packed([("a.mbox", CHAT)]))
    place = delivery.path.read_bytes().index(CHAT)
    with delivery.path.open("r+b") as file:
        file.seek(place + 50)
        file.write(b"????")
    with pytest.raises(SourceChanged), delivery.open(delivery.members[0]) as stream:
        stream.read()


@pytest.mark.parametrize("form", [tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_where_a_link_points_is_told_in_full(taken: Take, form: int) -> None:
    """Targets too long for the header stand in an extension."""
    target = "../" * 80 + "etc/shadow"
    delivery = taken(written([(entry("l", tarfile.SYMTYPE, 0, target), b"")], form))
    assert delivery.findings[0].values["target"] == target
    assert codes(delivery.findings) == ["W-I003"]


def test_a_size_in_an_extension_counts(taken: Take) -> None:
    """Sizes that the header cannot hold stand in an extension, and overrule it."""
    size = extension(b"10 size=3\n")[:1024]
    delivery = taken(size + header() + b"abc".ljust(512, b"\0") + END)
    assert content(delivery, 0) == b"abc"
