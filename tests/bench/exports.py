"""Write exports of four formats with invented people, as long as is asked, for measuring.

Words are those of `tests.bench.corpus`. The same number of messages gives the same bytes. Each
message has what nearly every message of its format has: one in nine answers another.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path

from tests import cellebrite
from tests.bench.corpus import Words

SEED = 5
_START = 1_600_000_000
_STEP = 137
_PEOPLE = 12
_CHATS = 20
_HERE = "\N{SECTION SIGN}"


def write(folder: Path, form: str, messages: int) -> Path:
    """Write one export and give its path."""
    name, lines = _WRITERS[form]
    path = folder / f"{form}-{messages}" / name
    path.parent.mkdir(parents=True)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(lines(_said(), messages))
    return path


def _said() -> Iterator[str]:
    """Give what one says after the other, without end."""
    choose = random.Random(SEED)
    words = Words(choose)
    while True:
        yield " ".join(words.take(choose.randint(5, 15)))


def _telegram(said: Iterator[str], messages: int) -> Iterator[str]:
    yield '{\n "name": "Overleg",\n "type": "private_group",\n "id": 4000001,\n "messages": ['
    for number in range(messages):
        text, at = next(said), _START + number * _STEP
        message = {
            "id": number + 1,
            "type": "message",
            "date": "2024-03-05T09:02:00",
            "date_unixtime": str(at),
            "from": f"Collega {number % _PEOPLE}",
            "from_id": f"user{500 + number % _PEOPLE}",
            **({"reply_to_message_id": number} if number % 9 == 8 else {}),
            "text": text,
            "text_entities": [{"type": "plain", "text": text}],
        }
        written = json.dumps(message, ensure_ascii=False, indent=1).replace("\n", "\n  ")
        yield f"{',' if number else ''}\n  {written}"
    yield "\n ]\n}"


def _signal(said: Iterator[str], messages: int) -> Iterator[str]:
    frames: list[dict[str, object]] = [{"version": "1", "backupTimeMs": "1900000000000"}]
    frames.append({"recipient": {"id": "1", "self": {}}})
    for one in range(2, _PEOPLE + 2):
        contact = {"e164": str(31610000000 + one), "profileGivenName": f"Collega {one}"}
        frames.append({"recipient": {"id": str(one), "contact": contact}})
        frames.append({"chat": {"id": str(one), "recipientId": str(one)}})
    yield from map(_line, frames)
    for number in range(messages):
        yield _line({"chatItem": _signal_item(number, next(said))})


def _signal_item(number: int, said: str) -> dict[str, object]:
    sent, chat = _START * 1000 + number * _STEP * 1000, 2 + number % _PEOPLE
    standard: dict[str, object] = {"text": {"body": said}}
    if number % 9 == 8:
        asked = {"targetSentTimestamp": str(sent - 9000), "authorId": str(chat)}
        standard["quote"] = asked | {"text": {"body": "Kan dit?"}, "type": "NORMAL"}
    head = {"chatId": str(chat), "authorId": str(chat if number % 3 else 1), "dateSent": str(sent)}
    if number % 3:
        came = {"dateReceived": str(sent + 500), "dateServerSent": str(sent + 300)}
        way: dict[str, object] = {"incoming": came | {"read": True, "sealedSender": True}}
    else:
        status = {"recipientId": str(chat), "timestamp": str(sent + 900), "read": {}}
        way = {"outgoing": {"sendStatus": [status]}}
    return {**head, **way, "standardMessage": standard}


def _sms(said: Iterator[str], messages: int) -> Iterator[str]:
    yield "<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>\n"
    yield f'<smses count="{messages}" backup_set="3f2c" backup_date="1900000000000" type="full">\n'
    for number in range(messages):
        at, one = (_START + number * _STEP) * 1000, number % _PEOPLE
        yield (
            f'  <sms protocol="0" address="+316100000{one:02}" date="{at}" type="{1 + number % 2}"'
            f' subject="null" body="{next(said)}" toa="null" sc_toa="null"'
            f' service_center="+31653131313" read="1" status="-1" locked="0"'
            f' date_sent="{at - 900}" sub_id="1" readable_date="13 mei 2025 12:00:00"'
            f' contact_name="Collega {one}" />\n'
        )
    yield "</smses>"


def _ufdr(said: Iterator[str], messages: int) -> Iterator[str]:
    """Write a report of some chats; each message has the fields that those of WhatsApp have."""
    start, end = cellebrite.report(cellebrite.types(Chat=_HERE)).decode().split(_HERE)
    yield start
    before, after = cellebrite.chat(_HERE).split(_HERE)
    for chat in range(_CHATS):
        yield before
        for number in range(chat, messages, _CHATS):
            yield _ufdr_message(number, next(said))
        yield after
    yield end


def _ufdr_message(number: int, said: str) -> str:
    value = cellebrite.value
    more = (
        value("Identifier", f"3EB0{number:016X}"),
        value("Status", "Read", "MessageStatus"),
        value("Type", "AppMessage", "MessageType"),
        value("SourceApplication", "WhatsApp"),
        cellebrite.models("To", cellebrite.party(cellebrite.OWNER, "Jan Kade", "To")),
    )
    sender = cellebrite.FENNA if number % 3 else cellebrite.OWNER
    at = f"20{10 + number % 15}-03-{1 + number % 28:02}T09:{number % 60:02}:00.000+00:00"
    return cellebrite.message(said, sender, *more, at=at, id=f"m-{number}")


def _line(frame: dict[str, object]) -> str:
    return json.dumps(frame, ensure_ascii=False, separators=(",", ":")) + "\n"


_WRITERS: dict[str, tuple[str, Callable[[Iterator[str], int], Iterator[str]]]] = {
    "telegram-json": ("result.json", _telegram),
    "signal-export": ("main.jsonl", _signal),
    "sms-xml": ("sms-20250513120000.xml", _sms),
    "ufdr": ("report.xml", _ufdr),
}
