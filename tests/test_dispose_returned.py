"""What was destroyed and is handed in again goes again through the gate, in the scope `--again`."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.gate import CANARY, LINES, LONG_AGO, MANAGER, OWNER, TITLED, Gate, gate, hand_in
from tests.ministry import Ministry, chat
from tests.remains import remains
from tests.test_destroy import sound

LATER = [*LINES, (20, "Lien", "Dit is er daarna nog bij gekomen")]


@pytest.fixture
def at(tmp_path: Path) -> Gate:
    """An archive with two who approve."""
    return gate(tmp_path)


def destroyed(at: Gate) -> str:
    """Let one message of a delivery be destroyed; give the proposal."""
    proposal = at.approved("--record", f"{hand_in(at)}.2")
    at.execute(proposal)
    return proposal


def returned(at: Gate, owner: str = "jan") -> str:
    """Hand in a later export that has the message still; give its delivery."""
    path = at.office.write(f"later-{owner}/{TITLED}", chat(LATER, start=LONG_AGO))
    delivery = at.office.ingest(path, owner, code=None)["delivery"]
    at.office.json("retention", "appraise", code=None)
    return str(delivery)


def again(at: Gate, *words: object, ground: str = "selection-list", code: int = 0) -> Any:
    """Propose what returned; give the proposal as it is shown."""
    asked = ("dispose", "propose", "--again", "--ground", ground, *words)
    ran = at.office.run(*asked, "--output", "json")
    assert ran.code == code, ran.err
    return ran.json if code == 0 else ran.err


def carried_out(at: Gate, proposal: str) -> Any:
    """Let both approve, and carry it out."""
    for login in (OWNER, MANAGER):
        assert at.approve(proposal, login).code == 0
    return at.execute(proposal)


def waiting(at: Gate, code: str) -> list[dict[str, Any]]:
    """Give the findings of this code."""
    return [one for one in at.office.json("findings")["findings"] if one["code"] == code]


def test_the_same_account_hands_it_in_again(at: Gate) -> None:
    """It is recognised, proposed on the ground of before, destroyed and proven, and stays away."""
    first = destroyed(at)
    delivery = returned(at)
    assert remains(at.office, [CANARY]) != {}
    made = again(at, "--delivery", delivery)
    assert [(one["delivery"], one["items"], one["before"]) for one in made["lines"]] == [
        (delivery, ["2-2"], [first])
    ]
    done = carried_out(at, made["proposal"])
    assert [(one["delivery"], one["items"], one["whole"]) for one in done["deliveries"]] == [
        (delivery, 1, False)
    ]
    assert done["proof"]["samples"] > 0
    assert remains(at.office, [CANARY]) == {}
    assert waiting(at, "E-D006") == []
    assert at.office.search("")["total"] == 4
    assert first in str(at.statement(made["proposal"])["document"])
    assert "none" in again(at, code=1)
    sound(at.office)


def test_another_phone_hands_it_in(at: Gate) -> None:
    """What another account has is proposed beside it, and goes by its own appraisal."""
    first = destroyed(at)
    mine, other = returned(at), returned(at, "els")
    made = again(at)
    lines = {one["delivery"]: (one["items"], one["before"]) for one in made["lines"]}
    assert lines == {mine: (["2-2"], [first]), other: (["2-2"], [])}
    carried_out(at, made["proposal"])
    assert remains(at.office, [CANARY]) == {}
    assert at.office.search(CANARY)["total"] == 0
    sound(at.office)


def test_another_phone_of_somebody_without_a_function(at: Gate) -> None:
    """A copy that nobody appraised stays, and the proposal says why."""
    destroyed(at)
    mine, other = returned(at), returned(at, "wim")
    made = again(at)
    assert [one["delivery"] for one in made["lines"]] == [mine]
    assert [(one["delivery"], one["reason"]) for one in made["refused"]] == [(other, "unknown")]
    carried_out(at, made["proposal"])
    assert at.office.search(CANARY)["total"] == 1


def test_a_withdrawn_delivery_goes_again_as_a_whole(at: Gate) -> None:
    """Where everything was destroyed before the delivery goes, its names included."""
    delivery = hand_in(at)
    at.execute(at.approved("--delivery", delivery, "--reason", "Onrechtmatig", ground="withdrawn"))
    path = at.office.write(f"jan/{TITLED}", chat(LINES, start=LONG_AGO))
    back = at.office.ingest(path, "jan", code=None)["delivery"]
    other = returned(at, "els")
    made = again(at, ground="withdrawn")
    assert [(one["delivery"], one["items"], one["count"]) for one in made["lines"]] == [
        (back, [], len(LINES))
    ]
    assert [(one["delivery"], one["reason"]) for one in made["refused"]] == [(other, "account")]
    done = carried_out(at, made["proposal"])
    assert [(one["items"], one["whole"]) for one in done["deliveries"]] == [(len(LINES), True)]
    states = {
        one["delivery"]: one["state"] for one in at.office.json("delivery", "list")["deliveries"]
    }
    assert (states[back], states[other]) == ("withdrawn", "ingested")
    (event,) = (
        one
        for one in at.office.events()
        if one["type"] == "delivery.replaced" and one["delivery"] == back
    )
    assert event["counts"]["destroyed"] == len(LINES)
    sound(at.office)


def test_on_another_ground_it_stays(at: Gate) -> None:
    """The ground of the second destruction is that of the first, and no other one."""
    destroyed(at)
    delivery = returned(at)
    assert "ground" in again(at, "--delivery", delivery, ground="withdrawn", code=1)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--query", "iets"), 5),
        (("--person", "Jan"), 5),
        (("--to", "2014-05-13"), 5),
        (("--person", "Els"), 0),
        (("--from", "2014-05-14"), 0),
    ],
)
def test_a_hold_covers_what_no_search_finds(at: Gate, words: tuple[str, ...], code: int) -> None:
    """A hold on the person or the day forbids it, and so do words, which cannot be looked for."""
    destroyed(at)
    delivery = returned(at)
    waits = again(at, "--delivery", delivery)["proposal"]
    at.office.json("hold", "place", "--kind", "woo-request", *words)
    again(at, "--delivery", delivery, code=code)
    assert at.office.run("delivery", "withdraw", delivery, "--reason", "x").code == code
    for login in (OWNER, MANAGER):
        assert at.approve(waits, login).code == 0
    assert at.office.run("dispose", "execute", waits).code == code


def test_an_appraisal_that_is_outdated_grounds_nothing(at: Gate) -> None:
    """Once a function changed it is not proposed before everything was appraised again."""
    destroyed(at)
    delivery = returned(at)
    words = ("--person", "Jan", "--function", "dg", "--from", "1999-01-01", "--to", "2000-12-31")
    at.office.json("function", "add", *words)
    again(at, "--delivery", delivery, code=9)


def test_a_delivery_that_is_not_there(at: Gate) -> None:
    """A misspelt delivery is refused, and so is asking where nothing returned."""
    hand_in(at)
    assert "d2222222222" in again(at, "--delivery", "d2222222222", code=2)
    assert "none" in again(at, code=1)


def test_it_survives_a_rebuild_and_a_restore(at: Gate) -> None:
    """Before and after it went again the catalogue is made anew and says the same."""
    destroyed(at)
    delivery = returned(at)
    before = again(at, "--dry-run")["lines"]
    at.office.json("rebuild")
    assert again(at, "--dry-run")["lines"] == before
    proposal = again(at, "--delivery", delivery)["proposal"]
    carried_out(at, proposal)
    told = (at.office.json("dispose", "list"), at.office.json("findings"), at.office.search(""))
    at.office.json("rebuild")
    assert told == (
        at.office.json("dispose", "list"), at.office.json("findings"), at.office.search(""),
    )  # fmt: skip
    at.office.json("backup", at.office.folder / "backup", code=None)
    other = Ministry(at.office.folder / "other", settings=dict(at.office.settings))
    shutil.copytree(at.office.keys, other.keys)
    other.json("restore", at.office.folder / "backup", other.archive)
    assert other.json("dispose", "list") == told[0]
    assert other.search("")["total"] == told[2]["total"]
    assert remains(other, [CANARY]) == {}


def test_a_third_time(at: Gate) -> None:
    """What was destroyed twice is known a third time, by both proposals."""
    first = destroyed(at)
    returned(at)
    second = again(at)["proposal"]
    carried_out(at, second)
    path = at.office.write(
        f"derde/{TITLED}", chat([*LATER, (30, "Pia", "Nog een")], start=LONG_AGO)
    )
    third = at.office.ingest(path, "jan", code=None)["delivery"]
    at.office.json("retention", "appraise", code=None)
    (line,) = again(at)["lines"]
    assert (line["delivery"], line["before"]) == (third, [first, second])


def test_what_another_proposal_destroyed_is_said(at: Gate) -> None:
    """Two proposals name the same delivery: the second says on which one it went."""
    delivery = hand_in(at)
    late = at.approved("--record", f"{delivery}.2")
    early = at.approved("--delivery", delivery)
    at.execute(early)
    done = at.execute(late)
    assert done["failed"] == []
    assert done["others"] == [{"delivery": delivery, "proposals": [early]}]
    assert f"vernietigd op voorstel {early}" in str(at.statement(late)["document"])
