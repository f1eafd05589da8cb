"""A real release, spoken, redacted and verified: clean it passes; with a leak planted it does not."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

import av
import numpy as np
import pytest
from typer.testing import CliRunner

from pii_audio import Config, Outcome, run, verify
from pii_audio.cli import app
from pii_audio.errors import PiiAudioError
from pii_audio.formats.release import Masked
from pii_audio.report.certificate import Certificate, certificate_json
from pii_audio.runners.listening import _everyday_words
from pii_audio.types import Finding, Transcript, Word

Speak = Callable[..., Path]
SAID = {
    "a": "Hallo, mein Name ist Friederike Ostermann und ich hätte gern einen Termin.",
    "b": "Wie wird das Wetter morgen in Flensburg?",
    "c": "Mach bitte das Licht in der Küche aus.",
    "d": "Ruf meine Freundin Sandra auf dem Handy an.",
}


@dataclass(frozen=True)
class Set:
    """A verified release, and what it was made from."""

    out: Path
    outcome: Outcome
    clean: Certificate

    def recording(self, word: str) -> tuple[str, Transcript, tuple[Finding, ...]]:
        return next(
            (t.recording_id, t, f)
            for t, f in zip(self.outcome.transcripts, self.outcome.findings, strict=True)
            if word in t.text
        )


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, speak: Speak) -> Set:
    folder = tmp_path_factory.mktemp("verify")
    (folder / "clips").mkdir()
    for name, text in SAID.items():
        wav = speak(folder / "clips" / f"{name}.wav", text)
        if name == "d":
            as_mp3(wav)
    outcome = run([folder / "clips"], folder / "out", Config(), release=True)
    assert not outcome.failures
    clean = verify(folder / "out" / "redacted", Config(), against=folder / "out")
    return Set(folder / "out", outcome, clean)


@pytest.fixture
def release(made: Set, tmp_path: Path) -> Path:
    """A copy to plant leaks in."""
    shutil.copytree(made.out / "redacted", tmp_path / "release")
    return tmp_path / "release"


def as_mp3(wav: Path) -> None:
    encoded(wav, wav.with_suffix(".mp3"), "libmp3lame", 16_000).unlink()


def encoded(wav: Path, path: Path, codec: str, rate: int) -> Path:
    with av.open(str(wav)) as source, av.open(str(path), "w") as target:
        out = target.add_stream(codec, rate=rate, layout="mono")
        resampler = av.AudioResampler(out.format, "mono", rate, out.frame_size or 1024)
        for frame in (*source.decode(audio=0), None):
            for part in resampler.resample(frame):
                target.mux(out.encode(part))
        target.mux(out.encode(None))
    return wav


def accept(release: Path, *names: str) -> None:
    """Let release.json list files as they are now: whoever planted the leak did it before the release."""
    data = json.loads((release / "release.json").read_text())
    for name in names:
        sha = sha256((release / name).read_bytes()).hexdigest()
        own = next((r for r in data["recordings"] if name.startswith(r["id"])), None)
        (own["files"] if own else data["files"])[name] = sha
    (release / "release.json").write_text(json.dumps(data))


def found(
    made: Set, release: Path, *, hear_again: bool = False, known: bool = True
) -> dict[str, Certificate | str]:
    """Kind of leak -> where. What was planted must be all that is found."""
    against = made.out if known else None
    certificate = verify(release, Config(), against=against, out=release.parent, hear_again=hear_again)
    public = (release.parent / "certificate.json").read_text() + (
        release.parent / "certificate.html"
    ).read_text()
    assert not [word for word in ("Friederike", "Ostermann", "Flensburg", "Sandra") if word in public]
    return {leak.kind: leak.recording_id or leak.file for leak in certificate.leaks}


def edit_json(path: Path, change: Callable[[dict[str, object]], object]) -> None:
    data = json.loads(path.read_text())
    change(data)
    path.write_text(json.dumps(data))


def test_the_clean_release_passes(made: Set) -> None:
    assert made.clean.leaks == ()
    assert made.clean.removed >= 3
    data = json.loads((made.out / "redacted" / "certificate.json").read_text())
    assert data == json.loads(json.dumps(certificate_json(made.clean)))
    assert data["result"] == "pass"
    assert (made.out / "redacted" / "certificate.json").stat().st_mode & 0o777 == 0o644
    assert (made.out / "verify.json").stat().st_mode & 0o777 == 0o600


def test_it_passes_without_knowing_what_was_removed(made: Set, release: Path) -> None:
    assert found(made, release, known=False) == {}


def test_a_missed_mention_in_a_text(made: Set, release: Path) -> None:
    name, *_ = made.recording("Licht")
    for suffix in ("txt", "json"):
        path = release / f"{name}.{suffix}"
        path.write_text(path.read_text().replace("bitte", "Ostermann"))
    for suffix in ("srt", "vtt"):
        path = release / f"{name}.{suffix}"
        path.write_text(path.read_text().replace("bitte", "Ostermann"))
    accept(release, *(f"{name}.{s}" for s in ("txt", "json", "srt", "vtt")))
    assert found(made, release)["text"] == name


@pytest.mark.parametrize(
    "spelling", ["FRIEDERIKE", "friederikes", "Ostermanns", "Osterman", "flensburger", "Sandra-Marie"]
)
def test_other_spellings(made: Set, release: Path, spelling: str) -> None:
    (release / "notes.txt").write_text(f"Bitte {spelling} fragen.")
    accept(release, "notes.txt")
    assert "text" in found(made, release)


def test_a_words_array(made: Set, release: Path) -> None:
    name, *_ = made.recording("Sandra")
    edit_json(release / f"{name}.json", lambda data: data["words"][2].update(word="Sandra"))  # type: ignore[index]
    accept(release, f"{name}.json")
    assert found(made, release) == {"text": name, "words": name}
    assert found(made, release, known=False) == {"words": name}


def test_a_subtitle_file(made: Set, release: Path) -> None:
    name, *_ = made.recording("Sandra")
    path = release / f"{name}.srt"
    path.write_text(path.read_text().replace("<PERSON_2>", "Sandra").replace("<PERSON_1>", "Sandra"))
    accept(release, f"{name}.srt")
    assert found(made, release) == {"text": name, "disagreement": name, "recognized": name}
    assert found(made, release, known=False) == {"disagreement": name, "recognized": name}


def sound_of(made: Set, release: Path, word: str) -> Path:
    name, *_ = made.recording(word)
    return next(p for p in release.iterdir() if p.stem == name and p.suffix in (".wav", ".mp3"))


def test_an_id3_comment(made: Set, release: Path) -> None:
    path = sound_of(made, release, "Sandra")
    retagged = path.with_name("retagged.mp3")
    with av.open(str(path)) as source, av.open(str(retagged), "w") as target:
        out = target.add_stream_from_template(source.streams.audio[0])
        target.metadata["comment"] = "Anruf bei Sandra"
        for packet in source.demux(audio=0):
            if packet.dts is not None:
                packet.stream = out
                target.mux(packet)
    retagged.replace(path)
    accept(release, path.name)
    assert found(made, release)["tag"] == path.stem
    assert "tag" in found(made, release, known=False)


def test_a_tag_of_a_wav_and_bytes_behind_it(made: Set, release: Path) -> None:
    path = sound_of(made, release, "Flensburg")
    body = b"INFOICMT" + (12).to_bytes(4, "little") + b"Flensburg\0\0\0"
    path.write_bytes(path.read_bytes() + b"LIST" + len(body).to_bytes(4, "little") + body)
    accept(release, path.name)
    assert set(found(made, release)) == {"tag", "bytes"}


def test_a_cover_picture(made: Set, release: Path) -> None:
    (release / "cover.jpg").write_bytes(
        b"\xff\xd8\xff\xe1\x00\x20Exif\x00\x00Friederike Ostermann\x00\x01\xff\xd9"
    )
    accept(release, "cover.jpg")
    assert set(found(made, release)) == {"bytes"}


@pytest.mark.parametrize(
    "data",
    [
        b"\x00\x01xxOstermannxx\x02",
        "\x01 Ostermann".encode("utf-16-le"),
        "\x01 Ostermann ".encode("utf-16-be"),
        "Ostermann".encode("utf-16"),
        b"<a Ostermann=1>",
    ],
)
def test_a_value_in_bytes_of_any_kind(made: Set, release: Path, data: bytes) -> None:
    (release / "thumbs.db").write_bytes(data)
    accept(release, "thumbs.db")
    assert set(found(made, release)) & {"bytes", "text"}


def test_letters_of_a_name_within_a_word_of_a_text_are_no_leak(made: Set, release: Path) -> None:
    (release / "notes.txt").write_text("Die Kassandrarufe verhallten.")
    accept(release, "notes.txt")
    assert found(made, release) == {}


def test_a_name_of_a_file(made: Set, release: Path) -> None:
    (release / "anruf-sandra.txt").write_text("Hier steht nichts.")
    accept(release, "anruf-sandra.txt")
    assert set(found(made, release)) == {"file name", "text"}, "release.json has to name it too"


def test_a_file_too_many_and_one_too_few(made: Set, release: Path) -> None:
    name, *_ = made.recording("Licht")
    (release / ".thumbs").write_text("Hier steht nichts.")
    (release / f"{name}.vtt").unlink()
    assert set(found(made, release)) == {"unlisted", "missing"}


def test_a_changed_file(made: Set, release: Path) -> None:
    name, *_ = made.recording("Licht")
    path = release / f"{name}.txt"
    path.write_text(path.read_text() + "\n")
    assert found(made, release) == {"changed": name}


def test_a_member_of_an_archive(made: Set, release: Path) -> None:
    with zipfile.ZipFile(release / "export.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a/transcripts.csv", "id,text\n1,Guten Tag\n2,Ruf Sandra an\n")
        archive.writestr("Ostermann.html", "<p>Guten Tag</p>")
    accept(release, "export.zip")
    assert set(found(made, release)) >= {"text", "file name"}


def test_two_words_of_a_table_that_nobody_removed(made: Set, release: Path) -> None:
    (release / "contacts.csv").write_text("id,entry\n1,Frau Brinkmeyer\n2,Guten Tag\n")
    accept(release, "contacts.csv")
    assert set(found(made, release)) == {"recognized"}


def planted_sound(
    made: Set, release: Path, path: Path, begin_s: float, end_s: float, *, under: bool = False
) -> None:
    """Put samples of the source back into a released wav; or `under` what masks them."""
    source = next(r.path for r in made.outcome.recordings if r.id == path.stem)
    original, data = bytearray(source.read_bytes()), bytearray(path.read_bytes())
    from_, into = original.index(b"data") + 8, data.index(b"data") + 8
    begin, end = 2 * round(begin_s * 16_000), 2 * round(end_s * 16_000)
    said = np.frombuffer(original[from_ + begin : from_ + end], "<i2")
    masked = np.frombuffer(data[into + begin : into + end], "<i2")
    data[into + begin : into + end] = (masked + said // 2 if under else said).tobytes()
    path.write_bytes(data)
    accept(release, path.name)


def test_fifty_milliseconds_of_a_name_left_at_the_edge(made: Set, release: Path) -> None:
    name, transcript, findings = made.recording("Ostermann")
    finding = next(f for f in findings if "Ostermann" in f.text)
    _, end_s = transcript.seconds(finding.start, finding.end) or (0, 0)
    planted_sound(made, release, release / f"{name}.wav", end_s - 0.06, end_s - 0.01)
    assert found(made, release) == {"sound": name}


def test_a_name_under_a_beep_is_found_without_its_source(made: Set, release: Path) -> None:
    name, transcript, findings = made.recording("Ostermann")
    finding = next(f for f in findings if "Ostermann" in f.text)
    begin_s, end_s = transcript.seconds(finding.start, finding.end) or (0.0, 0.0)
    planted_sound(made, release, release / f"{name}.wav", begin_s, end_s, under=True)
    assert found(made, release, known=False) == {"sound": name}


def test_what_cannot_be_told_without_the_source_is_said(release: Path) -> None:
    checks = verify(release, Config(), out=release.parent, hear_again=False).checks
    unknown = [what for what, how in checks.items() if how == "cannot tell: --against was not given"]
    assert "nothing of the original sounds where something was said" in unknown
    own = "masked seconds hold nothing but the beep or the silence that was put there"
    assert checks[own] == "3 of 3 recordings"


def test_what_a_beep_and_silence_are() -> None:
    from pii_audio.redact.leftover import strange

    rng = np.random.default_rng(0)
    beep = (0.1 * np.sin(2 * np.pi * 1000 / 16_000 * np.arange(16_000) + 1)).astype(np.float32)
    codec = (0.004 * rng.standard_normal(16_000)).astype(np.float32)
    assert strange(beep + codec, [(0.0, 1.0)], beep=True) == []
    assert strange(codec / 10, [(0.0, 1.0)], beep=False) == []
    for quiet, is_beep in ((beep, True), (np.zeros_like(beep), False)):
        left = quiet.copy()
        left[8_000:9_600] += (0.05 * rng.standard_normal(1_600)).astype(np.float32)
        [(begin_s, end_s)] = strange(left, [(0.0, 1.0)], beep=is_beep)
        assert begin_s <= 0.5 + 0.025
        assert end_s >= 0.6 - 0.025
    assert strange(np.zeros_like(beep), [(0.2, 0.8)], beep=True)  # nobody masked it


@pytest.mark.slow
def test_a_name_in_sound_that_nobody_masked(made: Set, release: Path) -> None:
    name, transcript, _ = made.recording("Flensburg")
    planted_sound(made, release, release / f"{name}.wav", 0.0, transcript.duration_s)
    edit_json(release / "release.json", lambda data: [r.update(masked=[]) for r in data["recordings"]])  # type: ignore[func-returns-value]
    kinds = found(made, release, hear_again=True)
    assert {kinds.get("sound"), kinds.get("heard"), kinds.get("recognized")} >= {name}
    assert "heard" in kinds
    assert "recognized" in found(made, release, hear_again=True, known=False)


@pytest.mark.parametrize(("suffix", "codec", "rate"), [("m4a", "aac", 44_100), ("opus", "libopus", 48_000)])
def test_sound_that_loses_something_is_compared_too(
    tmp_path: Path, speak: Speak, suffix: str, codec: str, rate: int
) -> None:
    (tmp_path / "clips").mkdir()
    wav = speak(tmp_path / "a.wav", SAID["d"])
    encoded(wav, tmp_path / "clips" / f"a.{suffix}", codec, rate)
    outcome = run([tmp_path / "clips"], tmp_path / "out", Config(), release=True)
    release, name = tmp_path / "out" / "redacted", outcome.recordings[0].id
    clean = verify(release, Config(), against=outcome.out, out=tmp_path, hear_again=False)
    assert (clean.leaks, clean.removed > 0) == ((), True)
    assert "1 of 1 recordings" in clean.checks.values()
    shutil.copy(outcome.recordings[0].path, release / f"{name}.{suffix}")
    accept(release, f"{name}.{suffix}")
    planted = verify(release, Config(), against=outcome.out, out=tmp_path, hear_again=False)
    assert "sound" in {leak.kind for leak in planted.leaks}


def test_a_release_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(PiiAudioError, match=r"release\.json"):
        verify(tmp_path, Config())


def test_sound_is_compared_without_being_fooled_by_a_beep() -> None:
    from pii_audio.redact.leftover import leftovers

    rng = np.random.default_rng(0)
    speech = rng.standard_normal(16_000).astype(np.float32) * 0.1
    beep = (0.1 * np.sin(2 * np.pi * 1000 / 16_000 * np.arange(16_000))).astype(np.float32)
    assert leftovers(speech, beep, [(0.2, 0.8)]) == []
    assert leftovers(speech, np.zeros_like(speech), [(0.2, 0.8)]) == []
    left = beep.copy()
    left[8_000:8_960] = 0.3 * speech[8_000:8_960]  # 60 ms, and quieter
    [(begin_s, end_s)] = leftovers(speech, left, [(0.2, 0.8)])
    assert (begin_s, end_s) == pytest.approx((0.5, 0.56), abs=0.011)


def test_a_voice_that_begins_with_the_end_of_a_beep_is_not_left_in_it() -> None:
    """ "mir" behind a masked "er halt": its hum repeats itself each 8 ms, the beep ends with the first."""
    from pii_audio.redact.leftover import leftovers

    times = np.arange(16_000) / 16_000
    hum = np.where(times < 0.792, 0, 0.9 * np.sin(2 * np.pi * 125 * times)).astype(np.float32)
    beep = 0.1 * np.sin(2 * np.pi * 1000 * times)
    assert leftovers(hum, np.where(times < 0.8, beep, hum).astype(np.float32), [(0.2, 0.8)]) == []
    [(begin_s, end_s)] = leftovers(hum, np.where(times < 0.75, beep, hum).astype(np.float32), [(0.2, 0.8)])
    assert (begin_s, end_s) == (0.75, 0.8)


def test_the_command(made: Set, release: Path) -> None:
    arguments = ["verify", str(release), "--against", str(made.out), "--out", str(release.parent)]
    (release / "Sandra.txt").write_text("Bitte Sandra fragen.")
    result = CliRunner().invoke(app, arguments, env={"COLUMNS": "200"})
    assert result.exit_code == 1, result.output
    assert "FAIL" in result.stdout
    assert "unlisted" in result.stdout
    assert "Sandra" not in result.output
    assert "Sandra" in (made.out / "verify.json").read_text()
    (release / "Sandra.txt").unlink()
    result = CliRunner().invoke(app, [*arguments, "--json"])
    assert (result.exit_code, json.loads(result.stdout)["result"]) == (0, "pass")
    assert CliRunner().invoke(app, ["verify", str(release.parent)]).exit_code == 2


def test_what_a_mask_leaves_of_an_everyday_word_is_nobodys_name() -> None:
    """ "Prophet family": behind the mask "ly" is left, and heard as "Lee"."""
    said = Transcript(
        "rec-1",
        "the Prophet family",
        (
            Word(0, 3, 1.0, 1.2, 0.9, "en"),
            Word(4, 11, 1.29, 1.68, 0.2, "en"),
            Word(12, 18, 1.68, 2.34, 0.71, "en"),
        ),
        "en",
    )
    masked = [Masked(1.055, 2.065, "PERSON")]
    assert _everyday_words(said, (2.06, 2.42), masked)
    assert not _everyday_words(said, (2.06, 2.42), [])  # not cut: it is not sure enough
    assert not _everyday_words(said, (1.3, 1.7), masked)  # the name itself
    unsure = replace(said, words=(*said.words[:2], replace(said.words[2], confidence=0.4)))
    assert not _everyday_words(unsure, (2.06, 2.42), masked)
