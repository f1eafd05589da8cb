"""What a report is made of, and its machine-readable form.

Gathers results and computes nothing but counts. It knows neither how a page looks nor where it is kept.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pii_audio.types import (
    Exposure,
    Fact,
    Failure,
    Finding,
    PersonRisk,
    RecordingRisk,
    RiskReport,
    Transcript,
)

__all__ = ["Report", "report_json"]

SCHEMA = 1  # raised when the shape of report.json changes


@dataclass(frozen=True, slots=True)
class Report:
    """One scored set. `findings[i]` are those of `transcripts[i]`, in the order of the user's input."""

    risk: RiskReport
    transcripts: tuple[Transcript, ...] = field(repr=False)
    findings: tuple[tuple[Finding, ...], ...]
    failures: tuple[Failure, ...] = ()
    duplicates: int = 0  # inputs left out because another has the same content
    config: Mapping[str, Any] = field(default_factory=dict)  # `Config.model_dump()`
    meta: Mapping[str, str] = field(default_factory=dict)  # "version", "model", "created" ...; no file names


def report_json(report: Report, *, show_text: bool = True) -> dict[str, Any]:
    """The report as JSON: finite numbers only, null where there is none.

        schema        1
        meta          how it was made
        set           expected_identified, highest_risk (0 to 1), aggregation_gain, share_k_below_11,
                      register_expected_identified, register_highest_risk, recordings, persons, duplicates
        recordings[]  id, risk, k, register {risk, k}, person, language, duration_s, findings {type: count}
        persons[]     id, risk, k, register {risk, k}, recordings [id], clips_until_11, curve [[clips, risk]],
                      bits {attribute: bits}, facts[]
        facts[]       attribute, value, subject, probability, findings [id], recordings [id]
        findings      {entity type: count}
        failures[]    id, stage, message

    Values of facts are words that were spoken: with them the file is private. Without `show_text` there
    are none, and nothing else in it was spoken either.
    """
    person = {i: p.profile.id for p in reversed(report.risk.persons) for i in p.profile.recordings}
    said = {t.recording_id: (t, f) for t, f in zip(report.transcripts, report.findings, strict=True)}
    return {
        "schema": SCHEMA,
        "meta": dict(report.meta),
        "set": _set(report),
        "recordings": [_recording(r, person.get(r.recording_id), said) for r in report.risk.recordings],
        "persons": [_person(p, show_text=show_text) for p in report.risk.persons],
        "findings": _by_type(f for found in report.findings for f in found),
        "failures": [{"id": f.recording_id, "stage": f.stage, "message": f.message} for f in report.failures],
    }


def _set(report: Report) -> dict[str, Any]:
    total = report.risk.set
    return {
        "expected_identified": _finite(total.expected_identified),
        "highest_risk": _finite(total.highest_risk),
        "aggregation_gain": _finite(total.aggregation_gain),
        "share_k_below_11": _finite(total.share_k_below_11),
        "register_expected_identified": _finite(total.register_expected_identified),
        "register_highest_risk": _finite(total.register_highest_risk),
        "recordings": len(report.risk.recordings),
        "persons": len(report.risk.persons),
        "duplicates": report.duplicates,
    }


def _recording(
    risk: RecordingRisk, person: str | None, said: Mapping[str, tuple[Transcript, tuple[Finding, ...]]]
) -> dict[str, Any]:
    transcript, findings = said.get(risk.recording_id, (None, ()))
    return {
        "id": risk.recording_id,
        **_exposure(risk.public),
        "register": _exposure(risk.register),
        "person": person,
        "language": transcript.language if transcript else None,
        "duration_s": _finite(transcript.duration_s) if transcript else None,
        "findings": _by_type(findings),
    }


def _person(risk: PersonRisk, *, show_text: bool) -> dict[str, Any]:
    return {
        "id": risk.profile.id,
        **_exposure(risk.public),
        "register": _exposure(risk.register),
        "recordings": list(risk.profile.recordings),
        "clips_until_11": risk.clips_until_11,
        "bits": {attribute: _finite(bits) for attribute, bits in risk.bits},
        "curve": [[clips, _finite(mean)] for clips, mean in risk.curve],
        "facts": [_fact(fact, show_text=show_text) for fact in risk.profile.facts],
    }


def _fact(fact: Fact, *, show_text: bool) -> dict[str, Any]:
    return {
        "attribute": fact.attribute,
        **({"value": fact.value} if show_text else {}),
        "subject": fact.subject,
        "probability": _finite(fact.probability),
        "findings": list(fact.findings),
        "recordings": list(fact.recordings),
    }


def _exposure(exposure: Exposure) -> dict[str, float | None]:
    return {"risk": _finite(exposure.risk), "k": _finite(exposure.k)}


def _by_type(findings: Any) -> dict[str, int]:
    return dict(Counter(f.entity_type for f in findings).most_common())


def _finite(number: float) -> float | None:
    return float(number) if math.isfinite(number) else None
