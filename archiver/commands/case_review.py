"""`case review`: the candidates that wait for a judgement, as a queue to work through by keys."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import click
import msgspec

from archiver.commands import keyboard
from archiver.commands.case_rows import JURISTS
from archiver.commands.frame import Command, Frame, with_frame
from archiver.commands.judged import ground_lines, judgement_row
from archiver.commands.session import Session, session
from archiver.commands.shown import hit_lines
from archiver.errors import ArchiveError
from archiver.language import say
from archiver.output import Form, Report, note
from archiver.output.words import explained

if TYPE_CHECKING:
    from archiver.cases.case import Case
    from archiver.cases.judgement import Judgement, Passage
    from archiver.cases.proposed import Proposed
    from archiver.cases.suggestions import Suggestion

_KEYS = {
    "o": "openbaar",
    "d": "deels openbaar",
    "n": "niet openbaar",
    "r": "reeds openbaar",
    "u": "dubbel",
    "x": "buiten verzoek",
}


@click.command(cls=Command)
@click.argument("case")
@click.option(
    "--context",
    "around",
    default=2,
    type=click.IntRange(min=0),
    help="How many records before and after it.",
)
@with_frame
def review(frame: Frame, case: str, around: int) -> None:
    """Go through what waits for a judgement: each record is shown, and a key says what becomes
    of it.

    o public, d partly, n not public, r public already, u a double, x outside the request; g
    grounds, p passages, t reason, a as suggested; z undo the last, s skip, q quit. Each judgement
    counts at once, so that the next review goes on where this one stopped.
    """
    from archiver.cases import case as cases
    from archiver.cases import schema

    with session(frame, *JURISTS) as at:
        one = cases.opened(schema.ready(at.archive), case)
        turn = _Review(frame, at, one, around)
        turn.go()
        rows = [judgement_row(frame, each) for each in turn.judged]
        frame.show(Report(name="judged", rows=rows, values={"waiting": len(turn.waiting())}))


@dataclass(slots=True)
class _Draft:
    """What an officer typed of the record that is shown, before a key decides."""

    grounds: tuple[str, ...] = ()
    reason: str = ""
    passages: tuple[Passage, ...] = ()


@dataclass(slots=True)
class _Review:
    """One walk along the queue."""

    frame: Frame
    at: Session
    case: Case
    around: int
    judged: list[Judgement] = field(default_factory=list)
    people: Any = None
    known: dict[str, tuple[Suggestion, ...]] | None = None

    def go(self) -> None:
        """Show each record that waits until a key moves on."""
        from archiver.cases.proposed import people_of

        queue = self.waiting()
        self.people = people_of(self.at.archive, self.case)
        place = 0
        while 0 <= place < len(queue):
            step = self._ask(queue[place], place, len(queue))
            if step is None:
                return
            place += step

    def waiting(self) -> list[str]:
        """Give the candidates that have no judgement which counts, in order of time."""
        from archiver.cases.candidates import candidates
        from archiver.cases.judgement import judged

        known = judged(self.at.archive, self.case)
        connection = self.at.archive.catalogue.connection
        names = [one.record for one in candidates(connection, self.case.id)]
        return [name for name in names if name not in known]

    def _ask(self, record: str, place: int, number: int) -> int | None:
        """Show a record till a key moves on: how far; None to stop."""
        found, suggested = self._show(record, place, number)
        draft = _Draft()
        while key := keyboard.key():
            if key in _KEYS:
                if self._judge(record, _KEYS[key], draft):
                    return 1
            elif key == "a" and suggested:
                if self._take_over(suggested[0]):
                    return 1
            elif key == "s":
                return 1
            elif key == "q":
                return None
            elif key == "z":
                return self._undo()
            else:
                self._note_down(key, draft, found)
        return None

    def _note_down(self, key: str, draft: _Draft, found: Sequence[Proposed]) -> None:
        """Take grounds, passages or a reason; what cannot be read is said and left."""
        from archiver.cases.grounds import parsed

        try:
            if key == "g":
                draft.grounds = parsed(keyboard.line(say("Grounds, such as 5.1.2e")))
                self._say(ground_lines(draft.grounds))
            elif key == "p":
                typed = keyboard.line(say("Passages: numbers of the list, FROM-TO, or * for all"))
                draft.passages = _passages(typed, found, draft.grounds)
            elif key == "t":
                draft.reason = keyboard.line(say("Reason"))
            else:
                note(_legend())
        except ArchiveError as error:
            note(explained(error))

    def _judge(self, record: str, outcome: str, draft: _Draft) -> bool:
        """Judge as a key says, and ask for what lacks; whether it was done."""
        from archiver.cases.judgement import Judgement, Outcome

        asked = Outcome(outcome)
        one = Judgement(record=record, outcome=asked)
        if asked is Outcome.WITHHELD:
            if not draft.grounds:
                self._note_down("g", draft, ())
            if draft.grounds and not draft.reason:
                self._note_down("t", draft, ())
            one = msgspec.structs.replace(one, grounds=draft.grounds, reason=draft.reason)
        elif asked is Outcome.PARTLY:
            one = msgspec.structs.replace(one, passages=draft.passages, reason=draft.reason)
        elif asked is Outcome.ALREADY:
            one = msgspec.structs.replace(one, link=keyboard.line(say("Where it is public")))
        elif asked is Outcome.DUPLICATE:
            one = msgspec.structs.replace(one, of=keyboard.line(say("Of which record")))
        return self._log(one)

    def _take_over(self, suggested: Suggestion) -> bool:
        return self._log(suggested.judgement)

    def _log(self, one: Judgement) -> bool:
        """Log a judgement; where it breaks a rule that is said, and the record stays."""
        from archiver.cases.judging import judge
        from archiver.cases.judging_rules import AgedReasonNeeded

        zone = self.frame.settings.text("zone")
        try:
            judge(self.at.scribe, self.case.id, [one], zone)
        except AgedReasonNeeded as error:
            why = keyboard.line(explained(error))
            return bool(why) and self._log(msgspec.structs.replace(one, aged=why))
        except ArchiveError as error:
            note(explained(error))
            return False
        self.judged.append(one)
        if one.outcome.refuses:
            self.known = None
        return True

    def _undo(self) -> int:
        """Take the last judgement of this walk back, and show that record again."""
        from archiver.cases.judging import undo

        if not self.judged:
            note(say("Nothing was decided yet."))
            return 0
        undo(self.at.scribe, self.case.id, self.judged.pop().record)
        self.known = None
        return -1

    def _show(
        self, record: str, place: int, number: int
    ) -> tuple[Sequence[Proposed], Sequence[Suggestion]]:
        """Show a record, what stands around it, and what is proposed; logged first."""
        from archiver.cases.proposed import proposed
        from archiver.store.catalogue import find, records
        from archiver.store.catalogue.homes import record_of

        connection = self.at.archive.catalogue.connection
        key = record_of(connection, record)
        if key is None:
            return (), ()
        beside = sorted(find.in_conversation(connection, key, self.around, sealed=False))
        detail = {"case": self.case.id, "record": record}
        self.at.scribe.witness("candidate.shown", detail, {"shown": len(beside) + 1})
        hits = records.shown(connection, [key, *beside])
        found = proposed(hits[key]["text"], self.case, self.people)
        suggested = self._suggested(record)
        self._say(self._lines(place, number, key, beside, hits))
        self._say(_proposed_lines(hits[key]["text"], found))
        self._say(_suggested_lines(suggested))
        return found, suggested

    def _suggested(self, record: str) -> tuple[Suggestion, ...]:
        """Give what is suggested; that is looked for again only after something was withheld."""
        from archiver.cases.suggestions import suggestions

        if self.known is None:
            self.known = suggestions(self.at.archive.catalogue.connection, self.case)
        return self.known.get(record, ())

    def _lines(
        self, place: int, number: int, key: int, beside: Sequence[int], hits: dict[int, Any]
    ) -> Iterator[str]:
        before = [hits[one] for one in beside if one < key]
        after = [hits[one] for one in beside if one > key]
        yield say("Record {place} of {number} that wait:", place=place + 1, number=number)
        yield from (f"  {line}" for line in hit_lines(self.frame, before))
        yield from (f"> {line}" for line in hit_lines(self.frame, [hits[key]]))
        yield from (f"  {line}" for line in hit_lines(self.frame, after))

    def _say(self, lines: Iterator[str]) -> None:
        """Say what is on the screen; beside results that a program reads it goes to stderr."""
        if self.frame.form is Form.TEXT:
            self.frame.show(Report(lines=lambda: lines))
            return
        for line in lines:
            note(line)


def _legend() -> str:
    """Say what the keys do."""
    return say(
        "o public, d partly, n not public, r public already, u a double, x outside the request;"
        " g grounds, p passages, t reason, a as suggested; z undo the last, s skip, q quit"
    )


def _passages(
    typed: str, found: Sequence[Proposed], grounds: tuple[str, ...]
) -> tuple[Passage, ...]:
    """Read which passages were chosen; grounds that were typed go before those proposed.

    Raises:
        BadCell: Something is neither a number of the list nor a stretch with a ground.
    """
    from archiver.cases.judgement_sheet import passage
    from archiver.register.cells import BadCell

    chosen = []
    for part in typed.split():
        if part == "*":
            chosen += [one.passage for one in found]
        elif part.isdecimal() and 0 < int(part) <= len(found):
            chosen.append(found[int(part) - 1].passage)
        elif grounds:
            chosen.append(passage(f"{part} {', '.join(grounds)}"))
        else:
            raise BadCell(column="passages", reason=part)
    if not grounds:
        return tuple(chosen)
    return tuple(msgspec.structs.replace(one, grounds=grounds) for one in chosen)


def _proposed_lines(text: str, found: Sequence[Proposed]) -> Iterator[str]:
    from archiver.cases.judgement import normal

    words = normal(text)
    for number, one in enumerate(found, 1):
        place = one.passage
        yield (
            f"  [{number}] {place.start}-{place.end} {', '.join(place.grounds)}"
            f"  {words[place.start : place.end]}  ({one.kind}, {one.confidence}, {one.reason})"
        )


def _suggested_lines(found: Sequence[Suggestion]) -> Iterator[str]:
    for one in found:
        spans = " ".join(f"{each.start}-{each.end}" for each in one.judgement.passages)
        yield "  " + say(
            "Suggested: {outcome} {grounds} {passages} ({why}, {record}, {case})",
            outcome=one.judgement.outcome,
            grounds=" ".join(one.judgement.all_grounds),
            passages=spans,
            why=one.why,
            record=one.record,
            case=one.case,
        )
