"""One name: which words can be part of it and where it ends.

`trust` is how much the words around it say that a name stands there (see `data/frames-de.txt`); the less they
say, the surer the lexicon must be. Whisper loses capitals on rare names, so a listed name may do without.
Nothing here looks further than the next words; `people` finds where names stand.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pii_audio.recognizers.cues import Cues, words
from pii_audio.recognizers.tokens import Token, Utterance

__all__ = ["after_title", "another_name", "glued_title", "name_end", "plain_name"]

_RARE = 2.5  # Zipf frequency of a word hardly anybody uses, or of a compound that is not listed
_THINGS = {  # behind these stands a thing's name: "ein Mercedes", "the holly", "Pizza Margherita"
    "de": words(
        "ein eine einen einem einer kein keine keinen keinem keiner jeder jede jeden zwei drei pizza lampe "
        "leuchte heizung roboter staubsauger saugroboter mähroboter gerät szene rezept"
    ),
    "en": words("the a an every no any two three pizza lamp boiler heater robot vacuum scene recipe"),
}
_ALSO_NAMES = {  # words that are names where a frame says so: True where they are months
    "will": False, "april": True, "may": True, "june": True, "august": True,
}  # fmt: skip
_OF_TIME = words("in for on by from to since until till of")
_STREETS = ("straße", "strasse", "weg", "allee", "gasse", "platz")
_MONTHS = {"mai", "april", "may", "june"}  # Thi Mai, Ellen May
_OFFICE = re.compile(
    r"\w{3,}(?:rat|rätin)|\w*(?:direktor|rektor|meister|inspektor|kommissar|präsident|ingenieur|lehrer|leiter|"
    r"arzt|ärzt|anwalt|anwält|richter|pastor|pfarrer|kantor|notar|dekan|vikar|minister)(?:in)?|oberst|"
    r"hauptmann|leutnant|major|general|magister|bischof|kollegin?"
)
_HONORIFICS = words("abi abla teyze amca dayı dayi hala hanım hanim bey efendi hoca hodscha")
_NOBLE = words("freiherr freifrau graf gräfin baron baronin edler ritter prinz prinzessin")
_GLUED = re.compile(r"(?:doktor|frau|herrn?)([^\W\d_]{4,})")  # "Doktorbrand", as Whisper hears it


def name_end(utterance: Utterance, known: Cues, i: int, trust: float, blocked: Sequence[float]) -> int:
    """Token behind the name that starts at token i; i where none does."""
    tokens = utterance.tokens
    if i >= len(tokens) or blocked[i] > trust:
        return i
    if trust >= 2 and tokens[i].lower in known.titles:
        return after_title(utterance, known, i)
    if tokens[i].lower in known.kin_titles:
        return _kin_name_end(utterance, known, i, trust)
    also = trust >= 2 and _is_word_as_name(utterance, i)
    if not (also or _fits(utterance, known, tokens[i], trust) or _is_pair(utterance, known, i)):
        return i
    if trust == 1 and (_is_place_there(utterance, known, i) or _is_thing(utterance, i)):
        return i
    genitive = (
        tokens[i].first and tokens[i].lower not in utterance.lexicon.first and "-" not in tokens[i].lower
    )
    return i + 1 if genitive else _whole(utterance, known, i + 1)  # "Leons Wecker"


def _is_thing(utterance: Utterance, i: int) -> bool:
    """ "a robin", "ein Mercedes", "die Lampe Erna": it is a thing's name."""
    before = utterance.tokens[i - 1].lower if i else ""
    return before in _THINGS[utterance.language] and _adjacent(utterance, i)


def _is_word_as_name(utterance: Utterance, i: int) -> bool:
    """ "Is Will home", "call May": a capital in the middle of a sentence, not before the day of a month."""
    t = utterance.tokens[i]
    if utterance.language != "en" or t.opening:
        return False
    before = utterance.tokens[i - 1].lower
    if not utterance.cased:
        return t.lower == "will" and before in {"is", "did", "has", "does", "call", "tell"}
    if not t.capital or (_ALSO_NAMES.get(t.lower) and before in _OF_TIME):
        return False
    after = utterance.tokens[i + 1] if i + 1 < len(utterance.tokens) else None
    dated = after is not None and (after.text[0].isdigit() or utterance.lexicon.word(after.lower) == 0)
    return t.lower in _ALSO_NAMES and not (_ALSO_NAMES[t.lower] and dated)


def another_name(utterance: Utterance, known: Cues, j: int, blocked: Sequence[float]) -> bool:
    """ "Selin und Baris": behind a name and an "and" a rarer listed name will do, though it be a town too."""
    if (
        j + 1 >= len(utterance.tokens)
        or utterance.tokens[j].lower not in {"und", "and"}
        or blocked[j + 1] > 1
    ):
        return False
    t = utterance.tokens[j + 1]
    return t.name >= 1.3 and not t.word and t.lower not in known.never and (t.capital or not utterance.cased)


def after_title(utterance: Utterance, known: Cues, i: int) -> int:
    """Token behind "Frau Doktor Özdemir" that starts at token i; i where no name follows."""
    tokens, j = utterance.tokens, i
    while j < len(tokens) and (
        tokens[j].lower in known.titles | known.kin_titles or (j > i and tokens[j].lower == ".")
    ):
        j += 1
    if _is_wife_of(utterance, known, i, j):
        return i
    j += j > i and _is_office(utterance, known, j)
    while j + 1 < len(tokens) and j - i < 4 and tokens[j].lower in known.particles:
        j += 1
    return _whole(utterance, known, j + 1) if j < len(tokens) and _fits(utterance, known, tokens[j], 3) else i


def _is_wife_of(utterance: Utterance, known: Cues, i: int, j: int) -> bool:
    """ "die Frau von Elvis Presley": whose wife she is, not what she is called."""
    tokens = utterance.tokens
    if j != i + 1 or j + 1 >= len(tokens) or tokens[i].lower != "frau" or tokens[j].lower != "von":
        return False
    whose = tokens[j + 1]
    article = i > 0 and tokens[i - 1].lower in {"die", "der", "eine", "welche"}
    return article and (whose.first > whose.last or whose.lower in known.kin_titles | known.never)


def _is_office(utterance: Utterance, known: Cues, j: int) -> bool:
    """ "Herr Oberstudienrat Kniephoff": an office between the title and the name."""
    if j + 1 >= len(utterance.tokens) or not _OFFICE.fullmatch(utterance.tokens[j].lower):
        return False
    after = utterance.tokens[j + 1]
    named = after.capital if utterance.cased else after.last > 0 or not after.word
    return named and _adjacent(utterance, j + 1) and _fits(utterance, known, after, 3)


def glued_title(utterance: Utterance, i: int) -> bool:
    token = utterance.tokens[i]
    match = _GLUED.fullmatch(token.lower)
    listed = match is not None and utterance.lexicon.last.get(match[1], 0) > 2.5
    return listed and token.lower not in utterance.lexicon.words


def _kin_name_end(utterance: Utterance, known: Cues, i: int, trust: float) -> int:
    """ "Mama" as a name, "Oma Hilde"; not "meine Oma"."""
    if known.own_kin.search(utterance.text[: utterance.tokens[i].start]):
        return i
    end = after_title(utterance, known, i)
    if end > i:
        return end
    english_word = utterance.language == "en" and utterance.cased and not utterance.tokens[i].capital
    return i if english_word and trust < 2.5 else i + 1


def _whole(utterance: Utterance, known: Cues, j: int) -> int:
    """Extend a name that ends before token j by particles and further names."""
    tokens, start = utterance.tokens, j - 1
    while j < len(tokens) and j - start < 5:
        if tokens[j].lower in _HONORIFICS and _adjacent(utterance, j):  # "Mehmet abi"
            return j + 1
        if (k := _noble_end(utterance, known, j)) > j:
            j = k
            continue
        k = j
        while (
            k < len(tokens) and k - j < 2 and tokens[k].lower in known.particles and _adjacent(utterance, k)
        ):
            k += 1
        if k >= len(tokens) or not _adjacent(utterance, k) or utterance.figure_end(k) > k:
            break
        if _begins_anew(utterance, start, k):
            break
        if not (
            _continues(utterance, known, tokens[k], after_particle=k > j)
            or _closes(utterance, known, start, k)
        ):
            break
        j = k + 1
    return j


def _begins_anew(utterance: Utterance, start: int, k: int) -> bool:
    """ "Koch, Sebastian Koch", "Nowak, N as in Nancy" without the comma: a name said again ends the first."""
    said, after = utterance.tokens[k].lower, [t.lower for t in utterance.tokens[k + 1 : k + 2]]
    if len(said) == 1:
        return bool(after) and (len(after[0]) == 1 or after[0] in {"as", "is", "wie", "for", "like"})
    return after == [utterance.tokens[start].lower] and utterance.tokens[start].last > 0


def _closes(utterance: Utterance, known: Cues, start: int, k: int) -> bool:
    """ "meinem Mann, Egon Pausen.", "Zah verhuber.": a misheard surname, when the clause ends behind it."""
    tokens, t = utterance.tokens, utterance.tokens[k]
    last = k + 1 == len(tokens) or (not tokens[k + 1].alpha and not tokens[k + 1].text[0].isdigit())
    if not (utterance.cased and last and k == start + 1 and t.alpha) or t.lower in known.never:
        return False
    if not t.word and not t.town and len(t.lower) > 3 and tokens[start].capital:
        return True
    apposed = start > 0 and tokens[start - 1].lower == "," and tokens[start].first >= 3
    return apposed and t.capital and t.word < 4.5 and not t.town


def _noble_end(utterance: Utterance, known: Cues, j: int) -> int:
    """Token behind "Freiherr von Lüdinghausen", though a town is called so; j where none stands there."""
    tokens, k = utterance.tokens, j + 1
    if tokens[j].lower not in _NOBLE:
        return j
    while k < len(tokens) and tokens[k].lower in known.particles:
        k += 1
    if k == j + 1 or k >= len(tokens) or not tokens[k].alpha or tokens[k].lower in known.never:
        return j
    return k + 1 if tokens[k].capital or not utterance.cased else j


def _adjacent(utterance: Utterance, j: int) -> bool:
    return utterance.text[utterance.tokens[j - 1].end : utterance.tokens[j].start].isspace()


def _fits(utterance: Utterance, known: Cues, t: Token, trust: float) -> bool:
    """Can this word alone be a name, given how much the words around it say so?"""
    if not t.alpha or t.lower in known.never or len(t.lower) < 2:
        return False
    small = utterance.cased and not t.capital
    if small and trust == 3 and len(t.lower) > 3 and t.word <= _RARE:
        return True  # "mein Nachname ist haltmann": misheard, so written as no name
    if small and (t.word or t.name < 2.5) and (t.word or trust < 2.5 or len(t.lower) < 4):
        return False
    if trust == 1 and t.text.isupper() and len(t.text) > 4 and t.last and not t.word:
        return True  # "that's KOWALCZYK": Whisper's way to write a spelled name
    if trust == 1:
        first = t.first >= (2.5 if small else 1.3) and t.first - t.word >= 0.6
        return first or (t.last >= 3.3 and not t.word and t.town < 4 and (t.capital or t.last >= 3.6))
    if not t.word:
        return t.name > 0 or (len(t.lower) > 2 and (trust == 3 or not t.town))
    return _fits_word(utterance, t, trust)


def _fits_word(utterance: Utterance, t: Token, trust: float) -> bool:
    """The same for an ordinary word: Koch, Rose, Will."""
    odds = t.name - t.word
    sure = utterance.cased and not t.opening
    if trust == 3:
        return (t.name > 0 and odds >= (-3.2 if sure else -2.2)) or (sure and t.word < 4)
    if utterance.cased and t.opening and t.word > 3.8:
        return t.first >= 1.7 and t.first - t.word >= -0.5
    if sure and utterance.language == "en":  # a capital in the middle of an English sentence
        return (t.name >= 1.7 and odds >= -3.2) or (trust > 2 and t.word < 4.8)
    if trust > 2 and t.first >= 1.7 and odds >= -2.0:  # "tell poppy"
        return True
    return t.name >= 1.7 and odds >= (-1.5 if utterance.cased else -1.2)


def _is_pair(utterance: Utterance, known: Cues, i: int) -> bool:
    """ "Rose Delgado": a listed first name and a listed surname, though the first is a word too."""
    if i + 1 >= len(utterance.tokens) or not _adjacent(utterance, i + 1):
        return False
    first, last = utterance.tokens[i : i + 2]
    if first.lower in known.never or last.lower in known.never or not last.alpha:
        return False
    if last.lower in {"thi", "thị", "văn"} and first.last > 0:  # "Vu Thi Hoa"
        return first.capital or not utterance.cased
    odds = first.first - first.word
    if not utterance.cased:
        return odds >= -0.6 and last.last >= 1.7 and not last.word and not last.town
    capitals = first.capital and last.capital
    return capitals and first.first >= 1.5 and odds >= -2.3 and last.last - last.word >= -1.5


def _continues(utterance: Utterance, known: Cues, t: Token, *, after_particle: bool) -> bool:
    if not t.alpha or (t.lower in known.never and t.lower not in _MONTHS):
        return False
    if after_particle and (t.lower.endswith(_STREETS) or (t.word and not utterance.cased)):
        return False
    odds = t.name - t.word
    if not utterance.cased:
        listed = t.name > 0 and odds >= (-0.9 if t.word else 0)
        return listed or (not t.word and not t.town and len(t.lower) > 3)
    if not t.capital:
        return not t.word and t.name >= 2.5 and not t.town
    if utterance.language == "en":
        return (t.name > 0 and odds > -3.4) or t.word < 4.2
    return (t.name > 2 and odds > -2.2) or (t.word <= 2.5 and (t.name > 0 or not t.town))


def _is_place_there(utterance: Utterance, known: Cues, i: int) -> bool:
    """A listed name that is a town too, behind a preposition of place: "in Florence"."""
    t = utterance.tokens[i]
    before = utterance.tokens[i - 1].lower if i else ""
    if utterance.place_end(i) > i + 1:
        return True
    if not t.town:
        return False
    persons = {"von", "bei", "mit", "vor", "of", "for", "to", "by"}
    return (before in known.here - persons and t.town >= 3.3) or t.town > t.first + (
        2.3 if utterance.cased and t.first >= 3 else 1.5  # Hassan is a town in India
    )


def plain_name(utterance: Utterance, known: Cues, i: int, j: int) -> str | None:
    """The name without titles and kin words, in title case; None where nothing is left."""
    parts = [t for t in utterance.tokens[i:j] if t.alpha and t.lower not in known.titles | known.kin_titles]
    words = [t.text if t.capital or t.lower in known.particles else t.text.title() for t in parts]
    return " ".join(words) or None
