"""The lists of the register as sheets (RFC 4180): rows of text cells out, and judged rows in.

A sheet that was written can be read into another archive and says the same there, ids included. An
import is judged row by row against what is registered and the rows above it, and is all or
nothing: one event a row, appended at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from msgspec import Struct

from archiver.errors import ArchiveError, ExitCode
from archiver.model import Account, Officer
from archiver.register import (
    accounts,
    basis_periods,
    contacts,
    device_rows,
    devices,
    facts,
    functions,
    officers,
    persons,
)
from archiver.register.accounts import new_id
from archiver.register.cells import Row, row_of, value_of
from archiver.store.archive import Archive
from archiver.store.events import Event
from archiver.store.scribe import Scribe

Check = Callable[[Archive, Any, Sequence[Any]], Any]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One list: how it is read, how a row is judged beside others, and the event that adds it.

    `letter` is that of its ids. `without` are fields that are not the sheet's to say.
    """

    name: str
    form: type[Struct]
    letter: str
    listed: Callable[[Archive], Sequence[Any]]
    check: Check
    event: Callable[[Scribe, Any], Event]
    without: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of its columns."""
        return tuple(name for name in self.form.__struct_fields__ if name not in self.without)


class UnknownSheet(ArchiveError):
    """{name} is not a list of the register; choose one of {known}."""

    exit_code = ExitCode.USAGE


class OtherContent(ArchiveError):
    """{id} is registered already and says something else; what is registered stays."""

    exit_code = ExitCode.USAGE


class Judged(Struct, frozen=True):
    """A row of a sheet: its line in the file, its entry when it may be added, else the reason.

    `known` says that the register has this very entry.
    """

    line: int
    entry: Any = None
    known: bool = False
    refusal: ArchiveError | None = None


def sheet(name: str) -> Sheet:
    """Give a list by its name.

    Raises:
        UnknownSheet: There is none.
    """
    if name not in SHEETS:
        raise UnknownSheet(name=name, known=", ".join(SHEETS))
    return SHEETS[name]


def rows(archive: Archive, of: Sheet) -> list[Row]:
    """Give a list as rows of text, one cell for each of its columns."""
    return [row_of(one, of.columns) for one in of.listed(archive)]


def judge(archive: Archive, of: Sheet, lines: Iterable[tuple[int, Row]]) -> list[Judged]:
    """Judge every row, numbered by its line, beside what is registered and the rows above it."""
    present = {one.id: one for one in of.listed(archive)}
    found: list[Judged] = []
    for line, row in lines:
        try:
            found.append(_judged(archive, of, line, row, present))
        except ArchiveError as refusal:
            found.append(Judged(line, refusal=refusal))
    return found


def take_in(scribe: Scribe, of: Sheet, lines: Sequence[tuple[int, Row]]) -> list[Judged]:
    """Judge the rows and, when none is refused, register those that are new, all at once."""
    archive = scribe.archive
    with archive.writing():
        found = judge(archive, of, lines)
        events = [of.event(scribe, one.entry) for one in found if not (one.refusal or one.known)]
        if events and not any(one.refusal for one in found):
            archive.log.append(events)
            archive.replay()
    return found


def _judged(archive: Archive, of: Sheet, line: int, row: Row, present: dict[str, Any]) -> Judged:
    given = value_of(of.form, row, of.columns, new_id(of.letter))
    known = present.get(given.id)
    if known is not None:
        if row_of(known, of.columns) != row_of(given, of.columns):
            raise OtherContent(id=given.id)
        return Judged(line, known, known=True)
    entry = of.check(archive, given, list(present.values()))
    present[entry.id] = entry
    return Judged(line, entry)


def _listed_accounts(archive: Archive) -> list[Any]:
    return [one for one in accounts.accounts(archive) if one.service != devices.SERVICE]


def _check_account(archive: Archive, one: Any, others: Sequence[Any]) -> Any:
    own = [each.account for each in devices.devices(archive)]
    return accounts.fitting(one, [*own, *others])


def _listed_periods(archive: Archive) -> list[Any]:
    return basis_periods.all_periods(archive)


def _check_period(archive: Archive, one: Any, _: Sequence[Any]) -> Any:
    return basis_periods.checked(one, accounts.accounts(archive))


def _check_withdrawal(archive: Archive, one: Any, _: Sequence[Any]) -> Any:
    account = accounts.account(archive, one.account)
    among = [each for _, each in basis_periods.periods(archive, account)]
    return basis_periods.withdrawable(one, among)


SHEETS: dict[str, Sheet] = {
    one.name: one
    for one in (
        Sheet(
            "persons", persons.Person, "p", persons.persons,
            lambda _, one, others: persons.checked(one, others), persons.event,
        ),
        Sheet(
            "functions", functions.Function, "f", functions.functions,
            lambda _, one, others: functions.checked(one, others), functions.event,
        ),
        Sheet(
            "accounts", Account, "a", _listed_accounts, _check_account, accounts.event,
            without=("folder",),
        ),
        Sheet(
            "devices", device_rows.DeviceRow, "v", device_rows.listed, device_rows.checked,
            device_rows.event, without=("folder",),
        ),
        Sheet(
            "bases", basis_periods.BasisPeriod, "b", _listed_periods, _check_period,
            basis_periods.event, without=("own",),
        ),
        Sheet(
            "withdrawals", basis_periods.Withdrawal, "w",
            lambda archive: [one for _, one in basis_periods.withdrawals(archive)],
            _check_withdrawal, basis_periods.withdrawn_event,
        ),
        Sheet(
            "contacts", contacts.Contact, "k", contacts.contacts,
            lambda _, one, others: contacts.checked(one, others), contacts.event,
        ),
        Sheet(
            "facts", facts.Fact, "t", facts.facts,
            lambda archive, one, _: facts.checked(archive, one), facts.event,
            without=("officer", "at"),
        ),
        Sheet(
            "officers", Officer, "o", officers.officers,
            lambda _, one, others: officers.checked(one, others), officers.event,
        ),
    )
}  # fmt: skip
"""The lists, in the order in which they build on each other."""
