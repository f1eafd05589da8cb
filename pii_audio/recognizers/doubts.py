"""What speaks against a person, a place or a number: public figures, things, shopping lists, everyday words.

Nothing here finds anything; `PeopleRecognizer.review` asks it about what others found.
"""

from __future__ import annotations

import re

from pii_audio.recognizers.cues import Cues, words
from pii_audio.recognizers.languages import cues
from pii_audio.recognizers.tokens import Token, Utterance
from pii_audio.types import Finding

__all__ = ["bears_a_first_name", "is_docked", "is_nobody", "unrelated_from"]

_DOCKED = re.compile(  # what is sent there is no person
    r"\b(?:ladestation|dockingstation|docking station|"
    r"(?:to|on) (?:the|its|his|her) (?:dock|charger|charging dock|base))\b",
    re.IGNORECASE,
)
_SHOPPING = re.compile(  # what is put there is a brand
    r"\b(?:einkaufs?(?:liste|zettel|wagen)|einkäufe|zum einkauf|auf (?:den|dem) zettel|"
    r"(?:auf|von) (?:die|der|meiner?|unsere[r]?) liste|"
    r"(?:shopping|grocery) (?:list|cart|basket)|"
    r"(?:to|on|off|from) (?:the|my|our) (?:list|groceries|cart|basket))\b",
    re.IGNORECASE,
)
_FOR = words("für von bei zu an mit for from by with to at and und")  # before a person on such a list
_TOWARDS = words("nach aus from to")
_ROAD = re.compile(
    r"(?<![\w-])(?:[ABKLMSUabm]\d{1,3}|(?:[ABKLMSU]|I-?|US|Route|Highway|Interstate) ?\d{1,3})(?![\w-])"
)
_SIGNS = words(
    "widder stier zwilling krebs löwe jungfrau waage skorpion schütze steinbock wassermann fisch "
    "aries taurus gemini cancer leo virgo libra scorpio sagittarius capricorn aquarius pisces"
)
_EVERYDAY, _NAMED = 3.0, 2.0  # Zipf frequency of a word, and how far below it lies what it counts as a name
_SURE = 0.8  # from here on the tagger is believed about an everyday word
_SHORT = 4  # letters and digits of the shortest number that says who somebody is
_NUMBERS = frozenset({"LICENSE_PLATE", "US_SSN", "CREDIT_CARD", "TAX_ID", "IBAN_CODE", "PHONE_NUMBER"})


def is_nobody(utterance: Utterance, finding: Finding) -> bool:
    """Whether what was found is hardly anybody's."""
    kind, tagger = finding.entity_type, finding.recognizer == "tagger"
    if kind in {"PERSON", "LOCATION", "ORGANIZATION"} and _on_a_list(utterance, finding):
        return True
    if not tagger:
        return False
    if kind == "OCCUPATION":  # "I'm a Leo"
        return all(t.lower in _SIGNS for t in _words(utterance, finding))
    if kind in {"PERSON", "LOCATION"}:
        of_all = _is_of_general_knowledge(utterance, finding)
        return (
            of_all
            or is_docked(utterance)
            or _is_figure(utterance, finding)
            or _is_everyday(utterance, finding)
        )
    return kind in _NUMBERS | {"ADDRESS"} and (_is_road(utterance, finding) or _is_short(utterance, finding))


def is_docked(utterance: Utterance) -> bool:
    """Whether something is sent to where robots are charged."""
    return _DOCKED.search(utterance.text) is not None


def unrelated_from(utterance: Utterance, known: Cues) -> int | None:
    """Where the part begins that is about artists or general knowledge, so about nobody one knows."""
    if found := known.entertainment.search(utterance.text):
        return found.end()
    found = known.knowledge.search(utterance.text)
    if found and not known.personal.search(utterance.text, found.start()):
        return found.end()
    return None


def bears_a_first_name(utterance: Utterance, i: int) -> bool:
    """ "Sabine Goethe" is not the poet."""
    before = utterance.tokens[i - 1] if i else None
    return (
        before is not None and before.first > 2.5 and not before.word and utterance.figure_end(i - 1) == i - 1
    )


def _is_figure(utterance: Utterance, finding: Finding) -> bool:
    """Whether a public figure's whole name was said there."""
    first, last = utterance.index(finding.start), utterance.index(finding.end)
    for i in range(max(0, first - 2), last):
        j = utterance.figure_end(i)
        whole = j > i + 1 or (
            i == first and last == j and utterance.tokens[i].first < 2.5
        )  # Goethe, not Adele
        if j > first and whole and not bears_a_first_name(utterance, i):
            return True
    return False


def _on_a_list(utterance: Utterance, finding: Finding) -> bool:
    """Whether it is on a shopping list, and not who it is for."""
    if not _SHOPPING.search(utterance.text):
        return False
    first = utterance.index(finding.start)
    known, before = cues(utterance.language), utterance.tokens[first - 1].lower if first else ""
    titled = utterance.tokens[first].lower in known.titles | known.kin_titles
    return first > 0 and before not in _FOR and not titled and not _owns(utterance, first)


def _owns(utterance: Utterance, i: int) -> bool:
    """ "Henrys Brotdose", "Henry's lunchbox": somebody's thing; "Sainsbury's" is a shop."""
    token = utterance.tokens[i]
    bare = token.lower not in utterance.lexicon.first and token.lower.endswith("s")
    apostrophe = utterance.text[token.end : token.end + 2] in {"'s", "’s"}
    return token.first >= 2.5 and (bare or apostrophe)


def _is_of_general_knowledge(utterance: Utterance, finding: Finding) -> bool:
    """Somebody in a question about the world or behind "play", of whom the tagger is not sure."""
    start = unrelated_from(utterance, cues(utterance.language))
    asked = start is not None and finding.start >= start
    return asked and finding.entity_type == "PERSON" and finding.score < _SURE


def _words(utterance: Utterance, finding: Finding) -> tuple[Token, ...]:
    return utterance.tokens[utterance.index(finding.start) : utterance.index(finding.end)]


def _is_everyday(utterance: Utterance, finding: Finding) -> bool:
    """Everyday words that nobody is called, of which the tagger is not sure."""
    known, said = cues(utterance.language), [t for t in _words(utterance, finding) if t.alpha]
    there = utterance.text[: finding.start].lower().split()[-1:]
    if finding.entity_type == "LOCATION" and there and there[0] in _TOWARDS:  # "nach Neues": a misheard town
        return False
    if finding.score >= _SURE or any(t.lower in known.titles | known.kin_titles for t in said):
        return False
    return all(t.word >= _EVERYDAY and t.word - max(t.name, t.place) >= _NAMED for t in said)


def _is_road(utterance: Utterance, finding: Finding) -> bool:
    """ "M25", "A8": neither a plate nor an address."""
    near = utterance.text[max(0, finding.start - 12) : finding.end + 4]
    before = min(finding.start, 12)
    after = before + finding.end - finding.start
    return any(m.start() <= before and after <= m.end() for m in _ROAD.finditer(near))


def _is_short(utterance: Utterance, finding: Finding) -> bool:
    """ "nine nine": too few letters and digits to be anybody's number, if the tagger is not sure."""
    said = [t.text for t in _words(utterance, finding) if t.text[0].isalnum()]
    count = sum(len(t) if t.isdigit() or t.isupper() else 1 for t in said)
    return finding.entity_type != "ADDRESS" and finding.score < _SURE and count < _SHORT
