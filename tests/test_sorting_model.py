"""The sorting model: the same from the same examples, without words, and able to explain itself."""

from __future__ import annotations

import msgspec
import pytest
from sorting_world import world

from archiver.classify.episode import Episode, Line, Outcome
from archiver.classify.features import features
from archiver.classify.model import TooFewExamples, UnreadableModel, decode, train

EXAMPLES = [(one.episode, one.truth) for one in world(400, seed=7)]
MODEL = train(EXAMPLES, key="k1", trained_on="2026-02-03")
NOTE = Episode(
    "s", "whatsapp", "", "M", ("tel:+31611110009",),
    (Line("m", 1_700_046_000_000, "tel:+31611110009", "", "De nota gaat naar de minister"),),
)  # fmt: skip


def test_training_knows_no_order() -> None:
    """The same examples in another order give the same model, byte for byte."""
    assert train(EXAMPLES[::-1], key="k1", trained_on="2026-02-03").encode() == MODEL.encode()


def test_another_seed_key_or_example_gives_another_name() -> None:
    """Whatever shapes a model stands in its name, so that a verdict says which one spoke."""
    names = {
        train(some, key=key, trained_on="2026-02-03", seed=seed).name
        for some, key, seed in (
            (EXAMPLES, "k1", 1), (EXAMPLES, "k2", 1), (EXAMPLES, "k1", 2), (EXAMPLES[1:], "k1", 1),
        )
    }  # fmt: skip
    assert len(names) == 4
    assert MODEL.name in names


def test_a_model_is_stored_and_read_again() -> None:
    """A stored model reads back the same, with what it was trained on by number and digest."""
    again = decode(MODEL.encode())
    assert again == MODEL
    assert again.guess(NOTE) == MODEL.guess(NOTE)
    assert again.trained_on == "2026-02-03"
    assert sum(again.counts.values()) == len(EXAMPLES)
    assert len(again.training) == 64


def test_a_model_holds_no_word() -> None:
    """Neither a word, a name nor a number of the examples stands in a stored model."""
    stored = MODEL.encode().decode()
    for episode, _ in EXAMPLES[:100]:
        for line in episode.lines:
            assert line.author not in stored
            assert not any(word in stored for word in line.text.split() if len(word) > 5)


def test_a_guess_names_the_words_at_hand() -> None:
    """The explanation names features of this very episode, the strongest first."""
    guess = MODEL.guess(NOTE)
    named = set(features(NOTE, MODEL.key).named.values())
    added = [abs(float(text)) for _, text in guess.reason.detail]
    assert guess.work > 0.5
    assert {name for name, _ in guess.reason.detail} <= named
    assert "word:nota" in named
    assert added == sorted(added, reverse=True)
    assert (guess.reason.source, guess.reason.suggests) == ("model", Outcome.WORK)


def test_a_guess_tells_party_from_private() -> None:
    """What is hardly work is guessed as party or private by the second regression."""
    talk = "Flyers en posters voor de campagne liggen bij het partijbureau, peiling is top"
    line = msgspec.structs.replace(NOTE.lines[0], text=talk)
    home = msgspec.structs.replace(NOTE.lines[0], text="Oma komt eten, haal jij taart? kus")
    party = msgspec.structs.replace(NOTE, lines=(line,))
    assert MODEL.guess(party).otherwise is Outcome.PARTY
    assert MODEL.guess(msgspec.structs.replace(NOTE, lines=(home,))).otherwise is Outcome.PRIVATE


def test_a_boundary_case_teaches_to_keep() -> None:
    """Boundary cases are learned as work, and what is undecided teaches nothing."""
    as_work = [(one, Outcome.WORK if what is Outcome.BOUNDARY else what) for one, what in EXAMPLES]
    undecided = [(one, Outcome.UNDECIDED) for one, _ in EXAMPLES[:50]]
    first, second = (train(some, key="k", trained_on="d") for some in (EXAMPLES, as_work))
    assert set(first.work) == set(second.work)
    assert train([*EXAMPLES, *undecided], key="k", trained_on="d") == first


def test_too_few_examples_are_refused() -> None:
    """Nothing is learned from a handful, nor from one class alone."""
    only_work = [one for one in EXAMPLES if one[1] is Outcome.WORK]
    with pytest.raises(TooFewExamples, match="and 0"):
        train(only_work, key="k", trained_on="d")
    with pytest.raises(TooFewExamples):
        train([], key="k", trained_on="d")


def test_a_model_of_another_version_is_refused() -> None:
    """A model of other features, or what is no model, is refused and never half used."""
    with pytest.raises(UnreadableModel, match="version 99"):
        decode(msgspec.structs.replace(MODEL, v=99).encode())
    with pytest.raises(UnreadableModel):
        decode(b'{"v": 1}')
    with pytest.raises(UnreadableModel):
        decode(b"\xff\x00")
