"""What leaves the program: right in every form, harmless where it is shown."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Struct

from archiver import output
from archiver.output import Column, Form, Report, moment, plain, show

_AMSTERDAM = ZoneInfo("Europe/Amsterdam")
_DANGER = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")

_any_text = st.text(st.characters(codec=None, exclude_categories=()), max_size=30)


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """Say so."""
        return True


class _Part(Struct):
    name: str
    size: int


def _shown(report: Report, form: Form, stream: io.StringIO | None = None) -> str:
    stream = stream or io.StringIO(newline="")
    show(report, form, stream)
    return stream.getvalue()


def _hits(*texts: str) -> Report:
    rows = [{"id": f"d1.{number}", "text": text} for number, text in enumerate(texts)]
    return Report("hits", rows, {"total": len(rows), "exact": True})


def test_text_is_an_aligned_table_with_the_other_values_below() -> None:
    """Wide signs take two columns and joining marks none, so the columns stay straight."""
    report = Report(
        "rows",
        [{"who": "Café", "n": 3}, {"who": "会議 ok", "n": 12}, {"who": "e\u0301é", "n": None}],
        {"total": 3, "sizes": {"least": 1}},
        (Column("who", "Who"), Column("n", "Number")),
    )

    assert _shown(report, Form.TEXT) == (
        "Who      Number\nCafé     3\n会議 ok  12\ne\u0301é\ntotal        3\nsizes.least  1\n"
    )


def test_lines_of_a_command_take_the_place_of_the_table() -> None:
    """A command may lay out its text itself; JSON is not touched by that."""
    report = Report("rows", [{"n": 1}], lines=lambda: ["first", "se\x1bcond"])

    assert _shown(report, Form.TEXT) == "first\nse\\x1bcond\n"
    assert json.loads(_shown(report, Form.JSON))["rows"] == [{"n": 1}]


def test_json_is_one_object_with_its_version_and_one_row_a_line() -> None:
    """Rows stand under their name; the other values follow."""
    shown = _shown(_hits("ja", "nee"), Form.JSON)

    assert json.loads(shown) == {
        "format_version": 1,
        "hits": [{"id": "d1.0", "text": "ja"}, {"id": "d1.1", "text": "nee"}],
        "total": 2,
        "exact": True,
    }
    assert shown.splitlines()[3] == '{"id":"d1.1","text":"nee"}'


def test_values_may_be_filled_while_the_rows_are_written() -> None:
    """Totals are known after the last row, and no row is held back for them."""
    totals: dict[str, object] = {}

    def rows() -> list[dict[str, object]]:
        totals["read"] = 7
        return [{"n": 1}]

    report = Report("deliveries", iter(rows()), totals)

    assert json.loads(_shown(report, Form.JSON))["read"] == 7


def test_json_lines_carry_the_version_on_every_line() -> None:
    """Each line stands by itself; a report without rows is one line."""
    lines = _shown(_hits("a", "b"), Form.JSONL).splitlines()
    alone = _shown(Report(values={"ok": True}), Form.JSONL)

    assert [json.loads(line)["format_version"] for line in lines] == [1, 1]
    assert json.loads(alone) == {"format_version": 1, "ok": True}


def test_paths_structs_and_lists_have_a_form_of_their_own() -> None:
    """What is no JSON by nature is written by its parts."""
    row = {"path": Path("/a"), "part": _Part("x", 1), "marks": ("edited", "late"), "none": None}
    report = Report("rows", [row])

    assert json.loads(_shown(report, Form.JSON))["rows"][0] == {
        "path": "/a",
        "part": {"name": "x", "size": 1},
        "marks": ["edited", "late"],
        "none": None,
    }
    assert _shown(report, Form.CSV).splitlines()[1] == (
        '"/a","{""name"":""x"",""size"":1}","edited late",""'
    )


@pytest.mark.parametrize("sign", "=+-@\t\r＝＋－＠")
def test_no_cell_can_become_a_formula(sign: str) -> None:
    """Text that a spreadsheet would calculate gets an apostrophe; a number stays a number."""
    shown = _shown(Report("rows", [{"text": f"{sign}cmd|' /C calc'!A0", "n": -5}]), Form.CSV)

    assert shown.startswith(f'"text","n"\r\n"\'{sign}cmd')
    assert shown.endswith('"-5"\r\n')


def test_csv_of_nothing_is_nothing_and_of_values_is_one_row() -> None:
    """The keys are the first line; nested values have dotted keys."""
    assert _shown(Report("rows"), Form.CSV) == ""
    assert _shown(Report(values={"ok": True, "n": {"a": 1}}), Form.CSV) == (
        '"ok","n.a"\r\n"true","1"\r\n'
    )


@settings(max_examples=100)
@given(_any_text)
def test_nothing_shown_can_steer_a_terminal(text: str) -> None:
    """No control character, reordering mark or half character gets out, in any form."""
    for form in (Form.TEXT, Form.JSON, Form.JSONL, Form.CSV):
        shown = _shown(_hits(text, "x"), form, Terminal())
        shown.encode("utf-8")
        assert not _DANGER.search(shown.replace("\r\n", "\n"))


@settings(max_examples=100)
@given(_any_text)
def test_json_and_csv_give_back_the_text_that_went_in(text: str) -> None:
    """Making output harmless changes how JSON writes a text, never what it says."""
    assert json.loads(_shown(_hits(text), Form.JSON))["hits"][0]["text"] == text
    if text.isprintable():
        cells = list(csv.reader(io.StringIO(_shown(_hits(text), Form.CSV))))[1]
        assert cells[1] in (text, f"'{text}")


def test_what_reorders_text_is_visible_and_what_people_write_stays() -> None:
    """A trick with writing direction shows itself; accents and emoji are left alone."""
    assert plain("factuur\u202efdp.exe\n\x1b[2J") == "factuur\\u202efdp.exe\\n\\x1b[2J"
    assert plain("Élan 👩\u200d⚖️ naïef") == "Élan 👩\u200d⚖️ naïef"


@pytest.mark.parametrize(
    ("milliseconds", "written"),
    [
        (None, ""),
        (0, "1970-01-01T01:00:00+01:00"),
        (1_651_413_600_250, "2022-05-01T16:00:00.250+02:00"),
        (1_667_091_600_000, "2022-10-30T02:00:00+01:00"),
        (1_667_088_000_000, "2022-10-30T02:00:00+02:00"),
        (-1, "1969-12-31T23:59:59.999+00:00"),
        (10**17, "100000000000000000 ms"),
    ],
)
def test_times_are_written_with_their_offset(milliseconds: int | None, written: str) -> None:
    """The hour that summer time repeats is told apart by its offset."""
    assert moment(milliseconds, _AMSTERDAM) == written


def test_notes_go_to_stderr_and_progress_to_a_terminal_only(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Results stay clean, and a log file gets no moving line."""
    output.note("klaar\x1b")
    output.progress("3 van 7")
    said = capsys.readouterr()
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    output.progress("3 van 7\x1b")

    assert (said.out, said.err) == ("", "klaar\\x1b\n")
    assert terminal.getvalue() == "\r\x1b[K3 van 7\\x1b"
