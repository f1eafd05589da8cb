"""Transcripts that are no JSON: subtitles, openai-whisper's table, NIST's word list, Parquet tables.

What a file is shows in its first characters, whatever it is called.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pii_audio.errors import FormatError
from pii_audio.formats import ctm, srt, tsv, vtt
from pii_audio.sources.audio_file import failure, transcript_recording
from pii_audio.sources.json_file import table_recordings
from pii_audio.types import Failure, Recording

__all__ = ["TEXT_SUFFIXES", "looks_like_transcript", "text_recordings"]

TEXT_SUFFIXES = frozenset({".srt", ".vtt", ".tsv", ".ctm", ".parquet"})
_FORMS = (vtt, srt, tsv)
_HEAD = 4096  # bytes that tell what a file is


def looks_like_transcript(path: Path) -> bool:
    """Whether the file is one of ours, by its first characters. Raises OSError where it cannot be read."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    text = _decoded(head)
    return head.startswith(b"PAR1") or ctm.matches(text) or any(form.matches(text) for form in _FORMS)


def text_recordings(path: Path) -> Iterator[Recording | Failure]:
    """The recordings of one file: one of subtitles, as many as a word list or a table names."""
    try:
        data = path.read_bytes()
    except OSError:
        yield failure(path, "the file may not be read", "grant read permission")
        return
    if data.startswith(b"PAR1"):
        yield from table_recordings(path)
        return
    text = _decoded(data)
    form = next((form for form in _FORMS if form.matches(text[:_HEAD])), None)
    try:
        if form:
            yield transcript_recording(path, form.read(text, "transcript"), None, None)
        elif ctm.matches(text[:_HEAD]):
            for name, transcript in ctm.read_all(text, "transcript"):
                yield transcript_recording(path, transcript, name, None)
        else:
            yield failure(path, "not the form its name says", "write SRT, WebVTT, CTM or Whisper's table")
    except FormatError as error:
        yield failure(path, error.what, error.todo)


def _decoded(data: bytes) -> str:
    """UTF-8, UTF-16 with a mark, or what Windows wrote when subtitles were young."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        cut = len(data) == _HEAD and error.start > len(data) - 4  # in the middle of a character
        return data.decode("utf-8-sig" if cut else "cp1252", "replace")
