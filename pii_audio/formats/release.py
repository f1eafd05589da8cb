"""release.json: what a release folder holds and what was done to it. Public: nobody's words stand in it.

A release folder, OUT/redacted, is the one thing that leaves the house. It lies flat:

    release.json
    <id>.txt <id>.json <id>.srt <id>.vtt    the redacted transcript; subtitles where its words have times
    <id>.whisper.json ...                   the same in other forms, where asked for (`forms`)
    export-1.zip                            a zip as it came in: its folders, sound and documents, redacted
    transcripts.jsonl ...                   the whole set in one file, where asked for
    <id>.<suffix of the source>             the redacted sound, where the source is sound

release.json: {"format": "pii-audio/release", "version": 1, "created": ISO 8601, "package": version of
    pii-audio, "redact": the options (`RedactConfig`; "plan": the target, where only a part was taken out),
    "recordings": [{"id", "language", "duration_s",
    "model", "audio": name or null, "files": {name: sha256}, "masked": [[begin_s, end_s, entity type]]}],
    "files": {name: sha256} of what belongs to no single recording, "salt": hex, where words are encrypted,
    "warnings": [what whoever gets it must know]}

Names are relative to the folder, with "/" between parts; "export-1.zip/a/b.csv" is a member of a zip. Every
file but release.json and those that `pii-audio verify` puts beside it is listed, `audio` among the `files` of
its recording. `masked` is what was really done to the sound: seconds [begin, end) of the released file whose
samples were all replaced, fades not counted; in order, and one stretch for findings that overlap (named after
the longest of them). The entity type "UNHEARD" is speech of which the transcript has no word.

In the texts a `PLACEHOLDER` stands for what was taken out: "<PERSON_1>", "<PERSON_k3f9a>", "<PERSON>".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

__all__ = [
    "PLACEHOLDER",
    "RELEASE",
    "Masked",
    "Release",
    "ReleasedRecording",
    "dump_release",
    "load_release",
    "located",
]

RELEASE = "release.json"  # its name in the folder
PLACEHOLDER = re.compile(r"<[A-Z][A-Z_]*(?:_[A-Za-z0-9]+)?>")
FORMAT, VERSION = "pii-audio/release", 1


class Masked(NamedTuple):
    """A stretch of sound that was replaced, in seconds of the released file."""

    begin_s: float
    end_s: float
    entity_type: str


@dataclass(frozen=True, slots=True)
class ReleasedRecording:
    """One recording of a release. `files` is name -> sha256; `audio` is the one of them that sounds."""

    id: str
    language: str  # ISO 639-1
    duration_s: float
    model: str  # that transcribed it, or where the transcript was imported from
    files: Mapping[str, str]
    audio: str | None = None
    masked: tuple[Masked, ...] = ()


@dataclass(frozen=True, slots=True)
class Release:
    """What a release folder says about itself."""

    created: str  # ISO 8601, UTC
    package: str  # version of pii-audio
    redact: Mapping[str, Any]  # `RedactConfig` as plain data
    recordings: tuple[ReleasedRecording, ...]
    files: Mapping[str, str] = field(default_factory=dict)  # name -> sha256; of no single recording
    salt: str | None = None  # hex; with the passphrase it gives the key of encrypted words
    warnings: tuple[str, ...] = ()  # what whoever gets it must know


def located(folder: Path, name: str) -> tuple[Path, str | None]:
    """Where what a release lists lies: a file, or a member of the zip with which its name begins."""
    archive, _, member = name.partition("/")
    return (folder / archive, member) if member and (folder / archive).is_file() else (folder / name, None)


def dump_release(release: Release) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "version": VERSION,
        "created": release.created,
        "package": release.package,
        "redact": dict(release.redact),
        "recordings": [_dump_recording(recording) for recording in release.recordings],
        "files": dict(release.files),
        "salt": release.salt,
        "warnings": list(release.warnings),
    }


def load_release(data: Mapping[str, Any]) -> Release:
    """Raises KeyError, TypeError or ValueError where `data` is not what `dump_release` gives."""
    fields = dict(data)
    if (fields.pop("format"), fields.pop("version")) != (FORMAT, VERSION):
        raise ValueError(f"not {FORMAT} version {VERSION}")
    recordings = tuple(_load_recording(row) for row in fields.pop("recordings"))
    return Release(recordings=recordings, warnings=tuple(fields.pop("warnings")), **fields)


def _dump_recording(recording: ReleasedRecording) -> dict[str, Any]:
    return {
        "id": recording.id,
        "language": recording.language,
        "duration_s": recording.duration_s,
        "model": recording.model,
        "audio": recording.audio,
        "files": dict(recording.files),
        "masked": [list(stretch) for stretch in recording.masked],
    }


def _load_recording(row: Mapping[str, Any]) -> ReleasedRecording:
    return ReleasedRecording(**{**row, "masked": tuple(Masked(*stretch) for stretch in row["masked"])})
