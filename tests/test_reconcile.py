"""One conversation from many exports: whatever the order, nothing lost, every link undone."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from tests.ministry import Ministry, chat, ministry

NAMES = {"lien": "Lien", "omar": "Omar", "pia": "Pia"}
WORDS = ("nota", "kade", "brug", "loods", "haven", "sluis", "dijk", "vaart", "kamer", "agenda")


def said(number: int) -> str:
    """Give a text that is said once."""
    first, second = WORDS[number % 10], WORDS[number // 10 % 10]
    return f"Over de {first} en de {second} spreken wij in vergadering nummer {number}"


def talk(messages: int = 24) -> list[tuple[int, str, str]]:
    """Give a conversation of three: long texts with short answers between them."""
    people = list(NAMES.values())
    lines = []
    for number in range(messages):
        lines.append((number * 3, people[number % 3], said(number)))
        lines.append((number * 3 + 1, people[(number + 1) % 3], "akkoord"))
    return lines


def phone(owner: str, lines: list[tuple[int, str, str]], shift: int = 0, own: str = "") -> str:
    """Write a conversation as one phone has it: contacts under its own names, its own clock."""
    names = {name: f"{name} ({owner})" for name in NAMES.values()}
    names[owner] = own or owner
    return chat([(at + shift, names.get(who, who), text) for at, who, text in lines])


@pytest.fixture
def office(tmp_path: Path) -> Ministry:
    """An archive with nothing in it."""
    return ministry(tmp_path)


def hand_in(at: Ministry, owner: str, content: str, name: str = "") -> dict[str, object]:
    """Take in one phone's export."""
    path = at.write(f"{owner}{name}/WhatsApp-chat met Havenoverleg.txt", content)
    found: dict[str, object] = at.ingest(path, owner, code=None)
    return found


def test_two_phones_are_one_conversation(office: Ministry) -> None:
    """What two people hand in of one conversation is one conversation with each message once."""
    hand_in(office, "lien", phone("Lien", talk()))
    hand_in(office, "omar", phone("Omar", talk(), shift=60))
    (conversation,) = office.json("conversations")["conversations"]
    assert (conversation["records"], conversation["accounts"]) == (48, 2)
    assert sorted(map(len, office.partition())) == [2] * 48
    assert office.search("--conversation", conversation["conversation"])["total"] == 48


def test_explain_tells_what_joined_two_phones(office: Ministry) -> None:
    """Explain gives the level, the rule, what agrees and the distance of the clocks."""
    hand_in(office, "lien", phone("Lien", talk()))
    hand_in(office, "omar", phone("Omar", talk(), shift=60))
    hit = office.search("akkoord")["hits"][0]
    assert hit["holdings"] == 2
    explained = office.json("explain", hit["id"])["holdings"]
    (link,) = [one["link"] for one in explained if "link" in one]
    assert (link["level"], link["how"]) == (4, "sender-confirmed")
    assert "author" in link["matching"] and "text" in link["matching"]
    (votes,) = link["author_votes"]
    assert (votes["votes"] >= 5, votes["against"]) == (True, 0)
    assert office.run("explain", hit["id"]).out.count("level 4") == 1


def test_each_holder_keeps_their_own_words(office: Ministry) -> None:
    """Asked for what one person has, the archive shows that person's names and texts."""
    hand_in(office, "lien", phone("Lien", talk()))
    hand_in(office, "omar", phone("Omar", talk(), shift=60))
    theirs = office.search("--holder", "Omar")["hits"]
    assert {hit["sender"] for hit in theirs} == {"Omar", "Lien (Omar)", "Pia (Omar)"}
    merged = office.search("--participant", "Pia (Omar)")
    assert merged["total"] == 16
    assert len(merged["hits"]) == 16


def test_the_words_of_every_copy_are_found(office: Ministry) -> None:
    """A text that one phone shows as deleted is found, and shown, as the other phone has it."""
    lines = talk()
    hidden = list(lines)
    at, who, _ = hidden[20]
    hidden[20] = (at, who, "Dit bericht is verwijderd")
    hand_in(office, "lien", phone("Lien", hidden))
    hand_in(office, "omar", phone("Omar", lines))
    (hit,) = office.search(f'"nummer {10}"')["hits"]
    assert hit["text"] == said(10)
    assert hit["holdings"] == 2
    versions = office.json("show", hit["id"])["record"]["observations"]
    assert "Dit bericht is verwijderd" in [one["value"] for one in versions]


def test_a_short_file_from_two_accounts_is_one_conversation(office: Ministry) -> None:
    """The same short chat file from two accounts is one conversation, each message held twice."""
    hand_in(office, "lien", chat([(0, "Lien", "ok"), (1, "Omar", "akkoord")]))
    hand_in(office, "omar", chat([(0, "Lien", "ok"), (1, "Omar", "akkoord")]))
    for _ in range(2):
        assert [hit["holdings"] for hit in office.search()["hits"]] == [2, 2]
        (conversation,) = office.json("conversations")["conversations"]
        assert (conversation["records"], conversation["accounts"]) == (2, 2)
        assert office.json("reconcile", "--all")["moved"] == 0
        assert office.run("rebuild").code == 0


def test_two_groups_with_the_same_people_stay_two(office: Ministry) -> None:
    """Two groups of the same people on the same days, with the same short answers, stay apart."""
    other = [
        (
            at,
            who,
            text if text == "akkoord" else f"Iets heel anders, namelijk punt {at} op de lijst",
        )
        for at, who, text in talk()
    ]
    hand_in(office, "lien", phone("Lien", talk()))
    hand_in(office, "omar", phone("Omar", other))
    assert len(office.json("conversations")["conversations"]) == 2
    assert all(len(record) == 1 for record in office.partition())


def test_a_later_export_with_an_edit_is_one_message(office: Ministry) -> None:
    """An export made again after a message was edited adds a version and no message."""
    lines = talk()
    edited = list(lines)
    at, who, text = edited[30]
    edited[30] = (at, who, f"{text} en verder niets <Dit bericht is bewerkt>")
    hand_in(office, "lien", phone("Lien", lines))
    again = hand_in(
        office, "lien", phone("Lien", [*edited, (500, "Pia", "Tot morgen allemaal")]), "2"
    )
    assert again["known"] == 47
    assert sorted(map(len, office.partition())) == [1] + [2] * 48
    (hit,) = office.search('"verder niets"')["hits"]
    assert hit["holdings"] == 2


def test_a_rebuild_gives_the_same_conversation(office: Ministry) -> None:
    """After a rebuild every record has the same holdings, and every search the same hits."""
    hand_in(office, "lien", phone("Lien", talk()))
    hand_in(office, "omar", phone("Omar", talk(), shift=60))
    before = office.partition(), office.search("nota"), office.search("--holder", "Omar")
    assert office.run("rebuild").code == 0
    assert (office.partition(), office.search("nota"), office.search("--holder", "Omar")) == before
    assert office.run("verify", "--full").code == 0
    assert office.json("reconcile")["moved"] == 0


def test_reconciling_again_changes_nothing(office: Ministry) -> None:
    """Solving everything once more moves nothing."""
    for owner in ("Lien", "Omar", "Pia"):
        hand_in(office, owner.lower(), phone(owner, talk()))
    assert office.json("reconcile", "--all")["moved"] == 0
    assert office.json("reconcile", "--all", "--dry-run")["moved"] == 0


def test_what_is_sealed_shows_nothing_of_itself(office: Ministry) -> None:
    """A sealed copy of an open record adds no name, no holding and no word until it is released."""
    office.account("omar", kind="private")
    hand_in(office, "lien", phone("Lien", talk()))
    lines = [(at, who, text.replace("nummer 7", "nummer 7 geheim")) for at, who, text in talk()]
    sealed = hand_in(office, "omar", phone("Omar", lines))
    assert office.search("geheim")["total"] == 0
    assert office.search("--participant", "(Omar)")["total"] == 0
    assert {hit["holdings"] for hit in office.search()["hits"]} == {1}
    office.json("delivery", "release", sealed["delivery"])
    assert office.search("--participant", "(Omar)")["total"] > 0
    assert max(hit["holdings"] for hit in office.search()["hits"]) == 2


def test_joining_and_splitting_are_each_others_inverse(office: Ministry) -> None:
    """Join makes one record of two, split makes them two again, and later runs respect both."""
    hand_in(office, "lien", phone("Lien", talk()))
    other = [(at + 9000, who, f"Geheel iets anders: {at}") for at, who, _ in talk(3)]
    hand_in(office, "omar", phone("Omar", other))
    before = office.partition()
    one = office.search(f'"nummer {5}"')["hits"][0]["id"]
    two = office.search("Geheel")["hits"][0]["id"]
    joined = office.json("join", one, two, "--reason", "hetzelfde besluit")["record"]
    assert office.json("explain", one)["holdings"][1]["link"]["how"] == "officer"
    assert office.json("reconcile", "--all")["moved"] == 0
    again = office.partition()
    assert again != before
    assert office.run("rebuild").code == 0
    assert office.partition() == again
    assert office.json("split", two)["record"] == two
    assert joined == one
    assert office.partition() == before
    assert office.json("reconcile", "--all")["moved"] == 0
    assert office.partition() == before


def test_a_split_is_respected_by_later_deliveries(office: Ministry) -> None:
    """Two copies that an officer split stay apart when everything is solved again."""
    hand_in(office, "lien", phone("Lien", talk()))
    second = hand_in(office, "omar", phone("Omar", talk()))
    office.json("split", f"{second['delivery']}.11")
    apart = office.partition()
    assert sorted(map(len, apart)) == [1, 1] + [2] * 47
    office.json("reconcile", "--all")
    assert office.partition() == apart
    hand_in(office, "pia", phone("Pia", talk()))
    assert len(office.partition()) == 49


def test_one_delivery_cannot_hold_a_message_twice(office: Ministry) -> None:
    """Two items of one delivery are two messages; joining them is refused."""
    found = hand_in(office, "lien", phone("Lien", talk()))
    one, two = f"{found['delivery']}.1", f"{found['delivery']}.2"
    ran = office.run("join", one, two)
    assert ran.code == 2
    assert str(found["delivery"]) in ran.err
    assert office.run("split", one).code == 2
    assert office.run("join", one, one).code == 2


CLOCKS = {"lien": 0, "omar": 1, "pia": 60}
"""How many minutes each phone is ahead."""
PARTS = st.lists(
    st.tuples(
        st.sampled_from(sorted(NAMES)),
        st.integers(0, 20),
        st.integers(21, 48),
        st.sets(st.integers(0, 47), max_size=6),
    ),
    min_size=2,
    max_size=3,
)


@pytest.mark.unmeasured
@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    # An example makes up to six archives, so shrinking one would take minutes.
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)
@example([("lien", 0, 21, set()), ("lien", 0, 22, set()), ("lien", 10, 22, set())])
@given(PARTS)
def test_any_order_of_deliveries_gives_the_same_records(
    drawn: list[tuple[str, int, int, set[int]]],
) -> None:
    """Exports of several phones, each with gaps and its own clock, are the same in every order."""
    exports = []
    for owner, start, end, lost in drawn:
        lines = [line for n, line in enumerate(talk()) if start <= n < end and n not in lost]
        exports.append((owner, phone(NAMES[owner], lines, shift=CLOCKS[owner])))
    assert len(_partitions(exports)) == 1


def test_an_export_made_abroad_meets_the_others() -> None:
    """A phone that wrote its export in another time zone holds the same messages, in any order."""
    exports = [
        ("lien", phone("Lien", talk())),
        ("lien", phone("Lien", talk(30), shift=-360)),
        ("omar", phone("Omar", talk(28))),
    ]
    (partition,) = _partitions(exports)
    assert sorted(map(len, partition)) == [1] * 4 + [2] * 8 + [3] * 48


def _partitions(exports: list[tuple[str, str]]) -> set[frozenset[frozenset[str]]]:
    """Hand exports in, in every order, and give the different partitions that result."""
    partitions = set()
    for order in permutations(range(len(exports))):
        with TemporaryDirectory() as folder:
            at = ministry(Path(folder))
            for name in sorted(NAMES):
                at.account(name)
            for number in order:
                owner, content = exports[number]
                hand_in(at, owner, content, str(number))
            partitions.add(at.partition())
    return partitions
