"""An invented world of officials' episodes with the truth beside each: work, private, party.

Everything is drawn from one seed: officials with their contacts, of which the register knows only a
part; chatter, mixed episodes, work without a word of work, words written to be missed, and private
talk full of words that are also the office's. Nobody here exists. Generated talk is easier than
life: its figures rank methods and forecast nothing.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from archiver.classify.episode import Episode, Known, Line, Outcome

DAY: Final = 24 * 3600 * 1000
_START: Final = 1_641_023_999_000
"""2022-01-01T07:59:59Z."""

_FIRST = "Anouk|Bram|Carlijn|Daan|Esmee|Floris|Gijs|Hanneke|Imke|Joost|Karlijn|Lotte|Nienke|Zoë"
_LAST = (
    "Aardema|Blokzijl|Coppens|Elzinga|Fonteijne|Grootveen|IJpelaar|Jorritsveld|Noordhuis|Terwolde"
)
_LISTS: Final = {
    "topic": "stikstof|de noodopvang|de mondmaskers|de toeslagen|het energieplafond|netcongestie|"
    "de gaswinning|de dijkversterking|de jeugdzorg|de veerdienst|het leenstelsel|de huurtoeslag|"
    "de politieposten|de spoorlijn|het vogeleiland",
    "child": "Fien|Pepijn|Saar|Teun|Noor|Sepp|Juul|Mats",
    "place": "Terschelling|Zeeland|de Ardennen|Texel|Toscane|Drenthe|Kopenhagen|Limburg",
    "party": "VVD|D66|CDA|PvdA|GroenLinks|SP|Volt|BBB|DENK|ChristenUnie",
    "time": "vanavond|morgen|vrijdag|maandag|om half zes|na de lunch|volgende week|straks",
}

# Every line is one message; | parts the messages of one exchange.
_WORK = """
Heb je de nota over {topic} al gezien?|Ja, mijn opmerkingen staan erin|Dan gaat hij zo naar de SG
De Kamervragen over {topic} moeten {time} terug zijn|Lukt. Wie doet vraag 4?|Ik
Minister wil toch 20 mln extra voor {topic}|Dekking?|Zoeken we bij voorjaarsnota
Is de brief over {topic} akkoord zo?|Ja. Tweede alinea eruit graag|Doe ik, nieuwe versie volgt
Overleg met de sector schuift naar {time}|Prima, dan zet ik het in de agenda van de DG
Woo-verzoek over {topic} binnen, termijn vier weken|Wie zoekt de apps uit?|Alle directies
Kun je de woordvoeringslijn aanpassen? Journalist belt {time} terug|Staat klaar
De leverancier van {topic} vraagt om een voorschot|Niet doen voor het contract er ligt|Eens
Debat over {topic} gaat door, {time}|Dan heb ik de Q and A nodig|Komt eraan
De landsadvocaat ziet risico bij {topic}|Hoe groot?|Hij schrijft een memo
Staatssecretaris belde met de wethouder over {topic}|Uitkomst?|Gemeente doet mee
Ik heb de stukken voor de ministerraad geüpload|Dank, ik lees ze in de auto
Wie tekent het besluit over {topic} als de minister weg is?|De stas, staat in het mandaat
De inspectie komt {time} langs over {topic}|Ik zorg dat het dossier compleet is
Motie over {topic} is aangenomen|Appreciatie was ontraden toch?|Klopt, we komen met een reactie
Vandaag 40 plekken opgehaald voor {topic}, burgemeester is om|Mooi! Zet het in het verslag
Kunnen we {time} bellen over {topic}? Financiën ligt dwars|Ja, 17.00 kan
De uitvoeringstoets over {topic} is niet best|Hoe bedoel je?|Ze halen 1 januari niet
Wil je dit even in de bewindspersonenstaf brengen?|Staat op de lijst voor {time}
Conceptantwoord over {topic} ligt bij WJZ|En bij FEZ?|Die hebben al geparafeerd
"""
_VAGUE = """
Gaat het door?|Ja|Goed zo. Dan weet hij het ook
Bel je me {time}?|Doe ik|Top
Hij wil het anders|Hoe dan?|Minder geld, meer tempo|Ok dan doen we dat
En?|Gelukt, ze gaan mee|Petje af
Kun je er vandaag nog naar kijken?|Ja, stuur maar|👍
Ze zijn om|Alle drie?|Ja, voor {time} zwart op wit
Moeten we dit wel willen?|Hij zegt van wel|Dan doen we het
Doe maar 30 in plaats van 20|Weet je het zeker?|Ja, heb het besproken
Wat heb je hem gezegd?|Dat het rond is|Prima
👍|Dank!|Tot {time}
"""
_EVADING = """
Over het bekende onderwerp: liever mondeling|Snap ik. Bel je?|Ja, {time}
Zet maar niks op de mail hierover|Nee, en wis dit ook even
Die n0ta moet niet in het systeem|Hoezo?|Anders ligt hij straks op straat
Stuur het maar naar mijn gmail, niet via kantoor|Onderweg
De k@merbrief laten we nog even liggen|Tot na {time}?|Ja
Ik zet verdwijnberichten aan|Verstandig, dit is gevoelig
Wat we met G. afspraken blijft onder ons|Uiteraard|Geen d0ssier van maken
Geen w o o erover graag|Begrepen, ik app niks meer
"""
_PRIVATE = """
Gefeliciteerd met je verjaardag! 🎉|Dank je wel!|Taart {time}?
Haal jij {child} {time} van school?|Ja is goed|Vergeet de gymtas niet
{child} heeft koorts, ik blijf thuis|Ach, beterschap. Paracetamol is op, neem ik mee
Wat eten we vanavond?|Pasta? Of zal ik pizza halen|Pizza!
Huisje in {place} geboekt, week 30|Yes! Zwembad erbij?|Ja en vlak bij het strand
Oma ligt in het ziekenhuis|Wat naar. Kan ik {time} langs?|Ja graag, kamer 214
{time} padel? Baan is om acht uur|Ik ben erbij|Biertje na
Ouderavond van {child} is {time}|Kan niet, ga jij?|Ja, schat
Wie is er zaterdag bij de wedstrijd?|Ik rij|Ik neem sinaasappels mee
De wasmachine is stuk|Alweer? Ik bel de monteur|Thuis om zes uur xx
Netflix tip: die Deense serie|Gezien, geweldig|Hou je mond over het einde!
Lieverd ik ben later, trein staat stil|Ok, eten staat in de oven xxx
Kaartjes voor het concert in {place}!!|NEE|JAWEL
Hond is bij de dierenarts geweest|En?|Drie keer per dag een pilletje
Zullen we naar {place} in de vakantie?|Mama wil liever naar {place}
Tandarts was duur zeg|Hoeveel?|Twee vullingen
Kerstdiner bij ons dit jaar|Leuk, ik maak het toetje|Surprises ook?
{child} heeft zijn zwemdiploma!|Hoera!! Dikke kus van oma
Hoe was je date?|Gezellig, uit eten en daarna de kroeg
Ben je al wakker?|Nee|Koffie?
Slaap lekker xx|Jij ook|❤️
Zin in morgen?|Heel erg|Ik ook
"""
_TRICKY_PRIVATE = """
De nota van de garage viel mee|Fijn, en de apk?|Goedgekeurd
Agenda van de kinderen loopt uit op een drama|Wie brengt {child} naar zwemles?|Opa
De offerte van de schilder is binnen|En?|Akkoord gegeven, hij begint {time}
Vergadering van de VvE duurde weer eeuwig|Besluit over het dak?|Nee natuurlijk
Minister op tv gezien? Wat een verhaal|Ik keek voetbal haha
{child} heeft een mooi rapport|Trots!! Taart halen op weg naar huis
Overleg even met mama over de vakantie|Doe ik, {place} of {place}
Mijn collega gaat trouwen|Leuk! Bruiloft in {place}?
Budget voor de keuken is op|Dan geen wijnkoeler
Tweede Kamer op tv, zet snel aan|Waarom?|Mijn buurman zit op de tribune
"""
_PARTY_TALK = """
Ledenvergadering is {time}, kom je?|Ja, ik neem de flyers mee
Concept kandidatenlijst is er|En?|Jij staat op 9!|Dat is een zetel
Wie gaat er mee canvassen in {place}?|Ik, met het campagneteam
Peiling: {party} op 14|Lijsttrekker straalt
Het congres was top|Speech van de partijvoorzitter vond ik zwak
Campagnebus staat {time} klaar|Posters liggen bij het partijbureau
Donateursdiner van {party} brengt 12.000 op|Mooi voor de campagne
Fractieweekend in {place}, borrel om vijf|Ik kom later, eerst langs de afdeling
Verkiezingsprogramma: paragraaf wonen is slap|Dien een amendement in op het congres
Zit {child} ook bij de jongerenorganisatie?|Ja van {party}, wordt afdelingsbestuur
Stemmen tellen tot twee uur vannacht|Uitslag?|{party} plus drie
"""
_BOUNDARY = """
Coalitieoverleg liep vast op {topic}|Wie hield het tegen?|{party}
In het regeerakkoord staat dit echt anders|De fractie vindt van niet
Fractievoorzitter wil dat de minister de motie overneemt|Eerst {time} in het torentje bespreken
Als {party} niet tekent valt het kabinet|Bel de partijleider voor het debat
De fractie zit hoog in de boom over {topic}|Kan de minister ze bellen?|Coalitie moet heel blijven
Ons verkiezingsprogramma vroeg hier ook om|Zet het dan in de kamerbrief over {topic}
"""
_HARD_MIXED = """
Fijne vakantie met de kids in {place}! Dat ding van R gaat trouwens door|Top, groetjes aan oma
Dikke kus aan {child}, en zeg tegen hem dat 30 ook mag|Doe ik! Taart was heerlijk
"""


@dataclass(frozen=True, slots=True)
class Example:
    """One episode with the truth, how it was made, and what the register knows of the official."""

    episode: Episode
    truth: Outcome
    made: str
    known: tuple[Known, ...]


@dataclass(frozen=True, slots=True)
class _Official:
    name: str
    contacts: dict[str, tuple[str, ...]]
    known: tuple[Known, ...]


def world(
    count: int, *, seed: int = 1, officials: int = 40, half: int | None = None
) -> list[Example]:
    """Draw a world of so many episodes; each official has about as many as another.

    With `half` 0 or 1 only every other exchange is talked, so that two worlds with another seed
    share neither an official nor a sentence, but for the kinds of talk and the words filled in.
    """
    draw = random.Random(seed)
    people = [_official(draw, seed * 100 + place) for place in range(officials)]
    return [_example(draw, people[place % officials], place, half) for place in range(count)]


def _official(draw: random.Random, place: int) -> _Official:
    """Make an official of whose contacts the register knows two in three."""
    numbers = (f"tel:+316{place:04}{each:04}" for each in range(1000))
    name = f"{_pick(draw, _FIRST)} {_pick(draw, _LAST)} {place}"
    contacts = {
        kind: tuple(next(numbers) for _ in range(size))
        for kind, size in (("business", 8), ("private", 8), ("party", 4))
    }
    known = tuple(
        Known(one, kind) for kind, some in contacts.items() for one in some if draw.random() < 0.67
    )
    # A minister's fellow minister is met in the cabinet and at the congress.
    return _Official(name, contacts, (*known, Known(contacts["business"][0], "party")))


def _example(draw: random.Random, official: _Official, place: int, half: int | None) -> Example:
    truth, made, kind, talk = draw.choices(_WAYS, [one[0] for one in _WEIGHTS])[0]
    said = [text for source in talk for text in _exchange(draw, source, half)]
    if made == "mixed" and draw.random() < 0.5:
        said = said[-2:] + said[:-2]
    size = draw.choice((1, 1, 1, 2, 4))
    others = draw.sample(official.contacts[kind], size)
    began = _START + draw.randrange(400) * DAY + _hours(draw, truth)
    lines = tuple(_lines(draw, official, others, said, began))
    episode = Episode(
        f"strand {place}", "whatsapp", _title(draw, made, size), official.name,
        (official.name, *others), lines,
    )  # fmt: skip
    return Example(episode, truth, made, official.known)


def _hours(draw: random.Random, truth: Outcome) -> int:
    """Give when it begins: work by day mostly, the rest by evening mostly."""
    by_day = draw.random() < (0.75 if truth is Outcome.WORK else 0.3)
    return draw.randrange(0, 9) * 3_600_000 if by_day else draw.randrange(10, 14) * 3_600_000


def _lines(
    draw: random.Random, official: _Official, others: list[str], said: list[str], moment: int
) -> Iterator[Line]:
    turn = draw.randrange(2)
    for number, text in enumerate(said):
        own = (number + turn) % 2 == 0
        author = official.name if own else draw.choice(others)
        moment += draw.randrange(5, 400) * 1000
        yield Line(f"m.{number}", moment, author, author, text, own)


def _title(draw: random.Random, made: str, size: int) -> str:
    if size == 1:
        return ""
    titles = {
        "private": ("Familie", "Padelgroep", "Buurtapp", "Weekendje weg", "❤️"),
        "party": ("Campagne", "Leden regio", "Lijst 2023"),
        "work": ("Team", "MT-app", "Dossier", "Bureau", "Crisis"),
    }
    return draw.choice(titles.get(made, ("Groep", "App", "Wij")))


def _exchange(draw: random.Random, source: str, half: int | None) -> list[str]:
    """Draw one exchange, filled in, typed as people type."""
    every = source.strip().split("\n")
    chosen = draw.choice(every if half is None else every[half::2])
    return [_typed(draw, _fill(draw, text)) for text in chosen.split("|")]


def _fill(draw: random.Random, text: str) -> str:
    for name, values in _LISTS.items():
        while f"{{{name}}}" in text:
            text = text.replace(f"{{{name}}}", _pick(draw, values), 1)
    return text


def _pick(draw: random.Random, values: str) -> str:
    return draw.choice(values.split("|"))


def _typed(draw: random.Random, text: str) -> str:
    """Type as in a chat: small letters at times, letters swapped now and then, no stops."""
    if draw.random() < 0.4:
        text = text.lower()
    if draw.random() < 0.05 and len(text) > 12:
        at = draw.randrange(3, len(text) - 3)
        text = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return text


_Way = tuple[Outcome, str, str, tuple[str, ...]]

# How often, and then what it truly is, how it is made, with whom, and from which talk.
_WEIGHTS: tuple[tuple[float, _Way], ...] = (
    (26, (Outcome.WORK, "work", "business", (_WORK,))),
    (6, (Outcome.WORK, "work", "business", (_WORK, _WORK))),
    (4, (Outcome.WORK, "vague", "business", (_VAGUE,))),
    (4, (Outcome.WORK, "evading", "business", (_EVADING,))),
    (5, (Outcome.WORK, "mixed", "business", (_WORK, _PRIVATE))),
    (2, (Outcome.WORK, "friend at work", "private", (_PRIVATE, _WORK))),
    (1, (Outcome.WORK, "party friend", "party", (_PARTY_TALK, _WORK))),
    (0.3, (Outcome.WORK, "hard", "business", (_HARD_MIXED,))),
    (24, (Outcome.PRIVATE, "private", "private", (_PRIVATE,))),
    (8, (Outcome.PRIVATE, "private", "private", (_PRIVATE, _PRIVATE))),
    (6, (Outcome.PRIVATE, "tricky", "private", (_TRICKY_PRIVATE,))),
    (8, (Outcome.PARTY, "party", "party", (_PARTY_TALK,))),
    (3, (Outcome.PARTY, "party", "party", (_PARTY_TALK, _PRIVATE))),
    (4, (Outcome.BOUNDARY, "boundary", "party", (_BOUNDARY,))),
)
_WAYS: tuple[_Way, ...] = tuple(way for _, way in _WEIGHTS)
