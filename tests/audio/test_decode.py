"""Every container that users have, made here from a real clip, decodes to nearly the same samples."""

from __future__ import annotations

import wave
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from pii_audio.audio import SAMPLE_RATE, decode, duration, has_audio, stream
from pii_audio.types import Recording

LAYOUTS = {1: "mono", 2: "stereo", 6: "5.1"}


def recording(path: Path, **options: float) -> Recording:
    return Recording(id="rec-0123456789ab", content_hash="", path=path, **options)  # type: ignore[arg-type]


def encode(path: Path, samples: NDArray[np.float32], codec: str, rate: int, channels: int) -> Path:
    """The same sound on every channel, encoded by libav."""
    with av.open(str(path), "w") as container:
        layout = LAYOUTS[channels]
        track = container.add_stream(codec, rate=rate, layout=layout, options={"strict": "experimental"})
        frame = av.AudioFrame.from_ndarray(np.tile(samples, (channels, 1)), format="fltp", layout=layout)
        frame.rate, frame.time_base = SAMPLE_RATE, Fraction(1, SAMPLE_RATE)
        resampler = av.AudioResampler(format=track.format, layout=layout, rate=rate)
        for piece in [*resampler.resample(frame), *resampler.resample(None), None]:
            container.mux(track.encode(piece))
    return path


def likeness(one: NDArray[np.float32], other: NDArray[np.float32], delay: int = 800) -> float:
    """Highest correlation within 50 ms: lossy codecs put their own delay before the sound."""
    length = min(len(one), len(other)) - 2 * delay
    middle = one[delay : delay + length]
    shift = int(np.argmax(np.correlate(other[: length + 2 * delay], middle, "valid")))
    return float(np.corrcoef(middle, other[shift : shift + length])[0, 1])


@pytest.fixture(scope="module")
def clip(speech_folder: Path) -> NDArray[np.float32]:
    """4 s of a real speaker, 16 kHz."""
    return decode(recording(speech_folder / "fleurs-de-000.ogg")).samples[40_000:104_000]


@pytest.fixture(scope="module")
def long_clip(speech_folder: Path) -> NDArray[np.float32]:
    """25 s of a real speaker, 16 kHz."""
    return decode(recording(speech_folder / "azure-speech-de-000.wav")).samples[: 25 * SAMPLE_RATE]


CONTAINERS = [
    ("wav", "pcm_s16le", 16_000, 1, 0.9999),
    ("wav", "pcm_s16le", 44_100, 2, 0.999),
    ("wav", "pcm_s24le", 96_000, 2, 0.999),
    ("wav", "pcm_f32le", 48_000, 6, 0.999),
    ("wav", "pcm_u8", 22_050, 1, 0.95),
    ("wav", "pcm_mulaw", 8_000, 1, 0.85),
    ("flac", "flac", 16_000, 1, 0.9999),
    ("flac", "flac", 44_100, 2, 0.999),
    ("mp3", "libmp3lame", 44_100, 2, 0.98),
    ("mp3", "libmp3lame", 16_000, 1, 0.98),
    ("m4a", "aac", 44_100, 2, 0.98),
    ("aac", "aac", 48_000, 1, 0.98),
    ("opus", "libopus", 48_000, 1, 0.95),
    ("ogg", "vorbis", 44_100, 2, 0.90),  # libav's own encoder is stereo only and rough
    ("webm", "libopus", 48_000, 2, 0.95),
]


@pytest.mark.parametrize(("suffix", "codec", "rate", "channels", "least"), CONTAINERS)
def test_every_container_sounds_the_same(
    tmp_path: Path, clip: NDArray[np.float32], suffix: str, codec: str, rate: int, channels: int, least: float
) -> None:
    path = encode(tmp_path / f"clip.{suffix}", clip, codec, rate, channels)
    audio = decode(recording(path))
    assert audio.samples.dtype == np.float32
    assert audio.samples.ndim == 1
    assert (audio.source_rate, audio.source_channels) == (rate, channels)
    assert audio.duration_s == pytest.approx(4.0, abs=0.08)
    assert likeness(audio.samples, clip) > least
    assert np.std(audio.samples) == pytest.approx(np.std(clip), rel=0.15)  # as loud as before
    assert has_audio(path)


@pytest.mark.parametrize(("suffix", "codec", "rate", "channels", "least"), CONTAINERS)
def test_a_stretch_is_the_same_samples(
    tmp_path: Path,
    long_clip: NDArray[np.float32],
    suffix: str,
    codec: str,
    rate: int,
    channels: int,
    least: float,
) -> None:
    path = encode(tmp_path / f"clip.{suffix}", long_clip, codec, rate, channels)
    whole = decode(recording(path)).samples
    for offset_s, duration_s in [(0.0, 1.5), (1.23456, 2.34567), (17.77777, 3.21)]:  # the last one seeks
        part = decode(recording(path, offset_s=offset_s, duration_s=duration_s)).samples
        first, length = round(offset_s * SAMPLE_RATE), round(duration_s * SAMPLE_RATE)
        assert len(part) == length
        error = np.std(part - whole[first : first + length]) / np.std(part)
        # webm knows its times to the millisecond; AAC adds noise of its own, from a state that a seek resets
        assert error < (1e-3 if suffix != "webm" and codec != "aac" else 0.5)
    rest = decode(recording(path, offset_s=20.0)).samples
    assert len(rest) == pytest.approx(len(whole) - 20 * SAMPLE_RATE, abs=16)


def test_pieces_add_up_to_the_whole(speech_folder: Path) -> None:
    one = recording(speech_folder / "azure-speech-de-000.wav")
    pieces = list(stream(one))
    assert len(pieces) > 10
    assert max(map(len, pieces)) <= SAMPLE_RATE
    assert np.array_equal(np.concatenate(pieces), decode(one).samples)


@pytest.mark.parametrize("channels", [3, 4, 7, 8, 16])
def test_microphone_arrays_without_a_layout_are_averaged(tmp_path: Path, channels: int) -> None:
    path = tmp_path / "array.wav"
    levels = np.arange(1, channels + 1) * 2000
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(np.tile(levels.astype("<i2"), (8000, 1)).tobytes())
    audio = decode(recording(path))
    assert len(audio.samples) == 8000
    assert audio.samples[4000] == pytest.approx(levels.mean() / 32768, abs=1e-4)


def test_duration_is_known_before_decoding(tmp_path: Path, clip: NDArray[np.float32]) -> None:
    path = encode(tmp_path / "clip.flac", clip, "flac", 44_100, 2)
    assert duration(recording(path)) == pytest.approx(4.0, abs=0.001)
    assert duration(recording(path, offset_s=3.0, duration_s=5.0)) == pytest.approx(1.0, abs=0.001)
    assert duration(recording(path, offset_s=1.0, duration_s=0.5)) == pytest.approx(0.5)
    assert duration(recording(tmp_path / "missing.wav")) is None


@pytest.mark.parametrize("size", [0xFFFFFFFF, 0x7FFFFFF0, 0])
def test_a_wav_from_a_stream_lies_about_its_size(
    tmp_path: Path, clip: NDArray[np.float32], size: int
) -> None:
    path = encode(tmp_path / "clip.wav", clip, "pcm_s16le", 16_000, 1)
    data = bytearray(path.read_bytes())
    at = data.index(b"data")
    data[4:8] = data[at + 4 : at + 8] = size.to_bytes(4, "little")
    path.write_bytes(data)
    assert decode(recording(path), max_hours=1).duration_s == pytest.approx(4.0, abs=0.01)


def test_values_stay_in_range_whatever_the_file_holds(tmp_path: Path) -> None:
    path = tmp_path / "wild.wav"
    wild = np.tile(np.array([0.5, np.nan, np.inf, -np.inf, 3.0], np.float32), 3200)
    with av.open(str(path), "w") as container:
        track = container.add_stream("pcm_f32le", rate=16_000, layout="mono")
        frame = av.AudioFrame.from_ndarray(wild[None], format="flt", layout="mono")
        frame.rate = 16_000
        for piece in [frame, None]:
            container.mux(track.encode(piece))
    samples = decode(recording(path)).samples
    assert len(samples) == len(wild)
    assert np.isfinite(samples).all()
    assert np.abs(samples).max() <= 1.0
