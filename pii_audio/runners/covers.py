"""What sounds where a release is masked: nothing of its source, and nothing but what was put there.

The first needs the source; the second only what release.json says. A beep and silence are known to the
sample, noise and another voice are not: there nobody can tell.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pii_audio.audio import decode, duration
from pii_audio.config import RedactConfig
from pii_audio.errors import AudioError
from pii_audio.formats.release import ReleasedRecording
from pii_audio.redact.leftover import leftovers, strange
from pii_audio.redact.verify import Leak
from pii_audio.runners.release import sound_of
from pii_audio.types import Recording

__all__ = ["Covered", "covered", "label", "tells"]

LENGTH_S = 0.2  # a sound may be longer or shorter than the release says, by a frame of its codec


@dataclass(frozen=True, slots=True)
class Covered:
    """What was found in one recording, and whether it could be compared with its source."""

    leaks: tuple[Leak, ...] = ()
    compared: bool = False


def tells(options: RedactConfig) -> bool:
    """Whether it is known to the sample what stands in masked seconds."""
    return options.audio in ("beep", "silence") and options.voice != "changed"


def covered(
    folder: Path,
    released: ReleasedRecording,
    options: RedactConfig,
    source: Recording | None,
    personal: Sequence[tuple[float, float]],
) -> Covered:
    """Look into the masked seconds of a recording; `personal`: those in which personal words were said.

    Without any, the sound is not decoded. One that cannot be is said so elsewhere.
    """
    sound, masks = sound_of(folder, released), [(m.begin_s, m.end_s) for m in released.masked]
    if not (masks or personal):
        return Covered(tuple(_length(released, duration(sound))), source is not None)
    try:
        samples = decode(sound).samples
    except AudioError:
        return Covered()
    leaks = [*_length(released, len(samples) / 16_000)]
    if tells(options):
        what = "masked seconds hold something else than what was put there"
        level = options.audio == "beep"
        leaks += (_leak(released, what, *span) for span in strange(samples, masks, beep=level))
    try:
        original = decode(source).samples if source and not source.transcript else None
    except AudioError:
        original = None
    if original is None:
        return Covered(tuple(leaks))
    what = "sound of the original is left where personal words were said"
    leaks += (_leak(released, what, *span) for span in leftovers(original, samples, [*masks, *personal]))
    return Covered(tuple(leaks), compared=True)


def label(recording: ReleasedRecording) -> str:
    """What the certificate calls its sound: in an export, whose names are not ours, nothing but its id."""
    name = str(recording.audio)
    return "" if "/" in name else name


def _length(released: ReleasedRecording, seconds: float | None) -> Iterator[Leak]:
    if seconds is not None and abs(seconds - released.duration_s) > LENGTH_S:
        what = "a sound does not last as long as the release says"
        yield Leak("duration", what, label(released), released.id)


def _leak(released: ReleasedRecording, what: str, begin_s: float, end_s: float) -> Leak:
    kinds = (m.entity_type for m in released.masked if m.begin_s < end_s and begin_s < m.end_s)
    seconds = round(begin_s, 3), round(end_s, 3)
    return Leak("sound", what, label(released), released.id, next(kinds, ""), None, seconds)
