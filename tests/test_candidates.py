"""Candidates: hits with what stands around them, held from then on, and the same whatever comes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archiver.cases import schema
from archiver.cases.candidates import Candidate, candidates, gone
from archiver.cases.cited import cited
from archiver.errors import ExitCode
from archiver.pipeline import reconcile_mail
from archiver.pipeline.reconciled import Reconciled
from tests.ministry import LIEN, OMAR, Ministry, chat, mail, mailbox, ministry
from tests.test_case import LINES, opened
from tests.test_reconcile import hand_in, phone, talk


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Ministry:
    """An archive with one chat of Jan, and a jurist."""
    at = ministry(tmp_path_factory.mktemp("candidates"))
    at.officer(LIEN, "woo-jurist")
    at.officer(OMAR, "sorter")
    at.ingest(at.write("WhatsApp-chat met Piet.txt", chat(LINES)))
    return at


@pytest.fixture
def office(filled: Ministry, tmp_path: Path) -> Ministry:
    """A copy of that archive, to change."""
    return filled.copy(tmp_path)


def _case(office: Ministry, *words: str) -> str:
    return str(opened(office, *(words or ("--query", "besluit")))["case"])


def _searched(office: Ministry, case: str, *words: str) -> str:
    return str(office.json("case", "search", case, *words, login=LIEN)["search"])


def _candidates(office: Ministry, case: str) -> list[Candidate]:
    with office.opened() as archive:
        return candidates(schema.ready(archive), case)


def _texts(office: Ministry, case: str) -> dict[str, str]:
    texts = {hit["id"]: hit["text"] for hit in office.search()["hits"]}
    return {texts[one.record]: str(one.how) for one in _candidates(office, case)}


def test_hits_come_with_their_context(office: Ministry) -> None:
    """A hit and its neighbours are candidates, and each says how it became one."""
    case = _case(office)
    search = _searched(office, case, "lees")
    taken = office.json("case", "take", case, search, "--context", "1", login=LIEN)
    assert taken["candidates"] == 3
    assert _texts(office, case) == {
        "Het stuk over stikstof": "context", "Ik lees het": "hit", "Lunch?": "context",
    }  # fmt: skip
    assert {one.searches for one in _candidates(office, case)} == {(search,)}


def test_a_hit_of_one_search_is_a_hit_whatever_another_says(office: Ministry) -> None:
    """A record that is a hit of one search and context of another is a hit, of both searches."""
    case = _case(office)
    first, second = _searched(office, case, "lees"), _searched(office, case, "lunch")
    for search in (first, second):
        office.json("case", "take", case, search, "--context", "1", login=LIEN)
    found = {one.record: one for one in _candidates(office, case)}
    lunch = office.search("lunch")["hits"][0]["id"]
    assert (str(found[lunch].how), found[lunch].searches) == ("hit", (first, second))


def test_adding_and_dropping(office: Ministry) -> None:
    """An officer adds a record and drops one; both are events with a reason."""
    case = _case(office)
    search = _searched(office, case, "lees")
    office.json("case", "take", case, search, "--context", "0", login=LIEN)
    graag, lees = (office.search(word)["hits"][0]["id"] for word in ("graag", "lees"))
    assert office.json("case", "add", case, graag, "--reason", "hoort erbij")["added"] == 1
    assert office.json("case", "drop", case, lees, "--reason", "onzin")["dropped"] == 1
    assert _texts(office, case) == {"Graag": "added"}
    assert office.run("case", "drop", case, lees, "--reason", "x").code == ExitCode.USAGE
    assert office.run("case", "add", case, "dbestaatniet.1").code == ExitCode.USAGE
    steps = office.json("case", "show", case)["steps"][-2:]
    assert [(one["what"], one["reason"]) for one in steps] == [
        ("candidate-added", "hoort erbij"), ("candidate-dropped", "onzin"),
    ]  # fmt: skip


def test_candidates_are_held_beyond_the_scope_of_the_case(office: Ministry) -> None:
    """What is taken is held, also where the words of the hold do not cover it, and after it is
    dropped; what is lifted is free."""
    case = _case(office)
    hold = office.json("case", "show", case)["holds"][0]
    search = _searched(office, case, "lees")
    office.json("case", "take", case, search, "--context", "0", login=LIEN)

    def held() -> list[str]:
        with office.opened() as archive:
            rows = archive.catalogue.connection.execute(
                "SELECT p.text FROM held e JOIN copy p ON p.id = e.copy ORDER BY p.id"
            )
            return [text for (text,) in rows]

    assert held() == ["Ik lees het"]
    lees = office.search("lees")["hits"][0]["id"]
    office.json("case", "drop", case, lees, "--reason", "onzin")
    assert held() == ["Ik lees het"]
    assert office.run("rebuild").code == 0
    assert held() == ["Ik lees het"]
    for login in ("", LIEN):
        office.json("hold", "lift", hold, "--reason", "klaar", login=login)
    assert held() == []
    office.json("case", "take", case, search, "--context", "0", login=LIEN)
    assert held() == []


def test_a_copy_that_comes_later_is_held_too(office: Ministry) -> None:
    """When another delivery brings a candidate again, that copy is held from its first moment."""
    case = _case(office)
    office.json("case", "take", case, _searched(office, case, "lees"), login=LIEN)
    export = office.write("later/WhatsApp-chat met Piet.txt", chat(LINES))
    office.ingest(export, "els", code=None)
    office.json("reconcile")
    with office.opened() as archive:
        connection = archive.catalogue.connection
        lees = connection.execute(
            "SELECT count(DISTINCT h.delivery) FROM held e JOIN holding h ON h.copy = e.copy"
            " JOIN copy p ON p.id = h.copy WHERE p.text = 'Ik lees het'"
        ).fetchone()
    assert lees == (2,)


def test_what_is_sealed_is_not_taken(office: Ministry) -> None:
    """Context that a sorter keeps sealed is no candidate, and one sealed later is shown no more."""
    office.account("els", kind="private")
    secret = office.write("WhatsApp-chat met An.txt", chat([(5, "Els", "geheim"), (6, "An", "ja")]))
    record = office.ingest(secret, "els")["delivery"] + ".1"
    case = _case(office)
    assert office.run("case", "add", case, record, login=LIEN).code == ExitCode.USAGE
    office.json("delivery", "release", record.partition(".")[0])
    office.json("case", "add", case, record, login=LIEN)
    assert len(_candidates(office, case)) == 1
    with office.opened() as archive, archive.writing():
        archive.catalogue.connection.execute("UPDATE record SET open = 0")
        connection = schema.ready(archive)
        assert (candidates(connection, case), gone(connection, case)) == ([], [record])
        assert len(candidates(connection, case, sealed=True)) == 1


def _telegram(office: Ministry) -> Path:
    """Write a group in which the fifth message replies to the first, and the sixth to the fifth."""
    replies = {5: 1, 6: 5}
    messages = [
        {
            "id": number, "type": "message", "date": "2024-03-05T10:00:00",
            "date_unixtime": str(1709629200 + number * 60), "from": "Sam", "from_id": "user9",
            "text": f"bericht {('vraag', 'antwoord')[number > 4]} {number}",
        }
        | ({"reply_to_message_id": replies[number]} if number in replies else {})
        for number in range(1, 8)
    ]  # fmt: skip
    group = {"name": "Proef", "type": "private_group", "id": 5, "messages": messages}
    return office.write("telegram/result.json", json.dumps(group)).parent


def test_a_reply_travels_with_what_it_replies_to(office: Ministry) -> None:
    """What a hit replies to is a candidate, and what that replies to, however far above."""
    office.account("tg", service="telegram")
    office.ingest(_telegram(office), "tg", code=None)
    case = _case(office)
    search = _searched(office, case, '"antwoord 6"')
    office.json("case", "take", case, search, "--context", "0", login=LIEN)
    assert _texts(office, case) == {
        "bericht vraag 1": "context",
        "bericht antwoord 5": "context",
        "bericht antwoord 6": "hit",
    }


def test_a_joined_record_is_one_candidate(office: Ministry) -> None:
    """Two candidates that an officer joins are one; splitting them gives both again."""
    other = chat([(2, "Jan", "Lunch samen?")])
    office.ingest(office.write("b/WhatsApp-chat met Kim.txt", other), "els")
    case = _case(office)
    office.json("case", "take", case, _searched(office, case, "lunch"), "--context", "0")
    one, two = (hit["id"] for hit in office.search("lunch")["hits"])
    assert len(_candidates(office, case)) == 2
    office.json("join", one, two, "--reason", "zelfde", code=None)
    assert len(_candidates(office, case)) == 1
    assert office.run("rebuild").code == 0
    assert len(_candidates(office, case)) == 1
    office.json("split", two, "--reason", "toch niet", code=None)
    assert len(_candidates(office, case)) == 2


def test_a_cited_record_changes_only_by_an_officer(tmp_path: Path) -> None:
    """What reconcile would move out of a cited record stays, with a finding that names both."""
    at = ministry(tmp_path)
    at.officer(LIEN, "woo-jurist")
    hand_in(at, "lien", phone("Lien", talk()))
    at.account("omar")
    first = hand_in(at, "omar", phone("Omar", talk()[:4]), name="a")
    free = {hit["id"] for hit in at.search()["hits"]}
    case = _case(at, "--from", "2020-01-01")
    names = [name for name in sorted(free) if name.startswith(str(first["delivery"]))]
    assert len(names) == 4
    at.json("case", "add", case, *names)
    hand_in(at, "omar", phone("Omar", talk()), name="b")
    at.json("reconcile")
    assert [one.record for one in _candidates(at, case)] == names
    findings = at.json("findings", code=None)["findings"]
    told = [one for one in findings if one["code"] == "E-D017"]
    assert len(told) == 4
    with at.opened() as archive:
        assert len(cited(archive.catalogue.connection)) == 4
    before = at.partition()
    at.json("reconcile")
    assert at.partition() == before
    assert (
        len([o for o in at.json("findings", code=None)["findings"] if o["code"] == "E-D017"]) == 4
    )
    lien = min(name for name in free if not name.startswith(str(first["delivery"])))
    joined: Any = at.json("join", lien, names[0], "--reason", "hetzelfde", code=None)
    assert joined


ACTS = st.lists(
    st.tuples(
        st.sampled_from(("take", "add", "drop", "deliver")),
        st.sampled_from(("stikstof", "lees", "lunch", "graag")),
        st.integers(0, 2),
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(acts=ACTS)
def test_any_sequence_of_acts_is_the_same_after_a_rebuild(
    filled: Ministry, tmp_path_factory: pytest.TempPathFactory, acts: list[tuple[str, str, int]]
) -> None:
    """Whatever is taken, added, dropped and delivered: each candidate is one record that is there,
    none is named twice, and a rebuild gives the same."""
    at = filled.copy(tmp_path_factory.mktemp("acts"))
    case = _case(at)
    for act, word, context in acts:
        record = at.search(word)["hits"][0]["id"]
        if act == "take":
            at.json("case", "take", case, _searched(at, case, word), "--context", context)
        elif act == "deliver":
            lines = [*LINES, (9 + context, "Jan", f"{word} weer")]
            at.ingest(at.write("l/WhatsApp-chat met Piet.txt", chat(lines)), code=None)
        else:
            at.run("case", act, case, record, "--reason", "proef")
    found = _candidates(at, case)
    assert len({one.record for one in found}) == len(found)
    assert {one.record for one in found} <= {hit["id"] for hit in at.search()["hits"]}
    assert at.run("rebuild").code == 0
    assert _candidates(at, case) == found


def test_a_cited_mail_changes_only_by_an_officer(tmp_path: Path) -> None:
    """A mail that a case cites does not become a copy of another by itself; a finding tells it."""
    at = ministry(tmp_path)
    at.officer(LIEN, "woo-jurist")
    for name in ("lien", "omar"):
        at.account(name, service="mail")
    text = "Het besluit over de haven ligt klaar voor ondertekening door de minister."
    with patch.object(reconcile_mail, "reconcile_mail", lambda *_, **__: Reconciled()):
        at.ingest(at.write("een.mbox", mailbox([mail(1, text)])), "lien", code=None)
        second = at.ingest(
            at.write("twee.mbox", mailbox([mail(1, text, message_id=None)])), "omar", code=None
        )
    case = _case(at, "--from", "2020-01-01")
    cited_mail = f"{second['delivery']}.1"
    at.json("case", "add", case, cited_mail)
    for _ in range(2):
        at.json("reconcile", "--all", code=None)
        assert [one.record for one in _candidates(at, case)] == [cited_mail]
        found = at.json("findings", code=None)["findings"]
        assert [one["code"] for one in found if one["code"] == "E-D029"] == ["E-D029"]
    assert at.search("haven")["total"] == 2
