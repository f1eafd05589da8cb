"""What is looked for in texts and sound of a release: removed values, and what recognizers find."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

from pii_audio import pipeline
from pii_audio.config import Config, RedactConfig
from pii_audio.formats.release import Masked, Release
from pii_audio.redact.spellings import squeezed
from pii_audio.redact.verify import Leak, Suspect
from pii_audio.runners.covers import label
from pii_audio.runners.known import Gone, gone_of, options_of
from pii_audio.runners.private import Private
from pii_audio.types import Finding, Transcript

__all__ = ["FOUND", "Search"]

CONFIDENT = 0.7  # score from which on a recognizer's finding fails a release without surrogates
WITHIN = 0.5  # share of a word's time that lies in masked seconds: it was not said, whatever was heard
FOUND = {
    "heard": "a removed value is heard in the sound",
    "recognized": "a recognizer finds personal information",
}


@dataclass(frozen=True, slots=True)
class Search:
    """Of one release. Without `known`, what was removed is not looked for."""

    config: Config
    release: Release
    options: RedactConfig
    gone: Gone = field(repr=False)
    suspect: Suspect = field(repr=False)

    @classmethod
    def of(cls, config: Config, release: Release, folder: Path, known: Private | None) -> Search:
        gone = gone_of(known, release, folder) if known else Gone()
        return cls(
            config, release, options_of(release), gone, Suspect(gone.spellings, _written, gone.surrogates)
        )

    def counts(self, finding: Finding) -> bool:
        """Whether a finding is confident, and of what had to go."""
        goes = not self.options.keeps(finding.entity_type)
        return finding.score >= CONFIDENT and goes and squeezed(finding.text) not in self.gone.kept

    def heard(self, spoken: Sequence[Transcript], *, masked: bool = True) -> list[Leak]:
        """Removed values and recognizers' findings in what was heard, but for what masks make impossible."""
        named = [replace(t, recording_id=f"{n}") for n, t in enumerate(spoken)]
        released = {r.id: r for r in self.release.recordings}
        shown = []
        for transcript, findings in zip(spoken, pipeline.recognize(named, self.config), strict=True):
            recording = released[transcript.recording_id]
            found = [f for f in findings if self.counts(f)]
            hits = self.suspect.hits(transcript.text, recording.id, transcript.language)
            for kind, start, end, entity in [
                *(("heard", hit.start, hit.end, hit.finding.entity_type) for hit in hits),
                *(("recognized", f.start, f.end, f.entity_type) for f in found),
            ]:
                seconds = transcript.seconds(start, end)
                if _audible(seconds, recording.masked if masked else ()):
                    said = transcript.text[start:end]
                    leak = Leak(kind, FOUND[kind], label(recording), recording.id, entity)
                    shown.append(replace(leak, seconds=seconds, detail=said))
        return shown


def _audible(seconds: tuple[float, float] | None, masked: Sequence[Masked]) -> bool:
    """Whether what was heard can have been said: not where most of its time is masked."""
    if seconds is None:
        return True
    begin, end = seconds
    inside = sum(max(0.0, min(end, m[1]) - max(begin, m[0])) for m in masked)
    return inside < WITHIN * max(end - begin, 1e-3)


@lru_cache(maxsize=4096)  # the files of a recording say the same
def _written(text: str, language: str) -> str:
    from pii_audio.recognizers.spoken import write

    return write(text, language).text
