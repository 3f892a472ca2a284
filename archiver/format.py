"""How a format is recognised and read: what a parser is given, and what it promises."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, BinaryIO, Protocol

from msgspec import Struct

from archiver.model import Finding, Item, Member, Normal

MOST_BESIDE = 200
"""Members beside the main one that a parser may be given; one message passes 253 descriptors."""


class Source(Struct, frozen=True):
    """What a parser reads: one main member of a delivery and what stands beside it.

    `stream` is seekable and, when `stream.fileno()` works, a plain file that may be mapped.
    `members` are all members of the delivery, `main` the index of the one to read. `path_name`
    is the last part of the delivery's path, a source of the conversation's title. `beside` are
    readers of those other members that the format wants to see (`Format.wants`), by index.
    `mapping` is the text of an officer's mapping file for the format ``mapped``. `date_order`
    and `zone` are an officer's answers (``dmy``, ``mdy``, ``ymd``; an IANA name), empty when
    nobody was asked; `default_zone` is then assumed. `first_number` is the number of the first
    item; `read_at` the time of intake, after which no message can have been sent.
    """

    stream: BinaryIO
    members: tuple[Member, ...]
    main: int
    path_name: str
    read_at: int
    date_order: str = ""
    zone: str = ""
    default_zone: str = "Europe/Amsterdam"
    first_number: int = 1
    beside: Mapping[int, BinaryIO] = {}
    mapping: str = ""


class Format(Struct, frozen=True):
    """One export format: how it is recognised and read.

    `claims` sees the first 64 KiB and the name of one member and answers yes or no. `survey` reads
    what must be known before the first item (header shape, date order) and returns an object of
    the format's own with an attribute `questions: tuple[Finding, ...]`; any question leaves the
    items without a normalised time. `parse` yields items and findings in the order of the bytes.
    `normaliser` returns the function that makes one item's `Normal`.

    `holds_media` says that all other members are media of the one main member; `spread` that there
    may be several main members, also in folders below. `wants` sees the
    names of a main member and of another one and says whether the parser needs its bytes too (at
    most `MOST_BESIDE`). `gaps` are the codes of what such a source always leaves out: every
    delivery gets them as findings, so that nobody calls it complete. `checks` watch one main
    member for signs that this one leaves out more.
    """

    name: str
    service: str
    version: int
    claims: Callable[[bytes, str], bool]
    survey: Callable[[Source], Survey]
    parse: Callable[[Source, Any], Iterator[Item | Finding]]
    normaliser: Callable[[Source, Any], Callable[[Item], Normal]]
    holds_media: bool = False
    spread: bool = False
    wants: Callable[[str, str], bool] | None = None
    gaps: tuple[str, ...] = ()
    checks: tuple[Callable[[Source], Check], ...] = ()


class Check(Protocol):
    """Watches what is read of one main member, and tells at its end what is not whole."""

    def see(self, items: Sequence[Item], normals: Sequence[Normal]) -> None:
        """Look at some items in the order of the source, each with its normal form."""
        ...

    def findings(self) -> Iterator[Finding]:
        """Tell what was found."""
        ...


class Survey(Protocol):
    """What a format learns of a source before it reads the first item."""

    @property
    def questions(self) -> tuple[Finding, ...]:
        """What only an officer can answer."""
        ...


class Learnt(Struct, frozen=True):
    """A survey of a source with identifiers and clocks of its own.

    `clocks` name the ways in which its times may be written, the first that fits counts
    (`archiver.normalise.clocks`); `zone` is the IANA name of the zone that the file states for
    times without an offset. A format may add fields.
    """

    clocks: tuple[str, ...] = ("epoch-ms",)
    zone: str = ""
    questions: tuple[Finding, ...] = ()
