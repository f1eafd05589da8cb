"""Whisper's tokenizer, without the file that openai-whisper leaves open."""

from __future__ import annotations

import warnings

from whisper.model import ModelDimensions
from whisper.tokenizer import Tokenizer, get_tokenizer

from pii_audio.errors import ConfigError

__all__ = ["prompt_of", "tokenizer_of"]


def tokenizer_of(dims: ModelDimensions, language: str | None = None) -> Tokenizer:
    """The tokenizer of the model with these dimensions; its start sequence names the language."""
    multilingual = dims.n_vocab >= 51865
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        return get_tokenizer(
            multilingual, num_languages=dims.n_vocab - 51765 - multilingual, language=language
        )


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
