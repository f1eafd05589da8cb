"""German institutions and businesses by their heads: "Kita Wirbelwind", "Zeche Ewald", "TuS Eintracht".

A head ("Praxis", "Bäckerei", "SV") alone is nobody's; with a name it is where somebody works, learns or is
treated. It does not know which of them exist.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pii_audio.recognizers.cues import words
from pii_audio.recognizers.languages import cues
from pii_audio.recognizers.tokens import Token, Utterance

__all__ = ["institutions"]

_HEAD = re.compile(
    r"(?:kita|kinderkrippe|kinderladen|kinderhort|(?:wald)?kindergarten|kindertagesstätte|\w*praxis|zeche|"
    r"grube|"
    r"schacht|\w*werft|\w*bäckerei|fleischerei|metzgerei|schlachterei|konditorei|\w*gärtnerei|druckerei|"
    r"\w*brauerei|tischlerei|schreinerei|zimmerei|spedition|schlosserei|molkerei|gießerei|ziegelei|"
    r"weberei|spinnerei|wäscherei|\w*kanzlei|notariat|steuerbüro|ingenieurbüro|architekturbüro|"
    r"(?:fahr|tanz|musik|ballett|reit|grund|haupt|real|gesamt|ober|berufs|förder|sprach)schule|gymnasium|"
    r"autohaus|möbelhaus|kaufhaus|modehaus|\w*klinik|\w*klinikum|\w*krankenhaus|hospital|hospiz|"
    r"(?:senioren|pflege|alten|alters|kinder|wohn)heim|seniorenresidenz|weingut|gasthof|gasthaus|"
    r"reiterhof|\w*kombinat|lpg|veb|pfarrei|firma|kaserne|stiftung|wohngruppe|werkstatt|"
    r"finanzamt|amtsgericht|landratsamt|jobcenter|stadtwerke|uni|universität|fachhochschule|"
    r"(?:sport|turn|fußball|handball|schützen|gesang|musik|karnevals|schwimm|reit|tennis|kleingarten|"
    r"heimat|angel|ruder)verein|kleingartenanlage|pfadfinderstamm|salon|friseursalon)"
)
_BEHIND = re.compile(
    r"(?:werft|werke|hütte|klinik|klinikum|krankenhaus|schule|gymnasium|grundschule|realschule|hauptschule|"
    r"gesamtschule|stift|kaserne|brauerei|apotheke)"
)
_CLUBS = words(
    """
    tsv sv fc vfl vfb tus tura sc sg fsv djk tsg bsv ssv esv mtv asv spvgg bv tv hsg tc rc rsv tsc hc hsv
    vfr tb ttc jsg jfv svg vtb
    """
)
_CLUB_NAMES = words(
    """
    eintracht fortuna borussia concordia germania viktoria victoria alemannia arminia preußen union kickers
    hansa wacker rot-weiß schwarz-weiß blau-weiß grün-weiß blau-gelb schwarz-gelb rot-weiss blau-weiss
    grün-weiss teutonia frisia olympia merkur vorwärts einheit lokomotive dynamo chemie traktor aufbau
    frohsinn harmonie edelweiß adler falke phönix sportfreunde komet
    """
)
_FIRMS = words(
    """
    sap allianz commerzbank airbus dornier borsig leuna buna wismut thyssenkrupp mannesmann hoesch schering
    merck beiersdorf fraport vattenfall rwe evonik schaeffler mahle liebherr claas stihl kärcher würth wmf
    villeroy salamander steiff voith trumpf festo viessmann vaillant dräger infineon stadtverwaltung
    müllabfuhr stadtreinigung straßenmeisterei bundesagentur rentenversicherung landesverwaltung
    """
)
_CARES = re.compile(r"kita|kinder\w+|waldkindergarten|wohngruppe|kleingartenanlage|\w*verein|\w*heim")
_MATCH = re.compile(
    r"\b(?:gespielt|spielstand|spielt|tabelle|bundesliga|gewonnen|verloren|ergebnis\w*|champions|pokal|"
    r"liga|anpfiff)\b",
    re.IGNORECASE,
)
_OWN = re.compile(r"\b(?:mein\w*|unser\w*|ich|wir)\b", re.IGNORECASE)
_TITLES = words("doktor dr professor prof herr herrn frau sankt st .")
_PARTNERS = words("partner partnern söhne sohn kollegen co voss")
_AT = words("am im zum zur an auf unter")
_NO_NAME = words(
    """
    montag dienstag mittwoch donnerstag freitag samstag sonntag wochenende termin termine morgen abend
    vormittag nachmittag mittag stadt nähe ort ecke straße woche dorf innenstadt ende anfang telefon
    schluss uhr platz plätze musik besuch arbeit rezept rückseite moment jahr monat schule
    """
)


def institutions(utterance: Utterance) -> Iterator[tuple[int, int]]:
    """Character spans of heads with their names."""
    for i, token in enumerate(utterance.tokens):
        if utterance.cased and not token.capital:
            continue
        end = i
        if token.lower in _CLUBS:
            end = _club_end(utterance, i)
        elif _HEAD.fullmatch(token.lower):
            end = _named_end(utterance, i)
        elif token.lower in _FIRMS and i and utterance.tokens[i - 1].lower in {"bei", "beim", "der"}:
            end = i + 1 if "bei" in {t.lower[:3] for t in utterance.tokens[max(0, i - 2) : i]} else i
        if end > i:
            yield token.start, utterance.tokens[end - 1].end
        elif _BEHIND.fullmatch(token.lower) and (start := _name_before(utterance, i)) < i:
            yield utterance.tokens[start].start, token.end


def _adjacent(utterance: Utterance, j: int) -> bool:
    return 0 < j < len(utterance.tokens) and utterance.text[
        utterance.tokens[j - 1].end : utterance.tokens[j].start
    ] in {" ", ""}


def _club_end(utterance: Utterance, i: int) -> int:
    """Token behind "SV 06 Concordia Harburg"; i where no name follows, or a match is asked for."""
    if _MATCH.search(utterance.text) and not _OWN.search(utterance.text):
        return i
    tokens, j = utterance.tokens, i + 1
    while _adjacent(utterance, j) and j - i < 5:
        t = tokens[j]
        named = t.lower in _CLUB_NAMES or t.place >= 2 or not t.word
        if not (t.text.isdigit() or (t.alpha and named and _may(utterance, t))):
            break
        j += 1
    return j if any(t.alpha for t in tokens[i + 1 : j]) else i


def _named_end(utterance: Utterance, i: int) -> int:
    """Token behind "Praxis Doktor Abu Hamdan", "Kita am Park"; i where no name follows."""
    tokens, j = utterance.tokens, i + 1
    if _adjacent(utterance, j) and tokens[j].lower in _AT:
        return _at_end(utterance, i, j)
    while _adjacent(utterance, j) and tokens[j].lower in _TITLES:
        j += 1
    titled = j > i + 1
    if not _adjacent(utterance, j) or not _first(utterance, i, tokens[j], titled=titled):
        return i
    j += 1
    trade = not _CARES.fullmatch(tokens[i].lower)
    while _adjacent(utterance, j) and j - i < 6:
        if trade and tokens[j].lower in {"und", "&"} and _is_partner(utterance, j + 1):
            j += 2
        elif _goes_on(utterance, tokens[j]):
            j += 1
        else:
            break
    return j


def _is_partner(utterance: Utterance, j: int) -> bool:
    """ "Weber und Partner", "Blohm und Voss"."""
    t = utterance.tokens[j] if j < len(utterance.tokens) else None
    return t is not None and (t.lower in _PARTNERS or (t.last > 3 and _may(utterance, t)))


def _goes_on(utterance: Utterance, t: Token) -> bool:
    named = not t.word or t.last - t.word > 0.3 or t.lower in _CLUB_NAMES
    return t.alpha and named and _may(utterance, t)


def _at_end(utterance: Utterance, i: int, j: int) -> int:
    """ "Praxis am Kornmarkt", "Kita an der Weide"; a time or a mere direction is no name."""
    tokens = utterance.tokens
    if tokens[j].capital and utterance.cased:
        return i
    if tokens[j].lower in {"an", "auf", "unter"}:
        if not (_adjacent(utterance, j + 1) and tokens[j + 1].lower in {"der", "den", "dem"}):
            return i
        j += 1
    if not _adjacent(utterance, j + 1):
        return i
    t = tokens[j + 1]
    head = tokens[i].lower
    if not (_CARES.fullmatch(head) or head.endswith(("praxis", "klinik", "klinikum", "heim", "krankenhaus"))):
        return i
    return j + 2 if _may(utterance, t) and t.word < 4.6 and t.alpha else i


def _first(utterance: Utterance, i: int, t: Token, *, titled: bool) -> bool:
    """Can this be the (first) word of the name behind head i?"""
    if not t.alpha or not _may(utterance, t) or len(t.lower) < 3:
        return False
    if titled:
        return t.name > 0 or not t.word
    if utterance.cased:
        liked = _CARES.fullmatch(utterance.tokens[i].lower) is not None
        return (liked and t.word < 5.0) or not t.word or t.last >= 3.0 or t.place >= 4
    return not t.word or t.word <= 2.6 or (t.last >= 3.3 and t.last - t.word > -0.5) or t.lower in _CLUB_NAMES


def _may(utterance: Utterance, t: Token) -> bool:
    known = cues(utterance.language)
    if t.lower in known.never or t.lower in _NO_NAME:
        return False
    return t.capital or not utterance.cased


def _name_before(utterance: Utterance, i: int) -> int:
    """First token of "Albert Schweitzer" before "Schule"; i where no name stands there."""
    start = i
    while start > 0 and i - start < 3 and _adjacent(utterance, start):
        t = utterance.tokens[start - 1]
        named = t.last >= 2.5 if start == i else t.first >= 2
        sure = not t.word or (utterance.cased and not t.opening and t.last - t.word > -0.5)
        if not (named and sure and _may(utterance, t) and t.lower not in _titles(utterance)):
            break
        start -= 1
    return start


def _titles(utterance: Utterance) -> frozenset[str]:
    known = cues(utterance.language)
    return known.titles | known.kin_titles
