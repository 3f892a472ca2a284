"""Types of Matrix events, of the client-server specification 1.11 (June 2024) and before it."""

from __future__ import annotations

from typing import Any

from archiver.model import Kind

UNKNOWN = "unknown"
POLLS = ("m.poll.start", "org.matrix.msc3381.poll.start")
MESSAGES = frozenset(("m.room.message", "m.sticker"))

_TYPES = {
    "m.room.create": "group-created",
    "m.room.name": "title-changed",
    "m.room.topic": "description-changed",
    "m.room.avatar": "picture-changed",
    "m.room.encryption": "encryption-notice",
    "m.room.pinned_events": "pinned",
    "m.room.power_levels": "admin-changed",
    "m.room.tombstone": "group-migrated",
    "m.room.redaction": "message-deleted",
    "m.reaction": "reaction",
    "m.call.hangup": "call-ended",
    "m.call.answer": "call-ended",
    "m.call.reject": "call-missed-voice",
    **dict.fromkeys(("m.poll.response", "org.matrix.msc3381.poll.response"), "vote"),
    **dict.fromkeys(("m.poll.end", "org.matrix.msc3381.poll.end"), "poll-changed"),
    **dict.fromkeys(("m.beacon_info", "org.matrix.msc3672.beacon_info"), "location-shared"),
    **dict.fromkeys(
        (
            "m.room.join_rules", "m.room.history_visibility", "m.room.guest_access",
            "m.room.server_acl", "m.room.canonical_alias", "m.room.aliases",
            "m.room.third_party_invite", "m.widget", "im.vector.modular.widgets",
            "m.space.parent", "m.space.child", "m.room.related_groups",
        ),
        "settings-changed",
    ),
}  # fmt: skip
_ENTERED = {"join": "member-joined", "invite": "member-added", "ban": "member-removed",
            "knock": "member-asked"}  # fmt: skip


def happened(type_: str) -> tuple[Kind, str]:
    """Give the kind and type of an event that is no message; ``unknown`` for others."""
    if type_ in POLLS:
        return Kind.MESSAGE, "poll"
    if type_ == "m.call.invite":
        return Kind.MESSAGE, "call"
    return Kind.EVENT, _TYPES.get(type_, UNKNOWN)


def membership(content: dict[str, Any], before: str, *, himself: bool) -> str:
    """Give what a change of membership is, from the one before and who made it."""
    now = content.get("membership")
    if now == "join" and before == "join":
        return "profile-changed"
    if now == "leave":
        return "member-left" if himself else "member-removed"
    return _ENTERED.get(now, UNKNOWN) if isinstance(now, str) else UNKNOWN


def told(type_: str, content: dict[str, Any]) -> dict[str, str]:
    """Give what an event names."""
    key = {"m.room.name": "name", "m.room.topic": "topic", "m.room.tombstone": "body",
           "m.room.member": "reason"}.get(type_, "")  # fmt: skip
    value = content.get(key)
    name = "reason" if type_ == "m.room.member" else "new"
    return {name: value} if isinstance(value, str) and value else {}
