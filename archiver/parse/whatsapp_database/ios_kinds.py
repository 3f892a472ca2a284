"""The numbers by which an iPhone's database tells what a message is.

Facts read from the code of others that read this database (Whatsapp-Chat-Exporter, IPED), checked
November 2026; WhatsApp publishes none. What is not listed becomes an item of type ``unknown`` with
a finding.
"""

from __future__ import annotations

from typing import Final

from archiver.parse.whatsapp_database.kinds import timer

TEXT, GROUP_EVENT, NOTICE, DELETED, TIMER, CHANNEL = 0, 6, 10, 14, 28, 55
EVENTS = frozenset({GROUP_EVENT, NOTICE, TIMER, CHANNEL})

MESSAGES: Final[dict[int, tuple[str, tuple[str, ...]]]] = {
    0: ("text", ()),
    1: ("media", ()),
    2: ("media", ()),
    3: ("media", ()),
    4: ("contact", ()),
    5: ("location", ()),
    7: ("text", ()),
    8: ("media", ()),
    11: ("media", ()),
    12: ("text", ("waiting",)),
    14: ("deleted", ("deleted",)),
    15: ("media", ()),
    19: ("text", ()),
    20: ("text", ()),
    23: ("text", ()),
    24: ("text", ()),
    25: ("text", ()),
    26: ("text", ()),
    27: ("text", ()),
    30: ("text", ()),
    31: ("text", ()),
    32: ("text", ()),
    34: ("text", ()),
    38: ("media", ("view-once",)),
    39: ("media", ("view-once",)),
    41: ("text", ()),
    42: ("text", ()),
    46: ("poll", ()),
    53: ("media", ("view-once",)),
    54: ("media", ()),
    59: ("call", ()),
}

_GROUP: Final[dict[int, str]] = {
    1: "title-changed",
    2: "member-added",
    3: "member-left",
    4: "picture-changed",
    5: "picture-removed",
    7: "member-removed",
    9: "number-changed",
    10: "admin-changed",
    11: "admin-changed",
    12: "group-created",
    13: "community-changed",
    15: "member-joined",
    17: "description-changed",
    18: "settings-changed",
    19: "settings-changed",
    20: "settings-changed",
    21: "settings-changed",
    22: "description-removed",
    23: "member-joined",
    26: "timer",
    30: "member-joined",
    31: "community-changed",
    33: "community-changed",
    39: "admin-changed",
    42: "settings-changed",
    43: "community-changed",
    50: "member-added",
    51: "community-changed",
    56: "title-changed",
    57: "community-changed",
    60: "community-changed",
    61: "community-changed",
    64: "settings-changed",
}

_NOTICES: Final[dict[int, str]] = {
    1: "call-missed-voice",
    2: "encryption-notice",
    3: "security-code-changed",
    4: "call-missed-video",
    5: "number-changed",
    6: "number-changed",
    21: "call-missed-voice",
    22: "call-missed-video",
    25: "business-notice",
    26: "business-notice",
    29: "business-notice",
    30: "business-notice",
    34: "blocked",
    35: "blocked",
    36: "security-code-changed",
    38: "business-notice",
    40: "call-notice",
    41: "call-notice",
    45: "call-missed-voice",
    46: "call-missed-video",
    47: "settings-changed",
    51: "settings-changed",
    56: "contact-notice",
}

_CHANNELS: Final[dict[int, str]] = {1: "group-created", 4: "settings-changed"}

SELF: Final = frozenset(
    {
        "member-left", "member-joined", "title-changed", "picture-changed", "picture-removed",
        "description-changed", "description-removed", "disappearing-on", "disappearing-off",
    }
)  # fmt: skip
"""Events that the member they name brought about; the others happened to that member."""


def event_of(type_: int, action: int, seconds: int) -> str:
    """Name what a message of the program itself tells; `seconds` is the length of a timer."""
    if type_ == TIMER:
        return timer(seconds or 1)
    table = {GROUP_EVENT: _GROUP, NOTICE: _NOTICES, CHANNEL: _CHANNELS}[type_]
    name = table.get(action, "unknown")
    return timer(seconds) if name == "timer" else name
