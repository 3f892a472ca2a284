"""Find the one export format that a delivery has, by what its members contain.

Every format looks at the beginning of every member and answers yes or no. Two claimants or none
is a question for an officer, never a guess; what libmagic thinks is told with the question.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from posixpath import commonpath

from msgspec import Struct

from archiver.errors import UsageError
from archiver.format import Format
from archiver.identify.evidence import evidence
from archiver.identify.head import head_of, is_noise, is_own_name, is_packed
from archiver.identify.question import (
    AmbiguousFormat,
    EncryptedExport,
    EncryptedZip,
    IdentifyError,
    NotOneDelivery,
    UnknownFormat,
    Unopened,
    listed,
)
from archiver.model import Delivery, Finding, Layout

__all__ = [
    "AmbiguousFormat",
    "EncryptedExport",
    "Identified",
    "IdentifyError",
    "NotOneDelivery",
    "UnknownFormat",
    "Unopened",
    "identify",
]

_LOCKED_CONTAINER = "E-I003"
_OTHER_EXPORTS, _BESIDE_REPORT = "W-I011", "W-I012"
_REPORTS = {"report.xml": "ufdr"}
"""What tells of a whole phone, by its name on top of the container, and the format it then has."""
_RUNS = re.compile(r"([^0-9]*)([0-9]{0,18})")


class Identified(Struct, frozen=True):
    """The format, and the indexes of the members that it reads, in the delivery's order.

    The other members are media of the main one, or are named in the findings.
    """

    format: Format
    mains: tuple[int, ...]
    findings: tuple[Finding, ...] = ()


def identify(
    delivery: Delivery, formats: Sequence[Format], *, source_format: str = "", service: str = ""
) -> Identified:
    """Find the one export format that recognises a delivery.

    `source_format` is an officer's choice: only that format is asked, and a single file is taken
    for it even when the format does not recognise it. `service` is the account's: of a delivery
    that holds exports of several services, such as a phone's backup, those of that one are read.

    Raises:
        UnknownFormat: No format recognises it.
        AmbiguousFormat: More than one does; all are named.
        NotOneDelivery: It holds several exports, or one that stands deeper in a folder.
        EncryptedExport: It needs a key or a password; the subclass says which.
        Unopened: Intake refused it; its findings say why.
        UsageError: There is no format of that name.
    """
    _check_opened(delivery)
    asked = _asked(formats, source_format)
    found = (
        _by_report(delivery, asked)
        or _by_own_name(delivery, asked, service)
        or _by_content(delivery, asked, service)
    )
    if found is None and source_format and len(delivery.members) == 1:
        return Identified(asked[0], (0,))
    if found is None:
        raise _unclaimed(delivery)
    return found


def _check_opened(delivery: Delivery) -> None:
    for finding in delivery.findings:
        if finding.code == _LOCKED_CONTAINER:
            raise EncryptedZip(path=delivery.path, name=finding.values["name"])
    codes = [finding.code for finding in delivery.findings if finding.code.startswith("E")]
    if codes:
        raise Unopened(path=delivery.path, codes=listed(codes))


def _asked(formats: Sequence[Format], name: str) -> Sequence[Format]:
    if not name:
        return formats
    chosen = [format_ for format_ in formats if format_.name == name]
    if not chosen:
        known = ", ".join(format_.name for format_ in formats)
        raise UsageError(reason=f"there is no source format {name}; there are {known}")
    return chosen


def _by_report(delivery: Delivery, formats: Sequence[Format]) -> Identified | None:
    """A report of a phone that was read out is the main member, whatever files of it lie beside.

    Among these are databases with names of their own, which the report has told of already.
    """
    for index, member in enumerate(delivery.members):
        if member.name not in _REPORTS:
            continue
        claimant = _claimant(delivery, index, head_of(delivery, index), formats)
        if claimant is not None and claimant.name == _REPORTS[member.name]:
            return Identified(claimant, (index,), _beside(delivery, index, formats))
    return None


def _beside(delivery: Delivery, main: int, formats: Sequence[Format]) -> tuple[Finding, ...]:
    """Name the formats of other files that a chat app named."""
    found = {
        claimant.name
        for index, member in enumerate(delivery.members)
        if index != main and is_own_name(member.name) and not is_noise(member.name)
        if (claimant := _claimant(delivery, index, head_of(delivery, index), formats)) is not None
    }
    return (Finding(_BESIDE_REPORT, {"names": listed(sorted(found))}),) if found else ()


def _by_own_name(delivery: Delivery, formats: Sequence[Format], service: str) -> Identified | None:
    """A file with a chat app's own name is the main member, and what stands beside it its media.

    A chat may hold other people's mail or chats as attachments; they stay attachments.
    """
    claims: dict[int, Format] = {}
    for index, member in enumerate(delivery.members):
        if is_own_name(member.name) and not is_noise(member.name):
            claimant = _claimant(delivery, index, head_of(delivery, index), formats)
            if claimant is not None and claimant.holds_media:
                claims[index] = claimant
    if not claims:
        return None
    format_, findings = _only_format(delivery, claims, service)
    mains = _mains(delivery, claims, format_)
    above = _folder_of([delivery.members[main].name for main in mains])
    others = [
        index for index, member in enumerate(delivery.members)
        if above and not member.name.startswith(above + "/") and index not in claims
    ]  # fmt: skip
    strangers = [i for i in others if _claimant(delivery, i, head_of(delivery, i), formats)]
    if strangers and not findings:
        raise _not_one(delivery, [*mains, *strangers])
    return Identified(format_, mains, findings)


def _folder_of(names: Sequence[str]) -> str:
    """Give the folder that holds all of these; empty when only the delivery itself does."""
    return commonpath([name.rpartition("/")[0] for name in names])


def _by_content(delivery: Delivery, formats: Sequence[Format], service: str) -> Identified | None:
    claims: dict[int, Format] = {}
    unread: list[int] = []
    for index, member in enumerate(delivery.members):
        if is_noise(member.name):
            continue
        claimant = _claimant(delivery, index, head_of(delivery, index), formats)
        if claimant is not None:
            claims[index] = claimant
        else:
            unread.append(index)
    if not claims:
        return None
    format_, findings = _only_format(delivery, claims, service)
    mains = _mains(delivery, claims, format_)
    if format_.holds_media:
        return Identified(format_, mains, findings)
    _check_unread(delivery, unread)
    return Identified(format_, mains, (*findings, *_unread_finding(delivery, unread)))


def _claimant(
    delivery: Delivery, index: int, head: bytes, formats: Sequence[Format]
) -> Format | None:
    name = delivery.members[index].name
    claimants = [format_ for format_ in formats if format_.claims(head, name)]
    if len(claimants) > 1:
        names = listed([format_.name for format_ in claimants])
        raise AmbiguousFormat(path=delivery.path, names=names, member=name)
    return claimants[0] if claimants else None


def _only_format(
    delivery: Delivery, claims: dict[int, Format], service: str
) -> tuple[Format, tuple[Finding, ...]]:
    """Give the one format, or that of the account's service, with what else there is."""
    found = {format_.name: format_ for format_ in claims.values()}
    if len(found) == 1:
        return next(iter(found.values())), ()
    of_service = [format_ for format_ in found.values() if format_.service == service]
    if len(of_service) == 1 and all(format_.holds_media for format_ in found.values()):
        others = listed(sorted(found.keys() - {of_service[0].name}))
        return of_service[0], (Finding(_OTHER_EXPORTS, {"names": others}),)
    if delivery.layout is Layout.FOLDER:
        raise _not_one(delivery, list(claims))
    raise AmbiguousFormat(path=delivery.path, names=listed(sorted(found)), member="")


def _mains(delivery: Delivery, claims: dict[int, Format], format_: Format) -> tuple[int, ...]:
    """Give the main members: of a chat the one text, in a folder on top of it.

    Those of a format that spreads over several files come in the order of their names.
    """
    mains = [index for index, claimant in claims.items() if claimant is format_]
    if not format_.holds_media:
        return tuple(mains)
    if format_.spread:
        return tuple(sorted(mains, key=lambda index: _natural(delivery.members[index].name)))
    deeper = delivery.layout is Layout.FOLDER and "/" in delivery.members[mains[0]].name
    if len(mains) > 1 or deeper:
        raise _not_one(delivery, mains)
    return tuple(mains)


def _natural(name: str) -> list[tuple[str, int]]:
    """Order ``messages2`` before ``messages10``."""
    return [(text, int(number or 0)) for text, number in _RUNS.findall(name)]


def _check_unread(delivery: Delivery, unread: list[int]) -> None:
    """In a folder, what is packed or locked is a delivery of its own and no mere companion."""
    if delivery.layout is not Layout.FOLDER:
        return
    own = [
        index for index in unread
        if is_packed(delivery.members[index].name) or _locked(delivery, index)
    ]  # fmt: skip
    if own:
        raise _not_one(delivery, own)


def _unread_finding(delivery: Delivery, unread: list[int]) -> tuple[Finding, ...]:
    if not unread:
        return ()
    values: dict[str, str | int] = {"count": len(unread), "name": delivery.members[unread[0]].name}
    return (Finding("W-I010", values, member=unread[0]),)


def _not_one(delivery: Delivery, indexes: list[int]) -> NotOneDelivery:
    names = listed([delivery.members[index].name for index in indexes])
    return NotOneDelivery(path=delivery.path, names=names)


def _unclaimed(delivery: Delivery) -> IdentifyError:
    """Say what is needed where that can be seen, else what libmagic makes of the first member."""
    real = [i for i, member in enumerate(delivery.members) if not is_noise(member.name)]
    for index in real:
        if error := _locked(delivery, index):
            return error(path=delivery.path, name=delivery.members[index].name)
    told = evidence(head_of(delivery, real[0])) if real else "empty"
    return UnknownFormat(path=delivery.path, evidence=told)


def _locked(delivery: Delivery, index: int) -> type[EncryptedExport] | None:
    from archiver.identify.locked import locked  # of what no format claims

    member = delivery.members[index]
    return locked(member.name, head_of(delivery, index), member.size)
