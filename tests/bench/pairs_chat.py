"""What was really said in an invented chat of officials: who, when, what, with an id a message.

Bursts within minutes and silent nights; three in ten messages are short answers, many of them the
same word from several people at once; long texts are composed, so that most occur once and some
are repeated, quoted or forwarded. All people, numbers and addresses are invented.
"""

from __future__ import annotations

import random
from bisect import bisect
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

HOME = ZoneInfo("Europe/Amsterdam")
_OVERSEAS = ZoneInfo("America/New_York")
START = date(2021, 9, 6)
A_DAY = 27
"""Messages a day, on average."""
_HOURS = (1, 4, 7, 6, 5, 5, 5, 5, 6, 6, 7, 6, 4, 4, 6, 5, 3)
"""Weights of the hours from 7 to 23; nobody speaks at night."""
_DAYS = (10, 10, 10, 10, 9, 3, 4)
_GAPS = ((0.55, 18), (0.90, 70), (1.0, 240))
"""Share of the gaps within a burst (cumulated) and their mean in seconds."""

_FIRST_NAMES = """
    Fenna Joris Samira Tjerk Noor Ömer Lieke Wouter Marijke Aad Jildou Bas Hatice Koen Roos Sander
    Yara Pim Anouk Gijs Meryem Thijs Wies Ruben Joyce Freek Elif Maarten Loes Daan
"""
_LAST_NAMES = (
    "de Wilde|Haverkamp|el Idrissi|Boonstra|van Zwieten|Karadağ|Pruimboom|ten Hove|Kruidenier"
    "|Terpstra|van der Veken|Oudshoorn|Yildirim-Smit|Zandleven|Brandenbarg|Hoefnagel|Slingerland"
    "|van Oostveen|Ruigrok|Demirtas|Nieuwpoort|Lankhorst|Wortelboer|de Ruwe"
)

_ANSWERS = (
    "ok|Ok|ja|akkoord|Akkoord|👍|dank|Dank!|is goed|prima|nee|doe ik|Ja|Eens|top|🙏|haha|+1|Prima"
    "|kan|Dank je|😂|check|ok.|goed idee|👌|1|✅|yes|ga ik doen"
)
SHORT = tuple(_ANSWERS.split("|"))
_PHRASES = (
    "ben er over {n} minuten",
    "bel je om {n} uur",
    "zit nog in overleg",
    "stukken staan klaar",
    "kun je even bellen?",
    "ik kijk er vanavond naar",
    "loop nu naar de Kamer",
    "versie {n} staat in het dossier",
    "zie mail van {n} min geleden",
    "vergadering loopt uit",
    "Goedemorgen allemaal",
    "fijn weekend allemaal!",
    "wie heeft de laatste versie?",
    "heeft iemand het nummer van de woordvoerder?",
)
_VOCABULARY = """
    de het een van in op dat niet aan met voor als maar ook nog naar bij door om over uit tot kan
    wordt moet zijn was hebben heeft wij jullie morgen vandaag vanmiddag straks brief Kamer nota
    Kamerbrief minister staatssecretaris DG bewindspersoon besluit beleid overleg stuk bijlage
    versie concept definitief vergadering agenda woordvoering pers persbericht vraag vragen
    antwoord debat motie commissie subsidie begroting uitvoering toezicht inspectie gemeente
    provincie wet wetsvoorstel regeling advies Raad onderzoek rapport planning deadline akkoord
    afstemming financiën bezwaar archief dossier graag even kunnen sturen bellen lezen tekenen
    opnemen intrekken bespreken inderdaad volgens lijn blijft geregeld belangrijk mogelijk snel
    misschien ongeveer paragraaf tweede eerste maandag dinsdag donderdag vrijdag zomerreces
    annotatie spreektekst tijdlijn scenario crisisteam veiligheidsregio zorg onderwijs stikstof
    woningbouw asiel capaciteit leverancier contract aanbesteding tarief maatregel evaluatie
    publicatie embargo interview krant uitzending reactie formulering passage alinea voetnoot
    juristen directie kabinet ministerraad onderraad coalitie fractie inbreng termijn uitstel
"""
_WORDS = tuple(_VOCABULARY.split())
_ENDS = (".", ".", "", "", "?", "!", "…", " 😅", " 🙏")
_KINDS = (("IMG", 62), ("PTT", 14), ("VID", 8), ("DOC", 12), ("STK", 4))
_EVENTS = (("left", 1), ("added", 3), ("title-changed", 1), ("picture-changed", 2))
_CODE = "security-code-changed"


class Person(Struct, frozen=True):
    """Somebody in the chat; `number` is as dialled, without the country code."""

    first: str
    last: str
    number: str


class Said(Struct, frozen=True):
    """One real message or event; `at` in milliseconds since 1970, `who` an index of the people.

    `file` is the kind of a medium (``IMG``, ``PTT``, ``VID``, ``DOC``, ``STK``), `sha256` of its
    bytes, and `text` then its caption. `event` is a type, with the person it is `about`. `kind`
    says what an error with it is counted under.
    """

    id: int
    at: int
    who: int
    text: str = ""
    file: str = ""
    sha256: str = ""
    event: str = ""
    about: int = 0
    kind: str = "text"


class Habits(Struct, frozen=True):
    """How a group talks: the share of short answers, blocks forwarded in every 1,000 messages.

    `nights` has people awake when the clock changes.
    """

    short: float = 0.3
    blocks: float = 0.15
    nights: bool = False


USUAL = Habits()


def people(choose: random.Random, count: int) -> tuple[Person, ...]:
    """Invent people; some share a first name."""
    firsts = choose.sample(_FIRST_NAMES.split(), count)
    firsts[1] = firsts[0]
    numbers = choose.sample(range(10_000_000, 99_999_999), count)
    lasts = choose.sample(_LAST_NAMES.split("|"), count)
    known = zip(firsts, lasts, numbers, strict=True)
    return tuple(Person(first, last, f"6{number}") for first, last, number in known)


def converse(
    choose: random.Random,
    group: int,
    count: int,
    habits: Habits,
    *,
    days: int = 0,
    start: date = START,
    like: list[Said] | None = None,
    first_id: int = 0,
) -> list[Said]:
    """Let so many people say so much; `like` gives another chat whose hours are kept.

    `days` is 0 for as many as the count takes at the usual pace.
    """
    days = days or max(2, count // A_DAY)
    bursts = _bursts(choose, count, start, days, like)
    if habits.nights:
        bursts += _nights(start, days)
    writer = _Writer(choose, group, habits)
    said: list[Said] = []
    for moment in sorted(bursts):
        said += writer.burst(moment)
        if len(said) > count * 1.02 + 40:
            break
    return _numbered(said, count, first_id)


def _bursts(
    choose: random.Random, count: int, start: date, days: int, like: list[Said] | None
) -> list[int]:
    """Choose when people begin to talk; a burst is about seven messages."""
    number = count // 6 + 8
    if like is not None:
        shift = 40 * 60_000
        return [choose.choice(like).at + choose.randint(-shift, shift) for _ in range(number)]
    all_days = [start + timedelta(days=day) for day in range(days)]
    weights = list(accumulate(_DAYS[day.weekday()] for day in all_days))
    chosen = choose.choices(all_days, cum_weights=weights, k=number)
    hours = choose.choices(range(7, 24), _HOURS, k=number)
    return [
        _utc(day, hour) + choose.randrange(3_600_000)
        for day, hour in zip(chosen, hours, strict=True)
    ]


def _nights(start: date, days: int) -> list[int]:
    """Talk every quarter of an hour in the nights in which a clock changes, here or overseas."""
    nights = (_utc(start + timedelta(days=n), 0) for n in range(days))
    return [night + n * 900_000 for night in nights if _changes(night) for n in range(24)]


def _changes(night: int) -> bool:
    moments = [datetime.fromtimestamp(night // 1000, UTC) + timedelta(hours=n) for n in (0, 14)]
    return any(
        moments[0].astimezone(zone).utcoffset() != moments[1].astimezone(zone).utcoffset()
        for zone in (HOME, _OVERSEAS)
    )


def _utc(day: date, hour: int) -> int:
    return int(datetime(day.year, day.month, day.day, hour, tzinfo=HOME).timestamp()) * 1000


def _numbered(said: list[Said], count: int, first_id: int) -> list[Said]:
    """Put everything in order of time, no two in the same millisecond, and give ids."""
    said = sorted(said, key=_at)
    said = said[max(0, (len(said) - count) // 2) :][:count]
    numbered: list[Said] = []
    for number, each in enumerate(said):
        at = max(each.at, numbered[-1].at + 1) if numbered else each.at
        numbered.append(replace(each, id=first_id + number, at=at))
    return numbered


def _at(said: Said) -> int:
    return said.at


class _Writer:
    """Writes bursts; remembers what was said for those who repeat, quote and forward."""

    def __init__(self, choose: random.Random, group: int, habits: Habits) -> None:
        self._choose = choose
        self._group = group
        self._habits = habits
        self._said: list[str] = []
        self._pictures: list[str] = []
        self._weights = list(accumulate(1 / (n + 3) for n in range(len(_WORDS))))
        self._shorts = list(accumulate(1 / (n + 2) for n in range(len(SHORT))))
        self._talkers = list(accumulate(1 / (n + 2) for n in range(group)))

    def burst(self, at: int) -> Iterator[Said]:
        """Write one burst: talk, a round of consent, or something forwarded."""
        draw = self._choose.random()
        mean = 7
        if draw < self._habits.blocks * mean / 1000:
            yield from self._block(at)
            return
        active = sorted(self._someone() for _ in range(self._choose.randint(2, 5)))
        last = active[0]
        for _ in range(1 + int(self._choose.expovariate(1 / (mean - 1)))):
            last = last if self._choose.random() < 0.35 else self._choose.choice(active)
            yield self._message(at, last)
            at += self._gap()
        if draw > 0.93:
            yield from self._consent(at)

    def _someone(self) -> int:
        return bisect(self._talkers, self._choose.random() * self._talkers[-1])

    def _gap(self) -> int:
        draw = self._choose.random()
        mean = next(mean for share, mean in _GAPS if draw <= share)
        return int(1000 + self._choose.expovariate(1 / mean) * 1000)

    def _consent(self, at: int) -> Iterator[Said]:
        """Let several people agree at once, most with the same word."""
        yield Said(0, at, self._someone(), self._long())
        word = self._choose.choice(("akkoord", "Akkoord", "ok", "👍", "Eens", "akkoord."))
        for who in self._choose.sample(range(self._group), min(self._group, 6))[1:]:
            at += int(self._choose.expovariate(1 / 15) * 1000) + 500
            said = word if self._choose.random() < 0.8 else self._short()
            yield Said(0, at, who, said, kind="short")

    def _block(self, at: int) -> Iterator[Said]:
        """Forward ten to thirty messages within seconds, from here or from elsewhere."""
        who, count = self._someone(), self._choose.randint(10, 30)
        inside = self._choose.random() < 0.5 and len(self._said) > 3 * count
        begin = self._choose.randrange(len(self._said) - count) if inside else 0
        for number in range(count):
            text = self._said[begin + number] if inside else self._any_text()
            at += self._choose.randint(20, 900)
            yield Said(0, at, who, text, kind="forwarded")

    def _message(self, at: int, who: int) -> Said:
        draw = self._choose.random()
        if draw < 0.004:
            return self._event(at, who)
        if draw < 0.055:
            return self._medium(at, who)
        if draw < 0.055 + self._habits.short * 0.945:
            return Said(0, at, who, self._short(), kind="short")
        text, kind = self._text()
        self._said.append(text)
        return Said(0, at, who, text, kind=kind)

    def _event(self, at: int, who: int) -> Said:
        names, weights = zip(*_EVENTS, strict=True)
        type_ = self._choose.choices(names, weights)[0]
        type_ = _CODE if self._choose.random() < 0.2 else type_
        about = (who + 1 + self._choose.randrange(self._group - 1)) % self._group
        return Said(0, at, who, self._words(2), event=type_, about=about, kind="event")

    def _medium(self, at: int, who: int) -> Said:
        """Send a picture, a recording, a document; now and then one that was sent before."""
        kinds, weights = zip(*_KINDS, strict=True)
        kind = self._choose.choices(kinds, weights)[0]
        sha = f"{self._choose.getrandbits(256):064x}"
        if kind in ("IMG", "STK") and self._pictures and self._choose.random() < 0.06:
            sha = self._choose.choice(self._pictures)
        self._pictures += [sha] if kind in ("IMG", "STK") else []
        caption = ""
        if kind in ("IMG", "VID") and self._choose.random() < 0.4:
            caption = self._long() if self._choose.random() < 0.7 else self._short()
        if kind == "DOC":
            caption = f"{self._words(3)} {self._choose.randint(1, 9999)}.pdf"
        return Said(0, at, who, caption, kind, sha, kind="media")

    def _short(self) -> str:
        return SHORT[bisect(self._shorts, self._choose.random() * self._shorts[-1])]

    def _any_text(self) -> str:
        return self._short() if self._choose.random() < self._habits.short else self._text()[0]

    def _text(self) -> tuple[str, str]:
        draw = self._choose.random()
        if draw < 0.15:
            phrase = self._choose.choice(_PHRASES)
            return phrase.format(n=self._choose.randint(1, 12)), "phrase"
        if draw < 0.17 and self._said:
            return self._choose.choice(self._said[-400:]), "repeat"
        if draw < 0.185 and self._said:
            quoted = self._choose.choice(self._said[-60:])
            return f"> {quoted}\n{self._long()}", "quote"
        if draw < 0.21:
            return self._link(), "link"
        if draw < 0.28:
            lines = [self._long() for _ in range(self._choose.randint(2, 5))]
            lines += ["[5/2, 16:08] Anna: zo had ik het begrepen"] * (draw < 0.215)
            return self._choose.choice(("\n", "\n\n")).join(lines), "text"
        return self._long(), "text"

    def _link(self) -> str:
        number = min(int(self._choose.expovariate(1 / 60)), 999)
        link = f"https://nieuws.example/{2021 + number % 4}/artikel-{number}"
        return link if self._choose.random() < 0.6 else f"{link} {self._composed(5)}"

    def _long(self) -> str:
        return self._composed(4 + min(70, int(self._choose.expovariate(1 / 9))))

    def _composed(self, count: int) -> str:
        words = self._words(count).split()
        if self._choose.random() < 0.2:
            words[self._choose.randrange(count)] = self._figure()
        return f"{' '.join(words).capitalize()}{self._choose.choice(_ENDS)}"

    def _words(self, count: int) -> str:
        return " ".join(self._choose.choices(_WORDS, cum_weights=self._weights, k=count))

    def _figure(self) -> str:
        number = self._choose.randint(2, 980)
        return self._choose.choice(
            (f"€ {number} mln", f"{number}%", f"2022-0000{number}", f"{number % 28 + 1} maart")
        )
