"""The one table of what can be set; the settings page and the shipped file are made from it.

A limit that is reached becomes a finding, and the bytes as they were handed in are kept all the
same. The numbers below ``intake`` are the fields of its `Limits`, by the same names.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

PREFIX = "CHATARCHIEF_"
GIB = 1024**3

Value = bool | int | str


class Kind(StrEnum):
    """What a value may be; the text is what a reader is told."""

    PATH = "path"
    NUMBER = "whole number"
    SWITCH = "true or false"
    CHOICE = "choice"
    ZONE = "time zone"


class Setting(Struct, frozen=True):
    """One thing that can be set.

    `name` is dotted as the file nests it, `sentence` what it does. `kept` is False for what only
    says where things are or how they are shown: such a value never alters what is kept.
    """

    name: str
    kind: Kind
    default: Value
    unit: str
    sentence: str
    choices: tuple[str, ...] = ()
    kept: bool = True

    @property
    def flag(self) -> str:
        """The option of the program that sets it, for the few that have one."""
        return "--lang" if self.name == "language" else f"--{self.name}"

    @property
    def variable(self) -> str:
        """The name of the environment variable."""
        return PREFIX + self.name.replace(".", "_").upper()

    @property
    def wanted(self) -> str:
        """What a value must look like."""
        if self.choices:
            return " | ".join(self.choices)
        return f"{self.kind}, {self.unit}" if self.unit else str(self.kind)


def _(sentence: str) -> str:
    """Mark a sentence for the language catalogue; it is translated where it is shown."""
    return sentence


def _path(name: str, sentence: str) -> Setting:
    return Setting(name, Kind.PATH, "", "", sentence, kept=False)


def _number(name: str, default: int, unit: str, sentence: str) -> Setting:
    return Setting(name, Kind.NUMBER, default, unit, sentence)


def _switch(name: str, default: bool, sentence: str) -> Setting:
    return Setting(name, Kind.SWITCH, default, "", sentence)


TABLE: tuple[Setting, ...] = (
    _path("archive", _("The folder of the archive.")),
    _path("keys", _("The folder of the keys, never inside the archive.")),
    Setting(
        "language",
        Kind.CHOICE,
        "en",
        "",
        _("The language of everything shown; without it the session's own."),
        ("nl", "en"),
        kept=False,
    ),
    Setting(
        "zone",
        Kind.ZONE,
        "Europe/Amsterdam",
        "",
        _("The time zone of exports that state none, and of the times shown."),
    ),
    _path("drop.folder", _("The folder that is watched for deliveries.")),
    Setting(
        "drop.after",
        Kind.CHOICE,
        "set-aside",
        "",
        _("What becomes of a delivered file once it is kept and its receipt is written."),
        ("set-aside", "remove"),
    ),
    _number("drop.set_aside_days", 30, "days", _("How long a file that was set aside stays.")),
    _number("drop.scan_seconds", 60, "seconds", _("How often the drop folder is read in full.")),
    _number(
        "drop.settle_seconds",
        10,
        "seconds",
        _("How long a file must be still before it is taken in."),
    ),
    _number(
        "drop.silence_days",
        35,
        "days",
        _("An alarm is raised when nothing arrived for this long."),
    ),
    _path("heads.folder", _("A place outside this machine where each head of the log is put.")),
    _path("receipts.folder", _("Where the receipt of each delivery is put.")),
    _number("intake.delivery_bytes", 20 * GIB, "bytes", _("The largest delivery taken in.")),
    _number("intake.entries", 200_000, "entries", _("The most entries in one container.")),
    _number(
        "intake.depth",
        5,
        "levels",
        _("How deep containers may lie in each other, the outermost included."),
    ),
    _number("intake.folder_depth", 20, "levels", _("How deep folders may lie in a folder.")),
    _number("intake.name_bytes", 1024, "bytes", _("The longest name of an entry.")),
    _number(
        "intake.total_bytes",
        50 * GIB,
        "bytes",
        _("The most that one container may hold when unpacked."),
    ),
    _number(
        "intake.total_ratio",
        100,
        "times",
        _("How many times its own size a container may unpack to."),
    ),
    _number(
        "intake.total_ratio_from",
        100_000_000,
        "bytes",
        _("That ratio holds once so much was unpacked."),
    ),
    _number(
        "intake.small_entry_ratio",
        1000,
        "times",
        _("How many times its own size a small entry may unpack to."),
    ),
    _number(
        "intake.small_entry_bytes",
        10_000_000,
        "bytes",
        _("An entry is small as long as no more than this was unpacked from it."),
    ),
    _number("parse.memory_mib", 512, "MiB", _("The most memory that reading one export may use.")),
    _number(
        "parse.cpu_seconds_per_100mb",
        60,
        "seconds",
        _("The most processor time that reading 100 MB of an export may use."),
    ),
    _number(
        "log.detail_term_months",
        120,
        "months",
        _("How long detail in the log that belongs to no delivery or case can be read."),
    ),
    _switch(
        "policy.sealed_private",
        True,
        _("Deliveries from private accounts stay sealed until they are sorted."),
    ),
    _switch(
        "policy.sealed_business",
        False,
        _("Deliveries from business accounts stay sealed until they are sorted."),
    ),
    _switch(
        "policy.sealed_departmental",
        True,
        _("Deliveries with a departmental marking stay sealed until they are sorted."),
    ),
    _switch(
        "policy.hold_ministers",
        True,
        _("Registering a minister places a hold over the messages of all ministers."),
    ),
    _number(
        "policy.custody_days",
        90,
        "days",
        _("How long a delivery without a legal basis may lie in custody before it is alarming."),
    ),
    _switch(
        "policy.example_lists",
        False,
        _("Selection lists that say that they are an example count too; only for trying out."),
    ),
    _number(
        "sorting.silence_hours",
        6,
        "hours",
        _("A silence of this long ends an episode, the unit of sorting."),
    ),
    _number(
        "sorting.day_silence_hours",
        2,
        "hours",
        _("A silence of this long ends an episode where a new day begins."),
    ),
    _number("sorting.most", 200, "messages", _("The most messages of an episode.")),
    Setting(
        "judging.second_reader",
        Kind.CHOICE,
        "policy",
        "",
        _(
            "What a second reader has to judge too, of what is withheld as a whole, and of files"
            " also in part."
        ),
        ("none", "policy", "all"),
    ),
    _path("retention.lists", _("A folder with selection lists, in place of those that ship.")),
    _number(
        "retention.answer_days",
        14,
        "days",
        _("An alarm is raised when a letter about a hold is not answered for this long."),
    ),
    _number(
        "retention.proposal_days",
        90,
        "days",
        _("How long a proposal to destroy may be approved and carried out."),
    ),
    _number(
        "retention.key_backup_days",
        30,
        "days",
        _("How long a backup of the keys is kept; only after that is something destroyed."),
    ),
)
