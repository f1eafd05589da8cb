"""What somebody does and where: occupations, employers, schools, clubs and practices of private persons.

Jobs count when the sentence says that somebody has one ("ich bin ...", "works as a ..."); organisations when
somebody works, learns or is treated there. Shops and brands asked for in general are not looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from importlib.resources import files

from pii_audio.recognizers.cues import cues
from pii_audio.recognizers.people import unrelated_from
from pii_audio.recognizers.places import whose
from pii_audio.recognizers.tokens import Utterance, read
from pii_audio.types import Finding, Transcript

__all__ = ["WorkRecognizer"]

_I = re.IGNORECASE
_L = r"[^\W\d_]"

_WHO_DE = r"(?:ich|er|sie|(?:mein|unser|dein|ihr|sein)e?[rnms]?\s+(?:\w+\s+)?\w+(?:\s+[A-ZÄÖÜ]\w+)?)"
_JOB_DE = re.compile(
    rf"(?:\b{_WHO_DE}\s+(?:bin|ist|war|wurde|wird|werde|bin auch|war früher|ist auch|war lange|war immer)\s+|"
    rf"\b(?:bin|ist|war|wurde|werde)\s+(?:ich|er|sie)\s+(?:ja\s+|jetzt\s+|damals\s+|früher\s+)?|"
    r"\b(?:ich bin|bin ich|und bin|ich war|ich wurde|ich werde)\s+(?:(?:dann|auch|jetzt|früher|damals|lange|mal|immer|erst|später|ja|eigentlich|selbst|gerade|noch|nur|heute|seit \w+ jahren)\s+){0,2}|"
    r"\b(?:arbeite|arbeitet|arbeitete|gearbeitet|jobbe|jobbt|job|stelle|ausbildung|lehre|beruf|tätig|angestellt|angefangen)\s+(?:\w+\s+)?(?:als|zum|zur)\s+(?:ein(?:e[rn]?)?\s+)?|"
    r"\bals\s+(?=\w+\s+(?:gearbeitet|tätig|angestellt|angefangen|gejobbt|bei\b))|"
    r"\b(?:von beruf|beruflich|gelernte[rn]?|angestellte[rn]?|pensionierte[rn]?|selbst(?:st)?ändige[rn]?|studierte[rn]?)\s+(?:bin ich\s+|ist (?:er|sie)\s+)?(?:als\s+)?)"
    rf"(?P<job>(?:(?:leitende[rn]?|gelernte[rn]?|technische[rn]?|medizinische[rn]?|kaufmännische[rn]?|selbst(?:st)?ändige[rn]?|freie[rn]?|staatlich\w*)\s+)?{_L}[\w-]+)",
    _I,
)
_JOB_EN = re.compile(
    rf"(?:\b(?:i'm|i’m|i am|i was|he's|she's|he is|she is|he was|she was|"
    rf"(?:my|our|his|her)\s+(?:\w+\s+)?[\w'-]+(?:\s+[A-Z]\w+)?(?:'s| is| was| became))\s+(?:\w+ly\s+|also\s+|just\s+)?(?:an?\s+)|"
    r"\b(?:work|works|worked|working|job|jobs|career|employed|trained|training|qualified|retired|started|position|hired|apprenticeship|retired)\s+(?:\w+\s+)?as\s+(?:an?\s+|the\s+)?|"
    r"\b(?:became|becoming|become)\s+an?\s+|\bretired\s+(?=\w+))"
    rf"(?P<job>(?:[\w-]+\s+){{0,3}}?[\w-]+)(?=\s*(?:$|[,.;:!?])|\s+(?:and|in|at|for|by|from|with|who|here|there|now|until|all|but|so|when|since|my|on|of|or|till|back|then)\b)",
    _I,
)
_JOB_SUFFIX_DE = re.compile(
    r"(?:lehrer|führer|meister|pfleger|ingenieur|berater|techniker|mechaniker|mechatroniker|verkäufer|fahrer|arbeiter|verwalter|helfer|händler|"
    r"macher|bauer|wirt|gärtner|schneider|schlosser|elektriker|elektroniker|maler|zeichner|assistent|referent|agent|student|"
    r"therapeut|pädagoge|psychologe|biologe|loge|jurist|polizist|florist|ist|beamter|angestellter|entwickler|programmierer|"
    r"installateur|monteur|friseur|redakteur|direktor|leiter|sekretär|trainer|schaffner|anwalt|arzt|mann|frau|kraft|wart|koch|kellner|"
    r"bäcker|metzger|fleischer|maurer|tischler|schreiner|zimmerer|dachdecker|klempner|näher|schwester|hebamme|erzieher|putzer|makler|"
    r"steuerer|wächter|bote|müller|forscher|wissenschaftler|informatiker|chemiker|physiker|künstler|musiker|sänger|tänzer|schauspieler|"
    r"autor|journalist|fotograf|designer|architekt|planer|prüfer|rechner|kassierer|drucker|schweißer|dreher|fräser|gießer|bergmann|"
    r"winzer|landwirt|förster|jäger|fischer|matrose|kapitän|pilot|lotse|soldat|offizier|notar|richter|schöffe|apotheker|optiker|zahntechniker)(?:in)?$"
)
_NO_FIRM = frozenset(
    "uns mir ihm ihr ihnen einer einem meinen meinem meiner jemandem freunden nacht regen".split()
)
_FIRMS = frozenset("bundeswehr bahn post polizei stadt telekom siemens".split())
_NO_JOB = frozenset(
    """mann frau ehemann ehefrau freund freundin kind mutter vater single rentner rentnerin optimist pessimist realist egoist jemand
    fachmann weihnachtsmann schneemann landsmann meister nachbar kunde kundin besitzer eigentümer mieter anrufer spieler gewinner
    deutscher deutsche ausländer anfänger laie fan gast könig verlierer raucher nichtraucher vegetarier christ moslem feminist
    azubi auszubildende auszubildender lehrling schüler schülerin erster zweiter letzter ist bist meist zumeist einzelkind witwer hausbesitzer frühaufsteher""".split()
)
_PLACE_OF_WORK_DE = re.compile(
    r"\b(?:arbeite[nt]?|arbeitet(?:e|en)?|gearbeitet|beschäftigt|angestellt|angefangen|ausbildung|lehre|lehrling|azubi|praktikum|job|schicht|"
    r"gelernt|stelle|tätig|praktikant(?:in)?|mitarbeiter(?:in)?|chef(?:in)?|verkäufer(?:in)?|jobbt|jobbe|kündigung|rente|betriebsrat)"
    rf"(?:\s+(?:\w+\s+){{0,4}}?)(?:bei(?:m)?|für)\s+(?:der\s+|den\s+|dem\s+)?(?P<org>{_L}[\w&.-]*(?:\s+(?-i:[A-ZÄÖÜ][\w&.-]*|und\s+[A-ZÄÖÜ]\w+|&\s+\w+)){{0,3}})",
    _I,
)
_WORKED_DE = re.compile(
    rf"\bbei(?:m)?\s+(?:der\s+|den\s+|dem\s+)?(?P<org>{_L}[\w&.-]*(?:\s+(?-i:[A-ZÄÖÜ][\w&.-]*)){{0,2}})\s+(?:\w+\s+)?(?:gearbeitet|angestellt|beschäftigt|gelernt|angefangen|arbeite[nt]?|arbeitete|war ich)\b",
    _I,
)
_SCHOOL_DE = re.compile(
    rf"\b(?P<org>(?:{_L}+-){{0,3}}(?:{_L}*(?:grundschule|hauptschule|realschule|gesamtschule|gesamtschule|mittelschule|oberschule|berufsschule|musikschule|volkshochschule|"
    rf"hochschule|förderschule|waldorfschule|gymnasium|kindergarten|kita|kindertagesstätte|universität|uni|(?:(?:stadt|kreis)\s)?sparkasse|volksbank|raiffeisenbank|klinikum|krankenhaus|"
    rf"gemeinschaftspraxis|zahnarztpraxis|praxis|kanzlei|apotheke|feuerwehr|turnverein|sportverein|schützenverein|gesangverein|kirchengemeinde|gemeinde|stadtwerke|autohaus|hausverwaltung)|schule))"
    rf"(?P<name>\s+(?:(?:am|an der|im|in der|auf der|auf dem|zum|zur|sankt|st\.?|von|der|für|des)\s+{_L}[\w-]+(?:\s+[A-ZÄÖÜ][\w-]+)?|(?-i:[A-ZÄÖÜ][\w-]+)(?:\s+(?-i:[A-ZÄÖÜ][\w-]+))?|{_L}{{4,}}))?",
    _I,
)
_CLUB_DE = re.compile(
    rf"\b(?P<org>(?:tsv|sv|fc|vfl|vfb|tus|sc|sg|fsv|djk|tsg|bsv|ssv|esv|mtv|asv|spvgg|drk|awo)\s+(?:\d{{2,4}}\s+)?{_L}[\w-]+(?:\s+\d{{2,4}})?)",
    _I,
)
_FIRM = frozenset(
    "uns mir ihm ihr ihnen einer einem meinen meinem meiner jemandem freunden nacht regen".split()
)
_FIRMS = frozenset("bundeswehr bahn post polizei stadt telekom siemens".split())
_NO_JOB = frozenset(
    """mann frau ehemann ehefrau freund freundin kind mutter vater single rentner rentnerin optimist pessimist realist egoist jemand
    fachmann weihnachtsmann schneemann landsmann meister nachbar kunde kundin besitzer eigentümer mieter anrufer spieler gewinner
    deutscher deutsche ausländer anfänger laie fan gast könig verlierer raucher nichtraucher vegetarier christ moslem feminist
    azubi auszubildende auszubildender lehrling schüler schülerin erster zweiter letzter ist bist meist zumeist einzelkind witwer hausbesitzer frühaufsteher""".split()
)
_PLACE_OF_WORK_DE = re.compile(
    r"\b(?:arbeite[nt]?|arbeitet(?:e|en)?|gearbeitet|beschäftigt|angestellt|angefangen|ausbildung|lehre|lehrling|azubi|praktikum|job|schicht|"
    r"gelernt|stelle|tätig|praktikant(?:in)?|mitarbeiter(?:in)?|chef(?:in)?|verkäufer(?:in)?|jobbt|jobbe|kündigung|rente|betriebsrat)"
    rf"(?:\s+(?:\w+\s+){{0,4}}?)(?:bei(?:m)?|für)\s+(?:der\s+|den\s+|dem\s+)?(?P<org>{_L}[\w&.-]*(?:\s+(?-i:[A-ZÄÖÜ][\w&.-]*|und\s+[A-ZÄÖÜ]\w+|&\s+\w+)){{0,3}})",
    _I,
)
_WORKED_DE = re.compile(
    rf"\bbei(?:m)?\s+(?:der\s+|den\s+|dem\s+)?(?P<org>{_L}[\w&.-]*(?:\s+(?-i:[A-ZÄÖÜ][\w&.-]*)){{0,2}})\s+(?:\w+\s+)?(?:gearbeitet|angestellt|beschäftigt|gelernt|angefangen|arbeite[nt]?|arbeitete|war ich)\b",
    _I,
)
_SCHOOL_DE = re.compile(
    rf"\b(?P<org>(?:{_L}+-){{0,3}}(?:{_L}*(?:grundschule|hauptschule|realschule|gesamtschule|gesamtschule|mittelschule|oberschule|berufsschule|musikschule|volkshochschule|"
    rf"hochschule|förderschule|waldorfschule|gymnasium|kindergarten|kita|kindertagesstätte|universität|uni|sparkasse|volksbank|raiffeisenbank|klinikum|krankenhaus|"
    rf"gemeinschaftspraxis|zahnarztpraxis|praxis|kanzlei|apotheke|feuerwehr|turnverein|sportverein|schützenverein|gesangverein|kirchengemeinde|gemeinde|stadtwerke|autohaus|hausverwaltung)|schule))"
    rf"(?P<name>\s+(?:(?:am|an der|im|in der|auf der|auf dem|zum|zur|sankt|st\.?|von|der|für|des)\s+{_L}[\w-]+(?:\s+[A-ZÄÖÜ][\w-]+)?|(?-i:[A-ZÄÖÜ][\w-]+)(?:\s+(?-i:[A-ZÄÖÜ][\w-]+))?|{_L}{{4,}}))?",
    _I,
)
_CLUB_DE = re.compile(
    r"\b(?P<org>(?-i:(?:TSV|SV|FC|VfL|VfB|TuS|SC|SG|FSV|DJK|TSG|BSV|SSV|ESV|MTV|ASV|SpVgg|DRK|AWO))\s+(?:\d{2,4}\s+)?(?-i:[A-ZÄÖÜ][\w-]+)(?:\s+\d{2,4})?)"
)
_FIRM = re.compile(
    r"\b(?P<org>(?:(?-i:[A-ZÄÖÜ][\w&-]+)\s+(?:&\s+|und\s+|and\s+)?){1,3}(?-i:GmbH(?:\s*&\s*Co\.?\s*KG)?|AG|KG|OHG|e\.\s?V\.|SE|UG|Inc\.?|LLC|Ltd\.?|Corp\.?|PLC|plc))"
)
_ORG_EN = re.compile(
    rf"\b(?:works?|worked|working|employed|teach(?:es)?|taught|job|jobs|apprentice|apprenticeship|intern|interned|internship|position|shift|boss|manager|cashier|nurse|"
    rf"clerk|driver|engineer|cook|graduated|studied|studying|studies|enrolled|coach(?:es)?|volunteer(?:s|ed)?|joined|retired|hired|career|years|laid off|quit)"
    rf"(?:\s+(?:\w+\s+){{0,3}}?)(?:at|for|with|from|by)\s+(?P<org>(?-i:[A-Z])[\w&.'’-]*(?:\s+(?:(?:of|and|&|the)\s+)?(?-i:[A-Z])[\w&.'’-]*){{0,4}})"
)
_ORG_EN_LOWER = re.compile(
    rf"\b(?:works?|worked|working|employed|apprentice|teach(?:es)?|taught|intern|interned|job)\s+(?:at|for|with)\s+(?P<org>(?!the\b|a\b|an\b|my\b|our\b|his\b|her\b|home\b|night\b|least\b){_L}[\w&'-]+(?:\s+(?!in\b|and\b|on\b|as\b|for\b){_L}[\w&'-]+)?)",
    _I,
)
_SCHOOL_EN = re.compile(
    r"\b(?P<org>(?:(?:Saint|St\.?)\s+)?(?:(?-i:[A-Z])[\w'’.-]+\s+){1,3}(?:Elementary|Middle|High|Primary|Grammar|Secondary|Community|Medical|Baptist|Methodist|Lutheran|Catholic)?\s?"
    r"(?:School|Elementary|High|Academy|College|University|Hospital|Clinic|Surgery|Practice|Church|Kindergarten|Preschool|Nursery|Credit Union|Dental|Law Firm))\b"
)


class WorkRecognizer:
    name = "work"

    def find(self, transcripts: Sequence[Transcript]) -> list[list[Finding]]:
        found = []
        for transcript in transcripts:
            utterance = read(transcript)
            if unrelated_from(utterance, cues(utterance.language)) is not None:
                found.append([])
            else:
                found.append([*_jobs(utterance), *_organizations(utterance)])
        return found


@lru_cache(maxsize=2)
def _job_list(language: str) -> frozenset[str]:
    text = files(__package__).joinpath("data", f"jobs-{language}.txt").read_text(encoding="utf-8")
    return frozenset(line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#"))


def _jobs(utterance: Utterance) -> Iterator[Finding]:
    pattern = _JOB_DE if utterance.language == "de" else _JOB_EN
    for match in pattern.finditer(utterance.text):
        start, end = match.span("job")
        job = utterance.text[start:end].lower()
        listed = _is_job_de(utterance, start, end) if utterance.language == "de" else _is_job_en(job)
        if listed:
            yield utterance.finding(
                "OCCUPATION",
                start,
                end,
                score=0.85,
                recognizer="work",
                reason="job",
                subject=whose(utterance, start),
            )


def _is_job_de(utterance: Utterance, start: int, end: int) -> bool:
    job = utterance.text[start:end].split()[-1]
    lower = job.lower()
    if lower in _NO_JOB or (utterance.cased and not job[0].isupper()):
        return False
    masculine = lower.removesuffix("in")
    known = lower in _job_list("de") or masculine in _job_list("de")
    return known or (
        len(lower) > 6
        and _JOB_SUFFIX_DE.search(lower) is not None
        and (utterance.cased or utterance.lexicon.word(lower) > 0)
    )


def _is_job_en(job: str) -> bool:
    words = job.split()
    return any(" ".join(words[k:]) in _job_list("en") for k in range(len(words))) and len(words) < 5


def _organizations(utterance: Utterance) -> Iterator[Finding]:
    if utterance.language == "de":
        patterns = [
            (_PLACE_OF_WORK_DE, 0.75),
            (_WORKED_DE, 0.75),
            (_SCHOOL_DE, 0.8),
            (_CLUB_DE, 0.8),
            (_FIRM, 0.8),
        ]
    else:
        patterns = [(_SCHOOL_EN, 0.8), (_ORG_EN if utterance.cased else _ORG_EN_LOWER, 0.75), (_FIRM, 0.8)]
    for pattern, score in patterns:
        for match in pattern.finditer(utterance.text):
            start, end = match.span("org")
            if pattern is _SCHOOL_DE:
                end = _school_end(utterance, match)
            elif pattern is _CLUB_DE:
                name = utterance.text[start:end].split()[1].lower()
                end = end if utterance.lexicon.place_or_unknown(name) else start
            elif not _can_be_firm(utterance, start, end):
                continue
            if end > start:
                end -= len(utterance.text[start:end]) - len(utterance.text[start:end].rstrip(" .,"))
                yield utterance.finding(
                    "ORGANIZATION",
                    start,
                    end,
                    score=score,
                    recognizer="work",
                    reason="work or school",
                    subject=whose(utterance, start),
                )


def _school_end(utterance: Utterance, match: re.Match[str]) -> int:
    """A school counts with its name only: "Grundschule am See", "Käthe-Kollwitz-Schule", "Stadtsparkasse Ratingen"."""
    start, end = match.span("org")
    kind, name = match["org"], (match["name"] or "").strip()
    if "-" in kind and kind.lower().split("-")[-1].endswith(
        ("schule", "gymnasium", "universität", "kita", "klinikum")
    ):
        return end
    if not name:
        return start
    first = name.split()[0].lower()
    noun = name.split()[-1]
    if first in {
        "am",
        "an",
        "im",
        "in",
        "auf",
        "zum",
        "zur",
        "sankt",
        "st",
        "st.",
        "der",
        "des",
        "für",
        "von",
    }:
        plain = noun.lower() in {
            "stadt",
            "nähe",
            "ort",
            "ecke",
            "straße",
            "montag",
            "dienstag",
            "mittwoch",
            "donnerstag",
            "freitag",
            "woche",
            "samstag",
            "sonntag",
            "abend",
            "dorf",
            "innenstadt",
            "wochenende",
            "alten",
            "nacht",
            "mir",
        }
        school = kind.lower().endswith(("schule", "gymnasium", "kindergarten", "kita"))
        named = noun[0].isupper() or not utterance.cased
        return (
            match.end("name")
            if school
            and named
            and not plain
            and first in {"am", "an", "im", "auf", "zum", "zur", "sankt", "st", "st."}
            else start
        )
    word = utterance.lexicon.word(name.split()[0].lower())
    return (
        match.end("name")
        if (not word or utterance.lexicon.places.get(name.split()[0].lower(), 0) > word)
        else start
    )


def _can_be_firm(utterance: Utterance, start: int, end: int) -> bool:
    """Not a pronoun, a place or an everyday noun ("bei der Arbeit", "with friends")."""
    i = utterance.index(start)
    token = utterance.tokens[i]
    if token.lower in cues(utterance.language).never or token.lower in _NO_FIRM:
        return False
    if token.lower in _FIRMS:
        return True
    place = utterance.place_end(i)
    if (
        place > i
        and utterance.tokens[place - 1].end >= end
        and not utterance.lexicon.last.get(token.lower, 0) > 3.5
    ):
        return False
    article = re.search(r"\b(?:beim|der|dem|den|the)\s$", utterance.text[:start], _I) is not None
    limit = 0.0 if article else 3.6 if not utterance.cased else 4.3 if utterance.language == "de" else 6.0
    return token.word <= limit or token.end < end
