"""chatarchief: an archive for what officials decide in chats and private mail.

The flow and the words are those of ``docs/terminology.md``; who may import whom stands in
``.importlinter`` and is checked by ``make layers``.
"""

from __future__ import annotations

from functools import cache


def __getattr__(name: str) -> str:
    """Look the version up only when somebody asks, since most runs never do."""
    if name != "__version__":
        raise AttributeError(name)
    return _version()


@cache
def _version() -> str:
    from importlib.metadata import version

    return version("chatarchief")
