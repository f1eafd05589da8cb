"""The output folder: what lies where, and what of it is still good from an earlier run.

    OUT/report.html, report.json, recordings.parquet, findings.parquet
    OUT/report-without-text.html    the same figures for those who must not read what was said
    OUT/recordings/<id>/transcript.json, findings.json, risk.json
    OUT/sources.jsonl               which file is which recording, and what became of it
    OUT/documents.json              only after `redact`: what went from tables and pages, what stands for it
    OUT/released-plan.json          only after `redact --plan`: the plan, and what `verify` heard beside it
    OUT/redacted/                   only after `redact`; the one folder to hand on
    OUT/.sounds/                    only after a `redact` that was stopped: redacted sound for the next one

Everything but the release and the report without text holds what was said, or names files that can name
people: mode 0600.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, fields
from hashlib import sha256
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar

from pii_audio import __version__
from pii_audio.files import hash_file, write_json, write_private, write_public, writing
from pii_audio.formats.native import dump_findings, dump_transcript, load_findings, load_transcript
from pii_audio.formats.parquet import write_findings, write_recordings
from pii_audio.jobs import Ledger
from pii_audio.layout import (
    DOCUMENTS,
    FINDINGS_TABLE,
    RECORDINGS_TABLE,
    REPORT,
    REPORT_PAGE,
    REPORT_WITHOUT_TEXT,
    SOURCES,
)
from pii_audio.report import Report, report_json
from pii_audio.report.html import render
from pii_audio.report.words import Language
from pii_audio.runners.release import UNFINISHED, remove_release
from pii_audio.types import Failure, Finding, Recording, RecordingRisk, Transcript

__all__ = ["Folder", "key_of"]

T = TypeVar("T")


def key_of(*parts: str) -> str:
    """What a stage's result depends on, this version of the package included."""
    return sha256("\0".join((__version__, *parts)).encode()).hexdigest()


class Folder:
    """One output folder, held by one run. A stage's result counts only with the key it was made with."""

    def __init__(self, root: Path, ledger: Ledger) -> None:
        self.root, self._ledger = root, ledger
        self._sounds = root / ".sounds"
        unfinished = (root.glob(f"{place}{UNFINISHED}*") for place in ("", "recordings/*/"))
        for left in chain.from_iterable(unfinished):  # of a run that was killed; no other is at work here
            shutil.rmtree(left) if left.is_dir() else left.unlink()

    def transcript(self, recording_id: str, key: str) -> Transcript | None:
        return self._load(recording_id, "transcript", key, load_transcript)

    def findings(self, recording_id: str, key: str) -> list[Finding] | None:
        return self._load(recording_id, "findings", key, load_findings)

    def keep_transcript(self, transcript: Transcript, key: str) -> None:
        self._keep(transcript.recording_id, "transcript", key, dump_transcript(transcript))

    def was_heard_in(self, recording_id: str, key: str) -> bool:
        """Whether `heard_in` was told so."""
        return self._ledger.is_done(recording_id, "language", key)

    def heard_in(self, recording_id: str, key: str) -> None:
        """The transcript was made anew for the language of its set."""
        self._ledger.record(recording_id, "language", key)

    def keep_findings(self, recording_id: str, findings: Sequence[Finding], key: str) -> None:
        self._keep(recording_id, "findings", key, dump_findings(recording_id, findings))

    def sound(self, recording_id: str, key: str, make: Callable[[Path], Path]) -> Path:
        """The redacted sound of a recording: kept by a run that was stopped, to the bit, or made anew.

        `make` writes `<id>.<suffix>` into a folder and gives the path.
        """
        self._sounds.mkdir(mode=0o700, exist_ok=True)
        for path in self._sounds.glob(f"{recording_id}.*"):
            if self._ledger.is_done(recording_id, "sound", key_of(key, hash_file(path))):
                return path
            path.unlink()  # half written, or of another input or configuration
        path = make(self._sounds)
        self._ledger.record(recording_id, "sound", key_of(key, hash_file(path)))
        return path

    def drop_sounds(self) -> None:
        """They are in the release now, or it belongs to another set or configuration."""
        shutil.rmtree(self._sounds, ignore_errors=True)

    def write_risks(self, risks: Sequence[RecordingRisk]) -> None:
        for risk in risks:
            write_json(self._path(risk.recording_id, "risk"), asdict(risk))

    def write_tables(
        self,
        recordings: Sequence[Recording],
        transcripts: Sequence[Transcript],
        findings: Sequence[Sequence[Finding]],
        risks: Sequence[RecordingRisk],
    ) -> None:
        rows = zip(recordings, transcripts, findings, risks, strict=True)
        write_recordings(self.root / RECORDINGS_TABLE, (_recording_row(*row) for row in rows))
        found = zip(transcripts, findings, strict=True)
        rows_found = (_finding_row(finding, t) for t, own in found for finding in own)
        write_findings(self.root / FINDINGS_TABLE, rows_found)

    def write_sources(
        self,
        recordings: Sequence[Recording],
        done: Collection[str],
        duplicates: Sequence[Recording],
        failures: Sequence[Failure],
        others: Sequence[Path],
    ) -> None:
        """One JSON line an input: the only place where file names stand. `done` are ids of `recordings`,
        `others` files that were passed over.
        """
        found = {recording.id: recording for recording in recordings}
        rows = [
            *(_source(recording, "done") for recording in recordings if recording.id in done),
            *(_source(recording, "duplicate") for recording in duplicates),
            *(_failed(failure, found.get(failure.recording_id)) for failure in failures),
            *({"id": None, "state": "left out", "path": str(path.absolute())} for path in others),
        ]
        lines = [json.dumps(row, ensure_ascii=True) for row in rows]  # survives names that are no UTF-8
        write_private(self.root / SOURCES, "".join(line + "\n" for line in lines))

    def write_report(self, report: Report, language: Language) -> None:
        write_json(self.root / REPORT, report_json(report))
        write_private(self.root / REPORT_PAGE, render(report, show_text=True, language=language))
        without = render(report, show_text=False, language=language)
        write_public(self.root / REPORT_WITHOUT_TEXT, without)

    def keep_documents(self, removed: Sequence[Finding], written: Sequence[str]) -> None:
        """What went from the tables and pages of a release, and what they say instead: `verify` must know."""
        write_json(self.root / DOCUMENTS, {**dump_findings("documents", removed), "written": list(written)})

    def withdraw(self) -> None:
        """Take an earlier release away: it belongs to another set or another configuration."""
        with writing("--out"):
            remove_release(self.root)
        self.drop_sounds()

    def _path(self, recording_id: str, stage: str) -> Path:
        return self.root / "recordings" / recording_id / f"{stage}.json"

    def _load(self, recording_id: str, stage: str, key: str, load: Callable[[Any], T]) -> T | None:
        if not self._ledger.is_done(recording_id, stage, key):
            return None
        try:
            return load(json.loads(self._path(recording_id, stage).read_text(encoding="utf-8")))
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return None  # deleted or damaged since: done again

    def _keep(self, recording_id: str, stage: str, key: str, data: dict[str, Any]) -> None:
        with writing("--out"):
            write_json(self._path(recording_id, stage), data)
        self._ledger.record(recording_id, stage, key)


def _recording_row(
    recording: Recording, transcript: Transcript, findings: Sequence[Finding], risk: RecordingRisk
) -> dict[str, Any]:
    return {
        "id": recording.id,
        "content_hash": recording.content_hash,
        "household": recording.household,
        "language": transcript.language,
        "duration_s": transcript.duration_s,
        "words": len(transcript.words),
        "findings": len(findings),
        "k": risk.public.k,
        "risk": risk.public.risk,
        "register_k": risk.register.k,
        "register_risk": risk.register.risk,
        "model": transcript.model,
        "text": transcript.text,
    }


def _finding_row(finding: Finding, transcript: Transcript) -> dict[str, Any]:
    begin_s, end_s = transcript.seconds(finding.start, finding.end) or (None, None)
    row = {field.name: getattr(finding, field.name) for field in fields(finding) if field.name != "nested"}
    return {**row, "begin_s": begin_s, "end_s": end_s}


def _source(recording: Recording, state: str) -> dict[str, Any]:
    return {
        "id": recording.id,
        "state": state,
        "path": str(recording.path.absolute()),
        "member": recording.member,
        "offset_s": recording.offset_s,
        "duration_s": recording.duration_s,
        "household": recording.household,
        "sha256": recording.content_hash,
    }


def _failed(failure: Failure, recording: Recording | None) -> dict[str, Any]:
    path = str(failure.path.absolute()) if failure.path else None
    source = {"id": failure.recording_id, "state": "failed", "path": path}
    known = _source(recording, "failed") if recording else source
    return {**known, "stage": failure.stage, "message": failure.message}
