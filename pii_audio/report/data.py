"""What a report is made of, and its machine-readable form.

Gathers results and computes nothing but counts. It knows neither how a page looks nor where it is kept.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
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

__all__ = ["Report", "Wp216", "report_json", "wp216"]

SCHEMA = 3  # raised when the shape of report.json changes


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

        schema        3; docs/report.schema.json in full
        meta          how it was made
        set           expected_identified, highest_risk (0 to 1), aggregation_gain, share_k_below_11,
                      register_expected_identified, register_highest_risk, upper_identified,
                      residual {expected_identified, highest_risk, register_highest_risk} or null,
                      recordings, persons, duplicates
        wp216         singling_out, linkability, inference: the figures that answer the three questions
        recordings[]  id, risk, k, register {risk, k}, person, language, duration_s, findings {type: count}
        persons[]     id, risk, k, register {risk, k}, upper, missed {attribute: chance},
                      residual {risk, k, register} or null, recordings [id], clips_until_11,
                      curve [[clips, risk]], bits {attribute: bits}, clip_bits {recording id: bits},
                      entity_bits {entity type: bits}, facts[]
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
        "wp216": asdict(wp216(report)),
        "recordings": [_recording(r, person.get(r.recording_id), said) for r in report.risk.recordings],
        "persons": [_person(p, show_text=show_text) for p in report.risk.persons],
        "findings": _by_type(f for found in report.findings for f in found),
        "failures": [{"id": f.recording_id, "stage": f.stage, "message": f.message} for f in report.failures],
    }


@dataclass(frozen=True, slots=True)
class Wp216:
    """The three questions of the Article 29 Working Party's opinion on anonymisation (WP216, 2014)."""

    persons_expected: float  # singling out: people expected to be identified
    persons_below_11: int  # whose facts fit fewer than 11 people
    facts_in_several_clips: int  # linkability: facts that tie clips together
    linked_recordings: int  # clips that such a fact ties to another
    aggregation_gain: float  # what tying them together adds to the highest risk
    facts_likely: int  # inference: facts that are likelier than not
    facts_inferred: int  # of these, facts that no clip states: a home from the places asked about


def wp216(report: Report) -> Wp216:
    """Figures for singling out, linkability and inference."""
    known = [f for p in report.risk.persons for f in p.profile.facts if f.attribute != "taste"]
    tying = [f for f in known if len(f.recordings) > 1 and f.probability > 0.5]
    likely = {(f.attribute, f.value): f for f in known if f.probability > 0.5}
    stated = {i.id for found in report.findings for i in found if i.entity_type != "LOCATION"}
    return Wp216(
        persons_expected=report.risk.set.expected_identified,
        persons_below_11=sum(p.public.k < 11 for p in report.risk.persons),
        facts_in_several_clips=len({(f.attribute, f.value) for f in tying}),
        linked_recordings=len({i for f in tying for i in f.recordings}),
        aggregation_gain=report.risk.set.aggregation_gain,
        facts_likely=len(likely),
        facts_inferred=sum(a == "place" and not stated & set(f.findings) for (a, _), f in likely.items()),
    )


def _set(report: Report) -> dict[str, Any]:
    total = report.risk.set
    return {
        "expected_identified": _finite(total.expected_identified),
        "highest_risk": _finite(total.highest_risk),
        "aggregation_gain": _finite(total.aggregation_gain),
        "share_k_below_11": _finite(total.share_k_below_11),
        "register_expected_identified": _finite(total.register_expected_identified),
        "register_highest_risk": _finite(total.register_highest_risk),
        "upper_identified": _finite(total.upper_identified),
        "residual": None
        if total.residual_highest_risk is None
        else {
            "expected_identified": total.residual_expected_identified,
            "highest_risk": total.residual_highest_risk,
            "register_highest_risk": total.residual_register_highest_risk,
        },
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
        "upper": _finite(risk.upper),
        "missed": {attribute: _finite(chance) for attribute, chance in risk.missed},
        "residual": {**_exposure(risk.residual), "register": _exposure(risk.residual_register)}
        if risk.residual and risk.residual_register
        else None,
        "recordings": list(risk.profile.recordings),
        "clips_until_11": risk.clips_until_11,
        "bits": {attribute: _finite(bits) for attribute, bits in risk.bits},
        "clip_bits": {recording: _finite(bits) for recording, bits in risk.clip_bits},
        "entity_bits": {entity: _finite(bits) for entity, bits in risk.entity_bits},
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
