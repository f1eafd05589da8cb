"""A recording again, with its samples edited: same length, rate, channels, codec and container.

Only the sound of the first audio track comes through: tags, covers, chapters, comments, pictures and other
tracks are left behind, because the new file is written from samples. What no edit touches keeps its samples
(codecs that lose something lose it once more). Works frame by frame: hours need no more memory than seconds.

Where libav cannot write what the recording is (AMR, Speex, Vorbis, films in odd containers), FLAC takes its
place, in the same container if that holds FLAC; WebM takes Opus.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from errno import ENOSPC
from fractions import Fraction
from itertools import chain
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from pii_audio.audio.read import first_sample, frames, opened
from pii_audio.errors import AudioError, OutputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pii_audio.types import Recording

__all__ = ["Edit", "rewrite"]


class Edit(Protocol):
    """What is done to the samples. Seconds and indices count from the beginning of the recording."""

    def touches(self, begin_s: float, end_s: float) -> bool:
        """Whether anything in [begin_s, end_s) is to change; if not, its samples are not even looked at."""
        ...

    def __call__(self, samples: NDArray[np.float64], first: int, rate: int) -> NDArray[np.float64]:
        """The samples that take the place of these: [samples, channels] in [-1, 1]; `first` is their index.

        Called in order; rate in Hz.
        """
        ...

    def delay(self, rate: int) -> int:
        """By how many samples what comes out lags behind; where it does, everything is touched."""
        ...


@dataclass(frozen=True, slots=True)
class _Form:
    """What is written: libav's names of container and codec, the file's suffix, bits a second if it loses."""

    muxer: str
    suffix: str
    codec: str
    bit_rate: int | None = None


# libav's reader -> writers that make such files, the commonest first; suffixes for those that know none
_MUXERS = {
    "aac": ("adts",),
    "aiff": ("aiff",),
    "au": ("au",),
    "caf": ("caf",),
    "flac": ("flac",),
    "matroska,webm": ("matroska", "webm"),
    "mov,mp4,m4a,3gp,3g2,mj2": ("ipod", "mp4", "mov"),
    "mp3": ("mp3",),
    "ogg": ("ogg", "opus"),
    "w64": ("w64",),
    "wav": ("wav",),
}
_SUFFIXES = {
    "adts": (".aac",),
    "aiff": (".aiff", ".aif", ".aifc"),
    "au": (".au", ".snd"),
    "ipod": (".m4a", ".m4b"),
    "matroska": (".mka", ".mkv"),
    "ogg": (".ogg", ".oga", ".ogv"),
    "wav": (".wav", ".wave"),
}
_ENCODERS = {"mp3": "libmp3lame", "opus": "libopus"}  # libav's default where there are several is not these
_LOSSY = {"aac": 96_000, "libmp3lame": 96_000, "libopus": 64_000}  # least bits a second and channel at 48 kHz
_HOLD_FLAC = {"ogg", "matroska", "mp4"}
_TYPES = {"u8": "u1", "s16": "i2", "s32": "i4", "s64": "i8", "flt": "f4", "dbl": "f8"}  # packed samples
_OPTIONS = {"mp3": {"id3v2_version": "0"}, "wav": {"rf64": "auto"}}  # no tags at all; more than 4 GB


def rewrite(recording: Recording, folder: Path, edit: Edit) -> Path:
    """Write the recording, edited, to `<folder>/<id>.<suffix>` and give the path.

    Of a recording that is a stretch of a file, only the stretch. As many samples as are decoded come out;
    AAC may add up to one frame at the end, as its files do. Raises AudioError where `stream` does, and where
    it cannot be written; then no file is left.
    """
    with opened(recording) as (container, track, _):
        form = _form(recording, container, track)
        path = folder / f"{recording.id}{form.suffix}"
        try:
            _encode(recording, container, track, form, path, edit)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        path.chmod(0o644)
    return path


def _form(recording: Recording, container: Any, track: Any) -> _Form:
    """The form of the source, or what comes nearest to it."""
    member = PurePosixPath(recording.member or "")  # of an archive, where it is one
    suffix = (member.suffix if recording.path.suffix.lower() == ".zip" else recording.path.suffix).lower()
    muxers = _MUXERS.get(container.format.name, ())
    muxer = next((m for m in muxers if suffix in _suffixes(m)), muxers[0] if muxers else "flac")
    codec = _encoder(track.codec_context.codec.canonical_name)
    if codec is None and muxer == "webm":
        codec = "libopus"
    if codec is None:
        codec, muxer = "flac", muxer if muxer in _HOLD_FLAC else "flac"
    suffix = suffix if suffix in _suffixes(muxer) else _suffixes(muxer)[0]
    return _Form(muxer, suffix, codec, _bit_rate(container, track, codec))


def _suffixes(muxer: str) -> tuple[str, ...]:
    return _SUFFIXES.get(muxer, (f".{muxer}",))


def _encoder(canonical_name: str) -> str | None:
    import av

    name = _ENCODERS.get(canonical_name, canonical_name)
    try:
        codec = av.Codec(name, "w")
    except ValueError:
        return None
    return None if codec.experimental else name


def _bit_rate(container: Any, track: Any, codec: str) -> int | None:
    """As many bits a second as the source has, and not so few that it is hard to understand."""
    if codec not in _LOSSY:
        return None
    alone = len(container.streams) == 1
    own: int = track.codec_context.bit_rate or (container.bit_rate if alone else 0) or 0
    rate, channels = int(track.codec_context.sample_rate), int(track.codec_context.channels)
    return max(own, round(_LOSSY[codec] * min(1.0, rate / 48_000) * channels))


def _encode(recording: Recording, container: Any, track: Any, form: _Form, path: Path, edit: Edit) -> None:
    import av

    edited = _edited(recording, container, track, edit)
    first = next(edited, None)
    if first is None:
        raise AudioError(recording.id, "holds no sound (0 samples decode)", "remove it or copy it again")
    try:
        options = {"fflags": "+bitexact", **_OPTIONS.get(form.muxer, {})}  # no dates and names of programs
        with av.open(str(path), "w", format=form.muxer, container_options=options) as target:
            out = _track(target, form, first)
            at = 0
            for frame in chain([first], edited):
                frame.pts, frame.time_base = at, Fraction(1, frame.rate)
                at += frame.samples
                target.mux(_sounding(out.encode(frame), form))
            target.mux(_sounding(out.encode(None), form))
    except (av.error.FFmpegError, ValueError) as error:
        if isinstance(error, OSError) and error.errno == ENOSPC:
            raise OutputError("--out", "the disk is full", "make room and run it again") from None
        what = f"its sound cannot be written back as {form.codec} in {form.muxer}"
        raise AudioError(recording.id, what, "convert it to wav or flac") from None


def _track(target: Any, form: _Form, first: Any) -> Any:
    """The track that is written, in the sample format of the source where the codec knows it."""
    import av

    rate = 48_000 if form.codec == "libopus" else first.rate
    out = target.add_stream(form.codec, rate=rate, layout=first.layout)
    out.codec_context.flags |= av.codec.context.Flags.bitexact
    if form.bit_rate:
        out.bit_rate = form.bit_rate
    elif first.format.name in {known.name for known in out.codec.audio_formats or ()}:
        out.format = first.format
    return out


def _sounding(packets: Sequence[Any], form: _Form) -> list[Any]:
    """Where the file cannot say how much of its beginning is the codec's own delay, that is left out."""
    return [p for p in packets if form.muxer != "adts" or p.pts is None or p.pts >= 0]


def _edited(recording: Recording, container: Any, track: Any, edit: Edit) -> Iterator[Any]:
    """The frames of the stretch, in order, with their samples edited."""
    begin = stop = at = late = 0
    frame: Any = None
    for at, frame in _numbered(recording, container, track):
        if not stop:
            begin = round(recording.offset_s * frame.rate)
            length = recording.duration_s
            stop = sys.maxsize if length is None else begin + round(length * frame.rate)
            late = edit.delay(frame.rate)
        first, last = max(at, begin), min(at + frame.samples, stop)
        if first < last:
            touched = edit.touches((first - begin) / frame.rate, (last - begin) / frame.rate)
            if touched or last - first < frame.samples:
                samples = _samples(frame)[first - at : last - at]
                samples = edit(samples, first - begin, frame.rate) if touched else samples
                if late < len(samples):
                    yield _frame(samples[late:], frame)
                late = max(0, late - len(samples))
            else:
                yield frame
        if at + frame.samples >= stop:
            break
    if frame is not None and (delay := edit.delay(frame.rate)):
        silence = np.zeros_like(_samples(frame), shape=(delay, _samples(frame).shape[1]))
        yield _frame(edit(silence, min(at + frame.samples, stop) - begin, frame.rate)[late:], frame)


def _numbered(recording: Recording, container: Any, track: Any) -> Iterator[tuple[int, Any]]:
    """Frames with packed samples in one format, rate and layout, each with its first sample's index."""
    import av

    resampler: Any = None
    setup: tuple[object, ...] = ()
    at, target = 0, None
    for frame in chain(frames(recording, container, track), [None]):
        changed = frame is not None and setup != (new := (frame.rate, frame.layout.name, frame.format.name))
        ready = resampler.resample(None) if resampler and (changed or frame is None) else []
        if changed:  # the first frame; also where a chained Ogg changes its rate
            if target is None:
                at, target = first_sample(recording, container, track, frame), frame
            known = None if "channels" in target.layout.name else target.layout
            resampler = av.AudioResampler(target.format.packed, known, target.rate)
            setup = new
        if frame is not None:
            frame.pts = None  # samples are counted, as in reading
            ready += resampler.resample(frame)
        for out in ready:
            yield at, out
            at += out.samples


def _samples(frame: Any) -> NDArray[np.float64]:
    """[samples, channels] in [-1, 1] of a packed frame."""
    raw: NDArray[Any] = frame.to_ndarray().reshape(frame.samples, -1)
    samples = raw.astype(np.float64)
    if raw.dtype.kind == "f":
        return samples
    one = 2.0 ** (8 * raw.itemsize - 1)
    return samples / one - (1 if raw.dtype.kind == "u" else 0)


def _frame(samples: NDArray[np.float64], like: Any) -> Any:
    """The inverse of `_samples`, in the format, layout and rate of another frame."""
    import av

    kind = np.dtype(_TYPES[like.format.name])
    if kind.kind == "f":
        raw = samples.astype(kind)
    else:
        one = 2.0 ** (8 * kind.itemsize - 1)
        scaled = np.rint(samples * one) + (one if kind.kind == "u" else 0)
        raw = scaled.clip(np.iinfo(kind).min, np.iinfo(kind).max).astype(kind)
    frame = av.AudioFrame.from_ndarray(raw.reshape(1, -1), format=like.format.name, layout=like.layout.name)
    frame.rate = like.rate
    return frame
