"""Sound out of files: any container and codec that libav reads becomes 16 kHz mono float32.

`stream` decodes piece by piece, so that a long recording needs no more memory than a short one; `decode`
holds the whole of it. This room knows samples and files; it does not know what speech is.

libav's messages and the names of files stay in here: an error says what is wrong in our own words.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from itertools import chain
from math import gcd
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from pii_audio.archive import is_archive, opened_member
from pii_audio.audio.broken import breaks_off
from pii_audio.audio.declared import declared, length
from pii_audio.errors import AudioError, InputError
from pii_audio.types import Audio, Recording

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

__all__ = ["SAMPLE_RATE", "decode", "duration", "first_sample", "frames", "has_audio", "opened", "stream"]

SAMPLE_RATE = 16_000  # Hz
SEEK_FROM_S = 10.0  # an offset below this is decoded through: quicker than a seek is worth
MISSING_S = 0.5  # a file may lack so much of what its header promises: codecs pad, and headers round
PREROLL_S = 1.0  # decoded and dropped after a seek: codecs need earlier packets (Opus 80 ms, MP3's reservoir)

# A playlist may name other files and servers. We read the bytes ourselves, so libav needs no protocol at all.
_OPTIONS = {"protocol_whitelist": "none"}
# In wav libav looks for compressed sound that is hidden in samples, 4 ms a file; this many bytes are enough.
_WAV = {"probesize": "8192"}
_CONVERT = "convert it to wav, flac, mp3, m4a, ogg or webm, or remove it"


def decode(recording: Recording, *, max_hours: float = 10.0) -> Audio:
    """Decode a recording whole. `samples` [samples] float32 in [-1, 1]; 230 MB an hour, never two copies.

    Raises AudioError as `stream` does.
    """
    with opened(recording) as (container, track, file):
        # realloc moves pages, not bytes: growing in place keeps one copy where np.concatenate needs two
        held = bytearray()
        for chunk in _stretch(recording, container, track, file, max_hours):
            held += chunk.data
        rate, channels = track.codec_context.sample_rate, track.codec_context.channels
        return Audio(recording.id, np.frombuffer(held, dtype=np.float32), rate, channels)


def stream(recording: Recording, *, max_hours: float = 10.0) -> Iterator[NDArray[np.float32]]:
    """Decode a recording piece by piece: yields float32 [samples] in [-1, 1], mono, 16 kHz, in order.

    Channels are averaged. `offset_s` and `duration_s` are kept to the sample (to the millisecond
    in webm, whose time stamps are no finer).
    Raises AudioError where the file cannot be opened, holds no audio stream, nothing or less than half of it
    decodes, the stretch lies behind its end, or it is longer than `max_hours`; and at the end of what is
    there, where the header promises more or the last frame breaks off: half a recording must not pass for a
    whole one.
    """
    with opened(recording) as (container, track, file):
        yield from _stretch(recording, container, track, file, max_hours)


def duration(recording: Recording) -> float | None:
    """Seconds to be decoded, as the container claims; None where it does not know or cannot be opened."""
    try:
        with opened(recording) as (container, track, _):
            return _claimed(recording, container, track)
    except AudioError:
        return None


def has_audio(path: Path) -> bool:
    """Whether libav finds an audio stream in the file. Reads the beginning, decodes nothing."""
    try:
        with opened(Recording(id="probe", content_hash="", path=path)) as (_, track, _):
            return bool(track.codec_context.sample_rate)
    except AudioError:
        return False


@contextmanager
def opened(recording: Recording) -> Iterator[tuple[Any, Any, IO[bytes]]]:
    """The container, its first audio track, and the file, which is the container's until all is decoded.

    Every error of libav leaves as an AudioError of ours.
    """
    import av

    av.logging.set_level(None)  # libav's messages carry file names
    try:
        if not recording.path.is_file():  # a pipe or a device would be waited for
            raise AudioError(recording.id, "the file is missing or not a regular file", "check the path")
        with _filled(recording) as (file, options), av.open(file, "r", options=options) as container:
            if not container.streams.audio:
                kind = container.format.name
                raise AudioError(recording.id, f"no audio stream (container is {kind})", _CONVERT)
            track = container.streams.audio[0]
            if track.codec_context is None:
                raise AudioError(recording.id, "its codec is unknown", _CONVERT)
            yield container, track, file
    except AudioError:
        raise
    except InputError as error:  # of the archive
        raise AudioError(recording.id, error.what, error.todo) from None
    except PermissionError:
        raise AudioError(recording.id, "the file may not be read", "grant read permission") from None
    except (av.error.FFmpegError, ValueError):
        raise AudioError(recording.id, "not audio, or too damaged to decode", _CONVERT) from None
    except OSError as error:
        what = f"the file cannot be read ({type(error).__name__})"
        raise AudioError(recording.id, what, "check the disk and try again") from None


@contextmanager
def _filled(recording: Recording) -> Iterator[tuple[IO[bytes], dict[str, str]]]:
    """Its bytes, of which there are some, and the options to open them with.

    Of no bytes a demuxer would seek before the beginning, and PyAV prints that.
    """
    with _bytes(recording) as file:
        head = file.read(4)
        if not head:
            raise AudioError(recording.id, "the file is empty", "copy it again or remove it")
        file.seek(0)
        yield file, {**_OPTIONS, **(_WAV if head in (b"RIFF", b"RF64") else {})}


def _bytes(recording: Recording) -> AbstractContextManager[IO[bytes]]:
    """The file, or the member of the archive; `member` of any other file only says where in it."""
    if recording.member and is_archive(recording.path):
        return opened_member(recording.path, recording.member)
    return recording.path.open("rb")


def _claimed(recording: Recording, container: Any, track: Any) -> float | None:
    """Seconds of the stretch, by what the container says about itself."""
    whole = length(container, track)
    if whole is None:
        return recording.duration_s
    left = max(0.0, whole - recording.offset_s)
    return left if recording.duration_s is None else min(left, recording.duration_s)


def seeks(recording: Recording, container: Any, track: Any) -> bool:
    """Whether to seek: not where it saves little, nor where the container does not know of the place."""
    return SEEK_FROM_S <= recording.offset_s < (length(container, track) or 0.0)


def _stretch(
    recording: Recording, container: Any, track: Any, file: IO[bytes], max_hours: float
) -> Iterator[NDArray[np.float32]]:
    """The samples of [offset, offset + duration), and the refusal of what is too long or empty."""
    too_long = AudioError(recording.id, f"longer than {max_hours:g} h", "raise max_hours or cut it in pieces")
    if (_claimed(recording, container, track) or 0) > max_hours * 3600:
        raise too_long
    first = round(recording.offset_s * SAMPLE_RATE)
    stop = None if recording.duration_s is None else first + round(recording.duration_s * SAMPLE_RATE)
    begin, given, chunk = 0, 0, np.empty(0, np.float32)
    for begin, chunk in _placed(recording, container, track):
        part = chunk[max(0, first - begin) : None if stop is None else max(0, stop - begin)]
        given += len(part)
        if given > max_hours * 3600 * SAMPLE_RATE:
            raise too_long
        if len(part):
            yield part
        if stop is not None and begin + len(chunk) >= stop:
            break
    if not begin + len(chunk):
        raise AudioError(recording.id, "holds no sound (0 samples decode)", "remove it or copy it again")
    _complete(recording, container, track, file, (begin + len(chunk)) / SAMPLE_RATE)
    if not given:
        raise AudioError(recording.id, "the stretch lies behind the end of the file", "check its offset")


def _complete(recording: Recording, container: Any, track: Any, file: IO[bytes], there: float) -> None:
    """Raises AudioError where less than the header promises of the file, or of the stretch, is there.

    Without a promise, where the file breaks off before the end of the stretch.
    """
    whole = declared(file, container, track)
    end = None if recording.duration_s is None else recording.offset_s + recording.duration_s
    todo = "copy it again, or convert what is there"
    if whole is not None and there < min(whole, end or whole) - MISSING_S:
        raise AudioError(recording.id, f"cut off or damaged: {there:.1f} of {whole:.1f} s decode", todo)
    if whole is None and (end is None or there < end - MISSING_S) and breaks_off(file, container.format.name):
        raise AudioError(recording.id, f"cut off within a frame: {there:.1f} s decode", todo)


def _placed(recording: Recording, container: Any, track: Any) -> Iterator[tuple[int, NDArray[np.float32]]]:
    """Frames as mono float32 at 16 kHz, each with the index of its first sample in the recording."""
    import av

    resampler: Any = None
    setup: tuple[object, ...] = ()
    at = 0
    for frame in chain(frames(recording, container, track), [None]):
        changed = frame is not None and setup != (new := (frame.rate, frame.layout.name, frame.format.name))
        flushed = resampler.resample(None) if resampler and (changed or frame is None) else []
        if changed:  # the first frame; also where a chained Ogg changes its rate
            resampler = av.AudioResampler(format="flt", rate=SAMPLE_RATE)
            if not setup:
                at, missing = _begin(recording, container, track, frame)
                flushed += resampler.resample(_silence(frame, missing)) if missing else []
            setup = new
        if frame is not None:
            frame.pts = None  # samples are counted, time stamps with gaps are not trusted
            flushed += resampler.resample(frame)
        for out in flushed:
            packed = out.to_ndarray()  # [1, samples * channels]: PyAV crashes on planes without a layout
            chunk = packed.reshape(out.samples, -1).mean(axis=1)  # [samples]
            yield at, np.nan_to_num(chunk, nan=0.0).clip(-1.0, 1.0)
            at += len(chunk)


def _begin(recording: Recording, container: Any, track: Any, frame: Any) -> tuple[int, int]:
    """Where the first decoded frame stands: (samples at 16 kHz, samples at its own rate to put before it).

    Only after a seek is it not (0, 0). The second aligns the resampler with the grid that it would have had
    from the start: at 44.1 kHz every 441st sample falls on one of 16 kHz.
    """
    index = first_sample(recording, container, track, frame)
    missing = index % (frame.rate // gcd(frame.rate, SAMPLE_RATE))
    return (index - missing) * SAMPLE_RATE // frame.rate, missing


def first_sample(recording: Recording, container: Any, track: Any, frame: Any) -> int:
    """Which sample of the file, at its own rate, the first decoded frame begins with: 0 without a seek."""
    if not seeks(recording, container, track):
        return 0
    at = None if frame.pts is None else (frame.pts - (track.start_time or 0)) * track.time_base
    if at is None or at > recording.offset_s:
        raise AudioError(
            recording.id, "the offset cannot be sought in this file", "cut the stretch out of it"
        )
    index: int = round(at * frame.rate)
    return index


def _silence(frame: Any, samples: int) -> Any:
    """A frame of zeros in the format of another."""
    import av

    zeros = av.AudioFrame(format=frame.format.name, layout=frame.layout.name, samples=samples)
    zeros.rate = frame.rate
    for plane in zeros.planes:
        plane.update(bytes(plane.buffer_size))
    return zeros


def frames(recording: Recording, container: Any, track: Any) -> Iterator[Any]:
    """Decoded frames from a little before the offset; packets that do not decode are left out."""
    import av

    if seeks(recording, container, track):
        target = int((recording.offset_s - PREROLL_S) / track.time_base) + (track.start_time or 0)
        container.seek(target, stream=track)
    whole = damaged = 0
    for packet in _packets(container, track):
        try:
            yield from packet.decode()
            whole += 1
        except av.error.FFmpegError:
            damaged += 1
    if damaged > whole:
        raise AudioError(recording.id, "most of it is damaged", "copy it again or remove it")


def _packets(container: Any, track: Any) -> Iterator[Any]:
    """Packets up to the end, or to where a truncated container breaks off."""
    import av

    with suppress(av.error.FFmpegError):
        yield from container.demux(track)
