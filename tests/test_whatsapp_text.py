"""WhatsApp's exported chat text is read to the last byte, and nothing is guessed."""

from __future__ import annotations

import io
import json
import tomllib
from pathlib import Path
from typing import Any

import golden
import pytest
from bench.generate_whatsapp import FORMS, generate
from hypothesis import given, settings
from hypothesis import strategies as st
from whatsapp import codes, items, messages, peak_memory, read, source, source_in, uncovered

from archiver.model import Finding, Item, Kind, Member
from archiver.normalise.chat import chat_normaliser
from archiver.parse.whatsapp.entries import LONGEST
from archiver.parse.whatsapp_text import claims, parse, survey

LRM = "\u200e"
DUTCH = "13-05-2024 10:00 - Noor van Zwieten: "
ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("case", golden.cases("whatsapp-text"), ids=lambda case: case.name)
def test_every_case_is_read_as_reviewed(case: Path) -> None:
    """Each export under tests/exports is read exactly as its reviewed lines say."""
    assert "".join(golden.lines(case)) == golden.expected(case).read_text("utf-8")


@pytest.mark.parametrize("case", golden.cases("whatsapp-text"), ids=lambda case: case.name)
def test_items_and_findings_cover_every_byte(case: Path) -> None:
    """No byte of an export is left out or counted twice."""
    given_source = golden.source_of(case)
    size = given_source.members[given_source.main].size
    assert list(uncovered(given_source, size)) == []


# -- header shapes ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "header",
    [
        "13-05-2024 16:08 - ",
        "13-5-2024 16:08 - ",
        "13-05-24 16:08 - ",
        "13/05/2024, 16:08 - ",
        "5/13/24, 16:08 - ",
        "5/13/24, 4:08\u202fPM - ",
        "5/13/24, 4:08\u00a0pm - ",
        "5/13/24, 4:08\u2009PM - ",
        "5/13/2024, 04:08 p. m. - ",
        "5/13/2024, 04:08 p.m. - ",
        "05/13/24, 4:08:00 PM – ",
        "[13-05-2024 16:08:00] ",
        "[13-05-2024, 16:08:00] ",
        f"{LRM}[13-05-2024, 16:08:00] ",
        "[13.05.24, 16:08:00] ",
        "13.05.2024, 16:08 - ",
        "[2024-05-13, 16:08:00] ",
        "[2024.05.13, 16:08:00] ",
        "[2024/05/13, 4:08:00 PM] ",
        "13. 5. 2024 16:08 - ",
        "13-05-2024 16.08 - ",
        "[5/13/24 16:08] ",
    ],
)
def test_every_known_header_gives_the_same_message(header: str) -> None:
    """However the phone writes its header, sender, text and moment are the same."""
    given_source = source(f"{header}Noor van Zwieten: De nota is af\n")
    learned, (item,), findings = read(given_source)
    assert (item.sender, item.text, findings) == ("Noor van Zwieten", "De nota is af", [])
    assert chat_normaliser(given_source, learned)(item).sent_at == 1_715_609_280_000


def test_zero_padding_is_no_part_of_the_shape() -> None:
    """One-digit and two-digit days of the same file are headers alike."""
    assert len(items("9-5-2024 9:05 - Noor: a\n13-05-2024 10:15 - Noor: b\n")) == 2


@pytest.mark.parametrize(
    "pasted",
    [
        "[5/2, 16:08] Fenna: geplakt",
        "[13-05-2024 16:08:13] Fenna: geplakt",
        "13-05-24 16:08 - Fenna: geplakt",
        "5/13/24, 16:08 - Fenna: geplakt",
        "13-05-2024, 16:08 - Fenna: geplakt",
        " 13-05-2024 16:08 - Fenna: ingesprongen",
        "13-05-2024: besluit",
    ],
)
def test_a_header_of_another_shape_stays_text(pasted: str) -> None:
    """What somebody pasted from another phone remains part of the message it was pasted into."""
    (item,) = items(f"{DUTCH}zie hieronder\n{pasted}\n")
    assert item.text == f"zie hieronder\n{pasted}"


# -- senders ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "sender", "text"),
    [
        ("Noor: Re: nota", "Noor", "Re: nota"),
        ("a:b: tekst", "a:b", "tekst"),
        ("Noor van Zwieten:", "Noor van Zwieten", ""),
        ("~\u202fWouter: hoi", "~\u202fWouter", "hoi"),
        (
            "\u202a+31\u00a06\u00a010203040\u202c: hoi",
            "\u202a+31\u00a06\u00a010203040\u202c",
            "hoi",
        ),
        ('Jan "Jopie" Blom: hoi', 'Jan "Jopie" Blom', "hoi"),
        ("Tjerk (WJZ) 🌷: hoi", "Tjerk (WJZ) 🌷", "hoi"),
    ],
)
def test_the_sender_ends_at_the_first_colon_and_blank(line: str, sender: str, text: str) -> None:
    """A label is kept as the source writes it, whatever signs it holds."""
    (item,) = items(f"13-05-2024 10:00 - {line}\n")
    assert (item.kind, item.sender, item.text) == (Kind.MESSAGE, sender, text)


@pytest.mark.parametrize(
    ("line", "type_", "value"),
    [
        (
            "Fenna heeft het onderwerp gewijzigd naar “Plan: vrijdag”",
            "title-changed",
            "Plan: vrijdag",
        ),
        ('Anna created group "Plan: Friday"', "group-created", "Plan: Friday"),
        ("U hebt het onderwerp gewijzigd naar Plan: vrijdag", "title-changed", "Plan: vrijdag"),
    ],
)
def test_an_event_that_holds_a_colon_has_no_sender(line: str, type_: str, value: str) -> None:
    """The title of a group may hold a colon without making a sender of what stands before it."""
    (item,) = items(f"13-05-2024 10:00 - {line}\n")
    assert (item.kind, item.sender, item.type) == (Kind.EVENT, "", type_)
    assert value in item.values.values()


@pytest.mark.parametrize("label", ["x" * 81, 'Iets "half', "Anders “half"])
def test_a_sentence_before_a_colon_is_no_sender(label: str) -> None:
    """A label that is too long or has half a quotation becomes an unknown event, with a finding."""
    _, (item,), findings = read(f"13-05-2024 10:00 - {label}: rest\n")
    assert (item.sender, item.type, item.text) == ("", "unknown", f"{label}: rest")
    assert [finding.code for finding in findings] == ["W-W008"]


def test_a_group_name_before_the_notice_of_encryption_is_no_sender() -> None:
    """An iPhone writes the group's name as sender of what WhatsApp says; that is no participant."""
    notice = "Berichten en gesprekken worden end-to-end versleuteld. Niemand leest mee."
    (item,) = items(f"[13-05-2024 10:00:00] Directie: {LRM}{notice}\n")
    assert (item.kind, item.type, item.sender) == (Kind.EVENT, "encryption-notice", "")
    assert item.values == {"label": "Directie"}


def test_a_message_about_encryption_stays_a_message() -> None:
    """A person who writes about end-to-end encryption has written a message."""
    text = "Berichten en oproepen worden end-to-end versleuteld. Dat moet in de nota."
    (item,) = items(f"{DUTCH}{text}\n")
    assert (item.kind, item.type, item.text) == (Kind.MESSAGE, "text", text)


# -- events and marks ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "type_"),
    [
        ("U hebt deze groep aangemaakt", "group-created"),
        ("Je hebt de groep “Nota” gemaakt", "group-created"),
        ("Fenna heeft u toegevoegd", "member-added"),
        ("Je hebt Joris toegevoegd", "member-added"),
        ("Joris is toegevoegd", "member-added"),
        ("Joris neemt deel via je uitnodiging", "member-joined"),
        ("Joris is deelnemer geworden via de uitnodigingslink van deze groep", "member-joined"),
        ("Fenna heeft Joris verwijderd", "member-removed"),
        ("Joris heeft de groep verlaten", "member-left"),
        ("U bent nu beheerder", "admin-changed"),
        ("Je bent nu een beheerder", "admin-changed"),
        ("Fenna heeft het onderwerp gewijzigd van “A” naar “B”", "title-changed"),
        ("Fenna heeft de groepsafbeelding gewijzigd", "picture-changed"),
        ("Fenna heeft de groepsomschrijving gewijzigd", "description-changed"),
        (
            "Uw beveiligingscode voor Joris is gewijzigd. Tik voor meer informatie.",
            "security-code-changed",
        ),
        ("Joris heeft een nieuw telefoonnummer. Tik om een bericht te sturen.", "number-changed"),
        (
            "Fenna heeft berichten met vervaldatum ingeschakeld. Alle nieuwe berichten verdwijnen"
            " 7 dagen nadat ze zijn verzonden uit deze chat.",
            "disappearing-on",
        ),
        (
            "Fenna heeft berichten met vervaldatum uitgeschakeld. Tik om dit te wijzigen.",
            "disappearing-off",
        ),
        ("Gemist spraakgesprek", "call-missed-voice"),
        ("Gemiste video-oproep om 10:00", "call-missed-video"),
        ("You added Joris", "member-added"),
        ("Joris joined using this group's invite link", "member-joined"),
        ("Fenna removed Joris", "member-removed"),
        ("Fenna left", "member-left"),
        ("You're now an admin", "admin-changed"),
        ("Fenna changed the group description", "description-changed"),
        ("Missed video call", "call-missed-video"),
        ("Gemist spraakgesprek, Tik om terug te bellen", "call-missed-voice"),
        ("Du hast Joris hinzugefügt", "member-added"),
        ("Anke hat Joris entfernt", "member-removed"),
        ("Joris ist dieser Gruppe mit dem Einladungslink beigetreten", "member-joined"),
        ("Anke hat den Betreff von „A“ zu „B“ geändert", "title-changed"),
        ("Anke hat das Gruppenbild geändert", "picture-changed"),
        ("Du bist jetzt ein Admin", "admin-changed"),
        ("Die Sicherheitsnummer von Anke hat sich geändert. Mehr.", "security-code-changed"),
        ("Anke hat selbstlöschende Nachrichten deaktiviert.", "disappearing-off"),
        ("Verpasster Sprachanruf um 10:00", "call-missed-voice"),
        ("Vous avez ajouté Joris", "member-added"),
        ("Claire a retiré Joris", "member-removed"),
        ("Claire a rejoint le groupe via le lien d’invitation", "member-joined"),
        ("Claire a modifié la description du groupe", "description-changed"),
        ("Vous êtes désormais admin", "admin-changed"),
        ("Votre code de sécurité avec Claire a changé.", "security-code-changed"),
        ("Claire a désactivé les messages éphémères", "disappearing-off"),
        ("Appel vidéo manqué à 10:00", "call-missed-video"),
    ],
)
def test_an_event_is_known_by_its_words(line: str, type_: str) -> None:
    """What WhatsApp itself reports is typed: u-form, je-form, English, German and French."""
    (item,) = items(f"13-05-2024 10:00 - {line}\n")
    assert (item.kind, item.type, item.text) == (Kind.EVENT, type_, line)


def test_an_event_names_who_did_what() -> None:
    """The persons and titles of an event are kept as the source writes them."""
    (item,) = items(
        f"13-05-2024 10:00 - {LRM}Fenna heeft het onderwerp gewijzigd van “A” naar “B”\n"
    )
    assert item.values == {"actor": "Fenna", "old": "A", "new": "B"}


def test_what_the_owner_of_the_phone_did_is_marked() -> None:
    """An event that says "you" is marked, for no other export calls that person so."""
    (item,) = items("13-05-2024 10:00 - Je hebt Joris toegevoegd\n")
    assert (item.marks, item.values["object"]) == (("own",), "Joris")


@pytest.mark.parametrize(
    ("text", "type_", "marks"),
    [
        ("Dit bericht is verwijderd", "deleted", ("deleted",)),
        ("U hebt dit bericht verwijderd", "deleted", ("deleted-own",)),
        ("Je hebt dit bericht verwijderd.", "deleted", ("deleted-own",)),
        ("You deleted this message", "deleted", ("deleted-own",)),
        ("<Media weggelaten>", "media", ("media-omitted",)),
        ("<Media omitted>\nmet bijschrift", "media", ("media-omitted",)),
        (f"{LRM}video weggelaten", "media", ("media-omitted",)),
        ("Visitekaartje weggelaten", "contact", ("media-omitted",)),
        ("<View once voice message omitted>", "media", ("view-once", "media-omitted")),
        (f"beter zo {LRM}<Dit bericht is bewerkt>", "text", ("edited",)),
        ("better <This message was edited>", "text", ("edited",)),
        ("null", "text", ("null",)),
        ("Locatie: https://maps.google.com/?q=52.08,4.31", "location", ()),
        ("live locatie gedeeld", "location", ("live-location",)),
        ("POLL:\nWanneer?\nOPTION: nu (1 vote)", "poll", ()),
        ("<Medien ausgeschlossen>\nmit Text", "media", ("media-omitted",)),
        ("Du hast diese Nachricht gelöscht.", "deleted", ("deleted-own",)),
        (f"besser so {LRM}<Diese Nachricht wurde bearbeitet>", "text", ("edited",)),
        ("<Médias omis>", "media", ("media-omitted",)),
        ("Vous avez supprimé ce message", "deleted", ("deleted-own",)),
        ("mieux <Ce message a été modifié>", "text", ("edited",)),
        ("Live-locatie gedeeld", "location", ("live-location",)),
        ("Video-oproep, 5 min", "call", ()),
        (f"Spraakoproep, {LRM}1 uur 12 min.", "call", ()),
        ("Videogesprek, morgen om tien?", "text", ()),
        ("Appel vocal, Pas de réponse", "call", ()),
        ("Locatie: vergaderzaal 3", "text", ()),
        ("Dit bericht is verwijderd, zegt hij", "text", ()),
        ("er staat <Media weggelaten> in", "text", ()),
        ("(zie bijlage)", "text", ()),
    ],
)
def test_a_mark_is_known_by_its_words_and_the_text_stays(
    text: str, type_: str, marks: tuple[str, ...]
) -> None:
    """Deletions, edits and media left out are marked; not a letter of the text is changed."""
    (item,) = items(f"{DUTCH}{text}\n")
    assert (item.kind, item.type, item.marks, item.text) == (Kind.MESSAGE, type_, marks, text)


# -- attachments -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "options", "votes"),
    [
        ("POLL:\nDag?\nOPTION: ma (2 votes)\nOPTION: di (1 vote)", ["ma", "di"], "2 1"),
        (f"UMFRAGE:\nTag?\n{LRM}OPTION: Mo (vormittags) (0 Stimmen)", ["Mo (vormittags)"], "0"),
        ("PEILING:\nDag?\nOPTIE: ma (1 stem)\nen dit is tekst", ["ma"], "1"),
        ("SONDAGE :\nJour ?", [], ""),
    ],
)
def test_the_options_of_a_poll_are_noted_with_their_votes(
    lines: str, options: list[str], votes: str
) -> None:
    """Options are noted in their order, and beside them how many chose each; the text stays."""
    (item,) = items(f"{DUTCH}{lines}\n")

    assert [each.value for each in item.noted if each.kind == "option"] == options
    assert item.values.get("votes", "") == votes
    assert item.text == lines


def test_french_phones_write_a_word_between_date_and_time() -> None:
    """A header with that word is one, and its time is read; the day comes first in French."""
    given_source = source("05/04/2025 à 15:51 - Claire: <Médias omis>\n")
    learned, (item,), _ = read(given_source)
    sent_at = chat_normaliser(given_source, learned)(item).sent_at

    assert (learned.date_order, learned.decided_by) == ("dmy", "wording")
    assert (item.sender, sent_at) == ("Claire", 1_743_861_060_000)


def test_an_attachment_is_linked_to_the_file_beside_the_text() -> None:
    """The bytes of an attachment are those of the file of that name in the same folder."""
    media = (
        Member("IMG-20240513-WA0001.jpg", 9, "ab"),
        Member("x/IMG-20240513-WA0002.jpg", 9, "cd"),
    )
    text = f"{DUTCH}{LRM}IMG-20240513-WA000%d.jpg (bestand bijgevoegd)\n"
    first, second = items(source(text % 1 + text % 2, media=media))
    assert (first.attachments[0].member, first.attachments[0].sha256) == (1, "ab")
    assert second.attachments[0].missing == "not-handed-in"


def test_a_decomposed_file_name_is_found() -> None:
    """A Mac writes é as two characters into a container; the file is the same one."""
    media = (Member("Financie\u0308n.pdf", 9, "ab"),)
    (item,) = items(source(f"{DUTCH}Financiën.pdf (bestand bijgevoegd)\n", media=media))
    assert item.attachments[0].member == 1


def test_a_lost_extension_is_found_unless_files_differ() -> None:
    """``DOC-….`` is the document of that name; when two different ones fit, none is chosen."""
    text = f"{DUTCH}DOC-20240513-WA0006. (bestand bijgevoegd)\n"
    same = (Member("DOC-20240513-WA0006", 9, "ab"), Member("DOC-20240513-WA0006.pdf", 9, "ab"))
    other = (Member("DOC-20240513-WA0006.docx", 9, "cd"), same[1])
    (found,), (open_,) = items(source(text, media=same)), items(source(text, media=other))
    assert (found.attachments[0].member, found.attachments[0].media_type) == (2, "application/pdf")
    assert (open_.attachments[0].member, open_.attachments[0].missing) == (
        None,
        "several-files-fit",
    )


# -- date order ------------------------------------------------------------------------------------


def _decided(text: str, **said: Any) -> tuple[str, str]:
    learned = survey(source(text, **said))
    return learned.date_order, learned.decided_by


@pytest.mark.parametrize(
    ("text", "order", "kind"),
    [
        ("2024/05/02, 16:08 - Noor: a\n", "ymd", "year-first"),
        ("13/05/24, 16:08 - Noor: a\n1/6/24, 16:08 - Noor: b\n", "dmy", "calendar"),
        ("05/13/24, 16:08 - Noor: a\n", "mdy", "calendar"),
        (
            "5/2/22, 16:08 - Noor: IMG-20220502-WA0001.jpg (file attached)\n",
            "mdy",
            "attachment-name",
        ),
        (
            "5/2/22, 16:08 - Noor: IMG-20220205-WA0001.jpg (file attached)\n",
            "dmy",
            "attachment-name",
        ),
        ("5/6/2026, 16:08 - Noor: a\n", "mdy", "latest-day"),
        (
            "".join(f"{d}/{m}/22, 16:08 - Noor: a\n" for m in (1, 2, 3) for d in (1, 5, 9)),
            "dmy",
            "backward",
        ),
        ("02-05-2022 16:08 - Noor: <Media weggelaten>\n", "dmy", "wording"),
        ("02.05.2022, 16:08 - Noor: a\n", "dmy", "wording"),
        ("2/5/22, 16:08 - Noor: <Media omitted>\n", "", ""),
        ("2/5/22, 16:08 - Noor: <Media weggelaten>\n", "", ""),
        ("02-05-2022 16:08 - Noor: a\n", "", ""),
        ("20/05/22, 16:08 - Noor: a\n", "dmy", "year-last"),
        (
            "".join(f"22/{m:02}/{d}, 16:08 - Noor: a\n" for m in (3, 4, 5) for d in (10, 12, 14)),
            "ymd",
            "backward",
        ),
    ],
)
def test_the_date_order_rests_on_the_strongest_evidence(text: str, order: str, kind: str) -> None:
    """Each kind of evidence decides when no stronger one does; without any, nobody guesses."""
    assert _decided(text, read_at=1_779_800_000_000) == (order, kind)


def test_the_file_itself_cannot_be_older_than_its_messages() -> None:
    """A container says when the text was written; a reading after that day is out."""
    given_source = source("5/6/22, 16:08 - Noor: a\n")
    member = Member(given_source.members[0].name, 24, "", modified=1_652_000_000_000)
    dated = source("5/6/22, 16:08 - Noor: a\n")
    dated = type(dated)(dated.stream, (member,), 0, dated.path_name, dated.read_at)
    assert (survey(given_source).date_order, survey(dated).date_order) == ("", "mdy")


def test_reading_stops_when_the_order_is_certain() -> None:
    """Of a large file whose first block decides, the rest is not read twice."""
    given_source = source(f"{DUTCH}tekst\n" * 40_000)
    survey(given_source)
    assert given_source.stream.tell() < 1 << 20


def test_an_answer_decides_and_a_contradiction_is_reported() -> None:
    """An officer's answer wins, but when the file speaks against it, that is said."""
    learned = survey(source("13/05/24, 16:08 - Noor: a\n", date_order="mdy"))
    assert (learned.date_order, [each.code for each in learned.findings]) == ("mdy", ["E-W003"])


def test_all_evidence_is_recorded_with_its_place() -> None:
    """Why an order was chosen can be read afterwards: kind, order, count and place."""
    text = "2/5/24, 16:08 - Noor: a\n13/05/24, 16:08 - Noor: b\n14/05/24, 16:08 - Noor: c\n"
    evidence = {(each.kind, each.order): each for each in survey(source(text)).evidence}
    found = evidence["unreadable", "mdy"]
    assert (found.count, found.offset) == (2, 24)


# -- findings --------------------------------------------------------------------------------------

_PROVOKED: dict[str, str | bytes] = {
    "E-W001": "2/5/22, 16:08 - Noor: a\n",
    "E-W002": f"{DUTCH}a\n31-02-2024 10:00 - Noor: b\n",
    "E-W004": "geen chat\n",
    "W-W005": f"rest van iets\n{DUTCH}a\n",
    "W-W006": DUTCH.encode() + b"a\xffb\n",
    "W-W007": f"{DUTCH}{'a' * (LONGEST + 1)}\n",
    "W-W008": "13-05-2024 10:00 - Er gebeurde iets nieuws\n",
    "W-W009": f"{DUTCH}a\n13-05-2031 10:00 - Noor: b\n",
    "W-W010": f"{DUTCH}a\n" * 10_000,
    "W-W011": "13/5/24, 10:00 - Noor: a\n1/6/24, 10:00 - Noor: b\n"
    "2/5/24, 10:00 - Noor: IMG-20240205-WA0001.jpg (file attached)\n",
    "W-W012": f"{DUTCH}a\n" * 5 + "[13-05-2024 10:00:00] Noor: b\n" * 6,
}


@pytest.mark.parametrize("code", _PROVOKED)
def test_every_finding_can_be_provoked(code: str) -> None:
    """Each code of a finding has an input that provokes it."""
    assert code in codes(_PROVOKED[code])


def test_every_finding_has_its_sentences_in_two_languages() -> None:
    """Each code is explained in Dutch and English, with the same fields."""
    table = tomllib.loads((ROOT / "config/findings/whatsapp.toml").read_text("utf-8"))
    assert set(table) == {*_PROVOKED, "E-W003", "W-W020"}
    for code, sentences in table.items():
        assert set(sentences) == {"en", "nl", "solve_en", "solve_nl"}, code


@pytest.mark.parametrize("code", _PROVOKED)
def test_every_sentence_can_be_filled(code: str) -> None:
    """A finding carries every value that its sentences name."""
    table = tomllib.loads((ROOT / "config/findings/whatsapp.toml").read_text("utf-8"))
    learned, _, findings = read(_PROVOKED[code])
    for finding in (*learned.questions, *findings):
        for sentence in table[finding.code].values():
            assert "{" not in sentence.format(**finding.values)


def test_a_message_too_long_is_cut_and_the_rest_has_its_place() -> None:
    """Of a message of many megabytes the beginning is kept and the place of the rest is told."""
    text = DUTCH + "é" * (3 * LONGEST) + f"\n{DUTCH}na\n"
    _, (long, after), (finding,) = read(text)
    assert (len(long.text), after.text) == (LONGEST, "na")
    assert finding.offset == len(DUTCH) + 2 * LONGEST
    assert (finding.length, long.length) == (4 * LONGEST + 1, len(DUTCH) + 6 * LONGEST + 1)


@pytest.mark.parametrize("beyond", [-1, 0, 1, 1000, 5000])
def test_the_text_of_an_item_has_one_greatest_length(beyond: int) -> None:
    """A text is cut at its greatest length exactly, and only what is cut has a finding."""
    _, (first, long, after), findings = read(
        f"{DUTCH}voor\n{DUTCH}{'a' * (LONGEST + beyond)}\n{DUTCH}na\n"
    )
    assert (first.text, after.text) == ("voor", "na")
    assert len(long.text) == LONGEST + min(beyond, 0)
    assert [finding.length for finding in findings] == ([beyond + 1] if beyond > 0 else [])


# -- encodings and size ----------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("feed", ["\n", "\r\n"])
def test_places_are_those_of_the_original_bytes(encoding: str, feed: str) -> None:
    """Whatever the encoding, the bytes at an item's place are that item."""
    lines = [f"{DUTCH}één 👍", "tweede regel", f"{LRM}{DUTCH}drie", f"{DUTCH}vier"]
    data = feed.join(lines).encode(encoding)
    found = items(data)
    assert [item.text for item in found] == [f"één 👍{feed}tweede regel", "drie", "vier"]
    body = {"utf-8-sig": "utf-8", "utf-16": "utf-16-le"}.get(encoding, encoding)
    places = [data[item.offset : item.offset + item.length].decode(body) for item in found]
    assert "".join(places).lstrip("\ufeff") == feed.join(lines)
    assert places[-1] == lines[-1]
    assert list(uncovered(source(data), len(data))) == []


_PIECES = st.sampled_from(
    [
        DUTCH.encode(),
        b"\n",
        b"\r\n",
        b"\r",
        b"tekst ",
        b"\xff",
        b"\xe2\x82",
        "👍€".encode(),
        f"{LRM}[13-05-2024 10:00:00] Noor: ".encode(),
        b"13-05-2024 10:00 - iets nieuws",
        b"31-02-2024 10:00 - Noor:",
        b": ",
        b"<Media weggelaten>",
        b"x" * 1500,
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(_PIECES, max_size=30), st.sampled_from(["utf-8", "utf-16-le"]), st.booleans())
def test_no_byte_is_lost_whatever_the_file(pieces: list[bytes], encoding: str, odd: bool) -> None:
    """Broken, mixed and half files are covered to the last byte, without gap or overlap."""
    data = b"".join(pieces)
    if encoding != "utf-8":
        data = b"\xff\xfe" + data.decode("utf-8", "replace").encode(encoding) + b"x" * odd
    assert list(uncovered(source(data), len(data))) == []


@settings(max_examples=60, deadline=None)
@given(st.lists(_PIECES, max_size=30), st.integers(min_value=1, max_value=97))
def test_the_size_of_a_block_changes_nothing(pieces: list[bytes], size: int) -> None:
    """A file gives the same items wherever the blocks in which it is read happen to end."""
    given_source = source(DUTCH.encode() + b"".join(pieces))
    learned = survey(given_source)
    whole = list(parse(given_source, learned))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("archiver.parse.whatsapp.reading.BLOCK", size)
        assert list(parse(given_source, learned)) == whole


@pytest.mark.parametrize(
    "content", [DUTCH + "a" * 30_000_000, (DUTCH + "abc " * 40 + "\n") * 50_000]
)
def test_memory_stays_the_same_whatever_the_file(content: str) -> None:
    """One line of 30 MB and 50,000 messages of 10 MB are both read within 8 MB."""
    assert peak_memory(source(content)) < 8_000_000


@pytest.mark.parametrize("form", FORMS)
def test_a_generated_export_is_read_in_full(form: str) -> None:
    """Of an export made for measuring, every entry is found and none is unknown."""
    file = io.StringIO()
    generate(file, messages=3000, form=form)
    _, found, findings = read(file.getvalue())
    assert (len(found), findings) == (3000, [])
    assert 30 <= sum(item.kind is Kind.EVENT for item in found) <= 90


# -- recognition -----------------------------------------------------------------------------------


@pytest.mark.parametrize("case", golden.cases("whatsapp-text"), ids=lambda case: case.name)
def test_an_exported_chat_is_recognised_by_its_content(case: Path) -> None:
    """Every case is recognised, but for the one that is no chat."""
    given_source = golden.source_of(case)
    head = given_source.stream.read(1 << 16)
    assert claims(head, "bestand.bin") is (case.name != "no-chat")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n",
        "datum,tijd,naam\n13-05-2024,10:00,Noor\n",
        '{"messages": [{"date": "2024-05-13T10:00:00"}]}',
        "From noor@example.org Mon May 13 10:00:00 2024\n\n13-05-2024 10:00 - Noor: a\n",
        "Subject: chat\nDate: 13 May 2024\n\n13-05-2024 10:00 - Noor: a\n",
        "2024-05-13 10:00:00 - INFO: started\n2024-05-13 10:00:01 - ERROR: stopped\n",
        "13-05-2024 10:00 - INFO: started\n13-05-2024 10:01 - ERROR: stopped\n",
        "[2024-05-13 10:00:00] production.ERROR: Something happened\n",
        "[2024-05-13 10:00:00] Noor: Hallo!\n[2024-05-13 10:00:09] Me: Dag\n",
        "[2024-05-13, 10:00] Noor: Hallo!\n[2024-05-13, 10:01] Me: Dag\n",
        "Noor, [13.05.2024 10:00]\nHallo\n\nFenna, [13.05.2024 10:01]\nDag\n",
        "Verslag\n" * 50 + "13-05-2024 10:00 - Noor: a\n",
        "13-05-2024 10:00 - Noor: a\n\x00\x01\x02",
        "13-05-2024 10:00 - iets zonder afzender\n",
    ],
)
def test_what_is_no_exported_chat_is_left_to_others(text: str) -> None:
    """Tables, mail, logs and the exports of Signal and Telegram are not taken for WhatsApp."""
    assert not claims(text.encode(), "bestand.txt")


def test_an_export_of_threema_is_left_to_others() -> None:
    """Threema names its text messages.txt and writes no seconds."""
    text = b"[13-05-2024, 10:00] Noor: Hallo\n"
    assert (claims(text, "chat/messages.txt"), claims(text, "_chat.txt")) == (False, True)


@pytest.mark.parametrize(
    ("name", "path_name", "title"),
    [
        ("WhatsApp-chat met Nota (1).txt", "map", "Nota (1)"),
        ("WhatsApp Chat with Nota.txt", "map", "Nota"),
        ("WhatsApp Chat mit Nota.txt", "map", "Nota"),
        ("Discussion WhatsApp avec Nota.txt", "map", "Nota"),
        ("_chat.txt", "WhatsApp Chat - Nota.zip", "Nota"),
        ("map/_chat.txt", "Export van Noor", "Export van Noor"),
        ("gesprek.txt", "map", "gesprek"),
    ],
)
def test_the_conversation_has_the_name_the_export_gives(
    name: str, path_name: str, title: str
) -> None:
    """The title comes from the text's own name, else from what was handed in, unchanged."""
    (item,) = items(source(f"{DUTCH}a\n", name=name, path_name=path_name))
    assert item.title == title


# -- real exports ----------------------------------------------------------------------------------

_PHONES = {
    "Alice Wonderland": (68, 64, 1),
    "Bob Bobsen": (77, 69, 1),
    "Carol Christmas": (78, 69, 4),
    "Dave Davidson": (75, 63, 4),
}


@pytest.mark.parametrize("phone", _PHONES)
def test_one_group_from_four_phones_is_read_in_full(samples: Path, phone: str) -> None:
    """Every line of the four published exports of one group is an item, with its own time."""
    folder = samples / "chat/vws-one-group-four-phones" / phone
    given_source = source_in(next(folder.rglob("*.txt")))
    learned, found, findings = read(given_source)
    normal = [chat_normaliser(given_source, learned)(item) for item in found]
    count, said, _ = _PHONES[phone]
    assert (len(found), len(messages(found)), findings) == (count, said, [])
    first, last = 1_651_356_000_000, 1_651_528_800_000  # 1 and 2 May 2022 in Amsterdam
    assert all(each.sent_at is not None and first <= each.sent_at < last for each in normal)


@pytest.mark.parametrize("phone", _PHONES)
def test_a_real_repeat_stays_two_items(samples: Path, phone: str) -> None:
    """The same person sent "1" twice in one minute; both are kept, and pasted lines stay text."""
    folder = samples / "chat/vws-one-group-four-phones" / phone
    found = items(source_in(next(folder.rglob("*.txt"))))
    ones = [item.sender for item in found if item.text == "1"]
    assert sorted(ones.count(sender) for sender in set(ones)) == [1, 2]
    assert sum(item.text.count("\n[5/2, 16:0") for item in found) == 4


@pytest.mark.parametrize("phone", _PHONES)
def test_real_media_is_found_or_listed_as_missing(samples: Path, phone: str) -> None:
    """Every attachment is linked to its bytes or says why there are none."""
    folder = samples / "chat/vws-one-group-four-phones" / phone
    found = [
        each for item in items(source_in(next(folder.rglob("*.txt")))) for each in item.attachments
    ]
    expected_present = 1 if phone == "Bob Bobsen" else 4
    assert sum(each.member is not None for each in found) == expected_present
    assert {each.missing for each in found if each.member is None} <= {"not-exported"}


@pytest.mark.parametrize(
    ("name", "count", "order"),
    [
        ("_chat.txt", 21, "dmy"),
        ("_chat 2.txt", 4, "dmy"),
        ("_chat 3.txt", 11, ""),
        ("_chat 4.txt", 3, "mdy"),
    ],
)
def test_the_traps_of_chatistics_are_avoided(
    samples: Path, name: str, count: int, order: str
) -> None:
    """Pasted headers stay text, and the one file that cannot be decided becomes a question."""
    learned, found, _ = read(source_in(samples / "chat/chatistics-whatsapp" / name))
    assert (len(found), learned.date_order, bool(learned.questions)) == (count, order, not order)


_MINER = ["ddmmyy_24hrs", "mmddyy_24hrs", "[mmddyy]_24hrs", "mmddyyyy_12hrs", "yyyymmdd_24hrs"]


@pytest.mark.parametrize("name", _MINER)
def test_the_five_forms_of_chat_miner_say_the_same(samples: Path, name: str) -> None:
    """People, texts and times are those of the published answer; a line without one is reported."""
    folder = samples / "chat/chat-miner/whatsapp"
    target = json.loads((folder / "target.json").read_text("utf-8"))
    learned, found, findings = read(source_in(folder / f"test_{name}.txt"))
    wanted = [(each["author"], each["message"]) for each in reversed(target)]
    assert [(each.sender, " ".join(each.text.split())) for each in messages(found)] == wanted
    assert [finding.code for finding in findings] == ["W-W008"]
    assert learned.date_order == {"d": "dmy", "m": "mdy", "[": "mdy", "y": "ymd"}[name[0]]


def test_the_signal_export_of_chat_miner_is_not_claimed(samples: Path) -> None:
    """A Signal export that looks like an iPhone's chat is left alone."""
    head = (samples / "chat/chat-miner/signal/test_export.txt").read_bytes()
    assert not claims(head, "test_export.txt")


def test_numbers_and_findings_follow_the_items() -> None:
    """Items are numbered from the first number on, and a finding names its item."""
    given_source = source(f"{DUTCH}a\n13-05-2024 10:00 - iets nieuws\n", first_number=41)
    _, found, (finding,) = read(given_source)
    assert ([item.number for item in found], finding.item) == ([41, 42], 42)
    assert isinstance(finding, Finding)
    assert isinstance(found[0], Item)
