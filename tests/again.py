"""Exports of every format as they were, and as they are made again some time later.

What was handed in first is a reviewed case of ``tests/exports``. Afterwards somebody edited, took
back, answered with a sign, voted, or wrote one message more, and the same account is exported
again: `LATER` says for each format what the second export has of it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import golden
import relativity
from databases import build, shown

Files = dict[str, bytes]
Change = Callable[[Files], Files]
Seen = frozenset[tuple[str, str]]

WORDS = "Andere woorden dan eerst"
MORE = "Een bericht van later"
_JAN, _FENNA = "+31612000001", "fenna@voorbeeld.example"


@dataclass(frozen=True, slots=True)
class Later:
    """What the second export of one account has that the first had not.

    `change` makes its files from those of the first; `more` of its entries are new and `gone` are
    no longer there. `seen` are observations (kind, value) that only it gives. Of `reworded` entries
    nothing says that they were edited (W-D005). `restated` ones are told by their words alone, so
    that they are new when they come and are joined right after. `accounts` are (service,
    identifier) of whose messages these are.
    """

    case: str
    accounts: tuple[tuple[str, str], ...]
    change: Change
    more: int = 1
    gone: int = 0
    restated: int = 0
    reworded: int = 0
    seen: Seen = frozenset()

    @property
    def mapping(self) -> str:
        """What an officer says of the columns; empty for a format that the archive knows."""
        return golden.source_of(golden.EXPORTS / self.case).mapping


def first(case: str) -> Files:
    """Give the files of a case; a database still as the words that make it."""
    folder = golden.EXPORTS / case / "input"
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def made(files: Files) -> Files:
    """Make the databases."""
    return {
        shown(name): build(data.decode()) if name.endswith(".sql") else data
        for name, data in files.items()
    }


def replaced(*pairs: tuple[str, str], at: str = "") -> Change:
    """Replace words that stand exactly once in the file whose name ends so."""

    def change(files: Files) -> Files:
        (name,) = (name for name in files if name.endswith(at))
        text = files[name].decode()
        for before, after in pairs:
            assert text.count(before) == 1, (text.count(before), before)
            text = text.replace(before, after)
        return files | {name: text.encode()}

    return change


def changed(at: str, rewrite: Callable[[Any], None], *, lines: bool = False) -> Change:
    """Rewrite the JSON of one file, as a whole or line by line."""

    def change(files: Files) -> Files:
        (name,) = (name for name in files if name.endswith(at))
        text = files[name].decode()
        given = [json.loads(line) for line in text.splitlines()] if lines else json.loads(text)
        rewrite(given)
        dumped = "\n".join(map(json.dumps, given)) if lines else json.dumps(given)
        return files | {name: dumped.encode()}

    return change


def added(at: str, script: str) -> Change:
    """Run statements after those that make a database."""

    def change(files: Files) -> Files:
        (name,) = (name for name in files if name.endswith(at))
        return files | {name: files[name] + b"\n" + script.encode()}

    return change


def _signal(lines: list[Any]) -> None:
    """Edit one, edit an edited one again, react, vote, take one back; one has disappeared."""
    sent = {int(one["chatItem"]["dateSent"]): one["chatItem"] for one in lines if "chatItem" in one}
    _signal_edit(sent[1747130400000], 1747140000000)
    _signal_edit(sent[1747130640000], 1747140000001)
    reactions = sent[1747130460000]["standardMessage"]["reactions"]
    reactions.append({"emoji": "🎈", "authorId": "2", "sentTimestamp": "1747140000000"})
    sent[1747131840000]["poll"]["options"][1]["votes"] = [{"voterId": "3", "voteCount": 1}]
    del sent[1747130700000]["standardMessage"]
    sent[1747130700000]["remoteDeletedMessage"] = {}
    lines[:] = [one for one in lines if one.get("chatItem") is not sent[1747132200000]]
    more = {"chatId": "1", "authorId": "2", "dateSent": "1747150000000", "incoming": {}}
    lines.append({"chatItem": more | {"standardMessage": {"text": {"body": MORE}}}})


def _signal_edit(item: Any, at: int) -> None:
    before = {key: value for key, value in item.items() if key != "revisions"}
    item["revisions"] = [*item.get("revisions", ()), json.loads(json.dumps(before))]
    item["dateSent"] = str(at)
    item["standardMessage"]["text"]["body"] = WORDS


def _sms(files: Files) -> Files:
    """Contacts got names, what waited went out, what was unread was read; one message more."""
    (name,) = files
    text = files[name].decode()
    for before, after in (
        ('contact_name="Sam de Wit"', 'contact_name="Sam W."'),
        ('contact_name="(Unknown)"', 'contact_name="Winkel"'),
        ('read="0" status="-1"', 'read="1" status="0"'),
        ("</smses>", f'<sms address="{_JAN}" date="1747190000000" type="1" body="{MORE}" />'
                     "</smses>"),
    ):  # fmt: skip
        assert before in text, before
        text = text.replace(before, after)
    return {name: text.encode()}


_IOS = added(
    "01d.sql",
    "UPDATE ZWAMESSAGE SET ZMESSAGETYPE = 14, ZTEXT = NULL WHERE Z_PK IN (4, 26);"
    f"UPDATE ZWAMESSAGE SET ZTEXT = '{WORDS}' WHERE Z_PK = 25;"
    "DELETE FROM ZWAMESSAGE WHERE Z_PK = 12;"
    "INSERT INTO ZWAMESSAGE (Z_PK, ZFLAGS, ZGROUPEVENTTYPE, ZISFROMME, ZMESSAGETYPE, ZSTARRED,"
    " ZCHATSESSION, ZGROUPMEMBER, ZMESSAGEDATE, ZFROMJID, ZSTANZAID, ZTEXT) VALUES"
    f" (90, 0, 0, 0, 0, 0, 2, 3, 763400000, '120363020000000001@g.us', 'G90', '{MORE}');",
)

_IMESSAGE = added(
    "sms.db.sql",
    f"UPDATE message SET text = '{WORDS}', date_edited = 763300000000000000 WHERE ROWID = 1;"
    "UPDATE message SET text = NULL, attributedBody = NULL, date_retracted = 763300000000000000,"
    " date_edited = 763300000000000000,"
    " message_summary_info = (SELECT message_summary_info FROM message WHERE ROWID = 5)"
    " WHERE ROWID = 3;"
    "DELETE FROM chat_message_join WHERE message_id = 12;"
    "INSERT INTO chat_recoverable_message_join VALUES (1, 12, 763390000000000000);"
    "DELETE FROM chat_recoverable_message_join WHERE message_id = 14;"
    "DELETE FROM message WHERE ROWID = 14;"
    "INSERT INTO message (ROWID, guid, handle_id, service, date, associated_message_guid,"
    " associated_message_type) VALUES"
    " (90, 'GUID-0090', 1, 'iMessage', 763400000000000000, 'p:0/GUID-0001', 2000);"
    "INSERT INTO message (ROWID, guid, handle_id, service, date, text) VALUES"
    f" (91, 'GUID-0091', 1, 'iMessage', 763400000000000000, '{MORE}');"
    "INSERT INTO chat_message_join VALUES (1, 90, 0), (1, 91, 0);",
)


def _messenger(chat: Any) -> None:
    """Newest first: one more, a reaction, one unsent, one that was removed here."""
    messages = chat["messages"]
    messages[1]["reactions"] = [{"reaction": "\u00f0\u009f\u008e\u0088", "actor": "Noor Ypma"}]
    unsent = messages[2]
    for key in ("content", "share", "type"):
        unsent.pop(key)
    unsent["is_unsent"] = True
    del messages[9]
    sender = messages[0]["sender_name"]
    messages.insert(0, {"sender_name": sender, "timestamp_ms": 1709729200000, "content": MORE})


def _instagram(chat: Any) -> None:
    messages = chat["messages"]
    messages[1]["reactions"] = [{"reaction": "\u00f0\u009f\u008e\u0088", "actor": "zo\u00c3\u00ab"}]
    messages[0].pop("content")
    messages[0]["is_unsent"] = True
    messages.insert(0, {"sender_name": "idris", "timestamp_ms": 1709729200000, "content": MORE})


_THREEMA = replaced(
    ('"TEXT","Is de nota al getekend?","0","1","","","","","",""',
     f'"TEXT","{WORDS}","0","1","","","","","1747190000000",""'),
    ('"000000000000000c","u12","0","1","1","","1747131120000","1747131120500","","TOEKOMST",'
     '"iets nieuws","0","1","","","","","",""\n',
     '"000000000000000d","u13","0","1","1","","1747191120000","1747191120500","","TEXT",'
     f'"{MORE}","0","1","","","","","",""\n'),
    ('"1747131000500","","STATUS"', '"1747131000500","1747190000000","STATUS"'),
    ('"USERACK"', '"READ"'),
    ('"READ","1747130520000"', '"USERACK","1747130520000"'),
    ('"[52.08, 4.32, 10.0, ""Lange Voorhout"", ""Malieveld""]","0","1","","","","","",""',
     '"","0","1","","","","","","1747190000000"'),
    at="message_1001.csv",
)  # fmt: skip

_THREEMA_CHAT = replaced(
    ("Is de nota al getekend?", WORDS),
    ("is de datum: morgen", f"is de datum: morgen\n[14-05-2025, 09:00] Sam de Wit: {MORE}"),
    at="messages.txt",
)


def _matrix(room: Any) -> None:
    """One is edited (by an event of its own), one redacted, one answered with a sign."""
    events = {one["event_id"]: one for one in room["messages"]}
    redacted = {"redacted_because": {"sender": "@fenna:voorbeeld.example", "event_id": "$r2"}}
    events["$e20"] |= {"content": {}, "unsigned": redacted}
    events["$e17"] |= {"content": {}, "unsigned": redacted}
    events["$e10"]["unsigned"] = {"m.relations": {
        "m.replace": {"event_id": "$y", "origin_server_ts": 1709700000000},
        "m.annotation": {"chunk": [{"type": "m.reaction", "key": "🎈", "count": 1}]},
    }}  # fmt: skip
    events["$e10"]["content"]["body"] = WORDS
    events["$e13"] |= {"content": {}, "unsigned": redacted}
    room["messages"].remove(events["$e12"])
    more = {"event_id": "$e90", "origin_server_ts": 1709800000000}
    room["messages"].append(events["$e9"] | more | {"content": {"msgtype": "m.text", "body": MORE}})


def _discord(channel: Any) -> None:
    messages = channel["messages"]
    messages[0] |= {"content": WORDS, "timestampEdited": "2024-03-06T09:00:00+00:00"}
    messages[2]["reactions"][0]["emoji"]["name"] = "🎈"
    messages[1]["author"] |= {"name": "idris2", "nickname": "Idris B."}
    messages[3]["isPinned"] = True
    channel["channel"]["name"] = "overleg-oud"
    more = {"id": "900000000000000090", "timestamp": "2024-03-07T09:00:00+00:00", "content": MORE}
    messages.append(messages[1] | more)
    del messages[9]


def _slack(day: Any) -> None:
    """A thread's first message leaves a stone in its place; another is edited."""
    at = {one["ts"]: one for one in day}
    for key in ("client_msg_id", "blocks", "edited", "reactions", "pinned_to", "team"):
        at["1652425260.123459"].pop(key)
    at["1652425260.123459"] |= {
        "subtype": "tombstone", "user": "USLACKBOT", "text": "This message was deleted.",
        "hidden": True,
    }  # fmt: skip
    stamp = {"user": "U02OMAR", "ts": "1652525300.000000"}
    at["1652425300.000500"] |= {"text": WORDS, "edited": stamp}
    at["1652425301.000500"]["reactions"] = [{"name": "tada", "users": ["U03PIA"], "count": 1}]
    at["1652425320.000000"].pop("user_profile")
    day.remove(at["1652425310.000000"])
    day.append({"type": "message", "user": "U02OMAR", "text": MORE, "ts": "1652426000.000100"})


def _google_chat(space: Any) -> None:
    messages = space["messages"]
    before = {"created_date": messages[0]["created_date"], "text": messages[0]["text"]}
    messages[0] |= {
        "text": WORDS, "updated_date": "Saturday, May 14, 2022 at 7:01:00 AM UTC",
        "previous_message_versions": [before],
    }  # fmt: skip
    gone = messages[1]
    for key in ("text", "updated_date", "attached_files", "reactions", "annotations",
                "quoted_message_metadata", "previous_message_versions"):  # fmt: skip
        gone.pop(key)
    gone |= {"message_state": "DELETED", "deletion_metadata": {"deletion_type": "CREATOR"}}
    more = {"created_date": "Saturday, May 14, 2022 at 8:01:00 AM UTC", "text": MORE}
    messages.append(messages[0] | more | {"message_id": "AAAA/t9/t9", "topic_id": "t9"})
    for key in ("updated_date", "previous_message_versions"):
        messages[-1].pop(key)


def _teams(chat: Any) -> None:
    """One taken back, of which Graph may no longer name the sender; one edited and answered."""
    chat[0] |= {"deletedDateTime": "2022-05-14T07:00:00Z", "from": None, "attachments": []}
    chat[0]["body"] = {"contentType": "html", "content": ""}
    chat[0]["reactions"] = []
    chat[1] |= {"lastEditedDateTime": "2022-05-14T07:02:00Z"}
    chat[1]["body"] = {"contentType": "html", "content": f"<p>{WORDS}</p>"}
    by = {"user": {"id": "1111-lien", "displayName": "Lien Bakker"}}
    chat[1]["reactions"] = [
        {"reactionType": "laugh", "createdDateTime": "2022-05-14T07:03:00Z", "user": by}
    ]
    more = {"id": "1652525260000", "createdDateTime": "2022-05-14T07:01:00Z", "reactions": []}
    chat.append(chat[1] | more | {"body": {"contentType": "text", "content": MORE}})
    chat[2].pop("lastEditedDateTime")


def _signal_tools(chat: list[Any]) -> None:
    chat[0] |= {"body": WORDS, "reactions": [["Omar Visser", "🎈"]]}
    chat[1] |= {"body": "", "quote": "", "attachments": [], "deleted": True}
    chat.append(chat[0] | {"date": "2022-05-14T09:00:00", "body": MORE, "reactions": []})


def _rsmf(manifest: Any) -> None:
    """An edit, a reaction, one deleted that has an identifier, and one that has none."""
    events = manifest["events"]
    stamp = {"participant": "P1", "timestamp": "2026-03-04T09:02:00Z"}
    events[1] |= {
        "edits": [stamp | {"previous": events[1]["body"], "new": WORDS}], "body": WORDS,
        "reactions": [{"value": "🎈", "count": 1, "participants": ["P2"]}],
    }  # fmt: skip
    events[2] |= {"deleted": True, "body": ""}
    events[3] |= {"deleted": True, "attachments": []}
    more = {"id": "3EB0A1B2C3D4E5F9", "timestamp": "2026-03-05T09:00:00Z", "body": MORE}
    events.append({"type": "message", "participant": "P2", "conversation": "C1"} | more)


def _rsmf_mail(files: Files) -> Files:
    """The same inside a mail."""
    (packed,) = (files[name] for name in files)
    inside = relativity.unpacked(packed)
    manifest = json.loads(inside.pop("rsmf_manifest.json"))
    _rsmf(manifest)
    return {"zaak.rsmf": relativity.mail(relativity.container(json.dumps(manifest).encode(),
                                                              **inside))}  # fmt: skip


_IMAZING = replaced(
    ("Sam de Wit,Read,,,Is de nota al getekend?", f"Sam de Wit,Read,,,{WORDS}"),
    ("A1,2025-05-13 12:00:00,,,,,", "A1,2025-05-13 12:00:00,,,2025-05-14 12:00:00,,"),
    ("Sam de Wit: ❤️", "Sam de Wit: 🎈"),
    ("A4,2025-05-13 12:04:00,,,2025-05-13 12:05:00,,",
     "A4,2025-05-13 12:04:00,,,2025-05-13 12:05:00,2025-05-14 12:00:00,"),
    ("Onderwerp,Verbeterd bericht", ","),
    ("Pakket onderweg,,,\r\n",
     "Pakket onderweg,,,\r\n"
     f"Sam de Wit,B1,2025-05-14 12:00:00,,,,,iMessage,Incoming,{_JAN},Sam,Read,,,{MORE},,,\r\n"),
    at="Sam de Wit.csv",
)  # fmt: skip

_IMAZING_WHATSAPP = replaced(
    (",Kaart volgt,,,,\n", f",{WORDS},,,,\n"),
    ("👍 Sam de Wit", "🎈 Sam de Wit"),
    ('"52.08, 4.32"\n', '"52.08, 4.32"\nOverleg stikstof,2025-05-14 12:01:00,,Incoming,'
     f"+31612345678,Sam de Wit,Read,,,{MORE},,,,\n"),
    at=".csv",
)  # fmt: skip

_TELEGRAM_HTML = replaced(
    ("Goedemorgen, het concept ligt klaar.", WORDS),
    ("\n👍\n         </span>\n\n         <span class=\"userpics\">",
     "\n🎈\n         </span>\n\n         <span class=\"userpics\">"),
    at="messages.html",
)  # fmt: skip

_MAPPED = replaced(
    ("Akkoord", WORDS),
    ("Pia is toegevoegd;;;z;;toegevoegd;",
     f"Pia is toegevoegd;;;z;;toegevoegd;\n4;14-05-2022;09:01:00;Omar Visser;ovisser;k1;Overleg;"
     f"{MORE};1;;y;in;bericht;"),
    at="berichten.csv",
)  # fmt: skip


def _ufdr(files: Files) -> Files:
    """A second read-out: numbers of models are others, one message is deleted, one has a label."""
    report = files["report.xml"].decode()
    for before, after in (
        (' id="m-', ' id="n-'),
        ('id="n-5" deleted_state="Intact"', 'id="n-5" deleted_state="Deleted"'),
        ("<![CDATA[Ik]]>", f"<![CDATA[{WORDS}]]>"),
        ("<![CDATA[Morgen om tien uur?]]>", f"<![CDATA[{WORDS} ook]]>"),
    ):
        assert before in report, before
        report = report.replace(before, after)
    return files | {"report.xml": report.encode()}


_PHONE = (("whatsapp", _JAN), ("teams", _FENNA))
_TEXT = ("text", WORDS)
_GONE = ("marks", "deleted")


def _later(case: str, service: str, change: Change, *seen: tuple[str, str], **said: int) -> Later:
    return Later(case, ((service, _JAN),), change, seen=frozenset(seen), **said)


LATER = (
    _later("signal-export/rich", "signal", changed("main.jsonl", _signal, lines=True),
           _TEXT, _GONE, ("edit", "De derde versie, bedoel ik."), ("reaction", "🎈"),
           ("vote", "dinsdag"), gone=1),
    _later("sms-xml/rich", "sms", _sms, ("label", "Sam W."), ("label", "Winkel")),
    _later("whatsapp-ios/rich", "whatsapp", _IOS, _TEXT, _GONE, ("marks", "own deleted-own"),
           gone=1, reworded=1),
    _later("imessage/rich", "imessage", _IMESSAGE, _TEXT, _GONE, ("marks", "recently-deleted"),
           ("reaction", "❤️"), more=2, gone=1),
    _later("messenger-json/common", "messenger", changed("message_1.json", _messenger),
           _GONE, ("reaction", "🎈"), gone=1, restated=1),
    _later("instagram-json/plain", "instagram", changed("message_1.json", _instagram),
           _GONE, ("reaction", "🎈"), restated=1),
    _later("threema-backup/direct", "threema", _THREEMA, _TEXT, _GONE, gone=1),
    _later("threema-chat/nl", "threema", _THREEMA_CHAT, _TEXT, restated=1),
    _later("matrix-json/room", "matrix", changed("export.json", _matrix),
           _TEXT, _GONE, ("reaction", "🎈"), gone=1),
    _later("discord-json/channel", "discord", changed("[5].json", _discord),
           _TEXT, ("label", "Idris B."), ("reaction", "🎈"), ("pinned", ""), gone=1),
    _later("slack/channel", "slack", changed("2022-05-13.json", _slack),
           _TEXT, _GONE, ("reaction", "tada"), gone=1),
    _later("google-chat/space", "google-chat", changed("messages.json", _google_chat),
           _TEXT, _GONE, ("edit", "Is het besluit klaar?")),
    _later("teams/array", "teams", changed("kanaal.json", _teams),
           _TEXT, ("marks", "edited deleted"), ("reaction", "laugh")),
    _later("signal-tools/chat", "signal", changed("data.json", _signal_tools, lines=True),
           _TEXT, ("marks", "own deleted"), ("reaction", "🎈"), restated=2),
    Later("rsmf/rich", _PHONE, _rsmf_mail, restated=1,
          seen=frozenset({_TEXT, _GONE, ("edit", "Wie neemt de nota mee?"), ("reaction", "🎈")})),
    Later("rsmf-unpacked/rich", _PHONE, changed("manifest.json", _rsmf), restated=1,
          seen=frozenset({_TEXT, _GONE, ("edit", "Wie neemt de nota mee?"), ("reaction", "🎈")})),
    Later("ufdr/rich", _PHONE, _ufdr, more=0, restated=1, reworded=1,
          seen=frozenset({_TEXT, ("deleted", "Deleted")})),
    _later("imazing-messages/rich", "imessage", _IMAZING, _TEXT, ("reaction", "Sam de Wit: 🎈")),
    _later("imazing-whatsapp/rich", "whatsapp", _IMAZING_WHATSAPP,
           _TEXT, ("reaction", "🎈 Sam de Wit"), restated=1),
    _later("telegram-html/first-page", "telegram", _TELEGRAM_HTML,
           _TEXT, ("reaction", "🎈"), more=0, reworded=1),
    _later("mapped/csv", "dienstbericht", _MAPPED, _TEXT, reworded=1),
)  # fmt: skip
