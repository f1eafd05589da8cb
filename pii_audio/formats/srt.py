"""SubRip subtitles. Resolution: a millisecond; a cue has times, its words share them."""

from __future__ import annotations

import re

from pii_audio.errors import FormatError
from pii_audio.formats.cues import cues, from_cues, parsed, timestamp
from pii_audio.types import Transcript

__all__ = ["matches", "read", "write"]

_MARKUP = re.compile(r"</?(?:b|i|u|s|font)\b[^<>]*>|\{\\[^{}]*\}", re.IGNORECASE)


def matches(head: str) -> bool:
    """A cue in the first lines, and not the header of WebVTT."""
    return not head.startswith("WEBVTT") and bool(re.search(r"(?m)^[\d:]+,\d{1,3}[ \t]*-->", head))


def read(text: str, recording_id: str) -> Transcript:
    """Raises FormatError where there is no cue. Fonts and places on the screen are dropped."""
    found = [(begin_s, end_s, _MARKUP.sub("", said)) for begin_s, end_s, said in parsed(text)]
    if not found:
        raise FormatError(recording_id, "the subtitles hold no cue", "write it again or remove it")
    return from_cues(recording_id, found, "srt")


def write(transcript: Transcript) -> str:
    """The format has no escapes; only an arrow in the text would break it."""
    blocks = []
    for number, cue in enumerate(cues(transcript), start=1):
        times = f"{timestamp(cue.begin_s, ',')} --> {timestamp(cue.end_s, ',')}"
        lines = [line.replace("-->", "->") for line in cue.lines]
        blocks.append("\n".join([str(number), times, *lines]))
    return "\n\n".join(blocks) + "\n" if blocks else ""
