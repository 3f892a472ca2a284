"""What a mail says without what was added to it on its way, and what is left of its subject.

Lists, gateways and mail programs add footers, banners, disclaimers and tags and rewrite links.
``config/mail/strippers.toml`` names them; two copies of one message are compared without them, and
the link between the copies tells which were needed. The base of a subject is that of RFC 5256 §2.1,
with the tags of the same file as its blobs.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from functools import cache, partial
from itertools import groupby
from typing import Any

from msgspec import Struct

from archiver import configuration
from archiver.normalise import rewritten_link
from archiver.normalise.text import matching

_TOP = 400
"""Letters at the beginning among which a banner shows itself."""
_BOTTOM = 1_500
"""Letters at the end among which a footer shows itself; its own limit too, in characters."""
_LINES = 16
"""Lines at the end among which a footer is looked for."""
_TIMES = 6
_DECORATION = re.compile(r"[\s*_=|>\[\]({!#~\u26a0\ufe0f-]*")
_RULE = re.compile(r"[-_=*]{3,}|--")
_RULED = frozenset("-_=*")
_REPLY = re.compile(r"(?:re|fwd?)\s*(?:\[[^\[\]]{0,80}\])?\s*:", re.IGNORECASE)
_FORWARDED = re.compile(r"\s*\(fwd\)\s*$", re.IGNORECASE)


class Plain(Struct, frozen=True):
    """What is left, and what had to be left out: ids of strippers with their versions.

    `above` and `below` are what was cut off; with `rewritten` other things changed as well.
    """

    text: str
    left_out: tuple[str, ...] = ()
    above: str = ""
    below: str = ""
    rewritten: bool = False


def version() -> int:
    """Give the version of all strippers together, which is part of what copies are matched by."""
    return int(_rules()["version"])


def plain(text: str, said: str, but: Container[str] = ()) -> Plain:
    """Give a text without what was added to it; the same text when nothing was.

    Args:
        text: As it was read.
        said: Its letters and digits, case folded, which say quickly whether to look at all.
        but: Names of strippers to leave unused.
    """
    likely = _likely(said)
    if but:
        likely = [one for one in likely if one.name not in but]
    if not likely:
        return Plain(text)
    used: set[str] = set()
    body = _unwritten(text, likely, used)
    start, end = 0, len(body)
    for _ in range(_TIMES):
        before = start, end
        for stripper in likely:
            start, end = stripper.narrowed(body, start, end)
            if (start, end) != before:
                used.add(stripper.name)
                break
        else:
            break
    left = body[start:end]
    if not used or not any(map(str.isalnum, left)):
        # Nothing but additions: then they are what is said.
        return Plain(text)
    return Plain(left, tuple(sorted(used)), body[:start], body[end:], body is not text)


def _likely(said: str) -> list[_Stripper]:
    """Give those of which a word stands where it would; for most texts there are none."""
    found: list[_Stripper] = []
    for part, looked_for in zip((said, said[:_TOP], said[-_BOTTOM:]), _looked_for(), strict=True):
        for triggers, strippers in looked_for:
            for trigger in triggers:
                if trigger in part:
                    found += strippers
                    break
    return found


def _unwritten(text: str, likely: Sequence[_Stripper], used: set[str]) -> str:
    """Undo what was done to links; the very same text when nothing was."""
    for stripper in likely:
        if stripper.where == "link":
            undone = stripper.undo(text)
            if undone != text:
                used.add(stripper.name)
                text = undone
    return text


def base_subject(subject: str) -> Plain:
    """Give what is left of a subject without reply marks and tags, in matching form.

    A tag with nothing behind it is no tag but the subject.
    """
    left, used = " ".join(subject.split()), set[str]()
    while (shorter := _shorter(left, used)) != left:
        left = shorter
    return Plain(matching(left), tuple(sorted(used)))


def _shorter(subject: str, used: set[str]) -> str:
    subject = _FORWARDED.sub("", subject)
    if found := _REPLY.match(subject):
        return subject[found.end() :].strip()
    for name, pattern in _tags():
        found = pattern.match(subject)
        rest = subject[found.end() :].strip() if found else ""
        if rest:
            used.add(name)
            return rest
    return subject


class _Stripper(Struct, frozen=True, eq=False):
    """One entry of the file, ready to use."""

    name: str
    where: str
    triggers: tuple[str, ...]
    patterns: tuple[re.Pattern[str], ...]
    after: tuple[re.Pattern[str], ...] = ()
    confirm: tuple[re.Pattern[str], ...] = ()
    rule: bool = False
    decode: str = ""

    def undo(self, text: str) -> str:
        """Give links back as they were typed."""
        for pattern in self.patterns:
            text = pattern.sub(partial(rewritten_link.original, self.decode), text)
        return text

    def narrowed(self, text: str, start: int, end: int) -> tuple[int, int]:
        """Give the stretch of a text that is left without it."""
        if self.where == "top":
            return self._below(text, start, end), end
        if self.where == "bottom":
            return start, self._above(text, start, end)
        return start, end

    def _below(self, text: str, start: int, end: int) -> int:
        """Pass over sentence after sentence from the beginning."""
        at = start
        while found := self._next(text, at, end, first=at == start):
            at = found.end()
        return at

    def _next(self, text: str, at: int, end: int, *, first: bool) -> re.Match[str] | None:
        decoration = _DECORATION.match(text, at, end)
        begin = decoration.end() if decoration else at
        for pattern in self.patterns if first else (*self.patterns, *self.after):
            if found := pattern.match(text, begin, end):
                return found
        return None

    def _above(self, text: str, start: int, end: int) -> int:
        """Cut the last paragraph, or the part of it that is one of these.

        A line of hyphens may stand above it, also with an empty line between.
        """
        lines: list[int] = []
        gap = False
        for begin, line in _from_below(text, start, end):
            if line[:1] in _RULED and _RULE.fullmatch(line):
                below = text.find("\n", begin) + 1
                if 0 < below <= end and self._is(text[below:end]):
                    return begin
            elif not line:
                gap = bool(lines)
            elif gap:
                break
            else:
                lines.append(begin)
        if not self.rule:
            for begin in reversed(lines):
                if self._is(text[begin:end]):
                    return begin
        return end

    def _is(self, paragraph: str) -> bool:
        """Whether this is what the stripper is for, from its first letter to its last."""
        found = (
            (p.search(paragraph) if self.rule else _matched(p, paragraph)) for p in self.patterns
        )
        return any(found) and any(p.search(paragraph) for p in self.confirm)


def _from_below(text: str, start: int, end: int) -> Iterator[tuple[int, str]]:
    """Give the last lines from the end upwards: where each begins, and its text without blanks."""
    limit = max(start, end - _BOTTOM)
    lines = text[limit:end].rsplit("\n", _LINES)
    if limit > start or len(lines) > _LINES:
        del lines[0]  # What stands above the limit is no whole line, unless the text begins there.
    for line in reversed(lines):
        begin = end - len(line)
        yield begin, line.strip()
        end = begin - 1


def _matched(pattern: re.Pattern[str], paragraph: str) -> re.Match[str] | None:
    start = _DECORATION.match(paragraph)
    return pattern.match(paragraph, start.end() if start else 0)


@cache
def _rules() -> dict[str, Any]:
    return configuration.read("mail/strippers.toml")


_LookedFor = tuple[tuple[str, ...], tuple["_Stripper", ...]]


@cache
def _looked_for() -> tuple[tuple[_LookedFor, ...], ...]:
    """Give (triggers, strippers that follow them) for links, for the top, and for the bottom."""
    found = [_stripper(one) for one in _rules()["stripper"] if one["where"] != "subject"]
    return tuple(
        tuple(
            (triggers, tuple(alike))
            for triggers, alike in groupby(
                (one for one in found if one.where == where), lambda one: one.triggers
            )
        )
        for where in ("link", "top", "bottom")
    )


@cache
def _tags() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple(
        (f"{one['id']}/{one['version']}", pattern)
        for one in _rules()["stripper"]
        if one["where"] == "subject"
        for pattern in _compiled(one["patterns"])
    )


def _stripper(one: dict[str, Any]) -> _Stripper:
    return _Stripper(
        name=f"{one['id']}/{one['version']}",
        where=one["where"],
        triggers=tuple(one["triggers"]),
        patterns=_compiled(one["patterns"]),
        after=_compiled(one.get("after", ())),
        confirm=_compiled(one.get("confirm", ())),
        rule=one.get("rule", False),
        decode=one.get("decode", ""),
    )


def _compiled(patterns: Sequence[str]) -> tuple[re.Pattern[str], ...]:
    """Read patterns, in which a blank is any run of blanks and line ends."""
    spaced = (one.replace(" ?", r"\s*").replace(" ", r"\s+") for one in patterns)
    return tuple(re.compile(one, re.IGNORECASE) for one in spaced)
