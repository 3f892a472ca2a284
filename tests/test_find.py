"""Searching the catalogue: bounds of time, who, where, which service, and exact counts."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from tests.ministry import Ministry, chat, mail, mailbox, ministry

OVERLEG = [
    (0, "", "Lien heeft de groep “Overleg” gemaakt"),
    (1, "Lien", "De besluiten over de vergunning"),
    (2, "Omar", "Een besluit is genomen"),
    (3, "+31 6 20001234", "Akkoord 👍"),
]
CRISIS = [(10, "Pia", "Geen besluit vandaag"), (11, "Lien", "Morgen verder")]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Ministry:
    """Two groups of one account, a mailbox of another."""
    at = ministry(tmp_path_factory.mktemp("find"))
    at.ingest(at.write("WhatsApp-chat met Overleg.txt", chat(OVERLEG)))
    at.ingest(at.write("WhatsApp-chat met Crisis.txt", chat(CRISIS)))
    at.account("post", service="mail")
    box = mailbox([mail(1, "Het besluit volgt"), mail(90, "Dank", subject="Besluiten van 13 mei")])
    at.ingest(at.write("post.mbox", box), "post")
    return at


@pytest.mark.parametrize(
    ("words", "total"),
    [
        ("besluit", 5), ("besluiten", 5), ("BESLUIT", 5), ('"een besluit"', 1), ("besl*", 5),
        ("besluit NOT geen", 4), ("besluit NIET geen", 4), ("vergunning OF morgen", 2),
        ("NEAR(besluit genomen, 3)", 1), ("olifant", 0), ("", 8),
        ("(akkoord OF dank) EN NIET lien", 2),
    ],
)  # fmt: skip
def test_words_find_what_they_say(office: Ministry, words: str, total: int) -> None:
    """Words, other forms of a word, phrases, parts of words, and, or, not: in both languages."""
    found = office.search(*words.split())
    assert (found["total"], len(found["hits"]), found["exact"]) == (total, total, True)


@pytest.mark.parametrize(
    ("filters", "total"),
    [
        (("--service", "whatsapp"), 6), (("--service", "mail"), 2), (("--service", "telegram"), 0),
        (("--conversation", "Crisis"), 2), (("--conversation", "nergens"), 0),
        (("--participant", "omar"), 3), (("--participant", "+31620001234"), 1),
        (("--participant", "lien@voorbeeld.example"), 2), (("--participant", "niemand"), 0),
        (("--account", "anergens"), 0),
        (("--from", "2022-05-13T09:02", "--to", "2022-05-13T09:03"), 2),
        (("--from", "2022-05-13T10:30:00+02:00"), 1),
        (("--service", "whatsapp", "--participant", "Lien", "--conversation", "Overleg"), 2),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)  # fmt: skip
def test_filters_hold_with_and_without_words(
    office: Ministry, filters: tuple[str, ...], total: int
) -> None:
    """Each filter finds as many without words as its words would, and counts exactly."""
    found = office.search(*filters)
    assert (found["total"], len(found["hits"])) == (total, total)
    assert office.json("search", "--count", *filters)["total"] == total
    with_words = office.search("besluit", *filters)["hits"]
    assert {hit["id"] for hit in with_words} <= {hit["id"] for hit in found["hits"]}


def test_an_account_finds_what_it_holds(office: Ministry) -> None:
    """A search in one account finds its records only."""
    totals = [office.search("--account", office.account(name))["total"] for name in ("jan", "post")]
    assert totals == [6, 2]


def test_the_newest_comes_first_and_the_limit_holds(office: Ministry) -> None:
    """Hits come newest first; the count is of all, also when few are shown."""
    times = [hit["sent_at"] for hit in office.search()["hits"]]
    assert times == sorted(times, reverse=True)
    few = office.json("search", "besluit", "--limit", 2)
    assert (few["total"], len(few["hits"])) == (5, 2)


def test_every_hit_has_what_others_rely_on(office: Ministry) -> None:
    """A hit has its id, kind, time, sender, conversation, service, text, marks and holdings."""
    hit = office.search("genomen")["hits"][0]
    expected = {
        "kind": "message", "sent_at": "2022-05-13T09:02:00+02:00", "sender": "Omar",
        "conversation": "Overleg", "service": "whatsapp", "text": "Een besluit is genomen",
        "marks": [], "holdings": 1, "sealed": False,
    }  # fmt: skip
    assert {name: hit[name] for name in expected} == expected
    assert "«genomen»" in hit["snippet"]
    assert office.search("gemaakt")["hits"][0]["kind"] == "event"


def test_the_surroundings_of_a_record_are_its_conversation(office: Ministry) -> None:
    """Before and after a record stands what was said there, in order, and nothing else."""
    record = office.search("genomen")["hits"][0]["id"]
    for around, texts in ((0, []), (1, [1, 3]), (5, [0, 1, 3])):
        shown = office.json("show", record, "--context", around)
        assert [one["text"] for one in shown["context"]] == [OVERLEG[n][2] for n in texts]
    assert "Around it:" in office.run("show", record).out


def test_a_mail_shows_its_subject(office: Ministry) -> None:
    """A mail is found and shown with its subject, in every form."""
    hit = office.search("--service", "mail", "dank")["hits"][0]
    assert hit["subject"] == "Besluiten van 13 mei"
    assert "Besluiten van 13 mei" in office.run("show", hit["id"]).out
    assert "subject" not in office.search("genomen")["hits"][0]


def test_conversations_are_listed_by_length(office: Ministry) -> None:
    """Each conversation has its title, service, number of records and period."""
    rows = office.json("conversations")["conversations"]
    assert [(row["title"], row["records"]) for row in rows][:2] == [("Overleg", 4), ("Crisis", 2)]
    assert (rows[0]["from"], rows[0]["to"]) == (
        "2022-05-13T09:00:00+02:00", "2022-05-13T09:03:00+02:00",
    )  # fmt: skip
    found = office.search("--conversation", rows[1]["conversation"])
    assert {hit["text"] for hit in found["hits"]} == {text for _, _, text in CRISIS}


def test_a_rebuild_answers_every_question_the_same(office: Ministry, tmp_path: Path) -> None:
    """After a rebuild each search, each record and each explanation is the same as before."""
    copy = office.copy(tmp_path)
    asked = [
        *product(("besluit", "", "genomen OF dank"), ("", "mail")),
    ]
    questions = [
        ("search", *words.split(), "--limit", "0", *(("--service", service) if service else ()))
        for words, service in asked
    ]
    for hit in copy.search()["hits"]:
        questions += [("show", hit["id"]), ("explain", hit["id"])]
    questions += [
        ("conversations",),
        ("delivery", "list"),
        ("findings", "--all"),
        ("account", "list"),
    ]
    before = [copy.run(*words, "--output", "json").out for words in questions]
    (copy.archive / "catalogue.db").unlink()
    assert copy.json("rebuild")["record"] == 8
    assert [copy.run(*words, "--output", "json").out for words in questions] == before


def test_an_index_of_older_rules_says_so(office: Ministry, tmp_path: Path) -> None:
    """When stems were made by other rules than those searched by, a search advises to rebuild."""
    copy = office.copy(tmp_path)
    assert copy.run("search", "besluit").err == ""
    with copy.opened() as archive:
        archive.catalogue.connection.execute("UPDATE meta SET value = '0' WHERE key = 'analysis'")
    assert "rebuild" in copy.run("search", "besluit").err
    assert copy.run("rebuild").code == 0
    assert copy.run("search", "besluit").err == ""
