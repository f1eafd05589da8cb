"""What a name that was heard may have been: whether one name may be another, and which is how likely.

Bayes' rule: P(said | heard) is proportional to the share of the people who bear the name said, times the
chance that it was heard like this. A name is heard right with the chance that the transcription gives its
words; else in a spelling the less likely the more letters and sounds (Kölner Phonetik) it is away, or as
something that is nothing like it: then it may have been any name (NOT_HEARD), and counts as one that is as
common as a typical person's. A name on no list can be one of its own, or misheard. Knows tables of names,
nothing of recordings.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

import numpy as np

from pii_audio.risk.countries import COUNTRIES
from pii_audio.risk.population import Population
from pii_audio.spelling import cologne, distance, name_key

__all__ = [
    "Ear",
    "Heard",
    "Reading",
    "heard_as",
    "keys_alike",
    "posterior",
    "readings",
    "same_said",
    "sounds_alike",
]

LETTER, SOUND = 1.2, 1.0  # nats that a name is less likely heard for every letter and sound that is off
MISHEARD = 0.05  # chance that a misheard name comes out in one particular spelling, before those
FARTHEST = 4  # letters
FAR = 0.2  # of the misheard names, how many come out as one on no list and nothing like the one said
NOT_HEARD = "?"  # the value of a name that was said, and misheard beyond guessing
VILLAGE = 1_000  # people of a place on no list
SLIGHT = 0.01  # what is so much less likely is left out
READ = {  # attribute -> kind of name
    "first_name": "first_name", "partner_first_name": "first_name", "household_first_name": "first_name",
    "surname": "surname", "town": "place",
}  # fmt: skip


Reading = tuple[str, float, float]  # folded name, share of the people, chance of hearing it like this
Heard = tuple[dict[str, tuple[float, float]], float]  # by name; and the chance to hear it at all


class Ear:
    """Names of one kind, with the share of the people who bear each.

    `unlisted`: share of the people who bear a name on no list; `listed`: whose name is on one, all together.
    `usual`: the names that others may be misheard for, where not all are.
    """

    def __init__(
        self, shares: Mapping[str, float], unlisted: float, listed: float, usual: Iterable[str] | None = None
    ) -> None:
        self.shares = shares
        self.unlisted = unlisted
        self.listed = listed
        self.spelling = unlisted / (1 - listed)  # chance of one spelling, among those of unlisted names
        self._by_sound: dict[str, list[str]] = defaultdict(list)
        for name in shares if usual is None else usual:
            for key in _sounds(name):
                self._by_sound[key].append(name)

    def readings(self, heard: str, sure: float) -> tuple[Reading, ...]:
        """What may have been said; `sure`: chance that it was what was heard."""
        heard = name_key(heard)
        near = {name for key in _sounds(heard) for name in self._by_sound.get(key, ())} - {heard}
        likely = [(name, self.shares[name], (1 - sure) * likeness(name, heard)) for name in sorted(near)]
        own = (heard, self.shares.get(heard, self.unlisted), sure)
        likely.append((NOT_HEARD, self.listed, (1 - sure) * FAR * self.spelling))
        return (own, *(reading for reading in likely if reading[1] * reading[2] > SLIGHT * own[1] * sure))


def posterior(heard: Sequence[Sequence[Reading]]) -> dict[str, float]:
    """Folded name -> chance that it was said, from the readings of every time that it was heard."""
    shares = {name: share for those in heard for name, share, _ in those}
    weights = dict.fromkeys(shares, 1.0)
    for those in heard:
        likely = {name: chance for name, _, chance in those}
        slight = SLIGHT * max(likely.values())
        for name in weights:
            weights[name] *= likely.get(name, slight)
    weights = {name: weight * shares[name] for name, weight in weights.items()}
    total = sum(weights.values())
    return {name: weight / total for name, weight in weights.items() if weight > SLIGHT * total}


def heard_as(those: Sequence[Reading]) -> Heard:
    """A name that was heard, to be compared with others by `same_said`."""
    names = {name: (share, chance) for name, share, chance in those if name != NOT_HEARD}
    return names, math.fsum(share * chance for _, share, chance in those)


def same_said(a: Heard, b: Heard) -> bool:
    """Whether two names that were heard are rather one name, misheard, than two (Bayes factor above 1)."""
    (one, chance), (other, its_chance) = a, b
    both = one.keys() & other.keys()
    return bool(both) and math.fsum(one[n][0] * one[n][1] * other[n][1] for n in both) > chance * its_chance


@lru_cache(maxsize=8)
def _ears(country: str) -> Mapping[str, Ear]:
    """By kind of name, for the people of a country."""
    people = Population.of(country)
    names = list(people.first_names)
    shares = np.einsum("nsc,sc->n", np.array([people.first_names[n] for n in names]), people.cells)
    first = Ear(
        dict(zip(names, shares.tolist(), strict=True)),
        float(people.unlisted_first_names[2]) / 2,
        people.listed_first_names,
    )
    towns = {name: number / COUNTRIES[country].size for name, number in people.places.items()}
    return {
        "first_name": first,
        "surname": Ear(people.surnames, people.unlisted_surnames[2], people.listed_surnames),
        "place": Ear(
            towns, VILLAGE / COUNTRIES[country].size, people.lists("town", "")[1], people.towns
        ),  # "Hamburgo" is another name of a town, and no German would say it
    }


def readings(attribute: str, heard: str, sure: float, country: str) -> tuple[Reading, ...]:
    """What a name that was heard may have been; () where it is no name, or sure to be heard right."""
    return _ears(country)[READ[attribute]].readings(heard, sure) if attribute in READ and sure < 1 else ()


def _sounds(name: str) -> set[str]:
    """The code of a name, and it with one sound less: names that share one are at most two sounds apart."""
    code = cologne(name)
    return {code, *(code[:i] + code[i + 1 :] for i in range(len(code)))} if len(code) > 1 else {code}


@lru_cache(maxsize=200_000)
def likeness(said: str, heard: str) -> float:
    letters = distance(said, heard)
    if letters > FARTHEST or 2 * letters > len(said) + 1:
        return 0.0
    return MISHEARD * math.exp(-LETTER * letters - SOUND * distance(cologne(said), cologne(heard)))


def keys_alike(name: str) -> set[str]:
    """Names for which `sounds_alike` holds share at least one of these: no need to compare all with all."""
    name = name_key(name)
    keys = {name, name[:1] + cologne(name)}
    if len(name) >= 6:
        shorter = {name[:i] + name[i + 1 :] for i in range(len(name))}
        keys |= shorter
        if len(name) >= 9:
            keys |= {s[:i] + s[i + 1 :] for s in shorter for i in range(len(s))}
    return keys


@lru_cache(maxsize=200_000)
def sounds_alike(a: str, b: str) -> bool:
    """Whether one of two names may be the other, misheard.

    Same key; or same sounds (a code of at least two digits, so that "Anna" and "Jan" stay apart, and lengths
    within two letters); or one letter apart in six and more, two in ten and more.
    """
    a, b = name_key(a), name_key(b)
    if a == b:
        return True
    shorter, longer = sorted((len(a), len(b)))
    if longer - shorter > 2 or shorter < 3:
        return False
    if a[0] == b[0] and len(cologne(a)) >= 2 and cologne(a) == cologne(b):
        return distance(a, b) <= 2
    allowed = 2 if shorter >= 10 else 1 if shorter >= 6 else 0
    return allowed > 0 and distance(a, b) <= allowed
