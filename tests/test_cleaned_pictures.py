"""Pictures that another program made are given without what is not seen, and look the same."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, PngImagePlugin

from archiver.cases.cleaning import clean

SECRET = "VERBORGEN"


def points(data: bytes) -> bytes:
    """Give what a picture shows, point by point."""
    with Image.open(BytesIO(data)) as picture:
        return picture.tobytes()


def insist_clean(data: bytes) -> None:
    """Insist that the planted words were there, are gone, and that the picture is the same."""
    cleaned = clean(data)
    assert cleaned.problem == "" and cleaned.gone
    assert SECRET.encode() in data and SECRET.encode() not in cleaned.content
    assert points(cleaned.content) == points(data)
    again = clean(cleaned.content)
    assert (again.content, again.gone) == (cleaned.content, ())


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
@pytest.mark.parametrize("progressive", [False, True])
def test_a_jpeg_keeps_its_points_and_nothing_else(mode: str, progressive: bool) -> None:
    """Description, place, comment, colour profile and XMP go; no point of the picture changes."""
    tags = Image.Exif()
    tags[0x010E] = SECRET
    tags[0x8825] = {1: "N", 2: (52.0, 4.0, 3.0)}
    made = BytesIO()
    more: dict[str, Any] = {"comment": SECRET.encode(), "xmp": SECRET.encode()}
    Image.effect_noise((64, 48), 60).convert(mode).save(
        made, "JPEG", exif=tags, icc_profile=SECRET.encode() * 9, progressive=progressive, **more
    )
    insist_clean(made.getvalue())


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA"])
def test_a_png_keeps_its_points_and_nothing_else(mode: str) -> None:
    """Texts of every kind go; no point of the picture changes."""
    told = PngImagePlugin.PngInfo()
    told.add_text("Author", SECRET)
    told.add_itxt("Plaats", SECRET)
    told.add_text("Lang", SECRET * 99, zip=True)
    made = BytesIO()
    Image.effect_noise((64, 48), 60).convert("L").convert(mode).save(made, "PNG", pnginfo=told)
    insist_clean(made.getvalue())


def test_pictures_that_were_handed_in_look_the_same(samples: Path) -> None:
    """Every JPEG and PNG among the samples can be cleaned, and no point of it changes."""
    found = [path for suffix in ("jpg", "png") for path in samples.rglob(f"*.{suffix}")]
    assert found
    for path in found:
        data = path.read_bytes()
        cleaned = clean(data)
        assert cleaned.problem == "", path.name
        assert points(cleaned.content) == points(data), path.name
