"""Numbers, addresses and dates that single somebody out, as they are said and as Whisper hears them.

Telephones, bank accounts, cards, tax and social security numbers, plates, e-mail, IP and web addresses, birth
dates and ages. Knows no names, places or streets.
"""

from __future__ import annotations

from collections.abc import Sequence

from pii_audio.recognizers.identifiers.ages import age_claims
from pii_audio.recognizers.identifiers.births import birth_claims
from pii_audio.recognizers.identifiers.mail import mail_claims
from pii_audio.recognizers.identifiers.numbers import number_claims
from pii_audio.recognizers.identifiers.owners import owner
from pii_audio.recognizers.identifiers.plates import plate_claims
from pii_audio.recognizers.identifiers.speech import Claim, Speech, read
from pii_audio.recognizers.spoken.tokens import whole_words
from pii_audio.types import Finding, Transcript, finding_id

__all__ = ["IdentifierRecognizer"]


class IdentifierRecognizer:
    """Patterns, check digits and the words around them; no model, no dictionary of people."""

    name = "identifiers"

    def find(self, transcripts: Sequence[Transcript]) -> list[list[Finding]]:
        """The identifiers of each transcript, in order and without overlap."""
        return [self._find(transcript) for transcript in transcripts]

    def _find(self, transcript: Transcript) -> list[Finding]:
        speech = read(transcript.text, transcript.language)
        return [self._finding(transcript, speech, claim) for claim in _chosen(speech)]

    def _finding(self, transcript: Transcript, speech: Speech, claim: Claim) -> Finding:
        start, end = whole_words(transcript.text, claim.start, claim.end)
        return Finding(
            id=finding_id(transcript.recording_id, start, end, claim.entity_type),
            recording_id=transcript.recording_id,
            entity_type=claim.entity_type,
            start=start,
            end=end,
            score=claim.score,
            recognizer=self.name,
            subject=owner(speech, claim),
            value=claim.value,
            text=transcript.text[start:end],
            reason=claim.reason,
        )


def _chosen(speech: Speech) -> list[Claim]:
    """The surest claims that do not overlap, the longer one first among equals."""
    claims = [
        *birth_claims(speech),
        *mail_claims(speech),
        *plate_claims(speech),
        *number_claims(speech),
        *age_claims(speech),
    ]
    claims.sort(key=lambda claim: (-claim.score, claim.start - claim.end))
    chosen: list[Claim] = []
    for claim in claims:
        if all(claim.end <= other.start or other.end <= claim.start for other in chosen):
            chosen.append(claim)
    return sorted(chosen, key=lambda claim: claim.start)
