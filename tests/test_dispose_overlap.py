"""Destructions that cross each other, a hold or an appraisal: each says and does its own part."""

from __future__ import annotations

from pathlib import Path

import pytest

from retention.approve import AlreadyExecuted
from tests.dying import Killed, dying, unsynced
from tests.gate import CANARY, LINES, LONG_AGO, TITLED, Gate, gate, hand_in
from tests.ministry import LIEN, chat
from tests.test_destroy import sound


@pytest.fixture
def at(tmp_path: Path) -> Gate:
    """An archive with two who approve."""
    return gate(tmp_path)


def withdrawal(at: Gate, delivery: str) -> str:
    """Let two approve that a delivery is withdrawn; give the proposal."""
    words = ("--delivery", delivery, "--reason", "Verkeerd toestel")
    return at.approved(*words, ground="withdrawn")


def test_one_that_died_is_completed_after_another_took_the_rest(at: Gate, tmp_path: Path) -> None:
    """Wherever the first dies, the second takes the rest, and then the first is done as well."""
    delivery = hand_in(at)
    first = at.approved("--record", f"{delivery}.2")
    second = at.approved("--delivery", delivery)
    words = ("dispose", "execute", first, "--output", "json")
    with dying(1 << 30) as calls, unsynced():
        at.office.copy(tmp_path / "whole").run(*words)
    destroyed_by = set()
    for number in range(0, calls[0], calls[0] // 9):
        crashed = Gate(at.office.copy(tmp_path / f"crashed-{number}"), at.keys)
        with unsynced(), pytest.raises(Killed), dying(number):
            crashed.office.run(*words)
        crashed.execute(second)
        ran = crashed.office.run(*words)
        if ran.code == AlreadyExecuted.exit_code:
            break  # It died after its end was logged.
        done = ran.json
        told = [(one["items"], one["whole"], one["bytes_end"]) for one in done["deliveries"]]
        assert told in ([], [(1, False, False)])
        assert [one["proposals"] for one in done["others"]] == ([] if told else [[second]])
        destroyed_by.add(first if told else second)
        assert crashed.office.search("")["total"] == 0
        sound(crashed.office)
    assert destroyed_by == {first, second}


def test_a_hold_does_not_cover_what_was_read_and_is_gone(at: Gate) -> None:
    """A delivery of which every message went may be withdrawn, whatever a hold asks for since."""
    delivery = hand_in(at)
    withdrawn = withdrawal(at, delivery)
    at.execute(at.approved("--account", at.office.account("jan")))
    at.office.json("hold", "place", "--kind", "woo-request", "--query", CANARY, "--reason", "W")
    at.execute(withdrawn)
    (row,) = at.office.json("delivery", "list")["deliveries"]
    assert row["state"] == "withdrawn"


def test_an_appraisal_is_of_what_it_saw(at: Gate) -> None:
    """What lives on only in a later delivery is to be appraised again, before a rebuild and after.

    A rebuild no longer has the delivery that the appraisal saw.
    """
    first = hand_in(at)
    later = [*LINES, (20, "Lien", "Dit is er daarna nog bij gekomen")]
    path = at.office.write(f"later/{TITLED}", chat(later, start=LONG_AGO))
    second = at.office.ingest(path, "jan", code=None)
    assert (second["known"], second["new"]) == (len(LINES), 1)
    due = at.approved("--record", f"{first}.2")
    at.execute(withdrawal(at, first))
    calendar = at.office.json("retention", "calendar")
    refused = at.office.run("dispose", "execute", due)
    assert refused.code == 9, refused.err
    at.office.json("rebuild")
    assert at.office.json("retention", "calendar") == calendar
    at.office.json("retention", "appraise", code=None)
    at.execute(due)
    assert at.office.search("")["total"] == len(LINES)


def test_the_words_that_a_hold_asked_for_are_no_remains(at: Gate) -> None:
    """A hold that was lifted keeps its words, and what they were looked for in is gone."""
    delivery = hand_in(at)
    at.officer(LIEN, "records-officer")
    words = ("--query", CANARY, "--reason", f"Verzoek over de {CANARY}")
    hold = at.office.json("hold", "place", "--kind", "woo-request", *words)["hold"]
    for login in ("", LIEN):
        lifted = at.office.run("hold", "lift", hold, "--reason", "Afgedaan", login=login)
        assert lifted.code == 0, lifted.err
    at.execute(withdrawal(at, delivery))
