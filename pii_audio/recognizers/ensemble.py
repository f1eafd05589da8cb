"""All recognizers over a set of transcripts: find, review, look around in the set, merge.

Ensemble(config).find(transcripts) -> one list of findings per transcript, sorted, without overlaps
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pii_audio import plugins
from pii_audio.config import RecognizeConfig
from pii_audio.formats.release import PLACEHOLDER
from pii_audio.recognizers import LANGUAGES, Recognizer, Reviewer, context
from pii_audio.recognizers.merge import merge
from pii_audio.recognizers.passages import passages
from pii_audio.recognizers.readable import Readable
from pii_audio.recognizers.tokens import CACHED
from pii_audio.types import Finding, Transcript

__all__ = ["Ensemble"]

STYLED = "tagger"  # the one recognizer that knows styles


class Ensemble:
    """Raises ConfigError where the configuration names a recognizer that nobody provides."""

    def __init__(self, config: RecognizeConfig | None = None) -> None:
        self.config = config or RecognizeConfig()
        self.recognizers = [_made(name, self.config) for name in self.config.recognizers]

    def find(self, transcripts: Sequence[Transcript]) -> list[list[Finding]]:
        """Findings of each transcript, in order. A set belongs in one call: its clips share names.

        Where a transcript is in two languages, each looks at all of it. A long one is read in passages.
        """
        plain = [Readable.of(transcript) for transcript in transcripts]
        found = self._find([p.transcript for p in plain], [_languages(t) for t in transcripts])
        return [list(map(p.there, own)) for p, own in zip(plain, found, strict=True)]

    def _find(
        self, transcripts: Sequence[Transcript], languages: Sequence[Sequence[str]]
    ) -> list[list[Finding]]:
        found: list[list[Finding]] = [[] for _ in transcripts]
        views = [
            (i, passage, replace(passage.transcript, language=code))
            for i, t in enumerate(transcripts)
            for passage in passages(t)
            for code in languages[i]
        ]
        for at in range(0, len(views), CACHED):  # each is read once, not once by every recognizer
            rows, parts, chunk = zip(*views[at : at + CACHED], strict=True)
            for row, passage, new in zip(rows, parts, self._read(chunk), strict=True):
                found[row].extend(map(passage.whole, new))
        merged = self._merge(found, transcripts)
        if self.config.set_context and len({(i, passage.begin) for i, passage, _ in views}) > 1:
            again = context.recall(transcripts, merged)
            merged = self._merge([a + b for a, b in zip(found, again, strict=True)], transcripts)
        return merged

    def _read(self, transcripts: Sequence[Transcript]) -> list[list[Finding]]:
        """What every recognizer finds, with the scores it has after those that review have spoken."""
        found: list[list[Finding]] = [[] for _ in transcripts]
        for recognizer in self.recognizers:
            for own, new in zip(found, recognizer.find(transcripts), strict=True):
                own.extend(new)
        reviewed, all_names = found, self.config.style != "spoken"  # public figures too
        for recognizer in self.recognizers:
            if isinstance(recognizer, Reviewer) and (recognizer.name == STYLED or not all_names):
                reviewed = recognizer.review(transcripts, reviewed)
        return [context.said_twice(a, b) for a, b in zip(found, reviewed, strict=True)]

    def _merge(self, found: list[list[Finding]], transcripts: Sequence[Transcript]) -> list[list[Finding]]:
        lists = [
            merge(_outside_placeholders(f, t.text), t.text, min_score=self.config.min_score)
            for f, t in zip(found, transcripts, strict=True)
        ]
        wanted = self.config.entities
        return [[f for f in own if not wanted or f.entity_type in wanted] for own in lists]


def _made(name: str, config: RecognizeConfig) -> Recognizer:
    kind = plugins.load("recognizers", name)
    made: Recognizer = kind(config.style) if name == STYLED else kind()
    return made


def _outside_placeholders(findings: Sequence[Finding], text: str) -> list[Finding]:
    """Where something was redacted already, its placeholder stands in nobody's name."""
    held = [match.span() for match in PLACEHOLDER.finditer(text)]
    return [f for f in findings if not any(a <= f.start and f.end <= b for a, b in held)]


def _languages(transcript: Transcript) -> list[str]:
    spoken = {transcript.language, *(word.language for word in transcript.words)}
    return [language for language in LANGUAGES if language in spoken]
