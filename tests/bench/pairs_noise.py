"""What becomes of one chat on two phones: lost, deleted, edited, late, swapped, left out.

Each message meets at most one of these, by chance and whatever its text. Messages reach each phone
with small delays of their own, those of one sender in the order in which they were sent; two
exports of one phone show the same times and the same order.
"""

from __future__ import annotations

import random
from collections.abc import Iterable

from msgspec import Struct
from msgspec.structs import replace

from tests.bench.pairs_chat import SHORT, Said
from tests.bench.pairs_phone import Line

_MINUTE = 60_000
_DELAYS = (0, 300, 900, 1800, 4000)
"""Milliseconds between sending and arriving, each as likely."""


class Noise(Struct, frozen=True):
    """How often each happens, as a share of the messages.

    `lost` and `hidden` (deleted for oneself) lack a message on one side; `withdrawn` (deleted for
    all) leaves a notice on both or one; `edited` another text on both or one; `late` a message
    that hung for 1 to 20 minutes or changed places with the next. `omitted` leaves a medium out on
    one side. `skew` is the most that a phone's clock is off, in milliseconds.
    """

    lost: float = 0.005
    hidden: float = 0.004
    withdrawn: float = 0.002
    edited: float = 0.003
    late: float = 0.004
    omitted: float = 0.05
    skew: int = 60_000

    def times(self, factor: float) -> Noise:
        """Give the same noise, but more of it."""
        return Noise(*(factor * rate for rate in self._rates()), skew=self.skew)

    def _rates(self) -> tuple[float, ...]:
        return self.lost, self.hidden, self.withdrawn, self.edited, self.late, self.omitted


NORMAL = Noise()
ONE_PHONE = Noise(lost=0, hidden=0.004, late=0, skew=0)
"""Between two exports of one phone messages are only deleted and edited."""


class Sides(Struct, frozen=True):
    """The lines of two phones, and what befell each message that is not plainly on both."""

    left: list[Line]
    right: list[Line]
    fates: dict[int, str]


def befall(
    choose: random.Random,
    said: Iterable[Said],
    noise: Noise,
    owners: tuple[int, int],
    *,
    one_phone: bool,
) -> Sides:
    """Let chance decide what two phones show of a chat.

    Of one phone the right side is the later export: what is deleted or edited is so there.
    """
    fate = _Fate(choose, noise, owners, one_phone)
    for each in said:
        fate.meet(each)
    fate.swap()
    return Sides(*fate.lines, fate.fates)


class _Fate:
    """Goes through a chat and keeps what both sides show."""

    def __init__(
        self, choose: random.Random, noise: Noise, owners: tuple[int, int], one_phone: bool
    ) -> None:
        self._choose = choose
        self._noise = noise
        self._owners = owners
        self._one_phone = one_phone
        self._skews = tuple(_skew(choose, noise.skew) for _ in range(2))
        self._swapped: list[int] = []
        self._latest: dict[tuple[int, int], int] = {}
        self.lines: tuple[list[Line], list[Line]] = ([], [])
        self.fates: dict[int, str] = {}

    def meet(self, said: Said) -> None:
        """Decide what befalls one message."""
        both = self._plain(said)
        if said.event:
            self._event(said, both)
            return
        draw = self._choose.random()
        for name, rate in (
            ("lost", self._noise.lost),
            ("hidden", self._noise.hidden),
            ("withdrawn", self._noise.withdrawn),
            ("edited", self._noise.edited),
            ("late", self._noise.late),
        ):
            if draw < rate:
                both = self._changed(name, said, both)
                break
            draw -= rate
        if said.file and self._choose.random() < self._noise.omitted:
            both = self._one(both, omitted=True)
        self._keep(both)

    def swap(self) -> None:
        """Change places with the next, if that is of another person and within half a minute."""
        places = [{line.id: n for n, line in enumerate(lines)} for lines in self.lines]
        for id_ in self._swapped:
            lines, at = self.lines[id_ % 2], places[id_ % 2].get(id_)
            if at is None or at + 1 == len(lines):
                continue
            one, two = lines[at], lines[at + 1]
            if one.who != two.who and abs(two.at - one.at) < _MINUTE // 2:
                lines[at] = replace(one, at=two.at, order=two.order)
                lines[at + 1] = replace(two, at=one.at, order=one.order)
                self.fates[id_] = "swapped"

    def _plain(self, said: Said) -> list[Line | None]:
        """Show a message as both phones do when nothing befalls it."""
        delays = [self._choose.choice(_DELAYS) for _ in range(2)]
        if self._one_phone:
            delays[1] = delays[0]
        return [self._line(said, side, delays[side]) for side in range(2)]

    def _line(self, said: Said, side: int, delay: int) -> Line:
        """The sender's phone shows its own clock, all others what the service says."""
        own = said.who == self._owners[side]
        order = max(said.at + (0 if own else delay), self._latest.get((side, said.who), 0) + 1)
        self._latest[side, said.who] = order
        at = order + (self._skews[side] if own else 0)
        values = (said.text, said.file, said.sha256, said.event, said.about)
        return Line(said.id, at, order, said.who, *values)

    def _event(self, said: Said, both: list[Line | None]) -> None:
        """Show an event on both, or, one in ten and those of one's own phone, on one only."""
        alone = said.event == "security-code-changed" or self._choose.random() < 0.1
        if alone and not self._one_phone:
            side = self._choose.randrange(2)
            both = [line and replace(line, id=None) for line in both]
            both[1 - side] = None
            line = both[side]
            if said.event == "security-code-changed" and line and said.about == self._owners[side]:
                both = [None, None]
        self._keep(both)

    def _changed(self, name: str, said: Said, both: list[Line | None]) -> list[Line | None]:
        self.fates[said.id] = name
        match name:
            case "lost" | "hidden":
                both[self._side()] = None
            case "withdrawn":
                both = self._withdrawn(both)
            case "edited" if said.text and not said.file:
                both = self._edited(both)
            case "late":
                both = self._late(said, both)
            case _:
                del self.fates[said.id]
        return both

    def _side(self) -> int:
        return 1 if self._one_phone else self._choose.randrange(2)

    def _one(self, both: list[Line | None], **changed: object) -> list[Line | None]:
        side = self._side()
        line = both[side]
        both[side] = line and replace(line, **changed)  # type: ignore[arg-type]
        return both

    def _withdrawn(self, both: list[Line | None]) -> list[Line | None]:
        gone = [line and replace(line, state="deleted", text="", file="") for line in both]
        if self._choose.random() < (0.3 if self._one_phone else 0.7):
            return gone
        side = self._side()
        both[side] = gone[side]
        return both

    def _edited(self, both: list[Line | None]) -> list[Line | None]:
        """Edit before either export (both show it), between them, or twice."""
        line = both[0]
        first = _mended(self._choose, line.text if line else "")
        draw = self._choose.random()
        if draw < 0.3:
            return [line and replace(line, text=first, state="edited") for line in both]
        changed = self._one(both, text=first, state="edited")
        if draw < 0.8:
            return changed
        again = _mended(self._choose, first)
        return [
            line and replace(line, text=line.text if line.state else again, state="edited")
            for line in changed
        ]

    def _late(self, said: Said, both: list[Line | None]) -> list[Line | None]:
        """Hang on one phone; half of those show the time at which they came through."""
        if self._choose.random() < 0.5:
            self._swapped.append(said.id)
            del self.fates[said.id]
            return both
        side = self._choose.randrange(2)
        side = 1 - side if said.who == self._owners[side] else side
        line = both[side]
        delay = int(_MINUTE * 20 ** self._choose.random())
        shown = delay if self._choose.random() < 0.5 else 0
        if line is not None:
            both[side] = replace(line, at=line.at + shown, order=line.order + delay)
        return both

    def _keep(self, both: list[Line | None]) -> None:
        for lines, line in zip(self.lines, both, strict=True):
            if line is not None:
                lines.append(line)


def _skew(choose: random.Random, most: int) -> int:
    """Most phones keep time to a few seconds; three in ten do not."""
    if choose.random() < 0.3:
        return choose.randint(-most, most)
    return max(-most, min(most, int(choose.gauss(0, 2000))))


def _mended(choose: random.Random, text: str) -> str:
    """Edit a text: change a word or a letter, say more, or say it in other words."""
    words = text.split(" ")
    place = choose.randrange(len(words))
    match choose.choice(("word", "letter", "more", "less", "anew")):
        case "word":
            words[place] = choose.choice(("niet", "wel", "morgen", "€ 14 mln", "uitstel", "dus"))
        case "letter":
            words[place] = words[place][::-1] if len(words[place]) < 4 else words[place][1:]
        case "more":
            words += choose.choice(
                ("(zie mail)", "en graag vóór vijf uur", "!", "maar wel")
            ).split()
        case "less" if len(words) > 3:
            words = words[: -max(1, len(words) // 4)]
        case _:
            words = [choose.choice(SHORT), "toch", *words[len(words) // 2 :]]
    mended = " ".join(words).strip() or "toch niet"
    return mended if mended != text else f"{text} 2"
