"""The scenarios of pairs of exports: in what two phones differ, and how often what goes wrong."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from tests.bench.pairs_chat import USUAL, Habits
from tests.bench.pairs_noise import NORMAL, ONE_PHONE, Noise

MESSAGES = 20_000
"""Messages of each side, unless fewer are asked for."""


class Scenario(Struct, frozen=True, kw_only=True):
    """What two phones have in common and in what they differ.

    `left` and `right` are forms of phones. `spans` say which part of the whole each holds, from 0
    to 1, and `whole` how many messages that is, in exports. `small` is a range of messages instead
    of any other size. `kin` says whether they are one chat (``same``), one chat on one phone
    (``phone``), or others: ``other`` by chance, ``forwarded`` with messages sent to both.
    `omits` says which side left out its media; `with_files` whether the files were handed in.
    """

    name: str
    says: str
    left: str = "android-nl"
    right: str = "android-nl"
    zones: tuple[str, str] = ("Europe/Amsterdam", "Europe/Amsterdam")
    noise: Noise = NORMAL
    habits: Habits = USUAL
    spans: tuple[tuple[float, float], tuple[float, float]] = ((0, 1), (0, 1))
    whole: float = 1
    small: tuple[int, int] | None = None
    kin: str = "same"
    you: tuple[bool, bool] = (False, True)
    omits: tuple[bool, bool] = (False, False)
    with_files: bool = False
    renamed: bool = False
    shifted: int = 0

    @property
    def is_same(self) -> bool:
        """Whether both are exports of one conversation."""
        return self.kin in ("same", "phone")

    @property
    def is_ordinary(self) -> bool:
        """Whether two long chats on two phones differ by normal noise only."""
        return self.kin == "same" and self.noise is NORMAL and not self.small


_HEAVY = Scenario(
    name="heavy",
    says="five times the noise, −5 h, both in minutes, 60 % overlap",
    right="android-gb",
    zones=("Europe/Amsterdam", "America/Halifax"),
    noise=NORMAL.times(5),
    spans=((0, 5 / 7), (2 / 7, 1)),
    whole=7 / 5,
    omits=(True, False),
)
_ALL = (
    Scenario(name="normal", says="normal noise, seconds against minutes", left="ios-nl"),
    Scenario(name="seconds", says="both in seconds", left="ios-nl", right="ios-us"),
    Scenario(name="minutes", says="both in minutes", right="android-us"),
    _HEAVY,
    replace(_HEAVY, name="heavy-4", says="as heavy, four times", noise=NORMAL.times(4)),
    replace(_HEAVY, name="heavy-6", says="as heavy, six times", noise=NORMAL.times(6)),
    Scenario(
        name="lost", says="5 % lost on one phone or the other", noise=replace(NORMAL, lost=0.05)
    ),
    Scenario(
        name="deleted",
        says="3 % deleted for one, 3 % for all",
        noise=replace(NORMAL, hidden=0.03, withdrawn=0.03),
        left="ios-nl",
    ),
    Scenario(name="edited", says="4 % edited", noise=replace(NORMAL, edited=0.04)),
    Scenario(name="late", says="5 % late or swapped", noise=replace(NORMAL, late=0.05)),
    Scenario(
        name="media",
        says="media left out on one phone, attached on the other",
        left="ios-nl",
        omits=(False, True),
    ),
    Scenario(
        name="media-files",
        says="the media handed in with both, under other names",
        left="ios-nl",
        right="android-us",
        with_files=True,
    ),
    Scenario(
        name="skewed",
        says="one phone a minute fast throughout",
        left="ios-nl",
        right="ios-us",
        shifted=60_000,
    ),
    Scenario(
        name="summer-time",
        says="one phone's zone changes its clock in other weeks (New York)",
        zones=("Europe/Amsterdam", "America/New_York"),
        habits=Habits(nights=True),
    ),
    Scenario(
        name="no-summer-time",
        says="one phone's zone never changes its clock, seconds against minutes",
        left="ios-nl",
        zones=("Europe/Amsterdam", "Africa/Lagos"),
        habits=Habits(nights=True),
    ),
    Scenario(
        name="repeated-hour",
        says="people awake when the clock changes, on both phones",
        habits=Habits(nights=True),
    ),
    Scenario(
        name="travel",
        says="one phone exported in Jakarta",
        right="ios-us",
        zones=("Europe/Amsterdam", "Asia/Jakarta"),
    ),
    Scenario(
        name="forwarded", says="blocks of 10 to 30 messages forwarded", habits=Habits(blocks=3)
    ),
    Scenario(
        name="forwarded-overlap",
        says="the same, 60 % overlap: many an original is on one side, its copy on the other",
        habits=Habits(blocks=3),
        spans=((0, 5 / 7), (2 / 7, 1)),
        whole=7 / 5,
    ),
    Scenario(name="short", says="60 % short answers", habits=Habits(short=0.6)),
    Scenario(
        name="short-heavy",
        says="60 % short answers, as heavy",
        habits=Habits(short=0.6),
        noise=NORMAL.times(5),
        zones=("Europe/Amsterdam", "America/Halifax"),
    ),
    Scenario(
        name="small", says="chats of 60 to 80 messages in two days", small=(60, 80), left="ios-nl"
    ),
    Scenario(
        name="small-heavy",
        says="as small, five times the noise, media left out",
        small=(60, 80),
        noise=NORMAL.times(5),
        omits=(True, False),
    ),
    Scenario(
        name="three-weeks",
        says="an overlap of three weeks out of two years",
        spans=((0, 0.5075), (0.4925, 1)),
        whole=1.97,
    ),
    Scenario(
        name="re-export",
        says="one phone again: longer, edited, deleted, a contact renamed, media once left out",
        kin="phone",
        noise=ONE_PHONE,
        spans=((0, 0.8), (0, 1)),
        you=(False, False),
        omits=(True, False),
        renamed=True,
    ),
    Scenario(
        name="re-export-en",
        says="one phone again, now in English, and some deleted",
        kin="phone",
        right="android-us",
        noise=ONE_PHONE,
        spans=((0, 0.8), (0.1, 1)),
        you=(True, True),
    ),
    Scenario(
        name="renamed",
        says="somebody has another number from halfway on, as one phone shows it",
        renamed=True,
    ),
    Scenario(name="look-alike", says="two groups of the same people on the same days", kin="other"),
    Scenario(
        name="look-alike-forwarded",
        says="the same, 15 messages forwarded, 1 % sent to both at once",
        kin="forwarded",
    ),
    Scenario(
        name="look-alike-small",
        says="two such groups of 60 to 80 messages",
        kin="other",
        small=(60, 80),
    ),
)
SCENARIOS = {scenario.name: scenario for scenario in _ALL}
