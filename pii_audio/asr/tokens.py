"""Whisper's tokenizer, without the file that openai-whisper leaves open."""

from __future__ import annotations

import warnings

from whisper.model import ModelDimensions
from whisper.tokenizer import Tokenizer, get_tokenizer

__all__ = ["tokenizer_of"]


def tokenizer_of(dims: ModelDimensions, language: str | None = None) -> Tokenizer:
    """The tokenizer of the model with these dimensions; its start sequence names the language."""
    multilingual = dims.n_vocab >= 51865
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        return get_tokenizer(
            multilingual, num_languages=dims.n_vocab - 51765 - multilingual, language=language
        )
