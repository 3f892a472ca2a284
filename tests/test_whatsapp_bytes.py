"""Whatever the bytes of an exported chat: none is lost, and each finding has its sentences."""

from __future__ import annotations

import io
import tomllib
from pathlib import Path

import pytest
from bench.generate_whatsapp import FORMS, generate
from hypothesis import given, settings
from hypothesis import strategies as st
from whatsapp import codes, items, peak_memory, read, source, uncovered

from archiver.model import Kind
from archiver.parse.whatsapp.entries import LONGEST
from archiver.parse.whatsapp_text import parse, survey

LRM = "\u200e"
DUTCH = "13-05-2024 10:00 - Noor van Zwieten: "
ROOT = Path(__file__).parents[1]


# -- findings --------------------------------------------------------------------------------------

_PROVOKED: dict[str, str | bytes] = {
    "E-W001": "2/5/22, 16:08 - Noor: a\n",
    "E-W002": f"{DUTCH}a\n31-02-2024 10:00 - Noor: b\n",
    "E-W004": "geen chat\n",
    "W-W005": f"rest van iets\n{DUTCH}a\n",
    "W-W006": DUTCH.encode() + b"a\xffb\n",
    "W-W007": f"{DUTCH}{'a' * (LONGEST + 1)}\n",
    "W-W008": "13-05-2024 10:00 - Er gebeurde iets nieuws\n",
    "W-W009": f"{DUTCH}a\n13-05-2031 10:00 - Noor: b\n",
    "W-W010": f"{DUTCH}a\n" * 10_000,
    "W-W011": "13/5/24, 10:00 - Noor: a\n1/6/24, 10:00 - Noor: b\n"
    "2/5/24, 10:00 - Noor: IMG-20240205-WA0001.jpg (file attached)\n",
    "W-W012": f"{DUTCH}a\n" * 5 + "[13-05-2024 10:00:00] Noor: b\n" * 6,
}


@pytest.mark.parametrize("code", _PROVOKED)
def test_every_finding_can_be_provoked(code: str) -> None:
    """Each code of a finding has an input that provokes it."""
    assert code in codes(_PROVOKED[code])


def test_every_finding_has_its_sentences_in_two_languages() -> None:
    """Each code is explained in Dutch and English, with the same fields."""
    table = tomllib.loads((ROOT / "config/findings/whatsapp.toml").read_text("utf-8"))
    assert set(table) == {*_PROVOKED, "E-W003", "W-W020"}
    for code, sentences in table.items():
        assert set(sentences) == {"en", "nl", "solve_en", "solve_nl"}, code


@pytest.mark.parametrize("code", _PROVOKED)
def test_every_sentence_can_be_filled(code: str) -> None:
    """A finding carries every value that its sentences name."""
    table = tomllib.loads((ROOT / "config/findings/whatsapp.toml").read_text("utf-8"))
    learned, _, findings = read(_PROVOKED[code])
    for finding in (*learned.questions, *findings):
        for sentence in table[finding.code].values():
            assert "{" not in sentence.format(**finding.values)


def test_a_message_too_long_is_cut_and_the_rest_has_its_place() -> None:
    """Of a message of many megabytes the beginning is kept and the place of the rest is told."""
    text = DUTCH + "é" * (3 * LONGEST) + f"\n{DUTCH}na\n"
    _, (long, after), (finding,) = read(text)
    assert (len(long.text), after.text) == (LONGEST, "na")
    assert finding.offset == len(DUTCH) + 2 * LONGEST
    assert (finding.length, long.length) == (4 * LONGEST + 1, len(DUTCH) + 6 * LONGEST + 1)


@pytest.mark.parametrize("beyond", [-1, 0, 1, 1000, 5000])
def test_the_text_of_an_item_has_one_greatest_length(beyond: int) -> None:
    """A text is cut at its greatest length exactly, and only what is cut has a finding."""
    _, (first, long, after), findings = read(
        f"{DUTCH}voor\n{DUTCH}{'a' * (LONGEST + beyond)}\n{DUTCH}na\n"
    )
    assert (first.text, after.text) == ("voor", "na")
    assert len(long.text) == LONGEST + min(beyond, 0)
    assert [finding.length for finding in findings] == ([beyond + 1] if beyond > 0 else [])


# -- encodings and size ----------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("feed", ["\n", "\r\n"])
def test_places_are_those_of_the_original_bytes(encoding: str, feed: str) -> None:
    """Whatever the encoding, the bytes at an item's place are that item."""
    lines = [f"{DUTCH}één 👍", "tweede regel", f"{LRM}{DUTCH}drie", f"{DUTCH}vier"]
    data = feed.join(lines).encode(encoding)
    found = items(data)
    assert [item.text for item in found] == [f"één 👍{feed}tweede regel", "drie", "vier"]
    body = {"utf-8-sig": "utf-8", "utf-16": "utf-16-le"}.get(encoding, encoding)
    places = [data[item.offset : item.offset + item.length].decode(body) for item in found]
    assert "".join(places).lstrip("\ufeff") == feed.join(lines)
    assert places[-1] == lines[-1]
    assert list(uncovered(source(data), len(data))) == []


_PIECES = st.sampled_from(
    [
        DUTCH.encode(),
        b"\n",
        b"\r\n",
        b"\r",
        b"tekst ",
        b"\xff",
        b"\xe2\x82",
        "👍€".encode(),
        f"{LRM}[13-05-2024 10:00:00] Noor: ".encode(),
        b"13-05-2024 10:00 - iets nieuws",
        b"31-02-2024 10:00 - Noor:",
        b": ",
        b"<Media weggelaten>",
        b"x" * 1500,
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(_PIECES, max_size=30), st.sampled_from(["utf-8", "utf-16-le"]), st.booleans())
def test_no_byte_is_lost_whatever_the_file(pieces: list[bytes], encoding: str, odd: bool) -> None:
    """Broken, mixed and half files are covered to the last byte, without gap or overlap."""
    data = b"".join(pieces)
    if encoding != "utf-8":
        data = b"\xff\xfe" + data.decode("utf-8", "replace").encode(encoding) + b"x" * odd
    assert list(uncovered(source(data), len(data))) == []


@settings(max_examples=60, deadline=None)
@given(st.lists(_PIECES, max_size=30), st.integers(min_value=1, max_value=97))
def test_the_size_of_a_block_changes_nothing(pieces: list[bytes], size: int) -> None:
    """A file gives the same items wherever the blocks in which it is read happen to end."""
    given_source = source(DUTCH.encode() + b"".join(pieces))
    learned = survey(given_source)
    whole = list(parse(given_source, learned))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("archiver.parse.whatsapp.reading.BLOCK", size)
        assert list(parse(given_source, learned)) == whole


@pytest.mark.parametrize(
    "content", [DUTCH + "a" * 30_000_000, (DUTCH + "abc " * 40 + "\n") * 50_000]
)
def test_memory_stays_the_same_whatever_the_file(content: str) -> None:
    """One line of 30 MB and 50,000 messages of 10 MB are both read within 8 MB."""
    assert peak_memory(source(content)) < 8_000_000


@pytest.mark.parametrize("form", FORMS)
def test_a_generated_export_is_read_in_full(form: str) -> None:
    """Of an export made for measuring, every entry is found and none is unknown."""
    file = io.StringIO()
    generate(file, messages=3000, form=form)
    _, found, findings = read(file.getvalue())
    assert (len(found), findings) == (3000, [])
    assert 30 <= sum(item.kind is Kind.EVENT for item in found) <= 90
