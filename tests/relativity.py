"""Write RSMF of invented people, and read it."""

from __future__ import annotations

import json
from base64 import encodebytes
from email import message_from_bytes
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from archiver.format import Source
from archiver.model import Finding, Item, Member
from archiver.parse.rsmf import parse, survey

PEOPLE = [
    {"id": "P1", "display": "Jan Kade", "account_id": "+31612000001"},
    {"id": "P2", "display": "Fenna Bos", "email": "fenna@voorbeeld.example"},
]
CHAT = {
    "id": "C1", "platform": "whatsapp", "display": "Kernteam", "type": "direct",
    "participants": ["P1", "P2"], "custodian": "P1",
}  # fmt: skip


def event(body: str = "", **said: Any) -> dict[str, Any]:
    """Describe an event."""
    return {
        "type": "message", "body": body, "participant": "P2", "conversation": "C1",
        "timestamp": "2026-03-02T09:00:00Z",
    } | {key.removesuffix("_"): value for key, value in said.items()}  # fmt: skip


def manifest(*events: Any, **said: Any) -> bytes:
    """Write a manifest."""
    whole = {"version": "2.0.0", "participants": PEOPLE, "conversations": [CHAT]}
    return json.dumps(whole | {"events": events} | said, indent=1, ensure_ascii=False).encode()


def container(manifest_: bytes | None, **files: bytes) -> bytes:
    """Pack a manifest and files."""
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as target:
        if manifest_ is not None:
            target.writestr("rsmf_manifest.json", manifest_)
        for name, data in files.items():
            target.writestr(name.replace("_", "."), data)
    return packed.getvalue()


def mail(packed: bytes, **fields: str) -> bytes:
    """Wrap a container."""
    told = "".join(f"X-RSMF-{name}: {text}\r\n" for name, text in fields.items())
    return (
        f"From: jan@voorbeeld.example\r\nTo: fenna@voorbeeld.example\r\nX-RSMF-Version: 2.0.0\r\n"
        f"{told}MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=grens\r\n\r\n"
        "--grens\r\nContent-Type: text/plain\r\n\r\nFenna Bos: dag\r\n"
        '--grens\r\nContent-Type: application/zip; name="rsmf.zip"\r\n'
        "Content-Transfer-Encoding: base64\r\n"
        'Content-Disposition: attachment; filename="rsmf.zip"\r\n\r\n'
    ).encode() + encodebytes(packed).replace(b"\n", b"\r\n") + b"--grens--\r\n"  # fmt: skip


def unpacked(mail_: bytes) -> dict[str, bytes]:
    """Give the files of the container in a mail."""
    parts = message_from_bytes(mail_).walk()
    (packed,) = (one for one in parts if one.get_filename() == "rsmf.zip")
    content = packed.get_payload(decode=True)
    assert isinstance(content, bytes)
    with ZipFile(BytesIO(content)) as container_:
        return {name: container_.read(name) for name in container_.namelist()}


def source(data: bytes, *media: Member, name: str = "rsmf_manifest.json") -> Source:
    """Make a source of a mail or a manifest and files beside it."""
    members = (Member(name, len(data), ""), *media)
    return Source(BytesIO(data), members, 0, "zaak", 1_780_000_000_000)


def read(data: bytes, *media: Member) -> tuple[list[Item], list[Finding]]:
    """Read an RSMF."""
    given = source(data, *media)
    entries = list(parse(given, survey(given)))
    items = [entry for entry in entries if isinstance(entry, Item)]
    return items, [entry for entry in entries if isinstance(entry, Finding)]
