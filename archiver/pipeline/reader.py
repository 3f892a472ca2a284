"""The parent's side of reading: one child process serves many files, and is replaced if it dies."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from typing import BinaryIO, Protocol

import msgspec

from archiver.errors import ArchiveError, ExitCode
from archiver.model import Member
from archiver.pipeline.batch import Batch
from archiver.pipeline.collector import calm
from archiver.pipeline.sieve import Ask, nothing
from archiver.pipeline.wire import HEADER, LENGTH, Job, source

_GRACE = 10


class ReadingFailed(ArchiveError):
    """Reading stopped before the end: {reason}."""

    exit_code = ExitCode.PARTIAL


class Reader(Protocol):
    """Reads one main member after the other."""

    def read(self, job: Job, streams: Sequence[BinaryIO], ask: Ask = nothing) -> Iterator[Batch]:
        """Yield the batches of one member; a long one is sifted by what `ask` gives.

        `streams` are the main member's and those of the members beside it that the job names.

        Raises:
            ReadingFailed: The member cannot be read to its end.
        """
        ...

    def close(self) -> None:
        """Free what the reader holds."""
        ...


class ChildReader:
    """Reads in a process of its own, started when it is first needed."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._socket: socket.socket | None = None
        self._members: tuple[Member, ...] | None = None

    def read(self, job: Job, streams: Sequence[BinaryIO], ask: Ask = nothing) -> Iterator[Batch]:
        """Hand the open files to the child and yield what it gives back."""
        connection = self._start()
        done = False
        try:
            self._hand_over(connection, self._without_known_members(job), streams)
            yield from self._answers(connection, ask)
            done = True
        except (OSError, EOFError, msgspec.MsgspecError) as error:
            raise ReadingFailed(reason=self._how_it_ended()) from error
        finally:
            # A child that was left in the middle of an answer would answer the next job with it.
            if not done:
                self.close()

    def close(self) -> None:
        """End the child."""
        if self._socket is not None:
            self._socket.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait(_GRACE)
        self._socket = self._process = self._members = None

    def _start(self) -> socket.socket:
        calm()
        if self._socket is None or self._process is None or self._process.poll() is not None:
            self.close()
            ours, theirs = socket.socketpair()
            with theirs:
                self._process = subprocess.Popen(  # noqa: S603
                    [sys.executable, "-m", "archiver.pipeline.child", str(theirs.fileno())],
                    pass_fds=[theirs.fileno()],
                    stdin=subprocess.DEVNULL,
                    # Ctrl-C at the terminal is for the parent, which lets the delivery end.
                    start_new_session=True,
                )
            self._socket = ours
        return self._socket

    def _without_known_members(self, job: Job) -> Job:
        """Leave out the members of a delivery that this child was told of already."""
        members = job.members
        if members is not None and members is self._members:
            return msgspec.structs.replace(job, members=None)
        self._members = members
        return job

    @staticmethod
    def _hand_over(connection: socket.socket, job: Job, streams: Sequence[BinaryIO]) -> None:
        message = msgspec.msgpack.encode(job)
        descriptors = [stream.fileno() for stream in streams]
        socket.send_fds(connection, [LENGTH.pack(len(message))], descriptors)
        connection.sendall(message)

    @staticmethod
    def _answers(connection: socket.socket, ask: Ask = nothing) -> Iterator[Batch]:
        decode = msgspec.msgpack.Decoder(Batch).decode
        with connection.makefile("rb", buffering=1 << 20) as answers:
            while True:
                head = answers.read(HEADER.size)
                if len(head) < HEADER.size:
                    raise EOFError
                tag, length = HEADER.unpack(head)
                payload = answers.read(length)
                if tag == b"e":
                    return
                if tag == b"f":
                    raise ReadingFailed(reason=payload.decode("ascii", "replace"))
                if tag == b"k":
                    known = ask()
                    connection.sendall(LENGTH.pack(len(known)))
                    connection.sendall(known)
                    continue
                yield decode(payload)

    def _how_it_ended(self) -> str:
        code = self._process.wait(_GRACE) if self._process else 0
        return f"signal {-code}" if code < 0 else f"exit {code}"


class OwnReader:
    """Reads in this process: for measurements, and where a second process is not wanted."""

    def read(self, job: Job, streams: Sequence[BinaryIO], ask: Ask = nothing) -> Iterator[Batch]:
        """Read here and now; what the parser raises ends the member, not the program."""
        # A process that lets a child read needs nothing of this.
        from archiver.pipeline.formats import by_name
        from archiver.pipeline.reading import batches
        from archiver.search.analyse import Analysis

        calm()
        try:
            given = source(job, job.members or (), streams)
            yield from batches(by_name(job.form), given, Analysis.dutch().extra, ask)
        except ArchiveError:
            raise
        except Exception as error:
            raise ReadingFailed(reason=type(error).__name__) from error

    def close(self) -> None:
        """Nothing to free."""
