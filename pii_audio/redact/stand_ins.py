"""Other jobs, firms and people close to somebody, in the place of real ones: usual ones.

Each keeps the form in which the original was said, so that sentences stay sentences. Whether what is drawn is
somebody's in the set, the caller knows.
"""

from __future__ import annotations

import re
from random import Random

__all__ = ["firm_like", "job_like", "somebody_like", "somebody_said"]

_JOBS_DE = (  # a man, a woman
    ("Verkäufer", "Verkäuferin"), ("Bäcker", "Bäckerin"), ("Lehrer", "Lehrerin"), ("Maler", "Malerin"),
    ("Elektriker", "Elektrikerin"), ("Gärtner", "Gärtnerin"), ("Buchhalter", "Buchhalterin"),
    ("Erzieher", "Erzieherin"), ("Friseur", "Friseurin"), ("Tischler", "Tischlerin"),
    ("Mechaniker", "Mechanikerin"), ("Kellner", "Kellnerin"), ("Busfahrer", "Busfahrerin"),
    ("Techniker", "Technikerin"), ("Sachbearbeiter", "Sachbearbeiterin"), ("Altenpfleger", "Altenpflegerin"),
    ("Bankkaufmann", "Bankkauffrau"), ("Bürokaufmann", "Bürokauffrau"), ("Ingenieur", "Ingenieurin"),
    ("Übersetzer", "Übersetzerin"), ("Optiker", "Optikerin"), ("Apotheker", "Apothekerin"),
)  # fmt: skip
_JOBS_EN = (
    *("baker", "teacher", "bookkeeper", "gardener", "mechanic", "nurse", "painter", "plumber", "waiter"),
    *("bus driver", "carpenter", "chef", "cleaner", "dentist", "hairdresser", "librarian", "tailor"),
    *("accountant", "architect", "electrician", "engineer", "interpreter", "optician", "office clerk"),
)
_WOMAN = re.compile(r"(?:in|frau|schwester|hebamme|dame)\Z", re.IGNORECASE)

_OWNER = re.compile(r"((?:mein|unser)(?:e[mnrs]?)?|my|our)\s+\S", re.IGNORECASE)
_SHE = re.compile(
    r"(?:frau|freundin|in|hälfte|witwe|braut|mausi|perle|dame|liebste|geliebte|verlobte)\Z", re.I
)
_WOMEN = ("Schwester", "Cousine", "Nachbarin", "Kollegin", "Tante", "Mitbewohnerin", "Schwägerin")
_MEN = (
    "Bruder",
    "Cousin",
    "Onkel",
    "Mitbewohner",
    "Schwager",
    "Vermieter",
    "Trainer",
)  # no case changes these
_ANYBODY = ("neighbour", "cousin", "flatmate", "colleague", "landlord", "uncle", "aunt")

_FORM = re.compile(
    r"(?:\w*(?:sparkasse|bank|klinik|klinikum|krankenhaus|schule|gymnasium|universität|werke|bäckerei|"
    r"metzgerei|apotheke|praxis|kanzlei|verlag|verein|hotel|werft|kita|kindergarten)|uni|firma|"
    r"hospital|school|university|college|clinic|bakery|bank|pharmacy|gmbh|ag|kg|ohg|se|inc|ltd|llc|plc)\Z",
    re.IGNORECASE,
)


def job_like(said: str, language: str, random: Random) -> str:
    """A job of somebody of the same sex; in English one that takes the same article."""
    if language == "de":
        one = random.choice(_JOBS_DE)[bool(_WOMAN.search(said))]
        return one if said[:1].isupper() else one.lower()
    vowel = said[:1].lower() in "aeiou"
    return random.choice([job for job in _JOBS_EN if (job[0] in "aeiou") == vowel])


def somebody_like(said: str, language: str, random: Random) -> str:
    """Whoever is close to the speaker without being a partner: "Schwester" for "meine Frau".

    "" where it is not said whose: "verheiratet" has no other word of its kind that would say nothing.
    """
    if not _OWNER.match(said):
        return ""
    if language == "en":
        return random.choice(_ANYBODY)
    feminine = re.match(r"(?:mein|unser)er?\b", said, re.IGNORECASE) and _SHE.search(said)
    return random.choice(_WOMEN if feminine else _MEN)


def somebody_said(said: str, drawn: str) -> str:
    """In the case in which the original stands: "meiner Frau" -> "meiner Schwester"."""
    owner = said.split()[0]
    genitive = owner.lower() in ("meines", "unseres") or re.search(r"['’]s\Z", said)
    ending = "" if not genitive else "'s" if owner.lower() in ("my", "our") else "s"
    return f"{owner} {drawn}{ending}"


def firm_like(said: str, name: str) -> str:
    """With its kind and legal form, if it has any: "Klinikum Bremen" -> "Klinikum Berger". "" for no name."""
    words = said.split()
    forms = [bool(_FORM.match(re.sub(r"[\W_]", "", word))) for word in words]
    if all(forms) or words[0].islower():
        return ""
    first = forms.index(False)
    return " ".join(name if n == first else word for n, word in enumerate(words) if forms[n] or n == first)
