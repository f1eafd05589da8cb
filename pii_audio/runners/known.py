"""What those who hold OUT know of a release: what went, what stays on purpose, what was written instead."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path

from pii_audio.config import RedactConfig
from pii_audio.formats.native import load_findings
from pii_audio.formats.release import PLACEHOLDER, Release
from pii_audio.layout import DOCUMENTS, RELEASED_PLAN
from pii_audio.recognizers.everyday import everyday
from pii_audio.redact.spellings import Spellings, squeezed, telling
from pii_audio.redact.stretches import reach
from pii_audio.runners.carried import read_plan
from pii_audio.runners.private import Private
from pii_audio.types import Finding, Transcript

__all__ = ["Gone", "gone_of", "options_of"]


@dataclass(frozen=True, slots=True)
class Gone:
    """What was taken out of a release. Empty where nobody knows."""

    findings: tuple[Finding, ...] = field(default=(), repr=False)
    kept: frozenset[str] = field(default=frozenset(), repr=False)  # letters of what stays on purpose
    spellings: Spellings | None = field(default=None, repr=False)  # of what went
    surrogates: Mapping[str, frozenset[str]] = field(default_factory=dict, repr=False)  # by recording
    documents: bool = True  # whether it is known what went from tables and pages


def options_of(release: Release) -> RedactConfig:
    """The options it was made with, those that this version knows."""
    known = {name: value for name, value in release.redact.items() if name in RedactConfig.model_fields}
    return RedactConfig.model_validate(known)


def gone_of(known: Private, release: Release, folder: Path) -> Gone:
    """What `redact` took out: everything found, but for kinds that are kept and what a plan leaves."""
    options = options_of(release)
    plan = read_plan(known.out / RELEASED_PLAN) if "plan" in release.redact else None
    documents = _documents(known.out)
    in_documents, written_there = documents or ([], [])
    said = [f for found in known.findings for f in found]
    every = [*said, *in_documents]
    going = [*(f for f in said if plan is None or f.id in plan.findings), *in_documents]
    gone = tuple(f for f in going if not options.keeps(f.entity_type))
    kept = frozenset(squeezed(f.text) for f in every) - {squeezed(f.text) for f in gone}
    spellings = Spellings(gone, everyday(), set(every) - set(gone))
    surrogates = {}
    if options.uses("surrogate") or options.uses("encrypt"):
        for transcript in known.transcripts:
            if redacted := _released_text(folder, transcript.recording_id):
                spans = reach(transcript, spellings.beside(transcript, gone), options, everyday())
                written = frozenset(_written_instead(transcript, redacted, spans))
                surrogates[transcript.recording_id] = written
        values = {squeezed(f.text) for f in gone}
        there = {text for text in written_there if squeezed(text) not in values}
        surrogates[""] = frozenset(there).union(*surrogates.values())
    return Gone(gone, kept, spellings, surrogates, documents is not None)


def _documents(out: Path) -> tuple[list[Finding], list[str]] | None:
    """What went from tables and pages, and what was written there; None where the file is damaged."""
    try:
        data = json.loads((out / DOCUMENTS).read_text(encoding="utf-8"))
        written = [str(text) for text in data.pop("written")]
        return load_findings(data), written
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _released_text(folder: Path, recording_id: str) -> str:
    try:
        return (folder / f"{recording_id}.txt").read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        pass
    try:
        return str(json.loads((folder / f"{recording_id}.json").read_text(encoding="utf-8"))["text"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return ""


def _written_instead(transcript: Transcript, redacted: str, gone: list[tuple[int, int]]) -> Iterator[str]:
    """What stands in the place of what had to go, unless a word of that still stands in it."""
    usual = everyday()
    words = {word for a, b in gone for word in telling(transcript.text[a:b], usual)}
    before, after = transcript.text.split(), redacted.split()
    places = [match.span() for match in re.finditer(r"\S+", transcript.text)]
    for change, first, last, begin, end in SequenceMatcher(None, before, after, False).get_opcodes():
        replaced = range(first, last) if change == "replace" else ()
        if any(places[i][0] < b and a < places[i][1] for i in replaced for a, b in gone):
            for part in PLACEHOLDER.split(" ".join(after[begin:end])):
                written = part.strip(" .,;:!?\"'")
                if written and words.isdisjoint(telling(written, usual)):
                    yield written
