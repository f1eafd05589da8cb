"""Names of private persons, from the words around them and from what the lexicon knows of names.

Frames ("ruf X an", "my name is X") and titles say that a name stands there; names elsewhere must be listed.
Commands that play something and questions of general knowledge name public figures: nothing there is taken.
It does not know who is famous beyond a short list, nor how a misheard name was meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from pii_audio.recognizers import owner, partner
from pii_audio.recognizers.cues import Cues, Frame
from pii_audio.recognizers.families import families
from pii_audio.recognizers.languages import cues
from pii_audio.recognizers.names import (
    after_title,
    another_name,
    glued_title,
    name_end,
    plain_name,
)
from pii_audio.recognizers.review import lowered
from pii_audio.recognizers.spelled import SPELLED, spellings
from pii_audio.recognizers.tokens import CACHED, Utterance, read
from pii_audio.types import Finding, Subject, Transcript

__all__ = ["PeopleRecognizer"]

_SCORE = {3: 0.95, 2.5: 0.85, 2: 0.85, 1: 0.7}
_SURE = 0.99  # whatever the tagger thinks of it
_MEANT = frozenset(
    {"correction", "what a contact wrote", "who is at the door", "family name", "age of a contact"}
    | {"something for a contact"}
)
_KNOWN = frozenset(  # reasons that are said of somebody one knows where it is a first name alone
    {"message command", "call command", "about a contact", "question about a contact", "name and verb"}
)
_DOCKED = re.compile(  # what is sent there is no person
    r"\b(?:ladestation|basisstation|dockingstation|docking station|(?:zur|in die|auf die) basis|"
    r"(?:to|on) (?:the|its|his|her) (?:dock|charger|charging dock|base))\b",
    re.IGNORECASE,
)
_FIGURE = 0.05  # chance that a public figure's whole name is meant for somebody else


class PeopleRecognizer:
    name = "people"

    def find(self, transcripts: Sequence[Transcript]) -> list[list[Finding]]:
        return [list(_people(read(t))) for t in transcripts]

    def review(
        self, transcripts: Sequence[Transcript], found: Sequence[Sequence[Finding]]
    ) -> list[list[Finding]]:
        """Others' findings with less score where a public figure's whole name was said, or a robot's."""
        return lowered(transcripts, found, lambda t, f: _in_doubt(f) and _nobody(read(t), f), _FIGURE)


def _in_doubt(finding: Finding) -> bool:
    return finding.entity_type in ("PERSON", "LOCATION") and finding.recognizer == "tagger"


def _nobody(utterance: Utterance, finding: Finding) -> bool:
    """Whether a public figure's whole name was said there, or something is sent to its dock."""
    if _DOCKED.search(utterance.text):
        return True
    first, last = utterance.index(finding.start), utterance.index(finding.end)
    for i in range(max(0, first - 2), last):
        j = utterance.figure_end(i)
        whole = j > i + 1 or (
            i == first and last == j and utterance.tokens[i].first < 2.5
        )  # Goethe, not Adele
        if j > first and whole and not _bears_a_first_name(utterance, i):
            return True
    return False


def _people(utterance: Utterance) -> Iterator[Finding]:
    known = cues(utterance.language)
    blocked = _blocked(utterance, known)
    for start, end, name in spellings(utterance, known):
        yield _finding(utterance, start, end, 0.9, "speaker", SPELLED, name)
    taken: dict[tuple[int, int], Finding] = {}
    for i, j, trust, subject, reason in _candidates(utterance, known, blocked):
        score = _score(utterance, i, j, trust, reason)
        if (i, j) in taken:
            taken[i, j] = replace(taken[i, j], score=max(taken[i, j].score, score))
        if any(a < j and i < b for a, b in taken) and trust < 3:
            continue
        start, end = utterance.tokens[i].start, utterance.tokens[j - 1].end
        if utterance.text[end : end + 2] in {"'s", "’s"} and utterance.language == "en":
            end += 2
        whose = partner.subject_of_name(utterance, start, end) or subject
        if whose == "other" and owner.is_own(utterance, start, end):
            whose = "speaker"
        elif whose == "other" and owner.of_house(utterance, start):
            reason = owner.HOUSE
        value = plain_name(utterance, known, i, j)
        taken[i, j] = _finding(utterance, start, end, score, whose, reason, value)
    yield from taken.values()


def _score(utterance: Utterance, i: int, j: int, trust: float, reason: str) -> float:
    """A first name alone is hardly a public figure's, nor one with a title: their sentence is believed."""
    token, last = utterance.tokens[i], utterance.tokens[j - 1]
    first = token.first >= 2.5 and not (token.word or token.heard or token.town)
    private = j == i + 1 or (reason == "call command" and last.last >= 2.5)
    known = cues(utterance.language)
    titled = token.lower in known.titles | known.kin_titles and j > i + 1
    believed = reason in _MEANT or (reason in _KNOWN and (titled or (first and private)))
    return _SURE if believed else _SCORE[trust]


def _candidates(
    utterance: Utterance, known: Cues, blocked: list[float]
) -> Iterator[tuple[int, int, float, Subject, str]]:
    """(first token, token behind the last, trust, subject, reason), the most trusted first."""
    yield from _titled(utterance, known, blocked)
    yield from _framed(utterance, known, [f for f in known.frames if f.trust >= 2], blocked)
    yield from _related(utterance, known, blocked)
    yield from families(utterance, blocked)
    yield from _framed(utterance, known, [f for f in known.frames if f.trust < 2], blocked)
    yield from _free(utterance, known, blocked)


def _finding(
    utterance: Utterance, start: int, end: int, score: float, subject: Subject, reason: str, value: str | None
) -> Finding:
    return utterance.finding(
        "PERSON", start, end, score=score, recognizer="people", reason=reason, subject=subject, value=value
    )


# what stands in the way ------------------------------------------------------------------------------------


def _blocked(utterance: Utterance, known: Cues) -> list[float]:
    """Per token the trust that is needed to be taken there all the same."""
    needed = [0.0] * len(utterance.tokens)
    for i in range(len(needed)):
        j = utterance.figure_end(i)
        if j > i and not _bears_a_first_name(utterance, i):
            needed[i:j] = [2.5] * (j - i)
    if _DOCKED.search(utterance.text):
        return [3.0] * len(needed)
    if found := known.entertainment.search(utterance.text):
        i = utterance.index(found.end())
        needed[i:] = [3] * (len(needed) - i)
    elif (start := unrelated_from(utterance)) is not None:
        i = utterance.index(start)
        needed[i:] = [max(n, 2) for n in needed[i:]]
    return needed


def unrelated_from(utterance: Utterance) -> int | None:
    """Where the part begins that is about artists or general knowledge, so about nobody one knows."""
    return _unrelated_from(utterance.text, utterance.language)


@lru_cache(maxsize=CACHED)
def _unrelated_from(text: str, language: str) -> int | None:
    known = cues(language)
    if found := known.entertainment.search(text):
        return found.end()
    found = known.knowledge.search(text)
    return found.end() if found and not known.personal.search(text, found.start()) else None


def _bears_a_first_name(utterance: Utterance, i: int) -> bool:
    """ "Sabine Goethe" is not the poet."""
    before = utterance.tokens[i - 1] if i else None
    return (
        before is not None and before.first > 2.5 and not before.word and utterance.figure_end(i - 1) == i - 1
    )


# frames, titles and relations ------------------------------------------------------------------------------


def _framed(
    utterance: Utterance, known: Cues, frames: Sequence[Frame], blocked: list[float]
) -> Iterator[tuple[int, int, float, Subject, str]]:
    text = utterance.text
    for f in frames:
        if f.before is None:
            for i, j in _in_front(utterance, known, f, blocked):
                yield i, j, f.trust, f.subject, f.reason
            continue
        for match in f.before.finditer(text):
            i = utterance.index(match.end())
            j = name_end(utterance, known, i, f.trust, blocked)
            if j > i and (f.after is None or f.after.match(text, utterance.tokens[j - 1].end)):
                for a, b in ((i, j), *_more(utterance, known, j, f.trust, blocked)):
                    yield a, b, f.trust, f.subject, f.reason


def _in_front(utterance: Utterance, known: Cues, f: Frame, blocked: list[float]) -> Iterator[tuple[int, int]]:
    """Names right in front of what the frame says."""
    text = utterance.text
    assert f.after is not None
    for match in f.after.finditer(text):
        spaced = text[match.start() : match.start() + 1].isspace()
        end = utterance.index(match.start() + spaced)
        for i in range(max(0, end - 4), end):
            if name_end(utterance, known, i, f.trust, blocked) == end:
                yield i, end
                break


def _more(
    utterance: Utterance, known: Cues, j: int, trust: float, blocked: list[float]
) -> Iterator[tuple[int, int]]:
    """ "und Y", ", nicht X Z": a second name of the same frame."""
    tokens = utterance.tokens
    k = j
    while k < len(tokens) and tokens[k].lower in {",", "und", "and", "or", "oder", "nicht", "not"}:
        k += 1
    if k > j and k < len(tokens):
        end = name_end(utterance, known, k, min(trust, 2), blocked)
        if end > k and (tokens[k].name or tokens[k].lower in known.kin_titles):
            yield k, end


def _titled(
    utterance: Utterance, known: Cues, blocked: list[float]
) -> Iterator[tuple[int, int, float, Subject, str]]:
    for i, token in enumerate(utterance.tokens):
        if glued_title(utterance, i):
            yield i, i + 1, 3, "other", "title and name"
        if token.lower in known.titles or token.lower in known.kin_titles:
            kin = token.lower in known.kin_titles
            if i and utterance.tokens[i - 1].lower in known.titles:
                continue
            if utterance.figure_end(i) > i or (
                utterance.cased and utterance.language == "en" and not token.capital
            ):
                continue
            if not kin and partner.owned(utterance, i):
                continue
            j = after_title(utterance, known, i)
            if j > i:
                yield i, j, 3, "family" if kin else "other", "kin word and name" if kin else "title and name"


def _related(
    utterance: Utterance, known: Cues, blocked: list[float]
) -> Iterator[tuple[int, int, float, Subject, str]]:
    """ "unser Sohn Jonas", "meine Frau Henrike": the name right behind the relation."""
    spans = partner.phrases(utterance)
    for i in range(len(utterance.tokens)):
        start = utterance.tokens[i].start
        before = utterance.text[:start]
        if any(partner.introduces(utterance, span, start) for span in spans):
            j = name_end(utterance, known, i, 2.5, blocked)
            if j > i:
                yield i, j, 2, "partner", "name of the partner"
        elif known.family.search(before[-60:]):
            j = name_end(utterance, known, i, 2.5, blocked)
            if j > i:
                yield i, j, 2, "family", "name of a relative"


def _free(
    utterance: Utterance, known: Cues, blocked: list[float]
) -> Iterator[tuple[int, int, float, Subject, str]]:
    """Listed names that stand alone, kin words as names, and words that only the sentence makes one."""
    i = 0
    while i < len(utterance.tokens):
        j = name_end(utterance, known, i, 1, blocked)
        if j == i and not blocked[i] and _is_subject(utterance, known, i):
            j = i + 1
        if j > i and _is_saint(utterance, i):
            i = j
            continue
        if j > i:
            yield i, j, 1, "other", "listed name"
            if i > 1 and utterance.tokens[i - 1].lower == "and" and _half_of_pair(utterance, known, i - 2):
                yield i - 2, i - 1, 1, "other", "listed name beside another"
            if another_name(utterance, known, j, blocked):
                yield j + 1, j + 2, 1, "other", "listed name beside another"
        i = max(j, i + 1)


def _half_of_pair(utterance: Utterance, known: Cues, i: int) -> bool:
    """The "Ray" of "Ray and Doreen", though it be a word too."""
    t = utterance.tokens[i]
    named = t.first >= 2.5 and t.first - t.word > -1.5 and t.lower not in known.never
    return named and t.capital and utterance.language == "en"


def _is_saint(utterance: Utterance, i: int) -> bool:
    """ "Saint Christopher", "Sankt Martin", "St. Anne"."""
    before = [t.lower for t in utterance.tokens[max(0, i - 2) : i]]
    return before[-1:] in (["saint"], ["st"], ["sankt"]) or before in (["st", "."], ["sankt", "."])


def _is_subject(utterance: Utterance, known: Cues, i: int) -> bool:
    """ "Linde war immer ...": a listed first name without article where a subject stands."""
    tokens = utterance.tokens
    token = tokens[i]
    if token.lower in known.never or not token.opening or i + 1 == len(tokens) or not token.alpha:
        return False
    if utterance.cased and not token.word and not token.town and len(token.lower) > 3:
        return tokens[i + 1].lower in known.verbs  # nothing but a name begins a sentence like that
    german_noun = utterance.cased and utterance.language == "de"  # without article it is rare
    return (
        token.first >= 1.5
        and tokens[i + 1].lower in known.verbs
        and token.first - token.word > (-2.3 if german_noun else -0.15)
    )
