"""What somebody does and where: occupations here, employers and schools from `organizations`.

A job counts when the sentence says that somebody has one ("ich bin ...", "works as a ...").
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from importlib.resources import files

from pii_audio.recognizers.cues import cues, words
from pii_audio.recognizers.organizations import organizations
from pii_audio.recognizers.people import unrelated_from
from pii_audio.recognizers.places import whose
from pii_audio.recognizers.tokens import Utterance, read
from pii_audio.types import Finding, Transcript

__all__ = ["WorkRecognizer"]

_I = re.IGNORECASE
_L = r"[^\W\d_]"

_ADVERB = (
    r"(?:dann|auch|jetzt|früher|damals|lange|mal|immer|erst|später|ja|eigentlich|selbst|gerade|noch|nur|"
    r"heute|ursprünglich|"
    r"seit \w+ jahren|von beruf|gelernte[rn]?|angestellte[rn]?|pensionierte[rn]?|leitende[rn]?|"
    r"technische[rn]?|freie[rn]?)"
)
_OWNER_DE = r"(?!\w+\s\w*nah?me\b)(?:mein|unser|dein|ihr|sein)e?[rnms]?\s+(?:\w+\s+)?\w+(?:\s+[A-ZÄÖÜ]\w+)?"
_JOB_DE = re.compile(
    rf"\b(?:(?:ich|er|sie|wir|{_OWNER_DE})\s+(?:bin|ist|war|wurde|wird|werde|waren|sind)|"
    r"(?:bin|ist|war|wurde|werde)\s+(?:ich|er|sie)|"
    r"(?:arbeite|arbeitet|arbeitete|gearbeitet|jobbe|jobbt|job|stelle|ausbildung|lehre|beruf|tätig|"
    r"angestellt|angefangen)"
    r"\s+(?:\w+\s+)?(?:als|zum|zur)|als(?=\s[\w-]+\s(?:gearbeitet|tätig|angestellt|angefangen|gejobbt|bei)\b)|"
    r"von beruf|beruflich|und bin)"
    rf"\s+(?:{_ADVERB}\s+){{0,3}}(?:ein(?:e[rn]?)?\s+)?(?!{_ADVERB}\b)(?P<job>{_L}[\w-]+)",
    _I,
)
_BECOME_DE = re.compile(rf"\b(?P<job>{_L}[\w-]+)\s+(?:werden|geworden)\b", _I)
_JOB_EN = re.compile(
    r"(?:\b(?:i'm|i’m|i am|i was|he's|she's|he is|she is|he was|she was|"
    r"(?:my|our|his|her)\s+(?:\w+\s+)?[\w'-]+(?:\s+[A-Z]\w+)?(?:'s| is| was| became))\s+(?:\w+ly\s+|"
    r"also\s+|just\s+)?(?:an?\s+)|"
    r"\b(?:work|works|worked|working|job|jobs|career|employed|trained|training|qualified|retired|started|"
    r"position|hired|apprenticeship|retired)\s+(?:\w+\s+)?as\s+(?:an?\s+|the\s+)?|"
    r"\b(?:became|becoming|become)\s+an?\s+|\bretired\s+(?=\w+))"
    r"(?P<job>(?:[\w-]+[^\S\n]+){0,3}[\w-]+)",
    _I,
)
_JOB_SUFFIX_DE = re.compile(
    r"(?:lehrer|führer|meister|pfleger|ingenieur|berater|techniker|mechaniker|mechatroniker|verkäufer|"
    r"fahrer|arbeiter|verwalter|helfer|händler|"
    r"macher|bauer|wirt|gärtner|schneider|schlosser|elektriker|elektroniker|maler|zeichner|assistent|"
    r"referent|agent|student|"
    r"therapeut|pädagoge|psychologe|biologe|loge|jurist|polizist|florist|ist|beamter|angestellter|"
    r"entwickler|programmierer|"
    r"installateur|monteur|friseur|redakteur|direktor|leiter|sekretär|trainer|schaffner|anwalt|arzt|mann|"
    r"frau|kraft|wart|koch|kellner|"
    r"bäcker|metzger|fleischer|maurer|tischler|schreiner|zimmerer|dachdecker|klempner|näher|schwester|"
    r"hebamme|erzieher|putzer|makler|"
    r"steuerer|wächter|bote|müller|forscher|wissenschaftler|informatiker|chemiker|physiker|künstler|"
    r"musiker|sänger|tänzer|schauspieler|"
    r"autor|journalist|fotograf|designer|architekt|planer|prüfer|rechner|kassierer|drucker|schweißer|"
    r"dreher|fräser|gießer|bergmann|"
    r"winzer|landwirt|förster|jäger|fischer|matrose|kapitän|pilot|lotse|soldat|offizier|notar|richter|"
    r"schöffe|apotheker|optiker|zahntechniker)(?:in)?$"
)
_NO_JOB = words(
    """
    mann frau ehemann ehefrau freund freundin kind mutter vater single rentner rentnerin optimist
    pessimist realist egoist jemand fachmann weihnachtsmann schneemann landsmann meister nachbar kunde
    kundin besitzer eigentümer mieter anrufer spieler gewinner deutscher deutsche ausländer anfänger
    laie fan gast könig verlierer raucher nichtraucher vegetarier christ moslem feminist azubi
    auszubildende auszubildender lehrling schüler schülerin erster zweiter letzter ist bist meist
    zumeist einzelkind witwer hausbesitzer frühaufsteher
    """
)


class WorkRecognizer:
    name = "work"

    def find(self, transcripts: Sequence[Transcript]) -> list[list[Finding]]:
        found: list[list[Finding]] = []
        for transcript in transcripts:
            utterance = read(transcript)
            if unrelated_from(utterance, cues(utterance.language)) is not None:
                found.append([])
            else:
                found.append([*_jobs(utterance), *organizations(utterance)])
        return found


@lru_cache(maxsize=2)
def _job_list(language: str) -> frozenset[str]:
    text = files(__package__).joinpath("data", f"jobs-{language}.txt").read_text(encoding="utf-8")
    return frozenset(line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#"))


def _jobs(utterance: Utterance) -> Iterator[Finding]:
    for pattern in (_JOB_DE, _BECOME_DE) if utterance.language == "de" else (_JOB_EN,):
        for match in pattern.finditer(utterance.text):
            start, end = match.span("job")
            if utterance.language == "en":
                end = _english_job_end(utterance.text, start, end)
            if end > start and _is_job(utterance, start, end, sure=pattern is not _BECOME_DE):
                yield utterance.finding(
                    "OCCUPATION",
                    start,
                    end,
                    score=0.85,
                    recognizer="work",
                    reason="job",
                    subject=whose(utterance, start),
                )


def _english_job_end(text: str, start: int, end: int) -> int:
    """ "bricklayer same as" -> behind "bricklayer"; `start` where no listed job begins the phrase."""
    said = text[start:end].split()
    for n in range(len(said), 0, -1):
        if any(" ".join(said[k:n]).lower() in _job_list("en") for k in range(n)):
            return start + len(re.match(r"\S+" + r"\s+\S+" * (n - 1), text[start:end]).group())  # type: ignore[union-attr]
    return start


def _is_job(utterance: Utterance, start: int, end: int, *, sure: bool) -> bool:
    """Listed, or in German built like a job where the sentence is `sure` that one is named."""
    job = utterance.text[start:end]
    lower = job.lower()
    if utterance.language == "en":
        return True
    if lower in _NO_JOB:
        return False
    if lower in _job_list("de") or lower.removesuffix("in") in _job_list("de"):
        return True
    built = len(lower) > 6 and _JOB_SUFFIX_DE.search(lower) is not None
    return sure and built and (job[0].isupper() if utterance.cased else utterance.lexicon.word(lower) > 0)
