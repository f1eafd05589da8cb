"""A file comes back as the same kind of file, with the same length and without all that is not its sound."""

from __future__ import annotations

import wave
from dataclasses import dataclass, field
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from pii_audio.audio import decode, rewrite
from pii_audio.errors import AudioError
from pii_audio.types import Recording


@dataclass
class Silencer:
    """Zeros in [begin_s, end_s); remembers how often it was asked for samples."""

    begin_s: float = 1.0
    end_s: float = 1.5
    calls: int = 0
    firsts: list[int] = field(default_factory=list)

    def touches(self, begin_s: float, end_s: float) -> bool:
        return begin_s < self.end_s and self.begin_s < end_s

    def delay(self, rate: int) -> int:
        return 0

    def __call__(self, samples: NDArray[np.float64], first: int, rate: int) -> NDArray[np.float64]:
        self.calls += 1
        self.firsts.append(first)
        seconds = (first + np.arange(len(samples))) / rate
        return np.where(((self.begin_s <= seconds) & (seconds < self.end_s))[:, None], 0.0, samples)


NOTHING = Silencer(0.0, 0.0)


def recording(path: Path, **stretch: float) -> Recording:
    return Recording("rec-1", "", path, **stretch)  # type: ignore[arg-type]


def make(
    path: Path, codec: str, rate: int, layout: str, *, seconds: float = 3.0, muxer: str | None = None
) -> Path:
    """A file with tags, of sound that has many frequencies; its channels are not the same."""
    channels = av.AudioLayout(layout).nb_channels
    noise = np.random.default_rng(0).standard_normal((channels, round(seconds * rate) + 77))
    bins = np.fft.rfft(noise, axis=1)
    hertz = np.fft.rfftfreq(noise.shape[1], 1 / rate)
    bins[:, (hertz < 200) | (hertz > 3000)] = 0  # as a telephone has it: every codec keeps that
    sound = np.fft.irfft(bins, noise.shape[1], axis=1).astype(np.float32)
    sound *= 0.1 / np.std(sound)
    sound *= np.linspace(1, 0.5, channels, dtype=np.float32)[:, None]
    with av.open(str(path), "w", format=muxer) as container:
        container.metadata.update({"title": "Sandra", "artist": "Tobias Hartmann", "comment": "Flensburg"})
        track = container.add_stream(codec, rate=rate, layout=layout, options={"strict": "experimental"})
        if codec == "flac":
            track.format = "s16"
        frame = av.AudioFrame.from_ndarray(sound, format="fltp", layout=layout)
        frame.rate, frame.pts = rate, 0
        for piece in [frame, None]:
            container.mux(track.encode(piece))
    return path


def read(path: Path) -> tuple[str, str, int, str, NDArray[np.float64]]:
    """(container, codec, rate, layout, samples [samples, channels])."""
    with av.open(str(path)) as container:
        track = container.streams.audio[0]
        known = container.format.name, track.codec.canonical_name, track.rate, track.layout.name
        frames = list(container.decode(track))
    resampler = av.AudioResampler("dbl")
    packed = [
        out.to_ndarray().reshape(out.samples, -1) for f in [*frames, None] for out in resampler.resample(f)
    ]
    return *known, np.concatenate(packed)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    (tmp_path / "out").mkdir()
    return tmp_path / "out"


LOSSLESS = [
    ("wav", "pcm_s16le", 44_100, "stereo"),
    ("wav", "pcm_s24le", 96_000, "stereo"),
    ("wav", "pcm_s32le", 48_000, "mono"),
    ("wav", "pcm_f32le", 48_000, "5.1"),
    ("wav", "pcm_u8", 22_050, "mono"),
    ("wav", "pcm_mulaw", 8_000, "mono"),
    ("flac", "flac", 44_100, "stereo"),
    ("flac", "flac", 16_000, "mono"),
    ("aiff", "pcm_s16be", 44_100, "stereo"),
    ("caf", "pcm_s16le", 44_100, "mono"),
    ("mov", "alac", 44_100, "stereo"),
    ("mkv", "flac", 16_000, "mono"),
]
LOSSY = [
    ("mp3", "libmp3lame", 44_100, "stereo"),
    ("mp3", "libmp3lame", 16_000, "mono"),
    ("m4a", "aac", 44_100, "stereo"),
    ("mp4", "aac", 16_000, "mono"),
    ("aac", "aac", 48_000, "mono"),
    ("ogg", "libopus", 48_000, "mono"),
    ("opus", "libopus", 48_000, "stereo"),
    ("webm", "libopus", 48_000, "stereo"),
    ("mkv", "aac", 44_100, "mono"),
]


@pytest.mark.parametrize(("suffix", "codec", "rate", "layout"), LOSSLESS)
def test_lossless_files_come_back_sample_for_sample(
    tmp_path: Path, out: Path, suffix: str, codec: str, rate: int, layout: str
) -> None:
    source = make(tmp_path / f"clip.{suffix}", codec, rate, layout)
    edit = Silencer()
    path = rewrite(recording(source), out, edit)
    *kind, before = read(source)
    *same, after = read(path)
    assert path.name == f"rec-1.{suffix}"
    assert same == kind
    assert after.shape == before.shape
    begin, end = round(1.0 * rate), round(1.5 * rate)
    assert np.array_equal(after[:begin], before[:begin])
    assert np.array_equal(after[end:], before[end:])
    assert np.abs(after[begin:end]).max() < 0.01
    assert edit.firsts == sorted(edit.firsts)


@pytest.mark.parametrize(("suffix", "codec", "rate", "layout"), LOSSY)
def test_lossy_files_come_back_in_time_and_as_loud(
    tmp_path: Path, out: Path, suffix: str, codec: str, rate: int, layout: str
) -> None:
    source = make(tmp_path / f"clip.{suffix}", codec, rate, layout)
    path = rewrite(recording(source), out, Silencer())
    *kind, before = read(source)
    *same, after = read(path)
    assert path.name == f"rec-1.{suffix}"
    assert same == kind
    assert 0 <= len(after) - len(before) <= 1024, "within a frame of AAC"
    after = after[: len(before)]
    begin, end = round(1.0 * rate), round(1.5 * rate)
    clear = slice(begin + 2048, end - 2048)  # a codec smears over a frame
    assert np.abs(after[clear]).max() < 0.02
    for part in (slice(4096, begin - 2048), slice(end + 2048, len(before) - 4096)):
        for one, other in zip(before[part].T, after[part].T, strict=True):
            assert np.corrcoef(one, other)[0, 1] > 0.9, "neither late nor on another channel"
            assert np.std(other) == pytest.approx(np.std(one), rel=0.15)


@pytest.mark.parametrize("suffix", ["wav", "flac", "mp3", "m4a", "ogg", "webm"])
def test_tags_covers_and_chapters_stay_behind(tmp_path: Path, out: Path, suffix: str) -> None:
    codecs = {"wav": "pcm_s16le", "flac": "flac", "mp3": "libmp3lame", "m4a": "aac"}
    rate = 48_000
    source = make(tmp_path / f"clip.{suffix}", codecs.get(suffix, "libopus"), rate, "mono", seconds=2)
    if suffix == "mp3":
        picture = b"APIC" + (14 + 4).to_bytes(4, "big") + b"\0\0" + b"\0image/png\0\3\0Sand"
        tag = b"ID3\3\0\0" + bytes([0, 0, 0, len(picture)]) + picture
        source.write_bytes(tag + source.read_bytes())
    assert b"Sand" in source.read_bytes()
    path = rewrite(recording(source), out, Silencer(0.0, 0.5))
    assert not [w for w in (b"Sand", b"Tobias", b"Flensburg", b"image/png") if w in path.read_bytes()]
    with av.open(str(path)) as container:
        tags = {**container.metadata, **container.streams.audio[0].metadata}
        assert {k.lower() for k in tags} <= {
            *("encoder", "duration", "language", "handler_name", "vendor_id"),
            *("major_brand", "minor_version", "compatible_brands"),
        }
        assert len(container.streams) == 1
        assert container.chapters() == []


def test_a_film_gives_its_sound_alone(tmp_path: Path, out: Path) -> None:
    source = tmp_path / "film.mkv"
    with av.open(str(source), "w") as container:
        picture = container.add_stream("ffv1", rate=10, width=16, height=16)
        sound = container.add_stream("pcm_s16le", rate=16_000, layout="mono")
        for n in range(10):
            frame = av.VideoFrame.from_ndarray(np.full((16, 16, 3), 25 * n, np.uint8))
            container.mux(picture.encode(frame))
        samples = np.ones((1, 16_000), np.int16) * 1000
        tone = av.AudioFrame.from_ndarray(samples, format="s16", layout="mono")
        tone.rate = 16_000
        for track, piece in [(sound, tone), (sound, None), (picture, None)]:
            container.mux(track.encode(piece))
    path = rewrite(recording(source), out, NOTHING)
    with av.open(str(path)) as container:
        assert [stream.type for stream in container.streams] == ["audio"]
    assert len(read(path)[-1]) == 16_000


@pytest.mark.parametrize(("suffix", "codec"), [("wav", "pcm_s16le"), ("flac", "flac"), ("m4a", "aac")])
@pytest.mark.parametrize("offset_s", [1.23456, 12.5])
def test_of_a_stretch_only_the_stretch(
    tmp_path: Path, out: Path, suffix: str, codec: str, offset_s: float
) -> None:
    source = make(tmp_path / f"clip.{suffix}", codec, 44_100, "stereo", seconds=20)
    stretch = recording(source, offset_s=offset_s, duration_s=3.0)
    path = rewrite(stretch, out, Silencer(1.0, 1.5))
    heard, original = decode(recording(path)).samples, decode(stretch).samples
    assert len(original) == 48_000
    assert 0 <= len(heard) - len(original) < 400
    assert np.corrcoef(heard[:15_000], original[:15_000])[0, 1] > 0.95
    assert np.corrcoef(heard[26_000:46_000], original[26_000:46_000])[0, 1] > 0.95
    assert np.abs(heard[17_000:23_000]).max() < 0.01


@pytest.mark.parametrize("channels", [3, 5, 16])
def test_microphone_arrays_without_a_layout_keep_their_channels(
    tmp_path: Path, out: Path, channels: int
) -> None:
    source = tmp_path / "array.wav"
    samples = np.arange(32_000 * channels).reshape(-1, channels).astype("<i2")
    with wave.open(str(source), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(samples.tobytes())
    path = rewrite(recording(source), out, Silencer())
    with wave.open(str(path)) as file:
        assert file.getnchannels() == channels
        after = np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, channels)
    assert np.array_equal(after[:16_000], samples[:16_000])
    assert not after[16_000:24_000].any()
    assert np.array_equal(after[24_000:], samples[24_000:])


def test_what_libav_cannot_write_becomes_flac(tmp_path: Path, out: Path) -> None:
    vorbis = make(tmp_path / "clip.ogg", "vorbis", 44_100, "stereo")  # an encoder that calls itself a trial
    path = rewrite(recording(vorbis), out, NOTHING)
    container, codec, rate, layout, after = read(path)
    assert (path.suffix, container, codec) == (".ogg", "ogg", "flac")
    assert (rate, layout, after.shape) == (44_100, "stereo", read(vorbis)[-1].shape)


def test_a_wrong_suffix_is_put_right(tmp_path: Path, out: Path) -> None:
    source = make(tmp_path / "clip.mp3", "pcm_s16le", 16_000, "mono", muxer="wav")
    assert rewrite(recording(source), out, NOTHING).suffix == ".wav"


def test_what_cannot_be_decoded_leaves_no_file(tmp_path: Path, out: Path) -> None:
    source = tmp_path / "clip.wav"
    source.write_bytes(b"RIFF" + bytes(100))
    with pytest.raises(AudioError):
        rewrite(recording(source), out, NOTHING)
    good = make(tmp_path / "good.wav", "pcm_s16le", 16_000, "mono")

    class Broken(Silencer):
        def __call__(self, samples: NDArray[np.float64], first: int, rate: int) -> NDArray[np.float64]:
            raise RuntimeError

    with pytest.raises(RuntimeError):
        rewrite(recording(good), out, Broken())
    assert list(out.iterdir()) == []
