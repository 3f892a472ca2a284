"""What the text of one entry is: words, media, a deletion, a call, something that happened.

The text itself is never changed; what is recognised goes into type, marks, attachments, values.
"""

from __future__ import annotations

import re
from itertools import islice

from msgspec import Struct
from msgspec.structs import replace

from archiver.model import Attachment, Kind, Noted
from archiver.parse.beside import NOT_EXPORTED
from archiver.parse.whatsapp.attachment import Media
from archiver.parse.whatsapp.wording import HEAD, INVISIBLE, Wording, fields, find

_LRM = "\u200e"
_ENDING, _TAIL = ">", 400
_OPTIONS = 100
"""Lines of a poll that are looked at; WhatsApp lets nobody give more than twelve options."""
_SHORT, _MANY = 40, 1_000
"""Of texts that occur again and again, such as the one for media left out, the body is kept."""
_NUMBERED = re.compile(r"\A[0-9]{8}-.")
# On an iPhone a document that was left out is `name • 3 pages`; the name is what we want.
_PAGES = re.compile(" \u2022 [^\u2022\n]*\\Z")


class Body(Struct, frozen=True):
    """What an entry's text was recognised as.

    `sender` is None when the label before the text is no person but the conversation's own name.
    """

    kind: Kind = Kind.MESSAGE
    type: str = "text"
    marks: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    values: tuple[tuple[str, str], ...] = ()
    keeps_sender: bool = True
    noted: tuple[Noted, ...] = ()


PLAIN = Body()
UNKNOWN = Body(Kind.EVENT, "unknown")


class Bodies:
    """Recognises texts with the wordings of all languages and the files of one delivery."""

    def __init__(self, wording: Wording, media: Media, *, bracket: bool) -> None:
        """Remember the phone's kind: only an iPhone puts its headers in brackets."""
        self._wording = wording
        self._heads = wording.heads
        self._media = media
        self._bracket = bracket
        self._seen: dict[str, Body] = {}

    def is_plain(self, text: str) -> bool:
        """Say whether a text behind a sender can only be words; most are, and this shows it."""
        return (
            "<" not in text
            and _LRM not in text
            and "(" not in text
            and text[:HEAD] not in self._heads
        )

    def said(self, text: str) -> Body:
        """Recognise what stands behind a sender."""
        if self.is_plain(text):
            return PLAIN
        body = self._seen.get(text)
        if body is None:
            body = self._closer(text)
            if len(text) <= _SHORT and len(self._seen) < _MANY:
                self._seen[text] = body
        return body

    def happened(self, text: str) -> Body:
        """Recognise a text without a sender."""
        return self._known_event(text) or UNKNOWN

    def is_event(self, line: str) -> bool:
        """Say whether a line that holds a colon is an event all the same."""
        return find(self._wording.events, line) is not None

    def _known_event(self, text: str) -> Body | None:
        found = find(self._wording.events, text)
        if found is None:
            return None
        template, match = found
        return Body(
            kind=Kind.EVENT,
            type=template.type,
            marks=self._own(match),
            values=tuple(fields(match).items()),
        )

    def _own(self, match: re.Match[str]) -> tuple[str, ...]:
        actor = match.groupdict().get("actor") or ""
        return ("own",) if actor.strip(INVISIBLE).casefold() in self._wording.selves else ()

    def _closer(self, text: str) -> Body:
        end = text[-_TAIL:]
        tail = find(self._wording.tail, end) if _ENDING in end else None
        if tail is None:
            line = text.partition("\n")[0].rstrip("\r")
            return self._phrase(text, line) or self._event(text) or PLAIN
        template, match = tail
        start = len(text) - len(end) + match.start()
        if template.type:
            return self._attached(match, template.type)
        inner = self._closer(text[:start].rstrip())
        return replace(inner, marks=(*inner.marks, *template.marks))

    def _attached(self, match: re.Match[str], type_: str) -> Body:
        name = match["name"]
        if match[0][0] == _LRM or _NUMBERED.match(name) or self._media.holds(name):
            return self._with(name, type_, ())
        return PLAIN  # somebody typed it

    def _phrase(self, text: str, line: str) -> Body | None:
        found = find(self._wording.line, line)
        if found is None and len(line) == len(text):
            found = find(self._wording.whole, line)
        if found is None:
            return None
        template, match = found
        values = fields(match)
        name = values.pop("name", "")
        if name or "media-omitted" in template.marks:
            return self._with(name, template.type, template.marks)
        noted: tuple[Noted, ...] = ()
        if template.type == "poll":
            noted, values = self._options(text)
        type_ = template.type or "text"
        return Body(Kind.MESSAGE, type_, template.marks, (), tuple(values.items()), noted=noted)

    def _options(self, text: str) -> tuple[tuple[Noted, ...], dict[str, str]]:
        """Read the options of a poll, and in their order how many chose each."""
        lines = (find(self._wording.options, line.rstrip("\r")) for line in text.split("\n")[1:])
        found = [
            match for each in islice(lines, _OPTIONS) if each is not None for match in each[1:]
        ]
        options = tuple(Noted("option", match["option"]) for match in found)
        votes = " ".join(match["count"] for match in found)
        return options, {"votes": votes} if found else {}

    def _event(self, text: str) -> Body | None:
        """Recognise a call, and what an iPhone writes behind the conversation's own name.

        An iPhone marks what it writes itself with LRM; an Android phone has only calls here.
        """
        if self._bracket and not text.startswith(_LRM):
            return None
        call = find(self._wording.calls, text)
        if call is not None:
            kind = Kind.EVENT if call[0].type.startswith("call-missed") else Kind.MESSAGE
            return Body(kind, call[0].type, values=tuple(fields(call[1]).items()))
        event = self._known_event(text) if self._bracket else None
        return event and replace(event, keeps_sender=False)

    def _with(self, name: str, type_: str, marks: tuple[str, ...]) -> Body:
        if "media-omitted" in marks:
            attachment = Attachment(_PAGES.sub("", name), missing=NOT_EXPORTED)
        else:
            attachment = self._media.named(name)
        contact = attachment.name.lower().endswith(".vcf")
        return Body(Kind.MESSAGE, "contact" if contact else type_, marks, (attachment,))
