"""With a real AnalyzerEngine, both ways."""

from __future__ import annotations

from pathlib import Path

import pytest
from presidio_analyzer import AnalyzerEngine
from presidio_analyzer.nlp_engine import SpacyNlpEngine

from pii_audio.bench import data
from pii_audio.errors import ConfigError
from pii_audio.recognizers.presidio import (
    PresidioRecognizer,
    as_entity_recognizers,
    batch_analyzer_find,
    default_analyzer_find,
)
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


def test_presidio_finds_alike_in_batches() -> None:
    said = ("My name is John Miller.", "", "I moved from Chicago to Boston on May 3.", "Mail ann@example.org")
    transcripts = [Transcript(f"rec-{i}", text, (), "en") for i, text in enumerate(said)]
    found = batch_analyzer_find(transcripts)
    assert found == default_analyzer_find(transcripts)
    assert [bool(own) for own in found] == [True, False, True, True]


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


@pytest.mark.parametrize("language", ["de", "en"])
def test_every_recognizer_of_ours_is_one_of_presidio(language: str) -> None:
    said = {
        "de": "Hier ist Jens Wiebe, Tischler bei der Stadtsparkasse Kiel, ich bin 43 Jahre alt, komme "
        "aus Flensburg, wohne Am Markt 3 in 24103 Kiel, meine Frau heißt Ann, 0171 2345678, "
        "jens punkt wiebe at web punkt de.",
        "en": "My name is Ann Miller, I am a nurse at Leeds General Hospital, 43 years old, my husband "
        "is Tom, I come from Boston, I live at 12 Mill Road, Leeds, call me on 0113 496 0277.",
    }[language]
    adapted = as_entity_recognizers(language)
    assert {"people", "addresses", "places", "partner", "work", "identifiers"} <= {
        recognizer.name.removeprefix("pii-audio ") for recognizer in adapted
    }
    for recognizer in adapted:
        assert recognizer.supported_language == language
        found = recognizer.recognizer.find([Transcript("text", said, (), language)])[0]
        results = recognizer.analyze(said, recognizer.supported_entities)
        assert found
        assert [(r.entity_type, r.start, r.end) for r in results] == [
            (f.entity_type, f.start, f.end) for f in found
        ]


@pytest.mark.parametrize("language", ["de", "en"])
def test_each_alone_finds_in_a_long_text_what_it_finds_in_clips(language: str) -> None:
    rows = data.read(str(Path(__file__).with_name(f"household-2-{language}.tsv"))).rows
    said = [row.transcript.text for row in rows if row.transcript.language == language]
    said *= -(-80_000 // sum(len(text) + 1 for text in said))
    whole = " ".join(said)
    found, covered = set[int](), set[int]()
    for recognizer in as_entity_recognizers(language):
        kinds, at, own = recognizer.supported_entities, 0, set[int]()
        results = recognizer.analyze(whole, kinds)
        assert len({(r.entity_type, r.start, r.end) for r in results}) == len(results)
        seen = {i for r in results for i in range(r.start, r.end)}
        for text in said:
            own |= {at + i for r in recognizer.analyze(text, kinds) for i in range(r.start, r.end)}
            at += len(text) + 1
        assert len(own - seen) <= 0.3 * len(own), f"{recognizer.name}: half to all of it, read as one"
        found, covered = found | own, covered | seen
    assert len(found - covered) <= 0.05 * len(found)


def test_presidio_is_told_who_found_what_and_why() -> None:
    (adapted,) = (r for r in as_entity_recognizers("en") if r.name == "pii-audio partner")
    (result,) = adapted.analyze("Call my wife, please.", ["PARTNER"])
    assert result.analysis_explanation.recognizer == "pii-audio partner"
    assert result.analysis_explanation.textual_explanation


def test_a_language_that_nobody_reads_is_refused() -> None:
    with pytest.raises(ConfigError, match="'fr'"):
        as_entity_recognizers("fr")
