"""How the cases' events come into their tables, beside those that `archiver.pipeline` projects."""

from __future__ import annotations

from collections.abc import Mapping

from archiver.cases import case, outside, progress, searches, statement, taking
from archiver.store.archive import Projector

PROJECTORS: Mapping[str, Projector] = {
    case.OPENED: case.project,
    case.CHANGED: case.project,
    case.CLOSED: case.project,
    **dict.fromkeys(progress.KINDS, progress.project),
    outside.NAMED: outside.project,
    searches.SEARCHED: searches.project,
    statement.STATED: statement.project,
    taking.TAKEN: taking.project,
    taking.ADDED: taking.project,
    taking.DROPPED: taking.project,
}
