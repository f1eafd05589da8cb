"""The sentences of the certificate in German. English is how they are written where they arise.

Numbers in a sentence stand as #, so that "12 of 14 recordings" is found; what is not here stays English.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pii_audio.report.words import Language

__all__ = ["Sentences"]

GERMAN = {
    # the page
    "Certificate of a release": "Zertifikat einer Freigabe",
    "Certificate: {result}": "Zertifikat: {result}",
    "pass": "bestanden",
    "fail": "nicht bestanden",
    "Nothing that was taken out was found again.": "Nichts von dem, was entfernt wurde, fand sich wieder.",
    "No leak was found.": "Es fand sich kein Leck.",
    "1 leak was found.": "Ein Leck wurde gefunden.",
    "{leaks} leaks were found.": "{leaks} Lecks wurden gefunden.",
    "{recordings} recordings, {minutes} minutes, {masked} s of them masked; released {released}, checked "
    "{checked} UTC with pii-audio {package}.": "{recordings} Aufnahmen, {minutes} Minuten, davon {masked} s "
    "überdeckt; freigegeben am {released}, geprüft am {checked} UTC mit pii-audio {package}.",
    "It was known what had been taken out: {removed} findings.": "Bekannt war, was entfernt wurde: {removed} "
    "Funde.",
    "It was not known what had been taken out, so what the recognizers miss was not looked for.": "Unbekannt "
    "war, was entfernt wurde; nach dem, was die Erkenner übersehen, wurde also nicht gesucht.",
    "This page holds no words of the recordings. It says what was checked, not that nobody can be "
    "recognized: the voice itself stays, and so does what nobody found.": "Diese Seite enthält keine Worte "
    "der Aufnahmen. Sie sagt, was geprüft wurde, nicht, dass niemand zu erkennen ist: Die Stimme selbst "
    "bleibt, und ebenso, was niemand gefunden hat.",
    "Found": "Gefunden",
    "Each of these fails the release. Take it out, or redact again, and verify again.": "Jeder dieser Funde "
    "verhindert die Freigabe. Nehmen Sie ihn heraus oder schwärzen Sie neu, und prüfen Sie noch einmal.",
    "To be looked at": "Anzusehen",
    "Cannot be told: these do not fail the release. Listen, or read.": "Nicht zu entscheiden: Diese Funde "
    "verhindern die Freigabe nicht. Hören Sie hin, oder lesen Sie nach.",
    "What": "Was",
    "Where": "Wo",
    "Kind of value": "Art der Angabe",
    "Place": "Stelle",
    "and {more} more, see certificate.json.": "und {more} weitere, siehe certificate.json.",
    "What was checked": "Was geprüft wurde",
    "What may be left": "Was bleiben kann",
    "Highest expected risk of a person": "Höchstes erwartetes Risiko einer Person",
    "before redaction {before}; with a register {register}": "vor der Schwärzung {before}; mit Register "
    "{register}",
    "People expected to be identified": "Voraussichtlich erkannte Personen",
    "of {persons}": "von {persons}",
    "A fact is left unless each of its mentions was found: 1 minus the product of the recalls below, as "
    "measured on utterances that nobody tunes on (see {command}). What speech recognition mishears is missed "
    "beyond that.": "Eine Tatsache bleibt, wenn nicht jede ihrer Nennungen gefunden wurde: 1 minus das "
    "Produkt der Trefferquoten unten, gemessen an Äußerungen, auf die niemand hinarbeitet (siehe {command}). "
    "Was die Spracherkennung falsch versteht, entgeht ihnen darüber hinaus.",
    "Taken out": "Entfernt",
    "Measured recall": "Gemessene Trefferquote",
    "With what": "Womit",
    # what was checked, and how much of it
    "every file is listed and has its sha#": "jede Datei ist verzeichnet und hat ihre sha#",
    "# files": "# Dateien",
    "no removed value in texts, names, tags and bytes of files": "kein entfernter Wert in Texten, Namen, "
    "Tags und Bytes der Dateien",
    "# removed values": "# entfernte Werte",
    "cannot tell: --against was not given": "nicht zu sagen: --against fehlte",
    "recognizers find nothing in the texts": "die Erkenner finden nichts in den Texten",
    "# texts": "# Texte",
    "nothing of the original sounds where something was said": "vom Original klingt nichts, wo etwas gesagt "
    "wurde",
    "# of # recordings": "# von # Aufnahmen",
    "# of # recordings; of the others the source is not known": "# von # Aufnahmen; von den übrigen ist die "
    "Quelle nicht bekannt",
    "masked seconds hold nothing but the beep or the silence that was put there": "überdeckte Sekunden "
    "enthalten nichts als den Ton oder die Stille, die dort eingesetzt wurde",
    "cannot tell: noise or another voice was put there": "nicht zu sagen: dort wurde Rauschen oder eine "
    "andere Stimme eingesetzt",
    "masked seconds hold something else than what was put there": "überdeckte Sekunden enthalten anderes, "
    "als dort eingesetzt wurde",
    "no removed value is heard, and recognizers find nothing in what is heard": "kein entfernter Wert ist zu "
    "hören, und die Erkenner finden nichts in dem, was zu hören ist",
    "all sound; stretches around masked seconds, twice: #; closely: #": "alles, was klingt; Stellen um "
    "überdeckte Sekunden, zweimal: #; genau: #",
    # with what
    "transcribed with": "transkribiert mit",
    "heard again with": "noch einmal gehört mit",
    "recognizers": "Erkenner",
    "nothing": "nichts",
    "nothing: the release came as text": "nichts: die Freigabe kam als Text",
    # what was found
    "a removed value stands in a text": "ein entfernter Wert steht in einem Text",
    "a text holds what sounds like a removed value": "ein Text enthält, was wie ein entfernter Wert klingt",
    "a removed value stands in the name of a file": "ein entfernter Wert steht in einem Dateinamen",
    "a removed value stands in the bytes of a file": "ein entfernter Wert steht in den Bytes einer Datei",
    "a listed file is missing": "eine verzeichnete Datei fehlt",
    "a file that the release does not list": "eine Datei, die die Freigabe nicht verzeichnet",
    "a link or device, not a file": "ein Verweis oder Gerät, keine Datei",
    "a file is not what was released: its sha# differs": "eine Datei ist nicht die freigegebene: ihre sha# "
    "weicht ab",
    "the copies of a sound are not the same": "die Kopien eines Tons sind nicht gleich",
    "a zip carries a comment": "ein Zip trägt einen Kommentar",
    "a zip holds a member that is not safe to unpack": "ein Zip enthält etwas, das sich nicht gefahrlos "
    "auspacken lässt",
    "a member of a zip cannot be unpacked": "ein Teil eines Zips lässt sich nicht auspacken",
    "a sound file carries a picture": "eine Tondatei trägt ein Bild",
    "a sound file carries a tag": "eine Tondatei trägt ein Tag",
    "a sound file carries a track": "eine Tondatei trägt eine weitere Spur",
    "a sound file carries a chapter": "eine Tondatei trägt ein Kapitel",
    "a sound file that cannot be decoded": "eine Tondatei, die sich nicht dekodieren lässt",
    "not valid JSON": "kein gültiges JSON",
    "archives within archives": "Archive in Archiven",
    "an archive that unpacks to more than # GiB": "ein Archiv, das ausgepackt größer ist als # GiB",
    "a damaged or encrypted archive": "ein beschädigtes oder verschlüsseltes Archiv",
    "a damaged table": "eine beschädigte Tabelle",
    "the words of a file disagree with its text": "die Wörter einer Datei widersprechen ihrem Text",
    "a file of a recording says something else than its other files": "eine Datei einer Aufnahme sagt etwas "
    "anderes als ihre übrigen Dateien",
    "a sound does not last as long as the release says": "ein Ton dauert nicht so lang wie angegeben",
    "sound of the original is left where personal words were said": "vom Original ist Ton übrig, wo "
    "persönliche Worte fielen",
    "missing or damaged in OUT, so what went from tables and pages is not known; redact again": "fehlt in "
    "OUT oder ist beschädigt: Was aus Tabellen und Seiten entfernt wurde, ist nicht bekannt; schwärzen Sie "
    "neu",
    "a sound cannot be heard again": "ein Ton lässt sich nicht noch einmal hören",
    "a removed value is heard in the sound": "ein entfernter Wert ist im Ton zu hören",
    "a recognizer finds personal information": "ein Erkenner findet persönliche Angaben",
    "a recognizer finds what may be a surrogate": "ein Erkenner findet, was ein Ersatzname sein kann",
    "a removed value is heard in the sound, in one of three hearings": "ein entfernter Wert ist im Ton zu "
    "hören, beim Hören einmal von drei Malen",
    "a recognizer finds personal information, in one of three hearings": "ein Erkenner findet persönliche "
    "Angaben, beim Hören einmal von drei Malen",
    "a removed value is heard in the sound where its source has words of nobody": "ein entfernter Wert ist "
    "im Ton zu hören, wo die Quelle Wörter enthält, die niemanden nennen",
    "a recognizer finds personal information where its source has words of nobody": "ein Erkenner findet "
    "persönliche Angaben, wo die Quelle Wörter enthält, die niemanden nennen",
    "a recognizer finds personal information where everyday words were surely said": "ein Erkenner findet "
    "persönliche Angaben, wo sicher Alltägliches gesagt wurde",
    "characters #-#": "Zeichen #-#",
}


@dataclass(frozen=True, slots=True)
class Sentences:
    """`sentences("# files")` in one language; values fill in what stands in {braces}."""

    language: Language

    def __call__(self, sentence: str, **values: object) -> str:
        return self._own(sentence).format(**values) if values else self._own(sentence)

    def _own(self, sentence: str) -> str:
        if self.language == "en":
            return sentence
        numbers = iter(re.findall(r"\d+", sentence))
        known = GERMAN.get(sentence) or GERMAN.get(re.sub(r"\d+", "#", sentence))
        return re.sub("#", lambda _: next(numbers), known) if known else sentence
