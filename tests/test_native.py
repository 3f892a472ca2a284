"""Normalising messages of sources with identifiers of their own."""

from __future__ import annotations

from io import BytesIO

import pytest

from archiver.format import Learnt, Source
from archiver.model import Item, Kind, Member, Normal
from archiver.normalise.native import native_normaliser, typed
from archiver.parse.beside import NOT_HANDED_IN, SEVERAL, Beside


def normal(**values: object) -> Normal:
    """Normalise one item."""
    source = Source(BytesIO(), (), 0, "export", 0)
    item = Item(1, 0, 0, 0, **{"time_text": "1651500981000", **values})  # type: ignore[arg-type]
    return native_normaliser(source, Learnt(("epoch-ms",)))(item)


def test_an_edited_message_keeps_its_key() -> None:
    """The identifier, sender and time make a message the same, whatever its words are now."""
    first = normal(native_id="7", thread="g1", sender_id="tg:user5", text="Morgen om tien")
    edited = normal(native_id="7", thread="g1", sender_id="tg:user5", text="Morgen om elf")
    assert first.keys == edited.keys
    assert first.conflict == edited.conflict


@pytest.mark.parametrize("other", [{"sender_id": "tg:user6"}, {"time_text": "1651500982000"}])
def test_another_core_is_another_message(other: dict[str, str]) -> None:
    """The same identifier with another sender or time is a conflict and no match."""
    values = {"native_id": "7", "thread": "g1", "sender_id": "tg:user5", "text": "Akkoord"}
    first, second = normal(**values), normal(**{**values, **other})
    assert first.keys != second.keys
    assert first.conflict == second.conflict


def test_a_contact_that_was_renamed_is_no_conflict() -> None:
    """A mere name is no part of the key of a message that has an identifier."""
    one = normal(native_id="7", thread="g1", sender="Fatima")
    two = normal(native_id="7", thread="g1", sender="Fatima de Wit")
    assert one.keys == two.keys


def test_the_conversation_is_part_of_an_identifier() -> None:
    """Two conversations may number their messages alike."""
    assert (
        normal(native_id="7", thread="g1").conflict != normal(native_id="7", thread="g2").conflict
    )


def test_without_an_identifier_the_words_count() -> None:
    """A message without an identifier is compared by author, time, words and media."""
    one, two = normal(sender="Joris", text="ja"), normal(sender="Joris", text="nee")
    assert one.keys != two.keys
    assert one.conflict is None


def test_the_holder_has_an_author() -> None:
    """What the account's holder sent is theirs also where the source gives no name."""
    assert normal(marks=("own",)).author == "own:"
    assert normal(kind=Kind.EVENT).author == ""


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("jid:31612345678@s.whatsapp.net", "e164:+31612345678"),
        ("jid:31612345678.0:12@s.whatsapp.net", "e164:+31612345678"),
        ("jid:98765432109876@lid", "lid:98765432109876"),
        ("jid:31612345678-1600000000@g.us", "jid:31612345678-1600000000@g.us"),
        ("e164:06 12345678", "e164:+31612345678"),
        ("e164:1234", "name:1234"),
        ("mail:Noor@Voorbeeld.NL", "mail:noor@voorbeeld.nl"),
        ("mxid:@noor:voorbeeld.nl", "mxid:@noor:voorbeeld.nl"),
    ],
)
def test_identifiers_have_one_form(given: str, expected: str) -> None:
    """A WhatsApp address with a number is that number; a hidden one never is, though all digits."""
    assert typed(given) == expected


def members(*names: str) -> tuple[Member, ...]:
    """Make members whose bytes differ by their names."""
    return tuple(Member(name, 3, name.rpartition("/")[2] + "-bytes") for name in names)


def test_the_longest_common_end_of_a_path_wins() -> None:
    """A file is found by the path it had on the phone, under whatever folder it was handed in."""
    beside = Beside(members("x/msgstore.db", "x/Media/a/IMG-1.jpg", "y/Media/b/IMG-1.jpg"), 0)
    found = beside.attachment("Media/b/IMG-1.jpg", media_type="image/jpeg")
    assert (found.member, found.missing, found.name) == (2, "", "IMG-1.jpg")


def test_what_is_not_there_is_said_to_be_missing() -> None:
    """A file that was not handed in keeps its name and the reason."""
    found = Beside(members("main.jsonl"), 0).attachment("files/aa/bb.jpg", size=12)
    assert (found.name, found.size, found.missing) == ("bb.jpg", 12, NOT_HANDED_IN)


def test_of_two_different_files_none_is_taken() -> None:
    """Where two files of other content fit equally well, nothing is guessed."""
    two = (Member("chat.db", 1, "0"), Member("a/x.jpg", 1, "1"), Member("b/x.jpg", 1, "2"))
    assert Beside(two, 0).attachment("/var/x.jpg").missing == SEVERAL
