"""The formats that come every day, apart from the rest: their parsers are always loaded.

The whole list stands in `archiver.pipeline.formats`, these among them.
"""

from __future__ import annotations

from archiver.model import Format
from archiver.normalise import beginning, running
from archiver.normalise.chat import chat_normaliser
from archiver.normalise.mail import mail_normaliser
from archiver.parse import eml, mbox, whatsapp_text

DAILY_FORMATS: tuple[Format, ...] = (
    Format(
        "whatsapp-text",
        "whatsapp",
        1,
        whatsapp_text.claims,
        whatsapp_text.survey,
        whatsapp_text.parse,
        chat_normaliser,
        holds_media=True,
        gaps=("W-W020",),
        checks=(beginning.WHATSAPP_TEXT, running.FileNumbers),
    ),
    Format("mbox", "mail", 1, mbox.claims, mbox.survey, mbox.parse, mail_normaliser),
    Format("eml", "mail", 1, eml.claims, eml.survey, eml.parse, mail_normaliser),
)


def by_name(name: str) -> Format:
    """Give the format of that name; the others are listed when it is one of them.

    Raises:
        KeyError: No such format.
    """
    for form in DAILY_FORMATS:
        if form.name == name:
            return form
    from archiver.pipeline import formats

    return formats.by_name(name)
