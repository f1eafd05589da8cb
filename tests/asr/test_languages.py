from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pii_audio import plugins
from pii_audio.asr.languages import spoken_language
from pii_audio.asr.whisper import CoreTranscriber
from pii_audio.config import TranscribeConfig
from pii_audio.types import Window
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
    assert spoken_language(probabilities, allowed) == language


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
