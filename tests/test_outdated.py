"""An appraisal counts only as long as what it rests on: functions, accounts, assignments."""

from __future__ import annotations

from pathlib import Path

import pytest

from retention import appraise, schema
from tests.gate import LONG_AGO, Gate, gate, hand_in
from tests.ministry import Ministry, chat


@pytest.fixture
def at(tmp_path: Path) -> Gate:
    """An archive in which functions are known and lists count."""
    return gate(tmp_path)


def is_outdated(office: Ministry) -> bool:
    """Whether the last appraisal counts no longer, as the archive and the status say it."""
    with office.opened() as archive:
        found = appraise.is_outdated(schema.ready(archive))
    rows = office.json("status")["today"]
    assert found == any(row["command"] == "chatarchief retention appraise" for row in rows)
    return found


def test_an_account_that_changes(at: Gate) -> None:
    """Its last day is another one: until everything is appraised again no list counts."""
    hand_in(at)
    assert not is_outdated(at.office)
    at.office.json("account", "change", at.office.account("jan"), "--to", "2030-12-31")
    assert is_outdated(at.office)
    at.office.json("retention", "appraise", code=None)
    assert not is_outdated(at.office)


def test_conversations_that_go_to_another_account(at: Gate) -> None:
    """What an officer assigns to an account is appraised anew, also after a rebuild."""
    office = at.office
    jan = office.account("jan")
    words = ("--person", "Jan", "--kind", "phone", "--identifier", "356938035643809")
    more = ("--owner", "Jan", "--basis", "archiefwet", "--from", "2001-01-01")
    device = office.json("device", "add", *words, *more)["device"]
    path = office.write("WhatsApp-chat met Fenna.txt", chat([(0, "Fenna", "Dag")], start=LONG_AGO))
    delivery = office.json("ingest", path, "--device", device, code=1)["deliveries"][0]["delivery"]
    office.json("retention", "appraise", code=None)
    assert not is_outdated(office)
    office.json("delivery", "assign", delivery, "--account", jan)
    assert is_outdated(office)
    office.json("rebuild")
    assert is_outdated(office)
    office.json("retention", "appraise", code=None)
    assert not is_outdated(office)
    office.json("rebuild")
    assert not is_outdated(office)


def test_what_only_arrives_changes_nothing(at: Gate) -> None:
    """A new delivery is not appraised yet, and what was appraised still counts."""
    hand_in(at)
    path = at.office.write("WhatsApp-chat met Ander.txt", chat([(0, "Lien", "Dag")]))
    at.office.ingest(path)
    assert not is_outdated(at.office)
