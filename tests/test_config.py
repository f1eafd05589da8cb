"""Options are checked where they are read."""

from __future__ import annotations

from pathlib import Path

import pytest
from whisper.tokenizer import LANGUAGES

from pii_audio.config import WHISPER_LANGUAGES, Config
from pii_audio.errors import ConfigError


def test_the_languages_are_those_of_whisper() -> None:
    assert frozenset(LANGUAGES) == WHISPER_LANGUAGES


def test_an_unknown_language_is_a_wrong_option_and_no_traceback() -> None:
    with pytest.raises(ValueError, match="klingon is no language code of Whisper"):
        Config.model_validate({"transcribe": {"languages": ["de", "klingon"]}})


@pytest.mark.parametrize(
    ("recipe", "says"),
    [
        ("transcribe: {modell: base}", "transcribe.modell: no such option, is it model?"),
        ("redakt: {}", "redakt: no such option, is it redact?"),
        ("zzz: 1", "zzz: no such option, there are transcribe, recognize, redact, risk"),
        ("transcribe: {languages: de}", "transcribe.languages: write a list"),
        ("transcribe: {languages: [tlh]}", "transcribe.languages: tlh is no language code"),
        ("redact: {per_entity: {PERSON: blur}}", "redact.per_entity.PERSON: Input should be 'placeholder'"),
        ("- base", "is no table of options"),
        ("a: [", "is not YAML (line "),
    ],
)
def test_a_wrong_recipe_is_told_what_is_wrong(recipe: str, says: str, tmp_path: Path) -> None:
    path = tmp_path / "recipe.yaml"
    path.write_text(recipe)
    with pytest.raises(ConfigError) as caught:
        Config.read(path)
    assert says in str(caught.value)


def test_everything_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(ConfigError) as caught:
        Config.parse({"transcribe": {"modell": "base"}, "risk": {"country": "FR"}})
    assert "transcribe.modell" in str(caught.value)
    assert "risk.country" in str(caught.value)
