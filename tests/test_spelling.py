"""Letters and sounds."""

from __future__ import annotations

import pytest

from pii_audio.spelling import cologne, distance, fold, name_key


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


def test_distance() -> None:
    assert [distance("meier", b) for b in ("meier", "maier", "mayr", "meiers", "")] == [0, 1, 3, 1, 5]


def test_a_name_key_has_no_punctuation() -> None:
    assert name_key(" Doña Müller-Straße! ") == "dona mueller strasse"
