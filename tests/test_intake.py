"""Intake of files and folders: regular files only, unchanged, and nothing left out unseen."""

from __future__ import annotations

import errno
import gc
import os
import socket
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from containers import Part, build, codes
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archiver.errors import DiskFull, NoSuchThing, SourceChanged, UnreadableSource
from archiver.intake import Limits, NotARegularFile, OverLimit, intake, split_folder, whole
from archiver.model import Delivery, Layout


@pytest.fixture
def drop(tmp_path: Path) -> Path:
    """A folder as an official hands it in."""
    folder = tmp_path / "Export Fenna"
    (folder / "media").mkdir(parents=True)
    (folder / "_chat.txt").write_bytes(b"een\n")
    (folder / "media" / "foto.jpg").write_bytes(b"jpg")
    (folder / "media.txt").write_bytes(b"")
    return folder


def test_a_file_is_measured_and_hashed(tmp_path: Path) -> None:
    """A single file is a delivery with itself as its only member."""
    path = tmp_path / "bericht.eml"
    path.write_bytes(b"From: Sanne\n\nDag")
    os.utime(path, ns=(0, 1_700_000_000_123_456_789))
    delivery = intake(path)
    digest = sha256(path.read_bytes()).hexdigest()
    member = delivery.members[0]
    assert (delivery.layout, delivery.sha256, delivery.size) == (Layout.FILE, digest, 16)
    assert (member.name, member.sha256, member.size) == ("bericht.eml", digest, 16)
    assert member.modified == 1_700_000_000_123
    assert whole(delivery) == member
    with delivery.open(member) as stream:
        assert stream.read() == path.read_bytes()
        assert stream.seek(0) == 0


def test_a_folder_is_taken_with_everything_below_it(drop: Path) -> None:
    """The members of a folder are all its files, sorted by name."""
    delivery = intake(drop)
    assert delivery.layout is Layout.FOLDER
    assert [m.name for m in delivery.members] == ["_chat.txt", "media.txt", "media/foto.jpg"]
    assert delivery.size == 7
    assert delivery.findings == ()
    with delivery.open(delivery.members[2]) as stream:
        assert stream.read() == b"jpg"
    with pytest.raises(NoSuchThing):
        whole(delivery)


def test_the_digest_of_a_folder_can_be_computed_by_anyone(drop: Path) -> None:
    """It is the digest of one line a file, as the documentation says."""
    lines = "".join(
        f"{len(name)}:{name}:{len(data)}:{sha256(data).hexdigest()}\n"
        for name, data in [("_chat.txt", b"een\n"), ("media.txt", b""), ("media/foto.jpg", b"jpg")]
    )
    assert intake(drop).sha256 == sha256(lines.encode()).hexdigest()


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(st.from_regex(r"[a-z]{1,6}", fullmatch=True), st.binary(max_size=9), max_size=6)
)
def test_folders_are_equal_when_their_files_are(
    tmp_path_factory: pytest.TempPathFactory, files: dict[str, bytes]
) -> None:
    """Where a folder lies and in which order it was filled does not change its digest."""
    digests = set()
    for order in (sorted(files), sorted(files, reverse=True)):
        folder = tmp_path_factory.mktemp("map")
        for name in order:
            (folder / name).write_bytes(files[name])
        digests.add(intake(folder).sha256)
    assert len(digests) == 1


@pytest.mark.parametrize("kind", ["symlink", "pipe", "socket", "device", "symlink to a folder"])
def test_only_regular_files_are_read(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A link, a pipe, a socket or a device is refused by name, at once."""
    monkeypatch.chdir(tmp_path)
    path = Path("thing")
    match kind:
        case "symlink":
            path.symlink_to("/etc/shadow")
        case "symlink to a folder":
            path.symlink_to("/etc")
        case "pipe":
            os.mkfifo(path)
        case "socket":
            with socket.socket(socket.AF_UNIX) as listener:
                listener.bind(str(path))
        case _:
            path = Path("/dev/zero")
    with pytest.raises(NotARegularFile) as caught:
        intake(path)
    assert kind.startswith(str(caught.value.fields["kind"]))


def test_what_is_not_there_is_an_error_that_says_so(tmp_path: Path) -> None:
    """A missing path and a folder without permission are named."""
    with pytest.raises(UnreadableSource, match="No such file"):
        intake(tmp_path / "weg.zip")


def test_a_reading_error_names_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A failing disk or a lost share is an error about this source."""
    path = tmp_path / "a.eml"
    path.write_bytes(b"x")

    def fail(*_: object) -> bytes:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "pread", fail)
    with pytest.raises(UnreadableSource, match="Input/output error"):
        intake(path)


def during_reading(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """Do something once, just after the first bytes of the source were read."""
    read, done = os.pread, []

    def reading(handle: int, length: int, offset: int) -> bytes:
        block = read(handle, length, offset)
        if not done:
            done.append(act())
        return block

    monkeypatch.setattr(os, "pread", reading)


def grow(path: Path) -> None:
    """Append to a file."""
    with path.open("ab") as file:
        file.write(b"more")


def rewrite(path: Path) -> None:
    """Change bytes in place, a moment later."""
    path.write_bytes(b"x" * path.stat().st_size)
    os.utime(path, ns=(0, 1))


def replace(path: Path) -> None:
    """Put another file in the place, of the same size and time."""
    status = path.stat()
    other = path.with_name("other")
    other.write_bytes(path.read_bytes())
    os.utime(other, ns=(status.st_atime_ns, status.st_mtime_ns))
    other.replace(path)


def shorten(path: Path) -> None:
    """Cut a file."""
    os.truncate(path, 1)


@pytest.mark.parametrize("act", [grow, rewrite, replace, shorten, Path.unlink])
@pytest.mark.parametrize("data", [b"From: x\n\n" * 9, build(Part(b"_chat.txt", b"x" * 99))])
def test_a_source_that_changes_while_it_is_read_is_left(
    act: Callable[[Path], None], data: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half a file is never taken in: growing, rewriting, replacing and removing are noticed."""
    path = tmp_path / "export"
    path.write_bytes(data)
    during_reading(monkeypatch, lambda: act(path))
    with pytest.raises(SourceChanged):
        intake(path)


@pytest.mark.parametrize(
    "act",
    [
        lambda folder: grow(folder / "_chat.txt"),
        lambda folder: grow(folder / "media" / "foto.jpg"),
        lambda folder: (folder / "nieuw.jpg").write_bytes(b"x"),
        lambda folder: (folder / "media" / "foto.jpg").unlink(),
        lambda folder: (folder / "media").rename(folder / "foto"),
        lambda folder: (folder / "media" / "l").symlink_to("x"),
    ],
)
def test_a_folder_that_changes_while_it_is_read_is_left(
    act: Callable[[Path], None], drop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that comes, goes or grows while a folder is read leaves the whole folder for later."""
    during_reading(monkeypatch, lambda: act(drop))
    with pytest.raises(SourceChanged):
        intake(drop)


@pytest.mark.parametrize("act", [grow, rewrite, replace, Path.unlink])
def test_a_member_that_changed_after_intake_cannot_be_opened(
    act: Callable[[Path], None], drop: Path
) -> None:
    """What is read later is what was measured, or an error."""
    delivery = intake(drop)
    act(drop / "media" / "foto.jpg")
    with pytest.raises(SourceChanged):
        delivery.open(delivery.members[2])
    file = drop / "_chat.txt"
    delivery = intake(file)
    act(file)
    with pytest.raises(SourceChanged):
        delivery.open(delivery.members[0])


def test_a_folder_replaced_by_a_link_is_not_followed(drop: Path, tmp_path: Path) -> None:
    """No part of the way to a member may become a link after intake."""
    delivery = intake(drop)
    (drop / "media").rename(tmp_path / "elders")
    (drop / "media").symlink_to(tmp_path / "elders")
    with pytest.raises(SourceChanged):
        delivery.open(delivery.members[2])
    (drop / "media.txt").unlink()
    (drop / "media.txt").symlink_to("_chat.txt")
    with pytest.raises(SourceChanged):
        delivery.open(delivery.members[1])


def test_links_and_pipes_in_a_folder_are_told_and_not_followed(drop: Path) -> None:
    """What is no regular file is a finding with its target."""
    (drop / "geheim").symlink_to("/etc/shadow")
    (drop / "terug").symlink_to("..")
    os.mkfifo(drop / "media" / "pijp")
    delivery = intake(drop)
    assert len(delivery.members) == 3
    assert codes(delivery.findings) == ["W-I003"] * 3
    assert delivery.findings[0].values == {
        "name": "geheim",
        "kind": "symlink",
        "target": "/etc/shadow",
    }


def test_files_of_operating_systems_are_kept_and_told(drop: Path) -> None:
    """Nothing is left out: what a system adds is a member, and one finding."""
    (drop / ".DS_Store").write_bytes(b"1")
    (drop / "media" / "Thumbs.db").write_bytes(b"2")
    delivery = intake(drop)
    assert len(delivery.members) == 5
    assert codes(delivery.findings) == ["W-I004"]
    assert delivery.findings[0].values["count"] == 2


def test_a_folder_too_deep_or_too_full_is_left_whole(drop: Path) -> None:
    """A folder beyond the limits is not taken in part."""
    with pytest.raises(OverLimit, match="more than 2 files"):
        intake(drop, Limits(entries=2))
    deep = drop.joinpath(*"abcdefghijklmnopqrstu")
    deep.mkdir(parents=True)
    with pytest.raises(OverLimit, match="more than 20 folders"):
        intake(drop)


def test_a_delivery_that_is_too_large_is_kept_with_a_finding(drop: Path) -> None:
    """Size is no reason to lose anything: all is hashed and the finding says why it is unread."""
    limits = Limits(delivery_bytes=3)
    assert codes(intake(drop, limits).findings) == ["E-I001"]
    assert codes(intake(drop / "_chat.txt", limits).findings) == ["E-I001"]
    assert codes(intake(drop / "media" / "foto.jpg", limits).findings) == []
    packed = drop / "a.zip"
    packed.write_bytes(build(Part(b"a", b"x")))
    delivery = intake(packed, limits)
    assert codes(delivery.findings) == ["E-I001"]
    assert delivery.members == ()


def test_names_that_are_no_text_can_be_kept_and_opened(drop: Path) -> None:
    """A name in an old character set is stored visibly and its file can be read."""
    raw = os.fsencode(drop) + b"/caf\xe9.txt"
    Path(os.fsdecode(raw)).write_bytes(b"koffie")
    delivery = intake(drop)
    member = next(m for m in delivery.members if m.name == "caf\\xe9.txt")
    assert codes(delivery.findings) == ["W-I002"]
    with delivery.open(member) as stream:
        assert stream.read() == b"koffie"
    alone = intake(Path(os.fsdecode(raw)))
    assert alone.members[0].name == "caf\\xe9.txt"
    assert codes(alone.findings) == ["W-I002"]


def test_a_full_disk_is_an_error_and_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No room to unpack: the error names the spool folder; a short write is continued."""
    path = tmp_path / "a.zip"
    path.write_bytes(build(Part(b"a.mbox", os.urandom(90_000)), Part(b"b", b"b")))
    delivery = intake(path, spool=tmp_path)
    write = os.pwrite
    monkeypatch.setattr(os, "pwrite", lambda h, data, at: write(h, data[: len(data) // 2 + 1], at))
    with delivery.open(delivery.members[0]) as stream:
        assert sha256(stream.read()).hexdigest() == delivery.members[0].sha256

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "pwrite", full)
    with pytest.raises(DiskFull), delivery.open(delivery.members[0]) as stream:
        stream.read()
    path.write_bytes(build(Part(b"inner.zip", build(Part(b"a", b"x")))))
    monkeypatch.setattr(os, "pwrite", full)
    with pytest.raises(DiskFull):
        intake(path, spool=tmp_path)


def test_a_failing_disk_while_unpacking_is_an_error_of_this_delivery(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that fails below the source or below the spool folder is named."""
    path = tmp_path / "a.zip"
    path.write_bytes(build(Part(b"a", os.urandom(9000)), Part(b"b", b"b")))
    delivery = intake(path, spool=tmp_path)

    def fail(*_: object) -> int:
        raise OSError(errno.EIO, "Input/output error")

    for call, where in (("pwrite", tmp_path), ("pread", path)):
        with monkeypatch.context() as patch:
            patch.setattr(os, call, fail)
            with pytest.raises(UnreadableSource) as caught:
                delivery.open(delivery.members[0]).read()
        assert caught.value.fields["path"] == where


def open_files() -> list[str]:
    """What this process has open, as the system names it."""
    links = list(Path("/proc/self/fd").iterdir())
    return [str(link.readlink()) for link in links if link.is_symlink()]


def test_no_descriptor_stays_open(drop: Path) -> None:
    """Taking in and reading leaves nothing open once the delivery is gone."""
    packed = drop / "a.zip"
    packed.write_bytes(build(Part(b"i.zip", build(Part(b"a", b"x")))))
    for path in (drop, drop / "_chat.txt", packed):
        delivery = intake(path)
        for member in delivery.members:
            with delivery.open(member) as stream:
                stream.read()
    assert [target for target in open_files() if "memfd:member" in target]
    del delivery, stream
    gc.collect()
    assert not [
        target for target in open_files() if "memfd:member" in target or str(drop) in target
    ]


def test_a_folder_is_split_until_each_part_is_claimed(tmp_path: Path) -> None:
    """A claimed folder is one delivery; of any other each entry is judged by itself."""
    for person in ("Fenna", "Joris"):
        (tmp_path / person / "media").mkdir(parents=True)
        (tmp_path / person / "_chat.txt").write_bytes(b"x")
        (tmp_path / person / "media" / "f.jpg").write_bytes(b"x")
    (tmp_path / "los.eml").write_bytes(b"x")
    (tmp_path / "koppeling").symlink_to("los.eml")
    (tmp_path / "leeg").mkdir()
    (tmp_path / ".DS_Store").write_bytes(b"x")

    def claimed(delivery: Delivery) -> bool:
        with delivery.open(delivery.members[0]) as stream:
            assert stream.read() == b"x"
        return delivery.members[0].name == "_chat.txt"

    parts = [path.relative_to(tmp_path).as_posix() for path in split_folder(tmp_path, claimed)]
    assert parts == ["Fenna", "Joris", "koppeling", "los.eml"]
    assert list(split_folder(tmp_path / "Fenna", claimed)) == [tmp_path / "Fenna"]


def test_a_folder_beyond_the_limits_is_split(drop: Path) -> None:
    """Too many files for one delivery are not too many for several."""
    parts = split_folder(drop, lambda delivery: len(delivery.members) == 1, Limits(entries=2))
    names = [path.name for path in parts]
    assert names == ["_chat.txt", "media", "media.txt"]
