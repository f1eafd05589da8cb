"""Sound in and out of files. `read` decodes whatever libav knows, `write` gives back the same kind of file.

Knows samples, containers and codecs; what is spoken in them it does not know.
"""

from __future__ import annotations

from pii_audio.audio.read import SAMPLE_RATE, decode, duration, has_audio, stream
from pii_audio.audio.write import Edit, rewrite

__all__ = ["SAMPLE_RATE", "Edit", "decode", "duration", "has_audio", "rewrite", "stream"]
