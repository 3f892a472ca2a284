"""What a report tells of a message beside its words: replies, labels, receipts, reactions."""

from __future__ import annotations

import re
from collections.abc import Iterator

from archiver.model import Noted
from archiver.parse.cellebrite.model import Model
from archiver.parse.cellebrite.party import Person, person

_PLAIN = frozenset({"", "Default", "Reply", "System", "SelfDestruct"})
_MARKS = {"Edited": "edited", "Forwarded": "forwarded"}
_SPAN = re.compile(r"(?:([0-9]{1,6})\.)?([0-9]{1,2}):([0-9]{2}):([0-9]{2})(?:\.[0-9]+)?")
_INTACT = frozenset({"", "Intact", "Unknown"})
_SIGNS = ("Reaction", "Emoji", "Value", "Body", "ReactionType", "Type")
_ACTORS = ("Actor", "From", "Party", "Participant")


class Remarks:
    """Collects marks and notes of one message; `strange` names the models that nobody knows."""

    __slots__ = ("_app", "marks", "noted", "strange")

    def __init__(self, model: Model, app: str, receivers: list[tuple[Model, Person]]) -> None:
        """Read them all."""
        self._app = app
        self.marks: list[str] = []
        self.noted: list[Noted] = []
        self.strange: list[str] = []
        for extra in model.all("MessageExtraData"):
            self._extra(extra, model)
        if model.models.get("Reactions"):
            self.noted += self._reactions(model)
        for party, who in receivers:
            self._receipts(party, who)
        self._state(model)

    def _extra(self, extra: Model, message: Model) -> None:
        label = extra.text("Label").split("\n")[0]
        match extra.type:
            case "MessageLabel":
                self._label(label)
            case "ReplyMessageData":
                self._reply(extra.text("OriginalMessageID"), extra.one("InstantMessage"))
            case "QuotedMessageData":
                self._quoted(extra, message, is_reply=label != "Forwarded")
            case "ForwardedMessageData":
                self._forwarded(extra.one("OriginalSender"))
            case other:
                self.strange.append(other)

    def _label(self, label: str) -> None:
        if label in _MARKS:
            self._mark(_MARKS[label])
        elif label not in _PLAIN:
            self.noted.append(Noted("label", label))

    def _mark(self, mark: str) -> None:
        if mark not in self.marks:
            self.marks.append(mark)

    def _quoted(self, extra: Model, message: Model, *, is_reply: bool) -> None:
        """A quoted message is named by its own identifier, or by that of its model."""
        embedded = message.one("EmbeddedInstantMessage")
        original = extra.text("OriginalMessageID")
        if not is_reply:
            self._forwarded(embedded.one("From") if embedded else None)
            return
        reference = extra.text("ReferenceId")
        if not original and embedded and embedded.id == reference:
            original = embedded.text("Identifier")
        self._reply(original or (f"model:{reference}" if reference else ""), embedded)

    def _reply(self, original: str, quoted: Model | None) -> None:
        self.noted.append(Noted("reply", original))
        if quoted is not None and quoted.text("Body"):
            by = person(quoted.one("From"), self._app).label
            self.noted.append(Noted("quote", quoted.text("Body"), by, quoted.text("TimeStamp")))

    def _forwarded(self, sender: Model | None) -> None:
        self._mark("forwarded")
        label = person(sender, self._app).label
        if label:
            self.noted.append(Noted("forwarded", label))

    def _reactions(self, model: Model) -> Iterator[Noted]:
        for reaction in model.all("Reactions"):
            actor = next((one for name in _ACTORS if (one := reaction.one(name))), None)
            sign = reaction.text(*_SIGNS)
            if not sign:
                self.strange.append(reaction.type or "Reaction")
            yield Noted(
                "reaction", sign, person(actor, self._app).label, reaction.text("TimeStamp")
            )

    def _receipts(self, party: Model, who: Person) -> None:
        fields = party.fields
        if time := fields.get("DateDelivered"):
            self.noted.append(Noted("delivered", "", who.label, time))
        if time := fields.get("DateRead"):
            self.noted.append(Noted("read", "", who.label, time))
        if time := fields.get("DatePlayed"):
            self.noted.append(Noted("read", "played", who.label, time))

    def _state(self, model: Model) -> None:
        if (state := model.attributes.get("deleted_state", "")) not in _INTACT:
            self.noted.append(Noted("deleted", state))
        if (span := model.fields.get("SelfDestructDuration")) and (seconds := _seconds(span)):
            self._mark("disappearing")
            self.noted.append(Noted("expires", str(seconds)))


def _seconds(span: str) -> int:
    """Read a duration: days, hours, minutes and seconds."""
    match = _SPAN.fullmatch(span)
    if match is None:
        return 0
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return ((days * 24 + hours) * 60 + minutes) * 60 + seconds
