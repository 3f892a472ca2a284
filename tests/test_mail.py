"""Mail normalised: times, authors, threads, and which copies are one message."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mail_cases import Read, read

from archiver.model import Normal, Zone
from archiver.normalise import mail, mail_date
from archiver.normalise.mail import letters
from archiver.normalise.text import matching
from archiver.parse.mime import Limits

HEADER = (
    b"From: Piet Klaver <piet@voorbeeld.nl>\nDate: Mon, 3 Mar 2025 11:00:00 +0100\n"
    b"Message-ID: <een@voorbeeld.nl>\nSubject: Afspraak\n"
)
POSTMARK = b"From piet@voorbeeld.nl Mon Mar  3 10:00:00 2025\n"


def of(content: bytes, of: str = "eml") -> Normal:
    """Normalise the only message of some bytes."""
    [normal] = read(content, of).normals
    return normal


@pytest.mark.parametrize(
    ("text", "expected", "is_stated"),
    [
        ("Mon, 3 Mar 2025 11:00:00 +0100", "2025-03-03T10:00:00", True),
        ("3 Mar 2025 11:00 +0100", "2025-03-03T10:00:00", True),
        ("Mon,3 Mar 25 11:00:00 EST", "2025-03-03T16:00:00", True),
        ("3 Mar 97 11:00:00 PDT", "1997-03-03T18:00:00", True),
        ("3 Mar 125 11:00:00 GMT", "2025-03-03T11:00:00", True),
        ("Mon, 3 Mar 2025 11:00:00 -0000", "2025-03-03T11:00:00", True),
        ("Mon, 3 Mar 2025 11:00:00 A", "2025-03-03T11:00:00", True),
        ("Mon, 3 Mar 2025 11:00:00", "2025-03-03T11:00:00", False),
        ("Mon, 3 Mar 2025 11:00:00 XYZT", "2025-03-03T11:00:00", False),
        ("Mon, 3 Mar 2025 11:00:00 +9900", "2025-03-03T11:00:00", False),
        ("Mon (ma), 3 (drie (3)) Mar 2025 11:00:00 +0100 (CET)", "2025-03-03T10:00:00", True),
        ("Mon, 3 Mar 2025 23:59:60 +0000", "2025-03-03T23:59:59", True),
        ("ma 3 mrt 2025 11:00:00 GMT+0100", "2025-03-03T10:00:00", True),
        ("3-May-2025 11:00:00 CEST", "2025-05-03T09:00:00", True),
        ("From x@y Mon Mar  3 11:00:00 2025", "2025-03-03T11:00:00", False),
        ("From 123@xxx Mon Mar 03 11:00:00 +0100 2025", "2025-03-03T10:00:00", True),
        ("From x@y Mon Mar  3 11:00:00 2025 -0500", "2025-03-03T16:00:00", True),
        ("2025-03-03T11:00:00Z", "2025-03-03T11:00:00", True),
        ("2025-03-03 11:00:00+01:00", "2025-03-03T10:00:00", True),
        ("Wed, 31 Dec 1980 12:00:00 +0000", "1980-12-31T12:00:00", True),
    ],
)
def test_date_text_gives_its_instant(text: str, expected: str, is_stated: bool) -> None:
    """A date in any form that mail uses gives its instant, and says whether its zone is stated."""
    found = mail_date.read(text)
    wanted = int(datetime.fromisoformat(expected).replace(tzinfo=UTC).timestamp()) * 1000
    assert found == (wanted, is_stated)


@pytest.mark.parametrize(
    "text",
    [
        "", "gisteren", "Mon, 3 Mar 0000 10:00:00 +0000", "Fri, 1 Jan 2100 00:00:00 +0000",
        "Thu, 1 Jan 2099 00:00:00 GMT", "31 Dec 1969 10:00:00 +0000", "32 Mar 2025 10:00:00 +0000",
        "3 Foo 2025 10:00:00 +0000", "3 Mar 2025 25:00:00 +0000", "3 Mar 2025",
        "3 Mar 20250 10:00 Z", "(" * 500, "1 " * 500,
    ],
)  # fmt: skip
def test_nonsense_date_gives_no_instant(text: str) -> None:
    """A date that no mail can have is not bent into one."""
    assert mail_date.read(text) is None


@settings(max_examples=60, deadline=None)
@given(st.datetimes(datetime(1970, 1, 2), datetime(2098, 12, 31), timezones=st.timezones()))
def test_every_date_that_is_written_right_is_read_right(moment: datetime) -> None:
    """The standard library's own writing of a date is read back to the second."""
    found = mail_date.read(format_datetime(moment))
    assert found is not None
    offset = moment.utcoffset()
    assert offset is not None
    if offset.total_seconds() % 60 == 0:
        assert found.at == int(moment.timestamp() // 1) * 1000


def test_time_comes_from_date_then_transport_then_postmark() -> None:
    """A missing or impossible date gives way to the first hop, and that to the mailbox's line."""
    future = HEADER.replace(b"2025", b"2097")
    received = (
        b"Received: from b by c; Mon, 3 Mar 2025 10:00:09 +0000\n"
        b"Received: from a by b; Mon, 3 Mar 2025 10:00:01 +0000\n"
    )
    assert of(HEADER + b"\nx").sent_at == 1_740_996_000_000
    assert of(received + future + b"\nx").sent_at == 1_740_996_001_000
    by_postmark = of(POSTMARK + future + b"\nx", "mbox")
    assert (by_postmark.sent_at, by_postmark.zone) == (1_740_996_000_000, Zone.ASSUMED)
    assert of(future + b"\nx").sent_at is None


def test_author_is_the_address_in_lower_case() -> None:
    """The author is found whatever the case of the address; a name stands in where none is sure."""
    assert of(b"From: P <Piet@Voorbeeld.NL>\nTo: a@b\n\nx").author == "mail:piet@voorbeeld.nl"
    assert of(b"From: Piet  KLAVER\nTo: a@b\n\nx").author == "name:piet klaver"
    assert of(b"To: a@b\n\nx").author == ""


def test_thread_is_named_by_its_oldest_known_message() -> None:
    """References go before In-Reply-To, that before the message's own identifier."""
    reply = HEADER + b"In-Reply-To: <twee@x>\n"
    assert of(reply + b"References: <nul@x> <twee@x>\n\nx").thread == "nul@x"
    assert of(reply + b"\nx").thread == "twee@x"
    assert of(HEADER + b"\nx").thread == "een@voorbeeld.nl"
    assert re.fullmatch("neutral:[0-9a-f]{16}", of(b"To: a@b\nSubject: x\n\nx").thread)


def test_copy_that_travelled_otherwise_is_the_same_message() -> None:
    """Transport headers, folds, line ends and From-quoting do not make another message."""
    plain = HEADER + b"To: a@b,\n c@d\n\nEen\nFrom twee\n"
    other = (
        b"Received: x; Mon, 3 Mar 2025 10:00:01 +0000\nX-Gmail-Labels: Inbox\nDKIM-Signature: v=1\n"
        + HEADER + b"To: a@b,\n\tc@d\n\nEen\nFrom twee\n"
    )  # fmt: skip
    boxed = [POSTMARK + each.replace(b"\nFrom t", b"\n>From t") + b"\n" for each in (plain, other)]
    boxed.append(POSTMARK + other.replace(b"\nFrom t", b"\n>>From t"))
    copies = [of(each) for each in (plain, other, plain.replace(b"\n", b"\r\n"))]
    copies += [of(each, "mbox") for each in boxed]
    assert len({normal.keys[0] for normal in copies}) == 1
    assert len({normal.keys[1] for normal in copies}) == 1
    assert len({normal.keys[2] for normal in copies}) == 6
    assert not any(normal.counted for normal in copies)


def test_same_identifier_with_other_content_is_a_conflict() -> None:
    """Another text or another attachment under the same Message-ID never counts as the same."""
    one, two = of(HEADER + b"\nAkkoord."), of(HEADER + b"\nNiet akkoord.")
    assert one.keys[0] != two.keys[0]
    assert one.conflict == two.conflict is not None
    kind = b"Content-Type: application/pdf\nContent-Transfer-Encoding: base64\n\n"
    assert of(HEADER + kind + b"YQ==").keys[0] != of(HEADER + kind + b"Yg==").keys[0]
    emoji = [
        of(HEADER + b"Content-Type: text/plain; charset=utf-8\n\n" + sign.encode())
        for sign in "👍👎"
    ]
    assert emoji[0].keys[0] != emoji[1].keys[0]


def test_message_without_identifier_is_compared_by_bytes_and_counted() -> None:
    """Two mails without Message-ID are the same only where all but transport is equal."""
    bare = b"From: a@b\nSubject: x\nDate: Mon, 3 Mar 2025 11:00:00 +0100\n\nok\n"
    one, other, late = (
        of(bare),
        of(b"Received: x; y\n" + bare),
        of(bare.replace(b"11:00", b"11:01")),
    )
    assert one.keys[0] == other.keys[0] != late.keys[0]
    assert one.counted and one.conflict is None and len(one.keys) == 2


def test_message_that_was_read_in_part_is_not_equal_by_that_part() -> None:
    """A text over its limit is compared by all of its bytes, not by its beginning."""
    limits = Limits(text=10)
    texts = [HEADER + b"\n" + b"a" * 20 + end for end in (b"x\n", b"y\n", b"x\r\n")]
    keys = [read(text, limits=limits).normals[0].keys[0] for text in texts]
    assert keys[0] == keys[2] != keys[1]


_LINES = st.lists(
    st.sampled_from(
        [
            "Akkoord.",
            "From nu af",
            ">From gisteren",
            "",
            "--x",
            "Zoë zegt: één",
            "=C3=A9",
            "--x--",
            " ",
        ]
    ),
    max_size=8,
)
_KINDS = st.sampled_from(
    [
        "Content-Type: text/plain; charset=utf-8",
        "Content-Type: multipart/mixed; boundary=x",
        "Content-Type: text/x-patch; charset=utf-8; name=a.patch",
        "Content-Type: application/pdf\nContent-Transfer-Encoding: base64",
        "Content-Type: text/plain\nContent-Transfer-Encoding: quoted-printable",
    ]
)


@settings(max_examples=80, deadline=None)
@given(_LINES, _KINDS, st.booleans())
def test_keys_are_nested(body: list[str], kind: str, has_id: bool) -> None:
    """Equal bytes give equal neutral keys, and equal neutral keys give equal message keys."""
    top = HEADER if has_id else HEADER.replace(b"Message-ID", b"X-Was-ID")
    raw = top + kind.encode() + b"\n\n" + "\n".join(body).encode() + b"\n"
    boxed = re.sub(rb"(?m)^(>*From )(?!:)", rb">\1", raw.split(b"\n\n", 1)[1])
    mailbox = POSTMARK + raw.split(b"\n\n", 1)[0] + b"\n\n" + boxed + b"\n"
    copies = [
        of(raw), of(raw.replace(b"\n", b"\r\n")), of(raw.rstrip(b"\n") + b"\n"),
        of(mailbox, "mbox"), of(mailbox.split(b"\n", 1)[1][:-1]), of(b"Received: by y; z\n" + raw),
    ]  # fmt: skip
    for coarse, fine in zip(range(len(copies[0].keys) - 1), range(1, 9), strict=False):
        pairs = {(normal.keys[fine], normal.keys[coarse]) for normal in copies}
        assert len(pairs) == len({pair[0] for pair in pairs})
    assert len({normal.keys[0] for normal in copies}) == 1


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from("aB1_. éßÉ\u0301\u00a0ſİﬁ²"))))
def test_letters_are_the_alphanumeric_characters_of_the_folded_text(text: str) -> None:
    """However it is computed, what is compared is NFC, case folded, letters and digits only."""
    folded = unicodedata.normalize("NFC", text).casefold()
    kept = "".join(character for character in folded if character.isalnum())
    assert letters(text) == (kept or matching(text))


def test_signs_beyond_ascii_that_are_passed_over_say_nothing() -> None:
    """What is left out without a look is no letter or digit, and is the same in every form."""
    passed = [sign for sign in map(chr, range(128, 0x110000)) if not mail._MEANT.match(sign)]
    alike = [sign for sign in map(chr, range(128, 0x110000)) if not mail._COMPOSED.match(sign)]
    assert not any(map(str.isalnum, "".join(passed).casefold()))
    assert set(passed) < set(alike)
    for before in ("a", "E", "\u0131", "\u2019"):
        beside = "".join(f"{before}{sign}" for sign in alike)
        assert unicodedata.normalize("NFC", beside) == beside


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60))
def test_letters_are_the_same_for_ascii_and_for_all(text: str) -> None:
    """Rewrapping a text does not change its letters, and no two ways of counting them differ."""
    assert letters(text) == letters(" \n> ".join(text)) or not any(map(str.isalnum, text))
    assert letters("é 1_2-A") == "é12a"


def _month(samples: Path, archive: str) -> Read:
    name = f"maven-dev-2017-11-{archive}.mbox"
    return read(samples / "mail" / "asf-list-archives" / name, "mbox")


def test_two_archives_of_one_list_hold_the_same_messages(samples: Path) -> None:
    """All 317 messages of a month meet their copy in another archive: 316 by id, 1 by its bytes.

    No bytes are equal. One pair differs in its body by one level of From-quoting only; compared
    without undoing that it would look like a conflict.
    """
    one, two = _month(samples, "mailarchivesao"), _month(samples, "mboxvm")
    assert len(one.items) == len(two.items) == 317
    mine = {normal.keys[0]: normal for normal in one.normals}
    pairs = [(mine[normal.keys[0]], normal) for normal in two.normals]
    assert len(mine) == len(pairs) == 317
    assert sum(not normal.counted for _, normal in pairs) == 316
    assert all(first.keys[-2] == second.keys[-2] for first, second in pairs)
    assert not any(first.keys[-1] == second.keys[-1] for first, second in pairs)
    assert all(normal.sent_at is not None for normal in two.normals)
    assert sum(not item.time_text for item in two.items) == 34


def test_list_messages_that_came_twice_are_ten_records(samples: Path) -> None:
    """Ten messages in both archives are ten records; three stand in November's mailbox too."""
    folder = samples / "mail" / "asf-list-archives"
    both = [
        read(folder / f"maven_duplicates_2017_{name}.mbox", "mbox")
        for name in ("mailarchivesao", "mboxvm")
    ]
    keys = [{normal.keys[0] for normal in found.normals} for found in both]
    assert len(keys[0]) == 10 and keys[0] == keys[1]
    november = {normal.keys[0] for normal in _month(samples, "mboxvm").normals}
    assert len(november & keys[0]) == 3


def test_dates_before_2000_are_used_as_they_are(samples: Path) -> None:
    """Mails of 1992 and 1996 keep their dates."""
    found = read(samples / "mail" / "mbox-boundaries" / "content-length.mbox.txt", "mbox")
    years = {datetime.fromtimestamp((n.sent_at or 0) / 1000, UTC).year for n in found.normals}
    assert years == {1992, 1996, 1997}
