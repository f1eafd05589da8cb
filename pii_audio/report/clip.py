"""What one clip says, for the page: its text with the findings marked, and when they are spoken.

Knows a transcript and its findings, nothing of risk.
"""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from pii_audio.report.words import Words
from pii_audio.types import Finding, Transcript

__all__ = ["marked", "spoken_at"]

TIMES = 3  # places in a clip that are named by their seconds
EXCERPT = 600  # characters of a transcript


def spoken_at(transcript: Transcript, findings: Sequence[Finding], words: Words) -> str:
    """Seconds of the recording in which they are said, the first few; "" where words have no times."""
    own = [transcript.seconds(f.start, f.end) for f in findings]
    spans = [span for span in own if span][:TIMES]
    written = ", ".join(f"{words.number(a, 1)}–{words.number(b, 1)}" for a, b in spans)
    return words("seconds", n=written) if written else ""


def marked(transcript: Transcript, findings: Sequence[Finding], words: Words) -> Markup:
    """The transcript with its findings marked; a long one from a little before the first on."""
    text, parts, at = transcript.text, [], 0
    if not text.strip():
        return Markup("<em>{}</em>").format(words("no_speech"))
    ordered = sorted(findings, key=lambda f: (f.start, -f.end))
    if len(text) > EXCERPT and ordered:
        at = max(0, text.rfind(" ", 0, max(1, ordered[0].start - 80)))
    begin, end = at, min(len(text), at + EXCERPT)
    for finding in ordered:
        if finding.start < at or finding.end > end:
            continue
        said, name = text[finding.start : finding.end], words.name(finding.entity_type)
        parts += [Markup("{}<mark>{}<span> {}</span></mark>").format(text[at : finding.start], said, name)]
        at = finding.end
    before, after = "… " if begin else "", " …" if end < len(text) else ""
    return Markup("{}{}{}{}").format(before, Markup("").join(parts), text[at:end], after)
