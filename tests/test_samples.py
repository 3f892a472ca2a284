"""Real exports through the command line: counts, dates, texts, and what is one record.

The exports were made by others and are read where they lie; nothing of them is kept here.
"""

from __future__ import annotations

import json
from collections import Counter
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from archiver.format import Source
from archiver.model import Finding, Item, Member
from archiver.pipeline.formats import by_name
from archiver.search.analyse import Analysis
from tests.ministry import Ministry, ministry

PHONES = {
    "alice": ("Alice Wonderland/Export 1", 68, 64),
    "bob": ("Bob Bobsen/Export Bob", 77, 69),
    "carol": ("Carol Christmas/Export Carol", 78, 69),
    "dave": ("Dave Davidson/Dave 1 media", 75, 63),
}
ORDERS = (
    "test_[mmddyy]_24hrs", "test_ddmmyy_24hrs", "test_mmddyy_24hrs", "test_mmddyyyy_12hrs",
    "test_yyyymmdd_24hrs",
)  # fmt: skip
MONTH = ("maven-dev-2017-11-mailarchivesao.mbox", "maven-dev-2017-11-mboxvm.mbox")
TWICE = ("maven_duplicates_2017_mailarchivesao.mbox", "maven_duplicates_2017_mboxvm.mbox")


@pytest.fixture(scope="module")
def phones(samples: Path, tmp_path_factory: pytest.TempPathFactory) -> Ministry:
    """An archive that took in one group from four phones."""
    at = ministry(tmp_path_factory.mktemp("phones"))
    for name, (folder, _, _) in PHONES.items():
        at.ingest(samples / "chat" / "vws-one-group-four-phones" / folder, name)
    return at


@pytest.fixture
def office(tmp_path: Path) -> Ministry:
    """An empty archive."""
    return ministry(tmp_path)


@pytest.mark.parametrize("name", PHONES)
def test_every_line_of_four_phones_is_an_item(phones: Ministry, name: str) -> None:
    """Each of four exports of one group has its number of items and messages; none is rejected."""
    _, items, messages = PHONES[name]
    shown = phones.json("account", "show", phones.account(name))["deliveries"][0]["delivery"]
    found = phones.json("delivery", "show", shown)
    assert (found["read"], found["messages"], found["rejected"]) == (items, messages, 0)
    assert found["state"] == "ingested"


@pytest.mark.parametrize("name", PHONES)
def test_four_phones_agree_on_the_days(phones: Ministry, name: str) -> None:
    """Whatever order of day and month a phone writes, all was said on 1 or 2 May 2022."""
    hits = phones.search("--account", phones.account(name))["hits"]
    assert len(hits) == PHONES[name][1]
    assert {hit["sent_at"][:10] for hit in hits} <= {"2022-05-01", "2022-05-02"}


@pytest.mark.parametrize("name", PHONES)
def test_a_pasted_conversation_stays_text(phones: Ministry, name: str) -> None:
    """Lines that someone pasted from another chat belong to the message in which they stand."""
    hits = phones.search('"Hoi, ik heb de chat gemaakt"', "--account", phones.account(name))["hits"]
    pasted = [hit for hit in hits if "\n" in hit["text"]]
    assert len(pasted) == 1
    assert pasted[0]["text"].count("\n") == 4


@pytest.mark.parametrize("name", PHONES)
def test_saying_the_same_twice_stays_two_records(phones: Ministry, name: str) -> None:
    """Someone said "1" twice within a minute: these are two records, not one."""
    hits = phones.search("1", "--account", phones.account(name))["hits"]
    ones = Counter((hit["sender"], hit["text"]) for hit in hits if hit["text"] == "1")
    assert sorted(ones.values()) == [1, 2]


@pytest.mark.parametrize("name", PHONES)
def test_media_are_there_or_said_to_be_missing(phones: Ministry, name: str) -> None:
    """Every file that a message names is found in the export or listed as not handed in."""
    for hit in phones.search("--account", phones.account(name))["hits"]:
        for file in phones.json("show", hit["id"])["record"]["attachments"]:
            assert bool(file["sha256"]) != bool(file["missing"])


def test_missing_media_are_counted(phones: Ministry) -> None:
    """One phone's export lacks three of four files; the balance says so."""
    found = {row["account"]: row for row in phones.json("delivery", "list")["deliveries"]}
    missing = {name: found[phones.account(name)]["attachments"]["missing"] for name in PHONES}
    assert missing == {"alice": 0, "bob": 3, "carol": 0, "dave": 0}


def test_the_same_phones_again_bring_nothing_new(phones: Ministry, samples: Path) -> None:
    """All four exports handed in a second time: nothing new, exit code 0, one event each."""
    before = len(phones.events())
    for name, (folder, items, _) in PHONES.items():
        path = samples / "chat" / "vws-one-group-four-phones" / folder
        again = phones.ingest(path, name)
        assert (again["new"], again["known"], again["repeated"]) == (0, items, True)
    assert len(phones.events()) == before + len(PHONES)


def test_two_accounts_may_hand_in_the_same_file(samples: Path, office: Ministry) -> None:
    """The same folder from another account has its own holdings, united item by item."""
    path = samples / "chat" / "vws-one-group-four-phones" / PHONES["carol"][0]
    office.ingest(path, "carol")
    second = office.ingest(path, "els")
    assert (second["new"], second["known"]) == (0, 78)
    assert {len(record) for record in office.partition()} == {1}
    hits = office.search()["hits"]
    assert {hit["holdings"] for hit in hits} == {2}


def test_traps_of_a_quoted_header_and_of_another_language(samples: Path, office: Ministry) -> None:
    """A text with quoted headers, right-to-left letters and emoji has exactly its 21 items."""
    found = office.ingest(samples / "chat" / "chatistics-whatsapp" / "_chat.txt")
    assert (found["read"], found["messages"], found["rejected"]) == (21, 20, 0)
    assert "this line is not a message" in office.search("own")["hits"][0]["text"]


def test_a_text_that_cannot_say_its_date_order_asks(samples: Path, office: Ministry) -> None:
    """Where neither day nor month is above twelve, the archive asks and does not guess."""
    path = samples / "chat" / "chatistics-whatsapp" / "_chat 3.txt"
    asked = office.ingest(path, code=1)
    assert (asked["state"], asked["read"], asked["excluded"]) == ("question", 11, 11)
    assert [finding["code"] for finding in asked["findings"]] == ["W-W020", "E-W001"]
    assert office.search()["total"] == 0
    answered = office.json("delivery", "answer", asked["delivery"], "--date-order", "mdy")
    assert answered["deliveries"][0]["new"] == 11


@pytest.mark.parametrize("name", ORDERS)
def test_five_date_orders_give_the_same_conversation(
    samples: Path, office: Ministry, name: str
) -> None:
    """Whatever the order of day, month and year: the same people said the same at the same time."""
    folder = samples / "chat" / "chat-miner" / "whatsapp"
    found = office.ingest(folder / f"{name}.txt", code=None)
    if found["state"] == "question":
        assert [finding["code"] for finding in found["findings"]] == ["E-W001"]
        return
    expected = json.loads((folder / "target.json").read_text("utf-8"))
    hits = [hit for hit in office.search()["hits"] if hit["kind"] == "message"]
    assert len(hits) == len(expected)
    said = [(hit["sent_at"][:19], hit["sender"], _folded(hit["text"])) for hit in hits]
    for one in expected:
        assert (one["timestamp"], one["author"], _folded(one["message"])) in said


def test_two_archives_of_one_mailing_list_meet(samples: Path, office: Ministry) -> None:
    """Of 317 mails in one month all 317 are found again in the other archive of the list.

    One pair differs in its body, and only in how often a line ``From`` was quoted; one mail has no
    Message-ID. No conflict is left.
    """
    first, second = (
        office.ingest(samples / "mail" / "asf-list-archives" / name, "list") for name in MONTH
    )
    assert (first["new"], second["new"], second["known"]) == (317, 0, 317)
    assert "E-D001" not in _codes(first) | _codes(second)
    held = office.json("explain", office.search("Ubuntu", "parent")["hits"][0]["id"])["holdings"]
    assert {len(record) for record in office.partition()} == {2}
    assert {one["rule"] for one in held} == {"first", "mail-neutral"}


def test_mails_handed_in_twice_in_one_box_are_explained(samples: Path, office: Ministry) -> None:
    """Ten mails that two archives hold, three of them twice: ten records, each link explained."""
    for name in TWICE:
        found = office.ingest(samples / "mail" / "asf-list-archives" / name, "list")
        assert found["read"] == found["new"] + found["known"] == 10
    records = office.partition()
    assert (len(records), sum(len(record) for record in records)) == (10, 20)
    for hit in office.search()["hits"]:
        rules = [one["rule"] for one in office.json("explain", hit["id"])["holdings"]]
        assert rules[0] == "first"
        assert set(rules[1:]) <= {"mail-bytes", "mail-neutral", "mail-id-text"}


def test_naive_mailbox_boundaries_are_not_followed(samples: Path, office: Ministry) -> None:
    """A mailbox in which many lines look like the beginning of a mail has exactly 29."""
    found = office.ingest(samples / "mail" / "mbox-boundaries" / "content-length.mbox.txt", "list")
    assert (found["read"], found["new"], found["rejected"]) == (29, 29, 0)


def test_every_byte_of_every_sample_has_its_place(samples: Path) -> None:
    """Items, and findings where there is no item, cover all bytes of each chat and mailbox."""
    covered = 0
    for path in _readable(samples):
        for form in ("whatsapp-text", "mbox", "eml"):
            if not by_name(form).claims(path.read_bytes()[: 1 << 16], path.name):
                continue
            assert list(_gaps(path, form)) == [], path.name
            covered += 1
    assert covered >= 50


def _readable(samples: Path) -> list[Path]:
    return [
        path
        for path in sorted(samples.rglob("*"))
        if path.suffix in (".txt", ".mbox", ".eml") and path.is_file()
    ]


def _gaps(path: Path, form: str) -> list[tuple[int, int]]:
    """Give the stretches of a file that no item and no finding without an item covers."""
    size = path.stat().st_size
    with path.open("rb") as stream:
        source = Source(
            stream=stream,
            members=(Member(path.name, size, ""),),
            main=0,
            path_name=path.name,
            read_at=1_800_000_000_000,
        )
        found = by_name(form)
        entries = list(found.parse(source, found.survey(source)))
    at, gaps = 0, []
    for start, length in sorted(filter(None, map(_place, entries))):
        if start > at:
            gaps.append((at, start))
        at = max(at, start + length)
    return gaps if at >= size else [*gaps, (at, size)]


def _place(entry: Item | Finding) -> tuple[int, int] | None:
    if isinstance(entry, Item):
        return entry.offset, entry.length
    if entry.item is None and entry.offset is not None and entry.length is not None:
        return entry.offset, entry.length
    return None


def _codes(delivery: Any) -> set[str]:
    return {finding["code"] for finding in delivery["findings"]}


def _folded(text: str) -> str:
    return " ".join(text.split())


def test_dutch_stems_find_what_was_said(phones: Ministry) -> None:
    """A plural finds its singular in real messages, and a file is found by its name."""
    assert Analysis.dutch().stem("berichten") == "bericht"
    assert phones.search("berichten")["total"] == phones.search("bericht")["total"] > 0
    assert phones.search("manifesto")["total"] > 0


@pytest.mark.parametrize("first", PHONES)
def test_four_phones_are_one_conversation_in_every_order(
    samples: Path, tmp_path: Path, first: str
) -> None:
    """Four phones' exports give 72 messages of people, the same records in all 24 orders."""
    orders = [order for order in permutations(PHONES) if order[0] == first]
    partitions = set()
    for number, order in enumerate(orders):
        at = ministry(tmp_path / str(number))
        for name in PHONES:
            at.account(name)
        for name in order:
            at.ingest(samples / "chat" / "vws-one-group-four-phones" / PHONES[name][0], name)
        partitions.add(at.partition())
        kinds = Counter(hit["kind"] for hit in at.search()["hits"])
        assert kinds == {"message": 72, "event": 26}
    assert len(partitions) == 1


def test_no_message_of_two_phones_is_left_apart(phones: Ministry) -> None:
    """What two of the phones hold of a person is one record; what is in doubt are events only."""
    messages = [hit for hit in phones.search()["hits"] if hit["kind"] == "message"]
    assert Counter(hit["holdings"] for hit in messages) == {4: 55, 3: 13, 2: 2, 1: 2}
    alone = {hit["text"] for hit in messages if hit["holdings"] == 1}
    assert alone == {"Ik ben er weer", "Toedels"}
    doubts = [
        finding
        for finding in phones.json("findings", "--all", code=None)["findings"]
        if finding["code"].startswith("E-D01")
    ]
    records = {f"{one['delivery']}.{one['item']}" for one in doubts}
    kinds = {phones.json("show", record)["record"]["kind"] for record in records}
    assert kinds == {"event"}
