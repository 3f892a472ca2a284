"""Which copies of mails are one message: levels 1 to 4 for all copies at once.

The answer depends on what was handed in and on officers' rulings, never on the order in which it
came; copies are given in canonical order. One after the other:

- the same Message-ID, text and attachments (3), or that once what was added on the way is left out
  of the text (3m);
- without a Message-ID, equal bytes first, then equal but for transport (1, 2): one to one between
  deliveries, since two equal ones in one delivery are two;
- where one side has no Message-ID, the composite (4): sender, instant, subject, text and
  attachments agree and recipients do not contradict. It is taken only when all that it would unite
  agree with one another and at most one Message-ID is among them.

``docs/mail-identity.md`` tells it to officers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from msgspec import Struct

MINUTE = 60_000
"""Milliseconds that the instants of two copies of one mail may differ (level 4)."""

Pair = tuple[int, int]


class MailCopy(Struct, frozen=True, gc=False):
    """What is compared of one copy; keys are empty where it has none.

    `telling` says that text and attachments are enough to know a message by; `deliveries` are those
    that hold the copy, as ranks in canonical order.
    """

    copy: int
    id: bytes
    same: bytes
    neutral: bytes
    raw: bytes
    said: bytes
    files: bytes
    content: bytes
    telling: bool
    author: str
    subject: str
    sent_at: int | None
    recipients: frozenset[int]
    deliveries: frozenset[int]


class Likeness(Struct, frozen=True, gc=False):
    """How alike two copies are: the rung of the ladder, what agrees, and what speaks against it.

    `rung` is ``same``, ``modified``, ``neutral``, ``composite``, or empty for two that are not one.
    """

    rung: str = ""
    agrees: tuple[str, ...] = ()
    against: tuple[str, ...] = ()


def compare(one: MailCopy, two: MailCopy) -> Likeness:
    """Say how alike two copies are, each by itself."""
    if one.id and one.id == two.id:
        return _with_id(one, two)
    if not (one.id or two.id) and one.neutral == two.neutral:
        return Likeness("neutral", ("all but transport",))
    if not one.content or one.content != two.content:
        return Likeness()
    agrees, against = _components(one, two)
    return Likeness("" if against else "composite", agrees, against)


def _with_id(one: MailCopy, two: MailCopy) -> Likeness:
    if one.same == two.same:
        return Likeness("same", ("message-id", "text", "attachments"))
    if one.said and (one.said, one.files) == (two.said, two.files):
        also = ("author",) * (one.author == two.author) + ("subject",) * (
            one.subject == two.subject
        )
        return Likeness("modified", ("message-id", "text", "attachments", *also))
    return Likeness()


def _components(one: MailCopy, two: MailCopy) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Sort the components of the composite by whether they agree."""
    apart = _apart(one, two)
    both = one.recipients and two.recipients
    met = bool(one.recipients & two.recipients)
    judged = (
        ("message-id", not (one.id and two.id)),
        ("text", one.telling),
        ("author", one.author == two.author and one.author.startswith("mail:")),
        ("time", apart is not None and apart <= MINUTE),
        ("subject", one.subject == two.subject),
        ("attachments", one.files == two.files),
        ("recipients", met or not both),
        ("delivery", not one.deliveries & two.deliveries),
    )
    silent = {"message-id", "delivery"} | (set() if met else {"recipients"})
    return (
        tuple(name for name, agrees in judged if agrees and name not in silent),
        tuple(name for name, agrees in judged if not agrees),
    )


def _apart(one: MailCopy, two: MailCopy) -> int | None:
    if one.sent_at is None or two.sent_at is None:
        return None
    return abs(one.sent_at - two.sent_at)


def solve(
    copies: Sequence[MailCopy], together: Iterable[Pair] = (), apart: Iterable[Pair] = ()
) -> list[list[MailCopy]]:
    """Give the groups, each a record; `together` and `apart` are rulings on pairs of copies."""
    groups = _Groups(copies, frozenset(map(_sorted, apart)))
    _by_id(groups, copies)
    _by_bytes(groups, copies)
    _by_components(groups, copies)
    for one, two in sorted(together):
        groups.unite(one, two)
    return groups.all()


class _Groups:
    """Copies gathered; what was ruled apart is never united."""

    def __init__(self, copies: Sequence[MailCopy], apart: frozenset[Pair]) -> None:
        self._apart = apart
        self._ruled = {copy for pair in apart for copy in pair}
        self._of = {one.copy: [one] for one in copies}

    def of(self, copy: int) -> list[MailCopy]:
        """Give the group of a copy."""
        return self._of[copy]

    def may_unite(self, one: int, two: int) -> bool:
        """Whether no ruling stands between the groups of two copies."""
        return not self._ruled or not any(
            _sorted((a.copy, b.copy)) in self._apart for a in self._of[one] for b in self._of[two]
        )

    def unite(self, one: int, two: int) -> bool:
        """Make one group of two, unless they were ruled apart; say whether they are one."""
        here, there = self._of.get(one), self._of.get(two)
        if here is None or there is None or here is there:
            return here is there is not None
        if not self.may_unite(one, two):
            return False
        here += there
        for each in there:
            self._of[each.copy] = here
        return True

    def all(self) -> list[list[MailCopy]]:
        """Give every group once."""
        return list({id(group): group for group in self._of.values()}.values())


def _by_id(groups: _Groups, copies: Sequence[MailCopy]) -> None:
    """Unite what has the same Message-ID and says the same."""
    for stripped in (False, True):
        buckets: dict[tuple[bytes, ...], list[MailCopy]] = defaultdict(list)
        for one in copies:
            if one.id and (one.said or not stripped):
                what = (one.id, one.said, one.files) if stripped else (one.same,)
                buckets[what].append(one)
        for bucket in buckets.values():
            for number, one in enumerate(bucket):
                for other in islice(bucket, number):
                    if groups.unite(other.copy, one.copy):
                        break


def _by_bytes(groups: _Groups, copies: Sequence[MailCopy]) -> None:
    """Unite what has no Message-ID and equal bytes, one to one between deliveries."""
    buckets: dict[bytes, list[MailCopy]] = defaultdict(list)
    for one in copies:
        if not one.id:
            buckets[one.neutral].append(one)
    for bucket in buckets.values():
        _one_to_one(groups, bucket)


def _one_to_one(groups: _Groups, bucket: Sequence[MailCopy]) -> None:
    """Take delivery after delivery; what is equal to the byte finds its like before the others."""
    by_delivery: dict[int, list[MailCopy]] = defaultdict(list)
    for one in bucket:
        by_delivery[min(one.deliveries, default=-1)].append(one)
    heads: list[MailCopy] = []
    for _, held in sorted(by_delivery.items()):
        left = [one for one in held if not _taken(groups, heads, one, only_bytes=True)]
        heads += [one for one in left if not _taken(groups, heads, one, only_bytes=False)]


def _taken(groups: _Groups, heads: Sequence[MailCopy], one: MailCopy, *, only_bytes: bool) -> bool:
    for head in heads:
        members = groups.of(head.copy)
        if only_bytes and all(other.raw != one.raw for other in members):
            continue
        if any(other.deliveries & one.deliveries for other in members):
            continue
        if groups.unite(head.copy, one.copy):
            return True
    return False


def _by_components(groups: _Groups, copies: Sequence[MailCopy]) -> None:
    """Unite what agrees in all components, where everything that would be united agrees."""
    ties: dict[int, set[int]] = defaultdict(set)
    nodes = {id(group): group for group in groups.all()}
    for one, two in near(copies):
        here, there = id(groups.of(one.copy)), id(groups.of(two.copy))
        if here != there and compare(one, two).rung == "composite":
            ties[here].add(there)
            ties[there].add(here)
    order = {id(group): number for number, group in enumerate(groups.all())}
    seen: set[int] = set()
    for start in sorted(ties, key=order.__getitem__):
        if start not in seen:
            component = _reached(start, ties)
            seen |= component
            members = [nodes[node] for node in sorted(component, key=order.__getitem__)]
            if _is_one(component, members, ties) and _may_be_one(groups, members):
                for group in members[1:]:
                    groups.unite(members[0][0].copy, group[0].copy)


def near(copies: Iterable[MailCopy]) -> Iterator[tuple[MailCopy, MailCopy]]:
    """Give pairs with the same content within a minute, of which one has no Message-ID."""
    buckets: dict[bytes, list[tuple[int, MailCopy]]] = defaultdict(list)
    for one in copies:
        if one.content and one.sent_at is not None:
            buckets[one.content].append((one.sent_at, one))
    for bucket in buckets.values():
        bucket.sort(key=lambda entry: entry[0])
        for number, (time, one) in enumerate(bucket):
            for other_time, other in bucket[number + 1 :]:
                if other_time - time > MINUTE:
                    break
                if not (one.id and other.id):
                    yield one, other


def _reached(start: int, ties: dict[int, set[int]]) -> set[int]:
    found, waiting = {start}, [start]
    while waiting:
        new = ties[waiting.pop()] - found
        found |= new
        waiting += new
    return found


def _is_one(component: set[int], members: list[list[MailCopy]], ties: dict[int, set[int]]) -> bool:
    """Whether each agrees with each, with one Message-ID at most and no delivery twice."""
    if any(len(component - ties[node]) > 1 for node in component):
        return False
    ids = {one.id for group in members for one in group if one.id}
    held = [frozenset[int]().union(*(one.deliveries for one in group)) for group in members]
    return len(ids) <= 1 and sum(map(len, held)) == len(frozenset[int]().union(*held))


def _may_be_one(groups: _Groups, members: list[list[MailCopy]]) -> bool:
    heads = [group[0].copy for group in members]
    return all(
        groups.may_unite(one, two) for number, one in enumerate(heads) for two in heads[:number]
    )


def _sorted(pair: Pair) -> Pair:
    return (pair[0], pair[1]) if pair[0] < pair[1] else (pair[1], pair[0])
