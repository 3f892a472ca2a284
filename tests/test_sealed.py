"""What is sealed is kept and counted, and shown to nobody but a sorter who asks for it."""

from __future__ import annotations

import sqlite3
import zipfile
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from archiver.commands import COMMANDS
from tests.ministry import LIEN, OMAR, Ministry, chat, mail, mailbox, ministry

CANARIES = ("kanarietekst", "Kanariemens", "Kanariegroep", "kanariefoto", "kanariepost")
"""Words in text, senders, titles, names of files and subjects of what is sealed."""

SHOWN = (
    ("text", "en"),
    ("json", "en"),
    *(
        pytest.param(*shown, marks=pytest.mark.unmeasured)
        for shown in (("text", "nl"), ("json", "nl"), ("jsonl", "en"), ("csv", "en"))
    ),
)
ASKING = (
    "search --sealed",
    "conversations --sealed",
    "delivery list --sealed",
    "findings --sealed",
)
SECRET = [
    (0, "", "Kanariemens heeft de groep “Kanariegroep” gemaakt"),
    (1, "Kanariemens", "kanarietekst over het weekend"),
    (2, "Kanariemens", "kanariefoto.jpg (bestand bijgevoegd)"),
    (3, "Lien", "Zien we elkaar morgen?"),
]


@pytest.fixture
def office(filled: Ministry, tmp_path: Path) -> Ministry:
    """A copy of that archive, to change."""
    return filled.copy(tmp_path)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Ministry:
    """An archive with an open and a sealed conversation, a sealed mailbox, and a question."""
    at = ministry(tmp_path_factory.mktemp("sealed"))
    at.officer(
        LIEN, "records-officer", "woo-jurist", "auditor", "administrator", "security-officer"
    )
    at.officer(OMAR, "sorter")
    at.account("els", kind="private")
    at.account("post", kind="private", service="mail")
    at.ingest(
        at.write("WhatsApp-chat met Overleg.txt", chat([(0, "Omar", "Het besluit ligt klaar")]))
    )
    folder = at.write(
        "WhatsApp-chat met Kanariegroep/WhatsApp-chat met Kanariegroep.txt", chat(SECRET)
    ).parent
    (folder / "kanariefoto.jpg").write_bytes(b"verzonnen")
    at.ingest(folder, "els")
    at.ingest(at.write("kanariepost.mbox", mailbox([_private_mail(1, "kanariepost")])), "post")
    unclear = chat(SECRET[1:2]).replace("13-05-2022", "05/04/22").replace(" - ", " - ")
    at.ingest(at.write("WhatsApp Chat with Kanariegroep.txt", unclear), "els", code=None)
    words = ("--person", "Els", "--account", at.account("els"), "--present", "Els")
    session = at.json("session", "start", *words)["session"]
    at.json("session", "conversations", session, folder, "--choose", "rest", "--with-titles")
    container = at.folder / "handed-in" / "Kanariegroep.zip"
    with zipfile.ZipFile(container, "w") as archive:
        archive.writestr("../kanariefoto.exe", b"MZ")
    at.ingest(container, "els", code=None)
    return at


def test_a_private_account_is_sealed(office: Ministry) -> None:
    """What a private account handed in is counted and found by no search."""
    rows = office.json("delivery", "list", "--state", "sealed")["deliveries"]
    assert sorted(row["read"] for row in rows) == [1, 4]
    assert office.search()["total"] == 1
    assert office.search("kanarietekst")["total"] == 0


@pytest.mark.parametrize(("form", "language"), SHOWN)
def test_no_command_shows_what_is_sealed(filled: Ministry, form: str, language: str) -> None:
    """No command in any form or language shows text, people, titles or files of what is sealed."""
    office = filled
    for words in _commands(office):
        for login in (LIEN, OMAR):
            ran = office.run(*words, "--output", form, "--lang", language, login=login)
            found = [canary for canary in CANARIES if canary.lower() in (ran.out + ran.err).lower()]
            assert found == [], (words, ran.out, ran.err)


def test_every_command_is_looked_at(office: Ministry) -> None:
    """The commands that are tried here are all commands that read an archive."""
    tried = {str(words[0]) for words in _commands(office)}
    assert {name for name, _ in COMMANDS} - tried == {"init", "ingest", "watch", "restore"}


def test_the_files_of_an_archive_hold_nothing_in_the_clear(office: Ministry) -> None:
    """Neither objects nor logs nor catalogue nor keys hold a readable word of what came in."""
    for path in (*office.archive.rglob("*"), *office.keys.rglob("*")):
        assert not any(canary.lower() in path.name.lower() for canary in CANARIES)
        if path.is_file():
            data = path.read_bytes().lower()
            assert not any(canary.lower().encode() in data for canary in CANARIES), path
    with pytest.raises(sqlite3.DatabaseError):
        sqlite3.connect(office.archive / "catalogue.db").execute("SELECT * FROM record")


def test_a_sorter_who_asks_sees_it(office: Ministry) -> None:
    """A sorter who asks for what is sealed finds it, and that is logged first."""
    seen = len(office.seen())
    hits = office.search("--sealed", "kanarietekst", login=OMAR)["hits"]
    assert [hit["sender"] for hit in hits] == ["Kanariemens"]
    record = hits[0]["id"]
    assert "kanarietekst" in office.run("show", record, "--sealed", login=OMAR).out
    assert "Kanariegroep" in office.run("explain", record, "--sealed", login=OMAR).out
    assert "Kanariegroep" in office.run("conversations", "--sealed", login=OMAR).out
    assert "Kanariegroep" in office.run("delivery", "list", "--sealed", login=OMAR).out
    assert "kanariefoto" in office.run("findings", "--all", "--sealed", login=OMAR).out
    sealed = hits[0]["id"].partition(".")[0]
    assert "kanariefoto" in office.run("delivery", "show", sealed, "--sealed", login=OMAR).out
    assert len(office.seen()) == seen + 7


@pytest.mark.parametrize("words", ASKING)
def test_only_a_sorter_may_ask_for_it(office: Ministry, words: str) -> None:
    """Whoever is no sorter is refused with exit code 4, and the refusal is in the log."""
    ran = office.run(*words.split(), login=LIEN)
    assert (ran.code, ran.out) == (4, "")
    assert office.events()[-1]["type"] == "access.refused"


def test_a_sealed_record_does_not_exist_without_asking(office: Ministry) -> None:
    """The id of a sealed record is answered as one that does not exist, to a sorter too."""
    record = office.search("--sealed", "kanarietekst")["hits"][0]["id"]
    for command, login in product(("show", "explain"), (LIEN, OMAR, "")):
        ran = office.run(command, record, login=login)
        assert (ran.code, ran.out) == (2, "")


def test_releasing_opens_a_delivery(office: Ministry) -> None:
    """Once a sorter releases a delivery, everyone with a reader's role finds and sees it."""
    record = office.search("--sealed", "kanarietekst")["hits"][0]["id"]
    delivery = record.partition(".")[0]
    planned = office.json("delivery", "release", delivery, "--dry-run", login=OMAR)
    assert planned["state"] == "sealed"
    assert office.run("delivery", "release", delivery, login=LIEN).code == 4
    assert office.json("delivery", "release", delivery, login=OMAR)["state"] == "ingested"
    assert [hit["id"] for hit in office.search("kanarietekst", login=LIEN)["hits"]] == [record]
    assert office.search("--sealed", "kanarietekst")["total"] == 0
    titles = [row["title"] for row in office.json("conversations")["conversations"]]
    assert "Kanariegroep" in titles
    again = office.run("delivery", "release", delivery, login=OMAR)
    assert again.code == 2
    assert office.run("delivery", "release", "dnergens", login=OMAR).code == 2
    assert office.run("verify", "--full").code == 0


def test_a_mail_held_sealed_and_open_shows_the_open_copy(tmp_path: Path) -> None:
    """Of a mail that a private and a business account hold, only the open copy shows."""
    at = ministry(tmp_path)
    at.account("post", kind="private", service="mail")
    at.account("werk", service="mail")
    at.ingest(at.write("prive.mbox", mailbox([_private_mail(1, "kanariepost")])), "post")
    assert at.search()["total"] == 0
    found = at.ingest(at.write("werk.mbox", mailbox([mail(1, "Zie het verslag")])), "werk")
    assert (found["new"], found["known"]) == (0, 1)
    hit = at.search("verslag")["hits"][0]
    assert (hit["subject"], hit["holdings"], hit["conversation"]) == ("Overleg", 1, "Overleg")
    explained = at.json("explain", hit["id"])
    assert [one["account"] for one in explained["holdings"]] == [at.account("werk")]
    conversation = at.json("conversations")["conversations"][0]
    assert (conversation["records"], conversation["accounts"]) == (1, 1)
    shown = at.run("show", hit["id"]).out + at.run("explain", hit["id"]).out
    assert "kanarie" not in shown.lower()
    assert at.search("kanariepost")["total"] == 0
    sealed = at.json("delivery", "list", "--state", "sealed")["deliveries"][0]["delivery"]
    at.json("delivery", "release", sealed)
    hit = at.search("verslag")["hits"][0]  # of two open copies the one that came first
    assert (hit["holdings"], hit["subject"]) == (2, "kanariepost")
    assert at.json("conversations")["conversations"][0]["accounts"] == 2
    assert at.run("verify").code == 0


def test_releasing_one_of_two_shows_only_its_own(tmp_path: Path) -> None:
    """Two sealed copies of a mail: releasing the second shows its subject and not the first's."""
    at = ministry(tmp_path)
    for name in ("post", "els"):
        at.account(name, kind="private", service="mail")
    at.ingest(at.write("een.mbox", mailbox([_private_mail(1, "kanariepost")])), "post")
    second = at.ingest(at.write("twee.mbox", mailbox([mail(1, "zie het VERSLAG")])), "els")
    at.json("delivery", "release", second["delivery"])
    for _ in range(2):
        hit = at.search("verslag")["hits"][0]
        assert (hit["subject"], hit["conversation"]) == ("Overleg", "Overleg")
        assert (hit["holdings"], hit["text"]) == (1, "zie het VERSLAG")
        assert at.search("kanariepost")["total"] == 0
        assert at.run("rebuild").code == 0
    first = at.json("delivery", "list", "--state", "sealed")["deliveries"][0]["delivery"]
    at.json("delivery", "release", first)
    seen = at.json("show", hit["id"])["record"]["observations"]
    assert [(one["kind"], one["value"]) for one in seen] == [
        ("text", "zie het VERSLAG"),
        ("label", "Lien Bakker <lien@voorbeeld.example>"),
        ("subject", "Overleg"),
    ]
    assert at.search("verslag")["hits"][0]["subject"] == "kanariepost"
    assert at.run("verify").code == 0


def test_the_title_of_a_united_group_is_that_of_the_open_export(tmp_path: Path) -> None:
    """A group under two titles, both sealed: after release of the second its title is shown."""
    at = ministry(tmp_path)
    at.account("els", kind="private")
    lines = [(n, "Lien", f"Punt {n} van de agenda is besproken") for n in range(20)]
    at.ingest(at.write("WhatsApp-chat met Kanariegroep.txt", chat(lines)), "els")
    second = at.ingest(
        at.write("WhatsApp-chat met Overleg.txt", chat([*lines, (30, "Lien", "Dag")])), "els"
    )
    assert second["known"] == 20
    at.json("delivery", "release", second["delivery"])
    assert [row["title"] for row in at.json("conversations")["conversations"]] == ["Overleg"]
    assert at.search("--conversation", "Kanariegroep")["total"] == 0
    assert {hit["conversation"] for hit in at.search()["hits"]} == {"Overleg"}


def _private_mail(number: int, subject: str) -> str:
    return mail(
        number, "Zie het verslag", subject=subject, sender="Kanariemens <lien@voorbeeld.example>"
    )


def _commands(office: Ministry) -> Iterator[tuple[object, ...]]:
    """Name calls of every command that reads an archive, with ids of sealed things."""
    deliveries = [row["delivery"] for row in office.json("delivery", "list")["deliveries"]]
    account = office.account("els")
    yield from (
        ("search", *words) for words in ((), ("morgen",), ("--count",), ("--account", account))
    )
    yield "search", "--participant", "Lien"
    for delivery in deliveries:
        yield from (
            ("show", f"{delivery}.2"),
            ("explain", f"{delivery}.2"),
            ("delivery", "show", delivery),
        )
        yield "findings", "--delivery", delivery, "--all"
        yield "delivery", "release", delivery, "--dry-run"
    yield from (("account", "list"), ("account", "show", account), ("officer", "list"))
    yield "device", "list"
    sessions = [row["session"] for row in office.json("session", "list")["sessions"]]
    yield from (("session", "list"), *(("session", "show", name) for name in sessions))
    yield from (("session", "counts", name) for name in sessions)
    yield from (("person", "list"), ("contact", "list"), ("basis", "list"), ("basis", "proof"))
    yield from (("register", what) for what in ("facts", "processing", "bases", "kinds"))
    sealed = [
        row["conversation"] for row in office.json("conversations", "--sealed")["conversations"]
    ]
    yield from (("differences", name) for name in ("Overleg", "Kan", *sealed))
    yield from (("coverage",), ("coverage", "--account", account), ("overview",))
    yield "coverage", "mail", "--account", office.account("post")
    yield from (("conversations",), ("findings",), ("findings", "--all"), ("delivery", "list"))
    yield from (
        ("status",),
        ("doctor",),
        ("verify",),
        ("verify", "--full"),
        ("rebuild",),
        ("settings",),
    )
    yield from (("function", "list"), ("retention", "lists"), ("retention", "appraise"))
    yield from (("retention", "calendar"), ("retention", "show", f"{deliveries[1]}.2"))
    yield "hold", "place", "--kind", "audit", "--query", "morgen", "--dry-run"
    yield "hold", "list", "--all"
    yield from (("sort", words) for words in ("list", "report", "sample"))
    opening = ("case", "open", "--kind", "woo", "--reference", "W1", "--requester", "K")
    yield *opening, "--received", "2026-01-05", "--from", "2020-01-01"
    yield from (("case", "list"), ("case", "search", "W1", "morgen"), ("case", "show", "W1"))
    yield from (("case", "add", "W1", f"{delivery}.2") for delivery in deliveries)
    yield from (("case", "replay", "W1"), ("case", "statement", "W1", "--to", office.folder))
    yield from (("case", "judge", "W1", f"{one}.2", "--as", "public") for one in deliveries)
    yield from (("case", words, "W1") for words in ("judged", "contradictions"))
    yield from (("case", "second", "W1", f"{one}.2", "--agree") for one in deliveries)
    yield from (("case", "undo", "W1", f"{one}.2") for one in deliveries)
    yield "case", "export-judgements", "W1", "--to", office.folder / "oordeel.csv"
    yield "case", "view", "list", "W1"
    yield "case", "pseudonym", "W1"
    yield from (("case", "file", "list", "W1"), ("case", "file", "undo", "W1", "0123456789"))
    yield "case", "file", "second", "W1", "0123456789", "--agree"
    yield "case", "file", "judge", "W1", "--all-waiting", "--as", "public"
    woo = ("produce", "woo", "W1", "--publisher", "VWS", "--unit", "message")
    yield from ((*woo, "--out", office.folder / "woo"), (*woo, "--out", "x", "--dry-run"))
    inquiry = ("produce", "inquiry", "W1", "--mode", "inzage", "--prefix", "VWS")
    yield from ((*inquiry, "--out", office.folder / "i"), (*inquiry, "--out", "x", "--dry-run"))
    yield "produce", "list"
    yield "produce", "deliver", "u0000000000", "--to", "K", "--medium", "m"
    yield "produce", "check", office.write("leeg.csv", "")
    yield from (
        (
            "case",
            "view",
            "add",
            "W1",
            "--party",
            "B",
            "--records",
            f"{one}.2",
            "--to",
            office.folder,
        )
        for one in deliveries
    )
    yield "sort", "run", "--dry-run"
    yield from (("sort", "undo", f"{delivery}.2") for delivery in deliveries)
    yield "dispose", "list"
    yield from (("marking", "list"), ("marking", "count"), ("marking", "show", "snergens"))
    for delivery in deliveries:
        yield "delivery", "withdraw", delivery, "--reason", "vergissing", "--dry-run"
        words = ("dispose", "propose", "--ground", "selection-list", "--delivery", delivery)
        yield *words, "--dry-run"
    yield from (("reconcile", "--all"), ("join", f"{deliveries[0]}.1", f"{deliveries[1]}.1"))
    yield from (("split", f"{delivery}.1") for delivery in deliveries)
    yield from (("key", "check"), ("backup", office.folder / "backup"))
    yield "mapping", "try", office.write("leeg.toml", ""), office.folder / "handed-in"
