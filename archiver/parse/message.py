"""One mail message into one item: its bytes are read once and never changed.

RFC 5322 (messages), RFC 2045-2049 (MIME), RFC 1847 and RFC 8551 (signed and encrypted parts). The
item says what stands in the message; what time that is and who it was is for `normalise.mail`.

Beside the digest of each attachment's content stands, where it differs, ``match-<part>`` in the
item's values: the digest with LF line ends and ``From `` lines unquoted, by which copies from a
mailbox and from a single file are the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import NamedTuple

from msgspec import Struct

from archiver.format import Source
from archiver.model import Attachment, Finding, Item, Mail
from archiver.parse import body, decode, header, mime, neutral
from archiver.parse.body import Body
from archiver.parse.fields import Fields
from archiver.parse.mime import LIMITS, Limits, Part

_YEAR = re.compile(r"\b(?:19[7-9]\d|20[0-8]\d|209[0-8])\b|\b[A-Za-z]{3}[ -]\d\d\b")
_SMIME = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_WRAPPED = frozenset({"multipart/encrypted", "multipart/signed"})
_PGP_MESSAGE, _PGP_SIGNED = "-----BEGIN PGP MESSAGE-----", "-----BEGIN PGP SIGNED MESSAGE-----"
_SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")  # RFC 5652 §5.1: 1.2.840.113549.1.7.2
_LAPSES = {"depth": "W-M013", "parts": "W-M014", "boundary": "W-M015"}
_MISSING = {"message/external-body": "external", "text/x-moz-deleted": "deleted"}


class Survey(Struct, frozen=True):
    """Nothing need be known of mail before it is read."""

    questions: tuple[Finding, ...] = ()


def survey(source: Source) -> Survey:
    """Learn nothing: mail asks no questions."""
    return Survey()


class Place(NamedTuple):
    """Where a message stands in its delivery, and the line that a mailbox put before it."""

    number: int
    member: int
    offset: int
    length: int
    postmark: str = ""


class Raw(NamedTuple):
    """The bytes of one message: as they stand, and with the mailbox's quoting undone.

    `whole` is the digest of all bytes when the message is over the limit and `stored` only its
    beginning. `is_quoted` is False where ``>From `` is known to stand nowhere in it.
    """

    stored: bytes
    shown: bytes
    whole: str = ""
    is_quoted: bool = True


def read(raw: Raw, place: Place, limits: Limits = LIMITS) -> Iterator[Item | Finding]:
    """Give the item of one message, then what there is to know about it. Never raises."""
    reading = _Reading(raw, place, limits)
    yield reading.item()
    yield from reading.findings


def content(shown: bytes, number: int, limits: Limits = LIMITS) -> bytes:
    """Give the content of one part of a message, by the number that its attachment carries."""
    top = header.read(shown, header.envelope(shown))
    return body.content(shown, mime.split(shown, top, limits)[number]).data


@dataclass(slots=True)
class _Reading:
    """One message while it is read; findings collect beside it."""

    raw: Raw
    place: Place
    limits: Limits
    findings: list[Finding] = field(default_factory=list)
    values: dict[str, str] = field(default_factory=dict)

    def item(self) -> Item:
        """Read the header, the text and the attachments, and put them together."""
        shown = self.raw.shown
        top = header.read(shown, header.envelope(shown))
        parts = mime.split(shown, top, self.limits)
        found = body.read(shown, parts)
        fields = Fields(top, parts[0].parameters.get("charset", ""), self.limits, self._note)
        mail = fields.mail(self.place.postmark, *self._digests(top))
        attachments = tuple(self._attachment(part, found) for part in found.attached)
        self.values |= fields.values()
        marks = self._marks(parts, found)
        self._report(top, parts, found, marks)
        self._miss(mail)
        return Item(
            number=self.place.number,
            member=self.place.member,
            offset=self.place.offset,
            length=self.place.length,
            type="mail",
            time_text=mail.date,
            sender=fields.sender(),
            text=found.text[: self.limits.text],
            marks=marks,
            attachments=attachments,
            native_id=mail.message_id,
            title=mail.subject,
            values=self.values,
            mail=mail,
        )

    def _note(self, code: str, **values: str | int) -> None:
        place = self.place
        where = {"member": place.member, "offset": place.offset, "length": place.length}
        self.findings.append(Finding(code, values, **where, item=place.number))

    def _digests(self, top: header.Header) -> tuple[str, str]:
        """Digest the bytes as they stand, and without what transport changes."""
        if self.raw.whole:
            return self.raw.whole, sha256(b"over-size:" + self.raw.whole.encode()).hexdigest()
        raw = self.raw
        return sha256(raw.stored).hexdigest(), neutral.digest(raw.shown, top, raw.is_quoted)

    def _attachment(self, part: Part, found: Body) -> Attachment:
        name = self._name(part)
        if self.raw.whole and part.end == len(self.raw.shown):
            return Attachment(name, part.media_type, part=part.number, missing="over-size")
        data, is_sound = body.content(self.raw.shown, part)
        if not is_sound:
            found.broken.append(part)
        digest = sha256(data).hexdigest()
        self._match(part, digest)
        missing = _MISSING.get(part.media_type, "")
        return Attachment(
            name, part.media_type, len(data), digest, part=part.number, missing=missing
        )

    def _match(self, part: Part, digest: str) -> None:
        """Keep the digest to compare by where quoting or line ends make it another."""
        encoded = self.raw.shown[part.start : part.end]
        plain = neutral.canonical(encoded, self.raw.is_quoted)
        if part.end == len(self.raw.shown):
            plain = plain.rstrip(b"\n")
        if plain != encoded:
            matched = sha256(decode.transfer(plain, part.encoding).data).hexdigest()
            if matched != digest:
                self.values[f"match-{part.number}"] = matched

    def _name(self, part: Part) -> str:
        """Give the file name; of an attached message its subject."""
        if part.media_type == "message/rfc822":
            inner = header.read(self.raw.shown, part.start, part.end)
            if subject := header.words(header.plain(inner.first(b"subject")).text):
                return subject[: self.limits.field]
        _, parameters = mime.disposition(part.header.first(b"content-disposition"))
        name = parameters.get("filename") or part.parameters.get("name", "")
        return header.words(name)[: self.limits.field]

    def _miss(self, mail: Mail) -> None:
        """Say which fields that identify a message are not there."""
        if not _YEAR.search(mail.date):
            self._note("W-M003", number=self.place.number)
        if not mail.message_id:
            self._note("W-M004", number=self.place.number)

    def _marks(self, parts: list[Part], found: Body) -> tuple[str, ...]:
        kinds = {part.media_type for part in parts}
        envelopes = _envelopes(parts, kinds, self.raw.shown)
        begin = found.text.lstrip()
        marks = (
            ("text-from-html", found.is_derived),
            ("has-message", "message/rfc822" in kinds),
            ("encrypted", begin.startswith(_PGP_MESSAGE) or "encrypted" in envelopes),
            ("signed", begin.startswith(_PGP_SIGNED) or "signed" in envelopes),
            ("text-capped", len(found.text) > self.limits.text),
            ("over-size", bool(self.raw.whole)),
        )
        return tuple([mark for mark, is_so in marks if is_so])

    def _report(
        self, top: header.Header, parts: list[Part], found: Body, marks: tuple[str, ...]
    ) -> None:
        """Say what was not as it should be."""
        if not top.is_closed:
            self._note("W-M005", number=self.place.number)
        for declared, used in dict.fromkeys(found.charsets):
            self._note("W-M011", declared=declared or "-", used=used)
        for part in found.broken:
            self._note("W-M012", part=part.number, encoding=part.encoding)
        for part in parts:
            if part.lapse:
                self._note(_LAPSES[part.lapse], part=part.number)
        if "text-capped" in marks:
            self._note("W-M016", limit=self.limits.text)
        if "over-size" in marks:
            self._note("W-M017", limit=self.limits.message)
        if "encrypted" in marks:
            self._note("W-M018", number=self.place.number)
        elif "signed" in marks and any(part.media_type in _SMIME for part in parts):
            self._note("W-M019", number=self.place.number)


def _envelopes(parts: list[Part], kinds: set[str], shown: bytes) -> set[str]:
    """Say which of ``encrypted`` and ``signed`` the envelopes of a message are."""
    found = {_envelope(part, shown) for part in parts} if not kinds.isdisjoint(_SMIME) else set()
    return found | {kind.removeprefix("multipart/") for kind in kinds & _WRAPPED}


def _envelope(part: Part, shown: bytes) -> str:
    """Say whether an S/MIME envelope encrypts or only signs its content, by its own first bytes.

    The type parameter is often missing or wrong; a bare list of certificates has no content.
    """
    if part.media_type not in _SMIME or part.parameters.get("smime-type") == "certs-only":
        return ""
    begin = body.content(shown, part).data[:64]
    if _SIGNED_DATA not in begin:
        return "encrypted"
    return "" if part.parameters.get("name", "").lower().endswith(".p7c") else "signed"
