"""Terms that run from the end of a case: one that an officer named and that is closed."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from archiver.pipeline.project import project
from archiver.store.archive import Archive
from retention import appraise, case_end
from tests.ministry import LIEN, Ministry, chat, ministry
from tests.test_case import opened

LINES = [(0, "Jan", "Het stuk ligt klaar"), (1, "Piet", "Dank, ik lees het"), (2, "Jan", "Mooi")]
ZONE = ZoneInfo("Europe/Amsterdam")


@pytest.fixture
def office(tmp_path: Path) -> Ministry:
    """An archive where the worked example counts, with one chat and an open case."""
    at = ministry(tmp_path)
    at.settings["CHATARCHIEF_POLICY_EXAMPLE_LISTS"] = "true"
    at.officer(LIEN, "woo-jurist")
    at.ingest(at.write("WhatsApp-chat met Piet.txt", chat(LINES)))
    opened(at)
    return at


def assign(office: Ministry, *words: str, category: str = "3.2", code: int = 0) -> str:
    """Assign the conversation; give what was said."""
    conversation = office.json("conversations")["conversations"][0]["conversation"]
    given = ("--category", category, "--reason", "hoort bij de zaak", *words)
    ran = office.run("retention", "assign", conversation, *given)
    assert ran.code == code, ran.err
    return ran.err


def appraised(office: Ministry) -> tuple[Any, Any]:
    """Appraise; give begin and end of the term of every message, which must be the same."""
    office.json("retention", "appraise", code=None)
    return shown(office)


def shown(office: Ministry) -> tuple[Any, Any]:
    """Give begin and end of the term as they stand."""
    found = {
        (one["start"], one["end"])
        for hit in office.search()["hits"]
        for one in [office.json("retention", "show", hit["id"])]
    }
    assert len(found) == 1
    return found.pop()


def close(office: Ministry) -> datetime:
    """Close the case; give when."""
    assert office.run("case", "close", "Woo/1", "--reason", "besloten", login=LIEN).code == 0
    event = office.events()[-1]
    assert event["type"] == "case.closed"
    return datetime.fromisoformat(event["at"])


def test_a_term_begins_on_the_day_after_the_case_was_closed(office: Ministry) -> None:
    """Open: no end. Closed: the next appraisal gives one, seven years on; so does a rebuild."""
    assign(office, "--case", "Woo/1")
    assert appraised(office) == ("", "")
    day = close(office).astimezone(ZONE).date() + timedelta(days=1)
    assert shown(office) == ("", "")
    assert "Functions, assignments or cases changed" in office.run("status").out
    start, end = appraised(office)
    assert (start[:19], end[:10]) == (f"{day}T00:00:00", f"{day.year + 7}{day:-%m-%d}")
    assert office.run("rebuild").code == 0
    assert shown(office) == (start, end)
    assert "cases changed" not in office.run("status").out


def test_a_rebuild_knows_no_end_that_no_appraisal_saw(office: Ministry) -> None:
    """A case closed after the last appraisal begins no term, also not by a rebuild."""
    assign(office, "--case", "Woo/1")
    appraised(office)
    close(office)
    assert office.run("rebuild").code == 0
    assert shown(office) == ("", "")
    assert appraised(office) != ("", "")


def test_without_a_case_nothing_begins(office: Ministry) -> None:
    """A case that is closed begins no term of a conversation that nobody said belongs to it."""
    assign(office)
    close(office)
    assert appraised(office) == ("", "")
    with Archive(office.archive, office.keys, project) as archive:
        assert list(appraise.due(archive.catalogue.connection, 1 << 60)) == []


def test_a_case_that_is_open_again_has_no_end(office: Ministry) -> None:
    """The end of a case is taken back with it, and the appraisal before counts no longer."""
    assign(office, "--case", "Woo/1")
    close(office)
    assert appraised(office) != ("", "")
    case = office.json("case", "show", "Woo/1", login=LIEN)["case"]
    with office.opened() as archive, archive.writing(), archive.catalogue.transaction():
        case_end.keep(archive.catalogue.connection, case, "")
        assert appraise.is_outdated(archive.catalogue.connection)
    assert appraised(office) == ("", "")


def test_a_later_assignment_takes_the_place_of_one_with_a_case(office: Ministry) -> None:
    """An officer who names no case any more takes the end back with the next appraisal."""
    assign(office, "--case", "Woo/1")
    close(office)
    assert appraised(office) != ("", "")
    assign(office)
    assert appraised(office) == ("", "")


@pytest.mark.parametrize(
    ("category", "case", "said"),
    [("3.1", "Woo/1", "does not run from the end of a case"), ("3.2", "Woo/9", "Woo/9")],
)
def test_a_case_that_makes_no_sense_is_refused(
    office: Ministry, category: str, case: str, said: str
) -> None:
    """A term that runs from something else, and a case that is not there, are refused."""
    assert said in assign(office, "--case", case, category=category, code=2)
