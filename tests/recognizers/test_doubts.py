"""What is nobody's: brands on a shopping list, roads, everyday words, people in general knowledge."""

from __future__ import annotations

import pytest

from pii_audio.recognizers.doubts import is_nobody
from pii_audio.recognizers.ensemble import Ensemble
from pii_audio.recognizers.tokens import read
from pii_audio.types import Finding, Transcript


def finding(text: str, said: str, kind: str, score: float = 0.6, recognizer: str = "tagger") -> Finding:
    start = text.index(said)
    return Finding(
        id="1",
        recording_id="rec-1",
        entity_type=kind,
        start=start,
        end=start + len(said),
        score=score,
        recognizer=recognizer,
        subject="other",
        value=None,
        text=said,
        reason="test",
    )


NOBODY = [
    ("de", "Setz Elfriede Soße auf die Einkaufsliste.", "Elfriede", "PERSON"),
    ("en", "Add Wilhelmina peppermints to the list.", "Wilhelmina", "PERSON"),
    ("de", "Gibt es Stau auf der A81?", "A81", "ADDRESS"),
    ("en", "Is the M6 clear?", "M6", "LICENSE_PLATE"),
    ("en", "The code is nine nine.", "nine nine", "LICENSE_PLATE"),
    ("de", "Morgen kommt Schnee.", "Schnee", "PERSON"),
    ("de", "Wer war Otto Hahnemann?", "Otto Hahnemann", "PERSON"),
]
SOMEBODY = [
    ("de", "Setz für Elfriede Milch auf die Einkaufsliste.", "Elfriede", "PERSON"),
    ("en", "Add milk for Wilhelmina to the list.", "Wilhelmina", "PERSON"),
    ("de", "Setz Henrys Brotdose auf die Liste.", "Henrys", "PERSON"),
    ("de", "Das Kennzeichen ist HH X 4821.", "HH X 4821", "LICENSE_PLATE"),
    ("de", "Morgen kommt Elfriede.", "Elfriede", "PERSON"),
    ("de", "Wer war bei Otto, hat mein Vater gefragt.", "Otto", "PERSON"),
]


@pytest.mark.parametrize(("language", "text", "said", "kind"), NOBODY)
def test_these_are_nobodys(language: str, text: str, said: str, kind: str) -> None:
    assert is_nobody(read(Transcript("rec-1", text, (), language)), finding(text, said, kind))


@pytest.mark.parametrize(("language", "text", "said", "kind"), SOMEBODY)
def test_these_may_be_somebodys(language: str, text: str, said: str, kind: str) -> None:
    assert not is_nobody(read(Transcript("rec-1", text, (), language)), finding(text, said, kind))


def test_the_tagger_is_believed_where_it_is_sure() -> None:
    text = "Morgen kommt Schnee."
    assert not is_nobody(
        read(Transcript("rec-1", text, (), "de")), finding(text, "Schnee", "PERSON", score=0.95)
    )


@pytest.mark.parametrize(
    ("language", "text", "wanted"),
    [
        ("de", "Torben, lass den Hund in Ruhe.", ["Torben"]),
        ("en", "Rosie, leave the dog alone.", ["Rosie"]),
        ("de", "Ein Zimmer auf den Namen Lindenthal.", ["Lindenthal"]),
        ("de", "Was treibt Tante Hiltrud eigentlich?", ["Tante Hiltrud"]),
        ("de", "Woher kommt der Nachname Schuster?", []),
        ("en", "Where does the surname Baker come from?", []),
        ("de", "Lies weiter aus Herr der Fliegen.", []),
    ],
)
def test_who_is_called_and_whose_name_is_only_asked_about(
    language: str, text: str, wanted: list[str]
) -> None:
    (own,) = Ensemble().find([Transcript("rec-1", text, (), language)])
    assert [f.text for f in own if f.entity_type == "PERSON"] == wanted
