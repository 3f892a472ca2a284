"""The numbers by which an Android phone's database tells what a message is.

Facts read from the code of others that read this database (Whatsapp-Chat-Exporter, IPED) and from
schemas of 2018 to 2026, checked November 2026; WhatsApp publishes none. What is not listed becomes
an item of type ``unknown`` with a finding.
"""

from __future__ import annotations

from typing import Final

TEXT, SYSTEM, MISSED, DELETED, CALL = 0, 7, 10, 15, 90
DELETED_BY_ADMIN = 64
TIMER = frozenset({36, 56})

MESSAGES: Final[dict[int, tuple[str, tuple[str, ...]]]] = {
    0: ("text", ()),
    1: ("media", ()),
    2: ("media", ()),
    3: ("media", ()),
    4: ("contact", ()),
    5: ("location", ()),
    8: ("call", ()),
    9: ("media", ()),
    11: ("text", ("waiting",)),
    13: ("media", ()),
    14: ("contact", ()),
    15: ("deleted", ("deleted",)),
    16: ("location", ("live-location",)),
    20: ("media", ()),
    23: ("text", ()),
    24: ("text", ()),
    25: ("text", ()),
    26: ("media", ()),
    27: ("text", ()),
    28: ("media", ()),
    30: ("location", ()),
    32: ("text", ()),
    42: ("media", ("view-once",)),
    43: ("media", ("view-once",)),
    44: ("text", ()),
    45: ("text", ()),
    46: ("text", ()),
    49: ("text", ()),
    55: ("text", ()),
    57: ("text", ()),
    62: ("media", ()),
    63: ("media", ()),
    64: ("deleted", ("deleted-by-admin",)),
    66: ("poll", ()),
    81: ("media", ()),
    82: ("media", ("view-once",)),
    90: ("call", ()),
    92: ("text", ()),
    99: ("text", ()),
    103: ("media", ()),
    106: ("poll", ()),
}

ACTIONS: Final[dict[int, str]] = {
    1: "title-changed",
    4: "member-joined",
    5: "member-left",
    6: "picture-changed",
    7: "member-removed",
    10: "number-changed",
    11: "group-created",
    12: "member-added",
    13: "member-left",
    14: "member-removed",
    15: "admin-changed",
    16: "admin-changed",
    18: "security-code-changed",
    19: "encryption-notice",
    20: "member-joined",
    21: "settings-changed",
    27: "description-changed",
    28: "number-changed",
    29: "settings-changed",
    30: "settings-changed",
    31: "settings-changed",
    32: "settings-changed",
    33: "settings-changed",
    46: "business-notice",
    47: "business-notice",
    50: "business-notice",
    52: "member-joined",
    56: "timer",
    57: "security-code-changed",
    58: "blocked",
    59: "timer",
    60: "settings-changed",
    63: "encryption-notice",
    67: "encryption-notice",
    68: "timer",
    69: "encryption-notice",
    70: "call-notice",
    75: "community-changed",
    76: "business-notice",
    78: "community-changed",
    79: "member-joined",
    80: "settings-changed",
    81: "admin-changed",
    84: "settings-changed",
    85: "settings-changed",
    87: "community-changed",
    88: "community-changed",
    90: "member-added",
    91: "settings-changed",
    92: "settings-changed",
    95: "community-changed",
    99: "settings-changed",
    102: "settings-changed",
    107: "community-changed",
    108: "community-changed",
    110: "community-changed",
    115: "community-changed",
    118: "pinned",
    120: "join-requested",
    123: "community-changed",
    124: "community-changed",
    125: "community-changed",
    129: "contact-notice",
    131: "community-changed",
    132: "group-created",
    134: "settings-changed",
    136: "contact-joined",
    142: "settings-changed",
    155: "business-notice",
    158: "business-notice",
}

RESULTS: Final[dict[int, str]] = {
    2: "missed",
    3: "unavailable",
    4: "refused",
    5: "answered",
}
"""How a call ended."""


def event_of(action: int, duration: int) -> str:
    """Name what a system message tells; a timer of no length was switched off."""
    name = ACTIONS.get(action, "unknown")
    return name if name != "timer" else timer(duration)


def timer(duration: int) -> str:
    """Name the change of the timer of disappearing messages, in seconds."""
    return "disappearing-on" if duration > 0 else "disappearing-off"
