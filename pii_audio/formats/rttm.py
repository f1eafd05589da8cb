"""NIST's rich transcription time marks, as diarization tools read them: which seconds are whose, or what.

Written only. Labels of other people's files ("SPEAKER_00") mean another person in every file, so they tell
nothing about who speaks in two recordings.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pii_audio.formats.cues import PAUSE_S
from pii_audio.types import Finding, Transcript

__all__ = ["write"]


def write(transcript: Transcript, findings: Sequence[Finding] = ()) -> str:
    """A line for each finding that has a time, labelled with its type; without findings, for each turn.

    A turn is speech without a pause of 0.7 s; who speaks is not known, so its label is "speech".
    """
    marks = _findings(transcript, findings) if findings else _turns(transcript)
    return "".join(
        f"SPEAKER {transcript.recording_id} 1 {begin_s:.3f} {max(0.0, end_s - begin_s):.3f} "
        f"<NA> <NA> {label} {score} <NA>\n"
        for begin_s, end_s, label, score in marks
    )


def _findings(transcript: Transcript, findings: Sequence[Finding]) -> Iterator[tuple[float, float, str, str]]:
    for finding in findings:
        if times := transcript.seconds(finding.start, finding.end):
            yield *times, finding.entity_type, f"{finding.score:.3f}"


def _turns(transcript: Transcript) -> Iterator[tuple[float, float, str, str]]:
    begin_s = end_s = None
    for word in transcript.words:
        if begin_s is not None and end_s is not None and word.begin_s - end_s > PAUSE_S:
            yield begin_s, end_s, "speech", "<NA>"
            begin_s = end_s = None
        begin_s = word.begin_s if begin_s is None else begin_s
        end_s = max(word.end_s, end_s or 0.0)
    if begin_s is not None and end_s is not None:
        yield begin_s, end_s, "speech", "<NA>"
