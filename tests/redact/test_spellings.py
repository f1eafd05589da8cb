"""Which words of a text are a removed value, and which only have its letters."""

from __future__ import annotations

import re

import pytest

from pii_audio import pipeline
from pii_audio.config import Config
from pii_audio.recognizers.everyday import everyday
from pii_audio.redact.contents import readable
from pii_audio.redact.spellings import Spellings
from pii_audio.redact.text import Redaction
from pii_audio.redact.verify import Suspect
from pii_audio.types import Finding, Transcript


def finding(text: str, entity_type: str = "PERSON", recording: str = "rec-1", value: str = "") -> Finding:
    return Finding(
        f"{recording}-0", recording, entity_type, 0, len(text), 0.9, "test", text=text, value=value or None
    )


def spellings(*findings: Finding, left: tuple[Finding, ...] = ()) -> Spellings:
    return Spellings(findings, everyday(), left)


GONE = spellings(
    finding("Janus"),
    finding("Jason"),
    finding("Delgado"),
    finding("mein Mann", "PARTNER"),
    finding("4. März 1940", "DATE_OF_BIRTH", value="4.1940"),
)


@pytest.mark.parametrize(
    "text",
    ["<i>Janus</i>", "wie Janus.", "RoseDelgado", "x=Janus;", "mein Mann,", "an_Janus_1", "JanusAnruf"],
)
def test_a_value_is_found_in_text_as_a_word(text: str) -> None:
    assert list(GONE.verbatim(text))


@pytest.mark.parametrize(
    "text",
    [
        "Lasst die Janusihalprunter.",
        "meine Mann",
        "mein Mannequin",
        "rec-419404f41940",
        "confidence: 0.41940",
        "f41940",
        "1419404",
    ],
)
def test_letters_within_a_word_and_digits_within_a_number_are_no_value(text: str) -> None:
    assert list(GONE.verbatim(text)) == []


def test_what_bytes_are_text() -> None:
    assert readable(b"Ruf an\r\n\t") == "Ruf an\r\n\t"
    assert readable("Ruf Jürgen an".encode("utf-16")) == "Ruf Jürgen an"
    assert readable("Ruf Jürgen an".encode("utf-16-le")) is None
    assert readable("Jürgen".encode("latin-1")) is None
    assert readable(b"\xff\xd8\xff\xe1Exif\x00\x00") is None


def test_what_is_not_speech_sounds_like_nobody() -> None:
    """ "json" in release.json and in every file name is no Jason; in what somebody said it may be one."""
    suspect = Suspect(GONE, lambda text, language: text)
    assert suspect.hits("rec json", "", "de", said=False) == ()
    assert [hit.how for hit in suspect.hits("Ruf json an", "", "de")] == ["sounds alike"]
    assert [hit.how for hit in suspect.hits("anruf jason json", "", "de", said=False)] == ["written"]


def test_a_hash_is_no_number_even_where_dictated_digits_are_written_out() -> None:
    gone = spellings(finding("4. März 1940", "DATE_OF_BIRTH", value="04.03.1940"))
    sha = "0" * 28 + "04031940" + "0" * 28
    suspect = Suspect(gone, lambda text, language: text.replace("neun", "9"))
    assert suspect.hits(f"{sha} neun", "", "de") == ()
    assert suspect.hits("04 03 1940", "", "de")


def test_a_release_does_not_hold_what_would_fail_it() -> None:
    """A name or town of the set that a clip has misheard, or where no recognizer believes it, goes too."""
    lines = ["Wie wird das Wetter in Paderborn?", "gibt es staurent um Paterborn?", "beim Paterborn."]
    transcripts = [Transcript(f"rec-{n}", line, (), "de") for n, line in enumerate(lines)]
    found = [[_of(transcripts[0], "Paderborn", "LOCATION")], [], []]
    results = pipeline.redact(transcripts, found, Config())
    said = [result.transcript.text for result in results if isinstance(result, Redaction)]
    assert said[1] == "gibt es staurent um <LOCATION_1>?"
    assert said[2] == lines[2], "behind an article it is a noun"
    gone = Spellings(found[0], everyday())
    assert [list(gone.find(text, f"rec-{n}")) for n, text in enumerate(said)] == [[], [], []]


def test_what_stays_on_purpose_is_looked_for_nowhere() -> None:
    lines = ["Wie wird das Wetter in Paderborn?", "Gibt es Stau um Paterborn?"]
    transcripts = [Transcript(f"rec-{n}", line, (), "de") for n, line in enumerate(lines)]
    town, misheard = (
        _of(t, w, "LOCATION") for t, w in zip(transcripts, ("Paderborn", "Paterborn"), strict=True)
    )
    redacted = pipeline.redact(transcripts, [[town], []], Config(), left=[misheard])
    assert [r.transcript.text for r in redacted if isinstance(r, Redaction)][1] == lines[1]
    keeps = Config.parse({"redact": {"per_entity": {"LOCATION": "keep"}}})
    kept = pipeline.redact(transcripts, [[town], []], keeps)
    assert [r.transcript.text for r in kept if isinstance(r, Redaction)] == lines


def _of(transcript: Transcript, word: str, entity_type: str) -> Finding:
    match = re.search(word, transcript.text)
    assert match
    return Finding(
        f"{transcript.recording_id}-{match.start()}",
        transcript.recording_id,
        entity_type,
        *match.span(),
        0.9,
        "test",
        text=word,
    )
