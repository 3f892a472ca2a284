"""Hand-made pairs of mails: what went wrong between them, and what the archive should say of it.

Everybody in them is invented. `PAIRS` names each case; `base` is the mail as its writer sent it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import NamedTuple

LIEN = "Lien Bakker <lien@voorbeeld.example>"
OMAR = "Omar Visser <omar@voorbeeld.example>"
TEXT = (
    "Beste Omar,\n\nHierbij de nota over de havenkade, zie"
    " https://www.voorbeeld.example/nota?deel=2&kade=1 voor de bijlage.\n\nGroet,\nLien"
)
LIST_FOOTER = (
    "\n\n_______________________________________________\nKade mailing list\n"
    "kade@lijst.example\nhttps://lijst.example/listinfo/kade\n"
)
DUTCH_FOOTER = (
    "\n\n----\nU ontvangt dit via de mailinglijst Kade.\nAfmelden: kade-af@lijst.example\n"
)
DUTCH_BANNER = (
    "Let op: deze e-mail komt van buiten de organisatie. Klik niet op koppelingen en open\n"
    "geen bijlagen als u de afzender niet kent.\n\n"
)
ENGLISH_BANNER = (
    "CAUTION: This message was sent from outside the ministry. Do not open attachments\n"
    "unless you know the sender.\n\n"
)
DUTCH_DISCLAIMER = (
    "\n\nDit bericht is uitsluitend bestemd voor de geadresseerde. Hebt u het per vergissing\n"
    "ontvangen, meld dat dan aan de afzender en verwijder het bericht.\n"
)
ENGLISH_DISCLAIMER = (
    "\n\nThis e-mail is intended for its addressee only. If you are not, tell the sender\n"
    "and delete it.\n"
)
LINK = "https://www.voorbeeld.example/nota?deel=2&kade=1"
SAFE = (
    "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwww.voorbeeld.example"
    "%2Fnota%3Fdeel%3D2%26kade%3D1&data=05%7C02%7Comar&reserved=0"
)
DASHED = (
    "https://urldefense.proofpoint.com/v2/url?u=https-3A__www.voorbeeld.example_nota"
    "-3Fdeel-3D2-26kade-3D1&d=DwMFaQ&c=abc"
)
STARRED = (
    "https://urldefense.com/v3/__https://www.voorbeeld.example/nota*deel=2*kade=1__;PyY!!Kw!Ab$"
)


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail, field by field; what is empty is left out. `late` is in seconds."""

    text: str = TEXT
    id: str = "nota@voorbeeld.example"
    sender: str = LIEN
    to: str = OMAR
    cc: str = ""
    bcc: str = ""
    subject: str = "Nota havenkade"
    late: int = 0
    date: bool = True
    trace: str = ""
    labels: str = ""
    files: tuple[tuple[str, str], ...] = ()
    extra: str = ""

    def written(self) -> str:
        """Write it with LF line ends."""
        when = datetime(2022, 5, 13, 9, tzinfo=timezone(timedelta(hours=2)))
        when += timedelta(seconds=self.late)
        fields = {
            "X-Gmail-Labels": self.labels,
            "Received": self.trace,
            "From": self.sender,
            "To": self.to,
            "Cc": self.cc,
            "Bcc": self.bcc,
            "Subject": self.subject,
            "Message-ID": f"<{self.id}>" if self.id else "",
            "Date": f"{when:%a, %d %b %Y %H:%M:%S %z}" if self.date else "",
            "X-Origin": self.extra,
            "MIME-Version": "1.0",
        }
        head = "".join(f"{name}: {value}\n" for name, value in fields.items() if value)
        return head + self._body()

    def _body(self) -> str:
        text = f"Content-Type: text/plain; charset=utf-8\n\n{self.text}\n"
        if not self.files:
            return text
        parts = [
            f"Content-Type: application/pdf\nContent-Disposition: attachment; filename={name}\n\n"
            f"{content}\n"
            for name, content in self.files
        ]
        body = "".join(f"--deel\n{part}" for part in (text, *parts))
        return f"Content-Type: multipart/mixed; boundary=deel\n\n{body}--deel--\n"


class Pair(NamedTuple):
    """Two mails that two people handed in: how many records, with which level, rule and remark."""

    one: Mail
    two: Mail
    records: int
    rule: str = ""
    left_out: tuple[str, ...] = ()
    code: str = ""


BASE = Mail()
PDF = (("nota.pdf", "%PDF nota"),)
RECEIVED = "from a.example by b.example; Fri, 13 May 2022 07:00:05 +0000"
SHORT = Mail(text="Akkoord", subject="Re: Nota")
NO_ID = Mail(id="", extra="ander programma")


def changed(**values: object) -> Mail:
    """Give the base mail with other values."""
    from dataclasses import replace

    return replace(BASE, **values)  # type: ignore[arg-type]


FORWARD = Mail(
    text=f"Zie hieronder.\n\n-------- Doorgestuurd bericht --------\nVan: {LIEN}\n\n{TEXT}",
    id="door@thuis.example",
    sender="Omar <omar@thuis.example>",
    to=OMAR,
    subject="Fwd: Nota havenkade",
    late=20,
)

PAIRS = {
    "list footer": Pair(BASE, changed(text=TEXT + LIST_FOOTER), 1, "mail-3m", ("list-footer/1",)),
    "Dutch list footer": Pair(
        BASE, changed(text=TEXT + DUTCH_FOOTER), 1, "mail-3m", ("list-footer/1",)
    ),
    "two lists": Pair(
        changed(text=TEXT + LIST_FOOTER),
        changed(text=TEXT + DUTCH_FOOTER),
        1,
        "mail-3m",
        ("list-footer/1",),
    ),
    "subject tag": Pair(BASE, changed(subject="[EXTERN] Nota havenkade"), 1, "mail-id-text"),
    "Dutch banner and tag": Pair(
        BASE,
        changed(text=DUTCH_BANNER + TEXT, subject="[EXTERN] Nota havenkade"),
        1,
        "mail-3m",
        ("external-banner/1", "subject-tag/1"),
    ),
    "English banner": Pair(
        BASE, changed(text=ENGLISH_BANNER + TEXT), 1, "mail-3m", ("external-banner/1",)
    ),
    "Safe Links": Pair(
        BASE, changed(text=TEXT.replace(LINK, SAFE)), 1, "mail-3m", ("safe-links/1",)
    ),
    "URL Defense 2": Pair(
        BASE, changed(text=TEXT.replace(LINK, DASHED)), 1, "mail-3m", ("proofpoint-2/1",)
    ),
    "URL Defense 3": Pair(
        BASE, changed(text=TEXT.replace(LINK, STARRED)), 1, "mail-3m", ("proofpoint-3/1",)
    ),
    "Dutch disclaimer": Pair(
        BASE, changed(text=TEXT + DUTCH_DISCLAIMER), 1, "mail-3m", ("disclaimer-nl/1",)
    ),
    "everything at once": Pair(
        changed(text=TEXT + ENGLISH_DISCLAIMER),
        changed(text=DUTCH_BANNER + TEXT.replace(LINK, SAFE) + LIST_FOOTER),
        1,
        "mail-3m",
        ("disclaimer-en/1", "external-banner/1", "list-footer/1", "safe-links/1"),
    ),
    "id missing": Pair(BASE, NO_ID, 1, "mail-4"),
    "id missing, 40 s later": Pair(BASE, changed(id="", late=40), 1, "mail-4"),
    "id missing, footer": Pair(
        BASE, changed(id="", text=TEXT + LIST_FOOTER), 1, "mail-4", ("list-footer/1",)
    ),
    "id missing on both": Pair(changed(id=""), NO_ID, 1, "mail-4"),
    "id missing, short with a file": Pair(
        changed(text="Zie bijlage", files=PDF),
        changed(id="", text="Zie bijlage", files=PDF),
        1,
        "mail-4",
    ),
    "ids differ": Pair(BASE, changed(id="anders@voorbeeld.example"), 2, code="E-D020"),
    "id missing, short text": Pair(
        SHORT, Mail(text="Akkoord", subject="Re: Nota", id=""), 2, code="E-D021"
    ),
    "id missing, other recipients": Pair(
        BASE, changed(id="", to="pia@elders.example"), 2, code="E-D022"
    ),
    "id missing, a file stripped": Pair(changed(files=PDF), changed(id=""), 2, code="E-D023"),
    "id missing, other subject": Pair(
        BASE, changed(id="", subject="Iets anders"), 2, code="E-D024"
    ),
    "id missing, other sender": Pair(BASE, changed(id="", sender=OMAR), 2, code="E-D025"),
    "id missing, an hour later": Pair(BASE, changed(id="", late=3600), 2, code="E-D026"),
    "id and date missing": Pair(BASE, changed(id="", date=False), 2, code="E-D026"),
    "id reused": Pair(
        BASE, changed(text="Iets heel anders onder hetzelfde kenmerk"), 2, code="E-D001"
    ),
    "attachments stripped": Pair(changed(files=PDF), BASE, 2, code="W-D021"),
    "sent and received": Pair(
        changed(bcc="Pia Smit <pia@voorbeeld.example>"), changed(trace=RECEIVED), 1, "mail-id-text"
    ),
    "forward from home to work": Pair(BASE, FORWARD, 2),
    "Takeout again": Pair(
        changed(labels="Inbox,Kade"), changed(labels="Archief,Kade"), 1, "mail-neutral"
    ),
    "date missing": Pair(BASE, changed(date=False, trace=RECEIVED), 1, "mail-id-text"),
    "date wrong": Pair(BASE, changed(late=-86400 * 400), 1, "mail-id-text"),
}
