"""Who is who in a report, and which service a thing belongs to.

A person's identifier is what the app uses inside: ``31612345678@s.whatsapp.net``, a number of
Telegram's, a telephone number, a mail address. The report names apps as their shops do.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from archiver.parse.cellebrite.model import Model

SYSTEM = "System message"
"""The sender of what an app wrote into a conversation by itself."""

_SERVICES = {
    "whatsapp": "whatsapp", "whatsapp messenger": "whatsapp", "whatsapp business": "whatsapp",
    "signal": "signal", "signal private messenger": "signal", "telegram": "telegram",
    "telegram x": "telegram", "telegram messenger": "telegram", "imessage": "imessage",
    "native messages": "imessage", "facebook messenger": "messenger", "messenger": "messenger",
    "instagram": "instagram", "threema": "threema", "threema work": "threema", "viber": "viber",
    "wire": "wire", "discord": "discord", "slack": "slack", "microsoft teams": "teams",
    "teams": "teams", "google chat": "google-chat", "hangouts": "google-chat",
    "element": "matrix", "skype": "skype", "snapchat": "snapchat", "sms": "sms", "mms": "sms",
    "android messages": "sms", "google messages": "sms", "samsung messages": "sms",
}  # fmt: skip
_SCHEMES = {"telegram": "tg", "matrix": "mxid", "threema": "threema"}
_PHONE = re.compile(r"\+?[0-9][0-9 ()\-]{5,18}[0-9]")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_JID = ("@s.whatsapp.net", "@g.us", "@lid", "@c.us", "@broadcast", "@newsletter")
_OTHER = re.compile(r"[^a-z0-9]+")
_REMEMBERED = 4_096


class Person(NamedTuple):
    """A person as one party names them: the label, the typed identifier, and whose phone it is."""

    label: str
    id: str
    is_owner: bool
    is_system: bool = False


NOBODY = Person("", "", False)


@lru_cache(maxsize=_REMEMBERED)
def service(source: str, otherwise: str = "") -> str:
    """Name the service of an app; of one that is not known, the app's own name in small letters."""
    name = source.strip().lower()
    return _SERVICES.get(name) or _OTHER.sub("-", name).strip("-") or otherwise


def person(party: Model | None, of_service: str) -> Person:
    """Say who a party is; nobody when there is none."""
    if party is None:
        return NOBODY
    fields = party.fields
    raw = fields.get("Identifier", "").strip()
    label = fields.get("Name", "") or raw
    if raw == SYSTEM:
        return Person("", "", is_owner=False, is_system=True)
    return Person(label, typed(raw, of_service), party.is_set("IsPhoneOwner"))


@lru_cache(maxsize=65_536)
def typed(raw: str, of_service: str) -> str:
    """Type an identifier by its form where that is telling, else by the service."""
    if not raw:
        return ""
    if raw.endswith(_JID):
        return f"jid:{raw}"
    if _UUID.fullmatch(raw) and of_service == "signal":
        return f"aci:{raw.lower()}"
    if of_service in _SCHEMES:
        return raw if raw.startswith("+") else f"{_SCHEMES[of_service]}:{raw}"
    if _MAIL.fullmatch(raw):
        return f"mail:{raw}"
    if _PHONE.fullmatch(raw):
        is_bare = of_service == "whatsapp" and not raw.startswith(("+", "0"))
        return f"e164:+{raw}" if is_bare else f"e164:{raw}"
    return f"{of_service or 'app'}:{raw}"
