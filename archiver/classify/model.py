"""A small linear model of what officers decided: it orders the queue and explains itself.

Logistic regression (Cox 1958) on hashed features, fitted by stochastic gradient descent with the
step of AdaGrad (Duchi, Hazan and Singer 2011); two of them, one for work and one for party among
what is not work. Training is a pure function of the examples, in whatever order, and of the seed.

A model file holds numbers, digests and counts, never a word: a feature is named by a keyed hash,
and an explanation finds the words again in the episode at hand alone. Whoever has the file and a
dictionary can try words, so it is kept encrypted, as the messages it was trained on are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from itertools import chain
from math import exp, sqrt
from typing import Final

import msgspec
from msgspec import Struct

from archiver.classify.episode import Episode, Outcome, Reason
from archiver.classify.features import HASH, VERSION, Features, features
from archiver.errors import ArchiveError, ExitCode

SOURCE: Final = "model"

_ROUNDS: Final = 4
_STEP: Final = 0.5
_CALM: Final = 0.01
"""Where the sum of squares begins, so that no first step is wild."""

_STEEP: Final = 30.0
_DIGITS: Final = 5
_SHOWN: Final = 6
_LEAST: Final = 20
"""Examples of work, and of what is not, below which a model would learn chance."""

_WORK: Final = (Outcome.WORK, Outcome.BOUNDARY)
"""What a model learns to keep: a boundary case is never set aside by a machine."""


class UnreadableModel(ArchiveError):
    """The sorting model cannot be used: {reason}."""

    exit_code = ExitCode.PRECONDITION


class TooFewExamples(ArchiveError):
    """A sorting model needs {least} examples of work and of the rest; it has {work} and {other}."""

    exit_code = ExitCode.PRECONDITION


class Guess(Struct, frozen=True):
    """What a model makes of an episode: an estimate that it is work, else what, and by which."""

    work: float
    otherwise: Outcome
    reason: Reason


class Model(Struct, frozen=True):
    """A trained model, as it is stored in JSON.

    `training` is the digest of the examples with all that shaped the model, `counts` how many of
    each outcome there were. `trained_on` is a day of ISO 8601 and `key` that of the feature hash,
    both as the caller gave them. The weights are by hashed feature.
    """

    v: int
    hash: str
    key: str
    seed: int
    trained_on: str
    training: str
    counts: dict[str, int]
    work: dict[int, float]
    party: dict[int, float]

    @property
    def name(self) -> str:
        """Which model this is, for the version of a verdict."""
        return f"model {self.v} {self.training[:12]}"

    def encode(self) -> bytes:
        """Give its JSON, the same for the same model: its fields and weights stand in order."""
        return msgspec.json.encode(self)

    def guess(self, episode: Episode) -> Guess:
        """Estimate whether an episode is work, and name the features that told most."""
        found = features(episode, self.key)
        work = _estimate(self.work, found.hashed)
        otherwise = Outcome.PARTY if _sum(self.party, found.hashed) > 0 else Outcome.PRIVATE
        suggests = Outcome.WORK if work >= 0.5 else otherwise
        reason = Reason(SOURCE, self.name, _telling(self.work, found), 0.0, suggests)
        return Guess(work, otherwise, reason)


def decode(stored: bytes) -> Model:
    """Read a stored model.

    Raises:
        UnreadableModel: It is no model, or made by another version or hash of the features.
    """
    try:
        model = msgspec.json.decode(stored, type=Model)
    except msgspec.DecodeError as error:
        raise UnreadableModel(reason=str(error)) from error
    if (model.v, model.hash) != (VERSION, HASH):
        raise UnreadableModel(reason=f"version {model.v}, {model.hash}")
    return model


def train(
    examples: Sequence[tuple[Episode, Outcome]], *, key: str, trained_on: str, seed: int = 1
) -> Model:
    """Train a model on what officers decided; what is undecided teaches nothing.

    `key` (at most 64 bytes) is of the feature hash: random, and new for each archive. `trained_on`
    is the day, ISO 8601.

    Raises:
        TooFewExamples: There is too little of work among the examples, or of anything else.
    """
    decided = sorted(_named(examples))
    names = [name for name, _, _ in decided]
    found = [features(episode, key).hashed for _, episode, _ in decided]
    outcomes = [outcome for _, _, outcome in decided]
    work = [outcome in _WORK for outcome in outcomes]
    if min(sum(work), len(work) - sum(work)) < _LEAST:
        raise TooFewExamples(least=_LEAST, work=sum(work), other=len(work) - sum(work))
    orders = [_order(names, seed, turn) for turn in range(_ROUNDS)]
    others = [[place for place in order if not work[place]] for order in orders]
    party = [outcome is Outcome.PARTY for outcome in outcomes]
    counts = {str(one): outcomes.count(one) for one in Outcome if one in outcomes}
    return Model(
        VERSION, HASH, key, seed, trained_on, _digest(names, key, str(seed)), counts,
        _fit(found, work, orders), _fit(found, party, others),
    )  # fmt: skip


def _named(
    examples: Sequence[tuple[Episode, Outcome]],
) -> Iterator[tuple[str, Episode, Outcome]]:
    """Name each decided example by its digest, so that training knows no order but its own."""
    for episode, outcome in examples:
        if outcome is not Outcome.UNDECIDED:
            yield sha256(msgspec.json.encode((episode, outcome))).hexdigest(), episode, outcome


def _digest(names: Sequence[str], *shaping: str) -> str:
    return sha256(msgspec.json.encode((names, shaping, _ROUNDS, _STEP))).hexdigest()


def _order(names: Sequence[str], seed: int, turn: int) -> list[int]:
    """Give the examples in an order that is random and the same everywhere."""
    drawn = [sha256(f"{seed} {turn} {name}".encode()).digest() for name in names]
    return sorted(range(len(names)), key=lambda place: drawn[place])


def _fit(
    found: Sequence[tuple[int, ...]], wanted: Sequence[bool], orders: Sequence[Sequence[int]]
) -> dict[int, float]:
    """Fit one regression: each example in turn moves the weights of its own features."""
    weights: dict[int, float] = {}
    squares: dict[int, float] = {}
    for place in chain.from_iterable(orders):
        hashed = found[place]
        scale = 1 / sqrt(len(hashed))
        wrong = (_estimate(weights, hashed) - wanted[place]) * scale
        square = wrong * wrong
        for one in hashed:
            squares[one] = seen = squares.get(one, _CALM) + square
            weights[one] = weights.get(one, 0.0) - _STEP * wrong / sqrt(seen)
    return {one: round(weight, _DIGITS) for one, weight in sorted(weights.items())}


def _estimate(weights: Mapping[int, float], hashed: tuple[int, ...]) -> float:
    """Give the logistic function of the sum, from 0 to 1."""
    return 1 / (1 + exp(-max(-_STEEP, min(_STEEP, _sum(weights, hashed)))))


def _sum(weights: Mapping[int, float], hashed: tuple[int, ...]) -> float:
    return sum(weights.get(one, 0.0) for one in hashed) / sqrt(len(hashed))


def _telling(weights: Mapping[int, float], found: Features) -> tuple[tuple[str, str], ...]:
    """Name the features of this episode that told most, with what each added to the sum."""
    scale = 1 / sqrt(len(found.hashed))
    told = [(weights.get(one, 0.0) * scale, found.named[one]) for one in found.hashed]
    told.sort(key=lambda one: (-abs(one[0]), one[1]))
    return tuple((name, f"{added:+.3f}") for added, name in told[:_SHOWN] if added)
