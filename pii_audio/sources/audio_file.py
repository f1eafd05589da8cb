"""An audio file, a stretch of one or a transcript as a recording, named by the hash of its content."""

from __future__ import annotations

import hashlib
import json
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from pii_audio.types import Failure, Recording, Transcript

__all__ = [
    "AUDIO_SUFFIXES",
    "Hasher",
    "audio_recording",
    "failure",
    "recording_id",
    "transcript_recording",
]

Hasher = Callable[[Path], str]  # sha256 of a file; remembers, for manifests with many stretches of one file

# Films too: what is said in them is as personal.
AUDIO_SUFFIXES = frozenset(
    [
        ".3ga",
        ".3gp",
        ".aac",
        ".ac3",
        ".aif",
        ".aifc",
        ".aiff",
        ".amr",
        ".ape",
        ".au",
        ".avi",
        ".awb",
        ".caf",
        ".flac",
        ".flv",
        ".gsm",
        ".m4a",
        ".m4b",
        ".m4v",
        ".mka",
        ".mkv",
        ".mov",
        ".mp2",
        ".mp3",
        ".mp4",
        ".mpeg",
        ".mpg",
        ".mpga",
        ".oga",
        ".ogg",
        ".ogv",
        ".opus",
        ".qcp",
        ".snd",
        ".spx",
        ".sph",
        ".tta",
        ".voc",
        ".w64",
        ".wav",
        ".wave",
        ".webm",
        ".wma",
        ".wmv",
        ".wv",
    ]
)


def audio_recording(
    path: Path,
    hasher: Hasher,
    *,
    offset_s: float | None = None,
    duration_s: float | None = None,
    member: str | None = None,
    household: str | None = None,
    language: str | None = None,
    reference: str | None = None,
) -> Recording | Failure:
    """The whole file, or where `offset_s` is given, the stretch that begins there."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return failure(path, "not a regular file", "name an audio file", member)
        content_hash = hasher(path)
    except PermissionError:
        return failure(path, "the file may not be read", "grant read permission", member)
    except (OSError, ValueError):
        return failure(path, "there is no such file", "check the path", member)
    if offset_s is None:
        offset_s, duration_s = 0.0, None
    else:
        content_hash = hashlib.sha256(f"{content_hash} {offset_s!r} {duration_s!r}".encode()).hexdigest()
    return Recording(
        recording_id(content_hash),
        content_hash,
        path,
        member,
        offset_s,
        duration_s,
        household,
        language,
        reference,
    )


def transcript_recording(
    path: Path, transcript: Transcript, name: Any, member: str | None, household: str | None = None
) -> Recording:
    """A recording that needs no transcribing, named by what it says; `name` is what its source calls it."""
    timed = [[w.start, w.end, w.begin_s, w.end_s] for w in transcript.words]
    identity = {"id": name, "language": transcript.language, "text": transcript.text}
    canonical = json.dumps({**identity, "words": timed} if timed else identity, sort_keys=True)
    content_hash = hashlib.sha256(canonical.encode()).hexdigest()
    return Recording(
        recording_id(content_hash),
        content_hash,
        path,
        member if name is None else str(name),
        household=household,
        language=transcript.language,
        transcript=replace(transcript, recording_id=recording_id(content_hash)),
    )


def recording_id(content_hash: str) -> str:
    return f"rec-{content_hash[:12]}"


def failure(path: Path, what: str, todo: str, member: str | None = None) -> Failure:
    """`member` is where in the file, when that is no name of the user's: "line 3"."""
    where = f"{member}: " if member else ""
    return Failure("input", "find", f"{where}{what}; {todo}", path)
