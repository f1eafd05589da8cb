"""When Whisper's output is an invention. The limits are those of openai-whisper's transcribe.py."""

from __future__ import annotations

import zlib

__all__ = ["is_invented", "repeats"]

MAX_COMPRESSION = 2.4  # a text that compresses better than this says the same thing over and over
MAX_NO_SPEECH = 0.6
MIN_LOG_PROBABILITY = -1.0  # mean over the tokens


def repeats(text: str) -> bool:
    data = text.encode()
    return len(data) / len(zlib.compress(data)) > MAX_COMPRESSION


def is_invented(text: str, log_probability: float, no_speech: float) -> bool:
    """Whether the text of a window is a loop, or words put into silence."""
    silent = no_speech > MAX_NO_SPEECH and log_probability < MIN_LOG_PROBABILITY
    return silent or repeats(text)
