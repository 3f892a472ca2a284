"""Which mails of one account stand within mails of others, and which share of each.

Two ways, both of level 6 (contained in another record): an **attached** message has Message-ID,
text and time of its own; a forwarded or quoted **block** only has what a mail program printed. A
block is taken for a mail when sender, minute and subject agree, its text is that of the mail or was
only shortened, and no other mail fits. With one of these missing or against it, or several that
fit, it is a proposal with its reason, never a match. Mails are looked up by sender or subject and
time, never in pairs.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import tzinfo

from msgspec import Struct
from msgspec.structs import replace

from archiver.coverage.forwarded_block import Block, blocks
from archiver.coverage.printed_date import Printed, printed
from archiver.coverage.word_share import Words, holds, share, words
from archiver.normalise.mail_copy import base_subject
from archiver.normalise.text import matching

MINUTE = 60_000
BLOCK, ATTACHED_ID, ATTACHED_CONTENT = "forward-block/1", "attached-id/1", "attached-content/1"
"""Rules by which a mail is found within another one."""

SEVERAL = "several-fit"
LEAST = 50
"""Percentage of the text that a proposal needs where something else is against it."""

LONG = 10
"""Words from which on a text that stands there whole may have other words around it."""

_QUARTER = 15
_WEST, _EAST = 12 * 60, 14 * 60
_NEVER = 1 << 62
_MOST = 50
"""Mails of one sender and subject among which one without a time is looked for."""


class Original(Struct, frozen=True, gc=False):
    """A mail that is looked for: its copy, its sender's address and label, time and base subject.

    `id` is the key of its Message-ID, `content` that of what it says; both may be empty.
    """

    copy: int
    sent_at: int | None
    author: str
    label: str
    subject: str
    id: bytes = b""
    content: bytes = b""


class Within(Struct, frozen=True):
    """An original within another mail: how it was found, and the share of its words there (%).

    `against` is empty for a match; of a proposal it is what does not agree, or `SEVERAL`.
    """

    original: int
    rule: str
    form: str
    share: int
    against: str = ""


class Attached(Struct, frozen=True):
    """An attached message as it was read: keys as of an original, and its text."""

    id: bytes
    content: bytes
    author: str
    sent_at: int | None
    text: str


Texts = Callable[[int], str]


class Originals:
    """The mails that are looked for, by what a copy within another mail still tells of them."""

    def __init__(self, found: Iterable[Original], texts: Texts, zone: tzinfo) -> None:
        """Index them; `texts` gives what a copy says, `zone` is that of printed dates."""
        self._all = sorted(found, key=lambda one: (one.sent_at is None, one.sent_at or 0, one.copy))
        self._texts, self._zone = texts, zone
        self._senders = [frozenset(_senders(one.author, one.label)) for one in self._all]
        self._at: dict[tuple[str, int], list[int]] = defaultdict(list)
        self._on: dict[tuple[str, str], list[int]] = defaultdict(list)
        self._by_key: dict[bytes, list[int]] = defaultdict(list)
        for number, one in enumerate(self._all):
            for name in self._senders[number]:
                self._on[name, one.subject].append(number)
            for name in (*self._senders[number], _about(one.subject)):
                if one.sent_at is not None:
                    self._at[name, one.sent_at // MINUTE].append(number)
            for key in {one.id, one.content} - {b""}:
                self._by_key[key].append(number)

    def in_text(self, text: str, subject: str) -> Iterator[Within]:
        """Find originals in the text of a mail with this subject."""
        for block in blocks(text):
            yield from self._of_block(block, subject)

    def attached(self, one: Attached) -> Iterator[Within]:
        """Find the originals that an attached message is."""
        same_id = [self._all[each] for each in self._by_key.get(one.id, ()) if one.id]
        for each in same_id:
            yield self._within(each, ATTACHED_ID, words(one.text))
        if same_id or not one.content:
            return
        alike = [each for each in map(self._all.__getitem__, self._by_key.get(one.content, ()))
                 if not (one.id and each.id) and each.author == one.author
                 and _same_minute(each.sent_at, one.sent_at)]  # fmt: skip
        for each in alike:
            against = SEVERAL if len(alike) > 1 else ""
            yield self._within(each, ATTACHED_CONTENT, words(one.text), against)

    def _within(self, one: Original, rule: str, found: Words, against: str = "") -> Within:
        told = share(words(self._texts(one.copy)), found)
        return Within(one.copy, rule, "attached", told, against)

    def _of_block(self, block: Block, subject: str) -> Iterator[Within]:
        """Match one block: to the only mail that fits, else propose those that nearly do."""
        date = printed(block.date, self._zone) if block.date else None
        about = base_subject(block.subject if block.subject is not None else subject).text
        candidates = list(self._candidates(block, date, about))
        found = self._compared(block, [one for one in candidates if not one[1]], date)
        fits = [one for one in found if not one.against]
        whole = [one for one in fits if one.share == 100]
        if len(fits) == 1 or len(whole) == 1:
            yield (whole or fits)[0]
        elif fits:
            yield from (replace(one, against=SEVERAL) for one in fits)
        else:
            found += self._compared(block, [one for one in candidates if one[1]], date)
            yield from (one for one in found if _is_near(one))

    def _compared(
        self,
        block: Block,
        candidates: Sequence[tuple[int, tuple[str, ...]]],
        date: Printed | None,
    ) -> list[Within]:
        """Compare the text of a block with those that may be it."""
        if not candidates:
            return []
        said, own = words(block.text), words(block.own)
        found: list[Within] = []
        for number, against in candidates:
            copy = self._all[number].copy
            original = words(self._texts(copy))
            if "time" in against and date is not None and not holds(said, original):
                continue
            told, is_its = _text(original, said, own)
            lacking = against if is_its else (*against, "text")
            found.append(Within(copy, BLOCK, block.form, told, " ".join(lacking)))
        return found

    def _candidates(
        self, block: Block, date: Printed | None, about: str
    ) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Give mails of which at most one of sender, time and subject does not agree."""
        senders = frozenset(_senders_of(block))
        near = {
            number
            for minute in {at // MINUTE for at in (date.instants if date else ())}
            for name in (*senders, _about(about))
            for number in self._at.get((name, minute), ())
        }
        for name in senders:
            near.update(self._alike(self._on.get((name, about), ()), date))
        for number in sorted(near):
            against = self._against(number, senders, date, about)
            if len(against) < 2:
                yield number, against

    def _alike(self, numbers: Sequence[int], date: Printed | None) -> Iterable[int]:
        """Give those of one sender and subject: of many only the ones about that time."""
        if len(numbers) <= _MOST or date is None or not date.clocks:
            return numbers if len(numbers) <= _MOST else ()
        since = min(date.clocks) - _EAST * MINUTE
        until = max(date.clocks) + (_WEST + 1) * MINUTE
        first = bisect_left(numbers, since, key=self._time)
        return numbers[first : bisect_left(numbers, until, key=self._time)]

    def _time(self, number: int) -> int:
        at = self._all[number].sent_at
        return _NEVER if at is None else at

    def _against(
        self, number: int, senders: frozenset[str], date: Printed | None, about: str
    ) -> tuple[str, ...]:
        """Name what does not agree; a clock that fits in another zone only is not enough."""
        one = self._all[number]
        return tuple(
            filter(
                None,
                (
                    "" if self._senders[number] & senders else "sender",
                    _time_against(one.sent_at, date),
                    "" if about == one.subject else "subject",
                ),
            )
        )


def _time_against(at: int | None, date: Printed | None) -> str:
    """Say what a date has against a time; zones differ by quarters of an hour."""
    if at is None or date is None:
        return "time"
    if any(_same_minute(at, each) for each in date.instants):
        return ""
    apart = [clock // MINUTE - at // MINUTE for clock in date.clocks]
    fits = any(-_WEST <= one <= _EAST and one % _QUARTER == 0 for one in apart)
    return "zone" if fits else "time"


def _about(subject: str) -> str:
    return f"subject:{subject}"


def _is_near(one: Within) -> bool:
    """Whether a find is worth a proposal: one thing is against it, and enough of the text agrees.

    Where only the text is another all the rest agrees, and then any share is worth it.
    """
    return " " not in one.against and (one.share >= LEAST or one.against == "text")


def _text(original: Words, said: Words, own: Words) -> tuple[int, bool]:
    """Give the share of a mail that stands in a block, and whether the block's text is its text.

    It is when it is the same, when a long one stands there whole, or when words only were left
    out: a mail of the same template has others instead.
    """
    told = share(original, said)
    if told == 100:
        return told, len(original) >= LONG or original in (said, own)
    return told, bool(own) and told > 0 and share(own, original) == 100


def _senders_of(block: Block) -> tuple[str, ...]:
    """Give the keys of a block's sender; where it has an address, only the address counts."""
    if block.addresses:
        return tuple(f"mail:{one}" for one in block.addresses)
    return (_named(block.name),) if block.name else ()


def _senders(author: str, label: str) -> tuple[str, ...]:
    """Give the keys of an original's sender: its identifier, and the name that its label shows."""
    name = label.partition("<")[0].strip(" \"'")
    shown = (_named(name),) if name and "@" not in name else ()
    return tuple(dict.fromkeys((*((author,) if author else ()), *shown)))


def _named(name: str) -> str:
    """Give the words of a name in any order, since some write the family name first."""
    return f"name:{' '.join(sorted(words(matching(name))))}"


def _same_minute(one: int | None, two: int | None) -> bool:
    """Whether two times stand in one minute; mail programs leave out seconds and never round."""
    if one is None or two is None:
        return one is two
    return one // MINUTE == two // MINUTE
