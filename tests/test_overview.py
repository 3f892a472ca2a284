"""The table owed to parliament: which accounts, in which period, safely, and kept where."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.ministry import Ministry, chat, ministry

MONTH = 31 * 1440


@pytest.fixture
def office(tmp_path: Path) -> Ministry:
    """A minister with a business and a private account, and one who never handed anything in."""
    at = ministry(tmp_path)
    at.account("jan", person="Jan de Boer", **{"from": "2021-11-01"})
    at.account("els", person="Els Mulder", kind="private", **{"from": "2022-01-15"})
    assert at.run("function", "add", "--person", "Jan de Boer", "--function", "minister",
                  "--from", "2021-11-01", "--to", "2022-06-30").code == 0  # fmt: skip
    lines = [(n * MONTH, "Els", f"Bericht nummer {n}") for n in range(-5, 3)]
    at.ingest(at.write("a/WhatsApp-chat met Kade.txt", chat(lines)), code=None)
    return at


def table(at: Ministry, *words: object) -> list[dict[str, Any]]:
    """Give the rows of the overview."""
    found: list[dict[str, Any]] = at.json("overview", *words)["overview"]
    return found


def row(at: Ministry, account: str, cabinet: str) -> dict[str, Any]:
    """Give the row of an account in the period of a cabinet."""
    (found,) = (one for one in table(at, "--cabinet", cabinet)
                if one["account"] == at.account(account))  # fmt: skip
    return found


def test_each_account_has_a_row_for_each_cabinet_it_ran_in(office: Ministry) -> None:
    """The periods are those of the cabinets; one in which an account did not run has no row."""
    jan, els = office.account("jan"), office.account("els")
    found = {(one["account"], one["cabinet"]) for one in table(office, "--to", "2022-12-31")}
    assert found == {(jan, "rutte-3"), (jan, "rutte-4"), (els, "rutte-4")}


def test_the_period_used_is_that_of_the_messages(office: Ministry) -> None:
    """First and last message within the period, the share of months, and the delivery."""
    found = row(office, "jan", "rutte-3")
    assert (found["first"][:10], found["last"][:10]) == ("2021-12-09", "2022-01-09")
    assert (found["records"], found["months"], found["months_kept"]) == (2, 3, 2)
    assert (found["percent"], found["silent"]) == (66, ["2021-11"])
    assert found["functions"] == ["minister"]
    assert len(found["deliveries"]) == 1
    later = row(office, "jan", "rutte-4")
    assert later["records"] == 6 and later["first"][:10] == "2022-02-09"


def test_a_day_belongs_to_the_cabinet_that_was_sworn_in_on_it(office: Ministry) -> None:
    """Periods follow each other without a day that is in two of them or in none."""
    assert row(office, "jan", "rutte-3")["to"] == "2022-01-09"
    assert row(office, "jan", "rutte-4")["from"] == "2022-01-10"


def test_what_nobody_knows_says_so(office: Ministry) -> None:
    """Without a fact or a delivery a cell is empty, and in words it says that it is not known."""
    found = row(office, "els", "rutte-4")
    empty = ("safe", "safe_source", "declared", "stored", "first", "deliveries")
    assert [found[name] for name in empty] == ["", None, "", "", "", []]
    told = office.run("overview", "--cabinet", "rutte-4").out
    assert "Safe: not assessed" in told and "Used: not known" in told
    assert "Declared: not declared" in told and "Where: not known" in told


def test_a_cell_names_the_fact_that_it_rests_on(office: Ministry) -> None:
    """Safety, declaration and place come from dated facts, each with its id, day and source."""
    els = office.account("els")
    for kind, *values in (
        ("safety", "outcome=unsafe"),
        ("declared-use", "outcome=refused", "signed_by=E. Mulder", "signed_on=2022-04-20"),
        ("storage", "location=postbus van het ministerie"),
    ):
        words = [part for value in values for part in ("--set", value)]
        ran = office.run("register", "state", kind, "--about", els, "--on", "2022-04-21",
                         "--source", "brief 12", *words)  # fmt: skip
        assert ran.code == 0, ran.err
    found = row(office, "els", "rutte-4")
    assert (found["safe"], found["declared"]) == ("unsafe", "refused")
    assert found["safe_source"]["day"] == "2022-04-21"
    assert found["declared_source"]["source"] == "brief 12"
    fact = found["stored_source"]["fact"]
    told = office.run("overview", "--cabinet", "rutte-4").out
    assert f"postbus van het ministerie [{fact}, 2022-04-21, brief 12]" in told


def test_the_days_that_are_asked_for_bound_the_table(office: Ministry) -> None:
    """Asked from and to a day, only what lies between is counted."""
    (found,) = (one for one in table(office, "--from", "2022-03-01", "--to", "2022-04-30")
                if one["account"] == office.account("jan"))  # fmt: skip
    assert (found["from"], found["to"], found["months"]) == ("2022-03-01", "2022-04-30", 2)
    assert (found["records"], found["percent"]) == (2, 100)
    assert office.run("overview", "--from", "maart").code == 2
    assert office.run("overview", "--cabinet", "cals").code == 2


def test_the_document_is_dutch_and_has_every_row(office: Ministry) -> None:
    """The document to print is one page in Dutch with a row for each row of the table."""
    path = office.folder / "overzicht.html"
    assert office.run("overview", "--html", path, "--lang", "nl").code == 0
    text = path.read_text("utf-8")
    assert "Kabinetsperiode" in text and "niet beoordeeld" in text and "Rutte IV" in text
    assert text.count("<tr>") == 1 + len(table(office))
