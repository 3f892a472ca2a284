"""The main job through the command line: what is handed in becomes records, with a balance."""

from __future__ import annotations

import json
import os
import tarfile
import zipfile
from datetime import datetime
from pathlib import Path

import pytest

from archiver.model import Finding
from archiver.pipeline.reader import OwnReader, ReadingFailed
from tests.ministry import Ministry, chat, mail, mailbox, ministry

LINES = [
    (0, "", "Lien heeft de groep “Overleg” gemaakt"),
    (1, "Lien", "Het besluit over de vergunning ligt klaar"),
    (2, "Omar", "ok"),
    (2, "Omar", "ok"),
    (3, "Lien", "Zie bijlage besluiten.pdf (bestand bijgevoegd)"),
]
WITH_FILE = [*LINES[:4], (3, "Lien", "besluiten.pdf (bestand bijgevoegd)")]
TITLED = "WhatsApp-chat met Overleg.txt"


@pytest.fixture
def office(tmp_path: Path) -> Ministry:
    """An empty archive."""
    return ministry(tmp_path)


def test_a_delivery_becomes_records_with_a_balance(office: Ministry) -> None:
    """What was read is new, known, rejected or excluded; the command shows it for each delivery."""
    found = office.ingest(office.write(TITLED, chat(LINES)))
    assert (found["read"], found["new"], found["known"]) == (5, 5, 0)
    assert (found["messages"], found["events"]) == (4, 1)
    assert found["state"] == "ingested"
    assert office.search("vergunning")["total"] == 1


def test_the_same_file_again_is_one_event_and_nothing_new(office: Ministry) -> None:
    """The same file of the same account a second time: exit code 0, nothing new, one event."""
    path = office.write(TITLED, chat(LINES))
    first = office.ingest(path)
    before = office.events()
    again = office.ingest(path)
    assert (again["delivery"], again["repeated"]) == (first["delivery"], True)
    assert (again["read"], again["new"], again["known"]) == (5, 0, 5)
    assert [event["type"] for event in office.events()[len(before) :]] == ["delivery.repeated"]


def test_a_later_export_brings_only_what_is_new(office: Ministry) -> None:
    """Next month's export of the same conversation links what is known and adds the rest."""
    office.ingest(office.write(TITLED, chat(LINES)))
    more = [*LINES, (4, "Omar", "Akkoord, verstuur maar")]
    found = office.ingest(office.write(f"later/{TITLED}", chat(more)))
    assert (found["read"], found["new"], found["known"]) == (6, 1, 5)
    assert office.search("ok")["total"] == 2


def test_what_two_accounts_hold_is_shown_once(office: Ministry) -> None:
    """The same file from another account is its own delivery, united item by item."""
    path = office.write(TITLED, chat(LINES))
    first, second = office.ingest(path, "jan"), office.ingest(path, "els")
    assert first["delivery"] != second["delivery"]
    assert (second["new"], second["known"]) == (0, 5)
    held = office.json("explain", office.search("vergunning")["hits"][0]["id"])["holdings"]
    assert [one["level"] for one in held] == [0, 1]
    assert [one["rule"] for one in held] == ["first", "same-file"]


def test_a_folder_with_its_media_is_one_delivery(office: Ministry) -> None:
    """A folder that holds a chat text and its media is one delivery; the file is found by name."""
    office.write(f"export/{TITLED}", chat(WITH_FILE))
    office.write("export/besluiten.pdf", b"%PDF-1.7 verzonnen")
    found = office.ingest_all(office.folder / "handed-in" / "export")
    assert len(found["deliveries"]) == 1
    assert found["deliveries"][0]["attachments"] == {"referenced": 1, "present": 1, "missing": 0}
    for word in ("besluiten", "besluit", "besluiten.pdf", "pdf"):
        assert "besluiten.pdf" in office.search(word)["hits"][0]["text"], word


def test_a_folder_of_exports_is_judged_one_by_one(office: Ministry) -> None:
    """What is no export as a whole is taken in file by file; each has its own outcome."""
    office.write(f"all/een/{TITLED}", chat(LINES))
    office.write("all/post.mbox", mailbox([mail(1, "Goedemorgen")]))
    office.write("all/onbekend.bin", bytes(range(256)) * 8)
    found = office.ingest_all(office.folder / "handed-in" / "all", code=1)
    states = {Path(one["path"]).name: one["state"] for one in found["deliveries"]}
    assert states == {"een": "ingested", "post.mbox": "ingested", "onbekend.bin": "quarantined"}
    assert found["totals"]["deliveries"] == 3


@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_a_container_is_read_without_unpacking_it_to_disk(office: Ministry, kind: str) -> None:
    """An export in a container is read from it; the container itself is what is kept."""
    inside = office.write(TITLED, chat(LINES))
    path = office.folder / f"export.{kind}"
    if kind == "zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as container:
            container.write(inside, TITLED)
    else:
        with tarfile.open(path, "w") as container:
            container.add(inside, TITLED)
    found = office.ingest(path)
    assert (found["state"], found["new"]) == ("ingested", 5)
    again = office.ingest(inside)
    assert (again["new"], again["known"]) == (0, 5)


def test_an_unknown_file_is_kept_unread(office: Ministry) -> None:
    """What no format recognises is kept in quarantine with a finding that says what is needed."""
    found = office.ingest(office.write("onbekend.bin", os.urandom(5_000)), code=1)
    assert (found["state"], found["read"]) == ("quarantined", 0)
    assert any(finding["code"].startswith("E-I") for finding in found["findings"])
    assert office.run("verify", "--full").code == 0


def test_a_format_may_be_named_by_the_officer(office: Ministry) -> None:
    """A file in quarantine is read once an officer says which format it has."""
    text = "Onderwerp\n" + chat(LINES)
    kept = office.ingest(office.write("aantekening.md", text), code=None)
    if kept["state"] == "quarantined":
        answered = office.json(
            "delivery", "answer", kept["delivery"], "--source-format", "whatsapp-text", code=None
        )
        kept = answered["deliveries"][0]
    assert (kept["state"], kept["new"]) == ("ingested", 5)


def test_a_path_that_is_not_there_does_not_stop_the_others(office: Ministry) -> None:
    """One path of several cannot be taken in: it is told, the exit code says so, the rest is in."""
    path = office.write(TITLED, chat(LINES))
    ran = office.run("ingest", office.folder / "weg.zip", path, "--account", office.account())
    assert ran.code != 0
    assert "weg.zip" in ran.err
    assert "read 5 = new 5" in ran.out


def test_text_outside_the_period_of_the_account_is_kept(office: Ministry) -> None:
    """Messages from before or after the account's period are kept, with a finding."""
    late = chat(LINES[:3]) + chat(LINES[3:], start=datetime(2024, 1, 2, 9))
    office.account("kort", **{"from": "2022-01-01", "to": "2023-01-01"})
    found = office.ingest(office.write(TITLED, late), "kort")
    outside = [one for one in found["findings"] if one["code"] == "W-R002"]
    assert found["new"] == 5
    assert outside[0]["values"]["count"] == 2


def test_a_receipt_is_handed_out(office: Ministry) -> None:
    """Each delivery has a receipt, which is also put where the officer asks for it."""
    target = office.folder / "receipts"
    office.ingest(office.write(TITLED, chat(LINES)), "jan", "--receipt", target)
    assert [path.suffix for path in target.iterdir()] == [".receipt"]


def test_reading_that_stops_leaves_the_bytes_in_quarantine(
    office: Ministry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When reading ends before the file does, nothing of it is a record and its bytes are kept."""

    def stops(*_: object) -> object:
        raise ReadingFailed(reason="signal 9")

    monkeypatch.setattr(OwnReader, "read", stops)
    found = office.ingest(office.write(TITLED, chat(LINES)), code=3)
    assert (found["state"], found["read"]) == ("quarantined", 0)
    assert [one["code"] for one in found["findings"]] == ["E-P001"]
    monkeypatch.undo()
    assert office.ingest(office.folder / "handed-in" / TITLED)["new"] == 5


def test_a_thousand_findings_of_a_kind_are_kept_one_by_one(office: Ministry) -> None:
    """Of one code a thousand findings are kept, and then how many there are."""
    from archiver.pipeline.tally import MOST_FINDINGS_A_CODE, Tally

    tally = Tally()
    tally.noted(Finding("W-M003", {"number": n}) for n in range(MOST_FINDINGS_A_CODE + 5))
    kept = tally.all_findings(None)
    assert len(kept) == MOST_FINDINGS_A_CODE + 1
    assert (kept[-1].code, kept[-1].values) == ("W-P001", {"code": "W-M003", "count": 1005})


def test_the_reading_process_gives_what_this_one_gives(office: Ministry) -> None:
    """Exports are read in a process of their own; what it gives is what reading here gives."""
    path = office.write("post.mbox", mailbox([mail(n, f"Bericht {n}") for n in range(5)]))
    ran = office.process("ingest", path, "--account", office.account("post"), "--output", "json")
    assert ran.code == 0, ran.err
    assert ran.json["deliveries"][0]["new"] == 5
    here = ministry(office.folder / "here")
    assert here.ingest(path, "post")["new"] == 5
    assert [hit["text"] for hit in here.search()["hits"]] == [
        hit["text"] for hit in office.search()["hits"]
    ]


def test_every_form_of_output_says_the_same(office: Ministry) -> None:
    """The balance is the same as text, JSON, JSON lines and CSV."""
    path = office.write(TITLED, chat(LINES))
    account = office.account()
    first = office.run("ingest", path, "--account", account)
    assert "read 5 = new 5 + known 0 + rejected 0 + excluded 0" in first.out
    lines = office.run("ingest", path, "--account", account, "--output", "jsonl").out.splitlines()
    assert [json.loads(line)["known"] for line in lines] == [5]
    table = office.run("ingest", path, "--account", account, "--output", "csv").out.splitlines()
    assert len(table) == 2
    assert '"5"' in table[1]
