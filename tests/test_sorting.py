"""Sorting by episode: only what a person sorted as work is opened, and exactly that."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from archiver.sorting.episodes import Cut
from tests.ministry import LIEN, OMAR
from tests.sorting_office import HOURS, THIRD, Sorting, sorting

MORNING = [(0, "Lien", "Hoe gaat het met oma?"), (1, "Els", "Beter, dank je"), (2, "Lien", "Fijn")]
EVENING = [
    (10 * HOURS, "Lien", "De nota voor de minister ligt klaar"),
    (10 * HOURS + 1, "Els", "Akkoord met het besluit"),
]


@pytest.fixture
def at(tmp_path: Path) -> Sorting:
    """An office with one private chat of two episodes."""
    made = sorting(tmp_path)
    made.hand_in(*MORNING, *EVENING)
    return made


def test_a_silence_and_a_new_day_end_an_episode() -> None:
    """Six hours of silence end an episode, two where a new Dutch day begins, and no less."""
    cut, hour = Cut(), 3_600_000
    late = 1_652_479_200_000  # 2022-05-14T00:00 in Amsterdam
    assert cut.between(0, 6 * hour)
    assert not cut.between(0, 6 * hour - 1)
    assert cut.between(late - hour, late + hour)
    assert not cut.between(late - hour, late + hour - 1)
    assert not cut.between(late, late + 5 * hour)
    assert cut.between(None, 0)


def test_work_opens_exactly_what_was_sorted(at: Sorting) -> None:
    """Of a sealed chat only the episode that was sorted as work is found."""
    first, second = at.queue()
    assert (first["messages"], second["messages"]) == (3, 2)
    at.sort(second["episode"], "work")
    assert at.found() == {text for _, _, text in EVENING}
    hit = at.office.search("nota", login=LIEN)["hits"][0]
    assert (hit["holdings"], hit["sealed"]) == (1, False)
    context = at.office.json("show", hit["id"], "--context", "9", login=LIEN)["context"]
    assert [one["text"] for one in context] == ["Akkoord met het besluit"]
    assert [one["episode"] for one in at.queue()] == [first["episode"]]


def test_an_opened_message_does_not_name_the_sealed_file(at: Sorting) -> None:
    """Of a delivery that stays sealed the name of its file is covered."""
    at.sort(at.queue()[1]["episode"], "work")
    hit = at.office.search("nota", login=LIEN)["hits"][0]
    explained = at.office.run("explain", hit["id"], login=LIEN)
    assert explained.code == 0
    assert "WhatsApp-chat" not in explained.out + explained.err
    assert (
        "WhatsApp-chat" in at.office.run("explain", hit["id"], "--sealed", login=OMAR).out
        or (at.office.json("explain", hit["id"], "--sealed", login=OMAR)["holdings"])
    )


@pytest.mark.parametrize("outcome", ["private", "party", "boundary"])
def test_all_else_stays_sealed(at: Sorting, outcome: str) -> None:
    """What is private, of a party, or a boundary case is found by nobody but the sorter."""
    at.sort(at.queue()[0]["episode"], outcome)
    assert at.found() == set()
    assert at.office.search("--sealed", "oma", login=OMAR)["total"] == 1
    states = [one["state"] for one in at.queue()]
    assert states == (["boundary", "waiting"] if outcome == "boundary" else ["waiting"])


def test_only_a_sorter_sorts(at: Sorting) -> None:
    """Whoever is no sorter sees no queue and decides nothing; the refusal is in the log."""
    episode = at.queue()[0]["episode"]
    for words in (("list",), ("next",), ("decide", episode, "--as", "work"), ("undo", episode)):
        ran = at.office.run("sort", *words, login=LIEN)
        assert (ran.code, ran.out) == (4, ""), words
        assert at.office.events()[-1]["type"] == "access.refused"


def test_a_look_is_logged_before_it_is_shown(at: Sorting) -> None:
    """Who looked at which episode stands in the access log."""
    before = len(at.office.seen())
    shown = at.office.json("sort", "next", login=OMAR)
    assert "oma" in str(shown)
    assert [one["type"] for one in at.office.seen()[before:]] == ["episode.shown"]


def test_undo_takes_back_one_decision_at_a_time(at: Sorting) -> None:
    """After an undo the decision before counts again, and without one the episode is sealed."""
    episode = at.queue()[1]["episode"]
    at.sort(episode, "work")
    at.sort(episode, "private")
    assert at.found() == set()
    at.office.json("sort", "undo", episode, login=OMAR)
    assert len(at.found()) == 2
    at.office.json("sort", "undo", episode, login=OMAR)
    assert at.found() == set()
    assert len(at.queue()) == 2
    assert at.office.run("sort", "undo", episode, login=OMAR).code == 2


def test_new_messages_are_not_opened_by_an_old_decision(at: Sorting) -> None:
    """What a later export adds within or after an open episode is sealed and comes first."""
    second = at.queue()[1]["episode"]
    at.sort(second, "work")
    late = (10 * HOURS, "Els", "Zie je zondag bij mama"), (10 * HOURS + 30, "Els", "Groetjes thuis")
    found = at.hand_in(*late)
    assert (found["new"], found["known"]) == (2, 5)
    assert at.found() == {text for _, _, text in EVENING}
    assert [one["state"] for one in at.queue()] == ["rest", "rest", "waiting"]
    for one in at.queue()[:2]:
        at.sort(one["episode"], "private")
    assert at.found() == {text for _, _, text in EVENING}
    assert at.office.search("nota", login=LIEN)["hits"][0]["holdings"] == 2


def test_a_changed_episode_is_not_sorted_as_it_was_seen(at: Sorting) -> None:
    """Who decides on messages that were shown is told when others came in meanwhile."""
    seen = at.queue()[1]
    at.hand_in((10 * HOURS + 2, "Els", "En neem brood mee"))
    at.sort(seen["episode"], "work", "--members", seen["members"], code=1)
    assert at.found() == set()


def test_a_re_export_of_what_is_open_stays_open(at: Sorting) -> None:
    """The same chat again asks nothing new and opens nothing new."""
    at.sort(at.queue()[1]["episode"], "work")
    found = at.hand_in((20 * HOURS, "Lien", "Slaap lekker"))
    assert (found["new"], found["known"]) == (1, 5)
    assert len(at.found()) == 2
    assert [one["state"] for one in at.queue()] == ["waiting", "waiting"]


def test_a_release_does_not_open_what_was_sorted_as_private(at: Sorting) -> None:
    """Releasing the whole delivery leaves sealed what somebody decided is private."""
    at.sort(at.queue()[0]["episode"], "private")
    delivery = at.office.json("delivery", "list", "--state", "sealed")["deliveries"][0]["delivery"]
    at.office.json("delivery", "release", delivery, login=OMAR)
    assert at.found() == {text for _, _, text in EVENING}
    at.office.json("sort", "undo", f"{delivery}.1", login=OMAR)
    assert at.found() == {text for _, _, text in EVENING}
    assert at.office.run("verify", "--full").code == 0


def test_an_objection_seals_until_a_third_person_decides(at: Sorting) -> None:
    """What the official objects to is sealed, and nobody who sorted it may settle that."""
    episode = at.queue()[1]["episode"]
    at.sort(episode, "work")
    at.office.json("sort", "object", episode, "--reason", "Dit was prive", login=OMAR)
    assert at.found() == set()
    at.sort(episode, "work", code=4)
    assert at.office.run("sort", "undo", episode, login=OMAR).code == 4
    words = ("sort", "settle", episode, "--as", "work", "--reason", "Het gaat over het besluit")
    assert at.office.run(*words, "--by", OMAR, login=OMAR).code == 4
    assert at.office.run(*words, "--by", THIRD, login=OMAR).code == 4
    assert at.found() == set()
    at.office.json(*words, "--by", THIRD, login=THIRD)
    assert len(at.found()) == 2
    assert at.office.run("sort", "undo", episode, login=OMAR).code == 2
    assert at.office.run(*words, "--by", THIRD, login=THIRD).code == 2


def test_an_objection_needs_a_reason(at: Sorting) -> None:
    """Without a reason an objection is not taken down."""
    episode = at.queue()[0]["episode"]
    assert at.office.run("sort", "object", episode, "--reason", "", login=OMAR).code == 2


def test_the_review_goes_on_where_it_stopped(at: Sorting, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys sort one episode after the other; undo goes back, quitting loses nothing."""
    monkeypatch.setattr(sys, "stdin", io.StringIO("?pu?pq"))
    ran = at.office.run("sort", "review", "--output", "json", login=OMAR)
    assert ran.code == 0, ran.err
    assert [one["outcome"] for one in ran.json["decided"]] == ["private"]
    assert ran.err.count("oma") >= 2
    assert len(at.queue()) == 1
    monkeypatch.setattr(sys, "stdin", io.StringIO("uw"))
    done = at.office.json("sort", "review", login=OMAR)["decided"]
    assert [one["outcome"] for one in done] == ["work"]
    assert len(at.found()) == 2
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    assert at.office.json("sort", "review", login=OMAR)["decided"] == []


def test_a_skipped_episode_waits_on(at: Sorting, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who skips an episode finds it again in the next review."""
    monkeypatch.setattr(sys, "stdin", io.StringIO("sb"))
    done = at.office.json("sort", "review", login=OMAR)["decided"]
    assert [one["outcome"] for one in done] == ["boundary"]
    assert {one["state"] for one in at.queue()} == {"waiting", "boundary"}


def test_a_rebuild_decides_the_same(at: Sorting) -> None:
    """After a rebuild the same is open, sealed, in dispute and in the queue."""
    at.sort(at.queue()[1]["episode"], "work", "--reason", "Besluit")
    at.hand_in((10 * HOURS, "Els", "Zie je zondag"), (30 * HOURS, "Els", "Tot morgen"))
    at.sort(at.queue()[-1]["episode"], "party")
    first = next(one for one in at.queue() if one["state"] == "waiting")["episode"]
    at.office.json("sort", "object", first, "--reason", "Niet van mij", login=OMAR)
    before = at.queue(), at.found(), at.office.json("sort", "report")
    assert at.office.run("rebuild").code == 0
    assert (at.queue(), at.found(), at.office.json("sort", "report")) == before
    assert at.office.run("verify", "--full").code == 0


def test_what_is_past_its_term_is_overdue_and_stays_sealed(
    at: Sorting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The end of the exclusion period opens nothing and destroys nothing; it shows as overdue."""
    from archiver.sorting import exclusion

    short = exclusion.Period("*", "private", 0, "received")  # type: ignore[arg-type]
    monkeypatch.setattr(exclusion, "periods", lambda: (short,))
    ran = at.office.run("sort", "list", "--output", "json", login=OMAR)
    assert (ran.code, ran.json["overdue"]) == (1, 2)
    assert "sort list" in at.office.run("status").out
    assert at.found() == set()
    assert at.office.json("sort", "report")["overdue"] == 2


def test_an_archive_of_an_earlier_release_is_read(at: Sorting) -> None:
    """A catalogue without the tables of sorting is brought up to date by whoever reads it."""
    delivery = at.office.json("delivery", "list")["deliveries"][0]["delivery"]
    at.office.json("delivery", "release", delivery, login=OMAR)
    with at.office.opened() as archive:
        connection = archive.catalogue.connection
        connection.execute("DROP TABLE item_access")
        connection.execute("DELETE FROM _sqlite_migrations WHERE name = 'm004_access'")
        for table in ("act", "act_item", "sort_list", "sort_list_act", "confirmed_rule"):
            connection.execute(f"DROP TABLE IF EXISTS {table}")
        connection.execute("DELETE FROM _sqlite_migrations WHERE migration_set = 'sorting'")
    assert len(at.found()) == 5
    assert at.office.json("sort", "report")["sorted"] == []
    assert at.queue() == []
