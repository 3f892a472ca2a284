"""The formats this release reads, listed by hand: an archive that runs whatever is installed
cannot be audited.

What reads them is loaded when it is first needed. So what is written here of a parser, its name,
version and gaps, stands in its module too; a test holds the two against each other, and shows that
no probe would say yes where the words before it let it say nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from msgspec.structs import replace

from archiver.format import Format
from archiver.model import Item, Normal
from archiver.pipeline.late import Late, LateClaim, Parser

_ANY = b""
"""A sign that every file has."""

_SQLITE = b"SQLite format 3\0"

_DISCORD_JSON = Parser("discord_json")
_EML = Parser("eml")
_GOOGLE_CHAT = Parser("google_chat")
_IMAZING_MESSAGES = Parser("imazing_messages")
_IMAZING_WHATSAPP = Parser("imazing_whatsapp")
_IMESSAGE = Parser("imessage")
_MAPPED = Parser("mapped")
_MATRIX_JSON = Parser("matrix_json")
_MBOX = Parser("mbox")
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
_WHATSAPP_TEXT = Parser("whatsapp_text")


def _normaliser(module: str) -> Late:
    return Late(f"archiver.normalise.{module}", f"{module}_normaliser")


def _beginning(opening: str) -> Late:
    return Late("archiver.normalise.beginning", opening)


def _running(numbers: str) -> Late:
    return Late("archiver.normalise.running", numbers)


_CHAT, _MAIL = _normaliser("chat"), _normaliser("mail")
_NATIVE, _RESTATED = _normaliser("native"), _normaliser("restated")
_SEATED = _normaliser("seated")
_NUMBERED_FILES = Late("archiver.normalise.files", "NumberedFiles")


def _listed(
    name: str,
    service: str,
    parser: Parser,
    claims: LateClaim,
    *,
    version: int = 1,
    normaliser: Callable[..., Callable[[Item], Normal]] = _NATIVE,
    **more: Any,
) -> Format:
    """List a format by its parser; `more` is what `Format` has by name."""
    survey, parse = parser.late("survey"), parser.late("parse")
    return Format(name, service, version, claims, survey, parse, normaliser, **more)


FORMATS: tuple[Format, ...] = (
    _listed(
        "whatsapp-text",
        "whatsapp",
        _WHATSAPP_TEXT,
        _WHATSAPP_TEXT.claims(_ANY, module="whatsapp.probe"),
        normaliser=_CHAT,
        holds_media=True,
        gaps=("W-W020",),
        checks=(_beginning("WHATSAPP_TEXT"), _running("FileNumbers")),
    ),
    _listed(
        "mbox",
        "mail",
        _MBOX,
        _MBOX.claims(b"From ", module="postmark"),
        normaliser=_MAIL,
    ),
    _listed("eml", "mail", _EML, _EML.claims(_ANY, module="letterhead"), normaliser=_MAIL),
    _listed(
        "mapped",
        "other",
        _MAPPED,
        _MAPPED.claims(),
        holds_media=True,
        gaps=("W-F090",),
    ),
    _listed(
        "signal-export",
        "signal",
        _SIGNAL_EXPORT,
        _SIGNAL_EXPORT.claims(b'"backupTimeMs"'),
        holds_media=True,
        gaps=("W-N011", "W-N012"),
        checks=(_beginning("SIGNAL_GROUP"),),
    ),
    _listed(
        "rsmf",
        "rsmf",
        _RSMF,
        _RSMF.claims(b"RSMF-", b"rsmf-", b"Rsmf-"),
        normaliser=_SEATED,
        gaps=("W-Y014",),
    ),
    _listed(
        "rsmf-unpacked",
        "rsmf",
        _RSMF,
        _RSMF.claims(
            b'"participants"', b'"conversations"', b'"events"', function="claims_unpacked"
        ),
        normaliser=_SEATED,
        holds_media=True,
        gaps=("W-Y014",),
    ),
    _listed(
        "ufdr",
        "device",
        _UFDR,
        _UFDR.claims(b"<project"),
        normaliser=_SEATED,
        holds_media=True,
        gaps=("W-U015",),
    ),
    _listed(
        "telegram-html",
        "telegram",
        _TELEGRAM_HTML,
        _TELEGRAM_HTML.claims(b'class="page_body chat_page"'),
        holds_media=True,
        spread=True,
        gaps=("W-G020", "W-G021", "W-G022"),
    ),
    _listed(
        "telegram-json",
        "telegram",
        _TELEGRAM_JSON,
        _TELEGRAM_JSON.claims(b'"messages"', b'"about"'),
        holds_media=True,
        gaps=("W-G020", "W-G021"),
        checks=(_beginning("TELEGRAM_GROUP"), _running("ChatNumbers")),
    ),
    _listed(
        "sms-xml",
        "sms",
        _SMS_XML,
        _SMS_XML.claims(b"<smses"),
        gaps=("W-X010",),
    ),
    _listed(
        "slack",
        "slack",
        _SLACK_EXPORT,
        _SLACK_EXPORT.claims(b"[", ends=(".json",)),
        holds_media=True,
        spread=True,
        wants=_SLACK_EXPORT.wants(
            "users.json", "channels.json", "groups.json", "dms.json", "mpims.json"
        ),
        gaps=("W-Z090", "W-Z091", "W-Z092"),
    ),
    _listed(
        "whatsapp-android",
        "whatsapp",
        _WHATSAPP_ANDROID,
        _WHATSAPP_ANDROID.claims(_SQLITE),
        holds_media=True,
        spread=True,
        wants=_WHATSAPP_ANDROID.late("wants"),
        gaps=("W-B007",),
        checks=(_beginning("WHATSAPP_DATABASE"), _running("RowNumbers")),
    ),
    _listed(
        "whatsapp-ios",
        "whatsapp",
        _WHATSAPP_IOS,
        _WHATSAPP_IOS.claims(_SQLITE),
        holds_media=True,
        spread=True,
        wants=_WHATSAPP_IOS.late("wants"),
        gaps=("W-C007",),
        checks=(_beginning("WHATSAPP_DATABASE"), _running("RowNumbers")),
    ),
    _listed(
        "imessage",
        "imessage",
        _IMESSAGE,
        _IMESSAGE.claims(_SQLITE),
        holds_media=True,
        spread=True,
        wants=_IMESSAGE.late("wants"),
        gaps=("W-H008",),
        checks=(_running("RowNumbers"),),
    ),
    _listed(
        "google-chat",
        "google-chat",
        _GOOGLE_CHAT,
        _GOOGLE_CHAT.claims(b'"messages"', ends=("messages.json",)),
        normaliser=_RESTATED,
        holds_media=True,
        spread=True,
        wants=_GOOGLE_CHAT.wants("user_info.json", here=("group_info.json",)),
        gaps=("W-Q090", "W-Q091"),
    ),
    _listed(
        "imazing-messages",
        "imessage",
        _IMAZING_MESSAGES,
        _IMAZING_MESSAGES.claims(b"Chat Session"),
        holds_media=True,
        spread=True,
        gaps=("W-F906",),
    ),
    _listed(
        "imazing-whatsapp",
        "whatsapp",
        _IMAZING_WHATSAPP,
        _IMAZING_WHATSAPP.claims(b"Chat Session"),
        holds_media=True,
        spread=True,
        gaps=("W-F906",),
    ),
    _listed(
        "teams",
        "teams",
        _TEAMS_JSON,
        _TEAMS_JSON.claims(b'"messageType"'),
        holds_media=True,
        spread=True,
        gaps=("W-Q990", "W-Q991"),
    ),
    _listed(
        "signal-tools",
        "signal",
        _SIGNAL_TOOLS,
        _SIGNAL_TOOLS.claims(b'"sender"', ends=("data.json",)),
        holds_media=True,
        spread=True,
        gaps=("W-N990", "W-N991"),
    ),
    _listed(
        "threema-backup",
        "threema",
        _THREEMA_BACKUP,
        _THREEMA_BACKUP.claims(b",", ends=(".csv",)),
        holds_media=True,
        spread=True,
        wants=_THREEMA_BACKUP.wants(here=("contacts.csv", "groups.csv")),
        gaps=("W-T006",),
    ),
    _listed(
        "threema-chat",
        "threema",
        _THREEMA_CHAT,
        _THREEMA_CHAT.claims(b"[", ends=("messages.txt",)),
        holds_media=True,
        gaps=("W-T015",),
    ),
    _listed(
        "discord-json",
        "discord",
        _DISCORD_JSON,
        _DISCORD_JSON.claims(b'"guild"'),
        holds_media=True,
        spread=True,
        gaps=("W-J021",),
    ),
    _listed(
        "matrix-json",
        "matrix",
        _MATRIX_JSON,
        _MATRIX_JSON.claims(b'"room_name"'),
        holds_media=True,
        gaps=("W-J022",),
        checks=(_beginning("MATRIX_ROOM"),),
    ),
    _listed(
        "messenger-json",
        "messenger",
        _MESSENGER_JSON,
        _MESSENGER_JSON.claims(b'"messages"'),
        holds_media=True,
        spread=True,
        gaps=("W-J020",),
        checks=(_NUMBERED_FILES,),
    ),
    _listed(
        "instagram-json",
        "instagram",
        _MESSENGER_JSON,
        _MESSENGER_JSON.claims(b'"messages"', function="claims_instagram"),
        holds_media=True,
        spread=True,
        gaps=("W-J020",),
        checks=(_NUMBERED_FILES,),
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
