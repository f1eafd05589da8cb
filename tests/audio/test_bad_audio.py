"""Bad input: each costs its own recording only, says what to do, and tells no file name."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import wave
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import av
import numpy as np
import pytest

from pii_audio.audio import decode, duration, has_audio, stream
from pii_audio.errors import AudioError
from pii_audio.types import Recording

SECRET = "Erika Mustermann"


def recording(path: Path, **options: float) -> Recording:
    return Recording(id="rec-0123456789ab", content_hash="", path=path, **options)  # type: ignore[arg-type]


def wav(path: Path, seconds: float, rate: int = 16_000) -> Path:
    noise = np.random.default_rng(0).normal(0, 3000, round(seconds * rate)).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(noise.tobytes())
    return path


def refusal(path: Path, **options: float) -> str:
    max_hours = options.pop("max_hours", 10.0)
    with pytest.raises(AudioError) as caught:
        decode(recording(path, **options), max_hours=max_hours)
    message = str(caught.value)
    assert message.startswith("rec-0123456789ab: ")
    assert re.search("; [a-z]+", message), "it says what to do"
    assert SECRET not in message
    assert "Errno" not in message
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    return message


@contextmanager
def somebody_else() -> Iterator[None]:
    """root may read everything: be nobody for a moment."""
    if os.geteuid():
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_missing(tmp_path: Path) -> None:
    assert "missing" in refusal(tmp_path / f"{SECRET}.wav")


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    assert "not a regular file" in refusal(tmp_path)


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / f"{SECRET}.wav")
    assert "not a regular file" in refusal(tmp_path / f"{SECRET}.wav")


def test_unreadable_permission() -> None:
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as name:  # pytest's own folders are closed to others
        Path(name).chmod(0o755)
        path = wav(Path(name) / f"{SECRET}.wav", 1)
        path.chmod(0)
        with somebody_else():
            assert "may not be read" in refusal(path)


@pytest.mark.parametrize("suffix", ["wav", "mp3", "m4a", "ogg", "flac", "webm", "aac"])
def test_an_empty_file_is_called_empty_and_prints_no_traceback(
    tmp_path: Path, suffix: str, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / f"{SECRET}.{suffix}"
    path.touch()
    assert "empty" in refusal(path)
    assert capfd.readouterr() == ("", "")


def test_an_empty_member_of_an_archive_is_called_empty(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with zipfile.ZipFile(tmp_path / "export.zip", "w") as archive:
        archive.writestr("a.mp3", b"")
    with pytest.raises(AudioError, match="empty"):
        decode(Recording("rec-0123456789ab", "", tmp_path / "export.zip", member="a.mp3"))
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("suffix", ["wav", "mp3", "m4a", "ogg", "flac", "webm", "aac"])
def test_text_renamed(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"{SECRET}.{suffix}"
    path.write_text(f"Hier wohnt {SECRET}, Lindenstraße 4.\n" * 300)
    refusal(path)
    assert not has_audio(path)
    assert duration(recording(path)) is None


def test_random_bytes(tmp_path: Path) -> None:
    path = tmp_path / f"{SECRET}.mp3"
    path.write_bytes(np.random.default_rng(0).bytes(200_000))
    refusal(path)


def test_no_samples(tmp_path: Path) -> None:
    assert "0 samples" in refusal(wav(tmp_path / f"{SECRET}.wav", 0))


def test_video_only(tmp_path: Path) -> None:
    path = tmp_path / f"{SECRET}.mp4"
    with av.open(str(path), "w") as container:
        track = container.add_stream("mpeg4", rate=5)
        track.width = track.height = 64
        for _ in range(3):
            container.mux(track.encode(av.VideoFrame(64, 64, "yuv420p")))
        container.mux(track.encode(None))
    assert "no audio stream" in refusal(path)


def test_longer_than_allowed(tmp_path: Path) -> None:
    path = wav(tmp_path / f"{SECRET}.wav", 40)
    assert "longer than 0.01 h" in refusal(path, max_hours=0.01)
    assert decode(recording(path, offset_s=5.0, duration_s=30.0), max_hours=0.01).duration_s == 30.0


def test_behind_the_end(tmp_path: Path) -> None:
    path = wav(tmp_path / f"{SECRET}.wav", 15)
    assert "behind the end" in refusal(path, offset_s=16.0)
    assert "behind the end" in refusal(path, offset_s=9.0 + 6.0)
    assert decode(recording(path, offset_s=14.5, duration_s=9.0)).duration_s == 0.5  # what there is of it


def encoded(path: Path, codec: str, samples: np.ndarray, **options: str) -> Path:
    """The samples, 16 kHz, in the container that the name says; options are the muxer's."""
    with av.open(str(path), "w", options=options) as container:
        rate = 48_000 if codec == "libopus" else 16_000
        track = container.add_stream(codec, rate=rate, layout="mono")
        frame = av.AudioFrame.from_ndarray(samples[None], format="fltp", layout="mono")
        frame.rate = 16_000
        resampler = av.AudioResampler(format=track.format, layout="mono", rate=rate)
        for piece in [*resampler.resample(frame), *resampler.resample(None), None]:
            container.mux(track.encode(piece))
    return path


@pytest.mark.parametrize(
    ("suffix", "codec", "options"),
    [
        ("mp3", "libmp3lame", {}),
        ("wav", "pcm_s16le", {}),
        ("aiff", "pcm_s16be", {}),
        ("flac", "flac", {}),
        ("webm", "libopus", {}),
        ("m4a", "aac", {"movflags": "faststart"}),
    ],
)
def test_a_truncated_file_is_refused_and_what_is_there_can_be_had(
    suffix: str, codec: str, options: dict[str, str], tmp_path: Path, speech_folder: Path
) -> None:
    whole = decode(recording(speech_folder / "azure-speech-de-000.wav")).samples
    path = encoded(tmp_path / f"{SECRET}.{suffix}", codec, whole, **options)
    assert len(decode(recording(path)).samples) == pytest.approx(len(whole), abs=2000)
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * 0.6)])
    found = re.search(r"cut off or damaged: ([\d.]+) of ([\d.]+) s", refusal(path))
    assert found
    there, length = float(found[1]), len(whole) / 16_000
    assert 0.5 * length < there < 0.7 * length
    assert float(found[2]) == pytest.approx(length, abs=0.1)
    kept = decode(recording(path, duration_s=10.0)).samples
    assert len(kept) == 160_000
    middle = whole[40_000:80_000]
    # the sound stands where it stood, within the few milliseconds that an encoder may delay it
    shift = int(np.argmax(np.correlate(kept[38_000:82_000], middle, "valid")))
    assert np.corrcoef(middle, kept[38_000 + shift : 78_000 + shift])[0, 1] > 0.7
    given: list[int] = []
    with pytest.raises(AudioError, match="cut off"):
        given.extend(len(chunk) for chunk in stream(recording(path)))
    assert sum(given) / 16_000 == pytest.approx(there, abs=0.06)  # all that is there was streamed


def test_a_truncated_m4a_with_its_index_at_the_end_is_refused(tmp_path: Path) -> None:
    path = encoded(tmp_path / "clip.m4a", "aac", np.zeros(160_000, np.float32))
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * 0.6)])
    assert "too damaged" in refusal(path)


@pytest.mark.parametrize("size", [0, 0x7FFF_F000, 0x7FFF_FFDB, 0x8000_0000, 0xFFFF_FFFF])
def test_a_wav_file_from_a_pipe_declares_no_length(size: int, tmp_path: Path) -> None:
    path = wav(tmp_path / "clip.wav", 2)
    data = bytearray(path.read_bytes())
    at = data.index(b"data") + 4
    data[at : at + 4] = size.to_bytes(4, "little")
    path.write_bytes(data)
    assert decode(recording(path)).duration_s == 2.0


def test_a_guessed_length_refuses_nothing(tmp_path: Path) -> None:
    """An mp3 file without a Xing header and bare AAC only have a bit rate, which varies."""
    sound = np.random.default_rng(0).normal(0, 0.1, 320_000).astype(np.float32)
    sound[160_000:] = 0.0  # silence takes fewer bytes than noise
    for path, codec, options in [
        (tmp_path / "clip.mp3", "libmp3lame", {"write_xing": "0"}),
        (tmp_path / "clip.aac", "aac", {}),
    ]:
        encoded(path, codec, sound, **options)
        assert decode(recording(path)).duration_s == pytest.approx(20, abs=0.2)


LOSSY = [
    ("mp3", "libmp3lame", {"write_xing": "0"}),
    ("aac", "aac", {}),
    ("ogg", "libopus", {}),
]


@pytest.mark.parametrize(("suffix", "codec", "options"), LOSSY)
def test_a_file_that_breaks_off_within_a_frame_is_refused(
    suffix: str, codec: str, options: dict[str, str], tmp_path: Path, speech_folder: Path
) -> None:
    whole = decode(recording(speech_folder / "azure-speech-de-000.wav")).samples
    path = encoded(tmp_path / f"{SECRET}.{suffix}", codec, whole, **options)
    data = path.read_bytes()
    for left in (int(len(data) * 0.6), len(data) - 1):
        path.write_bytes(data[:left])
        assert re.search(r"cut off within a frame: [\d.]+ s decode", refusal(path))
    assert len(decode(recording(path, duration_s=3.0)).samples) == 48_000  # of what is there


@pytest.mark.parametrize("rate", [8_000, 11_025, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000])
@pytest.mark.parametrize(("codec", "suffix"), [("libmp3lame", "mp3"), ("aac", "aac")])
def test_no_whole_file_breaks_off(codec: str, suffix: str, rate: int, tmp_path: Path) -> None:
    """At every rate, constant or not, with tags before and behind it."""
    noise = np.random.default_rng(rate).normal(0, 0.1, rate * 2).astype(np.float32)
    for bits in (16_000, 64_000, 0):
        path = tmp_path / f"{bits}.{suffix}"
        options = {"write_xing": "0"} if suffix == "mp3" else {}
        with av.open(str(path), "w", options=options) as container:
            track = container.add_stream(codec, rate=rate, layout="mono")
            if bits:
                track.bit_rate = bits
            else:
                track.codec_context.flags |= av.codec.context.Flags.qscale  # bit rate by quality
            frame = av.AudioFrame.from_ndarray(noise[None], format="fltp", layout="mono")
            frame.rate = rate
            for piece in [*av.AudioResampler(track.format, "mono", rate).resample(frame), None]:
                container.mux(track.encode(piece))
        assert decode(recording(path)).duration_s == pytest.approx(2, abs=0.3)
        path.write_bytes(path.read_bytes() + b"TAG" + bytes(125))
        assert decode(recording(path)).duration_s == pytest.approx(2, abs=0.3)


@pytest.mark.parametrize(("head", "frame"), [(b"#!AMR\n", 32), (b"#!AMR-WB\n", 61)])
def test_a_frame_of_amr_breaks_off(head: bytes, frame: int, tmp_path: Path) -> None:
    kind = {32: 7, 61: 8}[frame]
    path = tmp_path / "clip.amr"
    path.write_bytes(head + bytes([kind << 3 | 4, *bytes(frame - 1)]) * 100)
    assert decode(recording(path)).duration_s == pytest.approx(2, abs=0.1)
    path.write_bytes(path.read_bytes()[:-5])
    assert "cut off within a frame" in refusal(path)


def test_a_film_may_be_longer_than_its_sound(tmp_path: Path) -> None:
    path = tmp_path / "film.mkv"
    with av.open(str(path), "w") as container:
        picture, sound = container.add_stream("mpeg4", rate=5), container.add_stream("pcm_s16le", rate=16_000)
        picture.width = picture.height = 64
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 32_000), np.int16), format="s16", layout="mono")
        frame.rate = 16_000
        container.mux(sound.encode(frame))
        for _ in range(25):  # 5 s
            container.mux(picture.encode(av.VideoFrame(64, 64, "yuv420p")))
        container.mux([*picture.encode(None), *sound.encode(None)])
    assert decode(recording(path)).duration_s == 2.0


def test_damage_in_the_middle_costs_the_middle(tmp_path: Path, speech_folder: Path) -> None:
    from shutil import copyfile

    source = next(iter(sorted(speech_folder.glob("*.flac"))))
    whole = decode(recording(source)).duration_s
    path = tmp_path / "damaged.flac"
    copyfile(source, path)
    path.chmod(0o600)
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 2000] = bytes(2000)
    path.write_bytes(data)
    assert decode(recording(path)).duration_s > 0.5 * whole


def test_a_playlist_opens_nothing_else(tmp_path: Path) -> None:
    """HLS, concat and SDP files name other files and servers; none of them may be touched."""
    other = wav(tmp_path / "other.wav", 3)
    head = "#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:3,\n"
    for name, text in {
        "list.m3u8": f"{head}{other}\n#EXT-X-ENDLIST\n",
        "url.m3u8": f"{head}file://{other}\n#EXT-X-ENDLIST\n",
        "list.wav": f"ffconcat version 1.0\nfile other.wav\nfile {other}\n",
        "net.sdp": "v=0\no=- 0 0 IN IP4 127.0.0.1\nc=IN IP4 127.0.0.1\nm=audio 5004 RTP/AVP 0\n",
    }.items():
        path = tmp_path / name
        path.write_text(text)
        refusal(path)


def test_half_an_hour_needs_no_more_memory_than_its_samples(tmp_path: Path) -> None:
    """Half an hour is 115 MB as float32: `stream` holds none of it, `decode` holds it once."""
    path = tmp_path / "long.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(16_000)
        for _ in range(30):
            file.writeframes(bytes([128]) * 60 * 16_000)
    baseline, streamed, decoded = (
        _peak_mb(path, how) for how in ["0", "sum(map(len, stream(r)))", "decode(r)"]
    )
    assert streamed - baseline < 40
    assert 100 < decoded - baseline < 170


def _peak_mb(path: Path, how: str) -> float:
    code = f"""
from pathlib import Path
import av, numpy
from pii_audio.audio import decode, stream
from pii_audio.types import Recording
r = Recording("rec-0", "", Path({str(path)!r}))
{how}
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, check=True, capture_output=True, text=True)
    return float(done.stdout) / 1024


@pytest.mark.parametrize("name", ["a\nb.wav", "grüße 😀.wav", "-n %s.wav", "http:x.wav", b"latin-\xff.wav"])
def test_odd_file_names(tmp_path: Path, name: str | bytes) -> None:
    path = tmp_path / os.fsdecode(name)
    assert decode(recording(wav_at(path))).duration_s == 1.0


def wav_at(path: Path) -> Path:
    made = wav(path.parent / "plain.wav", 1)
    return made.rename(path)


def test_a_stream_closed_early_closes_its_file(tmp_path: Path) -> None:
    path = wav(tmp_path / "long.wav", 60)
    pieces = stream(recording(path))
    next(pieces)
    pieces.close()  # type: ignore[attr-defined]
    assert not [fd for fd in os.listdir("/proc/self/fd") if _target(fd) == str(path)]  # noqa: PTH208


def _target(fd: str) -> str:
    try:
        return os.readlink(f"/proc/self/fd/{fd}")  # noqa: PTH115
    except OSError:
        return ""


def test_libav_stays_silent(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    import logging

    import av.logging

    av.logging.set_level(av.logging.VERBOSE)  # somebody else in the process turned it up
    heard: list[logging.LogRecord] = []
    handler = logging.Handler()
    handler.emit = heard.append  # type: ignore[method-assign]
    logging.getLogger().addHandler(handler)
    try:
        path = tmp_path / f"{SECRET}.mp3"
        path.write_bytes(np.random.default_rng(0).bytes(50_000))
        refusal(path)
    finally:
        logging.getLogger().removeHandler(handler)
    assert not heard
    assert capfd.readouterr() == ("", "")
