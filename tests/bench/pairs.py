"""Pairs of chat exports of which it is known which items are one message.

Both sides are real export texts, as two phones, or one phone twice, would write them; the truth
says of every item which real message it is. The noise knows nothing of any method that aligns.

    generate(1, SCENARIOS["normal"])
"""

from __future__ import annotations

import random
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from tests.bench.pairs_chat import START, Said, converse, people
from tests.bench.pairs_noise import Sides, befall
from tests.bench.pairs_phone import FORMS, Line, Phone, labels, number_label, self_label, write
from tests.bench.pairs_scenarios import MESSAGES, SCENARIOS, Scenario

__all__ = ["MESSAGES", "SCENARIOS", "Export", "Pair", "Scenario", "generate"]

_ANOTHER = 10_000_000
"""The first id of another chat."""
_NOTICE = -1
_FOREVER = 1 << 62
_TITLES = ("Kernteam woningbouw", "Crisisoverleg", "Politieke lijn", "MT+ stikstof", "Kamerdebat")


class Export(Struct, frozen=True):
    """One export text and its truth.

    `name` is of the text, `path_name` of what was handed in; `files` are names and SHA-256 of the
    media that came with it. Item number n is the message `ids[n - 1]` said by `people[n - 1]`;
    None for an event that only this phone shows, and for events' people.
    """

    name: str
    path_name: str
    content: bytes
    date_order: str
    files: tuple[tuple[str, str], ...]
    ids: tuple[int | None, ...]
    people: tuple[int | None, ...]


class Pair(Struct, frozen=True):
    """Two exports, and of each message how to count it.

    `kinds` and `fates` are by id: what kind it is, and what befell it. `words` are what it says,
    the same for messages that nobody could tell apart but by their time and place.
    """

    scenario: str
    seed: int
    left: Export
    right: Export
    kinds: dict[int, str]
    fates: dict[int, str]
    words: dict[int, str]


def generate(seed: int, scenario: Scenario, messages: int = MESSAGES) -> Pair:
    """Make one pair; the same for the same seed, scenario and size.

    `messages` is about how many each side holds; a scenario of small chats has its own size.
    """
    return _Maker(seed, scenario, messages).pair()


class _Maker:
    """Makes one pair; every step draws from a source of its own."""

    def __init__(self, seed: int, scenario: Scenario, messages: int) -> None:
        self._seed = seed
        self._scenario = scenario
        choose = self._draws("people")
        if scenario.small:
            messages = choose.randint(*scenario.small)
        self._count = int(messages * scenario.whole)
        self._people = people(choose, choose.randint(6, 14) if messages > 200 else 6)
        self._owners = self._chosen_owners(choose)

    def pair(self) -> Pair:
        """Let them talk, let chance act, and write both exports."""
        said = self._chat()
        sides = befall(
            self._draws("noise"),
            said,
            self._scenario.noise,
            self._owners,
            one_phone=self._scenario.kin == "phone",
        )
        other = [] if self._scenario.is_same else self._other(said)
        if other:
            sides = self._with_another(sides, other)
        lines = self._cut(sides, said)
        phones = self._phones(said[len(said) // 2].at)
        left, right = (self._export(phones[side], lines[side], side) for side in range(2))
        kinds = {each.id: each.kind for each in (*said, *other)}
        words = {each.id: each.sha256 + each.text.casefold() for each in (*said, *other)}
        return Pair(self._scenario.name, self._seed, left, right, kinds, sides.fates, words)

    def _draws(self, what: str) -> random.Random:
        return random.Random(f"{self._scenario.name}/{self._seed}/{what}")

    def _chosen_owners(self, choose: random.Random) -> tuple[int, int]:
        one, two = choose.sample(range(min(6, len(self._people))), 2)
        return (one, one) if self._scenario.kin == "phone" else (one, two)

    def _chat(self) -> list[Said]:
        choose = self._draws("chat")
        start = START
        if self._scenario.small:  # so late in a month that its dates can be read in one order only
            start = date(2022, choose.randint(1, 12), 14) + timedelta(days=choose.randrange(12))
        days = 2 if self._scenario.small else 0
        habits = self._scenario.habits
        return converse(choose, len(self._people), self._count, habits, days=days, start=start)

    def _other(self, said: list[Said]) -> list[Said]:
        """Let the same people talk elsewhere, at the same times, and share what the kin says."""
        choose, habits = self._draws("other"), self._scenario.habits
        group = len(self._people)
        other = converse(choose, group, len(said), habits, like=said, first_id=_ANOTHER)
        if self._scenario.kin == "forwarded":
            other += _shared(choose, said)
        return other

    def _with_another(self, sides: Sides, other: list[Said]) -> Sides:
        noise = self._scenario.noise
        befallen = befall(self._draws("more"), other, noise, self._owners, one_phone=False)
        return Sides(sides.left, befallen.right, sides.fates | befallen.fates)

    def _cut(self, sides: Sides, said: list[Said]) -> list[list[Line]]:
        """Leave each side its part, with the notice that WhatsApp puts at the beginning."""
        cut = []
        for lines, span in zip((sides.left, sides.right), self._scenario.spans, strict=True):
            since, until = (said[int(part * (len(said) - 1))].at for part in span)
            since, until = since if span[0] else 0, until if span[1] < 1 else _FOREVER
            part = [line for line in lines if since <= line.order < until]
            first = min(part, key=_order)
            id_ = None if since or not self._scenario.is_same else _NOTICE
            notice = replace(first, id=id_, order=first.order - 1, event="notice")
            cut.append([notice, *part])
        return cut

    def _phones(self, halfway: int) -> tuple[Phone, Phone]:
        choose, scenario = self._draws("phones"), self._scenario
        title = choose.choice(_TITLES)
        made: list[Phone] = []
        for side, name in enumerate((scenario.left, scenario.right)):
            form, owner = FORMS[name], self._owners[side]
            called = labels(choose, self._people, form, owner, you=scenario.you[side])
            made.append(Phone(form, owner, ZoneInfo(scenario.zones[side]), called, title))
        left, right = made
        if scenario.kin == "phone":
            right = replace(right, labels=self._called_again(left, right))
        elif scenario.renamed:
            right = self._renumbered(choose, right, halfway)
        return left, right

    def _called_again(self, left: Phone, right: Phone) -> tuple[str, ...]:
        """Call everybody as before on the same phone, but for one contact and "you"."""
        called = list(left.labels)
        if self._scenario.you[1]:
            called[right.owner] = self_label(right.form)
        if self._scenario.renamed:
            who = next(n for n in range(len(called)) if n != right.owner)
            called[who] = f"{self._people[who].first} (nieuw nummer)"
        return tuple(called)

    def _renumbered(self, choose: random.Random, phone: Phone, halfway: int) -> Phone:
        who = next(n for n in range(len(self._people)) if n not in self._owners)
        person = replace(self._people[who], number=f"6{choose.randint(10_000_000, 99_999_999)}")
        label = number_label(choose, person, bracket=phone.form.bracket)
        return replace(phone, renamed=(who, halfway, label))

    def _export(self, phone: Phone, lines: list[Line], side: int) -> Export:
        scenario = self._scenario
        if scenario.omits[side]:
            lines = [replace(line, omitted=True) for line in lines]
        if scenario.shifted and side:
            lines = [replace(line, at=line.at + scenario.shifted) for line in lines]
        written = write(phone, lines)
        return Export(
            name=phone.file_name,
            path_name=f"WhatsApp Chat - {phone.title}.zip",
            content="".join(written.text).encode(),
            date_order=phone.form.order,
            files=tuple(written.files.items()) if scenario.with_files else (),
            ids=tuple(written.ids),
            people=tuple(written.people),
        )


def _order(line: Line) -> int:
    return line.order


def _shared(choose: random.Random, said: list[Said]) -> list[Said]:
    """Send one in a hundred texts to both groups at once, and forward fifteen in a row."""
    long = [each for each in said if each.kind == "text"]
    twice = choose.sample(long, len(long) // 100)
    shared = [replace(each, at=each.at + choose.randint(1_000, 40_000)) for each in twice]
    begin = choose.randrange(len(long) - 15)
    block, who = long[begin : begin + 15], choose.randrange(6)
    later = block[-1].at + choose.randint(60_000, 6_000_000)
    shared += [
        replace(each, at=later + n * 400, who=who, kind="forwarded") for n, each in enumerate(block)
    ]
    return [replace(each, id=2 * _ANOTHER + n) for n, each in enumerate(shared)]
