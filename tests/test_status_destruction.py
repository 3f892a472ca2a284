"""What the list of today says of destruction, holds and terms: each with the command to paste."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from archiver.pipeline import destroy as destroying
from tests.gate import CANARY, LINES, LONG_AGO, MANAGER, OWNER, TITLED, Gate, gate, hand_in
from tests.ministry import chat

Told = list[tuple[str, str, str]]


class Killed(BaseException):
    """The process is no more."""


@pytest.fixture
def at(tmp_path: Path) -> Gate:
    """An archive with two who approve."""
    return gate(tmp_path)


def told(at: Gate, part: str, word: str) -> Told:
    """Give (sentence, role, command) of the lines of a part in whose command a word stands."""
    rows = at.office.json("status")["today"]
    return [
        (row["message"], row["role"], row["command"])
        for row in rows
        if row["part"] == part and word in row["command"]
    ]


def test_a_proposal_from_its_making_to_its_end(at: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whose approval it waits for, that it may be carried out, that it was begun; then nothing."""
    proposal = at.propose("--record", f"{hand_in(at)}.2")
    approve = f"chatarchief dispose approve {proposal} --key FILE"
    execute = f"chatarchief dispose execute {proposal}"
    waits = f"Proposal {proposal} waits for an approval."
    assert told(at, "waits", "dispose") == [
        (waits, "process-owner", approve), (waits, "archive-manager", approve),
    ]  # fmt: skip
    assert at.approve(proposal, OWNER).code == 0
    assert told(at, "waits", "dispose") == [(waits, "archive-manager", approve)]
    assert at.approve(proposal, MANAGER).code == 0
    said = f"Proposal {proposal} was approved and not carried out."
    assert told(at, "waits", "dispose") == [(said, "records-officer", execute)]

    def dying(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(destroying, "destroy", dying)
        with pytest.raises(Killed):
            at.office.run("dispose", "execute", proposal)
    said = f"Proposal {proposal} was begun and not finished."
    assert told(at, "waits", "dispose") == [(said, "records-officer", execute)]
    at.execute(proposal)
    assert told(at, "waits", "dispose") == []
    assert told(at, "due", "dispose") == []


def test_a_proposal_that_soon_counts_no_longer(at: Gate) -> None:
    """In its last week it is due; once it has expired it waits for nobody any more."""
    delivery = hand_in(at)
    at.propose("--record", f"{delivery}.1")
    assert told(at, "due", "dispose") == []
    at.office.settings["CHATARCHIEF_RETENTION_PROPOSAL_DAYS"] = "3"
    soon = at.propose("--record", f"{delivery}.2")
    ((said, role, command),) = told(at, "due", "dispose")
    assert said.startswith(f"Proposal {soon} counts until 20")
    assert (role, command) == ("records-officer", f"chatarchief dispose show {soon}")
    at.office.settings["CHATARCHIEF_RETENTION_PROPOSAL_DAYS"] = "0"
    gone = at.propose("--record", f"{delivery}.3")
    assert told(at, "waits", gone) == told(at, "due", gone) == []


def test_a_hold_that_nobody_acknowledged(at: Gate) -> None:
    """First the letters are to be written, then their answers are waited for."""
    hand_in(at)
    words = ("--kind", "woo-request", "--person", "Jan")
    hold = at.office.json("hold", "place", *words)["hold"]
    letters = ("hold", "letters", hold, "--to", at.office.folder / "brieven")
    said = f"Hold {hold}: nobody was told of it by letter."
    command = f"chatarchief hold letters {hold} --to DIR"
    assert told(at, "waits", hold) == [(said, "records-officer", command)]
    at.office.json(*letters)
    said = f"Hold {hold}: letters that wait for an answer: 1."
    command = f"chatarchief hold acknowledge {hold} --person NAME"
    assert told(at, "waits", hold) == [(said, "records-officer", command)]
    at.office.json("hold", "acknowledge", hold, "--person", "Jan")
    assert told(at, "waits", hold) == []


def test_terms_that_end_this_month(at: Gate) -> None:
    """Copies whose term has run are counted, and of them those that a hold keeps."""
    assert told(at, "due", "calendar") == []
    hand_in(at)
    words = ("--kind", "woo-request", "--query", CANARY)
    at.office.json("hold", "place", *words)
    ((said, role, command),) = told(at, "due", "calendar")
    assert said == "Copies whose term ends by the end of this month: 4, held 1."
    assert role == "records-officer"
    month = f"{datetime.now(UTC):%Y-%m}"
    assert command == f"chatarchief retention calendar --until {month}"
    found = at.office.json("retention", "calendar", "--until", month)
    assert sum(one["copies"] for one in found["due"]) == 4


def test_what_was_destroyed_before_and_came_again(at: Gate) -> None:
    """It stands in the list until it was destroyed again."""
    at.execute(at.approved("--record", f"{hand_in(at)}.2"))
    assert told(at, "waits", "--again") == []
    more = [*LINES, (20, "Lien", "Dit is er daarna nog bij gekomen")]
    at.office.ingest(at.office.write(f"later/{TITLED}", chat(more, start=LONG_AGO)), code=None)
    at.office.json("retention", "appraise", code=None)
    assert [said for said, *_ in told(at, "waits", "--again")] == [
        "Deliveries with what was destroyed before: 1."
    ]
    at.execute(at.approved("--again"))
    assert told(at, "waits", "--again") == []


def test_the_list_names_nothing_of_content(at: Gate) -> None:
    """Neither a title nor a name of a person stands in any of it, in either language."""
    delivery = hand_in(at)
    at.propose("--record", f"{delivery}.2", "--reason", "Kanariereden")
    at.office.json("hold", "place", "--kind", "woo-request", "--query", CANARY)
    for language in ("en", "nl"):
        out = at.office.run("--lang", language).out
        assert not any(word in out for word in (CANARY, "Havenoverleg", "Kanariereden", "Jan"))
