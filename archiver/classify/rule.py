"""One sorting rule, what an officer confirms of it, and the weights at which evidence counts.

A rule alone never decides that something is private or party-political. It does once an officer
confirmed it, and the confirmation names the digest of the rule as it was read: a rule that changed
afterwards is confirmed no longer.
"""

from __future__ import annotations

from hashlib import sha256

import msgspec
from msgspec import Struct

from archiver.classify.episode import Outcome
from archiver.classify.moments import start_of


class Rule(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One rule. `weight` counts for each different word found, at most `most` in all.

    `unless` are false friends: a word of the rule that stands within one of them does not count.
    `senders` and `titles` may carry a star; `domains` are those of mail addresses, with all below
    them; `times` are such as ``mon-fri 08:00-18:00``, Dutch clock time. Days are ISO 8601, the
    last one included.
    """

    code: str
    suggests: Outcome
    weight: float
    en: str
    nl: str
    valid_from: str
    valid_until: str = ""
    most: float = 2.0
    words: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    senders: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    times: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """SHA-256 over its canonical JSON: what an officer confirms."""
        return sha256(msgspec.json.encode(self, order="sorted")).hexdigest()

    def counts_at(self, moment: int | None) -> bool:
        """Whether its period holds a moment in ms; one that is not known is never left out."""
        if moment is None:
            return True
        if moment < start_of(self.valid_from):
            return False
        return not self.valid_until or moment < start_of(self.valid_until, after=True)


class Confirmation(Struct, frozen=True):
    """An officer's word that a rule decides: which one, as it was read, who and when (ms)."""

    code: str
    digest: str
    by: str
    at: int


class Decide(Struct, frozen=True, forbid_unknown_fields=True):
    """From which weight evidence counts (`weak`), and from which it suffices (`strong`).

    `work` and `other` are the estimates of a model, from 0 to 1: from `work` on it keeps what the
    rest would set aside, up to `other` it sets aside what the rest says nothing of.
    """

    weak: float
    strong: float
    work: float
    other: float
