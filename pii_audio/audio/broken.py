"""Whether a file breaks off within a page of Ogg or a frame of AAC, AMR or MP3: these declare no length.

Page by page, or frame by frame, each says how long it is; the last one of a whole file ends where the file
does. A file that is cut exactly between two of them cannot be told from a whole one: an Ogg stream that was
recorded as it went by has no last page that says so either. Where anything else stands (a tag, damage),
nothing is claimed. This module reads headers; it decodes nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import IO

__all__ = ["breaks_off", "tag_size"]

HEAD = 27 + 255  # bytes: the longest header, that of an Ogg page
UNSURE = sys.maxsize  # the size of a unit whose very header breaks off

# kbit/s of MPEG layer III by its index, version 1 and the later ones; samples a second of version 1
_RATES = {True: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
          False: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)}  # fmt: skip
_SAMPLED = (44_100, 48_000, 32_000)
# bytes of an AMR frame by its type, the first byte included; types that are not used are missing
_NARROW = dict(enumerate((13, 14, 16, 18, 20, 21, 27, 32, 6))) | {15: 1}
_WIDE = dict(enumerate((18, 24, 33, 37, 41, 47, 51, 59, 61, 6))) | {14: 1, 15: 1}


def breaks_off(file: IO[bytes], kind: str) -> bool:
    """Whether the file surely ends within a page or frame. `kind` is libav's name of the container."""
    if kind not in _SIZES:
        return False
    end, at = file.seek(0, 2), tag_size(file)
    size_of = _SIZES[kind]
    if kind == "amr":
        file.seek(at)
        wide = file.read(9) == b"#!AMR-WB\n"
        at, size_of = at + (9 if wide else 6), _wide if wide else _narrow
    while at < end:
        file.seek(at)
        size = size_of(file.read(HEAD))
        if not size:
            return False
        at += size
    return at > end


def tag_size(file: IO[bytes]) -> int:
    """Bytes of an ID3v2 tag at the beginning, seven bits of its size a byte."""
    file.seek(0)
    tag = file.read(10)
    return sum(part << 7 * n for n, part in enumerate(reversed(tag[6:]))) + 10 if tag[:3] == b"ID3" else 0


def _ogg(head: bytes) -> int:
    if head[:4] != b"OggS"[: len(head)]:
        return 0
    if len(head) < 27 or len(head) < 27 + head[26]:
        return UNSURE
    return 27 + head[26] + sum(head[27 : 27 + head[26]])


def _adts(head: bytes) -> int:
    if head[0] != 0xFF or (len(head) > 1 and head[1] & 0xF6 != 0xF0):
        return 0
    if len(head) < 7:
        return UNSURE
    size = (head[3] & 3) << 11 | head[4] << 3 | head[5] >> 5
    return size if size >= 7 else 0


def _layer_3(head: bytes) -> int:
    """MPEG 1, 2 and 2.5; nothing for the other layers and for free bit rates."""
    if head[0] != 0xFF or (len(head) > 1 and head[1] & 0xE6 != 0xE2):
        return 0
    if len(head) < 4:
        return UNSURE
    version, rate, sampled = head[1] >> 3 & 3, head[2] >> 4, head[2] >> 2 & 3
    if version == 1 or rate in (0, 15) or sampled == 3:
        return 0
    first = version == 3
    hertz = _SAMPLED[sampled] >> {3: 0, 2: 1, 0: 2}[version]
    return (144_000 if first else 72_000) * _RATES[first][rate] // hertz + (head[2] >> 1 & 1)


def _narrow(head: bytes) -> int:
    return _NARROW.get(head[0] >> 3 & 15, 0)


def _wide(head: bytes) -> int:
    return _WIDE.get(head[0] >> 3 & 15, 0)


_SIZES: dict[str, Callable[[bytes], int]] = {"aac": _adts, "amr": _narrow, "mp3": _layer_3, "ogg": _ogg}
