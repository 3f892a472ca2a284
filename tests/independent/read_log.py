"""A second reader of a log, to be read in a quarter of an hour and to depend on nobody's word.

    python read_log.py FOLDER VERIFIER_KEY [HEAD_FILE ...]

Written from ``docs/archive-format.md`` alone, with the standard library and `cryptography`;
it shares no line with the program it checks. Prints one line for each thing that is wrong, as
``file TAB line TAB reason``, and ends with 0 when nothing is, 6 when something is, 2 when it cannot
begin.
"""

import base64
import hashlib
import io
import json
import re
import sys
from datetime import datetime
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

TEXT_FIELDS = {"account", "actor", "at", "basis", "case", "delivery", "result", "type"}
INNER_FIELDS = {
    "origin": {"host", "via"},
    "tool": {"version", "config"},
    "detail": {"key", "box"},
}
REQUIRED = {"v", "seq", "type", "at", "actor"}
PLAIN = re.compile(r"[A-Za-z0-9._:@/+-]+")
BOX = re.compile(r"[A-Za-z0-9+/]{38,}={0,2}")


class Wrong(Exception):
    """What is read is not what the format says."""


def main(arguments):
    """Check one log and report."""
    if len(arguments) < 2 or not Path(arguments[0]).is_dir():
        sys.stderr.write(__doc__)
        return 2
    folder = Path(arguments[0])
    heads = [Path(name) for name in arguments[2:]]
    problems = list(check(folder, arguments[1].strip(), heads))
    for problem in problems:
        sys.stdout.write("\t".join(map(str, problem)) + "\n")
    return 6 if problems else 0


def check(folder, verifier_key, heads):
    """Yield (file, line, reason) for everything that is wrong in this folder."""
    lines = content(folder / "events.jsonl").split(b"\n")
    rest = lines.pop()
    if rest:
        yield "events.jsonl", len(lines) + 1, "the last line has no end"
    yield from check_events(lines)
    tree = Tree(lines)
    signed = []
    for line, note, problem in read_checkpoints(folder, verifier_key):
        if problem:
            yield "checkpoints", line, problem
        elif signed and note[0] <= signed[-1][0]:
            yield "checkpoints", line, f"states {note[0]} events after {signed[-1][0]}"
        else:
            signed.append(note)
    yield from check_roots(tree, signed)
    yield from check_heads(tree, verifier_key, heads)
    yield from check_other_files(folder, tree, lines)


def content(path):
    """Read a file; one that is not there is empty."""
    return path.read_bytes() if path.exists() else b""


def check_events(lines):
    """Check every line by itself, and that the numbers run on."""
    expected = 0
    for number, line in enumerate(lines, 1):
        try:
            seq = read_event(line)
        except (Wrong, ValueError, RecursionError) as problem:
            yield "events.jsonl", number, f"not a canonical event: {problem}"
            expected += 1
            continue
        if seq != expected:
            yield "events.jsonl", number, f"number {seq} where {expected} should be"
        expected = seq + 1


def read_event(line):
    """Check that a line is an event in canonical form and give its number."""
    event = json.loads(line.decode("ascii"))
    if not isinstance(event, dict):
        raise Wrong("not an object")
    again = json.dumps(event, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    if again.encode() != line:
        raise Wrong("not canonical")
    if not event.keys() >= REQUIRED or not is_number(event["v"]) or event["v"] != 1:
        raise Wrong("a field is missing, or another version")
    for name, value in event.items():
        check_field(name, value)
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT([01]\d|2[0-3]):\d\d:\d\d\.\d{3}Z", event["at"], re.A):
        raise Wrong("at is not a time")
    datetime.fromisoformat(event["at"])
    if event["seq"] < 0:
        raise Wrong("seq is below 0")
    return event["seq"]


def check_field(name, value):
    """Check the type and the characters of one field."""
    if name in ("v", "seq"):
        good = is_number(value)
    elif name in TEXT_FIELDS:
        good = is_plain(value)
    elif name == "codes":
        good = is_list(value)
    elif name == "counts":
        good = is_object(value) and all(map(is_number, value.values()))
    elif name == "objects":
        good = is_object(value) and all(map(is_list, value.values()))
    elif name == "detail":
        good = is_object(value) and set(value) == INNER_FIELDS[name] and is_plain(value["key"])
        good = good and isinstance(value["box"], str) and BOX.fullmatch(value["box"])
    elif name in INNER_FIELDS:
        good = is_object(value) and set(value) <= INNER_FIELDS[name]
        good = good and all(map(is_plain, value.values()))
    else:
        raise Wrong("an unknown field")
    if not good:
        raise Wrong(f"{name} holds what it may not")


def is_plain(value):
    """Tell whether a value is a text of permitted characters."""
    return isinstance(value, str) and PLAIN.fullmatch(value) is not None


def is_number(value):
    """Tell whether a value is an integer of at most 15 digits."""
    return type(value) is int and abs(value) < 10**15


def is_list(value):
    """Tell whether a value is a list of plain texts."""
    return isinstance(value, list) and value != [] and all(map(is_plain, value))


def is_object(value):
    """Tell whether a value is an object with plain keys."""
    return isinstance(value, dict) and value != {} and all(map(is_plain, value))


class Tree:
    """The roots of all complete subtrees, level by level; any earlier root follows from them."""

    def __init__(self, lines):
        """Hash the lines and everything above them."""
        self.size = len(lines)
        self.levels = [[hashlib.sha256(b"\0" + line).digest() for line in lines]]
        while len(self.levels[-1]) > 1:
            below = self.levels[-1]
            pairs = zip(below[0::2], below[1::2], strict=False)
            self.levels.append([self.node(left, right) for left, right in pairs])

    @staticmethod
    def node(left, right):
        """Hash two subtrees."""
        return hashlib.sha256(b"\1" + left + right).digest()

    def peaks(self, size):
        """Give the roots of the complete subtrees of the first `size` leaves, largest first."""
        found, start = [], 0
        for height in reversed(range(size.bit_length())):
            if size >> height & 1:
                found.append(self.levels[height][start >> height])
                start += 1 << height
        return found

    def root(self, size):
        """Give the root of the first `size` leaves."""
        *rest, node = self.peaks(size) or [hashlib.sha256(b"").digest()]
        for peak in reversed(rest):
            node = self.node(peak, node)
        return node


def read_checkpoints(folder, verifier_key):
    """Yield (line, (size, root) or None, problem or "") for each note in the file."""
    held, first = [], 1
    for number, line in enumerate(io.BytesIO(content(folder / "checkpoints")), 1):
        held.append(line)
        if line == b"\n" and len(held) > 1 and held[-2].startswith("— ".encode()):
            yield first, *judged(b"".join(held[:-1]), verifier_key, lines=5)
            held, first = [], number + 1
    if held:
        yield first, None, "an unfinished checkpoint"


def judged(note, verifier_key, lines=None):
    """Give ((size, root), "") for a good note, (None, problem) for another."""
    try:
        return read_note(note, verifier_key, lines), ""
    except (Wrong, ValueError, InvalidSignature) as problem:
        return None, f"not a checkpoint of this log: {problem}"


def read_note(note, verifier_key, lines):
    """Check a signed note and give its size and root."""
    origin, _, material = verifier_key.split("+", 2)
    public_key = unbase64(material)[1:]
    key_id = hashlib.sha256(origin.encode() + b"\n\x01" + public_key).digest()[:4]
    if verifier_key.split("+")[1] != key_id.hex() or unbase64(material)[0] != 1:
        raise Wrong("the verifier key does not fit itself")
    if lines and note.count(b"\n") != lines:
        raise Wrong("it has not five lines")
    text, blank, signatures = note.decode("utf-8").rpartition("\n\n")
    if not blank or not note.endswith(b"\n") or re.search(r"[\x00-\x09\x0b-\x1f]", note.decode()):
        raise Wrong("it is not a signed note")
    text += "\n"
    found = [signature(line, origin, key_id) for line in signatures[:-1].split("\n")]
    own = list(filter(None, found))
    if not own:
        raise Wrong("the log's key did not sign it")
    for each in own:
        Ed25519PublicKey.from_public_bytes(public_key).verify(each, text.encode())
    parts = text.split("\n")
    if len(parts) != 4 or parts[0] != origin or not re.fullmatch("0|[1-9][0-9]{0,17}", parts[1]):
        raise Wrong("its three lines are not those of this log")
    root = unbase64(parts[2])
    if len(root) != 32:
        raise Wrong("its root is not a hash")
    return int(parts[1]), root


def signature(line, origin, key_id):
    """Give the signature in a line when it is of this key, else nothing."""
    dash, name, encoded = line.split(" ", 2)
    raw = unbase64(encoded)
    if dash != "—" or not name:
        raise Wrong("a line of signature is malformed")
    return raw[4:] if name == origin and raw[:4] == key_id else b""


def unbase64(text):
    """Decode base64 that has no loose bits."""
    raw = base64.b64decode(text, validate=True)
    if base64.b64encode(raw).decode() != text:
        raise Wrong("loose bits in base64")
    return raw


def check_roots(tree, signed):
    """Compare the log with its own checkpoints."""
    agreed = 0
    for size, root in signed:
        if size > tree.size:
            yield "events.jsonl", tree.size, f"{size} events were signed"
            break
        if tree.root(size) != root:
            yield "events.jsonl", f"{agreed + 1}-{size}", "not what was signed"
            break
        agreed = size
    newest = signed[-1][0] if signed else 0
    if newest < tree.size:
        yield "events.jsonl", f"{newest + 1}-{tree.size}", "not signed"


def check_heads(tree, verifier_key, heads):
    """Compare the log with heads that were kept elsewhere."""
    for path in heads:
        head, problem = judged(path.read_bytes(), verifier_key)
        if problem:
            yield path.name, 1, problem
        elif head[0] > tree.size:
            yield "events.jsonl", tree.size, f"{path.name} states {head[0]} events"
        elif tree.root(head[0]) != head[1]:
            yield "events.jsonl", f"1-{head[0]}", f"changed since {path.name} was given out"


def check_other_files(folder, tree, lines):
    """Check the cache and the torn ends, and that there is nothing else."""
    for path in sorted(folder.iterdir()):
        torn = re.fullmatch(r"torn-\d{8}T\d{6}Z-([0-9a-f]{64})", path.name, re.A)
        if path.is_symlink() or not path.is_file():
            yield path.name, 0, "not a plain file"
        elif path.name == "frontier.json":
            if not is_cache(path.read_bytes(), tree, lines):
                yield path.name, 1, "the cache does not fit the log"
        elif torn:
            if hashlib.sha256(path.read_bytes()).hexdigest() != torn[1]:
                yield path.name, 0, "not the content that its name says"
        elif path.name not in ("events.jsonl", "checkpoints"):
            yield path.name, 0, "does not belong here"


def is_cache(data, tree, lines):
    """Tell whether this is the edge of the tree at the size that it states."""
    try:
        size = json.loads(data)["size"]
    except (ValueError, KeyError, TypeError):
        return False
    if not is_number(size) or not 0 <= size <= tree.size:
        return False
    peaks = [peak.hex() for peak in tree.peaks(size)]
    length = sum(len(line) + 1 for line in lines[:size])
    right = {"bytes": length, "peaks": peaks, "size": size, "v": 1}
    return data == json.dumps(right, separators=(",", ":")).encode() + b"\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
