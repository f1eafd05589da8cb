from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pii_audio import plugins
from pii_audio.asr.languages import expected_languages, in_its_set, spoken_language
from pii_audio.asr.whisper import CoreTranscriber
from pii_audio.config import TranscribeConfig
from pii_audio.types import HeardIn, Window
from tests.asr.conftest import read

SAID = {
    "fr": ("fr-FR", "Je m'appelle Claire Dubois et j'habite à Lyon."),
    "es": ("es-ES", "Me llamo Carmen y vivo en Sevilla."),
    "de": ("de-DE", "Ich heiße Claire Dubois und wohne in Lyon."),
    "en": ("en-GB", "My name is Claire Dubois and I live in Lyon."),
}


@pytest.mark.parametrize(
    ("probabilities", "allowed", "language"),
    [
        ({"de": 0.3, "en": 0.2, "nl": 0.5}, ("de", "en"), "de"),
        ({"de": 0.02, "en": 0.01, "fr": 0.97}, ("de", "en"), "fr"),
        ({"de": 0.02, "en": 0.01, "fr": 0.6, "it": 0.37}, ("de", "en"), "de"),
        ({"de": 0.3, "en": 0.2, "nl": 0.5}, (), "nl"),
    ],
)
def test_another_language_has_to_be_certain(
    probabilities: dict[str, float], allowed: tuple[str, ...], language: str
) -> None:
    assert spoken_language(probabilities, allowed, {}).language == language


@pytest.fixture(scope="session")
def windows(speak: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory) -> list[Window]:
    folder = tmp_path_factory.mktemp("said")
    paths = [speak(folder / f"{code}.wav", text, voice=voice) for code, (voice, text) in SAID.items()]
    return [Window(path.stem, 0.0, read(path)) for path in paths]


@pytest.mark.parametrize("engine", ["core", "reference", "faster-whisper"])
def test_french_is_not_forced_into_german(engine: str, windows: list[Window]) -> None:
    if engine == "faster-whisper":
        pytest.importorskip("faster_whisper")
    transcriber = plugins.load("transcribers", engine)(TranscribeConfig(device="cpu"))
    assert [t.language for t in transcriber.transcribe(windows)] == list(SAID)


def test_who_names_one_language_gets_it(windows: list[Window]) -> None:
    german = CoreTranscriber(TranscribeConfig(device="cpu", languages=("de",)))
    assert {t.language for t in german.transcribe(windows)} == {"de"}


def sounds(language: str, german: float) -> HeardIn:
    return HeardIn(language, (("de", german), ("en", round(1 - german, 3))))


def test_many_windows_tell_what_their_household_speaks_and_few_do_not() -> None:
    doubtful = sounds("en", 0.3)
    many = expected_languages([*[sounds("de", 0.98)] * 12, doubtful])
    few = expected_languages([sounds("de", 0.98), doubtful])
    assert many["de"] > 0.85
    assert in_its_set(doubtful, many) == "de"
    assert in_its_set(doubtful, few) == "en"
    assert in_its_set(doubtful, expected_languages([doubtful])) == "en"


def test_a_guest_who_surely_speaks_english_is_heard_in_english() -> None:
    guest = sounds("en", 0.02)
    household = expected_languages([*[sounds("de", 1.0)] * 1000, guest])
    assert household == {"de": 0.95, "en": 0.05}
    assert in_its_set(guest, household) == "en"


def test_a_foreign_window_says_nothing_about_the_household_and_stays_foreign() -> None:
    french = HeardIn("fr", (("de", 0.4), ("en", 0.6)))
    assert expected_languages([french]) == {}
    assert in_its_set(french, {"de": 0.95, "en": 0.05}) == "fr"


def test_half_german_half_english_changes_nothing() -> None:
    both = expected_languages([sounds("de", 0.99), sounds("en", 0.01)] * 50)
    assert both == {"de": 0.5, "en": 0.5}


@pytest.mark.parametrize("engine", ["core", "reference", "faster-whisper"])
def test_an_expected_language_is_heard_in_doubt(engine: str, speech_folder: Path) -> None:
    """Real commands of one second, some of which Whisper base takes for English."""
    if engine == "faster-whisper":
        pytest.importorskip("faster_whisper")
    paths = sorted(speech_folder.glob("speech-to-phrase-de-*.wav"))
    windows = [Window(path.name, 0.0, read(path)) for path in paths]
    expected = {"de": 0.9, "en": 0.1}
    config = TranscribeConfig(device="cpu", fallback=False)
    configs = config, config.model_copy(update={"expected_languages": expected})
    alone, told = (plugins.load("transcribers", engine)(own).transcribe(windows) for own in configs)
    pairs = [(a.heard_in[0], b.heard_in[0]) for a, b in zip(alone, told, strict=True) if a.text and b.text]
    assert all(b.language == in_its_set(a, expected) for a, b in pairs)
    assert any((a.language, b.language) == ("en", "de") for a, b in pairs)
