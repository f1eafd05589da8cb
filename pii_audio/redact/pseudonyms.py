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
from dataclasses import dataclass, field
from operator import attrgetter

from pii_audio.redact.misheard import sounds_like
from pii_audio.spelling import cologne, fold
from pii_audio.types import Finding

__all__ = ["IDENTIFIERS", "Pseudonyms", "name_words"]

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
_TITLES = _WOMAN | _MAN | {
    "dr", "doktor", "doctor", "doktorin", "prof", "professor", "professorin", "familie", "family", "sir",
}  # fmt: skip
_OWNERS = {"mein", "meine", "meiner", "meinen", "meinem", "meines", "my", "unser", "unsere", "our"}


@dataclass(frozen=True, slots=True)
class Pseudonyms:
    """Who has which number in one set of recordings. Holds what was said: keep it private."""

    numbers: Mapping[tuple[str, str], int] = field(repr=False)  # (entity type, mention) -> number
    mentions: tuple[Finding, ...] = field(repr=False)  # one of each value, in the order of their numbers

    @classmethod
    def of(cls, findings_by_recording: Mapping[str, Sequence[Finding]]) -> Pseudonyms:
        """Number everything that was found in a set, in the order of recording ids and positions.

        The order in which recordings were processed does not matter. Another set, or the same set with a
        recording more, may number differently.
        """
        ordered = [
            finding
            for recording in sorted(findings_by_recording)
            for finding in sorted(
                findings_by_recording[recording], key=attrgetter("start", "end", "entity_type")
            )
        ]
        mentions = [detail for finding in ordered for detail in (finding, *finding.nested)]
        numbers: dict[tuple[str, str], int] = {}
        for entity_type in dict.fromkeys(f.entity_type for f in mentions):
            spoken = [_mention(f) for f in mentions if f.entity_type == entity_type]
            who = _identities(entity_type, spoken)
            number = {identity: n for n, identity in enumerate(dict.fromkeys(who[m] for m in spoken), 1)}
            numbers |= {(entity_type, m): number[who[m]] for m in spoken}
        kept = {(f.entity_type, f.text or f.value): f for f in reversed(mentions)}
        return cls(numbers, tuple(reversed(kept.values())))

    def placeholder(self, finding: Finding) -> str:
        """`<PERSON_1>`; `<PERSON>` for a value that the set did not hold when it was numbered."""
        number = self.numbers.get((finding.entity_type, _mention(finding)))
        return f"<{finding.entity_type}_{number}>" if number else f"<{finding.entity_type}>"


def name_words(text: str) -> list[str]:
    """The words of a name as they were said, without titles: "Frau Dr. Ada-Lena Öz" -> Ada-Lena, Öz.

    "Mama" alone is a name and stays.
    """
    words = [re.sub(r"['’]s?$", "", word) for word in re.findall(r"\w+(?:['’-]\w+)*['’]?", text)]
    return [word for word in words if fold(word) not in _TITLES] or words


def _mention(finding: Finding) -> str:
    """The value; for a person with the title that was said, which normalisation may have dropped."""
    value = finding.value or finding.text
    title = _gender(finding.text) if finding.entity_type == "PERSON" else ""
    return f"{title} {value}" if title and not _gender(value) else value


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
    gender = {mention: _gender(mention) for mention in names}
    heard = {(name, gender[mention]) for mention, name in names.items()}
    both = {name for name, _ in heard if {(name, "Frau"), (name, "Herr")} <= heard}
    return {m: (gender[m], *name) if name in both and gender[m] else name for m, name in names.items()}


def _gender(mention: str) -> str:
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
