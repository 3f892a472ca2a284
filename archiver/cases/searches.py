"""Searches of a case, kept so that they can be accounted for and done again.

A search keeps the expression as typed and as understood, how words are normalised (the name and
version of the analysis, and each word with its stem), its filters, the state of the archive it ran
on (the number of events in the log, and their Merkle root), where it did not look and why, and the
names of all hits with their digest. Case law on the zoekslag: ECLI:NL:RBMNE:2023:4652.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

import msgspec
from msgspec import Struct

from archiver.asked import Both, Either, Expression, Near, Phrase, Query, Term, Without
from archiver.cases import case as cases
from archiver.cases import schema
from archiver.cases import tables_case as tables
from archiver.cases.case import CaseKind
from archiver.cases.systems import System, systems
from archiver.errors import ArchiveError, Damage, ExitCode, NoSuchThing
from archiver.register.accounts import new_id
from archiver.search import run
from archiver.search.analyse import Analysis
from archiver.search.query import show
from archiver.store.archive import Archive
from archiver.store.catalogue.connection import Connection
from archiver.store.events import Event
from archiver.store.scribe import Scribe, unseal
from retention import dossier

SEARCHED = "case.searched"
_ROLE = "hits"


class OutdatedIndex(ArchiveError):
    """The index was made with other rules for stems; rebuild it before a search that is kept."""

    exit_code = ExitCode.PRECONDITION


class SealedSearch(ArchiveError):
    """What is sealed is searched for a case of data-subject access only, by a sorter."""

    exit_code = ExitCode.NOT_AUTHORISED


class Word(Struct, frozen=True):
    """A word of a search as it is looked for: folded, and with its stem."""

    folded: str
    stem: str
    is_prefix: bool = False


class Filters(Struct, frozen=True, omit_defaults=True):
    """To what a search was narrowed; times are ``[since, until)`` in milliseconds since 1970."""

    since: int | None = None
    until: int | None = None
    participant: str = ""
    conversation: str = ""
    service: str = ""
    account: str = ""
    holder: str = ""
    delivery: str = ""
    sealed: bool = False


class Search(Struct, frozen=True, omit_defaults=True):
    """A search that was kept; `log_size` and `log_root` are the state of the archive it ran on.

    `hits` is how many records it found and `digest` the SHA-256 of their names, sorted, one a line.
    `version` is that of the program, `officer` an id and `at` RFC 3339.
    """

    id: str
    typed: str
    understood: str
    analysis: str
    words: tuple[Word, ...]
    filters: Filters
    log_size: int
    log_root: str
    hits: int
    digest: str
    systems: tuple[System, ...] = ()
    version: str = ""
    officer: str = ""
    at: str = ""
    seq: int = 0


def search(
    scribe: Scribe, public: str, typed: str, words: Expression | None, filters: Filters
) -> Search:
    """Search for a case and keep what was found; nothing of it is shown before this returns.

    Raises:
        NoSuchThing: There is no such case.
        ClosedCase: It is closed.
        SealedSearch: What is sealed is asked for, and it is no case of data-subject access.
        OutdatedIndex: The index was made with other rules than those that it would be searched by.
    """
    archive = scribe.archive
    with archive.writing():
        connection = schema.ready(archive)
        asked = cases.opened(connection, public)
        if filters.sealed and asked.kind is not CaseKind.ACCESS:
            raise SealedSearch
        if run.is_outdated(archive):
            raise OutdatedIndex
        hits = found(archive, words, filters)
        head = archive.log.head()
        analysis = Analysis.dutch()
        made = Search(
            id=new_id("q"),
            typed=typed,
            understood=show(words) if words else "",
            analysis=analysis.name,
            words=tuple(_words(words, analysis)),
            filters=filters,
            log_size=head.size,
            log_root=head.root.hex(),
            hits=len(hits),
            digest=digest(hits),
            systems=systems(connection, filters.account, filters.holder, filters.delivery),
            version=scribe.tool.version,
        )
        witness(scribe, asked.id, made)
        _keep(scribe, asked.id, made, hits)
        return search_of(schema.ready(archive), asked.id, made.id)


def found(archive: Archive, words: Expression | None, filters: Filters) -> tuple[str, ...]:
    """Run a search now; give the names of all records it finds, sorted."""
    given = msgspec.structs.asdict(filters)
    return tuple(sorted(run.names(archive, Query(words=words, limit=0, **given))))


def digest(names: Sequence[str]) -> str:
    """Give the SHA-256 of names of records, sorted, one a line, in hexadecimal."""
    return sha256("".join(f"{name}\n" for name in sorted(names)).encode()).hexdigest()


def searches(connection: Connection, case: str) -> list[Search]:
    """Give the searches of a case (its id), the oldest first."""
    if not schema.is_ready(connection):
        return []
    return [msgspec.json.decode(content, type=Search) for _, content in tables.searches(
        connection, case
    )]  # fmt: skip


def search_of(connection: Connection, case: str, public: str) -> Search:
    """Give one search of a case.

    Raises:
        NoSuchThing: The case has none of this id.
    """
    return known(public, searches(connection, case))


def known(public: str, among: Sequence[Search]) -> Search:
    """Give one of these searches by its id.

    Raises:
        NoSuchThing: It is none of them.
    """
    for one in among:
        if one.id == public:
            return one
    raise NoSuchThing(what="search", name=public)


def hits_of(archive: Archive, one: Search) -> tuple[str, ...]:
    """Read the names of the records that a search found when it was done.

    Raises:
        Damage: They are not what the search says of them.
    """
    data = dossier.read(archive, archive.log.event(one.seq), _ROLE)
    names = tuple(data.decode().splitlines())
    if digest(names) != one.digest or len(names) != one.hits:
        raise Damage(path=one.id, reason="its hits are not those of which it has the digest")
    return names


def witness(scribe: Scribe, case: str, one: Search) -> None:
    """Log in the access log who searched for what in a case."""
    detail = {
        "case": case,
        "search": one.id,
        "typed": one.typed,
        "understood": one.understood,
        "filters": msgspec.to_builtins(one.filters),
    }
    counts = {"shown": 0} | ({} if one.filters.sealed else {"total": one.hits})
    scribe.witness("search.run", detail, counts)


def project(archive: Archive, event: Event) -> None:
    """Bring a search into the tables."""
    connection = archive.catalogue.connection
    schema.migrate(connection)
    made = msgspec.structs.replace(
        msgspec.convert(unseal(archive, event)["search"], Search),
        officer=event.actor,
        at=event.at,
        seq=event.seq,
    )
    content = msgspec.json.encode(made, order="sorted").decode()
    tables.put_search(connection, made.id, event.case, event.seq, content)
    values = {"search": made.id} | ({} if made.filters.sealed else {"hits": made.hits})
    cases.step(archive, event, values)


def _keep(scribe: Scribe, case: str, made: Search, hits: Sequence[str]) -> None:
    dossier.keep(
        scribe,
        SEARCHED,
        made.id,
        {_ROLE: "".join(f"{name}\n" for name in hits).encode()},
        case=case,
        counts={"log": made.log_size} | ({} if made.filters.sealed else {"hits": made.hits}),
        codes=(made.digest, made.log_root),
        detail={"search": msgspec.to_builtins(made)},
    )


def _words(expression: Expression | None, analysis: Analysis) -> list[Word]:
    """Give every word of an expression, each once, in order."""
    match expression:
        case None:
            found: list[Word] = []
        case Term(word, prefix):
            found = [Word(word, "" if prefix else analysis.stem(word), prefix)]
        case Phrase(words):
            found = [Word(word, "") for word in words]
        case Near(words, _):
            found = [Word(word, "") for word in words]
        case Both(members) | Either(members):
            found = [one for member in members for one in _words(member, analysis)]
        case Without(wanted, unwanted):
            found = _words(wanted, analysis) + _words(unwanted, analysis)
    return list(dict.fromkeys(found))
