"""What identifying may ask or refuse; each error is a finding too."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from archiver.errors import ArchiveError, ExitCode
from archiver.model import Finding

_NAMED = 10


class IdentifyError(ArchiveError):
    """{path} cannot be identified."""

    exit_code = ExitCode.FINDINGS
    code: ClassVar[str] = "E-I011"

    @property
    def finding(self) -> Finding:
        """The same as a finding, with the values as text that can be stored."""
        values = {name: _storable(value) for name, value in self.fields.items()}
        return Finding(self.code, values)


class UnknownFormat(IdentifyError):
    """{path} is in no format that can be read here. By its first bytes it could be: {evidence}."""

    code = "E-I011"


class AmbiguousFormat(IdentifyError):
    """{path} is claimed by {names}. Choose one with --source-format."""

    code = "E-I012"


class NotOneDelivery(IdentifyError):
    """{path} is not one export by itself; it holds {names}. Deliver each by itself."""

    code = "E-I013"


class Unopened(IdentifyError):
    """{path} was not opened, because of {codes}."""

    code = "E-I014"


class EncryptedExport(IdentifyError):
    """{path} is encrypted: {name} needs its key or its password."""

    code = "E-I019"


class EncryptedZip(EncryptedExport):
    """{path} is a ZIP with a password. Unpack {name} with the password and deliver the content."""

    code = "E-I003"


class EncryptedWhatsApp(EncryptedExport):
    """{path} holds a WhatsApp backup, {name}. It needs the key file or the 64-digit key."""

    code = "E-I015"


class EncryptedSignal(EncryptedExport):
    """{path} holds a Signal backup, {name}. It needs the 30-digit passphrase of the backup."""

    code = "E-I016"


class EncryptedDatabase(EncryptedExport):
    """{path} holds a database with a key, {name}. It needs the key that the app kept."""

    code = "E-I017"


class EncryptedWire(EncryptedExport):
    """{path} holds a Wire backup, {name}. It needs the password that was chosen for it."""

    code = "E-I018"


class EncryptedPhoneBackup(EncryptedExport):
    """{path} is an encrypted backup of an iPhone or iPad, {name}. It needs its password."""

    code = "E-I020"


class EncryptedSignalDesktop(EncryptedExport):
    """{path} holds Signal Desktop's database, {name}. Its key stays on that computer."""

    code = "E-I021"


class EncryptedViber(EncryptedExport):
    """{path} holds Viber's database, {name}. Its key stays on that computer."""

    code = "E-I022"


class XryReadOut(EncryptedExport):
    """{path} holds a read-out of XRY, {name}, which only XRY's own programs can open."""

    code = "E-I023"


def listed(names: Sequence[str]) -> str:
    """Write names after each other; of many, the first ten and how many there are."""
    text = ", ".join(names[:_NAMED])
    return text if len(names) <= _NAMED else f"{text}, … ({len(names)})"


def _storable(value: object) -> str | int:
    if isinstance(value, int):
        return value
    raw = os.fsencode(value) if isinstance(value, Path) else str(value).encode("utf-8", "replace")
    return raw.decode("utf-8", "backslashreplace")
