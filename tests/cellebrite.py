"""Write reports of invented phones in the form of Cellebrite's, and read them."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from archiver.format import Source
from archiver.model import Finding, Item, Member
from archiver.parse.ufdr import parse, survey

HEAD = (
    '<?xml version="1.0" encoding="utf-8"?>\n'
    '<project id="p" name="Toestel" reportVersion="5.2" extractionType="Legacy"{counts}'
    ' xmlns="http://pa.cellebrite.com/report/2.0">\n'
)
OWNER, FENNA = "31612000001@s.whatsapp.net", "31612000002@s.whatsapp.net"


def value(name: str, text: str, kind: str = "String", **attributes: str) -> str:
    """Write a field with one value; without text an empty one."""
    given = "".join(f' {key}="{said}"' for key, said in attributes.items())
    inner = f'<value type="{kind}"{given}><![CDATA[{text}]]></value>' if text else "<empty />"
    return f'<field name="{name}" type="{kind}">{inner}</field>\n'


def time(text: str, name: str = "TimeStamp") -> str:
    """Write a time as reports do: its text, and as it is shown."""
    shown = text[:19] + "+00:00"
    return (
        f'<field name="{name}" type="TimeStamp"><value type="TimeStamp" format="TimeStampKnown"'
        f' formattedTimestamp="{shown}">{text}</value></field>\n'
    )


def model(kind: str, *parts: str, **attributes: str) -> str:
    """Write a model."""
    given = {"id": "m", "deleted_state": "Intact", "decoding_confidence": "High"} | attributes
    said = "".join(f' {key}="{text}"' for key, text in given.items())
    return f'<model type="{kind}"{said}>\n{"".join(parts)}</model>\n'


def party(identifier: str, name: str = "", role: str = "General", *more: str) -> str:
    """Write a person; the first account is the phone's own."""
    return model(
        "Party", value("Identifier", identifier), value("Role", role, "PartyRole"),
        value("Name", name), value("IsPhoneOwner", str(identifier == OWNER), "Boolean"), *more,
    )  # fmt: skip


def models(name: str, *parts: str, kind: str = "") -> str:
    """Write a field of models."""
    return (
        f'<multiModelField name="{name}" type="{kind or name}">{"".join(parts)}</multiModelField>\n'
    )


def one(name: str, part: str = "<empty />") -> str:
    """Write a field of one model."""
    return f'<modelField name="{name}" type="{name}">{part}</modelField>\n'


def message(body: str, sender: str = FENNA, *more: str, at: str = "", **attributes: str) -> str:
    """Write a message of WhatsApp."""
    name = "Jan Kade" if sender == OWNER else "Fenna Bos"
    return model(
        "InstantMessage", one("From", party(sender, name, "From")), value("Body", body), *more,
        time(at or "2026-03-02T09:00:00.000+00:00"), **attributes,
    )  # fmt: skip


def chat(*messages: str, head: str = "", tail: str = "") -> str:
    """Write a chat of two people."""
    told = value("Source", "WhatsApp") + value("Id", FENNA) + value("Name", "")
    people = models("Participants", party(OWNER, "Jan Kade"), party(FENNA, "Fenna Bos"))
    return model(
        "Chat", head or told + people, models("Messages", *messages, kind="InstantMessage"), tail
    )


def types(**kinds: str) -> str:
    """Write the types of models."""
    return "".join(
        f'<modelType type="{kind}">\n{inside}</modelType>\n' for kind, inside in kinds.items()
    )


def report(*inside: str, before: str = "", after: str = "", counts: str = "") -> bytes:
    """Write a report."""
    decoded = f"<decodedData>\n{''.join(inside)}</decodedData>\n"
    return f"{HEAD.format(counts=counts)}{before}{decoded}{after}</project>\n".encode()


def source(data: bytes, *media: Member, **said: Any) -> Source:
    """Make a source of a report and files beside it."""
    members = (Member("report.xml", len(data), ""), *media)
    return Source(BytesIO(data), members, 0, "toestel.ufdr", 1_780_000_000_000, **said)


def read(data: bytes, *media: Member) -> tuple[list[Item], list[Finding]]:
    """Read a report."""
    given = source(data, *media)
    entries = list(parse(given, survey(given)))
    items = [entry for entry in entries if isinstance(entry, Item)]
    return items, [entry for entry in entries if isinstance(entry, Finding)]
