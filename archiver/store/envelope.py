"""Stored objects: sealed in constant memory, read at any place, verified chunk by chunk.

An object is a header and chunks of AES-256-GCM; `archiver.store.header` says what each byte is.
Each object has a key of its own, 32 random bytes, which is never used for another object.
"""

from __future__ import annotations

import hashlib
import io
import os
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from msgspec import Struct

from archiver.errors import Damage
from archiver.store import files
from archiver.store.header import HEADER_SIZE, TAG_SIZE, Header

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer

CHUNK = 65_536
"""Bytes of plaintext in a chunk, unless the writer is told otherwise."""

KEY_SIZE = 32
CHUNKS_KEPT = 4
"""Decrypted chunks a reader keeps, so that small steps back and forth cost nothing."""


class Stored(Struct, frozen=True):
    """A sealed object: its name and size as stored, digest and size of what it holds."""

    name: str
    size: int
    plain_sha256: str
    plain_size: int


class ObjectWriter:
    """Seals a stream of bytes into one new file, in constant memory.

    `finish` names the file after its content, in the folder where it was begun; until then, and
    when it is closed without, there is only a nameless beginning of it.
    """

    def __init__(self, path: Path, kind: str, key: bytes, *, chunk_size: int = CHUNK) -> None:
        """Begin an object at `path` (a passing name).

        Raises:
            ValueError: The kind or the chunk size is impossible, or the key is not 32 bytes.
        """
        if len(key) != KEY_SIZE:
            raise ValueError(f"the key of an object is {KEY_SIZE} bytes")
        self.path = path
        self._key = key
        self._cipher = AESGCM(key)
        self._header = Header.new(kind, chunk_size)
        self._associated = self._header.encode()
        self._plain = hashlib.sha256()
        self._waiting = bytearray()
        self._plain_size = self._number = 0
        self._fd = files.create(path)
        try:
            files.write_all(self._fd, self._associated)
        except BaseException:
            self.close()
            raise

    def write(self, data: ReadableBuffer) -> int:
        """Add bytes; returns how many, always all of them.

        Raises:
            DiskFull: There is no room; the object cannot be finished.
        """
        view = memoryview(data).cast("B")
        self._plain.update(view)
        self._plain_size += len(view)
        for start in range(0, len(view), self._header.chunk_size):
            self._waiting += view[start : start + self._header.chunk_size]
            self._seal_full_chunk()
        return len(view)

    def tell(self) -> int:
        """Bytes of plaintext written so far: the offset of the next one."""
        return self._plain_size

    def finish(self) -> Stored:
        """Seal the last chunk, sync, read the file back from the disk, and give it its name.

        The file is then read-only and durable; its name is durable once the folder is synced.

        Raises:
            DiskFull: There is no room.
            Damage: What can be read back is not what was written.
        """
        files.write_all(self._fd, self._seal(self._waiting, last=True))
        os.fchmod(self._fd, files.READ_ONLY)
        files.sync(self._fd)
        self.close()
        with ObjectReader(self.path, self._key) as copy:
            name, size = copy.verify()
            if copy.size != self._plain_size:
                raise Damage(path=self.path, reason="the disk does not give back what was written")
        files.rename(self.path, self.path.with_name(name))
        return Stored(name, size, self._plain.hexdigest(), self._plain_size)

    def close(self) -> None:
        """Let the file go; without `finish` before it, what was written is of no use."""
        if not self.closed:
            os.close(self._fd)
            self._fd = -1
            self._waiting.clear()

    @property
    def closed(self) -> bool:
        """Whether nothing more can be written."""
        return self._fd < 0

    def _seal_full_chunk(self) -> None:
        """Seal what is surely not the end: the last chunk waits, since it is marked as the last."""
        size = self._header.chunk_size
        if len(self._waiting) > size:
            with memoryview(self._waiting) as view:
                files.write_all(self._fd, self._seal(view[:size], last=False))
            del self._waiting[:size]

    def _seal(self, chunk: bytearray | memoryview, *, last: bool) -> bytes:
        nonce = self._header.nonce(self._number, last=last)
        self._number += 1
        return self._cipher.encrypt(nonce, chunk, self._associated)


class ObjectReader(io.RawIOBase):
    """Random access to the plaintext of one object; every chunk it touches is verified.

    Wrap it with `io.BufferedReader`. A chunk that does not verify raises `Damage`, and none of
    its bytes are given out.
    """

    def __init__(self, path: Path, key: bytes) -> None:
        """Open the object at `path`.

        Raises:
            FileNotFoundError: There is no such file.
            Damage: Its header or its length is not one that a writer makes.
        """
        super().__init__()
        self.path = path
        self._cipher = AESGCM(key)
        self._kept: OrderedDict[int, bytes] = OrderedDict()
        self._position = 0
        self._fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            self._associated = os.pread(self._fd, HEADER_SIZE, 0)
            self._header = Header.decode(self._associated, path)
            self._chunks, self.size = self._measure(os.fstat(self._fd).st_size)
        except BaseException:
            self.close()
            raise

    @property
    def kind(self) -> str:
        """What sort of object it is; certain once a chunk has been read."""
        return self._header.kind

    def _measure(self, stored: int) -> tuple[int, int]:
        """Number of chunks and bytes of plaintext, from the length of the file alone."""
        body = stored - HEADER_SIZE
        chunks = max(1, -(-body // (self._header.chunk_size + TAG_SIZE)))
        size = body - chunks * TAG_SIZE
        if size < 0 or (chunks > 1 and size <= (chunks - 1) * self._header.chunk_size):
            raise Damage(path=self.path, reason=f"no object has a length of {stored} bytes")
        return chunks, size

    def verify(self) -> tuple[str, int]:
        """Read the whole object past the kernel's memory and verify every chunk.

        Returns:
            SHA-256 and number of the stored bytes, header included.

        Raises:
            Damage: A chunk is not what was written.
        """
        os.posix_fadvise(self._fd, 0, 0, os.POSIX_FADV_DONTNEED)
        digest, size = hashlib.sha256(self._associated), len(self._associated)
        for number in range(self._chunks):
            sealed = self._sealed(number)
            self._decrypt(number, sealed)
            digest.update(sealed)
            size += len(sealed)
        return digest.hexdigest(), size

    def readable(self) -> bool:
        """It can be read."""
        return True

    def seekable(self) -> bool:
        """It can be read anywhere."""
        return True

    def tell(self) -> int:
        """The offset in the plaintext of the next byte."""
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to an offset in the plaintext; beyond the end there is nothing to read."""
        starts: dict[int, Callable[[], int]] = {
            io.SEEK_SET: lambda: 0,
            io.SEEK_CUR: lambda: self._position,
            io.SEEK_END: lambda: self.size,
        }
        target = starts[whence]() + offset
        if target < 0:
            raise ValueError("an offset before the start")
        self._position = target
        return target

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Fill the buffer from one chunk; 0 at the end.

        Raises:
            Damage: The chunk is not what was written.
        """
        if self._position >= self.size:
            self._check_end()
            return 0
        number, offset = divmod(self._position, self._header.chunk_size)
        with memoryview(buffer).cast("B") as view:
            part = memoryview(self._chunk(number))[offset : offset + len(view)]
            view[: len(part)] = part
        self._position += len(part)
        return len(part)

    def close(self) -> None:
        """Let the file go and forget what was decrypted."""
        if not self.closed:
            os.close(self._fd)
            self._kept.clear()
        super().close()

    def _check_end(self) -> None:
        """An empty object has one chunk as well, and it must verify before it counts as empty."""
        if self.size == 0:
            self._chunk(0)

    def _chunk(self, number: int) -> bytes:
        """The plaintext of a chunk, verified."""
        kept = self._kept.get(number)
        if kept is None:
            kept = self._kept[number] = self._decrypt(number, self._sealed(number))
            if len(self._kept) > CHUNKS_KEPT:
                self._kept.popitem(last=False)
        else:
            self._kept.move_to_end(number)
        return kept

    def _sealed(self, number: int) -> bytes:
        whole = self._header.chunk_size + TAG_SIZE
        return os.pread(self._fd, whole, HEADER_SIZE + number * whole)

    def _decrypt(self, number: int, sealed: bytes) -> bytes:
        nonce = self._header.nonce(number, last=number == self._chunks - 1)
        try:
            return self._cipher.decrypt(nonce, sealed, self._associated)
        except InvalidTag as error:
            raise Damage(path=self.path, reason=f"chunk {number} does not verify") from error
