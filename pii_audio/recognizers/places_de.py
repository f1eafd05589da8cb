"""German place names of several words: "Bahnhof Treuchtlingen", "Schlesisches Tor", "Köln Ehrenfeld".

It extends what `places` found and knows stops by their form; it does not know which of them exist.
"""

from __future__ import annotations

import re

from pii_audio.recognizers.cues import words
from pii_audio.recognizers.languages import cues
from pii_audio.recognizers.tokens import Token, Utterance

__all__ = ["GERMAN_STATES", "between", "formed", "stop", "whole"]

GERMAN_STATES = words(  # but for the three that are towns
    """
    baden-württemberg bayern brandenburg hessen mecklenburg-vorpommern niedersachsen nordrhein-westfalen
    rheinland-pfalz saarland sachsen sachsen-anhalt schleswig-holstein thüringen
    """
)
_HEADS = words(
    """
    bahnhof hauptbahnhof busbahnhof rathaus flughafen schloss hafen burg kloster schleuse messe campus
    einkaufszentrum autobahnkreuz kreuz dreieck raststätte raststelle autohof talsperre zeltplatz
    campingplatz freibad strandbad tierpark zoo insel halbinsel
    """
)
_PARTS = words(
    """
    mitte nord süd ost west altstadt neustadt zentrum innenstadt südstadt nordstadt weststadt oststadt
    hauptbahnhof hbf klein groß dorf stadtmitte zoo
    """
)
_STOPS = words(
    """
    tor platz markt brücke ufer bahnhof garten viertel park allee straße damm ring kirche krankenhaus
    """
)
_ADJECTIVE = re.compile(r"\w{3,}isch(?:e[nsrm]?)?")
_TO = words("am vom zum zur ab bis der dem den das nach richtung haltestelle station im")
_PREPOSITIONS = words("in nach aus bei ab bis richtung über um vor durch via hinter")
_TOWN = re.compile(
    r"\w{3,}(?:itz|ow|hausen|heim|stadt|dorf|ingen|burg|berg|feld|bach|rode|roda|leben|stedt|büttel|"
    r"kirchen|kirch|"
    r"walde?|hagen|hofen|born|brück|brücken|furt|furth|münde|weiler|scheid|rath|loh|horst|beck|stein|"
    r"leben|haven|broich|wedel|siel|koog|werder|reuth|ried|moos|zell|hain|grün|nitz|witz|lingen|"
    r"stetten|felden|bronn|lach|aue|oog|trup|rup|hude|borstel|fleth|förde|lar|mar)"
)


def _adjacent(utterance: Utterance, j: int) -> bool:
    if not 0 < j < len(utterance.tokens):
        return False
    return utterance.text[utterance.tokens[j - 1].end : utterance.tokens[j].start] == " "


def _named(utterance: Utterance, t: Token) -> bool:
    return t.capital or not utterance.cased


def stop(utterance: Utterance, i: int) -> int:
    """Token behind "Bahnhof Zoo", "Schlesischen Tor"; i where neither starts there."""
    tokens = utterance.tokens
    if not _adjacent(utterance, i + 1) or not (
        _named(utterance, tokens[i]) and _named(utterance, tokens[i + 1])
    ):
        return i
    behind = tokens[i + 1]
    if behind.lower in cues("de").never:
        return i
    if tokens[i].lower in _HEADS and (
        behind.lower in _PARTS or (behind.place >= 2.6 and behind.place > behind.word + 0.5)
    ):
        return max(i + 2, utterance.place_end(i + 1))
    adjective = _ADJECTIVE.fullmatch(tokens[i].lower) is not None and tokens[i].word < (
        4 if utterance.cased else 3
    )
    to = i > 0 and tokens[i - 1].lower in _TO
    return i + 2 if adjective and to and not tokens[i].opening and behind.lower in _STOPS else i


def between(utterance: Utterance, i: int) -> int:
    """Token behind a place of "zwischen Gießen und Wetzlar", though it be an ordinary word; i elsewhere."""
    tokens = utterance.tokens
    before = [t.lower for t in tokens[max(0, i - 3) : i]]
    other = i + 2 if before[-1:] == ["zwischen"] else i - 2 if before[:1] == ["zwischen"] else -1
    joint = (i + other) // 2
    if not 0 <= other < len(tokens) or tokens[joint].lower != "und":
        return i
    both = [tokens[i], tokens[other]]
    listed = all(t.place >= 3.5 and _named(utterance, t) for t in both)
    return i + 1 if listed and any(t.place > max(t.first, t.word + 0.6) for t in both) else i


def formed(utterance: Utterance, i: int) -> int:
    """Token behind "Niederwürschnitz": an unknown word behind a preposition, formed like a German town."""
    t = utterance.tokens[i]
    before = utterance.tokens[i - 1].lower if i else ""
    if before not in _PREPOSITIONS or t.first or not _named(utterance, t) or not _TOWN.fullmatch(t.lower):
        return i
    rare = 2.5 if utterance.cased and before in {"in", "nach", "aus"} else 0
    return i + 1 if t.word <= rare else i


def whole(utterance: Utterance, i: int, j: int) -> tuple[int, int]:
    """The place at tokens [i, j) with its head before and its district behind."""
    tokens = utterance.tokens
    if _adjacent(utterance, i) and tokens[i - 1].lower in _HEADS and _named(utterance, tokens[i - 1]):
        i -= 1
    town = max(t.place for t in tokens[i:j])
    while _adjacent(utterance, j) and j - i < 4 and _named(utterance, tokens[j]):
        t = tokens[j]
        known = t.place > 0 or utterance.cased or (town >= 5 and len(t.lower) > 5)
        district = town >= 4.3 and t.alpha and not t.word and not t.first and known
        if not (t.lower in _PARTS or district):
            break
        j += 1
    return i, j
