"""Threema's chat export and data backup are read whole, and no key comes along."""

from __future__ import annotations

from pathlib import Path

import golden
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ministry import ministry
from reading import found, is_sound, items, read, source, uncovered

from archiver.model import Item, Noted
from archiver.normalise.native import native_normaliser
from archiver.parse import threema_backup, threema_chat
from archiver.pipeline.formats import FORMATS

MODULES = {form.NAME: form for form in (threema_backup, threema_chat)}
CASES = [case for name in MODULES for case in golden.cases(name)]
EXPORTS = Path(__file__).parent / "exports"
BACKUP = EXPORTS / "threema-backup/direct/input"
CHAT = EXPORTS / "threema-chat/nl/input/messages.txt"


def _chat(text: str | bytes, **said: str) -> list[Item]:
    return items(read(threema_chat, source(text, "messages.txt", **said)))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}-{case.name}")
def test_every_case_is_read_as_reviewed(case: Path) -> None:
    """Each export under tests/exports is read exactly as its reviewed lines say."""
    assert "".join(golden.lines(case)) == golden.expected(case).read_text("utf-8")
    assert is_sound(read(MODULES[case.parent.name], golden.source_of(case)))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}-{case.name}")
def test_at_most_the_first_line_is_left_uncovered(case: Path) -> None:
    """Every line of a chat and every row of a table is an item or a finding."""
    given_source = golden.source_of(case)
    content = given_source.stream.read()
    entries = read(MODULES[case.parent.name], given_source)
    gaps = [content[start:end] for start, end in uncovered(entries, len(content))]

    assert len(gaps) <= 1
    assert not gaps or (gaps[0].count(b"\n") == 1 and b"apiid" in gaps[0])


def test_no_key_comes_into_an_item() -> None:
    """The keys of files and contacts stay in the original."""
    entries = read(threema_backup, golden.source_of(BACKUP.parent))
    kept = msgspec.json.encode(entries)

    assert b"ab" * 32 in (BACKUP / "message_1001.csv").read_bytes()
    assert b"abababab" not in kept


def test_names_come_from_the_tables_beside_the_messages() -> None:
    """A file of messages names nobody; the tables of contacts and groups say who it is."""
    direct = items(read(threema_backup, golden.source_of(BACKUP.parent)))[0]
    group = items(read(threema_backup, golden.source_of(BACKUP.parents[1] / "group")))

    assert (direct.sender, direct.sender_id) == ("Sam de Wit", "threema:ABCD1234")
    assert group[0].title == "Overleg stikstof"
    assert group[0].thread == "threema-group:ABCD1234/00ff00ff00ff00ff"
    assert Noted("read", "", "Sam de Wit") in group[1].noted
    assert Noted("reaction", "\U0001f44d", "Iris") in group[1].noted


def test_without_the_tables_the_identifiers_stand_for_names() -> None:
    """A file of messages handed in alone is read, and a finding says what is missing."""
    content = (BACKUP / "message_1001.csv").read_bytes()
    entries = read(threema_backup, source(content, "message_ABCD1234.csv"))

    assert found(entries)[0] == "W-T004"
    assert items(entries)[0].thread == "threema:ABCD1234"


def test_only_the_tables_of_names_are_asked_for() -> None:
    """Of all that stands beside the messages only contacts and groups are opened."""
    assert threema_backup.wants("a/message_1.csv", "a/contacts.csv")
    assert not threema_backup.wants("a/message_1.csv", "b/contacts.csv")
    assert not threema_backup.wants("a/message_1.csv", "a/message_media_u1")
    assert not threema_backup.wants("a/contacts.csv", "a/groups.csv")


@pytest.mark.parametrize(
    ("line", "order"),
    [
        ("[13-05-2025, 12:00] Sam: x", "dmy"),
        ("[3.5.2025, 12:00] Sam: x", "dmy"),
        ("[5/13/25, 12:00\u202fPM] Sam: x", "mdy"),
        ("[13/5/2025 12:00] Sam: x", "dmy"),
        ("[2025-05-13 12:00] Sam: x", "ymd"),
        ("[5/4/25, 12:00 PM] Sam: x", ""),
    ],
)
def test_the_order_of_dates_is_what_the_dates_show(line: str, order: str) -> None:
    """Dots, dashes, a year in front and days after the twelfth decide; else an officer is asked."""
    given_source = source(line + "\n", "messages.txt")
    learnt = threema_chat.survey(given_source)
    (item,) = _chat(line + "\n")
    sent_at = native_normaliser(given_source, learnt)(item).sent_at

    assert learnt.order == order
    assert (sent_at is None) == bool(learnt.questions) == (not order)


def test_an_officers_answer_decides_the_order() -> None:
    """With the answer the times are read as it says."""
    line = "[5/4/25, 12:00 PM] Sam: x\n"
    given_source = source(line, "messages.txt", date_order="mdy")
    learnt = threema_chat.survey(given_source)

    assert learnt.questions == ()
    assert native_normaliser(given_source, learnt)(_chat(line)[0]).sent_at == 1_746_352_800_000


def test_a_message_of_several_lines_is_one_message() -> None:
    """Lines without a date belong to the message before them."""
    (item,) = _chat("[13-05-2025, 12:00] Sam: een\ntwee\n\n[13-05] drie\n")

    assert item.text == "een\ntwee\n\n[13-05] drie"


def test_a_message_that_is_too_long_is_cut_and_told() -> None:
    """Of a message beyond the limit the beginning is kept, and its bytes stay covered."""
    content = b"[13-05-2025, 12:00] Sam: " + b"x" * 3_000_000 + b"\n[13-05-2025, 12:01] Sam: na\n"
    entries = read(threema_chat, source(content, "messages.txt"))

    assert "W-T014" in found(entries)
    assert items(entries)[1].text == "na"
    assert list(uncovered(entries, len(content))) == []


def test_each_export_has_one_claimant() -> None:
    """The chat export, the messages and the tables of a backup are claimed by one format each."""
    for path in (*sorted(BACKUP.glob("*.csv")), CHAT):
        name = "threema-chat" if path == CHAT else "threema-backup"
        head = path.read_bytes()
        assert [each.name for each in FORMATS if each.claims(head, path.name)] == [name]
    assert not threema_chat.claims(CHAT.read_bytes(), "gesprek.txt")
    assert not threema_backup.claims(b"id,name\n1,2\n", "contacts.csv")


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_no_cut_or_flipped_byte_stops_the_reading(data: st.DataObject) -> None:
    """Whatever byte is changed or missing, reading ends without an error."""
    for path, form in ((BACKUP / "message_1001.csv", threema_backup), (CHAT, threema_chat)):
        text = bytearray(path.read_bytes())
        at = data.draw(st.integers(0, len(text) - 1))
        text[at] = data.draw(st.integers(0, 255))
        content = bytes(text[: data.draw(st.integers(1, len(text)))])

        assert is_sound(read(form, source(content, path.name)))


def test_a_backup_becomes_records_that_are_known_again(tmp_path: Path) -> None:
    """A folder with tables and media is one delivery; handed in again it gives nothing new."""
    here = ministry(tmp_path)
    here.account("noor", service="threema")
    for folder in ("een", "twee"):
        for path in BACKUP.iterdir():
            extra = b"\n" if folder == "twee" and path.name == "message_1001.csv" else b""
            here.write(f"{folder}/{path.name}", path.read_bytes() + extra)
    first = here.ingest(tmp_path / "handed-in/een", "noor", code=None)
    second = here.ingest(tmp_path / "handed-in/twee", "noor", code=None)
    (hit,) = here.search("nota AND getekend")["hits"]

    assert (first["source_format"], first["new"]) == ("threema-backup", 12)
    assert (first["read"], first["rejected"]) == (13, 1)
    assert (second["new"], second["known"]) == (0, 12)
    assert (hit["sender"], hit["conversation"]) == ("Sam de Wit", "Sam de Wit")
    assert len(here.json("explain", hit["id"])["holdings"]) == 2


def test_a_chat_export_becomes_records(tmp_path: Path) -> None:
    """The text and the file beside it are one delivery."""
    here = ministry(tmp_path)
    here.account("noor", service="threema")
    for path in CHAT.parent.iterdir():
        here.write(f"Sam de Wit/{path.name}", path.read_bytes())
    taken = here.ingest(tmp_path / "handed-in/Sam de Wit", "noor", code=None)
    (hit,) = here.search("nota AND getekend")["hits"]

    assert (taken["source_format"], taken["new"]) == ("threema-chat", 6)
    assert taken["attachments"]["present"] == 1
    assert hit["sender"] == "Sam de Wit"
    assert here.run("show", hit["id"]).code == 0


def test_a_text_without_messages_is_told() -> None:
    """A text in which no line begins like a message is covered by findings and gives no item."""
    content = b"geen gesprek\n"
    entries = read(threema_chat, source(content, "messages.txt"))

    assert found(entries) == ["W-T012", "E-T011"]
    assert list(uncovered(entries, len(content))) == []


def test_a_row_that_does_not_decode_is_kept_and_told() -> None:
    """Bytes that are no UTF-8 are replaced in the item, and a finding counts them."""
    content = b"apiid,isoutbox,posted_at,type,body\n1,0,1747130400000,TEXT,caf\xe9\n"
    entries = read(threema_backup, source(content, "message_ABCD1234.csv"))

    assert items(entries)[0].text == "caf\ufffd"
    assert found(entries) == ["W-T004", "W-T005"]
