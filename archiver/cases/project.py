"""How the cases' events come into their tables, beside those that `archiver.pipeline` projects."""

from __future__ import annotations

from collections.abc import Mapping

from archiver.cases import (
    case,
    contradictions,
    file_judging,
    judging,
    outside,
    progress,
    pseudonyms,
    searches,
    statement,
    taking,
    views,
)
from archiver.store.archive import Projector

PROJECTORS: Mapping[str, Projector] = {
    case.OPENED: case.project,
    case.CHANGED: case.project,
    case.CLOSED: case.project,
    **dict.fromkeys(progress.KINDS, progress.project),
    contradictions.EXPLAINED: contradictions.project,
    file_judging.JUDGED: file_judging.project,
    file_judging.SECONDED: file_judging.project,
    file_judging.UNDONE: file_judging.project_undone,
    judging.JUDGED: judging.project,
    judging.SECONDED: judging.project,
    judging.UNDONE: judging.project_undone,
    outside.NAMED: outside.project,
    pseudonyms.ASSIGNED: pseudonyms.project,
    searches.SEARCHED: searches.project,
    statement.STATED: statement.project,
    taking.TAKEN: taking.project,
    taking.ADDED: taking.project,
    taking.DROPPED: taking.project,
    views.ASKED: views.project,
    views.ANSWERED: views.project,
}
