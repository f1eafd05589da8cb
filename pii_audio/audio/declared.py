"""How long a file says it is, so that one that breaks off is not taken for a whole one.

libav shortens what a wav file declares to what is there, and guesses the length of an mp3 file without a
Xing header and of bare AAC: a guess is no reason to refuse a file. Ogg declares nothing at all. Of these
`broken` says whether they end within a frame.
This module reads headers; it decodes nothing.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import IO, Any

from pii_audio.audio.broken import tag_size

__all__ = ["declared", "length"]

EXACT = (
    "flac",
    "aiff",
    "mov,mp4,m4a,3gp,3g2,mj2",
    "matroska,webm",
)  # libav's names, its lengths are the header's
UNKNOWN = 0x7FFF_0000  # bytes: programs that write wav into a pipe declare as much or more


def declared(file: IO[bytes], container: Any, track: Any) -> float | None:
    """Seconds of sound that the header promises; None where it promises nothing."""
    kind = container.format.name
    if kind == "wav":
        return _wav(file)
    if kind not in EXACT and not (kind == "mp3" and _counts_frames(file)):
        return None
    alone = len(container.streams) == 1  # else the container's may be the length of a film
    return length(container, track) if alone or track.duration is not None else None


def length(container: Any, track: Any) -> float | None:
    """Seconds of the whole file, by what the container says about itself, guesses included."""
    if track.duration is not None and track.time_base is not None:
        return float(track.duration * track.time_base)
    return None if container.duration is None else container.duration / 1e6  # libav counts microseconds


def _wav(file: IO[bytes]) -> float | None:
    """By the size of the data chunk; None where it fits into the file, as every whole one does."""
    end, rate = file.seek(0, 2), 0
    for name, begin, size in _chunks(file):
        if name == b"fmt ":
            rate = struct.unpack("<I", file.read(12)[8:].ljust(4, b"\0"))[0]  # bytes a second
        elif name == b"data":
            return size / rate if rate and end - begin < size < UNKNOWN else None
    return None


def _chunks(file: IO[bytes]) -> Iterator[tuple[bytes, int, int]]:
    """Name, place and size of each chunk of a RIFF file, which stands at the chunk's first byte."""
    at = 12
    while file.seek(at) == at and len(head := file.read(8)) == 8:
        name, size = struct.unpack("<4sI", head)
        yield name, at + 8, size
        at += 8 + size + size % 2


def _counts_frames(file: IO[bytes]) -> bool:
    """Whether an mp3 file begins with a Xing header that says how many frames there are."""
    file.seek(tag_size(file))
    first = file.read(4096)
    found = max(first.find(b"Xing"), first.find(b"Info"))
    return found >= 0 and bool(first[found + 7 : found + 8] > b"\0" and first[found + 7] & 1)
