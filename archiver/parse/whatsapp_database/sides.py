"""The side tables of an Android phone's messages: one statement each, in the order of the messages.

Every statement is put together from constants and from columns that this database has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from archiver.parse.sqlite_beside import Beside, side
from archiver.parse.sqlite_table import Database, Row

_PLAIN: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "media": (
        "message_media",
        ("file_path", "media_name", "mime_type", "file_length", "file_size", "file_hash",
         "media_caption", "media_duration"),
    ),
    "quoted": (
        "message_quoted",
        ("from_me", "sender_jid_row_id", "key_id", "text_data", "chat_row_id"),
    ),
    "edited": ("message_edit_info", ("original_key_id", "edited_timestamp")),
    "revoked": ("message_revoked", ("revoked_key_id", "admin_jid_row_id", "revoke_timestamp")),
    "forwarded": ("message_forwarded", ("forward_score",)),
    "once": ("message_view_once_media", ("state",)),
    "ephemeral": ("message_ephemeral", ("duration", "expire_timestamp")),
    "location": (
        "message_location",
        ("latitude", "longitude", "place_name", "place_address", "url",
         "live_location_share_duration"),
    ),
    "card": ("message_vcard", ("vcard",)),
    "option": ("message_poll_option", ("option_name", "vote_total")),
    "receipt": (
        "receipt_user",
        ("receipt_user_jid_row_id", "receipt_timestamp", "read_timestamp"),
    ),
    "action": ("message_system", ("action_type",)),
    "member": ("message_system_chat_participant", ("user_jid_row_id",)),
    "before": ("message_system_value_change", ("old_data",)),
    "number": ("message_system_number_change", ("old_jid_row_id", "new_jid_row_id")),
    "timer": ("message_ephemeral_setting", ("setting_duration",)),
    "blocked": ("message_system_block_contact", ("is_blocked",)),
    "missed": ("missed_call_logs", ("video_call",)),
    "template": ("message_template", ("content_text_data", "footer_text_data")),
    "product": ("message_product", ("title", "description")),
    "order": ("message_order", ("order_title", "message")),
    "invite": ("message_group_invite", ("group_name",)),
    "event": ("message_event", ("name", "description", "location_name", "start_time")),
    "element": ("message_ui_elements", ("element_content",)),
    "link": ("message_text", ("url", "page_title")),
    "mention": ("message_mentions", ("jid_row_id", "display_name")),
}  # fmt: skip


def sides(database: Database) -> Beside:
    """Start reading all side tables that a database has."""
    found = {
        name: (table, side(database, table, "message_row_id", names))
        for name, (table, names) in _PLAIN.items()
    }
    found["call"] = ("message_call_log", _calls(database))
    for name, (table, make) in _ADDED.items():
        found[name] = (table, make(database, table))
    return Beside(database, found)


def _calls(database: Database) -> Iterator[Row]:
    tables = ("message_call_log", "call_log")
    columns = ", ".join(
        database.column("call_log", name, "c") for name in ("video_call", "duration", "call_result")
    )
    return database.joined(
        tables,
        f"SELECT m.message_row_id, {columns} FROM message_call_log m"  # noqa: S608
        " LEFT JOIN call_log c ON c._id = m.call_log_row_id ORDER BY m.message_row_id",
    )


def _reactions(database: Database, table: str) -> Iterator[Row]:
    return _added(database, table, database.column(table, "reaction", "r"))


def _votes(database: Database, table: str) -> Iterator[Row]:
    if not database.has("message_poll_option", "_id", "option_name"):
        return iter(())
    return _added(
        database, table, "o.option_name",
        " LEFT JOIN message_poll_option o ON o._id = r.message_poll_option_id",
    )  # fmt: skip


def _pins(database: Database, table: str) -> Iterator[Row]:
    return _added(database, table, database.column(table, "pin_in_chat_state", "r"))


def _added(database: Database, table: str, value: str, more: str = "") -> Iterator[Row]:
    """Read what was added to messages afterwards: who, when, and what stands in its own table."""
    added = "message_add_on"
    if not database.has(added, "_id", "parent_message_row_id") or not database.has(
        table, "message_add_on_row_id"
    ):
        return iter(())
    columns = ", ".join(
        database.column(added, name, "a") for name in ("from_me", "sender_jid_row_id", "timestamp")
    )
    return database.joined(
        (added, table),
        f"SELECT a.parent_message_row_id, {columns}, {value} FROM {table} r"  # noqa: S608
        f" CROSS JOIN {added} a ON a._id = r.message_add_on_row_id{more}"
        " ORDER BY a.parent_message_row_id, a._id",
    )


_ADDED: Final[dict[str, tuple[str, Callable[[Database, str], Iterator[Row]]]]] = {
    "reaction": ("message_add_on_reaction", _reactions),
    "vote": ("message_add_on_poll_vote_selected_option", _votes),
    "pin": ("message_add_on_pin_in_chat", _pins),
}
