"""Placeholders that mean the same in every recording of a set: `<PERSON_1>` is one person throughout.

Two mentions are the same when they have the same entity type and the same name. What counts as the same
name is decided here from spelling alone; who said it, and whether it is true, this module does not know.

The rules, in the order in which they are applied:

1. Case, umlauts, titles and English possessives do not count: "Frau MUELLER", "Müller's" and "Müller".
2. A German possessive counts as the name where the name itself stands in the set: "Henrikes", "Henrike".
3. Misheard variants join the commoner spelling: "Maier" and "Meyer" (see `misheard.sounds_like`).
4. "Henrike" and "Frau Ostermann" join "Henrike Ostermann" if she is the only one in the set to whom the
   words fit. Two people who share a first name stay two, and the bare first name a third.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from operator import attrgetter, itemgetter
from secrets import token_bytes

from pii_audio.redact.misheard import sounds_like
from pii_audio.spelling import cologne, fold
from pii_audio.types import Finding

__all__ = ["IDENTIFIERS", "TITLES", "Mention", "Pseudonyms", "gender", "mention", "name_words"]

Name = tuple[str, ...]  # folded words; ("henrike", "ostermann")

IDENTIFIERS = frozenset({  # what leads to one person, whoever says it
    "CREDIT_CARD", "CRYPTO", "DE_HEALTH_INSURANCE", "DE_ID_CARD", "DE_KFZ", "DE_PASSPORT",
    "DE_SOCIAL_SECURITY", "DE_TAX_ID", "EMAIL_ADDRESS", "IBAN_CODE", "IP_ADDRESS",
    "LICENSE_PLATE", "PHONE_NUMBER", "TAX_ID",
    "UK_NHS", "UK_NINO", "UK_PASSPORT", "US_BANK_NUMBER", "US_DRIVER_LICENSE", "US_ITIN", "US_PASSPORT",
    "US_SSN",
})  # fmt: skip
_WOMAN = {"frau", "mrs", "ms", "miss", "oma", "tante", "mama", "grandma", "aunt", "auntie", "granny"}
_MAN = {"herr", "herrn", "mr", "mister", "opa", "onkel", "papa", "grandpa", "uncle", "grandad"}
TITLES = _WOMAN | _MAN | {
    "dr", "doktor", "doctor", "doktorin", "prof", "professor", "professorin", "familie", "family", "sir",
}  # fmt: skip
_OWNERS = {"mein", "meine", "meiner", "meinen", "meinem", "meines", "my", "unser", "unsere", "our"}


Mention = tuple[str, str]  # entity type and what was said, with its title


@dataclass(frozen=True, slots=True)
class Pseudonyms:
    """Who has which number in one set of recordings. Holds what was said: keep it private.

    `key` is what keyed pseudonyms are drawn with, `cipher` what `encrypt` encrypts with (32 bytes each);
    `highest` the highest number a type ever had; `surrogates` what was drawn for a label.
    """

    numbers: Mapping[Mention, int] = field(repr=False)
    mentions: tuple[Finding, ...] = field(default=(), repr=False)  # one of each value of this set
    highest: Mapping[str, int] = field(default_factory=dict)  # by entity type
    surrogates: Mapping[str, str] = field(default_factory=dict, repr=False)
    key: bytes = field(default_factory=partial(token_bytes, 32), repr=False, compare=False)
    cipher: bytes | None = field(default=None, repr=False)

    @classmethod
    def of(
        cls, findings_by_recording: Mapping[str, Sequence[Finding]], earlier: Pseudonyms | None = None
    ) -> Pseudonyms:
        """Number everything that was found in a set, in the order of recording ids and positions.

        The order in which recordings were processed does not matter. Another set, or the same set with a
        recording more, may number differently; unless `earlier` is given, whose numbers stay.
        """
        earlier = earlier or cls({})
        ordered = [
            finding
            for recording in sorted(findings_by_recording)
            for finding in sorted(
                findings_by_recording[recording], key=attrgetter("start", "end", "entity_type")
            )
        ]
        mentions = [detail for finding in ordered for detail in (finding, *finding.nested)]
        numbers, highest = dict(earlier.numbers), dict(earlier.highest)
        for entity_type in dict.fromkeys(f.entity_type for f in mentions):
            spoken = [mention(f)[1] for f in mentions if f.entity_type == entity_type]
            known = {said: n for (kind, said), n in earlier.numbers.items() if kind == entity_type}
            own = _numbered(entity_type, spoken, known, highest.get(entity_type, 0))
            numbers |= {(entity_type, said): n for said, n in own.items()}
            highest[entity_type] = max(highest.get(entity_type, 0), *own.values())
        kept = {(f.entity_type, f.text or f.value): f for f in reversed(mentions)}
        return replace(earlier, numbers=numbers, highest=highest, mentions=tuple(reversed(kept.values())))

    def label(self, finding: Finding) -> str:
        """PERSON_1; PERSON for a value that the set did not hold when it was numbered."""
        number = self.numbers.get(mention(finding))
        return f"{finding.entity_type}_{number}" if number else finding.entity_type

    def placeholder(self, finding: Finding) -> str:
        """The label in angle brackets."""
        return f"<{self.label(finding)}>"


def _numbered(
    entity_type: str, spoken: Sequence[str], known: Mapping[str, int], highest: int
) -> dict[str, int]:
    """A number for each mention: its own of earlier, that of the same person, or the next one."""
    who = _identities(entity_type, [*known, *spoken])
    number: dict[object, int] = {}
    for said, n in sorted(known.items(), key=itemgetter(1)):
        number.setdefault(who[said], n)
    for said in spoken:
        if said not in known and who[said] not in number:
            highest += 1
            number[who[said]] = highest
    return {said: known.get(said, number[who[said]]) for said in spoken}


def name_words(text: str) -> list[str]:
    """The words of a name as they were said, without titles: "Frau Dr. Ada-Lena Öz" -> Ada-Lena, Öz.

    "Mama" alone is a name and stays.
    """
    words = [re.sub(r"['’]s?$", "", word) for word in re.findall(r"\w+(?:['’-]\w+)*['’]?", text)]
    return [word for word in words if fold(word) not in TITLES] or words


def mention(finding: Finding) -> Mention:
    """The value; for a person with the title that was said, which normalisation may have dropped."""
    value = finding.value or finding.text
    title = gender(finding.text) if finding.entity_type == "PERSON" else ""
    return finding.entity_type, f"{title} {value}" if title and not gender(value) else value


def _identities(entity_type: str, spoken: Sequence[str]) -> dict[str, object]:
    """Mention -> something that is equal for the mentions of one and the same person, place or number."""
    if entity_type in IDENTIFIERS:
        return {mention: re.sub(r"\W", "", fold(mention)) for mention in spoken}
    names = {mention: _name(entity_type, mention) for mention in spoken}
    counts = Counter(names[mention] for mention in spoken)
    base = _without_genitive(counts)
    spelling = _spellings(base[name] for name in counts.elements())
    written = {m: tuple(spelling[word] for word in base[name]) for m, name in names.items()}
    if entity_type != "PERSON":
        return dict(written)
    return dict(_one_person(_with_gender(written)))


def _name(entity_type: str, mention: str) -> Name:
    words = name_words(mention) if entity_type == "PERSON" else re.findall(r"[\w-]+", mention)
    folded = [fold(word).replace("-", "") for word in words]
    if entity_type == "PARTNER":
        folded = [word for word in folded if word not in _OWNERS] or folded
    return tuple(folded)


def _without_genitive(names: Iterable[Name]) -> dict[Name, Name]:
    """Name -> the name without a German genitive s, where that is known to be a name of the set.

    "Peters" stays where somebody is called "Sebastian Peters".
    """
    known = set(names)
    parts = {word for name in known if len(name) > 1 for word in name}
    alone = {name[0] for name in known if len(name) == 1}

    def base(name: Name) -> Name:
        if not name or not name[-1].endswith("s"):
            return name
        stem = name[-1][:-1]
        if len(name) == 1 and name[0] not in parts and stem in parts | alone:
            return (stem,)
        return (*name[:-1], stem) if (*name[:-1], stem) in known and len(name) > 1 else name

    return {name: base(name) for name in known}


def _spellings(names: Iterable[Name]) -> dict[str, str]:
    """Word -> the commonest spelling in the set that sounds like it."""
    counts = Counter(word for name in names for word in name)
    leaders: dict[str, list[str]] = defaultdict(list)  # by sound: looking at all would take minutes
    spelling = {}
    for word in sorted(counts, key=lambda w: (-counts[w], w)):
        alike = leaders[cologne(word)]
        spelling[word] = next((leader for leader in alike if sounds_like(word, leader)), word)
        if spelling[word] == word:
            alike.append(word)
    return spelling


def _with_gender(names: Mapping[str, Name]) -> dict[str, Name]:
    """Tell "Frau Meier" from "Herr Meier" where the set has both; elsewhere the title does not count."""
    genders = {said: gender(said) for said in names}
    heard = {(name, genders[mention]) for mention, name in names.items()}
    both = {name for name, _ in heard if {(name, "Frau"), (name, "Herr")} <= heard}
    return {m: (genders[m], *name) if name in both and genders[m] else name for m, name in names.items()}


def gender(mention: str) -> str:
    """ "Frau" or "Herr", whatever the title was that says so; else nothing."""
    words = {fold(word) for word in re.findall(r"\w+", mention)}
    return "Frau" if words & _WOMAN else "Herr" if words & _MAN else ""


def _one_person(names: Mapping[str, Name]) -> dict[str, Name]:
    """Mention -> full name: a part of a name stands for the one person of the set whom it fits."""
    distinct = {frozenset(name): name for name in sorted(set(names.values()))}
    holding: dict[str, list[frozenset[str]]] = defaultdict(list)
    for words in distinct:
        for word in words:
            holding[word].append(words)

    def full(words: frozenset[str]) -> Name:
        longer = [other for other in holding[min(words, default="")] if words < other]
        whole = [other for other in longer if not any(other < another for another in longer)]
        return distinct[whole[0]] if len(whole) == 1 else distinct[words]

    return {mention: full(frozenset(name)) for mention, name in names.items()}
