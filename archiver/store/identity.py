"""An archive's identity card: the file ``archive.toml`` that repeats what event 0 states.

Its bytes are canonical and their digest stands in event 0, so that any change is found.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from pathlib import Path

from msgspec import Struct, convert

from archiver.errors import Damage, NoArchive, WrongFormat
from archiver.store import files

NAME = "archive.toml"
FORMAT = 1
_STATED = re.compile(rb'"identity":\["([0-9a-f]{64})"\]')


class Identity(Struct, frozen=True):
    """What an archive is called and which keys fit it.

    `name` is the log's origin; `log_key` its verifier key (C2SP signed-note form); `key_check` is
    derived from the keys, so that a wrong key is told from damage.
    """

    name: str
    ministry: str
    created: str
    log_key: str
    key_check: str
    format: int = FORMAT

    def text(self) -> bytes:
        """Give the file's bytes."""
        quoted = self.ministry.replace("\\", "\\\\").replace('"', '\\"')
        lines = (
            "# Identity of a chatarchief archive. Repeated in event 0 of its log: do not edit.",
            f"format = {self.format}",
            f'name = "{self.name}"',
            f'ministry = "{quoted}"',
            f'created = "{self.created}"',
            f'log_key = "{self.log_key}"',
            f'key_check = "{self.key_check}"',
        )
        return ("\n".join(lines) + "\n").encode()

    @property
    def sha256(self) -> str:
        """The digest that event 0 states."""
        return hashlib.sha256(self.text()).hexdigest()

    def write(self, folder: Path) -> None:
        """Put the file into an archive's folder."""
        files.replace(folder / NAME, self.text())


def read(folder: Path) -> Identity:
    """Read the identity of the archive in a folder.

    Raises:
        NoArchive: There is none.
        WrongFormat: It has a format that this program does not know.
        Damage: The file is not as it was written.
    """
    path = folder / NAME
    try:
        data = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError) as error:
        if (folder / "log").is_dir():
            raise Damage(path=NAME, reason="it is missing") from error
        raise NoArchive(path=folder) from error
    try:
        values = tomllib.loads(data.decode())
        if values.get("format") != FORMAT:
            raise _other_format(folder, data, values.get("format"))
        identity = convert(values, Identity)
    except (ValueError, UnicodeDecodeError) as error:
        raise Damage(path=NAME, reason="it cannot be read") from error
    if identity.text() != data:
        raise Damage(path=NAME, reason="it is not as it was written")
    return identity


def stated_digest(folder: Path) -> str:
    """Give the digest that the log's first line states, unchecked; empty when it states none.

    It tells a file that was changed from one of another archive, before any key is known.
    """
    try:
        with (folder / "log" / "events.jsonl").open("rb") as stream:
            found = _STATED.search(stream.readline())
    except FileNotFoundError:
        return ""
    return found[1].decode() if found else ""


def _other_format(folder: Path, data: bytes, found: object) -> Damage | WrongFormat:
    """Tell an archive of another format from a file of which a byte was changed."""
    stated = stated_digest(folder)
    if stated and stated != hashlib.sha256(data).hexdigest():
        return Damage(path=NAME, reason="it is not the file that the log states")
    return WrongFormat(path=folder, found=found, known=FORMAT)
