"""What an inquiry is given beside what the public was given of the same records.

Of every Woo request of which a pack was made, the judgements that stand now are compared.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum

from msgspec import Struct

from archiver.cases.case import Case, case
from archiver.cases.judgement import Judgement, Outcome, judged
from archiver.produce.inquiry.lists import Row, letter
from archiver.produce.production import productions
from archiver.produce.selection import Selection
from archiver.produce.woo.pack import KIND
from archiver.store.archive import Archive

_SHOWN: Mapping[Outcome, int] = {
    Outcome.PUBLIC: 2, Outcome.ALREADY: 2, Outcome.PARTLY: 1, Outcome.WITHHELD: 0,
}  # fmt: skip
"""How much of a record is shown; what is double or outside a request is judged elsewhere."""

_HERE: Mapping[Outcome, str] = {
    Outcome.PUBLIC: "given", Outcome.ALREADY: "given", Outcome.PARTLY: "partly",
    Outcome.WITHHELD: "withheld", Outcome.DUPLICATE: "duplicate",
    Outcome.OUT_OF_SCOPE: "out_of_scope",
}  # fmt: skip


class Difference(StrEnum):
    """What an inquiry gets of a record beside what the public got."""

    SAME = "same"
    ADDED = "added"
    LESS = "less"
    ABSENT = "absent"


class Compared(Struct, frozen=True):
    """One record, here and in one Woo request (its reference; empty where it is in none)."""

    record: str
    here: Outcome
    reference: str
    there: Outcome | None
    difference: Difference

    def row(self, number: str) -> Row:
        """Give it as a row of the list, with the number of its document here."""
        words = letter()
        return (
            self.record,
            number,
            words["here"][_HERE[self.here]],
            self.reference,
            str(self.there or ""),
            words["difference"][self.difference],
        )


def compared(archive: Archive, selection: Selection) -> Iterator[Compared]:
    """Compare every record of a selection with each Woo request that has it, in order."""
    requests = _requests(archive)
    for name in selection.names:
        here = selection.judged[name].outcome
        found = [(one, judgements[name]) for one, judgements in requests if name in judgements]
        for one, there in found:
            difference = _difference(here, there.outcome)
            yield Compared(name, here, one.reference, there.outcome, difference)
        if not found:
            yield Compared(name, here, "", None, Difference.ABSENT)


def _requests(archive: Archive) -> list[tuple[Case, Mapping[str, Judgement]]]:
    """Give the Woo requests of which a pack was made, with what stands in each."""
    connection = archive.catalogue.connection
    made = dict.fromkeys(one.case for one in productions(connection) if one.kind == KIND)
    found = [case(connection, public) for public in made]
    return [(one, judged(archive, one)) for one in found]


def _difference(here: Outcome, there: Outcome) -> Difference:
    if here not in _SHOWN:
        return Difference.SAME
    more = _SHOWN[here] - _SHOWN.get(there, 0)
    if more == 0:
        return Difference.SAME
    return Difference.ADDED if more > 0 else Difference.LESS
