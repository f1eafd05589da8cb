"""Names of private persons, from the words around them and from what the lexicon knows of names.

Frames ("ruf X an", "my name is X") and titles say that a name stands there; free-standing names must be listed.
Commands that play something and questions of general knowledge name public figures, so nothing there is taken.
It does not know who is famous beyond a short list, nor how a misheard name was meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pii_audio.recognizers import partner
from pii_audio.recognizers.cues import Cues, Frame, cues
from pii_audio.recognizers.tokens import Token, Utterance, read
from pii_audio.types import Finding, Subject, Transcript

__all__ = ["PeopleRecognizer"]

_STREETS = ("straße", "strasse", "weg", "allee", "gasse", "platz")
_SCORE = {3: 0.95, 2.5: 0.85, 2: 0.85, 1: 0.7}


class PeopleRecognizer:
    name = "people"

    def find(self, transcripts: Sequence[Transcript]) -> list[list[Finding]]:
        return [list(_people(read(t))) for t in transcripts]


def _people(utterance: Utterance) -> Iterator[Finding]:
    known = cues(utterance.language)
    blocked = _blocked(utterance, known)
    for start, end, name in _spellings(utterance, known):
        yield _finding(utterance, start, end, 0.9, "speaker", "spelled out", name)
    taken: list[tuple[int, int]] = []
    for i, j, trust, subject, reason in _candidates(utterance, known, blocked):
        if any(a < j and i < b for a, b in taken) and trust < 3:
            continue
        taken.append((i, j))
        start, end = utterance.tokens[i].start, utterance.tokens[j - 1].end
        whose = partner.subject_of_name(utterance, start, end) or subject
        value = _plain_name(utterance, known, i, j)
        yield _finding(utterance, start, end, _SCORE[trust], whose, reason, value)


def _candidates(
    utterance: Utterance, known: Cues, blocked: list[float]
) -> Iterator[tuple[int, int, float, Subject, str]]:
    """(first token, token behind the last, trust, subject, reason), the most trusted first."""
    yield from _titled(utterance, known, blocked)
    for wanted in (3, 2.5, 2, 1):
        for f in known.frames:
            if f.trust == wanted:
                for i, j in _framed(utterance, known, f, blocked):
                    yield i, j, f.trust, f.subject, f.reason
        if wanted == 2:
            yield from _related(utterance, known, blocked)
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
    if found := known.entertainment.search(utterance.text):
        i = utterance.index(found.end())
        needed[i:] = [3] * (len(needed) - i)
    elif (start := unrelated_from(utterance, known)) is not None:
        i = utterance.index(start)
        needed[i:] = [max(n, 2) for n in needed[i:]]
    return needed


def unrelated_from(utterance: Utterance, known: Cues) -> int | None:
    """Where the part begins that is about artists or general knowledge, so about nobody one knows."""
    if found := known.entertainment.search(utterance.text):
        return found.end()
    found = known.knowledge.search(utterance.text)
    if found and not known.personal.search(utterance.text, found.start()):
        return found.end()
    return None


def _bears_a_first_name(utterance: Utterance, i: int) -> bool:
    """ "Sabine Goethe" is not the poet."""
    before = utterance.tokens[i - 1] if i else None
    return (
        before is not None and before.first > 2.5 and not before.word and utterance.figure_end(i - 1) == i - 1
    )


# frames, titles and relations ------------------------------------------------------------------------------


def _framed(utterance: Utterance, known: Cues, f: Frame, blocked: list[float]) -> Iterator[tuple[int, int]]:
    text = utterance.text
    if f.before is None:
        assert f.after is not None
        for match in f.after.finditer(text):
            end = (
                utterance.index(match.start() + 1)
                if text[match.start() : match.start() + 1].isspace()
                else utterance.index(match.start())
            )
            for i in range(max(0, end - 4), end):
                if _take(utterance, known, i, f.trust, blocked) == end:
                    yield i, end
                    break
        return
    for match in f.before.finditer(text):
        i = utterance.index(match.end())
        j = _take(utterance, known, i, f.trust, blocked)
        if j > i and (f.after is None or f.after.match(text, utterance.tokens[j - 1].end)):
            yield i, j
            yield from _more(utterance, known, j, f.trust, blocked)


def _more(
    utterance: Utterance, known: Cues, j: int, trust: float, blocked: list[float]
) -> Iterator[tuple[int, int]]:
    """ "und Y", ", nicht X Z": a second name of the same frame."""
    tokens = utterance.tokens
    k = j
    while k < len(tokens) and tokens[k].lower in {",", "und", "and", "or", "oder", "nicht", "not"}:
        k += 1
    if k > j and k < len(tokens):
        end = _take(utterance, known, k, min(trust, 2), blocked)
        if end > k and (tokens[k].name or tokens[k].lower in known.kin_titles):
            yield k, end


def _titled(
    utterance: Utterance, known: Cues, blocked: list[float]
) -> Iterator[tuple[int, int, float, Subject, str]]:
    for i, token in enumerate(utterance.tokens):
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
            j = _after_title(utterance, known, i, blocked)
            if j > i:
                yield i, j, 3, "family" if kin else "other", "kin word and name" if kin else "title and name"


def _after_title(utterance: Utterance, known: Cues, i: int, blocked: list[float]) -> int:
    """Token behind "Frau Doktor Özdemir" that starts at i; i where no name follows."""
    tokens, j = utterance.tokens, i
    while j < len(tokens) and (
        tokens[j].lower in known.titles
        or tokens[j].lower in known.kin_titles
        or (tokens[j].lower == "." and j > i)
    ):
        j += 1
    end = _take(utterance, known, j, 3, [0] * len(blocked), titled=True)
    return end if end > j else i


def _related(
    utterance: Utterance, known: Cues, blocked: list[float]
) -> Iterator[tuple[int, int, float, Subject, str]]:
    """ "unser Sohn Jonas", "meine Frau Henrike": the name right behind the relation."""
    spans = partner.phrases(utterance)
    for i in range(len(utterance.tokens)):
        start = utterance.tokens[i].start
        before = utterance.text[:start]
        if any(partner.introduces(utterance, span, start) for span in spans):
            j = _take(utterance, known, i, 2, blocked)
            if j > i:
                yield i, j, 2, "partner", "name of the partner"
        elif known.family.search(before[-60:]):
            j = _take(utterance, known, i, 2, blocked)
            if j > i:
                yield i, j, 2, "family", "name of a relative"


def _free(
    utterance: Utterance, known: Cues, blocked: list[float]
) -> Iterator[tuple[int, int, float, Subject, str]]:
    """Listed names that stand alone, kin words used as names, and words that only the sentence makes a name."""
    i = 0
    while i < len(utterance.tokens):
        j = _take(utterance, known, i, 1, blocked)
        if j == i and not blocked[i] and _is_subject(utterance, known, i):
            j = i + 1
        if j > i:
            yield i, j, 1, "other", "listed name"
        i = max(j, i + 1)


def _is_subject(utterance: Utterance, known: Cues, i: int) -> bool:
    """ "Linde war immer ...": a listed first name without article where a subject stands."""
    tokens = utterance.tokens
    token = tokens[i]
    if token.first < 1.5 or token.lower in known.never or not token.opening or i + 1 == len(tokens):
        return False
    german_noun = utterance.cased and utterance.language == "de"  # without article it is rare
    return tokens[i + 1].lower in known.verbs and token.first - token.word > (-2.3 if german_noun else -0.15)


# one name --------------------------------------------------------------------------------------------------


def _take(
    utterance: Utterance, known: Cues, i: int, trust: float, blocked: list[float], *, titled: bool = False
) -> int:
    """Token behind the name that starts at token i; i where none does."""
    tokens = utterance.tokens
    if i >= len(tokens) or blocked[i] > trust:
        return i
    if not titled and trust >= 2 and (tokens[i].lower in known.titles):
        return _after_title(utterance, known, i, blocked)
    if not titled and tokens[i].lower in known.kin_titles:
        return _kin_name(utterance, known, i, trust, blocked)
    j = i
    while (
        j < len(tokens)
        and j - i < 2
        and tokens[j].lower in known.particles
        and j + 1 < len(tokens)
        and titled
    ):
        j += 1
    if j >= len(tokens) or not (_fits(utterance, known, tokens[j], trust) or _is_pair(utterance, known, j)):
        return i
    if trust == 1 and _is_place_there(utterance, known, j):
        return i
    return _whole(utterance, known, j + 1)


def _kin_name(utterance: Utterance, known: Cues, i: int, trust: float, blocked: list[float]) -> int:
    """ "Mama" as a name, "Oma Hilde"; not "meine Oma"."""
    if known.own_kin.search(utterance.text[: utterance.tokens[i].start]):
        return i
    end = _after_title(utterance, known, i, blocked)
    if end > i:
        return end
    if utterance.language == "en" and utterance.cased and not utterance.tokens[i].capital:
        return i
    return i + 1 if trust >= 2 else i


def _whole(utterance: Utterance, known: Cues, j: int) -> int:
    """Extend a name that ends before token j by particles and further names."""
    tokens, start = utterance.tokens, j - 1
    while j < len(tokens) and j - start < 5 and _adjacent(utterance, j):
        k = j
        while (
            k < len(tokens) and k - j < 2 and tokens[k].lower in known.particles and _adjacent(utterance, k)
        ):
            k += 1
        if k >= len(tokens) or not _adjacent(utterance, k) or utterance.figure_end(k) > k:
            break
        if not _continues(utterance, known, tokens[k], k > j):
            break
        j = k + 1
    return j


def _adjacent(utterance: Utterance, j: int) -> bool:
    between = utterance.text[utterance.tokens[j - 1].end : utterance.tokens[j].start]
    return between.isspace()


def _fits(utterance: Utterance, known: Cues, t: Token, trust: float) -> bool:
    """Can this word alone be a name, given how much the words around it say so?"""
    if not t.alpha or t.lower in known.never or len(t.lower) < 2 or (utterance.cased and not t.capital):
        return False
    odds = t.name - t.word
    if trust == 1:
        return (
            t.first >= 1.3
            and t.first - t.word >= 0.6
            or (t.last >= 3.3 and not t.word and t.place < 4 and (t.capital or t.last >= 3.6))
        )
    if not t.word:
        return t.name > 0 or (len(t.lower) > 2 and (trust == 3 or not t.place))
    if trust == 3:
        sure = utterance.cased and not t.opening
        return (t.name > 0 and odds >= (-3.2 if sure else -2.2)) or (sure and t.word < 4)
    if utterance.cased and t.opening and t.word > 3.8:
        return t.first >= 1.7 and t.first - t.word >= -0.5
    english_capital = utterance.cased and utterance.language == "en" and not t.opening
    return t.name >= 1.7 and odds >= (-3.2 if english_capital else -1.5 if utterance.cased else -1.2)


def _is_pair(utterance: Utterance, known: Cues, i: int) -> bool:
    """ "Rose Delgado": a listed first name and a listed surname, though the first is a word too."""
    if i + 1 >= len(utterance.tokens) or not _adjacent(utterance, i + 1):
        return False
    first, last = utterance.tokens[i : i + 2]
    if first.lower in known.never or last.lower in known.never or not last.alpha:
        return False
    if utterance.cased:
        capitals = first.capital and last.capital
        return (
            capitals
            and first.first >= 1.5
            and first.first - first.word >= -2.3
            and last.last - last.word >= -1.5
        )
    return first.first - first.word >= -0.6 and last.last >= 1.7 and not last.word and not last.place


def _continues(utterance: Utterance, known: Cues, t: Token, after_particle: bool) -> bool:
    if not t.alpha or t.lower in known.never or (utterance.cased and not t.capital):
        return False
    if after_particle and (t.lower.endswith(_STREETS) or (t.word and not utterance.cased)):
        return False
    odds = t.name - t.word
    if utterance.cased:
        if utterance.language == "en":
            return t.name > 0 and odds > -3.4 or t.word < 4.2
        return (t.name > 2 and odds > -2.2) or (not t.word and (t.name > 0 or not t.place))
    return (t.name > 0 and odds >= (-0.9 if t.word else 0)) or (
        not t.word and not t.place and len(t.lower) > 3
    )


def _is_place_there(utterance: Utterance, known: Cues, i: int) -> bool:
    """A listed name that is a town too, behind a preposition of place: "in Florence"."""
    t = utterance.tokens[i]
    before = utterance.tokens[i - 1].lower if i else ""
    end = utterance.place_end(i)
    if end > i + 1:
        return True
    if not t.place:
        return False
    if (
        before in known.here
        and t.place >= 3.3
        and before not in {"von", "bei", "mit", "vor", "of", "for", "to", "by"}
    ):
        return True
    return t.place > t.first + 1.5


def _plain_name(utterance: Utterance, known: Cues, i: int, j: int) -> str | None:
    """The name without titles and kin words, in title case; None where nothing is left."""
    parts = [t for t in utterance.tokens[i:j] if t.alpha and t.lower not in known.titles | known.kin_titles]
    if not parts:
        return None
    return " ".join(
        t.text if utterance.cased else t.lower if t.lower in known.particles else t.text.title()
        for t in parts
    )


# spelled names ---------------------------------------------------------------------------------------------


def _spellings(utterance: Utterance, known: Cues) -> Iterator[tuple[int, int, str]]:
    """Names spelled with words for the letters, or letter by letter; the name said before it too."""
    for span in known.spelled.finditer(utterance.text):
        name = spelled(span.group())
        before = utterance.index(span.start()) - 1
        while before >= 0 and not utterance.tokens[before].alpha:
            before -= 1
        said = before >= 0 and utterance.tokens[before].lower == name.lower()
        if said:
            yield utterance.tokens[before].start, utterance.tokens[before].end, name
        if len(name) >= (2 if _WITH_WORDS.search(span.group()) else 4 if said else 5):
            yield span.start(), span.end(), name


_WITH_WORDS = re.compile(r"\b(?:wie|as in|for|like)\b", re.IGNORECASE)


def spelled(text: str) -> str:
    """ "N as in Nancy, O, W" -> "Now"."""
    words = re.sub(r"[^\w\s]", " ", text.lower()).split()
    letters, skip = "", 0
    for k, word in enumerate(words):
        if skip:
            skip -= 1
        elif word in {"wie", "for", "like"}:
            skip = 1
        elif word == "as" and k + 1 < len(words):
            skip = 2
        elif len(word) == 1 or word in {"sch", "ch"}:
            letters += word
    return letters.title()
