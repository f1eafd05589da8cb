"""The public data sets the tagger learns from, each read into marked texts of three styles.

"spoken" (MASSIVE, SLURP) follows ../shared/data/spoken-pii/GUIDELINES.md: artists, shops and the places of
quiz questions are not marked; what a slot leaves open carries the label UNSURE and is not learnt from. "news"
(GermEval, MobIE, Universal NER) marks every person, place and organisation: it trains an output of its own.
"commands" is MASSIVE and SLURP again with their slots as published.
"""

from __future__ import annotations

import hashlib
import json
import lzma
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from words import WORDS
from world import about_the_world

from pii_audio.recognizers.lexicon import lexicon
from pii_audio.recognizers.people import unrelated_from
from pii_audio.recognizers.tokens import read
from pii_audio.types import Transcript

UNSURE = "?"
Span = tuple[int, int, str]


@dataclass(frozen=True)
class Marked:
    text: str
    spans: tuple[Span, ...]
    language: str
    style: str = "spoken"  # or "news", "commands"


# spoken commands -------------------------------------------------------------------------------------------

PARTNERS = re.compile(
    r"(?:ehe)?(?:frau|mann(?:e?s)?)|ehegatt\w+|freundin|freund|verlobte[rn]?|lebensgefährt\w+|partner(?:in)?|"
    r"wife|husband|hubby|girlfriend|boyfriend|fianc[eé]e?|spouse"
)
GENITIVE = re.compile(r"\s?['’]s?$")  # outside of a name, as in the templates
CLITIC = re.compile(r"'(?:s|m|re|ve|d|ll)|n't")
OWNED = re.compile(r"(?:mein|unser)(?:e[mnrs]?)?|my|our")
# "wie spät ist es in köln", "wo liegt ...": about the world, or about somebody? The slot does not say.
CLOCK = re.compile(r"\b(?:spät|uhrzeit|zeit\w*|uhr ist|time|o'?clock|gmt)\b")
TRAVEL = re.compile(
    r"\b(?:wetter\w*|weather|regn\w*|rain\w*|schnee|schnei\w*|snow\w*|vorhersage|forecast|temperature?n?|warm|kalt|cold|"
    r"hot|heiß|verkehr|traffic|stau|zug|züge|bahn|bus|fl[uü]g\w*|flights?|trains?|ticket\w*|taxi|uber|fahr\w*|"
    r"veranstaltung\w*|events?|konzert\w*)\b"
)


def massive(path: Path) -> Iterator[Marked]:
    for said, slots in _massive(path):
        yield _command(said, slots, "de")


def slurp(path: Path) -> Iterator[Marked]:
    for said, slots, scenario in _slurp(path):
        yield _command(said, slots, "en", quiz=scenario in {"qa", "news", "music", "play", "general"})


def commands(language: str, ner: Path, *, held: bool) -> list[Marked]:
    """Those to train on, or the one in twenty, told by its hash, that only spoken.py's held-out rows have."""
    if language == "de":
        rows = list(massive(ner / "massive-de" / "train.txt.xz"))
    else:
        rows = [m for name in ("devel", "test") for m in slurp(ner / "slurp-en" / f"{name}.jsonl.xz")]
    return [m for m in rows if (int(hashlib.sha256(m.text.encode()).hexdigest(), 16) % 20 == 0) == held]


def slotted_massive(path: Path) -> Iterator[Marked]:
    for said, slots in _massive(path):
        yield _slotted(said, slots, "de")


def slotted_slurp(path: Path) -> Iterator[Marked]:
    for said, slots, _ in _slurp(path):
        yield _slotted(said, slots, "en")


def _massive(path: Path) -> Iterator[tuple[list[str], list[str]]]:
    for block in lzma.decompress(path.read_bytes()).decode().split("\n\n"):
        pairs = [line.split("\t") for line in block.splitlines() if "\t" in line]
        if pairs:
            yield [w for w, _ in pairs], [s for _, s in pairs]


def _slurp(path: Path) -> Iterator[tuple[list[str], list[str], str]]:
    for line in lzma.decompress(path.read_bytes()).decode().splitlines():
        row = json.loads(line)
        said = [t["surface"] for t in row["tokens"]]
        slots = ["-"] * len(said)
        for entity in row["entities"]:
            for i in entity["span"]:
                slots[i] = entity["type"]
        yield said, slots, row["scenario"]


def _slotted(said: list[str], slots: list[str], language: str) -> Marked:
    """Every slot as a span, under its own name; "john's" as it is written, though SLURP has two tokens."""
    text, bounds = "", list[tuple[int, int]]()
    for word in said:
        text += " " if text and not CLITIC.fullmatch(word) else ""
        bounds.append((len(text), len(text) + len(word)))
        text += word
    spans = tuple((bounds[i][0], bounds[j - 1][1], slots[i]) for i, j in _runs(slots))
    return Marked(text, spans, language, "commands")


def _starts(said: list[str]) -> list[int]:
    return [sum(len(w) + 1 for w in said[:k]) for k in range(len(said))]


def _command(said: list[str], slots: list[str], language: str, *, quiz: bool = False) -> Marked:
    text = " ".join(said)
    utterance = read(Transcript("", text, (), language))
    quiz = quiz or unrelated_from(utterance) is not None or about_the_world(text)
    labels: list[tuple[int, int, str]] = []  # words
    for i, j in _runs(slots):
        label = _slot(said, i, j, slots[i], language, text, quiz=quiz)
        if label == "PARTNER":
            labels.append((i - 1, j, label))
        elif label:
            labels.append((i, j, label))
    taken = {k for i, j, _ in labels for k in range(i, j)}
    names = lexicon(language)
    for k, word in enumerate(said):  # a name where the annotators wrote none, or something else
        listed = names.first.get(word, 0) > 3 and not (names.words.get(word) or names.places.get(word))
        listed = listed and word not in {"alexa", "siri"}
        if listed and k not in taken and slots[k] in {"-", "event_name", "list_name", "email_address"}:
            labels.append((k, k + 1, UNSURE))
    starts = _starts(said)
    spans = [(starts[i], starts[i] + len(GENITIVE.sub("", " ".join(said[i:j]))), a) for i, j, a in labels]
    return Marked(text, tuple(sorted(spans)), language)


def _runs(slots: Sequence[str]) -> Iterator[tuple[int, int]]:
    i = 0
    while i < len(slots):
        j = i + 1
        while j < len(slots) and slots[j] == slots[i]:
            j += 1
        if slots[i] != "-":
            yield i, j
        i = j


def _slot(said: list[str], i: int, j: int, slot: str, language: str, text: str, *, quiz: bool) -> str | None:
    phrase = " ".join(said[i:j])
    owned = i > 0 and OWNED.fullmatch(said[i - 1]) is not None
    if slot == "person":
        names = lexicon(language)
        plain = all(names.words.get(w, 0) > 3.5 for w in said[i:j])  # "teilnehmer"
        if GENITIVE.sub("", phrase) in names.figures:
            return None
        return UNSURE if quiz or plain else "PERSON"
    if slot == "relation":
        if phrase.removesuffix("s") in WORDS[language]["kin"]:
            return None if owned else "PERSON"
        if PARTNERS.fullmatch(phrase):
            return "PARTNER" if owned else UNSURE
        return None
    if slot == "place_name":
        names = lexicon(language)
        if all(names.words.get(w, 0) > 4 and not names.places.get(w, 0) > 4.5 for w in said[i:j]):
            return None  # "home", "im büro"
        return "LOCATION" if TRAVEL.search(text) and not quiz and not CLOCK.search(text) else UNSURE
    if slot == "email_address":
        return "EMAIL_ADDRESS" if j - i > 2 else UNSURE
    return UNSURE if slot in {"personal_info", "time_zone"} and j - i > 2 else None


# news ------------------------------------------------------------------------------------------------------

NEWS = {
    "PER": "PERSON",
    "person": "PERSON",
    "LOC": "LOCATION",
    "location": "LOCATION",
    "location-city": "LOCATION",
    "location-stop": "LOCATION",
    "location-street": "ADDRESS",
    "location-route": UNSURE,
    "ORG": "ORGANIZATION",
    "organization": "ORGANIZATION",
    "organization-company": "ORGANIZATION",
}


def germeval(path: Path) -> Iterator[Marked]:
    yield from _news(_columns(path, 1, 2), "de")


def mobie(path: Path) -> Iterator[Marked]:
    yield from _news(_columns(path, 0, 3), "de")


def universal(path: Path) -> Iterator[Marked]:
    yield from _news(_columns(path, 1, 2), "en")


def _columns(path: Path, word: int, tag: int) -> Iterator[list[tuple[str, str]]]:
    rows: list[tuple[str, str]] = []
    for line in [*lzma.decompress(path.read_bytes()).decode().splitlines(), ""]:
        cells = line.split("\t")
        if not line.strip():
            if rows:
                yield rows
            rows = []
        elif not line.startswith("#\t") and not line.startswith(("# ", "-DOCSTART")) and len(cells) > tag:
            rows.append((cells[word].lstrip("#@") or cells[word], cells[tag]))


def _news(sentences: Iterable[list[tuple[str, str]]], language: str) -> Iterator[Marked]:
    for rows in sentences:
        text, spans = "", list[Span]()
        for word, tag in rows:
            glue = "" if not text or re.fullmatch(r"[.,;:!?)\]'’]|'s|n't", word) or text[-1] in "(#@" else " "
            start = len(text) + len(glue)
            text += glue + word
            label = NEWS.get(tag[2:], UNSURE if tag[2:].endswith(("part", "deriv")) else None)
            if label and tag.startswith("I-") and spans and spans[-1][1] == start - len(glue):
                spans[-1] = (spans[-1][0], len(text), spans[-1][2])
            elif label:
                spans.append((start, len(text), label))
        if len(rows) <= 60:
            yield Marked(text, tuple(spans), language, "news")
