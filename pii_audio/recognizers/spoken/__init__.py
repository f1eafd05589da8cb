"""Spoken to written form, with the way back to the words that were said.

    write("null eins sieben sechs, doppel drei", "de").text == "017633"

`write` makes speech readable for recognizers that know only written text; `digit_runs` gives dictated digits
with their places. Nothing here knows what is personal.
"""

from __future__ import annotations

from pii_audio.recognizers.spoken.digits import Atom, DigitRun, digit_runs
from pii_audio.recognizers.spoken.written import Piece, Written, write

__all__ = ["Atom", "DigitRun", "Piece", "Written", "digit_runs", "write"]
