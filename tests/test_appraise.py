"""Appraisal: every copy its category and term, by whoever held which function when it was sent."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archiver import configuration
from archiver.model import Account, AccountKind
from archiver.pipeline.project import project
from archiver.store.archive import Archive
from archiver.store.catalogue.functions import Function
from retention import appraise
from retention.selection_list import Appraisal, load
from retention.span import of_accounts
from tests.ministry import LIEN, Ministry, chat, ministry

LINES = [(0, "Jan", "Het stuk ligt klaar"), (1, "Piet", "Dank, ik lees het"), (2, "Jan", "Mooi")]
AMSTERDAM = ZoneInfo("Europe/Amsterdam")


@pytest.fixture
def office(tmp_path: Path) -> Ministry:
    """An archive where the worked example counts, with one chat of 13 May 2022."""
    at = ministry(tmp_path)
    at.settings["CHATARCHIEF_POLICY_EXAMPLE_LISTS"] = "true"
    at.ingest(at.write("WhatsApp-chat met Piet.txt", chat(LINES)))
    return at


def _function(office: Ministry, code: str, *more: str, person: str = "Jan") -> str:
    words = ("--person", person, "--function", code, "--from", "2022-01-10", *more)
    return str(office.json("function", "add", *words)["function"])


def _appraise(office: Ministry, *more: str, code: int | None = None) -> Any:
    return office.json("retention", "appraise", *more, code=code)


def _shown(office: Ministry, number: int = 1) -> Any:
    hits = sorted(hit["id"] for hit in office.search()["hits"])
    return office.json("retention", "show", hits[number - 1])


def test_nothing_known_is_never_disposable(office: Ministry) -> None:
    """Without a function every copy is N, with a finding that says what is missing; none is due."""
    done = _appraise(office, code=1)
    assert done["copies"] == {"B": 0, "N": 3, "V": 0}
    assert [one["code"] for one in done["findings"]] == ["W-T022"]
    assert _shown(office)["appraisal"] == "N"
    with Archive(office.archive, office.keys, project) as archive:
        assert list(appraise.due(archive.catalogue.connection, 1 << 60)) == []


def test_before_any_appraisal_everything_is_kept(office: Ministry) -> None:
    """A copy that was never appraised is N by no rule."""
    shown = _shown(office)
    assert (shown["appraisal"], shown["category"], shown["end"]) == ("N", "", "")


def test_a_term_runs_from_the_message(office: Ministry) -> None:
    """A director-general's messages end ten years to the second after they were sent."""
    function = _function(office, "dg")
    assert _appraise(office, code=0)["copies"] == {"B": 0, "N": 0, "V": 3}
    shown = _shown(office)
    assert (shown["category"], shown["version"], shown["term"]) == ("1.2", "2023", "P10Y")
    assert shown["start"].startswith("2022-05-13T")
    assert shown["end"] == shown["start"].replace("2022", "2032")
    assert shown["function"] == function


def test_what_is_due_is_found_when_its_term_has_run(office: Ministry) -> None:
    """Nothing is due a second before the end of the term, and everything once it has passed."""
    _function(office, "dg")
    _appraise(office)
    end = datetime.fromisoformat(_shown(office)["end"]).timestamp() * 1000
    with Archive(office.archive, office.keys, project) as archive:
        connection = archive.catalogue.connection
        assert list(appraise.due(connection, int(end) - 1)) == []
        assert len(list(appraise.due(connection, int(end)))) == 1
        copies = list(appraise.due(connection, 1 << 60))
        assert len(copies) == 3
        found = appraise.appraisal_of(connection, copies).values()
        assert {one.rule.appraisal for one in found} == {Appraisal.DESTROY}


def test_a_minister_is_kept_for_good(office: Ministry) -> None:
    """What a minister sent and received is B, also when the person held another function too."""
    _function(office, "minister")
    _function(office, "dg")
    assert _appraise(office)["copies"] == {"B": 3, "N": 0, "V": 0}
    assert (_shown(office)["category"], _shown(office)["end"]) == ("1.1", "")


def test_a_function_counts_on_its_own_days_only(office: Ministry) -> None:
    """What was sent on the day after a function ended is not appraised by it."""
    _function(office, "dg", "--to", "2022-05-12")
    assert _appraise(office)["copies"] == {"B": 0, "N": 3, "V": 0}


def test_a_term_may_run_from_the_end_of_a_function(office: Ministry) -> None:
    """It does not begin while the function is held, and ends five years after the last day."""
    function = _function(office, "directeur")
    assert _appraise(office)["copies"]["V"] == 3
    assert (_shown(office)["start"], _shown(office)["end"]) == ("", "")
    office.json("function", "end", function, "--to", "2023-03-31")
    changed = _appraise(office)
    assert changed["changed"] == 3
    assert _shown(office)["start"] == "2023-04-01T00:00:00+02:00"
    assert _shown(office)["end"] == "2028-04-01T00:00:00+02:00"


def test_the_date_of_a_message_chooses_the_version(office: Ministry) -> None:
    """A message of 2025 falls under the version of 2025, whose term is longer."""
    later = chat([(0, "Jan", "Een nieuw jaar")], start=datetime(2025, 3, 20, 9))
    office.ingest(office.write("WhatsApp-chat met Els.txt", later))
    _function(office, "dg")
    _appraise(office)
    versions = Counter(_shown(office, number)["version"] for number in range(1, 5))
    assert versions == {"2023": 3, "2025": 1}


def test_a_date_outside_every_list_is_a_finding(office: Ministry) -> None:
    """A message on whose day no list was in force is N, and how many there are is said."""
    early = chat([(0, "Jan", "Lang geleden")], start=datetime(2011, 3, 20, 9))
    office.ingest(office.write("WhatsApp-chat met Els.txt", early))
    words = ("--person", "Jan", "--function", "dg", "--from", "2005-01-01")
    office.json("function", "add", *words)
    done = _appraise(office, code=1)
    assert done["copies"] == {"B": 0, "N": 1, "V": 3}
    assert [one["code"] for one in done["findings"]] == ["W-T023"]


def test_an_officer_may_assign_a_conversation(office: Ministry) -> None:
    """An assigned conversation follows its category and ends a year after its last message."""
    _function(office, "minister")
    conversation = office.json("conversations")["conversations"][0]["conversation"]
    words = ("--category", "3.1", "--reason", "alleen de lunch")
    office.json("retention", "assign", conversation, *words)
    assert _appraise(office)["copies"] == {"B": 0, "N": 0, "V": 3}
    shown = _shown(office)
    assert (shown["category"], shown["assigned"]) == ("3.1", conversation)
    assert {_shown(office, number)["end"] for number in (1, 2, 3)} == {
        _shown(office, 3)["start"].replace("2022", "2023")
    }
    assert "lunch" not in (office.archive / "log" / "events.jsonl").read_text("utf-8")


def test_a_conversation_that_goes_on_has_not_ended(office: Ministry) -> None:
    """A new message takes back the end of the older ones, until the next appraisal gives it."""
    conversation = office.json("conversations")["conversations"][0]["conversation"]
    office.json("retention", "assign", conversation, "--category", "3.1", "--reason", "lunch")
    _appraise(office)
    first = _shown(office)["end"]
    office.ingest(office.write("WhatsApp-chat met Piet.txt", chat(LINES)))
    assert _shown(office)["end"] == first
    more = chat([*LINES, (9_000, "Jan", "En nu verder")])
    office.ingest(office.write("WhatsApp-chat met Piet.txt", more))
    assert _shown(office)["end"] == ""
    assert office.run("rebuild").code == 0
    assert _shown(office)["end"] == ""
    _appraise(office)
    assert _shown(office)["end"] > first


def test_a_category_of_two_lists_needs_the_name_of_one(office: Ministry, tmp_path: Path) -> None:
    """When two lists have the number, the officer is asked which; naming one settles it."""
    folder = tmp_path / "lijsten"
    folder.mkdir()
    text = (configuration.folder() / "selection-lists" / "voorbeeld-2023.toml").read_text("utf-8")
    (folder / "een.toml").write_text(text, "utf-8")
    (folder / "twee.toml").write_text(text.replace("Ministerie van", "Dienst"), "utf-8")
    office.settings["CHATARCHIEF_RETENTION_LISTS"] = str(folder)
    conversation = office.json("conversations")["conversations"][0]["conversation"]
    words = ("retention", "assign", conversation, "--category", "3.1", "--reason", "lunch")
    ran = office.run(*words)
    assert (ran.code, "Voorbeeldlijst Dienst Voorbeelden" in ran.err) == (2, True)
    named = office.json(*words, "--list", "Voorbeeldlijst Dienst Voorbeelden")
    assert named["list"] == "Voorbeeldlijst Dienst Voorbeelden"
    _appraise(office)
    assert _shown(office)["list"] == named["list"]


def test_a_case_that_is_not_known_never_ends(office: Ministry) -> None:
    """A category whose term runs from the end of a case gives no end, so nothing falls due."""
    conversation = office.json("conversations")["conversations"][0]["conversation"]
    office.json("retention", "assign", conversation, "--category", "3.2", "--reason", "bij zaak")
    _appraise(office)
    assert (_shown(office)["appraisal"], _shown(office)["end"]) == ("V", "")


@pytest.mark.parametrize(("conversation", "category"), [("cbestaatniet", "3.1"), ("", "9.9")])
def test_an_assignment_that_makes_no_sense_is_refused(
    office: Ministry, conversation: str, category: str
) -> None:
    """An unknown conversation or category is refused with exit code 2."""
    found = conversation or office.json("conversations")["conversations"][0]["conversation"]
    words = ("--category", category, "--reason", "zomaar")
    assert office.run("retention", "assign", found, *words).code == 2


def test_differences_are_shown_and_logged(office: Ministry) -> None:
    """A second appraisal says what became different; a third, with nothing new, logs nothing."""
    first = _appraise(office)
    assert [(one["before"], one["copies"]) for one in first["differences"]] == [(None, 3)]
    _function(office, "dg")
    planned = _appraise(office, "--dry-run")
    assert office.events()[-1]["type"] == "function.added"
    second = _appraise(office)
    assert planned["differences"] == second["differences"]
    assert [
        (one["before"]["appraisal"], one["after"]["appraisal"]) for one in second["differences"]
    ] == [("N", "V")]
    event = office.events()[-1]
    assert (event["type"], event["counts"]["changed"]) == ("retention.appraised", 3)
    assert _appraise(office)["differences"] == []
    assert len(office.events()) == event["seq"] + 1


def test_an_appraisal_is_outdated_once_a_function_changes(office: Ministry) -> None:
    """Status asks for a new appraisal after a function was registered, until it is made."""
    asked = "Functions, assignments or cases changed"
    assert asked not in office.run("status").out
    _appraise(office)
    assert asked not in office.run("status").out
    _function(office, "dg", person="Iemand Anders")
    assert asked in office.run("status").out
    with Archive(office.archive, office.keys, project) as archive:
        assert appraise.is_outdated(archive.catalogue.connection)
    assert _appraise(office)["changed"] == 0
    assert asked not in office.run("status").out
    assert office.run("rebuild").code == 0
    assert asked not in office.run("status").out


def test_two_accounts_of_one_record_each_have_their_term(office: Ministry) -> None:
    """The strictest copy says how a record is appraised; each copy keeps an end of its own."""
    mail = "From - Fri May 13 09:00:00 2022\nFrom: a@voorbeeld.example\nTo: b@voorbeeld.example\n"
    mail += "Subject: Nota\nMessage-ID: <een@voorbeeld.example>\n"
    mail += "Date: Fri, 13 May 2022 09:00:00 +0200\n\nHet besluit\n\n"
    for name in ("jan-post", "els-post"):
        office.account(name, service="mail", owner=name[:3].title())
        office.ingest(office.write(f"{name}.mbox", mail), name)
    _function(office, "minister", person="Jan")
    _function(office, "dg", person="Els")
    _appraise(office)
    hit = office.search("besluit")["hits"][0]
    assert office.json("retention", "show", hit["id"])["appraisal"] == "B"
    with Archive(office.archive, office.keys, project) as archive:
        assert len(list(appraise.due(archive.catalogue.connection, 1 << 60))) == 1


def test_a_rebuild_gives_the_same_appraisals(office: Ministry, tmp_path: Path) -> None:
    """A rebuild needs no list: the log says which ones counted, also when the files have gone."""
    _function(office, "dg")
    _appraise(office)
    conversation = office.json("conversations")["conversations"][0]["conversation"]
    office.json("retention", "assign", conversation, "--category", "3.1", "--reason", "lunch")
    _appraise(office)
    office.ingest(office.write("WhatsApp-chat met Els.txt", chat(LINES[:1])))
    before = [_shown(office, number) for number in range(1, 5)]
    calendar = office.json("retention", "calendar")
    office.settings["CHATARCHIEF_RETENTION_LISTS"] = str(tmp_path / "leeg")
    assert office.run("rebuild").code == 0
    assert [_shown(office, number) for number in range(1, 5)] == before
    assert office.json("retention", "calendar") == calendar
    assert calendar["not_appraised"] == 1


def test_the_calendar_says_what_falls_due_and_what_blocks_it(office: Ministry) -> None:
    """By month and category: how many copies, how many of them held, and by which hold."""
    _function(office, "dg")
    _appraise(office)
    hold = office.json("hold", "place", "--kind", "audit", "--query", "stuk")["hold"]
    shown = office.json("retention", "calendar")
    (due,) = shown["due"]
    assert (due["month"], due["category"], due["copies"], due["held"], due["holds"]) == (
        "2032-05", "1.2", 3, 1, [hold],
    )  # fmt: skip
    assert shown["without_end"] == []
    assert office.json("retention", "calendar", "--until", "2032-04")["due"] == []
    assert hold in office.run("retention", "calendar").out


def test_only_those_who_keep_may_appraise(office: Ministry) -> None:
    """A Woo jurist looks at the calendar and is refused to appraise, with exit code 4."""
    office.officer(LIEN, "woo-jurist")
    assert office.run("retention", "calendar", login=LIEN).code == 0
    assert office.run("retention", "appraise", login=LIEN).code == 4


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(("minister", "dg", "directeur", "ambtenaar")),
            st.integers(2010, 2030),
            st.integers(0, 6),
        ),
        max_size=5,
    ),
    st.datetimes(datetime(2009, 1, 1), datetime(2035, 1, 1)),
)
def test_the_strictest_function_wins(held: list[tuple[str, int, int]], moment: datetime) -> None:
    """At any moment B wins over V, and every V that holds is there to be compared."""
    lists = load().counting(examples=True)
    functions = [
        Function(f"f{n}", "Jan", code, code, False, f"{year}-01-01", f"{year + years}-12-31")
        for n, (code, year, years) in enumerate(held)
    ]
    account = Account("a", "Jan", "mail", "x", AccountKind.BUSINESS, "Jan", "b", "2001-01-01")
    at = int(moment.replace(tzinfo=UTC).timestamp() * 1000)
    spans = list(of_accounts([account], functions, lists, AMSTERDAM))
    found = {(one.rule.function, one.rule.category) for one in spans if one.since <= at < one.until}
    day = moment.replace(tzinfo=UTC).astimezone(AMSTERDAM).date().isoformat()
    there = {
        (function.id, category.number, category.appraisal)
        for function in functions
        for one in lists
        for category in one.category
        if function.since <= day <= function.until
        and one.valid_from <= day <= one.valid_until
        and function.code in category.functions
    }
    keep = {(function, category) for function, category, kind in there if kind == "B"}
    if keep:
        assert len(found) == 1
        assert found <= keep
    else:
        assert found == {(function, category) for function, category, _ in there}
