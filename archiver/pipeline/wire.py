"""What the writing process and the reading one say to each other.

A job is a length-prefixed message, with the descriptors of the files to read beside it, the main
one first; one without members is about those of the job before, since a delivery may have tens of
thousands. The answer is a run of messages, each a tag byte, a length and MessagePack: ``b`` a
batch, ``e`` the end, ``f`` a failure with its reason. ``k`` asks what the archive knows already;
the parent answers with a length and a bitmap.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import BinaryIO

from msgspec import Struct

from archiver.format import Source
from archiver.model import Member

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
