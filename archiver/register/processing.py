"""The register of processing activities (GDPR art. 30(1), a to g), with basis, source, processors.

An activity is an account and a purpose. What nobody registered is said to be missing, never filled
in. The parts a and g are the ministry's, the others each account's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from archiver.language import say
from archiver.model import Account
from archiver.output.words import word
from archiver.register import facts
from archiver.register.accounts import accounts
from archiver.register.bases import ARCHIVING, bases, purposes
from archiver.register.basis_periods import in_force
from archiver.register.fact_kinds import Kind, kinds
from archiver.register.facts import ARCHIVE, Fact
from archiver.store.archive import Archive

Section = tuple[str, tuple[str, ...]]
_OF_ACCOUNT = (
    "data",
    "recipients",
    "transfer",
    "erasure",
    "processor",
    "supplier",
    "storage",
    "dpia",
    "dpo-advice",
    "works-council",
    "review",
    "safety",
)
_OF_ARCHIVE = ("controller", "representative", "data-protection-officer", "security-measures")


class Activity(Struct, frozen=True):
    """The processing of one account's messages for one purpose.

    `source` is where they come from. `facts` are those that are valid, by kind (a code of
    ``config/register-facts.toml``), each as its values; `missing` are kinds of which there is none.
    """

    account: str
    source: str
    purpose: str
    bases: tuple[str, ...]
    articles: tuple[str, ...]
    facts: Mapping[str, Sequence[Mapping[str, str]]]
    missing: tuple[str, ...]


class Processing(Struct, frozen=True):
    """The register on a day (ISO 8601): what is the ministry's, and every activity."""

    ministry: str
    day: str
    facts: Mapping[str, Sequence[Mapping[str, str]]]
    missing: tuple[str, ...]
    activities: tuple[Activity, ...]


def register(archive: Archive, day: str) -> Processing:
    """Make the register as it stands on a day."""
    counting = facts.valid(facts.facts(archive), day)
    own = _by_kind(counting, ARCHIVE, _OF_ARCHIVE)
    return Processing(
        ministry=archive.identity.ministry,
        day=day,
        facts=own,
        missing=_missing(own, _OF_ARCHIVE),
        activities=tuple(
            activity
            for account in accounts(archive)
            for activity in _activities(archive, account, day, counting)
        ),
    )


def sections(of: Processing) -> Iterator[Section]:
    """Write the register as a document, in the language of the moment."""
    known, named = kinds(), purposes()
    head = say(
        "Register of processing of {ministry}, on {day} (GDPR art. 30(1)).",
        ministry=of.ministry,
        day=of.day,
    )
    yield say("Ministry"), (head, *_said(known, of.facts, _OF_ARCHIVE))
    for one in of.activities:
        basis = ", ".join(_cited(one)) or say("not registered")
        lines = (
            say("(b) Purpose: {purpose}.", purpose=named.get(one.purpose, one.purpose)),
            say("Legal basis: {basis}.", basis=basis),
            say("Source: {source}.", source=one.source),
        )
        yield f"{one.account}", (*lines, *_said(known, one.facts, _OF_ACCOUNT))


def _activities(
    archive: Archive, account: Account, day: str, counting: Sequence[Fact]
) -> Iterator[Activity]:
    known = bases()
    of_account = _by_kind(counting, account.id, _OF_ACCOUNT)
    service = word("service", account.service)
    for purpose in purposes():
        codes = in_force(archive, account, day, purpose)
        if codes or purpose == ARCHIVING:
            yield Activity(
                account=account.id,
                source=f"{account.person}, {service} ({say(account.kind)})",
                purpose=purpose,
                bases=codes,
                articles=tuple(known[code].article for code in codes if code in known),
                facts=of_account,
                missing=_missing(of_account, _OF_ACCOUNT),
            )


def _by_kind(
    counting: Iterable[Fact], about: str, kinds: Sequence[str]
) -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = {}
    for one in counting:
        if one.about == about and one.kind in kinds:
            found.setdefault(one.kind, []).append({"day": one.day, **one.values})
    return found


def _missing(of: Mapping[str, object], kinds: Sequence[str]) -> tuple[str, ...]:
    return tuple(kind for kind in kinds if kind not in of)


def _cited(one: Activity) -> list[str]:
    return [f"{code} ({article})" if article else code
            for code, article in zip(one.bases, one.articles, strict=False)]  # fmt: skip


def _said(
    known: Mapping[str, Kind],
    of: Mapping[str, Sequence[Mapping[str, str]]],
    asked: Sequence[str],
) -> Iterator[str]:
    for code in asked:
        kind = known[code]
        title = f"({kind.article}) {kind.title}" if kind.article else kind.title
        told = "; ".join(_told(kind, values) for values in of.get(code, ()))
        yield f"{title}: {told or say('not registered')}."


def _told(kind: Kind, values: Mapping[str, str]) -> str:
    parts = [f"{kind.fields[name].title.lower()} {word(name, values[name])}"
             for name in kind.fields if name in values]  # fmt: skip
    return ", ".join((*parts, say("since {day}", day=values["day"])))
