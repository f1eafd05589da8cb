"""Whisper's tokenizer, without the file that openai-whisper leaves open."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

from whisper.model import ModelDimensions
from whisper.tokenizer import Tokenizer, get_tokenizer

from pii_audio.errors import ConfigError

__all__ = ["check_languages", "language_ids", "prompt_of", "tokenizer_of"]


def tokenizer_of(dims: ModelDimensions, language: str | None = None) -> Tokenizer:
    """The tokenizer of the model with these dimensions; its start sequence names the language."""
    multilingual = dims.n_vocab >= 51865
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        return get_tokenizer(
            multilingual, num_languages=dims.n_vocab - 51765 - multilingual, language=language
        )


def language_ids(tokenizer: Tokenizer) -> dict[str, int]:
    """ISO 639-1 -> token; empty for a model of English alone."""
    multilingual = len(tokenizer.sot_sequence) > 1
    pairs = zip(tokenizer.all_language_codes, tokenizer.all_language_tokens, strict=True)
    return dict(pairs) if multilingual else {}


def check_languages(tokenizer: Tokenizer, wanted: Sequence[str]) -> None:
    """Raises ConfigError where a language is wanted that the model does not have.

    A model of English alone serves whoever wants English among others.
    """
    ids = language_ids(tokenizer)
    known = ids or {"en": 0}
    absent = [code for code in wanted if code not in known]
    if absent and (ids or "en" not in wanted):
        todo = f"it has {' '.join(sorted(known))}; name one of these or another model"
        raise ConfigError("transcribe.languages", f"this model has no {absent[0]!r}", todo)


def prompt_of(tokenizer: Tokenizer, text: str, most: int) -> tuple[int, ...]:
    """Token ids of what Whisper is told was said before. Raises ConfigError where they are more than `most`.

    openai-whisper takes n_text_ctx / 2 - 1 of them, and drops the first ones silently.
    """
    tokens = tuple(tokenizer.encode(" " + text.strip())) if text.strip() else ()
    if len(tokens) > most:
        raise ConfigError(
            "transcribe.hotwords", f"{len(tokens)} tokens; Whisper takes {most}", "name fewer of them"
        )
    return tokens
