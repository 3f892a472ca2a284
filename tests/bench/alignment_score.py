"""How well two exports were aligned, held against what is known of every item."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tests.bench.pairs import Pair

EACH = 10_000
Link = tuple[int, int]
"""The number of an item of the left export and of one of the right."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a method made of one pair: its verdict, what it linked, what it only proposes.

    `seconds` is processor time.
    """

    links: Sequence[Link]
    verdict: str = "same"
    proposals: Sequence[Link] = ()
    seconds: float = 0.0


@dataclass(slots=True)
class Score:
    """Counts over any number of pairs.

    `messages` are the items of the smaller side, `pairs` what people said and both sides hold.
    `wrong` are links of two items that are not one message, `strangers` those of them that two
    different people said and `equals` those in which one person said the same twice. `missed` are
    pairs without a link, `offered` those of them that were proposed. `errors` count wrong links
    (``equal``, ``same``, ``other``: the same words, the same person, another person) and missed
    pairs (``missed``) under what the messages are.
    """

    messages: int = 0
    pairs: int = 0
    links: int = 0
    wrong: int = 0
    strangers: int = 0
    equals: int = 0
    missed: int = 0
    offered: int = 0
    proposals: int = 0
    seconds: float = 0.0
    verdicts: Counter[str] = field(default_factory=Counter)
    errors: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def wrong_each(self) -> float:
        """Wrong links in every 10,000 messages of the smaller side."""
        return EACH * self.wrong / max(1, self.messages)

    @property
    def missed_each(self) -> float:
        """Missed pairs of every 10,000."""
        return EACH * self.missed / max(1, self.pairs)

    @property
    def authors_right(self) -> float:
        """The share of the links that are of one person, in per cent."""
        return 100 - 100 * self.strangers / max(1, self.links)

    @property
    def rate(self) -> float:
        """Messages of the smaller side in a second of processor time."""
        return self.messages / self.seconds if self.seconds else 0.0

    def add(self, other: Score) -> None:
        """Count another score in."""
        self.messages += other.messages
        self.pairs += other.pairs
        self.links += other.links
        self.wrong += other.wrong
        self.strangers += other.strangers
        self.equals += other.equals
        self.missed += other.missed
        self.offered += other.offered
        self.proposals += other.proposals
        self.seconds += other.seconds
        self.verdicts += other.verdicts
        self.errors += other.errors


def score(pair: Pair, found: Found) -> Score:
    """Hold what a method found against the truth.

    A verdict other than ``same`` takes nothing: what was linked counts as proposed, and what was
    found of ``other`` conversations not at all.
    """
    links = found.links if found.verdict == "same" else ()
    proposals = () if found.verdict == "other" else (*found.proposals, *_left(found))
    truth = _true_pairs(pair)
    result = Score(
        messages=min(len(pair.left.ids), len(pair.right.ids)),
        pairs=len(truth),
        links=len(links),
        proposals=len(proposals),
        seconds=found.seconds,
        verdicts=Counter((found.verdict,)),
    )
    _judge(result, pair, links)
    _count_missed(result, pair, truth - set(links), set(proposals))
    return result


def total(scores: Iterable[Score]) -> Score:
    """Count scores together."""
    whole = Score()
    for each in scores:
        whole.add(each)
    return whole


def _left(found: Found) -> Sequence[Link]:
    return found.links if found.verdict == "perhaps" else ()


def _true_pairs(pair: Pair) -> set[Link]:
    """Pair the items that people said and that both sides hold."""
    right = {id_: number for number, id_ in enumerate(pair.right.ids, 1)}
    return {
        (number, right[id_])
        for number, (id_, who) in enumerate(zip(pair.left.ids, pair.left.people, strict=True), 1)
        if id_ in right and id_ is not None and who is not None
    }


def _judge(result: Score, pair: Pair, links: Iterable[Link]) -> None:
    for left, right in links:
        ids = pair.left.ids[left - 1], pair.right.ids[right - 1]
        if ids[0] is not None and ids[0] == ids[1]:
            continue
        kind = "other"
        if pair.left.people[left - 1] == pair.right.people[right - 1]:
            words = {None if id_ is None else pair.words.get(id_) for id_ in ids}
            kind = "equal" if len(words) == 1 and None not in words else "same"
        result.wrong += 1
        result.strangers += kind == "other"
        result.equals += kind == "equal"
        result.errors[_what(pair, ids), kind] += 1


def _count_missed(result: Score, pair: Pair, missed: set[Link], proposals: set[Link]) -> None:
    result.missed = len(missed)
    result.offered = len(missed & proposals)
    for left, _ in missed:
        result.errors[_what(pair, (pair.left.ids[left - 1],)), "missed"] += 1


def _what(pair: Pair, ids: Iterable[int | None]) -> str:
    """Name what befell one of the messages, else what kind they are."""
    known = [id_ for id_ in ids if id_ is not None]
    fates = sorted({pair.fates[id_] for id_ in known if id_ in pair.fates})
    kinds = sorted({pair.kinds.get(id_, "notice") for id_ in known}) or ["event"]
    return " and ".join(fates or kinds)
