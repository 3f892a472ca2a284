"""Searches of a case are kept, say what was not searched, and find the same again."""

from __future__ import annotations

import json
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archiver.cases import schema, searches
from archiver.cases.replay import Why, replay
from archiver.errors import Damage, ExitCode
from tests.ministry import LIEN, OMAR, Ministry, chat, ministry
from tests.test_case import LINES, opened

MORE = [*LINES, (30, "Jan", "Nog iets over stikstof"), (31, "Piet", "Kanarie besluit")]
WORDS = ("stikstof", "besluit", "lunch", "lezen")


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Ministry:
    """An archive with an open chat, a sealed one, a question, and an account without anything."""
    at = ministry(tmp_path_factory.mktemp("searched"))
    at.officer(LIEN, "woo-jurist")
    at.officer(OMAR, "sorter")
    at.ingest(at.write("WhatsApp-chat met Piet.txt", chat(LINES)))
    at.account("els", kind="private")
    secret = chat([(5, "Els", "Kanarie: stikstof thuis"), (6, "An", "ja")])
    at.ingest(at.write("WhatsApp-chat met An.txt", secret), "els")
    unclear = chat(LINES[:1]).replace("13-05-2022", "05/04/22")
    at.ingest(at.write("WhatsApp Chat with Kim.txt", unclear), "kim", code=None)
    at.account("bas")
    return at


@pytest.fixture
def office(filled: Ministry, tmp_path: Path) -> Ministry:
    """A copy of that archive, to change."""
    return filled.copy(tmp_path)


def _search(office: Ministry, *words: object) -> tuple[str, Any]:
    case = opened(office, "--from", "2020-01-01")["case"]
    return case, office.json("case", "search", case, *words, login=LIEN)


def test_a_search_is_kept_whole(office: Ministry) -> None:
    """Expression, stems, filters, state of the log, hits and their digest are in the log."""
    size = len(office.events())
    case, kept = _search(office, "stikstof", "OF", "lezen", "--participant", "Jan")
    event = office.events()[-1]
    assert (event["type"], event["case"]) == ("case.searched", case)
    assert kept["log_size"] == size + 1
    assert kept["log_root"] == event["codes"][1]
    assert (kept["understood"], kept["hits"]) == ("stikstof OR lezen", 1)
    assert [(one["word"], bool(one["stem"])) for one in kept["words"]] == [
        ("stikstof", True), ("lezen", True),
    ]  # fmt: skip
    assert kept["filters"]["participant"] == "Jan"
    (hit,) = office.search("stikstof")["hits"]
    assert kept["digest"] == event["codes"][0] == sha256(f"{hit['id']}\n".encode()).hexdigest()


def test_who_searched_is_logged_before(office: Ministry) -> None:
    """The access log says who searched for what, and in which case."""
    before = len(office.seen())
    _search(office, "stikstof")
    assert [one["type"] for one in office.seen()[before:]] == ["case.shown", "search.run"]


def test_what_was_not_searched_is_named(office: Ministry) -> None:
    """Sealed, unread and missing deliveries are named with their reason and number."""
    _, kept = _search(office, "stikstof")
    found = {one["person"]: (one["searched"], one["unsearched"]) for one in kept["systems"]}
    assert found == {
        "Jan": (True, ""),
        "Els": (False, "sealed:1"),
        "Kim": (False, "question:1"),
        "Bas": (False, "nothing:0"),
    }
    _, narrow = opened(office, "--person", "Els", reference="B"), office.json(
        "case", "search", "B", "stikstof", "--holder", "Els", login=LIEN
    )  # fmt: skip
    (jan,) = (one for one in narrow["systems"] if one["person"] == "Jan")
    assert (jan["searched"], jan["unsearched"], narrow["hits"]) == (False, "outside:1", 0)


def test_a_search_does_not_find_what_is_sealed(office: Ministry) -> None:
    """A kept search finds what an ordinary one does, and nothing sealed."""
    _, kept = _search(office, "kanarie")
    assert kept["hits"] == office.search("kanarie")["total"] == 0


def test_only_a_sorter_searches_what_is_sealed_and_for_access_only(office: Ministry) -> None:
    """For a data subject a sorter searches what is sealed; nobody else sees what that found."""
    woo = opened(office, "--person", "Els")["case"]
    assert office.run("case", "search", woo, "kanarie", "--sealed", login=OMAR).code == 4
    case = opened(office, "--person", "Els", kind="access", reference="AVG/1")["case"]
    assert office.run("case", "search", case, "kanarie", "--sealed", login=LIEN).code == 4
    kept = office.json("case", "search", case, "kanarie", "--sealed", login=OMAR)
    assert "hits" not in kept
    words = ("case", "take", case, kept["search"])
    assert office.run(*words, login=LIEN).code == ExitCode.USAGE
    assert office.run(*words, "--sealed", login=LIEN).code == ExitCode.NOT_AUTHORISED
    assert office.json(*words, "--sealed", login=OMAR)["candidates"] == 2
    for words in (("show", case), ("replay", case), ("statement", case, "--to", office.folder)):
        ran = office.run("case", *words, "--output", "json", login=LIEN)
        assert "anarie" not in ran.out + ran.err
        assert all(f'"{name}":2' not in ran.out for name in ("candidates", "gone", "hits"))
    assert "anarie" not in (office.folder / f"zoekslag-{case}.txt").read_text()
    counted = [one.get("counts", {}) for one in office.events() if one.get("case") == case]
    assert not any({"hits", "candidates"} & one.keys() for one in counted)


def test_the_same_search_on_the_same_state_finds_the_same(office: Ministry) -> None:
    """Done again at once, after a rebuild and after a verification, a search finds the same."""
    case, kept = _search(office, "stikstof")
    for words in (("verify",), ("rebuild",), ("reconcile",)):
        assert office.run(*words).code in (0, 1)
        again = office.json("case", "replay", case, login=LIEN)
        assert again["searches"] == [{"search": kept["search"], "then": 1, "now": 1, "same": True}]
        assert again["differences"] == []


def test_what_came_in_later_is_explained(office: Ministry) -> None:
    """A message that came in, or was opened, after the search is found now and explained."""
    case, kept = _search(office, "stikstof")
    office.ingest(office.write("later/WhatsApp-chat met Piet.txt", chat(MORE)))
    (sealed,) = office.json("delivery", "list", "--state", "sealed")["deliveries"]
    office.json("delivery", "release", sealed["delivery"])
    again = office.json("case", "replay", case, kept["search"], login=LIEN)
    assert sorted(one["why"] for one in again["differences"]) == ["arrived", "opened"]
    assert all(one["found"] == "now" for one in again["differences"])
    assert again["searches"][0]["same"]


def test_what_was_ruled_later_is_explained(office: Ministry) -> None:
    """A hit that was joined to another record is that record; a difference is explained."""
    office.ingest(office.write("WhatsApp-chat met Piet b.txt", chat(MORE[-1:])), "bas")
    case, kept = _search(office, "stikstof")
    one, two = office.search("stikstof")["hits"][0]["id"], office.search("besluit")["hits"][0]["id"]
    office.json("join", one, two, "--reason", "proef", code=None)
    again = office.json("case", "replay", case, kept["search"], login=LIEN)
    assert again["searches"][0]["same"]
    assert {each["why"] for each in again["differences"]} <= {"regrouped"}


def test_a_difference_without_an_explanation_is_told(office: Ministry) -> None:
    """An index that lost a record by itself is noticed: exit 1, the record named."""
    case, kept = _search(office, "stikstof")
    with office.opened() as archive, archive.writing():
        archive.catalogue.connection.execute(
            "INSERT INTO text_open(text_open) VALUES('delete-all')"
        )
    ran = office.run("case", "replay", case, "--output", "json", login=LIEN)
    assert ran.code == ExitCode.FINDINGS
    assert [one["why"] for one in ran.json["differences"]] == ["unexplained"]
    assert not ran.json["searches"][0]["same"]
    assert ran.json["searches"][0]["search"] == kept["search"]


def test_hits_that_were_changed_are_damage(office: Ministry) -> None:
    """A search whose digest is not that of its hits is refused."""
    case, kept = _search(office, "stikstof")
    with office.opened() as archive:
        one = searches.search_of(schema.ready(archive), case, kept["search"])
        assert len(searches.hits_of(archive, one)) == 1
        wrong = msgspec.structs.replace(one, digest="0" * 64)
        with pytest.raises(Damage):
            searches.hits_of(archive, wrong)


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    asked=st.lists(st.sampled_from(WORDS), min_size=1, max_size=2, unique=True),
    later=st.lists(
        st.tuples(st.integers(40, 400), st.sampled_from(("Jan", "Piet")), st.sampled_from(WORDS)),
        max_size=4,
    ),
)
def test_whatever_arrives_a_search_can_be_accounted_for(
    filled: Ministry,
    tmp_path_factory: pytest.TempPathFactory,
    asked: list[str],
    later: list[tuple[int, str, str]],
) -> None:
    """After any later deliveries, hits without what is explained are exactly the hits of then."""
    at = filled.copy(tmp_path_factory.mktemp("again"))
    case, kept = _search(at, " OR ".join(asked))
    if later:
        lines = sorted([*LINES, *later])
        at.ingest(at.write("later/WhatsApp-chat met Piet.txt", chat(lines)), code=None)
    with at.opened() as archive:
        one = searches.search_of(schema.ready(archive), case, kept["search"])
        done = replay(archive, one)
        before = set(searches.hits_of(archive, one))
    assert done.is_same
    assert done.now == len(before) + sum(each.is_new for each in done.differences)
    assert {each.why for each in done.differences} <= {Why.ARRIVED}


def test_the_statement_says_it_in_dutch(office: Ministry, tmp_path: Path) -> None:
    """Text, JSON and PDF name request, systems, gaps, words, hits, person, version and state."""
    case, kept = _search(office, "stikstof", "--from", "2022-05-01")
    office.json("case", "take", case, kept["search"], "--context", "1", login=LIEN)
    office.json("case", "system", case, "--name", "Schijf P", "--reason", "op trefwoord")
    words = ("--name", "Outlook", "--not", "--reason", "Geen toegang")
    office.json("case", "system", case, *words)
    files = office.json("case", "statement", case, "--to", tmp_path / "uit")["files"]
    assert {Path(one["path"]).suffix for one in files} == {".txt", ".json", ".pdf"}
    said = (tmp_path / f"uit/zoekslag-{case}.txt").read_text()
    for part in (
        "kenmerk Woo/1", "stikstof (stam: stikstof)", kept["digest"], kept["log_root"],
        "een export is misschien afgekapt of eindigt op een grens",
        "verzegeld en niet als werk ingedeeld (aanleveringen: 1, regels: 2)",
        "Gevonden berichten: 1.",
        "wacht op het antwoord", "Schijf P: doorzocht. op trefwoord", "uid40001",
        "Outlook: niet doorzocht. Geen toegang", "13 mei 2022", "verzonden vanaf 1 mei 2022",
        "Te beoordelen berichten: 2, waarvan 1 gevonden, 1 uit de omgeving",
    ):  # fmt: skip
        assert part in said, part
    assert "van dit account is niets aangeleverd" in said
    assert "anarie" not in said
    made = json.loads((tmp_path / f"uit/zoekslag-{case}.json").read_text())
    assert [line for _, lines in made["document"] for line in lines] == [
        line for line in said.splitlines()[1:] if line and line not in dict(made["document"])
    ]
    assert (tmp_path / f"uit/zoekslag-{case}.pdf").read_bytes().startswith(b"%PDF")


def test_files_that_were_not_handed_in_are_lacking(office: Ministry, tmp_path: Path) -> None:
    """An account whose messages name files that no export has is not said to be whole."""
    lines = [(0, "Jan", "IMG-20220513-WA0001.jpg (bestand bijgevoegd)"), (1, "Jan", "stikstof")]
    office.ingest(office.write("WhatsApp-chat met Wim.txt", chat(lines)), "wim")
    case, _ = _search(office, "stikstof")
    office.json("case", "statement", case, "--to", tmp_path / "uit")
    said = (tmp_path / f"uit/zoekslag-{case}.txt").read_text()
    account = office.account("wim")
    assert f"Account {account}: er is geen aanwijzing" not in said
    assert f"Account {account}: van bestanden" in said and "(aantal: 1)" in said


def test_a_statement_is_kept_as_it_was_written(office: Ministry, tmp_path: Path) -> None:
    """Each statement is an event with its objects, which verification covers."""
    case, _ = _search(office, "stikstof")
    office.json("case", "statement", case, "--to", tmp_path / "uit")
    event = office.events()[-1]
    assert (event["type"], sorted(event["objects"])) == (
        "case.stated", ["document", "statement", "text"],
    )  # fmt: skip
    assert office.run("verify", "--full").code == 0
    assert office.run("rebuild").code == 0
    assert office.json("case", "show", case)["steps"][-1]["what"] == "stated"


def test_the_course_of_a_case(office: Ministry) -> None:
    """Clarification, views, extension and decision change the terms, each with its refusals."""
    today = datetime.now().date()
    case = opened(office, "--person", "Jan")["case"]
    run = office.run
    first = next(
        one for one in office.json("case", "show", case)["terms"] if one["term"] == "decide"
    )
    assert run("case", "clarify", case, "--answered").code == ExitCode.USAGE
    assert run("case", "clarify", case, "--suspends").code == 0
    assert run("case", "clarify", case).code == ExitCode.USAGE
    assert run("case", "clarify", case, "--answered").code == 0
    assert run("case", "resume", case).code == ExitCode.USAGE
    assert run("case", "extend", case, "--reason", " ").code == ExitCode.USAGE
    assert run("case", "extend", case, "--on", "2019-01-01", "--reason", "x").code == ExitCode.USAGE
    longer = office.json("case", "extend", case, "--reason", "omvang")["terms"]
    assert next(one for one in longer if one["term"] == "decide")["day"] > first["day"]
    assert run("case", "extend", case, "--reason", "omvang").code == ExitCode.USAGE
    assert run("case", "suspend", case, "--views", "--last", "2019-01-01").code == ExitCode.USAGE
    waits = office.json("case", "suspend", case, "--views", "--last", f"{today.year + 1}-06-01")
    assert next(one for one in waits["terms"] if one["term"] == "decide")["provisional"]
    assert run("case", "inform", case).code == ExitCode.USAGE
    told = office.json("case", "resume", case)["terms"]
    assert "tell the requester" in run("status").out
    assert run("case", "inform", case).code == 0
    assert "tell the requester" not in run("status").out
    assert not next(one for one in told if one["term"] == "decide")["provisional"]
    done = office.json("case", "decide", case)
    assert [one["term"] for one in done["terms"]][-1] == "publish"
    assert run("case", "decide", case).code == ExitCode.USAGE
    steps = [one["what"] for one in office.json("case", "show", case)["steps"]]
    assert steps == [
        "opened", "clarification-asked", "clarified", "extended", "suspended", "resumed",
        "informed", "decided",
    ]  # fmt: skip
