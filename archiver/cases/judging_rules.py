"""The rules that a judgement has to keep, pure: the first that it breaks is raised.

Woo articles 5.1, first, second and fifth paragraph, 5.2 and 5.3; WPE 2008 articles 19 to 24. What
needs the archive, such as that a record is a candidate, is checked by `archiver.cases.judging`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import msgspec
from msgspec import Struct

from archiver.cases.case import Case, CaseKind
from archiver.cases.grounds import DOUBLE, Law, ground, ordered
from archiver.cases.judgement import Judgement, Outcome, Passage
from archiver.cases.terms import is_old
from archiver.errors import ArchiveError, ExitCode


class BrokenRule(ArchiveError):
    """The judgement of {record} breaks a rule."""

    exit_code = ExitCode.USAGE


class GroundNeeded(BrokenRule):
    """{record}: what is withheld needs a ground."""


class ReasonNeeded(BrokenRule):
    """{record}: what is withheld as a whole needs a reason too."""


class PassagesNeeded(BrokenRule):
    """{record}: what is partly public needs passages that are not."""


class NothingToRefuse(BrokenRule):
    """{record}: {outcome} has no grounds and no passages."""


class BadPassage(BrokenRule):
    """{record}: the passage {start}-{end} does not lie in its text, which has {length} signs."""


class WrongGround(BrokenRule):
    """{record}: {ground} does not hold for a request received on {received}."""


class WrongLaw(BrokenRule):
    """{record}: {ground} is no ground in a case of this kind."""


class NotTogether(BrokenRule):
    """{record}: {ground} cannot be combined with {other} for the same words."""


class AgedReasonNeeded(BrokenRule):
    """{record}: it is older than five years; say why it is refused all the same ({article})."""


class LinkNeeded(BrokenRule):
    """{record}: say where it is public already."""


class OriginalNeeded(BrokenRule):
    """{record}: say of which record it is a double."""


class Wording(Struct, frozen=True):
    """What a judgement is checked against: the length of the text and the day it was sent."""

    length: int
    sent: date | None


def tidied(judgement: Judgement) -> Judgement:
    """Write codes in their one way, absolute ones first, and passages in order.

    Codes for an inquiry may stand among the grounds; they are set apart.

    Raises:
        UnknownGround: A code is none.
    """
    codes = ordered((*judgement.grounds, *judgement.withhold))
    withhold = tuple(code for code in codes if ground(code).law is Law.WPE)
    passages = (
        msgspec.structs.replace(one, grounds=ordered(one.grounds)) for one in judgement.passages
    )
    return msgspec.structs.replace(
        judgement,
        grounds=tuple(code for code in codes if code not in withhold),
        withhold=withhold,
        passages=tuple(sorted(passages, key=lambda one: (one.start, one.end))),
        reason=judgement.reason.strip(),
    )


def insist(judgement: Judgement, case: Case, wording: Wording, on: date) -> None:
    """Insist that a tidied judgement keeps the rules on the day on which it is made.

    Raises:
        BrokenRule: It breaks one; which class says which.
    """
    _insist_outcome(judgement)
    for one in judgement.passages:
        _insist_place(judgement, one, wording.length)
    for codes in _together(judgement):
        _insist_grounds(judgement.record, codes, case)
    _insist_aged(judgement, wording, on)


def _insist_outcome(judgement: Judgement) -> None:
    """Insist on what each outcome needs, and on nothing that it does not have."""
    record, outcome = judgement.record, judgement.outcome
    grounds = (*judgement.grounds, *judgement.withhold)
    if outcome is not Outcome.PARTLY and judgement.passages:
        raise NothingToRefuse(record=record, outcome=outcome)
    if outcome is Outcome.PARTLY and not judgement.passages:
        raise PassagesNeeded(record=record)
    if outcome is Outcome.WITHHELD:
        _insist_whole(judgement, grounds)
    elif outcome is not Outcome.PARTLY and set(grounds) - _of_doubles(outcome):
        raise NothingToRefuse(record=record, outcome=outcome)
    if judgement.contested and not outcome.refuses:
        raise NothingToRefuse(record=record, outcome=outcome)
    if outcome is Outcome.ALREADY and not judgement.link.strip():
        raise LinkNeeded(record=record)
    if (outcome is Outcome.DUPLICATE) != bool(judgement.of) or judgement.of == record:
        raise OriginalNeeded(record=record)


def _insist_whole(judgement: Judgement, grounds: tuple[str, ...]) -> None:
    if not grounds:
        raise GroundNeeded(record=judgement.record)
    if not judgement.reason:
        raise ReasonNeeded(record=judgement.record)


def _of_doubles(outcome: Outcome) -> set[str]:
    return {DOUBLE} if outcome is Outcome.DUPLICATE else set()


def _insist_place(judgement: Judgement, one: Passage, length: int) -> None:
    if not 0 <= one.start < one.end <= length:
        raise BadPassage(record=judgement.record, start=one.start, end=one.end, length=length)
    if not one.grounds:
        raise GroundNeeded(record=judgement.record)


def _together(judgement: Judgement) -> Iterable[tuple[str, ...]]:
    """Give the codes that stand together for the same words."""
    yield (*judgement.grounds, *judgement.withhold)
    yield from (one.grounds for one in judgement.passages)


def _insist_grounds(record: str, codes: tuple[str, ...], case: Case) -> None:
    for code in codes:
        one = ground(code)
        if one.law is not Law.NONE and (one.law is Law.WPE) != (case.kind is CaseKind.INQUIRY):
            raise WrongLaw(record=record, ground=code)
        if not one.holds_on(case.received):
            raise WrongGround(record=record, ground=code, received=case.received)
        for other in codes:
            if one.excludes(other):
                raise NotTogether(record=record, ground=code, other=other)


def _insist_aged(judgement: Judgement, wording: Wording, on: date) -> None:
    """Insist on the further reason that refusing old information needs (Woo 5.3)."""
    if wording.sent is None or not is_old(wording.sent, on) or judgement.aged.strip():
        return
    for code in judgement.all_grounds:
        if judgement.outcome.refuses and (article := ground(code).aged):
            raise AgedReasonNeeded(record=judgement.record, article=article)
