"""The files of a Telegram message: those that lie beside it, and sentences in place of a path."""

from __future__ import annotations

import re
from collections.abc import Iterator

from archiver.model import Attachment
from archiver.parse.beside import NOT_EXPORTED, Beside
from archiver.parse.telegram.fields import Message

LEFT_OUT = re.compile(
    r"(?:(?P<name>.*) )?\((?:File|Photo|Video|Sticker|Media) (?:not included|exceeds maximum size"
    r"|unavailable)[^()]*\)"
)
"""What the program writes where a path would stand; releases before 2019 put the name first."""


def attachments(message: Message, beside: Beside) -> tuple[Attachment, ...]:
    """Give the files of a message, thumbnails not counted."""
    return tuple(_attachments(message, beside))


def is_left_out(message: Message) -> bool:
    """Say whether the exporter chose, or was made, to leave the file out."""
    path = message.photo or message.file or ""
    return LEFT_OUT.fullmatch(path) is not None


def _attachments(message: Message, beside: Beside) -> Iterator[Attachment]:
    if message.photo:
        yield one(beside, message.photo, "", "image/jpeg", message.photo_file_size)
    if message.file:
        yield one(beside, message.file, message.file_name, message.mime_type, message.file_size)
    if message.contact_vcard:
        yield one(beside, message.contact_vcard, "", "text/vcard", None)


def one(
    beside: Beside, path: str, name: str, media_type: str, size: int | None
) -> Attachment:  # fmt: skip
    """Link one path, or say that a sentence stands in its place."""
    left_out = LEFT_OUT.fullmatch(path)
    if left_out is None:
        return beside.attachment(path, name=name, media_type=media_type, size=size)
    shown = name or left_out["name"] or ""
    return Attachment(shown, media_type, size, missing=NOT_EXPORTED)
