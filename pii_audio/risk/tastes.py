"""What a household asks to be played, shown or told the result of: the artist, band, team or station.

A famous name says nothing about who speaks, but asking for it again and again does: a favourite, a weak fact
of the household. Read from the form of a command, German or English ("Spiel was von X", "Wie hat X
gespielt", "play some X", "what's on X"), one command a sentence. It is no finding: it is never taken out of
a text, and counts in the score only where the configuration says so (`risk: {tastes: true}`).

Knows no artist, team or station: what is asked for is the value, whatever it is.
"""

from __future__ import annotations

import re

from pii_audio.risk.mentions import Mention
from pii_audio.types import Transcript

__all__ = ["asked"]

WORDS = 5  # a longer value is no name
_CALL = re.compile(
    r"^(?:(?:hey|hi|hallo|okay|ok|alexa|siri|google|computer|bitte|kannst du|please|can you|could you)\b"
    r"[\s,]*)+",
    re.I,
)
_COMMANDS = [
    re.compile(form, re.I)
    for form in (
        r"spiele?(?: mir| uns| bitte| mal| doch| noch)* (?:.+ von )?(?P<what>.+)",
        r"(?:was|welches lied) (?:läuft|kommt|spielt)(?: \w+)?? (?:bei|auf|im) (?P<what>.+)",
        r"wie (?:hat|haben) (?P<what>.+?) (?:gegen .+ )?gespielt",
        r"(?:wie|wann) spiel(?:t|en|ten?) (?P<what>.+?)(?: gegen .+)?",
        r"(?:ich (?:möchte|will)|lass uns) (?:.+ von )?(?P<what>.+) hören",
        r"(?:play|put on)(?: me| us)?(?: some| any| more)*(?: .+ by| by)? (?P<what>.+)",
        r"what(?:'s| is)(?: playing)? on (?P<what>(?-i:[A-Z\d]).+)",
        r"(?:i want to|i'd like to|let's) (?:hear|listen to)(?: some)? (?:.+ by )?(?P<what>.+)",
        r"how did (?P<what>.+?) (?:play|do)(?: .+)?",
        r"(?:did|when (?:do|does)) (?P<what>.+?) (?:win|play)(?: .+)?",
    )
]
_BEFORE = re.compile(r"^(?:der|die|the)\s+", re.I)
_AFTER = re.compile(  # when, where and how it is to be played
    r"\s+(?:bitte|please|now|jetzt|gerade|wieder|again|ab|heute|morgen|gestern|today|tonight|yesterday|abend|"
    r"last night|zuletzt|am \w+|(?:im|in der|in the|in) \w+|(?:auf|on|über) \w+|"
    r"(?:mit|für|with|for) (?:mir|mich|uns|me|us))$",
    re.I,
)
_NO_NAME = frozenset({  # at the beginning of a value
    "mein", "meine", "meinen", "unser", "unsere", "das", "den", "dem", "dies", "diese", "dieses", "diesen",
    "ein", "eine", "einen", "irgendein", "irgendeinen", "nächste", "nächsten", "nächstes", "letzte",
    "letzten", "letztes", "vorheriges", "vorherigen", "alle", "als", "etwas", "was", "es", "er", "sie", "ich",
    "wir", "du", "mal", "noch", "nichts", "weiter", "my", "our", "your", "a", "an", "this", "that", "these",
    "next", "last", "previous", "another", "all", "it", "i", "we", "he", "she", "they", "you", "what",
    "something", "anything", "nothing",
})  # fmt: skip
_KINDS = frozenset({  # at the end of a value: a kind of thing, not one of them
    "musik", "lied", "lieder", "song", "songs", "titel", "stück", "album", "playlist", "radio", "sender",
    "programm", "fernsehen", "kino", "tv", "nachrichten", "hörbuch", "podcast", "film", "video", "spiel",
    "spiele", "hits", "charts", "folge", "music", "tunes", "track", "tracks", "station", "program", "news",
    "audiobook", "movie", "game", "games", "episode", "weiter",
})  # fmt: skip


def asked(transcript: Transcript) -> list[Mention]:
    """What the sentences of one recording ask for; each once. `weigh` makes it a taste."""
    sentences = re.split(r"[.!?]+(?:\s+|$)", transcript.text)
    values = dict.fromkeys(value for sentence in sentences if (value := _asked(sentence)))
    return [
        Mention(
            "taste", value, "speaker", 1.0, f"{transcript.recording_id}-taste-{n}", transcript.recording_id
        )
        for n, value in enumerate(values)
    ]


def _asked(sentence: str) -> str:
    command = _CALL.sub("", sentence.strip()).strip(" ,;:.!?")
    found = next((match for form in _COMMANDS if (match := form.fullmatch(command))), None)
    if not found:
        return ""
    what = _BEFORE.sub("", found["what"].strip(" ,;:\"'„“”"))
    while (shorter := _AFTER.sub("", what)) != what:
        what = shorter.rstrip(" ,")
    words = what.casefold().split()
    fits = 0 < len(words) <= WORDS and words[0] not in _NO_NAME and words[-1] not in _KINDS
    return what if fits else ""
