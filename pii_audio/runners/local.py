"""Runs the pipeline on this machine: continues where it stopped, redoes what changed, writes every output.

Prints nothing; a `Watch` is told how far the work is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from pii_audio import __version__, pipeline, plugins
from pii_audio.asr import registry
from pii_audio.config import Config, TranscribeConfig
from pii_audio.errors import InputError
from pii_audio.files import writing
from pii_audio.jobs import Ledger
from pii_audio.report import Report
from pii_audio.runners.exports import Exports
from pii_audio.runners.folder import Folder, key_of
from pii_audio.runners.plan import Carried, read_plan
from pii_audio.runners.release import Draft
from pii_audio.runners.safe import Safe
from pii_audio.runners.transcripts import transcripts_of
from pii_audio.runners.watch import Silent, Watch
from pii_audio.types import Failure, Finding, Recording, RiskReport, Transcript

if TYPE_CHECKING:
    from pii_audio.formats.release import Masked
    from pii_audio.redact.text import Redaction
    from pii_audio.redact.vault import Lock
    from pii_audio.report.words import Language

__all__ = ["Outcome", "run"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run made. Recordings, transcripts and findings stand side by side; failures are in none."""

    out: Path
    recordings: tuple[Recording, ...] = field(repr=False)
    transcripts: tuple[Transcript, ...] = field(repr=False)
    findings: tuple[tuple[Finding, ...], ...] = field(repr=False)
    risk: RiskReport = field(repr=False)
    failures: tuple[Failure, ...]
    duplicates: int
    other_files: int  # in the folders named, neither audio nor transcripts, or transcripts beside audio
    resumed: int  # recordings whose transcript was there from an earlier run
    released: bool

    def summary(self) -> dict[str, object]:
        """The figures of a set, without a word of what was said."""
        total = self.risk.set
        kinds = Counter(finding.entity_type for found in self.findings for finding in found)
        return {
            "recordings": len(self.recordings),
            "failed": len(self.failures),
            "duplicates": self.duplicates,
            "other_files": self.other_files,
            "continued": self.resumed,
            "audio_minutes": round(sum(t.duration_s for t in self.transcripts) / 60, 2),
            "findings": dict(kinds.most_common()),
            "persons": len(self.risk.persons),
            "expected_identified": total.expected_identified,
            "highest_risk": total.highest_risk,
            "highest_risk_of_one_clip": max((r.public.risk for r in self.risk.recordings), default=0.0),
            "aggregation_gain": total.aggregation_gain,
            "share_k_below_11": total.share_k_below_11,
        } | ({"highest_risk_after_redaction": total.residual_highest_risk} if self.released else {})


@dataclass(frozen=True, slots=True)
class _Inputs:
    recordings: list[Recording] = field(default_factory=list)
    duplicates: list[Recording] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    others: list[Path] = field(default_factory=list)  # files in folders that are passed over


@dataclass(frozen=True, slots=True)
class _Heard:
    """What is known of the recordings that could be heard, side by side."""

    recordings: tuple[Recording, ...]
    transcripts: tuple[Transcript, ...]
    findings: tuple[tuple[Finding, ...], ...]


def run(
    inputs: Sequence[Path],
    out: Path,
    config: Config,
    *,
    release: bool = False,
    plan: Path | None = None,
    language: Language = "en",
    watch: Watch | None = None,
    vault: Lock | None = None,
) -> Outcome:
    """Score the recordings in `inputs` and write everything under `out`; with `release` also OUT/redacted.

    With a `plan` (plan.json of `make_plan`) only what it names is taken out. `language` is that of the
    report. A `vault` keeps what the release takes out, and whom it calls what. Raises ConfigError,
    InputError, ModelError, OutputError or VaultError; what goes wrong with single recordings is in the
    outcome's `failures`.
    """
    watch = watch or Silent()
    _refuse_unknown(config.transcribe)
    carried = read_plan(plan) if plan else None
    safe = Safe.opened(vault, out, config.redact) if release else Safe()
    given = _discover(inputs, watch)
    with Ledger(out) as ledger:
        folder = Folder(out, ledger)
        transcripts, failures, resumed = transcripts_of(given.recordings, folder, config, watch)
        heard = _heard(given.recordings, transcripts, folder, config, watch)
        watch.start("score", 1)
        risk = pipeline.score(heard.recordings, heard.findings, config, heard.transcripts)
        watch.advance()
        if release:
            failures += _release(given, heard, carried, folder, config, safe, watch)
            going = carried.going(heard.findings) if carried else heard.findings
            risk = pipeline.score_redacted(risk, going, config)
        else:
            folder.withdraw()
        outcome = Outcome(
            out=out,
            recordings=heard.recordings,
            transcripts=heard.transcripts,
            findings=heard.findings,
            risk=risk,
            failures=(*given.failures, *failures),
            duplicates=len(given.duplicates),
            other_files=len(given.others),
            resumed=resumed,
            released=release,
        )
        _write(outcome, given, folder, config, language)
        return outcome


def _write(outcome: Outcome, given: _Inputs, folder: Folder, config: Config, language: Language) -> None:
    """Everything of OUT that tells of the whole set."""
    recordings, risks = outcome.recordings, outcome.risk.recordings
    done = {recording.id for recording in recordings}
    with writing("--out"):
        folder.write_sources(given.recordings, done, given.duplicates, outcome.failures, given.others)
        folder.write_risks(risks)
        folder.write_tables(recordings, outcome.transcripts, outcome.findings, risks)
        folder.write_report(_report(outcome, config), language)


def _refuse_unknown(config: TranscribeConfig) -> None:
    """Say that there is no such engine or model before anything is read, which may take minutes."""
    if config.engine not in plugins.available("transcribers"):
        plugins.load("transcribers", config.engine)
    registry.check(config.model)


def _discover(inputs: Sequence[Path], watch: Watch) -> _Inputs:
    from pii_audio.sources import discover

    watch.start("read", None)
    given, seen = _Inputs(), set[str]()
    for item in discover(inputs, given.others.append):
        if isinstance(item, Failure):
            given.failures.append(item)
        elif item.id in seen:
            given.duplicates.append(item)
        else:
            seen.add(item.id)
            given.recordings.append(item)
        watch.advance()
    if not given.recordings:
        raise _nothing(given.failures)
    return given


def _nothing(failures: Sequence[Failure]) -> InputError:
    if not failures:
        return InputError("INPUT", "there is none", "name audio files, folders, manifests or transcripts")
    first, more = failures[0], f" ({len(failures)} inputs failed)" if len(failures) > 1 else ""
    return InputError(first.recording_id, first.message + more)


def _heard(
    found: Sequence[Recording],
    transcripts: Mapping[str, Transcript],
    folder: Folder,
    config: Config,
    watch: Watch,
) -> _Heard:
    """The findings, with what they are of. A name in one clip helps in all: a new one means looking again."""
    recordings = tuple(recording for recording in found if recording.id in transcripts)
    ordered = tuple(transcripts[recording.id] for recording in recordings)
    watch.start("recognize", len(ordered))
    texts = (part for t in ordered for part in (t.recording_id, t.language, t.text))
    key = key_of(config.recognize.fingerprint(), *texts)
    kept = [folder.findings(transcript.recording_id, key) for transcript in ordered]
    findings = [own for own in kept if own is not None]
    if len(findings) < len(ordered):
        findings = pipeline.recognize(ordered, config)
        for transcript, own in zip(ordered, findings, strict=True):
            folder.keep_findings(transcript.recording_id, own, key)
    watch.advance(len(ordered))
    return _Heard(recordings, ordered, tuple(map(tuple, findings)))


def _release(
    given: _Inputs,
    heard: _Heard,
    plan: Carried | None,
    folder: Folder,
    config: Config,
    safe: Safe,
    watch: Watch,
) -> list[Failure]:
    """OUT/redacted, of text and sound; what could not be redacted is in neither, and comes back."""
    watch.start("redact", len(heard.transcripts))
    exports = Exports.of([*given.recordings, *given.duplicates])
    everything = [*heard.transcripts, *exports.transcripts]
    findings = plan.going(heard.findings) if plan else heard.findings
    going = [*findings, *exports.find(heard.transcripts, config)]
    names = pipeline.pseudonyms(everything, going, config, safe.names)
    left = {f for found in heard.findings for f in found}.difference(*findings)
    redactions = pipeline.redact(everything, going, config, names, left)
    of_recordings, of_documents = redactions[: len(heard.findings)], redactions[len(heard.findings) :]
    swapped = exports.swapped(of_documents)
    places = exports.places(swapped)
    released, failures = [], list(exports.failures)
    target = plan.target if plan else None
    with writing("--out"), Draft(folder.root, config.redact, safe.salt, target) as draft:
        rows = zip(heard.recordings, heard.transcripts, of_recordings, strict=True)
        for recording, transcript, redaction in rows:
            watch.advance()
            if plan and recording.id in plan.recordings:
                continue
            added = _add(
                draft, recording, transcript, redaction, places.get(recording.id, ()), folder, config
            )
            if isinstance(added, Failure):
                failures.append(added)
            else:
                released.append((transcript, added))
        documents = {}
        known = names if safe.vault else None
        for place, content, marked in exports.documents(swapped, of_documents, known):
            sha = draft.add_document(place, content)
            if marked:
                documents[place, sha] = marked
        removed, cells = exports.removed(of_documents)
        folder.keep_documents(removed, exports.written(of_documents))
        safe.keep(names, released, cells, documents)
        draft.publish()
    folder.drop_sounds()
    return failures


def _add(
    draft: Draft,
    recording: Recording,
    transcript: Transcript,
    redaction: Redaction | Failure,
    places: Sequence[str],
    folder: Folder,
    config: Config,
) -> Redaction | Failure:
    """Put one recording into the release, its sound with its text or neither."""
    if isinstance(redaction, Failure):
        return redaction
    write = partial(_sound, folder=folder, config=config)
    sound = pipeline.redact_sound(recording, transcript, redaction, config, write)
    if isinstance(sound, Failure):
        return sound
    draft.add(redaction.transcript, *sound, places)
    return redaction


def _sound(recording: Recording, masked: tuple[Masked, ...], *, folder: Folder, config: Config) -> Path:
    """The recording without its masked seconds; a run that was stopped may have made it already."""
    from pii_audio.redact.audio import redact_audio

    options, limit = config.redact, config.transcribe.max_hours
    names = recording.path.suffix, PurePosixPath(recording.member or "").suffix  # they tell its form
    key = key_of(recording.content_hash, *names, options.audio, options.voice, repr(masked))
    make = partial(redact_audio, recording, masked, options, max_hours=limit)
    return folder.sound(recording.id, key, make)


def _report(outcome: Outcome, config: Config) -> Report:
    models = Counter(transcript.model for transcript in outcome.transcripts if transcript.model)
    meta = {
        "version": __version__,
        "model": ", ".join(name for name, _ in models.most_common()),
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    return Report(
        outcome.risk,
        outcome.transcripts,
        outcome.findings,
        outcome.failures,
        outcome.duplicates,
        config.shown(),
        meta,
    )
