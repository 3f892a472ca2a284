"""What must be known of a chat text before its first message: encoding, header, date order, title.

Reading stops as soon as shape and order are certain, which is usually in the first block.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from itertools import islice
from pathlib import PurePosixPath

from msgspec import Struct

from archiver.format import Source
from archiver.model import Finding
from archiver.parse.whatsapp import order, reading
from archiver.parse.whatsapp.entries import entries
from archiver.parse.whatsapp.header import Shape, dominant, headers, pattern
from archiver.parse.whatsapp.order import Decision, Evidence, Ledger
from archiver.parse.whatsapp.wording import find, wording

UNDECIDED = "E-W001"
CONTRADICTS_OFFICER = "E-W003"
CONFLICTING = "W-W011"
OTHER_SHAPES = "W-W012"

_OTHERS_AT_LEAST = 5
_CHECK_EVERY = 256


class ChatText(Struct, frozen=True):
    """What a survey learns.

    `shape` is None when no line of the first block is a header. `date_order` is ``dmy``, ``mdy``,
    ``ymd`` or empty, `decided_by` the kind of evidence it rests on. `findings` are about the file
    as a whole; `questions` leave its messages without a time.
    """

    encoding: str
    shape: Shape | None
    date_order: str
    decided_by: str
    evidence: tuple[Evidence, ...]
    title: str
    questions: tuple[Finding, ...] = ()
    findings: tuple[Finding, ...] = ()


def survey(source: Source) -> ChatText:
    """Read as much of a chat text as is needed to read all of it."""
    source.stream.seek(0)
    head = source.stream.read(reading.BLOCK)
    encoding = reading.encoding_of(head)
    shapes = [shape for _, shape in headers("\n" + _decoded(head, encoding))]
    title = _title(source)
    if not shapes:
        return ChatText(encoding, None, "", "", (), title)
    shape = dominant(shapes)
    ledger = _ledger(source, shape)
    decision = _weigh(source, shape, encoding, ledger)
    answered = _answered(source, ledger, decision)
    return ChatText(
        encoding=encoding,
        shape=shape,
        date_order=answered.order,
        decided_by=answered.kind,
        evidence=ledger.evidence(),
        title=title,
        questions=() if answered.order else (_question(source, ledger),),
        findings=(
            *_contradiction(source, ledger, decision, answered),
            *_conflict(source, ledger, decision),
            *_others(source, shapes, shape),
        ),
    )


def _decoded(head: bytes, encoding: str) -> str:
    return "".join(reading.blocks(BytesIO(head), encoding))


def _title(source: Source) -> str:
    """Take the conversation's name from the text's own name, else from what was handed in."""
    own, handed = PurePosixPath(source.members[source.main].name), PurePosixPath(source.path_name)
    for path in (own, handed):
        found = find(wording().titles, path.stem)
        if found is not None:
            return found[1]["title"]
    return handed.stem if own.stem.startswith("_chat") else own.stem


def _ledger(source: Source, shape: Shape) -> Ledger:
    modified = source.members[source.main].modified
    return Ledger(shape.year, shape.separator, order.latest_day(source.read_at, modified))


def _weigh(source: Source, shape: Shape, encoding: str, ledger: Ledger) -> Decision:
    """Enter messages until the order is certain or the file ends."""
    signs = wording().signs
    messages = _messages(source, shape, encoding)
    while sample := list(islice(messages, _CHECK_EVERY)):
        for time_text, text, offset in sample:
            languages = [language for sign, language in signs if sign in text]
            ledger.add(time_text, text, languages, offset)
        if (decision := ledger.decision()).certain:
            return decision
    return ledger.decision()


def _messages(source: Source, shape: Shape, encoding: str) -> Iterator[tuple[str, str, int]]:
    """Give the time, the text and the place of each entry, from the beginning of the file."""
    source.stream.seek(0)
    width = reading.width_in(encoding)
    blocks, offset = reading.blocks(source.stream, encoding), 0
    for batch in entries(blocks, pattern(shape), width):
        if batch.before is not None:
            offset += width(batch.before + "\n")
        for header, time_text, _, text in batch:
            yield time_text, text, offset
            offset += width(f"{header}{text}\n")
        offset += batch.rest


def _answered(source: Source, ledger: Ledger, decision: Decision) -> Decision:
    """Let an officer's answer win, where the file can be read so at all."""
    if source.date_order in ledger.orders:
        return Decision(source.date_order, "officer", certain=True)
    return decision


def _question(source: Source, ledger: Ledger) -> Finding:
    time_text, offset = ledger.first or ("", 0)
    parts = order.date_parts(time_text) or ("", "", "")
    readings = {each: order.date_in(parts, each) for each in ("dmy", "mdy")}
    return Finding(
        UNDECIDED,
        {"text": time_text, "dmy": str(readings["dmy"] or "-"), "mdy": str(readings["mdy"] or "-")},
        source.main,
        offset,
    )


def _contradiction(
    source: Source, ledger: Ledger, decision: Decision, answered: Decision
) -> Iterator[Finding]:
    """Say that the file speaks against an officer's answer, and by what."""
    if source.date_order and decision.order and decision.order != source.date_order:
        against = {("unreadable", source.date_order), (decision.kind, decision.order)}
        places = [e.offset for e in ledger.evidence() if (e.kind, e.order) in against]
        values: dict[str, str | int] = {
            "answer": source.date_order,
            "order": decision.order,
            "kind": decision.kind,
            "used": answered.order,
        }
        yield Finding(CONTRADICTS_OFFICER, values, source.main, min(places, default=0))


def _conflict(source: Source, ledger: Ledger, decision: Decision) -> Iterator[Finding]:
    """Say that some evidence speaks for another order than the one that was decided."""
    against = [e for e in ledger.evidence() if e.kind == "attachment-name"]
    against = [e for e in against if decision.order and e.order != decision.order]
    for each in against:
        values: dict[str, str | int] = {
            "order": decision.order,
            "kind": decision.kind,
            "other": each.order,
            "count": each.count,
        }
        yield Finding(CONFLICTING, values, source.main, each.offset)


def _others(source: Source, shapes: list[Shape], shape: Shape) -> Iterator[Finding]:
    """Say that lines look like headers of another phone, for two exports may have been joined."""
    count = sum(each != shape for each in shapes)
    if count >= _OTHERS_AT_LEAST:
        yield Finding(OTHER_SHAPES, {"count": count, "own": len(shapes) - count}, source.main)
