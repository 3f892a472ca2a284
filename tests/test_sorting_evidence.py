"""The evidence for sorting: doubt keeps, nothing private is said for sure, and work is not lost."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import cache

import msgspec
import pytest
from sorting_world import DAY, Example, world

from archiver.classify.episode import Episode, Known, Line, Outcome, Verdict
from archiver.classify.evidence import classify
from archiver.classify.model import Model, train
from archiver.classify.rule import Confirmation
from archiver.classify.rules import Rules, load

RULES = load()
FAMILY = "tel:+31611110001"
OFFICE = "tel:+31611110002"
NOBODY = "tel:+31611110003"
KNOWN = (Known(FAMILY, "private"), Known(OFFICE, "business"), Known("Kandidaat Kees", "party"))
NOON = 1_700_046_000_000

OTHERS = (Outcome.PRIVATE, Outcome.PARTY)


def episode(*texts: str, author: str = NOBODY, title: str = "", label: str = "") -> Episode:
    """Make an episode in which somebody writes to the official."""
    lines = tuple(
        Line(f"m.{number}", NOON + number * 1000, author, label or author, text)
        for number, text in enumerate(texts)
    )
    return Episode("s1", "whatsapp", title, "Mina Ister", (author or label,), lines)


def judged(one: Episode, rules: Rules = RULES, known: Sequence[Known] = KNOWN) -> Verdict:
    """Classify without a model."""
    return classify(one, known, rules)


# -- doubt, suggestions, boundaries ---------------------------------------------------------------


def test_what_nobody_can_tell_is_kept_and_queued() -> None:
    """Without any evidence an episode is work, and an officer is asked."""
    verdict = judged(episode("Gaat het door?", "Ja"))
    assert (verdict.outcome, verdict.doubtful, verdict.reasons) == (Outcome.WORK, True, ())


def test_the_words_of_the_office_are_work() -> None:
    """Two different words of the office suffice, and the reason names them."""
    verdict = judged(episode("De nota over de Kamervragen ligt bij je", "Dank"))
    assert (verdict.outcome, verdict.doubtful) == (Outcome.WORK, False)
    assert {(one.code, dict(one.detail)["words"]) for one in verdict.reasons} == {
        ("work-papers", "nota"),
        ("work-parliament", "kamervragen"),
    }


def test_everyday_words_keep_and_never_suffice() -> None:
    """An agenda and a deadline are of the house too: the episode is kept, in doubt."""
    verdict = judged(episode("agenda", "planning", "deadline", "budget", "offerte"))
    assert (verdict.outcome, verdict.doubtful) == (Outcome.WORK, True)


def test_private_life_is_suggested_and_never_decided() -> None:
    """Family words give a suggestion; the episode stays undecided."""
    verdict = judged(episode("Taart voor oma's verjaardag?", "Ja, dikke kus"))
    assert (verdict.outcome, verdict.suggestion) == (Outcome.UNDECIDED, Outcome.PRIVATE)
    assert not verdict.keeps


def test_a_known_relative_is_evidence_by_itself() -> None:
    """What only a relative writes is suggested as private, for the register names the relative."""
    verdict = judged(episode("Ben je er al?", author=FAMILY))
    assert verdict.suggestion is Outcome.PRIVATE
    assert dict(verdict.reasons[0].detail) == {"kind": "private", "contacts": FAMILY}
    assert verdict.reasons[0].source == "contact-register"


def test_a_contact_is_found_by_name_as_well() -> None:
    """An export that has only names is judged by the names of the register, folded."""
    verdict = judged(episode("Tot zo", author="", label="kandidaat  KEES"))
    assert verdict.suggestion is Outcome.PARTY


def test_a_contact_counts_in_its_period_only() -> None:
    """Somebody who became a colleague later was none before."""
    later = (
        Known(NOBODY, "business", since=NOON + DAY),
        Known(NOBODY, "private", until=NOON + DAY),
    )
    assert judged(episode("Ben je er al?"), known=later).suggestion is Outcome.PRIVATE
    ended = (Known(NOBODY, "private", until=NOON),)
    assert judged(episode("Ben je er al?"), known=ended).reasons == ()


def test_of_an_unknown_time_only_contacts_without_bounds_count() -> None:
    """Without a time nobody can say whether a dated contact was one."""
    one = episode("Ben je er al?")
    undated = msgspec.structs.replace(one, lines=(Line("m", None, NOBODY, "", "Ben je er al?"),))
    assert judged(undated, known=(Known(NOBODY, "private", since=0),)).reasons == ()
    assert judged(undated, known=(Known(NOBODY, "private"),)).suggestion is Outcome.PRIVATE


def test_one_word_of_work_keeps_what_a_relative_writes() -> None:
    """A relative who writes of a Woo request is kept."""
    assert judged(episode("Heb jij dat Woo-verzoek gezien?", author=FAMILY)).keeps


def test_strong_evidence_for_both_is_a_boundary_case() -> None:
    """A relative who works at the ministry: an officer decides."""
    verdict = judged(episode("De nota voor de ministerraad is af", author=FAMILY))
    assert (verdict.outcome, verdict.doubtful) == (Outcome.BOUNDARY, True)


def test_coalition_talk_is_a_boundary_case() -> None:
    """Where the minister and the politician are one, no machine chooses."""
    assert judged(episode("Coalitieoverleg liep vast")).outcome is Outcome.BOUNDARY


def test_someone_known_as_two_kinds_proves_neither() -> None:
    """Of a minister who leads the party's list only the words tell."""
    both = (Known(NOBODY, "business"), Known(NOBODY, "party"))
    verdict = judged(episode("Ben je er al?"), known=both)
    assert (verdict.outcome, verdict.doubtful) == (Outcome.WORK, True)
    assert {one.code for one in verdict.reasons} == {"some"}


def test_an_unknown_kind_of_contact_is_an_error() -> None:
    """A kind that this version does not know is never passed over in silence."""
    with pytest.raises(KeyError, match="neighbour"):
        judged(episode("hoi"), known=(Known(NOBODY, "neighbour"),))


# -- rules that an officer confirmed --------------------------------------------------------------


def test_a_confirmed_rule_decides_until_it_changes() -> None:
    """A rule as it was confirmed decides; the same confirmation of a changed rule does nothing."""
    rule = next(one for one in RULES.rules if one.code == "private-family")
    word = Confirmation(rule.code, rule.digest, "officer-2", NOON)
    one = episode("Taart voor oma's verjaardag?", "Ja, dikke kus")
    decided = judged(one, RULES.confirm([word]))
    assert (decided.outcome, decided.suggestion, decided.doubtful) == (Outcome.PRIVATE, None, False)
    assert ("confirmed", f"officer-2 {NOON}") in decided.reasons[0].detail
    changed = msgspec.structs.replace(word, digest="0" * 64)
    assert judged(one, RULES.confirm([changed])).outcome is Outcome.UNDECIDED


def test_a_confirmed_rule_yields_to_a_word_of_work() -> None:
    """Nothing that a confirmed rule says takes an episode that speaks of work."""
    every = RULES.confirm(Confirmation(one.code, one.digest, "o", 1) for one in RULES.rules)
    mixed = episode("Taart voor oma's verjaardag?", "Ja, dikke kus", "En de nota?")
    assert judged(mixed, every).keeps
    two = episode("Taart voor oma's verjaardag?", "dikke kus", "Neem flyers mee")
    assert judged(two, every).outcome is Outcome.UNDECIDED


# -- the model ------------------------------------------------------------------------------------


def test_a_model_only_suggests_and_orders() -> None:
    """Whatever the model says, nothing becomes private and nothing certain becomes doubtful."""
    model = _model(None)
    for one in world(300, seed=3):
        plain, heard = (classify(one.episode, one.known, RULES, by) for by in (None, model))
        assert heard.outcome not in OTHERS
        assert heard.score is not None
        assert heard.version == f"{RULES.version} + {model.name}"
        if plain.outcome is Outcome.BOUNDARY or not plain.doubtful:
            assert heard.outcome is plain.outcome


# -- how much is lost, and how much is kept -------------------------------------------------------


@pytest.mark.parametrize(
    ("evidence", "most_kept"),
    [("rules", 0.36), ("rules and contacts", 0.26), ("rules, contacts and model", 0.30)],
)
@pytest.mark.parametrize("unseen", [0, 1])
def test_hardly_any_work_is_set_aside(
    evidence: str, most_kept: float, unseen: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of officials and sentences never seen, at least 99 in 100 episodes of work are kept."""
    model = _model(1 - unseen) if "model" in evidence else None
    test = world(2500, seed=2, half=unseen)
    recall, kept, opened = _measure(test, model, contacts=evidence != "rules")
    with capsys.disabled():
        told = f"recall {recall:.4f}, kept {kept:.3f}, opened {opened:.4f}"
        sys.stdout.write(f"\n{evidence}, half {unseen}: {told}\n")
    assert recall >= 0.99
    assert kept <= most_kept
    assert opened <= 0.005


def test_hardly_a_boundary_case_is_set_aside() -> None:
    """Of the cases on the boundary of office and party 98 in 100 are kept, ill typed or not."""
    cases = [one for one in world(4000, seed=5) if one.truth is Outcome.BOUNDARY]
    assert len(cases) > 100
    assert _share([classify(one.episode, one.known, RULES) for one in cases]) >= 0.98


@cache
def _model(half: int | None) -> Model:
    learn = world(4000, seed=1, half=half)
    examples = [(one.episode, one.truth) for one in learn]
    return train(examples, key="test", trained_on="2026-01-01")


def _measure(
    test: Sequence[Example], model: Model | None, *, contacts: bool
) -> tuple[float, float, float]:
    """Give the share of work that is kept, and of the rest that is kept and held for certain."""
    found = [
        (one.truth, classify(one.episode, one.known if contacts else (), RULES, model))
        for one in test
    ]
    work = [verdict for truth, verdict in found if truth is Outcome.WORK]
    rest = [verdict for truth, verdict in found if truth in OTHERS]
    sure = [one for one in rest if one.outcome is Outcome.WORK and not one.doubtful]
    return _share(work), _share(rest), len(sure) / len(rest)


def _share(verdicts: Sequence[Verdict]) -> float:
    return sum(one.keeps for one in verdicts) / len(verdicts)
