"""Telegram's web pages are read message by message, with the numbers that the JSON has too."""

from __future__ import annotations

from pathlib import Path

import golden
import pytest
from frames import overlaps
from hypothesis import given, settings
from hypothesis import strategies as st
from ministry import ministry
from reading import found, is_sound, items, places, read, source

from archiver.model import Item
from archiver.parse import telegram_html, telegram_json
from archiver.pipeline.formats import FORMATS

CASES = golden.cases("telegram-html")
PAGE = golden.EXPORTS / "telegram-html/first-page/input"
NAME = "messages.html"
HEAD = (
    '<!DOCTYPE html>\n<html>\n <div class="page_header">\n  <div class="text bold">\nProef\n'
    '  </div>\n </div>\n<div class="page_body chat_page">\n <div class="history">\n'
)
END = " </div>\n</div>\n</html>\n"


def _message(
    number: str = "1", *, joined: str = "", body: str = "", zone: str = " UTC+01:00"
) -> str:
    name = "" if joined else '<div class="from_name">\nSam\n</div>'
    return (
        f'<div class="message default clearfix{joined}" id="message{number}">\n<div class="body">\n'
        f'<div class="pull_right date details" title="05.03.2024 10:00:00{zone}">\n10:00\n</div>\n'
        f'{name}\n{body}\n<div class="text">\nhallo\n</div>\n</div>\n</div>\n'
    )


def _page(*messages: str, head: str = HEAD, end: str = END) -> bytes:
    return (head + "".join(messages) + end).encode()


def _one(**parts: str) -> Item:
    return items(read(telegram_html, source(_page(_message(**parts)), NAME)))[0]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_case_is_read_as_reviewed(case: Path) -> None:
    """Each export under tests/exports is read exactly as its reviewed lines say."""
    assert "".join(golden.lines(case)) == golden.expected(case).read_text("utf-8")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_word_is_in_an_item_or_a_finding(case: Path) -> None:
    """Outside of items and findings stand only the page's head, links to pages, and days."""
    given_source = golden.source_of(case)
    entries = read(telegram_html, given_source)
    given_source.stream.seek(0)
    left = bytearray(given_source.stream.read())
    for offset, length in places(entries):
        left[offset : offset + length] = b" " * length
    shown = [each.split("<")[0].strip() for each in left.decode().split(">")]

    assert {each for each in shown if each} <= {
        "Exported Data", "Stikstofoverleg", "Kapot", "5 March 2024", "6 March 2024", "7 March 2024",
        "Next messages", "Previous messages",
    }  # fmt: skip
    assert overlaps(entries) == []
    assert is_sound(entries)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_no_other_format_claims_it(case: Path) -> None:
    """A page is claimed by its content, whatever its name, and by one format only."""
    for path in (case / "input").glob("*.html"):
        head = path.read_bytes()[:65536]
        assert [each.name for each in FORMATS if each.claims(head, "x")] == ["telegram-html"]


def test_the_same_chat_has_the_same_numbers_times_and_words_in_both_forms() -> None:
    """A chat exported as web pages and as JSON can be compared message by message."""
    whole = golden.EXPORTS / "telegram-json/single"
    json_items = {
        each.native_id: each for each in items(read(telegram_json, golden.source_of(whole)))
    }
    pages = items(read(telegram_html, golden.source_of(PAGE.parent)))
    plain = [each for each in pages if each.native_id in ("2", "3", "10")]

    assert [each.text for each in plain] == [json_items[each.native_id].text for each in plain]
    assert len(plain) == 3


def test_a_joined_message_has_the_sender_of_the_one_before() -> None:
    """Telegram shows the name once for messages in a row."""
    page = _page(_message("1"), _message("2", joined=" joined"))

    assert [each.sender for each in items(read(telegram_html, source(page, NAME)))] == ["Sam"] * 2


def test_chats_of_one_name_in_an_account_are_told_apart() -> None:
    """In an export of a whole account the folder belongs to the conversation's identity."""
    page = _page(_message())
    threads = [
        items(read(telegram_html, source(page, f"export/chats/chat_{number}/messages.html")))[
            0
        ].thread
        for number in ("001", "002")
    ]

    assert threads == ["chat_001 Proef", "chat_002 Proef"]
    assert _one().thread == ""


def test_an_encoded_path_finds_its_file() -> None:
    """A link may be written with percent signs."""
    link = '<div><a class="media block_link media_file" href="files/a%20b.pdf">\n</a></div>'
    page = _page(_message(body=link))
    read_items = items(read(telegram_html, source(page, NAME, ("files/a b.pdf", b"%PDF"))))

    assert read_items[0].attachments[0].member == 1


@pytest.mark.parametrize(
    ("content", "codes"),
    [
        (_page(), ["E-G002"]),
        (_page(_message())[:-60], ["E-G001"]),
        (_page(end=""), ["E-G001"]),
        (_page(_message("x"), _message()), ["W-G004"]),
        (_page(_message(body="x" * (5 << 20)), _message("2")), ["W-G004"]),
        (_page('<div class="message service" id="message4">\n<div class="body details">\nOeps\n'
               "</div>\n</div>\n"), ["W-G006"]),
        (_page(_message(zone="")), ["W-G008"]),
        (_page(_message("2"), _message("1")), ["W-G010"]),
        (_page('<a class="pagination block_link" href="messages0.html">\nP</a>', _message()),
         ["W-G011"]),
        (_page(_message(joined=" joined")), ["W-G012"]),
        (_page(_message(body="@")).replace(b"@", b"\xff"), ["W-G013"]),
    ],
)  # fmt: skip
def test_everything_unusual_is_a_finding(content: bytes, codes: list[str]) -> None:
    """Each finding is provoked by a page of its own."""
    told = found(read(telegram_html, source(content, NAME)))
    assert [code for code in dict.fromkeys(told) if code in codes] == codes


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 15_000), st.binary(max_size=3), st.booleans())
def test_no_damage_makes_it_raise(at: int, put: bytes, cut: bool) -> None:
    """Whatever is cut or changed, the rest is read."""
    whole = (PAGE / NAME).read_bytes()
    entries = read(
        telegram_html, source(whole[:at] + put + (b"" if cut else whole[at + len(put) :]), NAME)
    )

    assert overlaps(entries) == []
    assert is_sound(entries)


def test_a_folder_of_pages_is_one_delivery(tmp_path: Path) -> None:
    """Both pages and their files are taken in together, and can be searched."""
    place = ministry(tmp_path)
    place.account("fenna", service="telegram")
    folder = place.folder / "export"
    for path in sorted(PAGE.rglob("*")):
        if path.is_file():
            target = folder / path.relative_to(PAGE)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    done = place.ingest(folder, "fenna", code=None)

    assert (done["source_format"], done["state"], done["read"]) == ("telegram-html", "ingested", 31)
    assert done["attachments"]["present"] == 2
    assert [hit["sender"] for hit in place.search("concept")["hits"]] == ["Fenna Oosterhuis"]
