"""Read the first rows of an export by a mapping file, and keep nothing: to see what it makes."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from archiver.format import Source
from archiver.identify import identify
from archiver.intake import Limits, intake
from archiver.model import Finding, Item, Normal
from archiver.pipeline.bench import MAPPED, Answers
from archiver.pipeline.formats import by_name, formats
from archiver.settings import Settings
from archiver.store.scribe import now


@dataclass(frozen=True, slots=True)
class Trial:
    """What the first rows become, and what is to be known; `complete` when there are no others."""

    rows: tuple[tuple[Item, Normal], ...]
    questions: tuple[Finding, ...]
    findings: tuple[Finding, ...]
    complete: bool

    @property
    def refuses(self) -> bool:
        """Whether something is not as the mapping file says."""
        return bool(self.questions) or any(one.code.startswith("E") for one in self.findings)


def trial(export: Path, mapping: str, rows: int, settings: Settings) -> Trial:
    """Read the first `rows` rows of an export.

    Raises:
        MappingError: The mapping file cannot be used.
        IdentifyError: The export does not hold the file that the mapping names.
        ArchiveError: Intake refuses the export.
    """
    answers = Answers(MAPPED, mapping=mapping)
    delivery = intake(export, Limits(**settings.group("intake")))
    found = identify(delivery, formats(answers.mapping), source_format=answers.source_format)
    form, main = by_name(found.format.name), found.mains[0]
    with delivery.open(delivery.members[main]) as stream:
        source = Source(
            stream,
            delivery.members,
            main,
            export.name,
            now(),
            default_zone=settings.text("zone"),
            mapping=mapping,
        )
        survey = form.survey(source)
        normalise = form.normaliser(source, survey)
        entries = list(islice(form.parse(source, survey), rows + 1))
    items = [entry for entry in entries if isinstance(entry, Item)][:rows]
    findings = tuple(entry for entry in entries[:rows] if isinstance(entry, Finding))
    shown = tuple((item, normalise(item)) for item in items)
    return Trial(shown, survey.questions, findings, len(entries) <= rows)
