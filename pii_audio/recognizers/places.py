"""Towns, districts, regions and stops that somebody lives in, goes to or asks the weather for.

Listed places count behind a preposition or where nothing else can be meant; unlisted ones only in a sentence
made for a place ("Zug nach X"). Places in questions of general knowledge are nobody's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pii_audio.recognizers import partner
from pii_audio.recognizers.countries import country_in_general
from pii_audio.recognizers.cues import Cues, words
from pii_audio.recognizers.languages import cues
from pii_audio.recognizers.people import unrelated_from
from pii_audio.recognizers.places_de import GERMAN_STATES, between, formed, stop, whole
from pii_audio.recognizers.review import lowered
from pii_audio.recognizers.tokens import Token, Utterance, read
from pii_audio.types import Finding, Subject, Transcript

__all__ = ["DESTINATION", "PlacesRecognizer", "is_destination", "whose"]

DESTINATION = "destination"  # reason: where somebody goes, not where somebody lives
_GOING = {
    "de": re.compile(
        r"\b(?:nach|(?:hotels?|\w*zimmer|pension|ferienwohnung|unterkunft|airbnb|urlaub|übernachtung\w*)\s+in)\s*$",
        re.IGNORECASE,
    ),
    "en": re.compile(
        r"\b(?:to|(?:hotels?|rooms?|motels?|airbnb|vacation|holiday|stay|place to stay)\s+in)\s*$",
        re.IGNORECASE,
    ),
}
_MOVED = re.compile(
    r"\b(?:um|ge|hin)?(?:zog\w*|zieh\w*)|\b(?:moved?|moving|relocat\w*|(?:close|near|next) to)\b",
    re.IGNORECASE,
)

_HEADS = words("bad sankt st saint cape lake mount fort port san santa los las el new isle")
_STOPS = words("platz straße allee tor brücke markt weg park bahnhof station square street road")
_STATES = words(  # without those that are words: in, me, or, ok, hi
    """
    ak ar az ca co ct dc fl ga ia il ks ky md mn mo ms mt nc nd ne nh nj nm nv ny ri sc sd tn tx
    uk usa ut va vt wa wi wv wy
    """
)
_IN_GENERAL = 0.1  # chance that a place is somebody's where the question is about none
_OWN = re.compile(r"\b(?:ich|wir|mein|meine|unser|unsere|mich|uns|i|i'm|we|my|our|me|us)\b", re.IGNORECASE)
_THIRD = re.compile(
    r"\b(?:er|sie|he|she|lebt|wohnt|lives|arbeitet|works|zog|gezogen|kommt|war|was|is|ist)\b", re.IGNORECASE
)


class PlacesRecognizer:
    name = "places"

    def find(self, transcripts: Sequence[Transcript]) -> list[list[Finding]]:
        return [list(_places(read(t))) for t in transcripts]

    def review(
        self, transcripts: Sequence[Transcript], found: Sequence[Sequence[Finding]]
    ) -> list[list[Finding]]:
        """Others' places with less score where artists or general knowledge are asked for."""
        return lowered(transcripts, found, lambda t, f: _in_doubt(f) and _nobodys(read(t), f), _IN_GENERAL)


def _in_doubt(finding: Finding) -> bool:
    return finding.entity_type == "LOCATION" and finding.recognizer != PlacesRecognizer.name


def _nobodys(utterance: Utterance, finding: Finding) -> bool:
    limit = _general_from(utterance, cues(utterance.language))
    return limit is not None and finding.start >= limit


def _general_from(utterance: Utterance, known: Cues) -> int | None:
    """Where the part begins whose places are nobody's."""
    limit = unrelated_from(utterance)
    if limit is None:
        return None
    asked = known.entertainment.search(utterance.text) or known.quiz.search(utterance.text)
    return limit if asked else None


def _places(utterance: Utterance) -> Iterator[Finding]:
    known = cues(utterance.language)
    limit = _general_from(utterance, known)
    i, last = 0, -9
    while i < len(utterance.tokens):
        if limit is not None and utterance.tokens[i].start >= limit:
            return
        if (figure := utterance.figure_end(i)) > i + 1:
            i = figure
            continue
        j, score, reason = _place(utterance, known, i)
        if j == i and i - last == 1 and utterance.tokens[last].lower in {"und", "and", "oder", "or", ","}:
            j, score, reason = _another(utterance, known, i)
        first = i
        german = utterance.language == "de" and utterance.figure_end(i) == i
        if german and j == i and (k := max(f(utterance, i) for f in (stop, between, formed))) > i:
            j, score, reason = k, 0.8, "form of a place name"
        if j > i and country_in_general(utterance, i, j, known):
            i = j
            continue
        if german and j > i:
            first, j = whole(utterance, i, j)
        if j > i:
            start, end = utterance.tokens[first].start, utterance.tokens[j - 1].end
            yield utterance.finding(
                "LOCATION",
                start,
                end,
                score=score,
                recognizer="places",
                reason=DESTINATION if is_destination(utterance, start) else reason,
                subject=whose(utterance, start),
                value=utterance.text[start:end] if utterance.cased else utterance.text[start:end].title(),
            )
            last = j
        i = max(j, i + 1)


def _another(utterance: Utterance, known: Cues, i: int) -> tuple[int, float, str]:
    """ "between Tacoma and Olympia": the second of two places, though it is a name too."""
    token = utterance.tokens[i]
    capital = token.capital or not utterance.cased
    named = token.place >= 3 and capital and not token.word and token.lower not in known.never
    return (
        (i + 1, 0.75, "listed place beside another")
        if named and token.place > token.first - 0.5
        else (i, 0, "")
    )


def _place(utterance: Utterance, known: Cues, i: int) -> tuple[int, float, str]:
    """(token behind the place that starts at i, score, reason); the token i where none does."""
    token = utterance.tokens[i]
    if not token.alpha or (utterance.cased and not token.capital) or utterance.figure_end(i) > i:
        return i, 0, ""
    before_it = _framed_before(utterance, known, i)
    framed = before_it or known.place_after.match(utterance.text, token.end) is not None
    there = i > 0 and utterance.tokens[i - 1].lower in known.here
    end = utterance.place_end(i)
    if end > i + 1 and not _ordinary(utterance, i, end):
        return _with_state(utterance, end), 0.9, "listed place"
    if token.lower in _HEADS and (there or before_it) and (j := _headed_end(utterance, known, i)) > i:
        return j, 0.8, "form of a place name"
    titled = i > 0 and utterance.tokens[i - 1].lower in known.titles
    if titled or token.lower in known.never | known.titles:
        return i, 0, ""
    if end > i and _listed_here(utterance, i, framed=framed, before_it=before_it, there=there):
        score = 0.95 if framed else 0.85 if there else 0.65
        return _with_state(utterance, end), score, "place in its sentence" if framed else "listed place"
    if before_it and _can_be_place(token):
        return (
            _unlisted_end(utterance, known, i),
            _framed_score(utterance, i),
            "unlisted place in its sentence",
        )
    if _stands_in(utterance, i) and _can_be_place(token) and not token.word:
        return _unlisted_end(utterance, known, i), 0.6, "unknown name behind a preposition of place"
    return i, 0, ""


_FRAME_ENDS = {  # the last words of `place_frames`
    "de": words(
        "in aus bei auf im am der dem nach von ab bis richtung über haltestelle station bahnhof stadtteil "
        "ortsteil ort dorf stadt gemeinde namens kreis landkreis bezirk"
    ),
    "en": words("in near around at for from to of via by past outside called named and"),
}
_CALLED = re.compile(
    r"\b(?:village|town|hamlet|place|suburb|estate)\s(?:\w+\s)?(?:called|"
    r"named)\s$",
    re.IGNORECASE,
)


def _framed_before(utterance: Utterance, known: Cues, i: int) -> bool:
    last = utterance.tokens[i - 1].lower if i else ""
    if utterance.language == "de":
        last = last.rpartition("-")[2]  # "S-Bahnhof"
    if last not in _FRAME_ENDS[utterance.language]:
        return False
    start = utterance.tokens[i].start
    return known.place_frames.search(utterance.text[max(0, start - 90) : start]) is not None


def _framed_score(utterance: Utterance, i: int) -> float:
    """ "a village called X" is surer than "the bus to X"."""
    return 0.9 if _CALLED.search(utterance.text[: utterance.tokens[i].start]) else 0.7


def _headed_end(utterance: Utterance, known: Cues, i: int) -> int:
    """ "Bad Rohr", "Cape Cod": a head that place names begin with and an unknown or capitalised word."""
    j = i + 1
    if j < len(utterance.tokens) and utterance.tokens[j].lower == ".":
        j += 1
    if (
        j >= len(utterance.tokens)
        or not utterance.tokens[j].alpha
        or utterance.tokens[j].lower in known.never
    ):
        return i
    named = utterance.tokens[j].capital if utterance.cased else not utterance.tokens[j].word
    return j + 1 if named else i


def _stands_in(utterance: Utterance, i: int) -> bool:
    """ "in Orich": an unknown capitalised word right behind in, nach, aus, from or near."""
    if i == 0 or not utterance.cased or utterance.tokens[i].first:
        return False
    prepositions = {"in", "nach", "aus"} if utterance.language == "de" else {"in", "from", "near"}
    return utterance.tokens[i - 1].lower in prepositions


def _can_be_place(token: Token) -> bool:
    return (
        (not token.word or (token.capital and token.word <= 2.5))
        and token.name < 3.5
        and len(token.lower) > 3
        and not _is_address(token.lower)
    )


def _with_state(utterance: Utterance, j: int) -> int:
    """ "Phoenix, Arizona", "München Bayern", "Orange TX": the state or country said behind a town."""
    k = j + 1 if j < len(utterance.tokens) and utterance.tokens[j].lower == "," else j
    if k >= len(utterance.tokens) or not utterance.tokens[k].alpha:
        return j
    state = utterance.tokens[k]
    if utterance.language == "en" and state.lower in _STATES and (state.text.isupper() or k == j):
        return k + 1 if state.text.isupper() or not state.word else j
    if utterance.cased and not state.capital:
        return j
    if utterance.language == "de" and state.lower in GERMAN_STATES:  # "münchen bayern"
        return k + 1
    end = utterance.place_end(k)
    phrase = utterance.text[state.start : utterance.tokens[end - 1].end].lower() if end > k else ""
    return end if utterance.lexicon.places.get(phrase, 0) >= 6.4 and not state.word else j


def _ordinary(utterance: Utterance, i: int, j: int) -> bool:
    """All of the words are everyday words: "des moines" is a place, "to go" is not."""
    tokens = utterance.tokens[i:j]
    if utterance.split_place(i, j):
        return False
    if utterance.cased and any(t.text.islower() and len(t.text) > 3 and t.word for t in tokens):
        return True  # "The village"
    return not utterance.cased and all(
        t.word > 4.6 or t.lower in cues(utterance.language).never for t in tokens
    )


def _listed_here(utterance: Utterance, i: int, *, framed: bool, before_it: bool, there: bool) -> bool:
    t = utterance.tokens[i]
    bare = _bare_preposition(utterance, i)
    if t.word:
        if t.place < 3 or not there or not (bare or before_it):
            return False
        if not (framed or utterance.cased):
            return False
        if before_it and utterance.tokens[i - 1].lower in {"im", "am", "der", "dem"}:  # "Wetter im Harz"
            return t.place >= 4.5
        if utterance.language == "de" and not framed:  # "in Brand", "von Medien"
            before = utterance.tokens[i - 1].lower
            return t.place >= 5.3 and t.place - t.word > 0.3 and before in {"in", "nach", "aus"}
        sure = 1.0 if framed else 0.0
        if utterance.cased and utterance.language == "en" and not t.opening:
            sure += 2.0
        return t.place + sure - t.word > (0.4 if utterance.cased else 0.8)
    if framed or (there and bare):
        sure = framed or utterance.tokens[i - 1].lower in {"in", "nach", "aus", "to", "from"}
        return t.place >= 2.6 and t.first < t.place + (0.8 if sure else -1.5)
    if t.first or t.heard or t.last > t.place - 1.5:
        return False  # what only sounds like a town needs a word that says so
    return t.place >= (5.3 if t.opening and not utterance.cased else 4.0)


def _bare_preposition(utterance: Utterance, i: int) -> bool:
    """ "nach Hof", not "auf dem Hof" or "am Hof"."""
    return i > 0 and utterance.tokens[i - 1].lower in {
        *(
            "in",
            "nach",
            "aus",
            "von",
            "bei",
            "ab",
            "bis",
            "über",
            "auf",
            "richtung",
            "um",
            "vor",
            "durch",
            "via",
        ),
        *("to", "from", "near", "around", "at", "for", "toward", "towards", "outside", "of", "through"),
    }


def _unlisted_end(utterance: Utterance, known: Cues, i: int) -> int:
    j = i + 1
    while j < len(utterance.tokens) and j - i < 3:
        t = utterance.tokens[j]
        between = utterance.text[utterance.tokens[j - 1].end : t.start]
        if between.isspace() and t.lower in _STOPS:
            return j + 1
        if not between.isspace() or not t.alpha or t.word or t.lower in known.never:
            break
        if not (utterance.cased and t.capital):
            break
        j += 1
    return j


def _is_address(lower: str) -> bool:
    return lower.endswith(("straße", "strasse", "weg", "allee", "gasse", "platz"))


def is_destination(utterance: Utterance, start: int) -> bool:
    """ "Zug nach X", "hotel in X"; who moved there lives there."""
    going = _GOING[utterance.language].search(utterance.text[:start])
    return going is not None and not _MOVED.search(utterance.text)


def whose(utterance: Utterance, position: int) -> Subject:
    """Whom a place, a street or a job belongs to, by the clause in front of it."""
    known = cues(utterance.language)
    clause = re.split(r"[.;:?!]", utterance.text[:position])[-1]
    partners = [p for p in partner.phrases(utterance) if p[0] < position and partner.is_person(utterance, p)]
    if partners and _THIRD.search(clause):
        return "partner"
    if re.search(known.family.pattern.removesuffix("$"), clause, re.IGNORECASE):
        return "family"
    if _OWN.search(clause):
        return "speaker"
    named = any(t.first > 2.5 and not t.word and t.start < position for t in utterance.tokens)
    return "other" if named else "speaker"
