"""Small exports of invented people, made in code."""

from __future__ import annotations

from pathlib import Path

PEOPLE = ("Anna Voorbeeld", "Bram Fictief")
PICTURE = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffd9")


def chat(folder: Path, name: str, days: range) -> Path:
    """Write a WhatsApp chat of Android with three messages for each day of March 2023."""
    path = folder / f"WhatsApp Chat with {name}.txt"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(_day(day) for day in days), "utf-8")
    return path


def chat_with_picture(folder: Path, name: str, days: range) -> Path:
    """Write a folder with such a chat and the picture that its last message speaks of."""
    path = chat(folder / "export", name, days)
    picture = "IMG-20230331-WA0001.jpg"
    with path.open("a", encoding="utf-8") as stream:
        stream.write(f"31-03-2023 18:00 - {PEOPLE[1]}: {picture} (file attached)\n")
    path.with_name(picture).write_bytes(PICTURE)
    return path.parent


def _day(day: int) -> str:
    first, second = PEOPLE
    return (
        f"{day:02}-03-2023 09:15 - {first}: Goedemorgen, de nota van dag {day} is klaar voor u\n"
        f"{day:02}-03-2023 09:16 - {second}: ok\n"
        f"{day:02}-03-2023 09:16 - {second}: ok\n"
    )
