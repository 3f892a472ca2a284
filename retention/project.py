"""How retention's events come into its tables, beside those that `archiver.pipeline` projects."""

from __future__ import annotations

from collections.abc import Mapping

from archiver.store.archive import Projector
from retention import appraise, hold, letter, lifting

PROJECTORS: Mapping[str, Projector] = {
    appraise.LISTED: appraise.project,
    appraise.ASSIGNED: appraise.project,
    appraise.APPRAISED: appraise.project,
    hold.PLACED: hold.project,
    lifting.ASKED: lifting.project,
    lifting.LIFTED: lifting.project,
    letter.WRITTEN: letter.project,
    letter.ANSWERED: letter.project,
}
