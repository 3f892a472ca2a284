"""Two readings of a text: one to compare by, one to search in. The raw text stays as it is.

The matching form is NFC without invisible characters, case folded, blanks folded into one space.
The search form is NFKC without invisible characters. The joiner inside an emoji stays in both:
without it a family falls apart into its members. Sources: Unicode Standard Annex 15 (forms) and
Technical Standard 51 (emoji), Unicode 15; measurements in ``docs/decisions``.
"""

from __future__ import annotations

import re
import unicodedata

# Marks of direction, joiners, soft hyphen and byte order mark.
_INVISIBLE = re.compile("[\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]")
# Whether a sign is drawn as text or as emoji differs between phones that show the same message.
_VARIANT = re.compile("[\ufe0e\ufe0f]")
_EMOJI = "\u2190-\u21ff\u2300-\u23ff\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff\ufe0f"
_STRAY_JOINER = re.compile(f"(?<![{_EMOJI}])\u200d|\u200d(?![{_EMOJI}])")


def matching(text: str) -> str:
    """Give the form in which two texts are compared."""
    text = text.replace("\n", " ")
    plain = text.isprintable()  # then a space is the only blank, and nothing is invisible
    if text.isascii():
        text = text.lower()
    else:
        text = text if plain else _visible(text)
        if "\ufe0f" in text or "\ufe0e" in text:
            text = _VARIANT.sub("", text)
        text = unicodedata.normalize("NFC", text).casefold()
    if not plain:
        return " ".join(text.split())
    while "  " in text:
        text = text.replace("  ", " ")
    return text.strip(" ")


def searching(text: str) -> str:
    """Give the form in which a text is indexed; the same object when nothing changes."""
    if text.isascii():
        return text
    text = text if text.isprintable() else _visible(text)
    return text if unicodedata.is_normalized("NFKC", text) else unicodedata.normalize("NFKC", text)


def _visible(text: str) -> str:
    """Drop what nobody sees."""
    text = _INVISIBLE.sub("", text)
    return _STRAY_JOINER.sub("", text) if "\u200d" in text else text
