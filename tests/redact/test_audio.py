"""Of a masked stretch nothing is left, on no channel; everything else is as it was."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from pii_audio import Config, Failure, Outcome, Transcript, pipeline, run
from pii_audio.audio import decode, rewrite
from pii_audio.config import RedactConfig
from pii_audio.formats.release import Masked, Release, load_release
from pii_audio.redact.audio import FADE_S, Cover, redact_audio
from pii_audio.redact.text import Redaction
from pii_audio.redact.voice import WARNING, Changed
from pii_audio.types import Recording

SAID = "Guten Tag, mein Name ist Sandra Hartmann, können Sie mich bitte morgen zurückrufen?"
FORMS = {  # suffix -> codec, rate, layout
    "wav": ("pcm_s16le", 44_100, "stereo"),
    "flac": ("flac", 16_000, "mono"),
    "mp3": ("libmp3lame", 44_100, "stereo"),
    "m4a": ("aac", 44_100, "mono"),
    "ogg": ("libopus", 48_000, "mono"),
    "webm": ("libopus", 48_000, "stereo"),
}
MASKED = (Masked(1.0, 1.4, "PERSON"), Masked(2.0, 3.0, "LOCATION"))


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory, speak: Callable[..., Path]) -> Path:
    """The same sentence in every form, with a name in its tags."""
    folder = tmp_path_factory.mktemp("spoken")
    wav = speak(folder / "said.wav", SAID)
    for suffix, (codec, rate, layout) in FORMS.items():
        with av.open(str(wav)) as source, av.open(str(folder / f"clip.{suffix}"), "w") as target:
            target.metadata["title"] = "Hildegunde"
            track = target.add_stream(codec, rate=rate, layout=layout)
            if codec == "flac":
                track.format = "s16"
            resampler = av.AudioResampler(track.format, layout, rate)
            for frame in [*source.decode(audio=0), None]:
                for piece in resampler.resample(frame):
                    target.mux(track.encode(piece))
            target.mux(track.encode(None))
    wav.unlink()
    return folder


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory, spoken: Path) -> tuple[Outcome, Release]:
    outcome = run([spoken], tmp_path_factory.mktemp("out"), Config(), release=True)
    assert outcome.failures == ()
    data = json.loads((outcome.out / "redacted" / "release.json").read_text())
    return outcome, load_release(data)


def samples(path: Path) -> NDArray[np.float64]:
    """[samples, channels]"""
    resampler = av.AudioResampler("dbl")
    with av.open(str(path)) as container:
        frames = [*container.decode(audio=0), None]
        parts = [out.to_ndarray().reshape(out.samples, -1) for f in frames for out in resampler.resample(f)]
    return np.concatenate(parts)


def likeness(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Highest correlation of the two at any shift of up to 30 ms, of any channel."""
    best = 0.0
    for a, b in zip(one.T, other.T, strict=True):
        spectrum = np.fft.rfft(a, 2 * len(a)) * np.fft.rfft(b, 2 * len(a)).conj()
        near = np.fft.irfft(spectrum)
        scale = float(np.linalg.norm(a) * np.linalg.norm(b)) or 1.0
        reach = len(a) // 10
        best = max(best, float(np.abs(np.concatenate([near[:reach], near[-reach:]])).max()) / scale)
    return best


def test_every_recording_has_its_sound(released: tuple[Outcome, Release]) -> None:
    outcome, release = released
    for recording, entry in zip(outcome.recordings, release.recordings, strict=True):
        assert entry.audio == f"{recording.id}{recording.path.suffix}"
        path = outcome.out / "redacted" / entry.audio
        assert path.stat().st_mode & 0o777 == 0o644
        assert b"Hildegunde" in recording.path.read_bytes()
        assert b"Hildegunde" not in path.read_bytes()


def test_masked_seconds_hold_nothing_of_the_original_and_the_others_all(
    released: tuple[Outcome, Release],
) -> None:
    outcome, release = released
    for recording, entry in zip(outcome.recordings, release.recordings, strict=True):
        assert entry.audio
        codec, rate, _ = FORMS[recording.path.suffix[1:]]
        before, after = samples(recording.path), samples(outcome.out / "redacted" / entry.audio)
        assert 0 <= len(after) - len(before) <= 1024
        assert after.shape[1] == before.shape[1]
        assert any(m.entity_type == "PERSON" for m in entry.masked)
        smear = 0 if codec in ("pcm_s16le", "flac") else 2048
        clear = np.ones(len(before), bool)
        for mask in entry.masked:
            first, last = round(mask.begin_s * rate), min(round(mask.end_s * rate), len(before))
            inside = slice(first + smear, last - smear)
            assert likeness(before[inside], after[inside]) < 0.2
            clear[max(0, first - round(FADE_S * rate) - smear) : last + round(FADE_S * rate) + smear] = False
        one, other = before[clear], after[: len(before)][clear]
        if smear:
            assert np.corrcoef(one[:, 0], other[:, 0])[0, 1] > 0.95
        else:
            assert np.array_equal(one, other)


def test_the_name_is_not_heard_again_and_the_rest_is(
    released: tuple[Outcome, Release], tmp_path: Path
) -> None:
    outcome, release = released
    assert all("Hartmann" in t.text for t in outcome.transcripts)
    again = run(
        [outcome.out / "redacted" / r.audio for r in release.recordings if r.audio], tmp_path, Config()
    )
    assert len(again.transcripts) == len(FORMS)
    for transcript in again.transcripts:
        assert not [word for word in ("Sandra", "Hartmann", "andra", "artmann") if word in transcript.text]
        assert "Guten Tag" in transcript.text


@pytest.mark.parametrize("operator", ["beep", "silence", "noise"])
@pytest.mark.parametrize("rate", [8_000, 44_100])
def test_what_covers_is_the_same_however_it_comes_in_pieces(operator: str, rate: int) -> None:
    cover = Cover(MASKED, operator, (1e-4,) * 20 if operator == "noise" else None, 7)  # type: ignore[arg-type]
    original = np.random.default_rng(1).standard_normal((4 * rate, 2)) * 0.1
    whole = cover(original, 0, rate)
    cuts = [0, 100, 1_152, round(1.2 * rate), round(2.5 * rate), 4 * rate]
    pieces = [cover(original[a:b], a, rate) for a, b in pairwise(cuts)]
    assert np.allclose(np.concatenate(pieces), whole)
    seconds = np.arange(len(whole)) / rate
    masked = np.zeros(len(whole), bool)
    near = np.zeros(len(whole), bool)
    for mask in MASKED:
        masked |= (mask.begin_s <= seconds) & (seconds < mask.end_s)
        reach = FADE_S + 1 / rate
        near |= (mask.begin_s - reach <= seconds) & (seconds < mask.end_s + reach)
    louder = cover(original * 3, 0, rate)
    assert np.array_equal(louder[masked], whole[masked]), "what covers owes nothing to what it covers"
    assert np.array_equal(whole[~near], original[~near])
    assert np.abs(np.diff(cover(original * 0 + 0.5, 0, rate)[:, 0])).max() < 0.2, "no clicks"
    expected = {"beep": 0.1 / np.sqrt(2), "silence": 0.0, "noise": np.sqrt(20e-4)}[operator]
    assert np.std(whole[masked]) == pytest.approx(expected, rel=0.25)


def test_infinite_samples_under_a_mask_leave_no_trace() -> None:
    wild = np.full((16_000 * 4, 1), np.inf)
    wild[::2] = np.nan
    edited = Cover(MASKED, "silence")(wild, 0, 16_000)
    assert not edited[16_000:22_000].any()


def test_the_noise_sounds_like_the_rest_of_the_recording(spoken: Path, tmp_path: Path) -> None:
    source = Recording("rec-1", "", spoken / "clip.flac")
    config = RedactConfig(audio="noise")
    path = redact_audio(source, (Masked(1.0, 4.0, "PERSON"),), config, tmp_path, max_hours=1)
    before, after = decode(source).samples, decode(Recording("rec-2", "", path)).samples
    noise, rest = after[16_000:64_000], np.concatenate([before[:15_000], before[65_000:]])

    def bands(sound: NDArray[np.float32]) -> NDArray[np.float64]:
        """dB of eight octaves' halves; of the louder frames only."""
        frames = sound[: len(sound) // 512 * 512].reshape(-1, 512)
        powers = np.abs(np.fft.rfft(frames * np.hanning(512))) ** 2
        powers = powers[powers.sum(1) > np.median(powers.sum(1)) / 10].mean(0)
        return np.array([10 * np.log10(part.sum()) for part in np.split(powers[1:], [4, 8, 16, 32, 64, 128])])

    assert np.abs(bands(noise) - bands(rest)).max() < 6
    chunks = noise.reshape(30, -1).std(axis=1)
    assert chunks.max() / chunks.min() < 2, "no syllables in it"


def test_a_stretch_of_a_manifest_is_all_that_is_released(spoken: Path, tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.jsonl"
    rows = [{"audio_filepath": str(spoken / "clip.wav"), "offset": 0.5, "duration": 2.5}]
    manifest.write_text("".join(json.dumps(row) + "\n" for row in rows))
    outcome = run([manifest], tmp_path / "out", Config(), release=True)
    (path,) = (tmp_path / "out" / "redacted").glob("*.wav")
    assert len(samples(path)) == round(2.5 * 44_100)
    assert outcome.failures == ()


def test_without_sound_only_text_is_released(spoken: Path, tmp_path: Path) -> None:
    config = Config.parse({"redact": {"audio": "none"}})
    run([spoken / "clip.flac"], tmp_path / "out", config, release=True)
    names = {path.suffix for path in (tmp_path / "out" / "redacted").iterdir()}
    assert names == {".txt", ".json", ".srt", ".vtt"}


def test_a_recording_whose_sound_cannot_be_redacted_is_withheld_whole(
    spoken: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pii_audio.redact import audio

    def broken(recording: Recording, *arguments: object) -> Path:
        if recording.path.suffix == ".mp3":
            raise RuntimeError("Hartmann")
        return real(recording, *arguments)  # type: ignore[arg-type]

    real = audio.rewrite
    monkeypatch.setattr(audio, "rewrite", broken)
    out = tmp_path / "out"
    outcome = run([spoken / "clip.mp3", spoken / "clip.flac"], out, Config(), release=True)
    (failure,) = outcome.failures
    assert (failure.stage, "Hartmann" in failure.message) == ("redact", False)
    assert not list((out / "redacted").glob(f"{failure.recording_id}*"))
    assert len(list((out / "redacted").glob("*.flac"))) == 1


def test_speech_that_the_transcript_lacks_is_masked(spoken: Path, tmp_path: Path) -> None:
    source = Recording("rec-1", "", spoken / "clip.flac")
    before = decode(source).samples
    nothing = Redaction(Transcript("rec-1", "", (), "de", len(before) / 16_000))
    config = Config.parse({"redact": {"audio": "silence"}})
    write = partial(redact_audio, config=config.redact, folder=tmp_path, max_hours=1.0)
    sound = pipeline.redact_sound(source, nothing.transcript, nothing, config, write)
    assert not isinstance(sound, Failure)
    path, masked = sound
    assert path
    assert {mask.entity_type for mask in masked} == {"UNHEARD"}
    after = decode(Recording("rec-2", "", path)).samples
    assert np.mean(after**2) < np.mean(before**2) / 100
    config = Config.parse({"redact": {"audio": "silence", "unheard": False}})
    assert pipeline.redact_sound(source, nothing.transcript, nothing, config, write) == (path, ())


@pytest.mark.parametrize(("layout", "rate"), [("mono", 16_000), ("stereo", 44_100)])
def test_a_changed_voice_is_another_one_of_the_same_length(
    spoken: Path, tmp_path: Path, layout: str, rate: int
) -> None:
    source = Recording("rec-1", "", spoken / ("clip.flac" if layout == "mono" else "clip.wav"))
    before = samples(source.path)
    same = samples(rewrite(source, tmp_path, Changed(Cover((), "silence"), 1.0, 1.0)))
    assert same.shape == before.shape
    assert np.corrcoef(same[rate // 5 : -rate // 5, 0], before[rate // 5 : -rate // 5, 0])[0, 1] > 0.999
    higher = samples(rewrite(source, tmp_path, Changed(Cover((), "silence"), 1.25, 1.12)))
    assert higher.shape == before.shape
    assert pitch(higher[:, 0], rate) / pitch(before[:, 0], rate) == pytest.approx(1.25, abs=0.06)


def pitch(sound: NDArray[np.float64], rate: int) -> float:
    """Median fundamental in Hz of the loud frames, 70 to 350 Hz, by autocorrelation."""
    size = rate // 20
    frames = sound[: len(sound) // size * size].reshape(-1, size)
    found = []
    for frame in frames[frames.std(axis=1) > np.std(sound)]:
        likeness = np.correlate(frame, frame, "full")[size - 1 :]
        low, high = rate // 350, rate // 70
        found.append(rate / (low + int(np.argmax(likeness[low:high]))))
    return float(np.median(found))


def test_a_changed_voice_smears_nothing_out_of_a_mask() -> None:
    quiet = np.random.default_rng(1).standard_normal((64_000, 1)) * 0.1
    loud = quiet.copy()
    loud[16_000:22_400] += 0.8  # all of it under the first mask
    one, other = (Changed(Cover(MASKED, "beep"), 1.2, 1.1)(sound, 0, 16_000) for sound in (quiet, loud))
    assert np.array_equal(one, other)


def test_a_changed_voice_is_the_same_however_it_comes_in_pieces() -> None:
    sound = np.random.default_rng(1).standard_normal((32_000, 2)) * 0.1
    whole = Changed(Cover(MASKED, "beep"), 0.8, 0.9)(sound, 0, 16_000)
    voice = Changed(Cover(MASKED, "beep"), 0.8, 0.9)
    cuts = [0, 10, 1_152, 2_304, 9_000, 32_000]
    assert np.allclose(np.concatenate([voice(sound[a:b], a, 16_000) for a, b in pairwise(cuts)]), whole)


def test_a_release_of_changed_voices_says_that_it_makes_nobody_anonymous(
    spoken: Path, tmp_path: Path
) -> None:
    config = Config.parse({"redact": {"voice": "changed"}})
    outcome = run([spoken / "clip.flac"], tmp_path / "out", config, release=True)
    data = json.loads((tmp_path / "out" / "redacted" / "release.json").read_text())
    assert data["warnings"] == [WARNING]
    again = run(
        [tmp_path / "out" / "redacted" / data["recordings"][0]["audio"]], tmp_path / "again", Config()
    )
    assert "Hartmann" not in again.transcripts[0].text
    assert len(again.transcripts[0].text.split()) > 5
    assert outcome.failures == ()
