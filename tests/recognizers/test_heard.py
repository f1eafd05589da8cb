"""What Whisper base makes of names, towns, addresses and account numbers is recognized all the same."""

from __future__ import annotations

import pytest

from pii_audio.recognizers.ensemble import Ensemble
from pii_audio.recognizers.heard import glued_place, sounds_like
from pii_audio.types import Transcript


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("de", "Die Betra hat angerufen.", [("PERSON", "Betra")]),
        ("de", "Meine Kusine Waldraut kommt morgen.", [("PERSON", "Waldraut")]),
        ("de", "Ich komme aus Räutlingen.", [("LOCATION", "Räutlingen")]),
        ("de", "Wie wird das Wetter in Bad Neuen Ahr?", [("LOCATION", "Bad Neuen Ahr")]),
        ("de", "Wie ist das Wetter Inwuppertal?", [("LOCATION", "Inwuppertal")]),
        ("de", "Meine Nachbarn wohnen im Birkengrund 6 in 35.00037 Marburg.",
         [("ADDRESS", "im Birkengrund 6 in 35.00037 Marburg")]),
        ("de", "Meine Postleid Zahl ist 691-7 Heidelberg.", [("ADDRESS", "691-7 Heidelberg")]),
        ("de", "Wir wohnen im Erlenweg viel.", [("ADDRESS", "Erlenweg viel")]),
        ("de", "Ich wohne Schiller Platz 12.", [("ADDRESS", "Schiller Platz 12")]),
        ("de", "Das Konto ist die E12 5001 0517 0648 4898 90.",
         [("IBAN_CODE", "die E12 5001 0517 0648 4898 90")]),
        ("de", "Mein Name ist Zilla Verhuba.", [("PERSON", "Zilla Verhuba")]),
        ("en", "How far is it to Bakers Field?", [("LOCATION", "Bakers Field")]),
        ("en", "It's spelled B as in Bravo, L-O-O-M.", [("PERSON", "B as in Bravo, L-O-O-M")]),
        ("en", "The name is H4 Hotel, A4Alpha, L4Lima.", [("PERSON", "H4 Hotel, A4Alpha, L4Lima")]),
        ("en", "My zip code is 787-04.", [("ADDRESS", "787-04")]),
        ("en", "Take me to 1,478 Milton Pike, Austin, Texas, 78,704.",
         [("ADDRESS", "1,478 Milton Pike, Austin, Texas, 78,704")]),
    ],
)  # fmt: skip
def test_misheard_and_still_found(language: str, text: str, expected: list[tuple[str, str]]) -> None:
    (own,) = Ensemble().find([Transcript("rec-1", text, (), language)])
    assert [(f.entity_type, f.text) for f in own] == expected


@pytest.mark.parametrize(
    "text",
    [
        "Auf dem ersten Platz 2 Punkte mehr.",
        "Das macht 35.000 Euro im Jahr.",
        "Er kam in 14.50 Minuten an.",
        "Im Inland kostet das nichts.",
        "Die Rose blüht im Garten viel.",
        "Die E10 kostet 1,799 Euro.",
    ],
)
def test_what_only_looks_so_is_left(text: str) -> None:
    (own,) = Ensemble().find([Transcript("rec-1", text, (), "de")])
    assert own == []


def test_a_name_is_near_only_when_it_sounds_the_same_and_is_common() -> None:
    assert sounds_like("schwenja", "de", "first") > 3
    assert sounds_like("tisch", "de", "first") == 0
    assert sounds_like("räutlingen", "de", "places") > 4
    assert glued_place("inland", "de") == 0


def test_a_state_said_behind_a_town_belongs_to_it() -> None:
    (own,) = Ensemble().find([Transcript("rec-1", "wie wird das wetter in passau bayern", (), "de")])
    assert [f.text for f in own] == ["passau bayern"]
