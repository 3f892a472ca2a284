"""What the exports of one conversation differ in, what each difference proves, and what not."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from archiver.configuration import read
from archiver.produce.differences.kinds import Kind
from tests.ministry import LIEN, OMAR, Ministry, chat, mail, mailbox, ministry
from tests.test_reconcile import hand_in, phone, said, talk

Line = tuple[int, str, str]
PHONES = {
    "alice": "Alice Wonderland/Export 1",
    "bob": "Bob Bobsen/Export Bob",
    "carol": "Carol Christmas/Export Carol",
    "dave": "Dave Davidson/Dave 1 media",
}


@pytest.fixture
def office(tmp_path: Path) -> Ministry:
    """An archive with nothing in it."""
    return ministry(tmp_path)


def told(at: Ministry, *words: object, login: str = "") -> Any:
    """Give the report on the one conversation that is here."""
    return at.json("differences", "Havenoverleg", *words, login=login)


def rows(at: Ministry, *words: object, login: str = "") -> list[dict[str, Any]]:
    """Give the differences."""
    found: list[dict[str, Any]] = told(at, *words, login=login)["differences"]
    return found


def kinds(at: Ministry, *words: object) -> list[str]:
    """Give the kinds of all differences, in the order of the table."""
    return [row["kind"] for row in rows(at, *words)]


def two(at: Ministry, lien: Sequence[Line], omar: Sequence[Line], shift: int = 0) -> None:
    """Hand in a conversation from two phones, the second with another clock."""
    hand_in(at, "lien", phone("Lien", list(lien)))
    hand_in(at, "omar", phone("Omar", list(omar), shift=shift))


def who(sides: Sequence[dict[str, Any]]) -> list[tuple[str, str]]:
    """Give the holders with how they have it."""
    return [(side["holder"], side["how"]) for side in sides]


def changed(lines: Sequence[Line], number: int, text: str) -> list[Line]:
    """Give a conversation in which one message says something else."""
    at, sender, _ = lines[number]
    return [*lines[:number], (at, sender, text), *lines[number + 1 :]]


# -- what one has and another has not -------------------------------------------------------------


def test_equal_exports_do_not_differ(office: Ministry) -> None:
    """Two phones with the same messages, each with its own names for people, differ in nothing."""
    two(office, talk(), talk())
    found = told(office)
    assert found["differences"] == []
    assert found["conversation"]["messages"] == 48
    assert [one["has"] for one in found["holders"]] == [48, 48]
    assert "No differences" in office.run("differences", "Havenoverleg").out


def test_a_missing_message_is_absent_and_not_deleted(office: Ministry) -> None:
    """A message that one export covers and lacks is "not found in the export of that date"."""
    lines = talk()
    two(office, lines, [*lines[:20], *lines[21:]])
    (row,) = rows(office)
    assert row["kind"] == "absent"
    assert row["record"] == office.search('"nummer 10"')["hits"][0]["id"]
    assert (who(row["has"]), who(row["lacks"])) == ([("Lien", "text")], [("Omar", "absent")])
    sums = {one["holder"]: one for one in told(office)["holders"]}
    assert (sums["Omar"]["has"], sums["Omar"]["absent"], sums["Omar"]["deleted"]) == (47, 1, 0)
    meaning = told(office)["meanings"]["absent"]
    assert "another export has it" in meaning["proves"]
    assert "deleted" in meaning["proves_not"]


def test_a_notice_of_deletion_is_told_as_such(office: Ministry) -> None:
    """Where one phone notes a deletion and another has the text, the message was deleted."""
    lines = talk()
    two(office, changed(lines, 20, "Dit bericht is verwijderd"), lines)
    (row,) = rows(office)
    assert row["kind"] == "deleted"
    assert (who(row["has"]), who(row["lacks"])) == ([("Omar", "text")], [("Lien", "deleted")])
    sums = {one["holder"]: one for one in told(office)["holders"]}
    assert (sums["Lien"]["has"], sums["Lien"]["deleted"], sums["Lien"]["absent"]) == (47, 1, 0)


def test_who_deleted_it_is_told_when_the_phone_says_you(office: Ministry) -> None:
    """ "You deleted this message" names the owner of the phone as the one who did."""
    lines = talk()
    two(office, changed(lines, 18, "Je hebt dit bericht verwijderd"), lines)
    (row,) = rows(office)
    assert who(row["lacks"]) == [("Lien", "deleted-own")]


def test_what_was_deleted_everywhere_is_told(office: Ministry) -> None:
    """A message of which every export has a notice only was there, and nobody has its text."""
    lines = changed(talk(), 20, "Dit bericht is verwijderd")
    two(office, lines, lines)
    (row,) = rows(office)
    assert (row["kind"], len(row["has"]), row["lacks"]) == ("deleted-all", 2, [])


def test_what_lies_outside_an_export_is_not_absent(office: Ministry) -> None:
    """Messages before an export's first item and after its last one are told as two stretches."""
    two(office, talk(), talk()[6:40])
    before, after = rows(office)
    assert (before["kind"], before["messages"], who(before["lacks"])) == (
        "before-start",
        6,
        [("Omar", "before-start")],
    )
    assert (after["kind"], after["messages"]) == ("after-end", 8)
    assert after["sent_at"] < after["until"]
    sums = {one["holder"]: one for one in told(office)["holders"]}["Omar"]
    assert (sums["has"], sums["before_start"], sums["after_end"], sums["absent"]) == (34, 6, 8, 0)


def test_what_may_be_there_is_not_called_absent(office: Ministry) -> None:
    """While an officer has still to say whether two items are one, neither is called missing."""
    later = talk()[-1][0] + 5, "Wim", "Tot morgen"
    two(office, [*talk(), later], talk()[12:30])
    assert set(kinds(office)) == {"before-start", "unsure", "after-end"}
    sums = {one["holder"]: one for one in told(office)["holders"]}
    assert (sums["Omar"]["absent"], sums["Omar"]["unsure"] > 0) == (0, True)


def test_ten_in_a_row_are_a_gap(office: Ministry) -> None:
    """Ten messages in a row that are missing are told once, nine one by one."""
    lines = talk()
    two(office, lines, [*lines[:10], *lines[20:]])
    (row,) = rows(office)
    assert (row["kind"], row["messages"], who(row["lacks"])) == ("gap", 10, [("Omar", "gap")])
    hand_in(office, "pia", phone("Pia", [*lines[:10], *lines[19:]]))
    assert kinds(office, "--holder", "Pia") == ["absent"] * 9
    assert {one["holder"]: one["absent"] for one in told(office)["holders"]} == {
        "Lien": 0,
        "Omar": 10,
        "Pia": 9,
    }


def test_who_was_not_in_the_group_cannot_have_it(office: Ministry) -> None:
    """Before joining and after leaving, by the phone's own events, nothing is called absent."""
    lines = talk(60)
    theirs: list[Line] = [
        (0, "", "Lien heeft de groep “Havenoverleg” gemaakt"),
        (15, "", "Lien heeft u toegevoegd"),
        *[line for line in lines if 15 < line[0] < 45 or line[0] > 60],
        (45, "", "U hebt de groep verlaten"),
        (60, "", "Lien heeft u toegevoegd"),
    ]
    two(office, lines, sorted(theirs, key=lambda line: line[0]))
    assert set(kinds(office)) == {"before-start", "not-member"}
    sums = {one["holder"]: one for one in told(office)["holders"]}["Omar"]
    assert (sums["absent"], sums["not_member"]) == (0, 21)
    away = [row["messages"] for row in rows(office, "--kind", "not-member")]
    assert away == [10, 11]


def test_someone_elses_leaving_explains_nothing(office: Ministry) -> None:
    """That others came through one's own invitation, or left, bounds nothing of one's own."""
    lines = talk()
    theirs: list[Line] = [
        *lines[:16],
        (23, "", "Pia heeft de groep verlaten"),
        (23, "", "Sven neemt deel via uw uitnodiging"),
        *lines[17:],
    ]
    two(office, lines, theirs)
    assert kinds(office) == ["absent"]


def test_vanishing_messages_explain_what_is_absent(office: Ministry) -> None:
    """While messages are set to disappear, the table names that beside what is not found."""
    lines: list[Line] = [
        *talk()[:16],
        (
            23,
            "",
            "Pia heeft berichten met vervaldatum ingeschakeld. Nieuwe berichten verdwijnen na"
            " 7 dagen uit deze chat.",
        ),
        *talk()[16:],
    ]
    two(office, lines, [*lines[:9], *lines[10:31], *lines[32:]])
    first, second = rows(office, "--kind", "absent")
    assert (first["explained"], second["explained"]) == ([], ["vanishing"])
    assert "set to disappear" in office.run("differences", "Havenoverleg").out


@pytest.mark.unmeasured
def test_an_export_of_the_limits_size_may_be_cut(office: Ministry) -> None:
    """An export with as many messages as WhatsApp exports at most may lack its beginning."""
    lines = talk(5_020)
    two(office, lines, lines[-10_000:])
    found = told(office)
    assert {one["holder"]: one["possibly_cut"] for one in found["exports"]} == {
        "Lien": True,
        "Omar": True,
    }
    (row,) = [row for row in found["differences"] if row["kind"] == "before-start"]
    assert (row["messages"], row["explained"]) == (40, ["cut"])
    assert "cut off at its start" in office.run("differences", "Haven", "--kind", "gap").out


def test_an_export_that_begins_with_the_group_is_not_cut(office: Ministry) -> None:
    """An export of that size that tells how the group was made has its beginning."""
    lines = talk(5_000)
    made = (0, "", "Lien heeft de groep “Havenoverleg” gemaakt")
    hand_in(office, "lien", phone("Lien", [made, *lines]))
    (export,) = told(office)["exports"]
    assert (export["items"], export["possibly_cut"]) == (10_001, False)


# -- what both have, and otherwise ----------------------------------------------------------------


def test_files_are_told_apart_by_their_bytes(office: Ministry) -> None:
    """A file that one handed in and the other not, and one that both have under other names."""
    lines = talk()
    names = {"Lien": ("IMG-20220513-WA0001.jpg", "IMG-20220513-WA0002.jpg"),
             "Omar": ("IMG-20220513-WA0007.jpg", "")}  # fmt: skip
    for owner, (both, one) in names.items():
        second = f"{one} (bestand bijgevoegd)" if one else "<Media weggelaten>"
        mine = [
            *lines[:20],
            (30, "Pia", f"{both} (bestand bijgevoegd)"),
            (31, "Pia", second),
            *lines[22:],
        ]
        path = office.write(f"{owner}/WhatsApp-chat met Havenoverleg.txt", phone(owner, mine))
        (path.parent / both).write_bytes(b"het havenbekken")
        if one:
            (path.parent / one).write_bytes(b"de kade")
        office.ingest(path.parent, owner.lower(), code=None)
    names_row, one_row = rows(office)
    assert (names_row["kind"], sorted(who(names_row["has"]))) == (
        "media-names",
        [("Lien", "bytes"), ("Omar", "bytes")],
    )
    assert (one_row["kind"], who(one_row["has"]), who(one_row["lacks"])) == (
        "media-one",
        [("Lien", "bytes")],
        [("Omar", "no-bytes")],
    )


def test_a_joined_file_of_other_bytes_and_caption_is_told(office: Ministry) -> None:
    """Two files that an officer ruled to be one message are told to have other bytes."""
    lines = talk()
    for owner, data, caption in (("Lien", b"een", "De kade"), ("Omar", b"twee", "De brug")):
        mine = [
            *lines[:20],
            (30, "Pia", f"{owner}-foto.jpg (bestand bijgevoegd)\n{caption}"),
            *lines[21:],
        ]
        path = office.write(f"{owner}/WhatsApp-chat met Havenoverleg.txt", phone(owner, mine))
        (path.parent / f"{owner}-foto.jpg").write_bytes(data)
        office.ingest(path.parent, owner.lower(), code=None)
    assert kinds(office) == ["absent", "absent"]
    one, other = (row["record"] for row in rows(office))
    office.json("join", one, other)
    assert kinds(office) == ["media-other", "caption"]


def test_an_edit_is_told_with_and_without_its_mark(office: Ministry) -> None:
    """Other words with the app's own mark are an edit; without any mark they are a question."""
    lines = talk()
    theirs = changed(lines, 20, f"{said(10)} en later <Dit bericht is bewerkt>")
    theirs = changed(theirs, 30, f"{said(15)} spoedig")
    two(office, lines, theirs)
    edited, unmarked = rows(office)
    assert (edited["kind"], sorted(who(edited["has"]))) == (
        "wording",
        [("Lien", "text"), ("Omar", "edited")],
    )
    assert unmarked["kind"] == "wording-unmarked"


def test_an_edit_that_both_have_with_one_mark_is_told(office: Ministry) -> None:
    """Equal words of which one export says that they were edited are told as edited."""
    lines = talk()
    two(office, lines, changed(lines, 20, f"{said(10)} <Dit bericht is bewerkt>"))
    assert kinds(office) == ["wording"]


def test_what_had_not_arrived_is_told(office: Ministry) -> None:
    """A phone that waits for a message shows that it was there and had not come."""
    lines = talk()
    two(office, lines, changed(lines, 20, "Wachten op dit bericht. Dit kan even duren."))
    (row,) = rows(office)
    assert (row["kind"], who(row["lacks"])) == ("hidden", [("Omar", "waiting")])


def test_a_message_that_hung_is_told_with_how_far(office: Ministry) -> None:
    """A message that stands ten minutes later on one phone has another time and place there."""
    lines = talk()
    hung = sorted(
        [*lines[:20], (lines[20][0] + 10, *lines[20][1:]), *lines[21:]], key=lambda one: one[0]
    )
    two(office, lines, hung)
    found = {row["kind"]: row for row in rows(office)}
    assert sorted(found) == ["order", "time"]
    assert abs(found["time"]["seconds"]) == 600
    assert found["time"]["record"] == found["order"]["record"]


def test_another_zone_is_one_difference(office: Ministry) -> None:
    """A phone that exported abroad differs by its clock once, and not message by message."""
    two(office, talk(), talk()[:40], shift=-360)
    found = rows(office)
    assert sorted(row["kind"] for row in found) == ["after-end", "zone"]
    (zone,) = [row for row in found if row["kind"] == "zone"]
    items = {one["holder"]: one["items"] for one in told(office)["exports"]}
    assert abs(zone["seconds"]) == 6 * 3600
    assert zone["messages"] == items[zone["has"][0]["holder"]]
    assert "21600 s apart" in office.run("differences", "Havenoverleg").out


def test_another_sender_is_told_where_it_is_certain(office: Ministry) -> None:
    """Copies that an officer joined although two people certainly signed them are told apart."""
    lines = talk(60)
    at, _, _ = lines[20]
    mine = [*lines[:20], (at, "Lien", "Ik geef hierbij mijn akkoord aan de sluis"), *lines[21:]]
    theirs = [*lines[:20], (at, "Pia", "Ik geef hierbij mijn akkoord aan de sluis"), *lines[21:]]
    two(office, mine, theirs)
    one, other = (row["record"] for row in rows(office, "--kind", "unsure"))
    office.json("join", one, other)
    (row,) = rows(office)
    assert row["kind"] == "sender"
    assert {side["sender"] for side in row["has"]} == {"Lien", "Pia (Omar)"}
    assert "Pia (Omar)" in office.run("differences", "Havenoverleg").out


def test_a_later_export_of_one_phone_is_compared_too(office: Ministry) -> None:
    """What a newer export of the same phone has no longer is told; its holder still has it."""
    lines = talk()
    hand_in(office, "lien", phone("Lien", lines))
    hand_in(office, "lien", phone("Lien", [*lines[:20], *lines[21:]]), "2")
    (row,) = rows(office)
    assert (row["kind"], who(row["lacks"])) == ("absent", [("Lien", "absent")])
    assert row["has"][0]["delivery"] != row["lacks"][0]["delivery"]
    (total,) = told(office)["holders"]
    assert (total["has"], total["absent"]) == (48, 0)


# -- who may see what -----------------------------------------------------------------------------


def test_a_sealed_export_is_not_compared(office: Ministry) -> None:
    """A sealed export adds no row, no name and no number, until a sorter asks for it."""
    office.officer(LIEN, "records-officer")
    office.officer(OMAR, "sorter")
    office.account("pia", kind="private")
    lines = talk()
    two(office, lines, [*lines[:20], *lines[21:]])
    before = told(office, login=LIEN)
    hand_in(office, "pia", phone("Pia", [*lines[:30], *lines[31:]], shift=60))
    assert told(office, login=LIEN) == before
    assert office.run("differences", "Havenoverleg", "--sealed", login=LIEN).code == 4
    found = told(office, "--sealed", login=OMAR)
    assert [one["holder"] for one in found["holders"]].count("Pia") == 1
    assert sorted(row["kind"] for row in found["differences"])[:2] == ["absent", "absent"]


def test_a_sealed_clock_does_not_show(office: Ministry) -> None:
    """Where a sealed phone with another clock comes first of all, the open ones are as without."""
    lines = talk()
    office.account("pia", kind="private")
    hand_in(office, "lien", phone("Lien", lines, shift=60))
    hand_in(office, "omar", phone("Omar", [*lines[:20], *lines[21:]], shift=120))
    before = told(office)
    assert {row["kind"] for row in before["differences"]} == {"absent", "zone"}
    texts = (phone("Pia", [*lines, (500, "Pia", f"Tot dag {n}")]) for n in range(200))
    hand_in(office, "pia", min(texts, key=lambda text: sha256(text.encode()).digest()))
    assert told(office) == before
    assert told(office, "--sealed")["exports"][0]["holder"] == "Pia"


def test_a_conversation_that_is_sealed_does_not_exist(office: Ministry) -> None:
    """A conversation of which everything is sealed is not found by id or title."""
    office.account("lien", kind="private")
    hand_in(office, "lien", phone("Lien", talk()))
    (row,) = office.json("conversations", "--sealed")["conversations"]
    for name in ("Havenoverleg", row["conversation"], ""):
        assert office.run("differences", name).code == 2
    assert told(office, "--sealed")["conversation"]["messages"] == 48


def test_a_look_is_logged_before_anything_is_shown(office: Ministry) -> None:
    """Who looked at which conversation stands in the access log."""
    two(office, talk(), talk())
    seen = len(office.seen())
    told(office, "--text")
    assert [one["type"] for one in office.seen()[seen:]] == ["differences.shown"]


def test_text_is_shown_only_when_asked_for(office: Ministry) -> None:
    """The report quotes no message unless it is told to, in any form."""
    lines = talk()
    two(office, lines, changed(lines, 20, f"{said(10)} spoedig"))
    for form in ("text", "json", "jsonl", "csv"):
        words = ("differences", "Havenoverleg", "--output", form)
        assert "spoedig" not in office.run(*words).out
        assert "spoedig" in office.run(*words, "--text").out


# -- the report -----------------------------------------------------------------------------------


def test_the_order_of_deliveries_does_not_change_the_table(tmp_path: Path) -> None:
    """Three exports give the same rows, sums and clock in whatever order they come."""
    lines = talk()
    exports = {
        "lien": phone("Lien", changed(lines[4:], 10, "Dit bericht is verwijderd")),
        "omar": phone("Omar", [*lines[:20], *lines[21:40]], shift=60),
        "pia": phone("Pia", changed(lines, 30, f"{said(15)} spoedig")),
    }
    tables = set()
    for number, order in enumerate(permutations(exports)):
        folder = tmp_path / str(number)
        folder.mkdir()
        at = ministry(folder)
        for name in sorted(exports):
            at.account(name)
        for name in order:
            hand_in(at, name, exports[name])
        tables.add(_without_ids(told(at, "--text")))
    assert len(tables) == 1


def test_the_report_says_what_is_proved_in_dutch(office: Ministry) -> None:
    """The report for people has a head, rows, and what each kind proves and does not."""
    lines = talk()
    two(office, lines, [*lines[:20], *lines[21:]])
    ran = office.run("differences", "Havenoverleg", "--lang", "nl")
    assert ran.code == 0
    assert "2 exports van 2 mensen, samen 48 berichten van mensen." in ran.out
    assert "niet gevonden in de export van die datum" in ran.out
    assert "Dit bewijst niet: Dat iemand het heeft verwijderd." in ran.out
    assert "Dit bewijst: " in ran.out


def test_the_table_is_narrowed_to_a_kind_and_a_holder(office: Ministry) -> None:
    """Only the kinds and the person that are asked for are shown; an unknown person is refused."""
    lines = talk()
    two(office, [*lines[:20], *lines[21:]], [*lines[:26], *lines[27:44]])
    assert sorted(kinds(office)) == ["absent", "absent", "after-end"]
    assert kinds(office, "--holder", "lien") == ["absent"]
    assert kinds(office, "--holder", "Omar", "--kind", "after-end") == ["after-end"]
    ran = office.run("differences", "Havenoverleg", "--holder", "Sven")
    assert (ran.code, ran.out) == (2, "")


def test_a_title_must_name_one_conversation_of_chat(office: Ministry) -> None:
    """Two conversations that fit the words are both named; mail is not compared."""
    for name in ("Kade", "Kademuur"):
        path = office.write(f"WhatsApp-chat met {name}.txt", chat([(0, "Lien", f"Over {name}")]))
        office.ingest(path)
    ran = office.run("differences", "Kade")
    assert ran.code == 2
    ids = [row["conversation"] for row in office.json("conversations")["conversations"]]
    assert all(one in ran.err for one in ids)
    office.account("post", service="mail")
    office.ingest(office.write("post.mbox", mailbox([mail(1, "Zie het verslag")])), "post")
    assert office.run("differences", "Overleg").code == 2


def test_every_kind_has_its_meaning_and_its_place_in_the_manual() -> None:
    """What the program can tell, what the data explain and what the page lists are the same."""
    told = read("differences.toml")
    assert set(told["kind"]) == set(Kind)
    page = (Path(__file__).parents[1] / "docs/deduplication.md").read_text("utf-8")
    assert [kind for kind in Kind if f"`{kind}`" not in page] == []
    for entry in told["kind"].values():
        assert {
            f"{part}_{lang}" for part in ("name", "proves", "not") for lang in ("en", "nl")
        } == set(entry)


def test_four_real_phones(samples: Path, office: Ministry) -> None:
    """One group from four phones: what each removed, lacks, or was not there for."""
    for name, folder in PHONES.items():
        office.ingest(samples / "chat" / "vws-one-group-four-phones" / folder, name)
    found = office.json("differences", "Test export", "--text")
    assert found["conversation"]["messages"] == 72
    table = found["differences"]
    absent = {
        (row["has"][0]["text"], *_holders(row["lacks"])) for row in table if row["kind"] == "absent"
    }
    assert absent == {
        ("Ik verwijder dit bericht alleen voor mijzelf na 1 minuut", "Bob"),
        (
            "Omdat ik een iPhone heb verwijder ik dit bericht alleen voor mijzelf na 1 minuut",
            "Dave",
        ),
    }
    media = [row for row in table if row["kind"] == "media-one"]
    assert [_holders(row["lacks"]) for row in media] == [["Bob"]] * 3
    gone = [row for row in table if row["kind"] == "deleted-all"]
    own = [side["holder"] for row in gone for side in row["has"] if side["how"] == "deleted-own"]
    assert own == ["Alice", "Dave", "Dave"]
    away = [row for row in table if row["kind"] == "not-member"]
    assert [(_holders(row["lacks"]), row["messages"]) for row in away] == [
        (["Dave"], 5),
        (["Dave"], 1),
    ]
    sums = {one["holder"]: (one["has"], one["after_end"]) for one in found["holders"]}
    assert sums == {"Alice": (61, 8), "Bob": (66, 2), "Carol": (66, 3), "Dave": (60, 0)}


def _holders(sides: Sequence[dict[str, Any]]) -> list[str]:
    return [side["holder"] for side in sides]


def _without_ids(found: dict[str, Any]) -> str:
    """Write a report down without what is new in every archive: ids and the time of intake."""
    ids = ("record", "delivery", "received_at", "conversation")

    def cleaned(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: cleaned(one) for name, one in value.items() if name not in ids}
        return [cleaned(one) for one in value] if isinstance(value, list) else value

    return repr(cleaned(found))
