"""The transport-neutral digest: equal for two copies of a mail that only travelled differently.

Left out are the header fields of ``config/mail/volatile-headers.toml``; folds are joined, fields
put in the order of their names, line ends are LF, every ``>From `` is ``From `` (mboxo, mboxrd and
EML quote it differently), blank lines at the end are dropped. Everything else counts byte by byte.
"""

from __future__ import annotations

import re
from functools import cache
from hashlib import sha256

from archiver import configuration
from archiver.parse import header
from archiver.parse.header import Header

_RETURN = 13  # Python looks for a byte's number faster than for the byte as a text.
_REMEMBERED = 4096
_QUOTED = re.compile(rb"^>+From ", re.MULTILINE)


def digest(raw: bytes, top: Header, is_quoted: bool = True) -> str:
    """Digest a message without what transport changes; SHA-256 in hexadecimal."""
    lines: list[bytes] = []
    for name in sorted(filter(_STAYS.__getitem__, top.named)):
        for value in top.named[name]:
            lines += (name, b":", header.unfolded(value), b"\n")
    lines.append(b"\n")
    hashed = sha256(b"".join(lines))
    hashed.update(canonical(raw[top.body :], is_quoted).rstrip(b"\n"))
    return hashed.hexdigest()


def canonical(content: bytes, is_quoted: bool = True) -> bytes:
    """Give content with LF line ends and without the quoting of ``From `` lines, if any is."""
    if _RETURN in content:
        content = content.replace(b"\r\n", b"\n")
    return _QUOTED.sub(b"From ", content) if is_quoted and b">From " in content else content


class _Stays(dict[bytes, bool]):
    """Whether a field stays as it is on its way, by its name; filled as names are met."""

    def __missing__(self, name: bytes) -> bool:
        names, prefixes = _rules()
        stays = name not in names and not name.startswith(prefixes)
        if len(self) < _REMEMBERED:
            self[name] = stays
        return stays


_STAYS = _Stays()


@cache
def _rules() -> tuple[frozenset[bytes], tuple[bytes, ...]]:
    rules = configuration.read("mail/volatile-headers.toml")
    names = frozenset(name.encode("ascii") for name in rules["names"])
    return names, tuple(prefix.encode("ascii") for prefix in rules["prefixes"])
