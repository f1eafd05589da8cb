"""What a user points at becomes recordings, in order; what cannot be read, a failure; nothing hangs."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest

from pii_audio.audio import decode
from pii_audio.formats.native import dump_transcript
from pii_audio.sources import discover
from pii_audio.types import Failure, Recording, Transcript, Word

SECRET = "Erika Mustermann"


def wav(path: Path, seed: int = 0, seconds: float = 1.0) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    noise = np.random.default_rng(seed).normal(0, 3000, round(seconds * 16_000)).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(noise.tobytes())
    return path


def lines(path: Path, *rows: Any) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def found(*inputs: Path) -> list[Recording]:
    items = list(discover(inputs))
    assert [item for item in items if isinstance(item, Failure)] == []
    return [item for item in items if isinstance(item, Recording)]


def failures(*inputs: Path) -> list[Failure]:
    """Only the failures; each says what to do and keeps the name to itself."""
    some = [item for item in discover(inputs) if isinstance(item, Failure)]
    for item in some:
        assert item.stage == "find"
        assert item.recording_id.startswith("input-")
        assert "; " in item.message
        assert SECRET not in item.message
        assert SECRET not in repr(item)
        assert item.path is not None
    return some


def one_failure(*inputs: Path) -> str:
    (item,) = failures(*inputs)
    return item.message


@contextmanager
def somebody_else() -> Iterator[Path]:
    """A folder that others may enter, and somebody who is not root."""
    with TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        if os.geteuid():
            yield Path(name)
            return
        uid = os.geteuid()
        try:
            yield Path(name)
        finally:
            os.seteuid(uid)


def become_nobody() -> None:
    if not os.geteuid():
        os.seteuid(65534)


def test_an_audio_file_is_named_by_its_content(tmp_path: Path) -> None:
    path = wav(tmp_path / f"{SECRET}.WAV")
    (recording,) = found(path)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert (recording.id, recording.content_hash, recording.path) == (f"rec-{digest[:12]}", digest, path)
    assert (recording.offset_s, recording.duration_s) == (0.0, None)
    assert SECRET not in repr(recording)
    copy = wav(tmp_path / "copy.wav")
    assert [r.id for r in found(path, copy, path)] == [recording.id] * 3, "the caller counts duplicates"


def test_a_folder_is_walked_and_sorted(tmp_path: Path) -> None:
    names = ["b/2.wav", "b/10.wav", "a.wav", "c.MP3", "b/deep/er/x.flac", "z.m4a"]
    for seed, name in enumerate(names):
        wav(tmp_path / name, seed)
    for name in [".hidden.wav", "._a.wav", ".git/x.wav"]:
        wav(tmp_path / name, 99)
    for name in ["README.md", "notes.txt", "a.json", "manifest.jsonl", "cover.jpg", "LICENSE"]:
        (tmp_path / name).write_text('{"text": "not wanted"}')
    assert [str(r.path.relative_to(tmp_path)) for r in found(tmp_path)] == [
        "a.wav", "b/10.wav", "b/2.wav", "b/deep/er/x.flac", "c.MP3", "z.m4a",
    ]  # fmt: skip
    others: list[Path] = []
    assert len(list(discover([tmp_path], others.append))) == len(names)
    assert [path.name for path in others] == [
        "LICENSE", "README.md", "a.json", "cover.jpg", "manifest.jsonl", "notes.txt",
    ]  # fmt: skip


def test_our_own_output_is_no_input(tmp_path: Path) -> None:
    wav(tmp_path / "a.wav")
    wav(tmp_path / "out" / "redacted" / "b.wav", 1)
    (tmp_path / "out" / "ledger.sqlite").touch()
    assert [r.path.name for r in found(tmp_path)] == ["a.wav"]


def test_a_folder_that_is_input_and_output_gives_its_own_recordings_again(tmp_path: Path) -> None:
    wav(tmp_path / "a.wav")
    wav(tmp_path / "recordings" / "c.wav", 2)
    wav(tmp_path / "redacted" / "b.wav", 1)
    (tmp_path / "ledger.sqlite").touch()
    assert len(found(tmp_path)) == 3, "a folder `redacted` that is no release is the user's"
    (tmp_path / "recordings" / "rec-1").mkdir()
    for name in ["report.json", "redacted/release.json", "recordings/rec-1/transcript.json"]:
        (tmp_path / name).write_text("{}")
    others: list[Path] = []
    assert len(list(discover([tmp_path], others.append))) == 2
    assert not others


def test_a_sound_without_suffix_is_found(tmp_path: Path) -> None:
    wav(tmp_path / "utterance-1")
    (tmp_path / "Makefile").write_text("all:\n\techo\n")
    assert [r.path.name for r in found(tmp_path)] == ["utterance-1"]
    assert len(found(tmp_path / "utterance-1")) == 1


def test_a_folder_of_transcripts(tmp_path: Path) -> None:
    lines(
        tmp_path / "a.jsonl", {"id": "1", "language": "de", "text": "Hallo"}, {"id": "2", "text": "Tschüss"}
    )
    whisper = {"text": "Hi", "segments": [{"start": 0, "end": 1, "text": "Hi"}], "language": "en"}
    (tmp_path / "b.json").write_text(json.dumps(whisper, indent=2))
    (tmp_path / "package.json").write_text('{"name": "x"}')
    assert [r.transcript.text for r in found(tmp_path) if r.transcript] == ["Hallo", "Tschüss", "Hi"]
    others: list[Path] = []
    assert len(list(discover([tmp_path], others.append))) == 3
    assert [path.name for path in others] == ["package.json"]
    wav(tmp_path / "a.wav")
    assert [r.path.name for r in found(tmp_path)] == ["a.wav"], "audio first: the JSON says the same"


def test_a_nemo_manifest(tmp_path: Path) -> None:
    audio = wav(tmp_path / "audio" / "long.wav", seconds=5)
    base = {"audio_filepath": "audio/long.wav"}
    manifest = lines(
        tmp_path / "manifest.json",
        {**base, "duration": 5.0, "text": "Guten Tag", "speaker_id": 7, "lang": "de-DE"},
        {**base, "offset": 1.5, "duration": 2.25, "household": "h1", "speaker_id": "s"},
        {**base, "offset": 0, "duration": 1},
        {"audio_filepath": str(audio), "offset": 1.5, "duration": 2.25},
        {"audio_filepath": "audio/gone.wav"},
        {"audio_filepath": 5},
        {**base, "offset": "soon"},
        {**base, "offset": -1},
    )
    items = list(discover([manifest]))
    whole, part, start, again = (item for item in items if isinstance(item, Recording))
    assert whole.id == found(audio)[0].id, "no offset: it is the file itself"
    assert (whole.reference, whole.household, whole.language, whole.duration_s) == (
        "Guten Tag",
        "7",
        "de",
        None,
    )
    assert (part.offset_s, part.duration_s, part.household, part.language) == (1.5, 2.25, "h1", None)
    assert (start.offset_s, start.duration_s) == (0.0, 1.0)
    assert again.id == part.id
    assert len({whole.id, part.id, start.id}) == 3
    assert decode(part).duration_s == 2.25
    assert [item.recording_id for item in items if isinstance(item, Failure)] == [
        f"input-{n}" for n in range(5, 9)
    ]
    messages = [item.message for item in failures(manifest)]
    assert messages[0].startswith("line 5: there is no such file")
    assert "seconds" in messages[-1]


def test_jsonl_transcripts(tmp_path: Path) -> None:
    path = lines(
        tmp_path / f"{SECRET}.jsonl",
        {"id": "x-1", "language": "de", "text": "Ruf Anna an", "device": "kitchen"},
        {"id": "x-2", "language": "en", "text": "Hi \ud800 there"},
        {"id": "x-3", "language": "de"},
        {"id": "x-4", "language": "de", "text": ["a"]},
    )
    with path.open("a") as file:
        file.write('{"id": "broken\n\n{"id": "x-5", "language": "de", "text": ""}\n')
    items = list(discover([path]))
    first, second, last = (item for item in items if isinstance(item, Recording))
    assert first.transcript is not None
    assert (first.transcript.text, first.transcript.recording_id) == ("Ruf Anna an", first.id)
    assert (first.member, first.household, first.language) == ("x-1", "kitchen", "de")
    content = json.dumps({"id": "x-1", "language": "de", "text": "Ruf Anna an"}, sort_keys=True)
    assert first.content_hash == hashlib.sha256(content.encode()).hexdigest()
    assert first.id == f"rec-{first.content_hash[:12]}"
    assert second.transcript is not None
    second.transcript.text.encode()
    assert last.transcript is not None
    assert [message.split(":")[0] for message in (f.message for f in failures(path))] == [
        "line 3",
        "line 4",
        "line 5",
    ]
    assert "Anna" not in repr(items)


def test_a_damaged_first_line_costs_itself(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"id": \n{"id": "2", "language": "de", "text": "Hallo"}\n')
    assert [type(item) for item in discover([path])] == [Failure, Recording]


def test_transcripts_are_told_by_content_not_by_name(tmp_path: Path) -> None:
    path = tmp_path / "export.dat"
    path.write_bytes(
        b"\xef\xbb\xbf" + json.dumps([{"id": 1, "text": "Hallo Welt", "language": "de"}]).encode()
    )
    (recording,) = found(path)
    assert recording.transcript is not None
    assert recording.transcript.text == "Hallo Welt"


def test_our_own_transcripts_come_back(tmp_path: Path) -> None:
    ours = Transcript(
        "rec-x", "Hier ist <PERSON_1>", (Word(0, 4, 0.0, 0.5, 0.9, "de"),), "de", 3.0, "whisper-base"
    )
    path = tmp_path / "rec-x.json"
    path.write_text(json.dumps(dump_transcript(ours), indent=2))
    (recording,) = found(path)
    assert recording.transcript is not None
    assert (recording.transcript.text, recording.transcript.words) == (ours.text, ours.words)


def test_named_but_useless(tmp_path: Path) -> None:
    (tmp_path / f"{SECRET}.txt").write_text("Hallo " * 500)
    (tmp_path / "empty").mkdir()
    (tmp_path / "readme-only").mkdir()
    (tmp_path / "readme-only" / "README.md").write_text("nothing")
    (tmp_path / "settings.json").write_text('{"name": "x"}')
    (tmp_path / "broken.json").write_text('{"name": ')
    (tmp_path / "nothing.json").touch()
    (tmp_path / "deep.json").write_text("[" * 100_000)
    assert "neither audio nor" in one_failure(tmp_path / f"{SECRET}.txt")
    assert "no such file" in one_failure(tmp_path / "gone")
    assert "no such file" in one_failure(tmp_path / "nul\0.wav")
    assert "holds no recordings" in one_failure(tmp_path / "empty")
    assert "holds no recordings" in one_failure(tmp_path / "readme-only")
    assert "neither a manifest" in one_failure(tmp_path / "settings.json")
    for name in ["broken.json", "nothing.json", "deep.json"]:
        assert "not valid JSON" in one_failure(tmp_path / name)


def test_the_rest_goes_on(tmp_path: Path) -> None:
    items = list(discover([tmp_path / "gone", wav(tmp_path / "a.wav"), tmp_path / "gone too"]))
    assert [getattr(item, "recording_id", "fine") for item in items] == ["input-1", "fine", "input-3"]


def test_pipes_and_devices_do_not_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.wav")
    os.mkfifo(tmp_path / "pipe.json")
    os.mkfifo(tmp_path / "pipe")
    wav(tmp_path / "a.wav")
    assert [r.path.name for r in found(tmp_path)] == ["a.wav"]
    assert "pipe or a device" in one_failure(tmp_path / "pipe.wav")
    assert "pipe or a device" in one_failure(Path("/dev/zero"))
    entry = lines(tmp_path / "manifest.jsonl", {"audio_filepath": "pipe.wav"})
    assert "not a regular file" in one_failure(entry)


def test_links_in_circles(tmp_path: Path) -> None:
    wav(tmp_path / "a" / "x.wav")
    (tmp_path / "a" / "up").symlink_to(tmp_path)
    (tmp_path / "a" / "self").symlink_to(tmp_path / "a" / "self")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    assert [r.path.name for r in found(tmp_path)] == ["x.wav"]
    (tmp_path / "a" / "dangling.wav").symlink_to(tmp_path / "nowhere")
    (tmp_path / "a" / "loop.wav").symlink_to(tmp_path / "a" / "loop.wav")
    assert [f.message.split(";")[0] for f in failures(tmp_path)] == ["a link that leads nowhere"] * 2


def test_what_may_not_be_read() -> None:
    with somebody_else() as folder:
        wav(folder / "a.wav")
        wav(folder / f"{SECRET}.wav", 1).chmod(0)
        wav(folder / "closed" / "c.wav", 2).parent.chmod(0)
        lines(folder / "b.jsonl", {"text": "Hallo"}).chmod(0)
        become_nobody()
        items = list(discover([folder]))
        assert [type(item) for item in items] == [Failure, Recording, Failure]
        assert sorted(f.message.split(";")[0] for f in failures(folder)) == [
            "a folder may not be read",
            "the file may not be read",
        ]
        assert "may not be read" in one_failure(folder / "b.jsonl")
        assert "cannot be read" in one_failure(folder / "closed" / "c.wav")


@pytest.mark.parametrize("name", ["a\nb.wav", "grüße 😀.wav", "-rf %s.wav", b"latin-\xff.wav"])
def test_odd_names(tmp_path: Path, name: str | bytes) -> None:
    path = wav(tmp_path / "plain.wav").rename(tmp_path / os.fsdecode(name))
    (recording,) = found(tmp_path)
    assert recording.path == path
    assert decode(recording).duration_s == 1.0
    assert json.loads(json.dumps(str(path))) == str(path)


def test_the_whole_of_real_clips(speech_folder: Path, tmp_path: Path) -> None:
    recordings = found(speech_folder)
    manifest = (speech_folder / "manifest.jsonl").read_text(encoding="utf-8").splitlines()
    assert {r.path.name for r in recordings} == {json.loads(line)["file"] for line in manifest}
    shutil.copy(recordings[0].path, tmp_path / "copy.ogg")
    assert found(tmp_path)[0].id == recordings[0].id


def test_nothing_heavy_is_imported() -> None:
    import subprocess

    heavy = {"av", "numpy", "torch", "simplemma"}
    code = f"import sys, pii_audio.sources; sys.exit(bool({heavy} & set(sys.modules)))"
    root = Path(__file__).parents[2]
    assert subprocess.run([sys.executable, "-c", code], cwd=root, check=False).returncode == 0
