"""The neural tagger: which words of an utterance are personal, by a small text encoder trained on speech.

It reads German and English, with and without capitals. The model stands in `models/tagger`; its card
(`models/pii-tagger.md`) says what it was trained on and how far its probabilities can be trusted. It tags
words and checks nothing: whether a number is a telephone number is for the rules beside it.

One encoder has an output for each of its styles: "spoken" is for what people say, where a singer or the
capital of a quiz question is nobody's; "news" marks every person, place and organization of a written text;
"commands" those of commands to an assistant, and has upper blocks of its own.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from torch import Tensor

from pii_audio.config import Style
from pii_audio.recognizers import owner, partner
from pii_audio.recognizers.languages import cues
from pii_audio.recognizers.names import plain_name
from pii_audio.recognizers.places import DESTINATION, is_destination, whose
from pii_audio.recognizers.spelled import SPELLED
from pii_audio.recognizers.spoken.dates import dates
from pii_audio.recognizers.spoken.tokens import tokenize
from pii_audio.recognizers.stretches import said_again
from pii_audio.recognizers.tag_model import model_of, spans
from pii_audio.recognizers.tokens import Utterance, read
from pii_audio.types import Finding, Subject, Transcript

__all__ = ["TaggerRecognizer"]

_REVIEWED = frozenset({"PERSON", "LOCATION", "ADDRESS", "ORGANIZATION", "OCCUPATION", "AGE"})
_SELF_NAMING = "self-naming"  # a rule's reason: who says "my name is" is believed
_NAMES = frozenset({"PERSON", "LOCATION"})  # what the style "commands" is about
_UNKNOWN = {"commands": frozenset({"AGE", "OCCUPATION"})}  # its output has not learnt these: no opinion
_CONFIRMED = 0.7  # another's score for these, both opinions together, from which on it stays
_LONG = frozenset({"ORGANIZATION", "ADDRESS"})
_LINKS = frozenset(
    ["und", "and", "of", "the", "von", "der", "am", "an", "im", "in", "&", "'", "-", "für", "for"]
)
_ENDINGS = frozenset(["'s", "’s", "'", "’"])
_TRUSTED = 0.6  # a rule of this score is believed about the type
_WEIGHT = 1.0  # of the tagger's log-odds beside a rule's


class TaggerRecognizer:
    name = "tagger"

    def __init__(self, style: Style = "spoken") -> None:
        self.style: Style = style
        self._tagged: tuple[list[str], list[Tensor]] = ([], [])  # of the last call: found, then reviewed

    def find(self, transcripts: Sequence[Transcript]) -> list[list[Finding]]:
        """Raises ModelError where the model's files are not there."""
        utterances = [read(t) for t in transcripts]
        return [list(_findings(u, p)) for u, p in zip(utterances, self._tag(utterances), strict=True)]

    def review(
        self, transcripts: Sequence[Transcript], found: Sequence[Sequence[Finding]]
    ) -> list[list[Finding]]:
        """The findings of others with the scores they deserve after a second opinion.

        Its own give way to a rule's over the same words: a rule knows better what they are and whose. In
        commands it is the other way about: persons and places are what this style has learnt, and those of
        others stay where it has found nothing and doubts little.
        """
        if self.style == "commands":
            found = [_uncontested(own) for own in found]
        utterances = [read(t) for t in transcripts]
        learnt = _REVIEWED - _UNKNOWN.get(self.style, frozenset())
        reviewed = []
        for utterance, tagged, own in zip(utterances, self._tag(utterances), found, strict=True):
            known = {(f.start, f.end) for f in own if f.recognizer != self.name and f.score >= _TRUSTED}
            known.update(_spelled(own))
            kept = (f for f in own if f.recognizer != self.name or (f.start, f.end) not in known)
            reviewed.append([_reviewed(utterance, tagged, f) if f.entity_type in learnt else f for f in kept])
        if self.style == "commands":
            reviewed = [[f for f in own if _confirmed(f)] for own in reviewed]
        return reviewed

    def _tag(self, utterances: Sequence[Utterance]) -> list[Tensor]:
        """[words, tags] of each utterance."""
        texts = [u.text for u in utterances]
        known, tagged = self._tagged  # another thread may put its own there meanwhile
        if known != texts:
            words = [[(t.start, t.end) for t in u.tokens] for u in utterances]
            tagged = model_of(self.style).probabilities(texts, words)
            self._tagged = texts, tagged
        return tagged


def _findings(utterance: Utterance, tagged: Tensor) -> Iterator[Finding]:
    for label, i, j, score in _bridged(utterance, spans(tagged)):
        tokens = utterance.tokens
        while j > i and not tokens[j - 1].text[0].isalnum():
            j -= 1
        while i < j and not tokens[i].text[0].isalnum():
            i += 1
        if label == "PERSON" and i < j and _genitive(utterance, j):
            j += 1
        for a, b in _said(utterance, label, i, j):
            yield _finding(utterance, label, a, b, score)


def _genitive(utterance: Utterance, j: int) -> bool:
    """Whether word j is the ending of a German name, as in "Tom's Auto"; in English it may be "is"."""
    if utterance.language != "de" or j >= len(utterance.tokens):
        return False
    ending = utterance.tokens[j]
    return ending.start == utterance.tokens[j - 1].end and ending.lower in _ENDINGS


def _said(utterance: Utterance, label: str, i: int, j: int) -> Iterator[tuple[int, int]]:
    """Words [i, j) as one finding, or one for each time that an address was said."""
    if i < j and label == "ADDRESS":
        start = utterance.tokens[i].start
        for a, b in said_again(utterance.text[start : utterance.tokens[j - 1].end], utterance.language):
            yield utterance.index(start + a), utterance.index(start + b)
    elif i < j:
        yield i, j


def _bridged(
    utterance: Utterance, found: Iterable[tuple[str, int, int, float]]
) -> Iterator[tuple[str, int, int, float]]:
    """ "Kanzlei Maurer und Söhne", "School of Dance": one place, whatever was thought of the word between."""
    last: tuple[str, int, int, float] | None = None
    for label, i, j, score in found:
        between = [t.lower for t in utterance.tokens[last[2] : i]] if last else []
        if last and last[0] == label and label in _LONG and len(between) == 1 and between[0] in _LINKS:
            last = label, last[1], j, min(last[3], score)
            continue
        if last:
            yield last
        last = label, i, j, score
    if last:
        yield last


def _uncontested(found: Sequence[Finding]) -> list[Finding]:
    """Without what others say about the words of the tagger's findings: their persons, their places."""
    own = [(f.start, f.end) for f in found if f.recognizer == TaggerRecognizer.name]
    return [
        f
        for f in found
        if f.recognizer == TaggerRecognizer.name
        or f.reason == _SELF_NAMING
        or f.entity_type not in _REVIEWED
        or not ((f.start, f.end) in own or (f.entity_type in _NAMES and _overlaps(f, own)))
    ]


def _spelled(found: Iterable[Finding]) -> Iterator[tuple[int, int]]:
    """Where a name and its spelling follow each other, "Nowak, N as in Nancy": to a rule they are two."""
    parts = sorted((f.start, f.end) for f in found if f.reason == SPELLED)
    return ((name[0], letters[1]) for name, letters in pairwise(parts) if letters[0] - name[1] <= len(", "))


def _overlaps(finding: Finding, spans: Iterable[tuple[int, int]]) -> bool:
    return any(start < finding.end and finding.start < end for start, end in spans)


def _confirmed(finding: Finding) -> bool:
    """Whether a person or place of another recognizer is left standing in commands."""
    other = finding.recognizer != TaggerRecognizer.name and finding.entity_type in _NAMES
    return not other or finding.reason == _SELF_NAMING or finding.score >= _CONFIRMED


def _reviewed(utterance: Utterance, tagged: Tensor, finding: Finding) -> Finding:
    """Two opinions on the same words are added as log-odds, ours weighing what it was found to be worth."""
    if finding.recognizer == TaggerRecognizer.name or finding.reason == _SELF_NAMING:
        return finding  # who names himself was never wrong in 22,000 harmless utterances
    i, j = utterance.index(finding.start), utterance.index(finding.end)
    words = [k for k in range(i, j) if utterance.tokens[k].alpha]
    if not words:
        return finding
    personal = float((1 - tagged[words, 0]).mean())
    score = _sigmoid(_logit(finding.score) + _WEIGHT * _logit(personal))
    return replace(finding, score=round(min(max(score, 0.01), 0.99), 3))


def _logit(p: float) -> float:
    return math.log(min(max(p, 0.01), 0.99) / (1 - min(max(p, 0.01), 0.99)))


def _sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x))


def _finding(utterance: Utterance, label: str, i: int, j: int, score: float) -> Finding:
    start, end = utterance.tokens[i].start, utterance.tokens[j - 1].end
    going = label == "LOCATION" and is_destination(utterance, start)
    return utterance.finding(
        label,
        start,
        end,
        score=round(min(score, 0.99), 3),
        recognizer=TaggerRecognizer.name,
        reason=DESTINATION if going else "neural tagger",
        subject=_subject(utterance, label, start, end),
        value=_value(utterance, label, i, j),
    )


def _value(utterance: Utterance, label: str, i: int, j: int) -> str | None:
    """A name without what belongs to it, a date as ISO 8601."""
    if label == "PERSON":
        return plain_name(utterance, cues(utterance.language), i, j)
    if label != "DATE_OF_BIRTH":
        return None
    said = utterance.text[utterance.tokens[i].start : utterance.tokens[j - 1].end]
    return next((date.iso for date in dates(tokenize(said), utterance.language)), None)


def _subject(utterance: Utterance, label: str, start: int, end: int) -> Subject:
    if label == "PARTNER":
        return "partner" if partner.is_person(utterance, (start, end)) else "speaker"
    if label == "PERSON":
        own_name = owner.is_own(utterance, start, end)
        return partner.subject_of_name(utterance, start, end) or ("speaker" if own_name else "other")
    return whose(utterance, start)
