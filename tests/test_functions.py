"""Functions: who held which, when; retention follows from them, so nothing is overwritten."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ministry import Ministry, Ran, ministry


@pytest.fixture
def office(tmp_path: Path) -> Ministry:
    """An empty archive."""
    return ministry(tmp_path)


def _add(office: Ministry, person: str, code: str, since: str, *more: str) -> Ran:
    words = ("--person", person, "--function", code, "--from", since, *more)
    return office.run("function", "add", *words, "--output", "json")


def test_a_function_is_registered_and_ended(office: Ministry) -> None:
    """A function has a title, a period and a place in the register; its end is an event."""
    made = _add(office, "Noor Dekker", "dg", "2020-02-01").json
    assert (made["title"], made["key_official"], made["to"], made["hold"]) == (
        "directeur-generaal", True, "", "",
    )  # fmt: skip
    ended = office.json("function", "end", made["function"], "--to", "2022-06-30")
    assert ended["to"] == "2022-06-30"
    assert [event["type"] for event in office.events()][-2:] == ["function.added", "function.ended"]
    assert office.json("function", "list")["functions"] == [
        {name: value for name, value in ended.items() if name != "format_version"}
    ]
    assert "Noor" not in (office.archive / "log" / "events.jsonl").read_text("utf-8")


def test_an_end_is_never_overwritten(office: Ministry) -> None:
    """Whoever registers another end is refused, and the first one stays."""
    made = _add(office, "Noor Dekker", "dg", "2020-02-01", "--to", "2021-01-31").json
    ran = office.run("function", "end", made["function"], "--to", "2022-06-30")
    assert ran.code == 2
    assert "ended on 2021-01-31 already" in ran.err
    assert office.json("function", "list")["functions"][0]["to"] == "2021-01-31"


@pytest.mark.parametrize(
    ("since", "until", "said"),
    [
        ("2021-06-01", "", "is registered as dg"),
        ("2019-01-01", "2020-02-01", "is registered as dg"),
        ("2019-01-01", "2018-01-01", "lies before the first"),
        ("gisteren", "", "is not a day"),
    ],
)
def test_periods_of_one_function_never_overlap(
    office: Ministry, since: str, until: str, said: str
) -> None:
    """The same person holds the same function once on any day; what makes no sense is refused."""
    _add(office, "Noor Dekker", "dg", "2020-02-01", "--to", "2021-12-31")
    ran = _add(office, "noor  dekker", "dg", since, "--to", until)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err


def test_functions_may_follow_each_other_and_go_together(office: Ministry) -> None:
    """The next period, another function at the same time and another person are all registered."""
    _add(office, "Noor Dekker", "dg", "2020-02-01", "--to", "2021-12-31")
    for words in (
        ("Noor Dekker", "dg", "2022-01-01"),
        ("Noor Dekker", "psg", "2021-01-01"),
        ("Bram Kuiper", "dg", "2021-01-01"),
        ("Bram Kuiper", "dg", "2021-01-01", "--title", "directeur-generaal Water"),
    ):
        assert _add(office, *words).code == 0
    assert len(office.json("function", "list")["functions"]) == 5


def test_an_unknown_function_is_refused(office: Ministry) -> None:
    """An unknown code is refused, and the known ones are named; so is an unknown id."""
    ran = _add(office, "Noor Dekker", "koning", "2020-02-01")
    assert ran.code == 2
    assert "staatssecretaris" in ran.err
    assert office.run("function", "end", "fbestaatniet", "--to", "2022-01-01").code == 2


def test_a_rebuild_knows_the_functions(office: Ministry) -> None:
    """After a rebuild the functions are the same."""
    made = _add(office, "Noor Dekker", "dg", "2020-02-01").json
    office.json("function", "end", made["function"], "--to", "2022-06-30")
    before = office.json("function", "list")
    assert office.run("rebuild").code == 0
    assert office.json("function", "list") == before


def test_a_minister_is_held_at_once(office: Ministry) -> None:
    """Registering a minister places the hold over all ministers; a second minister places none."""
    placed = _add(office, "Noor Dekker", "minister", "2022-01-10").json["hold"]
    assert placed.startswith("h")
    assert _add(office, "Bram Kuiper", "staatssecretaris", "2022-01-10").json["hold"] == ""
    holds = office.json("hold", "list")["holds"]
    assert [(one["hold"], one["kind"]) for one in holds] == [(placed, "temporary-instruction")]
    assert holds[0]["scope"]["all_ministers"] is True


def test_policy_may_leave_the_hold_to_officers(office: Ministry) -> None:
    """With the setting off no hold is placed by itself, and doctor says that there is none."""
    office.settings["CHATARCHIEF_POLICY_HOLD_MINISTERS"] = "false"
    assert _add(office, "Noor Dekker", "minister", "2022-01-10").json["hold"] == ""
    assert office.json("hold", "list")["holds"] == []
