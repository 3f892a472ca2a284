"""The transport-neutral digest: equal for two copies of a mail that only travelled differently.

Left out are the header fields of ``config/mail/volatile-headers.toml``; folds are joined, fields
put in the order of their names, line ends are LF, every ``>From `` is ``From `` (mboxo, mboxrd and
EML quote it differently), blank lines at the end are dropped. Everything else counts byte by byte.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from hashlib import sha256

from archiver import configuration
from archiver.parse import header
from archiver.parse.header import Header

_QUOTED = re.compile(rb"^>+From ", re.MULTILINE)


def digest(raw: bytes, top: Header) -> str:
    """Digest a message without what transport changes; SHA-256 in hexadecimal."""
    lines: list[bytes] = []
    for name in sorted(top.named):
        if not _is_volatile(name):
            for value in top.named[name]:
                lines += (name, b":", header.unfolded(value), b"\n")
    lines.append(b"\n")
    hashed = sha256(b"".join(lines))
    hashed.update(canonical(raw[top.body :]).rstrip(b"\n"))
    return hashed.hexdigest()


def canonical(content: bytes) -> bytes:
    """Give content with LF line ends and without the quoting of ``From `` lines."""
    if b"\r" in content:
        content = content.replace(b"\r\n", b"\n")
    return _QUOTED.sub(b"From ", content) if b">From " in content else content


@lru_cache(maxsize=4096)
def _is_volatile(name: bytes) -> bool:
    names, prefixes = _rules()
    return name in names or name.startswith(prefixes)


@cache
def _rules() -> tuple[frozenset[bytes], tuple[bytes, ...]]:
    rules = configuration.read("mail/volatile-headers.toml")
    names = frozenset(name.encode("ascii") for name in rules["names"])
    return names, tuple(prefix.encode("ascii") for prefix in rules["prefixes"])
