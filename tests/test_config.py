"""Options are checked where they are read."""

from __future__ import annotations

import pytest
from whisper.tokenizer import LANGUAGES

from pii_audio.config import WHISPER_LANGUAGES, Config


def test_the_languages_are_those_of_whisper() -> None:
    assert frozenset(LANGUAGES) == WHISPER_LANGUAGES


def test_an_unknown_language_is_a_wrong_option_and_no_traceback() -> None:
    with pytest.raises(ValueError, match="klingon is no language code of Whisper"):
        Config.model_validate({"transcribe": {"languages": ["de", "klingon"]}})
