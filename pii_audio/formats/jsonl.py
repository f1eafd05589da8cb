"""One transcript a line: {"id", "language", "text"}. It has no times, so its words are ()."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pii_audio.formats.timing import cleaned, language_of, number
from pii_audio.types import Transcript

__all__ = ["matches", "read", "write"]


def matches(data: Any) -> bool:
    """A text that is not the reference of some audio file."""
    return isinstance(data, Mapping) and "text" in data and "audio_filepath" not in data


def read(data: Mapping[str, Any], recording_id: str) -> Transcript:
    """Raises FormatError where "text" is missing or no string. Without a language, the words decide."""
    text = cleaned(recording_id, data.get("text"))
    language = language_of(data.get("language", data.get("lang")), text)
    return Transcript(recording_id, text, (), language, number(data.get("duration")) or 0.0, "text")


def write(transcript: Transcript) -> dict[str, Any]:
    """The object for one line."""
    return {
        "id": transcript.recording_id,
        "language": transcript.language,
        "duration": round(transcript.duration_s, 3),
        "text": transcript.text,
    }
