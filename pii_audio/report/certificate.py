"""The certificate of a release: what was checked, with what, what was found. Public: no words are in it.

Turns what `runners.verify` found into JSON and one offline HTML page.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pii_audio.formats.release import Release
from pii_audio.redact.verify import Leak
from pii_audio.report.certificate_words import Sentences
from pii_audio.report.page import template
from pii_audio.report.words import Language, Words

__all__ = ["Certificate", "Residual", "certificate_json", "render_certificate"]

SHOWN = 200  # rows of a table: the JSON holds all
FORMAT, VERSION = "pii-audio/certificate", 1


@dataclass(frozen=True, slots=True)
class Residual:
    """Expected risk that is left at the measured recall of the recognizers (DESIGN.md, "The score")."""

    persons: int
    before: float  # highest risk of a person without redaction
    highest: float  # and with it, public sources
    expected: float  # expected number of people identified
    register: float  # highest risk where the attacker has a register
    recall: tuple[tuple[str, int, float], ...]  # entity type, findings removed, measured recall

    @property
    def measured_with(self) -> str:
        return "python benchmarks/recall.py"


@dataclass(frozen=True, slots=True)
class Certificate:
    """The outcome of a verification. `leaks` fail the release; `doubts` are only to be looked at."""

    created: str  # ISO 8601, UTC
    package: str  # version of pii-audio
    release: Release = field(repr=False)
    against: bool  # whether it was known what had been removed
    checks: Mapping[str, str]  # what was checked -> how much of it
    models: Mapping[str, str]
    leaks: tuple[Leak, ...]
    doubts: tuple[Leak, ...]
    removed: int  # findings that were removed, where that is known
    residual: Residual | None  # None: what was removed is not known

    @property
    def passed(self) -> bool:
        return not self.leaks


def certificate_json(certificate: Certificate) -> dict[str, Any]:
    """Plain data without a word that was said and without names of files that were not ours."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "created": certificate.created,
        "package": certificate.package,
        "result": "pass" if certificate.passed else "fail",
        "release": {
            "created": certificate.release.created,
            "package": certificate.release.package,
            "recordings": len(certificate.release.recordings),
            "sounding": sum(r.audio is not None for r in certificate.release.recordings),
            "seconds": round(sum(r.duration_s for r in certificate.release.recordings), 3),
            "masked_seconds": round(
                sum(m.end_s - m.begin_s for r in certificate.release.recordings for m in r.masked), 3
            ),
        },
        "against": certificate.against,
        "removed_findings": certificate.removed if certificate.against else None,
        "checks": dict(certificate.checks),
        "models": dict(certificate.models),
        "found": dict(Counter(leak.kind for leak in certificate.leaks).most_common()),
        "leaks": [_leak(leak) for leak in certificate.leaks],
        "cannot_tell": [_leak(leak) for leak in certificate.doubts],
        "residual": _residual(certificate.residual),
    }


def _leak(leak: Leak) -> dict[str, Any]:
    """Where and what kind, without the words."""
    row = {
        "kind": leak.kind,
        "what": leak.what,
        "file": leak.file or None,
        "recording": leak.recording_id or None,
        "entity_type": leak.entity_type or None,
        "characters": list(leak.characters) if leak.characters else None,
        "seconds": [round(s, 3) for s in leak.seconds] if leak.seconds else None,
    }
    return {name: value for name, value in row.items() if value is not None}


def _residual(residual: Residual | None) -> dict[str, Any] | None:
    if residual is None:
        return None
    return {
        "persons": residual.persons,
        "highest_risk_before": round(residual.before, 4),
        "highest_risk": round(residual.highest, 4),
        "expected_identified": round(residual.expected, 4),
        "register_highest_risk": round(residual.register, 4),
        "recall": {kind: {"removed": n, "recall": round(share, 3)} for kind, n, share in residual.recall},
        "measured_with": residual.measured_with,
    }


def render_certificate(certificate: Certificate, language: Language = "en") -> str:
    """One offline page: phones, print, light and dark. As public as the JSON."""
    data = certificate_json(certificate)
    return template("certificate.html").render(
        c=certificate, data=data, shown=SHOWN, t=Sentences(language), w=Words(language)
    )
