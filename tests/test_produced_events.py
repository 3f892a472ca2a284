"""Events in documents: who did what to whom, as the source writes it and a view may see it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from archiver.cases.case import case
from archiver.cases.redaction import Bar, kept
from archiver.classify.personal import People
from archiver.language import use
from archiver.produce import documents as making
from archiver.produce.document import Document, Line
from archiver.produce.documents import documents
from archiver.produce.inquiry.origin import Origin
from archiver.produce.naming import plain
from archiver.produce.rsmf import Talk, rsmf
from archiver.produce.slices import Unit
from archiver.produce.veil import View
from tests.test_written_rsmf import unpacked
from tests.woo_office import Office, add, office

_AT = 1_710_244_800
_TEXT = [
    (0, "", "Noor Ypma heeft ~ zonnetje ☀ toegevoegd"),
    (1, "", "Je hebt Bob Bobsen verwijderd"),
    (2, "Noor Ypma", "Dag allemaal"),
]


def service(number: int, action: str, actor: str = "Noor Ypma", **more: Any) -> dict[str, Any]:
    """Give what Telegram writes of an event."""
    return {
        "id": number, "type": "service", "date": "2024-03-12T13:00:00", "action": action,
        "date_unixtime": str(_AT + number * 60), "actor": actor, "actor_id": "user1", "text": "",
        "text_entities": [], **more,
    }  # fmt: skip


EVENTS = [
    service(1, "create_group", title="Stikstof", members=["Noor Ypma"]),
    service(2, "invite_members", members=["Bob Bobsen"]),
    service(3, "remove_members", "Bob Bobsen", members=["Carol Kerst", "Dave Davids"]),
    service(4, "edit_group_title", title="Stikstof en water"),
    service(5, "phone_call", duration_seconds=61, discard_reason="hangup"),
]


@pytest.fixture(scope="module")
def woo(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """A case with a text export and a Telegram group, full of events, all judged public."""
    made = office(tmp_path_factory.mktemp("events"), _TEXT)
    export = {"name": "Overleg", "type": "private_group", "id": 77, "messages": EVENTS}
    made.at.account("tel", service="telegram", identifier="+31620009999")
    made.at.ingest(made.at.write("result.json", json.dumps(export)), "tel", code=None)
    add(made)
    made.judge({})
    return made


def made_of(woo: Office, view: View) -> list[Document]:
    """Give the documents of the case, in Dutch."""
    use("nl")
    with woo.at.opened() as archive:
        found = case(archive.catalogue.connection, woo.case)
        return list(documents(archive, found, Unit.DAY, view))


def lines_of(woo: Office, view: View, service_: str = "telegram") -> list[Line]:
    """Give the lines of one service."""
    return [line for one in made_of(woo, view) if one.service == service_ for line in one.lines]


def test_an_event_says_who_did_what_to_whom(woo: Office) -> None:
    """Without words of its own an event is told from what the source keeps of it."""
    assert [plain(line.label) for line in lines_of(woo, View.FULL)] == [
        "Noor Ypma heeft de groep “Stikstof” gemaakt met Noor Ypma",
        "Noor Ypma heeft Bob Bobsen toegevoegd",
        "Bob Bobsen heeft Carol Kerst, Dave Davids verwijderd",
        "Noor Ypma heeft de groep de naam “Stikstof en water” gegeven",
        "Oproep van 61 seconden",
    ]


def test_whoever_did_it_is_named_as_the_source_writes_the_name(woo: Office) -> None:
    """The author of an event is no identifier in small letters, and `show` names the same."""
    lines = lines_of(woo, View.FULL, "whatsapp")
    assert [plain(line.sender) for line in lines] == ["Noor Ypma", "Jan", "Noor Ypma"]
    assert [plain(line.label) for line in lines] == [
        "Deelnemer toegevoegd", "Deelnemer verwijderd", "",
    ]  # fmt: skip
    shown = woo.at.run("show", lines[0].record, "--context", 0).out
    assert "  Noor Ypma  (" in shown.splitlines()[0]


def test_the_public_sees_no_name_in_an_event(woo: Office) -> None:
    """In label and words the names of both are bars, also one that no recogniser would know."""
    found = made_of(woo, View.PUBLIC)
    said = repr(found)
    for name in ("Noor", "Bob", "Carol", "Dave", "zonnetje"):
        assert name not in said, name
    added = lines_of(woo, View.PUBLIC)[1]
    assert kept(added.label) == " heeft  toegevoegd"
    assert [one.grounds for one in added.label if isinstance(one, Bar)] == [("5.1.2e",)] * 2
    assert kept(lines_of(woo, View.PUBLIC)[3].label).endswith("“Stikstof en water” gegeven")


def test_an_official_who_stays_named_is_named_in_an_event(
    woo: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever acts in public stands in the label; the other is a bar."""
    monkeypatch.setattr(making, "people_of", lambda *_: People(public=("Bob Bobsen",)))
    assert kept(lines_of(woo, View.PUBLIC)[1].label) == " heeft Bob Bobsen toegevoegd"


def test_a_pseudonym_stands_in_an_event_too(woo: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that was given a number in the case has that number in the label."""
    monkeypatch.setattr(making.pseudonyms, "labels", lambda *_: {"bob bobsen": "Persoon 2"})
    label = lines_of(woo, View.PUBLIC)[1].label
    assert [one.label for one in label if isinstance(one, Bar)] == ["", "Persoon 2"]


def test_rsmf_says_who_came_and_went(woo: Office) -> None:
    """Whoever was added joins, not who added; of two at once no one is picked."""
    lines = lines_of(woo, View.FULL)
    origins = {line.record: Origin("", (), (), ()) for line in lines}
    talk = Talk("V1", "c1", "telegram", "Overleg", "tekst", lines, origins, {})
    manifest, _ = unpacked(rsmf(talk))
    names = {one["id"]: one["display"] for one in manifest["participants"]}
    events = manifest["events"]
    told = [(one["type"], names[one["participant"]]) for one in events[1:3]]
    assert told == [("join", "Bob Bobsen"), ("unknown", "Bob Bobsen")]
    assert events[1]["body"] == "Noor Ypma heeft Bob Bobsen toegevoegd"


def test_a_rebuild_tells_events_the_same(woo: Office) -> None:
    """After a rebuild every document is the same."""
    before = made_of(woo, View.FULL)
    assert woo.at.run("rebuild").code == 0
    assert made_of(woo, View.FULL) == before
