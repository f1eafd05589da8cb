"""What there is to work on: the recordings that were named, each once, and what could not be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pii_audio.errors import InputError
from pii_audio.runners.watch import Watch
from pii_audio.types import Failure, Recording

__all__ = ["Inputs", "discovered"]


@dataclass(frozen=True, slots=True)
class Inputs:
    recordings: list[Recording] = field(default_factory=list)
    duplicates: list[Recording] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    others: list[Path] = field(default_factory=list)  # files in folders that are passed over


def discovered(inputs: Sequence[Path], watch: Watch) -> Inputs:
    from pii_audio.sources import discover

    watch.start("read", None)
    given, seen = Inputs(), set[str]()
    for item in discover(inputs, given.others.append):
        if isinstance(item, Failure):
            given.failures.append(item)
        elif item.id in seen:
            given.duplicates.append(item)
        else:
            seen.add(item.id)
            given.recordings.append(item)
        watch.advance()
    if not given.recordings:
        raise _nothing(given.failures)
    return given


def _nothing(failures: Sequence[Failure]) -> InputError:
    if not failures:
        return InputError("INPUT", "there is none", "name audio files, folders, manifests or transcripts")
    first, more = failures[0], f" ({len(failures)} inputs failed)" if len(failures) > 1 else ""
    return InputError(first.recording_id, first.message + more)
