"""The sorting rules: data with its errors named, words found as people type them, false friends."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archiver import configuration
from archiver.classify.applying import apply
from archiver.classify.episode import Episode, Line, Outcome
from archiver.classify.moments import is_moment, within
from archiver.classify.rules import FaultyRules, Rules, load
from archiver.classify.terms import Term, Terms

SHIPPED = load()
NOON = 1_700_046_000_000  # Wednesday 2023-11-15, 12:00 in Amsterdam

DECIDE = "weak = 0.25\nstrong = 1.0\nwork = 0.9\nother = 0.1\n"
GOOD = """
[of-test]
suggests = "work"
weight = 0.5
en = "A test."
nl = "Een toets."
valid_from = 2020-01-01
"""
WORDS = 'words = ["nota"]\n'


def rules(folder: Path, *texts: str, decide: str = DECIDE) -> Rules:
    """Load rules from files of one rule each."""
    (folder / "decide.toml").write_text(decide, encoding="utf-8")
    for number, text in enumerate(texts):
        (folder / f"own{number}.toml").write_text(text, encoding="utf-8")
    return load(folder)


def codes(text: str, found: Rules = SHIPPED, **fields: object) -> set[str]:
    """Give the codes of the rules that fit a text."""
    given = {"title": "", "author": "tel:+31611110001", "sent_at": NOON, **fields}
    line = Line("m", given["sent_at"], str(given["author"]), "", text)  # type: ignore[arg-type]
    one = Episode("s", "whatsapp", str(given["title"]), "Mina Ister", (line.author,), (line,))
    return {reason.code for reason in apply(one, found)}


# -- files ----------------------------------------------------------------------------------------


def test_the_shipped_rules_are_sound() -> None:
    """The rules that ship load without a finding, for all four classes, in two languages."""
    assert {one.suggests for one in SHIPPED.rules} == set(Outcome) - {Outcome.UNDECIDED}
    assert all(one.en.endswith(".") and one.nl.endswith(".") for one in SHIPPED.rules)


@pytest.mark.parametrize(
    ("code", "text", "named"),
    [
        ("E-S101", "[of-test", "own0.toml"),
        ("E-S102", GOOD + WORDS + 'colour = "red"\n', "colour"),
        ("E-S102", GOOD.replace("0.5", '"much"') + WORDS, "weight"),
        ("E-S102", 'loose = "field"\n', "loose"),
        ("E-S103", GOOD.replace('"work"', '"undecided"') + WORDS, "of-test"),
        ("E-S103", GOOD.replace("Een toets.", " ") + WORDS, "of-test"),
        ("E-S104", GOOD.replace("0.5", "-1.0") + WORDS, "of-test"),
        ("E-S104", GOOD.replace("0.5", "9.0") + WORDS, "of-test"),
        ("E-S105", GOOD, "of-test"),
        ("E-S105", GOOD + 'times = ["mon 08:00-09:00"]\nunless = ["nota"]\n', "of-test"),
        ("E-S106", GOOD + 'words = ["na*"]\n', "na*"),
        ("E-S106", GOOD + 'words = ["twee-delig"]\n', "twee-delig"),
        ("E-S106", GOOD + 'words = [""]\n', "of-test"),
        ("E-S106", GOOD + 'domains = ["*"]\n', "*"),
        ("E-S107", GOOD + 'times = ["monday morning"]\n', "monday morning"),
        ("E-S108", GOOD + WORDS + "valid_until = 2019-01-01\n", "2019-01-01"),
        ("E-S108", GOOD.replace("2020-01-01", '"once"') + WORDS, "once"),
    ],
)
def test_a_faulty_rule_is_named_with_its_place(
    tmp_path: Path, code: str, text: str, named: str
) -> None:
    """Nothing is sorted by faulty rules; each error names the file, the rule and the reason."""
    with pytest.raises(FaultyRules) as raised:
        rules(tmp_path, text)
    (finding,) = raised.value.findings
    assert finding.code == code
    assert finding.values["file"] == "own0.toml"
    assert named in " ".join(map(str, finding.values.values()))
    assert "own0.toml" in str(raised.value)


def test_every_error_is_told_at_once(tmp_path: Path) -> None:
    """An officer who mends rules sees all errors of all files, a code given twice among them."""
    twice = GOOD + WORDS
    with pytest.raises(FaultyRules) as raised:
        rules(tmp_path, twice, twice, GOOD.replace("of-test", "other"))
    assert [one.code for one in raised.value.findings] == ["E-S105", "E-S109"]
    with pytest.raises(FaultyRules, match=r"decide\.toml"):
        rules(tmp_path, decide="weak = 1\n")


def test_rules_without_weights_are_refused(tmp_path: Path) -> None:
    """A folder without the weights of evidence sorts nothing."""
    with pytest.raises(FaultyRules, match=r"decide\.toml"):
        load(tmp_path)


def test_a_ministry_adds_its_own(tmp_path: Path) -> None:
    """Rules of a second folder stand beside those that ship, and the version says so."""
    (tmp_path / "own.toml").write_text(GOOD + 'words = ["waddengas"]\n', encoding="utf-8")
    both = load(configuration.folder() / "rules", tmp_path)
    assert "of-test" in codes("Over waddengas", both)
    assert both.version != SHIPPED.version
    assert load().version == SHIPPED.version


# -- conditions -----------------------------------------------------------------------------------


def test_every_kind_of_condition_must_fit(tmp_path: Path) -> None:
    """A rule with words, sender and hours fits only when all three do."""
    own = rules(
        tmp_path,
        GOOD + WORDS + 'senders = ["*@minvws.nl"]\ntimes = ["mon-fri 08:00-18:00"]\n',
    )
    author = "mail:Jan@MinVWS.nl"
    assert codes("de nota", own, author=author) == {"of-test"}
    assert codes("de brief", own, author=author) == set()
    assert codes("de nota", own) == set()
    assert codes("de nota", own, author=author, sent_at=NOON + 9 * 3_600_000) == set()
    assert codes("de nota", own, author=author, sent_at=None) == set()


def test_a_domain_holds_all_below_it() -> None:
    """A mail address of the central government is found, also below a domain, never beside it."""
    assert "work-domains" in codes("hoi", author="mail:a@minvws.nl")
    assert "work-domains" in codes("hoi", author="mail:a@post.MinVWS.nl")
    assert "work-domains" not in codes("hoi", author="mail:a@notminvws.nl")


def test_a_title_is_read_as_words() -> None:
    """The name of a group speaks as well as what is said in it."""
    assert codes("hoi", title="Familieweekend 2024") == {"private-titles"}
    assert "work-titles" in codes("hoi", title="Stuurgroep Wadden")


def test_a_rule_counts_in_its_period_only(tmp_path: Path) -> None:
    """A rule says nothing of episodes before its first day or after its last, in Dutch time."""
    own = rules(tmp_path, GOOD + WORDS + "valid_until = 2023-11-14\n")
    first, after = 1_577_833_200_000, 1_700_002_800_000  # 2020-01-01 and 2023-11-15 in Amsterdam
    assert codes("nota", own, sent_at=first - 1) == set()
    assert codes("nota", own, sent_at=first) == codes("nota", own, sent_at=after - 1) == {"of-test"}
    assert codes("nota", own, sent_at=after) == set()
    assert codes("nota", own, sent_at=None) == {"of-test"}


def test_days_and_hours_are_those_of_the_dutch_clock() -> None:
    """Days may run round the week, the first minute counts and the last does not."""
    assert within("wed 12:00-12:01", NOON)
    assert not within("wed 11:00-12:00", NOON)
    assert within("sat-wed 00:00-24:00", NOON)
    assert not within("thu-tue 00:00-24:00", NOON)
    assert not any(map(is_moment, ("wed 12:00-12:00", "wed 12:60-13:00", "wo 12:00-13:00", "")))


# -- words ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["KAMERBRIEF", "k@merbrief", "kamerbri3f", "k a m e r b r i e f", "kamer\u200bbrief",
     "kámerbrief", "𝗸𝗮𝗺𝗲𝗿𝗯𝗿𝗶𝗲𝗳", "kamerbrieven", "de-kamerbrief.pdf", "k.a.m.e.r.b.r.i.e.f"],
)  # fmt: skip
def test_words_written_to_be_missed_are_found(text: str) -> None:
    """Signs, digits, blanks, invisible characters and odd alphabets hide no word."""
    assert "work-parliament" in codes(text)


def test_the_name_of_a_file_speaks() -> None:
    """An attachment's name is read as text is."""
    line = Line("m", NOON, "tel:+31611110001", "", "zie", False, ("Nota_stikstof_v3.docx",))
    one = Episode("s", "signal", "", "M", (), (line,))
    assert {reason.code for reason in apply(one, SHIPPED)} >= {"work-papers"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("De wederpartij vroeg uitstel", "party-life"),
        ("Het duurt een fractie van een seconde", "party-group"),
        ("Ik denk dat de spanning hoog is, volt of ampère", "party-names"),
        ("cu morgen, sp", "party-names"),
        ("De nota van de garage is betaald", "work-papers"),
        ("Een stuk kaas en een stuk taart", "work-everyday"),
        ("Vaccinatiecampagne begint maandag", "party-elections"),
        ("De ALV van de VvE was saai", "party-life"),
        ("Mail jan@kamerbrief.nl", "party-life"),
    ],
)
def test_false_friends_are_no_evidence(text: str, code: str) -> None:
    """A word in another sense is no evidence for its class."""
    assert code not in codes(text)


def test_a_false_friend_excuses_only_what_it_covers() -> None:
    """The bill of the garage does not excuse the note for the minister beside it."""
    assert "work-papers" in codes("De nota van de garage is betaald, de nota voor de SG niet")


def test_parties_in_capitals_are_found() -> None:
    """A party whose name is a word is found where it is written as a name."""
    for text in ("DENK stemt tegen", "Volt wil meer", "de SP ook", "GL en CU zijn om"):
        assert "party-names" in codes(text)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80), st.sampled_from(["nota", "raad van state", "kamerbrie*", "*overleg*"]))
def test_a_term_is_found_wherever_it_stands(around: str, term: str) -> None:
    """Whatever stands before and behind it, with a blank between, a term is found."""
    said = term.replace("*", "")
    found = Terms([Term(0, term)]).find(f"{around} / {said} / {around}")
    assert any(hit.written == said for hit in found)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200))
def test_no_text_is_too_odd(text: str) -> None:
    """Any text at all is judged, the same twice, and within the weights of the rules."""
    line = Line("m", NOON, "tel:+31611110001", "", text)
    one = Episode("s", "whatsapp", text, "M", (), (line,))
    found = list(apply(one, SHIPPED))
    assert found == list(apply(one, SHIPPED))
    most = {rule.code: rule.most for rule in SHIPPED.rules}
    assert all(0 < reason.weight <= most[reason.code] for reason in found)


@pytest.mark.parametrize(
    "text",
    ["a@" * 100_000, "b" * 200_000 + " @", "a " * 100_000 + "bb", "$" * 200_000, "x@y." * 50_000],
)
def test_a_very_long_text_is_read_in_its_length(text: str) -> None:
    """A text made to keep the reader busy is read once through, and what stands behind it too."""
    assert "work-papers" in codes(f"{text} nota")
