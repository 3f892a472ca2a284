"""What the contact register says of those who take part in an episode.

It comes first in the order of evidence. Nobody is known by a guess: a name fits when it is equal to
one in the register, folded, or an identifier when it is the same. When everybody besides the
official is known as one kind, that is strong; when only some are, it is weak; someone who is known
as two kinds, such as a minister who leads the party's list, proves neither: the words must tell.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from archiver.classify.episode import Episode, Known, Outcome, Reason
from archiver.classify.terms import fold

SOURCE: Final = "contact-register"

_KINDS: Final = {
    "business": Outcome.WORK,
    "private": Outcome.PRIVATE,
    "party": Outcome.PARTY,
}
_ALL: Final = 1.0
"""Weight when everybody is known as one and the same kind: it suffices."""

_SOME: Final = 0.5
"""Weight when somebody is, and others are not: it counts and does not suffice."""


def judge(episode: Episode, known: Iterable[Known]) -> list[Reason]:
    """Give what the register says of everybody in an episode but the official.

    Raises:
        KeyError: The kind of a contact is none that this version knows.
    """
    others = _others(episode)
    kinds = _kinds(known, set().union(*others), _moment(episode))
    found = [(names, set().union(*(kinds.get(one, ()) for one in names))) for names in others]
    by_kind: dict[str, list[str]] = {}
    for names, of_one in found:
        for kind in sorted(of_one):
            by_kind.setdefault(kind, []).append(names[-1])
    single = len(by_kind) == 1 and all(len(of_one) == 1 for _, of_one in found)
    return [
        Reason(
            SOURCE, "all" if single else "some", (("kind", kind), ("contacts", ", ".join(names))),
            _ALL if single else _SOME, _KINDS[kind],
        )
        for kind, names in sorted(by_kind.items())
    ]  # fmt: skip


def names_of(episode: Episode) -> set[str]:
    """Give every folded name and identifier in an episode, the official's included."""
    said = (name for line in episode.lines for name in (line.author, line.label))
    return {fold(name) for name in (*said, *episode.participants) if name}


def _others(episode: Episode) -> list[tuple[str, ...]]:
    """Give the names of each other participant: identifier and label of one sender together."""
    own = {fold(episode.person)}
    own |= {fold(name) for line in episode.lines if line.own for name in (line.author, line.label)}
    pairs = {(line.author, line.label): None for line in episode.lines if not line.own}
    senders = {tuple(fold(name) for name in pair if name): None for pair in pairs}
    met = own.union(*senders)
    silent = ((fold(name),) for name in episode.participants if fold(name) not in met)
    return [names for names in (*senders, *silent) if names and not own.intersection(names)]


def _kinds(known: Iterable[Known], names: set[str], moment: int | None) -> dict[str, set[str]]:
    """Give the kinds of each name at a moment."""
    found: dict[str, set[str]] = {}
    for one in known:
        if (name := fold(one.name)) in names and _counts(one, moment):
            found.setdefault(name, set()).add(one.kind)
    return found


def _counts(known: Known, moment: int | None) -> bool:
    """Whether a contact was one then; of a time that is not known, only without bounds."""
    if moment is None:
        return known.since is None and known.until is None
    since, until = known.since, known.until
    return (since is None or since <= moment) and (until is None or moment < until)


def _moment(episode: Episode) -> int | None:
    return next(moments(episode), None)


def moments(episode: Episode) -> Iterator[int]:
    """Give the times of an episode that are known, in ms."""
    return (line.sent_at for line in episode.lines if line.sent_at is not None)
