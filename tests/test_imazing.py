"""iMazing's tables are read by the names of their columns, whichever version wrote them."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import golden
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ministry import ministry
from reading import found, is_sound, items, read, source, uncovered

from archiver.model import Item
from archiver.parse import imazing_messages, imazing_whatsapp
from archiver.pipeline.formats import FORMATS

MODULES = {form.NAME: form for form in (imazing_messages, imazing_whatsapp)}
CASES = [case for name in MODULES for case in golden.cases(name)]
EXPORTS = Path(__file__).parent / "exports"
RICH = EXPORTS / "imazing-messages/rich/input/Messages - Sam de Wit.csv"
WHATSAPP = EXPORTS / "imazing-whatsapp/rich/input/WhatsApp - Overleg stikstof.csv"
HEADER = "Chat Session,Message Date,Service,Type,Sender ID,Sender Name,Text,Attachment\n"


def _read(rows: str, *media: tuple[str, bytes]) -> list[Item]:
    return items(read(imazing_messages, source(HEADER + rows, "m.csv", *media)))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}-{case.name}")
def test_every_case_is_read_as_reviewed(case: Path) -> None:
    """Each table under tests/exports is read exactly as its reviewed lines say."""
    assert "".join(golden.lines(case)) == golden.expected(case).read_text("utf-8")
    assert is_sound(read(MODULES[case.parent.name], golden.source_of(case)))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}-{case.name}")
def test_only_the_first_line_and_empty_lines_are_left_uncovered(case: Path) -> None:
    """Every row is an item or a finding."""
    given_source = golden.source_of(case)
    content = given_source.stream.read()
    entries = read(MODULES[case.parent.name], given_source)
    gaps = [content[start:end] for start, end in uncovered(entries, len(content))]

    assert gaps[0].count(b"\n") == 1
    assert all(not gap.strip() for gap in gaps[1:])


def test_columns_may_stand_in_any_order() -> None:
    """The names of the first line say what a value is, and not its place."""
    content = (
        "Text,Sender Name,Sender ID,Type,Message Date,Chat Session\n"
        "Goed,Sam,+31612345678,Incoming,2025-05-13 12:00:00,Sam\n"
    )
    (item,) = items(read(imazing_messages, source(content, "m.csv")))

    assert (item.text, item.sender, item.title) == ("Goed", "Sam", "Sam")
    assert item.sender_id == "e164:+31612345678"


def test_a_table_without_its_columns_is_not_guessed_at() -> None:
    """A table that lacks a needed column is one finding over the whole file."""
    content = b"Chat Session,Text\nSam,Goed\n"
    entries = read(imazing_messages, source(content, "m.csv"))

    assert found(entries) == ["E-F905"]
    assert list(uncovered(entries, len(content))) == []


def test_of_two_files_of_one_name_the_time_decides() -> None:
    """A phone numbers its pictures anew; the time before the name says which is meant."""
    media = [
        (f"att/2025-0{month}-13 12 00 00 - Sam - IMG_1.jpg", bytes([month])) for month in (5, 6)
    ]
    row = "Sam,2025-06-13 12:00:00,SMS,Incoming,+31612345678,Sam,,{}\n"
    (sure,) = _read(row.format("IMG_1.jpg"), *media)
    (unsure,) = _read(row.format("IMG_1.jpg").replace("-06-", "-07-"), *media)
    (missing,) = _read(row.format("IMG_9.jpg"), *media)

    assert sure.attachments[0].member == 2
    assert unsure.attachments[0].missing == "several-files-fit"
    assert missing.attachments[0].missing == "not-handed-in"


def test_each_table_has_one_claimant() -> None:
    """Messages and WhatsApp are told apart by their columns, and no other format says yes."""
    for path, name in ((RICH, "imazing-messages"), (WHATSAPP, "imazing-whatsapp")):
        head = path.read_bytes()
        assert [each.name for each in FORMATS if each.claims(head, path.name)] == [name]
    assert not imazing_messages.claims(b"Name,Date,Text,A,B,C\n", "m.csv")
    assert not imazing_messages.claims(b'"Chat Session,' * 600, "m.csv")


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_cut_or_flipped_byte_stops_the_reading(data: st.DataObject) -> None:
    """Whatever byte is changed or missing, reading ends without an error."""
    text = bytearray(RICH.read_bytes())
    at = data.draw(st.integers(0, len(text) - 1))
    text[at] = data.draw(st.integers(0, 255))
    content = bytes(text[: data.draw(st.integers(1, len(text)))])

    assert is_sound(read(imazing_messages, source(content, "m.csv")))


@pytest.mark.parametrize(
    ("path", "form", "words"),
    [
        (RICH, imazing_messages, "nota AND getekend"),
        (WHATSAPP, imazing_whatsapp, "kaart AND volgt"),
    ],
    ids=["messages", "whatsapp"],
)
def test_a_table_becomes_records_that_are_known_again(
    tmp_path: Path, path: Path, form: ModuleType, words: str
) -> None:
    """Two exports of one conversation give each message once."""
    here = ministry(tmp_path)
    here.account("noor", service=form.SERVICE)
    first = here.ingest(here.write("een.csv", path.read_bytes()), "noor", code=None)
    second = here.ingest(here.write("twee.csv", path.read_bytes() + b"\n"), "noor", code=None)
    hit = here.search(words)["hits"][-1]

    assert (first["source_format"], first["new"]) == (form.NAME, first["read"])
    assert (second["new"], second["known"]) == (0, first["read"])
    assert hit["sender"] == "Sam de Wit"
    assert here.run("show", hit["id"]).code == 0
    assert len(here.json("explain", hit["id"])["holdings"]) == 2
