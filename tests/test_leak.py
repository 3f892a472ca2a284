"""The leak check: in whatever form a removed string hides, it is seen before it is handed out."""

from __future__ import annotations

import base64
import gzip
import io
import json
import random
import zipfile
from email.message import EmailMessage
from pathlib import Path

import pytest
import reportlab
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from archiver.cases.leak import check
from archiver.cases.leak_pdf import pdf_texts
from archiver.cases.quotation import Removed
from archiver.cases.redaction import Cover, Text, kept, redacted
from archiver.cases.tight import tight

SECRET = "Karim el Amrani"


def _xlsx(text: str) -> bytes:
    """Write a workbook as far as it matters: a text in two runs of one cell."""
    half = len(text) // 2
    runs = f"<si><r><t>{text[:half]}</t></r><r><t>{text[half:]}</t></r></si>"
    return _zip({"xl/sharedStrings.xml": f"<sst>{runs}</sst>".encode()})


def _zip(members: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as container:
        for name, content in members.items():
            container.writestr(name, content)
    return made.getvalue()


def _mail(text: str, encoding: str) -> bytes:
    message = EmailMessage()
    message["Subject"] = "Overleg"
    message.set_content(text, cte=encoding)
    return message.as_bytes()


def _pdf(text: str, font: str = "Helvetica", title: str = "") -> bytes:
    made = io.BytesIO()
    canvas = Canvas(made, invariant=1)
    canvas.setTitle(title)
    canvas.setFont(font, 11)
    for at, line in enumerate(text.splitlines()):
        canvas.drawString(50, 800 - 14 * (at % 50), line)
        if at % 50 == 49:
            canvas.showPage()
            canvas.setFont(font, 11)
    canvas.save()
    return made.getvalue()


def _embedded() -> str:
    """Register a font whose letters a PDF holds by numbers of its own."""
    folder = Path(reportlab.__file__).parent / "fonts"
    pdfmetrics.registerFont(TTFont("Embedded", folder / "Vera.ttf"))
    return "Embedded"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("stuk.txt", b"gesproken met karim el amrani"),
        ("stuk.txt", b"gesproken met Karim\n> El-Amrani"),
        ("stuk.txt", "gesproken met Kárim\u00a0el Amrani".encode()),
        ("stuk.csv", b'1;"KARIM EL AMRANI";ja'),
        ("stuk.bin", b"\x00\x01" + "Karim el Amrani".encode("utf-16-le")),
        ("stuk.xml", b"<a>Karim<b> el</b> Amrani</a>"),
        ("stuk.xml", b"<a naam='Karim el &#65;mrani'/>"),
        ("stuk.html", b"<a href='https://voorbeeld.example/?q=Karim%20el%20Amr%61ni'>x</a>"),
        ("stuk.json", json.dumps({"a": ["Kárim el Amrani"]}).encode()),
        ("stuk.jsonl", b'{"a": 1}\n{"b": "Karim el \\u0041mrani"}\n'),
        ("lijst.xlsx", _xlsx(SECRET)),
        ("mail.eml", _mail("groet,\nKarim el Amrani", "base64")),
        ("mail.eml", _mail("groet,\nKarim el Amrani é", "quoted-printable")),
        ("mail.eml", b"From: =?utf-8?b?" + base64.b64encode(SECRET.encode()) + b"?=\n\nja"),
        ("pak.zip", _zip({"a/b.zip": _zip({"c.txt": SECRET.encode()})})),
        ("pak.zip", _zip({"Karim el Amrani.txt": b"leeg"})),
        ("pak.gz", gzip.compress(SECRET.encode(), mtime=0)),
        ("stuk.pdf", _pdf("gesproken met Karim el Amrani")),
        ("stuk.pdf", _pdf("gesproken met Karim\nel Amrani", _embedded())),
        ("stuk.pdf", _pdf("leeg", title="Brief aan Karim el Amrani")),
        ("Karim el Amrani.txt", b"leeg"),
    ],
)  # fmt: skip
def test_a_name_is_seen_in_every_kind_of_file(tmp_path: Path, name: str, content: bytes) -> None:
    """A removed name is seen in each kind of file, however it is encoded or broken off."""
    (tmp_path / name).write_bytes(content)
    found = check([SECRET], tmp_path)
    assert [(one.string, one.file) for one in found.leaks][:1] == [(0, name)]
    assert found.unread == ()
    assert not found.is_clean


@pytest.mark.parametrize(
    ("secret", "written"),
    [
        ("06-12345678", "+31 (0)6 1234 5678"),
        ("+31612345678", "06 12 34 56 78"),
        ("NL51 VBLD 0123 4567 89", "nl51vbld0123456789"),
        ("karim.elamrani@voorbeeld.example", "karim.elamrani@elders.example"),
        ("123456782", "1234.56.782"),
        ("Jan", "gesproken met JAN."),
        ("De Boer", "mevrouw de Boer"),
    ],
)
def test_other_spellings_are_seen(tmp_path: Path, secret: str, written: str) -> None:
    """A number, an address or a short name is seen in another spelling."""
    (tmp_path / "a.txt").write_text(f"en {written} zei", "utf-8")
    assert len(check([secret], tmp_path).leaks) == 1


def test_a_short_name_inside_a_word_is_no_leak(tmp_path: Path) -> None:
    """A removed Jan does not make January a leak."""
    (tmp_path / "a.txt").write_text("in januari, na de boerderij", "utf-8")
    assert check(["Jan", "De Boer"], tmp_path).is_clean


def test_what_cannot_be_sought_is_told(tmp_path: Path) -> None:
    """Strings too short to be sought are named by number, and so are files that were not read."""
    locked = _pdf("leeg") + b"\n% /Encrypt"
    for name, content in {
        "a.7z": b"7z\xbc\xaf\x27\x1c", "b.pdf": locked, "c.json": b"{", "d.zip": b"PK\x03\x04",
    }.items():  # fmt: skip
        (tmp_path / name).write_bytes(content)
    found = check(["ja", "🙏", "Karim"], tmp_path)
    assert found.unsought == (0, 1)
    assert {(one.file, one.reason) for one in found.unread} == {
        ("a.7z", "container-7z"), ("b.pdf", "encrypted-pdf"), ("c.json", "broken-json"),
        ("d.zip", "broken-zip"),
    }  # fmt: skip
    assert not found.is_clean


def test_what_an_officer_judged_public_elsewhere_may_be_there(tmp_path: Path) -> None:
    """A string that was accepted is not sought; its number stays that of the list given."""
    (tmp_path / "a.txt").write_text("Karim el Amrani en Lotte de Vries", "utf-8")
    found = check([SECRET, "Lotte de Vries"], tmp_path, accepted=["karim el-amrani"])
    assert [one.string for one in found.leaks] == [1]


def test_two_hundred_planted_secrets(tmp_path: Path) -> None:
    """Of 200 secrets in bodies, quotations and file names none is left, and unredacted all are."""
    secrets = _secrets(200)
    texts = [f"Bericht {at}: graag {one} erbij in het dossier." for at, one in enumerate(secrets)]
    judged = [
        (text, [Cover(text.index(one), text.index(one) + len(one), ("5.1.2e",))])
        for text, one in zip(texts, secrets, strict=True)
    ]
    removed = Removed(judged)
    bare = [kept(redacted(text, passages)) for text, passages in judged]
    quotations = [f"Zie hieronder.\n> {text[:20]}\n> {text[20:]}" for text in texts]
    bare += [kept(redacted(one, removed.covers(one))) for one in quotations]
    _write(tmp_path / "public", bare)
    _write(tmp_path / "full", [*texts, *quotations])

    public = check(removed.strings, tmp_path / "public")
    full = check(removed.strings, tmp_path / "full")
    assert set(removed.strings) == set(secrets)
    assert public.leaks == ()
    assert public.is_clean
    for name in ("alles.txt", "alles.pdf", "alles.json", "alles.xlsx"):
        assert {one.string for one in full.leaks if one.file == name} == set(range(200))


def test_segments_hold_nothing_of_what_was_removed() -> None:
    """What is handed on to be drawn has no secret in any of its values."""
    segments = redacted("Bel Karim el Amrani nu", [Cover(4, 19, ("5.1.2e",))])
    assert "amrani" not in repr(segments).lower()
    assert [one for one in segments if isinstance(one, Text)] == [Text("Bel "), Text(" nu")]


def _secrets(count: int) -> list[str]:
    """Make names, numbers, addresses and accounts that occur nowhere else."""
    chance = random.Random(7)
    letters = "bcdfghklmnprstvz"
    found: list[str] = []
    for at in range(count):
        word = "".join(chance.choice(letters) + chance.choice("aeiou") for _ in range(4)).title()
        number = f"{chance.randrange(10**7, 10**8)}"
        forms = (
            f"{word} van der {word[::-1].title()}", f"06-{number}",
            f"{word.lower()}@voorbeeld.example", f"{word}straat {at + 1}", f"NL51VBLD00{number}",
        )  # fmt: skip
        found.append(forms[at % len(forms)])
    return found


def _write(folder: Path, texts: list[str]) -> None:
    folder.mkdir()
    joined = "\n".join(texts)
    (folder / "alles.txt").write_text(joined, "utf-8")
    (folder / "alles.pdf").write_bytes(_pdf(joined, _embedded()))
    (folder / "alles.json").write_text(json.dumps(texts), "utf-8")
    (folder / "alles.xlsx").write_bytes(_xlsx(joined))


def test_a_pdf_is_read_as_another_reader_does() -> None:
    """All that an independent reader finds on the pages of a PDF, the check reads too."""
    pypdf = pytest.importorskip("pypdf")
    text = "Één brief (aan) Çelik \\ 'ß' – nummer 06-12345678\n" * 60
    for font in ("Helvetica", _embedded()):
        data = _pdf(text, font, title="Titel: Zoë")
        pages = pypdf.PdfReader(io.BytesIO(data)).pages
        read = " ".join(words for words, _ in pdf_texts(data))
        for page in pages:
            assert tight(page.extract_text()) in tight(read)
        assert "titelzoe" in tight(read)
