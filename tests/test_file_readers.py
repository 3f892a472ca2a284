"""Files are read a second time, and compared with what another case judged of the same bytes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from archiver.errors import ExitCode
from tests.file_office import file, file_office, judge_messages, judge_usual, listed
from tests.ministry import LIEN, PIA
from tests.woo_office import PUBLISHER, RECEIVED, Office, add

ADVICE = ("--as", "withheld", "--ground", "5.2", "--reason", "Persoonlijke opvatting.")
PRIVATE = ("--as", "withheld", "--ground", "5.1.2e", "--reason", "Staat iemand op.")
PARTLY = ("--as", "partly", "--ground", "5.2", "--clean")
NOTE, MAP = "notitie.txt", "IMG-20240314-WA0002.png"
SETTING = "CHATARCHIEF_JUDGING_SECOND_READER"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """A request of which all messages and files are judged, with two jurists."""
    made = file_office(tmp_path_factory.mktemp("readers"))
    made.at.officer(PIA, "woo-jurist")
    judge_usual(made)
    return made


@pytest.fixture
def made(whole: Office, tmp_path: Path) -> Office:
    """A copy of it, to change; what officials thought is read twice."""
    found = Office(whole.at.copy(tmp_path), whole.case)
    found.at.settings[SETTING] = "policy"
    return found


def named(made: Office, name: str) -> str:
    """Give the digest of a file by its name."""
    return str(listed(made)[name]["file"])


def stands(made: Office) -> list[dict[str, Any]]:
    """Give what stands in the way."""
    told = made.at.json("case", "contradictions", made.case, login=LIEN, code=None)
    assert all(row["file"][:8] in row["sentence"] for row in told["contradictions"] if row["file"])
    return list(told["contradictions"])


def codes(made: Office) -> list[str]:
    """Give the codes of what stands in the way, the advice apart, which is a message."""
    return [row["code"] for row in stands(made) if row["code"] != "E-J106"]


def read(made: Office, *words: object, login: str = PIA, code: int = 0) -> Any:
    """Read files a second time."""
    ran = made.at.run("case", "file", "second", made.case, *words, "--output", "json", login=login)
    assert ran.code == code, (ran.code, ran.err)
    return ran.json if ran.out else ran.err


def tried(made: Office) -> int:
    """Try the pack when the message that waits for a reader was read; give the exit code."""
    record = made.named("landsadvocaat")
    given = ("case", "second", made.case, record, "--agree")
    assert made.at.run(*given, login=PIA).code == 0
    out = ("--out", made.at.folder / "pack", "--dry-run")
    return made.at.run("produce", "woo", made.case, *out, *PUBLISHER, login=LIEN).code


def another(made: Office) -> Office:
    """Open another case about the same messages, all judged as in the first."""
    given = ("--reference", "Woo-2024-019", "--requester", "Blad", "--received", RECEIVED)
    opened = made.at.json("case", "open", "--kind", "woo", *given, "--person", "Jan", login=LIEN)
    other = Office(made.at, opened["case"])
    add(other)
    judge_messages(other)
    return other


def test_a_file_withheld_on_what_officials_thought_is_read_twice(made: Office) -> None:
    """No pack is made of it before another person has read it, who is not the judge."""
    name = named(made, NOTE)
    file(made, "judge", name, *ADVICE)
    (row,) = (one for one in stands(made) if one["file"])
    assert (row["code"], row["file"], row["record"], row["key"]) == ("E-J110", name, "", "")
    assert tried(made) == ExitCode.FINDINGS
    read(made, name, "--agree", login=LIEN, code=ExitCode.NOT_AUTHORISED)
    assert read(made, name[:12], "--agree")["differences"] == []
    row = listed(made)[NOTE]
    assert row["second"] not in ("", row["by"])
    assert (codes(made), tried(made)) == ([], ExitCode.DONE)


def test_which_grounds_need_it_is_set(made: Office) -> None:
    """By default a personal ground needs no second reader; all that is refused may, or nothing."""
    assert codes(made) == []
    made.at.settings[SETTING] = "all"
    assert codes(made) == ["E-J110"]
    read(made, named(made, "nota.pdf"), "--agree")
    assert codes(made) == []
    file(made, "judge", named(made, NOTE), *ADVICE)
    made.at.settings[SETTING] = "none"
    assert stands(made) == []


def test_who_agrees_to_a_clean_copy_agrees_to_that_copy(made: Office) -> None:
    """A file that is public in part is read twice, and again when its copy is another."""
    name, copy = named(made, NOTE), made.at.write("kopie.txt", "De notitie.")
    file(made, "judge", name, *PARTLY, copy)
    assert codes(made) == ["E-J110"]
    read(made, name, "--agree")
    assert codes(made) == []
    file(made, "judge", name, *PARTLY, made.at.write("ander.txt", "De notitie over stikstof."))
    assert codes(made) == ["E-J109"]
    read(made, name, "--agree")
    assert codes(made) == []


def test_two_readers_differ_until_one_judges_as_the_other(made: Office) -> None:
    """What the second reader would do otherwise is listed, and settled by the first."""
    name = named(made, NOTE)
    file(made, "judge", name, *ADVICE)
    (row,) = read(made, name, "--as", "public", code=ExitCode.FINDINGS)["differences"]
    assert (row["code"], row["file"]) == ("E-J109", name)
    assert codes(made) == ["E-J109"]
    file(made, "judge", name, "--as", "public")
    assert codes(made) == []


def test_the_second_reader_may_hand_in_a_copy(made: Office) -> None:
    """Who would leave out less hands in a copy, which counts when the first takes it over."""
    name, copy = named(made, NOTE), made.at.write("kopie.txt", "De notitie, geweigerd: namen.")
    file(made, "judge", name, *ADVICE)
    read(made, name, "--as", "partly", "--ground", "5.2", code=ExitCode.USAGE)
    read(made, name, *PARTLY, copy, code=ExitCode.FINDINGS)
    event = made.at.events()[-1]
    assert (event["type"], event["counts"]) == ("case.file-seconded", {"judged": 1})
    assert event["objects"]["copy"] and name not in str(event)
    assert listed(made)[NOTE]["outcome"] == "niet openbaar"
    file(made, "judge", name, *PARTLY, copy)
    assert (codes(made), listed(made)[NOTE]["given_as"]) == ([], "txt")
    assert tried(made) == ExitCode.DONE
    assert made.at.json("verify", "--full")["ok"]


def test_a_judgement_of_the_second_reader_has_to_be_read_by_another(made: Office) -> None:
    """When the second reader becomes the judge, the reading before counts no longer."""
    name = named(made, NOTE)
    file(made, "judge", name, *ADVICE)
    read(made, name, "--agree")
    given = ("case", "file", "judge", made.case, name, *ADVICE)
    assert made.at.run(*given, login=PIA).code == 0
    assert codes(made) == ["E-J110"]
    read(made, name, "--agree", login=LIEN)
    assert codes(made) == []


def test_what_is_taken_back_leaves_nothing_to_read(made: Office) -> None:
    """After the judgement is taken back the one before counts, and what was read of it."""
    name = named(made, NOTE)
    file(made, "judge", name, *ADVICE)
    read(made, name, "--agree")
    file(made, "judge", name, *PRIVATE)
    assert codes(made) == ["E-J109"]
    file(made, "undo", name)
    assert codes(made) == []
    file(made, "undo", name)
    file(made, "undo", name)
    assert (listed(made)[NOTE]["state"], codes(made)) == ("waiting", [])
    read(made, name, "--agree", code=ExitCode.USAGE)


def test_what_cannot_be_read_is_refused(made: Office) -> None:
    """A reader says one thing, of files of the case; one refused file refuses all."""
    name = named(made, NOTE)
    before = len(made.at.events())
    for words in (
        (name,),
        (name, "--agree", "--as", "public"),
        (name, "--agree", "--reason", "Zo"),
        (name, "--as", "withheld", "--ground", "5.2"),
        (name, "f" * 64, "--agree"),
        (name[:5], "--agree"),
    ):
        read(made, *words, code=ExitCode.USAGE)
    assert len(made.at.events()) == before


def test_another_case_is_compared(made: Office) -> None:
    """The same bytes, public there and withheld here, stand in the way until that is explained."""
    other, name = another(made), named(made, NOTE)
    file(other, "judge", name, *PRIVATE)
    (row,) = (one for one in stands(other) if one["file"])
    assert (row["code"], row["file"], row["case"]) == ("E-J108", name, made.case)
    assert made.case in row["sentence"]
    assert codes(made) == ["E-J108"]
    given = ("case", "explain", other.case, row["key"], "--reason", "Het is nu anders.")
    assert made.at.json(*given, login=LIEN)["file"] == name
    assert codes(other) == []
    file(other, "judge", name, *ADVICE)
    assert sorted(codes(other)) == ["E-J108", "E-J110"]
    file(other, "judge", name, "--as", "public")
    assert (codes(other), codes(made)) == ([], [])


def test_other_grounds_for_the_same_are_no_contradiction(made: Office) -> None:
    """What is hidden is compared, not why; what is outside the request hides nothing."""
    other, name = another(made), named(made, "nota.pdf")
    file(other, "judge", name, *ADVICE)
    assert "E-J108" not in codes(other)
    file(other, "judge", name, "--as", "out-of-scope")
    assert codes(other) == []


def test_other_copies_hide_something_else(made: Office) -> None:
    """Two cases that give a file in part give the same copy of it, or say why not."""
    other, name = another(made), named(made, NOTE)
    part = ("--as", "partly", "--ground", "5.1.2e", "--clean")
    copy = made.at.write("kopie.txt", "De notitie.")
    file(made, "judge", name, *part, copy)
    file(other, "judge", name, *part, made.at.write("ander.txt", "De notitie over."))
    assert codes(other) == ["E-J108"]
    file(other, "judge", name, *part, copy)
    assert codes(other) == []


def test_a_file_that_is_not_shown_stands_in_the_way_of_nothing(made: Office) -> None:
    """When its message is withheld nobody has to read its file."""
    file(made, "judge", named(made, MAP), *ADVICE)
    assert codes(made) == ["E-J110"]
    withheld = {"outcome": "niet openbaar", "grounds": ("5.1.2e",), "reason": "Persoonlijk."}
    made.judge({"De kaart": withheld}, rest="")
    assert codes(made) == []


def test_a_double_of_what_is_gone_stands_in_the_way(made: Office) -> None:
    """When no candidate carries its original any more, a double is judged again."""
    rows = listed(made)
    file(made, "judge", rows[MAP]["file"], "--as", "duplicate", "--of", rows[NOTE]["file"])
    given = ("case", "drop", made.case, *rows[NOTE]["records"], "--reason", "Hoort er niet bij")
    assert made.at.run(*given, login=LIEN).code == 0
    (row,) = (one for one in stands(made) if one["file"])
    assert (row["code"], row["file"]) == ("E-J111", rows[MAP]["file"])


def test_a_rebuild_gives_the_same(made: Office) -> None:
    """Who read what, what was explained and what stands in the way are the same after a rebuild."""
    other, name = another(made), named(made, NOTE)
    file(other, "judge", name, *ADVICE)
    file(made, "judge", name, *PARTLY, made.at.write("kopie.txt", "De notitie."))
    read(made, name, "--agree")
    read(other, name, "--as", "public", code=ExitCode.FINDINGS)
    key = next(row["key"] for row in stands(made) if row["code"] == "E-J108")
    given = ("case", "explain", made.case, key, "--reason", "Een ander verzoek.")
    assert made.at.run(*given, login=LIEN).code == 0
    before = [file(one, "list") for one in (made, other)], stands(made), stands(other)
    assert made.at.run("rebuild").code == 0
    assert ([file(one, "list") for one in (made, other)], stands(made), stands(other)) == before
    assert codes(made) == []
