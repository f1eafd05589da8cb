"""How the report speaks in English and German: its phrases, names of things, and how numbers are written."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from pii_audio.report.names import NAMES
from pii_audio.report.phrases import PHRASES

__all__ = ["Language", "Words"]

Language = Literal["de", "en"]


@dataclass(frozen=True, slots=True)
class Words:
    """One language. `words("highest")` is a phrase, `words.name("PERSON")` what readers call a thing."""

    language: Language

    def __call__(self, phrase: str, **values: object) -> str:
        return PHRASES[phrase][self.language == "de"].format(**values)

    def name(self, key: str) -> str:
        known = NAMES.get(key)
        return known[self.language == "de"] if known else key.replace("_", " ").lower()

    def number(self, value: float, digits: int = 0) -> str:
        """1234.5 -> "1,234.5" or "1.234,5"; "–" for what is no number."""
        if not math.isfinite(value):
            return "–"
        written = f"{value:,.{digits}f}"
        return written.translate(str.maketrans(",.", ".,")) if self.language == "de" else written

    def clips(self, n: int) -> str:
        return self("one_clip") if n == 1 else self("many_clips", n=self.number(n))

    def people(self, n: int) -> str:
        return self("one_person") if n == 1 else self("many_people", n=self.number(n))

    def percent(self, share: float) -> str:
        """A chance from 0 to 1, as precise as it is worth reading: "97 %", "0.3 %", "< 0.01 %"."""
        value = share * 100
        if 0 < value < 0.01:
            return f"<\N{NO-BREAK SPACE}{self.number(0.01, 2)} %"
        if 99.5 <= value < 100:  # rounding must not make a certainty
            return (
                f"{self.number(value, 1)} %"
                if value < 99.95
                else f">\N{NO-BREAK SPACE}{self.number(99.9, 1)} %"
            )
        digits = 0 if value >= 9.95 or value == 0 else 1 if value >= 0.095 else 2
        return self.number(value, digits) + " %"

    def points(self, share: float) -> str:
        """A difference of chances in percentage points: "91", "99.8", "0.3"."""
        value = share * 100
        return self.number(value, 0 if 10 <= value < 99.5 else 1)

    def crowd(self, k: float) -> str:
        """How many people, to two figures: "1.4", "16", "42,000", "1.2 million"."""
        if not math.isfinite(k):
            return self("nobody")
        if k < 9.95:
            return self.number(k, 0 if abs(k - round(k)) < 0.05 else 1)
        rounded = round(k, 1 - math.floor(math.log10(k)))
        if rounded >= 1e6:
            million = ("million", "Mio.")[self.language == "de"]
            return f"{self.number(rounded / 1e6, 1 if rounded < 1e7 else 0)} {million}"
        return self.number(rounded)

    def one_of(self, k: float) -> str:
        """ "one of about 16 people"."""
        return self("only_one") if k < 1.25 else self("one_of", n=self.crowd(k))
