"""What a small ministry hands in: exports of which each message has a word of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tests.ministry import chat, mail, mailbox

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


def number_of(said: str) -> int:
    """Give the number of the message that says this."""
    return int(said.partition("kern")[2][:3])


def strand_of(export: Export, number: int) -> str:
    """Name the strand of a message: account and title, as its export has them."""
    if export.name.endswith(".mbox"):
        return f"mail {number}"
    return f"{export.account} {export.name.partition('/')[2]}"


def _minute(number: int) -> int:
    return number % 10 * 3 + (DAY_MINUTES if is_second_day(number) else 0)


def _mail(number: int) -> str:
    day = "Wed, 14 May 2014" if is_second_day(number) else "Tue, 13 May 2014"
    return mail(number, text(number)).replace("Fri, 13 May 2022", day)
