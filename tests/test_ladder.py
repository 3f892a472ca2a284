"""The ladder: which items are one record, whatever the order in which deliveries came."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archiver.deduplicate import Ladder
from archiver.deduplicate.candidates import Candidate
from archiver.model import NEW, Decision, Kind, Row
from tests.ministry import Ministry, chat, mail, mailbox, ministry

FEW = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


class Memory:
    """What is known already, in memory."""

    def __init__(
        self,
        strand: Sequence[tuple[bytes, int]] = (),
        keys: Sequence[tuple[bytes, int, int]] = (),
        items: dict[int, int] | None = None,
        authors: Sequence[tuple[bytes, int, str]] = (),
    ) -> None:
        self.strand, self.keys, self.items = strand, keys, items or {}
        self.authors = authors

    def in_strand(self, strand: int, times: Iterable[int | None]) -> list[Candidate]:
        """Give all of the strand."""
        return [(key, record, record, 0, 1, record) for key, record in self.strand]

    def by_keys(self, keys: Sequence[bytes], *, held: bool) -> Iterator[tuple[bytes, int, int]]:
        """Give what has one of the keys."""
        yield from (known for known in self.keys if known[0] in keys)

    def named(
        self, strand: int, keys: Sequence[bytes]
    ) -> Iterator[tuple[bytes, int, int | None, str]]:
        """Give who is known under one of the identifiers, all at one moment."""
        yield from ((key, record, 0, author) for key, record, author in self.authors if key in keys)

    def items_of(self, delivery: int, first: int, last: int) -> dict[int, int]:
        """Give the other delivery's items."""
        return {item: record for item, record in self.items.items() if first <= item <= last}

    def find(self, thread: str) -> tuple[int, int] | None:
        """Know one thread."""
        return (1, 1) if thread == "known" else None


def ladder(memory: Memory, fresh: Iterable[int] = (), twin: int | None = None) -> Ladder:
    """Make a ladder over what is in memory."""
    return Ladder(memory, memory, set(fresh), twin)


def row(
    number: int, *keys: bytes, scope: str = "strand", counted: bool = True, **more: object
) -> Row:
    """Make one row to decide on."""
    values = {"thread": "known", "conflict": None} | more
    return Row(
        number=number, kind=Kind.MESSAGE, type="text", sent_at=0, basis="min/assumed", author="",
        label="", subject=None, text="", folded=None, stem="", marks="", title="", scope=scope,
        counted=counted, keys=keys, **values,
    )  # type: ignore[arg-type]  # fmt: skip


def test_nothing_is_decided_about_nothing() -> None:
    """A batch without items has no decisions."""
    assert ladder(Memory()).decide([]) == []
    assert list(ladder(Memory()).split([])) == [[]]


def test_equal_messages_are_matched_one_to_one() -> None:
    """Three times the same in one minute meets two known records: the third is new."""
    decisions = ladder(Memory([(b"ok", 7), (b"ok", 8)])).decide([row(n, b"ok") for n in (1, 2, 3)])
    assert [decision.record for decision in decisions] == [7, 8, 0]
    assert decisions[0] == Decision(7, 3, "chat-3/1")
    assert decisions[2] is NEW


def test_a_strand_that_the_delivery_opened_knows_nothing() -> None:
    """What a delivery itself just brought is never matched with itself."""
    assert ladder(Memory([(b"ok", 7)]), fresh=[1]).decide([row(1, b"ok")]) == [NEW]


def test_an_item_without_a_key_is_always_new() -> None:
    """What cannot be compared is linked to nothing."""
    assert ladder(Memory([(b"", 7)])).decide([row(1)]) == [NEW]


@pytest.mark.parametrize(
    ("known", "author", "joined"),
    [
        (("mail:a@x",), "", True),
        (("",), "mail:a@x", True),
        (("", "mail:a@x"), "", True),
        (("", "mail:b@x"), "mail:a@x", False),
        (("mail:b@x",), "mail:a@x", False),
        (("name:Lien",), "mail:a@x", True),
    ],
)
def test_a_copy_without_a_sender_contradicts_none(
    known: tuple[str, ...], author: str, joined: bool
) -> None:
    """Identifier and time are enough where one side names nobody; two people stay two."""
    memory = Memory(authors=[(b"id", 7, one) for one in known])
    item = msgspec.structs.replace(row(1, b"new", conflict=b"id"), author=author)
    late = msgspec.structs.replace(item, sent_at=1)
    wanted = Decision(7, 2, "native-unnamed/1") if joined else NEW
    assert ladder(memory).decide([item]) == [wanted]
    assert ladder(memory).decide([late]) == [NEW]


def test_the_same_file_is_united_item_by_item() -> None:
    """Another account's copy of the very same chat file: each item meets its own counterpart."""
    memory = Memory([(b"a", 5)], items={1: 11, 2: 12})
    decisions = ladder(memory, twin=3).decide([row(1, b"a"), row(2, b"b"), row(3, b"c")])
    assert decisions == [Decision(5, 3, "chat-3/1"), Decision(12, 1, "same-file/1"), NEW]


def test_a_mail_takes_the_copy_most_like_it() -> None:
    """Equal bytes go before equal but for transport, whatever stands first in the box."""
    known = Memory(keys=[(b"neutral", 1, 2), (b"neutral", 2, 2), (b"bytes-2", 2, 1)])
    box = [
        row(1, b"neutral", b"bytes-9", scope="mail"),
        row(2, b"neutral", b"bytes-2", scope="mail"),
    ]
    decisions = ladder(known).decide(box)
    assert [(one.record, one.level) for one in decisions] == [(1, 2), (2, 1)]


def test_mails_without_an_id_are_counted() -> None:
    """Two equal mails without a Message-ID meet one known record: the second is new."""
    known = Memory(keys=[(b"neutral", 1, 2)])
    decisions = ladder(known).decide([row(n, b"neutral", scope="mail") for n in (1, 2)])
    assert [one.record for one in decisions] == [1, 0]


def test_mails_with_an_id_are_one_however_often_they_come() -> None:
    """Two copies of one mail with its Message-ID in one box are one record with two items."""
    rows = [row(n, b"id", scope="mail", counted=False) for n in (1, 2)]
    assert [len(part) for part in ladder(Memory()).split(rows)] == [1, 1]
    known = Memory(keys=[(b"id", 4, 3)])
    assert [one.record for one in ladder(known).decide(rows)] == [4, 4]


def test_another_content_under_one_id_is_a_conflict() -> None:
    """The same Message-ID with another content is never merged; it is named."""
    new = row(1, b"key", scope="mail", conflict=b"id")
    found = list(ladder(Memory(keys=[(b"id", 9, 5)])).conflicts([new], [NEW]))
    assert found == [(new, 9)]


# -- whatever the order ---------------------------------------------------------------------------

_TEXTS = st.sampled_from(["ok", "ok", "👍", "ja", "Akkoord met het voorstel van de directie"])
_MESSAGES = st.lists(
    st.tuples(st.integers(0, 3), st.sampled_from(["Lien", "Omar"]), _TEXTS), min_size=1, max_size=12
)


@st.composite
def _exports(draw: st.DrawFn) -> tuple[str, str, bool]:
    """Draw two exports of one history: cut at start and end, lines deleted, perhaps renamed."""
    history = sorted(draw(_MESSAGES), key=lambda message: message[0])
    rare = draw(st.integers(0, 30))
    history += [(4 + n // 3, "Lien", f"Regel {n} van het verslag van die dag") for n in range(rare)]
    return _part(draw, history), _part(draw, history), draw(st.booleans())


def _part(draw: st.DrawFn, history: list[tuple[int, str, str]]) -> str:
    start = draw(st.integers(0, len(history) - 1))
    end = draw(st.integers(start + 1, len(history)))
    gone = draw(st.sets(st.integers(0, len(history)), max_size=2))
    kept = [message for n, message in enumerate(history) if start <= n < end and n not in gone]
    return chat([(0, "", "Lien heeft de groep “Overleg” gemaakt"), *kept])


@pytest.mark.unmeasured
@FEW
@given(_exports())
def test_two_chat_exports_meet_in_either_order(drawn: tuple[str, str, bool]) -> None:
    """Overlapping exports give the same records whichever of them came first.

    They repeat themselves within a minute, begin late, lack lines, or have another title.
    """
    first, second, renamed = drawn
    names = (
        "WhatsApp-chat met Overleg.txt",
        f"WhatsApp-chat met {'Zaak' if renamed else 'Overleg'}.txt",
    )
    _same_in_either_order([(names[0], first), (names[1], second)])


_MAILS = st.lists(
    st.tuples(
        st.integers(1, 3),
        st.booleans(),
        st.sampled_from(["Akkoord", "From hier tot daar"]),
        st.sampled_from(
            [
                "",
                "X-Gmail-Labels: Werk\n",
                "Received: from a by b; Fri, 13 May 2022 09:00:00 +0200\n",
            ]
        ),
        st.integers(0, 2),
    ),
    min_size=1,
    max_size=6,
)


@pytest.mark.unmeasured
@FEW
@given(_MAILS, _MAILS)
def test_two_mailboxes_meet_in_either_order(
    first: list[tuple[int, bool, str, str, int]], second: list[tuple[int, bool, str, str, int]]
) -> None:
    """Mailboxes give the same records whichever came first.

    They hold duplicates, mails without an id, other transport headers, other quoting of ``From``.
    """
    _same_in_either_order([("een.mbox", _box(first)), ("twee.mbox", _box(second))])


def _box(mails: list[tuple[int, bool, str, str, int]]) -> str:
    return mailbox(
        [
            mail(number, _quoted(text, depth), message_id="" if named else None, extra=extra)
            for number, named, text, extra, depth in mails
        ]
    )


def _quoted(text: str, depth: int) -> str:
    return ">" * max(1, depth) + text if text.startswith("From ") else text


def _same_in_either_order(files: list[tuple[str, str]]) -> None:
    partitions = []
    for order in (files, files[::-1]):
        with TemporaryDirectory() as folder:
            office = ministry(Path(folder))
            for number, (name, text) in enumerate(order):
                found = office.ingest(office.write(f"{number}/{name}", text), code=None)
                assert found["read"] == sum(
                    found[part] for part in ("new", "known", "rejected", "excluded")
                )
            partitions.append(office.partition())
            again = [office.ingest(path, code=None) for path in _handed_in(office)]
            assert all(one["new"] == 0 for one in again)
            assert office.partition() == partitions[-1]
    assert partitions[0] == partitions[1]


def _handed_in(office: Ministry) -> list[Path]:
    return sorted(path for path in (office.folder / "handed-in").rglob("*") if path.is_file())


@pytest.mark.parametrize("turned", [False, True])
def test_explain_tells_the_partition(tmp_path: Path, turned: bool) -> None:
    """What `explain` lists for each record is what the archive holds as one record."""
    office = ministry(tmp_path)
    texts = [
        chat([(0, "Lien", "ok"), (0, "Lien", "ok")]),
        chat([(0, "Lien", "ok"), (1, "Omar", "ja")]),
    ]
    for number, text in enumerate(texts[::-1] if turned else texts):
        office.ingest(office.write(f"{number}/WhatsApp-chat met X.txt", text))
    hashes = {
        row["delivery"]: row["sha256"] for row in office.json("delivery", "list")["deliveries"]
    }
    told = set()
    for hit in office.search()["hits"]:
        held = office.json("explain", hit["id"])["holdings"]
        told.add(frozenset(f"{hashes[one['delivery']]}:{one['item']}" for one in held))
    assert told == office.partition()
    assert sorted(map(len, told)) == [1, 1, 2]
