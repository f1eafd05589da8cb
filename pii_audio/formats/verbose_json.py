"""OpenAI's `verbose_json`: text, duration, language by name; segments, words beside them, bare."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pii_audio.formats.timing import NAMES, Said, Segment, assemble, cleaned, language_of, number
from pii_audio.formats.whisper_json import segment, segments, word
from pii_audio.types import Transcript

__all__ = ["matches", "read", "write"]


def matches(data: Any) -> bool:
    """A text with a duration, or with words beside it."""
    if not isinstance(data, Mapping) or "text" not in data:
        return False
    return isinstance(data.get("words"), list) or (
        "duration" in data and isinstance(data.get("segments"), list)
    )


def read(data: Mapping[str, Any], recording_id: str) -> Transcript:
    """Raises FormatError where there is no text. The confidence of words is that of their segment."""
    text = cleaned(recording_id, data["text"])
    duration_s = number(data.get("duration")) or 0.0
    words = [word(w, "probability") for w in data.get("words") or [] if isinstance(w, Mapping)]
    segments = [segment(s, recording_id, confidence="probability") for s in data.get("segments") or []]
    if segments:
        segments = [_with_words(s, words) for s in segments]
    elif words:
        segments = [Segment(text, 0.0, duration_s, words)]
    language = language_of(data.get("language"), text)
    return assemble(recording_id, text, segments, language, duration_s=duration_s, model="openai")


def write(transcript: Transcript) -> dict[str, Any]:
    """Times to the millisecond; the format has no confidence of words."""
    names = {code: name for name, code in reversed(NAMES.items())}
    parts = list(segments(transcript, "probability"))
    return {
        "task": "transcribe",
        "language": names.get(transcript.language, transcript.language),
        "duration": round(transcript.duration_s, 3),
        "text": transcript.text,
        "segments": [
            {
                "id": number_of,
                "start": round(cue.begin_s, 3),
                "end": round(cue.end_s, 3),
                "text": transcript.text[cue.start : cue.end],
            }
            for number_of, (cue, _) in enumerate(parts)
        ],
        "words": [
            {"word": w["word"].strip(), "start": w["start"], "end": w["end"]} for _, own in parts for w in own
        ],
    }


def _with_words(item: Segment, words: list[Said]) -> Segment:
    """Words belong to the segment in which their middle lies."""
    own = [w for w in words if w.begin_s is not None and w.end_s is not None]
    inside = [w for w in own if item.begin_s <= ((w.begin_s or 0) + (w.end_s or 0)) / 2 < item.end_s]
    return replace(item, said=item.said or inside)
