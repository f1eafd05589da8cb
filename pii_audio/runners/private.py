"""Reading an output folder back: the recordings, transcripts and findings that an earlier run left in OUT.

All of it is private. What a run writes there is described in `folder`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pii_audio.errors import InputError
from pii_audio.formats.native import load_findings, load_transcript
from pii_audio.layout import REPORT, SOURCES
from pii_audio.types import Finding, Recording, Transcript

__all__ = ["Private", "read_private"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Private:
    """What is known of the recordings of a run, side by side."""

    out: Path
    recordings: tuple[Recording, ...] = field(repr=False)
    transcripts: tuple[Transcript, ...] = field(repr=False)
    findings: tuple[tuple[Finding, ...], ...] = field(repr=False)
    risk: Mapping[str, Any]  # "set" of report.json


def read_private(out: Path) -> Private:
    """Raises InputError where `out` is no output folder of `score` or `redact`."""
    rows = _read(out / SOURCES, lambda text: [json.loads(line) for line in text.splitlines()])
    recordings = tuple(_recording(row) for row in rows if row["state"] == "done")
    folders = [out / "recordings" / recording.id for recording in recordings]
    transcripts = [_read(f / "transcript.json", lambda t: load_transcript(json.loads(t))) for f in folders]
    findings = [_read(f / "findings.json", lambda t: tuple(load_findings(json.loads(t)))) for f in folders]
    risk = _read(out / REPORT, lambda text: dict(json.loads(text)["set"]))
    return Private(out, recordings, tuple(transcripts), tuple(findings), risk)


def _recording(row: dict[str, Any]) -> Recording:
    return Recording(
        row["id"],
        row["sha256"],
        Path(row["path"]),
        row["member"],
        row["offset_s"],
        row["duration_s"],
        row["household"],
    )


def _read(path: Path, load: Callable[[str], T]) -> T:
    try:
        return load(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        todo = "name the folder that `pii-audio score` or `redact` wrote to with --out"
        raise InputError("OUT", f"{path.name} is missing or damaged", todo) from None
