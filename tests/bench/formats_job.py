"""The jobs of `tests.bench.formats`, each in a process of its own.

python -m tests.bench.formats_job parse NAME FILE
python -m tests.bench.formats_job read NAME FILE
python -m tests.bench.formats_job probes
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

from archiver.format import Source
from archiver.model import Item, Member

_LATER = 4_000_000_000_000
_MEMORY = 512 << 20
_HOUR = 3_600
_CHAT = b"02-05-2022 16:08 - Fenna Bos: Is de nota al getekend?\n" * 50


def parsed(form: str, file: str) -> dict[str, object]:
    """Survey and parse an export; give seconds of processor and how many items there were."""
    from archiver.pipeline.collector import calm
    from archiver.pipeline.formats import by_name

    calm()
    path, reader = Path(file), by_name(form)
    with path.open("rb") as stream:
        reader.claims(stream.read(1 << 16), path.name)  # loads the parser
    start = time.process_time()
    with path.open("rb") as stream:
        member = Member(path.name, path.stat().st_size, "")
        source = Source(stream, (member,), 0, path.name, read_at=_LATER)
        entries = reader.parse(source, reader.survey(source))
        count = sum(isinstance(entry, Item) for entry in entries)
    return {"messages": count, "cpu": time.process_time() - start}


def read(form: str, file: str) -> dict[str, object]:
    """Let a reading process read an export as in an ingest; give how many rows came."""
    from archiver.pipeline.reader import ChildReader
    from archiver.pipeline.wire import Job

    path = Path(file)
    job = Job(
        form, (Member(path.name, path.stat().st_size, ""),), 0, path.name, _LATER, "", "",
        "Europe/Amsterdam", 1, _MEMORY, _HOUR,
    )  # fmt: skip
    reader = ChildReader()
    try:
        with path.open("rb") as stream:
            return {"rows": sum(len(batch.rows) for batch in reader.read(job, [stream]))}
    finally:
        reader.close()


def probes() -> dict[str, object]:
    """List the formats, and ask all of them about a small chat text; give seconds of each."""
    start = time.process_time()
    from archiver.pipeline.formats import FORMATS

    listed = time.process_time()
    claimed = [form.name for form in FORMATS if form.claims(_CHAT, "_chat.txt")]
    return {"list": listed - start, "ask": time.process_time() - listed, "claimed": claimed}


_JOBS: dict[str, Callable[..., dict[str, object]]] = {
    "parse": parsed,
    "read": read,
    "probes": probes,
}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_JOBS[sys.argv[1]](*sys.argv[2:])))
