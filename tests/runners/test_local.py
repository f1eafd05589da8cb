"""The main job on clips spoken for the test: every output, resuming, and bad input that costs only itself."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
import wave
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from pii_audio import Config, Ensemble, Outcome, Recording, Transcript, Word, run
from pii_audio.audio import duration
from pii_audio.config import RedactConfig
from pii_audio.files import hash_file
from pii_audio.formats.release import dump_release, load_release
from pii_audio.redact import audio

Speak = Callable[[Path, str], Path]
SAID = {
    "a": "Wie wird das Wetter morgen in Flensburg?",
    "b": "Ruf meine Freundin Sandra an.",
    "c": "Schreib Sandra, dass das Essen fertig ist.",
    "d": "Mach das Licht im Wohnzimmer aus.",
}


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory, speak: Speak) -> Path:
    folder = tmp_path_factory.mktemp("clips")
    for name, text in SAID.items():
        speak(folder / f"{name}.wav", text)
    return folder


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory, clips: Path) -> Outcome:
    return run([clips], tmp_path_factory.mktemp("out"), Config(), release=True)


def _files(folder: Path) -> dict[str, Path]:
    return {str(p.relative_to(folder)): p for p in sorted(folder.rglob("*")) if p.is_file()}


def _text_of(outcome: Outcome, word: str) -> str:
    return next(t.text for t in outcome.transcripts if word in t.text)


def test_every_output_is_there(outcome: Outcome) -> None:
    assert len(outcome.recordings) == len(SAID)
    assert outcome.failures == ()
    files = _files(outcome.out)
    for name in ("report.html", "report.json", "recordings.parquet", "findings.parquet", "sources.jsonl"):
        assert files[name].stat().st_size > 0, name
    for recording in outcome.recordings:
        for stage in ("transcript", "findings", "risk"):
            assert json.loads(files[f"recordings/{recording.id}/{stage}.json"].read_text())
        for suffix in ("txt", "json", "srt", "vtt", "wav"):
            assert files[f"redacted/{recording.id}.{suffix}"].stat().st_size > 0
    assert pq.read_table(outcome.out / "recordings.parquet").num_rows == len(SAID)
    assert pq.read_table(outcome.out / "findings.parquet").num_rows == sum(map(len, outcome.findings))


def test_a_release_says_what_it_holds(outcome: Outcome) -> None:
    folder = outcome.out / "redacted"
    data = json.loads((folder / "release.json").read_text())
    release = load_release(data)
    assert dump_release(release) == data
    assert [recording.id for recording in release.recordings] == [r.id for r in outcome.recordings]
    listed = {name: sha for recording in release.recordings for name, sha in recording.files.items()}
    assert listed == {p.name: hash_file(p) for p in folder.iterdir() if p.name != "release.json"}
    assert RedactConfig.model_validate(release.redact) == RedactConfig()


def test_names_and_places_are_found_in_what_was_heard(outcome: Outcome) -> None:
    found = {(f.entity_type, f.text) for findings in outcome.findings for f in findings}
    assert {("LOCATION", "Flensburg"), ("PERSON", "Sandra"), ("PARTNER", "meine Freundin")} <= found


def test_every_character_said_has_a_time(outcome: Outcome) -> None:
    for transcript in outcome.transcripts:
        covered = {i for word in transcript.words for i in range(word.start, word.end)}
        assert covered == {i for i, letter in enumerate(transcript.text) if not letter.isspace()}
        assert all(0 <= w.begin_s <= w.end_s <= transcript.duration_s for w in transcript.words)


def test_what_is_private_is_0600_and_what_is_not_holds_no_name(outcome: Outcome) -> None:
    for name, path in _files(outcome.out).items():
        mode = path.stat().st_mode & 0o777
        if name.startswith("redacted/") or name == "report-without-text.html":
            assert mode == 0o644, name
            data = path.read_bytes()
            assert not [word for word in (b"Sandra", b"Flensburg", b"Freundin") if word in data], name
        else:
            assert mode == 0o600, name


def test_one_person_has_one_placeholder_in_the_whole_set(outcome: Outcome) -> None:
    texts = [path.read_text() for path in (outcome.out / "redacted").glob("*.txt")]
    assert sum("<PERSON_1>" in text for text in texts) == 2
    assert not any("<PERSON_2>" in text for text in texts)


def test_the_report_has_the_promised_shape(outcome: Outcome) -> None:
    report = json.loads((outcome.out / "report.json").read_text())
    assert {r["id"] for r in report["recordings"]} == {r.id for r in outcome.recordings}
    assert all(0 <= r["risk"] <= 1 <= r["k"] for r in report["recordings"])
    assert len(report["persons"]) == len(outcome.risk.persons)
    assert {"expected_identified", "highest_risk", "aggregation_gain"} <= report["set"].keys()


def test_the_same_command_again_redoes_nothing(outcome: Outcome, clips: Path) -> None:
    before = {name: path.stat().st_mtime_ns for name, path in _files(outcome.out / "recordings").items()}
    again = run([clips], outcome.out, Config(), release=True)
    after = {name: path.stat().st_mtime_ns for name, path in _files(outcome.out / "recordings").items()}
    assert again.resumed == len(SAID)
    assert again.summary() == outcome.summary() | {"continued": len(SAID)}
    assert {n for n in before if before[n] != after[n]} == {n for n in before if n.endswith("risk.json")}


def test_only_what_changed_is_redone(outcome: Outcome, clips: Path, tmp_path: Path, speak: Speak) -> None:
    out = tmp_path / "out"
    shutil.copytree(outcome.out, out)
    more = tmp_path / "clips"
    shutil.copytree(clips, more)
    speak(more / "e.wav", "Stell den Timer auf zehn Minuten.")
    longer = run([more], out, Config())
    assert (len(longer.recordings), longer.resumed) == (len(SAID) + 1, len(SAID))
    assert not (out / "redacted").exists()  # it was the release of another set

    config = Config.parse({"recognize": {"entities": ["LOCATION"]}})
    places = run([more], out, config)
    assert places.resumed == len(SAID) + 1
    assert {f.entity_type for findings in places.findings for f in findings} == {"LOCATION"}


def test_a_damaged_transcript_is_made_again(outcome: Outcome, clips: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    shutil.copytree(outcome.out, out)
    recording = outcome.recordings[0]
    (out / "recordings" / recording.id / "transcript.json").write_text("{")
    again = run([clips], out, Config())
    assert again.resumed == len(SAID) - 1
    assert [t.recording_id for t in again.transcripts] == [t.recording_id for t in outcome.transcripts]
    assert all(t.text for t in again.transcripts)


def test_whatever_fails_is_found_in_the_sources(tmp_path: Path) -> None:
    lines = tmp_path / "lines.jsonl"
    rows = [{"language": "fr", "text": "Bonjour"}, {"language": "de", "text": "Guten Tag"}]
    lines.write_text("".join(json.dumps(row) + "\n" for row in rows))
    run([lines], tmp_path / "out", Config())
    sources = [json.loads(line) for line in (tmp_path / "out" / "sources.jsonl").read_text().splitlines()]
    assert [(row["state"], row["path"], row["member"]) for row in sources] == [
        ("done", str(lines), "line 2"),
        ("failed", str(lines), "line 1"),
    ]


def test_bad_input_costs_only_itself(tmp_path: Path, clips: Path, speak: Speak) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    shutil.copy(clips / "b.wav", folder / "good.wav")
    shutil.copy(clips / "b.wav", folder / "the same again.wav")
    shutil.copy(clips / "d.wav", folder / "line\nbreak 🎙.wav")
    (folder / "empty.wav").touch()
    (folder / "letter.docx").write_text("Liebe Sandra, dies ist kein Ton.\n")
    (folder / "letter.wav").write_text("Liebe Sandra, dies ist kein Ton.\n" * 100)
    _write_wav(folder / "nothing.wav", np.zeros(0, np.int16))
    _write_wav(folder / "silence.wav", np.zeros(16_000 * 5, np.int16))
    (folder / "truncated.mp3").write_bytes(_mp3(clips / "a.wav")[:300])
    for name, data in (("half.mp3", _mp3(clips / "a.wav")), ("half.wav", (clips / "a.wav").read_bytes())):
        (folder / name).write_bytes(data[: len(data) // 2])
    unreadable = folder / "unreadable.wav"
    shutil.copy(clips / "a.wav", unreadable)
    unreadable.chmod(0)

    outcome = run([folder, tmp_path / "missing.wav"], tmp_path / "out", Config(), release=True)

    sources = [json.loads(line) for line in (tmp_path / "out" / "sources.jsonl").read_text().splitlines()]
    states = {Path(row["path"]).name: row["state"] for row in sources}
    root = os.geteuid() == 0  # root may read everything
    assert states == {
        "good.wav": "done",
        "the same again.wav": "duplicate",
        "line\nbreak 🎙.wav": "done",
        "silence.wav": "done",
        "empty.wav": "failed",
        "letter.wav": "failed",
        "nothing.wav": "failed",
        "truncated.mp3": "failed",
        "half.mp3": "failed",
        "half.wav": "failed",
        "missing.wav": "failed",
        "unreadable.wav": "done" if root else "failed",
        "letter.docx": "left out",
    }
    assert outcome.summary()["other_files"] == 1
    assert outcome.duplicates == 1
    silent = [t for t in outcome.transcripts if not t.text]
    assert len(silent) == 1
    assert silent[0].duration_s == pytest.approx(5.0)
    for failure in outcome.failures:
        assert "; " in failure.message, "an error says what is wrong and what to do"
        assert not any(name.split(".")[0] in failure.message.split() for name in states)
    assert sum("cut off or damaged: " in failure.message for failure in outcome.failures) == 2
    assert "Sandra" in _text_of(outcome, "Sandra")
    assert not [name for name in _files(tmp_path / "out") if "Sandra" in name or "good" in name]


def test_one_recording_that_breaks_the_transcriber_is_alone_in_it(
    clips: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pii_audio import pipeline
    from pii_audio.asr.fake import FakeTranscriber
    from pii_audio.sources import discover
    from pii_audio.speech import SpeechDetector
    from pii_audio.types import Failure, Recording, Window

    recordings = [r for r in discover([clips]) if isinstance(r, Recording)]
    broken = recordings[1].id

    class Breaks(FakeTranscriber):
        batch_s = 600.0

        def transcribe(self, windows: list[Window]) -> list[Transcript]:  # type: ignore[override]
            if any(window.recording_id == broken for window in windows):
                raise RuntimeError("Sandra wohnt in Flensburg")
            return super().transcribe(windows)

    transcriber = Breaks({r.id: "alles gut" for r in recordings})
    results = list(pipeline.transcribe(recordings, transcriber, SpeechDetector(), Config().transcribe))
    assert [isinstance(r, Failure) for r in results] == [False, True, False, False]
    assert isinstance(results[1], Failure)
    assert "RuntimeError" in results[1].message
    assert "Sandra" not in results[1].message


def test_a_killed_run_leaves_no_release_and_goes_on(clips: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    command = [sys.executable, "-m", "pii_audio", "redact", str(clips), "--out", str(out)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while not list(out.glob("recordings/*/transcript.json")) and process.poll() is None:
        time.sleep(0.1)
    process.kill()
    process.wait()
    assert not (out / "redacted").exists()
    outcome = run([clips], out, Config(), release=True)
    assert outcome.resumed >= 1
    assert len(list((out / "redacted").glob("*.txt"))) == len(SAID)
    assert not list(out.rglob(".writing-*"))


@pytest.fixture(scope="module")
def killed(outcome: Outcome, clips: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output folder of a run that was killed in the middle of the third of its four sounds."""
    out = tmp_path_factory.mktemp("killed") / "out"
    shutil.copytree(outcome.out, out, ignore=shutil.ignore_patterns("redacted"))
    code = (
        "import os, signal, sys; from pathlib import Path; from pii_audio import Config, run\n"
        "from pii_audio.redact import audio\n"
        "real, count = audio.rewrite, iter((1, 2))\n"
        "def rewrite(*arguments):\n"
        "    path = real(*arguments)\n"
        "    if next(count, None):\n"
        "        return path\n"
        "    os.truncate(path, 1000), os.kill(os.getpid(), signal.SIGKILL)\n"
        "audio.rewrite = rewrite\n"
        "run([Path(sys.argv[1])], Path(sys.argv[2]), Config(), release=True)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(clips), str(out)], check=False)
    assert done.returncode == -9
    return out


def test_a_run_killed_while_it_writes_sound_leaves_no_release(killed: Path) -> None:
    assert not (killed / "redacted").exists()
    assert not list(killed.rglob("release.json"))
    assert all(path.parent.name.startswith(".") for path in killed.rglob("*.wav"))
    assert (killed / ".sounds").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    ("change", "made"), [("", 2), ("silence", 4), ("padding", 4), ("damaged", 3), ("input", 3)]
)
def test_a_killed_run_goes_on_with_the_sound_that_still_fits(
    killed: Path,
    outcome: Outcome,
    clips: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    change: str,
    made: int,
) -> None:
    """Two of four are taken over; none that another configuration or input would make otherwise."""
    out, inputs = tmp_path / "out", tmp_path / "clips"
    shutil.copytree(killed, out)
    shutil.copytree(clips, inputs)
    written = []
    real = audio.rewrite

    def rewrite(recording: Recording, *arguments: Any) -> Path:
        written.append(recording.id)
        return real(recording, *arguments)

    monkeypatch.setattr(audio, "rewrite", rewrite)
    options: dict[str, dict[str, object]] = {
        "silence": {"audio": "silence"},
        "padding": {"padding_s": 0.2},
    }
    if change == "damaged":
        (out / ".sounds" / f"{outcome.recordings[0].id}.wav").write_bytes(b"RIFF")
    elif change == "input":
        (inputs / "a.wav").write_bytes((inputs / "a.wav").read_bytes()[:-2] + b"\1\0")
    again = run([inputs], out, Config.parse({"redact": options.get(change, {})}), release=True)
    assert again.failures == ()
    if change == "padding":  # where nothing is masked, nothing changes
        made -= sum(not masked for masked in _masked(outcome)[:2])
    assert len(written) == made
    sounds = {path.name: path.read_bytes() for path in (out / "redacted").glob("*.wav")}
    assert len(sounds) == len(SAID)
    if change in ("", "damaged"):
        assert sounds == {p.name: p.read_bytes() for p in (outcome.out / "redacted").glob("*.wav")}
    assert not [path for path in out.iterdir() if path.name.startswith(".")]


def _masked(outcome: Outcome) -> list[object]:
    text = (outcome.out / "redacted" / "release.json").read_text()
    return [recording.masked for recording in load_release(json.loads(text)).recordings]


@pytest.mark.slow
def test_three_hours_need_less_than_two_gigabytes(clips: Path, tmp_path: Path) -> None:
    long = tmp_path / "long.flac"
    _write_long_flac(long, clips / "b.wav", hours=3)
    code = (  # VmHWM: the peak of this process alone, where ru_maxrss begins with the parent's
        "import re, sys; from pathlib import Path; from pii_audio import Config, run\n"
        "config = Config.parse({'redact': {'audio': 'noise'}})\n"
        "outcome = run([Path(sys.argv[1])], Path(sys.argv[2]), config, release=True)\n"
        "words = outcome.transcripts[0].words\n"
        "peak = re.search(r'VmHWM:\\s*(\\d+) kB', Path('/proc/self/status').read_text())[1]\n"
        "print(peak, outcome.transcripts[0].duration_s, words[0].begin_s, words[-1].end_s)\n"
    )
    command = [sys.executable, "-c", code, str(long), str(tmp_path / "out")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    kilobytes, seconds, begin_s, end_s = map(float, done.stdout.split())
    assert seconds == pytest.approx(3 * 3600, abs=10)
    assert begin_s > 3 * 3600 - 30
    assert end_s <= seconds
    assert kilobytes < 2_000_000
    (path,) = (tmp_path / "out" / "redacted").glob("*.flac")
    assert duration(Recording("rec-1", "", path)) == pytest.approx(seconds, abs=0.01)


def test_what_no_recognizer_understands_is_no_clean_recording(tmp_path: Path) -> None:
    lines = [
        {"id": "1", "language": "fr", "text": "Je m'appelle Amélie Poulain."},
        {"id": "2", "language": "de", "text": "Ich heiße Tobias Hartmann."},
    ]
    (tmp_path / "said.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    outcome = run([tmp_path / "said.jsonl"], tmp_path / "out", Config(), release=True)
    assert [failure.stage for failure in outcome.failures] == ["recognize"]
    assert len(list((tmp_path / "out" / "redacted").glob("*.txt"))) == 1


def test_a_clip_in_french_is_no_clean_recording(tmp_path: Path, speak: Callable[..., Path]) -> None:
    (tmp_path / "clips").mkdir()
    speak(tmp_path / "clips" / "1.wav", "Je m'appelle Claire Dubois et j'habite à Lyon.", voice="fr-FR")
    speak(tmp_path / "clips" / "2.wav", "Stell den Wecker auf sieben Uhr.")
    outcome = run([tmp_path / "clips"], tmp_path / "out", Config())
    (failure,) = outcome.failures
    assert failure.stage == "recognize"
    assert "'fr'" in failure.message


def test_a_recording_in_two_languages_is_searched_in_both() -> None:
    text = "Ruf meine Freundin Sandra an. My husband Peter lives in Leeds."
    german = tuple(
        Word(*span, 0.0, 1.0, 1.0, "de") for span in [(0, 3), (4, 9), (10, 18), (19, 25), (26, 29)]
    )
    english = (Word(30, 32, 1.0, 2.0, 1.0, "en"),)
    transcript = Transcript("rec-1", text, german + english, "de")
    found = {(f.entity_type, f.text) for f in Ensemble().find([transcript])[0]}
    assert {("PARTNER", "meine Freundin"), ("PARTNER", "My husband"), ("PERSON", "Peter")} <= found


def test_clips_of_different_people_stay_apart(tmp_path: Path) -> None:
    lines = [
        {"id": "1", "language": "de", "text": "Ich heiße Tobias Hartmann."},
        {"id": "2", "language": "de", "text": "Mein Name ist Wiebke Jansen."},
    ]
    (tmp_path / "said.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    outcome = run([tmp_path / "said.jsonl"], tmp_path / "out", Config())
    assert len(outcome.risk.persons) == 2
    assert outcome.transcripts == tuple(replace(t, words=()) for t in outcome.transcripts)


def _write_wav(path: Path, samples: np.ndarray[tuple[int], np.dtype[np.int16]]) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(samples.tobytes())


def _write_long_flac(path: Path, clip: Path, *, hours: int) -> None:
    """Hours of silence, and somebody who speaks at the very end."""
    import av

    with wave.open(str(clip)) as file:
        said = np.frombuffer(file.readframes(file.getnframes()), np.int16)
    with av.open(str(path), "w") as target:
        stream = target.add_stream("flac", rate=16_000, layout="mono")
        silence = np.zeros((1, 16_000 * 60), np.int16)
        for samples in [*[silence] * (60 * hours), said[None, :]]:
            frame = av.AudioFrame.from_ndarray(samples, format="s16", layout="mono")
            frame.rate = 16_000
            target.mux(stream.encode(frame))
        target.mux(stream.encode(None))


def _mp3(path: Path) -> bytes:
    from io import BytesIO

    import av

    out = BytesIO()
    with av.open(str(path)) as source, av.open(out, "w", format="mp3") as target:
        stream = target.add_stream("mp3", rate=16_000)
        for frame in source.decode(audio=0):
            frame.pts = None
            target.mux(stream.encode(frame))
        target.mux(stream.encode(None))
    return out.getvalue()
