"""Every form in which transcripts are written, by name, and what its files are called.

Some forms have a file for each recording, named by its id; others one file for the whole set.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from pii_audio.formats import (
    ctm,
    jsonl,
    label_studio,
    native,
    presidio,
    rttm,
    srt,
    text,
    tsv,
    verbose_json,
    vtt,
    whisper_json,
    whisperx,
)
from pii_audio.types import Finding, Transcript

__all__ = ["FORMS", "of_recording", "of_set", "own_form"]

Writer = Callable[[Transcript, Sequence[Finding]], str]


def _json(write: Callable[..., Mapping[str, Any]]) -> Writer:
    return lambda transcript, _: json.dumps(write(transcript), ensure_ascii=False, indent=2) + "\n"


def _plain(write: Callable[[Transcript], str]) -> Writer:
    return lambda transcript, _: write(transcript)


# name -> (how the file name ends, how it is written)
_EACH: dict[str, tuple[str, Writer]] = {
    "txt": (".txt", _plain(text.write)),
    "json": (".json", _json(native.dump_transcript)),
    "srt": (".srt", _plain(srt.write)),
    "vtt": (".vtt", _plain(vtt.write)),
    "tsv": (".tsv", _plain(tsv.write)),
    "ctm": (".ctm", _plain(ctm.write)),
    "rttm": (".rttm", rttm.write),
    "whisper": (".whisper.json", _json(whisper_json.write)),
    "verbose_json": (".verbose.json", _json(verbose_json.write)),
    "whisperx": (".whisperx.json", _json(whisperx.write)),
    "presidio": (
        ".presidio.json",
        lambda t, found: json.dumps(presidio.write(t, found), ensure_ascii=False, indent=2) + "\n",
    ),
}
_WHOLE = ("jsonl", "parquet", "label-studio")
_TIMED = frozenset({"srt", "vtt", "tsv", "ctm", "rttm", "whisperx"})  # say nothing without word times
_READ = {"openai-whisper": "whisper", "openai": "verbose_json", "whisperx": "whisperx"}  # `model` -> form

FORMS = (*_EACH, *_WHOLE)


def own_form(transcript: Transcript) -> str | None:
    """The form that a transcript was read from, where it was."""
    name = _READ.get(transcript.model, transcript.model)
    return name if name in {"srt", "vtt", "tsv", "ctm", *_READ.values()} else None


def of_recording(
    transcript: Transcript, names: Sequence[str], findings: Sequence[Finding] = ()
) -> Iterator[tuple[str, str]]:
    """(file name, content) in those of the forms that have a file for each recording.

    A transcript without word times is left out of the forms that consist of them.
    """
    for name in dict.fromkeys(names):
        if name in _EACH and (transcript.words or name not in _TIMED):
            suffix, write = _EACH[name]
            yield transcript.recording_id + suffix, write(transcript, findings)


def of_set(
    transcripts: Sequence[Transcript], names: Sequence[str], findings: Mapping[str, Sequence[Finding]]
) -> Iterator[tuple[str, bytes]]:
    """(file name, content) in those of the forms that have one file; findings by recording id."""
    if "jsonl" in names:
        lines = (json.dumps(jsonl.write(t), ensure_ascii=False) + "\n" for t in transcripts)
        yield "transcripts.jsonl", "".join(lines).encode()
    if "parquet" in names:
        from pii_audio.formats.parquet import write_transcripts

        yield "transcripts.parquet", write_transcripts(transcripts)
    if "label-studio" in names:
        tasks = [label_studio.write(t, findings.get(t.recording_id, ())) for t in transcripts]
        yield "label-studio.json", (json.dumps(tasks, ensure_ascii=False, indent=2) + "\n").encode()
        every = [finding for found in findings.values() for finding in found]
        yield "label-studio.xml", label_studio.config(every).encode()
