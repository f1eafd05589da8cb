"""Our own JSON, loss-free in both directions.

transcript.json: {"format": "pii-audio/transcript", "version": 1, "recording_id", "language", "duration_s",
    "model", "text", "words": [{"start", "end", "begin_s", "end_s", "confidence", "language"}],
    "speech": [[begin_s, end_s]] or null, "heard_in": [{"language", "likely": [[language, probability]]}]}
findings.json: {"format": "pii-audio/findings", "version": 1, "recording_id", "findings": [{"id",
    "recording_id", "entity_type", "start", "end", "score", "recognizer", "subject", "value", "text",
    "reason", "nested": [the same]}]}

start and end are characters [start, end) of the text; *_s are seconds. Fields are those of `pii_audio.types`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from pii_audio.types import Finding, HeardIn, Transcript, Word

__all__ = ["HEADER", "dump_findings", "dump_transcript", "load_findings", "load_transcript"]

VERSION = 1
HEADER = {"format": "pii-audio/transcript", "version": VERSION}


def dump_transcript(transcript: Transcript) -> dict[str, Any]:
    return {**HEADER, **asdict(transcript)}


def load_transcript(data: Mapping[str, Any]) -> Transcript:
    """Raises KeyError, TypeError or ValueError where `data` is not what `dump_transcript` gives."""
    fields = _fields(data, "pii-audio/transcript")
    words = tuple(Word(**word) for word in fields.pop("words"))
    speech = fields.pop("speech", None)
    spans = None if speech is None else tuple((float(begin_s), float(end_s)) for begin_s, end_s in speech)
    heard_in = tuple(
        HeardIn(own["language"], tuple((code, float(p)) for code, p in own["likely"]))
        for own in fields.pop("heard_in", ())
    )
    return Transcript(words=words, speech=spans, heard_in=heard_in, **fields)


def dump_findings(recording_id: str, findings: Sequence[Finding]) -> dict[str, Any]:
    rows = [asdict(finding) for finding in findings]
    return {
        "format": "pii-audio/findings",
        "version": VERSION,
        "recording_id": recording_id,
        "findings": rows,
    }


def load_findings(data: Mapping[str, Any]) -> list[Finding]:
    """Raises KeyError, TypeError or ValueError where `data` is not what `dump_findings` gives."""
    return [_finding(row) for row in _fields(data, "pii-audio/findings")["findings"]]


def _finding(row: Mapping[str, Any]) -> Finding:
    return Finding(**{**row, "nested": tuple(_finding(inner) for inner in row["nested"])})


def _fields(data: Mapping[str, Any], kind: str) -> dict[str, Any]:
    fields = dict(data)
    if (fields.pop("format"), fields.pop("version")) != (kind, VERSION):
        raise ValueError(f"not {kind} version {VERSION}")
    return fields
