"""Countries: named because somebody lives or goes there, or in a question that is about nobody."""

from __future__ import annotations

import re

from pii_audio.recognizers.cues import Cues, words
from pii_audio.recognizers.tokens import Utterance

__all__ = ["country_in_general"]

_COUNTRIES = {
    "de": words(
        """
    deutschland österreich schweiz frankreich italien spanien portugal england großbritannien schottland
    irland norwegen schweden finnland dänemark island polen tschechien slowakei ungarn rumänien bulgarien
    griechenland türkei russland ukraine kroatien serbien bosnien slowenien albanien kosovo mazedonien
    montenegro belgien niederlande holland luxemburg estland lettland litauen usa amerika kanada mexiko
    brasilien argentinien chile peru kolumbien kuba china japan korea südkorea nordkorea vietnam thailand
    indien pakistan afghanistan iran irak syrien libanon israel ägypten marokko tunesien algerien libyen
    äthiopien eritrea somalia kenia nigeria ghana senegal kamerun südafrika australien neuseeland europa
    afrika asien
        """
    ),
    "en": words(
        """
    germany austria switzerland france italy spain portugal england britain scotland wales ireland norway
    sweden finland denmark iceland poland czechia slovakia hungary romania bulgaria greece turkey russia
    ukraine croatia serbia bosnia slovenia albania kosovo macedonia montenegro belgium netherlands holland
    luxembourg estonia latvia lithuania america canada mexico brazil argentina peru colombia cuba china
    japan korea vietnam thailand india pakistan afghanistan iran iraq syria lebanon israel palestine gaza
    egypt morocco tunisia algeria libya sudan ethiopia eritrea somalia kenya nigeria ghana senegal cameroon
    australia europe africa asia antarctica
    """
    ),
}
_SOMEBODY = {
    "de": re.compile(
        r"\b(?:ich|wir|mich|mir|uns|mein\w*|unser\w*|sein\w*|ihr\w*|er|sie|du|dein\w*|familie|urlaub|ferien|"
        r"herr|frau|oma|opa|mama|papa|tante|onkel|eltern)\b",
        re.IGNORECASE,
    ),
    "en": re.compile(
        r"\b(?:i|i'm|i've|we|we're|we've|me|us|my|our|mine|he|she|he's|she's|his|her|they|they're|their|your|"
        r"family|holiday|vacation|honeymoon|calling|living|lives|born|mr|mrs|mum|mom|dad|nan|gran|grandma|grandpa|"
        r"aunt|auntie|uncle|parents)\b",
        re.IGNORECASE,
    ),
}
_NEWS = re.compile(r"\b(?:happen(?:s|ed|ing)|going on|events?|passiert|veranstaltungen)\b", re.IGNORECASE)


def country_in_general(utterance: Utterance, i: int, j: int, known: Cues) -> bool:
    """ "Is the wolf protected in Germany?", "What's happening in Ukraine?": nobody is spoken of."""
    named = j - i == 1 and utterance.tokens[i].lower in _COUNTRIES[utterance.language]
    if not named or _SOMEBODY[utterance.language].search(utterance.text):
        return False
    if any(t.first > 2.5 and not t.word for t in utterance.tokens):
        return False
    return known.personal.search(_NEWS.sub("", utterance.text)) is None
