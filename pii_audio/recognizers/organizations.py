"""Employers, schools, clubs and practices of private persons: where somebody works, learns or is treated.

Shops and brands asked for in general are not looked at, so a name alone says nothing here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pii_audio.recognizers.cues import words
from pii_audio.recognizers.institutions_de import institutions
from pii_audio.recognizers.languages import cues
from pii_audio.recognizers.places import whose
from pii_audio.recognizers.tokens import Utterance
from pii_audio.types import Finding

__all__ = ["organizations"]

_I = re.IGNORECASE
_L = r"[^\W\d_]"

_PLACE_OF_WORK_DE = re.compile(
    r"\b(?:arbeite[nt]?|arbeitet(?:e|en)?|gearbeitet|beschäftigt|angestellt|angefangen|ausbildung|lehre|"
    r"lehrling|azubi|praktikum|job|schicht|"
    r"gelernt|stelle(?!\s(?:ein(?:en?)?|den|die|das|mir|bitte)\b)|tätig|praktikant(?:in)?|mitarbeiter(?:in)?|chef(?:in)?|verkäufer(?:in)?|jobbt|jobbe|"
    r"kündigung|rente|betriebsrat|jahre)"
    rf"(?:\s+(?:\w+\s+){{0,4}}?)(?:bei(?:m)?|für)\s+(?:der\s+|den\s+|"
    rf"dem\s+)?(?P<org>{_L}[\w&.-]*(?:\s+(?-i:[A-ZÄÖÜ][\w&.-]*|und\s+[A-ZÄÖÜ]\w+|&\s+\w+)){{0,3}})",
    _I,
)
_WORKED_DE = re.compile(
    r"\bbei(?:m)?\s+(?:der\s+|den\s+|"
    rf"dem\s+)?(?P<org>{_L}[\w&.-]*(?:\s+(?-i:[A-ZÄÖÜ][\w&.-]*)){{0,2}})\s+(?:\w+\s+)?(?:gearbeitet|"
    r"angestellt|beschäftigt|gelernt|angefangen|arbeite[nt]?|arbeitete|war ich)\b",
    _I,
)
_SCHOOL_DE = re.compile(
    rf"\b(?P<org>(?:{_L}+-){{0,3}}(?:{_L}*(?:grundschule|hauptschule|realschule|gesamtschule|gesamtschule|"
    r"mittelschule|oberschule|berufsschule|musikschule|volkshochschule|"
    r"hochschule|förderschule|waldorfschule|gymnasium|kindergarten|kita|kindertagesstätte|universität|uni|"
    r"(?:(?:stadt|kreis)\s)?sparkasse|volksbank|raiffeisenbank|klinikum|krankenhaus|"
    r"gemeinschaftspraxis|zahnarztpraxis|praxis|kanzlei|apotheke|feuerwehr|turnverein|sportverein|"
    r"schützenverein|gesangverein|kirchengemeinde|gemeinde|stadtwerke|autohaus|hausverwaltung)|schule))"
    r"(?P<name>\s+(?:(?:am|an der|im|in der|auf der|auf dem|zum|zur|sankt|st\.?|von|der|für|"
    rf"des)\s+{_L}[\w-]+(?:\s+[A-ZÄÖÜ][\w-]+)?|(?-i:[A-ZÄÖÜ][\w-]+)(?:\s+(?-i:[A-ZÄÖÜ][\w-]+))?|"
    rf"{_L}{{4,}}))?",
    _I,
)
_CLUB_DE = re.compile(
    r"\b(?P<org>(?:tsv|sv|fc|vfl|vfb|tus|sc|sg|fsv|djk|tsg|bsv|ssv|esv|mtv|asv|spvgg|drk|"
    rf"awo)\s+(?:\d{{2,4}}\s+)?{_L}[\w-]+(?:\s+\d{{2,4}})?)",
    _I,
)
_FIRM = re.compile(
    r"\b(?P<org>(?:(?-i:[A-ZÄÖÜ][\w&-]+)\s+(?:&\s+|und\s+|and\s+)?){1,3}(?-i:GmbH(?:\s*&\s*Co\.?\s*KG)?|AG|"
    r"KG|OHG|e\.\s?V\.|SE|UG|Inc\.?|LLC|Ltd\.?|Corp\.?|PLC|plc))"
)
_ORG_EN = re.compile(
    r"\b(?:works?|worked|working|employed|teach(?:es)?|taught|job|jobs|apprentice|apprenticeship|intern|"
    r"interned|internship|position|shift|boss|manager|cashier|nurse|"
    r"clerk|driver|engineer|cook|graduated|studied|studying|studies|enrolled|coach(?:es)?|volunteer(?:s|"
    r"ed)?|joined|retired|hired|career|years|laid off|quit)"
    r"(?:\s+(?:\w+\s+){0,3}?)(?:at|for|with|from|by)\s+(?P<org>(?-i:[A-Z])[\w&.'’-]*(?:\s+(?:(?:of|and|"
    r"&|the)\s+)?(?-i:[A-Z])[\w&.'’-]*){0,4})"
)
_ORG_EN_LOWER = re.compile(
    r"\b(?:works?|worked|working|employed|apprentice|teach(?:es)?|taught|intern|interned|job)\s+(?:at|for|"
    r"with)\s+(?P<org>(?!the\b|a\b|an\b|my\b|our\b|his\b|her\b|home\b|night\b|"
    rf"least\b){_L}[\w&'-]+(?:\s+(?!in\b|and\b|on\b|as\b|for\b){_L}[\w&'-]+)?)",
    _I,
)
_HEAD_EN = (
    r"(?:(?:Elementary|Middle|High|Primary|Junior|Infants?|Grammar|Secondary|Comprehensive|Community|Medical|"
    r"Baptist|Methodist|Lutheran|Catholic|Boys'?|Girls'?|Montessori|Charter|Village|Parish|State|"
    r"Technical)\s)?"
    r"(?:School|Elementary|Primary|High|Academy|College|University|Uni|Hospital|Infirmary|Hospice|Clinic|"
    r"Surgery|Practice|Church|Chapel|Kindergarten|Preschool|Nursery|Playgroup|Daycare|Montessori|"
    r"Credit Union|"
    r"Dental(?: (?:Care|Practice|Centre|Center|Group))?|Dentistry|Orthodontics|Law Firm|Family (?:Medicine|"
    r"Practice|Dental|Health)|Medical (?:Centre|Center|Group|Practice)|Health (?:Centre|Center|Care)|"
    r"Healthcare|Pediatrics|Paediatrics|Veterinary(?: (?:Clinic|Centre|Surgery))?|Vets|Physio(?:therapy)?|"
    r"Care Home|Nursing Home|Juniors|Rovers|Rangers|Wanderers|Athletic|Harriers|Albion|Colts|Under-\w+|"
    r"F\.?C\.?|R\.?F\.?C\.?|C\.?C\.?|A\.?F\.?C\.?|"
    r"(?:Rugby|Football|Cricket|Golf|Bowls|Bowling|Tennis|Rowing|Swimming|Hockey|Running|Chess|Boxing|"
    r"Sailing|"
    r"Social|Working Men's|Gymnastics|Netball|Youth|Rotary|Country|Athletics|Judo|Karate|Cycling) Club|"
    r"Little League|(?:Male (?:Voice )?)?Choir|"
    r"(?:Allotment |Historical |Housing )?Society|Brass Band|Silver Band|Scouts?|Brownies|Guides|(?:& |"
    r"and )Sons?|(?:& |"
    r"and )Daughters?|"
    r"(?:& |and )(?:Co|Partners|Brothers)|Brothers|Bros|Ltd|Limited|Solicitors|Associates|Accountants|"
    r"Architects|"
    r"Attorneys|Logistics|Haulage|Plumbing|Roofing|Electrical|Motors|Builders|Construction|Engineering|"
    r"Insurance|Steelworks|Colliery|Shipyard|Shipyards|Foundry|Industries|Enterprises|Consulting|Textiles|"
    r"Borough Council|City Council|County Council|Council|Fire Department|Police Department|"
    r"School District|Institute|Polytechnic|Sixth Form|Freight|Foods|Mills?|Farms|Dairy|Bakery|Brewery|"
    r"Electronics|Landscaping|Properties|Realty|Lettings|Estate Agents|Pharmacy|Pharmaceuticals|Studios?|"
    r"Orchestra|Theatre Company|Ballet|Dance Academy|Care Centre|Trust|Foundation|Group)"
)
_SCHOOL_EN = re.compile(
    rf"\b(?P<org>(?:(?:Saint|St\.?)\s+)?(?:(?-i:[A-Z])[\w'’.-]*\s+(?:(?:of|and|&|"
    rf"the)\s+(?=[A-Z])(?!and\sSons|"
    rf"& Sons))?){{1,3}}(?-i:{_HEAD_EN})(?![\w'’]))"
)
_UNIVERSITY = re.compile(
    r"\b(?P<org>(?:University|College|School|Church|Institute|Hospital|Academy|Bank|Friends|Sisters|"
    r"Our Lady) (?:of|for) (?:the )?(?:[A-Z][\w'’.-]+)(?: [A-Z][\w'’.-]+){0,2})"
)
_SURE_HEAD = (
    r"(?:(?:elementary|middle|high|primary|junior|infants?|grammar|secondary|comprehensive|community|"
    r"medical) "
    r"(?:school|college|centre|center|practice|group|academy)|elementary|primary|academy|college|university|"
    r"hospital|infirmary|hospice|surgery|clinic|family (?:medicine|practice|dental)|health centre|"
    r"health center|dental(?: practice| care)?|pediatrics|paediatrics|veterinary clinic|vets|nursery|"
    r"preschool|"
    r"care home|juniors|rovers|rangers|wanderers|athletic|fc|rfc|cc|(?:rugby|football|cricket|golf|bowls|"
    r"tennis|rowing|swimming|hockey|running|chess|boxing) club|little league|(?:male (?:voice )?)?choir|"
    r"(?:allotment|historical|housing) society|and sons?|and daughters?|"
    r"brothers|"
    r"ltd|limited|solicitors|associates|accountants|architects|logistics|haulage|plumbing|roofing|motors|"
    r"builders|construction|engineering|colliery|steelworks|shipyard|foundry|industries|insurance|"
    r"(?:city|county|borough) council|sixth form|bakery|electronics|landscaping)"
)
_HEAD_LOWER = re.compile(
    rf"\b(?:at|for|with|from|to|join(?:ed)?|attend(?:s|ed|ing)?|in|of|joined|is|called)\s+(?:the\s+)?"
    rf"(?P<org>(?!the\b)(?P<own>(?:(?!(?:to|at|for|with|from|in|of|"
    rf"is)\b){_L}[\w'’-]*\s+){{1,3}}?){_SURE_HEAD})(?![\w'’])",
    _I,
)
_PLAIN_EN = words(
    """
    a an the my our your his her their this that any some every local nearest closest new old first last same
    another other each next to at in of and or for with from by on about big small good best nice private
    public state general medical dental law art business which what whose no one two three it is was went go
    going back high middle primary junior nursing children's animal cosmetic plastic heart brain eye knee
    home me him i we you they she he had have get got car life travel health pet own sunday night day
    """
)
_THERE = re.compile(
    r"\b(?:bei(?:m| der| den| dem)?|at|for|with)\s+(?P<org>(?:[^\W\d_]{3,}\s)?[^\W\d_][\w&'-]+)", _I
)
_SHOPPING = re.compile(
    r"\b(?:\w*kauf\w*|\w*bestell\w*|angebot\w*|offen|geöffnet|preis\w*|buy|bought|order\w*|shop\w*|open|"
    r"sale|deals?|price)\b",
    _I,
)
_TOLD = re.compile(r"\b(?:habe?|hat|war|hatte|ist|bin|wir|mein\w*|i|he|she|my|we|spent|was|were)\b", _I)
_NO_FIRM = words("uns mir ihm ihr ihnen einer einem meinen meinem meiner jemandem freunden nacht regen")
_HYPHENED = ("schule", "gymnasium", "universität", "kita", "klinikum")  # "Käthe-Kollwitz-Schule"
_SCHOOLS = ("schule", "gymnasium", "kindergarten", "kita")
_WHEN = words("morgen abend heute hier offen montag")  # stands behind a school and is no name of it
_BY_THE = words("am an im auf zum zur sankt st st.")  # a school may be named by where it is
_OF_THE = words("in der des für von")
_PLAIN = words(
    "stadt nähe ort ecke straße montag dienstag mittwoch donnerstag freitag woche samstag sonntag abend dorf "
    "innenstadt wochenende alten nacht mir"
)
_FIRMS = words(
    """
    bundeswehr bahn post polizei stadt telekom siemens opel ford bosch vw volkswagen daimler mercedes
    bmw audi porsche thyssen krupp bayer basf hoechst miele karstadt kaufhof hertie quelle neckermann
    lufthansa aok caritas diakonie awo drk zeiss trigema bundesbahn
    reichsbahn bundespost reichspost nva konsum mitropa robotron continental conti hella henkel osram grundig
    telefunken aeg agfa walmart boeing tesco sainsbury's nhs chrysler gm ibm caterpillar lockheed costco
    target kroger microsoft
    """
)


def organizations(utterance: Utterance) -> Iterator[Finding]:
    for start, end in dict.fromkeys([*_at_a_firm(utterance), *_schools(utterance), *_firms(utterance)]):
        end -= len(utterance.text[start:end]) - len(utterance.text[start:end].rstrip(" .,"))
        yield utterance.finding(
            "ORGANIZATION",
            start,
            end,
            score=0.88,
            recognizer="work",
            reason="work or school",
            subject=whose(utterance, start),
        )


def _firms(utterance: Utterance) -> Iterator[tuple[int, int]]:
    if utterance.language == "de":
        patterns = [_PLACE_OF_WORK_DE, _WORKED_DE, _FIRM]
    else:
        patterns = [_SCHOOL_EN, _UNIVERSITY, _ORG_EN if utterance.cased else _ORG_EN_LOWER, _FIRM]
        yield from _lower_heads(utterance)
    for pattern in patterns:
        for match in pattern.finditer(utterance.text):
            if _can_be_firm(utterance, *match.span("org")):
                yield match.span("org")


def _lower_heads(utterance: Utterance) -> Iterator[tuple[int, int]]:
    """ "at fernwood elementary" where nothing has capitals: none of the words before the head is everyday."""
    if utterance.cased:
        return
    for match in _HEAD_LOWER.finditer(utterance.text):
        own = match["own"].lower().split()
        if not (_PLAIN_EN & set(own)) - {"and"} and utterance.lexicon.word(own[0]) < 5:
            yield match.span("org")


def _schools(utterance: Utterance) -> Iterator[tuple[int, int]]:
    """German schools, banks, practices and clubs with their names."""
    if utterance.language != "de":
        return
    yield from institutions(utterance)
    for match in _SCHOOL_DE.finditer(utterance.text):
        end = _school_end(utterance, match)
        if end > match.start("org"):
            yield match.start("org"), end
    for match in _CLUB_DE.finditer(utterance.text):
        if utterance.lexicon.place_or_unknown(match["org"].split()[1].lower()):
            yield match.span("org")


def _at_a_firm(utterance: Utterance) -> Iterator[tuple[int, int]]:
    """ "Ich habe bei Opel am Band gestanden": a large employer, unless somebody wants to buy there."""
    if not _SHOPPING.search(utterance.text) and _TOLD.search(utterance.text):
        for match in _THERE.finditer(utterance.text):
            if match["org"].lower().split()[-1] in _FIRMS:
                yield match.span("org")
            elif match["org"].lower().split()[0] in _FIRMS:
                yield match.start("org"), match.start("org") + len(match["org"].split()[0])


def _named_after(utterance: Utterance, kind: str) -> bool:
    """ "Schillerschule": somebody's name and the kind in one word."""
    match = re.fullmatch(
        r"([^\W\d_]{4,}?)s?(?:schule|gymnasium|realschule|grundschule|gesamtschule)", kind.lower()
    )
    if match is None or match[1] in utterance.lexicon.words:
        return False
    return match[1] in utterance.lexicon.last or match[1] in utterance.lexicon.figures


def _school_end(utterance: Utterance, match: re.Match[str]) -> int:
    """A school counts with its name only: "Grundschule am See", "Käthe-Kollwitz-Schule"."""
    start, end = match.span("org")
    kind, name = match["org"], (match["name"] or "").strip()
    if "-" in kind and kind.lower().split("-")[-1].endswith(_HYPHENED):
        return end
    if _named_after(utterance, kind):
        return match.start("org") + len(kind)
    if not name or name.lower() in _WHEN:
        return start
    first, noun = name.split()[0].lower(), name.split()[-1]
    if first in _BY_THE | _OF_THE:
        school = kind.lower().endswith(_SCHOOLS)
        named = (noun[0].isupper() or not utterance.cased) and noun.lower() not in _PLAIN
        return match.end("name") if school and named and first in _BY_THE else start
    word = utterance.lexicon.word(first)
    unusual = not word or utterance.lexicon.places.get(first, 0) > word
    return match.end("name") if unusual else start


def _can_be_firm(utterance: Utterance, start: int, end: int) -> bool:
    """Not a pronoun, a place or an everyday noun ("bei der Arbeit", "with friends")."""
    i = utterance.index(start)
    token = utterance.tokens[i]
    british = utterance.cased and token.end < end and token.lower in {"british", "american"}
    if (token.lower in cues(utterance.language).never and not british) or token.lower in _NO_FIRM:
        return False
    if token.lower in _FIRMS:
        return True
    place = utterance.place_end(i)
    if (
        place > i
        and utterance.tokens[place - 1].end >= end
        and not utterance.lexicon.last.get(token.lower, 0) > 3.5
    ):
        return False
    article = re.search(r"\b(?:beim|der|dem|den|the)\s$", utterance.text[:start], _I) is not None
    limit = 0.0 if article else 3.6 if not utterance.cased else 4.3 if utterance.language == "de" else 6.0
    return token.word <= limit or token.end < end
