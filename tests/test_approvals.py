"""Who approves a destruction, and proposals and approvals that somebody altered."""

from __future__ import annotations

from pathlib import Path

import pytest

from archiver.store.archive import Archive
from archiver.store.events import Event
from retention import dossier
from tests.gate import (
    MANAGER,
    OWNER,
    Gate,
    gate,
    hand_in,
    key_pair,
)
from tests.ministry import LIEN


@pytest.fixture
def at(tmp_path: Path) -> Gate:
    """An archive with two who approve."""
    return gate(tmp_path)


# -- who approves ----------------------------------------------------------------------------------


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
