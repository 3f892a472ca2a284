"""An export that looks complete and is not says so, where a fact shows it and nowhere else."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import golden
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ministry import ministry
from reading import source
from whatsapp import codes as codes_of_text
from whatsapp import source_in

from archiver.format import Source
from archiver.model import Finding, Item, Normal
from archiver.normalise.beginning import SIGNAL_GROUP, WHATSAPP_DATABASE
from archiver.normalise.running import Series
from archiver.pipeline.formats import by_name
from archiver.pipeline.reading import batches
from archiver.wording import describe, remedy

NOTICE = (
    "Berichten en oproepen worden end-to-end versleuteld. Niemand buiten deze chat kan ze lezen."
)
ANDROID = "WhatsApp-chat met Proef.txt"
IPHONE = "_chat.txt"


def _told(form: str, given: Source) -> list[Finding]:
    """Read a source as an ingest does; give what is said about its being whole."""
    read = batches(by_name(form), given, lambda text: "")
    return [one for batch in read for one in batch.findings if one.code.startswith("W-E")]


def _codes(form: str, given: Source) -> list[str]:
    return [one.code for one in _told(form, given)]


def _text(*lines: str, name: str = ANDROID) -> list[Finding]:
    return _told("whatsapp-text", source("".join(f"{line}\n" for line in lines), name))


# -- limits of exports -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (9_499, False), (9_500, True), (10_100, True), (10_101, False),
        (38_999, False), (39_000, True), (40_500, True), (40_501, False),
    ],
)  # fmt: skip
def test_a_text_near_a_limit_of_the_export_is_named(count: int, said: bool) -> None:
    """A WhatsApp text of about 10,000 or 40,000 entries may have lost its oldest ones."""
    text = "13-05-2024 10:00 - Wouter ten Hove: a\n" * count

    assert ("W-W010" in codes_of_text(text)) is said


@pytest.mark.parametrize("form", ["messenger-json", "instagram-json"])
@pytest.mark.parametrize(
    ("count", "beside", "said"),
    [
        (9_999, (), []),
        (10_000, (), ["W-E006"]),
        (10_000, ("inbox/sam/message_2.json",), []),
        (10_000, ("inbox/noor/message_2.json",), ["W-E006"]),
        (10_001, (), []),
    ],
)
def test_a_full_file_without_the_next_one_is_named(
    form: str, count: int, beside: Sequence[str], said: list[str]
) -> None:
    """Messenger fills a file with 10,000 messages; older ones stand in the next one."""
    given = _messenger(count, "inbox/sam/message_1.json", beside)

    assert _codes(form, given) == said


def test_a_later_file_without_the_one_before_it_is_named() -> None:
    """The second file of a conversation was never its first."""
    alone = _messenger(1, "inbox/sam/message_2.json", ())
    both = _messenger(1, "inbox/sam/message_2.json", ("inbox/sam/message_1.json",))

    (told,) = _told("messenger-json", alone)
    assert (told.code, told.values["other"]) == ("W-E007", "inbox/sam/message_1.json")
    assert _codes("messenger-json", both) == []


def test_a_file_that_was_renamed_proves_nothing() -> None:
    """A name without a number says nothing about other files."""
    assert _codes("messenger-json", _messenger(10_000, "sam.json", ())) == []


def _messenger(count: int, name: str, beside: Sequence[str]) -> Source:
    messages = [{"sender_name": "Sam", "timestamp_ms": n, "content": "a"} for n in range(count)]
    content = json.dumps({"messages": messages, "title": "Sam"})
    return source(content, name, *((other, b"{}") for other in beside))


# -- beginnings ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "notice",
    [
        NOTICE,
        "Messages and calls are end-to-end encrypted. No one outside of this chat can read them.",
        "Nachrichten und Anrufe sind Ende-zu-Ende-verschlüsselt. Mehr erfahren",
        "Les messages et les appels sont chiffrés de bout en bout. En savoir plus",
        "Noor van Zwieten heeft de groep Proef gemaakt",
    ],
)
def test_a_text_that_begins_with_the_notice_is_whole_there(notice: str) -> None:
    """In every language that is read, the notice or the making of the group is the beginning."""
    said = "13-05-2024 10:01 - Noor van Zwieten: hallo"

    assert _text(f"13-05-2024 10:00 - {notice}", said) == []
    assert [one.code for one in _text(said)] == ["W-E001"]


@pytest.mark.parametrize(
    "first",
    ["Noor van Zwieten: hallo", "Noor van Zwieten heeft de groep verlaten"],
)
def test_a_text_that_begins_with_something_else_is_named(first: str) -> None:
    """The finding names the conversation and the entry with which the text begins."""
    line = f"13-05-2024 10:00 - {first}"
    (told,) = _text(line, f"13-05-2024 10:01 - {NOTICE}")

    assert (told.code, told.values, told.item) == ("W-E001", {"name": "Proef"}, 1)
    assert (told.offset, told.length) == (0, len(line) + 1)


def test_a_notice_of_the_same_minute_counts() -> None:
    """Android writes minutes: what stands second may be as old as what stands first."""
    first = "13-05-2024 10:00 - Noor van Zwieten: hallo"

    assert _text(first, f"13-05-2024 10:00 - {NOTICE}") == []


@pytest.mark.parametrize(
    ("name", "line"),
    [
        (ANDROID, "04-04-2016 10:00 - Noor van Zwieten: hallo"),
        (ANDROID, "13-05-2024 10:00 - Los mensajes y las llamadas están cifrados."),
        (IPHONE, "[13-05-2024, 10:00:00] Proef: \u200eLos mensajes están cifrados."),
        ("WhatsApp Chat with Ömer.txt", "2/11/19, 14:18 - Ömer: When?"),
    ],
    ids=["before-encryption", "android-other-language", "iphone-other-language", "undecided-date"],
)
def test_where_a_text_cannot_tell_nothing_is_said(name: str, line: str) -> None:
    """Old conversations had no notice, other languages are not read, an open date is no date."""
    assert _text(line, name=name) == []


@pytest.mark.parametrize(
    ("thread", "said"),
    [
        ("31612345678@s.whatsapp.net", ["W-E001"]),
        ("120363020000000001@g.us", ["W-E001"]),
        ("120363020000000001@newsletter", []),
        ("status@broadcast", []),
    ],
)
def test_only_conversations_begin_with_a_notice(thread: str, said: list[str]) -> None:
    """In a database of WhatsApp, channels and status messages have no beginning to look for."""
    item = Item(1, 0, 0, 0, title="Proef", thread=thread)
    check = WHATSAPP_DATABASE(source("", "msgstore.db"))
    check.see((item,), (Normal(1, 1_715_587_200_000, thread=thread),))

    assert [one.code for one in check.findings()] == said


@pytest.mark.parametrize(
    ("thread", "type_", "said"),
    [
        ("signal-group:ab", "text", ["W-E001"]),
        ("signal-group:ab", "group-created", []),
        ("signal-group:ab", "member-joined", []),
        ("aci:4a2e", "text", []),
    ],
)
def test_a_group_of_signal_begins_with_its_making_or_a_member(
    thread: str, type_: str, said: list[str]
) -> None:
    """Signal writes down how a group began for its user; private chats begin with nothing."""
    item = Item(1, 0, 0, 0, type=type_, title="Proef", thread=thread)
    check = SIGNAL_GROUP(source("", "main.jsonl"))
    check.see((item,), (Normal(1, None, thread=thread),))

    assert [one.code for one in check.findings()] == said


def _telegram(*numbers: int, kind: str = "private_supergroup", **first: Any) -> Source:
    messages = [
        {
            "id": number, "type": "message", "date_unixtime": str(1_709_629_200 + at),
            "from": "Sam", "from_id": "user9", "text": "hallo", "text_entities": [],
        }
        for at, number in enumerate(numbers)
    ]  # fmt: skip
    messages[0] |= first
    told = {"name": "Proef", "type": kind, "id": 5, "messages": messages}
    return source(json.dumps(told), "result.json")


def test_a_basic_group_begins_with_its_making() -> None:
    """A basic group of Telegram begins with its creation; private chats begin with nothing."""
    made = {"type": "service", "action": "create_group", "actor": "Sam", "actor_id": "user9"}

    assert _codes("telegram-json", _telegram(7, 9, kind="private_group", **made)) == []
    assert _codes("telegram-json", _telegram(7, 9, kind="private_group")) == ["W-E001"]
    assert _codes("telegram-json", _telegram(7, 9, kind="personal_chat")) == []


@pytest.mark.parametrize(
    ("type_", "content", "said"),
    [
        ("m.room.create", {}, []),
        ("m.room.member", {"membership": "join"}, []),
        ("m.room.message", {"msgtype": "m.text", "body": "hallo"}, ["W-E001"]),
        ("m.something.new", {}, []),
    ],
)
def test_a_room_begins_with_its_making_or_a_member(
    type_: str, content: dict[str, str], said: list[str]
) -> None:
    """A Matrix room begins with its creation or with a member; an unknown event proves nothing."""
    event = {
        "type": type_, "event_id": "$1", "origin_server_ts": 1_709_629_200_000, "content": content,
        "sender": "@sam:voorbeeld.example", "state_key": "@sam:voorbeeld.example",
    }  # fmt: skip
    told = {"room_name": "Proef", "exported_by": "sam", "messages": [event]}

    assert _codes("matrix-json", source(json.dumps(told), "export.json")) == said


# -- running numbers -------------------------------------------------------------------------------


def test_numbers_that_are_missing_in_a_chat_are_counted() -> None:
    """One finding a conversation: how many, in how many gaps, and what is around the largest."""
    (told,) = _told("telegram-json", _telegram(1, 2, 4, 5, 9, 10))

    assert told.code == "W-E003"
    assert told.values == {
        "name": "Proef", "missing": 4, "gaps": 2,
        "largest": 3, "after": 5, "before": 9, "previous": 4, "next": 5,
    }  # fmt: skip
    assert told.item == 5


def test_a_chat_that_begins_late_says_how_much_is_before_it() -> None:
    """A supergroup counts from 1, so the first number says how many came before."""
    (told,) = _told("telegram-json", _telegram(41, 42))

    assert (told.code, told.values["first"], told.values["missing"]) == ("W-E002", 41, 40)


@pytest.mark.parametrize(
    "given",
    [
        _telegram(1, 2, 3),
        _telegram(3, 900, kind="personal_chat"),
        _telegram(-999_999_991, -999_999_500, 1, 2),
        _telegram(1, 5, 3, 9),
    ],
    ids=["none-missing", "account-wide-numbers", "numbers-of-the-former-group", "disorder"],
)
def test_numbers_that_prove_nothing_are_passed_over(given: Source) -> None:
    """Numbers of the whole account, or out of order, say nothing of what is missing in a chat."""
    assert _codes("telegram-json", given) == []


def test_a_gap_between_frames_is_found() -> None:
    """Numbers are counted over the whole file and not only within what is handed on at once."""
    numbers = [*range(1, 257), *range(300, 3_000)]

    (told,) = _told("telegram-json", _telegram(*numbers))
    assert (told.values["missing"], told.item) == (43, 257)


@settings(max_examples=60, deadline=None)
@given(st.sets(st.integers(1, 60), min_size=1), st.integers(0, 60))
def test_what_is_missing_is_what_was_left_out(kept: set[int], cut: int) -> None:
    """Whatever is left out between the first number and the last is counted, gap by gap."""
    numbers = sorted(kept)
    series = Series(numbers[0], Item(numbers[0], 0, 0, 0))
    series.follow(numbers[1:cut], [Item(number, 0, 0, 0) for number in numbers[1:cut]])
    for number in numbers[max(cut, 1) :]:
        series.see(number, Item(number, 0, 0, 0))

    gaps = [b - a - 1 for a, b in pairwise(numbers) if b - a > 1]
    told = [one.values for one in series.gaps("W-E003", {})]
    assert [(one["missing"], one["gaps"], one["largest"]) for one in told] == (
        [(sum(gaps), len(gaps), max(gaps))] if gaps else []
    )
    assert all(int(one["before"]) - int(one["after"]) - 1 == max(gaps) for one in told)
    assert all((one["previous"], one["next"]) == (one["after"], one["before"]) for one in told)


def _iphone(*lines: str) -> list[str]:
    begun = f"[13-05-2024, 10:00:00] Proef: \u200e{NOTICE}"
    said = (f"\u200e[13-05-2024, 10:00:{at:02}] Noor: {line}" for at, line in enumerate(lines, 1))
    return [one.code for one in _text(begun, *said, name=IPHONE)]


def _photo(number: int) -> str:
    return f"\u200e<bijgevoegd: {number:08}-PHOTO-2024-05-13-10-00-01.jpg>"


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ((_photo(4), "hallo", "dag", _photo(7)), []),
        ((_photo(4), "hallo", _photo(7)), ["W-E005"]),
        ((_photo(4), "hallo", _photo(5), _photo(9)), []),
        ((_photo(4), "00000009-verslag.pdf (bestand bijgevoegd)", "hallo"), []),
    ],
    ids=["in-step", "an-entry-less", "contrary", "somebody's-own-name"],
)
def test_an_iphones_numbers_of_files_rise_with_the_entries(
    lines: tuple[str, ...], said: list[str]
) -> None:
    """Between two files the number rises by as many as there are entries, unless one is gone."""
    assert _iphone(*lines) == said


def test_no_alarm_is_given_for_a_real_group_on_four_phones(samples: Path) -> None:
    """Four whole exports of one real group, of Android and iPhone, are said to be whole."""
    found = sorted((samples / "chat/vws-one-group-four-phones").rglob("*.txt"))
    assert len(found) == 4
    assert [_codes("whatsapp-text", source_in(path)) for path in found] == [[]] * 4


def test_rows_that_are_missing_in_a_database_are_counted() -> None:
    """A database numbers rows over all conversations; each table of messages is told of once."""
    for form in ("whatsapp-android", "whatsapp-ios", "imessage"):
        case = golden.EXPORTS / form / "rich"
        with golden.source_of(case).stream:
            told = [one for one in _told(form, golden.source_of(case)) if one.code == "W-E004"]
        assert len(told) == 1
        values = told[0].values
        assert int(values["before"]) - int(values["after"]) - 1 == values["largest"]


# -- what is said of it ----------------------------------------------------------------------------


def _all() -> Iterator[Finding]:
    yield from _text("13-05-2024 10:00 - Noor: hallo")
    yield from _told("telegram-json", _telegram(5, 9))
    yield from _told("messenger-json", _messenger(10_000, "message_2.json", ()))


@pytest.mark.parametrize("language", ["en", "nl"])
def test_every_sentence_is_filled(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each finding is said in both languages without an open field."""
    monkeypatch.setattr("archiver.wording.current", lambda: language)
    told = list(_all())

    assert {one.code for one in told} == {"W-E001", "W-E002", "W-E003", "W-E006", "W-E007"}
    for one in told:
        assert "{" not in describe(one.code, one.values) + remedy(one.code, one.values)


def test_the_name_of_a_sealed_conversation_is_not_told(tmp_path: Path) -> None:
    """What a private account's conversation is called stays covered until it is released."""
    office = ministry(tmp_path)
    path = office.write("WhatsApp-chat met Geheime naam.txt", "13-05-2024 10:00 - Noor: hallo\n")
    office.account("bram", kind="private")
    delivery = office.ingest(path, "bram", code=None)

    ran = office.run("findings", "--delivery", delivery["delivery"], "--all")
    assert "W-E001" in ran.out
    assert "Geheime naam" not in ran.out
