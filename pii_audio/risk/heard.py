"""How sure it is that words were heard right, from what the transcription says of each word.

Transcripts without confidences, those of others and written text, are taken at their word.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from pii_audio.types import Finding, Transcript

__all__ = ["chance", "heard_right"]

BASE, SLOPE = 0.0, 0.9  # log-odds that a name is heard right at confidence 0.5; for one of the confidence's;
# measured on Whisper base: benchmarks/risk_fit.py


def heard_right(
    transcripts: Iterable[Transcript], findings: Iterable[Sequence[Finding]]
) -> Mapping[str, float]:
    """Finding id -> chance that its words were heard right, 0 to 1; for recordings with confidences only."""
    known = {t.recording_id: t for t in transcripts if t.words}
    sure = {}
    for finding in (f for own in findings for f in own if f.recording_id in known):
        if words := known[finding.recording_id].over(finding.start, finding.end):
            sure[finding.id] = chance(min(w.confidence for w in words))
    return sure


def chance(confidence: float) -> float:
    """That a name is heard right whose least sure word has this confidence."""
    bounded = min(max(confidence, 0.01), 0.99)
    return 1 / (1 + math.exp(-BASE - SLOPE * math.log(bounded / (1 - bounded))))
