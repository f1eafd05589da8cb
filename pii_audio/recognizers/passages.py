"""A long transcript in passages: recognizers read what was said together, and an hour is not one sentence.

Passages overlap by a sentence or more, so that what stands at an edge of one stands within another.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from pii_audio.types import Finding, Transcript, finding_id

__all__ = ["Passage", "passages"]

LONGEST = 500  # characters of a passage, about half a minute of speech
SHARED = 120  # characters that two passages share, about
_END = re.compile(r"(?<=[.?!])\s+")
_GAP = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Passage:
    transcript: Transcript  # without words: what is read is text
    begin: int  # characters of the whole in front of it

    def whole(self, finding: Finding) -> Finding:
        """A finding in the passage as one of the whole transcript."""
        if not self.begin:
            return finding
        start, end = finding.start + self.begin, finding.end + self.begin
        name = finding_id(finding.recording_id, start, end, finding.entity_type)
        return replace(finding, id=name, start=start, end=end)


def passages(transcript: Transcript) -> Iterator[Passage]:
    """All of it, of at most LONGEST characters each, from sentence to sentence, or from word to word."""
    text, begin = transcript.text, 0
    while len(text) - begin > LONGEST:
        end = _last(text, begin + LONGEST // 2, begin + LONGEST) or begin + LONGEST
        yield Passage(replace(transcript, text=text[begin:end], words=()), begin)
        begin = _last(text, max(begin + 1, end - 2 * SHARED), end - SHARED) or end
    if begin:
        yield Passage(replace(transcript, text=text[begin:], words=()), begin)
    else:
        yield Passage(transcript, 0)


def _last(text: str, first: int, last: int) -> int | None:
    """Where the last sentence begins between these characters, or the last word."""
    for pattern in (_END, _GAP):
        if places := [match.end() for match in pattern.finditer(text, first, last)]:
            return places[-1]
    return None
