"""Which recognizer finds what people say? Several of them over the same marked utterances, side by side.

    data (marked rows) -> forms (as written, lower case, spoken) -> peers (find) -> measure -> JSON and page

It knows data sets and figures; how anything is recognized or transcribed is not its business.
"""

from __future__ import annotations

from pii_audio.bench.compare import compare
from pii_audio.bench.results import Comparison, Result

__all__ = ["Comparison", "Result", "compare"]
