"""What two strands have to do with one another: one clock seen from the other, and who is who.

A relation is learned from texts so long and so rare that a person says them once (`learning`), and
is all that aligning needs to know beyond the two strands. Everything in it can be shown to an
officer: how many texts vote for it and how many against. Method and thresholds:
``docs/deduplication.md``, level 4.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Verdict = Literal["same", "perhaps", "other"]

CERTAIN_VOTES = 5
"""So many rare texts must say that two names are one person before a short text is believed."""
CERTAIN_SHARE = 95
"""And more than so many per cent of the texts that name either of them."""

_SAME, _PERHAPS = 8, 4
"""Rare texts that agree on the clock: so many make two strands one, so many a question."""
_OF_SHARED = 80
_OF_SMALLER, _OF_LARGER, _OF_PERHAPS = 30, 10, 10
_OF_PEOPLE = 80


class Stretch(Struct, frozen=True):
    """A time in which one clock stands at a fixed distance from the other.

    `since` to `until` are the first and last rare text (of the left, its own clock) that say so.
    `offset` is right minus left, in milliseconds, a whole number of quarters of an hour.
    """

    since: int
    until: int
    offset: int
    votes: int
    against: int


class AuthorVote(Struct, frozen=True, omit_defaults=True):
    """How many rare texts say that two identifiers are one person, and how many deny it.

    A text denies it when it gives one of the two to somebody else in the same time; a contact who
    was renamed has two names one after the other, and neither denies the other. `only` says that
    neither can be anybody else (`elimination`).
    """

    left: str
    right: str
    votes: int
    against: int
    only: bool = False

    @property
    def certain(self) -> bool:
        """Whether the evidence carries merging what is too short to be evidence itself."""
        enough = self.votes * 100 > (self.votes + self.against) * CERTAIN_SHARE
        return self.only or (self.votes >= CERTAIN_VOTES and enough)


class Relation(Struct, frozen=True):
    """One strand seen from another.

    `shared` counts the rare texts that both have, `agreeing` those that fit the clock of their
    stretch. `left_rare` and `right_rare` are what each has in the period that both cover.
    `same_phone` says that both are exports of one phone: one clock, the same names.
    """

    shared: int = 0
    agreeing: int = 0
    stretches: tuple[Stretch, ...] = ()
    authors: tuple[AuthorVote, ...] = ()
    left_rare: int = 0
    right_rare: int = 0
    same_phone: bool = False

    @property
    def verdict(self) -> Verdict:
        """Whether the two are one conversation, as far as texts can tell.

        Agreement must be broad. People who forward from one group to another share texts too, but
        few of all, at other times and under other names; and one person who posts the same in two
        groups is one person.
        """
        if self.same_phone:
            return "same"
        if self.agreeing < _PERHAPS or not self._covers(_OF_PERHAPS, self._smaller):
            return "other"
        broad = (
            self.agreeing >= _SAME
            and self._covers(_OF_SHARED, self.shared)
            and self._covers(_OF_SMALLER, self._smaller)
            and self._covers(_OF_LARGER, max(self.left_rare, self.right_rare))
        )
        return "same" if broad and self._one_company() else "perhaps"

    @property
    def certain_authors(self) -> tuple[AuthorVote, ...]:
        """The pairs of identifiers that are certainly one person each."""
        return tuple(one for one in self.authors if one.certain)

    def mirrored(self) -> Relation:
        """Give the same seen from the right."""
        stretches = tuple(
            Stretch(one.since + one.offset, one.until + one.offset, -one.offset, *_counts(one))
            for one in self.stretches
        )
        authors = tuple(
            AuthorVote(one.right, one.left, *_counts(one), one.only) for one in self.authors
        )
        return Relation(
            *(self.shared, self.agreeing, stretches, tuple(sorted(authors, key=_names))),
            *(self.right_rare, self.left_rare, self.same_phone),
        )

    @property
    def _smaller(self) -> int:
        return min(self.left_rare, self.right_rare)

    def _covers(self, percent: int, of: int) -> bool:
        return self.agreeing * 100 >= of * percent

    def _one_company(self) -> bool:
        """Whether most texts are said by the same person on both sides, and not all by one."""
        clear = [one for one in self.authors if one.votes > one.against]
        said = sum(one.votes for one in clear)
        return len(clear) > 1 and said * 100 >= self.agreeing * _OF_PEOPLE


def same_clock() -> Relation:
    """Give what is known beforehand of two exports of one phone: one clock, the same names."""
    return Relation(same_phone=True)


def _counts(one: Stretch | AuthorVote) -> tuple[int, int]:
    return one.votes, one.against


def _names(one: AuthorVote) -> tuple[str, str]:
    return one.left, one.right
