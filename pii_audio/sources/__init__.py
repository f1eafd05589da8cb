"""Where recordings come from: audio files, folders, NeMo manifests, transcripts that exist already."""

from __future__ import annotations

from pii_audio.sources.inputs import discover

__all__ = ["discover"]
