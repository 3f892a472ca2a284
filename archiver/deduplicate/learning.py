"""Learn how two strands relate from the texts that both have and that are said once in each.

Memory is bounded: beyond a number of texts only those are remembered whose checksum ends in so many
zeros, the same for both strands, as in the sketches of Broder, *On the resemblance and containment
of documents* (1997).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence, Set
from itertools import chain
from zlib import crc32

from msgspec import Struct

from archiver.deduplicate.authors import author_votes
from archiver.deduplicate.clocks import TOLERANCE, Clock, joined, stretches
from archiver.deduplicate.elimination import eliminate
from archiver.deduplicate.likeness import HIDDEN, MEDIA, PLAIN, Matching, family, form, is_rare
from archiver.deduplicate.relation import Relation, Stretch
from archiver.model import Utterance

_AGREES = TOLERANCE + 60_000
_MOST = 1 << 15
"""Texts of a strand that are remembered; twice as many told clocks and people no better."""
_LEAST = 6
"""Characters of a text that may say who is who, once the clock is known, when it is said once."""
_OF_PEOPLE = 60
"""Per cent of the texts of another season that must come from the usual people."""


class Vote(Struct, frozen=True, gc=False, order=True):
    """A text that both sides say once: when and by whom; `rare` when it is evidence by itself."""

    left: int
    right: int
    here: str
    there: str
    rare: bool


Place = tuple[int, str]
"""When, and by whom."""
Places = dict[str, Place]
"""What is said once, by its form."""


def learn(
    left: Iterable[Utterance],
    right: Iterable[Utterance],
    matching: Matching,
    *,
    prior: Relation | None = None,
) -> Relation:
    """Compare two strands, each in the order of its own time; both are read once.

    Args:
        left: One strand's copies, or the records of several strands that were united.
        right: The other's.
        matching: Gives the form in which two texts are compared.
        prior: What is known beforehand, such as `same_clock`.
    """
    (one, left), (other, right) = _peeked(left), _peeked(right)
    if one is not None and other is not None and _order(other) < _order(one):
        return _learn(right, left, matching, prior).mirrored()
    return _learn(left, right, matching, prior)


def _learn(
    left: Iterable[Utterance],
    right: Iterable[Utterance],
    matching: Matching,
    prior: Relation | None,
) -> Relation:
    here, there = _Texts(matching), _Texts(matching)
    here.read(left)
    there.read(right)
    ours, theirs = here.places(there.mask), there.places(here.mask)
    rare = {text for text in ours if is_rare(text)}
    rare |= {text for text in theirs if text not in ours and is_rare(text)}
    votes = _votes(ours, theirs, rare)
    clock = _clock([vote for vote in votes if vote.rare])
    period = _Period(here.span, there.span, clock)
    votes = period.holding(votes)
    agreeing = period.agreeing(votes)
    authors = author_votes((vote.here, vote.there, vote.left) for vote in agreeing)
    if not (here.mask or there.mask):  # else what would deny it may not be remembered
        of_rare = Counter([(vote.here, vote.there) for vote in agreeing if vote.rare])
        authors = eliminate(authors, of_rare, (here.speakers, there.speakers))
    return Relation(
        shared=sum(vote.rare for vote in votes),
        agreeing=sum(vote.rare for vote in agreeing),
        stretches=clock,
        authors=authors,
        left_rare=period.count_left([time for text, (time, _) in ours.items() if text in rare]),
        right_rare=period.count_right([time for text, (time, _) in theirs.items() if text in rare]),
        same_phone=prior is not None and prior.same_phone,
    )


def _votes(ours: Places, theirs: Places, rare: Set[str]) -> list[Vote]:
    votes = []
    for text, (left, here) in ours.items():
        place = theirs.get(text)
        if place is not None:
            votes.append(Vote(left, place[0], here, place[1], text in rare))
    return sorted(votes)


class _Texts:
    """The texts that a strand says once, each with time and author; a bounded sample of them."""

    def __init__(self, matching: Matching) -> None:
        self._matching = matching
        self._places: dict[str, Place | None] = {}
        self.speakers: set[str] = set()
        self.mask = 0
        self.span: tuple[int, int] | None = None

    def read(self, strand: Iterable[Utterance]) -> None:
        """Remember what is said once; a text that comes back is remembered as common."""
        matching, places, heard = self._matching, self._places, self.speakers.add
        first = last = None
        for one in strand:
            if one.event:
                continue
            author, time, text = one.author, one.sent_at, one.text
            heard(author)
            if len(text) < _LEAST or time is None or one.ambiguous:
                continue
            if first is None:
                first = time
            last = time
            plain = one.type == "text" and not one.marks
            key = matching(text) if plain else self._other(one)
            if len(key) < _LEAST or (self.mask and crc32(_bytes(key)) & self.mask):
                continue
            places[key] = None if key in places else (time, author)
            if len(places) > _MOST:
                self._thin()
        if first is not None and last is not None:
            self.span = first, last

    def places(self, mask: int) -> Places:
        """Give those of the sample that the other strand would have remembered too."""
        return {
            key: place
            for key, place in self._places.items()
            if place is not None and not (mask and crc32(_bytes(key)) & mask)
        }

    def _other(self, said: Utterance) -> str:
        """Give the form of what is not plain text when it tells anything."""
        kind = family(said)
        if kind in (HIDDEN, MEDIA) and not any(digest for _, digest in said.media):
            return ""
        key = form(said, self._matching)
        return key if key >= PLAIN or is_rare(key) else ""

    def _thin(self) -> None:
        self.mask = self.mask << 1 | 1
        for key in [key for key in self._places if crc32(_bytes(key)) & self.mask]:
            del self._places[key]


class _Period:
    """The time that both strands cover, on the left's clock."""

    def __init__(
        self,
        left: tuple[int, int] | None,
        right: tuple[int, int] | None,
        clock: Sequence[Stretch],
    ) -> None:
        self._clock = Clock(clock)
        self._steady = self._clock.steady
        self._left = 0, -1
        if left and right and clock:
            since = max(left[0], right[0] - clock[0].offset)
            until = min(left[1], right[1] - clock[-1].offset)
            self._left = since - _AGREES, until + _AGREES
        self._right = self.on_right(self._left[0]), self.on_right(self._left[1])

    def on_right(self, time: int) -> int:
        """Read a time of the left on the right's clock."""
        return time + (self._clock.offset(time) if self._steady is None else self._steady)

    def count_left(self, times: Sequence[int]) -> int:
        """Count the times of the left that lie in the period."""
        return _count(times, *self._left)

    def count_right(self, times: Sequence[int]) -> int:
        """Count those of the right."""
        return _count(times, *self._right)

    def holding(self, votes: Sequence[Vote]) -> list[Vote]:
        """Give the texts of which both copies lie in the period; else one is a repetition."""
        (since, until), (start, end) = self._left, self._right
        return [one for one in votes if since <= one.left <= until and start <= one.right <= end]

    def agreeing(self, votes: Sequence[Vote]) -> list[Vote]:
        """Give the texts that both strands have at the same time."""
        if self._steady is None:
            offset = self._clock.offset
            return [one for one in votes if abs(one.right - one.left - offset(one.left)) <= _AGREES]
        steady = self._steady
        return [one for one in votes if abs(one.right - one.left - steady) <= _AGREES]


def _count(times: Sequence[int], since: int, until: int) -> int:
    return len([time for time in times if since <= time <= until])


def _clock(rare: Sequence[Vote]) -> tuple[Stretch, ...]:
    """Find the stretches, without those that only a block forwarded by somebody else makes."""
    found = stretches([(vote.left, vote.right) for vote in rare])
    if len(found) < 2:
        return found
    main = max(found, key=lambda one: (one.votes, -one.since)).offset
    usual = Counter(
        (vote.here, vote.there) for vote in rare if abs(vote.right - vote.left - main) <= _AGREES
    )
    best = dict(pair for pair, _ in sorted(usual.items(), key=lambda one: one[1]))
    return joined(one for one in found if one.offset == main or _of_usual_people(one, rare, best))


def _of_usual_people(one: Stretch, rare: Sequence[Vote], best: dict[str, str]) -> bool:
    said = [
        vote
        for vote in rare
        if one.since <= vote.left <= one.until
        and abs(vote.right - vote.left - one.offset) <= _AGREES
    ]
    usual = sum(best.get(vote.here, vote.there) == vote.there for vote in said)
    return usual * 100 >= len(said) * _OF_PEOPLE


def _peeked(strand: Iterable[Utterance]) -> tuple[Utterance | None, Iterator[Utterance]]:
    rest = iter(strand)
    first = next(rest, None)
    return first, (rest if first is None else chain((first,), rest))


def _order(one: Utterance) -> tuple[int, int, str]:
    return one.sent_at or 0, one.copy, one.text


def _bytes(key: str) -> bytes:
    return key.encode("utf-8", "surrogatepass")
