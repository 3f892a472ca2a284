"""Holds: what they cover, that nothing gets round them, who may lift them, and whom they tell."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlcipher3 import dbapi2

from archiver.errors import ExitCode, NoSuchThing
from archiver.pipeline.project import project
from archiver.store.archive import Archive
from retention import held
from retention.held import Held
from tests.ministry import LIEN, OMAR, PIA, Ministry, chat, mail, mailbox, ministry

LINES = [(0, "Jan", "Het stuk over stikstof"), (1, "Piet", "Ik lees het"), (2, "Jan", "Lunch?")]
TODAY = datetime.now(UTC).date()


@pytest.fixture
def office(tmp_path: Path) -> Ministry:
    """An archive with a chat of Jan of 13 May 2022 and one of Els of 3 June 2023."""
    at = ministry(tmp_path)
    at.officer(LIEN, "records-officer")
    at.officer(OMAR, "woo-jurist")
    at.ingest(at.write("WhatsApp-chat met Piet.txt", chat(LINES)))
    later = chat([(0, "Els", "Stikstof weer"), (1, "Kim", "Ja")], start=datetime(2023, 6, 30, 9))
    at.ingest(at.write("WhatsApp-chat met Kim.txt", later), "els")
    return at


def _place(office: Ministry, *words: object, kind: str = "woo-request") -> str:
    return str(office.json("hold", "place", "--kind", kind, *words)["hold"])


def _held(office: Ministry) -> dict[str, set[str]]:
    """Give the holds on each copy, by the words of the copy."""
    with Archive(office.archive, office.keys, project) as archive:
        connection = archive.catalogue.connection
        copies = dict(connection.execute("SELECT id, text FROM copy").fetchall())
        found = held.held(connection, copies)
        return {copies[copy]: set(holds) for copy, holds in found.items()}


@pytest.mark.parametrize(
    ("words", "covered"),
    [
        (("--query", "stikstof"), {"Het stuk over stikstof", "Stikstof weer"}),
        (("--query", "stikstof", "--person", "Els"), {"Stikstof weer"}),
        (("--person", "els"), {"Stikstof weer", "Ja"}),
        (("--from", "2023-01-01"), {"Stikstof weer", "Ja"}),
        (("--to", "2022-12-31", "--query", "stikstof OF lunch"), {LINES[0][2], LINES[2][2]}),
        (("--person", "Niemand"), set()),
    ],
)
def test_a_hold_covers_its_scope(
    office: Ministry, words: tuple[str, ...], covered: set[str]
) -> None:
    """Words, people and periods narrow each other; exactly what they cover together is held."""
    planned = office.json("hold", "place", "--kind", "audit", *words, "--dry-run")
    assert (planned["copies"], _held(office)) == (len(covered), {})
    placed = _place(office, *words)
    assert _held(office) == {text: {placed} for text in covered}


def test_a_conversation_is_held(office: Ministry) -> None:
    """A hold on one conversation covers all of it and nothing else."""
    found = office.json("conversations")["conversations"]
    conversation = next(one["conversation"] for one in found if "Kim" in one["title"])
    _place(office, "--conversation", conversation)
    assert set(_held(office)) == {"Stikstof weer", "Ja"}


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("--conversation", "cbestaatniet"),
        ("--query", '"open'),
        ("--person", "Jan", "--received", "gisteren"),
        ("--from", "ooit"),
    ],
)
def test_a_scope_that_makes_no_sense_is_refused(office: Ministry, words: tuple[str, ...]) -> None:
    """An empty scope, an unknown conversation, a broken query or day: exit code 2, no hold."""
    assert office.run("hold", "place", "--kind", "audit", *words).code == 2
    assert office.json("hold", "list")["holds"] == []


def test_what_arrives_later_is_held(office: Ministry) -> None:
    """A delivery that comes in after the hold is held from its first moment."""
    placed = _place(office, "--query", "stikstof")
    more = chat([*LINES, (3, "Jan", "Nogmaals stikstof")])
    office.ingest(office.write("WhatsApp-chat met Piet (2).txt", more), "kim")
    assert _held(office)["Nogmaals stikstof"] == {placed}


def test_sealed_messages_are_held(office: Ministry) -> None:
    """What is sealed is held too, though the number that is shown does not betray it."""
    office.account("bob", kind="private")
    secret = chat([(5, "Bob", "stikstof privé"), (6, "An", "x")])
    office.ingest(office.write("WhatsApp-chat met Bob.txt", secret), "bob")
    placed = _place(office, "--query", "stikstof")
    assert _held(office)["stikstof privé"] == {placed}
    assert office.json("hold", "show", placed)["copies"] == 2


def test_the_database_itself_refuses(office: Ministry) -> None:
    """Deleting a held copy or holding fails in the database; what is not held can be deleted."""
    _place(office, "--query", "stikstof")
    with Archive(office.archive, office.keys, project) as archive, archive.writing():
        connection = archive.catalogue.connection
        for statement in (
            "DELETE FROM copy WHERE text = 'Het stuk over stikstof'",
            "DELETE FROM holding WHERE copy = (SELECT id FROM copy WHERE text = 'Stikstof weer')",
            "DELETE FROM copy",
        ):
            with pytest.raises(dbapi2.IntegrityError, match="a hold forbids"):
                connection.execute(statement)
        connection.execute("DELETE FROM copy WHERE text = 'Lunch?'")


def test_a_lifted_hold_frees_only_what_no_other_holds(office: Ministry) -> None:
    """Of two holds over one message the second keeps it when the first is lifted."""
    first, second = _place(office, "--query", "stikstof"), _place(office, "--person", "Jan")
    assert _held(office)[LINES[0][2]] == {first, second}
    for login in ("", LIEN):
        office.json("hold", "lift", first, "--reason", "afgehandeld", login=login)
    assert _held(office) == {text: {second} for _, _, text in LINES}


def test_lifting_needs_a_second_person(office: Ministry) -> None:
    """Asking changes nothing; the same officer is refused with exit code 4, another one lifts."""
    placed = _place(office, "--person", "Jan")
    words = ("hold", "lift", placed, "--reason", "het verzoek is afgehandeld")
    assert office.json(*words)["state"] == "lift-asked"
    assert len(_held(office)) == 3
    ran = office.run(*words)
    assert ran.code == ExitCode.NOT_AUTHORISED
    assert "another officer" in ran.err
    assert office.json(*words, login=OMAR)["state"] == "lifted"
    assert _held(office) == {}
    assert office.run(*words, login=OMAR).code == 2
    assert office.json("hold", "list")["holds"] == []
    shown = office.json("hold", "show", placed)
    assert [one["what"] for one in shown["steps"]] == ["placed", "lift-asked", "lifted"]
    assert len({one["by"] for one in shown["steps"][1:]}) == 2
    assert len(office.json("hold", "list", "--all")["holds"]) == 1


def test_not_everyone_may_place_or_look(office: Ministry) -> None:
    """A sorter neither places nor sees holds; an auditor sees them and places none."""
    office.officer(PIA, "auditor")
    place = ("hold", "place", "--kind", "audit", "--person", "Jan")
    assert office.run(*place, login=PIA).code == 4
    assert office.run("hold", "list", login=PIA).code == 0
    office.officer(PIA, "sorter")
    assert office.run("hold", "list", login=PIA).code == 4


def test_the_log_tells_no_names(office: Ministry) -> None:
    """Kind and id stand in the log; persons, words and reasons only encrypted."""
    _place(office, "--person", "Jan", "--query", "stikstof", "--reason", "verzoek van De Krant")
    log = (office.archive / "log" / "events.jsonl").read_text("utf-8")
    assert "woo-request" in log
    assert not any(word in log for word in ("stikstof", "Krant", "Jan"))


def test_all_ministers_are_held_also_later_ones(office: Ministry) -> None:
    """The hold over ministers covers whoever is registered as one after it was placed."""
    placed = _place(office, "--all-ministers", kind="temporary-instruction")
    assert _held(office) == {}
    words = ("--person", "Els", "--function", "staatssecretaris", "--from", "2022-01-10")
    assert office.json("function", "add", *words)["hold"] == ""
    with Archive(office.archive, office.keys, project) as archive, archive.writing():
        held.refresh(archive.catalogue.connection)
    assert _held(office) == {"Stikstof weer": {placed}, "Ja": {placed}}


def _covering(office: Ministry, delivery: str) -> tuple[str, ...]:
    with Archive(office.archive, office.keys, project) as archive:
        return held.covers_delivery(archive.catalogue.connection, delivery)


def test_a_delivery_that_was_read_is_covered_by_what_is_in_it(office: Ministry) -> None:
    """Only the holds on its own messages cover a delivery that was read."""
    rows = office.json("delivery", "list")["deliveries"]
    jan, els = sorted(rows, key=lambda row: row["read"], reverse=True)
    placed = _place(office, "--query", "lunch")
    assert _covering(office, jan["delivery"]) == (placed,)
    assert _covering(office, els["delivery"]) == ()
    with pytest.raises(NoSuchThing):
        _covering(office, "dbestaatniet")


def test_an_unread_delivery_is_covered_by_what_may_be_in_it(office: Ministry) -> None:
    """In custody nothing is read: a hold on words, its person or a time before covers it."""
    office.account("kees", basis="geen")
    found = office.ingest(office.write("chat.txt", chat(LINES)), "kees", code=None)
    assert found["state"] == "custody"
    words = _place(office, "--query", "stikstof")
    person = _place(office, "--person", "Kees", "--to", "2022-12-31")
    _place(office, "--person", "Jan")
    _place(office, "--person", "Kees", "--from", (TODAY + timedelta(days=2)).isoformat())
    assert _covering(office, found["delivery"]) == tuple(sorted((words, person)))


def test_mail_is_held_for_each_account_apart(office: Ministry) -> None:
    """Of one mail in two mailboxes, the copy of the person named is held and the other is not."""
    box = mailbox([mail(1, "Over de begroting")])
    for name in ("post-jan", "post-els"):
        office.account(name, service="mail", person=name[5:].title())
        office.ingest(office.write(f"{name}.mbox", box), name)
    placed = _place(office, "--query", "begroting", "--person", "Els")
    with Archive(office.archive, office.keys, project) as archive:
        rows = archive.catalogue.connection.execute(
            "SELECT count(*), count(e.hold) FROM copy p LEFT JOIN held e ON e.copy = p.id"
            " WHERE p.text LIKE '%begroting%'"
        ).fetchall()
    assert rows == [(2, 1)]
    assert office.json("hold", "show", placed)["copies"] == 1


def test_a_rebuild_holds_the_same(office: Ministry, tmp_path: Path) -> None:
    """After a rebuild holds, what they cover, their history and their letters are the same."""
    placed = _place(office, "--query", "stikstof", "--reason", "verzoek")
    lifted = _place(office, "--person", "Els")
    for login in ("", LIEN):
        office.json("hold", "lift", lifted, "--reason", "afgehandeld", login=login)
    office.run("hold", "letters", placed, "--to", tmp_path / "brieven")
    office.run("hold", "acknowledge", placed, "--person", "Jan", "--refused", "--reply", "nee")
    more = chat([*LINES, (3, "Jan", "Nogmaals stikstof")])
    office.ingest(office.write("WhatsApp-chat met Piet (2).txt", more), "kim")
    before = [office.json("hold", "show", one) for one in (placed, lifted)], _held(office)
    assert office.run("rebuild").code == 0
    after = [office.json("hold", "show", one) for one in (placed, lifted)], _held(office)
    assert after == before


# -- letters --------------------------------------------------------------------------------------


def _letters(office: Ministry, placed: str, folder: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = office.json("hold", "letters", placed, "--to", folder)["letters"]
    return found


def test_each_account_holder_gets_an_instruction(office: Ministry, tmp_path: Path) -> None:
    """A bewaarinstructie names the hold, its ground and period, and what to do; also as JSON."""
    words = ("--person", "Jan", "--person", "Els", "--from", "2022-01-01", "--to", "2022-12-31")
    placed = _place(office, *words, "--received", "2022-10-04", "--ground", "verzoek 2022-117")
    written = _letters(office, placed, tmp_path / "brieven")
    assert [(one["person"], one["letter"]) for one in written] == [
        ("Els", "bewaarinstructie"), ("Jan", "bewaarinstructie"),
    ]  # fmt: skip
    text = Path(written[1]["path"]).read_text("utf-8")
    for part in (
        placed,
        "verzoek 2022-117",
        "4 oktober 2022",
        "automatisch verwijderen",
        "Behoud het toestel",
        "berichten van 1 januari 2022 tot en met 31 december 2022",
        "whatsapp: +31620000000",
    ):
        assert part in text
    content = json.loads(Path(written[1]["path"]).with_suffix(".json").read_text("utf-8"))
    assert (content["person"], content["hold"], content["text"]) == ("Jan", placed, text)
    assert content["due"] == (TODAY + timedelta(days=14)).isoformat()


def test_only_those_concerned_get_a_letter(office: Ministry, tmp_path: Path) -> None:
    """A hold on words concerns whoever has such messages."""
    placed = _place(office, "--query", "lunch")
    assert [one["person"] for one in _letters(office, placed, tmp_path / "b")] == ["Jan"]


def test_letters_are_written_again_as_they_were(office: Ministry, tmp_path: Path) -> None:
    """A second time the same letter is written, and nothing is logged."""
    placed = _place(office, "--person", "Jan")
    first = _letters(office, placed, tmp_path / "een")
    events = len(office.events())
    second = _letters(office, placed, tmp_path / "twee")
    assert len(office.events()) == events
    assert Path(first[0]["path"]).read_bytes() == Path(second[0]["path"]).read_bytes()


def test_a_refusal_gives_a_demand(office: Ministry, tmp_path: Path) -> None:
    """Who refuses gets a vordering on Woo 4.2, whose answer is registered too."""
    placed = _place(office, "--person", "Jan")
    _letters(office, placed, tmp_path / "b")
    words = ("hold", "acknowledge", placed, "--person", "jan")
    refused = office.json(*words, "--refused", "--reply", "mijn eigen telefoon")
    assert (refused["answer"], refused["answered"]) == ("refused", TODAY.isoformat())
    (demand,) = _letters(office, placed, tmp_path / "b")
    assert demand["letter"] == "vordering"
    assert "artikel 4.2, tweede lid" in Path(demand["path"]).read_text("utf-8")
    assert office.json(*words, "--reply", "overgedragen")["answer"] == "acknowledged"
    letters = office.json("hold", "show", placed)["letters"]
    assert [(one["letter"], one["answer"], one["note"]) for one in letters] == [
        ("bewaarinstructie", "refused", "mijn eigen telefoon"),
        ("vordering", "acknowledged", "overgedragen"),
    ]


def test_a_former_official_gets_a_demand(office: Ministry, tmp_path: Path) -> None:
    """Whoever left office gets a vordering at once."""
    words = ("--person", "Jan", "--function", "dg", "--from", "2020-01-01", "--to", "2023-01-01")
    office.json("function", "add", *words)
    placed = _place(office, "--person", "Jan")
    assert [one["letter"] for one in _letters(office, placed, tmp_path / "b")] == ["vordering"]


def test_an_answer_needs_a_letter(office: Ministry, tmp_path: Path) -> None:
    """An answer of someone without a letter, or dated before it or after today, is refused."""
    placed = _place(office, "--person", "Jan")
    words = ("hold", "acknowledge", placed, "--person")
    assert office.run(*words, "Jan").code == 2
    _letters(office, placed, tmp_path / "b")
    assert office.run(*words, "Els").code == 2
    for day in (TODAY - timedelta(days=1), TODAY + timedelta(days=2)):
        assert office.run(*words, "Jan", "--on", day).code == 2
    assert office.run(*words, "Jan", "--on", TODAY).code == 0


def test_no_letter_goes_out_for_a_lifted_hold(office: Ministry, tmp_path: Path) -> None:
    """Once a hold is lifted nobody is told to keep anything because of it."""
    placed = _place(office, "--person", "Jan")
    for login in ("", LIEN):
        office.json("hold", "lift", placed, "--reason", "klaar", login=login)
    assert office.run("hold", "letters", placed, "--to", tmp_path / "b").code == 2


def test_silence_raises_an_alarm(office: Ministry, tmp_path: Path) -> None:
    """A letter without an answer in time stands in the status, and so does a refusal."""
    office.settings["CHATARCHIEF_RETENTION_ANSWER_DAYS"] = "0"
    placed = _place(office, "--person", "Jan")
    (letter,) = _letters(office, placed, tmp_path / "b")
    assert date.fromisoformat(letter["due"]) == TODAY
    assert "without an answer" not in office.run("status").out
    with Archive(office.archive, office.keys, project) as archive, archive.writing():
        archive.catalogue.connection.execute("UPDATE letter SET due = '2022-01-01'")
    assert "without an answer: 1" in office.run("status").out
    assert office.json("hold", "list")["holds"][0]["unanswered"] == 1
    office.json("hold", "acknowledge", placed, "--person", "Jan", "--refused")
    shown = office.run("status").out
    assert "without an answer" not in shown
    assert f"chatarchief hold letters {placed}" in shown


def test_a_lift_that_was_asked_waits_for_someone(office: Ministry) -> None:
    """Status says that a hold waits for a second officer."""
    placed = _place(office, "--person", "Jan")
    office.json("hold", "lift", placed, "--reason", "klaar")
    assert f"Hold {placed} waits for a second officer" in office.run("status").out


def test_doctor_misses_the_hold_on_ministers(office: Ministry) -> None:
    """With a minister and no hold in force over all ministers doctor warns; with one it is well."""
    office.settings["CHATARCHIEF_POLICY_HOLD_MINISTERS"] = "false"
    checks = {one["check"]: one for one in office.json("doctor", code=None)["checks"]}
    assert "holds" not in checks or checks["holds"]["level"] == "ok"
    words = ("--person", "Jan", "--function", "minister", "--from", "2022-01-10")
    office.json("function", "add", *words)
    checks = {one["check"]: one for one in office.json("doctor", code=None)["checks"]}
    assert checks["holds"]["level"] == "warn"
    assert "--all-ministers" in checks["holds"]["command"]
    _place(office, "--all-ministers", kind="temporary-instruction")
    checks = {one["check"]: one for one in office.json("doctor", code=None)["checks"]}
    assert checks["holds"]["level"] == "ok"


def test_being_held_has_its_exit_code() -> None:
    """Whatever is stopped by a hold ends with exit code 5."""
    assert Held(count=3, holds="h1").exit_code is ExitCode.HELD
