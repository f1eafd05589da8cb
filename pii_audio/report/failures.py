"""Failures in German. English is how they are written where they arise: "what is wrong; what to do".

A {} stands for what varies: a number, a container, the kind of an error. What is not here stays English.
"""

from __future__ import annotations

import re
from functools import lru_cache

from pii_audio.report.words import Language

__all__ = ["message", "stage"]

STAGES = {
    "find": "Finden",
    "read": "Lesen",
    "decode": "Dekodieren",
    "transcribe": "Transkribieren",
    "recognize": "Erkennen",
    "redact": "Schwärzen",
    "restore": "Wiederherstellen",
}
PLACES = {"line": "Zeile", "member": "Teil", "row": "Zeile"}
BEFORE = re.compile(
    r"(?:(line|member|row) (\d+)|('\w+')): "
)  # a place or a language in front of the sentence
GERMAN = {
    # files that are named
    "there is no such file": "es gibt keine solche Datei",
    "there is no such file or folder": "es gibt weder Datei noch Ordner dieses Namens",
    "check the path": "prüfen Sie den Pfad",
    "check the path and its permissions": "prüfen Sie den Pfad und seine Rechte",
    "not a regular file": "keine gewöhnliche Datei",
    "name an audio file": "nennen Sie eine Audiodatei",
    "it is a pipe or a device": "es ist eine Pipe oder ein Gerät",
    "name a file or a folder": "nennen Sie eine Datei oder einen Ordner",
    "the file may not be read": "die Datei darf nicht gelesen werden",
    "grant read permission": "geben Sie das Recht zu lesen",
    "a folder may not be read": "ein Ordner darf nicht gelesen werden",
    "grant permission to read it": "geben Sie das Recht, ihn zu lesen",
    "a link that leads nowhere": "ein Verweis, der nirgendwohin führt",
    "mend it or remove it": "richten oder entfernen Sie ihn",
    "it cannot be read": "sie lässt sich nicht lesen",
    "check its permissions": "prüfen Sie ihre Rechte",
    "the folder holds no recordings": "der Ordner enthält keine Aufnahmen",
    "name a folder with audio or transcripts in it": "nennen Sie einen Ordner mit Audio oder Transkripten",
    "neither audio nor a transcript": "weder Audio noch ein Transkript",
    "name wav, flac, mp3, m4a, ogg, JSON, SRT or VTT": "nennen Sie wav, flac, mp3, m4a, ogg, JSON, SRT oder "
    "VTT",
    # manifests and transcripts
    "the file cannot be read": "die Datei lässt sich nicht lesen",
    "not valid JSON": "kein gültiges JSON",
    "neither a manifest entry nor a transcript": "weder Eintrag eines Manifests noch Transkript",
    'write {"audio_filepath"} or {"id", "language", "text"} lines, or Whisper\'s JSON': "schreiben Sie "
    'Zeilen mit {"audio_filepath"} oder {"id", "language", "text"}, oder das JSON von Whisper',
    "no transcript": "kein Transkript",
    'write a column "text"': 'schreiben Sie eine Spalte "text"',
    "not a Parquet table, or damaged": "keine Parquet-Tabelle, oder beschädigt",
    "audio_filepath is no path": "audio_filepath ist kein Pfad",
    "write the path of an audio file": "schreiben Sie den Pfad einer Audiodatei",
    "offset and duration must be seconds": "offset und duration müssen Sekunden sein",
    "write numbers from 0 on": "schreiben Sie Zahlen ab 0",
    "a transcript of a known kind, but damaged": "ein Transkript bekannter Art, aber beschädigt",
    "write it again": "schreiben Sie sie neu",
    "not the form its name says": "nicht die Form, die ihr Name verspricht",
    "write SRT, WebVTT, CTM or Whisper's table": "schreiben Sie SRT, WebVTT, CTM oder die Tabelle "
    "von Whisper",
    "a line that is no timed word": "eine Zeile, die kein Wort mit Zeiten ist",
    "the subtitles are no text": "die Untertitel sind kein Text",
    "write them again as UTF-8": "schreiben Sie sie neu als UTF-8",
    "the subtitles hold no cue": "die Untertitel enthalten keinen Eintrag",
    "write it again or remove it": "schreiben Sie sie neu oder entfernen Sie sie",
    "the transcript has no text": "das Transkript hat keinen Text",
    'write a string under "text"': 'schreiben Sie eine Zeichenkette unter "text"',
    "a line without start, end and text": "eine Zeile ohne Beginn, Ende und Text",
    # archives
    "the archive holds no recordings": "das Archiv enthält keine Aufnahmen",
    "name one with audio in it": "nennen Sie eines mit Audio",
    "the archive cannot be read ({})": "das Archiv lässt sich nicht lesen ({})",
    "a member cannot be unpacked ({})": "ein Teil lässt sich nicht auspacken ({})",
    "download it again": "laden Sie es noch einmal herunter",
    "more than {} members": "mehr als {} Teile",
    "split it": "teilen Sie es auf",
    "no such member": "kein solcher Teil",
    "name one that is there": "nennen Sie einen, den es gibt",
    "a member unpacks to far too much": "ein Teil wird ausgepackt viel zu groß",
    "remove it": "entfernen Sie ihn",
    "it unpacks to far too much": "es wird ausgepackt viel zu groß",
    "it is left out": "er bleibt weg",
    "its name is no relative path": "sein Name ist kein relativer Pfad",
    "its name leads out of the archive": "sein Name führt aus dem Archiv heraus",
    "its name comes twice, or differs in case only": "sein Name kommt zweimal vor, oder anders nur in der "
    "Großschreibung",
    "it is a link or a device": "er ist ein Verweis oder ein Gerät",
    "it is encrypted": "er ist verschlüsselt",
    "it is an archive itself": "er ist selbst ein Archiv",
    "neither sound nor a document that can be read": "weder Ton noch ein lesbares Dokument",
    "a document too large to read": "ein Dokument, das zum Lesen zu groß ist",
    "it is not what its suffix says": "es ist nicht, was seine Endung sagt",
    # sound
    "the file is missing or not a regular file": "die Datei fehlt oder ist keine gewöhnliche Datei",
    "no audio stream (container is {})": "keine Tonspur (der Container ist {})",
    "its codec is unknown": "ihr Codec ist unbekannt",
    "not audio, or too damaged to decode": "kein Audio, oder zu beschädigt zum Dekodieren",
    "convert it to wav, flac, mp3, m4a, ogg or webm, or remove it": "wandeln Sie sie in wav, flac, mp3, m4a, "
    "ogg oder webm um, oder entfernen Sie sie",
    "the file cannot be read ({})": "die Datei lässt sich nicht lesen ({})",
    "check the disk and try again": "prüfen Sie den Datenträger und versuchen Sie es noch einmal",
    "the file is empty": "die Datei ist leer",
    "copy it again or remove it": "kopieren Sie sie noch einmal oder entfernen Sie sie",
    "longer than {} h": "länger als {} h",
    "raise max_hours or cut it in pieces": "erhöhen Sie max_hours oder zerteilen Sie sie",
    "holds no sound (0 samples decode)": "enthält keinen Ton (0 Samples dekodieren)",
    "remove it or copy it again": "entfernen Sie sie oder kopieren Sie sie noch einmal",
    "the stretch lies behind the end of the file": "der Abschnitt liegt hinter dem Ende der Datei",
    "check its offset": "prüfen Sie seinen Beginn (offset)",
    "cut off or damaged: {} of {} s decode": "abgeschnitten oder beschädigt: {} von {} s dekodieren",
    "cut off within a frame: {} s decode": "mitten in einem Frame abgeschnitten: {} s dekodieren",
    "copy it again, or convert what is there": "kopieren Sie sie noch einmal, oder wandeln Sie um, "
    "was da ist",
    "the offset cannot be sought in this file": "der Beginn lässt sich in dieser Datei nicht anspringen",
    "cut the stretch out of it": "schneiden Sie den Abschnitt heraus",
    "most of it is damaged": "das meiste ist beschädigt",
    "its sound cannot be written back as {} in {}": "ihr Ton lässt sich nicht als {} in {} zurückschreiben",
    "convert it to wav or flac": "wandeln Sie sie in wav oder flac um",
    # what was said, and the rest
    "in a language without recognizers": "in einer Sprache ohne Erkenner",
    "remove it, or say that it is German or English: --language de": "entfernen Sie sie, oder sagen Sie, "
    "dass sie deutsch oder englisch ist: --language de",
    "a value that was removed still stands in the redacted text": "ein entfernter Wert steht noch im "
    "geschwärzten Text",
    "withheld, please report it": "sie wird zurückgehalten, bitte melden Sie es",
    "unexpected {}": "unerwarteter Fehler {}",
    "please report it with this file's format": "bitte melden Sie ihn mit dem Format dieser Datei",
}


def stage(name: str, language: Language) -> str:
    return STAGES.get(name, name) if language == "de" else name


def message(english: str, language: Language) -> str:
    """ "line 3: not valid JSON; write it again" in the language of the page."""
    if language == "en":
        return english
    before = BEFORE.match(english)
    parts = english[before.end() if before else 0 :].split("; ")
    german = "; ".join(map(_german, parts))
    if not before:
        return german
    return f"{before[3] or f'{PLACES[before[1]]} {before[2]}'}: {german}"


def _german(part: str) -> str:
    if part in GERMAN:
        return GERMAN[part]
    for pattern, german in _patterns():
        if match := pattern.fullmatch(part):
            return german.format(*(re.sub(r"(\d)\.(\d)", r"\1,\2", group) for group in match.groups()))
    return part


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Those of GERMAN in which something varies."""
    vary = [(english, german) for english, german in GERMAN.items() if "{}" in english]
    return tuple(
        (re.compile(re.escape(english).replace(r"\{\}", "(.+)")), german) for english, german in vary
    )
