"""With a real AnalyzerEngine, both ways."""

from __future__ import annotations

import pytest
from presidio_analyzer import AnalyzerEngine
from presidio_analyzer.nlp_engine import SpacyNlpEngine

from pii_audio.recognizers.presidio import PresidioRecognizer, as_entity_recognizers
from pii_audio.types import Transcript


def found(text: str, language: str) -> list[tuple[str, str]]:
    (own,) = PresidioRecognizer().find([Transcript("rec-1", text, (), language)])
    return [(f.entity_type, f.text) for f in own]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("de", "Meine Steuer-ID ist 47036892816.", [("TAX_ID", "47036892816")]),
        ("de", "Meine Sozialversicherungsnummer ist 15070649C103.", [("DE_SOCIAL_SECURITY", "15070649C103")]),
        ("en", "It is 192.168.178.1 here.", [("IP_ADDRESS", "192.168.178.1")]),
        ("de", "Das war am 3. März 2014 um 12 Uhr 30.", []),
        ("de", "Das ist DE 89 von 100.", []),
        ("en", "The order number is 212-555-0199.", []),
    ],
)
def test_patterns_are_kept_and_guesses_dropped(
    language: str, text: str, expected: list[tuple[str, str]]
) -> None:
    assert found(text, language) == expected


def test_ours_work_inside_presidio() -> None:
    import spacy

    engine = SpacyNlpEngine()
    engine.nlp = {"de": spacy.blank("de")}
    analyzer = AnalyzerEngine(nlp_engine=engine, supported_languages=["de"])
    for recognizer in as_entity_recognizers("de"):
        analyzer.registry.add_recognizer(recognizer)
    text = "Ruf bitte meine Frau Swantje an."
    results = analyzer.analyze(text, language="de", entities=["PERSON", "PARTNER"])
    assert {(r.entity_type, text[r.start : r.end]) for r in results} == {
        ("PARTNER", "meine Frau"),
        ("PERSON", "Swantje"),
    }
