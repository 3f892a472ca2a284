"""Twelve invented officials with forty accounts on twenty devices, as the sheets of the register.

Functions and days follow the periods of cabinets, so that the overview has more than one of them.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

RUTTE_4, SCHOOF = "2022-01-10", "2024-07-02"


@dataclass(frozen=True, slots=True)
class Official:
    """Somebody in office; `phones` are the IMEI numbers of the devices."""

    name: str
    function: str
    since: str
    until: str
    phones: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Account:
    """One account; `hands_in` names its exports, see `tests.walkthrough.exports`."""

    person: str
    service: str
    kind: str
    identifier: str
    hands_in: tuple[str, ...] = ()
    basis: str = "archiefwet"


_NAMES = (
    ("Jan Kade", "minister", RUTTE_4, SCHOOF),
    ("Fenna Bos", "minister", SCHOOF, ""),
    ("Idris Bakkali", "sg", RUTTE_4, ""),
    ("Lotte Terwolde", "staatssecretaris", RUTTE_4, SCHOOF),
    ("Daan Elzinga", "staatssecretaris", SCHOOF, ""),
    ("Nienke Fonteijne", "psg", RUTTE_4, ""),
    ("Bram Noordhuis", "dg", RUTTE_4, ""),
    ("Esmee Grootveen", "dg", RUTTE_4, ""),
    ("Gijs Coppens", "dg", "2023-03-01", ""),
    ("Karlijn Aardema", "directeur", RUTTE_4, ""),
    ("Floris Blokzijl", "politiek-assistent", RUTTE_4, SCHOOF),
    ("Zoë Jorritsveld", "woordvoerder", RUTTE_4, ""),
)
_TWO_DEVICES = 8

OFFICIALS = tuple(
    Official(
        name, function, since, until,
        tuple(f"35600000000{number:02}{each}7" for each in range(1 + (number <= _TWO_DEVICES))),
    )
    for number, (name, function, since, until) in enumerate(_NAMES, 1)
)  # fmt: skip

_BUSINESS, _PRIVATE = "business", "private"
_WORK, _MIXED = "chats:work", "chats:work+private+party"


def _number(who: int, *, private: bool = False) -> str:
    return f"+3161200{int(private)}{who:03}"


def _mail(name: str) -> str:
    return f"{name.lower().replace('ë', 'e').replace(' ', '.')}@voorbeeld.example"


def _account(
    who: int, service: str, kind: str, *hands_in: str, basis: str = "archiefwet"
) -> Account:
    name = OFFICIALS[who - 1].name
    own = _number(who, private=kind == _PRIVATE)
    by_mail = {"mail", "teams", "slack", "google-chat", "matrix", "dienstbericht"}
    identifier = _mail(name) if service in by_mail else own
    return Account(name, service, kind, identifier, hands_in, basis)


ACCOUNTS = (
    _account(1, "whatsapp", _BUSINESS, "talk:android_text", "talk:android_database"),
    _account(1, "whatsapp", _PRIVATE, _MIXED),
    _account(1, "mail", _BUSINESS, "mailbox"),
    _account(1, "sms", _BUSINESS, "case:sms-xml/rich"),
    _account(1, "telegram", _PRIVATE, basis="geen"),
    _account(2, "whatsapp", _BUSINESS, "talk:iphone_database"),
    _account(2, "teams", _BUSINESS, "case:rsmf/rich"),
    _account(2, "imessage", _PRIVATE, "case:imessage/rich"),
    _account(2, "mail", _BUSINESS, "mailbox"),
    _account(3, "whatsapp", _BUSINESS, "talk:android_text", _WORK),
    _account(3, "slack", _BUSINESS, "case:slack/channel"),
    _account(3, "mail", _BUSINESS, "mailbox"),
    _account(3, "telegram", _BUSINESS, "case:telegram-html/first-page"),
    _account(4, "whatsapp", _BUSINESS, _WORK),
    _account(4, "signal", _PRIVATE),
    _account(4, "telegram", _BUSINESS, "talk:telegram_json"),
    _account(4, "mail", _PRIVATE, "mailbox"),
    _account(5, "telegram", _BUSINESS, "talk:telegram_html"),
    _account(5, "instagram", _PRIVATE, "case:instagram-json/plain"),
    _account(5, "whatsapp", _BUSINESS),
    _account(6, "teams", _BUSINESS, "case:teams/array"),
    _account(6, "matrix", _BUSINESS, "case:matrix-json/room"),
    _account(6, "whatsapp", _PRIVATE, _MIXED),
    _account(7, "signal", _BUSINESS, "case:signal-tools/chat"),
    _account(7, "google-chat", _BUSINESS, "case:google-chat/space"),
    _account(7, "whatsapp", _PRIVATE, _MIXED, basis="toestemming"),
    _account(8, "whatsapp", _BUSINESS, "case:whatsapp-ios/rich"),
    _account(8, "threema", _BUSINESS, "case:threema-backup/direct"),
    _account(8, "sms", _PRIVATE, "case:sms-xml/rich", basis="geen"),
    _account(9, "imessage", _BUSINESS, "case:imazing-messages/rich"),
    _account(9, "discord", _PRIVATE, "case:discord-json/channel"),
    _account(9, "whatsapp", _BUSINESS, _WORK, "marked"),
    _account(10, "whatsapp", _BUSINESS, "case:imazing-whatsapp/rich"),
    _account(10, "threema", _BUSINESS, "case:threema-chat/nl"),
    _account(10, "messenger", _PRIVATE, "case:messenger-json/common"),
    _account(11, "whatsapp", _BUSINESS, _WORK, "case:rsmf-unpacked/rich"),
    _account(11, "signal", _PRIVATE, "case:signal-export/rich"),
    _account(12, "dienstbericht", _BUSINESS),
    _account(12, "whatsapp", _BUSINESS, _WORK, "disappearing"),
    _account(12, "mail", _BUSINESS, "letter"),
)

_CONTACTS = (
    ("Jan Kade", "Els", "private"),
    ("Jan Kade", "Campagneteam", "party"),
    ("Jan Kade", "Idris Bakkali", "business"),
    ("Nienke Fonteijne", "Els", "private"),
)


def folders() -> Iterator[tuple[str, Account]]:
    """Give each account with its drop folder, numbered where a person has two on one service."""
    seen: Counter[str] = Counter()
    for one in ACCOUNTS:
        plain = f"{one.person} {one.service}".lower().replace("ë", "e").replace(" ", "-")
        seen[plain] += 1
        yield plain if seen[plain] == 1 else f"{plain}-{seen[plain]}", one


def sheets() -> dict[str, str]:
    """Give the sheets of the register by name of file, as `register import` takes them."""
    key = {"minister", "staatssecretaris", "sg", "psg", "dg", "directeur"}
    return {
        "persons.csv": _sheet("id,name,aliases", (("", one.name, "") for one in OFFICIALS)),
        "functions.csv": _sheet(
            "id,person,code,title,key_official,since,until",
            (
                ("", one.name, one.function, "", str(one.function in key).lower(), one.since,
                 one.until)
                for one in OFFICIALS
            ),
        ),
        "accounts.csv": _sheet(
            "id,person,service,identifier,kind,owner,basis,since,until",
            (
                ("", one.person, one.service, one.identifier, one.kind, one.person, one.basis,
                 RUTTE_4, "")
                for one in ACCOUNTS
            ),
        ),
        "devices.csv": _sheet(
            "id,kind,account,person,identifier,owner,basis,since,until",
            (
                ("", "phone", "", one.name, phone, one.name, "archiefwet", RUTTE_4, "")
                for one in OFFICIALS
                for phone in one.phones
            ),
        ),
        "contacts.csv": _sheet(
            "id,person,name,identifiers,kind,since,until,source,confirmed",
            (("", who, name, "", kind, RUTTE_4, "", "lijst", "") for who, name, kind in _CONTACTS),
        ),
    }  # fmt: skip


def _sheet(columns: str, rows: Iterable[tuple[str, ...]]) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(columns.split(","))
    writer.writerows(rows)
    return text.getvalue()
