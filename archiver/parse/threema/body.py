"""What the body of a Threema message holds besides words; its keys are left where they are.

Files, pictures, polls and places are JSON arrays whose first values are a place on the server and
the key to it. Only names, types and sizes are taken, by their positions in Threema's own code
(FileDataModel, LocationDataModel, 2021 to 2024).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from archiver.model import Attachment, Kind
from archiver.parse.beside import Beside
from archiver.parse.threema.people import base

MEDIA = frozenset({"IMAGE", "VIDEO", "VOICEMESSAGE", "FILE"})
UNKNOWN = "unknown"
_TYPES = {
    "TEXT": (Kind.MESSAGE, "text"),
    "IMAGE": (Kind.MESSAGE, "media"),
    "VIDEO": (Kind.MESSAGE, "media"),
    "VOICEMESSAGE": (Kind.MESSAGE, "media"),
    "FILE": (Kind.MESSAGE, "media"),
    "LOCATION": (Kind.MESSAGE, "location"),
    "CONTACT": (Kind.MESSAGE, "contact"),
    "BALLOT": (Kind.MESSAGE, "poll"),
    "VOIP_STATUS": (Kind.MESSAGE, "call"),
    "GROUP_CALL_STATUS": (Kind.MESSAGE, "call"),
    "STATUS": (Kind.EVENT, "notification"),
    "GROUP_STATUS": (Kind.EVENT, "notification"),
    "FORWARD_SECURITY_STATUS": (Kind.EVENT, "security-code-changed"),
    "DATE_SEPARATOR": (Kind.EVENT, "notification"),
}
_MIME, _SIZE, _NAME, _CAPTION = 2, 3, 4, 7
_NAMED = {"IMAGE": "image/jpeg", "VIDEO": "video/mp4", "VOICEMESSAGE": "audio/aac"}


def type_of(cells: Mapping[str, str]) -> tuple[Kind, str]:
    """Say what a row is; one that was deleted afterwards has no body any more."""
    if cells.get("isstatusmessage") == "1":
        return Kind.EVENT, "notification"
    if cells.get("deleted_at"):
        return Kind.MESSAGE, "deleted"
    return _TYPES.get(cells["type"], (Kind.MESSAGE, UNKNOWN))


def text_of(cells: Mapping[str, str]) -> str:
    """Give the words of a message: its body, or the caption of a file, or the name of a place."""
    type_, body = cells["type"], plain(cells["body"])
    if type_ in MEDIA:
        return plain(cells.get("caption", "")) or _at(_array(body), _CAPTION)
    if type_ in ("VOIP_STATUS", "GROUP_CALL_STATUS", "BALLOT"):
        return ""
    if type_ == "LOCATION":
        return _place(body)
    return body


def attachment_of(cells: Mapping[str, str], prefix: str, beside: Beside) -> Attachment | None:
    """Link the file of a message, which lies beside it under the message's number."""
    if cells["type"] not in MEDIA:
        return None
    told = _array(plain(cells["body"]))
    is_file = cells["type"] == "FILE"
    kind = _at(told, _MIME) if is_file else _NAMED[cells["type"]]
    size = told[_SIZE] if is_file and len(told) > _SIZE else None
    path = f"{prefix}{cells.get('uid', '')}"
    return beside.attachment(
        path,
        name=(_at(told, _NAME) if is_file else "") or base(path),
        media_type=kind if "/" in kind else "",
        size=size if isinstance(size, int) and not isinstance(size, bool) else None,
    )


def plain(value: str) -> str:
    """Undo the doubling of backslashes that Threema's writer adds to CSV."""
    return value.replace("\\\\", "\\")


def _array(body: str) -> list[Any]:
    try:
        found = json.loads(body) if body.startswith("[") else []
    except (ValueError, RecursionError):
        return []
    return found if isinstance(found, list) else []


def _at(told: list[Any], place: int) -> str:
    found = told[place] if len(told) > place else ""
    return found if isinstance(found, str) else ""


def _place(body: str) -> str:
    """Write a place as its name and its latitude and longitude."""
    told = _array(body)
    if len(told) < 2 or not all(isinstance(each, int | float) for each in told[:2]):
        return body
    names = [each for each in told[2:] if isinstance(each, str) and each]
    return "\n".join((*names, f"{told[0]}, {told[1]}"))
