"""A typeface that is embedded, its table of characters (ToUnicode) right for signs too.

The library writes a character beyond U+FFFF there as one number; ISO 32000-1 9.10.3 has it in
UTF-16. Imported only when a PDF is written, since the library takes long to load.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

_BEYOND = re.compile(r"(<[0-9A-F]{2}> )<([0-9A-F]{5,6})>")
_TABLE = "toUnicodeCMap:"


def characters(name: str, path: Path) -> frozenset[str]:
    """Register a typeface under a name; give the characters that it has."""
    pdfmetrics.registerFont(_Embedded(name, str(path)))
    return frozenset(map(chr, pdfmetrics.getFont(name).face.charToGlyph))


def wide(sign: str, name: str, size: float) -> float:
    """Give how wide a character is in a typeface that is registered."""
    return float(pdfmetrics.stringWidth(sign, name, size))


class _Embedded(TTFont):  # type: ignore[misc]
    def addObjects(self, doc: Any) -> None:  # noqa: N802
        """Add the objects of a document's font, as the library does."""
        super().addObjects(doc)
        for name, found in doc.idToObject.items():
            if str(name).startswith(_TABLE):
                found.content = _BEYOND.sub(_in_utf_16, found.content)


def _in_utf_16(found: re.Match[str]) -> str:
    told = chr(int(found[2], 16)).encode("utf-16-be").hex().upper()
    return f"{found[1]}<{told}>"
