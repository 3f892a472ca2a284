"""The words of a business card (vCard, RFC 6350 and its forerunners): whose, and how to reach them.

Photos and the rest stay in the database; the item keeps the names, numbers and addresses.
"""

from __future__ import annotations

import re

_FOLD = re.compile(r"\r?\n[ \t]")
_WANTED = re.compile(r"(?:item[0-9]+\.)?(FN|ORG|TEL|EMAIL)(?:[;:])", re.IGNORECASE)
_ESCAPED = re.compile(r"\\([\\,;nN])")
_MOST = 200


def card_text(card: str) -> str:
    """Give a card's names, telephone numbers and mail addresses, each on a line."""
    found = []
    for line in _FOLD.sub("", card).splitlines():
        if _WANTED.match(line) and (value := line.partition(":")[2].strip()):
            found.append(_ESCAPED.sub(_plain, value).rstrip(";"))
    return "\n".join(found[:_MOST])


def _plain(match: re.Match[str]) -> str:
    return " " if match[1] in "nN" else match[1]
