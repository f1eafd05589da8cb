"""Label Studio: a task for each transcript, with the findings as predictions that a reviewer corrects.

Offsets are code points, as Label Studio has stored them since 1.5. The project needs the configuration that
`config` gives.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from pii_audio.formats import jsonl
from pii_audio.types import Finding, Transcript

__all__ = ["config", "matches", "read", "write"]


def matches(data: Any) -> bool:
    """A task over a text."""
    return isinstance(data, Mapping) and isinstance(data.get("data"), Mapping) and "text" in data["data"]


def read(data: Mapping[str, Any], recording_id: str) -> Transcript:
    """The text of a task. Raises FormatError where it has none."""
    return jsonl.read(data["data"], recording_id)


def write(transcript: Transcript, findings: Sequence[Finding] = ()) -> dict[str, Any]:
    """One task. Without findings it has no predictions."""
    task: dict[str, Any] = {"data": jsonl.write(transcript)}
    if findings:
        scores = [finding.score for finding in findings]
        result = [_region(transcript, finding) for finding in findings]
        model = "+".join(sorted({finding.recognizer for finding in findings}))
        task["predictions"] = [
            {"model_version": model, "score": round(sum(scores) / len(scores), 4), "result": result}
        ]
    return task


def config(findings: Iterable[Finding]) -> str:
    """The labelling configuration for a project: one label for each type that was found."""
    labels = sorted({finding.entity_type for finding in findings})
    lines = [f'    <Label value="{escape(label)}"/>' for label in labels]
    return "\n".join(
        [
            "<View>",
            '  <Labels name="label" toName="text">',
            *lines,
            "  </Labels>",
            '  <Text name="text" value="$text" granularity="word"/>',
            "</View>\n",
        ]
    )


def _region(transcript: Transcript, finding: Finding) -> dict[str, Any]:
    return {
        "id": finding.id,
        "from_name": "label",
        "to_name": "text",
        "type": "labels",
        "score": round(finding.score, 4),
        "value": {
            "start": finding.start,
            "end": finding.end,
            "text": transcript.text[finding.start : finding.end],
            "labels": [finding.entity_type],
        },
    }
