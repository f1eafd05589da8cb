"""Other people's names, towns and numbers, that look right and are nobody's, in the place of real ones.

A person gets a name of the same sex and language, whole where it is whole, a town one of about the same size
in the same country, a partner's place is taken by somebody else who is close, a job by another, a firm by one
that is made up. What is drawn depends on a secret key and on the number that somebody has in the set,
never on the value itself, so it reveals nothing; it is stable within a release, and from one to the next
where a vault remembers it. Nobody is given a name that anybody in the set bears.
"""

from __future__ import annotations

import hmac
import lzma
import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from random import Random

from pii_audio.redact.numbers import number_like
from pii_audio.redact.pseudonyms import TITLES, Pseudonyms, gender, name_words
from pii_audio.redact.stand_ins import firm_like, job_like, somebody_like, somebody_said
from pii_audio.spelling import fold
from pii_audio.types import Finding

__all__ = ["draw", "rendered"]

COMMON = 400  # names of each sex that are drawn from: the usual ones, which single nobody out
TRIES = 500  # before there is no surrogate, and a placeholder instead
_KIN = {"oma", "opa", "tante", "onkel", "mama", "papa", "grandma", "grandpa", "granny", "grandad"} | {
    "aunt", "auntie", "uncle",
}  # fmt: skip
_WOMEN, _MEN = range(90, 101), range(11)  # women in a hundred bearers
_COUNTRIES = {"de": "DE", "en": "GB"}


@dataclass(frozen=True, slots=True)
class _Tables:
    first: Mapping[str, Mapping[str, int]]  # language -> name -> women in a hundred, the commonest first
    last: Mapping[str, Sequence[str]]
    streets: Mapping[str, Sequence[str]]
    towns: Mapping[str, Sequence[tuple[str, int]]]  # country -> name, people
    sexes: Mapping[str, int]  # folded first name -> women in a hundred
    surnames: frozenset[str]  # folded
    sizes: Mapping[str, tuple[str, int]]  # folded town -> country, people


@dataclass(slots=True)
class _Lot:
    """Draws for one person, place or number; nothing that is taken, nothing twice."""

    random: Random
    taken: set[str] = field(repr=False)  # folded

    def one(self, draw: Callable[[Random], str]) -> str | None:
        for _ in range(TRIES):
            drawn = draw(self.random)
            key = _squeezed(drawn)
            if key and not any(key.startswith(name) for name in _beginnings(key) & self.taken):
                self.taken.add(key)
                return drawn
        return None


def draw(
    pseudonyms: Pseudonyms, languages: Mapping[str, str], wanted: Callable[[str], bool]
) -> dict[str, str]:
    """Label ("PERSON_1") -> what stands for it, of the entity types that are wanted, where anything fits.

    languages: recording id -> ISO 639-1. What `pseudonyms` has from earlier stays as it is.
    """
    drawn = dict(pseudonyms.surrogates)
    taken = _taken(pseudonyms)
    groups: dict[str, list[Finding]] = defaultdict(list)
    for finding in pseudonyms.mentions:
        if wanted(finding.entity_type) and pseudonyms.label(finding) not in drawn:
            groups[pseudonyms.label(finding)].append(finding)
    for label, mentions in groups.items():
        seed = hmac.digest(pseudonyms.key, f"surrogate\0{label}".encode(), "sha256")
        language = languages.get(mentions[0].recording_id, "de")
        one = _drawn(mentions, language if language in _COUNTRIES else "en", _Lot(Random(seed), taken))
        drawn |= {label: one} if one else {}
    return drawn


def rendered(finding: Finding, said: str, drawn: str) -> str:
    """What was drawn for a finding, in the form in which it was said: "Frau Meiers" -> "Frau Bergers"."""
    if finding.entity_type == "AGE":
        return re.sub(r"\d+", drawn, said, count=1) if re.search(r"\d", said) else drawn
    if finding.entity_type == "PARTNER":
        return somebody_said(said, drawn)
    return _renamed(said, finding.value or finding.text, drawn) if finding.entity_type == "PERSON" else drawn


def _drawn(mentions: Sequence[Finding], language: str, lot: _Lot) -> str | None:
    """For one person, place or number."""
    said = mentions[0].value or mentions[0].text
    match mentions[0].entity_type:
        case "PERSON":
            return _person(mentions, language, lot)
        case "LOCATION":
            return lot.one(lambda random: _town(random, said, language))
        case "ADDRESS":
            return lot.one(lambda random: _address(random, said, language))
        case "OCCUPATION":
            return lot.one(lambda random: job_like(said, language, random))
        case "PARTNER":
            return lot.one(lambda random: somebody_like(said, language, random))
        case "ORGANIZATION":
            name = lot.one(lambda random: random.choice(_tables().last[language]))
            return firm_like(said, name) or None if name else None
        case other:
            return lot.one(lambda random: number_like(other, said, language, random) or "")


def _person(mentions: Sequence[Finding], language: str, lot: _Lot) -> str | None:
    """First name and surname."""
    names = _tables().first[language]
    sex = _WOMEN if _is_woman([finding.text for finding in mentions], lot.random) else _MEN
    pool = [name for name, women in names.items() if women in sex][:COMMON]
    first = lot.one(lambda random: random.choice(pool))
    last = lot.one(lambda random: random.choice(_tables().last[language]))
    return f"{first} {last}" if first and last else None


def _is_woman(said: Sequence[str], random: Random) -> bool:
    """By title, else by the first names that were said; where neither tells, as the key has it."""
    titles = [title for title in map(gender, said) if title]
    if titles:
        return titles[0] == "Frau"
    shares = [
        _tables().sexes[fold(w)] for name in said for w in name_words(name) if fold(w) in _tables().sexes
    ]
    return shares[0] >= 50 if shares else random.random() < 0.5


def _renamed(said: str, value: str, drawn: str) -> str:
    """The same titles, and as much of the other name as was said of this one."""
    first, last = drawn.split(" ", 1)
    names = name_words(said)
    words = [word for word in re.findall(r"[\w-]+\.?", said) if word not in names]
    titles = [word for word in words if fold(word.rstrip(".")) in TITLES]
    key = fold(names[-1]) if names else ""
    whole = [fold(word) for word in name_words(value)]
    whole = whole if len(whole) > 1 else []
    genitive = key.endswith("s") and not _known(key, whole) and _known(key[:-1], whole)
    key = key[:-1] if genitive else key
    if len(names) > 1:
        name = drawn
    elif key in whole:
        name = last if key == whole[-1] else first
    elif titles and not any(fold(title) in _KIN for title in titles):
        name = last
    else:
        name = last if key in _tables().surnames and key not in _tables().sexes else first
    return " ".join([*titles, name]) + "s" * genitive


def _known(key: str, whole: Sequence[str]) -> bool:
    return key in whole or key in _tables().sexes or key in _tables().surnames


def _town(random: Random, said: str, language: str) -> str:
    """Of a third to thrice as many people; of a small town where the original is not known."""
    country, people = _tables().sizes.get(fold(said), (_COUNTRIES[language], 25_000))
    towns = _tables().towns[country]
    alike = [name for name, size in towns if people / 3 <= size <= people * 3 and " " not in name]
    return random.choice(alike or [name for name, _ in towns])


def _address(random: Random, said: str, language: str) -> str:
    """Street and number; a postal code that is not in use, and a town, where the original has a code."""
    street, number = random.choice(_tables().streets[language]), str(random.randint(1, 60))
    line = f"{street} {number}" if language == "de" else f"{number} {street}"
    if not re.search(r"\d", said):
        return street
    if not re.search(r"\d{4,5}|\b[A-Z]{1,2}\d", said):
        return line
    town = _town(random, "", language)
    code = f"{random.choice(('05', '43', '62'))}{random.randrange(1000):03}"  # regions that Germany left out
    return f"{line}, {code} {town}" if language == "de" else f"{line}, {town}"


def _taken(pseudonyms: Pseudonyms) -> set[str]:
    """What may not be drawn: whole values, and the words of names and places."""
    said = [*pseudonyms.numbers, *((f.entity_type, f.text) for f in pseudonyms.mentions)]
    taken = {_squeezed(value) for _, value in said}
    for entity_type, value in (*said, *(("PERSON", other) for other in pseudonyms.surrogates.values())):
        if entity_type in ("PERSON", "LOCATION", "ADDRESS", "ORGANIZATION"):
            taken |= {_squeezed(word) for word in value.split() if len(word) >= 3}
    return taken - {""}


def _beginnings(key: str) -> set[str]:
    """A value is taken out of longer words too: "Meier" must not come back as "Meierhof"."""
    return {key[:length] for length in range(min(4, len(key)), len(key) + 1)}


def _squeezed(text: str) -> str:
    return re.sub(r"[\W_]", "", fold(text))


@lru_cache(maxsize=1)
def _tables() -> _Tables:
    packed = files("pii_audio.redact").joinpath("data", "surrogates.tsv.xz").read_bytes()
    first: dict[str, dict[str, int]] = defaultdict(dict)
    lists: dict[str, dict[str, list[tuple[str, int]]]] = defaultdict(lambda: defaultdict(list))
    for line in lzma.decompress(packed).decode().splitlines():
        if not line.startswith("#"):
            kind, where, name, number = line.split("\t")
            lists[kind][where].append((name, int(number)))
    for language, names in lists["first"].items():
        first[language] = dict(names)
    return _Tables(
        first=first,
        last={where: [name for name, _ in names] for where, names in lists["last"].items()},
        streets={where: [name for name, _ in names] for where, names in lists["street"].items()},
        towns=lists["town"],
        sexes={fold(n): share for names in reversed(first.values()) for n, share in names.items()},
        surnames=frozenset(fold(name) for names in lists["last"].values() for name, _ in names),
        sizes={fold(n): (c, size) for c in ("US", "GB", "CH", "AT", "DE") for n, size in lists["town"][c]},
    )
