"""Options are checked where they are read."""

from __future__ import annotations

from pathlib import Path

import pytest
from whisper.tokenizer import LANGUAGES

from pii_audio.config import ENTITY_TYPES, WHISPER_LANGUAGES, Config
from pii_audio.errors import ConfigError
from pii_audio.recognizers import presidio, spacy_ner
from pii_audio.redact import cells
from pii_audio.redact.pseudonyms import IDENTIFIERS


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
        (
            "redact: {per_entity: {PERSONS: keep}}",
            "redact.per_entity: no type of finding is called 'PERSONS', is",
        ),
        ("redact: {per_entity: {person: keep}}", "is it PERSON?"),
        (
            "recognize: {entities: [PERSON, XYZZY]}",
            "recognize.entities: no type of finding is called 'XYZZY', there",
        ),
        ("recognize: {recognizers: []}", "recognize.recognizers: Tuple should have at least 1 item"),
        ("redact: {padding_s: .inf}", "redact.padding_s: Input should be a finite number"),
        ("transcribe: {expected_languages: {tlh: 1}}", "tlh is no language code"),
        ("a: " + "[" * 5000, "is not YAML"),
        ("[]", "is no table of options"),
        ("''", "is no table of options"),
        ("false", "is no table of options"),
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


def test_an_empty_recipe_is_the_defaults(tmp_path: Path) -> None:
    (tmp_path / "recipe.yaml").write_text("# nothing yet\n")
    assert Config.read(tmp_path / "recipe.yaml") == Config()


def test_every_type_of_finding_is_known() -> None:
    columns = {kind for _, kind in cells._COLUMNS}
    ours = {*presidio._OURS, *(kind for kind, _ in presidio._KEPT.values()), *spacy_ner._TYPES.values()}
    assert ours | columns | IDENTIFIERS == ENTITY_TYPES


def test_what_an_added_recognizer_calls_its_own_is_not_refused() -> None:
    data = {"recognize": {"recognizers": ["people", "mine"], "entities": ["PET"]}}
    assert Config.parse(data).recognize.entities == ("PET",)


def test_everything_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(ConfigError) as caught:
        Config.parse({"transcribe": {"modell": "base"}, "risk": {"country": "FR"}})
    assert "transcribe.modell" in str(caught.value)
    assert "risk.country" in str(caught.value)
