"""One invented conversation as several programs export it: texts, databases, JSON and HTML.

Everybody is invented. A `Line` is what one person said at one moment; what an export leaves out or
shows otherwise is for the test to say.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from zoneinfo import ZoneInfo

import cellebrite
from databases import build

TITLE = "Overleg stikstof"
START = 1_742_460_000_000
"""20 March 2025, 8:40 UTC."""
PEOPLE = (
    ("Jan Kade", "31612000001"),
    ("Fenna Bos", "31612000002"),
    ("Idris Bakkali", "31612000003"),
)
_ZONE = ZoneInfo("Europe/Amsterdam")
_APPLE = 978_307_200
_GROUP = "120363020000000001@g.us"
_TOPICS = (
    "de kaart van Ommen", "het advies van de commissie", "de brief aan de Kamer",
    "het verslag van dinsdag", "de begroting voor volgend jaar", "het bezoek aan Lochem",
    "de vragen van de pers", "het gesprek met de provincie", "de nota over de ruimte",
    "het rapport van de rekenkamer",
)  # fmt: skip
_ASKS = (
    "Wie heeft {topic} al gelezen, stuk {n}?", "Ik stuur {topic} vanmiddag nog rond, versie {n}.",
    "Over {topic} hoor ik graag voor {n} uur iets.", "Bij {topic} staat op bladzijde {n} een fout.",
)  # fmt: skip
_ANSWERS = ("Akkoord", "ok", "Dank!", "Doe ik", "👍")


@dataclass(frozen=True, slots=True)
class Line:
    """What person number `who` said, `at` milliseconds after the start; `id` counts from 1."""

    id: int
    at: int
    who: int
    text: str

    @property
    def ms(self) -> int:
        """When, in milliseconds since 1970."""
        return START + self.at

    @property
    def wall(self) -> datetime:
        """When, by a Dutch clock."""
        return datetime.fromtimestamp(self.ms / 1000, _ZONE)


def talk(asks: int = 30) -> list[Line]:
    """Make a conversation: long texts said once, and short ones that come back within a minute."""
    said: list[tuple[int, int, str]] = []
    for n in range(asks):
        at = n * 600_000
        topic = _TOPICS[n % len(_TOPICS)]
        ask = _ASKS[n // len(_TOPICS) % len(_ASKS)].format(topic=topic, n=n + 1)
        said.append((at, n % 3, ask))
        said.append((at + 65_000, (n + 1) % 3, _ANSWERS[n % 5]))
        said.append((at + 75_000, (n + 1) % 3, _ANSWERS[n % 5]))
    return [Line(id_, *one) for id_, one in enumerate(said, 1)]


def android_text(lines: Sequence[Line], names: dict[int, str] | None = None) -> str:
    """Write the text that an Android phone exports; `names` says what it calls people."""
    called = {who: name for who, (name, _) in enumerate(PEOPLE)} | (names or {})
    return "".join(f"{one.wall:%d-%m-%Y %H:%M} - {called[one.who]}: {one.text}\n" for one in lines)


def android_database(lines: Sequence[Line], owner: int = 0) -> bytes:
    """Write the database of an Android phone."""
    jids = [(n, f"{number}@s.whatsapp.net") for n, (_, number) in enumerate(PEOPLE, 1)]
    rows = [
        (one.id, 1, int(one.who == owner), f"K{one.id:04}",
         0 if one.who == owner else one.who + 1, one.ms, 0, one.text)
        for one in lines
    ]  # fmt: skip
    return build(
        "CREATE TABLE jid (_id INTEGER PRIMARY KEY, raw_string TEXT);"
        + _insert("jid", [*jids, (9, _GROUP)])
        + "CREATE TABLE chat (_id INTEGER PRIMARY KEY, jid_row_id INTEGER, subject TEXT);"
        + _insert("chat", [(1, 9, TITLE)])
        + "CREATE TABLE message_media (message_row_id INTEGER PRIMARY KEY, file_path TEXT);"
        + "CREATE TABLE message (_id INTEGER PRIMARY KEY, chat_row_id INTEGER, from_me INTEGER,"
        " key_id TEXT, sender_jid_row_id INTEGER, timestamp INTEGER, message_type INTEGER,"
        " text_data TEXT);" + _insert("message", rows)
    )


def iphone_database(lines: Sequence[Line], owner: int = 0) -> bytes:
    """Write the database of an iPhone."""
    members = [
        (n, 1, f"{number}@s.whatsapp.net", name) for n, (name, number) in enumerate(PEOPLE, 1)
    ]
    rows = [
        (one.id, 0, int(one.who == owner), 0, 1, None if one.who == owner else one.who + 1,
         one.ms / 1000 - _APPLE, None if one.who == owner else _GROUP, f"K{one.id:04}", one.text)
        for one in lines
    ]  # fmt: skip
    return build(
        "CREATE TABLE ZWACHATSESSION (Z_PK INTEGER PRIMARY KEY, ZSESSIONTYPE, ZCONTACTJID,"
        " ZPARTNERNAME);"
        + _insert("ZWACHATSESSION", [(1, 1, _GROUP, TITLE)])
        + "CREATE TABLE ZWAGROUPMEMBER (Z_PK INTEGER PRIMARY KEY, ZCHATSESSION, ZMEMBERJID,"
        " ZCONTACTNAME);"
        + _insert("ZWAGROUPMEMBER", members)
        + "CREATE TABLE ZWAMEDIAITEM (Z_PK INTEGER PRIMARY KEY, ZMESSAGE, ZMEDIALOCALPATH);"
        + "CREATE TABLE ZWAMESSAGE (Z_PK INTEGER PRIMARY KEY, ZGROUPEVENTTYPE, ZISFROMME,"
        " ZMESSAGETYPE, ZCHATSESSION, ZGROUPMEMBER, ZMESSAGEDATE, ZFROMJID, ZSTANZAID, ZTEXT);"
        + _insert("ZWAMESSAGE", rows)
    )


def telegram_json(lines: Sequence[Line], **changes: object) -> str:
    """Write one chat as Telegram Desktop's JSON; `changes` replace keys of the chat."""
    messages = [telegram_message(one) for one in lines]
    chat = {"name": TITLE, "type": "private_supergroup", "id": 1_700_000_001}
    return json.dumps({**chat, "messages": messages, **changes}, ensure_ascii=False, indent=1)


def telegram_message(one: Line, **more: object) -> dict[str, object]:
    """Write one message of that JSON."""
    text = more.pop("text", one.text)
    return {
        "id": one.id, "type": "message", "date": f"{one.wall:%Y-%m-%dT%H:%M:%S}",
        "date_unixtime": str(one.ms // 1000), "from": PEOPLE[one.who][0],
        "from_id": f"user50{one.who}", "text": text,
        "text_entities": [{"type": "plain", "text": text}], **more,
    }  # fmt: skip


def telegram_html(lines: Sequence[Line]) -> str:
    """Write one page of the same chat as HTML."""
    before: int | None = None
    parts = []
    for one in lines:
        joined = " joined" if one.who == before else ""
        named = f'<div class="from_name">\n{PEOPLE[one.who][0]}\n</div>' if not joined else ""
        before = one.who
        parts.append(
            f'<div class="message default clearfix{joined}" id="message{one.id}">\n'
            f'<div class="body">\n<div class="pull_right date details"'
            f' title="{one.wall:%d.%m.%Y %H:%M:%S} UTC+01:00">\n{one.wall:%H:%M}\n</div>\n'
            f'{named}\n<div class="text">\n{escape(one.text)}\n</div>\n</div>\n</div>\n'
        )
    return (
        '<!DOCTYPE html>\n<html>\n<head>\n<meta charset="utf-8"/>\n<title>Exported Data</title>\n'
        '</head>\n<body>\n<div class="page_wrap">\n<div class="page_header">\n'
        f'<div class="content">\n<div class="text bold">\n{TITLE}\n</div>\n</div>\n</div>\n'
        '<div class="page_body chat_page">\n<div class="history">\n'
        f"{''.join(parts)}</div>\n</div>\n</div>\n</body>\n</html>\n"
    )


def phone_report(lines: Sequence[Line], owner: int = 0) -> bytes:
    """Write the same group as a forensic program's report of the owner's phone."""
    people = [
        cellebrite.model(
            "Party", cellebrite.value("Identifier", f"{number}@s.whatsapp.net"),
            cellebrite.value("Name", name),
            cellebrite.value("IsPhoneOwner", str(who == owner), "Boolean"),
        )
        for who, (name, number) in enumerate(PEOPLE)
    ]  # fmt: skip
    messages = [
        cellebrite.model(
            "InstantMessage", cellebrite.one("From", people[one.who]),
            cellebrite.value("Body", one.text),
            cellebrite.time(_stated(one.ms)),
        )
        for one in lines
    ]  # fmt: skip
    head = (
        cellebrite.value("Source", "WhatsApp")
        + cellebrite.value("Id", _GROUP)
        + cellebrite.value("Name", TITLE)
        + cellebrite.models("Participants", *people, kind="Party")
    )
    return cellebrite.report(
        cellebrite.types(Chat=cellebrite.chat(*messages, head=head)),
    )


def _stated(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat("T", "milliseconds")


def _insert(table: str, rows: Sequence[tuple[object, ...]]) -> str:
    return "".join(f"INSERT INTO {table} VALUES ({', '.join(map(_literal, row))});" for row in rows)


def _literal(value: object) -> str:
    if value is None:
        return "NULL"
    return (
        repr(value) if isinstance(value, int | float) else "'" + str(value).replace("'", "''") + "'"
    )
