"""The one gate: what may go is proposed, and what stops it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.gate import (
    CANARY,
    LINES,
    LONG_AGO,
    MANAGER,
    OWNER,
    TITLED,
    Gate,
    canary,
    gate,
    hand_in,
)
from tests.ministry import chat
from tests.remains import remains
from tests.test_destroy import sound


@pytest.fixture
def at(tmp_path: Path) -> Gate:
    """An archive with two who approve."""
    return gate(tmp_path)


# -- what goes -------------------------------------------------------------------------------------


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


# -- withdrawn and reassigned ----------------------------------------------------------------------


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


# -- what stops it ---------------------------------------------------------------------------------


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
