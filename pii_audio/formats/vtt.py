"""WebVTT subtitles. Resolution: a millisecond; a cue has times, its words share them."""

from __future__ import annotations

import html
import re

from pii_audio.formats.cues import cues, from_cues, parsed, timestamp
from pii_audio.types import Transcript

__all__ = ["matches", "read", "write"]

_MARKUP = re.compile(r"<[^<>]*>")  # the voice in <v Anna> is who speaks, not what is said


def matches(head: str) -> bool:
    return head.startswith("WEBVTT")


def read(text: str, recording_id: str) -> Transcript:
    """Tags, notes, styles and the names of voices are dropped. Without cues nothing was said."""
    found = [(b, e, html.unescape(_MARKUP.sub("", said))) for b, e, said in parsed(text)]
    return from_cues(recording_id, found, "vtt")


def write(transcript: Transcript) -> str:
    """`&`, `<` and `>` are escaped, so that players show <PERSON_1> and do not take it for markup."""
    blocks = ["WEBVTT"]
    for cue in cues(transcript):
        times = f"{timestamp(cue.begin_s, '.')} --> {timestamp(cue.end_s, '.')}"
        lines = [line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") for line in cue.lines]
        blocks.append("\n".join([times, *lines]))
    return "\n\n".join(blocks) + "\n"
