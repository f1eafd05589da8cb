from __future__ import annotations

import pytest

from pii_audio.recognizers.stretches import said_again


@pytest.mark.parametrize(
    ("text", "language", "parts"),
    [
        ("Rosenweg acht, Moment, Rosenweg achtzehn", "de", ["Rosenweg acht", "Rosenweg achtzehn"]),
        ("eight rose lane sorry eighteen rose lane", "en", ["eight rose lane", "eighteen rose lane"]),
        ("Rosenweg acht, nee, achtzehn", "de", ["Rosenweg acht, nee, achtzehn"]),
        ("rosenweg acht moment", "de", ["rosenweg acht"]),
        ("Marktplatz 3, Frankfurt Oder", "de", ["Marktplatz 3, Frankfurt Oder"]),
        (
            "Rosenweg 8, nee, Rosenweg 18, ach nein, Rosenweg 80",
            "de",
            ["Rosenweg 8", "Rosenweg 18", "Rosenweg 80"],
        ),
    ],
)
def test_an_address_that_is_said_again_is_another(text: str, language: str, parts: list[str]) -> None:
    assert [text[a:b] for a, b in said_again(text, language)] == parts
