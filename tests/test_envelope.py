"""A stored object gives back exactly what went in, or nothing."""

from __future__ import annotations

import hashlib
import io
import os
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from full_disk import FullDisk
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archiver.errors import Damage, DiskFull
from archiver.store import files
from archiver.store.envelope import ObjectReader, ObjectWriter, Stored
from archiver.store.header import HEADER_SIZE, TAG_SIZE

KEY = bytes(range(32))
CHUNK = 64


def seal(folder: Path, plain: bytes, *, chunk_size: int = CHUNK, kind: str = "test") -> Stored:
    """Store bytes as an object in a folder."""
    writer = ObjectWriter(folder / "new.part", kind, KEY, chunk_size=chunk_size)
    writer.write(plain)
    return writer.finish()


def read(path: Path, key: bytes = KEY) -> bytes:
    """Read an object wholly, as the archive does."""
    with io.BufferedReader(ObjectReader(path, key)) as stream:
        return stream.read()


def sealed_chunks(data: bytes) -> list[bytes]:
    """Split the stored bytes of an object behind its header into its chunks."""
    size = CHUNK + TAG_SIZE
    return [data[at : at + size] for at in range(HEADER_SIZE, len(data), size)]


def assert_damaged(path: Path, data: bytes) -> None:
    """Put other bytes into an object's file and see that none of them are believed."""
    path.chmod(0o600)
    path.write_bytes(data)
    with pytest.raises(Damage) as caught:
        read(path)
    assert path.name in str(caught.value)


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 5 * CHUNK + 7])
def test_what_goes_in_comes_out(tmp_path: Path, size: int) -> None:
    """An object of any size, empty too, gives back its bytes, digests and sizes."""
    plain = os.urandom(size)
    stored = seal(tmp_path, plain)
    data = (tmp_path / stored.name).read_bytes()
    assert read(tmp_path / stored.name) == plain
    assert stored == Stored(
        hashlib.sha256(data).hexdigest(), len(data), hashlib.sha256(plain).hexdigest(), size
    )
    assert [entry.name for entry in tmp_path.iterdir()] == [stored.name]


def test_the_stored_bytes_are_those_of_the_specification(tmp_path: Path) -> None:
    """The header and the nonces are where the description of the format says they are."""
    data = (tmp_path / seal(tmp_path, b"a" * 65, kind="items").name).read_bytes()
    header, prefix = data[:37], data[30:37]
    assert header[:30] == b"chatarch\x01\x01\x00\x00\x00\x40items" + bytes(11)
    cipher, (first, last) = AESGCM(KEY), sealed_chunks(data)
    assert cipher.decrypt(prefix + b"\0\0\0\0\0", first, header) == b"a" * 64
    assert cipher.decrypt(prefix + b"\0\0\0\1\1", last, header) == b"a"


def test_the_plaintext_is_nowhere_in_the_file(tmp_path: Path) -> None:
    """Storing the same text twice gives two objects, and neither shows the text."""
    plain = b"Een geheim besluit van de minister. " * 20
    one, two = seal(tmp_path, plain), seal(tmp_path, plain)
    assert one.name != two.name
    assert b"geheim" not in (tmp_path / one.name).read_bytes()


def test_a_finished_object_is_read_only(tmp_path: Path) -> None:
    """Nobody changes an object by accident."""
    assert (tmp_path / seal(tmp_path, b"x").name).stat().st_mode & 0o777 == 0o400


@pytest.mark.parametrize("size", [0, 3, CHUNK + 3])
def test_every_flipped_bit_is_found(tmp_path: Path, size: int) -> None:
    """Whichever bit of an object changes, it is not read."""
    stored = seal(tmp_path, os.urandom(size))
    path = tmp_path / stored.name
    data = path.read_bytes()
    for bit in range(len(data) * 8):
        flipped = bytearray(data)
        flipped[bit // 8] ^= 1 << bit % 8
        assert_damaged(path, bytes(flipped))


def test_truncation_is_found_at_every_length(tmp_path: Path) -> None:
    """An object that was cut off anywhere, also between two chunks, is not read."""
    path = tmp_path / seal(tmp_path, os.urandom(4 * CHUNK)).name
    data = path.read_bytes()
    for length in range(len(data)):
        assert_damaged(path, data[:length])


@pytest.mark.parametrize("more", [b"\0", bytes(TAG_SIZE), bytes(CHUNK + TAG_SIZE)])
def test_added_bytes_are_found(tmp_path: Path, more: bytes) -> None:
    """An object with something behind its end is not read."""
    path = tmp_path / seal(tmp_path, os.urandom(2 * CHUNK)).name
    assert_damaged(path, path.read_bytes() + more)


def test_swapped_repeated_and_missing_chunks_are_found(tmp_path: Path) -> None:
    """Chunks only open in their own places, and every one of them is needed."""
    path = tmp_path / seal(tmp_path, os.urandom(4 * CHUNK)).name
    data = path.read_bytes()
    a, b, c, d = sealed_chunks(data)
    for order in (
        [b, a, c, d],
        [a, c, b, d],
        [a, b, d, c],
        [a, a, c, d],
        [a, b, d],
        [d],
        [a, b, c],
    ):
        assert_damaged(path, data[:HEADER_SIZE] + b"".join(order))


def test_parts_of_another_object_are_found(tmp_path: Path) -> None:
    """The header or a chunk of another object under the same key does not fit."""
    plain = os.urandom(2 * CHUNK)
    path, other = (tmp_path / seal(tmp_path, plain).name for _ in range(2))
    mine, theirs = path.read_bytes(), other.read_bytes()
    middle = HEADER_SIZE + CHUNK + TAG_SIZE
    assert_damaged(path, theirs[:HEADER_SIZE] + mine[HEADER_SIZE:])
    assert_damaged(path, mine[:middle] + theirs[middle:])


def test_another_key_opens_nothing(tmp_path: Path) -> None:
    """Without its own key an object stays closed, an empty one too."""
    for plain in (b"", b"text"):
        with pytest.raises(Damage, match="chunk 0 does not verify"):
            read(tmp_path / seal(tmp_path, plain).name, bytes(32))


def test_damage_elsewhere_does_not_spread(tmp_path: Path) -> None:
    """Of a damaged object the sound chunks can still be read, and the damaged one is named."""
    plain = os.urandom(3 * CHUNK)
    path = tmp_path / seal(tmp_path, plain).name
    data = bytearray(path.read_bytes())
    data[HEADER_SIZE + CHUNK + TAG_SIZE] ^= 1
    path.chmod(0o600)
    path.write_bytes(data)
    with ObjectReader(path, KEY) as reader:
        assert reader.read(CHUNK) == plain[:CHUNK]
        with pytest.raises(Damage, match="chunk 1 does not verify"):
            reader.read(1)
        reader.seek(2 * CHUNK)
        assert reader.read(CHUNK) == plain[2 * CHUNK :]


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_part_can_be_read_in_any_order(tmp_path: Path, data: st.DataObject) -> None:
    """Reading here and there gives the same bytes as cutting them out of the whole."""
    plain = data.draw(st.binary(max_size=700))
    path = tmp_path / seal(tmp_path, plain, chunk_size=data.draw(st.integers(1, 300))).name
    with io.BufferedReader(ObjectReader(path, KEY), 97) as stream:
        for _ in range(20):
            start = data.draw(st.integers(0, len(plain) + 9))
            length = data.draw(st.integers(0, 300))
            assert stream.seek(start) == start
            assert stream.read(length) == plain[start : start + length]
            assert stream.tell() == start + len(plain[start : start + length])


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parts=st.lists(st.binary(max_size=200), max_size=12))
def test_it_does_not_matter_how_it_was_written(tmp_path: Path, parts: list[bytes]) -> None:
    """Bytes written in pieces of any size are the same object's bytes, and offsets add up."""
    writer = ObjectWriter(tmp_path / "new.part", "test", KEY, chunk_size=CHUNK)
    for part in parts:
        before = writer.tell()
        assert writer.write(memoryview(part)) == len(part)
        assert writer.tell() == before + len(part)
    stored = writer.finish()
    assert read(tmp_path / stored.name) == b"".join(parts)
    assert stored.plain_size == len(b"".join(parts))


def test_seeking_knows_all_three_starting_points(tmp_path: Path) -> None:
    """A reader can go to a place from the start, from where it is, and from the end."""
    path = tmp_path / seal(tmp_path, bytes(range(200)), kind="manifest").name
    with ObjectReader(path, KEY) as reader:
        assert (reader.kind, reader.size) == ("manifest", 200)
        assert reader.readable()
        assert reader.seekable()
        assert reader.seek(10) == 10
        assert reader.seek(5, io.SEEK_CUR) == 15
        assert reader.seek(-1, io.SEEK_END) == 199
        assert reader.read(5) == b"\xc7"
        assert reader.read(5) == b""
        with pytest.raises(ValueError, match="before the start"):
            reader.seek(-1)


def test_steps_back_are_not_decrypted_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Going back and forth in a small place reads every chunk from the disk once."""
    path = tmp_path / seal(tmp_path, os.urandom(10 * CHUNK)).name
    reads: list[int] = []
    pread = os.pread

    def counted(fd: int, length: int, offset: int) -> bytes:
        reads.append(offset)
        return pread(fd, length, offset)

    with ObjectReader(path, KEY) as reader:
        monkeypatch.setattr(os, "pread", counted)
        for _ in range(10):
            for number in (0, 1, 2):
                reader.seek(number * CHUNK)
                reader.read(3)
        assert len(reads) == 3
        for number in range(10):
            reader.seek(number * CHUNK)
            reader.read(1)
    assert len(reads) == 3 + 7


@pytest.mark.parametrize("room", range(0, 260, 13))
def test_a_full_disk_makes_no_object(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, room: int
) -> None:
    """At whatever size the disk is full, no file gets the name of an object."""
    monkeypatch.setattr(os, "write", FullDisk(room, 9).write)
    with pytest.raises(DiskFull):
        seal(tmp_path, bytes(4 * CHUNK))
    assert {entry.name for entry in tmp_path.iterdir()} <= {"new.part"}


@pytest.mark.parametrize("place", [0, HEADER_SIZE, HEADER_SIZE + CHUNK, -1])
def test_a_disk_that_writes_something_else_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: int
) -> None:
    """Before an object gets its name it is read back from the disk and verified."""
    sync = files.sync

    def spoil(fd: int) -> None:
        sync(fd)
        data = bytearray((tmp_path / "new.part").read_bytes())
        data[place] ^= 1
        os.pwrite(fd, data, 0)

    monkeypatch.setattr(files, "sync", spoil)
    with pytest.raises(Damage):
        seal(tmp_path, bytes(3 * CHUNK))
    assert [entry.name for entry in tmp_path.iterdir()] == ["new.part"]


def test_a_disk_that_loses_whole_chunks_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that came out empty but for its header is not taken for an empty object."""
    sync = files.sync

    def shorten(fd: int) -> None:
        sync(fd)
        os.ftruncate(fd, HEADER_SIZE + CHUNK + TAG_SIZE)

    monkeypatch.setattr(files, "sync", shorten)
    with pytest.raises(Damage):
        seal(tmp_path, bytes(3 * CHUNK))


@pytest.mark.parametrize(
    ("kind", "key", "chunk_size"),
    [
        ("", KEY, CHUNK),
        ("Items", KEY, CHUNK),
        ("a-kind-of-17-long", KEY, CHUNK),
        ("items", b"short", CHUNK),
        ("items", KEY, 0),
        ("items", KEY, (1 << 24) + 1),
    ],
)
def test_impossible_objects_are_refused(
    tmp_path: Path, kind: str, key: bytes, chunk_size: int
) -> None:
    """A kind, key or chunk size that the format does not know makes no file."""
    with pytest.raises(ValueError, match=r"object|chunks"):
        ObjectWriter(tmp_path / "new.part", kind, key, chunk_size=chunk_size)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("at", [8, 9])
def test_a_later_version_or_algorithm_is_not_guessed_at(tmp_path: Path, at: int) -> None:
    """An object of a version or algorithm that is not known says so."""
    path = tmp_path / seal(tmp_path, b"x").name
    data = bytearray(path.read_bytes())
    data[at] = 2
    path.chmod(0o600)
    path.write_bytes(data)
    with pytest.raises(Damage, match="known version"):
        read(path)
