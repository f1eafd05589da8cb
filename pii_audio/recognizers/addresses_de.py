"""German streets with number, postal code and town.

Numbers are digits or words, as people and Whisper give them. It does not know which streets exist.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pii_audio.recognizers.cues import words
from pii_audio.recognizers.stretches import Stretch, corrections, listed_town_end
from pii_audio.recognizers.tokens import Utterance

__all__ = ["german_addresses"]

_I = re.IGNORECASE
_L = r"[^\W\d_]"

# German numbers as words, up to three digits
_ONE = r"(?:ein(?:s|und)?|zwo|zwei|drei|vier|fünf|sechs|sieben|acht|neun)"
_GERMAN_NUMBER = (
    rf"(?:(?:{_ONE}?hundert(?:und)?)?(?:(?:{_ONE}(?:und)?)?(?:zwanzig|dreißig|dreissig|vierzig|fünfzig|"
    r"sechzig|siebzig|achtzig|neunzig)|"
    r"(?:drei|vier|fünf|sech|sieb|acht|neun)zehn|zehn|elf|zwölf|eins|zwo|zwei|drei|vier|fünf|sechs|sieben|"
    rf"acht|neun)|{_ONE}?hundert)\b"
)
_GERMAN_ORDINAL = (
    r"(?:\w*zigste|\w*zehnte|elfte|zwölfte|erste|zweite|dritte|vierte|fünfte|sechste|siebte|achte|"
    r"neunte)[rn]?"
)
_DIGIT = r"(?:null|eins?|zwo|zwei|drei|vier|fünf|sechs|sieben|acht|neun|\d)"
_TENS = rf"(?:{_GERMAN_NUMBER}|null|\d{{1,3}})"
_UNIT = (
    r"(?!\s*(?:uhr|euro|cent|prozent|grad|minuten?|stunden?|tagen?|wochen?|monaten?|jahren?|mal|leute|"
    r"kilometern?|meter|stück|%|€|\.\s?\d|:\d|\.\s(?:januar|februar|märz|april|mai|juni|juli|august|"
    r"september|oktober|november|dezember)))"
)
_HEARD_NUMBER = r"(?:viel|fiel|fier|fünff|führte?|neuen)(?=\s*(?:[.,?!]|$|in\s|gezogen))"  # vier, fünf, neun
_HOUSE = (
    rf"(?:nummer\s+)?(?:\d{{1,4}}(?:\s?[-–/]\s?\d{{1,4}}|\s\d{{1,2}}(?!\d))?|{_GERMAN_NUMBER}|{_HEARD_NUMBER}|"
    rf"{_GERMAN_ORDINAL}(?=\W*$))(?:\s?[a-h])?\b"
    rf"{_UNIT}(?!\.?\d)"
)
_POSTCODE_SPOKEN = rf"(?:{_DIGIT}(?:[\s,.]+{_DIGIT}){{4}}|(?:{_TENS}[\s,]+){{1,3}}{_TENS})\b"
_POSTCODE = r"(?:D[\s-]+)?(?:\d{5}|\d{2}[\s.]\d{3}|\d[\s.]\d{4}|\d{3}[\s.]\d{2})(?!\d)"

_HEARD_CODE = r"(?:\d{1,3}[.,-]\d{1,5}(?!\d)|\d{6}(?!\d))"  # "35.00037": as a machine hears a postal code

_STRONG = r"(?:stra(?:ß|ss)e|str\.|allee|gasse|chaussee|stieg|twiete|promenade)"
_FREE = (
    r"(?:stra(?:ß|ss)e|str\.|weg|allee|gasse|platz|chaussee|ufer|damm|ring|markt|stieg|promenade|wall|"
    r"graben|brücke|hof|park|berg|kamp|reihe|zeile|trift|stiege|bleiche)"
)
_WEAK = (
    r"(?:weg|platz|ring|ufer|damm|steig|pfad|kamp|wall|deich|winkel|graben|markt|hof|berg|feld|garten|"
    r"park|tor|bogen|hang|grund|acker|bruch|hagen|zeile|brücke|anger|rain|kai|bleiche|redder|horst|"
    r"siedlung|wiese|busch|tal|eck|halde|stein|blick|leite|steg)"
)
_GERMAN = re.compile(
    r"(?P<street>"
    rf"\b(?:{_L}+(?:[\s-]{_L}+)?-)?(?:{_L}{{3,}}){_STRONG}(?!{_L})|"  # Hauptstraße, Max-Planck-Straße
    rf"\b(?:{_L}+-){{1,3}}{_FREE}(?!{_L})|"
    rf"\b(?:{_L}{{3,}}er|alte[rn]?|neue[rn]?|lange[rn]?|kurze[rn]?|große[rn]?|kleine[rn]?|breite[rn]?|"
    rf"hohe[rn]?|obere[rn]?|untere[rn]?|krumme[rn]?|schmale[rn]?|vordere[rn]?|hintere[rn]?|äußere[rn]?|"
    rf"innere[rn]?|mittlere[rn]?|steile[rn]?|sankt {_L}+|st\.\s?{_L}+)\s(?:{_FREE})(?!{_L})|"
    rf"\bstraße (?:des|der) {_L}+(?: {_L}+)?|"
    rf"\b(?!(?:der|die|diese[rn]?|eine[rn]?|in|auf|und|nächste[rn]?|andere[rn]?)\s){_L}{{4,}}\sstra(?:ß|"
    r"ss)en?(?=\s\d)|"  # misheard in two words
    rf"\b{_L}{{4,}}(?:\s{_L}{{4,}})?\s(?P<apart>platz|weg|gasse|allee|damm|ufer|ring)(?=\s\d)|"  # the same
    rf"\b{_L}{{3,}}{_WEAK}(?!{_L})|"
    r"\b(?:an der|an den|am|auf der|auf dem|auf den|im|in der|in den|zum|zur|zu den|unter de[nrm]|"
    r"hinter de[nrm]|vor de[nrm]|beim|bei de[nrm]|über de[nrm]|neben de[nrm]|"
    rf"zwischen den|hinterm|vorm|unterm|überm|bei der|"
    rf"zu de[nrm]|oberhalb de[rs])\s(?:(?:{_L}+en|zwei|drei|vier|fünf|sieben|neun|zwölf|sankt)\s"
    rf"(?!{_GERMAN_NUMBER}))?{_L}{{3,}}"
    rf")(?:\s*+,?\s*+(?P<number>{_HOUSE}))?",
    _I,
)
_STREET_BEHIND = re.compile(
    r"(?:an der|an den|am|auf der|auf dem|auf den|im|in der|in den|zum|zur|beim|"
    rf"bei der)\s(?P<noun>(?:{_L}|-){{3,}}(?:stra(?:ß|ss)e|str\.|allee|gasse|"
    r"weg|platz|ufer|damm|ring|stieg|chaussee|promenade))$",
    _I,
)
_GERMAN_TOWN = re.compile(
    r"(?P<link>\s*+,?\s*+(?:in\s+|und\s+zwar\s+)?(?:(?:die\s+)?(?:postleitzahl|"
    rf"plz)\s*(?:ist\s+)?:?\s*)?(?:in\s+)?)(?P<code>{_POSTCODE}|{_POSTCODE_SPOKEN}|\d{{4}}(?!\d)|"
    rf"{_HEARD_CODE})?[\s,]*(?:in\s+)?",
    _I,
)
_GERMAN_CODE = re.compile(
    rf"(?<![\d,.+])\b(?P<code>{_POSTCODE}|{_POSTCODE_SPOKEN})(?P<link>[\s,]+(?:in\s+)?)", _I
)

_CERTAIN = re.compile(
    r"(?:stra(?:ß|ss)e|str\.|gasse|allee|chaussee|twiete)$|^(?!(?:dies|jed|jen|welch|unser|ihr|ein|ander|"
    r"kein|mein|sein|dein|viel|all|kilomet|met|nächst|kürzest|schnellst|best|weit|lang)er\s)"
    rf"{_L}+(?:er)\s(?:weg|platz|ufer|damm|ring)$",
    _I,
)
_PLAIN_ENDING = re.compile(
    r"(?:tor|stein|eck|park|feld|tal|grund|bruch|berg|hof|rain|blick|leite|garten|hang|bogen|tier|stell)$"
)
_BEFORE = words("an am auf im in zum zur zu unter hinter vor beim bei über neben zwischen")
_STOP = re.compile(r"\b(?:haltestelle|station|ab|richtung|bushaltestelle|u-bahnhof|s-bahnhof)\s$", _I)
_NO_STREET = words(
    """
    autobahnstraße einbahnstraße durchgangsstraße seitenstraße querstraße nebenstraße landstraße
    bundesstraße sackgasse umgehungsstraße fahrradstraße spielstraße datenstraße wasserstraße
    milchstraße einkaufsstraße hauptverkehrsstraße sesamstraße lindenstraße-folge dorfstrasse-film
    schnellstraße zubringerstraße kreisstraße straße gasse allee
    """
)
_NO_NOUN = words(
    """
    jahr jahre montag dienstag mittwoch donnerstag freitag samstag sonntag januar februar märz april mai
    juni juli august september oktober november dezember wochenende abend morgen nachmittag vormittag
    mittag tag ersten zweiten dritten vierten fünften sechsten siebten achten neunten zehnten elften
    zwölften woche nähe stadt küche wohnzimmer bad flur keller garten schlafzimmer kinderzimmer alter
    stunde zimmer raum kanal sender stock monat ende anfang schnitt wert moment uhr zeit anderen ganzen
    letzten nächsten gleichen selben ersten laufe besten wecker timer radio fernseher haus auto schule
    arbeit leitung klasse linie bus zug gruppe tür treppe hause bahnhof arzt zahnarzt mannschaft liga
    bundesliga nacht oma opa nummer telefonnummer handynummer hotline durchwahl kundennummer
    vor nach mit seit von bis rund etwa circa gegen
    """
)

_GERMAN_CORRECTION = re.compile(
    r"[\s,.]+(?:(?:äh|ähm|öh|nee|nein|ne|quatsch|moment|entschuldigung|sorry|stopp|halt|ich meine|"
    rf"beziehungsweise|also|doch|stimmt nicht|falsch)[\s,.]+){{1,4}}"
    rf"(?:nummer\s+)?(?P<number>{_HOUSE})",
    _I,
)


_NAMED_CODE = re.compile(
    rf"\b(?:postlei[td][\s-]?zahl|plz)\b\s*(?:(?:ist|lautet|wäre|war|hier|die|bei|uns|:)\s*){{0,3}}"
    rf"(?P<code>{_POSTCODE}|{_POSTCODE_SPOKEN}|{_HEARD_CODE})",
    _I,
)
_BROUGHT = re.compile(
    r"\b(?:taxi|liefer\w*|lieferung|paket|pizza|bring\w*|fahr\w*|wohn\w*|navigier\w*|navigation|route|"
    r"adresse|anschrift|schick\w*|bestell\w*|zieh\w*|umzug|gezogen|ziel)\b[^.?!]{0,40}?"
    r"\b(?:in die|in den|in das|ins|in der|im|zur|zum|an die|auf die|auf den)\s"
    rf"(?P<street>{_L}{{2,}})\s(?P<number>{_HOUSE})",
    _I,
)
_INTO = re.compile(r"\b(?:zu|nach|in|ist|lautet|adresse|anschrift)\s$", _I)  # "zu Hinter der Kirche 5"
_LIVES = re.compile(r"\b(?:wohn\w*|gewohnt|zieh\w*|gezogen|umgezogen|leb\w*)\b", _I)
_QUALITY = re.compile(
    r"\b(?P<quality>(?:alt|neu|lang|kurz|groß|klein|breit|schmal|krumm|steil|hoh|ober|unter|vorder|hinter|"
    r"äußer|inner|mittler|link|recht)e[rnm]?)\s$",
    _I,
)
_GENERIC = re.compile(
    r"(?:stra(?:ß|ss)en?|str\.|allee|platz|ring|weg|ufer|damm|brücke|promenade|gasse|steig|park)", _I
)
_STREET_TITLES = words("doktor dr professor kaiser könig graf prinz bischof pastor pfarrer general von der")


def german_addresses(utterance: Utterance) -> Iterator[Stretch]:
    text, at = utterance.text, 0
    while match := _GERMAN.search(text, at):
        inner = _STREET_BEHIND.match(match["street"])
        if inner and not _capital_inside(
            utterance, match.start()
        ):  # "in den Birkenweg": the street is the noun
            noun = _GERMAN.match(text, match.start("street") + inner.start("noun"))
            match = noun if noun and _street_end(utterance, noun) else match
        end = _street_end(utterance, match)
        if end is None:
            at = match.start() + max(1, len(match.group().split()[0]))
            continue
        start = _street_start(utterance, match.start("street"), match["street"])
        if match["number"]:
            yield from corrections(utterance, end, _GERMAN_CORRECTION)
        start = _town_before(utterance, start) if match["number"] else start
        end, coded = _with_town(utterance, end, bool(match["number"]))
        yield start, end, 0.95 if match["number"] or coded else 0.85, "street and town" if coded else "street"
        at = end
    yield from _bare_codes(utterance)
    yield from _short_names(utterance)
    yield from _named_after(utterance)
    for match in _GERMAN_CODE.finditer(text):
        town = _town_end(utterance, match.end())
        if town and _is_code(match["code"]):
            yield match.start("code"), town, 0.9, "postal code and town"


def _bare_codes(utterance: Utterance) -> Iterator[Stretch]:
    """ "Meine Postleitzahl ist 04229": the code without its town; misheard, with the town that follows."""
    for match in _NAMED_CODE.finditer(utterance.text):
        if _is_code(match["code"]):
            yield match.start("code"), match.end("code"), 0.85, "postal code"
        elif re.fullmatch(_HEARD_CODE, match["code"]):
            town = _town_end(utterance, match.end() + 1)
            yield match.start("code"), town or match.end("code"), 0.75, "postal code as heard"


def _short_names(utterance: Utterance) -> Iterator[Stretch]:
    """ "Bestell ein Taxi in die Kö 12": where somebody is brought, any name with a number is a street."""
    for match in _BROUGHT.finditer(utterance.text):
        i = utterance.index(match.start("street"))
        token = utterance.tokens[i]
        named = token.capital if utterance.cased else token.word < 2
        if named and token.lower not in _NO_NOUN and token.word < 4.4 and not token.first > 3:
            end, coded = _with_town(utterance, match.end(), True)
            yield token.start, end, 0.8, "street and town" if coded else "street"


def _named_after(utterance: Utterance) -> Iterator[Stretch]:
    """ "in der Anna Seghers Straße": a first name, a surname and the kind of street apart."""
    for i, token in enumerate(utterance.tokens[2:], start=2):
        last = utterance.tokens[i - 1]
        if not _GENERIC.fullmatch(token.lower) or last.word > 4 or last.place > last.last:
            continue
        start = _street_start(utterance, last.start, token.text)
        if start < last.start:
            yield start, token.end, 0.85, "street"


def _street_start(utterance: Utterance, start: int, street: str) -> int:
    """Take in what stands before: "Untere Bachgasse", "albrecht dürer straße"."""
    text = utterance.text
    if street.startswith("in den ") and utterance.cased:
        return start + len("in den ")
    quality = _QUALITY.search(text[:start])
    if quality and (quality["quality"][0].isupper() or not utterance.cased):
        start = quality.start("quality")
    if not _GENERIC.fullmatch(street.split()[-1]):
        return start
    i = utterance.index(start)
    while i > 0 and text[utterance.tokens[i - 1].end : utterance.tokens[i].start].isspace():
        t = utterance.tokens[i - 1]
        title = t.lower in _STREET_TITLES
        if not (title or (t.first >= 1.7 and t.first - t.word > -0.3)) or t.lower in _BEFORE:
            break
        if utterance.cased and not (t.capital or t.lower in {"von", "der"}):
            break
        i -= 1
    while utterance.tokens[i].lower == "der":  # "in der Willy Brandt Straße"
        i += 1
    return utterance.tokens[i].start


def _capital_inside(utterance: Utterance, start: int) -> bool:
    """ "Ich wohne Zum Sportplatz 6": a preposition with a capital belongs to the name of the street."""
    token = utterance.tokens[utterance.index(start)]
    return token.capital and not token.opening


def _street_end(utterance: Utterance, match: re.Match[str]) -> int | None:
    """Where the street (with its number) ends; None where it is none."""
    street = match["street"].strip()
    lower = street.lower()
    first = lower.split()[0]
    capital = street.split()[-1][0].isupper() or not utterance.cased
    if lower in _NO_STREET or not capital:
        return None
    if not match["number"] and _STOP.search(utterance.text[: match.start()]):
        return None
    word = utterance.lexicon.words.get(lower, 0)
    if match["apart"] and utterance.cased and utterance.lexicon.word(first) > 4 and not street[0].isupper():
        return None
    if " " in street and first in _BEFORE:
        return _prepositional_end(utterance, match, lower)
    if match["number"]:
        if _CERTAIN.search(street):
            return match.end()
        limit = 0.1 if _PLAIN_ENDING.search(lower) else 3.4 if match["number"][0].isdigit() else 2.0
        return match.end() if word < limit else None
    if _CERTAIN.search(street):
        return match.end() if word < 3.2 or _in_the(utterance, match.start()) else None
    if not _in_the(utterance, match.start()):
        return None
    adjective = " " in street and _QUALITY.search(lower.split()[0] + " ") is not None
    named = street[0].isupper() if utterance.cased else _LIVES.search(utterance.text[: match.start()])
    return match.end() if _rare(utterance, lower) or (adjective and named) else None


def _prepositional_end(utterance: Utterance, match: re.Match[str], lower: str) -> int | None:
    noun = lower.split()[-1]
    if not match["number"] or noun in _NO_NOUN:
        return None
    word = utterance.lexicon.word(noun)
    if utterance.lexicon.places.get(noun, 0) > 4 and lower.split()[0] in {"in", "bei"}:
        return None
    digits = match["number"][0].isdigit() and not re.match(r"(?:19|20)\d\d\b", match["number"])
    followed = _with_town(utterance, match.end(), True)[0] > match.end()
    lives = re.search(
        r"\b(?:wohn\w*|adresse|anschrift|lautet|zieh\w*|gezogen|umgezogen|ist das|hausnummer|liefer\w*|"
        r"fahr|bring|navigier\w*|taxi|paket|pizza|route|ziel)\b",
        utterance.text[: match.start()],
        _I,
    )
    at = match.start()
    named = (utterance.cased and _capital_inside(utterance, at)) or _INTO.search(utterance.text[:at])
    if (
        followed
        or lives
        or named
        or (digits and word < 4.2 and utterance.cased)
        or (word < 2.6 and not re.match(r"(?:19|20)\d\d\b", match["number"]))
    ):
        return match.end()
    return None


def _in_the(utterance: Utterance, start: int) -> bool:
    return (
        re.search(
            r"\b(?:in|im|am|an|aus|von|vom|zum|zur)(?:\s(?:der|den|dem|die))?\s$", utterance.text[:start], _I
        )
        is not None
    )


def _rare(utterance: Utterance, lower: str) -> bool:
    last = lower.split()[-1]
    return (
        lower.endswith(("weg", "platz", "ufer", "damm", "stieg"))
        and utterance.lexicon.words.get(last, 0) < 1.0
    )


def _with_town(utterance: Utterance, end: int, number: bool) -> tuple[int, bool]:
    """Extend an address by postal code and town that follow at once; (end, was there a code?)."""
    match = _GERMAN_TOWN.match(utterance.text, end)
    if match is None:
        return end, False
    if match["code"] and _is_code(match["code"]):
        town = _town_end(utterance, match.end())
        return (town or match.end("code")), True
    if match["code"] and number:  # four digits: Austria, Switzerland, or one was not heard
        town = _town_end(utterance, match.end()) or (match.end("code") if len(match["code"]) > 5 else None)
        return (town or end), town is not None
    link = match["link"]
    if number and (link.strip() in {"", ",", "in", ", in"}) and not match["code"]:
        town = listed_town_end(utterance, match.end())
        return (town, False) if town else (end, False)
    return end, False


def _is_code(code: str) -> bool:
    """Five digits when everything is written out."""
    if re.fullmatch(_POSTCODE, code, _I):
        return True
    return sum(_digits(word) for word in re.split(r"[\s,.]+", code.lower())) == 5


def _digits(word: str) -> int:
    if word.isdigit():
        return len(word)
    if re.fullmatch(_DIGIT, word):
        return 1
    return 3 if "hundert" in word else 2


def _town_end(utterance: Utterance, start: int) -> int | None:
    """End of the town behind a postal code: listed, or any capitalised or unknown word."""
    if listed := listed_town_end(utterance, start):
        return listed
    i = utterance.index(start)
    if i >= len(utterance.tokens) or utterance.tokens[i].start - start > 1:
        return None
    token = utterance.tokens[i]
    named = token.capital if utterance.cased else not token.word
    return (
        token.end
        if token.alpha and named and (not token.word or token.place) and len(token.lower) > 2
        else None
    )


def _town_before(utterance: Utterance, start: int) -> int:
    """ "Lohmar, Schulstraße 3": the town said in front belongs to the address."""
    i = utterance.index(start) - 1
    if i >= 0 and utterance.tokens[i].lower == ",":
        i -= 1
    if i < 0 or utterance.text[utterance.tokens[i].end : start].strip(" ,"):
        return start
    town = utterance.tokens[i]
    capital = town.capital and not town.opening if utterance.cased else True
    listed = town.place >= 3 and not town.word and utterance.place_end(i) == i + 1
    return town.start if capital and listed and town.first < town.place else start
