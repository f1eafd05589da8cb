"""A transcript as recognizers read it, plain; and what they find there as it stands in the transcript."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pii_audio.plain import Plain
from pii_audio.types import Finding, Transcript, finding_id

__all__ = ["Readable"]


@dataclass(frozen=True, slots=True)
class Readable:
    """`transcript` is `original` where that is plain already, else without words: what is read is text."""

    transcript: Transcript
    original: Transcript
    plain: Plain

    @classmethod
    def of(cls, original: Transcript) -> Readable:
        plain = Plain.of(original.text)
        odd = plain.places is not None
        return cls(replace(original, text=plain.text, words=()) if odd else original, original, plain)

    def there(self, finding: Finding) -> Finding:
        """A finding in the plain text as one of the original; its value is what one reads."""
        if self.plain.places is None:
            return finding
        start, end = self.plain.original(finding.start, finding.end)
        return replace(
            finding,
            id=finding_id(finding.recording_id, start, end, finding.entity_type),
            start=start,
            end=end,
            text=self.original.text[start:end],
            value=finding.value or finding.text,
            nested=tuple(map(self.there, finding.nested)),
        )
