"""chatarchief: an archive for what officials decide in chats and private mail.

The flow and the words are those of ``docs/terminology.md``; who may import whom stands in
``.importlinter`` and is checked by ``make layers``.
"""

from __future__ import annotations

__version__ = "0.1.0"
