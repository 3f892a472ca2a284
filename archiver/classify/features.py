"""What a sorting model sees of an episode: hashed stems, senders, service, hour and weekday.

Each feature is named in clear only while an episode is at hand; what leaves this module for a model
is a keyed BLAKE2b hash (RFC 7693) of 20 bits. Stems are those of Snowball's Dutch stemmer; words
of grammar (``config/stemming/nl.toml``) are left out, since a model that learns from a few thousand
episodes takes an accident of theirs for a sign.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import blake2b
from typing import Final

import Stemmer

from archiver import configuration
from archiver.classify.episode import Episode
from archiver.classify.moments import dutch
from archiver.classify.people import moments
from archiver.classify.terms import fold, words

VERSION: Final = 1
HASH: Final = "blake2b-20"

BIAS: Final = -1
"""The feature that every episode has."""

_BITS: Final = 20
_LONGEST: Final = 40
_REMEMBERED: Final = 200_000
_stemmer: Final = Stemmer.Stemmer("dutch")


@dataclass(frozen=True, slots=True)
class Features:
    """The features of one episode: hashed, and what each hash stands for there."""

    hashed: tuple[int, ...]
    named: dict[int, str]


def features(episode: Episode, key: str) -> Features:
    """Give the features of an episode under the key of a model, each once, the bias first."""
    named = {BIAS: "bias"}
    for name in _names(episode):
        named.setdefault(_hashed(name, key), name)
    return Features(tuple(named), named)


def _names(episode: Episode) -> Iterator[str]:
    yield f"service:{episode.service}"
    for stem in filter(None, map(_stem, words(episode.title))):
        yield f"title:{stem}"
    for line in episode.lines:
        for stem in filter(None, map(_stem, words(line.text))):
            yield f"word:{stem}"
        if not line.own:
            yield f"sender:{fold(line.author or line.label)}"
    if (began := next(moments(episode), None)) is not None:
        local = dutch(began)
        yield f"hour:{local.hour}"
        yield f"weekday:{local.isoweekday()}"


@lru_cache(maxsize=_REMEMBERED)
def _stem(word: str) -> str:
    """Give the stem of a word; nothing of a word of grammar, a letter, or what is no word."""
    folded = fold(word)
    if not 1 < len(folded) <= _LONGEST or folded in _grammar():
        return ""
    return str(_stemmer.stemWord(folded))


@cache
def _grammar() -> frozenset[str]:
    return frozenset(configuration.read("stemming/nl.toml")["function"])


@lru_cache(maxsize=_REMEMBERED)
def _hashed(name: str, key: str) -> int:
    digest = blake2b(name.encode(), digest_size=4, key=key.encode()).digest()
    return int.from_bytes(digest, "big") >> (32 - _BITS)
