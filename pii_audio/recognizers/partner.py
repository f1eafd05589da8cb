"""Words that say the speaker has a partner, and which name belongs to that partner.

It knows how people speak of a spouse, not whether the marriage still lasts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from pii_audio.recognizers.lexicon import lexicon
from pii_audio.recognizers.review import lowered
from pii_audio.recognizers.tokens import CACHED, Utterance, read
from pii_audio.types import Finding, Subject, Transcript

__all__ = ["PartnerRecognizer", "introduces", "is_person", "owned", "phrases", "subject_of_name"]

_I = re.IGNORECASE
_QUALITY = (
    r"(?:(?:lieb|verstorben|damalig|jetzig|neu|zukünftig|künftig|erst|zweit|dritt|ehemalig|früher|"
    r"geschieden|alt)\w*\s+)*"
)
_SHE = (
    r"(?:ex-?\s?|noch-?)?(?:frau|ehefrau|e-frau|freundin|partnerin|lebenspartnerin|lebensgefährtin|"
    r"verlobten?|gattin|braut|liebsten?|"
    r"geliebten?|gemahlin|bessere hälfte|besseren hälfte|zukünftigen?)|ex(?:-?frau|-?freundin)?|witwe"
)
_HE = (
    r"(?:ex-?\s?|noch-?)?(?:man|mann(?:e?s)?|ehemann(?:e?s)?|freund(?:e?s)?|partners?|lebenspartners?|"
    r"lebensgefährten?|verlobter|verlobten|"
    r"gatten?|ehepartners?|bräutigams?|liebster|liebsten|geliebter|schatz(?:es)?|zukünftiger|zukünftigen)|"
    r"ex(?:-?mann(?:es)?|-?freund(?:es)?)?"
)
_COLLOQUIAL = (
    r"\b(?:mein(?:e[mnrs]?)?\s+(?:ehe|kose)?(?:göttergatten?|göttergattin|herzblatt|herzallerliebste[rn]?|"
    r"schatzi|"
    r"lebensabschnitts\w+|angetraute[rn]?|verflossene[rn]?|holde[rn]?|macker|kerl|männe|bärchen|lover|"
    r"zweite hälfte|"
    r"besserer? hälfte|liebling|ehegatten?|ehegattin|herzdame|herzbube|stecher|traummann|traumfrau)\b|"
    r"(?<!in )(?<!für )(?<!mit )(?<!trotz )mein(?:e[mnr]?)?\s+(?:alte[rn]?|olle[rn]?)(?=\W*$|\s*[,.!?]|"
    r"\s+(?:und (?:ich|die "
    r"kinder)|hat|kommt|war|will|sagt|geht|macht|braucht|schnarcht|meint|kocht|ist (?:weg|krank|da|"
    r"noch|nicht|schon|wieder|auf|im|bei|in|so))\b)|"
    r"mein(?:e[mnrs]?)?\s+(?:süße[rn]?|hase|mausi|perle)(?=\W*$|\s*[,.!?]|\s+(?-i:[A-ZÄÖÜ]|und|hat|kommt|"
    r"war|will|"
    r"sagt|ist|an|dass|ob|bescheid|wann|wo|blumen|eine?n?|was)))\b"
)
_TOGETHER = re.compile(
    r"\b(?:wir|ich|uns|mich|ihm|ihr|partner\w*|freund\w*)\b[^.?!]*?\b(?:(?:(?:seit|schon)\b[^.?!]*?|"
    r"\bjahren?\s|"
    r"\bmonaten?\s|nicht mehr |wieder |fest |sind (?:ein paar|frisch) )(?P<a>zusammen|liiert|"
    r"vergeben)(?!\w)(?!\s+(?:in|"
    r"mit|bei|auf|gearbeitet|gewohnt)\b)|(?:haben uns|habe mich|hat sich|uns|lebe|leben|bin|sind|frisch|"
    r"mich)\b"
    r"[^.?!]{0,40}?\b(?P<b>getrennt)(?!\s+(?:zahlen|bezahlen|zu))\b|in einer (?:\w+ )?(?P<c>beziehung|"
    r"partnerschaft|ehe)\b)",
    _I,
)
_GERMAN = (
    rf"{_COLLOQUIAL}|"
    rf"\b(?:meine[rn]?\s+{_QUALITY}(?:{_SHE})|mein(?:e[mns])?\s+{_QUALITY}(?:{_HE}))\b(?!\s+von\s+mir)|"
    r"\b(?:(?:un|frisch\s+)?verheiratet|geschieden|verlobt|verwitwet|(?:ge)?heirate[nt]|verpartnert|"
    r"verlobung|hochzeitstag|unsere[rn]? hochzeit|(?:silber|gold)\w* hochzeit|silberhochzeit|flitterwochen|"
    r"in (?:erster|zweiter|dritter) ehe|hochzeitsreise|eheringe?|lebensgefährt(?:e|in)|"
    r"(?:meine[rn]?|unsere[rn]?) (?:ehe|scheidung|verlobung|beziehung)|witwer|mich (?:von ihm|"
    r"von ihr) (?:getrennt|scheiden lassen)|scheiden lassen|eheleute)\b"
)
_BETTER = (
    r"(?:(?:late|dear|lovely|beloved|former|first|second|third|current|future|new|soon-to-be|then|now|poor|"
    r"long-term|longtime|long-time|live-in|then-|old|dearest|darling|on-off|on-again|common-law|"
    r"estranged)[\s-]+)*"
)
_SPOUSE = (
    r"wife|husband|hubby|hubbie|wifey|boyfriend|girlfriend|fianc[ée]e?|spouse|partner|missus|missis|mrs\.?|ex"
)
_ENGLISH = (
    rf"\bmy\s+{_BETTER}(?:ex-?\s?)?(?:(?:civil|domestic|life|common-law|unmarried)\s+partner|{_SPOUSE}|"
    r"significant other|better half|other half|sweetheart|old man|old lady|old dutch|fella|feller|bloke|"
    r"intended|betrothed|bride|groom|beau|bae|lover|soulmate|husband-to-be|wife-to-be)"
    r"(?:['’]s)?(?![\w-])(?!\s+in\s+crime)|"
    r"\b(?:the|our|me)\s+(?:missus|missis|other half|better half|hubby|ball and chain|old man|old lady|"
    r"old dutch|trouble and strife)(?:['’]s)?(?![\w-])|\b(?:the|me)\s+(?:ex-?\s?)?(?:wife|husband|girlfriend|"
    r"boyfriend|ex)(?:['’]s)?(?=\s+(?:and i|and me|is|was|says?|said|wants?|won't|will|has|had|likes?|"
    r"loves?|hates?|"
    r"thinks|left|can't|told|keeps|got|gets|to|that)\b|\W*$|,)|\b(?:her|him) indoors\b|\blove of my life\b|"
    r"\b(?:(?:un)?married|divorced|widowed|engaged(?=\W*$|\W+(?:to|on|in|last|this|next|since|and|for|at|"
    r"with|when|two|three|over|but|during|after|before|by)\b)|newlyweds|"
    r"(?:my|our) (?:marriage|divorce|wedding(?: anniversary| day)?|engagement|honeymoon|civil partnership|"
    r"separation)|"
    r"(?:seeing|dating) (?:someone|somebody|a (?:guy|girl|man|woman|lad|bloke|fella))|in a relationship|"
    r"going steady|got hitched|tied the knot|separated(?= from (?:him|her|my)\b)|"
    r"a widow(?:er)?)\b|\bsingle (?=mom|mum|dad|mother|"
    r"father)"
)
_PHRASES = {"de": re.compile(_GERMAN, _I), "en": re.compile(_ENGLISH, _I)}
# "mein Mannhümmut", "my husbandjohn": what Whisper runs together with the name behind it
_RUN_ON = {
    "de": re.compile(
        rf"\b(?:meine[rn]?\s+{_QUALITY}(?:ehe)?frau|mein(?:e[mn])?\s+{_QUALITY}(?:ehe)?mann)"
        r"(?!schaft|en|es|s)([^\W\d_]{3,})",
        _I,
    ),
    "en": re.compile(rf"\bmy\s+{_BETTER}(?:wife|husband|boyfriend|girlfriend)([^\W\d_]{{3,}})", _I),
}
# "business partner", "my ex boss" say nothing of a partner; "hello home assistant" is no job
_NAMED = r"(?<!\bals )(?<!\ba )\bhome assistant\b"
_NOT = {
    "de": re.compile(rf"\b(?:mein(?:e[mns])? (?:geschäftspartner|freund und))|{_NAMED}", _I),
    "en": re.compile(
        r"\bmy (?:business|tennis|dance|lab|study|training|running) partner|\bmy ex(?=\s+(?:boss|colleague|"
        rf"employer|landlord))|{_NAMED}",
        _I,
    ),
}
_YOU = re.compile(r"\b(?:du|sie|ihr|you)\b", _I)
_ASKED = re.compile(r"\b(?:bist du|seid ihr|hast du|are you|were you|have you got)\s+(?:\w+\s+){0,2}$", _I)
_DOUBTED = frozenset({"PARTNER", "OCCUPATION"})
_NOBODY = 0.05  # chance that somebody's husband or wife is meant all the same
_STATUS = re.compile(
    r"(?:ver|ge|hei|un|zusammen|liiert|bezie|partnersch|ehe\b|frisch|hoch|scheid|marr|divor|widow|engag|"
    r"newly|seeing|dating|in a|going|got|tied|"
    r"separated|a widow)",
    _I,
)
_BETWEEN = {
    "de": re.compile(r"\s*[,:]?\s*(?:(?:die|der|das ist|heißt|hieß|ist|namens|also|und das ist)\s+)?", _I),
    "en": re.compile(
        r"\s*[,:]?\s*(?:name,?\s*|(?:is called|is named|named|called|is|name is|'s name is|"
        r"whose name is)\s+)?",
        _I,
    ),
}
_SPEAKER = re.compile(
    r"\b(?:ich|wir|mich|uns|mein|meine[mnr]?|unser|unsere[mnr]?|i|we|i'm|we're|we've|i've|my|our|us|bin|sind|get|got)\b",
    _I,
)


class PartnerRecognizer:
    name = "partner"

    def find(self, transcripts: Sequence[Transcript]) -> list[list[Finding]]:
        return [_partners(read(t)) for t in transcripts]

    def review(
        self, transcripts: Sequence[Transcript], found: Sequence[Sequence[Finding]]
    ) -> list[list[Finding]]:
        """Others' findings with less score where it is a business partner, or the assistant is asked."""
        return lowered(transcripts, found, lambda t, f: _in_doubt(f) and _nobodys(read(t), f), _NOBODY)


def _in_doubt(finding: Finding) -> bool:
    return finding.entity_type in _DOUBTED and finding.recognizer == "tagger"


def _nobodys(utterance: Utterance, finding: Finding) -> bool:
    text = utterance.text
    other = _NOT[utterance.language].search(text, max(0, finding.start - 12), finding.end)
    return other is not None or _ASKED.search(text[: finding.start]) is not None


def _partners(utterance: Utterance) -> list[Finding]:
    found = []
    for start, end in phrases(utterance):
        status = bool(_STATUS.match(utterance.text, start)) and not utterance.text[
            start:end
        ].lower().startswith("my")
        found.append(
            utterance.finding(
                "PARTNER",
                start,
                end,
                score=0.85 if status else 0.95,
                recognizer="partner",
                subject="speaker" if status else "partner",
                reason="marital status" if status else "word for a partner",
            )
        )
    return found


def phrases(utterance: Utterance) -> tuple[tuple[int, int], ...]:
    """Character spans of the words that say there is a partner."""
    return _phrases(utterance.text, utterance.language)


@lru_cache(maxsize=CACHED)
def _phrases(text: str, language: str) -> tuple[tuple[int, int], ...]:
    spans = []
    for match in _PHRASES[language].finditer(text):
        if _NOT[language].match(text, match.start()):
            continue
        own = re.match(r"(?:mein|my|unser|our|the|me|her|him|love)\b|mein", match.group(), _I)
        if own or _SPEAKER.search(text) or (len(text.split()) <= 3 and not _YOU.search(text)):
            spans.append(match.span())
    known = lexicon(language)
    for match in _RUN_ON[language].finditer(text):
        whole = match.group().split()[-1].lower()
        if not (known.word(whole) or known.word(match[1].lower())):  # "Mannequin", "Frauenarzt" are words
            spans.append(match.span())
    if language == "de":
        spans += [m.span(m.lastgroup or 0) for m in _TOGETHER.finditer(text)]
        spans = [s for s in spans if not any(o != s and o[0] <= s[0] and s[1] <= o[1] for o in spans)]
    return tuple(dict.fromkeys(sorted(spans)))


def owned(utterance: Utterance, i: int) -> bool:
    """Is token i the "Frau" of "meine Frau"?"""
    token = utterance.tokens[i]
    return any(start < token.end and token.start < end for start, end in phrases(utterance))


def introduces(utterance: Utterance, span: tuple[int, int], start: int) -> bool:
    """Does the phrase stand right before a name that starts at character `start`?"""
    if not span[1] <= start <= span[1] + 24 or not is_person(utterance, span):
        return False
    return _BETWEEN[utterance.language].fullmatch(utterance.text[span[1] : start]) is not None


def is_person(utterance: Utterance, span: tuple[int, int]) -> bool:
    """ "meine Frau", not "verheiratet"."""
    return re.match(r"(?:mein|my|the|me\b|her i|him i)", utterance.text[span[0] :], _I) is not None


def subject_of_name(utterance: Utterance, start: int, end: int) -> Subject | None:
    """ "partner" where the sentence says so: "meine Frau X", "X, my husband", "X und ich heiraten"."""
    spans = phrases(utterance)
    if any(introduces(utterance, span, start) for span in spans):
        return "partner"
    after = utterance.text[end : end + 12].lower()
    for span in spans:
        named = is_person(utterance, span)
        if named and re.fullmatch(r"\s*,\s*|\s+(?:ist|is)\s+", utterance.text[end : span[0]] or "-"):
            return "partner"
        if named and end <= span[0] and _meant(utterance.text[end : span[0]], utterance.text[span[1] :]):
            return "partner"
        if not named and re.match(r"\s+(?:und ich|and i)\b", after):
            return "partner"
        if not named and re.search(
            r"(?:\b(?:mit|to|with)\s+(?:der\s+|dem\s+)?)$", utterance.text[:start], _I
        ):
            return "partner"
    return None


def _meant(between: str, behind: str) -> bool:
    """ "Sag X Bescheid, also meiner Frau", "let X know, my husband I mean"."""
    said = re.fullmatch(r"[^,.?!]*,\s*((?:also|nämlich|ich meine|i mean|that is)\s+)?", between, _I)
    return said is not None and bool(
        said[1] or re.match(r"\s*+,?\s*+(?:i mean|meine ich|that is)\b", behind, _I)
    )
