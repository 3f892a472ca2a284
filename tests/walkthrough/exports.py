"""What the officials of the walkthrough hand in: an export of each account, made by its program.

An export is named by a word and what follows its colon. `talk:` is the group of three officials as
one program exports it, `case:` a reviewed case of ``tests/exports``, `chats:` WhatsApp texts of
drawn talk of these kinds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

import again
import talk

from archiver.classify.episode import Line
from tests.gate import key_pair
from tests.ministry import chat, mail, mailbox
from tests.sorting_world import DAY, Example, world
from tests.walkthrough.people import OFFICIALS, Account, folders, sheets

SEED: Final = 20260101
Files = dict[str, bytes]

_FIRST_DAY = datetime(2022, 1, 10)
_CHAT = "WhatsApp-chat met {}.txt"
_OTHERS = {"work": "Dossierteam", "private": "Els", "party": "Campagneteam"}
_EPISODES = {"work": 6, "private": 4, "party": 3}
_TALKED = {
    "android_text": _CHAT.format(talk.TITLE),
    "android_database": "msgstore.db",
    "iphone_database": "ChatStorage.sqlite",
    "telegram_json": "result.json",
    "telegram_html": "messages.html",
}
_WRITERS: dict[str, Callable[[Account], str | bytes]] = {
    "android_text": lambda _: talk.android_text(talk.talk()),
    "android_database": lambda one: talk.android_database(talk.talk(), _owner(one)),
    "iphone_database": lambda one: talk.iphone_database(talk.talk(), _owner(one)),
    "telegram_json": lambda _: talk.telegram_json(talk.talk()),
    "telegram_html": lambda _: talk.telegram_html(talk.talk()),
}
_MARKED = "Dep.V. De nota over de veerdienst mag niet naar buiten"
_DISAPPEARING = (
    "{} heeft berichten met vervaldatum ingeschakeld. Nieuwe berichten zullen 7 dagen nadat ze"
    " verzonden zijn, verdwijnen uit deze chat, behalve als ze zijn bewaard."
)


def write(folder: Path) -> None:
    """Write the drop folder, what is handed in by hand, and what officers bring.

    By hand come a session's two chats and the export with a mapping file; officers bring their
    keys and the list that an official signed. All but the keys has the same bytes each time.
    """
    drawn = iter(world(1500, seed=SEED, officials=12))
    for place, account in folders():
        for name in account.hands_in:
            _put(folder / "drop" / place, _files(name, account, drawn))
    _put(folder / "drop" / "jan-kade-device", {"report.xml": talk.phone_report(talk.talk())})
    daan = dict(folders())["daan-elzinga-whatsapp"]
    chats = {_OTHERS[kind]: _chat(kind, daan, drawn) for kind in ("work", "private")}
    _put(folder / "session", {f"{name}.txt": content for name, content in chats.items()})
    _put(folder / "dienstbericht", again.made(again.first("mapped/csv")))
    texts = {"mapping.toml": again.LATER[-1].mapping, "signed-list.txt": "Gezien en akkoord."}
    _put(folder, {name: text.encode() for name, text in (texts | sheets()).items()})
    for officer in ("pia", "sven"):
        key_pair(folder, f"{officer}.key")


def _put(folder: Path, files: Files) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _files(name: str, account: Account, drawn: Iterator[Example]) -> Files:
    word, _, what = name.partition(":")
    match word:
        case "talk":
            return {_TALKED[what]: _talked(what, account)}
        case "case":
            made = again.made(again.first(what))
            return {f"Export/{path}": content for path, content in made.items()}
        case "chats":
            kinds = what.split("+")
            return {_CHAT.format(_OTHERS[kind]): _chat(kind, account, drawn) for kind in kinds}
        case "mailbox":
            return {"postvak.mbox": mailbox(_mails(account)).encode()}
        case "letter":
            return {"brief.eml": mail(40, "De woordvoering staat klaar.").encode()}
    return {_CHAT.format(word.title()): _special(word, account)}


def _talked(what: str, account: Account) -> bytes:
    made = _WRITERS[what](account)
    return made if isinstance(made, bytes) else made.encode()


def _owner(account: Account) -> int:
    return [one.name for one in OFFICIALS].index(account.person)


def _chat(kind: str, account: Account, drawn: Iterator[Example]) -> bytes:
    """Write the next drawn episodes of a kind as one chat, each on the evening after the last."""
    lines: list[str] = []
    for day in range(_EPISODES[kind]):
        example = next(one for one in drawn if one.truth == kind)
        began = _FIRST_DAY + timedelta(days=2 * day + _ago(account))
        lines += [_line(each, account, kind, began) for each in example.episode.lines]
    return "".join(lines).encode()


def _ago(account: Account) -> int:
    """Give the days from the first day of the cabinet to when this official's talk begins."""
    (since,) = (one.since for one in OFFICIALS if one.name == account.person)
    return (date.fromisoformat(since) - _FIRST_DAY.date()).days + 60


def _line(one: Line, account: Account, kind: str, began: datetime) -> str:
    at = began + timedelta(milliseconds=(one.sent_at or 0) % DAY)
    sender = account.person if one.own else _OTHERS[kind]
    return f"{at:%d-%m-%Y %H:%M} - {sender}: {one.text}\n"


def _special(word: str, account: Account) -> bytes:
    """Write a chat in which a text is marked, or messages are set to disappear."""
    said: dict[str, list[tuple[int, str, str]]] = {
        "marked": [(0, "Jan Kade", _MARKED), (2, account.person, "Begrepen")],
        "disappearing": [
            (0, "Jan Kade", "Wie spreekt vandaag met de krant?"),
            (1, "", _DISAPPEARING.format("Jan Kade")),
            (4, account.person, "Ik, om drie uur"),
        ],
    }
    return chat(said[word]).encode()


def _mails(account: Account) -> list[str]:
    """Write mails of which all mailboxes have the first ones, and each has some of its own."""
    own = sum(map(ord, account.person)) % 100 * 10 + 100
    shared = [mail(n, f"De nota over de veerdienst, versie {n}.") for n in range(1, 5)]
    mine = [mail(own + n, f"Ik lees stuk {own + n} morgen in de trein.") for n in range(6)]
    return [*shared, *mine]
