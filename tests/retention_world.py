"""A small ministry whose messages come and go, beside a plain account of what must be there.

The account (`World.there`, `marked`, `holds`, `proposals`) knows nothing of the archive's own
tables: it is told what was handed in and what the gate said, and after each step all that the
archive holds is compared with it.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

from archiver.pipeline.returned import returned
from archiver.store.archive import Archive
from archiver.store.catalogue.connection import Connection
from retention import schema
from tests.dying import Killed, dying
from tests.gate import MANAGER, OWNER, Gate, gate, key_pair
from tests.ministry import LIEN, Ministry, Ran, chat, mail, mailbox

Place = tuple[str, int]
"""A delivery and the number of an item."""
Copy = tuple[str, int]
"""An account and the number of a message."""

DAY_MINUTES = 1440
PEOPLE = {"jan": "Jan", "els": "Els", "wim": "Wim", "postjan": "Jan", "postels": "Els"}
"""The people who have these accounts; of Wim nobody knows a function."""
PEOPLE_NAMED = ("Jan", "Els", "Wim")
SECOND_DAY = 6
"""From this message of each export's ten on it is the day after."""
_START = datetime(2014, 5, 13, 9, 0)


@dataclass(frozen=True, slots=True)
class Export:
    """What can be handed in: whose it is, its name, and the numbers of its messages."""

    account: str
    name: str
    messages: tuple[int, ...]

    @property
    def content(self) -> str:
        """The file itself."""
        if self.name.endswith(".mbox"):
            return mailbox([_mail(number) for number in self.messages])
        lines = [(_minute(n), "Lien" if n % 2 else "Omar", text(n)) for n in self.messages]
        return chat(lines, start=_START)


EXPORTS = (
    Export("jan", "een/WhatsApp-chat met Havenoverleg.txt", tuple(range(8))),
    Export("jan", "twee/WhatsApp-chat met Havenoverleg.txt", tuple(range(4, 10))),
    Export("els", "drie/WhatsApp-chat met Havenoverleg.txt", tuple(range(2, 10))),
    Export("wim", "vier/WhatsApp-chat met Havenoverleg.txt", tuple(range(1, 9))),
    Export("jan", "vijf/WhatsApp-chat met Dijken.txt", tuple(range(20, 28))),
    Export("postjan", "zes/verzonden.mbox", tuple(range(40, 48))),
    Export("postels", "zeven/ontvangen.mbox", tuple(range(43, 50))),
)


def word(number: int) -> str:
    """Give the word that stands in one message only."""
    return f"kern{number:03}woord"


def text(number: int) -> str:
    """Give the words of a message."""
    return f"Het {word(number)} staat hier en nergens anders"


def is_second_day(number: int) -> bool:
    """Whether a message is of 14 May 2014 rather than of the 13th."""
    return number % 10 >= SECOND_DAY


def _minute(number: int) -> int:
    return number % 10 * 3 + (DAY_MINUTES if is_second_day(number) else 0)


def _mail(number: int) -> str:
    day = "Wed, 14 May 2014" if is_second_day(number) else "Tue, 13 May 2014"
    return mail(number, text(number)).replace("Fri, 13 May 2022", day)


@dataclass(slots=True)
class Hold:
    """A hold as it was asked for: the copies that it certainly covers, by a rule of its own."""

    kind: str
    value: Any
    is_exact: bool = True
    asked_by: str | None = None

    def covers(self, copy: Copy, strands: dict[Copy, set[str]]) -> bool:
        """Whether a copy is held."""
        account, number = copy
        match self.kind:
            case "word":
                return bool(number == self.value)
            case "person":
                return bool(PEOPLE[account] == self.value)
            case "day":
                return bool(is_second_day(number) == self.value)
            case _:
                return bool(strands.get(copy, set()) & self.value)


@dataclass(slots=True)
class Proposal:
    """What was proposed, and by which key each role approved it."""

    ground: str
    targets: dict[str, set[int]]
    approved: dict[str, Path] = field(default_factory=dict)
    state: str = "proposed"


@dataclass(slots=True)
class World:
    """The ministry, and what must be true of it."""

    gate: Gate
    spare: dict[str, Path]
    there: dict[Place, Copy] = field(default_factory=dict)
    back: dict[Place, Copy] = field(default_factory=dict)
    marked: dict[Copy, set[str]] = field(default_factory=dict)
    holds: dict[str, Hold] = field(default_factory=dict)
    proposals: dict[str, Proposal] = field(default_factory=dict)
    deliveries: dict[str, Export] = field(default_factory=dict)
    due: set[Copy] = field(default_factory=set)
    fresh: set[str] = field(default_factory=set)
    assigned: set[str] = field(default_factory=set)
    executed: list[str] = field(default_factory=list)
    is_outdated: bool = True
    backed_up: set[str] = field(default_factory=set)
    gone_since_backup: set[Copy] = field(default_factory=set)

    @property
    def office(self) -> Ministry:
        """The ministry itself."""
        return self.gate.office

    # -- what comes in -------------------------------------------------------------------------

    def ingest(self, export: Export) -> None:
        """Hand an export in; what the same account had destroyed stays away."""
        office = self.office
        found = office.ingest(office.write(export.name, export.content), export.account, code=None)
        delivery = found["delivery"]
        if found["repeated"]:
            assert self.deliveries[delivery] == export
            return
        away = {n for n in export.messages if (export.account, n) in self.marked}
        assert (found["read"], found["excluded"]) == (len(export.messages), len(away)), found
        self.deliveries[delivery] = export
        self.fresh.add(delivery)
        for item, number in enumerate(export.messages, 1):
            kept = self.back if number in away else self.there
            kept[delivery, item] = export.account, number

    def appraise(self) -> None:
        """Appraise all: what is a director-general's falls due, but for what was assigned."""
        assert self.office.run("retention", "appraise").code in (0, 1)
        strands = self.strands()
        self.due = {
            copy
            for copy in self.there.values()
            if copy[0] != "wim" and not strands[copy] & self.assigned
        }
        self.is_outdated = False
        self.fresh.clear()

    def assign(self, which: int) -> None:
        """Assign a conversation to a category that is kept for good."""
        conversation, strands = self._conversation(which)
        words = ("retention", "assign", conversation, "--category", "1.1", "--reason", "r")
        self.office.json(*words)
        self.assigned |= strands
        self.is_outdated = True

    # -- holds ---------------------------------------------------------------------------------

    def place(self, kind: str, which: int) -> None:
        """Place a hold on a word, a person, a day or a conversation."""
        options: dict[str, tuple[Any, tuple[str, ...]]] = {
            "word": (which, ("--query", word(which))),
            "person": (
                person := PEOPLE_NAMED[which % 3],
                ("--person", person),
            ),
            "day": (
                second := bool(which % 2),
                ("--from", "2014-05-14") if second else ("--to", "2014-05-13"),
            ),
        }
        if kind in options:
            value, words = options[kind]
        else:
            conversation, value = self._conversation(which)
            words = ("--conversation", conversation)
        found = self.office.json("hold", "place", "--kind", "woo-request", *words)
        self.holds[found["hold"]] = Hold(kind, value, is_exact=kind != "conversation")

    def lift(self, public: str, login: str) -> None:
        """Ask for a hold to be lifted, or confirm it as somebody else."""
        code = self.office.run("hold", "lift", public, "--reason", "r", login=login).code
        hold = self.holds[public]
        assert code == (4 if hold.asked_by == login else 0), code
        if hold.asked_by is None:
            hold.asked_by = login
        elif hold.asked_by != login:
            del self.holds[public]

    def held(self, copies: Iterable[Copy]) -> set[Copy]:
        """Give those of these copies that some hold certainly covers."""
        strands = self.strands()
        holds = self.holds.values()
        return {copy for copy in copies if any(one.covers(copy, strands) for one in holds)}

    # -- the gate ------------------------------------------------------------------------------

    def propose(self, *words: object, ground: str = "selection-list") -> str:
        """Propose; nothing held and nothing that is not due may be in it. Gives the id, if any."""
        given = ("dispose", "propose", "--ground", ground, *words, "--output", "json")
        ran = self.office.run(*given)
        if ran.code:
            self._not_proposed(ran, words, ground)
            return ""
        found = ran.json
        targets: dict[str, set[int]] = {}
        for line in found["lines"]:
            targets.setdefault(line["delivery"], set()).update(self._items(line))
        places = {(d, item) for d, items in targets.items() for item in items}
        copies = {self.there[place] for place in places & self.there.keys()}
        assert self.held(copies) == set()
        if ground == "selection-list":
            assert not self.is_outdated
            assert copies <= self.due, copies - self.due
        if "--again" in words:
            assert places & self.back.keys() == self._may_go_again(ground)
        public = str(found["proposal"])
        self.proposals[public] = Proposal(ground, targets)
        return public

    def _may_go_again(self, ground: str) -> set[Place]:
        """Give what returned and was destroyed on this ground before, but for what may be held."""
        return {
            place
            for place, copy in self.back.items()
            if ground in self.marked[copy] and not self._may_be_held(copy)
        }

    def _may_be_held(self, copy: Copy) -> bool:
        """Whether a hold covers what no search finds: words and conversations cover all of it."""
        return any(
            one.kind in ("word", "conversation") or one.covers(copy, {})
            for one in self.holds.values()
        )

    def _not_proposed(self, ran: Ran, words: tuple[object, ...], ground: str) -> None:
        assert ran.code in (1, 5, 9), ran.err
        if ran.code == 9:
            assert self.is_outdated
        if ran.code == 5:
            assert self.holds
        if ran.code in (1, 5) and "--again" in words:
            assert not self._may_go_again(ground)
        if ran.code == 1 and not words and ground == "selection-list" and self._is_certain():
            assert not (self.due & set(self.there.values())) - self.held(self.there.values())

    def _items(self, line: dict[str, Any]) -> set[int]:
        if not line["items"]:
            return {
                item for delivery, item in (*self.there, *self.back) if delivery == line["delivery"]
            }
        ranges = [tuple(map(int, one.split("-"))) for one in line["items"]]
        return {item for first, last in ranges for item in range(first, last + 1)}

    def approve(self, public: str, login: str, key: Path) -> None:
        """Approve with a key, which may be another one than the officer's own."""
        proposal = self.proposals[public]
        role = {OWNER: "process-owner", MANAGER: "archive-manager"}.get(login)
        ran = self.office.run("dispose", "approve", public, "--key", key, login=login)
        if proposal.state == "done":
            assert ran.code in (2, 4), ran.err
        elif role is None or key != self.gate.keys[login] or role in proposal.approved:
            assert ran.code == 4, ran.err
        else:
            assert ran.code == 0, ran.err
            proposal.approved[role] = key

    def new_key(self, login: str, role: str) -> None:
        """Register another key of an officer: what was approved with the old one lapses."""
        key, self.spare[login] = self.spare[login], self.gate.keys[login]
        self.gate.officer(login, role, key=key)

    def is_approved(self, proposal: Proposal) -> bool:
        """Whether two people approved it, with the keys that they have now."""
        return proposal.approved == {
            "process-owner": self.gate.keys[OWNER],
            "archive-manager": self.gate.keys[MANAGER],
        }

    def left(self, proposal: Proposal) -> dict[Place, Copy]:
        """Give what a proposal names and is still there."""
        return {
            place: (self.there | self.back)[place]
            for delivery, items in proposal.targets.items()
            for item in items
            if (place := (delivery, item)) in self.there or place in self.back
        }

    def execute(self, public: str, crash_at: int | None = None) -> None:
        """Carry it out, or die on the way; what may go is told beforehand."""
        proposal = self.proposals[public]
        left = self.left(proposal)
        may, must = self._expected(proposal, left)
        words = ("dispose", "execute", public, "--output", "json")
        try:
            with dying(crash_at if crash_at is not None else 1 << 30):
                ran = self.office.run(*words)
        except Killed:
            self._look_after_crash(public, proposal, left, may=may)
            return
        assert ran.code in may, (ran.code, may, ran.err)
        if ran.code == 0:
            # What another proposal destroyed meanwhile, this one did not.
            assert not set(ran.json["failed"]) & {delivery for delivery, _ in left}
            self._gone(proposal, left)
            proposal.state = "done"
            self.executed.append(public)
        assert ran.code in must, (ran.code, must, ran.err)

    def _expected(
        self, proposal: Proposal, left: dict[Place, Copy]
    ) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Give the exit codes that are right, and those that are when the account knows all."""
        if proposal.state == "done":
            return (2,), (2,)
        if not self.is_approved(proposal):
            return (4,), (4,)
        held = {copy for place, copy in left.items() if place in self.there}
        if self.held(held) or any(
            self._may_be_held(copy) for place, copy in left.items() if place in self.back
        ):
            return (5, 9), (5, 9)
        if proposal.ground == "selection-list" and (self.is_outdated or not held <= self.due):
            return (9, 5), (9, 5)
        return (0, 5, 9), (0,) if self._is_certain() else (0, 5, 9)

    def _is_certain(self) -> bool:
        """Whether nothing was asked for by conversation, whose extent the archive finds itself."""
        return not self.assigned and all(one.is_exact for one in self.holds.values())

    def _gone(self, proposal: Proposal, places: dict[Place, Copy]) -> None:
        for place, copy in places.items():
            del (self.there if place in self.there else self.back)[place]
            self.marked.setdefault(copy, set()).add(proposal.ground)
            if place[0] in self.backed_up:
                self.gone_since_backup.add(copy)
        # What lives on only in a delivery that came after the appraisal was not appraised there.
        self.due &= {copy for place, copy in self.there.items() if place[0] not in self.fresh}

    def _look_after_crash(
        self, public: str, proposal: Proposal, left: dict[Place, Copy], *, may: tuple[int, ...]
    ) -> None:
        """Each delivery is as it was or has lost all that was proposed; the next writer mends."""
        with self.office.opened() as archive, archive.writing():
            now = set(holdings(archive.catalogue.connection)) | came_back(archive)
        for delivery in proposal.targets:
            places = {place: copy for place, copy in left.items() if place[0] == delivery}
            there = now & places.keys()
            assert there in (set(), places.keys()), (delivery, there)
            if not there and places:
                assert 0 in may, (public, may)
                self._gone(proposal, places)
        stage = {one["proposal"]: one["state"] for one in self._listed()}[public]
        proposal.state = stage

    def _listed(self) -> Any:
        return self.office.json("dispose", "list")["proposals"]

    # -- what is there -------------------------------------------------------------------------

    def check(self) -> None:
        """Compare all that the archive has, and all that is held in it, with the account."""
        with self.office.opened() as archive:
            connection = schema.ready(archive)
            found = holdings(connection)
            held = held_copies(connection)
            assert came_back(archive) == self.back.keys()
        names = {self.office.account(name): name for name in PEOPLE}
        there = {place: (names[account], n) for place, (account, n) in found.items()}
        assert there == self.there
        strands = self.strands()
        copies = set(self.there.values())
        for public, one in self.holds.items():
            covered = {copy for copy in copies if one.covers(copy, strands)}
            actual = {(names[account], n) for account, n, hold in held if hold == public}
            assert covered == actual if one.is_exact else covered <= actual, (public, one)
        assert {hold for *_, hold in held} <= self.holds.keys()

    def strands(self) -> dict[Copy, set[str]]:
        """Name the strands that a copy may be of: account and title, as the exports have them."""
        found: dict[Copy, set[str]] = {}
        for (delivery, _), copy in self.there.items():
            found.setdefault(copy, set()).add(_strand(self.deliveries[delivery], copy[1]))
        return found

    def _conversation(self, which: int) -> tuple[str, set[str]]:
        """Choose a conversation; give its id and the strands that are its own."""
        found: dict[str, tuple[str, set[str]]] = {}
        with self.office.opened() as archive:
            rows = archive.catalogue.connection.execute(
                "SELECT c.public, h.item, d.public FROM strand s"
                " JOIN conversation c ON c.id = s.home JOIN strand_copy n ON n.strand = s.id"
                " JOIN holding h ON h.copy = n.copy JOIN delivery d ON d.id = h.delivery"
            ).fetchall()
        for public, item, delivery in rows:
            number = self.there[delivery, item][1]
            strand = _strand(self.deliveries[delivery], number)
            found.setdefault(public, (strand, set()))[1].add(strand)
        ordered = sorted(found, key=lambda public: min(found[public][1]))
        chosen = ordered[which % len(ordered)]
        return chosen, found[chosen][1]

    def record(self, number: int) -> str:
        """Give the public name of the record of a message that is there."""
        with self.office.opened() as archive:
            row = archive.catalogue.connection.execute(
                "SELECT d.public, r.item FROM record r JOIN delivery d ON d.id = r.delivery"
                " JOIN copy p ON p.record = r.id WHERE p.text LIKE ?",
                (f"%{word(number)}%",),
            ).fetchone()
        return f"{row[0]}.{row[1]}"

    def answers(self) -> dict[str, Any]:
        """Ask everything that must stay the same through a rebuild and a restore."""
        asked = {
            words: self.office.json(*words.split())
            for words in (
                "conversations", "delivery list", "hold list --all", "dispose list",
                "retention calendar",
            )
        }  # fmt: skip
        with self.office.opened() as archive:
            connection = schema.ready(archive)
            rows = connection.execute(
                "SELECT d.public, h.item, h.level, h.rule, p.text, t.public, q.public, o.item,"
                " u.content, y.start_at, y.end_at FROM holding h"
                " JOIN delivery d ON d.id = h.delivery JOIN copy p ON p.id = h.copy"
                " JOIN record r ON r.id = p.record JOIN record o ON o.id = r.id"
                " JOIN delivery q ON q.id = o.delivery JOIN conversation t ON t.id = r.conversation"
                " LEFT JOIN appraisal y ON y.copy = p.id LEFT JOIN rule u ON u.id = y.rule"
                " ORDER BY d.public, h.item"
            ).fetchall()
            return {**asked, "rows": rows, "held": sorted(held_copies(connection))}

    # -- the archive as a whole ----------------------------------------------------------------

    def rebuild(self) -> None:
        """Make the catalogue anew: it says the same."""
        before = self.answers()
        self.office.json("rebuild")
        after = self.answers()
        for what, said in before.items():
            assert after[what] == said, what

    def backup(self) -> None:
        """Bring the backup up to date."""
        self.office.json("backup", self._backup)
        self.backed_up, self.gone_since_backup = set(self.deliveries), set()

    @property
    def _backup(self) -> Path:
        return self.office.folder / "backup"

    def sound(self) -> None:
        """The archive proves itself, and its log tells of two approvals for all that is gone."""
        assert self.office.json("verify", "--full")["damage"] == []
        events = self.office.events()
        for at, event in enumerate(events):
            if event["type"] == "dispose.done":
                public = event["delivery"]
                roles = {
                    one["codes"][0]
                    for one in events[:at]
                    if one["type"] == "dispose.approved" and one.get("delivery") == public
                }
                assert roles == {"process-owner", "archive-manager"}
        replaced = [one for one in events if one["type"] == "delivery.replaced"]
        assert {one["codes"][0] for one in replaced} <= self.proposals.keys()

    def restore_older(self) -> None:
        """An older copy is refused, by a newer head, or for want of the keys that are gone."""
        gone = {n for _, n in self.gone_since_backup} - {n for _, n in self.there.values()}
        if not gone:
            return
        head = self.office.folder / "head.checkpoint"
        with self.office.opened() as archive:
            head.write_text(archive.log.note())
        refused = self._elsewhere("refused")
        assert refused.run("restore", self._backup, refused.archive, "--head", head).code == 6
        assert not refused.archive.exists()
        older = self._elsewhere("older")
        assert older.run("restore", self._backup, older.archive).code == 9
        assert not older.archive.exists()

    def restore_newest(self) -> None:
        """The copy that was brought up to date lost what was destroyed, and answers the same."""
        self.backup()
        other = self._elsewhere("newest")
        other.json("restore", self._backup, other.archive)
        before = self.answers()
        ours, self.gate.office = self.office, other
        after = self.answers()
        assert self.office.json("verify", "--full")["damage"] == []
        self.gate.office = ours
        for what, said in before.items():
            assert after[what] == said, what

    def _elsewhere(self, name: str) -> Ministry:
        folder = self.office.folder / name
        shutil.copytree(self.office.keys, folder / "keys")
        return Ministry(folder, settings=self.office.settings, _accounts=self.office._accounts)


def holdings(connection: Connection) -> dict[Place, Copy]:
    """Give every item that the catalogue has, with its account and the number of its message."""
    rows = connection.execute(
        "SELECT d.public, h.item, a.public, p.text FROM holding h"
        " JOIN delivery d ON d.id = h.delivery JOIN copy p ON p.id = h.copy"
        " JOIN strand s ON s.id = p.strand JOIN account a ON a.id = s.account"
    )
    return {(delivery, item): (account, number_of(said)) for delivery, item, account, said in rows}


def came_back(archive: Archive) -> set[Place]:
    """Give every item that the archive knows to have been destroyed before."""
    return {(one.delivery, item.number) for one in returned(archive) for item in one.items}


def held_copies(connection: Connection) -> list[tuple[str, int, str]]:
    """Give (account, number of the message, hold) of all that is held."""
    rows = connection.execute(
        "SELECT a.public, p.text, o.public FROM held e JOIN hold o ON o.id = e.hold"
        " JOIN copy p ON p.id = e.copy JOIN strand s ON s.id = p.strand"
        " JOIN account a ON a.id = s.account"
    )
    return [(account, number_of(said), hold) for account, said, hold in rows]


def number_of(said: str) -> int:
    """Give the number of the message that says this."""
    return int(said.partition("kern")[2][:3])


def world(folder: Path) -> World:
    """Make one: a copy of a template with officers, keys and accounts."""
    template = _template()
    made = template.office.copy(folder)
    return World(Gate(made, dict(template.keys)), dict(_spare()))


@contextmanager
def named_alike() -> Iterator[None]:
    """Give the same ids in every run, since deliveries are destroyed in the order of theirs."""
    with patch("archiver.register.accounts.secrets.choice", random.Random(0).choice):
        yield


def _strand(export: Export, number: int) -> str:
    if export.name.endswith(".mbox"):
        return f"mail {number}"
    return f"{export.account} {export.name.partition('/')[2]}"


@cache
def _folder() -> TemporaryDirectory[str]:
    return TemporaryDirectory(prefix="retention-")


@cache
def _template() -> Gate:
    made = gate(Path(_folder().name))
    made.office.officer(LIEN, "records-officer")
    for name, person in PEOPLE.items():
        service = "mail" if name.startswith("post") else "whatsapp"
        identifier = f"{name}@voorbeeld.example" if service == "mail" else f"+3161{len(name):08}"
        more = {} if service == "whatsapp" else {"identifier": identifier}
        made.office.account(name, person=person, owner=person, service=service, **more)
    for number in range(256):  # Which of them a write makes would differ from run to run.
        (made.office.archive / "objects" / f"{number:02x}").mkdir(parents=True, exist_ok=True)
    return made


@cache
def _spare() -> dict[str, Path]:
    folder = Path(_folder().name)
    return {login: key_pair(folder, f"spare-{login}") for login in (OWNER, MANAGER)}
