"""Findings to facts: what a person's clips say about that person, and how likely each is to be true.

    Finding -> Mention (attribute, value, probability)... -> Fact, mentions of one value brought together

Rules of evidence, stated because they are judgement and not measurement:
- Mentions in different clips are independent witnesses: the odds that one of them is right are (1 - D) / D,
  D the product of their doubts; within a clip the best counts. Where a set shows no more of a kind than
  false alarms would give, the odds fall by its trust (`trust`). At most 0.99. Values that exclude each
  other share by their odds.
- A town asked for is home with odds ASKED, and AGAIN times that for every further clip: once 0.33, twice
  0.67, three times 0.89. Towns share by their odds.
- An address is home more likely the more the words make it the speaker's (HOME).
- A number, mail address or plate that nobody is said to own is taken for the speaker's with OWN.
- What is asked to be played again and again is a favourite with odds PLAYED, and AGAIN times that for every
  further clip: once 0.2, twice 0.5, three times 0.8. Favourites share by their odds.
- A name on no list is less likely to be one (Bayes' rule, _credible).
- A name that other clips pronounce almost alike is the same name, misheard.

Knows nothing of clips beyond their ids, nor of how rare a value is, except to tell first names from
surnames.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pii_audio.risk.address import parse_address, street_key
from pii_audio.risk.misheard import sounds_alike
from pii_audio.risk.population import Population
from pii_audio.risk.trust import UNDOUBTED, Trust, kind_of
from pii_audio.spelling import name_key
from pii_audio.types import Fact, Finding, Subject

__all__ = ["DIRECT", "EXCLUSIVE", "Mention", "facts", "mentions", "speakers", "weigh"]

CERTAIN = 0.99  # no number of mentions makes a fact surer: recognizers repeat their errors
ASKED, AGAIN = 0.5, 4.0
PLAYED = 0.25
HOME = {"speaker": 0.7, "partner": 0.5, "family": 0.1, "other": 0.3}
NO_NAME_LISTED = 0.2  # of the words wrongly taken for a name, how many are listed as one
CALLED = 0.5  # "call Wiebke" where Wiebke lives here: half a witness for her name
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
EXCLUSIVE = frozenset({  # attributes that have one value at a time
    "first_name", "surname", "partner_first_name", "birth_date", "age", "occupation", "employer", "place",
    "taste",
})  # fmt: skip
CLEAR = 0.8  # a speaker's own name is at least so sure where a household has several
PERSONAL = frozenset({"age", "birth_date", "occupation", "employer", *DIRECT.values()})
_PEOPLE = {"speaker": "", "partner": "partner_", "family": "household_", "other": "contact_"}
_FORMAL = frozenset({
    "herr", "herrn", "frau", "fräulein", "doktor", "dr", "prof", "professor", "familie", "mr", "mrs",
    "ms", "miss", "mister", "sir"
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


def facts(findings: Iterable[Finding], population: Population, trust: Trust = UNDOUBTED) -> tuple[Fact, ...]:
    """What these findings, all of one person's clips, say about that person; likeliest first.

    `trust`: of the set they come from.
    """
    return weigh((mention for finding in findings for mention in mentions(finding, population)), trust)


def weigh(said: Iterable[Mention], trust: Trust = UNDOUBTED, speaker: str = "") -> tuple[Fact, ...]:
    """`facts` for findings whose mentions are known; about the speaker of that name, of several."""
    by: dict[str, list[Mention]] = defaultdict(list)
    for mention in _of_speaker(list(said), speaker) if speaker else said:
        by[mention.attribute].append(mention)
    homes = _homes(by.pop("address", []), trust)
    towns = _towns(by.pop("town", []), homes, trust)
    tastes = _tastes(by.pop("taste", []))
    _settle_names(by, trust, speaker)
    found = [fact for attribute, said in sorted(by.items()) for fact in _facts(attribute, said, trust)]
    return tuple(
        sorted(
            [*found, *homes, *towns, *tastes], key=lambda f: (-f.probability, f.attribute, name_key(f.value))
        )
    )


def mentions(finding: Finding, population: Population) -> list[Mention]:
    """What one finding says; "town" and "address" are weighed by `facts` before they are a home."""

    def mention(attribute: str, value: str, share: float = 1.0) -> Mention:
        probability = min(max(finding.score * share, 0.0), CERTAIN)
        return Mention(
            attribute, value, finding.subject, probability, finding.id, finding.recording_id, kind_of(finding)
        )

    value = (finding.value or finding.text).strip()
    about_speaker = finding.subject == "speaker"
    match finding.entity_type:
        case "PERSON":
            first, last = _names(value, finding.text, population)
            prefix = _PEOPLE[finding.subject]
            named = ((a, n) for a, n in (("first_name", first), ("surname", last)) if n)
            return [mention(prefix + a, n, _credible(a, n, finding.score, population)) for a, n in named]
        case "PARTNER" if not _FORMER.search(finding.text):
            sex = "f" if _FEMALE.search(finding.text) else "m" if _MALE.search(finding.text) else ""
            return [mention("partner_sex", sex)] if sex else [mention("partner", "yes")]
        case "LOCATION" if value and finding.subject != "family" and not population.is_abroad(value):
            return [mention("town", value, _credible("place", value, finding.score, population))]
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


def _credible(attribute: str, value: str, score: float, population: Population) -> float:
    """What to multiply the score of an unlisted value by (Bayes' rule): nearly all first names that people
    bear are listed, few of the words wrongly taken for one are. Recognizers know the lists too."""
    listed, share = population.lists(attribute, value)
    true = 1 - share
    return 1.0 if listed else min(1.0, true / (score * true + (1 - score) * (1 - NO_NAME_LISTED)))


def _names(value: str, said: str, population: Population) -> tuple[str, str]:
    """First name and surname, or "". Titles tell the kind of a single name, else the tables do."""
    words = [w.strip(",;:.") for w in value.split()]
    heard = {name_key(w) for w in [*words, *said.split()]}
    tokens = [w for w in words if w and name_key(w) not in _FORMAL | _KIN]
    if not tokens or len(tokens) > 5 or any(c.isdigit() for c in value):
        return "", ""
    if len(tokens) == 1:
        name = tokens[0]
        if heard & _FORMAL:
            return "", name
        known = float((population.cells * population.first_name(name_key(name))).sum())
        rather_last = (
            not heard & _KIN and population.knows_surname(name) and population.surname(name_key(name)) > known
        )
        return ("", name) if rather_last else (name, "")
    if name_key(tokens[0]) in _PARTICLES:
        return "", " ".join(tokens)
    particle = next((i for i, t in enumerate(tokens) if i and name_key(t) in _PARTICLES), len(tokens) - 1)
    if sum(name_key(t) not in _PARTICLES for t in tokens[particle:]) > 2:
        return tokens[0], ""  # "Opa Fabian von Lena Meyer Landrut" is a song and its singer
    first, last = tokens[0], " ".join(tokens[particle:])
    turned = population.knows_first_name(last) and not population.knows_first_name(first)
    return (last, first) if turned and population.knows_surname(first) else (first, last)


def speakers(said: Sequence[Mention], trust: Trust = UNDOUBTED) -> list[str]:
    """First names of a household's speakers, the one heard most first; empty where there is one or none.

    Another than the first is one who names himself or herself in two clips, or whom the first calls partner.
    """
    own = _own_names([m for m in said if m.attribute == "first_name"], trust, "")
    clear = [g for g in own if _witness(g, trust) >= CLEAR]
    partners = [m.value for m in said if m.attribute == "partner_first_name"]
    others = [
        g
        for g in clear[1:]
        if len({m.recording for m in g}) > 1 or any(sounds_alike(g[0].value, p) for p in partners)
    ]
    return [_usual(g) for g in (clear[0], *others)] if others else []


def _own_names(said: Sequence[Mention], trust: Trust, speaker: str) -> list[list[Mention]]:
    """First names that are said as one's own, by name: `speaker`'s first, then by how sure they are."""
    groups = _group(said, sounds_alike)
    return sorted(
        groups,
        key=lambda g: (not (speaker and sounds_alike(g[0].value, speaker)), -_witness(g, trust), g[0].value),
    )


def _of_speaker(said: Sequence[Mention], speaker: str) -> list[Mention]:
    """Without age, job and numbers of the other speakers: those go with the name said in the same clip."""
    names: dict[str, list[str]] = defaultdict(list)
    for mention in said:
        if mention.attribute == "first_name":
            names[mention.recording].append(mention.value)
    return [
        m
        for m in said
        if m.attribute not in PERSONAL
        or not names[m.recording]
        or any(sounds_alike(name, speaker) for name in names[m.recording])
    ]


def _settle_names(by: dict[str, list[Mention]], trust: Trust, speaker: str) -> None:
    """One speaker at a time: other names said as one's own are the partner's, or someone's who lives there.

    A partner's name that the speaker bears is the speaker's, said by the partner; and a name of the household
    that is called is no contact.
    """
    own = _own_names(by.pop("first_name", []), trust, speaker)
    if own:
        partners = by["partner_first_name"]
        mine = any(sounds_alike(own[0][0].value, m.value) for m in partners)
        by["first_name"] = own[0]
        by["partner_first_name"] = [m for m in partners if not sounds_alike(m.value, own[0][0].value)]
        for n, group in enumerate(own[1:]):
            alike = any(sounds_alike(group[0].value, m.value) for m in partners) or (mine and n == 0)
            attribute, subject = _HERE[1 if alike else 2]
            by[attribute] += [replace(m, attribute=attribute, subject=subject) for m in group]
    named = {attribute: {m.value for m in by[attribute]} for attribute, _ in _HERE}
    called = by.pop("contact_first_name", [])
    homes = {value: _lives_here(value, named) for value in {m.value for m in called}}
    for mention in called:
        attribute, subject = homes[mention.value]
        share = CALLED if subject != "other" else 1.0
        by[attribute].append(
            replace(mention, attribute=attribute, subject=subject, probability=share * mention.probability)
        )


def _lives_here(name: str, named: Mapping[str, set[str]]) -> tuple[str, Subject]:
    for attribute, subject in _HERE:
        if any(sounds_alike(name, other) for other in named[attribute]):
            return attribute, subject
    return "contact_first_name", "other"


_HERE: tuple[tuple[str, Subject], ...] = (
    ("first_name", "speaker"),
    ("partner_first_name", "partner"),
    ("household_first_name", "family"),
)


def _facts(attribute: str, said: Sequence[Mention], trust: Trust) -> list[Fact]:
    same = sounds_alike if attribute.endswith("name") else _same
    groups = _group(said, same)
    chances = [_witness(g, trust) for g in groups]
    if attribute in EXCLUSIVE:
        chances = _compete(chances)
    return [_fact(attribute, g, chance) for g, chance in zip(groups, chances, strict=True)]


def _fact(attribute: str, group: Sequence[Mention], probability: float, value: str = "") -> Fact:
    return Fact(
        attribute=attribute,
        value=value or _usual(group),
        subject=group[0].subject,
        probability=probability,
        findings=tuple(sorted({m.finding for m in group})),
        recordings=tuple(sorted({m.recording for m in group})),
    )


def _group(said: Sequence[Mention], same: Callable[[str, str], bool]) -> list[list[Mention]]:
    """Mentions of one value together, the most often said value first, whatever their order was."""
    exact: dict[str, list[Mention]] = defaultdict(list)
    for mention in said:
        exact[name_key(mention.value)].append(mention)
    groups: list[tuple[str, list[Mention]]] = []
    for key, those in sorted(exact.items(), key=lambda kv: (-sum(m.probability for m in kv[1]), kv[0])):
        home = next((group for name, group in groups if same(name, key)), None)
        if home is None:
            groups.append((key, list(those)))
        else:
            home.extend(those)
    return [sorted(group, key=lambda m: m.finding) for _, group in groups]


def _usual(group: Sequence[Mention]) -> str:
    weight: dict[str, float] = defaultdict(float)
    for mention in group:
        weight[mention.value] += mention.probability
    return max(sorted(weight), key=lambda value: weight[value])


def _witness(group: Sequence[Mention], trust: Trust) -> float:
    """Chance that at least one of the mentions is right."""
    best: dict[str, float] = defaultdict(float)
    for mention in group:
        best[mention.recording] = max(best[mention.recording], mention.probability)
    doubt = max(math.prod(1 - best[recording] for recording in sorted(best)), 1e-12)
    odds = (1 - doubt) / doubt * max(trust[m.kind] for m in group)
    return min(odds / (1 + odds), CERTAIN)


def _compete(chances: Sequence[float]) -> list[float]:
    odds = [c / (1 - c) for c in chances]
    return [o / (1 + sum(odds)) for o in odds]


def _homes(said: Sequence[Mention], trust: Trust) -> list[Fact]:
    """The likeliest home, part by part: one street, with what was said beside it or alone."""
    parsed = [(m, parse_address(m.value)) for m in said]
    streets = _group([replace(m, value=a.street) for m, a in parsed if a.street], _same_street)
    rivals = [m.finding for group in streets[1:] for m in group]
    here = [(m, a) for m, a in parsed if m.finding not in rivals]
    home = (
        [_fact("street", streets[0], _compete([_witness(g, trust) for g in streets])[0])] if streets else []
    )
    for attribute in ("house_number", "postal_code", "place"):
        told = [replace(m, value=getattr(a, attribute)) for m, a in here if getattr(a, attribute)]
        groups = _group(told, sounds_alike if attribute == "place" else _same)
        chances = _compete([_witness(g, trust) for g in groups])
        home += [_fact(attribute, g, c) for g, c in zip(groups[:1], chances, strict=False)]
    return home


def _same(a: str, b: str) -> bool:
    return name_key(a) == name_key(b)


def _same_street(a: str, b: str) -> bool:
    return sounds_alike(street_key(a), street_key(b))


def _towns(said: Sequence[Mention], homes: list[Fact], trust: Trust) -> list[Fact]:
    """Towns asked for, by frequency; an address that names its town comes first (and leaves `homes`)."""
    stated = next((f for f in homes if f.attribute == "place"), None)
    if stated:
        homes.remove(stated)
    groups = _group(said, sounds_alike)
    odds = [_asked(group, trust) for group in groups]
    rest = 1 - (stated.probability if stated else 0.0)
    out = []
    for group, own in zip(groups, odds, strict=True):
        chance = rest * min(own / (1 + sum(odds)), CERTAIN)
        if stated and sounds_alike(stated.value, group[0].value):
            stated = replace(
                stated,
                probability=min(stated.probability + chance, CERTAIN),
                findings=tuple(sorted({*stated.findings, *(m.finding for m in group)})),
                recordings=tuple(sorted({*stated.recordings, *(m.recording for m in group)})),
            )
        else:
            out.append(_fact("place", group, chance))
    return [stated, *out] if stated else out


def _tastes(said: Sequence[Mention]) -> list[Fact]:
    """Favourites, by frequency. They stand in no finding: what shows them are recordings."""
    groups = _group(said, sounds_alike)
    odds = [PLAYED * AGAIN ** min(len({m.recording for m in g}) - 1, 20) for g in groups]
    chances = [min(own / (1 + sum(odds)), CERTAIN) for own in odds]
    return [replace(_fact("taste", g, c), findings=()) for g, c in zip(groups, chances, strict=True)]


def _asked(group: Sequence[Mention], trust: Trust) -> float:
    """Odds that a town is home, by how many clips ask for it and whether it is one at all."""
    times = len({m.recording for m in group})
    return _witness(group, trust) * ASKED * AGAIN ** min(times - 1, 20)
