"""NIST's time-marked conversation: a word a line, "recording channel begin duration word confidence".

One file may hold many recordings. Comments begin with two semicolons. Resolution: a millisecond.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from pii_audio.errors import FormatError
from pii_audio.formats.timing import Said, Segment, assemble, language_of, number, pieces
from pii_audio.types import Transcript

__all__ = ["matches", "read_all", "write"]


def matches(head: str) -> bool:
    """The first line that is no comment has five or six columns, two of them seconds."""
    line = next(_lines(head), [])
    return len(line) in (5, 6) and _number(line[2]) is not None and _number(line[3]) is not None


def read_all(text: str, recording_id: str) -> Iterator[tuple[str, Transcript]]:
    """(recording and channel as the file names them, transcript), in the order of the file.

    Raises FormatError for a line that is no timed word. Marks of alternatives (`<ALT>`) are passed over.
    """
    said: dict[str, list[Said]] = defaultdict(list)
    for line in _lines(text):
        if len(line) >= 3 and line[2] == "*":
            continue
        begin_s, duration_s = (_number(part) for part in line[2:4]) if len(line) >= 5 else (None, None)
        if begin_s is None or duration_s is None:
            raise FormatError(recording_id, "a line that is no timed word", "write it again")
        sure = _number(line[5]) if len(line) > 5 else None
        said[f"{line[0]} {line[1]}"].append(Said(line[4], begin_s, begin_s + duration_s, sure))
    for name, words in said.items():
        words.sort(key=lambda word: word.begin_s or 0.0)
        text = " ".join(word.text for word in words)
        segment = Segment(text, words[0].begin_s or 0.0, max(word.end_s or 0.0 for word in words), words)
        language = language_of(None, text)
        yield name, assemble(recording_id, text, [segment], language, duration_s=0.0, model="ctm")


def write(transcript: Transcript) -> str:
    return "".join(
        f"{transcript.recording_id} 1 {word.begin_s:.3f} {max(0.0, word.end_s - word.begin_s):.3f} "
        f"{transcript.text[start:end]} {word.confidence:.3f}\n"
        for start, end, word in pieces(transcript)
    )


def _lines(text: str) -> Iterator[list[str]]:
    for line in text.split("\n"):
        if line.strip() and not line.startswith(";;"):
            yield line.split()


def _number(text: str) -> float | None:
    try:
        return number(float(text))
    except ValueError:
        return None
