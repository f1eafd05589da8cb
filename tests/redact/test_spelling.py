"""Names that are one name when spoken."""

from __future__ import annotations

import pytest

from pii_audio.redact.spelling import cologne, edit_distance, fold, sounds_like


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("Wikipedia", "3412"),
        ("Müller-Lüdenscheidt", "65752682"),  # the published example
        ("Breschnew", "17863"),
        ("Meier", "67"),
        ("Mayr", "67"),
        ("Philipp", "351"),
        ("Xaver", "4837"),
        ("Schmidt", "862"),
        ("Schmitt", "862"),
        ("", ""),
    ],
)
def test_kölner_phonetik_of_known_words(word: str, code: str) -> None:
    assert cologne(word) == code


@pytest.mark.parametrize(
    ("text", "folded"),
    [("ÖZDEMİR", "oezdemir"), ("René", "rene"), ("Mu\u0308ller", "mueller"), ("Groß", "gross")],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_edit_distance() -> None:
    assert [edit_distance("meier", b) for b in ("meier", "maier", "mayr", "meiers", "")] == [0, 1, 3, 1, 5]


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
