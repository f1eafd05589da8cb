"""The JSON that openai-whisper writes: text, segments, and words in them where they were asked for."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from pii_audio.formats.timing import Said, Segment, assemble, cleaned, language_of, number
from pii_audio.types import Transcript

__all__ = ["matches", "read", "segment", "word"]


def matches(data: Any) -> bool:
    """Text and segments, as `whisper --output_format json` writes them."""
    return isinstance(data, Mapping) and isinstance(data.get("segments"), list) and "text" in data


def read(data: Mapping[str, Any], recording_id: str) -> Transcript:
    """Raises FormatError where a segment has no text. A text without segments comes without words."""
    segments = [segment(item, recording_id, confidence="probability") for item in data["segments"]]
    text = cleaned(recording_id, data["text"])
    language = language_of(data.get("language"), text)
    duration_s = number(data.get("duration")) or 0.0
    return assemble(recording_id, text, segments, language, duration_s=duration_s, model="openai-whisper")


def segment(item: Any, recording_id: str, *, confidence: str) -> Segment:
    """One segment; `confidence` is the key under which its words have theirs."""
    item = item if isinstance(item, Mapping) else {}
    begin_s = number(item.get("start")) or 0.0
    end_s = max(begin_s, number(item.get("end")) or 0.0)
    mean = item.get("avg_logprob")  # never positive
    sure = math.exp(min(0.0, mean)) if isinstance(mean, float) and mean == mean else 0.5
    words = item.get("words") if isinstance(item.get("words"), list) else []
    said = [word(w, confidence) for w in words or [] if isinstance(w, Mapping)]
    return Segment(cleaned(recording_id, item.get("text")), begin_s, end_s, said, sure)


def word(item: Mapping[str, Any], confidence: str) -> Said:
    text = item.get("word")
    text = text if isinstance(text, str) else ""
    return Said(text, number(item.get("start")), number(item.get("end")), number(item.get(confidence)))
