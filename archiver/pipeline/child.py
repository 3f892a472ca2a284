"""The process that reads: it is given open files and gives back batches; it never sees the archive.

`archiver.pipeline.reader` starts it as ``python -m archiver.pipeline.child FD``; what they say to
each other is `archiver.pipeline.wire`.
Limits on memory, processor time, file size and core files hold for each job.
"""

from __future__ import annotations

import os
import resource
import socket
import sys
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import msgspec

from archiver.format import MOST_BESIDE, Source
from archiver.model import Member
from archiver.pipeline.collector import calm
from archiver.pipeline.formats import by_name
from archiver.pipeline.late import loaded
from archiver.pipeline.reading import batches
from archiver.pipeline.rows import Analyse
from archiver.pipeline.wire import HEADER, LENGTH, Job, source
from archiver.search.analyse import Analysis


def serve(parent: socket.socket) -> None:
    """Do one job after the other until the parent closes its end."""
    analyse = Analysis.dutch().extra
    calm()
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
            _answer(parent, job, source(job, members, streams), analyse)


def _answer(parent: socket.socket, job: Job, given: Source, analyse: Analyse) -> None:
    encode = msgspec.msgpack.Encoder().encode
    try:
        # Before there are limits, so that Python may keep the compiled modules.
        form = loaded(by_name(job.form))
        _limit(job, given)
        for batch in batches(form, given, analyse, partial(_ask, parent)):
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


def _limit(job: Job, given: Source) -> None:
    """Bound what this job may use on top of what the process has used so far; write it may not.

    A file that is mapped takes room among the addresses and no memory of the process: the bound on
    addresses leaves it that room, and the bound on data does not count it.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    used = Path("/proc/self/statm").read_text(encoding="ascii").split()
    addresses, data = (int(used[at]) * resource.getpagesize() + job.memory for at in _COUNTED)
    files = sum(
        os.fstat(stream.fileno()).st_size for stream in (given.stream, *given.beside.values())
    )
    usage = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(usage.ru_utime + usage.ru_stime) + job.cpu
    resource.setrlimit(resource.RLIMIT_AS, (addresses + files, resource.RLIM_INFINITY))
    resource.setrlimit(resource.RLIMIT_DATA, (data, resource.RLIM_INFINITY))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.RLIM_INFINITY))


_COUNTED = (0, 5)
"""Where ``statm`` has the pages of all addresses, and of data and stack (proc_pid_statm(5))."""


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
