"""Findings to facts: what a person's clips say about that person, and how likely each is to be true.

    Finding -> Mention (attribute, value, probability)... -> Fact, mentions of one value brought together

Rules of evidence, stated because they are judgement and not measurement:
- Mentions in different clips are independent witnesses: the odds that one of them is right are (1 - D) / D,
  D the product of their doubts; within a clip the best counts. Where a set shows no more of a kind than
  false alarms would give, the odds fall by its trust (`trust`), and clips are witnesses the less: recognizers
  repeat their errors. At most 0.99. Values that exclude each other share by their odds.
- A town asked for is home with odds ASKED, and AGAIN times that for every further clip: once 0.44, twice
  0.76, three times 0.93; where one only goes to ("hotel in X") with AWAY. Towns share by their odds.
- What is asked to be played again and again is a favourite with odds PLAYED, and AGAIN times that for every
  further clip: once 0.2, twice 0.5, three times 0.8. Favourites share by their odds.
- A name of which the words do not say whose it is may be the speaker's own, with chance OPEN_IS_OWN.
- A name that other clips pronounce almost alike is the same name, misheard.

Knows nothing of clips beyond their ids, nor of how rare a value is, except to tell first names from
surnames.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from pii_audio.risk.address import parse_address, street_key
from pii_audio.risk.mentions import CERTAIN, DIRECT, Mention, mentions
from pii_audio.risk.misheard import posterior, sounds_alike
from pii_audio.risk.population import Population
from pii_audio.risk.trust import UNDOUBTED, Trust
from pii_audio.spelling import name_key
from pii_audio.types import Fact, Finding, Subject

__all__ = ["EXCLUSIVE", "facts", "speakers", "weigh"]

ASKED, AGAIN = 0.8, 4.0
AWAY = 0.05  # odds that a town somebody only goes to is home
PLAYED = 0.25
OPEN_IS_OWN = {"first_name": 0.5, "surname": 0.5}  # fitted: benchmarks/risk_fit.py
CALLED = 0.5  # "call Wiebke" where Wiebke lives here: half a witness for her name
EXCLUSIVE = frozenset({  # attributes that have one value at a time
    "first_name", "surname", "partner_first_name", "birth_date", "age", "occupation", "employer", "place",
    "taste",
})  # fmt: skip
SLIGHT = 0.005  # of values that exclude each other, less likely ones are left out
CLEAR = 0.8  # a speaker's own name is at least so sure where a household has several
PERSONAL = frozenset({"age", "birth_date", "occupation", "employer", *DIRECT.values()})


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
    _share_open(by)


def _share_open(by: dict[str, list[Mention]]) -> None:
    """A name of which the words do not say whose it is counts as both: the speaker's and another's."""
    for attribute, chance in OPEN_IS_OWN.items():
        contacts = by.pop(f"contact_{attribute}", [])
        for mention in (m for m in contacts if m.open):
            own = replace(mention, attribute=attribute, subject="speaker")
            by[attribute].append(replace(own, probability=chance * mention.probability))
        by[f"contact_{attribute}"] = [
            replace(m, probability=(1 - chance) * m.probability) if m.open else m for m in contacts
        ]


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
    found = [
        _fact(attribute, group, chance * share, value)
        for group, chance in zip(groups, chances, strict=True)
        for value, share in _said(attribute, group)
    ]
    return [f for f in found if f.probability >= SLIGHT or attribute not in EXCLUSIVE]


def _said(attribute: str, group: Sequence[Mention]) -> list[tuple[str, float]]:
    """The value that mentions of one name stand for, or the names that it may be where it is misheard."""
    usual = _usual(group)
    if attribute not in EXCLUSIVE or not all(m.readings for m in group):
        return [(usual, 1.0)]
    spelled = {name_key(m.value): m.value for m in group}
    chances = posterior([m.readings for m in group])
    return [(spelled.get(name, name.title()), chance) for name, chance in sorted(chances.items())]


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
    believed = trust.of({m.kind for m in group}, len(best))
    doubt = max(math.prod(1 - best[recording] for recording in sorted(best)), 1e-12)
    odds = (1 - doubt) / doubt * believed
    if believed < 1:  # what one clip alone says, as often as false alarms are repeated
        alone = min(max(best.values()), CERTAIN)
        odds = min(odds, alone / (1 - alone) * believed / (1 - believed))
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
            out += [_fact("place", group, chance * share, value) for value, share in _said("place", group)]
    return [stated, *out] if stated else out


def _tastes(said: Sequence[Mention]) -> list[Fact]:
    """Favourites, by frequency. They stand in no finding: what shows them are recordings."""
    groups = _group(said, sounds_alike)
    odds = [PLAYED * AGAIN ** min(len({m.recording for m in g}) - 1, 20) for g in groups]
    chances = [min(own / (1 + sum(odds)), CERTAIN) for own in odds]
    return [replace(_fact("taste", g, c), findings=()) for g, c in zip(groups, chances, strict=True)]


def _asked(group: Sequence[Mention], trust: Trust) -> float:
    """Odds that a town is home, by how many clips ask for it and whether it is one at all."""
    times = len({m.recording for m in group if not m.away})
    return _witness(group, trust) * (ASKED * AGAIN ** min(times - 1, 20) if times else AWAY)
