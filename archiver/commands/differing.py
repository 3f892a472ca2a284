"""How differences are shown: rows for programs, and a report with head and legend for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from archiver.commands.frame import Frame
from archiver.language import say
from archiver.output import Form, Row
from archiver.produce.differences import Comparison, Difference, Side, meaning, wording
from archiver.produce.differences.kinds import Kind
from archiver.store.catalogue.homes import name_of

if TYPE_CHECKING:
    from archiver.store.catalogue.connection import Connection

_QUOTED = 2000
"""Characters of a copy's text that the report for people quotes."""


class Shown:
    """A comparison as it is shown: only these kinds and exports, and text only where asked for."""

    def __init__(
        self,
        frame: Frame,
        connection: Connection,
        found: Comparison,
        kinds: frozenset[Kind],
        exports: frozenset[int],
        *,
        with_text: bool,
    ) -> None:
        self._frame = frame
        self._connection = connection
        self._found = found
        self._kinds = kinds
        self._exports = exports
        self._with_text = with_text
        self._counted: Counter[Kind] = Counter()
        self.values: dict[str, object] = {
            "conversation": self._talk(),
            "exports": [self._export(number) for number in range(len(found.exports))],
            "holders": [self._holder(holder) for holder in found.holders],
        }

    def rows(self) -> Iterator[Row]:
        """Give the differences one by one; once all are given, the values tell the meanings."""
        for one in self._asked():
            yield self._row(one)
        self.values["counts"] = {str(kind): n for kind, n in sorted(self._counted.items())}
        self.values["meanings"] = {str(kind): _meaning(kind) for kind in sorted(self._counted)}

    def lines(self) -> Iterator[str]:
        """Give the report for people: what was compared, the table, what it proves and what not."""
        yield from self._head()
        for one in self._asked():
            yield from self._lines(one)
        if not self._counted:
            yield say("No differences of this kind were found.")
        for kind, n in sorted(self._counted.items()):
            found = meaning(kind)
            yield ""
            yield say("{kind} ({n})", kind=_capital(found.name), n=n)
            yield say("  It proves: {what}", what=found.proves)
            yield say("  It does not prove: {what}", what=found.proves_not)

    def _asked(self) -> Iterator[Difference]:
        for one in self._found.differences():
            if self._kinds and one.kind not in self._kinds:
                continue
            if not self._exports or one.concerns(self._exports):
                self._counted[one.kind] += 1
                yield one

    # -- for programs -----------------------------------------------------------------------------

    def _talk(self) -> Row:
        talk = self._found.talk
        return {
            "conversation": talk.public,
            "title": talk.title,
            "service": talk.service,
            "messages": self._found.messages,
        }

    def _export(self, number: int) -> Row:
        one = self._found.exports[number]
        since, until = self._found.span(number) or (None, None)
        return {
            "delivery": one.public,
            "holder": one.holder,
            "received_at": self._frame.moment(one.received_at),
            "from": self._frame.moment(since),
            "to": self._frame.moment(until),
            "items": one.items,
            "possibly_cut": self._found.is_cut(number),
        }

    def _holder(self, holder: str) -> dict[str, Any]:
        total = self._found.holders[holder]
        return {
            "holder": holder,
            "messages": self._found.messages,
            "has": total.has,
            "deleted": total.deleted,
            "absent": total.absent,
            "unsure": total.unsure,
            "not_member": total.not_member,
            "before_start": total.before_start,
            "after_end": total.after_end,
        }

    def _row(self, one: Difference) -> Row:
        row: dict[str, Any] = {
            "record": name_of(self._connection, one.record),
            "sent_at": self._frame.moment(one.at),
            "until": self._frame.moment(one.until),
            "kind": str(one.kind),
            "messages": one.messages,
            "sender": one.sender,
            "has": self._sides(one.has),
            "lacks": self._sides(one.lacks),
            "seconds": one.amount // 1000,
            "explained": list(one.explained),
        }
        return row

    def _sides(self, sides: Sequence[Side]) -> object:
        if self._frame.form is Form.CSV:
            return "; ".join(map(self._named, sides))
        return [self._side(side) for side in sides]

    def _side(self, side: Side) -> Mapping[str, object]:
        one = self._found.exports[side.export]
        found: dict[str, object] = {
            "delivery": one.public,
            "holder": one.holder,
            "how": side.how,
        }
        if side.told is not None:
            found["item"] = side.told.item
            found["sent_at"] = self._frame.moment(side.told.sent_at)
            found["sender"] = side.told.label
            if self._with_text:
                found["text"] = side.told.text
        return found

    # -- for people -------------------------------------------------------------------------------

    def _head(self) -> Iterator[str]:
        talk, found = self._found.talk, self._found
        yield say(
            "Differences in the conversation {title} ({service}), {conversation}",
            title=talk.title,
            service=talk.service,
            conversation=talk.public,
        )
        yield say(
            "{exports} exports of {holders} people, together {messages} messages of people.",
            exports=len(found.exports),
            holders=len(found.holders),
            messages=found.messages,
        )
        for number in range(len(found.exports)):
            export = self._export(number)
            yield say(
                "  {holder}, {delivery}, handed in {received_at}: {items} items, {from} to {to}",
                **export,
            )
            if export["possibly_cut"]:
                yield say("    It may have been cut off at its start: {why}.", why=wording("cut"))
        for holder in found.holders:
            yield say(
                "  {holder} has {has} of {messages}; of the others {deleted} deleted, {absent} not"
                " found, {unsure} in doubt, {not_member} while not in the group, {before_start}"
                " before the start, {after_end} after the end.",
                **self._holder(holder),
            )
        yield say(
            "Times are by the clock of {delivery} ({holder}).",
            delivery=found.exports[0].public,
            holder=found.exports[0].holder,
        )
        yield ""

    def _lines(self, one: Difference) -> Iterator[str]:
        yield "  ".join(
            part
            for part in (
                name_of(self._connection, one.record),
                self._frame.moment(one.at) or say("(no time)"),
                meaning(one.kind).name,
                one.sender,
            )
            if part
        )
        if one.until is not None:
            until = self._frame.moment(one.until)
            yield say("    {n} messages, up to {until}", n=one.messages, until=until)
        if one.amount:
            yield say("    {seconds} s apart", seconds=one.amount // 1000)
        for side in one.has:
            yield say("    has it: {who}", who=self._named(side))
        for side in one.lacks:
            yield say("    not: {who}", who=self._named(side))
        for code in one.explained:
            yield say("    may be because: {why}", why=wording(code))

    def _named(self, side: Side) -> str:
        """Name an export's side: whose, the item's id, how it has it, and its words if wanted."""
        one = self._found.exports[side.export]
        if side.told is None:
            return f"{one.holder} {one.public}"
        text = f": {side.told.text[:_QUOTED]}" if self._with_text else ""
        moment = self._frame.moment(side.told.sent_at) or say("(no time)")
        how = side.told.label if side.how == Kind.SENDER else wording(side.how)
        return f"{one.holder} {one.public}.{side.told.item} ({how}, {moment}){text}"


def _meaning(kind: Kind) -> Row:
    found = meaning(kind)
    return {"name": found.name, "proves": found.proves, "proves_not": found.proves_not}


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
