"""What sorting speaks of: an episode of a conversation, what is known of people, and a verdict.

An episode is a run of messages in one strand, cut by the caller. It is handed over whole, since
"Ja." is nothing without the question above it. All of it may be private: a verdict's `detail`
quotes words of the episode, and whoever stores it seals it as the episode itself is sealed.

Words follow ``docs/terminology.md``; every time is milliseconds since 1970-01-01T00:00:00Z.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class Outcome(StrEnum):
    """What an episode is held to be."""

    WORK = "work"
    PRIVATE = "private"
    PARTY = "party"
    BOUNDARY = "boundary"
    UNDECIDED = "undecided"


class Line(Struct, frozen=True, gc=False):
    """One message of an episode: `author` is the typed identifier, `label` the name shown."""

    id: str
    sent_at: int | None
    author: str
    label: str
    text: str
    own: bool = False
    attachments: tuple[str, ...] = ()


class Episode(Struct, frozen=True):
    """A run of messages in one strand; `person` is the official whose account it is.

    `participants` are typed identifiers or names, with or without the official; what is known of
    them comes as `Known`.
    """

    strand: str
    service: str
    title: str
    person: str
    participants: tuple[str, ...]
    lines: tuple[Line, ...]


class Known(Struct, frozen=True):
    """One line of the contact register: who this is to the official, and from when to when.

    `name` is a typed identifier as in `Line.author` or a name as in `Line.label`. `kind` is what
    the register says: `business`, `private` or `party`. `since` counts, `until` does not; None is
    without a bound.
    """

    name: str
    kind: str
    since: int | None = None
    until: int | None = None


class Reason(Struct, frozen=True):
    """One piece of evidence: where it comes from, which one it is, and what it speaks for.

    `source` is `contact-register`, `rule`, `model` or `officer`. `detail` names in pairs what was
    matched, such as ``("words", "nota, kamerbrief")``; it is content and sealed as content.
    """

    source: str
    code: str
    detail: tuple[tuple[str, str], ...] = ()
    weight: float = 0.0
    suggests: Outcome | None = None


class Verdict(Struct, frozen=True):
    """What the evidence says of an episode, and by which version of rules and model.

    `doubtful` asks for an officer: the episode is kept as work, but has a place in the queue. An
    UNDECIDED one carries a `suggestion`, which binds nobody. `score` is a model's estimate that it
    is work, from 0 to 1: for the order of the queue, never shown as a probability.
    """

    outcome: Outcome
    reasons: tuple[Reason, ...] = ()
    score: float | None = None
    version: str = ""
    suggestion: Outcome | None = None
    doubtful: bool = False

    @property
    def keeps(self) -> bool:
        """Whether it is kept as work for now, in doubt or not."""
        return self.outcome in (Outcome.WORK, Outcome.BOUNDARY)
