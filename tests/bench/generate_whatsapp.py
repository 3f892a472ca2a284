"""Write a WhatsApp chat text of any size, always the same for the same seed.

    python tests/bench/generate_whatsapp.py FILE --messages 500000 --form android-nl

All people are invented. Of the entries 2 % are events, 4 % media that were left out, 3 %
attachments and 8 % messages of several lines, as in real group chats.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TextIO

FORMS = ("android-nl", "ios-nl", "en-12h")

_NAMES = (
    "Fenna de Wilde",
    "Joris Haverkamp",
    "Samira el Idrissi",
    "Tjerk Boonstra (WJZ)",
    "Noor van Zwieten",
    "Ömer Karadağ",
    "Lieke Pruimboom 🌷",
    "Wouter ten Hove",
    "Directie Communicatie",
    "Aad-Jan Kruidenier",
    "+31 6 10203040",
    "+31 6 55667788",
)
_SHORT = ("ok", "ja", "Prima", "👍", "dank!", "Doen we.", "nee", "Akkoord", "Top 🙏", "Ik bel zo")
_VOCABULARY = """
    de het een van in op dat niet aan met voor als maar ook nog naar bij door om over uit tot kan
    wordt moet zijn was hebben heeft wij jullie morgen vandaag vanmiddag brief Kamer Kamerbrief nota
    minister staatssecretaris DG bewindspersoon besluit beleid overleg stuk bijlage versie concept
    definitief vergadering agenda woordvoering pers persbericht vraag vragen antwoord debat motie
    commissie subsidie begroting uitvoering toezicht inspectie gemeente provincie wet wetsvoorstel
    regeling advies Raad onderzoek rapport planning deadline akkoord afstemming financiën bezwaar
    Woo-verzoek archief dossier graag even kunnen sturen bellen lezen tekenen opnemen intrekken
    bespreken straks inderdaad volgens lijn blijft geregeld belangrijk mogelijk snel misschien
    ongeveer €25.000 artikel 5.1 paragraaf tweede eerste week maandag donderdag zomerreces
"""
_WORDS = tuple(_VOCABULARY.split())


@dataclass(frozen=True, slots=True)
class _Form:
    """How one kind of phone writes."""

    header: str
    sender: str
    omitted: str
    attached: str
    event: str
    mark: str


_DUTCH_EVENT = "{name} heeft {other} toegevoegd"
_FORMS = {
    "android-nl": _Form(
        "{t:%d-%m-%Y %H:%M} - ",
        "{name}: ",
        "<Media weggelaten>",
        "\u200e{file} (bestand bijgevoegd)",
        _DUTCH_EVENT,
        "",
    ),
    "ios-nl": _Form(
        "[{t:%d-%m-%Y %H:%M:%S}] ",
        "{name}: ",
        "\u200eafbeelding weggelaten",
        "\u200e<bijgevoegd: {file}>",
        f"\u200e{_DUTCH_EVENT}",
        "\u200e",
    ),
    "en-12h": _Form(
        "{t.month}/{t.day}/{t:%y}, {hour}:{t:%M}\u202f{t:%p} - ",
        "{name}: ",
        "<Media omitted>",
        "{file} (file attached)",
        "{name} added {other}",
        "",
    ),
}


def generate(file: TextIO, *, messages: int, form: str, seed: int = 7) -> None:
    """Write that many entries, one after the other."""
    choose = random.Random(seed)
    moment = datetime(2019, 1, 3, 8, 0, 0)
    for number in range(messages):
        moment += timedelta(seconds=choose.expovariate(1 / 240))
        file.write("".join(_entry(choose, _FORMS[form], moment, number)))


def _entry(choose: random.Random, form: _Form, moment: datetime, number: int) -> Iterator[str]:
    header = form.header.format(t=moment, hour=moment.hour % 12 or 12)
    name = choose.choice(_NAMES)
    draw = choose.random()
    if draw < 0.02:
        yield f"{header}{form.event.format(name=name, other=choose.choice(_NAMES))}\n"
        return
    marked = form.mark if draw < 0.09 else ""
    yield f"{marked}{header}{form.sender.format(name=name)}"
    if draw < 0.06:
        yield f"{form.omitted}\n"
    elif draw < 0.09:
        yield f"{form.attached.format(file=_file(moment, number))}\n"
    else:
        yield f"{_text(choose)}\n"
    if draw > 0.92:
        yield "".join(f"{_text(choose)}\n" for _ in range(choose.randint(1, 4)))


def _file(moment: datetime, number: int) -> str:
    return f"IMG-{moment:%Y%m%d}-WA{number % 10_000:04d}.jpg"


def _text(choose: random.Random) -> str:
    if choose.random() < 0.25:
        return choose.choice(_SHORT)
    words = choose.choices(_WORDS, k=min(60, 4 + int(choose.expovariate(1 / 9))))
    ending = choose.choices((".", "?", "", " 😅", "…"), (50, 20, 20, 6, 4))[0]
    return f"{' '.join(words).capitalize()}{ending}"


def main() -> None:
    """Read the arguments and write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--messages", type=int, default=500_000)
    parser.add_argument("--form", choices=FORMS, default="android-nl")
    parser.add_argument("--seed", type=int, default=7)
    chosen = parser.parse_args()
    with chosen.file.open("w", encoding="utf-8", newline="\n") as file:
        generate(file, messages=chosen.messages, form=chosen.form, seed=chosen.seed)


if __name__ == "__main__":
    main()
