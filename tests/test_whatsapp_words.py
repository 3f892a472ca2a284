"""What WhatsApp itself writes into an exported chat is known by its words; the text stays."""

from __future__ import annotations

import pytest
from whatsapp import items, read, source

from archiver.model import Kind, Member
from archiver.normalise.chat import chat_normaliser

LRM = "\u200e"
DUTCH = "13-05-2024 10:00 - Noor van Zwieten: "


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
