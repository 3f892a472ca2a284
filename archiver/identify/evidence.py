"""What libmagic takes some bytes for: told with a question, never the judge.

It calls a chat a C program when a line looks like one, and a signed mail plain text.
"""

from __future__ import annotations


def evidence(head: bytes) -> str:
    """Name the media type that libmagic sees; ``nothing known`` when it has no say."""
    if not head:
        return "empty"
    try:
        # pylibmagic must come first: it tells the other where its library lies.
        import pylibmagic  # noqa: F401
        import magic  # isort: skip
    except ImportError:
        return "nothing known"
    try:
        return str(magic.from_buffer(head, mime=True))
    except magic.MagicException:
        return "nothing known"
