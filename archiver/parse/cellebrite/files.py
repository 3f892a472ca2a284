"""Which file of the delivery a message's attachment is: by its path, or by the list of files."""

from __future__ import annotations

from archiver.format import Source
from archiver.model import Attachment, Member
from archiver.parse.beside import NOT_EXPORTED, NOT_HANDED_IN, Beside
from archiver.parse.cellebrite.model import Model


class Files:
    """The files beside the report, by the identifiers that its list of files gives them.

    Only files that were handed in are remembered: a report alone names a hundred thousand.
    """

    __slots__ = ("_beside", "_by_id", "_members")

    def __init__(self, source: Source) -> None:
        """Know the members of the delivery."""
        self._members: tuple[Member, ...] = source.members
        self._beside = Beside(source.members, source.main) if len(source.members) > 1 else None
        self._by_id: dict[str, int] = {}

    def add(self, identifier: str, path: str) -> None:
        """Take an entry of the list of files."""
        if self._beside is not None and path and identifier:
            found = self._beside.attachment(path).member
            if found is not None:
                self._by_id[identifier] = found

    def attachment(self, model: Model) -> Attachment:
        """Link an attachment to its bytes, or say why there are none."""
        path = model.text("attachment_extracted_path")
        name = (model.text("Filename") or path).replace("\\", "/").rpartition("/")[2]
        media_type = model.text("ContentType")
        identifier = model.attributes.get("file_id", "")
        known = self._by_id.get(identifier)
        if known is not None:
            member = self._members[known]
            return Attachment(name, media_type, member.size, member.sha256, known)
        if self._beside is not None and path:
            return self._beside.attachment(path, name=name, media_type=media_type)
        missing = NOT_HANDED_IN if identifier or path else NOT_EXPORTED
        return Attachment(name or model.text("Title"), media_type, missing=missing)
