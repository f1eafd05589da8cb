"""Whose the names of a household are: the speaker's, the partner's, a relative's or an acquaintance's.

Judgement: a name of which the words do not say whose it is may be the speaker's own, with chance OPEN_IS_OWN.
Knows what the mentions say, not how rare a name is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from pii_audio.risk.evidence import alike, chance_right, usual
from pii_audio.risk.mentions import DIRECT, Mention
from pii_audio.risk.misheard import sounds_alike
from pii_audio.risk.trust import UNDOUBTED, Trust
from pii_audio.spelling import name_key
from pii_audio.types import Subject

__all__ = ["of_speaker", "settle_names", "speakers", "surnames_alone"]

OPEN_IS_OWN = {"first_name": 0.5, "surname": 0.5}  # fitted: benchmarks/risk_fit.py
CALLED = 0.5  # "call Wiebke" where Wiebke lives here: half a witness for her name
CLEAR = 0.8  # a speaker's own name is at least so sure where a household has several
PERSONAL = frozenset({"age", "birth_date", "occupation", "employer", *DIRECT.values()})
_HERE: tuple[tuple[str, Subject], ...] = (
    ("first_name", "speaker"),
    ("partner_first_name", "partner"),
    ("household_first_name", "family"),
)


def surnames_alone(said: Sequence[Mention]) -> Sequence[Mention]:
    """ "Mein Nachname ist Kummert": a single name that another clip says behind a first name is a surname."""
    surnames = {name_key(m.value) for m in said if m.attribute == "surname"}
    if all(name_key(m.value) in surnames for m in said if m.attribute == "first_name"):
        return said
    return [
        replace(m, attribute="surname")
        if m.attribute == "first_name" and name_key(m.value) in surnames
        else m
        for m in said
    ]


def speakers(said: Sequence[Mention], trust: Trust = UNDOUBTED) -> list[str]:
    """First names of a household's speakers, the one heard most first; empty where there is one or none.

    Another than the first is one who names himself or herself in two clips, or whom the first calls partner.
    """
    said = surnames_alone(said)
    own = _own_names([m for m in said if m.attribute == "first_name"], trust, "")
    clear = [g for g in own if chance_right(g, trust) >= CLEAR]
    partners = [m.value for m in said if m.attribute == "partner_first_name"]
    others = [
        g
        for g in clear[1:]
        if len({m.recording for m in g}) > 1 or any(sounds_alike(g[0].value, p) for p in partners)
    ]
    return [usual(g) for g in (clear[0], *others)] if others else []


def _own_names(said: Sequence[Mention], trust: Trust, speaker: str) -> list[list[Mention]]:
    """First names that are said as one's own, by name: `speaker`'s first, then by how sure they are."""
    groups = alike(said, sounds_alike)
    return sorted(
        groups,
        key=lambda g: (
            not (speaker and sounds_alike(g[0].value, speaker)),
            -chance_right(g, trust),
            g[0].value,
        ),
    )


def of_speaker(said: Sequence[Mention], speaker: str) -> list[Mention]:
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


def settle_names(by: dict[str, list[Mention]], trust: Trust, speaker: str) -> None:
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
            theirs = any(sounds_alike(group[0].value, m.value) for m in partners) or (mine and n == 0)
            attribute, subject = _HERE[1 if theirs else 2]
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
