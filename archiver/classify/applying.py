"""Apply the sorting rules to an episode: which fit, by which words, senders, titles and times."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from archiver.classify.episode import Episode, Reason
from archiver.classify.moments import within
from archiver.classify.people import moments, names_of
from archiver.classify.rule import Rule
from archiver.classify.rules import Rules
from archiver.classify.terms import Hit, fits, fold

SOURCE: Final = "rule"

_Found = dict[int, dict[str, None]]
"""For each rule, by its place: the different words that were found, in order."""


def apply(episode: Episode, rules: Rules) -> Iterator[Reason]:
    """Give a reason for each rule that fits an episode, with what it was matched by."""
    said: _Found = {}
    for line in episode.lines:
        for text in (line.text, *line.attachments):
            _collect(rules.terms.find(text), said)
    titled: _Found = {}
    _collect(rules.titles.find(episode.title), titled)
    names, began = names_of(episode), next(moments(episode), None)
    for place in sorted({*said, *titled, *rules.wordless}):
        rule, words, titles = rules.rules[place], said.get(place, {}), titled.get(place, {})
        if (rule.words and not words) or (rule.titles and not titles):
            continue
        others = _others(rule, names, episode)
        if others is not None and rule.counts_at(began):
            yield _reason(rule, (("words", words), ("titles", titles), *others), rules)


def _collect(hits: list[Hit], found: _Found) -> None:
    """Add what was hit, but for what a false friend of the same rule covers."""
    excuses = [one for one in hits if one.term.excuses] if hits else []
    for hit in hits:
        if not hit.term.excuses and not any(_covers(one, hit) for one in excuses):
            found.setdefault(hit.term.owner, {})[hit.written] = None


def _covers(excuse: Hit, hit: Hit) -> bool:
    same = excuse.term.owner == hit.term.owner
    return same and excuse.start <= hit.start and hit.end <= excuse.end


def _others(
    rule: Rule, names: set[str], episode: Episode
) -> tuple[tuple[str, Iterable[str]], ...] | None:
    """Give what else of a rule fits: senders, domains, times; None when one of them does not."""
    found: list[tuple[str, Iterable[str]]] = []
    if rule.senders:
        found.append(("senders", _senders(rule, names)))
    if rule.domains:
        found.append(("domains", _domains(rule, names)))
    if rule.times:
        found.append(("times", _times(rule, episode)))
    return tuple(found) if all(fitting for _, fitting in found) else None


def _senders(rule: Rule, names: set[str]) -> list[str]:
    return sorted(name for name in names if any(fits(fold(one), name) for one in rule.senders))


def _domains(rule: Rule, names: set[str]) -> list[str]:
    """Give the domains of mail addresses among the names that are the rule's or lie below them."""
    domains = {name.rpartition("@")[2] for name in names if "@" in name}
    if not domains:
        return []
    below = tuple(f".{one.casefold()}" for one in rule.domains)
    return sorted(one for one in domains if f".{one}".endswith(below))


def _times(rule: Rule, episode: Episode) -> list[str]:
    times = list(moments(episode))
    return [one for one in rule.times if any(within(one, moment) for moment in times)]


def _reason(rule: Rule, fitting: tuple[tuple[str, Iterable[str]], ...], rules: Rules) -> Reason:
    """Explain a rule that fits; each different word weighs, a rule without words weighs once."""
    detail = [(kind, ", ".join(found)) for kind, found in fitting]
    if confirmed := rules.confirmation(rule.code):
        detail.append(("confirmed", f"{confirmed.by} {confirmed.at}"))
    count = len(tuple(fitting[0][1])) or 1
    weight = min(rule.weight * count, rule.most)
    given = tuple((kind, text) for kind, text in detail if text)
    return Reason(SOURCE, rule.code, given, round(weight, 4), rule.suggests)
