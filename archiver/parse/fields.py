"""The header fields of a message that the archive reads, as text.

RFC 5322 §3.6 and RFC 2076 for the fields; X-Gmail-Labels and X-GM-THRID as Google Takeout writes
them, X-Folder and X-Keywords as mail programs do. A field that may stand once is taken where it
stands first, and its repetition is reported.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from dataclasses import dataclass

from archiver.model import Mail
from archiver.parse import address, decode, header
from archiver.parse.header import Header
from archiver.parse.mime import Limits

Note = Callable[..., None]
"""Reports a finding: ``note(code, **values)``."""

_ONCE = (b"from", b"date", b"subject", b"message-id")
_LABELLED = frozenset({b"x-gmail-labels", b"x-folder", b"x-keywords"})
_ADDRESSED = (b"from", b"to", b"cc", b"bcc")
_IDENTIFIER = re.compile(r"<([^<>]*+)>")


@dataclass(slots=True)
class Fields:
    """Reads the fields of one header block; `charset` is that of the body, a hint for raw bytes."""

    header: Header
    charset: str
    limits: Limits
    note: Note
    used: str = ""

    def mail(self, postmark: str, raw_sha256: str, neutral_sha256: str) -> Mail:
        """Collect what is kept of the header."""
        for name in _ONCE:
            if len(values := self.header.all(name)) > 1:
                self.note("W-M007", field=name.decode("ascii"), count=len(values))
        origin, to, cc, bcc = map(self._addresses, _ADDRESSED)
        return Mail(
            message_id=self._identifier(),
            subject=self._words(b"subject"),
            date=self.text(b"date"),
            from_=origin,
            to=to,
            cc=cc,
            bcc=bcc,
            references=self._identifiers(b"references"),
            in_reply_to=self._identifiers(b"in-reply-to"),
            received=self._received(),
            postmark=postmark,
            labels=self._labels(),
            raw_sha256=raw_sha256,
            neutral_sha256=neutral_sha256,
        )

    def sender(self) -> str:
        """Give the From field as a reader sees it."""
        return self._words(b"from")

    def values(self) -> dict[str, str]:
        """Give what else may matter: mailing list, Gmail's thread, how raw bytes were read."""
        found = {"list-id": self.text(b"list-id"), "gmail-thread": self.text(b"x-gm-thrid")}
        found["header-charset"] = self.used
        return {name: value for name, value in found.items() if value}

    def text(self, name: bytes) -> str:
        """Give a field's text, unfolded, encoded words still in it, cut at the limit."""
        value = self.header.first(name)
        return self._cut(name, self._decoded(value)) if value else ""

    def _words(self, name: bytes) -> str:
        """Give a field's text with its encoded words decoded."""
        text = self.text(name)
        if "=?" not in text:
            return text
        misread: list[tuple[str, str]] = []
        found = header.words(text, misread)
        for declared, used in dict.fromkeys(misread):
            self.note("W-M011", declared=declared, used=used)
        return found

    def _decoded(self, value: bytes) -> str:
        joined = header.unfolded(value)
        if joined.isascii():
            return joined.decode("ascii")
        found = decode.undeclared(joined, self.charset)
        if not self.used:
            self.used = found.charset
            self.note("W-M006", charset=found.charset)
        return found.text

    def _cut(self, name: bytes, text: str) -> str:
        if len(text) > self.limits.field:
            self.note("W-M008", field=name.decode("ascii"), limit=self.limits.field)
        return text[: self.limits.field]

    def _addresses(self, name: bytes) -> tuple[tuple[str, str], ...]:
        """Read an address field; one that is repeated is read as one, but never the sender's."""
        values = self.header.all(name)
        if not values:
            return ()
        if name == b"from":
            values = values[:1]
        found = address.read(", ".join(map(self._decoded, values)), most=self.limits.addresses)
        if found.is_cut:
            self.note("W-M009", field=name.decode("ascii"), limit=self.limits.addresses)
        if found.doubtful:
            self.note("W-M010", field=name.decode("ascii"), count=len(found.doubtful))
        return found.pairs

    def _identifier(self) -> str:
        text = self.text(b"message-id")
        found = _IDENTIFIER.search(text)
        return "".join((found[1] if found else text).split())

    def _identifiers(self, name: bytes) -> tuple[str, ...]:
        text = self.text(name)
        if not text:
            return ()
        return tuple(filter(None, ["".join(each.split()) for each in _IDENTIFIER.findall(text)]))

    def _received(self) -> str:
        """Give the time of the first hop: trace fields are put on top, so it stands lowest."""
        values = self.header.all(b"received")
        if not values:
            return ""
        return self._cut(b"received", self._decoded(values[-1]).rpartition(";")[2].strip())

    def _labels(self) -> tuple[str, ...]:
        if _LABELLED.isdisjoint(self.header.named):
            return ()
        gmail = header.words(self.text(b"x-gmail-labels"))
        others = (self.text(b"x-folder"), *self.text(b"x-keywords").split())
        found = (*next(csv.reader([gmail], skipinitialspace=True), ()), *others)
        return tuple(dict.fromkeys(label.strip() for label in found if label.strip()))
