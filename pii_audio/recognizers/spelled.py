"""Names spelled with words for the letters, or letter by letter: "N as in Nancy", "M wie Martha"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pii_audio.recognizers.cues import Cues
from pii_audio.recognizers.tokens import Utterance

__all__ = ["SPELLED", "spelled", "spellings"]

SPELLED = "spelled out"  # the reason of such a finding

_WITH_WORDS = re.compile(
    r"\b(?:wie|as in|is in|for|like|[^\W\d_]?[vwf])\b\.?\s\w|\b[a-z]4\s?[a-z]", re.IGNORECASE
)


def spellings(utterance: Utterance, known: Cues) -> Iterator[tuple[int, int, str]]:
    """Names spelled with words for the letters, or letter by letter; the name said before it too."""
    for span in known.spelled.finditer(utterance.text):
        name = spelled(span.group())
        before = utterance.index(span.start()) - 1
        while before >= 0 and not utterance.tokens[before].alpha:
            before -= 1
        back = (
            k for k in range(before, max(-1, before - 7), -1) if utterance.tokens[k].lower == name.lower()
        )
        before = next(back, -1)
        said = before >= 0
        if said:
            yield utterance.tokens[before].start, utterance.tokens[before].end, name
        if len(name) >= (2 if _WITH_WORDS.search(span.group()) else 4 if said else 5):
            end = span.end() - len(span.group()) + len(span.group().rstrip(" ,."))
            yield span.start(), end, name


def spelled(text: str) -> str:
    """ "N as in Nancy, O, W" -> "Now"."""
    apart = re.sub(
        r"\b([A-Z])4(?=\s?[A-Z])", r"\1 for ", text
    )  # "H4 Hotel" is how Whisper writes "H for Hotel"
    words = re.sub(r"[^\w\s]", " ", apart.lower()).split()
    letters, skip = "", 0
    for k, word in enumerate(words):
        if skip:
            skip -= 1
        elif word in {"wie", "for", "like"}:
            skip = 1
        elif re.fullmatch(r"[^\W\d_][vwf]", word):  # "HV Heinrich" is how Whisper writes "H wie Heinrich"
            letters, skip = letters + word[0], 1
        elif word in {"as", "is"} and k + 1 < len(words):
            skip = 2
        elif len(word) == 1 or word in {"sch", "ch"}:
            letters += word
    return letters.title()
