"""One mail message: header, text, attachments, and what a hostile sender can do."""

from __future__ import annotations

import email.parser
import email.policy
import sys
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mail_cases import EXPORTS, Read, read

from archiver import configuration
from archiver.model import Item
from archiver.parse import address, decode, header, hypertext, mbox, mime
from archiver.parse.mime import LIMITS, Limits

HEADER = (
    b"From: Piet <piet@voorbeeld.nl>\nDate: Mon, 3 Mar 2025 11:00:00 +0100\nMessage-ID: <a@b>\n"
)
SEEN = Path(__file__).parent


def one(content: bytes, limits: Limits = LIMITS) -> Item:
    """Read the only item of some bytes; it must also be storable."""
    found = read(content, limits=limits)
    for each in (*found.items, *found.normals, *found.findings):
        msgspec.json.encode(each)
    [item] = found.items
    return item


def test_encoded_words_are_decoded() -> None:
    """Subjects in quoted-printable and base64, cut within a letter, read as their writer meant."""
    assert header.words("=?utf-8?Q?Zo=C3?= =?utf-8?Q?=AB?= en =?iso-8859-1?b?6Q==?=") == "Zoë en é"
    assert header.words("=?utf-8?q?een_twee?=\t=?utf-8*nl?Q?=21?= drie") == "een twee! drie"
    assert header.words("=?utf-8?q?niet af") == "=?utf-8?q?niet af"
    assert header.words("=?onbekend?q?Gr=C3=BC=C3=9Fe?=") == "Grüße"
    assert "W-M011" in read(HEADER + b"Subject: =?onbekend?q?=C3=BC?=\n\n").codes


def test_raw_letters_in_a_header_are_read_and_reported() -> None:
    """A header with raw bytes is read as UTF-8, else in the body's set, else Windows-1252."""
    for declared, octets, used in (
        (b"utf-8", "Zoë".encode(), "utf-8"),
        (b"iso-8859-2", "Łódź".encode("iso-8859-2"), "iso8859-2"),
        (b"x-none", "Zoë".encode("cp1252"), "cp1252"),
    ):
        found = read(
            HEADER
            + b"Subject: "
            + octets
            + b"\nContent-Type: text/plain; charset="
            + declared
            + b"\n\n"
        )
        assert found.items[0].values["header-charset"] == used
        assert found.items[0].title in ("Zoë", "Łódź") and "W-M006" in found.codes


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("piet@voorbeeld.nl", [("", "piet@voorbeeld.nl")]),
        ("piet@voorbeeld.nl (Piet K.)", [("Piet K.", "piet@voorbeeld.nl")]),
        ('"Klaver, P" <p@voorbeeld.nl>, b@c', [("Klaver, P", "p@voorbeeld.nl"), ("", "b@c")]),
        ("=?utf-8?q?Klaver,_Piet?= <p@q.nl>", [("Klaver, Piet", "p@q.nl")]),
        ('"baas@min.nl" <kwaad@x.nl>', [("baas@min.nl", "kwaad@x.nl")]),
        ("=?utf-8?q?baas=40min=2Enl=2C?= <kwaad@x.nl>", [("baas@min.nl,", "kwaad@x.nl")]),
        ("baas@min.nl(<kwaad@x.nl>)", [("<kwaad@x.nl>", "baas@min.nl")]),
        ("p@q.nl <p@q.nl>", [("p@q.nl", "p@q.nl")]),
        ("<@a.nl,@b.nl:piet@c.nl>", [("", "piet@c.nl")]),
        ("Team: a@b, C <c@d>;, e@f", [("", "a@b"), ("C", "c@d"), ("", "e@f")]),
        ("undisclosed-recipients:;", [("undisclosed-recipients", "")]),
        ("a@b; c@d", [("", "a@b"), ("", "c@d")]),
        ('"een\\"twee" <a@b>', [('een"twee', "a@b")]),
        ('"raar naam"@voorbeeld.nl', [("", '"raar naam"@voorbeeld.nl')]),
        ("Jan Smit", [("Jan Smit", "")]),
        ("Jan [BZK] <jan@x.nl>", [("Jan [BZK]", "jan@x.nl")]),
        ("</O=MIN/CN=JAN>", [("", "/O=MIN/CN=JAN")]),
        ("jan@[192.0.2.1]", [("", "jan@[192.0.2.1]")]),
        ("<jan@x.nl(thuis)>", [("", "jan@x.nl")]),
        ("", []), (",,;", []),
    ],
)  # fmt: skip
def test_address_list_names_who_is_meant(field: str, expected: list[tuple[str, str]]) -> None:
    """Names, groups, routes and comments are told apart from addresses."""
    found = address.read(field, most=99)
    assert (list(found.pairs), found.doubtful) == (expected, ())


@pytest.mark.parametrize(
    "field",
    [
        "baas@min.nl <kwaad@x.nl>", "<baas@min.nl> <kwaad@x.nl>", "baas@min.nl@x.nl", "<a@b@c.nl>",
        "jan smit@x.nl", "jan(a)smit@x.nl", "<jan(a)smit@x.nl>", '"baas@min.nl <kwaad@x.nl>',
        "baas@min.nl)kwaad@x.nl", "<kwaad@x.nl> baas@min.nl", "baas@min.nl(<kwaad@x.nl>", "a@b c@d",
        "<baas@min.nl:kwaad@x.nl>", "baas@min.nl <kwaad@x.nl", "@min.nl", "baas@", "<a@b",
        "a>b@c.nl", "<griffie(den haag)team>",
    ],
)  # fmt: skip
def test_address_with_two_readings_is_nobodys(field: str) -> None:
    """Where an address can be read in two ways none is used, and the field is reported."""
    found = address.read(field, most=99)
    assert found.doubtful
    assert all(not each for _, each in found.pairs)


def test_text_is_chosen_from_the_alternatives() -> None:
    """Plain text goes before HTML; an empty plain part gives way; the rest is attached."""
    both = (
        b'Content-Type: multipart/alternative; boundary=x\n\n--x\n\n%b\n--x\n'
        b"Content-Type: text/html\n\n<p>Opmaak</p>\n--x\n"
        b"Content-Type: text/calendar\n\nBEGIN\n--x--\n"
    )  # fmt: skip
    plain, empty = one(HEADER + both % b"Tekst"), one(HEADER + both % b" ")
    assert (plain.text, plain.marks) == ("Tekst", ())
    assert (empty.text, empty.marks) == ("Opmaak", ("text-from-html",))
    assert [each.media_type for each in plain.attachments] == ["text/calendar"]


def test_related_pictures_are_attached() -> None:
    """In a related set the first part is the text and the pictures are attachments."""
    item = one(
        HEADER + b"Content-Type: multipart/related; boundary=x\n\n"
        b"--x\nContent-Type: text/html\n\n<b>Hoi</b>\n"
        b"--x\nContent-Type: image/png\n\nPNG\n--x\nContent-Type: text/plain\n\nbijschrift\n--x--\n"
    )
    assert item.text == "Hoi"
    assert [each.media_type for each in item.attachments] == ["image/png", "text/plain"]


def test_html_becomes_readable_text() -> None:
    """Blocks become lines, references letters; scripts and comments go, what is left open stays."""
    assert hypertext.text("<p>a &lt;b&gt;</p><p>c<br>d</p>") == "a <b>\n\nc\nd"
    assert hypertext.text("<style>x</style>a<!-- b --> c<script>d<b>e</script>f") == "a cf"
    assert hypertext.text("1 < 2 <!-- open") == "1 < 2 open"
    assert hypertext.text("<td>a</td><td>b</td> <a href='x'\n>c</a") == "a b c</a"


def test_names_of_attachments_are_decoded() -> None:
    """File names in pieces, percent-encoded, in encoded words or raw read as their writer meant."""
    for parameter, name in (
        (b"filename*=utf-8''b%C3%A9.pdf", "bé.pdf"),
        (b'filename*0="een "; filename*1*=twee%2E; filename*2=pdf', "een twee.pdf"),
        (b'filename="=?utf-8?Q?b=C3=A9.pdf?="', "bé.pdf"),
        (b'filename="a\\"b.pdf"', 'a"b.pdf'),
        ('filename="bé.pdf"'.encode(), "bé.pdf"),
        (b"filename=../../etc/passwd", "../../etc/passwd"),
    ):
        top = b"Content-Type: application/pdf\nContent-Disposition: attachment; " + parameter
        assert one(HEADER + top + b"\n\nx").attachments[0].name == name


def test_signed_and_encrypted_mail_is_marked() -> None:
    """What is signed or encrypted says so, by its own bytes where the header does not."""
    signed = bytes.fromhex("308006092a864886f70d010702a080")
    smime = b"Content-Type: application/pkcs7-mime; name=smime.p7m\n\n"
    opaque = read(HEADER + smime + signed)
    assert opaque.items[0].marks == ("signed",) and "W-M019" in opaque.codes
    assert one(HEADER + smime + b"\x30\x80").marks == ("encrypted",)
    assert one(HEADER + smime.replace(b"p7m", b"p7c") + signed).marks == ()
    assert one(HEADER + b"Content-Type: multipart/signed; boundary=x\n\n--x\n\na\n--x--").marks == (
        "signed",
    )
    assert one(HEADER + b"\n-----BEGIN PGP MESSAGE-----\n").marks == ("encrypted",)
    assert one(HEADER + b"\n-----BEGIN PGP SIGNED MESSAGE-----\n").marks == ("signed",)


def test_attachment_that_is_elsewhere_is_missing() -> None:
    """A part that only refers to its content, or was taken out, is listed as missing."""
    kinds = {b"message/external-body": "external", b"text/x-moz-deleted": "deleted"}
    for kind, missing in kinds.items():
        assert one(HEADER + b"Content-Type: " + kind + b"\n\nx").attachments[0].missing == missing


def test_headers_that_are_out_of_bounds_are_reported() -> None:
    """Over-long fields, too many addresses and repeated fields are cut and reported."""
    small = Limits(field=20, addresses=2)
    content = b"Subject: " + b"x" * 30 + b"\nTo: a@b, c@d, e@f\nSubject: y\n" + HEADER + b"\n"
    found = read(content, limits=small)
    assert {"W-M007", "W-M008", "W-M009"} <= found.codes
    assert found.items[0].title == "x" * 20
    assert found.items[0].mail and found.items[0].mail.to == (("", "a@b"), ("", "c@d"))


def test_text_over_the_limit_is_cut_and_marked() -> None:
    """A text beyond the limit is cut, marked and reported; the rest stays in the original."""
    found = read(HEADER + b"\n" + b"x" * 30, limits=Limits(text=10))
    assert found.items[0].text == "x" * 10
    assert found.items[0].marks == ("text-capped",) and "W-M016" in found.codes


def test_too_many_parts_are_kept_as_one() -> None:
    """Beyond the allowed number of parts the rest of the bytes is one part, and reported."""
    body = b"Content-Type: multipart/mixed; boundary=x\n\n" + b"--x\nContent-Type: a/b\n\nc\n" * 9
    found = read(HEADER + body, limits=Limits(parts=4))
    assert "W-M014" in found.codes
    assert [each.size for each in found.items[0].attachments][:2] == [1, 1]
    assert (found.items[0].attachments[-1].size or 0) > 50


def _nested(levels: int, filler: bytes = b"") -> bytes:
    opening = b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (level, level)
        for level in range(levels)
    )
    closing = b"".join(b"--b%d--\n" % level for level in reversed(range(levels)))
    return HEADER + opening + b"\nbinnenin\n" + filler + closing


def test_deep_nesting_is_kept_unopened() -> None:
    """A mail nested 2,000 deep is one item; its bytes are attached unopened and reported."""
    found = read(_nested(2000))
    assert "W-M013" in found.codes
    assert len(found.items[0].attachments) == 1
    assert one(_nested(49)).text == "binnenin"


@pytest.mark.parametrize(
    "content",
    [
        b"To: " + b", ".join(b"p%d@voorbeeld.nl" % at for at in range(8000)) + b"\n\n",
        b"To: " + b";" * 65536 + b"\n\n",
        b"To: " + b"(" * 65536 + b"\nCc: " + b'"\\' * 40000 + b"\nBcc: " + b"<" * 65536 + b"\n\n",
        b"Subject: " + b"=?utf-8?q?" * 30000 + b"\n\n",
        b"X-Groot: " + b"a" * 10_000_000 + b"\n\n",
        b"References:" + b" " * 10_000_000 + b"\n\n",
        b"Subject: " + b"a\n " * 300_000 + b"\n\n",
        b"Content-Type: text/plain;" + b" " * 1_000_000 + b"a" * 1_000_000 + b"\n\n",
        b"Content-Type: text/html\n\n" + b"<!--" * 300_000,
        b"Content-Type: text/html\n\n" + b"<a " * 300_000,
        b"Content-Type: multipart/mixed; boundary=x\n\n" + b"--x\n" * 300_000,
        b"Content-Type: message/rfc822\n\n" * 2000,
        b"Content-Type: text/plain; charset=punycode\n\n" + b"a-" * 50_000,
        b"Content-Type: text/plain; charset=utf-7\n\n+2AA-",
        b"Content-Transfer-Encoding: quoted-printable\n\n" + b"=" * 500_000,
        b"\0" * 100_000, b"x" * 1_000_000, b"Subject: alleen een kop", b"\n\n\n", b":\n", b" \n",
    ],
    ids=lambda content: f"{content[:24]!r}",
)  # fmt: skip
def test_hostile_mail_is_one_item(content: bytes) -> None:
    """Bytes made to break or to stall a reader give one item that covers them all."""
    assert one(content).length == len(content)


def test_text_without_header_is_still_an_item() -> None:
    """A file with no header at all is kept as text, with findings that say what it lacks."""
    found = read(b"Hallo allemaal,\nhierbij.\n")
    assert found.items[0].text == "Hallo allemaal,\nhierbij."
    assert {"W-M003", "W-M004", "W-M005"} <= found.codes


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.sampled_from([
                HEADER, b"\n", b"\r\n", b"--x\n", b"--x--\n", b"Subject: =?", b"?=", b"utf-8?b?",
                b"Content-Type: multipart/mixed; boundary=x\n", b"To: ", b"<", b">", b'"', b"(",
                b"Content-Type: multipart/alternative; boundary=x\n", b"%ff",
                b"Content-Type: text/html; charset=utf-16\n",
                b"Content-Transfer-Encoding: base64\n",
                b"Content-Disposition: attachment; filename*0*=",
            ]),
            st.binary(max_size=20),
        ),
        max_size=25,
    ).map(b"".join)
)  # fmt: skip
def test_no_bytes_make_the_reader_fail(content: bytes) -> None:
    """Any bytes give at most one item, which covers them and can be stored."""
    found = read(content)
    for each in (*found.items, *found.normals, *found.findings):
        msgspec.json.encode(each)
    assert [item.length for item in found.items] == ([len(content)] if content else [])


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet='<>@,;:()"\\[] .ab=?q', max_size=40))
def test_address_reader_never_makes_up_an_address(field: str) -> None:
    """An address that is read stands in the field as it is, in one piece."""
    for _, found in address.read(field, most=50).pairs:
        assert found in field


@settings(max_examples=100, deadline=None)
@given(
    st.binary(max_size=60),
    st.sampled_from(["utf-8", "utf-7", "iso-2022-jp", "big5", "utf-16", "hex", "a\0"]),
)
def test_decoding_always_gives_storable_text(data: bytes, charset: str) -> None:
    """Whatever the bytes and whatever charset they claim, the text is well-formed Unicode."""
    decode.text(data, charset).text.encode("utf-8")


def test_parts_are_those_of_the_standard_library(samples: Path) -> None:
    """On real list mail our parts have the same types and contents as the standard library's."""
    compared = 0
    for path in sorted((samples / "mail" / "asf-list-archives").glob("*.mbox")):
        with path.open("rb") as stream:
            for piece in mbox._pieces(stream, LIMITS):
                if piece.raw:
                    compared += _compare(piece.raw.shown)
    assert compared > 650


def _compare(raw: bytes) -> int:
    top = header.read(raw, header.envelope(raw))
    ours = [
        (part.media_type, decode.transfer(raw[part.start : part.end], part.encoding).data)
        for part in mime.split(raw, top)
        if not part.is_multipart
    ]
    parser = email.parser.BytesParser(policy=email.policy.compat32)
    theirs = [
        (part.get_content_type(), part.get_payload(decode=True))
        for part in parser.parsebytes(raw).walk()
        if not part.is_multipart()
    ]
    assert ours == theirs
    return 1


def test_golden_parses_agree(samples: Path) -> None:
    """Subjects and texts of the RFC examples are those of a golden parse."""
    sys.path.insert(0, str(SEEN / "bench"))
    from mime_conformance import scores

    found = list(scores(samples / "mail" / "mime-conformance"))
    assert len(found) == 78
    assert all(score.agrees for score in found if score.group == "rfc" or score.what == "subject")
    assert sum(score.agrees for score in found if score.what == "text") == 32


def test_every_mail_finding_has_a_fixture() -> None:
    """Each code of the findings file is provoked by a kept export or named in these tests."""
    known = set(configuration.read("findings/mail.toml"))
    provoked: set[str] = set()
    for of in ("mbox", "eml"):
        for case in (EXPORTS / of).iterdir():
            found: Read = read(case / f"export.{of}", of)
            provoked |= found.codes
            assert found.codes <= known
    named = ("test_message.py", "test_mbox.py", "test_mail_levels.py", "mail_levels.py")
    tests = "".join((SEEN / name).read_text() for name in named)
    assert all(code in provoked or f'"{code}"' in tests for code in known)
