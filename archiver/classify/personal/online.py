"""Mail addresses, pages that name their owner, and names by which somebody is known on a service.

Mail addresses after RFC 5322 (October 2008), as far as they are in use, and as they are written to
be missed by machines. A mailbox that is nobody's own, such as info@, is no personal data.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from archiver.classify.personal.span import Confidence, Kind, Span
from archiver.classify.personal.words import words

_LOCAL: Final = r"[\w!#$%&'*+/=?^`{|}~\-]+(?:\.[\w!#$%&'*+/=?^`{|}~\-]+)*"
_DOMAIN: Final = r"[^\W_](?:[\w\-]*[^\W_])?(?:\.[^\W_](?:[\w\-]*[^\W_])?)*\.[^\W\d_]{2,}"
_MAIL: Final = re.compile(rf"(?<![\w.])({_LOCAL})@{_DOMAIN}")
_HIDDEN: Final = re.compile(
    r"(?<![\w.])([\w.+\-]+) ?(?:\(at\)|\[at\]|\{at\}| at | apenstaartje ) ?"
    r"[\w\-]+(?:(?:\.| ?\(punt\) ?| ?\[punt\] ?| punt | dot | ?\[dot\] ?)[\w\-]+)+",
    re.I,
)
_APART: Final = re.compile(rf"(?<![\w.])[\w.+\-]+(?: @ ?|@ ){_DOMAIN}")
_PAGE: Final = re.compile(
    r"(?:https?://)?(?<![\w.])(?:www\.|m\.|[a-z]{2}\.)?(?:"
    r"linkedin\.com/in/|facebook\.com/|instagram\.com/|(?:twitter|x)\.com/|t\.me/|"
    r"wa\.me/|tiktok\.com/@|youtube\.com/@|threads\.net/@|github\.com/|mastodon\.\w+/@|"
    r"snapchat\.com/add/|bsky\.app/profile/)([\w.\-%+]+)(?:/[^\s)>\]]*)?",
    re.I,
)
_NOBODY: Final = frozenset((
    "about", "company", "events", "explore", "groups", "hashtag", "help", "home", "i", "intent",
    "joinchat", "login", "marketplace", "p", "pages", "policies", "privacy", "reel", "search",
    "share", "sharer.php", "settings", "watch",
))  # fmt: skip
"""What stands at the place of a name on such a site without being one."""

_HANDLE: Final = re.compile(r"(?<![\w@./])@(?=[\w.]*[^\W\d_])[\w][\w.]{2,29}(?<!\.)")
_USER: Final = re.compile(r"https?://(?:[^\s/@]+@[^\s/]+|[^\s/]+/~[\w.\-]+)[^\s)>\]]*")


def online(text: str) -> Iterator[Span]:
    """Find mail addresses, pages of people and the names they go by."""
    for match in _MAIL.finditer(text):
        if match[1].casefold() not in words("mailboxes"):
            yield Span(*match.span(), Kind.MAIL, Confidence.SURE, "mail-address")
    for match in _HIDDEN.finditer(text):
        yield Span(*match.span(), Kind.MAIL, Confidence.LIKELY, "mail-in-words")
    for match in _APART.finditer(text):
        yield Span(*match.span(), Kind.MAIL, Confidence.LIKELY, "mail-address")
    for match in _PAGE.finditer(text):
        if match[1].casefold() not in _NOBODY:
            yield Span(*match.span(), Kind.URL, Confidence.LIKELY, "profile")
    for match in _USER.finditer(text):
        yield Span(*match.span(), Kind.URL, Confidence.LIKELY, "user-in-address")
    for match in _HANDLE.finditer(text):
        yield Span(*match.span(), Kind.URL, Confidence.POSSIBLE, "handle")
