"""What happened in a chat, as Signal's update messages tell it: types, who, and what changed.

Names of updates from libsignal's ``backup.proto`` (2024 to 2026).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from archiver.model import Kind
from archiver.parse.signal.people import People

UNKNOWN = "unknown"
SEVERAL = "group-changed"


class Update(NamedTuple):
    """What an update message was recognised as; `values` are names and numbers as it gives them."""

    kind: Kind
    type: str
    text: str = ""
    values: Mapping[str, str] = MappingProxyType({})


_SIMPLE = {
    "JOINED_SIGNAL": "service-joined",
    "IDENTITY_UPDATE": "security-code-changed",
    "IDENTITY_VERIFIED": "security-code-verified",
    "IDENTITY_DEFAULT": "security-code-unverified",
    "CHANGE_NUMBER": "number-changed",
    "RELEASE_CHANNEL_DONATION_REQUEST": "business-notice",
    "END_SESSION": "session-reset",
    "CHAT_SESSION_REFRESH": "session-reset",
    "BAD_DECRYPT": "message-undecryptable",
    "PAYMENTS_ACTIVATED": "payments-activated",
    "PAYMENT_ACTIVATION_REQUEST": "payments-requested",
    "UNSUPPORTED_PROTOCOL_MESSAGE": "message-unsupported",
    "REPORTED_SPAM": "reported",
    "BLOCKED": "blocked",
    "UNBLOCKED": "unblocked",
    "MESSAGE_REQUEST_ACCEPTED": "request-accepted",
}
_OTHERS = {
    "profileChange": "name-changed",
    "learnedProfileChange": "name-learned",
    "threadMerge": "chats-joined",
    "sessionSwitchover": "number-changed",
    "pollTerminate": "poll-ended",
    "pinMessage": "pinned",
}
_GROUP = {
    "genericGroupUpdate": SEVERAL,
    "groupCreationUpdate": "group-created",
    "groupNameUpdate": "title-changed",
    "groupAvatarUpdate": "picture-changed",
    "groupDescriptionUpdate": "description-changed",
    "groupMembershipAccessLevelChangeUpdate": "settings-changed",
    "groupAttributesAccessLevelChangeUpdate": "settings-changed",
    "groupAnnouncementOnlyChangeUpdate": "settings-changed",
    "groupAdminStatusUpdate": "admin-changed",
    "groupMemberLeftUpdate": "member-left",
    "groupMemberRemovedUpdate": "member-removed",
    "selfInvitedToGroupUpdate": "member-invited",
    "selfInvitedOtherUserToGroupUpdate": "member-invited",
    "groupUnknownInviteeUpdate": "member-invited",
    "groupInvitationAcceptedUpdate": "member-joined",
    "groupInvitationDeclinedUpdate": "invitation-declined",
    "groupMemberJoinedUpdate": "member-joined",
    "groupMemberAddedUpdate": "member-added",
    "groupSelfInvitationRevokedUpdate": "invitation-revoked",
    "groupInvitationRevokedUpdate": "invitation-revoked",
    "groupJoinRequestUpdate": "join-requested",
    "groupJoinRequestApprovalUpdate": "join-answered",
    "groupJoinRequestCanceledUpdate": "join-withdrawn",
    "groupSequenceOfRequestsAndCancelsUpdate": "join-withdrawn",
    "groupInviteLinkResetUpdate": "settings-changed",
    "groupInviteLinkEnabledUpdate": "settings-changed",
    "groupInviteLinkAdminApprovalUpdate": "settings-changed",
    "groupInviteLinkDisabledUpdate": "settings-changed",
    "groupMemberJoinedByLinkUpdate": "member-joined",
    "groupV2MigrationUpdate": "group-migrated",
    "groupV2MigrationSelfInvitedUpdate": "group-migrated",
    "groupV2MigrationInvitedMembersUpdate": "group-migrated",
    "groupV2MigrationDroppedMembersUpdate": "group-migrated",
    "groupExpirationTimerUpdate": "disappearing-on",
}
_ACTORS = ("updaterAci", "removerAci", "inviterAci", "revokerAci")
_OBJECTS = (
    "newMemberAci", "removedAci", "memberAci", "inviteeServiceId", "inviteeAci", "requestorAci",
    "aci",
)  # fmt: skip
_WORDS = ("newGroupName", "newDescription", "question", "newName")
_MISSED = {"MISSED", "MISSED_NOTIFICATION_PROFILE"}


def update(given: Mapping[str, Any], people: People) -> Update:
    """Recognise an update message; what is not known is of type ``unknown``."""
    name, said = next(iter(given.items()), ("", None))
    if not isinstance(said, dict):
        return Update(Kind.EVENT, UNKNOWN)
    if name == "simpleUpdate":
        return Update(Kind.EVENT, _SIMPLE.get(str(said.get("type")), UNKNOWN), "", _told(said))
    if name == "groupChange":
        return _group(said, people)
    if name == "expirationTimerChange":
        return Update(Kind.EVENT, _timer(said), "", _told(said))
    if name in ("individualCall", "groupCall"):
        return _call(name, said, people)
    return Update(Kind.EVENT, _OTHERS.get(name, UNKNOWN), _words(said), _told(said))


def _group(said: Mapping[str, Any], people: People) -> Update:
    """Read what changed in a group; several changes at one moment are one event."""
    changes = [
        (name, told)
        for each in _listed(said.get("updates"))
        for name, told in list(each.items())[:1]
        if isinstance(told, dict)
    ]
    types = {_GROUP.get(name, UNKNOWN): None for name, _ in changes}
    values: dict[str, str] = {}
    words: list[str] = []
    for name, told in changes:
        for key, value in _changed(name, told, people).items():
            values[key] = f"{values[key]}, {value}" if key in values else value
        words.append(_words(told))
    if list(types) == ["disappearing-on"]:
        types = {_timer(changes[0][1]): None}
    type_ = next(iter(types), SEVERAL) if len(types) < 2 else SEVERAL
    return Update(Kind.EVENT, type_, "\n".join(filter(None, words)), values)


def _changed(name: str, told: Mapping[str, Any], people: People) -> dict[str, str]:
    """Name who changed what for whom; keys of the account's own service are identifiers only."""
    found = {"change": name}
    for role, fields in (("actor", _ACTORS), ("object", _OBJECTS)):
        named = [people.service_id(told[field]) for field in fields if told.get(field)]
        if named:
            found[role] = ", ".join(named)
    invited = [people.service_id(each.get("inviteeAci")) for each in _listed(told.get("invitees"))]
    if any(invited):
        found["object"] = ", ".join(filter(None, invited))
    return found | _told({key: told[key] for key in told if not key.endswith(("Aci", "aci", "Id"))})


def _call(name: str, said: Mapping[str, Any], people: People) -> Update:
    values = _told({key: said[key] for key in said if not key.endswith("Id")})
    for role, field in (("actor", "startedCallRecipientId"), ("ringer", "ringerRecipientId")):
        number = str(said.get(field, ""))
        party = people.who(int(number)) if number.isdecimal() else None
        if party:
            values[role] = party.label or party.key
    if said.get("state") in _MISSED:
        video = "video" if said.get("type") == "VIDEO_CALL" else "voice"
        return Update(Kind.EVENT, f"call-missed-{video}", "", values)
    return Update(Kind.MESSAGE, "call", "", values | {"call": name})


def _timer(said: Mapping[str, Any]) -> str:
    return "disappearing-off" if said.get("expiresInMs", "0") in ("0", 0) else "disappearing-on"


def _words(said: Mapping[str, Any]) -> str:
    return next((said[key] for key in _WORDS if isinstance(said.get(key), str)), "")


def _told(said: Mapping[str, Any]) -> dict[str, str]:
    """Keep plain values as the source writes them."""
    return {key: str(value) for key, value in said.items() if isinstance(value, str | int)}


def _listed(given: object) -> list[dict[str, Any]]:
    return [each for each in given if isinstance(each, dict)] if isinstance(given, list) else []
