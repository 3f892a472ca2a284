"""Walk through a report of hundreds of megabytes and give its models one by one.

XML 1.0 (fifth edition) with expat, in blocks; a document type declaration is refused before
anything in it counts, so that there are no entities of its own. Places are bytes of the file.
One record is in memory at a time, and of one record at most `MOST_TEXT` characters.

Reports are known to hold control characters that XML forbids, in what people wrote. They are read
as question marks, which are as long, and counted.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import BinaryIO
from xml.parsers import expat

from archiver.parse.cellebrite.model import (
    ChatEnd,
    Controls,
    Model,
    Passed,
    Read,
    Record,
    Stopped,
    Totals,
)

MOST_TEXT = 4 << 20
"""Characters of one record; a longer one is cut, with a finding."""
MOST_MODELS = 100_000
"""Models inside one record."""
DEEPEST = 200
"""Elements inside elements."""
LONGEST_TAG = 16 << 20
"""Bytes of one tag, comment or instruction."""

SMALL = 4_096
"""Sections up to this length are the head of the report, of which nothing is said."""

_BLOCK = 1 << 16
_CONTROLS = bytes(set(range(32)) - {9, 10, 13})
_MENDED = bytes(ord("?") if byte in _CONTROLS else byte for byte in range(256))
_HOLDERS = frozenset(
    {"field", "multiField", "modelField", "multiModelField", "dataField", "nodeField"}
)
_TELLING = ("Id", "Source", "Name", "Participants", "Account")
_MODEL_END = len("</model>")
_TYPES = 2
"""How deep the types of models stand: in the decoded data, which stands in the project."""
_FIELD = 16
"""What a field costs on top of its text."""
_MOST_VALUES = 1 << 16
_NAME = 80

OnFile = Callable[[str, str], None]
"""Told of each tagged file: its identifier and its path inside the container."""


class _Stop(Exception):
    """The walk ends here."""


def walk(stream: BinaryIO, wanted: Collection[str], on_file: OnFile) -> Iterator[Record]:
    """Yield the records of a report in the order of its bytes; what is broken is a record too."""
    return _Walk(stream, wanted, on_file).records()


class _Walk:
    """One way through one report: which part of it decides which handlers hear of it."""

    def __init__(self, stream: BinaryIO, wanted: Collection[str], on_file: OnFile) -> None:
        self._stream, self._wanted, self._on_file = stream, wanted, on_file
        self._done: list[Record] = []
        self._parser = parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.buffer_size = _BLOCK
        parser.StartDoctypeDeclHandler = self._refuse
        self._text: list[str] = []
        self._on_text = self._add_text  # bound once, since it is set for every value
        self._depth = 0
        self._said = (-1, -1)
        self._top = self._nested = self._files = 0
        self._passed, self._inside, self._start, self._count = "", 0, 0, 0
        self._file, self._is_path = "", False
        self._models: list[Model] = []
        self._names: list[str] = []
        self._chat: Model | None = None
        self._chat_start = self._messages = 0
        self._known: tuple[str, ...] = ()
        self._room, self._rest = MOST_TEXT, MOST_MODELS
        self._open = -1
        self._is_cut = False
        self._controls, self._first_control = 0, 0
        self._outside()

    def records(self) -> Iterator[Record]:
        """Feed the parser block by block."""
        self._stream.seek(0)
        fed, is_whole = 0, False
        try:
            while block := self._stream.read(_BLOCK):
                self._parser.Parse(self._mended(block, fed))
                fed += len(block)
                yield from self._taken()
                if fed - self._parser.CurrentByteIndex > LONGEST_TAG and not self._in_text():
                    raise _Stop("tag")
            is_whole = True
            self._parser.Parse(b"", True)
        except _Stop as stop:
            yield from self._taken()
            yield self._stopped(str(stop), self._parser.CurrentByteIndex)
        except (LookupError, ValueError):  # what expat says of an encoding that it cannot read
            yield from self._taken()
            yield self._stopped("encoding", 0)
        except expat.ExpatError:
            yield from self._taken()
            yield self._stopped("end" if is_whole else "xml", self._parser.ErrorByteIndex)
        yield from self._taken()
        if self._controls:
            yield Controls(self._controls, self._first_control)
        yield Totals(self._said[0], self._top, self._nested, self._said[1], self._files)

    def _taken(self) -> Iterator[Record]:
        done, self._done = self._done, []
        yield from done

    def _in_text(self) -> bool:
        return self._parser.CharacterDataHandler is not None

    def _mended(self, block: bytes, fed: int) -> bytes:
        """Put question marks for what XML forbids; nothing else changes, nor any place."""
        clean = block.translate(None, _CONTROLS)
        if len(clean) == len(block):
            return block
        if not self._controls:
            self._first_control = fed + next(
                at for at, byte in enumerate(block) if byte in _CONTROLS
            )
        self._controls += len(block) - len(clean)
        return block.translate(_MENDED)

    def _stopped(self, reason: str, place: int) -> Stopped:
        at = max(place, 0)
        size = self._stream.seek(0, 2)
        start = at if self._open < 0 else min(self._open, at)
        return Stopped(reason, at, start, size - start)

    def _refuse(self, *_: object) -> None:
        raise _Stop("doctype")

    # -- outside of all models: the project, its sections, the types of models ------------------

    def _outside(self) -> None:
        self._open = -1
        self._parser.StartElementHandler = self._outer_start
        self._parser.EndElementHandler = self._outer_end

    def _outer_start(self, tag: str, attributes: dict[str, str]) -> None:
        depth, self._depth = self._depth, self._depth + 1
        if depth == 0:
            self._said = _count(attributes, "ModelCount"), _count(attributes, "NodeCount")
        elif depth == 1 and tag == "taggedFiles":
            self._pass(tag, self._file_start, self._file_end)
        elif depth == 1 and tag != "decodedData":
            self._pass(tag, self._skip_start, self._skip_end)
        elif depth == _TYPES and (
            tag != "modelType" or attributes.get("type", "") not in self._wanted
        ):
            self._pass(attributes.get("type", tag), self._skip_start, self._skip_end)
        elif depth > _TYPES:
            self._first_model(tag, attributes)

    def _outer_end(self, tag: str) -> None:
        self._depth -= 1

    def _first_model(self, tag: str, attributes: dict[str, str]) -> None:
        if tag != "model":
            self._pass(tag, self._skip_start, self._skip_end)
            return
        self._top += 1
        self._nested += 1
        self._depth -= 1
        self._room, self._rest = MOST_TEXT, MOST_MODELS
        model = Model(attributes)
        self._models.append(model)
        self._open = self._start = self._parser.CurrentByteIndex
        if attributes.get("type") == "Chat":
            self._chat, self._chat_start, self._messages = model, self._start, 0
        self._parser.StartElementHandler = self._start_inside
        self._parser.EndElementHandler = self._end_inside

    # -- what is not read, and the list of files -------------------------------------------------

    def _pass(self, name: str, start: Callable[..., None], end: Callable[[str], None]) -> None:
        self._depth -= 1
        self._passed, self._inside, self._count = name, 1, 0
        self._open = self._start = self._parser.CurrentByteIndex
        self._parser.StartElementHandler = start
        self._parser.EndElementHandler = end

    def _skip_start(self, tag: str, attributes: dict[str, str]) -> None:
        self._inside += 1
        if tag == "model" and self._depth == _TYPES:
            self._nested += 1
            if self._inside == _TYPES:
                self._count += 1
                self._top += 1

    def _skip_end(self, tag: str) -> None:
        self._inside -= 1
        if not self._inside:
            self._passed_by(tag)

    def _passed_by(self, tag: str) -> None:
        end = self._parser.CurrentByteIndex + len(tag) + 3
        length, is_models = end - self._start, self._depth == _TYPES
        if is_models or length > SMALL:
            self._done.append(Passed(self._passed, self._count, self._start, length, is_models))
        self._outside()

    def _file_start(self, tag: str, attributes: dict[str, str]) -> None:
        self._inside += 1
        if tag == "file":
            self._count += 1
            self._files += 1
            self._file = attributes.get("id", "")
        elif tag == "item" and attributes.get("name") == "Local Path":
            self._text.clear()
            self._room = MOST_TEXT
            self._parser.CharacterDataHandler = self._add_text

    def _file_end(self, tag: str) -> None:
        if self._parser.CharacterDataHandler is not None:
            self._parser.CharacterDataHandler = None
            self._on_file(self._file, "".join(self._text).strip())
        self._skip_end(tag)

    # -- inside a model --------------------------------------------------------------------------

    def _start_inside(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "value":
            self._text.clear()
            self._parser.CharacterDataHandler = self._on_text
            if "formattedTimestamp" in attributes:
                self._put(".formatted", attributes["formattedTimestamp"])
        elif tag in _HOLDERS:
            self._names.append(attributes.get("name", "")[:_NAME])
            if len(self._names) > DEEPEST:
                raise _Stop("depth")
        elif tag == "model":
            self._nested += 1
            if len(self._models) == 1 and self._chat is not None and self._names == ["Messages"]:
                self._begin_message()
            self._models.append(Model(attributes))

    def _begin_message(self) -> None:
        self._open = self._start = self._parser.CurrentByteIndex
        self._room, self._rest = MOST_TEXT, MOST_MODELS
        if not self._messages:
            self._known = self._told()
        self._messages += 1

    def _told(self) -> tuple[str, ...]:
        chat = self._chat
        if chat is None:
            return ()
        return tuple(name for name in _TELLING if name in chat.fields or name in chat.models)

    def _end_inside(self, tag: str) -> None:
        if tag == "value":
            self._parser.CharacterDataHandler = None
            text = self._text
            self._end_value(text[0] if len(text) == 1 else "".join(text))
        elif tag in _HOLDERS:
            self._names.pop()
        elif tag == "model":
            self._end_model(self._models.pop())

    def _end_model(self, model: Model) -> None:
        models = self._models
        if len(models) > 1 or (models and (self._chat is None or self._names != ["Messages"])):
            self._put_model(models[-1], model)
            return
        end = self._parser.CurrentByteIndex
        end += _MODEL_END if model.fields or model.models else 0
        if models:
            self._done.append(Read(model, self._chat, self._start, end - self._start))
            self._open = -1
            return
        self._end_record(model, end)

    def _end_record(self, model: Model, end: int) -> None:
        if self._chat is None:
            self._done.append(Read(model, None, self._start, end - self._start))
        else:
            late = tuple(set(self._told()) - set(self._known)) if self._messages else ()
            start, count = self._chat_start, self._messages
            self._done.append(ChatEnd(model, count, tuple(sorted(late)), start, end - start))
        self._chat = None
        self._names.clear()
        self._outside()

    def _put_model(self, parent: Model, model: Model) -> None:
        self._rest -= 1
        if self._rest < 0:
            parent.cut = True
            return
        parent.cut |= model.cut
        name = self._names[-1] if self._names else ""
        parent.models.setdefault(name, []).append(model)

    def _end_value(self, text: str) -> None:
        """Keep the first value of a field for which there is room: nearly every one is that."""
        fields, names = self._models[-1].fields, self._names
        if not names or names[-1] in fields or self._room < _FIELD or self._is_cut:
            self._put("", text)
            return
        self._room -= _FIELD
        if text:
            fields[names[-1]] = text

    def _put(self, suffix: str, text: str) -> None:
        """Keep the text of a field; further values of one field stand on lines of their own."""
        model, name = self._models[-1], (self._names[-1] if self._names else "") + suffix
        self._room -= _FIELD
        before = model.fields.get(name, "")
        if self._is_cut or self._room < 0 or len(before) > _MOST_VALUES:
            model.cut, self._is_cut = True, False
        if text and self._room >= 0 and len(before) <= _MOST_VALUES:
            model.fields[name] = f"{before}\n{text}" if before else text

    def _add_text(self, text: str) -> None:
        """Take text as long as there is room; what is left out leaves room for shorter fields."""
        if len(text) > self._room:
            self._is_cut = True
            return
        self._room -= len(text)
        self._text.append(text)


def _count(attributes: dict[str, str], name: str) -> int:
    said = attributes.get(name, "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 16 else -1
