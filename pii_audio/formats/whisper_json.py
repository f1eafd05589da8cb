"""The JSON that openai-whisper writes: text, segments, and words in them where they were asked for.

Written without its token ids, which say the words again.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from pii_audio.formats.cues import Cue, cues
from pii_audio.formats.timing import Said, Segment, assemble, cleaned, language_of, number, pieces
from pii_audio.types import Transcript

__all__ = ["matches", "read", "segment", "segments", "word", "write"]


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


def write(transcript: Transcript) -> dict[str, Any]:
    """Segments are the cues of subtitles; times to the millisecond."""
    found = [
        {"id": number_of, **_segment(transcript, cue, words), "words": words}
        for number_of, (cue, words) in enumerate(segments(transcript, "probability"))
    ]
    return {"text": transcript.text, "segments": found, "language": transcript.language}


def segments(transcript: Transcript, confidence: str) -> Iterator[tuple[Cue, list[dict[str, Any]]]]:
    """Every cue with its words: {"word", "start", "end", <confidence>}, a blank where one stands in front."""
    text, held = transcript.text, list(pieces(transcript))
    at = 0
    for cue in cues(transcript):
        words = []
        while at < len(held) and held[at][0] < cue.end:
            start, end, said = held[at]
            blank = " " if start == cue.start or text[start - 1].isspace() else ""
            times = {"start": round(said.begin_s, 3), "end": round(said.end_s, 3)}
            words.append({"word": blank + text[start:end], **times, confidence: round(said.confidence, 4)})
            at += 1
        yield cue, words


def _segment(transcript: Transcript, cue: Cue, words: list[dict[str, Any]]) -> dict[str, Any]:
    logs = [math.log(max(1e-4, word["probability"])) for word in words]
    return {
        "start": round(cue.begin_s, 3),
        "end": round(cue.end_s, 3),
        "text": " " + transcript.text[cue.start : cue.end],
        "avg_logprob": round(sum(logs) / max(1, len(logs)), 4),
    }


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
