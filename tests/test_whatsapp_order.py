"""Whether the day or the month comes first in an exported chat rests on evidence, or is asked."""

from __future__ import annotations

from typing import Any

import pytest
from whatsapp import source

from archiver.model import Member
from archiver.parse.whatsapp_text import survey

DUTCH = "13-05-2024 10:00 - Noor van Zwieten: "


def _decided(text: str, **said: Any) -> tuple[str, str]:
    learned = survey(source(text, **said))
    return learned.date_order, learned.decided_by


@pytest.mark.parametrize(
    ("text", "order", "kind"),
    [
        ("2024/05/02, 16:08 - Noor: a\n", "ymd", "year-first"),
        ("13/05/24, 16:08 - Noor: a\n1/6/24, 16:08 - Noor: b\n", "dmy", "calendar"),
        ("05/13/24, 16:08 - Noor: a\n", "mdy", "calendar"),
        (
            "5/2/22, 16:08 - Noor: IMG-20220502-WA0001.jpg (file attached)\n",
            "mdy",
            "attachment-name",
        ),
        (
            "5/2/22, 16:08 - Noor: IMG-20220205-WA0001.jpg (file attached)\n",
            "dmy",
            "attachment-name",
        ),
        ("5/6/2026, 16:08 - Noor: a\n", "mdy", "latest-day"),
        (
            "".join(f"{d}/{m}/22, 16:08 - Noor: a\n" for m in (1, 2, 3) for d in (1, 5, 9)),
            "dmy",
            "backward",
        ),
        ("02-05-2022 16:08 - Noor: <Media weggelaten>\n", "dmy", "wording"),
        ("02.05.2022, 16:08 - Noor: a\n", "dmy", "wording"),
        ("2/5/22, 16:08 - Noor: <Media omitted>\n", "", ""),
        ("2/5/22, 16:08 - Noor: <Media weggelaten>\n", "", ""),
        ("02-05-2022 16:08 - Noor: a\n", "", ""),
        ("20/05/22, 16:08 - Noor: a\n", "dmy", "year-last"),
        (
            "".join(f"22/{m:02}/{d}, 16:08 - Noor: a\n" for m in (3, 4, 5) for d in (10, 12, 14)),
            "ymd",
            "backward",
        ),
    ],
)
def test_the_date_order_rests_on_the_strongest_evidence(text: str, order: str, kind: str) -> None:
    """Each kind of evidence decides when no stronger one does; without any, nobody guesses."""
    assert _decided(text, read_at=1_779_800_000_000) == (order, kind)


def test_the_file_itself_cannot_be_older_than_its_messages() -> None:
    """A container says when the text was written; a reading after that day is out."""
    given_source = source("5/6/22, 16:08 - Noor: a\n")
    member = Member(given_source.members[0].name, 24, "", modified=1_652_000_000_000)
    dated = source("5/6/22, 16:08 - Noor: a\n")
    dated = type(dated)(dated.stream, (member,), 0, dated.path_name, dated.read_at)
    assert (survey(given_source).date_order, survey(dated).date_order) == ("", "mdy")


def test_reading_stops_when_the_order_is_certain() -> None:
    """Of a large file whose first block decides, the rest is not read twice."""
    given_source = source(f"{DUTCH}tekst\n" * 40_000)
    survey(given_source)
    assert given_source.stream.tell() < 1 << 20


def test_an_answer_decides_and_a_contradiction_is_reported() -> None:
    """An officer's answer wins, but when the file speaks against it, that is said."""
    learned = survey(source("13/05/24, 16:08 - Noor: a\n", date_order="mdy"))
    assert (learned.date_order, [each.code for each in learned.findings]) == ("mdy", ["E-W003"])


def test_all_evidence_is_recorded_with_its_place() -> None:
    """Why an order was chosen can be read afterwards: kind, order, count and place."""
    text = "2/5/24, 16:08 - Noor: a\n13/05/24, 16:08 - Noor: b\n14/05/24, 16:08 - Noor: c\n"
    evidence = {(each.kind, each.order): each for each in survey(source(text)).evidence}
    found = evidence["unreadable", "mdy"]
    assert (found.count, found.offset) == (2, 24)
