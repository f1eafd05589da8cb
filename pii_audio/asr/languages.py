"""Which language is spoken, for transcribers that get a probability for every one of Whisper's.

The inference core decides by the same rule over its own logits (`engine.rules.language_tokens`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pii_audio.engine.rules import FOREIGN, UNLIKELY

__all__ = ["spoken_language"]


def spoken_language(probabilities: Mapping[str, float], allowed: Sequence[str]) -> str:
    """ISO 639-1: the likeliest of those allowed (none: of all), or the one that it certainly is instead."""
    likeliest = max(probabilities, key=probabilities.__getitem__)
    known = {language: probabilities.get(language, 0.0) for language in allowed}
    certain = probabilities[likeliest] >= FOREIGN and sum(known.values()) < UNLIKELY
    return likeliest if certain or not known else max(known, key=known.__getitem__)
