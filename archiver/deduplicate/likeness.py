"""What makes two copies of one message alike: a form to compare by, and how like two others are.

Phones write the same message differently: a picture has a name of its own on each, a deletion
notice or an event the words of the phone's language, an edited text a mark behind it. A form holds
what is the same everywhere. Forms of what is not plain text begin with a control character, so that
no text can ever equal one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable

from archiver.model import Utterance

Matching = Callable[[str], str]
"""Gives the form in which two texts are compared."""

HIDDEN = "\0hidden"
"""Whatever was said here: it was deleted, or had not arrived when the phone was read."""
MEDIA = "\0media"
EVENT = "\0event/"
_BYTES = "\0bytes/"
PLAIN = "\1"
"""Comes before every form of plain text, and after those of what is not."""
_REMEMBERED = 1 << 21
"""Characters of texts whose forms are remembered at a time."""

RARE = 12
"""Letters and digits that a text needs to be evidence by itself."""
_BEGINNING = 16
"""Of most texts so many characters show that they are long enough."""
_LONG = re.compile(r"(?:[\W_]*+[^\W_]){12}")
_PHRASE = re.compile(r"(?:[\W_]*+[^\W_]){6}")
_DIGITS = re.compile(r"\d+")
_ENDINGS = {
    "image": "jpg jpeg png heic gif",
    "video": "mp4 3gp mov avi mkv",
    "sound": "opus ogg m4a aac mp3 amr wav",
    "sticker": "webp",
    "contact": "vcf",
    "document": "pdf doc docx xls xlsx ppt pptx zip txt",
}
_BY_ENDING = {end: sort for sort, ends in _ENDINGS.items() for end in ends.split()}
_BY_ENDING[""] = "document"  # a phone leaves a point where it does not know the ending
_BY_SIGN = {
    "-photo-": "image",
    "-video-": "video",
    "-gif-": "video",
    "-audio-": "sound",
    "-sticker-": "sticker",
}
_UNSEEN = ("waiting", "view-once")


def form(said: Utterance, matching: Matching) -> str:
    """Give the form by which two copies are the same message when all else agrees."""
    if not said.event and said.type == "text" and not said.marks and not said.media:
        return matching(said.text)
    return _other(said, matching)


def recalled(matching: Matching) -> Matching:
    """Give the same forms, each worked out once as long as it is remembered.

    A message is read when two strands are compared and again when they are aligned, and its copy
    has the same words as a rule.
    """
    return _Recalled(matching).__getitem__


def forms(side: Iterable[Utterance], matching: Matching) -> list[str]:
    """Give the forms of one side."""
    return [
        _other(said, matching)
        if said.event or said.type != "text" or said.marks or said.media
        else matching(said.text)
        for said in side
    ]


def is_rare(form: str) -> bool:
    """Whether a form, said once, is evidence by itself: a long text, or the bytes of a file."""
    if len(form) < RARE:
        return False
    if form < PLAIN:
        return form.startswith(_BYTES)
    words = form[:_BEGINNING].replace(" ", "")
    return (len(words) >= RARE and words.isalnum()) or _LONG.match(form) is not None


def says_something(form: str) -> bool:
    """Whether a form is more than an "ok" or a sign: half as long as a rare text must be."""
    return form >= PLAIN and _PHRASE.match(form) is not None


def family(said: Utterance) -> str:
    """Name what an utterance is besides plain text; empty for plain text, words edited or not."""
    if said.event:
        return EVENT + said.type
    marks = said.marks
    if said.type == "deleted" or (marks and any(mark in marks for mark in _UNSEEN)):
        return HIDDEN
    if said.media or said.type in ("media", "contact"):
        return MEDIA
    return "" if said.type == "text" else f"\0{said.type}"


def caption(said: Utterance, matching: Matching) -> str:
    """Give what a person wrote with a file, without what the phone wrote about the file."""
    text = said.text
    name = _name(said)
    at = text.find(name) if name else -1
    if "media-omitted" in said.marks or (at >= 0 and "\n" in text[at:]):
        return matching(text.partition("\n")[2])
    if at < 0:
        return ""
    return matching(text[: max(text.rfind("<", 0, at), 0)])


def sort(said: Utterance) -> str:
    """Say what sort of file a message has by its name; empty when the name says nothing."""
    name = _name(said).lower()
    _, point, ending = name.rpartition(".")
    found = _BY_ENDING.get(ending, "") if point else ""
    return found or next((sort for sign, sort in _BY_SIGN.items() if sign in name), "")


def contradicts(left: Utterance, right: Utterance) -> bool:
    """Whether two messages have files of other bytes, or of another sort."""
    here = _digests(left)
    there = here and _digests(right)
    if there:
        return here.isdisjoint(there)
    one, other = sort(left), sort(right)
    return bool(one and other) and one != other


def likeness(left: str, right: str) -> int:
    """Say per mille how much of two texts is the same: words in common, or beginning and end."""
    longest = max(len(left), len(right))
    if not longest:
        return 1000
    here, there = left.split(), right.split()
    common = sum((Counter(here) & Counter(there)).values())
    words = 2000 * common // max(len(here) + len(there), 1)
    return max(words, 1000 * _ends(left, right) // longest)


def same_numbers(left: str, right: str) -> bool:
    """Whether two texts name the same numbers: 20 million and 40 million are not one message."""
    return _DIGITS.findall(left) == _DIGITS.findall(right)


class _Recalled(dict[str, str]):
    """Forms by text; of a long strand nothing but the latest texts is remembered."""

    def __init__(self, matching: Matching) -> None:
        super().__init__()
        self._matching = matching
        self._held = 0

    def __missing__(self, text: str) -> str:
        found = self[text] = self._matching(text)
        self._held += len(text)
        if self._held > _REMEMBERED:
            self.clear()
            self._held = 0
        return found


def _other(said: Utterance, matching: Matching) -> str:
    kind = family(said)
    if kind == HIDDEN:
        return kind
    if kind == MEDIA:
        digests = sorted(_digests(said))
        return _BYTES + "+".join(digests) if digests else f"{kind}/{caption(said, matching)}"
    if kind.startswith(EVENT):
        return f"{kind}/{matching(said.text)}"
    if kind:
        return _typed(said, kind, matching)
    return matching(_unmarked(said.text) if "edited" in said.marks else said.text)


def _typed(said: Utterance, kind: str, matching: Matching) -> str:
    """Compare a place by its address, a poll by its question; a call has nothing of its own."""
    at = said.text.find("http")
    if at >= 0:
        return matching(said.text[at:])
    question = said.text.partition("\n")[2].partition("\n")[0]
    return matching(question) or kind


def _unmarked(text: str) -> str:
    """Take away the mark behind an edited text."""
    at = text.rfind("<")
    return text[:at] if at > 0 and text.endswith(">") else text


def _name(said: Utterance) -> str:
    for name, _ in said.media:
        if name:
            return name
    return ""


def _digests(said: Utterance) -> set[str]:
    return {digest for _, digest in said.media if digest}


def _ends(left: str, right: str) -> int:
    """Count the characters that are equal from the beginning, and then from the end."""
    most = min(len(left), len(right))
    head = next((n for n in range(most) if left[n] != right[n]), most)
    rest = most - head
    tail = next((n for n in range(rest) if left[-1 - n] != right[-1 - n]), rest)
    return head + tail
