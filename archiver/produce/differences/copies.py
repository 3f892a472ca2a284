"""In what the copies of one message differ: gone, without its file, worded or timed otherwise.

Copies are compared in the form in which they were aligned, so that what only the phone's language
or the name of a contact makes different is no difference.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from archiver.deduplicate.clocks import TOLERANCE
from archiver.deduplicate.likeness import HIDDEN, MEDIA, caption, family, form
from archiver.model import Utterance
from archiver.normalise.text import matching
from archiver.produce.differences.clocks import HOUR, Clocks
from archiver.produce.differences.kinds import Kind
from archiver.produce.differences.model import Difference, Side
from archiver.produce.differences.moments import Moment, precision, sender
from archiver.store.catalogue import compare
from archiver.store.catalogue.compare import Told
from archiver.store.catalogue.connection import Connection

_MINUTE = 60_000
_LONGEST_HUNG = HOUR // 2
"""No alignment joins what lies farther apart; a clock that may be read in two ways seems to."""

_Copy = tuple[Side, Utterance]


def copies_differ(connection: Connection, moment: Moment, clocks: Clocks) -> Iterator[Difference]:
    """Give what is different between the copies of one message."""
    if not _is_plain(moment):
        yield from _said(connection, moment)
    yield from _timed(moment, clocks)
    yield from _signed(moment, clocks)


def has(connection: Connection, moment: Moment) -> tuple[Side, ...]:
    """Say who has a message, and how."""
    return tuple(side for side, _ in _copies(connection, moment))


def is_notice(told: Told) -> bool:
    """Whether an export has no more of a message than that it was deleted."""
    return told.type == "deleted"


def _is_plain(moment: Moment) -> bool:
    """Whether all say the same words; most messages end here."""
    one, *others = moment.told.values()
    return (
        one.type == "text"
        and not one.marks
        and all(
            one.text == other.text and other.type == "text" and not other.marks for other in others
        )
    )


def _copies(connection: Connection, moment: Moment) -> list[_Copy]:
    found = []
    for number, told in moment.told.items():
        said = compare.said(connection, told)
        found.append((Side(number, _how(told, said), told), said))
    return found


def _how(told: Told, said: Utterance) -> str:
    """Name how an export has a message."""
    for mark in told.marks.split():
        if mark.startswith("deleted") or mark in ("waiting", "view-once"):
            return mark
    if said.media:
        return "bytes" if any(digest for _, digest in said.media) else "no-bytes"
    return "edited" if "edited" in told.marks else told.type


def _said(connection: Connection, moment: Moment) -> Iterator[Difference]:
    copies = _copies(connection, moment)
    notices = [one for one in copies if one[1].type == "deleted"]
    rest = [one for one in copies if one[1].type != "deleted"]
    if notices and rest:
        yield _difference(Kind.DELETED, moment, rest, notices)
    elif notices:
        yield _difference(Kind.DELETED_ALL, moment, notices)
    hidden = [one for one in rest if family(one[1]) == HIDDEN]
    shown = [one for one in rest if family(one[1]) != HIDDEN]
    if hidden and shown:
        yield _difference(Kind.HIDDEN, moment, shown, hidden)
    media = [one for one in shown if family(one[1]) == MEDIA]
    if len(media) == len(shown):
        yield from _files_differ(moment, media)
    else:
        yield from _words_differ(moment, shown)


def _files_differ(moment: Moment, media: Sequence[_Copy]) -> Iterator[Difference]:
    here = [one for one in media if _digests(one)]
    missing = [one for one in media if not _digests(one)]
    if here and missing:
        yield _difference(Kind.MEDIA_ONE, moment, here, missing)
    if len({_digests(one) for one in here}) > 1:
        yield _difference(Kind.MEDIA_OTHER, moment, here)
    elif len({_names(one) for one in here}) > 1:
        yield _difference(Kind.MEDIA_NAMES, moment, here)
    if len({caption(said, matching) for _, said in media}) > 1:
        yield _difference(Kind.CAPTION, moment, media)


def _words_differ(moment: Moment, shown: Sequence[_Copy]) -> Iterator[Difference]:
    marked = {"edited" in said.marks for _, said in shown}
    if len({form(said, matching) for _, said in shown}) > 1:
        kind = Kind.WORDING if True in marked else Kind.WORDING_UNMARKED
        yield _difference(kind, moment, shown)
    elif len(marked) > 1:
        yield _difference(Kind.WORDING, moment, shown)


def _timed(moment: Moment, clocks: Clocks) -> Iterator[Difference]:
    """Find times that lie farther apart than two phones' clocks may."""
    if moment.at is None:
        return
    apart = {number: _apart(moment.at, told, clocks) for number, told in moment.told.items()}
    farthest = max(apart.values(), key=abs)
    if abs(farthest) > TOLERANCE:
        sides = tuple(Side(n, "time", told) for n, told in moment.told.items())
        yield Difference(
            Kind.TIME, moment.at, moment.record, sender(moment), has=sides, amount=farthest
        )


def _apart(at: int, told: Told, clocks: Clocks) -> int:
    """Give how much later than the common time a copy is, in milliseconds."""
    if told.sent_at is None:
        return 0
    time = clocks.at(told.strand, told.sent_at)
    apart = time - (at // _MINUTE * _MINUTE if precision(told) == "min" else at)
    if "officer" in told.link or abs(apart) <= _LONGEST_HUNG:
        return apart
    # The hour that summer time repeats, or a clock between two stretches: either reading holds.
    return apart - (apart + HOUR // 4) // (HOUR // 2) * (HOUR // 2)


def _signed(moment: Moment, clocks: Clocks) -> Iterator[Difference]:
    """Find copies that are signed by two people who are certainly not one."""
    people = {clocks.person(told.strand, told.author) for told in moment.told.values()}
    if len(people - {""}) > 1:
        sides = tuple(Side(n, "sender", told) for n, told in moment.told.items())
        yield Difference(Kind.SENDER, moment.at, moment.record, sender(moment), has=sides)


def _difference(
    kind: Kind, moment: Moment, has: Sequence[_Copy], lacks: Sequence[_Copy] = ()
) -> Difference:
    return Difference(
        *(kind, moment.at, moment.record, sender(moment)),
        has=tuple(side for side, _ in has),
        lacks=tuple(side for side, _ in lacks),
    )


def _digests(copy: _Copy) -> tuple[str, ...]:
    return tuple(sorted(digest for _, digest in copy[1].media if digest))


def _names(copy: _Copy) -> tuple[str, ...]:
    return tuple(name for name, _ in copy[1].media)
