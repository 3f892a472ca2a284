"""The formats this release reads, listed by hand: an archive that runs whatever is installed
cannot be audited.
"""

from __future__ import annotations

from archiver.model import Format
from archiver.normalise.chat import chat_normaliser
from archiver.normalise.mail import mail_normaliser
from archiver.parse import eml, mbox, whatsapp_text

FORMATS: tuple[Format, ...] = (
    Format(
        "whatsapp-text",
        "whatsapp",
        1,
        whatsapp_text.claims,
        whatsapp_text.survey,
        whatsapp_text.parse,
        chat_normaliser,
        holds_media=True,
    ),
    Format("mbox", "mail", 1, mbox.claims, mbox.survey, mbox.parse, mail_normaliser),
    Format("eml", "mail", 1, eml.claims, eml.survey, eml.parse, mail_normaliser),
)


def by_name(name: str) -> Format:
    """Give the format of that name.

    Raises:
        KeyError: No such format.
    """
    return {form.name: form for form in FORMATS}[name]
