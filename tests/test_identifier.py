"""A label in an export becomes a typed identifier, and never more than it says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.normalise.identifier import identify


@pytest.mark.parametrize(
    ("label", "identifier"),
    [
        ("+31 6 10203040", "e164:+31610203040"),
        ("\u202a+31\u00a06\u00a010203040\u202c", "e164:+31610203040"),
        ("\u202a+31\u00a06 10203040\u202c", "e164:+31610203040"),
        ("06-10203040", "e164:+31610203040"),
        ("0610203040", "e164:+31610203040"),
        ("+1 (202) 555-0147", "e164:+12025550147"),
        ("+12 345 578", "name:+12 345 578"),
        ("Noor van Zwieten", "name:noor van zwieten"),
        (" noor  VAN\u00a0Zwieten\u200e", "name:noor van zwieten"),
        ("~\u202fWouter", "name:~wouter"),
        ("~Wouter", "name:~wouter"),
        ("Noor.Zwieten@Voorbeeld.NL", "mail:noor.zwieten@voorbeeld.nl"),
        ("Noor @ VWS", "name:noor @ vws"),
        ("2e Kamer", "name:2e kamer"),
        ("112", "name:112"),
        ("", ""),
        ("\u200e ", ""),
    ],
)
def test_a_label_is_typed(label: str, identifier: str) -> None:
    """Numbers, addresses and names are told apart, whatever invisible marks stand in them."""
    assert identify(label) == identifier


@given(st.text(max_size=40))
def test_every_label_has_a_type_or_is_empty(label: str) -> None:
    """An identifier always has a type, and marks of direction around a label change nothing."""
    identifier = identify(label)
    assert identifier == "" or identifier.split(":")[0] in ("e164", "mail", "name")
    assert identify(f"\u202a{label}\u202c") == identifier
