"""A release that is verified, and made anew without what was heard or found in it.

Whisper hears masked sound otherwise than its source, and each hearing may get a name that the other missed.
So what a verification hears where somebody spoke is put among the findings of OUT: the words said there go,
text and sound. So do words of its texts in which recognizers find somebody, now that others are gone. The new
release is verified in its turn. What was heard in the same bytes is remembered.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from pii_audio.config import Config
from pii_audio.files import write_json, writing
from pii_audio.formats.native import dump_findings
from pii_audio.layout import RELEASED_PLAN
from pii_audio.redact.verify import Leak
from pii_audio.report.certificate import Certificate
from pii_audio.runners.carried import add_to_plan
from pii_audio.runners.local import Outcome, run
from pii_audio.runners.memory import Memory
from pii_audio.runners.private import read_private
from pii_audio.runners.verify import verify
from pii_audio.runners.watch import Watch
from pii_audio.types import Finding, Transcript, Word, finding_id

if TYPE_CHECKING:
    from pii_audio.redact.vault import Lock
    from pii_audio.report.words import Language

__all__ = ["prove"]

AGAIN = 2  # releases made anew: what is gone lets something else be seen, seldom twice
SCORE = 0.5  # of what one of two hearings got: it may be a mishearing


def prove(
    inputs: Sequence[Path],
    out: Path,
    config: Config,
    *,
    plan: Path | None = None,
    language: Language = "en",
    watch: Watch | None = None,
    vault: Lock | None = None,
) -> tuple[Outcome, Certificate]:
    """Redact and verify; take out what is heard or found there too, and verify again, at most twice.

    What a `plan` leaves stays; what it could not know goes. Raises what `run` and `verify` raise.
    """
    memory = Memory()

    def made(plan: Path | None) -> tuple[Outcome, Certificate]:
        outcome = run(
            inputs, out, config, release=True, plan=plan, language=language, watch=watch, vault=vault
        )
        release = out / "redacted"
        return outcome, verify(release, config, against=out, language=language, watch=watch, memory=memory)

    outcome, certificate = made(plan)
    for _ in range(AGAIN):
        more = _taken_over(out, certificate.leaks)
        if not more:
            break
        if plan:
            add_to_plan(out / RELEASED_PLAN, more)
        outcome, certificate = made(plan)
    return outcome, certificate


def _taken_over(out: Path, leaks: Sequence[Leak]) -> list[str]:
    """Put what was heard, or found in a text, among the findings that `run` keeps in OUT; their ids."""
    known, ids = read_private(out), list[str]()
    for transcript, findings in zip(known.transcripts, known.findings, strict=True):
        new = list[Finding]()
        for leak in leaks:
            if leak.recording_id == transcript.recording_id:
                there = _said_there if leak.seconds else _written_there
                new += there(transcript, leak, [*findings, *new])
        if new:
            every = sorted([*findings, *new], key=lambda finding: finding.start)
            path = out / "recordings" / transcript.recording_id / "findings.json"
            with writing("--out"):
                write_json(path, dump_findings(transcript.recording_id, every))
            ids += (finding.id for finding in new)
    return ids


def _said_there(transcript: Transcript, leak: Leak, known: Sequence[Finding]) -> Iterator[Finding]:
    """The words of the source in the seconds of a leak, but for those that are found already."""
    begin_s, end_s = leak.seconds or (0.0, 0.0)

    def new(word: Word) -> bool:
        there = word.begin_s < end_s and begin_s < word.end_s
        return there and not _is_found(word.start, word.end, known)

    for is_new, words in groupby(transcript.words, new):
        if is_new:
            start, *_, end = (place for word in words for place in (word.start, word.end))
            yield _finding(transcript, leak, start, end, "heard in the release")


def _written_there(transcript: Transcript, leak: Leak, known: Sequence[Finding]) -> Iterator[Finding]:
    """What a recognizer finds in the text of the release, where it stands in the source and is not found."""
    said = leak.detail if leak.kind == "recognized" else ""
    for match in re.finditer(rf"(?<!\w){re.escape(said)}(?!\w)", transcript.text) if said else ():
        if not _is_found(*match.span(), known):
            yield _finding(transcript, leak, *match.span(), "found in the release")


def _is_found(start: int, end: int, known: Sequence[Finding]) -> bool:
    return any(finding.start < end and start < finding.end for finding in known)


def _finding(transcript: Transcript, leak: Leak, start: int, end: int, reason: str) -> Finding:
    return Finding(
        finding_id(transcript.recording_id, start, end, leak.entity_type),
        transcript.recording_id,
        leak.entity_type,
        start,
        end,
        SCORE,
        "verify",
        text=transcript.text[start:end],
        reason=reason,
    )
