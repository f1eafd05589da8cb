"""What the pipeline keeps of hearing: where somebody spoke, what was not to be heard, weights read once."""

from __future__ import annotations

from collections.abc import Callable
from cProfile import Profile
from pathlib import Path

import numpy as np
import pytest

from pii_audio import Config, Finding, Recording, Transcript, decoder, pipeline
from pii_audio.asr.whisper import CoreTranscriber
from pii_audio.audio import SAMPLE_RATE, stream
from pii_audio.config import RecognizeConfig, TranscribeConfig
from pii_audio.redact.text import Redaction
from pii_audio.spans import united
from pii_audio.speech import SpeechDetector

Speak = Callable[[Path, str], Path]
LETTERS = str.maketrans("0123456789", "bdfgklmnrs")
CONFIG = TranscribeConfig(device="cpu")


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory, speak: Speak) -> Recording:
    text = "Ruf meine Freundin Sandra an. Wie wird das Wetter morgen in Flensburg?"
    return Recording("rec-0", "", speak(tmp_path_factory.mktemp("said") / "a.wav", text))


def heard(recording: Recording, muted: tuple[tuple[float, float], ...] = ()) -> Transcript:
    [result] = pipeline.transcribe(
        [recording], CoreTranscriber(CONFIG), SpeechDetector(), CONFIG, muted={recording.id: muted}
    )
    assert isinstance(result, Transcript)
    return result


def test_a_transcript_says_where_somebody_spoke(recording: Recording) -> None:
    assert list(heard(recording).speech or ()) == SpeechDetector().spoken(stream(recording))


def test_what_a_cut_parts_is_one_again() -> None:
    """A minute of speech without a pause, by a detector that is always sure."""

    class Sure(SpeechDetector):
        def _blocks(self, chunks):  # type: ignore[no-untyped-def]
            return ((block, np.ones(-(-len(block) // 512), np.float32)) for block in chunks)

    windows = list(Sure().windows("rec-0", [np.ones(512 * 1875, np.float32)]))
    assert len(windows) > 1
    spans = [span for window in windows for span in window.speech]
    assert united(spans) == [(0.0, 60.0)]
    assert united([]) == []
    assert united([(2.0, 3.0), (0.0, 1.0)]) == [(0.0, 1.0), (2.0, 3.0)]


def test_what_is_muted_is_not_heard(recording: Recording) -> None:
    whole = heard(recording)
    at = whole.text.index("Flensburg")
    begin_s, end_s = whole.seconds(at, at + len("Flensburg")) or (0.0, 0.0)
    part = heard(recording, ((begin_s, end_s + 0.2),))
    assert "Sandra" in part.text
    assert "Flensburg" not in part.text
    assert part.duration_s == whole.duration_s
    assert heard(recording, ((0.0, whole.duration_s),)).text == ""


def test_muting_counts_from_the_beginning_of_the_recording() -> None:
    chunks = [np.ones(SAMPLE_RATE // 2, np.float32) for _ in range(4)]  # [3, 5) s of the recording
    quiet = np.concatenate(list(decoder._silenced(chunks, 3.0, [(0.0, 3.25), (3.5, 4.1), (9.0, 9.5)])))
    silent = np.flatnonzero(np.diff(quiet)) + 1
    assert (silent / SAMPLE_RATE + 3.0).tolist() == pytest.approx([3.25, 3.5, 4.1])
    assert all(chunk.all() for chunk in chunks)


def test_weights_are_read_once_whatever_is_to_be_expected() -> None:
    plain, expecting = (
        CoreTranscriber(CONFIG),
        CoreTranscriber(CONFIG.model_copy(update={"hotwords": ("Sandra",)})),
    )
    assert plain._engine.model is expecting._engine.model
    assert plain._engine.prompt != expecting._engine.prompt
    german = CoreTranscriber(CONFIG.model_copy(update={"languages": ("de",)}))
    assert len(german._engine.vocabulary.languages) == 1
    assert len(plain._engine.vocabulary.languages) == 2


@pytest.mark.parametrize("same", [True, False])
def test_the_work_of_thousands_of_names_grows_as_they_do(same: bool) -> None:
    config = Config(recognize=RecognizeConfig(recognizers=("people",)))

    def work(count: int) -> int:
        names = ["Peter" if same else f"Peter Wo{n:05}".translate(LETTERS) for n in range(count)]
        said = [Transcript("rec-1", ", ".join(names), (), "de")]
        with Profile() as profile:
            found = pipeline.recognize(said, config)
            (redaction,) = pipeline.redact(said, found, config)
        assert isinstance(redaction, Redaction)
        assert len(found[0]) > count / 2
        assert redaction.transcript.text.startswith("<PERSON_1>, <PERSON_")
        return calls(profile)

    work(50)
    assert work(2000) < 7 * work(500), "it was 8 and 11 times"


def test_the_work_of_thousands_of_clips_grows_as_they_do() -> None:
    def work(count: int) -> int:
        said, found = [], []
        for n in range(count):
            name = f"Wo{n:05}".translate(LETTERS)
            said.append(Transcript(f"rec-{n}", f"Ruf {name} an.", (), "de"))
            end = 4 + len(name)
            found.append([Finding(f"f-{n}", f"rec-{n}", "PERSON", 4, end, 0.9, "people", text=name)])
        with Profile() as profile:
            redacted = pipeline.redact(said, found, Config())
        assert all(r.transcript.text.startswith("Ruf <PERSON_") for r in redacted if isinstance(r, Redaction))
        return calls(profile)

    work(50)
    assert work(1600) < 7 * work(400), "it was 11 times"


def calls(profile: Profile) -> int:
    """Of functions: a time would tell how busy the machine is, too."""
    return sum(entry.callcount for entry in profile.getstats())
