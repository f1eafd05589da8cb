"""JSON that names recordings or holds transcripts: NeMo manifests, JSONL, Whisper's JSON and its relatives.

What a file is shows in its content, record by record: a record with `audio_filepath` is a recording, any
other known shape is a transcript.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from itertools import chain, islice
from pathlib import Path
from typing import Any, BinaryIO

from pii_audio.errors import FormatError
from pii_audio.formats import jsonl, label_studio, native, verbose_json, whisper_json, whisperx
from pii_audio.formats.timing import language_code, number
from pii_audio.sources.audio_file import Hasher, audio_recording, failure, transcript_recording
from pii_audio.types import Failure, Recording, Transcript

__all__ = ["JSON_SUFFIXES", "json_recordings", "looks_like_json", "table_recordings"]

JSON_SUFFIXES = frozenset({".json", ".jsonl", ".ndjson"})
FORMATS = (label_studio, verbose_json, whisper_json, whisperx, jsonl)  # asked in this order
HOUSEHOLD = ("household", "device", "device_id", "account", "speaker_id", "speaker")  # the first one counts
_BLANK = b"\xef\xbb\xbf \t\r\n"
_SHAPES = 'write {"audio_filepath"} or {"id", "language", "text"} lines, or Whisper\'s JSON'


def looks_like_json(path: Path) -> bool:
    """Whether the first character is a bracket. Raises OSError where the file cannot be read."""
    with path.open("rb") as file:
        return file.read(256).removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"[")


def json_recordings(
    path: Path, hasher: Hasher, *, skip_unknown: bool = False
) -> Iterator[Recording | Failure]:
    """The recordings of a manifest or a file of transcripts; a Failure for each record that is neither.

    With `skip_unknown` a file whose first record is of no known shape yields nothing: a settings file.
    """
    try:
        records = _records(path)
        first = next(records)
    except PermissionError:
        yield failure(path, "the file may not be read", "grant read permission")
        return
    except OSError:
        yield failure(path, "the file cannot be read", "check the path")
        return
    if skip_unknown and first[1] is not None and not _known(first[1]):
        return
    for member, data in chain([first], records):
        if data is None:
            yield failure(path, "not valid JSON", _SHAPES, member)
        elif not _known(data):
            yield failure(path, "neither a manifest entry nor a transcript", _SHAPES, member)
        elif "audio_filepath" in data:
            yield _manifest_entry(path, member, data, hasher)
        else:
            yield _transcript(path, member, data)


def table_recordings(path: Path) -> Iterator[Recording | Failure]:
    """The recordings of a Parquet table with a column "text", a row each."""
    from pii_audio.formats.parquet import COLUMNS, read_rows

    try:
        for place, row in enumerate(read_rows(path), start=1):
            filled = {name: value for name, value in row.items() if value is not None}
            if filled.keys() == COLUMNS:  # written by us
                filled |= native.HEADER
            if _known(filled) and "audio_filepath" not in filled:
                yield _transcript(path, f"row {place}", filled)
            else:
                yield failure(path, "no transcript", 'write a column "text"', f"row {place}")
    except ValueError:
        yield failure(path, "not a Parquet table, or damaged", "write it again")


def _records(path: Path) -> Iterator[tuple[str | None, Any]]:
    """(where in the file, data): one a line, or a list's items, or the whole; data is None where damaged."""
    with path.open("rb") as file:
        if not _is_lines(file):
            file.seek(0)
            data = _parsed(file.read())
            if isinstance(data, list):
                yield from ((f"item {n}", item) for n, item in enumerate(data, start=1))
            else:
                yield None, data
            return
        file.seek(0)
        for number_of, line in enumerate(file, start=1):
            if line.strip(_BLANK):
                yield f"line {number_of}", _parsed(line)


def _is_lines(file: BinaryIO) -> bool:
    """Whether one of the first lines is an object of its own: a damaged one must not cost the others."""
    filled = (line for line in file if line.strip(_BLANK))
    return any(isinstance(_parsed(line), dict) for line in islice(filled, 3))


def _parsed(text: bytes) -> Any:
    try:
        return json.loads(text.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None


def _known(data: Any) -> bool:
    return isinstance(data, Mapping) and (
        "audio_filepath" in data or _is_native(data) or any(form.matches(data) for form in FORMATS)
    )


def _is_native(data: Mapping[str, Any]) -> bool:
    return data.get("format") == "pii-audio/transcript"


def _manifest_entry(
    path: Path, member: str | None, data: Mapping[str, Any], hasher: Hasher
) -> Recording | Failure:
    """NeMo's fields. Only an entry with an `offset` is a stretch: a `duration` alone may be rounded."""
    audio, text = data["audio_filepath"], data.get("text")
    offset, length = data.get("offset"), data.get("duration")
    if not isinstance(audio, str) or not audio or "\0" in audio:
        return failure(path, "audio_filepath is no path", "write the path of an audio file", member)
    if any(value is not None and number(value) is None for value in (offset, length)):
        return failure(path, "offset and duration must be seconds", "write numbers from 0 on", member)
    return audio_recording(
        path.parent / audio,
        hasher,
        offset_s=number(offset),
        duration_s=number(length),
        member=member,
        household=_household(data),
        language=language_code(data.get("lang", data.get("language"))),
        reference=text if isinstance(text, str) else None,
    )


def _transcript(path: Path, member: str | None, data: Mapping[str, Any]) -> Recording | Failure:
    try:
        transcript = _read(data)
    except FormatError as error:
        return failure(path, error.what, error.todo, member)
    except (KeyError, TypeError, ValueError, AttributeError):
        return failure(path, "a transcript of a known kind, but damaged", "write it again", member)
    return transcript_recording(path, transcript, data.get("id"), member, _household(data))


def _read(data: Mapping[str, Any]) -> Transcript:
    if _is_native(data):
        return native.load_transcript(data)
    read: Callable[[Mapping[str, Any], str], Transcript] = next(f.read for f in FORMATS if f.matches(data))
    return read(data, "transcript")


def _household(data: Mapping[str, Any]) -> str | None:
    values = (data.get(key) for key in HOUSEHOLD)
    return next((str(value) for value in values if isinstance(value, str | int) and str(value)), None)
