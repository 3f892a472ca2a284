"""Documents as PDF: everything visible, in every script, and nothing that a bar covers."""

from __future__ import annotations

import io
from typing import Any

import pytest

from archiver.cases.judgement import Outcome
from archiver.cases.redaction import Cover, Segment, Text, bar, redacted
from archiver.language import current, use
from archiver.produce.document import Addressed, Document, Line, Quoted, Reaction, Shown, outcome_of
from archiver.produce.pdf import typeface
from archiver.produce.pdf.flow import Style, Word, flowed
from archiver.produce.pdf.render import Layout, render

pypdf = pytest.importorskip("pypdf")

AT = 1_710_244_800_000
"""12 March 2024, 13:00 in Amsterdam."""


def words(text: str) -> tuple[Segment, ...]:
    """Give a text without bars."""
    return (Text(text),)


def line(number: int = 0, **values: Any) -> Line:
    """Give a line of a chat."""
    given: dict[str, Any] = {
        "record": f"d.{number}", "sent_at": AT + number * 60_000, "precision": "min",
        "kind": "message", "type": "text", "outcome": Outcome.PUBLIC, "grounds": (),
        "sender": words("Jan"), "body": words("Hallo"),
    }  # fmt: skip
    return Line(**(given | values))


def document(*lines: Line) -> Document:
    """Give a document of these lines."""
    return Document(
        number="gabc", title=words("Projectgroep"), conversation="c1", service="whatsapp",
        family=1, thread=1, since=AT, until=AT, lines=lines, outcome=Outcome.PARTLY,
        grounds=("5.1.2e",),
    )  # fmt: skip


def pdf(given: Document, layout: Layout = Layout.LIST) -> bytes:
    """Write a document in Dutch."""
    target, before = io.BytesIO(), current()
    use("nl")
    try:
        render(given, "Woo-1", target, layout)
    finally:
        use(before)
    return target.getvalue()


def text_of(data: bytes) -> str:
    """Give the words of a PDF's pages."""
    reader = pypdf.PdfReader(io.BytesIO(data))
    return "\n".join(page.extract_text() for page in reader.pages)


@pytest.mark.parametrize("layout", list(Layout))
def test_everything_of_a_message_is_visible(layout: Layout) -> None:
    """Marks, earlier wordings, quotations, reactions, missing files and stubs can be read."""
    said = text_of(
        pdf(
            document(
                line(
                    addressed=(Addressed("to", words("Omar")), Addressed("to", words("Pia"))),
                    marks=("bewerkt",),
                    edits=(words("Eerste tekst"),),
                    quoted=(Quoted(words("Els"), words("Hoe laat?")),),
                    reactions=(Reaction("👍", words("Piet")),),
                    attachments=(Shown(words("nota.pdf"), "application/pdf", 1234, "omitted"),),
                ),
                line(1, type="deleted", body=(), label=words("Bericht verwijderd")),
                line(2, kind="event", type="joined", body=(), label=words("Els kwam erbij")),
                line(3, outcome=Outcome.OUT_OF_SCOPE, sender=(), body=()),
                line(4, outcome=Outcome.DUPLICATE, of="gxyz", sender=(), body=()),
                line(5, outcome=Outcome.ALREADY, link="https://a.example", sender=(), body=()),
                line(6, sent_at=None),
            ),
            layout,
        )
    )
    for wanted in (
        "dinsdag 12 maart 2024", "13:00", "Aan: Omar, Pia", "bewerkt",
        "Eerdere tekst: Eerste tekst",
        "> Els: Hoe laat?", "Reactie 👍 – Piet", "nota.pdf (application/pdf, 1 kB; niet in",
        "[Bericht verwijderd]", "[Els kwam erbij]", "Buiten het verzoek.",
        "beoordeeld in document gxyz", "Reeds openbaar: https://a.example", "(geen tijd)",
        "Zaak Woo-1 – document gabc", "pagina 1", "Gronden: 5.1.2e",
    ):  # fmt: skip
        assert wanted in said, wanted


def test_a_bar_has_its_ground_and_nothing_else() -> None:
    """Under a bar there is no letter of what it covers, in no stream of the file."""
    body = redacted(
        "Bel Karel op 06-12345678", [Cover(4, 9, ("5.1.2e",)), Cover(13, 24, ("5.1.1e",))]
    )
    data = pdf(document(line(body=body), line(1, sender=(), body=(bar(("5.1.2i",)),))))
    said = text_of(data)
    assert "Bel" in said and "5.1.2e" in said and "5.1.1e" in said and "5.1.2i" in said
    assert "Karel" not in said and "12345678" not in said


def test_every_script_is_shown_or_named() -> None:
    """Dutch, Greek, Cyrillic, Hebrew, Arabic and signs are drawn; what no typeface has is named."""
    body = "Één coördinatie αβγ Привет 😀🧿 \u4e2d \U00030000"
    said = text_of(pdf(document(line(body=words(body)))))
    assert "Één coördinatie αβγ Привет 😀🧿" in said
    assert "[U+4E2D CJK UNIFIED IDEOGRAPH-4E2D]" in said.replace("\n", " ")
    assert "[U+30000 CJK UNIFIED IDEOGRAPH-30000]" in said.replace("\n", " ")


def test_right_to_left_is_drawn_from_the_right() -> None:
    """Hebrew stands mirrored on the page and Arabic in joined forms; the text goes beside it."""
    drawn = "".join(run.text for run in typeface.runs("a שלום b", bold=False))
    assert drawn == "a םולש b"
    arabic = "".join(run.text for run in typeface.runs("سلام", bold=False))
    assert arabic == "\ufee1\ufefc\ufeb3"
    data = pdf(document(line(body=words("zie שלום"))))
    page = pypdf.PdfReader(io.BytesIO(data)).pages[0]
    told = "\ufeffzie שלום".encode("utf-16-be").hex().upper()
    assert f"/ActualText <{told}>".encode() in page.get_contents().get_data()


def test_overriding_marks_turn_nothing_outside_their_text() -> None:
    """A mark that turns text round is carried out within its line and never shown."""
    drawn = "".join(run.text for run in typeface.runs("a \u202efdp.exe\u202c b", bold=False))
    assert drawn == "a exe.pdf b"


def test_typefaces_are_embedded() -> None:
    """Every font that a page uses lies in the file, and the document says title and language."""
    reader = pypdf.PdfReader(io.BytesIO(pdf(document(line(body=words("a 😀"))))))
    fonts = [one.get_object() for one in reader.pages[0]["/Resources"]["/Font"].values()]
    used = [one for one in fonts if "/FontDescriptor" in one]
    assert used and all("/FontFile2" in one["/FontDescriptor"] for one in used)
    assert [one for one in fonts if "/FontDescriptor" not in one] == []
    assert reader.metadata.title == "Gesprek op WhatsApp “Projectgroep”, 2024-03-12"
    assert reader.trailer["/Root"]["/Lang"] == "nl-NL"


@pytest.mark.parametrize("layout", list(Layout))
def test_the_same_document_has_the_same_bytes(layout: Layout) -> None:
    """Nothing in a PDF rests on the hour, the machine or chance."""
    given = document(*(line(number, body=words("tekst " * 40)) for number in range(80)))
    assert pdf(given, layout) == pdf(given, layout)
    assert len(pypdf.PdfReader(io.BytesIO(pdf(given, layout))).pages) > 3


@pytest.mark.parametrize("layout", list(Layout))
def test_no_text_is_lost_over_pages(layout: Layout) -> None:
    """A message longer than a page runs on, and each word of it is there once."""
    told = [f"w{number:05}" for number in range(3000)]
    said = text_of(pdf(document(line(body=words(" ".join(told)))), layout))
    assert [word for word in said.split() if word.startswith("w0")] == told


def test_a_word_wider_than_the_line_is_cut_nowhere_out() -> None:
    """A link without blanks is broken over lines, and blank lines stay."""
    rows = flowed(words("x" * 500 + "\n\ny"), Style(), 200.0)
    drawn = ["".join(atom.text for atom in row if isinstance(atom, Word)) for row in rows]
    assert "".join(drawn) == "x" * 500 + "y"
    assert drawn[-2:] == ["", "y"]


@pytest.mark.parametrize(
    ("outcomes", "whole"),
    [
        ("openbaar", "openbaar"),
        ("openbaar|niet openbaar", "deels openbaar"),
        ("niet openbaar|dubbel|buiten verzoek", "niet openbaar"),
        ("reeds openbaar|openbaar", "openbaar"),
        ("reeds openbaar|niet openbaar", "deels openbaar"),
        ("dubbel|buiten verzoek", "dubbel"),
        ("buiten verzoek", "buiten verzoek"),
    ],
)
def test_the_outcome_of_a_document(outcomes: str, whole: str) -> None:
    """It follows from its records; what is double or out of scope says nothing of the rest."""
    assert outcome_of(map(Outcome, outcomes.split("|"))) == Outcome(whole)
