"""Aligning two strands: what is joined, what is proposed, what is left alone."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.deduplicate.alignment import align
from archiver.deduplicate.learning import learn
from archiver.deduplicate.relation import same_clock
from archiver.model import Utterance
from archiver.normalise.text import matching
from tests.strands import HOUR, MINUTE, added, aligned, both, how, mate, rare, reason, said

ANNA, BERT, CEM = ("name:anna", "name:bert", "name:jij")
ANNA_THERE, BERT_THERE, CEM_THERE = ("name:jij", "e164:+31600000002", "name:cem")
FILE = "ab" * 32
OTHER_FILE = "cd" * 32


def test_rare_texts_are_joined_whoever_is_called_what() -> None:
    """Forty long texts under other names, one clock five hours behind: all are joined, in order."""
    left, right = both(shift=-300)
    found = aligned(left, right)
    assert [(link.left, link.right) for link in found.links] == [
        (n, 9_999 + n) for n in range(1, 41)
    ]
    assert {link.how for link in found.links} == {"exact"}
    assert {link.offset for link in found.links} == {-5 * HOUR}
    assert found.proposals == ()


def test_a_short_text_of_the_same_person_is_joined() -> None:
    """An "ok" of somebody whom the map knows is the same "ok" a minute later."""
    left, right = both()
    found = aligned(
        added(left, said(900, 33, BERT, "Ok")), added(right, said(901, 34, BERT_THERE, "ok"))
    )
    assert (how(found, 900), mate(found, 900)) == ("sender-confirmed", 901)


def test_a_short_text_of_another_person_is_never_joined() -> None:
    """The same "ok" in the same minute by somebody else is not even proposed."""
    left, right = both()
    found = aligned(
        added(left, said(900, 33, BERT, "ok")), added(right, said(901, 33, CEM_THERE, "ok"))
    )
    assert how(found, 900) == reason(found, 900) == ""


def test_a_short_text_of_an_unknown_person_is_proposed() -> None:
    """Whoever said too little to be known has an "ok" that only an officer can join."""
    left, right = both()
    found = aligned(
        added(left, said(900, 33, "name:dirk", "akkoord")),
        added(right, said(901, 33, "name:d.", "akkoord")),
    )
    assert how(found, 900) == ""
    assert reason(found, 900) == "author-unknown"


def test_a_number_identifies_by_itself() -> None:
    """The same telephone number on both phones is one person without any vote."""
    left, right = both()
    found = aligned(
        added(left, said(900, 33, "e164:+31600000009", "akkoord")),
        added(right, said(901, 33, "e164:+31600000009", "akkoord")),
    )
    assert how(found, 900) == "sender-confirmed"


def test_three_times_ok_in_a_minute_are_three() -> None:
    """Three "ok" of one person within a minute are three pairs, in order."""
    left, right = both()
    here = [said(900 + n, 33, BERT, "ok") for n in range(3)]
    there = [said(950 + n, 33, BERT_THERE, "ok") for n in range(3)]
    found = aligned(added(left, *here), added(right, *there))
    assert [mate(found, 900 + n) for n in range(3)] == [950, 951, 952]


def test_of_three_and_two_equal_texts_nothing_is_guessed() -> None:
    """Where one phone lacks one of three equal texts, and nothing tells which, all is proposed."""
    left, right = both()
    here = [said(900 + n, 33, BERT, "ok") for n in range(3)]
    there = [said(950 + n, 33, BERT_THERE, "ok") for n in range(2)]
    found = aligned(added(left, *here), added(right, *there))
    assert {how(found, 900 + n) for n in range(3)} == {""}
    assert {one.reason for one in found.proposals} == {"several-fit"}


def test_the_clock_tells_which_of_two_is_missing() -> None:
    """Of two "ok" four minutes apart the one at the same minute is joined."""
    left, right = both()
    here = [said(900, 31, BERT, "ok"), said(901, 33, BERT, "ok")]
    found = aligned(added(left, *here), added(right, said(950, 33, BERT_THERE, "ok")))
    assert (mate(found, 900), mate(found, 901)) == (0, 950)


def test_a_deleted_message_is_the_one_that_stands_there() -> None:
    """A notice of deletion is joined with what the other phone still has of that person."""
    left, right = both()
    found = aligned(
        added(left, said(900, 33, BERT, "Dit bericht is verwijderd", type="deleted")),
        added(right, said(901, 33, BERT_THERE, "Geheim plan", type="text")),
    )
    assert how(found, 900) == "deleted-in-one"


def test_a_deleted_message_that_may_be_two_is_proposed() -> None:
    """Where two messages may be the deleted one, an officer is asked."""
    left, right = both()
    there = [said(901, 33, BERT_THERE, "Plan een"), said(902, 33, BERT_THERE, "Plan twee")]
    found = aligned(
        added(left, said(900, 33, BERT, "Dit bericht is verwijderd", type="deleted")),
        added(right, *there),
    )
    assert how(found, 900) == ""
    assert reason(found, 900) == "several-fit"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("We besluiten morgen", "We besluiten overmorgen <Dit bericht is bewerkt>"),
        ("ok", "nee <This message was edited>"),
    ],
)
def test_an_edited_text_is_joined_with_what_it_was(before: str, after: str) -> None:
    """A mark of editing, the same person, place and time: one message with two texts."""
    left, right = both()
    found = aligned(
        added(left, said(900, 33, BERT, before)),
        added(right, said(901, 33, BERT_THERE, after, marks="edited")),
    )
    assert how(found, 900) == "edited"


def test_another_amount_is_another_message() -> None:
    """Two unmarked texts that differ in a number are not joined however alike they are."""
    left, right = both()
    found = aligned(
        added(left, said(900, 33, BERT, "Het wordt 20 miljoen voor de pompen")),
        added(right, said(901, 33, BERT_THERE, "Het wordt 40 miljoen voor de pompen")),
    )
    assert how(found, 900) == ""
    assert reason(found, 900) == "other-text"


def test_a_slip_without_a_mark_is_joined() -> None:
    """A long text that differs in a blank is the same when person, place and time are."""
    left, right = both()
    found = aligned(
        added(left, said(900, 33, BERT, "Ik stuur ook een berichtterwijl ik in de trein zit")),
        added(
            right, said(901, 33, BERT_THERE, "Ik stuur ook een bericht terwijl ik in de trein zit")
        ),
    )
    assert how(found, 900) == "edited"


def test_media_are_joined_by_their_bytes() -> None:
    """The same file under another name, by a person nobody knows, is the same message."""
    left, right = both()
    found = aligned(
        added(left, _file(900, 33, "name:dirk", "IMG-20231114-WA0001.jpg", FILE)),
        added(right, _file(901, 33, "name:d.", "00000012-PHOTO-2023-11-14.jpg", FILE)),
    )
    assert how(found, 900) == "exact"


def test_media_of_other_bytes_are_not_joined() -> None:
    """Other bytes are another file, though person and minute are the same."""
    left, right = both()
    found = aligned(
        added(left, _file(900, 33, BERT, "IMG-20231114-WA0001.jpg", FILE)),
        added(right, _file(901, 33, BERT_THERE, "IMG-20231114-WA0001.jpg", OTHER_FILE)),
    )
    assert how(found, 900) == reason(found, 900) == ""


def test_omitted_media_are_joined_by_place() -> None:
    """A medium that one phone left out is the file that the other has of that person there."""
    left, right = both()
    omitted = said(
        901,
        33,
        BERT_THERE,
        "<Media omitted>",
        type="media",
        marks="media-omitted",
        media=(("", ""),),
    )
    found = aligned(
        added(left, _file(900, 33, BERT, "IMG-20231114-WA0001.jpg", FILE)), added(right, omitted)
    )
    assert how(found, 900) == "media-missing"


def test_a_film_is_not_a_document() -> None:
    """Files whose names are of another sort are not joined."""
    left, right = both()
    found = aligned(
        added(left, _file(900, 33, BERT, "VID-20231114-WA0001.mp4", "")),
        added(right, _file(901, 33, BERT_THERE, "00000012-nota.pdf", "")),
    )
    assert how(found, 900) == ""


def test_media_of_other_sorts_may_change_places() -> None:
    """A film and a document in one minute are each joined with their like, in whatever order."""
    left, right = both()
    here = [
        _file(900, 33, BERT, "VID-20231114-WA0001.mp4", ""),
        _file(901, 33, BERT, "DOC-20231114-WA0002.", ""),
    ]
    there = [
        _file(950, 33, BERT_THERE, "00000011-nota.pdf", ""),
        _file(951, 33, BERT_THERE, "00000012-VIDEO-2023-11-14.mp4", ""),
    ]
    found = aligned(added(left, *here), added(right, *there))
    assert (mate(found, 900), mate(found, 901)) == (951, 950)


def test_events_that_tell_by_their_type_are_joined() -> None:
    """A changed title is one event, though one phone says "you" and the other a name."""
    left, right = both()
    found = aligned(
        added(left, _event(900, 33, "", "title-changed", "You changed the group name to “Plan”")),
        added(
            right,
            _event(
                901, 33, CEM_THERE, "title-changed", "Cem heeft de groepsnaam gewijzigd in Plan"
            ),
        ),
    )
    assert how(found, 900) == "inferred"


def test_being_added_is_not_the_same_for_two_phones() -> None:
    """ "Bert added you" reads the same on two phones and means two people: a person must judge."""
    left, right = both()
    text = "Bert added you"
    found = aligned(
        added(left, _event(900, 33, BERT, "member-added", text)),
        added(right, _event(901, 33, BERT_THERE, "member-added", text)),
    )
    assert how(found, 900) == ""
    assert reason(found, 900) == "event"


def test_a_long_text_that_hung_for_an_hour_is_joined() -> None:
    """A rare text of a known person that came an hour later is the same message."""
    left, right = both()
    text = "Dit schreef ik in de tunnel onder het water"
    found = aligned(
        added(left, said(900, 33, BERT, text)), added(right, said(901, 93, BERT_THERE, text))
    )
    assert how(found, 900) == "exact"


def test_an_ok_that_hung_is_proposed() -> None:
    """An "ok" ten minutes later may be another one."""
    left, right = both()
    found = aligned(
        added(left, said(900, 33, BERT, "ok")), added(right, said(901, 43, BERT_THERE, "ok"))
    )
    assert how(found, 900) == ""
    assert reason(found, 900) == "late"


def test_a_rare_text_by_somebody_else_is_proposed() -> None:
    """The same long text at the same time under the name of somebody else is not joined."""
    left, right = both()
    text = "Dit wilde ik nog even zeggen over de zaak"
    found = aligned(
        added(left, said(900, 33, BERT, text)), added(right, said(901, 33, CEM_THERE, text))
    )
    assert how(found, 900) == ""
    assert reason(found, 900) == "other-author"


def test_a_forwarded_block_is_not_its_original() -> None:
    """What somebody sends on an hour later is joined with itself and not with the first time."""
    left, right = both()
    here = [said(900 + n, 395 + n / 10, CEM, rare(n)) for n in range(10, 20)]
    there = [said(950 + n, 395 + n / 10, CEM_THERE, rare(n)) for n in range(10, 20)]
    found = aligned(added(left, *here), added(right, *there))
    assert [mate(found, n) for n in range(11, 21)] == [10_000 + n for n in range(10, 20)]
    assert [mate(found, 900 + n) for n in range(10, 20)] == [950 + n for n in range(10, 20)]


def test_what_has_no_time_is_joined_by_a_rare_text_only() -> None:
    """Without a time a long text is joined and an "ok" is left alone."""
    left, right = both()
    text = "Deze regel heeft een onmogelijke datum"
    timeless = [
        Utterance(900, None, "min", False, BERT, False, "text", text),
        Utterance(902, None, "min", False, BERT, False, "text", "ok"),
    ]
    more = [said(901, 33, BERT_THERE, text), said(903, 34, BERT_THERE, "ok")]
    found = align([*timeless, *left], added(right, *more), learn(left, right, matching), matching)
    assert (mate(found, 900), mate(found, 902)) == (901, 0)


def test_other_conversations_have_nothing_in_common() -> None:
    """Without shared texts nothing is joined, whatever is equal by chance."""
    left, _ = both()
    _, right = both()
    right = [
        said(one.copy, 10 * n, one.author, f"Heel iets anders nummer {n}")
        for n, one in enumerate(right)
    ]
    found = aligned(
        added(left, said(900, 33, "name:a", "ok")), added(right, said(901, 33, "name:a", "ok"))
    )
    assert found.links == found.proposals == ()


def test_one_phone_twice_needs_no_votes() -> None:
    """Two exports of one phone share clock and names: an "ok" is joined without any long text."""
    left, right = [said(1, 0, "name:x", "ok")], [said(2, 0, "name:x", "ok")]
    assert mate(aligned(left, right, same_clock()), 1) == 2


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_left_and_right_may_change_places(data: st.DataObject) -> None:
    """Whichever strand is called the left one: the same pairs, and the same doubts."""
    left, right = data.draw(_pairs())
    one, other = aligned(left, right), aligned(right, left)
    assert {(x.left, x.right) for x in one.links} == {(x.right, x.left) for x in other.links}
    assert {(x.left, x.right) for x in one.proposals} == {
        (x.right, x.left) for x in other.proposals
    }


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_no_copy_is_joined_twice_and_no_short_text_across_people(data: st.DataObject) -> None:
    """Whatever is lost or said again: one to one, and a short text only within a certain pair."""
    left, right = data.draw(_pairs())
    relation = learn(left, right, matching)
    found = align(left, right, relation, matching)
    for side in ("left", "right"):
        assert max(Counter(getattr(link, side) for link in found.links).values(), default=1) == 1
    certain = {(vote.left, vote.right) for vote in relation.certain_authors}
    here, there = {one.copy: one for one in left}, {one.copy: one for one in right}
    for link in found.links:
        if len(here[link.left].text) < 12:
            assert (here[link.left].author, there[link.right].author) in certain


@st.composite
def _pairs(draw: st.DrawFn) -> tuple[list[Utterance], list[Utterance]]:
    """Make one chat on two phones, with short answers, losses and a clock that is ahead."""
    words = st.sampled_from(["ok", "ja", "Ja", "👍", "akkoord", ""])
    count = draw(st.integers(25, 45))
    ahead = draw(st.sampled_from([0, 0, -300, 60, 1]))
    sides: tuple[list[Utterance], list[Utterance]] = [], []
    at = 0.0
    for n in range(count):
        at += draw(st.sampled_from([0, 0.2, 1, 5]))
        who = draw(st.integers(0, 2))
        text = draw(words) or rare(n)
        lost = draw(st.sampled_from(["", "", "", "", "left", "right"]))
        names = ((ANNA, ANNA_THERE), (BERT, BERT_THERE), (CEM, CEM_THERE))[who]
        if lost != "left":
            sides[0].append(said(n + 1, int(at), names[0], text))
        if lost != "right":
            sides[1].append(said(n + 1001, int(at) + ahead, names[1], text))
    return sides


def _file(copy: int, minute: float, author: str, name: str, digest: str) -> Utterance:
    return said(
        copy, minute, author, f"{name} (file attached)", type="media", media=((name, digest),)
    )


def _event(copy: int, minute: float, author: str, type_: str, text: str) -> Utterance:
    return said(copy, minute, author, text, type=type_, event=True)


def test_the_offset_of_a_link_is_what_the_clocks_show() -> None:
    """A link says by how much the right copy's own time is later."""
    left, right = both(shift=1)
    assert {link.offset for link in aligned(left, right).links} == {MINUTE}
