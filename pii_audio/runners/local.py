"""Runs the pipeline on this machine: continues where it stopped, redoes what changed, writes every output.

Prints nothing; a `Watch` is told how far the work is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pii_audio import __version__, pipeline, plugins
from pii_audio.asr import registry
from pii_audio.config import Config, TranscribeConfig
from pii_audio.files import writing
from pii_audio.jobs import Ledger
from pii_audio.report import Report
from pii_audio.runners.carried import follow, read_plan
from pii_audio.runners.folder import Folder
from pii_audio.runners.heard import Heard, heard_of
from pii_audio.runners.inputs import Inputs, discovered
from pii_audio.runners.redaction import released
from pii_audio.runners.release import refuse_foreign
from pii_audio.runners.safe import Safe
from pii_audio.runners.transcripts import transcripts_of
from pii_audio.runners.watch import Silent, Watch
from pii_audio.types import Failure, Finding, Recording, RiskReport, Transcript

if TYPE_CHECKING:
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
    safe = _opened(out, config, plan, vault, release=release)
    given = discovered(inputs, watch)
    with Ledger(out) as ledger:
        folder = Folder(out, ledger)
        transcripts, failures, resumed = transcripts_of(given.recordings, folder, config, watch)
        heard = heard_of(given.recordings, transcripts, folder, config, watch)
        risk = _scored(heard, config, watch)
        if release:
            carried = follow(plan, out) if plan else None
            going = carried.going(heard.findings) if carried else heard.findings
            failures += released(given, heard, going, carried, folder, config, safe, watch)
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


def _opened(out: Path, config: Config, plan: Path | None, vault: Lock | None, *, release: bool) -> Safe:
    """The safe for what goes; what can be refused is refused here, before anything is heard or written."""
    _refuse_unknown(config.transcribe)
    if plan:
        read_plan(plan)
    safe = Safe.opened(vault, out, config.redact) if release else Safe()
    refuse_foreign(out)
    return safe


def _scored(heard: Heard, config: Config, watch: Watch) -> RiskReport:
    watch.start("score", 1)
    risk = pipeline.score(heard.recordings, heard.findings, config, heard.transcripts)
    watch.advance()
    return risk


def _write(outcome: Outcome, given: Inputs, folder: Folder, config: Config, language: Language) -> None:
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


def _report(outcome: Outcome, config: Config) -> Report:
    models = Counter(transcript.model for transcript in outcome.transcripts if transcript.model)
    meta = {
        "version": __version__,
        "model": ", ".join(name for name, _ in models.most_common()),
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "country": outcome.risk.country,
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
