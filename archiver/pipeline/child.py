"""The process that reads: it is given open files and gives back batches; it never sees the archive.

`archiver.pipeline.reader` starts it as ``python -m archiver.pipeline.child FD``. A job is a
length-prefixed message, with the descriptors of the files to read beside it, the main one first;
one without members is about those of the job before, since a delivery may have tens of thousands.
The answer is a run of messages, each a tag byte, a length and MessagePack: ``b`` a batch, ``e`` the
end, ``f`` a failure with its reason. ``k`` asks what the archive knows already; the parent answers
with a length and a bitmap.
Limits on memory, processor time, file size and core files hold for each job.
"""

from __future__ import annotations

import os
import resource
import socket
import struct
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import BinaryIO

import msgspec
from msgspec import Struct

from archiver.model import MOST_BESIDE, Member, Source
from archiver.pipeline.collector import calm
from archiver.pipeline.daily_formats import by_name
from archiver.pipeline.reading import batches
from archiver.pipeline.rows import Analyse
from archiver.search.analyse import Analysis

HEADER = struct.Struct(">cI")
LENGTH = struct.Struct(">I")


class Job(Struct, array_like=True):
    """What to read and within which bounds; sizes in bytes, times in seconds."""

    form: str
    members: tuple[Member, ...] | None
    main: int
    path_name: str
    read_at: int
    date_order: str
    zone: str
    default_zone: str
    first_number: int
    memory: int
    cpu: int
    beside: tuple[int, ...] = ()
    mapping: str = ""


def source(job: Job, members: tuple[Member, ...], streams: Sequence[BinaryIO]) -> Source:
    """Give what the parser reads; the main member's stream comes first."""
    return Source(
        stream=streams[0],
        members=members,
        main=job.main,
        path_name=job.path_name,
        read_at=job.read_at,
        date_order=job.date_order,
        zone=job.zone,
        default_zone=job.default_zone,
        first_number=job.first_number,
        beside=dict(zip(job.beside, streams[1:], strict=True)),
        mapping=job.mapping,
    )


def serve(parent: socket.socket) -> None:
    """Do one job after the other until the parent closes its end."""
    analyse = Analysis.dutch().extra
    calm()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    members: tuple[Member, ...] = ()
    while True:
        head, descriptors, _, _ = socket.recv_fds(parent, LENGTH.size, 1 + MOST_BESIDE)
        if not head:
            return
        message = _receive(parent, LENGTH.unpack(head)[0])
        with ExitStack() as opened:
            streams = [opened.enter_context(os.fdopen(one, "rb")) for one in descriptors]
            job = msgspec.msgpack.decode(message, type=Job)
            members = members if job.members is None else job.members
            _limit(job)
            _answer(parent, job.form, source(job, members, streams), analyse)


def _answer(parent: socket.socket, form: str, given: Source, analyse: Analyse) -> None:
    encode = msgspec.msgpack.Encoder().encode
    try:
        ask = partial(_ask, parent)
        for batch in batches(by_name(form), given, analyse, ask):
            _send(parent, b"b", encode(batch))
    except MemoryError:
        _send(parent, b"f", b"memory")
    # Whatever a hostile file makes a parser raise is an outcome of that file, not of the program.
    except Exception as error:
        _send(parent, b"f", type(error).__name__.encode())
    else:
        _send(parent, b"e", b"")


def _ask(parent: socket.socket) -> bytes:
    """Ask the parent what the archive has of this member."""
    _send(parent, b"k", b"")
    return _receive(parent, LENGTH.unpack(_receive(parent, LENGTH.size))[0])


def _limit(job: Job) -> None:
    """Bound what this job may use on top of what the process has used so far."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    memory = pages * resource.getpagesize() + job.memory
    usage = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(usage.ru_utime + usage.ru_stime) + job.cpu
    resource.setrlimit(resource.RLIMIT_AS, (memory, resource.RLIM_INFINITY))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.RLIM_INFINITY))


def _send(parent: socket.socket, tag: bytes, payload: bytes) -> None:
    parent.sendall(HEADER.pack(tag, len(payload)))
    if payload:  # behind its end, an answer may have nobody left who listens
        parent.sendall(payload)


def _receive(parent: socket.socket, length: int) -> bytes:
    with parent.makefile("rb", buffering=0) as stream:
        parts = bytearray()
        while len(parts) < length:
            part = stream.read(length - len(parts))
            if not part:
                raise EOFError
            parts += part
        return bytes(parts)


if __name__ == "__main__":
    with socket.socket(fileno=int(sys.argv[1])) as connection:
        serve(connection)
