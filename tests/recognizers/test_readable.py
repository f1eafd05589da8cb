"""Signs that nobody sees part no names, and an umlaut in two characters is one."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from pii_audio.bench import data
from pii_audio.plain import Plain
from pii_audio.recognizers.ensemble import Ensemble
from pii_audio.recognizers.presidio import as_entity_recognizers
from pii_audio.types import Finding, Transcript

HERE = Path(__file__).parent


def parted(sign: str) -> Callable[[str], str]:
    """With the sign behind the second letter of every word."""
    return lambda text: " ".join(
        word[:2] + sign + word[2:] if len(word) > 3 else word for word in text.split(" ")
    )


WAYS = {
    "decomposed": lambda text: unicodedata.normalize("NFD", text),
    **{unicodedata.name(sign): parted(sign) for sign in "\u200b\u200c\u200d\u2060\ufeff\u00ad"},
    "full width digits": lambda text: text.translate({ord("0") + n: 0xFF10 + n for n in range(10)}),
}


def seen(transcript: Transcript, found: list[Finding]) -> list[tuple[str, str]]:
    assert all(f.text == transcript.text[f.start : f.end] for f in found)
    return [(f.entity_type, Plain.of(f.text).text) for f in found]


@pytest.mark.parametrize("way", WAYS)
def test_what_is_written_otherwise_is_found_alike(way: str) -> None:
    rows = [row.transcript for row in data.read(str(HERE / "household-2-de.tsv")).rows][:80]
    other = [Transcript(t.recording_id, WAYS[way](t.text), (), t.language) for t in rows]
    assert any(a.text != b.text for a, b in zip(rows, other, strict=True))
    ensemble = Ensemble()
    for a, b, found, again in zip(rows, other, ensemble.find(rows), ensemble.find(other), strict=True):
        assert seen(b, again) == seen(a, found)
        assert [f.value or f.text for f in again] == [f.value or f.text for f in found]
        for f in again:  # no letter of a word is left outside
            assert not (b.text[f.end : f.end + 1].isalpha() and b.text[f.end - 1 : f.end].isalpha())


def test_presidio_gets_the_whole_word() -> None:
    said = "Ruf bitte meine Frau Swant\u200bje Mu\u0308ller an."
    for recognizer in as_entity_recognizers("de"):
        if recognizer.name == "pii-audio people":
            (result,) = recognizer.analyze(said, ["PERSON"])
            assert said[result.start : result.end] == "Swant\u200bje Mu\u0308ller"
