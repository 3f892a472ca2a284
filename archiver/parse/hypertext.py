"""The words of an HTML body, for reading and searching; never for showing.

A linear scan and no HTML tree: `html.parser` of the standard library takes quadratic time on
unclosed comments and tags before Python 3.11.14 (CVE-2025-6069), and a mail may be written to do
just that. What is left open is kept as text: better a stray word than a lost one.
"""

from __future__ import annotations

import re

_TAG = re.compile(r"(/?)([a-zA-Z][a-zA-Z0-9:-]{0,40})")
_SILENT = frozenset({"script", "style", "title", "template"})
_LINE = re.compile(
    r"address|article|aside|blockquote|body|br|center|dd|div|dl|dt|fieldset|figure|footer|form"
    r"|h[1-6]|header|hr|li|main|nav|ol|p|pre|section|table|tr|ul"
)
_CELLS = frozenset({"td", "th"})


def text(source: str) -> str:
    """Give the text with a line for every block; scripts, styles and comments left out."""
    pieces: list[str] = []
    silent = ""
    before, *rest = _without_comments(source).split("<")
    pieces.append(_blanks(before))
    for piece in rest:
        inside, closed, after = piece.partition(">")
        tag = _TAG.match(piece)
        if not closed or not (tag or piece[:1] in "/!?"):
            pieces.append("" if silent else _blanks("<" + piece))
            continue
        silent = _silence(silent, tag, inside)
        pieces.append(_break(tag))
        if not silent:
            pieces.append(_blanks(after))
    return _tidy("".join(pieces))


def _without_comments(source: str) -> str:
    first, *rest = source.split("<!--")
    kept = [first]
    for piece in rest:
        _, closed, after = piece.partition("-->")
        kept.append(after if closed else piece)
    return "".join(kept)


def _blanks(piece: str) -> str:
    """Resolve character references; a line end of the source is a blank like any other."""
    if "&" in piece:
        import html  # a table of two thousand names, which plain mails do without

        piece = html.unescape(piece)
    return piece.replace("\r", " ").replace("\n", " ")


def _silence(silent: str, tag: re.Match[str] | None, inside: str) -> str:
    """Name the element whose content is no text, while it lasts."""
    if not tag:
        return silent
    name = tag[2].lower()
    if silent:
        return "" if tag[1] and name == silent else silent
    return name if name in _SILENT and not tag[1] and not inside.endswith("/") else ""


def _break(tag: re.Match[str] | None) -> str:
    name = tag[2].lower() if tag else ""
    return "\n" if _LINE.fullmatch(name) else " " if name in _CELLS else ""


def _tidy(joined: str) -> str:
    """Fold blanks within lines, and runs of empty lines into one."""
    lines = [" ".join(line.split()) for line in joined.split("\n")]
    kept = [line for at, line in enumerate(lines) if line or (at and lines[at - 1])]
    return "\n".join(kept).strip("\n")
