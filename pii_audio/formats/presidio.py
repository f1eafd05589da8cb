"""What Presidio's analyzer found, beside the text: its `RecognizerResult` as a dictionary, one a finding.

Read back as a transcript it is a text like any other.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pii_audio.types import Finding, Transcript

__all__ = ["write"]


def write(transcript: Transcript, findings: Sequence[Finding] = ()) -> dict[str, Any]:
    """`RecognizerResult.from_json` takes every result as it stands."""
    return {
        "id": transcript.recording_id,
        "language": transcript.language,
        "text": transcript.text,
        "analyzer_results": [_result(finding) for finding in findings],
    }


def _result(finding: Finding) -> dict[str, Any]:
    return {
        "entity_type": finding.entity_type,
        "start": finding.start,
        "end": finding.end,
        "score": round(finding.score, 4),
        "analysis_explanation": None,
        "recognition_metadata": {"recognizer_name": finding.recognizer},
    }
