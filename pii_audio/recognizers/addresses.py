"""Addresses as whole spans: street, house number, postal code and town, as far as said in one stretch."""

from __future__ import annotations

from collections.abc import Sequence

from pii_audio.recognizers.addresses_de import german_addresses
from pii_audio.recognizers.addresses_en import english_addresses
from pii_audio.recognizers.places import whose
from pii_audio.recognizers.tokens import Utterance, read
from pii_audio.types import Finding, Transcript

__all__ = ["AddressRecognizer"]


class AddressRecognizer:
    name = "addresses"

    def find(self, transcripts: Sequence[Transcript]) -> list[list[Finding]]:
        found = []
        for transcript in transcripts:
            utterance = read(transcript)
            spans = (
                german_addresses(utterance) if utterance.language == "de" else english_addresses(utterance)
            )
            found.append([_address(utterance, *span) for span in spans])
        return found


def _address(utterance: Utterance, start: int, end: int, score: float, reason: str) -> Finding:
    return utterance.finding(
        "ADDRESS",
        start,
        end,
        score=score,
        recognizer="addresses",
        reason=reason,
        subject=whose(utterance, start),
    )
