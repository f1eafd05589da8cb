"""When Whisper's output is an invention. The kinds of limits are openai-whisper's (transcribe.py)."""

from __future__ import annotations

import zlib

__all__ = ["is_invented", "repeats"]

MAX_COMPRESSION = 2.4  # a text that compresses better than this says the same thing over and over
# (no-speech probability, mean log probability of the tokens): above the one and below the other is no speech.
# Whisper base on silence, noise, hum, music and ringing: above (0.7, -1.9 to -0.8). On 152 household clips:
# below 0.5, and below 0.1 where the log probability is under -1.2.
SILENT = ((0.6, -0.5), (0.3, -1.5))


def repeats(text: str) -> bool:
    data = text.encode()
    return len(data) / len(zlib.compress(data)) > MAX_COMPRESSION


def is_invented(text: str, log_probability: float, no_speech: float) -> bool:
    """Whether the text of a window is a loop, or words put into silence."""
    silent = any(no_speech > most and log_probability < least for most, least in SILENT)
    return silent or repeats(text)
