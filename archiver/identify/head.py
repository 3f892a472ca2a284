"""What can be seen of a member without reading it whole: its name and its beginning."""

from __future__ import annotations

import re

from archiver.model import Delivery

HEAD_BYTES = 1 << 16
_OWN_NAME = re.compile(
    r"(_chat( ?\(?\d+\)?)?|whatsapp[ -]chat (with|met|mit|-) .+|discussion whatsapp avec .+)\.txt"
    r"|main\.jsonl|result\.json|messages\d*\.html|message_\d+\.json|report\.xml"
    r"|msgstore[^/]*\.db|chatstorage\.sqlite|(chat|sms)\.db|rsmf_manifest\.json",
    re.IGNORECASE,
)
_NOISE = re.compile(r"(^|/)(__MACOSX/|\._[^/]*$|\.DS_Store$|Thumbs\.db$|desktop\.ini$)")
_PACKED = re.compile(r"\.(zip|tar|tgz|gz|7z|rar)$", re.IGNORECASE)


def head_of(delivery: Delivery, index: int) -> bytes:
    """Read the first 64 KiB of a member."""
    with delivery.open(delivery.members[index]) as stream:
        return stream.read(HEAD_BYTES)


def is_own_name(name: str) -> bool:
    """Tell whether a chat app gave this name to the main file of an export.

    WhatsApp: ``_chat.txt`` on iOS; on Android a name of the user's language and the conversation.
    Others always write the same name. Who claims the file is asked all the same.
    """
    return _OWN_NAME.fullmatch(name.rpartition("/")[2]) is not None


def is_noise(name: str) -> bool:
    """Tell whether an operating system put this file there for itself."""
    return _NOISE.search(name) is not None


def is_packed(name: str) -> bool:
    """Tell by its name whether a file could be a delivery of its own that is packed."""
    return _PACKED.search(name) is not None
