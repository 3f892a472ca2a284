"""From decisions to records and back: what a delivery wrote is written again from its verdicts."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from archiver.errors import Damage, NoSuchThing
from archiver.model import Delivery
from archiver.pipeline import ingest as pipeline
from archiver.pipeline.shelf import Shelf
from archiver.store.catalogue import deliveries
from archiver.store.items import Items
from tests.ministry import Ministry, chat, mail, mailbox, ministry

RARE = [(n, "Lien", f"Punt {n} van de agenda is besproken") for n in range(20)]


@pytest.fixture
def office(tmp_path: Path) -> Ministry:
    """An empty archive."""
    return ministry(tmp_path)


def test_a_united_conversation_is_united_after_a_rebuild(office: Ministry) -> None:
    """A rebuild does not decide again: two titles that were one conversation still are."""
    office.ingest(office.write("WhatsApp-chat met Overleg.txt", chat(RARE)))
    office.ingest(office.write("WhatsApp-chat met Crisis.txt", chat([*RARE, (30, "Omar", "Dag")])))
    before = office.partition()
    rows = office.json("conversations")["conversations"]
    office.json("rebuild")
    assert office.partition() == before
    assert office.json("conversations")["conversations"] == rows
    later = office.write("later/WhatsApp-chat met Crisis.txt", chat([*RARE, (40, "Omar", "Hoi")]))
    assert office.ingest(later)["new"] == 1


def test_a_conflict_is_kept_and_named(office: Ministry) -> None:
    """The same Message-ID with another text: two records, and a finding that names the other."""
    office.account("post", service="mail")
    office.ingest(office.write("een.mbox", mailbox([mail(1, "Akkoord")])), "post")
    found = office.ingest(
        office.write("twee.mbox", mailbox([mail(1, "Niet akkoord")])), "post", code=1
    )
    conflict = [one for one in found["findings"] if one["code"] == "E-D001"]
    assert (found["new"], len(conflict)) == (1, 1)
    other = conflict[0]["values"]["record"]
    assert office.json("show", other)["record"]["text"] == "Akkoord"
    assert "E-D001" in office.run("findings").out


def test_a_copy_that_differs_is_an_observation(office: Ministry) -> None:
    """A copy with another spelling of blanks is one record; the difference is kept and shown."""
    office.ingest(office.write("a/WhatsApp-chat met X.txt", chat([(0, "Lien", "Het besluit")])))
    office.ingest(office.write("b/WhatsApp-chat met X.txt", chat([(0, "Lien", "Het  Besluit")])))
    record = office.search("besluit")["hits"][0]["id"]
    shown = office.json("show", record)["record"]
    assert [(one["kind"], one["value"]) for one in shown["observations"]] == [
        ("text", "Het  Besluit")
    ]
    for command in ("show", "explain"):
        assert "“Het  Besluit”" in office.run(command, record).out


def test_the_place_of_every_item_leads_to_its_bytes(office: Ministry) -> None:
    """An explanation gives member, offset and length; there the bytes of the message stand."""
    lines = [(n // 40, "Lien", f"Bericht {n}") for n in range(600)]
    path = office.write("WhatsApp-chat met X.txt", chat(lines))
    office.ingest(path)
    data = path.read_bytes()
    for number in (0, 255, 256, 599):
        record = office.search(f'"Bericht {number}"')["hits"][0]["id"]
        place = office.json("explain", record)["holdings"][0]["place"]
        assert place["source"] == path.name
        entry = data[place["offset"] : place["offset"] + place["length"]]
        assert entry.decode().endswith(f"- Lien: Bericht {number}\n")


def test_an_item_that_is_not_there_is_damage(office: Ministry) -> None:
    """Asking for an item beyond the last one, or for a delivery that is not there, is an error."""
    delivery = office.ingest(office.write("WhatsApp-chat met X.txt", chat(RARE)))["delivery"]
    with office.opened() as archive:
        items = Items(archive)
        assert items.of(delivery, 20).number == 20
        with pytest.raises(Damage):
            items.of(delivery, 21)
        with pytest.raises(NoSuchThing):
            items.of("dnergens", 1)


def test_an_item_is_found_whatever_frame_it_stands_in(office: Ministry) -> None:
    """Of an export of many files, each with a frame that is not full, every item is found."""
    office.account("slack", service="slack")
    export = Path(__file__).parent / "exports/slack/channel/input"
    copy = Path(shutil.copytree(export, office.folder / "slack"))
    for day in ("2022-05-14", "2022-05-15"):
        shutil.copy(copy / "werkgroep-bruggen/2022-05-13.json",
                    copy / f"werkgroep-bruggen/{day}.json")  # fmt: skip
    lines = [(n // 40, "Lien", f"Bericht {n}") for n in range(600)]
    office.ingest(office.write("WhatsApp-chat met X.txt", chat(lines)))
    office.ingest_all(copy, "slack", code=None)
    assert min(office.frames()) > 1


def test_bytes_that_are_kept_already_are_not_kept_twice(office: Ministry) -> None:
    """A file that two accounts hand in is one object with two uses."""
    path = office.write("WhatsApp-chat met X.txt", chat(RARE))
    office.ingest(path, "jan")
    office.ingest(path, "els")
    kept_events = [event for event in office.events() if event["type"] == "delivery.kept"]
    originals = [event["objects"]["original"] for event in kept_events]
    assert originals[0] == originals[1]
    assert office.run("verify", "--full").code == 0


def test_another_process_that_was_first_is_seen(
    office: Ministry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two processes take in one file at once: the second finds it known and adds nothing."""
    path = office.write("WhatsApp-chat met X.txt", chat(RARE))
    office.ingest(path)
    real, calls = deliveries.same_file, []

    def late(*values: object) -> object:
        calls.append(values)
        return None if len(calls) == 1 else real(*values)  # type: ignore[arg-type]

    monkeypatch.setattr(pipeline.deliveries, "same_file", late)
    found = office.ingest(path)
    assert (found["repeated"], found["new"], found["known"]) == (True, 0, 20)
    assert office.run("verify").code == 0


def test_a_file_that_changes_while_it_is_read_is_left(
    office: Ministry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the stored bytes are not those that were hashed, nothing is kept and it is told."""
    path = office.write("WhatsApp-chat met X.txt", chat(RARE))
    real = Shelf.add_originals

    def changed(shelf: Shelf, delivery: Delivery) -> tuple[str, ...]:
        from msgspec.structs import replace

        return real(shelf, replace(delivery, sha256="0" * 64))

    monkeypatch.setattr(Shelf, "add_originals", changed)
    ran = office.run("ingest", path, "--account", office.account())
    assert ran.code == 1
    assert "changed while it was read" in ran.err
    monkeypatch.undo()
    assert office.json("delivery", "list")["deliveries"] == []
    assert office.ingest(path)["new"] == 20
    assert office.run("verify").code == 0
