"""What one finding says: its mentions, each an attribute with a value and the chance that it is right.

    Finding -> Mention (attribute, value, probability)...

Rules of evidence, stated because they are judgement and not measurement:
- An address is home more likely the more the words make it the speaker's (HOME).
- A number, mail address or plate that nobody is said to own is taken for the speaker's with OWN.
- A name on no list is less likely to be one (Bayes' rule, _credible).
- A name that is called, written to or bears a title is an acquaintance's; whose others (OPEN) are the words
  do not say.

Knows one finding at a time, nor how rare a value is, except to tell first names from surnames.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from pii_audio.risk.misheard import Reading, readings
from pii_audio.risk.population import Population
from pii_audio.risk.trust import kind_of
from pii_audio.spelling import name_key
from pii_audio.types import Finding, Recording, Subject

__all__ = ["CERTAIN", "DIRECT", "Mention", "mentions", "told"]

CERTAIN = 0.99  # no number of mentions makes a fact surer: recognizers repeat their errors
HOME = {"speaker": 0.7, "partner": 0.5, "family": 0.1, "other": 0.3}
GARBLED = 0.75  # of the listed names that are misheard, how many come out as none
FIRST_ALONE = {"speaker": 3.0, "other": 1.0}  # one name alone: how many first names to a surname, else only
NO_NAME_LISTED = 0.2  # of the words wrongly taken for a name, how many are listed as one
OPEN = frozenset({  # reasons
    "listed name", "listed name beside another", "name at the door or on a parcel", "naming", "neural tagger",
})  # fmt: skip
DIRECT = {  # entity type -> attribute; each leads to one person for who has the register
    "PHONE_NUMBER": "phone", "EMAIL_ADDRESS": "email", "IBAN_CODE": "iban", "CREDIT_CARD": "credit_card",
    "TAX_ID": "tax_id", "DE_TAX_ID": "tax_id", "US_ITIN": "tax_id", "US_SSN": "ssn", "UK_NINO": "ssn",
    "DE_SOCIAL_SECURITY": "ssn", "UK_NHS": "health_id", "DE_HEALTH_INSURANCE": "health_id",
    "LICENSE_PLATE": "license_plate", "DE_KFZ": "license_plate", "US_PASSPORT": "passport",
    "DE_PASSPORT": "passport", "DE_ID_CARD": "id_card", "US_DRIVER_LICENSE": "id_card",
    "US_BANK_NUMBER": "iban",
}  # fmt: skip
EMPLOYER = 0.5  # a speaker's organization is the employer or school: or a firm in the news
OWN = {"phone": 0.5, "email": 0.6, "iban": 0.7, "license_plate": 0.7}  # others: 0.9
_PEOPLE = {"speaker": "", "partner": "partner_", "family": "household_", "other": "contact_"}
_FORMAL = frozenset({
    "herr", "herrn", "frau", "fräulein", "doktor", "doctor", "dr", "prof", "professor", "familie", "mr",
    "mrs", "ms", "miss", "mister", "sir"
})  # fmt: skip
_KIN = frozenset({
    "oma", "opa", "tante", "onkel", "mama", "papa", "mutti", "vati", "mami", "papi", "cousine", "cousin",
    "bruder", "schwester", "grandma", "grandpa", "granny", "aunt", "auntie", "uncle", "nana", "sister",
    "mom", "mum", "mommy", "mummy", "dad", "daddy", "brother"
})  # fmt: skip
_PARTICLES = frozenset({
    "von", "van", "de", "der", "den", "zu", "zum", "zur", "vom", "del", "della", "di", "da", "la", "le",
    "al", "el", "bin", "ben", "o", "mac"
})  # fmt: skip
_PART_OF = frozenset({"bei", "downtown", "in", "of", "von"})  # stand between a part of a town and its name
_SURNAMED = frozenset({"family name", "name at the door or on a parcel"})  # reasons
_FAMILY = re.compile(r"\bfamil(?:ie|y)\b", re.I)  # "Familie Graf": the speaker's or the neighbours'
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]{2,}")
_FORMER = re.compile(r"\b(ex|geschieden|divorced|verwitwet|widowed)", re.I)
_MALE = re.compile(
    r"\b(ehe|lebens)?(mann|mannes|freund|gatte|partner|verlobter)\b|husband|boyfriend|fiancé\b", re.I
)
_FEMALE = re.compile(r"\b(ehe)?(frau|freundin|gattin)\b|partnerin|verlobte\b|wife|girlfriend|fiancée", re.I)


@dataclass(frozen=True, slots=True)
class Mention:
    attribute: str
    value: str = field(repr=False)
    subject: Subject
    probability: float
    finding: str
    recording: str
    kind: str = ""  # of the finding, for `Trust`
    open: bool = False  # the words do not say whose name it is
    away: bool = False  # a town that somebody goes to
    readings: tuple[Reading, ...] = field(default=(), repr=False)  # names that it may be, misheard


def told(
    recordings: Iterable[Recording],
    findings: Iterable[Sequence[Finding]],
    population: Population,
    *,
    sure: Mapping[str, float] | None = None,
    tastes: Mapping[str, Sequence[Mention]] | None = None,
) -> dict[str, list[Mention]]:
    """What each recording says, by its id; `findings` stand in the order of the recordings.

    `sure`: by finding id, the chance that its words were heard right, 1 where absent. `tastes`: by recording
    id, what it asks to be played.
    """
    sure, tastes = sure or {}, tastes or {}
    return {
        r.id: [m for f in found for m in mentions(f, population, sure.get(f.id, 1.0))]
        + [*tastes.get(r.id, ())]
        for r, found in zip(recordings, findings, strict=True)
    }


def mentions(finding: Finding, population: Population, sure: float = 1.0) -> list[Mention]:
    """What one finding says; "town" and "address" are weighed by `facts` before they are a home.

    `sure`: chance that its words were heard right.
    """

    mention = partial(_mention, finding)
    value = (finding.value or finding.text).strip()
    about_speaker = finding.subject == "speaker"
    match finding.entity_type:
        case "PERSON":
            return _person(finding, value, population, sure)
        case "PARTNER" if not _FORMER.search(finding.text):
            sex = "f" if _FEMALE.search(finding.text) else "m" if _MALE.search(finding.text) else ""
            return [mention("partner_sex", sex)] if sex else [mention("partner", "yes")]
        case "LOCATION" if value and finding.subject != "family" and not population.is_abroad(value):
            if not (name := _town(value, population)):
                return []
            town = _named(finding, "town", name, sure, "town", population)
            return [replace(town, away=finding.reason == "destination")]
        case "ADDRESS" if value:
            return [mention("address", value, HOME[finding.subject])]
        case "DATE_OF_BIRTH" if about_speaker or finding.subject == "other":
            return [mention("birth_date", value, 1.0 if about_speaker else 0.6)]
        case "AGE" if about_speaker and re.search(r"[1-9]\d|[4-9]", value):
            return [mention("age", value)]
        case "OCCUPATION" if about_speaker:
            share = _credible("occupation", value, finding.score, population)
            return [mention("occupation", value, share)]
        case "ORGANIZATION" if about_speaker:
            return [mention("employer", value, EMPLOYER)]
        case "EMAIL_ADDRESS" if not _EMAIL.fullmatch(value):
            return []
        case entity if entity in DIRECT and value and finding.subject != "family":
            attribute = DIRECT[entity]
            return [mention(attribute, value, 1.0 if about_speaker else OWN.get(attribute, 0.9))]
    return []


def _mention(finding: Finding, attribute: str, value: str, share: float = 1.0) -> Mention:
    """`share`: chance that the finding, if it is right, says this."""
    probability = min(max(finding.score * share, 0.0), CERTAIN)
    return Mention(
        attribute, value, finding.subject, probability, finding.id, finding.recording_id, kind_of(finding)
    )


def _named(
    finding: Finding, attribute: str, value: str, sure: float, kind: str, population: Population
) -> Mention:
    """With the names that it may be."""
    likely = readings(kind, value, sure, population.country)
    share = _credible(attribute, value, finding.score, population, sure)
    return replace(_mention(finding, attribute, value, share), readings=likely)


def _person(finding: Finding, value: str, population: Population, sure: float) -> list[Mention]:
    """First name and surname; `open` where the words do not say whose they are."""
    first, last = _names(
        value,
        finding.text,
        population,
        FIRST_ALONE.get(finding.subject, math.inf),
        finding.reason in _SURNAMED,
    )
    prefix = _PEOPLE[finding.subject]
    is_open = finding.subject == "other" and bool(finding.reason in OPEN or _FAMILY.search(finding.text))
    said = []
    for kind, name in (("first_name", first), ("surname", last)):
        if name:
            read = kind if is_open else prefix + kind
            said.append(replace(_named(finding, prefix + kind, name, sure, read, population), open=is_open))
    return said


def _town(value: str, population: Population) -> str:
    """ "downtown Fresno", "Innenstadt von Ulm": the town behind it, a listed one first; "" where none is."""
    words = value.split()
    names = [" ".join(words[i:]) for i in range(len(words)) if i == 0 or words[i - 1].casefold() in _PART_OF]
    if words[-1].casefold() in _PART_OF:
        return ""
    return next((name for name in names if population.lists("town", name)[0]), names[-1])


def _credible(attribute: str, value: str, score: float, population: Population, sure: float = 1.0) -> float:
    """What to multiply the score of an unlisted value by (Bayes' rule): nearly all first names that people
    bear are listed, unless misheard, and few of the words wrongly taken for one are. Recognizers know the
    lists too."""
    listed, share = population.lists(attribute, value)
    true = 1 - share * (1 - (1 - sure) * GARBLED)
    return 1.0 if listed else min(1.0, true / (score * true + (1 - score) * (1 - NO_NAME_LISTED)))


def _names(
    value: str, said: str, population: Population, first_alone: float, surnamed: bool
) -> tuple[str, str]:
    """First name and surname, or "". Titles tell the kind of a single name, else the tables do.

    `first_alone`: how many first names to a surname before that. `surnamed`: where it stands it is a surname,
    if it can be one.
    """
    words = [w.strip(",;:.") for w in value.split()]
    heard = {name_key(w) for w in [*words, *said.split()]}
    tokens = [w for w in words if w and name_key(w) not in _FORMAL | _KIN]
    if not tokens or len(tokens) > 5 or any(c.isdigit() for c in value):
        return "", ""
    if len(tokens) == 1:
        name = _singular(tokens[0], population)
        is_last = population.knows_surname(name)
        formal = first_alone < math.inf and heard & _FORMAL  # "meine Frau Helga" is no Frau Helga
        if formal or (surnamed and (is_last or not population.knows_first_name(name))):
            return "", name
        known = float((population.cells * population.first_name(name_key(name))).sum())
        rather_last = population.surname(name_key(name)) > first_alone * known
        return ("", name) if is_last and rather_last and not heard & _KIN else (name, "")
    if name_key(tokens[0]) in _PARTICLES:
        return "", " ".join(tokens)
    particle = next((i for i, t in enumerate(tokens) if i and name_key(t) in _PARTICLES), len(tokens) - 1)
    if sum(name_key(t) not in _PARTICLES for t in tokens[particle:]) > 2:
        return tokens[0], ""  # "Opa Fabian von Lena Meyer Landrut" is a song and its singer
    first, last = tokens[0], " ".join(tokens[particle:])
    turned = population.knows_first_name(last) and not population.knows_first_name(first)
    return (last, first) if turned and population.knows_surname(first) else (first, last)


def _singular(name: str, population: Population) -> str:
    """ "the Gardners", "Gärtners": the surname; "Annas": the first name."""
    listed = (population.knows_first_name, population.knows_surname)
    fewer = name[:-1]
    plural = name.endswith("s") and not any(knows(name) for knows in listed)
    return fewer if plural and any(knows(fewer) for knows in listed) else name
