"""Words and stems: they agree with FTS5, and a word finds its other forms."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlcipher3 import dbapi2

from archiver.configuration import read
from archiver.search import analyse
from archiver.search.analyse import Analysis
from archiver.search.tokens import indexed, words

DUTCH = Analysis.dutch()

FAMILIES = (
    "minister ministers",
    "besluit besluiten besluitje besloot besloten",
    "beslissing beslissingen beslissen beslist besliste beslis",
    "notitie notities",
    "nota notas",
    "kamerbrief kamerbrieven",
    "kamerlid kamerleden",
    "toeslag toeslagen",
    "aanbesteding aanbestedingen aanbesteden",
    "ambtenaar ambtenaren",
    "financiën financien FINANCIËN",
    "coördinatie coordinatie Coördinatie",
    "vergadering vergaderingen vergaderen vergadert vergaderde vergaderd",
    "overleg overleggen overlegt overlegde overlegd",
    "app apps appen appt appte geappt appje appjes",
    "mail mails mailen mailt mailde gemaild mailtje",
    "sturen stuurt stuurde gestuurd",
    "schilderij schilderijen",
    "overheid overheden",
    "wijzigen wijzigt gewijzigd wijziging wijzigingen",
    "advies adviezen",
    "adviseren adviseert adviseerde geadviseerd",
    "kinderopvangtoeslag kinderopvangtoeslagen",
    "bezwaarschrift bezwaarschriften",
    "dijk dijken dĳk",
)

STRANGERS = (
    ("minister", "mini"),
    ("ministerie", "minister"),
    ("overheid", "over"),
    ("geweld", "wel"),
    ("geweld", "geld"),
    ("eenheid", "een"),
    ("gezag", "zag"),
    ("gezin", "zin"),
    ("gemeente", "mening"),
    ("gevallen", "vallen"),
    ("schilderij", "schild"),
    ("innen", "in"),
    ("geënt", "en"),
    ("waarheid", "waar"),
    ("genieten", "niet"),
    ("geregeld", "geld"),
)


def _tokens(texts: Iterable[str]) -> list[list[str]]:
    """Index texts in a table as the catalogue has it, and give the tokens that FTS5 made."""
    database = dbapi2.connect(":memory:")
    database.execute(
        "create virtual table f using fts5(text, tokenize='unicode61 remove_diacritics 2')"
    )
    database.execute("create virtual table v using fts5vocab(f, 'instance')")
    asked = list(texts)
    rows = ((number, indexed(text)) for number, text in enumerate(asked, 1))
    database.executemany("insert into f(rowid, text) values (?, ?)", rows)
    found: dict[int, dict[int, str]] = defaultdict(dict)
    for term, document, offset in database.execute("select term, doc, offset from v"):
        found[document][offset] = term
    return [[found[row][at] for at in sorted(found[row])] for row in range(1, len(asked) + 1)]


# -- words ----------------------------------------------------------------------------------------


@pytest.mark.unmeasured
def test_every_character_is_judged_as_fts5_judges_it() -> None:
    """Each character of the first two planes parts, ends or joins words just as in the index."""
    texts = [f"aI{chr(code)}e {chr(code)}" for code in range(1, 0x20000)]
    wrong = [
        text for text, found in zip(texts, _tokens(texts), strict=True) if found != words(text)
    ]
    assert wrong == []


@settings(max_examples=150, deadline=None)
@given(st.lists(st.text(max_size=40), max_size=10))
def test_words_are_the_tokens_of_fts5(texts: list[str]) -> None:
    """Whatever is written, the words found here are the words found by the index."""
    assert _tokens(texts) == [words(text) for text in texts]


@given(st.text())
def test_what_is_indexed_stays_as_it_is(text: str) -> None:
    """Making the indexed form twice changes nothing, and the folded words are final too."""
    once = indexed(text)
    assert indexed(once) == once
    assert words(" ".join(words(text))) == words(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("e-mail naar j.jansen@voorbeeld.nl", "e mail naar j jansen voorbeeld nl"),
        ("nota's over financiën", "nota s over financien"),
        ("bel 06-12345678 of +31612345678", "bel 06 12345678 of 31612345678"),
        ("akkoord🤝", "akkoord"),
        ("top👍🏽!", "top"),
        ("@\u2068Fatima Yılmaz\u2069 graag", "fatima yılmaz graag"),
        ("besluit\u00advorming", "besluitvorming"),
        ("dĳk ﬁets Ⅷ", "dijk fiets viii"),
        ("e\u0301e\u0301n cafe\u0301", "een cafe"),
        ("\ufeffZ.s.m.\u00a0reageren", "z s m reageren"),
        ("👍 …", ""),
    ],
)
def test_words_of_what_people_write(text: str, found: str) -> None:
    """Mentions, emoji, accents, ligatures and hidden characters leave the words findable."""
    assert " ".join(words(text)) == found
    assert " ".join(_tokens([text])[0]) == found


@pytest.mark.parametrize(
    "text",
    ["Gaat de minister akkoord?", "“Coördinatie” kost € 5 – ja’s", "ok 👍 ❤️ 😀 🇳🇱", "Ёлка 京都"],
)
def test_common_text_is_indexed_as_it_stands(text: str) -> None:
    """Text that the index reads well is not changed, so that it need not be kept twice."""
    assert indexed(text) is text


@given(st.text(max_size=30))
@settings(max_examples=100, deadline=None)
def test_a_long_text_is_indexed_as_a_short_one_is(text: str) -> None:
    """How a text enters the index does not depend on what stands far before it."""
    before = "notulen " * 40
    assert indexed(f"{before}{text}") == f"{before}{indexed(text)}"


# -- stems ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("family", FAMILIES)
def test_forms_of_one_word_share_a_stem(family: str) -> None:
    """A word finds its plural, its diminutive and the forms of its verb."""
    assert len({DUTCH.stem(word) for word in family.split()}) == 1


@pytest.mark.parametrize(("word", "stranger"), STRANGERS)
def test_words_that_only_look_alike_do_not(word: str, stranger: str) -> None:
    """A word does not find a word of another family."""
    assert DUTCH.stem(word) != DUTCH.stem(stranger)


def test_extra_words_are_the_stems_that_the_text_does_not_show() -> None:
    """The index gets each stem once, in order, and none that is a word of the text already."""
    text = "De ministers namen besluiten; besluiten over nota’s, coördinatie en een besluit."
    assert DUTCH.extra(text) == "minister naam besluit coordineer"
    assert DUTCH.extra("") == DUTCH.extra("👍") == ""


@given(st.text(max_size=60))
def test_extra_words_are_found_again_by_their_stem(text: str) -> None:
    """Every word of a text is found by its own stem, in the text or among the extra words."""
    extra = DUTCH.extra(text).split()
    for word in words(text):
        stem = DUTCH.stem(word)
        assert stem in extra or (stem == word and word in words(text))
    assert len(extra) == len(set(extra))


def test_what_is_no_word_is_not_stemmed() -> None:
    """Numbers, other scripts and endless strings are searched only as they stand."""
    for text in ("2024", "covid19en", "Привет", "a" * 41, "aanbestedingen" * 4):
        assert DUTCH.stem(text) == words(text)[0]
    assert DUTCH.extra("x" * 100_000) == ""


def test_memory_stays_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many different words pass, only so many are remembered, and stems stay the same."""
    monkeypatch.setattr(analyse, "_REMEMBERED", 10)
    small = Analysis(read("stemming/nl.toml"))
    for number in range(100):
        assert small.extra(f"besluiten {'x' * (number % 30)}y ministers") == "besluit minister"
        assert len(small._stems) <= 10


def test_the_name_of_an_analysis_changes_with_its_corrections() -> None:
    """An index can tell that its stems were made with another list or another stemmer."""
    shipped = read("stemming/nl.toml")
    other = Analysis({**shipped, "words": {**shipped["words"], "brug": ["bruggen"]}})
    assert DUTCH.name.startswith(f"{analyse.VERSION} dutch ")
    assert Analysis.dutch().name == DUTCH.name != other.name


def test_the_corrections_contradict_nothing() -> None:
    """Each word stands in one family only, is written folded, and a stem is its own stem."""
    corrections = read("stemming/nl.toml")
    for table in ("words", "endings"):
        forms = [form for stem, found in corrections[table].items() for form in {stem, *found}]
        assert len(forms) == len(set(forms))
        assert all(words(form) == [form] for form in forms)
    for stem in corrections["words"]:
        assert DUTCH.stem(stem) == stem
    for word in corrections["function"]:
        assert words(word) == [word]


def test_stems_of_a_mail_are_those_of_its_words() -> None:
    """A long text is looked at line by line; quoting and repetition do not change its stems."""
    lines = ("Beste collega's,", "> > De besluiten zijn genomen.", ">Besluiten over toeslagen", "")
    text = "\n".join(lines * 20)
    assert len(text) > 400
    expected = dict.fromkeys(stem for word in words(text) if (stem := DUTCH.extra(word)))
    assert DUTCH.extra(text) == " ".join(expected)
    assert DUTCH.extra(text) == DUTCH.extra("\n".join(lines))


def test_a_quoted_line_has_the_stems_of_the_line() -> None:
    """The marks of quoting, however many, change nothing of what a mail is found by."""
    said = ["De besluiten van de ministers liggen klaar. " * 6, "Wij wachten op de brieven."]
    quoted = "\n".join(f"{'> ' * depth}{line}" for depth in range(3) for line in said)
    assert DUTCH.extra(quoted) == DUTCH.extra("\n".join(said * 2)) != ""
