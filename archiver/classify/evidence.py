"""Weigh the evidence about an episode: contact register, then rules, then a trained model.

Doubt is work plus a place in the queue. The machine never says that something is private or
party-political, it suggests so; unless a rule that an officer confirmed fits and nothing speaks
against it. Strong evidence for two classes makes a boundary case, which an officer decides. One
word of work keeps an episode, however private the rest is.

Follows the Woo art. 2.1 and the Archiefwet in that what an official made or received in the office
counts, on whichever device; ``docs/sorting-evidence.md`` describes the weights and their limits.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from msgspec.structs import replace

from archiver.classify import people
from archiver.classify.applying import apply
from archiver.classify.episode import Episode, Known, Outcome, Reason, Verdict
from archiver.classify.model import Model
from archiver.classify.rule import Decide
from archiver.classify.rules import Rules

_OTHERS: Final = (Outcome.PRIVATE, Outcome.PARTY)
_NOTHING: Final = dict.fromkeys(Outcome, 0.0)


def classify(
    episode: Episode, known: Iterable[Known], rules: Rules, model: Model | None = None
) -> Verdict:
    """Say what an episode is held to be, why, and whether an officer must look.

    `known` are the contacts of this official; the model is optional and only ever orders the
    queue, keeps more, or suggests what rules and contacts say nothing of.
    """
    reasons = [*people.judge(episode, known), *apply(episode, rules)]
    verdict = _final(_weigh(reasons, rules.decide), rules)
    if model is not None:
        verdict = _heed(verdict, model, episode, rules.decide)
    version = rules.version if model is None else f"{rules.version} + {model.name}"
    return replace(verdict, version=version)


def _weigh(reasons: Sequence[Reason], decide: Decide) -> Verdict:
    """Weigh what contacts and rules say."""
    weight = _weights(reasons)
    strong = [one for one in (Outcome.WORK, *_OTHERS) if weight[one] >= decide.strong]
    others = max(weight[one] for one in _OTHERS) >= decide.weak
    given = tuple(reasons)
    if len(strong) > 1 or weight[Outcome.BOUNDARY] >= decide.strong:
        return Verdict(Outcome.BOUNDARY, given, doubtful=True)
    if strong == [Outcome.WORK]:
        return Verdict(Outcome.WORK, given, doubtful=others)
    if not strong or weight[Outcome.WORK] >= decide.weak or weight[Outcome.BOUNDARY] > 0:
        return Verdict(Outcome.WORK, given, doubtful=True)
    return Verdict(Outcome.UNDECIDED, given, suggestion=strong[0], doubtful=True)


def _weights(reasons: Iterable[Reason]) -> dict[Outcome, float]:
    weight = _NOTHING.copy()
    for reason in reasons:
        if reason.suggests:
            weight[reason.suggests] += reason.weight
    return weight


def _final(verdict: Verdict, rules: Rules) -> Verdict:
    """Let a suggestion stand as decided where a confirmed rule says the same, uncontradicted."""
    suggested = verdict.suggestion
    weight = _weights(verdict.reasons)
    against = (one for one in _OTHERS if one is not suggested)
    if suggested is None or any(weight[one] >= rules.decide.weak for one in against):
        return verdict
    for reason in verdict.reasons:
        if reason.suggests is suggested and rules.confirmation(reason.code):
            return replace(verdict, outcome=suggested, suggestion=None, doubtful=False)
    return verdict


def _heed(verdict: Verdict, model: Model, episode: Episode, decide: Decide) -> Verdict:
    """Add what the model makes of it; it never takes away what anything else keeps."""
    guess = model.guess(episode)
    reasons = (*verdict.reasons, guess.reason)
    verdict = replace(verdict, reasons=reasons, score=round(guess.work, 4))
    if not verdict.keeps and guess.work >= decide.work:
        return replace(verdict, outcome=Outcome.WORK, suggestion=None, doubtful=True)
    weight = _weights(verdict.reasons[:-1])
    silent = weight[Outcome.WORK] + weight[Outcome.BOUNDARY] < decide.weak
    if silent and verdict.outcome is Outcome.WORK and guess.work <= decide.other:
        return replace(verdict, outcome=Outcome.UNDECIDED, suggestion=guess.otherwise)
    return verdict
