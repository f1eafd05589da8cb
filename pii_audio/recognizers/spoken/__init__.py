"""Spoken to written form, with the way back to the words that were said.

`digit_runs` gives dictated digits with their places.
"""

from __future__ import annotations

from pii_audio.recognizers.spoken.digits import Atom, DigitRun, digit_runs

__all__ = ["Atom", "DigitRun", "digit_runs"]
