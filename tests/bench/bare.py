"""Bare passes of a tokenizer over an export: the least that reading its format can cost.

Runs in the environment of the peers for ijson, in ours for the rest; imports nothing of ours.

    python tests/bench/bare.py NAME FILE

expat calls handlers that do nothing for every element (and for text, where the format has any);
the decoders of JSON make plain objects of every message, which are dropped at once.
"""

from __future__ import annotations

import gc
import json
import sys
import time
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path
from xml.parsers import expat

_BLOCK = 1 << 18
_LONGEST = 16 << 20
"""No reader of what strangers hand in may take a line of any length into memory."""


def msgspec_lines(file: str) -> int:
    """Decode every line with msgspec."""
    import msgspec

    return _lines(file, msgspec.json.decode)


def json_lines(file: str) -> int:
    """Decode every line with the standard library."""
    return _lines(file, json.loads)


def ijson_lines(file: str) -> int:
    """Read all values of a file one after the other with ijson."""
    import ijson.backends.yajl2_c as ijson  # type: ignore[import-not-found]

    with Path(file).open("rb") as stream:
        return sum(1 for _ in ijson.items(stream, "", multiple_values=True))


def ijson_items(file: str) -> int:
    """Read the elements of the array ``messages`` with ijson."""
    import ijson.backends.yajl2_c as ijson

    with Path(file).open("rb") as stream:
        return sum(1 for _ in ijson.items(stream, "messages.item"))


def elements(file: str, *, text: bool = False) -> int:
    """Let expat go through a file."""
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda tag, attributes: None
    parser.EndElementHandler = lambda tag: None
    if text:
        parser.buffer_text = True
        parser.CharacterDataHandler = lambda characters: None
    with Path(file).open("rb") as stream:
        while block := stream.read(_BLOCK):
            parser.Parse(block)
        parser.Parse(b"", True)
    return 0


def _lines(file: str, decode: Callable[[bytes], object]) -> int:
    count = 0
    with Path(file).open("rb") as stream:
        while line := stream.readline(_LONGEST):
            decode(line)
            count += 1
    return count


PASSES: dict[str, Callable[[str], int]] = {
    "msgspec": msgspec_lines,
    "json": json_lines,
    "ijson": ijson_lines,
    "ijson-items": ijson_items,
    "expat": elements,
    "expat-text": partial(elements, text=True),
}


_YAJL = "ijson.backends.yajl2_c"
_NEEDS = {"msgspec": "msgspec", "ijson": _YAJL, "ijson-items": _YAJL}


def timed(name: str, file: str) -> float:
    """Give the seconds of processor of one pass, without start, imports and garbage collection."""
    if name in _NEEDS:
        import_module(_NEEDS[name])
    gc.disable()
    start = time.process_time()
    PASSES[name](file)
    return time.process_time() - start


if __name__ == "__main__":
    sys.stdout.write(json.dumps(timed(*sys.argv[1:])))
