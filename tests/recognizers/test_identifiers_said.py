"""What people say of themselves in numbers, and what Whisper base heard when SVOX Pico said the like.

The lines are marked as `{TYPE:words}`; every value is invented. What is said is looked at as it stands, and
in lower case without punctuation as a bare recognizer writes it.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pii_audio.recognizers.identifiers import IdentifierRecognizer
from pii_audio.types import Finding, Transcript

MARK = re.compile(r"\{([A-Z_]+):([^}]*)\}")
SAID, HEARD = (
    [line.split("	") for line in Path(__file__).with_name(name).read_text(encoding="utf-8").splitlines()]
    for name in ("identifiers-said.tsv", "identifiers-heard.tsv")
)


def unmarked(line: str) -> tuple[str, list[tuple[str, int, int]]]:
    text, spans, done = "", [], 0
    for match in MARK.finditer(line):
        text += line[done : match.start()]
        spans.append((match[1], len(text), len(text) + len(match[2])))
        text, done = text + match[2], match.end()
    return text + line[done:], spans


def bare(text: str, spans: list[tuple[str, int, int]]) -> tuple[str, list[tuple[str, int, int]]]:
    """Lower case, letters, digits and blanks only, with the spans moved along."""
    kept = [c.isalnum() or c.isspace() for c in text]
    place = [sum(kept[:i]) for i in range(len(text) + 1)]
    lower = "".join(c for c, keep in zip(text.lower(), kept, strict=True) if keep)
    return lower, [(label, place[start], place[end]) for label, start, end in spans]


def find(text: str, language: str) -> list[Finding]:
    return IdentifierRecognizer().find([Transcript("rec-1", text, (), language)])[0]


def characters(text: str, spans: list[tuple[str, int, int]]) -> set[tuple[str, int]]:
    return {(label, i) for label, start, end in spans for i in range(start, end) if text[i].isalnum()}


@pytest.mark.parametrize("reduced", [False, True], ids=["as said", "bare"])
@pytest.mark.parametrize(("language", "line"), SAID)
def test_what_is_said_is_found_and_nothing_else(language: str, line: str, reduced: bool) -> None:
    text, spans = unmarked(line)
    if reduced:
        text, spans = bare(text, spans)
    found = [(f.entity_type, f.start, f.end) for f in find(text, language)]
    assert characters(text, found) == characters(text, spans), found


@pytest.mark.parametrize(("language", "line"), HEARD)
def test_what_is_heard_is_covered(language: str, line: str) -> None:
    text, spans = unmarked(line)
    assert [(f.entity_type, f.start, f.end) for f in find(text, language)] == spans
