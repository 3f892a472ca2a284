"""The one gate: what may go is proposed, approved by two, carried out, proven and stated."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from archiver.pipeline import destroy as destroying
from archiver.store.archive import Archive
from archiver.store.events import Event
from retention import dossier, proof
from tests.gate import LONG_AGO, MANAGER, OWNER, Gate, gate, key_pair
from tests.ministry import LIEN, Ministry, chat
from tests.remains import remains
from tests.test_destroy import sound

CANARY = "kanarievogel"
TITLED = "WhatsApp-chat met Havenoverleg.txt"
LINES = [
    (0, "Lien", "De nota ligt klaar voor de minister"),
    (3, "Omar", f"Mijn {CANARY} is ziek en blijft vandaag thuis"),
    (5, "Pia", "akkoord"),
    (9, "Lien", "Om tien uur in de kamer van de directeur"),
]


@pytest.fixture
def at(tmp_path: Path) -> Gate:
    """An archive with two who approve."""
    return gate(tmp_path)


def hand_in(
    at: Gate,
    lines: Sequence[tuple[int, str, str]] = LINES,
    owner: str = "jan",
    name: str = TITLED,
    code: int | None = 0,
) -> str:
    """Take in one old chat and appraise everything; give the delivery."""
    path = at.office.write(f"{owner}/{name}", chat(lines, start=LONG_AGO))
    found = at.office.ingest(path, owner, code=code)
    at.office.json("retention", "appraise", code=None)
    return str(found["delivery"])


def canary(number: int) -> str:
    """Give a word that stands in one message only."""
    return f"kanarie{number:03}vogel"


# -- what goes ------------------------------------------------------------------------------------


def test_one_message_goes(at: Gate) -> None:
    """A message whose term has run is proposed, approved by two, destroyed and stated."""
    delivery = hand_in(at)
    proposal = at.approved("--record", f"{delivery}.2", "--reason", "Termijn verstreken")
    done = at.execute(proposal)
    assert done["proof"]["holds"], done
    assert done["proof"]["samples"] > 0
    assert remains(at.office, [CANARY]) == {}
    assert at.office.search("")["total"] == 3
    sound(at.office)


def test_a_hundred_canaries(at: Gate) -> None:
    """Of messages, a conversation and a delivery nothing is left; what another has lives on."""
    single = [(n * 3, "Lien", f"Bericht {n} met {canary(n)} erin") for n in range(40)]
    talk = [(n * 3, "Omar", f"Gesprek {n} over {canary(n)} gaat weg") for n in range(40, 70)]
    whole = [(n * 3, "Pia", f"Levering {n} met {canary(n)} is onjuist") for n in range(70, 99)]
    both = [(n, "Bram", f"Dit heeft ook een ander: {canary(99)} nummer {n}") for n in (1, 2, 3)]
    first = hand_in(at, single)
    second = hand_in(at, talk, name="WhatsApp-chat met Kanariekring.txt")
    third = hand_in(at, whole, name="WhatsApp-chat met Vergissing.txt")
    fourth = hand_in(at, both, name="WhatsApp-chat met Samen.txt")
    hand_in(at, both, owner="els", name="WhatsApp-chat met Samen.txt")
    rows = at.office.json("conversations")["conversations"]
    (ring,) = (one["conversation"] for one in rows if one["title"] == "Kanariekring")
    records = [word for n in range(40) if n % 2 == 0 for word in ("--record", f"{first}.{n + 1}")]
    shared = ["--delivery", fourth]
    proposals = [
        at.approved(*records),
        at.approved("--conversation", ring),
        at.approved("--delivery", third, "--reason", "Verkeerd toestel", ground="withdrawn"),
        at.approved(*shared),
    ]
    for proposal in proposals:
        assert at.execute(proposal)["proof"]["holds"]
    gone = [canary(n) for n in range(99) if n >= 40 or n % 2 == 0]
    assert remains(at.office, [*gone, "Kanariekring", "Vergissing"]) == {}
    assert at.office.search(canary(99))["total"] == 3
    assert at.office.search("")["total"] == 23
    assert at.office.search("", "--account", at.office.account("jan"))["total"] == 20
    assert {second, third} <= {
        row["delivery"] for row in at.office.json("delivery", "list")["deliveries"]
    }
    sound(at.office)


def test_two_exports_of_one_conversation_go_together(at: Gate) -> None:
    """A message that two exports hold goes with the last of them, and the proof looks for it."""
    first = hand_in(at)
    second = hand_in(at, [*LINES, (12, "Omar", "Dat is dan afgesproken")], name=f"later/{TITLED}")
    proposal = at.approved("--delivery", first, "--delivery", second)
    done = at.execute(proposal)
    assert done["proof"]["samples"] > 0
    assert remains(at.office, [CANARY, "afgesproken"]) == {}
    assert at.office.search("")["total"] == 0
    sound(at.office)


def test_everything_that_is_due(at: Gate) -> None:
    """Without a narrower scope all whose term has run is proposed, and nothing else."""
    old = hand_in(at)
    path = at.office.write("jan/WhatsApp-chat met Nieuw.txt", chat([(0, "Lien", "Gloednieuw")]))
    at.office.ingest(path, "jan")
    at.office.json("retention", "appraise", code=None)
    found = at.office.json("dispose", "propose", "--ground", "selection-list")
    assert [(line["delivery"], line["count"]) for line in found["lines"]] == [(old, 4)]
    assert found["refused"] == []


def test_what_may_not_go_is_shown_with_the_reason(at: Gate) -> None:
    """A candidate that stays is in the proposal, with the reason; nothing is left out silently."""
    old = hand_in(at)
    path = at.office.write("jan/WhatsApp-chat met Nieuw.txt", chat([(0, "Lien", "Gloednieuw")]))
    new = at.office.ingest(path, "jan")["delivery"]
    at.office.json("retention", "appraise", code=None)
    words = ("--delivery", old, "--delivery", new)
    found = at.office.json("dispose", "propose", "--ground", "selection-list", *words)
    assert [(one["delivery"], one["reason"]) for one in found["refused"]] == [(new, "term")]
    only = at.office.run("dispose", "propose", "--ground", "selection-list", "--delivery", new)
    assert only.code == 1


def test_what_nobody_appraised_never_goes(at: Gate) -> None:
    """A message of an official whose function nobody registered is N and refused."""
    path = at.office.write(f"wim/{TITLED}", chat(LINES, start=LONG_AGO))
    found = at.office.ingest(path, "wim")["delivery"]
    words = ("dispose", "propose", "--ground", "selection-list", "--delivery", found)
    assert at.office.run(*words).code == 9  # nothing was ever appraised
    at.office.json("retention", "appraise", code=None)
    ran = at.office.run(*words)
    assert (ran.code, "unknown" in ran.err) == (1, True)


def test_an_outdated_appraisal_grounds_nothing(at: Gate) -> None:
    """Once a function changed, no list counts until everything was appraised again."""
    delivery = hand_in(at)
    words = ("dispose", "propose", "--ground", "selection-list", "--delivery", delivery)
    proposal = at.approved("--delivery", delivery)
    person, function = ("--person", "Jan"), ("--function", "minister")
    at.office.json("function", "add", *person, *function, "--from", "2015-01-01", code=None)
    assert at.office.run(*words).code == 9
    assert at.office.run("dispose", "execute", proposal).code == 9
    assert at.office.search("")["total"] > 0


def test_no_archival_record_needs_a_confirmed_sort_list(at: Gate) -> None:
    """What is said to be private goes only by a sort list that was confirmed; there is none."""
    delivery = hand_in(at)
    words = ("dispose", "propose", "--ground", "no-archival-record", "--delivery", delivery)
    assert at.office.run(*words).code == 4
    assert at.office.run(*words, "--reference", "s0000000001").code == 4


def test_a_dry_run_changes_nothing(at: Gate) -> None:
    """A proposal that is only tried leaves no event."""
    delivery = hand_in(at)
    before = len(at.office.events())
    words = ("--ground", "selection-list", "--delivery", delivery, "--dry-run")
    assert at.office.json("dispose", "propose", *words)["count"] == 4
    assert len(at.office.events()) == before


# -- withdrawn and reassigned ---------------------------------------------------------------------


def test_a_delivery_that_was_never_read_is_withdrawn(at: Gate) -> None:
    """The bytes of a delivery in quarantine go, and its state says that it was withdrawn."""
    content = b"MZ\x90\x00" + b"".join(f"{CANARY}-{n}-gegevens ".encode() for n in range(50))
    found = at.office.ingest(at.office.write("jan/onbekend.exe", content), "jan", code=None)
    words = ("delivery", "withdraw", found["delivery"])
    made = at.office.json(*words, "--reason", "Onrechtmatig verkregen")
    for login in (OWNER, MANAGER):
        assert at.approve(made["proposal"], login).code == 0
    done = at.execute(made["proposal"])
    assert done["proof"]["holds"], done
    assert done["proof"]["samples"] > 0
    assert remains(at.office, [CANARY]) == {}
    (row,) = at.office.json("delivery", "list")["deliveries"]
    assert row["state"] == "withdrawn"
    again = at.office.run(*words, "--reason", "nog eens")
    assert again.code == 2
    sound(at.office)


def test_a_withdrawal_needs_a_reason(at: Gate) -> None:
    """Without a reason nothing is withdrawn."""
    delivery = hand_in(at)
    assert at.office.run("delivery", "withdraw", delivery).code == 2
    words = ("dispose", "propose", "--ground", "withdrawn", "--delivery", delivery)
    assert at.office.run(*words).code == 2


def test_a_delivery_of_the_wrong_account(at: Gate) -> None:
    """It is taken in again under the right account, and the first goes; no message is lost."""
    wrong = hand_in(at)
    right = at.office.account("els")
    words = ("delivery", "reassign", wrong, "--account", right, "--reason", "Verwisseld")
    made = at.office.json(*words)
    events = at.office.events()
    (reassigned,) = (one for one in events if one["type"] == "delivery.reassigned")
    (proposed,) = (one for one in events if one["type"] == "dispose.proposed")
    assert (reassigned["delivery"], reassigned["codes"]) == (wrong, [made["taken_in"]])
    assert made["taken_in"] in proposed["codes"]
    for login in (OWNER, MANAGER):
        assert at.approve(made["proposal"], login).code == 0
    at.execute(made["proposal"])
    assert at.office.search("", "--account", right)["total"] == 4
    assert at.office.search("", "--account", at.office.account("jan"))["total"] == 0
    assert at.office.search("")["total"] == 4
    sound(at.office)
    assert at.office.run(*words).code == 2


def test_a_delivery_is_not_reassigned_to_its_own_account(at: Gate) -> None:
    """The account that it has already is refused."""
    words = ("delivery", "reassign", hand_in(at), "--account", at.office.account("jan"))
    assert at.office.run(*words, "--reason", "x").code == 2


# -- who approves ---------------------------------------------------------------------------------


def test_without_two_approvals_nothing_goes(at: Gate) -> None:
    """No approval, or one, is refused with exit code 4, and everything stands."""
    delivery = hand_in(at)
    proposal = at.propose("--delivery", delivery)
    at.refused(at.office.run("dispose", "execute", proposal), "SecondPersonNeeded")
    assert at.approve(proposal, OWNER).code == 0
    at.refused(at.office.run("dispose", "execute", proposal), "SecondPersonNeeded")
    assert at.office.search("")["total"] == 4


def test_the_same_person_twice(at: Gate) -> None:
    """One person who has both roles approves once."""
    at.officer(OWNER, "process-owner", "archive-manager", key=at.keys[OWNER])
    proposal = at.propose("--delivery", hand_in(at))
    assert at.approve(proposal, OWNER).code == 0
    at.refused(at.approve(proposal, OWNER, "--role", "archive-manager"), "SamePerson")


def test_the_same_person_under_another_login(at: Gate) -> None:
    """A second login with the same key is the same person."""
    at.officer(LIEN, "archive-manager", key=at.keys[OWNER])
    proposal = at.propose("--delivery", hand_in(at))
    assert at.approve(proposal, OWNER).code == 0
    at.refused(at.approve(proposal, LIEN), "SamePerson")


def test_the_same_role_twice(at: Gate) -> None:
    """Two process owners do not make an archive manager."""
    at.officer(LIEN, "process-owner", key=key_pair(at.office.folder, "second"))
    proposal = at.propose("--delivery", hand_in(at))
    assert at.approve(proposal, OWNER).code == 0
    at.refused(at.approve(proposal, LIEN), "SameRole")


def test_a_proposer_does_not_approve_alone(at: Gate) -> None:
    """Who proposes may approve in one role; the other is for somebody else."""
    at.officer(MANAGER, "process-owner", "archive-manager", key=at.keys[MANAGER])
    delivery = hand_in(at)
    words = ("dispose", "propose", "--ground", "selection-list", "--delivery", delivery)
    proposal = at.office.json(*words, login=MANAGER)["proposal"]
    assert at.approve(proposal, MANAGER, "--role", "archive-manager").code == 0
    at.refused(at.approve(proposal, MANAGER, "--role", "process-owner"), "SamePerson")
    at.refused(at.office.run("dispose", "execute", proposal), "SecondPersonNeeded")
    assert at.approve(proposal, OWNER).code == 0
    at.execute(proposal)


def test_without_a_registered_key(at: Gate) -> None:
    """An officer whose public key nobody registered approves nothing."""
    at.officer(LIEN, "process-owner")
    at.keys[LIEN] = at.keys[OWNER]
    proposal = at.propose("--delivery", hand_in(at))
    at.refused(at.approve(proposal, LIEN), "NoKeyRegistered")


def test_with_the_key_of_another(at: Gate) -> None:
    """A signature by another key than the registered one is forged."""
    proposal = at.propose("--delivery", hand_in(at))
    words = ("dispose", "approve", proposal, "--key", at.keys[MANAGER])
    at.refused(at.office.run(*words, login=OWNER), "ForgedSignature")


def test_someone_without_the_role(at: Gate) -> None:
    """A records officer is no process owner and no archive manager."""
    proposal = at.propose("--delivery", hand_in(at))
    at.officer(LIEN, "records-officer", key=at.keys[OWNER])
    assert at.approve(proposal, LIEN).code == 4
    assert at.office.events()[-1]["type"] == "access.refused"


def test_after_the_period_of_an_officer(at: Gate) -> None:
    """Who is no officer any more approves nothing."""
    proposal = at.propose("--delivery", hand_in(at))
    old = {"from": "2001-01-01", "to": "2002-01-01"}
    at.officer(OWNER, "process-owner", key=at.keys[OWNER], **old)
    assert at.approve(proposal, OWNER).code == 4


def test_a_key_that_was_replaced_since(at: Gate) -> None:
    """An approval by a key that is not the officer's any more counts no longer."""
    proposal = at.approved("--delivery", hand_in(at))
    at.officer(OWNER, "process-owner", key=key_pair(at.office.folder, "new"))
    at.refused(at.office.run("dispose", "execute", proposal), "ApprovalLapsed")


def test_a_proposal_that_has_expired(at: Gate) -> None:
    """After its last day a proposal is neither approved nor carried out."""
    at.office.settings["CHATARCHIEF_RETENTION_PROPOSAL_DAYS"] = "0"
    proposal = at.propose("--delivery", hand_in(at))
    at.refused(at.approve(proposal, OWNER), "ProposalExpired")
    at.refused(at.office.run("dispose", "execute", proposal), "ProposalExpired")


def test_a_proposal_is_carried_out_once(at: Gate) -> None:
    """A second execution is refused, and so is a later approval."""
    proposal = at.approved("--delivery", hand_in(at))
    at.execute(proposal)
    assert at.office.run("dispose", "execute", proposal).code == 2
    assert at.approve(proposal, OWNER).code == 2


# -- what stops it --------------------------------------------------------------------------------


def test_a_hold_after_the_approval(at: Gate) -> None:
    """A hold that was placed since stops everything with exit code 5, and one message suffices."""
    delivery = hand_in(at)
    proposal = at.approved("--delivery", delivery)
    at.office.json("hold", "place", "--kind", "woo-request", "--query", CANARY, "--reason", "W")
    ran = at.office.run("dispose", "execute", proposal)
    assert ran.code == 5, ran.err
    assert at.office.events()[-1]["result"] == "held"
    assert at.office.search("")["total"] == 4
    assert at.office.run("delivery", "withdraw", delivery, "--reason", "x").code == 5


def test_a_hold_before_the_proposal(at: Gate) -> None:
    """What is held is named in the proposal, and what is not held goes."""
    delivery = hand_in(at)
    words = ("--kind", "woo-request", "--query", CANARY, "--reason", "Woo")
    hold = at.office.json("hold", "place", *words)["hold"]
    found = at.office.json(
        "dispose", "propose", "--ground", "selection-list", "--delivery", delivery
    )
    assert [(one["reason"], one["by"]) for one in found["refused"]] == [("held", [hold])]
    for login in (OWNER, MANAGER):
        assert at.approve(found["proposal"], login).code == 0
    at.execute(found["proposal"])
    assert [hit["text"] for hit in at.office.search("")["hits"]] == [LINES[1][2]]
    words = ("dispose", "propose", "--ground", "selection-list", "--delivery", delivery)
    assert at.office.run(*words).code == 5


def test_a_term_that_no_longer_runs_out(at: Gate) -> None:
    """When the appraisal is another one since, nothing goes and it is proposed anew."""
    proposal = at.approved("--delivery", hand_in(at))
    words = ("--person", "Jan", "--function", "minister", "--from", "2001-01-01")
    at.office.settings["CHATARCHIEF_POLICY_HOLD_MINISTERS"] = "false"
    at.office.json("function", "add", *words)
    at.office.json("retention", "appraise", code=None)
    ran = at.office.run("dispose", "execute", proposal)
    assert (ran.code, "keep" in ran.err) == (9, True), ran.err
    assert at.office.search("")["total"] == 4


# -- interrupted ----------------------------------------------------------------------------------


class Killed(BaseException):
    """The process is no more."""


@pytest.mark.parametrize("survived", [0, 1, 2])
def test_a_crash_between_deliveries(
    at: Gate, monkeypatch: pytest.MonkeyPatch, survived: int
) -> None:
    """After a crash in the middle the same command goes on with what is left."""
    deliveries = [
        hand_in(
            at,
            [(n, "Lien", f"Levering {number} heeft {canary(number * 10 + n)}") for n in (1, 2, 3)],
            name=f"WhatsApp-chat met Kring {number}.txt",
        )
        for number in range(3)
    ]
    proposal = at.approved(*itertools.chain(*(("--delivery", one) for one in deliveries)))
    real, calls = destroying.destroy, itertools.count()

    def dying(*words: Any, **more: Any) -> Any:
        if next(calls) == survived:
            raise Killed
        return real(*words, **more)

    monkeypatch.setattr(destroying, "destroy", dying)
    with pytest.raises(Killed):
        at.office.run("dispose", "execute", proposal)
    assert at.office.search("")["total"] == 3 * (3 - survived)
    assert at.office.json("dispose", "list")["proposals"][0]["state"] == "begun"
    monkeypatch.setattr(destroying, "destroy", real)
    done = at.execute(proposal)
    assert sorted(one["delivery"] for one in done["deliveries"]) == sorted(deliveries)
    assert sum(one["items"] for one in done["deliveries"]) == 9
    assert remains(at.office, ["heeft kanarie"]) == {}
    sound(at.office)


def test_a_file_that_cannot_be_removed(at: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    """When a handed-in file cannot be removed that is said; later the same command goes on."""
    drop = at.office.folder / "drop"
    drop.mkdir()
    at.office.settings["CHATARCHIEF_DROP_FOLDER"] = str(drop)
    delivery = hand_in(at)
    (folder,) = drop.iterdir()
    (folder / TITLED).write_text(chat(LINES, start=LONG_AGO))
    (folder / "verwijzing").symlink_to(folder / TITLED)
    proposal = at.approved("--record", f"{delivery}.2")

    def refusing(path: Path) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    with monkeypatch.context() as patched:
        patched.setattr("archiver.daemon.handed_in.remove_copy", refusing)
        assert at.office.run("dispose", "execute", proposal).code == 9
    assert at.office.search("")["total"] == 3
    assert at.execute(proposal)["removed"] == 1
    assert [one.name for one in folder.iterdir()] == ["verwijzing"]
    assert "werd onderbroken" in str(at.statement(proposal)["document"])


def test_no_words_of_an_officer_stand_in_the_log(at: Gate) -> None:
    """Reasons, references and misspelt ids are encrypted or left out: the log has codes and ids."""
    delivery = hand_in(at)
    words = ("--record", f"{delivery}.2", "--reason", "kanariereden", "--reference", "kanariebrief")
    proposal = at.propose(*words)
    assert at.approve("kanarievoorstel", OWNER).code == 2
    assert at.office.run("dispose", "execute", "kanarievoorstel").code == 2
    assert at.office.json("dispose", "show", proposal)["reason"] == "kanariereden"
    assert "kanarie" not in (at.office.archive / "log" / "events.jsonl").read_text()


def test_a_part_of_a_delivery_is_not_reassigned(at: Gate) -> None:
    """Of what was destroyed in part the bytes are not whole, and it stays where it is."""
    delivery = hand_in(at)
    at.execute(at.approved("--record", f"{delivery}.2"))
    words = ("delivery", "reassign", delivery, "--account", at.office.account("els"))
    assert at.office.run(*words, "--reason", "Verwisseld").code == 9


def test_a_proof_that_finds_something(at: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    """When a word is found after the destruction that is said, with exit code 6."""
    proposal = at.approved("--record", f"{hand_in(at)}.2")
    real = proof.pages

    def leaking(*words: Any) -> Any:
        yield from real(*words)
        yield f"ergens staat nog {LINES[1][2]}".encode()

    monkeypatch.setattr(proof, "pages", leaking)
    done = at.execute(proposal, code=6)
    assert (done["proof"]["holds"], len(done["proof"]["remains"])) == (False, 1)
    document = str(at.statement(proposal)["document"])
    assert "nog woorden gevonden" in document


def test_a_proof_that_cannot_find_proves_nothing(at: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    """When a word that lives on is not found either, the proof does not hold."""
    proposal = at.approved("--record", f"{hand_in(at)}.2")
    monkeypatch.setattr(proof, "pages", lambda *_: iter([b"leeg"]))
    done = at.execute(proposal, code=6)
    assert not done["proof"]["holds"]
    assert "bewijst daarom niets" in str(at.statement(proposal)["document"])


# -- what was handed in ---------------------------------------------------------------------------


def test_the_file_that_was_set_aside_goes_too(at: Gate) -> None:
    """What lies in the drop folder, or was set aside there, goes and is named in the statement."""
    drop = at.office.folder / "drop"
    drop.mkdir()
    at.office.settings["CHATARCHIEF_DROP_FOLDER"] = str(drop)
    at.office.settings["CHATARCHIEF_DROP_SETTLE_SECONDS"] = "0"
    account = at.office.account("jan")
    (folder,) = drop.iterdir()
    content = chat(LINES, start=LONG_AGO)
    (folder / TITLED).write_text(content)
    at.office.json("watch", "--once", code=None)
    at.office.json("retention", "appraise", code=None)
    (kept,) = folder.rglob(TITLED)
    assert ".kept" in kept.parts
    (folder / "nog eens.txt").write_text(content)
    (folder / "iets anders.txt").write_text("Dit blijft staan")
    (row,) = at.office.json("delivery", "list")["deliveries"]
    proposal = at.approved("--record", f"{row['delivery']}.2")
    assert at.execute(proposal)["removed"] == 2
    left = [path.name for path in drop.rglob("*") if path.is_file()]
    assert left == ["iets anders.txt"]
    removed = at.statement(proposal)["done"]["removed"]
    assert {one["account"] for one in removed} == {account}
    assert TITLED not in str(removed)


# -- the statement --------------------------------------------------------------------------------


def test_the_statement(at: Gate) -> None:
    """It says what, on what ground, in what manner, by whom, and until when backups live."""
    delivery = hand_in(at)
    proposal = at.approved("--record", f"{delivery}.2", "--reason", "Termijn verstreken")
    at.execute(proposal)
    told = at.statement(proposal)
    text = " ".join(part for _, lines in told["document"] for part in lines)
    for said in (
        "artikel 8 van het Archiefbesluit 1995", delivery, "13 mei 2014", "Termijn verstreken",
        "Voorbeeldlijst Ministerie van Voorbeelden", "categorie 1.2", "waardering V", "P10Y",
        "als proceseigenaar", "als archiefbeheerder", "gelden als vernietigd per",
        "Ministerie van Voorbeelden", told["digest"], "Gevonden: 0",
    ):  # fmt: skip
        assert said in text, said
    assert told["result"] == "inaccessible"
    assert "zijn vernietigd" not in text
    assert CANARY not in str(told)
    assert [one["role"] for one in told["approvals"]] == ["process-owner", "archive-manager"]
    pdf = (at.office.folder / "statements" / f"verklaring-{proposal}.pdf").read_bytes()
    assert pdf.startswith(b"%PDF-")


def test_destroyed_is_said_only_after_the_last_backup(at: Gate) -> None:
    """Once the last backup of the keys has expired a second statement says so; both are kept."""
    proposal = at.approved("--delivery", hand_in(at))
    at.execute(proposal)
    at.office.settings["CHATARCHIEF_RETENTION_KEY_BACKUP_DAYS"] = "0"
    told = at.statement(proposal)
    assert told["result"] == "destroyed"
    assert "zijn vernietigd" in str(told["document"])
    at.office.settings.pop("CHATARCHIEF_RETENTION_KEY_BACKUP_DAYS")
    assert at.statement(proposal) == told
    stated = [one for one in at.office.events() if one["type"] == "dispose.stated"]
    assert [one["result"] for one in stated] == ["inaccessible", "destroyed"]
    sound(at.office)
    assert at.statement(proposal) == told


def test_there_is_no_statement_before_the_execution(at: Gate) -> None:
    """A proposal that was not carried out has no statement."""
    proposal = at.propose("--delivery", hand_in(at))
    words = ("dispose", "statement", proposal, "--to", at.office.folder / "x")
    assert at.office.run(*words).code == 9
    assert at.office.run("dispose", "show", "p0000000000").code == 2


def test_lists_survive_a_rebuild(at: Gate) -> None:
    """Proposals, approvals and what became of them are the same after a rebuild."""
    first = at.approved("--record", f"{hand_in(at)}.2")
    at.propose()
    at.execute(first)
    before = at.office.json("dispose", "list"), at.office.json("dispose", "show", first)
    at.office.json("rebuild")
    assert (at.office.json("dispose", "list"), at.office.json("dispose", "show", first)) == before
    assert [one["state"] for one in before[0]["proposals"]] == ["done", "proposed"]
    assert len(before[1]["approvals"]) == 2


def test_a_backup_keeps_what_destruction_leaves(at: Gate) -> None:
    """From a backup proposals, approvals and statement come back; what was destroyed does not."""
    proposal = at.approved("--record", f"{hand_in(at)}.2")
    at.execute(proposal)
    told, listed = at.statement(proposal), at.office.json("dispose", "list")
    at.office.json("backup", at.office.folder / "backup", code=None)
    other = Ministry(at.office.folder / "other", settings=dict(at.office.settings))
    shutil.copytree(at.office.keys, other.keys)
    other.json("restore", at.office.folder / "backup", other.archive)
    assert other.json("dispose", "list") == listed
    assert Gate(other).statement(proposal) == told
    assert remains(other, [CANARY]) == {}


# -- altered ---------------------------------------------------------------------------------------


def test_a_proposal_that_is_not_what_it_was(at: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proposal whose bytes are others than those that its event names is refused."""
    proposal = at.approved("--record", f"{hand_in(at)}.2")
    real = dossier.read

    def altered(archive: Archive, event: Event, role: str) -> bytes:
        return real(archive, event, role).replace(b'"items":[[2,2]]', b'"items":[[1,4]]')

    monkeypatch.setattr(dossier, "read", altered)
    at.refused(at.office.run("dispose", "execute", proposal), "AlteredProposal")
    at.refused(at.approve(proposal, OWNER), "AlteredProposal")
    monkeypatch.setattr(dossier, "read", real)
    at.execute(proposal)
    assert at.office.search("")["total"] == 3


def test_an_object_that_was_changed_on_the_disk(at: Gate) -> None:
    """One flipped byte of the stored proposal is refused, and nothing goes."""
    proposal = at.approved("--record", f"{hand_in(at)}.2")
    (event,) = (one for one in at.office.events() if one["type"] == "dispose.proposed")
    (name,) = event["objects"]["proposal"]
    path = at.office.archive / "objects" / name[:2] / name
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.chmod(0o600)
    path.write_bytes(content)
    at.refused(at.office.run("dispose", "execute", proposal), "AlteredProposal")
    assert at.office.search("")["total"] == 4


def test_a_catalogue_that_points_to_another_proposal(at: Gate) -> None:
    """The catalogue is only an index: what it says of a proposal is held against the log."""
    delivery = hand_in(at)
    first, second = at.approved("--record", f"{delivery}.2"), at.propose("--delivery", delivery)
    with at.office.opened() as archive, archive.catalogue.transaction() as connection:
        connection.execute(
            "UPDATE proposal SET seq = (SELECT seq FROM proposal WHERE public = ?),"
            " digest = (SELECT digest FROM proposal WHERE public = ?) WHERE public = ?",
            (second, second, first),
        )
    at.refused(at.office.run("dispose", "execute", first), "AlteredProposal")


def test_an_approval_that_the_catalogue_made_up(at: Gate) -> None:
    """A row that no event stands behind is no approval."""
    proposal = at.propose("--delivery", hand_in(at))
    assert at.approve(proposal, OWNER).code == 0
    with at.office.opened() as archive, archive.catalogue.transaction() as connection:
        connection.execute(
            "INSERT INTO approval SELECT proposal, 'archive-manager', 'oxxxxxxxxxx', at, seq"
            " FROM approval"
        )
    at.refused(at.office.run("dispose", "execute", proposal), "SecondPersonNeeded")
