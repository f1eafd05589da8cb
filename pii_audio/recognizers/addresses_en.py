"""British and American streets with number, flat, town, state and postcode.

It knows the kinds of streets, not which streets exist.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pii_audio.recognizers.cues import words
from pii_audio.recognizers.english import CUES
from pii_audio.recognizers.postcodes_en import postcodes
from pii_audio.recognizers.stretches import Stretch, corrections, listed_town_end
from pii_audio.recognizers.tokens import Utterance

__all__ = ["english_addresses"]

_I = re.IGNORECASE
_L = r"[^\W\d_]"

_EN_NUMBER = (
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|"
    r"seventeen|eighteen|"
    r"nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|oh|zero)"
)
_EN_HOUSE = (
    rf"(?:(?:\d{{2,5}},?\s)?(?:\d{{1,2}},\d{{3}}|\d{{1,5}}[a-z]?)(?:\s?[-–]\s?\d{{1,5}})?|"
    rf"{_EN_NUMBER}(?:[\s-](?:and\s)?{_EN_NUMBER}){{0,4}})"
)
_EN_KIND = (
    r"(?:road|street|lane|drive|crescent|avenue|close|court|way|boulevard|terrace|place|square|gardens?|"
    r"grove|hill|park|row|mews|"
    r"circle|parkway|highway|trail|walk|rise|view|green|loop|pike|turnpike|alley|parade|quay|wharf|wynd|"
    r"brae|vale|bank|gate|fold|croft|path|bend|run|cove|point|ridge|crossing|plaza|landing|glen|heights|"
    r"hollow|esplanade|promenade|cottages|approach|broadway|causeway|meadows?|orchard|fields?|villas|"
    r"mansions|end|chase|drove|garth|cliff|bypass|expressway|freeway|rd|ave|blvd|st|ln|dr|ct|pl|cres)"
)
_EN_MORE = (
    r"(?:\s(?:gardens|court|close|road|terrace|street|mews|square|lane|drive|avenue|place|(?:north|south)"
    r"(?:\s?east|\s?west)?|east|west|nw|ne|sw|se)(?![\w'’]))?"
)
_EN_ROUTE = (
    r"(?:(?:old\s)?(?:county|state|rural|private|forest|ranch|township|range|u\.?\s?s\.?|interstate|fm|"
    r"farm\sto\smarket)?\s?(?:road|route|highway|hwy|rte|fm|cr|rr)|interstate|farm\sto\smarket)\s"
)
_EN_UNIT = (
    rf"(?:(?:apartment|apt|unit|suite|flat|room|number|floor|lot|trailer|building|block|space|condo|ste|box|"
    rf"#)\.?\s?(?:number\s)?(?:#\s?)?(?:\d+\s?-?[a-z]?\b|[a-z]\b(?:\s?\d+)?|"
    rf"{_EN_NUMBER}(?:[\s-]{_EN_NUMBER}){{0,2}}(?:\s[a-z]\b)?)|"
    r"(?:top|ground|first|second|third|fourth|basement|garden)[\s-](?:floor(?:\sflat|\sapartment)?|flat))"
)
_EN_CODE = (
    r"(?:\b[A-Z]{1,2}-?\d{1,2}[A-Z]?\s?\d?\s?[A-Z]{2}\b|\b\d{5}(?:-\d{4})?\b|\b\d{2},\d{3}\b|\b"
    + r"(?:(?:oh|zero|one|two|three|four|five|six|seven|eight|nine)[\s,]+){4}(?:oh|zero|one|two|three|"
    r"four|five|six|seven|eight|nine)\b)"
)
_ENGLISH = re.compile(
    rf"(?:\b(?P<flat>{_EN_UNIT}),?\s+)?\b(?P<number>{_EN_HOUSE}),?\s+(?P<street>(?:(?:north|south|east|"
    r"west|n|s|e|w|old|new|upper|lower|saint|st)\.?\s)?"
    r"(?!(?:of|to|in|the|and|on|at|for|my|a|is|o'clock|minutes?|hours?|more|times?|percent|degrees?|"
    rf"dollars?)\b)(?:{_L}[\w'’-]*\s){{1,3}}?{_EN_KIND}{_EN_MORE})\b",
    _I,
)
_UNIT_BEFORE = re.compile(r"\b(?:flat|apartment|apt|unit|suite)\s$", _I)
_HERE = re.compile(
    r"(?:\b(?:liv(?:e|es|ed|ing)|address|deliver\w*|navigate|directions|drive|take|house|home|flat|moved|"
    r"moving|pick|ship|shipped|send|sent|located|stay|staying|we're|i'm|number)\b\W+(?:\w+\W+){0,4}?"
    r"(?:at|on|off|to|is|in|number|it's|near|from)\W+(?:the\W+)?|\baddress(?:'s|:|,)?\W+)$",
    _I,
)
_ROUTE = re.compile(
    rf"\b(?:(?P<number>{_EN_HOUSE}),?\s+(?:(?:north|south|east|west)\s)?{_EN_ROUTE}|rural\sroute\s|"
    rf"(?<!\w)(?:p\.?\s?o\.?\s?|post\soffice\s)box\s(?:number\s)?)"
    rf"(?P<road>\d+(?:\s?[a-z])?\b|{_EN_NUMBER}(?:[\s-]{_EN_NUMBER}){{0,4}})",
    _I,
)
_HOUSE_HEAD = (
    r"(?:cottages?|house|lodge|farm|barn|rectory|vicarage|mill|manor|villa|hall|bungalow|grange|croft|"
    r"farmhouse|towers?|mansions?|apartments|buildings?|court|estate|priory|stables|coach\shouse|chapel|"
    r"gatehouse|parsonage|manse|acres|ranch|caravan\spark|park|point|lofts?|residences?|heights|view)"
)
_HOUSE = re.compile(
    rf"(?P<house>\b(?!(?:the|a|an|my|our|his|her|that|this|at|in|to|is)\s(?:\w+\s)?house\b)"
    rf"(?:the\s)?(?:{_L}[\w'’]+\s){{1,3}}?{_HOUSE_HEAD})(?:,?\s+(?:on|in|off)\s+|,\s*|\s+)$",
    _I,
)
_AT_HOUSE = re.compile(
    rf"\b(?:live|lives|lived|living|address(?:'s|\sis)?|we're|deliver\w*|send\s\w+|moved|(?:house|cottage|"
    rf"place|it)(?:'s|\sis)\scalled|navigate|directions)\s(?:\w+\s)?(?:at|to|is|in)?\s?"
    rf"(?P<street>(?:the\s(?:old\s)?)?(?:(?!(?:the|a|an|my|our|his|her|their|your|this|that|at|in|to|on|"
    rf"of)\b)"
    rf"{_L}[\w'’]+\s){{0,2}}?{_HOUSE_HEAD})\b",
    _I,
)
_NEXT_STREET = re.compile(rf",?\s+(?:(?:on|in|off)\s+)?(?:{_L}[\w'’-]+\s){{1,2}}?{_EN_KIND}\b", _I)
_EN_STREET = re.compile(
    rf"\b(?P<street>(?:{_L}[\w'’-]+\s){{1,2}}(?:(?P<sure>road|street|avenue|boulevard|lane|crescent|"
    rf"terrace|drive)|{_EN_KIND}))\b",
    _I,
)
_ENGLISH_CORRECTION = re.compile(
    r"[\s,.]+(?:(?:uh|um|er|no|nope|sorry|wait|actually|i mean|i meant|make that|rather|correction|oops|"
    r"i'm sorry|scratch that|hang on|hold on|one sec|a second|a minute|excuse me|my mistake|pardon me|pardon|"
    r"beg your|that's wrong|that's not right|it's|that's|is it|i tell a lie|tell a lie|well|not that|"
    r"let me think|"
    rf"hmm|sorry about that|i should say|what am i saying|strike that|apologies|wrong)[\s,.]+){{1,6}}"
    rf"(?:number\s+)?(?P<number>{_EN_HOUSE})(?=\W*$|[,.;]|\s(?:it's|it\sis|not|i|we|then|now|please)\b)",
    _I,
)
_EN_TAIL = re.compile(rf"(?:\s*+,)?\s++(?:{_EN_UNIT})(?![\w])", _I)
_STATES = (
    "alabama|alaska|arizona|arkansas|california|colorado|connecticut|delaware|florida|georgia|hawaii|"
    "idaho|illinois|indiana|iowa|"
    "kansas|kentucky|louisiana|maine|maryland|massachusetts|michigan|minnesota|mississippi|missouri|"
    "montana|nebraska|nevada|"
    "new hampshire|new jersey|new mexico|new york|north carolina|north dakota|ohio|oklahoma|oregon|"
    "pennsylvania|rhode island|"
    "south carolina|south dakota|tennessee|texas|utah|vermont|virginia|washington|west virginia|"
    "wisconsin|wyoming"
)
_EN_STATE = re.compile(
    rf"(?:\s*+,)?\s++(?:(?:{_STATES})\b|(?-i:[A-Z]{{2}})\b(?!\d)|(?-i:[A-Z])\w+(?=,?\s+\d{{2}},?\d{{3}}\b))",
    _I,
)
_EN_POSTCODE = re.compile(
    rf"(?:\s*+,)?\s++(?:(?:zip(?: code)?|postcode|post code)\s+(?:is\s+)?)?{_EN_CODE}", _I
)
_LINK = re.compile(r"(?:\s*+,)?\s++(?:in\s+)?")
_BEFORE_CODE = rf"(?=,?\s+(?:{_EN_CODE}|(?:(?:{_STATES})|(?-i:[A-Z]{{2}}))\b))"
_TOWNS = re.compile(
    rf"(?:,?\s+(?:in\s+)?(?-i:[A-Z]){_L}+(?:[\s-](?:(?:upon|on|in|le|the|of|under|by|"
    rf"next)[\s-])*(?-i:[A-Z]){_L}+)"
    rf"{{0,2}}){{1,3}}?{_BEFORE_CODE}|,?\s+in\s+(?-i:[A-Z]){_L}+(?:[\s-](?-i:[A-Z]){_L}+)?",
    _I,
)
_BY_COMMAS = re.compile(
    rf",\s+(?P<town>[A-Z]{_L}+(?:[\s-](?:upon|on|in|le|the|of|under|by)[\s-])?(?:[\s-][A-Z]{_L}+){{0,2}}"
    rf"(?:,\s+[A-Z]{_L}+(?:\s[A-Z]{_L}+)?)?)(?=[.,;?!]|$)"
)
_TOWNS_LOWER = re.compile(rf"(?:\s+{_L}+){{1,3}}?(?=\s+[A-Z]{{1,2}}\d[A-Z\d]?\s?\d[A-Z]{{2}}\b)", _I)
_EN_CERTAIN = words("road street lane avenue crescent boulevard terrace drive court close")
_COMMON_HEADS = words("house farm park point view building apartments court hall")
_EN_DOUBTFUL = words("way park view place st green hill row rise ct dr square walk")
_PLAIN = words(
    """
    the a an this that my your our his her main-level down up across same next other whole one two no
    every any each off on in of to at for from and or is was by along which what side high-speed dead
    back busy quiet little long right wrong left
    """
)


def english_addresses(utterance: Utterance) -> Iterator[Stretch]:
    text, until = utterance.text, 0
    for match in _ENGLISH.finditer(text):
        if not _plausible(utterance, match):
            continue
        start = match.start("flat") if match["flat"] else match.start("number")
        unit = _UNIT_BEFORE.search(text[:start])  # "flat 342 Marlboro Terrace": 3, 42 in one
        start = _with_house(utterance, unit.start() if unit else start)
        yield from corrections(utterance, match.end(), _ENGLISH_CORRECTION)
        until = _english_tail(utterance, match.end())
        yield start, until, 0.95, "number and street"
    for match in _ROUTE.finditer(text):
        yield match.start(), _english_tail(utterance, match.end()), 0.95, "route or box"
    yield from postcodes(utterance)
    for match in _AT_HOUSE.finditer(text):
        if _is_house_name(utterance, match["street"]):
            street = _NEXT_STREET.match(text, match.end())
            end = _english_tail(utterance, street.end() if street else match.end())
            yield match.start("street"), end, 0.9, "name of a house"
    for match in _EN_STREET.finditer(text, until):
        words = match["street"].split()
        while len(words) > 1 and (
            words[0].lower() in _PLAIN or (utterance.cased and not words[0][0].isupper())
        ):
            words.pop(0)
        here = _HERE.search(text[: match.end() - len(" ".join(words))]) is not None
        plain = utterance.lexicon.word(words[0].lower()) > 4 or words[-1].lower() in {"drive", "lane"}
        if (
            len(words) < 2
            or (utterance.cased and not words[-1][0].isupper())
            or (plain and not utterance.cased and not here)
        ):
            continue
        start = match.end() - len(" ".join(words))
        if not match["sure"] and not (here and (utterance.cased or not plain)):
            continue
        if text[start : start + 11].lower() != "wall street":
            yield _with_house(utterance, start), _english_tail(utterance, match.end()), 0.8, "street"


def _plausible(utterance: Utterance, match: re.Match[str]) -> bool:
    """Capitals, or a kind of street that is little else, or digits before one that can be something else."""
    words = match["street"].lower().split()
    if utterance.cased and match["street"].split()[0][0].isupper():
        return True
    if any(word in _PLAIN for word in words[:-1]):
        return False
    if words[-1] in _EN_CERTAIN or _HERE.search(utterance.text[: match.start("number")]):
        return True
    if utterance.cased or not match["number"][0].isdigit():
        return False
    return words[-1] not in _EN_DOUBTFUL or _english_tail(utterance, match.end()) > match.end()


def _is_house_name(utterance: Utterance, said: str) -> bool:
    """ "Rose Cottage", "The Old Rectory"; not "a nice house"."""
    parts = [word for word in said.split() if word.lower() not in {"the", "old"}]
    if utterance.cased:
        return len(parts) >= 1 + (said[:3].lower() != "the") and all(p[0].isupper() for p in parts)
    head, first = parts[-1].lower(), parts[0].lower()
    rare = head not in _COMMON_HEADS
    return (
        len(parts) > 1 and utterance.lexicon.word(first) < 5 and (rare or not utterance.lexicon.word(first))
    )


def _with_house(utterance: Utterance, start: int) -> int:
    """Start of the named house or the flat in front of a street: "Rose Cottage, Church Lane"."""
    if match := _HOUSE.search(utterance.text[:start]):
        for cut in re.finditer(r"\S+\s", match["house"]):  # the words that make the name
            said = match["house"][cut.start() :]
            if _is_house_name(utterance, said):
                return match.start("house") + cut.start()
    return start


def _town_by_commas(utterance: Utterance, end: int) -> re.Match[str] | None:
    """ ", Little Snoring." behind a street, unless it is somebody who is spoken to."""
    match = _BY_COMMAS.match(utterance.text, end) if utterance.cased else None
    if match is None:
        return None
    first = utterance.tokens[utterance.index(match.start("town"))]
    return match if first.lower not in CUES.never and first.first < 2.5 else None


def _english_tail(utterance: Utterance, end: int) -> int:
    """Extend by flat, town, state and postcode."""
    text = utterance.text
    for _ in range(2):
        if tail := _EN_TAIL.match(text, end):
            end = tail.end()
    link = _LINK.match(text, end)
    if link and (town := listed_town_end(utterance, link.end())):
        end = town
    elif near := _town_by_commas(utterance, end) or (_TOWNS if utterance.cased else _TOWNS_LOWER).match(
        text, end
    ):
        end = near.end()
    if state := _EN_STATE.match(text, end):
        end = state.end()
    if code := _EN_POSTCODE.match(text, end):
        end = code.end()
    return end
