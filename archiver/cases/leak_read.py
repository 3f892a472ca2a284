"""Every text that a file holds, in every way in which somebody could read it.

Plain text, CSV, XML and HTML as they stand and without their markup; strings of JSON; headers,
bodies and attachments of mail (RFC 5322); members of ZIP and gzip, so those of office documents
too, and their names; PDF as its pages say it and as its streams are. Of anything else the bytes are
read as UTF-8 and UTF-16. What pictures and sound show is not read here.

In bytes that are no text, such as those of a picture or of a compressed stream, letters stand
beside each other by chance: of those a short word is sought only where somebody wrote.
"""

from __future__ import annotations

import email
import gzip
import html
import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from email.message import Message
from email.policy import default
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

from msgspec import Struct

from archiver.cases.leak_pdf import pdf_texts

_DEEPEST: Final = 6
_LARGEST: Final = 512 << 20
"""Bytes of a file, or of a member once it is unpacked, that are read."""

_TAG: Final = re.compile(r"<[^<>]*>")
_SEALED: Final = {
    b"7z\xbc\xaf\x27\x1c": "7z", b"Rar!\x1a\x07": "rar", b"\x28\xb5\x2f\xfd": "zstd",
    b"BZh": "bzip2", b"\xfd7zXZ": "xz", b"\xd0\xcf\x11\xe0": "ole",
}  # fmt: skip
"""How containers begin that are not opened here."""


_STREAM: Final = re.compile(rb"\bstream\r?\n.*?endstream", re.DOTALL)
"""What a PDF has in streams, which are read decoded."""

_CONTROL: Final = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_RUN: Final = re.compile(rb"[\x20-\x7e]{12,}")
"""As many signs in a row as chance does not make."""


_SEPARATOR: Final = "\x14"
_LOAD_FILE: Final = str.maketrans({_SEPARATOR: " ", "\xfe": " ", "\xae": "\n"})
"""What stands between the cells of a load file: signs that pass for letters."""


class Part(Struct, frozen=True):
    """A text of a file: which part of the file it is, and why nothing could be read of it.

    `is_written` says that its words were written, and are no chance.
    """

    where: str
    text: str
    problem: str = ""
    is_written: bool = True


def parts(path: Path) -> Iterator[Part]:
    """Give the texts of a file."""
    if path.stat().st_size > _LARGEST:
        yield Part("", "", "too-large")
    else:
        yield from _read(path.read_bytes(), path.name, "", 0)


def _read(data: bytes, name: str, where: str, depth: int) -> Iterator[Part]:
    if depth > _DEEPEST:
        yield Part(where, "", "too-deep")
        return
    for begin, container in _SEALED.items():
        if data.startswith(begin):
            yield Part(where, "", f"container-{container}")
            return
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        yield from _zip(data, where, depth)
    elif data.startswith(b"\x1f\x8b"):
        yield from _gzip(data, name, where, depth)
    elif data.startswith(b"%PDF-"):
        yield from (Part(where, text, problem) for text, problem in pdf_texts(data))
        yield Part(where, _STREAM.sub(b" ", data).decode("utf-8", "ignore"))
        yield Part(where, data.decode("utf-8", "ignore"), is_written=False)
    else:
        yield from _plain(data, where)
        yield from _by_name(data, name.lower(), where, depth)


def _plain(data: bytes, where: str) -> Iterator[Part]:
    """Give bytes as text, and what it says once markup and entities are undone."""
    text = data.decode("utf-8", "ignore")
    is_written = _is_text(data)
    yield Part(where, text, is_written=is_written)
    if not is_written:
        yield Part(where, "\n".join(run.decode("ascii") for run in _RUN.findall(data)))
    if _SEPARATOR in text:
        yield Part(where, text.translate(_LOAD_FILE))
    if "<" in text:
        yield Part(where, html.unescape(_TAG.sub(" ", text)))
    if "&" in text or "%" in text:
        yield Part(where, unquote(html.unescape(text)))
    if b"\0" in data:
        yield from (Part(where, data[at:].decode("utf-16-le", "ignore")) for at in (0, 1))


def _is_text(data: bytes) -> bool:
    """Whether somebody wrote these bytes as letters: UTF-8, or another charset of them."""
    if b"\0" in data:
        return False
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return _CONTROL.search(data) is None
    return True


def _by_name(data: bytes, name: str, where: str, depth: int) -> Iterator[Part]:
    if name.endswith((".json", ".jsonl", ".ndjson")):
        yield from _json(data, where)
    elif name.endswith((".eml", ".mht", ".rsmf")):
        yield from _mail(data, where, depth)


def _zip(data: bytes, where: str, depth: int) -> Iterator[Part]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as container:
            yield Part(where, container.comment.decode("utf-8", "ignore"))
            for member in container.infolist():
                inner = f"{where}/{member.filename}".lstrip("/")
                yield Part(inner, f"{member.filename}\n{member.comment.decode('utf-8', 'ignore')}")
                if member.flag_bits & 1 or member.file_size > _LARGEST:
                    yield Part(inner, "", "encrypted" if member.flag_bits & 1 else "too-large")
                elif not member.is_dir():
                    yield from _read(container.read(member), member.filename, inner, depth + 1)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError):
        yield Part(where, "", "broken-zip")


def _gzip(data: bytes, name: str, where: str, depth: int) -> Iterator[Part]:
    try:
        with gzip.open(io.BytesIO(data)) as stream:
            inner = stream.read(_LARGEST + 1)
    except (OSError, EOFError, zlib.error):
        yield Part(where, "", "broken-gzip")
        return
    if len(inner) > _LARGEST:
        yield Part(where, "", "too-large")
    else:
        yield from _read(inner, name.removesuffix(".gz"), where, depth + 1)


def _json(data: bytes, where: str) -> Iterator[Part]:
    try:
        yield Part(where, "\n".join(_strings(json.loads(data))))
    except ValueError:
        lines = [_line(line) for line in data.splitlines()]
        if None in lines:
            yield Part(where, "", "broken-json")
        yield Part(where, "\n".join(filter(None, lines)))


def _line(line: bytes) -> str | None:
    try:
        return "\n".join(_strings(json.loads(line))) if line.strip() else ""
    except ValueError:
        return None


def _strings(value: Any) -> Iterator[str]:
    """Give every string and number of a JSON value, its keys too."""
    match value:
        case dict():
            yield from (text for pair in value.items() for one in pair for text in _strings(one))
        case list():
            yield from (text for one in value for text in _strings(one))
        case _:
            yield str(value)


def _mail(data: bytes, where: str, depth: int) -> Iterator[Part]:
    message = email.message_from_bytes(data, policy=default)
    for at, one in enumerate(message.walk()):
        inner = f"{where}/{at}".lstrip("/")
        yield Part(inner, "\n".join(_headers(one)))
        content = one.get_payload(decode=True)
        if isinstance(content, bytes):
            charset = one.get_content_charset() or "utf-8"
            yield Part(inner, _decoded(content, charset))
            yield from _read(content, one.get_filename() or "", inner, depth + 1)


def _headers(message: Message) -> Iterable[str]:
    return [f"{name}: {value}" for name, value in message.items()]


def _decoded(content: bytes, charset: str) -> str:
    try:
        return content.decode(charset, "ignore")
    except LookupError:
        return content.decode("latin-1")
