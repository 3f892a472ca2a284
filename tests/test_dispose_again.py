"""What was destroyed and is handed in again: it does not come back unseen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.gate import CANARY, LINES, LONG_AGO, MANAGER, OWNER, TITLED, Gate, gate, hand_in
from tests.ministry import chat
from tests.remains import remains
from tests.test_reconcile import phone, talk


@pytest.fixture
def at(tmp_path: Path) -> Gate:
    """An archive with two who approve."""
    return gate(tmp_path)


def codes(found: dict[str, Any]) -> set[str]:
    """Give the codes of a delivery's findings."""
    return {one["code"] for one in found["findings"]}


def test_the_same_file_again(at: Gate) -> None:
    """A file of which a message was destroyed is known as it is, and nothing is read again."""
    delivery = hand_in(at)
    at.execute(at.approved("--record", f"{delivery}.2"))
    path = at.office.write(f"jan/{TITLED}", chat(LINES, start=LONG_AGO))
    again = at.office.ingest(path, "jan", code=None)
    assert (again["delivery"], again["repeated"]) == (delivery, True)
    assert remains(at.office, [CANARY]) == {}
    assert at.office.search("")["total"] == 3


def test_a_later_export_of_the_same_account(at: Gate) -> None:
    """In a later export the destroyed message is left out and named, and the new ones come in."""
    delivery = hand_in(at)
    at.execute(at.approved("--record", f"{delivery}.2"))
    more = [*LINES, (20, "Lien", "Dit is er daarna nog bij gekomen")]
    path = at.office.write(f"later/{TITLED}", chat(more, start=LONG_AGO))
    again = at.office.ingest(path, "jan", code=None)
    assert (again["new"], again["known"], again["excluded"]) == (1, 3, 1)
    assert "E-D006" in codes(again)
    assert at.office.search(CANARY)["total"] == 0
    assert at.office.search("")["total"] == 4


def test_a_withdrawn_delivery_again(at: Gate) -> None:
    """What was withdrawn is known again message by message, and none of it is shown."""
    delivery = hand_in(at)
    made = at.office.json("delivery", "withdraw", delivery, "--reason", "Onrechtmatig")
    for login in (OWNER, MANAGER):
        assert at.approve(made["proposal"], login).code == 0
    at.execute(made["proposal"])
    path = at.office.write(f"jan/{TITLED}", chat(LINES, start=LONG_AGO))
    again = at.office.ingest(path, "jan", code=None)
    assert (again["new"], again["excluded"]) == (0, len(LINES))
    assert "E-D006" in codes(again)
    assert at.office.search("")["total"] == 0


def test_another_phone_has_it_too(at: Gate) -> None:
    """In another account what looks like it is kept, and an officer is told."""
    delivery = hand_in(at)
    at.execute(at.approved("--record", f"{delivery}.2"))
    path = at.office.write(f"els/{TITLED}", chat(LINES, start=LONG_AGO))
    other = at.office.ingest(path, "els", code=None)
    assert "W-D006" in codes(other)
    assert at.office.search(CANARY)["total"] == 1


def test_an_assignment_outlives_the_strand_that_its_conversation_was_named_by(
    at: Gate,
) -> None:
    """What was to be kept for good stays so when the first of two exports is withdrawn."""
    office = at.office
    made = {}
    for account, owner, shift in (("jan", "Lien", 0), ("els", "Omar", 60)):
        path = office.write(
            f"{account}/{TITLED}", phone(owner, talk(), shift).replace("2022", "2014")
        )
        made[account] = office.ingest(path, account, code=None)["delivery"]
    (conversation,) = office.json("conversations")["conversations"]
    words = (conversation["conversation"], "--category", "1.1", "--reason", "besluitvorming")
    office.json("retention", "assign", *words, code=None)
    office.json("retention", "appraise", code=None)
    gone = at.approved(
        "--delivery", made["jan"], "--reason", "verkeerd toestel", ground="withdrawn"
    )
    at.execute(gone)
    office.json("retention", "appraise", code=None)
    ask = ("dispose", "propose", "--ground", "selection-list", "--delivery", made["els"])
    assert office.run(*ask).code == 1
    office.json("rebuild")
    office.json("retention", "appraise", code=None)
    assert office.run(*ask).code == 1
