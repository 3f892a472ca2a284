"""Names that sources give to files: data to keep and to look at, never paths to open.

A name is kept as text that can be stored anywhere; what cannot be read as text stays visible as
``\\xNN``. Sources: APPNOTE.TXT 6.3.10, 4.4.4 bit 11 and appendix D (ZIP names); CWE-22.
"""

from __future__ import annotations

import os
import re

_NOISE = re.compile(r"(^|/)(__MACOSX/|\._[^/]*$|\.DS_Store$|Thumbs\.db$|desktop\.ini$)")
_OFFICE = re.compile(
    r"\.(docx|docm|dotx|xlsx|xlsm|pptx|ppsx|pptm|odt|ods|odp|odg|epub|jar|apk|pages|numbers|key"
    r"|vsdx|xpi|kmz|3mf|aab|ipa|oxps|xps|usdz|pkpass)$",
    re.IGNORECASE,
)
_CONTAINERS = (b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c")
_ODD = (
    ("nul", re.compile("\0")),
    ("absolute", re.compile(r"^[/\\]")),
    ("drive", re.compile(r"^[A-Za-z]:")),
    ("parent", re.compile(r"(^|[/\\])\.\.([/\\]|$)")),
    ("backslash", re.compile(r"\\")),
    ("control", re.compile("[\x01-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")),
    ("empty", re.compile(r"^$|//|/$")),
)


def decode(raw: bytes, *, stated: bool) -> tuple[str, bool]:
    """Read a container's name; the second value says whether its character set was assumed.

    `stated` means that the source says UTF-8. Without that a name that is valid UTF-8 is read so
    (macOS writes it without saying), any other as code page 437, as the specification has it.
    """
    if raw.isascii():
        return raw.decode("ascii"), False
    try:
        return raw.decode("utf-8"), not stated
    except UnicodeDecodeError:
        return raw.decode("utf-8", "backslashreplace") if stated else raw.decode("cp437"), True


def from_disk(name: str) -> tuple[str, bool]:
    """Make a name of the file system storable; the second value says whether that changed it."""
    if name.isascii():
        return name, False
    text = os.fsencode(name).decode("utf-8", "backslashreplace")
    return text, text != name


def oddities(name: str) -> str:
    """Name what would be dangerous if the name were used as a path; empty when nothing is."""
    return " ".join(reason for reason, pattern in _ODD if pattern.search(name))


def is_noise(name: str) -> bool:
    """Tell whether an operating system put this file there for itself."""
    return _NOISE.search(name) is not None


def is_container(name: str, head: bytes) -> bool:
    """Tell whether this is a container by itself; office documents are not counted as such."""
    return head.startswith(_CONTAINERS) and _OFFICE.search(name) is None
