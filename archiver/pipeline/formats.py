"""The formats this release reads, listed by hand: an archive that runs whatever is installed
cannot be audited.

Their parsers are loaded when they are first needed. So what is written here of a parser, its name,
version and gaps, stands in its module too; a test holds the two against each other, and shows that
no probe would say yes where the words before it let it say nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from archiver.model import Format
from archiver.normalise.native import native_normaliser
from archiver.normalise.restated import restated_normaliser
from archiver.normalise.seat import seated_normaliser
from archiver.pipeline.daily_formats import DAILY_FORMATS
from archiver.pipeline.late import Parser

_SQLITE = b"SQLite format 3\0"

_DISCORD_JSON = Parser("discord_json")
_GOOGLE_CHAT = Parser("google_chat")
_IMAZING_MESSAGES = Parser("imazing_messages")
_IMAZING_WHATSAPP = Parser("imazing_whatsapp")
_IMESSAGE = Parser("imessage")
_MAPPED = Parser("mapped")
_MATRIX_JSON = Parser("matrix_json")
_MESSENGER_JSON = Parser("messenger_json")
_RSMF = Parser("rsmf")
_SIGNAL_EXPORT = Parser("signal_export")
_SIGNAL_TOOLS = Parser("signal_tools")
_SLACK_EXPORT = Parser("slack_export")
_SMS_XML = Parser("sms_xml")
_TEAMS_JSON = Parser("teams_json")
_TELEGRAM_HTML = Parser("telegram_html")
_TELEGRAM_JSON = Parser("telegram_json")
_THREEMA_BACKUP = Parser("threema_backup")
_THREEMA_CHAT = Parser("threema_chat")
_UFDR = Parser("ufdr")
_WHATSAPP_ANDROID = Parser("whatsapp_android")
_WHATSAPP_IOS = Parser("whatsapp_ios")

FORMATS: tuple[Format, ...] = (
    *DAILY_FORMATS,
    Format(
        "mapped",
        "other",
        1,
        _MAPPED.claims(),
        _MAPPED.late("survey"),
        _MAPPED.late("parse"),
        native_normaliser,
        holds_media=True,
        gaps=("W-F090",),
    ),
    Format(
        "signal-export",
        "signal",
        1,
        _SIGNAL_EXPORT.claims(b'"backupTimeMs"'),
        _SIGNAL_EXPORT.late("survey"),
        _SIGNAL_EXPORT.late("parse"),
        native_normaliser,
        holds_media=True,
        gaps=("W-N011", "W-N012"),
    ),
    Format(
        "rsmf",
        "rsmf",
        1,
        _RSMF.claims(b"RSMF-", b"rsmf-", b"Rsmf-"),
        _RSMF.late("survey"),
        _RSMF.late("parse"),
        seated_normaliser,
        gaps=("W-Y014",),
    ),
    Format(
        "rsmf-unpacked",
        "rsmf",
        1,
        _RSMF.claims(
            b'"participants"', b'"conversations"', b'"events"', function="claims_unpacked"
        ),
        _RSMF.late("survey"),
        _RSMF.late("parse"),
        seated_normaliser,
        holds_media=True,
        gaps=("W-Y014",),
    ),
    Format(
        "ufdr",
        "device",
        1,
        _UFDR.claims(b"<project"),
        _UFDR.late("survey"),
        _UFDR.late("parse"),
        seated_normaliser,
        holds_media=True,
        gaps=("W-U015",),
    ),
    Format(
        "telegram-html",
        "telegram",
        1,
        _TELEGRAM_HTML.claims(b'class="page_body chat_page"'),
        _TELEGRAM_HTML.late("survey"),
        _TELEGRAM_HTML.late("parse"),
        native_normaliser,
        holds_media=True,
        spread=True,
        gaps=("W-G020", "W-G021", "W-G022"),
    ),
    Format(
        "telegram-json",
        "telegram",
        1,
        _TELEGRAM_JSON.claims(b'"messages"', b'"about"'),
        _TELEGRAM_JSON.late("survey"),
        _TELEGRAM_JSON.late("parse"),
        native_normaliser,
        holds_media=True,
        gaps=("W-G020", "W-G021"),
    ),
    Format(
        "sms-xml",
        "sms",
        1,
        _SMS_XML.claims(b"<smses"),
        _SMS_XML.late("survey"),
        _SMS_XML.late("parse"),
        native_normaliser,
        gaps=("W-X010",),
    ),
    Format(
        "slack",
        "slack",
        1,
        _SLACK_EXPORT.claims(b"[", ends=(".json",)),
        _SLACK_EXPORT.late("survey"),
        _SLACK_EXPORT.late("parse"),
        native_normaliser,
        holds_media=True,
        spread=True,
        wants=_SLACK_EXPORT.wants(
            "users.json", "channels.json", "groups.json", "dms.json", "mpims.json"
        ),
        gaps=("W-Z090", "W-Z091", "W-Z092"),
    ),
    Format(
        "whatsapp-android",
        "whatsapp",
        1,
        _WHATSAPP_ANDROID.claims(_SQLITE),
        _WHATSAPP_ANDROID.late("survey"),
        _WHATSAPP_ANDROID.late("parse"),
        native_normaliser,
        holds_media=True,
        spread=True,
        wants=_WHATSAPP_ANDROID.late("wants"),
        gaps=("W-B007",),
    ),
    Format(
        "whatsapp-ios",
        "whatsapp",
        1,
        _WHATSAPP_IOS.claims(_SQLITE),
        _WHATSAPP_IOS.late("survey"),
        _WHATSAPP_IOS.late("parse"),
        native_normaliser,
        holds_media=True,
        spread=True,
        wants=_WHATSAPP_IOS.late("wants"),
        gaps=("W-C007",),
    ),
    Format(
        "imessage",
        "imessage",
        1,
        _IMESSAGE.claims(_SQLITE),
        _IMESSAGE.late("survey"),
        _IMESSAGE.late("parse"),
        native_normaliser,
        holds_media=True,
        spread=True,
        wants=_IMESSAGE.late("wants"),
        gaps=("W-H008",),
    ),
    Format(
        "google-chat",
        "google-chat",
        1,
        _GOOGLE_CHAT.claims(b'"messages"', ends=("messages.json",)),
        _GOOGLE_CHAT.late("survey"),
        _GOOGLE_CHAT.late("parse"),
        restated_normaliser,
        holds_media=True,
        spread=True,
        wants=_GOOGLE_CHAT.wants("user_info.json", here=("group_info.json",)),
        gaps=("W-Q090", "W-Q091"),
    ),
    Format(
        "imazing-messages",
        "imessage",
        1,
        _IMAZING_MESSAGES.claims(b"Chat Session"),
        _IMAZING_MESSAGES.late("survey"),
        _IMAZING_MESSAGES.late("parse"),
        native_normaliser,
        holds_media=True,
        spread=True,
        gaps=("W-F906",),
    ),
    Format(
        "imazing-whatsapp",
        "whatsapp",
        1,
        _IMAZING_WHATSAPP.claims(b"Chat Session"),
        _IMAZING_WHATSAPP.late("survey"),
        _IMAZING_WHATSAPP.late("parse"),
        native_normaliser,
        holds_media=True,
        spread=True,
        gaps=("W-F906",),
    ),
    Format(
        "teams",
        "teams",
        1,
        _TEAMS_JSON.claims(b'"messageType"'),
        _TEAMS_JSON.late("survey"),
        _TEAMS_JSON.late("parse"),
        native_normaliser,
        holds_media=True,
        spread=True,
        gaps=("W-Q990", "W-Q991"),
    ),
    Format(
        "signal-tools",
        "signal",
        1,
        _SIGNAL_TOOLS.claims(b'"sender"', ends=("data.json",)),
        _SIGNAL_TOOLS.late("survey"),
        _SIGNAL_TOOLS.late("parse"),
        native_normaliser,
        holds_media=True,
        spread=True,
        gaps=("W-N990", "W-N991"),
    ),
    Format(
        "threema-backup",
        "threema",
        1,
        _THREEMA_BACKUP.claims(b",", ends=(".csv",)),
        _THREEMA_BACKUP.late("survey"),
        _THREEMA_BACKUP.late("parse"),
        native_normaliser,
        holds_media=True,
        spread=True,
        wants=_THREEMA_BACKUP.wants(here=("contacts.csv", "groups.csv")),
        gaps=("W-T006",),
    ),
    Format(
        "threema-chat",
        "threema",
        1,
        _THREEMA_CHAT.claims(b"[", ends=("messages.txt",)),
        _THREEMA_CHAT.late("survey"),
        _THREEMA_CHAT.late("parse"),
        native_normaliser,
        holds_media=True,
        gaps=("W-T015",),
    ),
    Format(
        "discord-json",
        "discord",
        1,
        _DISCORD_JSON.claims(b'"guild"'),
        _DISCORD_JSON.late("survey"),
        _DISCORD_JSON.late("parse"),
        native_normaliser,
        holds_media=True,
        spread=True,
        gaps=("W-J021",),
    ),
    Format(
        "matrix-json",
        "matrix",
        1,
        _MATRIX_JSON.claims(b'"room_name"'),
        _MATRIX_JSON.late("survey"),
        _MATRIX_JSON.late("parse"),
        native_normaliser,
        holds_media=True,
        gaps=("W-J022",),
    ),
    Format(
        "messenger-json",
        "messenger",
        1,
        _MESSENGER_JSON.claims(b'"messages"'),
        _MESSENGER_JSON.late("survey"),
        _MESSENGER_JSON.late("parse"),
        native_normaliser,
        holds_media=True,
        spread=True,
        gaps=("W-J020",),
    ),
    Format(
        "instagram-json",
        "instagram",
        1,
        _MESSENGER_JSON.claims(b'"messages"', function="claims_instagram"),
        _MESSENGER_JSON.late("survey"),
        _MESSENGER_JSON.late("parse"),
        native_normaliser,
        holds_media=True,
        spread=True,
        gaps=("W-J020",),
    ),
)


def by_name(name: str) -> Format:
    """Give the format of that name.

    Raises:
        KeyError: No such format.
    """
    return {form.name: form for form in FORMATS}[name]


def formats(mapping: str = "") -> Sequence[Format]:
    """Give the formats to choose from; with a mapping file, the one that it describes.

    Raises:
        MappingError: The mapping cannot be used.
    """
    if not mapping:
        return FORMATS
    from archiver.parse import mapped

    told = mapped.load(mapping)
    form = replace(by_name(mapped.NAME), service=told.export.service, claims=told.claims)
    return (form,)
