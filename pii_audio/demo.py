"""A small German household with an English visitor, spoken by the machine itself.

As in the story this package comes from, no clip says who they are; the set does. All names are invented.
"""

from __future__ import annotations

import wave
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from pii_audio.errors import ModelError
from pii_audio.files import write_public

__all__ = ["HOUSEHOLD", "Line", "say", "speak"]

RATE = 16_000  # Hz, what the voices give


@dataclass(frozen=True, slots=True)
class Line:
    """One command to the voice assistant. `pitch` and `speed` are factors that tell the speakers apart."""

    voice: str
    pitch: float
    speed: float
    text: str


def _german(text: str, pitch: float = 1.0) -> Line:
    return Line("de-DE", pitch, 1.0, text)


def _visitor(text: str) -> Line:
    return Line("en-GB", 1.0, 1.0, text)


HOUSEHOLD = (
    _german("Wie wird das Wetter morgen in Flensburg?"),
    _german("Stell den Timer auf zwölf Minuten."),
    _german("Spiel etwas von Herbert Grönemeyer."),
    _german("Ruf meine Freundin Sandra an."),
    _german("Regnet es heute in Flensburg?"),
    _german("Mach das Licht im Wohnzimmer aus."),
    _german("Ich heiße Tobias."),
    _german("Setz Kaffee und Brot auf die Einkaufsliste."),
    _german("Sag Tobias, dass ich später komme."),
    _german("Wie weit ist es bis nach Hamburg?"),
    _german("Erinnere mich morgen an den Zahnarzt."),
    _german("Wie hoch ist der Eiffelturm?"),
    _visitor("Will it rain in Hamburg this weekend?"),
    _visitor("Call my brother Oliver."),
    _visitor("Play some quiet music, please."),
    _german("Bestell eine Pizza in die Gartenstraße siebzehn."),
    _german("Mein Nachname ist Hartmann."),
    _german("Wann fährt der nächste Bus?"),
    _german("Wie wird das Wetter am Wochenende in Flensburg?"),
    _german("Schreib Sandra, dass das Essen fertig ist."),
)


def speak(folder: Path) -> Path:
    """Write the household's clips as wav files (16 kHz mono) into `folder`, and give it back.

    Raises ModelError as `say` does.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for number, line in enumerate(HOUSEHOLD, start=1):
        clip = folder / f"clip-{number:02}.wav"
        if not clip.exists():  # the voices never say a thing twice the same way
            write_public(clip, say(line))
    return folder


def say(line: Line) -> bytes:
    """A wav file, 16 kHz mono. Raises ModelError when the voices (package py-nanotts) are not there."""
    return _wav(_voices().speak(line.text, voice=line.voice, speed=line.speed, pitch=line.pitch))


@cache
def _voices() -> Any:
    try:
        from py_nanotts import NanoTTS
    except ModuleNotFoundError:
        raise ModelError("voices", "need the package py_nanotts", "pip install 'pii-audio[demo]'") from None
    return NanoTTS()


def _wav(pcm: bytes) -> bytes:
    """16 kHz mono, 16 bit."""
    out = BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(pcm)
    return out.getvalue()
