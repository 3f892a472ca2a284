"""Documents of a case: what they show of a message, and that nothing judged away is in them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from archiver.cases.case import case
from archiver.cases.redaction import Bar, kept
from archiver.produce.document import Document
from archiver.produce.documents import documents
from archiver.produce.naming import plain
from archiver.produce.slices import Unit
from archiver.produce.veil import View
from tests.ministry import LIEN, mail, mailbox
from tests.test_woo_pack import text_of
from tests.woo_office import Office, add, office

DAY = 1_710_244_800
"""12 March 2024, 13:00 in Amsterdam."""


def message(number: int, after: int, text: str, **more: Any) -> dict[str, Any]:
    """Give a message of a Telegram export, so many seconds after the start."""
    return {
        "id": number, "type": "message", "date": "2024-03-12T13:00:00",
        "date_unixtime": str(DAY + after), "from": "Jan de Wit", "from_id": "user1",
        "text": text, "text_entities": [{"type": "plain", "text": text}], **more,
    }  # fmt: skip


@pytest.fixture
def woo(tmp_path: Path) -> Office:
    """A case with a Telegram chat: an answer the next day, a reaction, a missing file."""
    made = office(tmp_path, [(0, "Jan de Wit", "Los bericht over stikstof")])
    els = {"from": "Els Bruin", "from_id": "user3", "date": "2024-03-12T14:00:00"}
    reaction = {"type": "emoji", "count": 1, "emoji": "👍", "recent": [els]}
    missing = "(File not included. Change data exporting settings to download.)"
    messages = [
        message(1, 0, "Wanneer komt het stuk?", reactions=[reaction]),
        message(2, 60, "Zie bijlage van Karel Geheim", file=missing, file_name="Karel Geheim.pdf",
                mime_type="application/pdf"),
        message(3, 100_000, "Gisteren al", reply_to_message_id=1),
    ]  # fmt: skip
    export = {"name": "Overleg", "type": "private_group", "id": 77, "messages": messages}
    path = made.at.write("result.json", json.dumps(export))
    given = {"service": "telegram", "identifier": "+31620009999"}
    made.at.account("tel", **given)
    made.at.ingest(path, "tel", code=None)
    add(made)
    made.judge(
        {
            "Karel": {
                "outcome": "deels openbaar",
                "covered": ("Karel Geheim",),
                "grounds": ("5.1.2e",),
            }
        }
    )
    return made


def made_of(woo: Office, unit: Unit, view: View) -> list[Document]:
    """Give the documents of the case."""
    with woo.at.opened() as archive:
        found = case(archive.catalogue.connection, woo.case)
        return list(documents(archive, found, unit, view))


def test_an_answer_of_the_next_day_stands_with_its_question(woo: Office) -> None:
    """By day, the answer is in the question's document and the day after has none of its own."""
    found = made_of(woo, Unit.DAY, View.FULL)
    telegram = [one for one in found if one.service == "telegram"]
    assert [[plain(line.body) for line in one.lines] for one in telegram] == [
        ["Wanneer komt het stuk?", "Zie bijlage van Karel Geheim", "Gisteren al"]
    ]
    assert {one.thread for one in found} == {1, 2}


def test_the_public_sees_no_name_and_nothing_judged_away(woo: Office) -> None:
    """Sender, reaction, passage and file name are bars; the document is public in part."""
    found = next(one for one in made_of(woo, Unit.DAY, View.PUBLIC) if one.service == "telegram")
    first, second = found.lines[:2]
    assert [one.sign for one in first.reactions] == ["👍"]
    assert isinstance(first.reactions[0].by[0], Bar)
    assert all(isinstance(line.sender[0], Bar) for line in found.lines)
    assert kept(second.body) == "Zie bijlage van "
    assert kept(second.attachments[0].name) == ".pdf"
    assert second.attachments[0].missing
    assert (str(found.outcome), found.grounds) == ("deels openbaar", ("5.1.2e",))
    assert "Karel" not in repr(found)


def test_whoever_is_due_everything_sees_everything(woo: Office) -> None:
    """In the full view there is no bar, and every name stands."""
    found = next(one for one in made_of(woo, Unit.DAY, View.FULL) if one.service == "telegram")
    assert "Bar(" not in repr(found)
    assert plain(found.lines[1].attachments[0].name) == "Karel Geheim.pdf"
    assert plain(found.lines[0].reactions[0].by) == "Els Bruin"


def test_a_mail_says_to_whom_it_went(tmp_path: Path) -> None:
    """A mail has its subject as title; addressees are told by role, and to the public as bars."""
    made = office(tmp_path)
    given = {"service": "mail", "identifier": "lien@voorbeeld.example"}
    made.at.account("post", **given)
    box = mailbox([mail(1, "Graag reactie", extra="Cc: els@voorbeeld.example\n")])
    made.at.ingest(made.at.write("box.mbox", box), "post", code=None)
    add(made)
    made.judge({})
    full = next(one for one in made_of(made, Unit.DAY, View.FULL) if one.service == "mail")
    assert plain(full.title) == "Overleg"
    assert [(one.role, plain(one.name)) for one in full.lines[0].addressed] == [
        ("to", "omar@voorbeeld.example"), ("cc", "els@voorbeeld.example"),
    ]  # fmt: skip
    public = next(one for one in made_of(made, Unit.DAY, View.PUBLIC) if one.service == "mail")
    assert all(isinstance(one.name[0], Bar) for one in public.lines[0].addressed)
    assert "voorbeeld.example" not in repr(public)


def test_two_hundred_planted_secrets_are_in_no_file(tmp_path: Path) -> None:
    """Of two hundred names and numbers, in texts and as senders, none is left in the pack."""
    pytest.importorskip("pypdf")
    lines = [
        (number, f"Kraai{chr(97 + number % 26)}{chr(97 + number // 26)}",
         f"Bel Merel{chr(97 + number % 26)}{chr(97 + number // 26)}x op 06-{40_000_000 + number}")
        for number in range(100)
    ]  # fmt: skip
    made = office(tmp_path, lines)
    covered = {text: text.split()[1::2] for _, _, text in lines}
    made.judge(
        {
            text: {"outcome": "deels openbaar", "covered": words, "grounds": ("5.1.2e",)}
            for text, words in covered.items()
        }
    )
    ran = made.at.run(
        *("produce", "woo", made.case, "--out", tmp_path / "p", "--publisher", "VWS"), login=LIEN
    )
    assert ran.code == 0, ran.err
    said = text_of(tmp_path / "p")
    secrets = [word for words in covered.values() for word in words]
    assert len(secrets) == 200
    assert [word for word in secrets if word in said] == []
    assert "Kraai" not in said and "Bel" in said


@pytest.mark.parametrize("words", [(), ("--dry-run",)])
def test_a_document_without_a_time_is_told(tmp_path: Path, words: tuple[str, ...]) -> None:
    """Where no time can be trusted there is no metadata, and the number of the document is told."""
    made = office(tmp_path)
    untimed = message(1, 0, "Wanneer was dit?", date="gisteren", date_unixtime="?")
    export = {"name": "Overleg", "type": "private_group", "id": 77, "messages": [untimed]}
    made.at.account("tel", service="telegram", identifier="+31620009999")
    made.at.ingest(made.at.write("result.json", json.dumps(export)), "tel", code=None)
    add(made)
    made.judge({})
    found = made.produce(tmp_path / "p", *words, code=1)["findings"]
    (told,) = (one for one in found if one["code"] == "W-W733")
    number = next(one.number for one in made_of(made, Unit.DAY, View.FULL) if not one.day)
    assert number in told["finding"]
    assert told["row"] == 4
    if not words:
        assert (tmp_path / "p" / "documenten" / f"{number}.pdf").exists()
        assert not (tmp_path / "p" / "diwoo" / f"{number}.xml").exists()
