"""Mail that replies: it travels with what it answers, found by RFC 5322's identifiers alone."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import pytest

from archiver.cases import replies
from archiver.cases.case import case as case_of
from archiver.produce.inquiry.origin import origins
from archiver.produce.selection import selected
from archiver.produce.slices import Unit
from archiver.store.catalogue.connection import Connection
from archiver.store.catalogue.homes import homes
from tests.ministry import LIEN, Ministry, mail, mailbox, ministry
from tests.test_case import opened
from tests.woo_office import Office, add

QUESTION = "Mag het besluit over de haven vandaag al naar buiten, of wacht de minister op de Kamer?"
ANSWER = "Ja, dat mag"
DAY = 24 * 60


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Ministry:
    """An archive with a jurist, two business mailboxes and a private one."""
    at = ministry(tmp_path_factory.mktemp("mail-replies"))
    at.officer(LIEN, "woo-jurist")
    for name in ("lien", "omar"):
        at.account(name, service="mail", identifier=f"{name}@voorbeeld.example")
    at.account("thuis", service="mail", identifier="thuis@voorbeeld.example", kind="private")
    return at


@pytest.fixture
def at(empty: Ministry, tmp_path: Path) -> Ministry:
    """A copy of that archive, to change."""
    return empty.copy(tmp_path)


def hand_in(at: Ministry, *mails: str, account: str = "lien") -> str:
    """Hand in one mailbox; give the delivery."""
    number = len(list((at.folder / "handed-in").glob("*")))
    delivery = at.ingest(at.write(f"box{number}.mbox", mailbox(mails)), account, code=None)
    return str(delivery["delivery"])


def answer(number: int = 2, text: str = ANSWER, **fields: str) -> str:
    """Write a mail with these header fields, such as `in_reply_to`."""
    named = (f"{name.replace('_', '-').title()}: {value}\n" for name, value in fields.items())
    return mail(number, text, subject="Re: Overleg", extra="".join(named))


def taken(at: Ministry, word: str) -> set[str]:
    """Take what a word finds without a neighbour; give the texts of all candidates."""
    case = opened(at, "--from", "2020-01-01")["case"]
    search = at.json("case", "search", case, word, login=LIEN)["search"]
    at.json("case", "take", case, search, "--context", "0", login=LIEN)
    return set(Office(at, case).names().values())


def parents(at: Ministry) -> dict[str, str]:
    """Give by its text what each open record is said to reply to."""
    texts = {hit["id"]: hit["text"] for hit in at.search(login=LIEN)["hits"]}
    with at.opened() as archive:
        connection = archive.catalogue.connection
        names = _names(connection, texts)
        found = replies.parents(connection, list(names))
        told = origins(connection, names)
        assert {names[key]: names[above] for key, above in found.items()} == {
            name: one.parent for name, one in told.items() if one.parent
        }
        return {texts[names[key]]: texts[names[above]] for key, above in found.items()}


def _names(connection: Connection, among: Collection[str]) -> dict[int, str]:
    keys = [key for (key,) in connection.execute("SELECT id FROM record WHERE open = 1")]
    named = {key: f"{home}.{item}" for key, (home, item) in homes(connection, keys).items()}
    return {key: name for key, name in named.items() if name in among}


def test_a_reply_brings_what_in_reply_to_names(at: Ministry) -> None:
    """A hit that answers a mail makes that mail a candidate, and a rebuild changes nothing."""
    hand_in(at, mail(1, QUESTION), answer(in_reply_to="<m1@voorbeeld.example>"), mail(3, "Lunch?"))
    assert taken(at, "dat") == {QUESTION, ANSWER}
    assert parents(at) == {ANSWER: QUESTION}
    assert at.run("rebuild").code == 0
    assert parents(at) == {ANSWER: QUESTION}


def test_without_in_reply_to_the_last_reference_counts(at: Ministry) -> None:
    """Only References: its last identifier is what was answered, not one that stands before it."""
    first = mail(0, "Het begin van alles")
    named = "<m0@voorbeeld.example>\n <m1@voorbeeld.example>"
    hand_in(at, first, mail(1, QUESTION), answer(references=named))
    assert parents(at) == {ANSWER: QUESTION}
    assert taken(at, "dat") == {QUESTION, ANSWER}


def test_of_several_identifiers_the_last_that_is_here_counts(at: Ministry) -> None:
    """In-Reply-To goes before References, and what the archive lacks is passed over."""
    named = "<m0@voorbeeld.example> <m1@voorbeeld.example> <weg@voorbeeld.example>"
    hand_in(
        at,
        *(mail(0, "Het begin van alles"), mail(1, QUESTION), mail(5, "Iets anders")),
        answer(in_reply_to=named, references="<m5@voorbeeld.example>"),
    )
    assert parents(at) == {ANSWER: QUESTION}


def test_a_parent_that_is_not_here_is_not_guessed(at: Ministry) -> None:
    """A reply to what the archive lacks has no parent, though an older mail of the thread is here.

    Once the mail is handed in from another account, it is the parent.
    """
    reply = answer(references="<m0@voorbeeld.example> <m1@voorbeeld.example>")
    hand_in(at, mail(0, "Het begin van alles"), reply)
    assert parents(at) == {}
    assert taken(at, "dat") == {ANSWER}
    hand_in(at, mail(1, QUESTION), account="omar")
    assert parents(at) == {ANSWER: QUESTION}


def test_one_mail_of_two_accounts_is_one_parent_and_one_reply(at: Ministry) -> None:
    """Sender's and receiver's copies are the same message, whichever of them names which."""
    both = mail(1, QUESTION), answer(in_reply_to="<m1@voorbeeld.example>")
    for account in ("lien", "omar"):
        hand_in(at, *both, account=account)
    assert at.search()["total"] == 2
    assert parents(at) == {ANSWER: QUESTION}
    assert taken(at, "dat") == {QUESTION, ANSWER}


def test_a_parent_is_found_under_another_wording(at: Ministry) -> None:
    """A copy that lost its Message-ID came first: the copy that has it leads to the same record."""
    hand_in(at, mail(1, QUESTION, message_id=None), account="omar")
    hand_in(at, mail(1, QUESTION), answer(in_reply_to="<m1@voorbeeld.example>"))
    assert at.search("haven")["total"] == 1
    assert parents(at) == {ANSWER: QUESTION}


def test_a_sealed_parent_does_not_show(at: Ministry) -> None:
    """What only a sealed mailbox has is no candidate and nobody's parent; a release makes it so."""
    sealed = hand_in(at, mail(1, QUESTION), account="thuis")
    hand_in(at, answer(in_reply_to="<m1@voorbeeld.example>"))
    assert parents(at) == {}
    assert taken(at, "dat") == {ANSWER}
    assert at.run("delivery", "release", sealed).code == 0
    assert parents(at) == {ANSWER: QUESTION}


def test_what_only_a_sealed_copy_tells_does_not_show(at: Ministry) -> None:
    """That an open mail replies is not told where only a sealed mailbox has the header for it."""
    hand_in(at, mail(1, QUESTION), answer())
    hand_in(at, answer(in_reply_to="<m1@voorbeeld.example>"), account="thuis")
    assert at.search()["total"] == 2
    assert parents(at) == {}
    with at.opened() as archive:
        connection = archive.catalogue.connection
        keys = [key for (key,) in connection.execute("SELECT id FROM record")]
        assert len(replies.answered(connection, keys, sealed=True)) == 1


def test_a_reply_to_itself_and_a_circle_come_to_an_end(at: Ministry) -> None:
    """A mail is never its own parent, and mails that name each other are taken once."""
    hand_in(
        at,
        answer(1, QUESTION, in_reply_to="<m2@voorbeeld.example>"),
        answer(2, in_reply_to="<m1@voorbeeld.example>"),
        answer(3, "Alleen ik", in_reply_to="<m3@voorbeeld.example>"),
    )
    assert parents(at) == {QUESTION: ANSWER, ANSWER: QUESTION}
    assert taken(at, "dat") == {QUESTION, ANSWER}


def test_a_reply_is_produced_with_its_parent(at: Ministry) -> None:
    """Days later, of another thread by its header, or dated before: it is in one document."""
    hand_in(
        at,
        answer(1, QUESTION, references="<begin@voorbeeld.example>"),
        answer(3 * DAY, in_reply_to="<m1@voorbeeld.example>"),
        answer(0, "Te vroeg gedateerd", in_reply_to=f"<m{3 * DAY}@voorbeeld.example>"),
        mail(5 * DAY, "Een ander onderwerp"),
    )
    made = Office(at, opened(at, "--from", "2020-01-01")["case"])
    add(made)
    made.judge({})
    with at.opened() as archive:
        found = selected(archive, case_of(archive.catalogue.connection, made.case), Unit.DAY)
    assert [len(one.records) for one in found.slices] == [3, 1]
