"""Names that are one name when spoken."""

from __future__ import annotations

import pytest

from pii_audio.redact.misheard import sounds_like


@pytest.mark.parametrize(
    ("a", "b"),
    [("Meier", "Maier"), ("Ostermann", "Ostermahn"), ("Hanna", "Hannah"), ("Friederike", "Friedericke")],
)
def test_misheard_variants_sound_alike(a: str, b: str) -> None:
    assert sounds_like(a, b)
    assert sounds_like(b, a)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Paul", "Paula"),
        ("Simon", "Simone"),
        ("Mario", "Maria"),
        ("Jan", "Jens"),
        ("Bochum", "Berlin"),
        ("12", "13"),
    ],
)
def test_different_names_do_not(a: str, b: str) -> None:
    assert not sounds_like(a, b)
