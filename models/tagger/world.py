"""Which German commands ask about the world: whom and what they name is nobody's, by the guidelines."""

from __future__ import annotations

import re

_WORLD = re.compile(
    r"\bwer (?:ist|war|waren|sind|hat|spielt|singt|regiert)\b|"
    r"\bwas (?:ist|sind|war) (?:die|der|das|ein|eine|in|mit)\b|"
    r"\bwie (?:alt|groß|hoch|lang|tief|weit|reich|viele?|spät)\b|\bwieviele?\b|"
    r"\bwo (?:liegt|liegen|befindet|ist|wurde)\b|\bwelche[mnrs]? (?:jahr|stadt|land)\b|\bgeboren\b|"
    r"\bgestorben\b|\b(?:haupt|heimat)stadt\b|\bbevölkerung\b|\beinwohner\w*|\bpräsident\w*|\bkönig\w*|"
    r"\bgeogra\w*|\bgröße\b|\balter\b|\bgeburts ?(?:datum|ort)\b|\bvermögen\b|\boscars?\b|\bfilm\w*|"
    r"\bkino\w*|\bserien?\b|\bschauspieler\w*|\bsänger\w*|\bbuch\b|\bbücher\w*|\bbuches\b|\broman\w*|"
    r"\blied\w*|\bsongs?\b|\bmusik\w*|\bspiele?\b|\balb(?:um|en)\b|\bkonzert\w*|\bpodcasts?\b|\bradio\b|"
    r"\bfotos?\b|\binstagram\b|\btwitter\w*|\btweets?\b|\bnachrichten\b|\bnews\b|\bschlagzeile\w*|"
    r"\bartikel\b|\bberichte?n?\b|\bneuigkeiten\b|\bneue?ste[nsr]?\b|\bupdates?\b|\bpassiert\w*|\blos\b|"
    r"\bkrieg\w*|\bpoliti\w*|\bwahl\w*|\buhrzeit\w*|\bzeit(?:unterschied|differenz|zone|verschiebung)?\b|"
    r"\berklär\w*|\berzähl\w*|\bdetails\b|\bfakten\b|\bhöchste\w*|\bwechselkurs\w*"
)
_OWN = re.compile(
    r"\be?-?mails?\b|\bnachricht von\b|\w*nummer\b|\bkontakt\w*|\b(?:an)?ruf\w*|\btreffen\b|\btermin\w*|"
    r"\bkalender\w*|\berinner\w*|\bbesprechung\w*|\badresse\w*|\btickets?\b|\bzug\b|\bzüge\b|\bwetter\w*|"
    r"\bverkehr\w*|\btaxi\b|\buber\b"
)


def about_the_world(text: str) -> bool:
    """Whether a command asks about what is known of the world rather than somebody's own."""
    return _WORLD.search(text) is not None and not _OWN.search(text)
