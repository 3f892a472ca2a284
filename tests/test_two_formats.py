"""One conversation that was handed in in two formats becomes one conversation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
import talk

from tests.ministry import Ministry, ministry

CHAT = "WhatsApp-chat met Overleg stikstof.txt"
Export = tuple[str, str, Callable[[list[talk.Line]], str | bytes]]
"""Whose account, the name of the file, and what writes it."""

JAN_TEXT: Export = ("jan", CHAT, talk.android_text)
JAN_DATABASE: Export = ("jan", "msgstore.db", talk.android_database)
JAN_REPORT: Export = ("jan", "report.xml", talk.phone_report)
JAN_IPHONE: Export = ("jan", "ChatStorage.sqlite", talk.iphone_database)
FENNA_IPHONE: Export = ("fenna", "ChatStorage.sqlite", lambda said: talk.iphone_database(said, 1))
NICKNAMES: Export = ("jan", CHAT, lambda said: talk.android_text(said, {1: "Fen", 2: "Idris prov"}))
TELEGRAM_JSON: Export = ("jan", "result.json", talk.telegram_json)
TELEGRAM_HTML: Export = ("jan", "messages.html", talk.telegram_html)

PAIRS = {
    "text and database of one phone": (JAN_TEXT, JAN_DATABASE),
    "text of one person, iPhone of another": (NICKNAMES, FENNA_IPHONE),
    "an old Android phone and a new iPhone": (JAN_DATABASE, JAN_IPHONE),
    "JSON and HTML of Telegram": (TELEGRAM_JSON, TELEGRAM_HTML),
    "forensic report and text": (JAN_REPORT, JAN_TEXT),
}


_NUMBERS = {"jan": "+31612000001", "fenna": "+31612000002"}


def take_in(folder: Path, *given: tuple[Export, list[talk.Line]]) -> Ministry:
    """Take exports in, one after the other."""
    made = ministry(folder)
    for (account, name, write), said in given:
        service = "telegram" if "telegram" in write.__name__ else "whatsapp"
        made.account(account, service=service, identifier=_NUMBERS[account])
        path = made.write(f"{account}/{name}", write(said))
        made.ingest(path, account, code=None)
    return made


@pytest.mark.parametrize("turned", [False, True], ids=["", "turned"])
@pytest.mark.parametrize("pair", PAIRS.values(), ids=list(PAIRS))
def test_every_message_stands_once(
    pair: tuple[Export, Export], turned: bool, tmp_path: Path
) -> None:
    """In either order: one conversation, each message once with both copies, each repeat kept."""
    said = talk.talk()
    one, two = reversed(pair) if turned else pair
    made = take_in(tmp_path, (one, said), (two, said))
    hits = made.search("")["hits"]
    assert len({hit["conversation_id"] for hit in hits}) == 1
    assert Counter(hit["text"] for hit in hits) == Counter(line.text for line in said)
    assert {hit["holdings"] for hit in hits} == {2}


@pytest.mark.parametrize("pair", PAIRS.values(), ids=list(PAIRS))
def test_what_one_export_lacks_stays_with_the_other(
    pair: tuple[Export, Export], tmp_path: Path
) -> None:
    """One begins later, the other lacks some in the middle: what only one has is held once.

    A short answer beside a gap may stand twice, and then an officer is asked.
    """
    said = talk.talk()
    lost = {40, 41, 55}
    made = take_in(
        tmp_path, (pair[0], said[12:]), (pair[1], [one for one in said if one.id not in lost])
    )
    hits = made.search("")["hits"]
    found, wanted = Counter(hit["text"] for hit in hits), Counter(line.text for line in said)
    assert not wanted - found
    apart = found - wanted
    assert apart.total() <= 2
    assert max(map(len, apart), default=0) < 20
    assert sum(hit["holdings"] for hit in hits) == 90 - 12 + 90 - 3
    asked = [one["code"] for one in made.json("findings", code=None)["findings"]]
    assert asked.count("E-D012") >= apart.total()
    assert {code for code in asked if code.startswith("E")} <= {"E-D012"}


def test_explain_says_what_joined_them(tmp_path: Path) -> None:
    """Each message says by which rule, how, and on what evidence the two copies are one."""
    said = talk.talk()
    made = take_in(tmp_path, (JAN_DATABASE, said), (JAN_TEXT, said))
    links: Counter[tuple[str, str, bool]] = Counter()
    for hit in made.search("")["hits"]:
        first, second = made.json("explain", hit["id"])["holdings"]
        assert {first["format"], second["format"]} == {"whatsapp-android", "whatsapp-text"}
        (linked,) = [one["link"] for one in (first, second) if "link" in one]
        links[linked["rule"], linked["how"], "text" in linked["matching"]] += 1
    assert links == {("align-4", "exact", True): 30, ("align-4", "sender-confirmed", True): 60}


def test_two_groups_of_one_account_stay_two(tmp_path: Path) -> None:
    """A database and a text of other conversations share "ok" and no conversation."""
    said = talk.talk()
    other = [
        talk.Line(one.id, one.at, one.who, f"Heel iets anders, bericht nummer {one.id}")
        if len(one.text) > 20
        else one
        for one in said
    ]
    made = take_in(tmp_path, (JAN_DATABASE, said), (JAN_TEXT, other))
    hits = made.search("")["hits"]
    assert len(hits) == 180
    assert {hit["holdings"] for hit in hits} == {1}
