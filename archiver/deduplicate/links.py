"""What aligning says of two copies: that they are one message, or that they may be."""

from __future__ import annotations

from msgspec import Struct

Grounds = tuple[str, int, tuple[str, ...]]
"""Why two copies are paired: the `how`, `score` and `evidence` of a pair."""


class Pair(Struct, frozen=True, gc=False):
    """Two copies and what speaks for it that they are one message.

    `how` is ``exact`` (a rare text or the same bytes), ``sender-confirmed`` (a short or frequent
    text of the same person in the same order), ``edited``, ``deleted-in-one``, ``media-missing`` or
    ``inferred``; solving adds ``officer`` and ``same-file``. `offset` is right minus left in
    milliseconds, `score` per mille and only for putting links in order. `evidence` names what
    agrees, with a hyphen before what does not: ``text``, ``author``, ``time``, ``order``,
    ``media``, ``type``.
    """

    left: int
    right: int
    how: str
    offset: int
    score: int
    evidence: tuple[str, ...]


class Link(Pair, frozen=True, gc=False):
    """Two copies that are one message."""


class Proposal(Pair, frozen=True, gc=False):
    """Two copies that may be one message; `reason` says why the machine does not join them.

    ``author-unknown``, ``other-author``, ``several-fit``, ``other-text``, ``late``, ``event``.
    """

    reason: str
