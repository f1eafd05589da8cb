"""What was taken out of a text, and how it is put back. The words themselves: for those who may know them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from pii_audio.redact.pseudonyms import Pseudonyms
from pii_audio.redact.text import Redaction
from pii_audio.types import Transcript, Word

__all__ = ["Original", "decrypted", "originals", "put_back"]

# What AES makes of a word: 16 bytes before it and whole blocks of 16, in URL-safe base64
_SEALED = re.compile(r"(?<![\w-])[A-Za-z0-9_-]{42,}={0,2}")


@dataclass(frozen=True, slots=True)
class Original:
    """What stood where a released text has [start, end), and whose it was."""

    start: int
    end: int
    label: str  # "PERSON_3"
    text: str = field(repr=False)
    words: tuple[Word, ...] = field(default=(), repr=False)  # characters count from where `text` begins


def originals(transcript: Transcript, redaction: Redaction, pseudonyms: Pseudonyms) -> tuple[Original, ...]:
    return tuple(
        Original(
            removed.new_start,
            removed.new_end,
            pseudonyms.label(removed.finding),
            transcript.text[removed.start : removed.end],
            tuple(_moved(word, -removed.start) for word in transcript.over(removed.start, removed.end)),
        )
        for removed in redaction.removed
    )


def put_back(released: Transcript, known: Sequence[Original]) -> Transcript:
    """The released transcript with what is known of its originals, words and their times included."""
    text, words = released.text, list(released.words)
    for original in reversed(known):  # so that positions hold
        shift = len(original.text) - (original.end - original.start)
        text = text[: original.start] + original.text + text[original.end :]
        back = [
            replace(w, start=w.start + original.start, end=w.end + original.start) for w in original.words
        ]
        before = [w for w in words if w.end <= original.start and (not back or w.start < back[0].start)]
        after = [
            replace(w, start=w.start + shift, end=w.end + shift)
            for w in words
            if w.start >= original.end and (not back or w.end + shift > back[-1].end)
        ]
        words = [*before, *back, *after]
    return replace(released, text=text, words=tuple(words))


def decrypted(released: Transcript, cipher: bytes) -> Transcript:
    """The transcript with the words that the operator `encrypt` had sealed with this key; others stay."""
    from presidio_anonymizer.operators import AESCipher

    known = []
    for match in _SEALED.finditer(released.text):
        try:
            text = AESCipher.decrypt(cipher, match.group())
        except ValueError:  # not sealed, or with another key
            continue
        ends = len(text) - (match.end() - match.start())
        words = tuple(
            replace(w, start=w.start - match.start(), end=w.end - match.start() + ends)
            for w in released.over(*match.span())
        )
        known.append(Original(match.start(), match.end(), "", text, words))
    return put_back(released, known)


def _moved(word: Word, by: int) -> Word:
    return replace(word, start=word.start + by, end=word.end + by)
