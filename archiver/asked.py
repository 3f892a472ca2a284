"""What is asked of the archive: words, put together, and filters."""

from __future__ import annotations

from msgspec import Struct


class Term(Struct, frozen=True, tag="term"):
    """A word, found also by its stem; `prefix` matches every word that begins so."""

    word: str
    prefix: bool = False


class Phrase(Struct, frozen=True, tag="phrase"):
    """Words that stand next to each other in this order."""

    words: tuple[str, ...]


class Near(Struct, frozen=True, tag="near"):
    """Words at most `distance` words apart, in any order."""

    words: tuple[str, ...]
    distance: int = 10


class Both(Struct, frozen=True, tag="and"):
    """All of them."""

    parts: tuple[Expression, ...]


class Either(Struct, frozen=True, tag="or"):
    """At least one of them."""

    parts: tuple[Expression, ...]


class Without(Struct, frozen=True, tag="not"):
    """The first and not the second."""

    wanted: Expression
    unwanted: Expression


Expression = Term | Phrase | Near | Both | Either | Without


class Query(Struct, frozen=True):
    """What is searched: words (None matches all) and filters; times are ``[since, until)``.

    `holder` is a person; with an account, a holder or a delivery, records show what that one has.
    """

    words: Expression | None = None
    since: int | None = None
    until: int | None = None
    participant: str = ""
    conversation: str = ""
    service: str = ""
    account: str = ""
    holder: str = ""
    delivery: str = ""
    limit: int = 20
    sealed: bool = False
