"""Ages: "39 Jahre alt", "Mutter ist dreiundachtzig", "I'm 39", "turned sixteen". Durations are none.

A number is an age where the words say so ("alt", "aged"), or where a person is said to be it: somebody, a
form of "to be", the number, and nothing that it could count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from pii_audio.recognizers.identifiers.speech import Claim, Speech
from pii_audio.recognizers.spoken import numbers_de
from pii_audio.recognizers.spoken.digits import Atom
from pii_audio.recognizers.spoken.tokens import words

__all__ = ["age_claims"]

_PEOPLE = {
    "de": re.compile(
        r"ich|er|du|(?:schwieger|gross|ur|stief|zwillings|halb|enkel|paten|adoptiv|ur ?gross)*"
        r"(?:mutter|mama|mutti|vater|papa|vati|oma|opa|omi|opi|bruder|schwester|sohn|tochter|kind|enkel(?:in)?|tante"
        r"|onkel|cousine?|neffe|nichte|schwager|schwaegerin|mann|frau|freund(?:in)?|partner(?:in)?|toechterchen"
        r"|juengster?|juengste|aeltester?|aelteste|kleiner?|kleine|grosser?|grosse|baby|zwilling|eltern|kinder)"
        r"|nachbar(?:in)?|chef(?:in)?|kolleg(?:e|in)|verlobter?|verlobte|zwillinge|junge|maedchen|patient(?:in)?"
        r"|herr|eheman+|ehefrau|lebensgefaehrt(?:e|in)|exmann|exfrau|bub|maedel|sie|beide|beiden"
    ),
    "en": re.compile(
        r"i|he|she|you|both|i'm|im|he's|hes|she's|shes|you're|who's|i'll|he'll|she'll|(?:step|grand|god|great)?"
        r"(?:mother|mom|mum|mummy|father|dad|daddy|son|daughter|child|kids?|brother|sister|parents?|pa|ma)(?:'s)?"
        r"|(?:grandma|grandpa|granny|nana|nan|gran|grandad|aunt|auntie|uncle|cousin|nephew|niece|wife|husband|baby"
        r"|boyfriend|girlfriend|partner|fianc[eé]e?|twins?|neighbou?r|boss|boy|girl|toddler|youngest|oldest|eldest"
        r"|spouse|ex|friend|patient|mother-in-law|husband's|wife's|roommate|flatmate)(?:'s)?"
    ),
}
_BE = {
    "de": words("bin bist ist sind war waren wird werde wirst werden wurde wurden sei geworden"),
    "en": words(
        """
        am is are was were be being turned turning turns turn i'm im he's hes she's shes they're we're
        you're who's becomes became mother's mom's mum's dad's son's daughter's wife's husband's brother's
        sister's
        """
    ),
}
_BETWEEN = {
    "de": words(
        """
        schon gerade erst jetzt bald fast etwa ungefaehr circa ca heute morgen gestern uebermorgen am im
        diesen dieses jahr naechstes naechsten naechste monat woche mittlerweile inzwischen selbst auch ja
        nun knapp ueber rund noch auf in montag dienstag mittwoch donnerstag freitag samstag sonntag
        sonnabend letztes letzten vor kurzem dann januar februar maerz april mai juni juli august september
        oktober november dezember glaube ich glaub stolze aeh aehm also nicht mehr wieder kuerzlich immerhin
        genau eben sommer herbst winter fruehling tatsaechlich und er sie nur
        """
    ),
    "en": words(
        """
        just now already almost nearly about around only still over under exactly actually recently soon
        today tomorrow yesterday last this next week month year on in monday tuesday wednesday thursday
        friday saturday sunday like um uh er well going to be turning gonna not yet well over both roughly
        approximately gone
        """
    ),
}
_AFTER = {
    "de": words(
        """
        und aber also seit geworden gewesen oder da weil als wenn ne nun dann so wohnt lebt arbeitet in hat
        haben geht jetzt habe sie er ich der die mein meine unsere unser wird ist bin heute noch schon oh ja
        aehm aeh ihr gewordenen mittlerweile inzwischen dieses naechstes morgen am im glaube
        """
    ),
    "en": words(
        """
        and but so now today this next in on or because since yet already soon tomorrow when years who lives
        living she he my our i they we then um uh though as last by
        """
    ),
}
_YEARS = {"de": words("jahr jahre jahren"), "en": words("year years")}
_DURATION = words(
    """
    her lang lange spaeter zusammen verheiratet tot verstorben dabei hier dort da weg in im bei unterwegs
    frueher vor nach zurueck ago later married together dead gone away into apart older younger aelter
    juenger
    """
)
_OLD = {"de": words("alt jung"), "en": words("old young")}
_SMALL_UNITS = {"de": words("monate monaten wochen tage"), "en": words("months month weeks week days")}
_AGED = {"de": words("alter alters"), "en": words("age aged ages")}
_ABOUT = {"de": words("anfang mitte ende"), "en": words("early mid late")}
_DECADES_DE = words(
    """
    zwanzigern dreissigern vierzigern fuenfzigern sechzigern siebzigern achtzigern neunzigern
    """
)
_DECADES_EN = words("twenties thirties forties fifties sixties seventies eighties nineties teens")
_OWNERS = words("my his her their meinen seinen ihren your our")
_AGED_THINGS = words(
    """
    garantie ausbildung vertrag laufzeit zinsen ehe beziehung krieg frist bestehen jubilaeum gewaehrleistung
    warranty contract plan programme program mortgage bond warrantee lease term deal guarantee
    """
)
_JAEHRIG = re.compile(r"(\w*?)(?:jaehrig|jaerig)(?:e[rnsm]?)?")
_NO_NAME = words(
    """
    wir man we they was wo wann wenn als ob dass das es dies heute hier morgen antwort ergebnis uhrzeit
    nummer temperatur it that this there today answer what which result temperature time timer number
    hausnummer zahl pin wer score volume lautstaerke helligkeit wie
    """
)
_LIVED = words(
    """
    gestorben verstorben geheiratet ausgezogen eingezogen angefangen ausgewandert bin habe hab war wurde
    """
)
_WHEN = words("als wenn weil dass seit bis bevor nachdem ob obwohl")
_AT_AGE = words(
    """
    died away retired married emigrated graduated left started school work widowed pregnant diagnosed had
    moved orphaned became joined enlisted
    """
)
_OLDEST = 115


def age_claims(speech: Speech) -> Iterator[Claim]:
    ages: list[Claim | None] = []
    for atom in speech.numbers:
        possible = len(atom.digits) <= 3 and 0 < int(atom.digits) <= _OLDEST
        ages.append(_explicit(speech, atom) or _said_to_be(speech, atom) if possible else None)
    yield from (age for age in ages if age)
    yield from _listed(speech, ages)
    yield from _rows(speech)
    yield from (age for atom in speech.numbers if (age := _in_passing(speech, atom)))
    for i in range(len(speech.tokens)):
        yield from _adjective(speech, i)
        yield from _decade(speech, i)


def _claim(
    speech: Speech, first: int, last: int, score: float, reason: str, value: str | None = None
) -> Claim:
    return Claim("AGE", speech.tokens[first].start, speech.tokens[last].end, score, reason, value)


def _explicit(speech: Speech, atom: Atom) -> Claim | None:
    """ "39 Jahre alt", "39 years of age", "im Alter von 39 Jahren", "aged 39", "mit 17 Jahren"."""
    after = atom.last + 1
    years = speech.key(after) in _YEARS[speech.language]
    counted = years or speech.key(after) in _SMALL_UNITS[speech.language]
    if counted and speech.key(after + 1) in _OLD[speech.language]:
        return _claim(speech, atom.first, after + 1, 0.95, "context", atom.digits)
    if speech.keys(after, after + 2) == ["y", "o"]:
        return _claim(speech, atom.first, after + 1, 0.95, "context", atom.digits)
    if years and speech.keys(after + 1, after + 3) == ["of", "age"]:
        return _claim(speech, atom.first, after + 2, 0.95, "context", atom.digits)
    before = [
        key for key in speech.keys(atom.first - 3, atom.first) if key not in ("von", "of", "ist", "is", "mit")
    ]
    if before and before[-1] in _AGED[speech.language] and (years or not _counts(speech, after)):
        return _claim(speech, atom.first, after if years else atom.last, 0.9, "context", atom.digits)
    if _told(speech, atom):
        return _claim(speech, atom.first, atom.last, 0.75, "context", atom.digits)
    if speech.language == "de" and speech.key(atom.first - 1) == "mit":
        if speech.key(after) == "jahren" and speech.key(after + 1) not in _AGED_THINGS:
            return _claim(speech, atom.first, after, 0.75, "context", atom.digits)
        if speech.key(after) in _LIVED:
            return _claim(speech, atom.first, atom.last, 0.7, "context", atom.digits)
    return None


def _told(speech: Speech, atom: Atom) -> bool:
    """ "als ich zwölf war", "passed away at ninety"."""
    before = speech.keys(atom.first - 4, atom.first)
    if speech.language == "en":
        return _turned(speech, atom) or _at_age(speech, atom)
    somebody = any(_PEOPLE["de"].fullmatch(key) for key in before[-2:])
    return somebody and not _WHEN.isdisjoint(before) and speech.key(atom.last + 1) in _BE["de"]


def _turned(speech: Speech, atom: Atom) -> bool:
    """ "Xiomara turns six", "he'd just hit forty", "she's pushing ninety"."""
    verb = atom.first - 1 - (speech.key(atom.first - 1) in ("just", "about", "nearly"))
    if speech.key(verb) in ("on", "up") and speech.key(verb - 1) in ("knocking", "coming", "getting"):
        verb -= 1
    if speech.key(verb) not in _TURN or _counts(speech, atom.last + 1):
        return False
    who = speech.key(verb - 1)
    sure = int(atom.digits) > 12 or speech.key(verb).startswith("turn")
    return (
        sure and verb > 0 and who not in _NOBODY and not (speech.key(verb) == "turn" and who in ("", "and"))
    )


def _at_age(speech: Speech, atom: Atom) -> bool:
    """ "passed away at ninety", "At fifty-four I went", "by the time I was six"; "at ten I" is a time."""
    if speech.key(atom.first - 1) != "at" or speech.key(atom.last + 1) in _CLOCK:
        return False
    if not _AT_AGE.isdisjoint(speech.keys(atom.first - 5, atom.first)) and not _counts(speech, atom.last + 1):
        return True
    whole = not speech.tokens[atom.last].gap.strip(" ,")
    clause = speech.key(atom.last + 1) in ("i", "he", "she", "we", "they", "my", "you")
    old = 12 < int(atom.digits) <= 105 and int(atom.digits) not in (30, 45)
    opens = (
        atom.first < 3
        or speech.tokens[atom.first - 2].gap.strip() != ""
        or speech.key(atom.first - 2) == "and"
    )
    return old and whole and clause and opens


_TURN = words(
    "turn turns turned turning hit hits hitting pushing reached reaching knocking coming getting approaching"
)
_NOBODY = words("it that this page channel volume temperature thermostat heating the clock score price total")
_CLOCK = words("o'clock oclock am pm a p percent degrees thirty fifteen past to sharp hours")


def _listed(speech: Speech, ages: list[Claim | None]) -> Iterator[Claim]:
    """The other number of a pair: "sieben und neun Jahre alt", "are five and seven"."""
    for i, (one, other) in enumerate(pairwise(speech.numbers)):
        if other.first - one.last != 2 or speech.key(one.last + 1) not in ("und", "and", "oder", "or"):
            continue
        if ages[i + 1] and not ages[i] and len(one.digits) <= 2:
            yield _claim(speech, one.first, one.last, 0.75, "list", one.digits)
        elif ages[i] and not ages[i + 1] and len(other.digits) <= 2 and not _counts(speech, other.last + 1):
            yield _claim(speech, other.first, other.last, 0.75, "list", other.digits)


def _rows(speech: Speech) -> Iterator[Claim]:
    """ "Meine Kinder sind acht, elf und vierzehn": three and more, said of people."""
    row: list[Atom] = []
    for atom in [*speech.numbers, None]:
        apart = row and atom and atom.first - row[-1].last
        joined = apart == 1 or (apart == 2 and atom and speech.key(atom.first - 1) in ("und", "and"))
        if atom and (not row or joined):
            row.append(atom)
            continue
        ages = all(0 < int(a.digits) <= _OLDEST for a in row if len(a.digits) <= 3)
        be = _verb(speech, row[0].first) if len(row) > 2 and all(len(a.digits) <= 3 for a in row) else None
        if (
            be is not None
            and ages
            and not _counts(speech, row[-1].last + 1)
            and _subject(speech, be, row[0].first) > 0.8
        ):
            yield from (_claim(speech, a.first, a.last, 0.75, "list", a.digits) for a in row)
        row = [atom] if atom else []


def _in_passing(speech: Speech, atom: Atom) -> Claim | None:
    """ "Mein Sohn, sieben, ist krank", "meine Tochter Ida, 9, kommt"."""
    if atom.first == 0 or len(atom.digits) > 2 or not 0 < int(atom.digits) <= _OLDEST:
        return None
    commas = [speech.tokens[k].gap.strip()[:1] for k in (atom.first - 1, atom.last)]
    people = _PEOPLE[speech.language]
    whose = [k for k in speech.keys(atom.first - 2, atom.first) if k not in _PRONOUNS and len(k) > 2]
    own = _POSSESSIVES.intersection(speech.keys(atom.first - 3, atom.first))
    if commas == [",", ","] and own and any(people.fullmatch(k) for k in whose):
        return _claim(speech, atom.first, atom.last, 0.7, "context", atom.digits)
    return None


def _said_to_be(speech: Speech, atom: Atom) -> Claim | None:
    """Somebody is the number, and nothing is counted by it."""
    after = atom.last + 1
    years = speech.key(after) in _YEARS[speech.language]
    if years and (speech.key(after + 1) in _DURATION or int(atom.digits) < 3):
        return None
    if not years and _counts(speech, after):
        return None
    about = speech.key(atom.first - 1) in _ABOUT[speech.language] and int(atom.digits) % 10 == 0
    first = atom.first - about
    if speech.tokens[atom.first - 1].gap.strip() not in ("", ",", "-") and atom.first:
        return None
    be = _verb(speech, first)
    if be is None:
        return None
    score = _subject(speech, be, first)
    if not score:
        return None
    return _claim(speech, first, after if years else atom.last, score, "context", atom.digits)


def _counts(speech: Speech, after: int) -> bool:
    """Whether a word stands behind the number that it may count."""
    gap = speech.tokens[after - 1].gap
    if any(atom.first == after for atom in speech.numbers):
        return True  # "zwei, drei Wochen"
    if after >= len(speech.tokens) or (gap.strip()[:1] in (".", ",", ";", "!", "?", "–", "…") and gap != "."):
        return gap.strip() == "%"
    return gap.strip() != "" or speech.key(after) not in _AFTER[speech.language]


def _verb(speech: Speech, first: int) -> int | None:
    """The form of "to be" before token `first`, with only adverbs between."""
    for i in range(first - 1, max(-1, first - 7), -1):
        if speech.key(i) in _BE[speech.language]:
            return i
        inverted = _PEOPLE[speech.language].fullmatch(speech.key(i)) or speech.key(i) in _POSSESSIVES
        if speech.key(i) not in _BETWEEN[speech.language] and not inverted:
            return None
    return None


_POSSESSIVES = words("mein meine unser unsere sein seine ihr ihre dein deine my our his her their your")


_PRONOUNS = words("ich er sie du beide beiden")


def _subject(speech: Speech, be: int, first: int) -> float:
    """How sure it is that a person is said to be something: 0 is not at all."""
    people = _PEOPLE[speech.language]
    if speech.language == "en" and people.fullmatch(speech.key(be)):
        return 0.9  # "I'm", "she's"
    for key in [*reversed(speech.keys(be - 3, be)), *speech.keys(be + 1, first)]:
        if people.fullmatch(key):
            return 0.9
        if key in ("it", "es", "that", "das"):
            return 0.0
    earlier = speech.keys(0, max(be - 1, 0))
    if speech.key(be - 1) in ("der", "die", "das") and any(
        k not in _PRONOUNS and people.fullmatch(k) for k in earlier
    ):
        return 0.8  # "meinen Vater, Hasan Karadeniz, der ist ..."
    name = speech.tokens[be - 1] if be else None
    if name is None or name.key in _NO_NAME or not speech.text[name.start].isupper() or name.gap != " ":
        return 0.0
    before = speech.key(be - 2)
    starts = be == 1 or before in ("und", "and") or speech.tokens[be - 2].gap.strip() in (".", ",")
    return 0.6 if starts else 0.0


def _adjective(speech: Speech, i: int) -> Iterator[Claim]:
    """ "39-jährige", "fünfjähriger", "39-year-old"."""
    if speech.language == "en":
        joined = speech.key(i) == "yearold"
        if (joined or speech.keys(i, i + 2) == ["year", "old"]) and i and _is_age(speech, i - 1):
            first = next(atom.first for atom in speech.numbers if atom.last == i - 1)
            yield _claim(speech, first, i if joined else i + 1, 0.85, "context")
        return
    match = _JAEHRIG.fullmatch(speech.key(i))
    if not match or speech.key(i + 1).endswith(tuple(_AGED_THINGS)):
        return
    value = numbers_de.cardinal(match.group(1)) if match.group(1) else None
    if value and value <= _OLDEST:
        yield _claim(speech, i, i, 0.75, "context", str(value))
    elif not match.group(1) and i and _is_age(speech, i - 1):
        yield _claim(speech, i - 1, i, 0.75, "context")


def _is_age(speech: Speech, i: int) -> bool:
    return any(atom.last == i and int(atom.digits) <= _OLDEST for atom in speech.numbers)


def _decade(speech: Speech, i: int) -> Iterator[Claim]:
    """ "in meinen Fünfzigern", "in her mid thirties"."""
    if speech.key(i) not in (_DECADES_DE if speech.language == "de" else _DECADES_EN):
        return
    about = speech.key(i - 1) in _ABOUT[speech.language]
    if speech.key(i - 1 - about) in _OWNERS and speech.key(i - 2 - about) == "in":
        yield _claim(speech, i - about, i, 0.8, "context")
