"""From what a user names to recordings: the one place that decides what counts as input.

It looks at names and the first bytes; it does not decode sound and does not judge what was said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from pii_audio.archive import is_archive
from pii_audio.files import hash_file
from pii_audio.sources.archive import archive_recordings
from pii_audio.sources.audio_file import AUDIO_SUFFIXES, Hasher, audio_recording, failure
from pii_audio.sources.folder import walk
from pii_audio.sources.json_file import JSON_SUFFIXES, json_recordings, looks_like_json
from pii_audio.sources.text_file import TEXT_SUFFIXES, looks_like_transcript, text_recordings
from pii_audio.types import Failure, Recording

__all__ = ["discover"]

RANK = (".json", ".jsonl", ".ndjson", ".parquet", ".ctm", ".vtt", ".srt", ".tsv")  # who says most comes first


def discover(
    inputs: Sequence[Path], leave_out: Callable[[Path], object] = lambda _: None
) -> Iterator[Recording | Failure]:
    """Every recording in the inputs, in order; a Failure where something named cannot be read.

    `leave_out` is told of every file in a folder that is passed over, but not of hidden ones.

    An input is an audio file, a NeMo manifest, a file of transcripts (told by content: JSONL, openai-whisper,
    OpenAI verbose_json, WhisperX, Label Studio, SRT, WebVTT, TSV, CTM, Parquet, our own), a zip with
    recordings in it, or a folder. Folders are walked recursively and sorted; hidden files, the output folders
    of this program and what is neither audio nor a transcript are passed over. Where a folder holds any
    audio, its JSON and subtitles are passed over too: they are usually the transcripts or the manifest of the
    same sound, which would count twice; so do the forms of one name. Name a manifest itself to have its
    speakers, languages and references.
    Recordings with the same content are yielded as often as they come. Failures are named by their place,
    "input-3" being the third item found; they hold no file name but in `path`.
    """
    hasher: Hasher = lru_cache(maxsize=10_000)(hash_file)
    place = 0
    for path in inputs:
        for item in _named(path, hasher, leave_out):
            place += 1
            yield replace(item, recording_id=f"input-{place}") if isinstance(item, Failure) else item


def _named(path: Path, hasher: Hasher, leave_out: Callable[[Path], object]) -> Iterator[Recording | Failure]:
    """What a user named must be usable: everything else is a failure."""
    try:
        if path.is_dir():
            yield from _folder(path, hasher, leave_out)
        elif not path.exists():
            yield failure(path, "there is no such file or folder", "check the path")
        elif not path.is_file():
            yield failure(path, "it is a pipe or a device", "name a file or a folder")
        elif _suffix(path) in AUDIO_SUFFIXES:
            yield audio_recording(path, hasher)
        elif _suffix(path) in JSON_SUFFIXES or looks_like_json(path):
            yield from json_recordings(path, hasher)
        elif _suffix(path) == ".zip" or is_archive(path):
            yield from archive_recordings(path, hasher)
        elif _suffix(path) in TEXT_SUFFIXES or looks_like_transcript(path):
            yield from text_recordings(path)
        elif _sounds(path):
            yield audio_recording(path, hasher)
        else:
            yield failure(
                path, "neither audio nor a transcript", "name wav, flac, mp3, m4a, ogg, JSON, SRT or VTT"
            )
    except (OSError, ValueError):
        yield failure(path, "it cannot be read", "check the path and its permissions")


def _folder(root: Path, hasher: Hasher, leave_out: Callable[[Path], object]) -> Iterator[Recording | Failure]:
    found = list(walk(root))
    paths = [item for item in found if isinstance(item, Path)]
    audio = [p for p in paths if _suffix(p) in AUDIO_SUFFIXES or (not p.suffix and _sounds(p))]
    chosen = {*(audio or _richest(paths)), *(p for p in paths if _suffix(p) == ".zip")}
    count = 0
    for item in found:
        if isinstance(item, Failure):
            results: Iterator[Recording | Failure] = iter([item])
        elif item not in chosen:
            leave_out(item)
            continue
        elif _suffix(item) == ".zip":
            results = archive_recordings(item, hasher, skip_unknown=True)
        elif audio:
            results = iter([audio_recording(item, hasher)])
        elif _suffix(item) in TEXT_SUFFIXES:
            results = text_recordings(item)
        else:
            results = json_recordings(item, hasher, skip_unknown=True)
        before = count
        for result in results:
            count += 1
            yield result
        if count == before and isinstance(item, Path):
            leave_out(item)
    if not count:
        yield failure(root, "the folder holds no recordings", "name a folder with audio or transcripts in it")


def _richest(paths: Sequence[Path]) -> Iterator[Path]:
    """Transcripts; of those of one name the one that says most: JSON before subtitles."""
    best: dict[Path, Path] = {}
    for path in paths:
        suffix = _suffix(path)
        known = suffix in JSON_SUFFIXES or (suffix in TEXT_SUFFIXES and looks_like_transcript(path))
        name = path.with_suffix("")
        if known and (name not in best or RANK.index(suffix) < RANK.index(_suffix(best[name]))):
            best[name] = path
    yield from best.values()


def _suffix(path: Path) -> str:
    return path.suffix.lower()


def _sounds(path: Path) -> bool:
    from pii_audio.audio import has_audio

    return not looks_like_json(path) and has_audio(path)
