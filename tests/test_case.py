"""Cases: opened with their hold, changed, closed, and the same after a rebuild."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from archiver.errors import ExitCode
from tests.ministry import LIEN, OMAR, PIA, Ministry, chat, ministry

LINES = [
    (0, "Jan", "Het stuk over stikstof"),
    (1, "Piet", "Ik lees het"),
    (2, "Jan", "Lunch?"),
    (3, "Piet", "Graag"),
]
TODAY = datetime.now(UTC).date()
RECEIVED = (TODAY - timedelta(days=3)).isoformat()


@pytest.fixture
def office(tmp_path: Path) -> Ministry:
    """An archive with a chat of Jan and one of Els, a jurist and an auditor."""
    at = ministry(tmp_path)
    at.officer(LIEN, "woo-jurist")
    at.officer(OMAR, "auditor")
    at.officer(PIA, "records-officer")
    at.ingest(at.write("WhatsApp-chat met Piet.txt", chat(LINES)))
    later = chat([(0, "Els", "Stikstof weer"), (1, "Kim", "Ja")], start=datetime(2023, 6, 30, 9))
    at.ingest(at.write("WhatsApp-chat met Kim.txt", later), "els")
    return at


def opened(office: Ministry, *words: object, kind: str = "woo", **given: str) -> Any:
    """Open a case about what Jan said, unless told otherwise; give its JSON."""
    values = {"reference": "Woo/1", "requester": "De Krant", "received": RECEIVED} | given
    named = [part for name, value in values.items() for part in (f"--{name}", value)]
    scope = words or ("--person", "Jan")
    return office.json("case", "open", "--kind", kind, *named, *scope, login=LIEN)


def test_opening_a_case_places_its_hold(office: Ministry) -> None:
    """One event opens the case and places the hold, which covers the scope from that moment on."""
    before = len(office.events())
    one = opened(office, "--person", "Jan", "--question", "1: Welke berichten?")
    assert [event["type"] for event in office.events()[before:]] == ["case.opened"]
    hold = office.json("hold", "show", one["holds"][0])
    assert (hold["kind"], hold["state"], hold["received"]) == ("woo-request", "active", RECEIVED)
    assert (hold["ground"], hold["copies"], hold["placed_by"]) == ("Woo/1", 4, one["opened_by"])
    assert one["questions"] == [{"number": "1", "text": "Welke berichten?"}]
    assert [each["what"] for each in hold["steps"]] == ["placed"]


@pytest.mark.parametrize(
    ("kind", "hold"),
    [
        ("woo", "woo-request"),
        ("objection", "objection"),
        ("inquiry", "inquiry"),
        ("investigation", "investigation"),
        ("parliament", "parliament"),
        ("access", "access"),
    ],
)
def test_every_kind_of_case_has_its_hold(office: Ministry, kind: str, hold: str) -> None:
    """Each kind of case places the hold of its kind, with a ground of its own in a letter."""
    one = opened(office, kind=kind)
    assert office.json("hold", "show", one["holds"][0])["kind"] == hold


@pytest.mark.parametrize(
    "words",
    [
        ("--question", "welke?", "--person", "Jan"),
        ("--question", "1: a", "--question", "1: b", "--person", "Jan"),
        ("--from", "2023-02-01", "--to", "2023-01-01"),
        ("--query", '"open'),
        ("--scope", "alles"),
    ],
)
def test_a_case_that_makes_no_sense_is_refused(office: Ministry, words: tuple[str, ...]) -> None:
    """A question without number, a period backwards, no scope: exit 2, no case and no hold."""
    given = ("--reference", "W", "--requester", "K", "--received", RECEIVED)
    ran = office.run("case", "open", "--kind", "woo", *given, *words, login=LIEN)
    assert ran.code == ExitCode.USAGE
    assert office.json("case", "list", "--all")["cases"] == []
    assert office.json("hold", "list")["holds"] == []


def test_a_case_is_not_received_tomorrow_nor_known_twice(office: Ministry) -> None:
    """The day of receipt lies not in the future, and a reference names one case."""
    opened(office)
    given = ("--kind", "woo", "--requester", "K", "--person", "Jan")
    again = office.run("case", "open", *given, "--reference", "WOO/1", "--received", RECEIVED)
    later = (TODAY + timedelta(days=2)).isoformat()
    early = office.run("case", "open", *given, "--reference", "B", "--received", later)
    assert (again.code, early.code) == (2, 2)
    assert "already" in again.err


def test_a_wider_scope_places_a_further_hold(office: Ministry) -> None:
    """Changing the scope adds a hold and lifts none; changing anything else adds none."""
    one = opened(office)
    same = office.json("case", "change", one["case"], "--requester", "A", "--reason", "r")
    assert same["holds"] == one["holds"]
    wider = office.json("case", "change", one["case"], "--person", "Els", "--reason", "r")
    assert wider["holds"][0] == one["holds"][0]
    assert len(wider["holds"]) == len(office.json("hold", "list")["holds"]) == 2
    assert wider["requester"] == "A"


def test_closing_lifts_nothing(office: Ministry) -> None:
    """A closed case takes no further acts; its hold stays until two officers lift it."""
    one = opened(office)
    assert office.json("case", "close", one["case"], "--reason", "klaar")["state"] == "closed"
    assert office.json("hold", "show", one["holds"][0])["state"] == "active"
    assert office.json("case", "list")["cases"] == []
    assert office.run("case", "search", one["case"], "stikstof").code == ExitCode.USAGE
    assert office.run("case", "close", one["case"], "--reason", "x").code == ExitCode.USAGE


def test_roles(office: Ministry) -> None:
    """An auditor sees cases and cannot open, search or close them."""
    one = opened(office)
    assert office.json("case", "show", one["case"], login=OMAR)["reference"] == "Woo/1"
    for words in (("close", one["case"], "--reason", "x"), ("search", one["case"], "x")):
        assert office.run("case", *words, login=OMAR).code == ExitCode.NOT_AUTHORISED


def test_a_rebuild_gives_the_same_cases(office: Ministry) -> None:
    """After a rebuild a case, its steps, searches, candidates and hold are what they were."""
    one = opened(office, "--person", "Jan", "--question", "2a: Wat?")
    search = office.json("case", "search", one["case"], "stikstof")["search"]
    office.json("case", "take", one["case"], search, "--context", "1")
    office.json("case", "system", one["case"], "--name", "Schijf", "--not", "--reason", "leeg")
    office.json("case", "extend", one["case"], "--reason", "omvang")
    before = office.json("case", "show", one["case"])
    held = office.json("hold", "show", one["holds"][0])
    assert office.run("rebuild").code == 0
    assert office.json("case", "show", one["case"]) == before
    assert office.json("hold", "show", one["holds"][0]) == held


def test_nothing_of_a_case_stands_open_in_the_log(office: Ministry) -> None:
    """Requester, question, scope and words of a search are ciphertext in both logs."""
    one = opened(office, "--person", "Jan", "--question", "1: Kanarievraag", "--scope", "Kanarie")
    office.json("case", "search", one["case"], "kanariewoord")
    data = (office.archive / "log/events.jsonl").read_bytes()
    data += (office.archive / "access/events.jsonl").read_bytes()
    assert not any(word in data for word in (b"Kanarie", b"kanarie", b"Krant", b"Woo/1"))


def test_an_inquiry_names_the_route_to_each_person(office: Ministry) -> None:
    """A former minister is reached through the Prime Minister, an official through the minister."""
    for person, code, until in (("Jan", "minister", "2024-07-01"), ("Els", "dg", "")):
        words = ["--person", person, "--function", code, "--from", "2022-01-10"]
        office.json("function", "add", *words, *(("--to", until) if until else ()))
    names = ("--person", "Jan", "--person", "Els", "--person", "Kim", "--due", "2030-01-01")
    one = opened(office, *names, kind="inquiry")
    assert [(each["person"], each["via"]) for each in one["routes"]] == [
        ("Jan", "prime-minister"),
        ("Els", "minister"),
        ("Kim", "unknown"),
    ]
    assert [(each["term"], each["day"]) for each in one["terms"]] == [("decide", "2030-01-01")]
