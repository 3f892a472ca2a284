"""How a phone writes a chat: the headers, labels and words of WhatsApp's "export chat".

Header shapes and words as phones of 2018 to 2025 were seen to write them, in Dutch and English.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from msgspec import Struct

from tests.bench.pairs_chat import Person

LRM = "\u200e"


class Form(Struct, frozen=True):
    """One kind of phone: its language, how it writes a header, and the order of its dates."""

    language: str
    order: str
    header: Callable[[datetime], str]
    bracket: bool = False


class Line(Struct, frozen=True):
    """One entry as a phone shows it: `at` is what its clock says, `order` where it stands.

    `state` is ``""``, ``deleted`` or ``edited``; `omitted` has the medium left out.
    """

    id: int | None
    at: int
    order: int
    who: int
    text: str
    file: str = ""
    sha256: str = ""
    event: str = ""
    about: int = 0
    state: str = ""
    omitted: bool = False


class Phone(Struct, frozen=True):
    """Whose phone it is, its form and zone, and what it calls everybody.

    `renamed` gives the label of a person from a moment on, instead of the one in `labels`.
    """

    form: Form
    owner: int
    zone: ZoneInfo
    labels: tuple[str, ...]
    title: str
    renamed: tuple[int, int, str] | None = None

    @property
    def file_name(self) -> str:
        """The name of the text as the phone gives it."""
        if self.form.bracket:
            return "_chat.txt"
        wording = {"nl": "WhatsApp-chat met", "en": "WhatsApp Chat with"}[self.form.language]
        return f"{wording} {self.title}.txt"


def _half(t: datetime) -> str:
    return f"{t.hour % 12 or 12}:{t:%M}"


FORMS = {
    "android-nl": Form("nl", "dmy", lambda t: f"{t:%d-%m-%Y %H:%M} - "),
    "ios-nl": Form("nl", "dmy", lambda t: f"[{t:%d-%m-%Y %H:%M:%S}] ", bracket=True),
    "android-us": Form(
        "en", "mdy", lambda t: f"{t.month}/{t.day}/{t:%y}, {_half(t)}\u202f{t:%p} - "
    ),
    "android-gb": Form("en", "dmy", lambda t: f"{t:%d/%m/%Y, %H:%M} - "),
    "ios-us": Form(
        "en",
        "mdy",
        lambda t: f"[{t.month}/{t.day}/{t:%y}, {_half(t)}:{t:%S}\u202f{t:%p}] ",
        bracket=True,
    ),
}

_WORDS = {
    "nl": {
        "notice": "Berichten en oproepen worden end-to-end versleuteld. Niemand buiten deze chat"
        " kan ze lezen of beluisteren, zelfs WhatsApp niet.",
        "group-created": "{actor} {has} de groep “{title}” gemaakt",
        "added": "{actor} {has} {object} toegevoegd",
        "left": "{actor} {has} de groep verlaten",
        "title-changed": "{actor} {has} de groepsnaam gewijzigd naar “{text}”",
        "picture-changed": "{actor} {has} de groepsafbeelding gewijzigd",
        "security-code-changed": "Je beveiligingscode voor {object} is gewijzigd."
        " Tik voor meer informatie",
        "deleted": "Dit bericht is verwijderd",
        "deleted-own": "Je hebt dit bericht verwijderd",
        "edited": "<Dit bericht is bewerkt>",
        "attached": "bijgevoegd",
        "behind": "bestand bijgevoegd",
        "omitted": "weggelaten",
        "media": "<Media weggelaten>",
        "IMG": "afbeelding",
        "pages": "pagina's",
        "you": "Je",
        "object": "je",
        "self": "Jij",
    },
    "en": {
        "notice": "Messages and calls are end-to-end encrypted. No one outside of this chat,"
        " not even WhatsApp, can read or listen to them.",
        "group-created": "{actor} created group “{title}”",
        "added": "{actor} added {object}",
        "left": "{actor} left",
        "title-changed": "{actor} changed the group name to “{text}”",
        "picture-changed": "{actor} changed this group's icon",
        "security-code-changed": "Your security code with {object} changed. Tap to learn more",
        "deleted": "This message was deleted",
        "deleted-own": "You deleted this message",
        "edited": "<This message was edited>",
        "attached": "attached",
        "behind": "file attached",
        "omitted": "omitted",
        "media": "<Media omitted>",
        "IMG": "image",
        "pages": "pages",
        "you": "You",
        "object": "you",
        "self": "You",
    },
}
_OMITTED = {"VID": "video", "PTT": "audio", "STK": "sticker", "DOC": "document"}
_IPHONE = {"IMG": "PHOTO", "VID": "VIDEO", "PTT": "AUDIO", "STK": "STICKER"}
_ENDINGS = {"IMG": "jpg", "VID": "mp4", "PTT": "opus", "STK": "webp"}


def self_label(form: Form) -> str:
    """Give the word some phones have for their owner instead of a name."""
    return _WORDS[form.language]["self"]


def labels(
    choose: random.Random, people: tuple[Person, ...], form: Form, owner: int, *, you: bool
) -> tuple[str, ...]:
    """Give what one phone calls everybody; nobody has the label of another."""
    given: list[str] = []
    for number, person in enumerate(people):
        styles = [_full(person), *choose.sample(_styles(choose, person, form), 4)]
        if number != owner:
            styles = styles[1:] if choose.random() < 0.75 else styles
        if number == owner and you:
            styles = [self_label(form)]
        given.append(next(s for s in (*styles, _full(person)) if s not in given))
    return tuple(given)


def number_label(choose: random.Random, person: Person, *, bracket: bool) -> str:
    """Write a number as phones do: with no-break spaces or not, an iPhone with marks around it."""
    space = choose.choice((" ", "\u00a0"))
    shown = f"+31{space}{person.number[0]}{space}{person.number[1:]}"
    return f"\u202a{shown}\u202c" if bracket else shown


def _full(person: Person) -> str:
    return f"{person.first} {person.last}"


def _styles(choose: random.Random, person: Person, form: Form) -> list[str]:
    return [
        person.first,
        f"{person.first} {choose.choice(('BZK', 'VWS', 'WJZ', '(DG)', 'woordvoering', '🌷'))}",
        f"{person.first[0]}. {person.last}",
        number_label(choose, person, bracket=form.bracket),
        f"~\u202f{person.first}",
        f"{person.last}, {person.first}",
    ]


@dataclass(slots=True)
class Written:
    """What writing gave: the text, and of each item the id and the person; the files beside it."""

    text: list[str] = field(default_factory=list)
    ids: list[int | None] = field(default_factory=list)
    people: list[int | None] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)


def write(phone: Phone, lines: Iterable[Line]) -> Written:
    """Write the export of one phone; the entries in the order in which they stand there."""
    pen = _Pen(phone)
    for line in sorted(lines, key=_order):
        pen.add(line)
    return pen.written


def _order(line: Line) -> int:
    return line.order


class _Pen:
    """Writes entry after entry and numbers the media as the phone does."""

    def __init__(self, phone: Phone) -> None:
        self._phone = phone
        self._words = _WORDS[phone.form.language]
        self._day = ""
        self._count = 0
        self.written = Written()

    def add(self, line: Line) -> None:
        """Write one entry."""
        form, written = self._phone.form, self.written
        moment = datetime.fromtimestamp(line.at // 1000, self._phone.zone)
        text = "\n".join(self._text(line, moment))
        mark = LRM if form.bracket and (line.event or line.file) else ""
        written.text.append(f"{mark}{form.header(moment)}{self._sender(line)}{text}\n")
        written.ids.append(line.id)
        written.people.append(None if line.event else line.who)

    def _sender(self, line: Line) -> str:
        if line.event == "notice" and self._phone.form.bracket:
            return f"{self._phone.title}: "
        return "" if line.event else f"{self._label(line.who, line.at)}: "

    def _label(self, who: int, at: int) -> str:
        renamed = self._phone.renamed
        if renamed and renamed[0] == who and at >= renamed[1]:
            return renamed[2]
        return self._phone.labels[who]

    def _text(self, line: Line, moment: datetime) -> Iterator[str]:
        lead = LRM if self._phone.form.bracket else ""
        if line.event:
            yield f"{LRM}{self._event(line)}"
        elif line.state == "deleted":
            own = line.who == self._phone.owner
            yield f"{lead}{self._words['deleted-own' if own else 'deleted']}{'.' * len(lead)}"
        elif line.file:
            yield from self._medium(line, moment)
        else:
            yield f"{line.text}{f' {lead}' + self._words['edited'] if line.state else ''}"

    def _event(self, line: Line) -> str:
        phone, words = self._phone, self._words
        own = line.who == phone.owner
        return words[line.event].format(
            actor=words["you"] if own else self._label(line.who, line.at),
            has="hebt" if own else "heeft",
            object=words["object"] if line.about == phone.owner else phone.labels[line.about],
            text=line.text.strip(".?!… "),
            title=phone.title,
        )

    def _medium(self, line: Line, moment: datetime) -> Iterator[str]:
        """Write a medium; only Android shows a caption, on the next line."""
        name = self._name(line.file, line.text, moment)
        if not line.omitted:
            self.written.files[name.rstrip(".")] = line.sha256
        if self._phone.form.bracket:
            yield self._on_iphone(line, name)
            return
        behind = f"{LRM}{name} ({self._words['behind']})"
        yield self._words["media"] if line.omitted else behind
        if line.text and line.file != "DOC":
            yield line.text

    def _on_iphone(self, line: Line, name: str) -> str:
        words, pages = self._words, ""
        if line.file == "DOC":
            pages = f"{line.text} • {LRM}{len(line.text)} {words['pages']} "
        if line.omitted:
            what = _OMITTED.get(line.file, words["IMG"])
            return f"{pages or ''}{LRM}{what} {words['omitted']}"
        return f"{pages}{LRM}<{words['attached']}: {name}>"

    def _name(self, kind: str, text: str, moment: datetime) -> str:
        """Name a medium as this phone does; every phone counts for itself."""
        if self._phone.form.bracket:
            number = f"{len(self.written.ids) + 2:08}"
            if kind == "DOC":
                return f"{number}-{text}"
            return f"{number}-{_IPHONE[kind]}-{moment:%Y-%m-%d-%H-%M-%S}.{_ENDINGS[kind]}"
        day = f"{moment:%Y%m%d}"
        self._count = self._count + 1 if day == self._day else self._phone.owner % 3
        self._day = day
        if kind == "DOC" and self._phone.form.language == "en":
            return text
        ending = _ENDINGS.get(kind, "")
        return f"{kind}-{day}-WA{self._count:04}.{ending}"
