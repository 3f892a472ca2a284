"""Files of a case are judged by their bytes, reversibly; a clean copy is kept beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from archiver.cases.file_judging import LARGEST
from archiver.errors import ExitCode
from tests.file_office import JPEG, file, file_office, judge_messages, listed
from tests.ministry import LIEN, OMAR
from tests.woo_office import RECEIVED, START, Office

PRIVATE = ("--as", "withheld", "--ground", "5.1.2e", "--reason", "Staat iemand op.")
COPY = b"%PDF-1.4\n(zwartgelakt)\n%%EOF\n"


@pytest.fixture
def made(tmp_path: Path) -> Office:
    """A request of which all messages are judged and no file is."""
    return file_office(tmp_path)


def test_every_file_of_what_is_shown_waits(made: Office) -> None:
    """Each file stands there once with its messages; what was not handed in says why."""
    told = file(made, "list")
    assert (told["judged"], told["waiting"], told["missing"]) == (0, 4, 1)
    found = {row["name"]: row for row in told["files"]}
    photo, gone = found["IMG-20240314-WA0001.jpg"], found["IMG-20240314-WA0009.jpg"]
    assert len(photo["records"]) == 2 and photo["size"] == len(JPEG)
    assert (photo["given_as"], photo["taken_out"], photo["problem"]) == ("jpg", ["E1"], "")
    assert (gone["state"], gone["missing"], gone["file"]) == ("missing", "not-handed-in", "")
    assert found["nota.pdf"]["problem"] == "no-clean-form"
    assert found["notitie.txt"]["given_as"] == "txt"
    assert made.at.seen()[-1]["type"] == "files.listed"


def test_only_files_of_what_is_shown_are_listed(made: Office) -> None:
    """A file of a message that is withheld needs no judgement, until the message is shown."""
    withheld = {"outcome": "niet openbaar", "grounds": ("5.1.2i",), "reason": "Vertrouwelijk."}
    made.judge({"De kaart": withheld}, rest="")
    assert "IMG-20240314-WA0002.png" not in listed(made)
    judge_messages(made)
    assert listed(made)["IMG-20240314-WA0002.png"]["state"] == "waiting"


def test_a_judgement_follows_the_bytes(made: Office) -> None:
    """One judgement is of every message with the same bytes; the beginning of a digest names it."""
    name = listed(made)["IMG-20240314-WA0001.jpg"]["file"]
    told = file(made, "judge", name[:12], *PRIVATE)
    assert told["judged"] == 1
    row = listed(made)["IMG-20240314-WA0001.jpg"]
    assert (row["state"], row["outcome"], row["grounds"]) == ("judged", "niet openbaar", ["5.1.2e"])
    assert row["reason"] == "Staat iemand op." and row["by"]


def test_the_log_has_nothing_of_it_in_the_clear(made: Office) -> None:
    """The event tells how many files were judged; which, how and why lies under the case's key."""
    name = listed(made)["nota.pdf"]["file"]
    file(made, "judge", name, *PRIVATE)
    event = made.at.events()[-1]
    assert (event["type"], event["counts"]) == ("case.file-judged", {"judged": 1})
    assert event["detail"]["key"] == f"case:{made.case}"
    assert name not in str(event) and "iemand" not in str(event)


def test_what_was_judged_is_taken_back(made: Office) -> None:
    """What was judged before counts again; in the end nothing can be taken back."""
    name = listed(made)["notitie.txt"]["file"]
    file(made, "judge", name, "--as", "public")
    file(made, "judge", name, *PRIVATE)
    assert file(made, "undo", name)["outcome"] == "niet openbaar"
    assert listed(made)["notitie.txt"]["outcome"] == "openbaar"
    file(made, "undo", name)
    assert listed(made)["notitie.txt"]["state"] == "waiting"
    file(made, "undo", name, code=ExitCode.USAGE)


def test_all_that_waits_is_judged_at_once(made: Office) -> None:
    """In bulk only what waits is judged; when nothing waits nothing is logged."""
    name = listed(made)["nota.pdf"]["file"]
    file(made, "judge", name, *PRIVATE)
    assert file(made, "judge", "--all-waiting", "--as", "public")["judged"] == 3
    assert listed(made)["nota.pdf"]["outcome"] == "niet openbaar"
    before = len(made.at.events())
    assert file(made, "judge", "--all-waiting", "--as", "public")["judged"] == 0
    assert len(made.at.events()) == before


def test_every_outcome_needs_what_it_needs(made: Office) -> None:
    """The rules of records hold: grounds, reasons, links, originals; a refusal judges nothing."""
    name = listed(made)["notitie.txt"]["file"]
    other = listed(made)["nota.pdf"]["file"]
    before = len(made.at.events())
    for words in (
        ("--as", "withheld", "--reason", "Zomaar"),
        ("--as", "withheld", "--ground", "5.1.2e"),
        ("--as", "withheld", "--ground", "WPE-19", "--reason", "Ander recht"),
        ("--as", "public", "--ground", "5.1.2e"),
        ("--as", "already"),
        ("--as", "duplicate"),
        ("--as", "duplicate", "--of", name),
        ("--as", "partly", "--ground", "5.1.2e"),
    ):
        file(made, "judge", name, *words, code=ExitCode.USAGE)
    file(made, "judge", name[:5], *PRIVATE, code=ExitCode.USAGE)
    file(made, "judge", "f" * 64, *PRIVATE, code=ExitCode.USAGE)
    file(made, "judge", *PRIVATE, code=ExitCode.USAGE)
    file(made, "undo", "f" * 64, code=ExitCode.USAGE)
    assert len(made.at.events()) == before
    file(made, "judge", name, "--as", "already", "--link", "https://voorbeeld.example/n")
    file(made, "judge", other, "--as", "duplicate", "--of", name[:10])
    file(made, "judge", name, "--as", "duplicate", "--of", other, code=ExitCode.USAGE)


def test_a_double_of_what_became_a_double_waits_again(made: Office) -> None:
    """A double counts no longer when no message that is a candidate has its original any more."""
    rows = listed(made)
    note, photo = rows["notitie.txt"], rows["IMG-20240314-WA0002.png"]
    file(made, "judge", photo["file"], "--as", "duplicate", "--of", note["file"])
    given = ("case", "drop", made.case, *note["records"], "--reason", "Hoort er niet bij")
    assert made.at.run(*given, login=LIEN).code == 0
    assert listed(made)["IMG-20240314-WA0002.png"]["state"] == "waiting"


def test_what_is_old_is_refused_with_a_further_reason(tmp_path: Path) -> None:
    """A file that was sent more than five years ago needs the reason of Woo article 5.3 too."""
    made = file_office(tmp_path, start=START.replace(year=2015))
    name = listed(made)["nota.pdf"]["file"]
    assert "5.3" in file(made, "judge", name, *PRIVATE, code=ExitCode.USAGE)
    file(made, "judge", name, *PRIVATE, "--aged", "Zij leeft nog.")
    assert listed(made)["nota.pdf"]["aged"] == "Zij leeft nog."


def test_a_clean_copy_is_kept_with_its_judgement(made: Office) -> None:
    """A copy lies encrypted in the archive, its digest with the judgement; a rebuild knows both."""
    path = made.at.write("Schone kopie van Karel.pdf", COPY)
    name = listed(made)["nota.pdf"]["file"]
    told = file(made, "judge", name, "--as", "partly", "--ground", "5.1.2e", "--clean", path)
    row = listed(made)["nota.pdf"]
    assert told["files"][0]["clean_copy"] == row["clean_copy"] and row["given_as"] == "pdf"
    assert (row["outcome"], row["problem"]) == ("deels openbaar", "")
    assert len(made.at.events()[-1]["objects"]["copy"]) == 1
    path.unlink()
    before = file(made, "list")
    assert made.at.run("rebuild").code == 0
    assert file(made, "list") == before
    for one in made.at.archive.rglob("*"):
        assert one.is_dir() or (b"zwartgelakt" not in one.read_bytes()), one
    assert made.at.json("verify", "--full")["ok"]


def test_what_is_no_clean_copy_is_refused(made: Office) -> None:
    """A copy is of one file that is shown, is not empty, broken or too large, and has a type."""
    rows = listed(made)
    name, other = rows["nota.pdf"]["file"], rows["notitie.txt"]["file"]
    good = made.at.write("kopie.pdf", COPY)
    before = len(made.at.events())
    for path in (
        made.at.write("leeg.pdf", b""),
        made.at.write("kapot.jpg", JPEG[:40]),
        made.at.write("zonder", COPY),
    ):
        file(made, "judge", name, "--as", "public", "--clean", path, code=ExitCode.USAGE)
    large = made.at.write("groot.pdf", b"%PDF")
    with large.open("r+b") as opened:
        opened.truncate(LARGEST + 1)
    file(made, "judge", name, "--as", "public", "--clean", large, code=ExitCode.USAGE)
    file(made, "judge", name, other, "--as", "public", "--clean", good, code=ExitCode.USAGE)
    file(made, "judge", name, *PRIVATE, "--clean", good, code=ExitCode.USAGE)
    assert len(made.at.events()) == before


def test_who_may_judge_and_of_which_case(made: Office) -> None:
    """Only jurists and records officers judge; of an inquiry files are not judged."""
    made.at.officer(OMAR, "auditor")
    name = listed(made)["nota.pdf"]["file"]
    words = ("case", "file", "judge", made.case, name, *PRIVATE)
    assert made.at.run(*words, login=OMAR).code == ExitCode.NOT_AUTHORISED
    assert made.at.run("case", "file", "list", made.case, login=OMAR).code == 0
    given = ("--reference", "P/1", "--requester", "Kamer", "--received", RECEIVED)
    other = made.at.json("case", "open", "--kind", "inquiry", *given, "--person", "Jan", login=LIEN)
    inquiry = Office(made.at, other["case"])
    hit = made.at.search("kaart", login=LIEN)["hits"][0]["id"]
    given = ("case", "add", inquiry.case, hit, "--reason", "Gevraagd")
    assert made.at.run(*given, login=LIEN).code == 0
    png = listed(made)["IMG-20240314-WA0002.png"]["file"]
    assert "inquiry" in file(inquiry, "judge", png, "--as", "public", code=ExitCode.USAGE)
