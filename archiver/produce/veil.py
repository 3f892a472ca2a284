"""What may be shown of a case's records to whom; what is judged away is gone from what is given.

The public sees no name that is not that of an official who stays named, and nothing that was judged
away in a record, there or in a quotation of it. An inquiry sees every name, and what is public
already; what is withheld from it is gone in the same way. Who is due everything sees everything.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from functools import lru_cache

from archiver.cases import named
from archiver.cases.judgement import Judgement, Outcome, normal
from archiver.cases.quotation import Removed, letters_of
from archiver.cases.redaction import Cover, Covering, Segment, Text, bar, merged, redacted
from archiver.cases.repeated import away_of
from archiver.classify.personal import People

_REMEMBERED = 8192


class View(StrEnum):
    """Who a production is for.

    The public; an inquiry, which is due every name and all that is not withheld from it; or
    somebody who is due everything.
    """

    PUBLIC = "public"
    DUE = "due"
    FULL = "full"


class Veil:
    """Gives texts of a case as segments, as far as a view may see them."""

    def __init__(
        self,
        view: View,
        judged: Mapping[str, Judgement],
        texts: Iterable[tuple[str, str]],
        people: People,
        pseudonyms: Mapping[str, str],
        grounds: Sequence[str] = named.PRIVATE_LIFE,
        shown: Iterable[tuple[str, str]] = (),
    ) -> None:
        """Learn what was judged away: `texts` gives (public id, text) of the records concerned.

        `grounds` are those on which names are not published. `shown` gives the same of what is
        shown: words that an officer left there in the record's own words may stand elsewhere too.
        """
        self.is_full = view is View.FULL
        self.names_all = view is not View.PUBLIC
        self._view = view
        self._judged = judged
        self._people = people
        self._pseudonyms = pseudonyms
        self._grounds = tuple(grounds)
        self._texts = [(name, normal(text)) for name, text in texts]
        away = () if self.is_full else ((text, self._away(n, text)) for n, text in self._texts)
        self._removed = Removed(away)
        self._left = "\n".join(self._repeated(shown)) if self._removed.strings else ""
        self.name = lru_cache(_REMEMBERED)(self._name)
        self.title = lru_cache(_REMEMBERED)(self._title)
        self.file_name = lru_cache(_REMEMBERED)(self._file_name)

    @property
    def removed(self) -> tuple[str, ...]:
        """The words that may be nowhere in what is produced."""
        return self._removed.strings

    def having(self, removed: Collection[str]) -> dict[str, dict[str, None]]:
        """Give the public ids of the records in which each of these words was judged away."""
        found: dict[str, dict[str, None]] = {one: {} for one in removed}
        for name, text in self._texts:
            for cover in merged(text, self._away(name, text)):
                if (words := text[cover.start : cover.end]) in found:
                    found[words][name] = None
        return found

    def tells(self, outcome: Outcome) -> bool:
        """Whether something of a record with this outcome is shown."""
        match self._view:
            case View.PUBLIC:
                return outcome.shows
            case View.DUE:
                return outcome.shows or outcome is Outcome.ALREADY
            case View.FULL:
                return True

    def body(
        self, record: str, text: str, people: Sequence[str] | None = None
    ) -> tuple[Segment, ...]:
        """Give the words of a record, without those that it quotes of what was judged away.

        An event is told by the service: it names `people`, and they are shown as a sender is.
        """
        text, judgement = normal(text), self._judged[record]
        if self.is_full:
            return _whole(text)
        if not self.tells(judgement.outcome):
            return covered(grounds_of(judgement))
        followed = self._but_left(text, self._removed.follows(text))
        away: list[Covering] = [*judgement.passages, *followed]
        if people is not None and not self.names_all:
            away += named.covers(text, self._people, self._grounds)
            away += named.places(text, people, self._people, self._grounds)
        return redacted(text, away, self._pseudonyms)

    def former(self, record: str, text: str) -> tuple[Segment, ...]:
        """Give an earlier wording, which nobody judged: shown only where all of the last one is."""
        judgement = self._judged[record]
        if self.is_full:
            return _whole(normal(text))
        if judgement.outcome in (Outcome.PUBLIC, Outcome.ALREADY):
            return self.title(text)
        return covered(grounds_of(judgement))

    def quotation(self, text: str) -> tuple[Segment, ...]:
        """Give what stands above an answer."""
        text = normal(text)
        if self.is_full:
            return _whole(text)
        return redacted(text, self._but_left(text, self._removed.quoted(text)))

    def _name(self, label: str) -> tuple[Segment, ...]:
        """Give somebody's name."""
        if self.names_all:
            return _whole(normal(label))
        return named.sender(normal(label), self._people, self._pseudonyms, self._grounds)

    def _title(self, text: str) -> tuple[Segment, ...]:
        """Give a title, a subject or a sentence that may name people."""
        text = normal(text)
        if self.is_full or not text:
            return _whole(text)
        if self._view is View.DUE:
            return redacted(text, self._covers(text))
        return named.title(text, self._people, self._covers, self._pseudonyms, self._grounds)

    def _file_name(self, name: str) -> tuple[Segment, ...]:
        """Give the name of a file."""
        name = normal(name)
        if self.is_full or not name:
            return _whole(name)
        if self._view is View.DUE:
            return redacted(name, self._covers(name))
        return named.file_name(name, self._people, self._covers, self._grounds)

    def _covers(self, text: str) -> tuple[Cover, ...]:
        """Give what of a text that nobody judged was judged away elsewhere."""
        return self._but_left(text, self._removed.covers(text))

    def _but_left(self, text: str, covers: Iterable[Cover]) -> tuple[Cover, ...]:
        return tuple(
            one for one in covers if letters_of(text[one.start : one.end]) not in self._left
        )

    def _repeated(self, shown: Iterable[tuple[str, str]]) -> Iterator[str]:
        for name, text in shown:
            yield from self._removed.repeated(normal(text), self._judged[name].passages)

    def _away(self, record: str, text: str) -> Sequence[Cover]:
        return away_of(self._judged[record], normal(text))


def covered(grounds: Sequence[str]) -> tuple[Segment, ...]:
    """Give a bar that says nothing of what it covers."""
    return (bar(grounds),)


def grounds_of(judgement: Judgement) -> tuple[str, ...]:
    """Give every ground and withholding code of a judgement, of its passages too, each once."""
    return judgement.all_grounds


def _whole(text: str) -> tuple[Segment, ...]:
    return (Text(text),) if text else ()
