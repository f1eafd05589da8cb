"""The JSON that WhisperX writes: words in segments; what it cannot align, digits above all, has no times."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pii_audio.formats.timing import assemble, language_of
from pii_audio.formats.whisper_json import segment, segments
from pii_audio.types import Transcript

__all__ = ["matches", "read", "write"]


def matches(data: Any) -> bool:
    """Segments without a text over all of them; `word_segments` where it aligned."""
    return isinstance(data, Mapping) and isinstance(data.get("segments"), list) and "text" not in data


def read(data: Mapping[str, Any], recording_id: str) -> Transcript:
    """Raises FormatError where a segment has no text."""
    segments = [segment(item, recording_id, confidence="score") for item in data["segments"]]
    text = " ".join(item.text for item in segments)
    language = language_of(data.get("language"), text)
    return assemble(recording_id, text, segments, language, duration_s=0.0, model="whisperx")


def write(transcript: Transcript) -> dict[str, Any]:
    """Times to the millisecond; without word times there is nothing to write."""
    found: list[dict[str, Any]] = []
    for cue, words in segments(transcript, "score"):
        said = [{**word, "word": word["word"].strip()} for word in words]
        times = {"start": round(cue.begin_s, 3), "end": round(cue.end_s, 3)}
        found.append({**times, "text": " " + transcript.text[cue.start : cue.end], "words": said})
    every = [word for item in found for word in item["words"]]
    return {"segments": found, "word_segments": every, "language": transcript.language}
