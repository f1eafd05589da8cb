"""How identifiable is a set of recordings? Transcribe, recognize, redact, score."""

__version__ = "0.1.0"
