"""How the register's events come into the catalogue, also when it is rebuilt."""

from __future__ import annotations

from collections.abc import Mapping

from archiver.register import (
    accounts,
    basis_periods,
    contacts,
    devices,
    facts,
    functions,
    officers,
    persons,
)
from archiver.store.archive import Archive, Projector
from archiver.store.events import Event


def _account(archive: Archive, event: Event) -> None:
    accounts.project(archive, event)
    basis_periods.project_own(archive, event)


def _device(archive: Archive, event: Event) -> None:
    devices.project(archive, event)
    basis_periods.project_own(archive, event)


PROJECTORS: Mapping[str, Projector] = {
    officers.ADDED: officers.project,
    accounts.ADDED: _account,
    accounts.CHANGED: _account,
    devices.ADDED: _device,
    functions.ADDED: functions.project,
    functions.ENDED: functions.project,
    persons.ADDED: persons.project,
    persons.CHANGED: persons.project,
    contacts.ADDED: contacts.project,
    contacts.ENDED: contacts.project,
    contacts.CONFIRMED: contacts.project,
    basis_periods.ASSIGNED: basis_periods.project,
    basis_periods.WITHDRAWN: basis_periods.project_withdrawn,
    facts.STATED: facts.project,
    facts.ENDED: facts.project,
}
