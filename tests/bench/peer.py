"""Let another program parse a chat text; runs in the environment of the peers, not in ours.

    python tests/bench/peer.py whatstk|chat-miner FILE

Only the call that parses is timed, start-up and imports are not: to the peer's favour.
"""

from __future__ import annotations

import json
import logging
import sys
import time
from collections.abc import Callable
from importlib.metadata import version


def whatstk() -> Callable[[str], int]:
    """Give whatstk's reader; its limit on the size of a file is off."""
    from whatstk.whatsapp.parser import df_from_whatsapp  # type: ignore[import-not-found]

    return lambda file: len(df_from_whatsapp(file, max_size=None))


def chat_miner() -> Callable[[str], int]:
    """Give chat-miner's reader."""
    from chatminer.chatparsers import WhatsAppParser  # type: ignore[import-not-found]

    def read(file: str) -> int:
        parser = WhatsAppParser(file)
        parser.parse_file()
        return len(parser.parsed_messages.get_df())

    return read


def main(name: str, file: str) -> None:
    """Parse and say what it cost."""
    logging.disable(logging.CRITICAL)
    read = {"whatstk": whatstk, "chat-miner": chat_miner}[name]()
    start = time.process_time()
    messages = read(file)
    spent = time.process_time() - start
    sys.stdout.write(json.dumps({"cpu": spent, "messages": messages, "version": version(name)}))


if __name__ == "__main__":
    main(*sys.argv[1:])
