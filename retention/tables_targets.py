"""What a proposal asks the catalogue: which items are in its scope, and what is known of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from operator import attrgetter

import msgspec
from msgspec import Struct

from archiver.store.catalogue import deliveries
from archiver.store.catalogue.connection import Connection, parts
from archiver.store.catalogue.homes import record_of
from archiver.store.catalogue.schema import belongs


class Place(Struct, frozen=True, array_like=True, gc=False):
    """An item that holds a copy, by private keys, its time, and how the copy is appraised.

    `rule` is the number of the rule, None when nobody appraised it yet; times in ms since 1970.
    `copies` is how many copies the record has, in all accounts.
    """

    delivery: int
    item: int
    copy: int
    strand: int
    sent_at: int | None
    rule: int | None
    start_at: int | None
    end_at: int | None
    record: int
    copies: int


class Strand(Struct, frozen=True):
    """A strand's service and conversation, and the account that it is of, by public ids."""

    service: str
    conversation: str
    account: str


class Whole(Struct, frozen=True):
    """A delivery as the catalogue knows it: its account, service, balance and period."""

    id: int
    delivery: str
    account: str
    service: str
    state: str
    sha256: str
    items: int
    all_read: int
    since: int | None
    until: int | None


def of_records(connection: Connection, publics: Iterable[str]) -> tuple[set[int], list[str]]:
    """Give the copies of these records, and the names that no record has."""
    found, unknown = set[int](), []
    for public in publics:
        record = record_of(connection, public)
        if record is None:
            unknown.append(public)
            continue
        found.update(
            row[0]
            for row in connection.execute(
                f"SELECT p.id FROM record r JOIN copy p ON {belongs('p', 'r')} WHERE r.id = ?",
                (record,),
            )
        )
    return found, unknown


def of_conversations(connection: Connection, publics: Iterable[str]) -> tuple[set[int], list[str]]:
    """Give the copies of all strands of these conversations, and the names that none has."""
    found, unknown = set[int](), []
    for public in publics:
        row = connection.execute(
            "SELECT id FROM conversation WHERE public = ?", (public,)
        ).fetchone()
        if row is None:
            unknown.append(public)
            continue
        found.update(
            copy
            for (copy,) in connection.execute(
                "SELECT n.copy FROM strand s JOIN strand_copy n ON n.strand = s.id"
                " WHERE s.conversation = ?",
                row,
            )
        )
    return found, unknown


def of_account(connection: Connection, public: str) -> set[int]:
    """Give the copies of all strands of an account."""
    return {
        copy
        for (copy,) in connection.execute(
            "SELECT n.copy FROM account a JOIN strand s ON s.account = a.id"
            " JOIN strand_copy n ON n.strand = s.id WHERE a.public = ?",
            (public,),
        )
    }


def of_delivery(connection: Connection, delivery: int) -> list[tuple[int, int]]:
    """Give (item, copy) of everything that a delivery holds."""
    return connection.execute(  # type: ignore[no-any-return]
        "SELECT item, copy FROM holding WHERE delivery = ? ORDER BY item", (delivery,)
    ).fetchall()


def places(connection: Connection, copies: Iterable[int]) -> list[Place]:
    """Give every item that holds one of these copies, by delivery and number."""
    with _chosen(connection):
        connection.executemany(
            "INSERT OR IGNORE INTO temp.chosen VALUES(?)", ((copy,) for copy in copies)
        )
        return _places(connection)


def places_due(connection: Connection, at: int) -> list[Place]:
    """Give every item whose term of appraisal V has run at a moment (ms since 1970)."""
    with _chosen(connection):
        connection.execute(
            "INSERT INTO temp.chosen SELECT a.copy FROM appraisal a JOIN rule r ON r.id = a.rule"
            " WHERE a.end_at <= ? AND r.appraisal = 'V'",
            (at,),
        )
        return _places(connection)


@contextmanager
def _chosen(connection: Connection) -> Iterator[None]:
    connection.execute("CREATE TEMP TABLE chosen(copy INTEGER PRIMARY KEY)")
    try:
        yield
    finally:
        connection.execute("DROP TABLE temp.chosen")


def _places(connection: Connection) -> list[Place]:
    rows = connection.execute(
        "SELECT h.delivery, h.item, h.copy, p.strand, p.sent_at, y.rule, y.start_at, y.end_at,"
        " p.record, 1 + (SELECT count(*) FROM copy o WHERE o.record = p.record AND o.beside = 1)"
        " FROM temp.chosen x JOIN holding h ON h.copy = x.copy JOIN copy p ON p.id = x.copy"
        " LEFT JOIN appraisal y ON y.copy = x.copy"
    )
    return sorted((Place(*row) for row in rows), key=attrgetter("delivery", "item"))


def strands(connection: Connection) -> dict[int, Strand]:
    """Give all strands by their private keys."""
    rows = connection.execute(
        "SELECT s.id, s.service, c.public, a.public FROM strand s"
        " JOIN conversation c ON c.id = s.conversation JOIN account a ON a.id = s.account"
    )
    return {key: Strand(*rest) for key, *rest in rows}


def by_key(connection: Connection, delivery: int) -> str:
    """Give the public id of a delivery."""
    return deliveries.public_of(connection, delivery)


def originals(connection: Connection, delivery: str) -> tuple[str, ...]:
    """Give the objects that hold the bytes of a delivery as they were handed in."""
    row = connection.execute(
        "SELECT objects FROM delivery WHERE public = ?", (delivery,)
    ).fetchone()
    roles = msgspec.json.decode(row[0] if row else "{}", type=dict[str, tuple[str, ...]])
    return roles.get("original", ())


def alike(connection: Connection, deliveries: Collection[str]) -> set[int]:
    """Give the copies that look like what another account had destroyed, by its findings.

    Only in these deliveries, in any when none is named.
    """
    rows = connection.execute(
        "SELECT h.copy, d.public FROM finding f JOIN delivery d ON d.id = f.delivery"
        " JOIN holding h ON h.delivery = f.delivery AND h.item = f.item"
        " WHERE f.code IN ('W-D006', 'W-D007')"
    )
    return {copy for copy, public in rows if not deliveries or public in deliveries}


def shared(connection: Connection, delivery: int) -> int:
    """Count the items of a delivery whose copy another delivery holds too."""
    return int(
        connection.execute(
            "SELECT count(*) FROM holding h WHERE h.delivery = ?1 AND EXISTS"
            " (SELECT 1 FROM holding o WHERE o.copy = h.copy AND o.delivery <> ?1)",
            (delivery,),
        ).fetchone()[0]
    )


def whole(connection: Connection, public: str) -> Whole | None:
    """Give a delivery as a whole."""
    row = connection.execute(
        "SELECT d.id, d.public, coalesce(a.public, ''), coalesce(a.service, ''), d.state, d.sha256,"
        " d.new + d.known - d.destroyed, d.read = d.new + d.known AND d.destroyed = 0, d.since,"
        " d.until FROM delivery d LEFT JOIN account a ON a.id = d.account WHERE d.public = ?",
        (public,),
    ).fetchone()
    return None if row is None else Whole(*row)


def texts(connection: Connection, copies: Iterable[int]) -> Iterator[str]:
    """Give what these copies say."""
    for part, among in parts(copies):
        for row in connection.execute(f"SELECT text FROM copy WHERE id IN ({among})", part):
            yield row[0]


def dying(connection: Connection, targets: Mapping[int, Collection[int] | None]) -> list[int]:
    """Give the copies that nothing holds any more once these items of deliveries are gone.

    The deliveries by their private keys; of one that goes whole stands None.
    """
    touched = {
        copy
        for delivery, items in targets.items()
        for item, copy in of_delivery(connection, delivery)
        if items is None or item in items
    }
    staying = set[int]()
    for part, among in parts(sorted(touched)):
        for copy, delivery, item in connection.execute(
            f"SELECT copy, delivery, item FROM holding WHERE copy IN ({among})", part
        ):
            if delivery not in targets or item not in (targets[delivery] or (item,)):
                staying.add(copy)
    return sorted(touched - staying)


def living_texts(connection: Connection, without: set[int]) -> Iterator[str]:
    """Give every text that the catalogue has but for those copies', in every form it has."""
    for copy, *found in connection.execute(
        "SELECT id, text, folded, stem, subject, label FROM copy"
    ):
        if copy not in without:
            yield from (text for text in found if text)


def names(connection: Connection) -> Iterator[str]:
    """Give every title and name that the catalogue has, of what lives on or does not.

    And what officers wrote of holds and assignments: the words that a hold asks for stay in it.
    """
    for query in (
        "SELECT title FROM conversation", "SELECT identifier FROM participant",
        "SELECT label FROM participant_label", "SELECT name FROM delivery_member",
        "SELECT person FROM account", "SELECT owner FROM account",
        "SELECT scope FROM hold", "SELECT reason FROM hold", "SELECT reason FROM hold_step",
        "SELECT answer FROM letter", "SELECT note FROM letter", "SELECT reason FROM assignment",
    ):  # fmt: skip
        for (text,) in connection.execute(query):
            yield text
