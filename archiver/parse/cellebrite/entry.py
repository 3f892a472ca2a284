"""Make items of the models that say something: messages of any kind, and calls."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from archiver.model import Attachment, Item, Kind
from archiver.parse.cellebrite.conversation import Conversation, of_people
from archiver.parse.cellebrite.files import Files
from archiver.parse.cellebrite.model import Model, Read
from archiver.parse.cellebrite.party import NOBODY, Person, person, service
from archiver.parse.cellebrite.remarks import Remarks

NO_TIME, NO_CONTENT, UNKNOWN_ACTION = "W-U011", "W-U008", "W-U016"
UNKNOWN = "unknown"

_ACTIONS = {
    "ParticipantJoined": "member-joined",
    "ParticipantLeft": "member-left",
    "ParticipantAdded": "member-added",
    "ParticipantRemoved": "member-removed",
}
_KNOWN = frozenset(
    {
        *("From", "To", "Cc", "Bcc", "Parties", "Participants", "Attachment", "Attachments"),
        *("SharedContacts", "MessageExtraData", "EmbeddedInstantMessage", "ActivityLog"),
        *("Position", "Reactions"),
    }
)
_RECEIVERS = ("To", "Cc", "Bcc")
_PEOPLE = frozenset({"From", *_RECEIVERS})
"""The models of a message that has words and nothing else."""
_KEPT = (
    ("Status", "status"), ("Subject", "subject"), ("Folder", "folder"), ("Platform", "platform"),
    ("Direction", "direction"), ("Duration", "duration"), ("ServiceIdentifier", "sub-service"),
)  # fmt: skip
_OUT = frozenset({"Sent", "Outgoing", "Outbox", "Drafts"})
_FORMS = frozenset({"AppMessage", "Unknown", ""})
_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,9})?)?"
    r"\s?(Z|[+-][0-9]{2}:?[0-9]{2})?"
)
_BY_TYPE = {"SMS": "sms", "MMS": "sms", "Call": "phone"}


class Entry(NamedTuple):
    """An item, the codes of what is to be known of it, and what in it is not known."""

    item: Item
    codes: tuple[str, ...] = ()
    strange: tuple[str, ...] = ()


def entry(
    read: Read, number: int, member: int, conversation: Conversation | None, files: Files
) -> Entry:
    """Make the item of one model; `conversation` is that of its chat."""
    if read.model.type == "Call":
        return _call(read, number, member)
    return _message(read, number, member, conversation, files)


def _message(
    read: Read, number: int, member: int, where: Conversation | None, files: Files
) -> Entry:
    model = read.model
    app = where.service if where else service(model.text("Source"), _BY_TYPE.get(model.type, "app"))
    models = model.models
    is_plain = models.keys() <= _PEOPLE
    receivers = [
        (each, person(each, app)) for name in _RECEIVERS if name in models for each in models[name]
    ]
    parties = [(each, person(each, app)) for each in model.all("Parties")]
    sender = _sender(model, app, parties)
    if where is None:
        people = [sender, *(who for _, who in receivers), *(who for _, who in parties)]
        where = of_people(model, [one for one in people if one != NOBODY], app)
    remarks = Remarks(model, app, receivers + parties)
    if sender.is_owner or model.text("Folder", "Direction") in _OUT:
        remarks.marks.append("own")
    bearer = model if is_plain else _bearer(model, remarks)
    attachments = () if is_plain else tuple(map(files.attachment, _attached(bearer)))
    kind, type_, code = _kind(model, bearer, sender, attachments)
    values = _values(model, where, sender)
    if not is_plain:
        _special(bearer, values)
    time, no_time = _time(model, values)
    text = bearer.text("Body") or _contacts(bearer)
    strange = () if is_plain else [name for name in models if name not in _KNOWN]
    item = Item(
        number, member, read.offset, read.length, kind, type_, time, sender.label, text,
        tuple(remarks.marks), attachments, model.text("Identifier"), where.title, values, None,
        f"model/{model.id}", where.thread, sender.id, tuple(remarks.noted),
    )  # fmt: skip
    return Entry(item, (*code, *no_time), (*remarks.strange, *strange))


def _sender(model: Model, app: str, parties: Sequence[tuple[Model, Person]]) -> Person:
    if party := model.one("From"):
        return person(party, app)
    return next((who for party, who in parties if party.text("Role") == "From"), NOBODY)


def _attached(model: Model) -> Sequence[Model]:
    """Older reports have the one attachment in a field of its own."""
    return model.all("Attachments") or model.all("Attachment")


def _bearer(model: Model, remarks: Remarks) -> Model:
    """Give the model that has the words: of some forwarded messages that is the one inside."""
    inside = model.one("EmbeddedInstantMessage")
    if inside is None or "forwarded" not in remarks.marks or model.text("Body"):
        return model
    return model if _attached(model) else inside


def _kind(
    model: Model, bearer: Model, sender: Person, attachments: Sequence[Attachment]
) -> tuple[Kind, str, tuple[str, ...]]:
    """Say what a message is, and the codes of what is odd about that."""
    if activity := model.one("ActivityLog"):
        action = _ACTIONS.get(activity.text("Action"))
        return Kind.EVENT, action or UNKNOWN, () if action else (UNKNOWN_ACTION,)
    if sender.is_system or _is_labelled(model, "System"):
        return Kind.EVENT, "notice", ()
    if attachments:
        return Kind.MESSAGE, "media", ()
    if bearer.all("SharedContacts"):
        return Kind.MESSAGE, "contact", ()
    if bearer.all("Position"):
        return Kind.MESSAGE, "location", ()
    if bearer.text("Body", "Subject"):
        return Kind.MESSAGE, "text", ()
    return Kind.MESSAGE, UNKNOWN, (NO_CONTENT,)


def _is_labelled(model: Model, label: str) -> bool:
    return any(
        extra.type == "MessageLabel" and extra.text("Label") == label
        for extra in model.models.get("MessageExtraData", ())
    )


def _values(model: Model, where: Conversation, sender: Person) -> dict[str, str]:
    fields = model.fields
    values = {"service": where.service, "owner": where.owner}
    for field, name in _KEPT:
        if field in fields:
            values[name] = fields[field]
    if not where.owner and sender.is_owner:
        values["owner"] = sender.id
    attributes = model.attributes
    if (state := attributes.get("deleted_state", "Intact")) != "Intact":
        values["deleted-state"] = state
    if (confidence := attributes.get("decoding_confidence", "High")) != "High":
        values["decoding-confidence"] = confidence
    if (form := fields.get("Type", "")) not in _FORMS:
        values["type"] = form
    return values


def _special(model: Model, values: dict[str, str]) -> None:
    """Keep what only some messages have."""
    if activity := model.one("ActivityLog"):
        values["action"] = activity.text("Action")
        member = person(activity.one("Participant"), values["service"])
        if member != NOBODY:
            values["object"] = f"{member.label} <{member.id}>"
    if position := model.one("Position"):
        for name in ("Latitude", "Longitude"):
            if name in position.fields:
                values[name.lower()] = position.fields[name]
    for number, contact in enumerate(model.all("SharedContacts"), 1):
        entries = "; ".join(each.text("Value") for each in contact.all("Entries"))
        values[f"contact-{number}"] = f"{contact.text('Name')}: {entries}"
    transcripts = [each.text("Transcript") for each in _attached(model)]
    if any(transcripts):
        values["transcript"] = "\n".join(filter(None, transcripts))


def _contacts(model: Model) -> str:
    return "\n".join(each.text("Name") for each in model.models.get("SharedContacts", ()))


def _time(model: Model, values: dict[str, str]) -> tuple[str, tuple[str, ...]]:
    """Give the time as written; one without a zone keeps beside it how the report shows it."""
    time = model.text("TimeStamp").strip()
    match = _TIME.fullmatch(time)
    if match is None:
        return time, (NO_TIME,)
    if match[1] is None and (shown := model.text("TimeStamp.formatted")):
        values["time-shown"] = shown
    return time, ()


def _call(read: Read, number: int, member: int) -> Entry:
    """Make the item of a call; one that was missed is an event, as in a chat's text."""
    model = read.model
    app = service(model.text("Source"), _BY_TYPE["Call"])
    parties = [(each, person(each, app)) for each in model.all("Parties")]
    sender = _sender(model, app, parties)
    where = of_people(model, [who for _, who in parties], app)
    is_missed = model.text("Status") == "Missed"
    form = "video" if model.is_set("VideoCall") else "voice"
    values = _values(model, where, sender) | {"call": form}
    is_own = sender.is_owner or model.text("Direction") in _OUT
    time, no_time = _time(model, values)
    item = Item(
        number, member, read.offset, read.length,
        Kind.EVENT if is_missed else Kind.MESSAGE,
        f"call-missed-{form}" if is_missed else "call",
        time, sender.label, "", ("own",) if is_own else (), (), model.text("Identifier"),
        where.title, values, None, f"model/{model.id}", where.thread, sender.id,
        tuple(Remarks(model, app, []).noted),
    )  # fmt: skip
    return Entry(item, no_time, tuple(name for name in model.models if name not in _KNOWN))
