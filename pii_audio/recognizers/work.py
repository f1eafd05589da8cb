"""What somebody does and where: occupations here, employers and schools from `organizations`.

A job counts when the sentence says that somebody has one ("ich bin ...", "works as a ...").
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from importlib.resources import files

from pii_audio.recognizers.cues import words
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
    r"technische[rn]?|freie[rn]?|selbst(?:st)?ändige[rn]?|freiberufliche[rn]?|ehemalige[rn]?|"
    r"examinierte[rn]?|studierte[rn]?|verbeamtete[rn]?|staatlich geprüfte[rn]?)"
)
_OWNER_DE = r"(?!\w+\s\w*nah?me\b)(?:mein|unser|dein|ihr|sein)e?[rnms]?\s+(?:\w+\s+)?\w+(?:\s+[A-ZÄÖÜ]\w+)?"
_JOB_DE = re.compile(
    rf"\b(?:(?:ich|er|sie|wir|{_OWNER_DE})\s+(?:bin|ist|war|wurde|wird|werde|waren|sind)|"
    r"(?:bin|ist|war|wurde|werde)\s+(?:ich|er|sie)|"
    r"(?:arbeite|arbeitet|arbeitete|gearbeitet|jobbe|jobbt|job|stelle|ausbildung|lehre|beruf|tätig|"
    r"angestellt|angefangen)"
    r"\s+(?:\w+\s+)?(?:als|zum|zur)|als(?=\s[\w-]+\s(?:gearbeitet|tätig|angestellt|angefangen|gejobbt|"
    r"bei)\b)|"
    r"von beruf|beruflich|und bin)"
    rf"\s+(?:{_ADVERB}\s+){{0,3}}(?:ein(?:e[rn]?)?\s+)?(?!{_ADVERB}\b)(?P<job>{_L}[\w-]+)",
    _I,
)
_BECOME_DE = re.compile(rf"\b(?P<job>{_L}[\w-]+)\s+(?:werden|geworden|gelernt)\b", _I)
_SOMEBODY = (
    r"(?:(?:i|he|she|you)(?:'m|’m|'s|’s|'ve| am| is| was| have| had| has|'d)?|we (?:are|were)|we're|"
    r"who(?:'s| is| was)|"
    r"(?:my|our|his|her)\s+(?:\w+\s+)?[\w'-]+(?:\s+[A-Z]\w+)?(?:'s| is| was| became)?)"
)
_JOB_EN = re.compile(
    rf"(?:\b{_SOMEBODY}\s+(?:been\s+|be\s+|used\s+to\s+be\s+|(?:a\s+)?(?:train(?:ed|ing)|stud(?:ied|"
    rf"ying))\s+to\s+"
    r"be\s+|going\s+to\s+be\s+)?(?:\w+ly\s+|also\s+|just\s+|still\s+|now\s+|always\s+|once\s+|"
    r"not\s+)?(?:an?|the)\s+|"
    r"\b(?:work|works|worked|working|job|jobs|career|employed|trained|training|qualified|retired|started|"
    r"position|hired|apprenticeship|retired|shifts?|life|years|stint|role|on)\s+(?:\w+\s+){0,2}?as\s+"
    r"(?:an?\s+|the\s+)?|\bas\s+(?:an?|the)\s+(?=[\w\s-]+\bfor\s)|"
    r"\b(?:became|becoming|become|being)\s+an?\s+|\bretired\s+(?=\w+)|\bfrom\s+being\s+an?\s+)"
    r"(?=(?P<job>(?:[\w-]+[^\S\n]+){0,4}[\w-]+))",
    _I,
)
_BY_TRADE = re.compile(
    r"\b(?:an?\s+)?(?P<job>(?:[\w-]+\s+){0,2}[\w-]+)(?=\s+by\s+(?:trade|profession)\b)", _I
)
# A head of one word that is a job by itself, and what is built like one where the sentence is sure of it.
_JOB_HEAD = re.compile(
    r"(?:manager|officer|assistant|driver|engineer|nurse|technician|worker|teacher|operator|clerk|designer|"
    r"developer|consultant|therapist|instructor|inspector|coordinator|co-ordinator|specialist|analyst|"
    r"supervisor|administrator|agent|advis[eo]r|attendant|controller|director|guard|helper|"
    r"mechanic|planner|scientist|secretary|stylist|surveyor|trainer|writer|keeper|maker|fitter|cutter|"
    r"fighter|layer|dresser|walker|minder|sitter|handler|picker|packer|cleaner|warden|porter|smith|wright|"
    r"monger|herd|\w+(?:ologist|ician|grapher|keeper|maker|worker|smith|wright|layer|fitter|minder|dresser|"
    r"hand|master|mistress|woman|man))"
)
_ANY_JOB = re.compile(r"\w{2,}(?:er|or|ist|ian|ant|ee|man|woman|person|smith|wright|hand|ess|eur|ic|ef)")
_WORKED = re.compile(
    r"\b(?:work\w*|job|career|employed|train\w*|qualified|hired|retired|as|bec[ao]\w+)\s", _I
)
_NOT_EN = words(
    """
    mother father brother sister daughter partner lover member customer owner driver's neighbour neighbor
    stranger man woman person human teenager toddler youngster manor matter number minor former later other
    better winner loser loner beginner user listener reader believer sufferer survivor smoker drinker
    singer's foreigner pensioner prisoner father-in-law mother-in-law sleeper swimmer runner walker player
    supporter follower computer paper letter corner summer winter disaster monster bother bummer sinner
    caller visitor resident tenant participant gentleman romantic alcoholic diabetic asthmatic christian
    italian canadian australian brazilian indian russian vegetarian feminist optimist pessimist realist
    giant elephant infant parent student's adult employee attendee refugee trustee committee coffee
    """
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
            if unrelated_from(utterance) is not None:
                found.append([])
            else:
                found.append([*_jobs(utterance), *organizations(utterance)])
        return found


@lru_cache(maxsize=2)
def _job_list(language: str) -> frozenset[str]:
    text = files(__package__).joinpath("data", f"jobs-{language}.txt").read_text(encoding="utf-8")
    return frozenset(line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#"))


def _jobs(utterance: Utterance) -> Iterator[Finding]:
    for pattern in (_JOB_DE, _BECOME_DE) if utterance.language == "de" else (_JOB_EN, _BY_TRADE):
        for match in pattern.finditer(utterance.text):
            start, end = match.span("job")
            if utterance.language == "en":
                sure = (
                    pattern is _BY_TRADE or _WORKED.search(match.group()[: start - match.start()]) is not None
                )
                end = _english_job_end(utterance.text, start, end, sure=sure)
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


def _english_job_end(text: str, start: int, end: int, *, sure: bool = False) -> int:
    """ "bricklayer same as" -> behind "bricklayer"; `start` where no job begins the phrase.

    Unlisted words count by a head such as "manager", or by their ending where the sentence is `sure`.
    """
    said = [word.lower() for word in text[start:end].split()]
    for n in range(len(said), 0, -1):
        if any(" ".join(said[k:n]) in _job_list("en") for k in range(n)):
            return start + _length(text[start:end], n)
    for n, word in enumerate(said, 1):
        if word in _BREAKS:
            break
        head = _JOB_HEAD.fullmatch(word) or (sure and _ANY_JOB.fullmatch(word))
        following = said[n] if n < len(said) else ""
        if (
            head
            and word not in _NOT_EN
            and not (_JOB_HEAD.fullmatch(following) or _ANY_JOB.fullmatch(following))
        ):
            return start + _length(text[start:end], n)
    return start


_BREAKS = words("of at in for with to from and or but that who which when is was i my so the a an on by same")


def _length(text: str, n: int) -> int:
    match = re.match(r"\S+" + r"\s+\S+" * (n - 1), text)
    return match.end() if match else 0


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
    return (
        sure
        and built
        and (job[0].isupper() if utterance.cased else utterance.lexicon.word(lower) > 0 or "-" in lower)
    )
