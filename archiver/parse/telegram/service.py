"""What happened in a Telegram chat: the actions of its service messages as types of events."""

from __future__ import annotations

from archiver.model import Kind
from archiver.parse.telegram.fields import Message

UNKNOWN = "unknown"

_TYPES = {
    "create_group": "group-created",
    "create_channel": "group-created",
    "migrate_to_supergroup": "group-migrated",
    "migrate_from_group": "group-migrated",
    "edit_group_title": "title-changed",
    "edit_group_photo": "picture-changed",
    "suggest_profile_photo": "picture-changed",
    "delete_group_photo": "picture-removed",
    "invite_members": "member-added",
    "remove_members": "member-removed",
    "join_group_by_link": "member-joined",
    "join_group_by_request": "member-joined",
    "joined_telegram": "contact-joined",
    "new_creator_pending": "admin-changed",
    "change_creator": "admin-changed",
    "change_community": "community-changed",
    "pin_message": "pinned",
    "clear_history": "history-cleared",
    "take_screenshot": "screenshot-taken",
    "group_call": "group-call",
    "group_call_scheduled": "group-call",
    "invite_to_group_call": "group-call",
    "topic_created": "topic-created",
    "topic_edit": "topic-changed",
    "edit_chat_theme": "settings-changed",
    "set_chat_wallpaper": "settings-changed",
    "set_same_chat_wallpaper": "settings-changed",
    "no_forwards_toggle": "settings-changed",
    "no_forwards_request": "settings-changed",
    "paid_messages_price_change": "settings-changed",
    "allow_sending_messages": "bot-notice",
    "attach_menu_bot_allowed": "bot-notice",
    "send_webview_data": "bot-notice",
    "managed_bot_created": "bot-notice",
    "requested_peer": "bot-notice",
    "send_passport_values": "identity-shared",
    "requested_phone_number": "number-requested",
    "proximity_reached": "location-reached",
    "score_in_game": "game-played",
    "todo_completions": "list-changed",
    "todo_append_tasks": "list-changed",
    "poll_append_answer": "poll-changed",
    "poll_delete_answer": "poll-changed",
    "boost_apply": "boosted",
    **dict.fromkeys(
        (
            "send_payment", "refunded_payment", "send_premium_gift", "send_stars_gift",
            "send_ton_gift", "send_star_gift", "stars_prize", "gift_code_prize", "giveaway_launch",
            "giveaway_results", "paid_messages_refund", "process_suggested_post",
            "suggested_post_success", "suggested_post_refund",
        ),
        "payment",
    ),
    "suggest_birthday": "profile-suggested",
}  # fmt: skip
_MISSED = frozenset(("missed", "busy"))


def happened(message: Message) -> tuple[Kind, str]:
    """Give the kind and type of a service message; ``unknown`` for an action that is not known.

    A call that came about is a message, one that was missed an event.
    """
    if message.action == "phone_call":
        missed = message.discard_reason in _MISSED
        return (Kind.EVENT, "call-missed-voice") if missed else (Kind.MESSAGE, "call")
    if message.action == "set_messages_ttl":
        off = str(message.period or 0) == "0"
        return Kind.EVENT, "disappearing-off" if off else "disappearing-on"
    if message.action == "remove_members" and message.members == (message.actor,):
        return Kind.EVENT, "member-left"
    if not message.action and message.information_text:
        return Kind.EVENT, "notice"
    return Kind.EVENT, _TYPES.get(message.action, UNKNOWN)


def told(message: Message) -> dict[str, str]:
    """Give what a service message says of it."""
    members = [each or "?" for each in message.members]
    found = {
        "action": message.action,
        "object": ", ".join(members) or message.inviter or message.new_creator or "",
        "new": message.title or message.new_title,
        "message": message.message_id,
        "reason": message.discard_reason,
        "duration": message.duration_seconds or message.duration or message.period,
    }
    return {key: str(value) for key, value in found.items() if value}
